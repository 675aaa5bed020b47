//! Whether somebody else may use a file: modes, owners and access lists, weighed by the rules of
//! path resolution and `acl(5)`, and never by trying it, which would show our own rights.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use goodgate_evidence::host::Access;

use crate::limits::SYMLINKS_MAX;
use crate::process::Credentials;
use crate::root::reason;
use crate::users::Users;

/// A file or folder on the way to a path.
#[derive(Clone, Debug)]
struct Step {
    /// As whoever walks sees it.
    seen: PathBuf,
    /// Where it lies for us.
    real: PathBuf,
    metadata: Metadata,
}

/// Where a path leads.
#[derive(Debug)]
pub(crate) struct Walk {
    folders: Vec<Step>,
    end: End,
}

#[derive(Debug)]
enum End {
    There(Step),
    Missing(PathBuf),
    Closed { at: PathBuf, why: String },
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Connect to a socket: write it.
    Write,
    /// Make files in a folder: write and pass it.
    MakeFiles,
}

/// Permission bits, as in a mode.
const READ_WRITE_PASS: u32 = 0o7;
const WRITE: u32 = 0o2;
const PASS: u32 = 0o1;

impl Want {
    fn bits(self) -> u32 {
        match self {
            Self::Write => WRITE,
            Self::MakeFiles => WRITE | PASS,
        }
    }
}

impl Walk {
    /// Follows a path from the root that somebody else has; symbolic links are followed inside it.
    pub(crate) fn along(root: &Path, path: &Path) -> Self {
        let mut folders: Vec<Step> = Vec::new();
        let mut left: Vec<PathBuf> = parts(path);
        let mut seen = PathBuf::from("/");
        let mut links = 0;
        loop {
            let real = root.join(seen.strip_prefix("/").unwrap_or(&seen));
            let metadata = match fs::symlink_metadata(&real) {
                Ok(metadata) => metadata,
                Err(error) => return Self { folders, end: End::of(&error, seen) },
            };
            if metadata.is_symlink() {
                links += 1;
                let to = fs::read_link(&real);
                let Ok(to) = to.map_err(|error| reason(&error)) else {
                    return Self { folders, end: End::closed(seen, "its link cannot be read") };
                };
                if links > SYMLINKS_MAX {
                    return Self { folders, end: End::closed(seen, "its links run in a circle") };
                }
                left.extend(parts(&to));
                seen = if to.is_absolute() { PathBuf::from("/") } else { parent(&seen) };
                continue;
            }
            let step = Step { seen: seen.clone(), real, metadata };
            let Some(next) = left.pop() else {
                return Self { folders, end: End::There(step) };
            };
            if !step.metadata.is_dir() {
                return Self { folders, end: End::Missing(seen.join(next)) };
            }
            folders.push(step);
            seen = if next == Path::new("..") { parent(&seen) } else { seen.join(next) };
        }
    }

    /// Returns what stands at the end, with its place for us.
    pub(crate) fn found(&self) -> Option<(&Metadata, &Path)> {
        match &self.end {
            End::There(step) => Some((&step.metadata, &step.real)),
            _ => None,
        }
    }

    /// Returns the first thing on the way that is missing.
    pub(crate) fn missing(&self) -> Option<&Path> {
        match &self.end {
            End::Missing(at) => Some(at),
            _ => None,
        }
    }

    /// Returns why we cannot tell what stands at the end.
    pub(crate) fn closed(&self) -> Option<String> {
        match &self.end {
            End::Closed { at, why } => Some(format!("{}: {why}", at.display())),
            _ => None,
        }
    }

    /// Says what somebody may do there; none where the end was not reached.
    pub(crate) fn judge(&self, who: &Credentials, want: Want, users: &Users) -> Option<Access> {
        let End::There(end) = &self.end else { return None };
        let mut decisive = None;
        for folder in &self.folders {
            if !may(folder, who, PASS) {
                decisive = Some((folder, PASS));
                break;
            }
        }
        if decisive.is_none() && !may(end, who, want.bits()) {
            decisive = Some((end, want.bits()));
        }
        let name = users.user(who.uid);
        let (step, missing) = decisive.unwrap_or((end, 0));
        let mode = mode_words(&step.metadata, users);
        let (allowed, why) = match missing {
            0 => (true, format!("{mode}, {name} may")),
            PASS => (false, format!("{mode}, {name} may not pass the folder")),
            _ => (false, format!("{mode}, {name} may not write")),
        };
        Some(Access { allowed, at: step.seen.display().to_string(), why })
    }
}

