//! Unix sockets and their files, which are never more open than they are to be.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::Path;

use goodgate_door::{There, look};
use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, Stat, Uid, chownat, fchmod, fstat, open};
use rustix::process::{getegid, geteuid};
use socket2::{Domain, SockAddr, Socket, Type};

use crate::settings::values::{Access, Account, AccountError, AccountKind, FileMode};

/// Why a socket could not be given to those who are to connect to it.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such user or group.
    #[error(transparent)]
    Account(AccountError),
    /// It cannot be given to them.
    #[error("give it to {kind} {account}: {source}")]
    Owner {
        /// What they are.
        kind: AccountKind,
        /// Who they are.
        account: Account,
        /// What the system said.
        source: io::Error,
    },
    /// Its mode cannot be set.
    #[error("set its mode: {0}")]
    Mode(io::Error),
}

impl AccessError {
    /// Says what to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Account(error) => error.hint(),
            Self::Owner { kind: AccountKind::User, .. } => {
                Some("only root can give a socket to another user; `group` may do".to_owned())
            }
            Self::Owner { kind: AccountKind::Group, account, .. } => Some(format!(
                "its user has to be a member of that group: usermod -aG {account} USER, or \
                 SupplementaryGroups={account} in its unit"
            )),
            Self::Mode(_) => None,
        }
    }

    /// As an error of the system; the words and the hint stay with it.
    fn into_io(self) -> io::Error {
        let kind = match &self {
            Self::Account(_) => ErrorKind::InvalidInput,
            Self::Owner { source, .. } | Self::Mode(source) => source.kind(),
        };
        io::Error::new(kind, self)
    }
}

/// Binds a unix socket for those who may connect. One that a dead process left behind is replaced, a
/// live one is not.
///
/// # Errors
///
/// Those of the system; an [`AccessError`] is within those that come from it.
pub(crate) fn bind_unix(path: &Path, access: &Access, backlog: i32) -> io::Result<UnixListener> {
    clear(path)?;
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // Linux makes the file with the mode of the socket, less the umask. Where that is not so nobody can
    // connect before `listen` all the same.
    fchmod(&socket, Mode::RUSR | Mode::WUSR).ok();
    socket.bind(&SockAddr::unix(path)?)?;
    let accounts: Vec<_> =
        access.accounts().map(|(_, kind, account)| (kind, account.clone())).collect();
    if let Err(error) = set(path, access.mode(), &accounts) {
        fs::remove_file(path).ok();
        return Err(error);
    }
    socket.listen(backlog)?;
    Ok(UnixListener::from(OwnedFd::from(socket)))
}

/// Gives a socket that is there to those who may connect, and takes it from all others: a user or a
/// group that is not named any more loses it to those that a fresh one would have.
pub(crate) fn give(path: &Path, access: &Access) -> io::Result<()> {
    let user = access.user.clone().unwrap_or_else(|| Account::Id(geteuid().as_raw()));
    let group = access.group.clone().unwrap_or_else(|| Account::Id(group_in(path)));
    set(path, access.mode(), &[(AccountKind::User, user), (AccountKind::Group, group)])
}

/// The group that a file gets that this process makes there: that of the folder where it says so
/// (inode(7), `S_ISGID`).
fn group_in(path: &Path) -> u32 {
    let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
    let handed_on = folder.filter(|folder| folder.mode() & 0o2000 != 0);
    handed_on.map_or_else(|| getegid().as_raw(), |folder| folder.gid())
}

/// Sets mode, owner and group of a socket. In between it is open to nobody to whom it was not open
/// before and is not open afterwards. If it fails it is as before.
fn set(path: &Path, mode: FileMode, accounts: &[(AccountKind, Account)]) -> io::Result<()> {
    // The file itself: whoever puts a link in its place meanwhile gets nothing opened by that.
    let file = open(path, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    let found = fstat(&file)?;
    if FileType::from_raw_mode(found.st_mode) != FileType::Socket {
        return Err(no_socket(path));
    }
    let (before, after) = (found.st_mode & 0o7777, mode.bits());
    let given = set_mode(&file, before, before & after)
        .and_then(|()| give_to(&file, &found, accounts))
        .and_then(|()| set_mode(&file, before & after, after));
    given.map_err(|error| {
        set_mode(&file, before & after, before).ok();
        error.into_io()
    })
}

/// Sets the mode of a file that has the mode `before`.
fn set_mode(file: &OwnedFd, before: u32, after: u32) -> Result<(), AccessError> {
    if before == after {
        return Ok(());
    }
    // `fchmod` refuses a descriptor that is only a place; through its link it is a path as others.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    fs::set_permissions(path, Permissions::from_mode(after)).map_err(AccessError::Mode)
}

/// Gives a file to the user and the group that are to have it: to both or to none.
fn give_to(
    file: &OwnedFd,
    found: &Stat,
    accounts: &[(AccountKind, Account)],
) -> Result<(), AccessError> {
    let (mut user, mut group) = (None, None);
    // Who the error names: the user first, to whom only root may give it.
    let mut first = None;
    for (kind, account) in accounts {
        let id = account.id(*kind).map_err(AccessError::Account)?;
        match kind {
            AccountKind::User if id != found.st_uid => user = Some(Uid::from_raw(id)),
            AccountKind::Group if id != found.st_gid => group = Some(Gid::from_raw(id)),
            AccountKind::User | AccountKind::Group => continue,
        }
        first.get_or_insert((*kind, account));
    }
    let Some((kind, account)) = first else { return Ok(()) };
    chownat(file, "", user, group, AtFlags::EMPTY_PATH).map_err(|source| AccessError::Owner {
        kind,
        account: account.clone(),
        source: source.into(),
    })
}

/// Removes a socket that a dead process left behind.
fn clear(path: &Path) -> io::Result<()> {
    let in_use = |what| {
        let message = format!("{} is {what}", path.display());
        Err(io::Error::new(ErrorKind::AddrInUse, message))
    };
    match look(path) {
        Ok(There::Nothing) => Ok(()),
        Ok(There::Left) => fs::remove_file(path),
        Ok(There::Served) => in_use("served by another process"),
        Ok(There::NoSocket) => Err(no_socket(path)),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            in_use("another user's, and this one may not see whether it is served")
        }
        Err(error) => Err(error),
    }
}

