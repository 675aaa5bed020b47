//! Who may connect to a unix socket: mode, owner and group of its file.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};

use goodgate_config::show::quoted;
use goodgate_config::tree::{Node, Value};
use goodgate_config::{Fault, Reader, Scalar, Text, mismatch, number_in};

/// The permissions of a file, from 0 to 0777.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMode(u16);

impl FileMode {
    /// For its owner alone.
    pub const OWNER: Self = Self(0o600);

    /// For its owner and its group.
    pub const GROUP: Self = Self(0o660);

    /// Returns the bits.
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }
}

impl Text for FileMode {
    const KIND: &'static str = "a mode in quotes";
    const ALLOWED: &'static str = "three or four octal digits in quotes, such as \"0660\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let is_octal = text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
        let bits = u16::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
        let Some(bits) = bits.filter(|_| is_octal && (3..=4).contains(&text.len())) else {
            return Err(Fault::new(format!("{} is no mode", quoted(text))));
        };
        if bits & 0o200 == 0 {
            return Err(Fault::new("its owner could not connect: that takes the right to write")
                .hint("write \"0600\" for the owner, \"0660\" for the group as well"));
        }
        Ok(Self(bits))
    }

    fn to_text(&self) -> String {
        format!("{:04o}", self.0)
    }
}

goodgate_config::text!(FileMode);

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// By its number.
    Id(u32),
    /// By its name in `/etc/passwd` or `/etc/group`.
    Name(String),
}

/// Which of the two an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A user.
    User,
    /// A group.
    Group,
}

/// Why an account has no number.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Its name is not in the file.
    #[error("there is no {kind} {name}")]
    Unknown {
        /// Which.
        kind: AccountKind,
        /// Its name.
        name: String,
    },
    /// The file cannot be read.
    #[error("read {path}: {source}")]
    Unreadable {
        /// The file.
        path: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// The most that is read of a file of accounts: a hundred bytes for each of ten thousand.
const ACCOUNTS_MAX: u64 = 1 << 20;

/// The number that stands for "leave it" in `chown`(2).
const NOBODY: u32 = u32::MAX;

impl Account {
    /// Returns the number. Only the files of this host are asked: a name of a directory service (LDAP)
    /// is unknown and has to be written as its number.
    pub fn id(&self, kind: AccountKind) -> Result<u32, AccountError> {
        let name = match self {
            Self::Id(id) => return Ok(*id),
            Self::Name(name) => name,
        };
        let path = kind.file();
        let mut text = Vec::new();
        let read = File::open(path).and_then(|file| file.take(ACCOUNTS_MAX).read_to_end(&mut text));
        read.map_err(|source| AccountError::Unreadable { path, source })?;
        let unknown = || AccountError::Unknown { kind, name: name.clone() };
        number_of(&String::from_utf8_lossy(&text), name).ok_or_else(unknown)
    }
}

/// Finds a name in `name:password:number:...` (passwd(5), group(5)).
fn number_of(text: &str, name: &str) -> Option<u32> {
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let is_it = fields.next() == Some(name);
        fields.nth(1).filter(|_| is_it)?.parse().ok()
    })
}

impl AccountKind {
    const fn file(self) -> &'static str {
        match self {
            Self::User => "/etc/passwd",
            Self::Group => "/etc/group",
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::User => "user",
            Self::Group => "group",
        })
    }
}

impl AccountError {
    /// Says what to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { kind: AccountKind::User, name } => {
                Some(format!("`getent passwd {name}` shows its number, which does as well"))
            }
            Self::Unknown { kind: AccountKind::Group, name } => {
                Some(format!("`getent group {name}` shows its number, which does as well"))
            }
            Self::Unreadable { .. } => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(formatter, "{id}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}

impl Scalar for Account {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "a name such as \"www-data\", or a number".to_owned()
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        match &node.value {
            Value::Integer(_) => {
                let id = number_in(node, 0, i128::from(NOBODY - 1))?;
                Ok(Self::Id(u32::try_from(id).unwrap_or_default()))
            }
            Value::Text(text) => match text.parse() {
                Ok(id) if id != NOBODY => Ok(Self::Id(id)),
                _ if is_name(text) => Ok(Self::Name(text.clone())),
                _ => Err(Fault::new(format!("{} is no name of an account", quoted(text)))),
            },
            _ => Err(mismatch("a name or a number", node)),
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Name(name) => quoted(name),
        }
    }
}

goodgate_config::scalar!(Account);

/// What a line of `/etc/passwd` can hold as a name: nothing that would be another field.
fn is_name(text: &str) -> bool {
    let fits = |found: char| !found.is_whitespace() && !found.is_control() && found != ':';
    (1..=256).contains(&text.len())
        && text.chars().all(fits)
        && !text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

/// Who may connect to a unix socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The mode, if it is set.
    pub mode: Option<FileMode>,
    /// The owner, if that is not the gateway's user.
    pub user: Option<Account>,
    /// The group, if that is not the gateway's.
    pub group: Option<Account>,
}

impl Access {
    /// Returns the mode that is in force: who names a group means that it may connect.
    pub fn mode(&self) -> FileMode {
        match (self.mode, &self.group) {
            (Some(mode), _) => mode,
            (None, Some(_)) => FileMode::GROUP,
            (None, None) => FileMode::OWNER,
        }
    }

    /// Returns the names of the keys that are set.
    pub fn set(&self) -> Vec<&'static str> {
        let keys = [
            ("mode", self.mode.is_some()),
            ("user", self.user.is_some()),
            ("group", self.group.is_some()),
        ];
        keys.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key).collect()
    }

    /// Returns the accounts that it names, with the keys that do.
    pub fn accounts(&self) -> impl Iterator<Item = (&'static str, AccountKind, &Account)> {
        let user = self.user.iter().map(|user| ("user", AccountKind::User, user));
        user.chain(self.group.iter().map(|group| ("group", AccountKind::Group, group)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_and_let_the_owner_connect() {
        let of = |text| FileMode::from_text(text).map(FileMode::bits).ok();

        assert_eq!(of("0660"), Some(0o660));
        assert_eq!(of("666"), Some(0o666));
        for text in ["", "60", "00660", "0o660", "+660", "0680", "1777", "4600", "0440", "rw"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_has_the_number_of_its_own_line() {
        let text = "root:x:0:\nwww:x:12:\n#www-data:x:1:\nwww-data:x:33:a,b\nbroken:x\n";

        assert_eq!(number_of(text, "www-data"), Some(33));
        assert_eq!(number_of(text, "data"), None);
        assert_eq!(number_of(text, "broken"), None);
    }

    #[test]
    fn a_group_that_is_named_may_connect() {
        let group = Some(Account::Id(33));
        let mode = Some(FileMode::OWNER);

        assert_eq!(Access::default().mode(), FileMode::OWNER);
        assert_eq!(Access { group: group.clone(), ..Access::default() }.mode(), FileMode::GROUP);
        assert_eq!(Access { mode, group, ..Access::default() }.mode(), FileMode::OWNER);
    }
}
