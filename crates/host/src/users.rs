//! Names of users and groups, from `/etc/passwd` and `/etc/group`.

use std::collections::BTreeMap;

use crate::root::Root;

/// Names by number. Users of a directory service are in no file and keep their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Users {
    pub(crate) fn read(root: &Root) -> Self {
        let names = |path: &str| root.read(path).map(|text| names(&text)).unwrap_or_default();
        Self { users: names("/etc/passwd"), groups: names("/etc/group") }
    }

    /// Returns the name of a user, or its number.
    pub(crate) fn user(&self, id: u32) -> String {
        self.users.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Returns the name of a group, or its number.
    pub(crate) fn group(&self, id: u32) -> String {
        self.groups.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// Reads lines of `name:x:NUMBER:…`.
fn names(text: &str) -> BTreeMap<u32, String> {
    let entry = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        Some((fields.nth(1)?.parse().ok()?, name))
    };
    // The first name of a number counts.
    text.lines().rev().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn a_number_without_a_name_stays_a_number() {
        let tree =
            Tree::new().file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33:::");

        let users = Users::read(&tree.root());

        assert_eq!((users.user(33), users.user(999)), ("www-data".to_owned(), "999".to_owned()));
        assert_eq!(users.group(33), "33");
    }

    #[test]
    fn the_first_name_of_a_number_counts() {
        let tree = Tree::new().file("/etc/group", "www-data:x:33:\nother:x:33:\n");

        assert_eq!(Users::read(&tree.root()).group(33), "www-data");
    }
}
