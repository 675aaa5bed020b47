//! Network namespaces: our own, and those of other processes of this host.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::limits::NAMESPACES_MAX;
use crate::process::{self, Table};
use crate::root::Root;

/// A network namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    /// A process in it; none for our own.
    pub(crate) pid: Option<u32>,
    /// As `/proc` names it: `net:[4026531840]`; empty where that cannot be read.
    pub(crate) id: String,
    door: PathBuf,
}

impl Namespace {
    /// Returns our own namespace.
    pub(crate) fn own(root: &Root) -> Self {
        // Without the link no process can be told to be elsewhere, so that all count as here.
        let id = root.link("/proc/self/ns/net").unwrap_or_default();
        Self { pid: None, id, door: root.path("/proc/self/ns/net") }
    }

    /// Returns the other namespaces in which processes run, each once.
    pub(crate) fn others(root: &Root, table: &Table, own: &Self) -> Vec<Self> {
        let mut found: BTreeMap<String, u32> = BTreeMap::new();
        for row in table.all() {
            let Some(id) = process::network_of(root, row.pid) else { continue };
            if id != own.id && found.len() < NAMESPACES_MAX {
                found.entry(id).or_insert(row.pid);
            }
        }
        let namespace = |(id, pid): (String, u32)| Self {
            pid: Some(pid),
            id,
            door: root.path(format!("/proc/{pid}/ns/net")),
        };
        found.into_iter().map(namespace).collect()
    }

    /// Returns the folder of its tables.
    pub(crate) fn proc_net(&self) -> String {
        self.pid.map_or_else(|| "/proc/net".to_owned(), |pid| format!("/proc/{pid}/net"))
    }

    /// Does something inside the namespace. For another one than ours that is a thread of its own,
    /// which enters it and ends.
    pub(crate) fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, String> {
        if self.pid.is_none() {
            return Ok(work());
        }
        let door = File::open(&self.door).map_err(|error| cannot_enter(&error))?;
        let entered = thread::scope(|scope| {
            let inside = scope.spawn(move || {
                let kind = Some(LinkNameSpaceType::Network);
                move_into_link_name_space(door.as_fd(), kind)
                    .map_err(|error| cannot_enter(&error.into()))?;
                Ok(work())
            });
            inside.join()
        });
        entered.unwrap_or_else(|_| Err("the look into the network namespace failed".to_owned()))
    }
}

fn cannot_enter(error: &std::io::Error) -> String {
    format!("its network namespace cannot be entered: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn our_own_namespace_is_none_of_the_others() {
        let stat = |pid: u32| format!("{pid} (a) S 1 {}1 0", "0 ".repeat(17));
        let tree = Tree::new()
            .link("/proc/self/ns/net", "net:[1]")
            .file("/proc/7/stat", &stat(7))
            .link("/proc/7/ns/net", "net:[1]")
            .file("/proc/8/stat", &stat(8))
            .link("/proc/8/ns/net", "net:[2]")
            .file("/proc/9/stat", &stat(9))
            .link("/proc/9/ns/net", "net:[2]");
        let root = tree.root();
        let table = Table::read(&root).unwrap();

        let others = Namespace::others(&root, &table, &Namespace::own(&root));

        assert_eq!(others.iter().map(|one| one.pid).collect::<Vec<_>>(), [Some(8)]);
    }
}