impl End {
    fn of(error: &io::Error, at: PathBuf) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(at),
            _ => Self::Closed { at, why: reason(error) },
        }
    }

    fn closed(at: PathBuf, why: &str) -> Self {
        Self::Closed { at, why: why.to_owned() }
    }
}

/// Returns the names of a path, the first one last.
fn parts(path: &Path) -> Vec<PathBuf> {
    let part = |component: Component<'_>| match component {
        Component::Normal(name) => Some(PathBuf::from(name)),
        Component::ParentDir => Some(PathBuf::from("..")),
        _ => None,
    };
    path.components().rev().filter_map(part).collect()
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("/")).to_owned()
}

/// Writes a mode with owner and group: `0660 root:www-data`.
pub(crate) fn mode_words(metadata: &Metadata, users: &Users) -> String {
    let mode = metadata.mode() & 0o7777;
    format!("{mode:04o} {}:{}", users.user(metadata.uid()), users.group(metadata.gid()))
}

fn may(step: &Step, who: &Credentials, bits: u32) -> bool {
    // Capabilities pass modes; passing a folder needs less than writing.
    if who.overrides || bits == PASS && who.searches && step.metadata.is_dir() {
        return true;
    }
    let list = access_list(&step.real);
    permitted(&step.metadata, list.as_deref(), who) & bits == bits
}

/// Returns the bits that somebody has.
fn permitted(metadata: &Metadata, list: Option<&[Entry]>, who: &Credentials) -> u32 {
    let mode = metadata.mode();
    if metadata.uid() == who.uid {
        return mode >> 6 & READ_WRITE_PASS;
    }
    let in_group = |gid: u32| who.gids.contains(&gid);
    let Some(list) = list else {
        let shift = if in_group(metadata.gid()) { 3 } else { 0 };
        return mode >> shift & READ_WRITE_PASS;
    };
    // With an access list the group's bits of the mode are its mask.
    let mask = mode >> 3 & READ_WRITE_PASS;
    if let Some(entry) = list.iter().find(|entry| entry.tag == USER && entry.id == who.uid) {
        return entry.bits & mask;
    }
    let groups: Vec<u32> = list
        .iter()
        .filter(|entry| match entry.tag {
            GROUP_OBJ => in_group(metadata.gid()),
            GROUP => in_group(entry.id),
            _ => false,
        })
        .map(|entry| entry.bits)
        .collect();
    if groups.is_empty() {
        return mode & READ_WRITE_PASS;
    }
    // One entry has to give everything that is asked; the most that any of them gives is told.
    groups.into_iter().max_by_key(|bits| (bits & WRITE, bits & PASS)).unwrap_or(0) & mask
}

/// An entry of an access list (`include/uapi/linux/posix_acl_xattr.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    tag: u16,
    bits: u32,
    id: u32,
}

const USER: u16 = 0x02;
const GROUP_OBJ: u16 = 0x04;
const GROUP: u16 = 0x08;

/// Bytes of an access list that are read: some hundred entries.
const LIST_MAX: usize = 4096;

fn access_list(path: &Path) -> Option<Vec<Entry>> {
    let mut buffer = vec![0_u8; LIST_MAX];
    // No list, or a file system without them: the mode alone counts.
    let length =
        rustix::fs::getxattr(path, "system.posix_acl_access", buffer.as_mut_slice()).ok()?;
    entries(buffer.get(..length)?)
}

fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let (version, rest) = bytes.split_at_checked(4)?;
    if version != 2_u32.to_le_bytes() {
        return None;
    }
    let entry = |bytes: &[u8]| {
        Some(Entry {
            tag: u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?),
            bits: u32::from(u16::from_le_bytes(bytes.get(2..4)?.try_into().ok()?)),
            id: u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?),
        })
    };
    rest.chunks_exact(8).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::testing::Tree;

    fn stranger() -> Credentials {
        Credentials {
            uid: 4_000_000,
            gids: BTreeSet::from([4_000_000]),
            overrides: false,
            searches: false,
        }
    }

    fn chmod(tree: &Tree, path: &str, mode: u32) {
        fs::set_permissions(tree.path(path), Permissions::from_mode(mode)).unwrap();
    }

    fn judge(tree: &Tree, who: &Credentials) -> Option<Access> {
        let walk = Walk::along(&tree.path("/"), Path::new("/run/app/app.sock"));
        walk.judge(who, Want::Write, &Users::default())
    }

    fn tree(folder: u32, file: u32) -> Tree {
        let tree = Tree::new().file("/run/app/app.sock", "");
        chmod(&tree, "/run/app/app.sock", file);
        chmod(&tree, "/run/app", folder);
        tree
    }

    #[test]
    fn a_stranger_may_not_write_what_is_for_the_group() {
        let access = judge(&tree(0o755, 0o660), &stranger()).unwrap();

        assert!(!access.allowed);
        assert_eq!(access.at, "/run/app/app.sock");
        assert!(access.why.starts_with("0660 "), "{}", access.why);
        assert!(access.why.ends_with("4000000 may not write"), "{}", access.why);
    }

    #[test]
    fn a_folder_that_may_not_be_passed_decides() {
        let access = judge(&tree(0o700, 0o666), &stranger()).unwrap();

        assert_eq!((access.allowed, access.at.as_str()), (false, "/run/app"));
    }

    #[test]
    fn what_is_for_everybody_may_be_written() {
        assert!(judge(&tree(0o755, 0o666), &stranger()).unwrap().allowed);
    }

    #[test]
    fn the_owner_is_bound_by_the_owners_bits() {
        let tree = tree(0o755, 0o066);
        let owner = fs::metadata(tree.path("/run/app/app.sock")).unwrap().uid();

        let access = judge(&tree, &Credentials { uid: owner, ..stranger() }).unwrap();

        assert!(!access.allowed, "the bits of others do not help an owner");
    }

    #[test]
    fn a_member_of_the_group_has_the_groups_bits() {
        let tree = tree(0o755, 0o660);
        let group = fs::metadata(tree.path("/run/app/app.sock")).unwrap().gid();

        let access = judge(&tree, &Credentials { gids: BTreeSet::from([group]), ..stranger() });

        assert!(access.unwrap().allowed);
    }

    #[test]
    fn a_capability_passes_modes() {
        let who = Credentials { overrides: true, searches: true, ..stranger() };

        assert!(judge(&tree(0o000, 0o000), &who).unwrap().allowed);
    }

    #[test]
    fn the_first_missing_thing_is_named() {
        let tree = Tree::new().file("/run/other", "");

        let walk = Walk::along(&tree.path("/"), Path::new("/run/app/app.sock"));

        assert_eq!(walk.missing(), Some(Path::new("/run/app")));
        assert!(walk.judge(&stranger(), Want::Write, &Users::default()).is_none());
    }

    #[test]
    fn links_are_followed_inside_the_root() {
        let tree = tree(0o755, 0o600).link("/var/run", "/run").link("/run/up", "../run/./app");

        let walk = Walk::along(&tree.path("/"), Path::new("/var/run/up/app.sock"));

        assert_eq!(walk.found().unwrap().1, tree.path("/run/app/app.sock"));
    }

    #[test]
    fn links_in_a_circle_end() {
        let tree = Tree::new().link("/a", "/b").link("/b", "/a");

        let walk = Walk::along(&tree.path("/"), Path::new("/a/c"));

        assert!(walk.closed().unwrap().contains("circle"));
    }

    #[test]
    fn access_lists_decide_before_the_group() {
        let tree = tree(0o755, 0o660);
        let metadata = fs::metadata(tree.path("/run/app/app.sock")).unwrap();
        let list = |bits| [Entry { tag: USER, bits, id: stranger().uid }];

        assert_eq!(permitted(&metadata, Some(&list(6)), &stranger()), 6);
        assert_eq!(permitted(&metadata, Some(&list(4)), &stranger()), 4);
    }

    #[test]
    fn the_mask_limits_an_access_list() {
        let tree = tree(0o755, 0o640);
        let metadata = fs::metadata(tree.path("/run/app/app.sock")).unwrap();
        let list = [Entry { tag: USER, bits: 6, id: stranger().uid }];

        assert_eq!(permitted(&metadata, Some(&list), &stranger()), 4);
    }

    #[test]
    fn an_access_list_is_read_from_its_bytes() {
        let mut bytes = 2_u32.to_le_bytes().to_vec();
        bytes.extend([2, 0, 6, 0, 33, 0, 0, 0]);

        assert_eq!(entries(&bytes), Some(vec![Entry { tag: USER, bits: 6, id: 33 }]));
        assert_eq!(entries(b"x"), None);
    }
}