fn no_socket(path: &Path) -> io::Error {
    let message = format!("{} exists and is no socket", path.display());
    io::Error::new(ErrorKind::AlreadyExists, message)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A path of its own that is free again at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("goodgate-unix-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn bind(&self, access: &Access) -> io::Result<UnixListener> {
            bind_unix(&self.0, access, 16)
        }

        fn mode(&self) -> u32 {
            fs::symlink_metadata(&self.0).expect("a file").mode() & 0o7777
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            fs::remove_file(&self.0).ok();
        }
    }

    fn mode(bits: &str) -> Access {
        use goodgate_config::Text as _;
        Access { mode: Some(FileMode::from_text(bits).expect("a mode")), ..Access::default() }
    }

    fn of_group(id: u32, mode: Option<FileMode>) -> Access {
        Access { mode, group: Some(Account::Id(id)), ..Access::default() }
    }

    #[test]
    fn the_mode_is_the_one_that_was_asked_for() {
        let place = Place::new("mode");

        for (access, bits) in [
            (Access::default(), 0o600),
            (mode("0666"), 0o666),
            (mode("0200"), 0o200),
            (of_group(getegid().as_raw(), None), 0o660),
        ] {
            let listener = place.bind(&access).expect("bound");
            assert_eq!(place.mode(), bits, "{access:?}");
            drop(listener);
        }
    }

    #[test]
    fn it_changes_while_it_is_served() {
        let place = Place::new("changes");
        let _listener = place.bind(&mode("0606")).expect("bound");

        give(&place.0, &mode("0660")).expect("given");

        assert_eq!(place.mode(), 0o660);
    }

    #[test]
    fn a_group_that_is_named_no_longer_loses_it() {
        let place = Place::new("loses");
        let own = getegid().as_raw();
        // Root may give files to any group.
        let other = if geteuid().is_root() { own + 1 } else { own };
        let _listener = place.bind(&of_group(other, Some(FileMode::GROUP))).expect("bound");

        give(&place.0, &mode("0660")).expect("given");

        assert_eq!(fs::metadata(&place.0).expect("a file").gid(), own);
        assert_eq!(place.mode(), 0o660);
    }

    #[test]
    fn a_group_that_is_unknown_is_named_and_nothing_is_left() {
        let place = Place::new("unknown");
        let group = Some(Account::Name("no-such-group".to_owned()));
        let access = Access { group, ..Access::default() };

        let error = place.bind(&access).expect_err("no such group");

        assert_eq!(error.to_string(), "there is no group no-such-group");
        assert!(!place.0.exists());
    }

    #[test]
    fn what_fails_changes_nothing() {
        let place = Place::new("stays");
        let _listener = place.bind(&mode("0606")).expect("bound");
        let group = Some(Account::Name("no-such-group".to_owned()));

        give(&place.0, &Access { group, ..mode("0660") }).expect_err("no such group");

        assert_eq!(place.mode(), 0o606);
    }

    #[test]
    fn a_link_is_not_followed() {
        let (place, file) = (Place::new("link"), Place::new("file"));
        fs::write(&file.0, "mine").expect("a file");
        fs::set_permissions(&file.0, Permissions::from_mode(0o600)).expect("permissions");
        std::os::unix::fs::symlink(&file.0, &place.0).expect("a link");

        assert!(give(&place.0, &mode("0666")).is_err());
        assert!(place.bind(&mode("0666")).is_err());

        assert_eq!(file.mode(), 0o600);
    }

    #[test]
    fn a_live_socket_is_left_alone_and_a_dead_one_is_replaced() {
        let place = Place::new("dead");
        let live = bind_unix(&place.0, &Access::default(), 0).expect("bound");
        // A queue that is full shows that it is served, and holds nobody up.
        let _waits = std::os::unix::net::UnixStream::connect(&place.0).expect("connected");
        let error = place.bind(&Access::default()).expect_err("it lives");
        assert_eq!(error.kind(), ErrorKind::AddrInUse);

        drop(live);
        place.bind(&Access::default()).expect("it is dead");
    }

    #[test]
    fn a_file_is_no_socket_to_replace() {
        let place = Place::new("plain");
        fs::write(&place.0, "mine").expect("a file");

        let error = place.bind(&Access::default()).expect_err("a file");

        assert_eq!(fs::read_to_string(&place.0).expect("still there"), "mine");
        assert!(error.to_string().contains("no socket"));
    }
}
