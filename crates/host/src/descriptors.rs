//! Open descriptors: of one process, of the whole system.

use goodgate_evidence::host::{Descriptors, Usage};

use crate::limits::LINKS_MAX;
use crate::root::{Root, reason};

/// The descriptors of one process by what they lead to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open {
    /// Inodes of sockets.
    pub(crate) sockets: Vec<u64>,
    /// Paths of files.
    pub(crate) files: Vec<String>,
}

/// How many descriptors may still be followed in one look.
#[derive(Debug)]
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(LINKS_MAX)
    }
}

impl Budget {
    /// Tells whether it is used up.
    pub(crate) fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// Follows the descriptors of a process.
pub(crate) fn open(root: &Root, pid: u32, budget: &mut Budget) -> Result<Open, String> {
    let folder = format!("/proc/{pid}/fd");
    let names = root.names(&folder, budget.0).map_err(|error| reason(&error))?;
    budget.0 = budget.0.saturating_sub(names.len());
    let mut open = Open::default();
    for name in names {
        // A descriptor that was closed meanwhile leads nowhere.
        let Ok(target) = root.link(&format!("{folder}/{name}")) else { continue };
        match target.strip_prefix("socket:[") {
            Some(rest) => open.sockets.extend(rest.trim_end_matches(']').parse::<u64>()),
            None if target.starts_with('/') => open.files.push(target),
            None => {}
        }
    }
    Ok(open)
}

/// Returns how many descriptors a process has and may have.
pub(crate) fn of_process(root: &Root, pid: u32) -> Option<Descriptors> {
    let open = root.names(&format!("/proc/{pid}/fd"), LINKS_MAX).ok()?.len();
    let limits = root.read(&format!("/proc/{pid}/limits")).ok()?;
    Some(Descriptors { pid, open: open as u64, before: None, limit: soft_limit(&limits)? })
}

/// Reads `Max open files            1024                 524288               files`.
fn soft_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// Reads how many descriptors the system has: allocated, unused, the most.
pub(crate) fn of_system(root: &Root) -> Option<Usage> {
    let text = root.read("/proc/sys/fs/file-nr").ok()?;
    let numbers: Vec<u64> =
        text.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect();
    Some(Usage { used: *numbers.first()?, limit: *numbers.get(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn descriptors_are_counted_against_the_soft_limit() {
        let tree = Tree::new()
            .file("/proc/7/limits", "Limit  Soft Limit  Hard Limit  Units\nMax open files            64                   524288               files     \n")
            .link("/proc/7/fd/0", "/dev/null")
            .link("/proc/7/fd/3", "socket:[99]");

        let of_process = of_process(&tree.root(), 7);

        assert_eq!(of_process, Some(Descriptors { pid: 7, open: 2, before: None, limit: 64 }));
    }

    #[test]
    fn sockets_and_files_are_told_apart() {
        let tree = Tree::new()
            .link("/proc/7/fd/0", "/var/log/nginx/error.log")
            .link("/proc/7/fd/3", "socket:[99]")
            .link("/proc/7/fd/4", "anon_inode:[eventpoll]");

        let open = open(&tree.root(), 7, &mut Budget::default()).unwrap();

        assert_eq!(
            (open.sockets, open.files),
            (vec![99], vec!["/var/log/nginx/error.log".to_owned()])
        );
    }

    #[test]
    fn the_descriptors_of_the_system_are_read() {
        let tree = Tree::new().file("/proc/sys/fs/file-nr", "1024\t0\t9223372036854775807\n");

        let limit = of_system(&tree.root()).map(|files| files.limit);

        assert_eq!(limit, Some(9_223_372_036_854_775_807));
    }
}
