//! The pools of php-fpm, from its configuration: how many children each may have.

use std::path::{Path, PathBuf};

use crate::access::Walk;
use crate::folders::matching;
use crate::limits::{CONFIG_FILE_MAX, CONFIG_FILES_MAX};
use crate::root::read_regular;

/// A pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pool {
    pub(crate) name: String,
    /// `listen`: `127.0.0.1:9000`, `9000` or a path.
    pub(crate) listen: String,
    /// `pm.max_children`.
    pub(crate) children_max: Option<u32>,
}

/// Reads `php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)` of a process's title.
pub(crate) fn configuration(title: &str) -> Option<PathBuf> {
    let (_, rest) = title.split_once("master process (")?;
    rest.split_once(')').map(|(path, _)| PathBuf::from(path))
}

/// Reads `php-fpm: pool www` of a child's title.
pub(crate) fn pool_of_child(title: &str) -> Option<&str> {
    title.strip_prefix("php-fpm: pool ").map(str::trim_end)
}

/// Reads the pools of a configuration and of what it includes.
pub(crate) fn pools(root: &Path, configuration: &Path) -> Vec<Pool> {
    let mut pools: Vec<Pool> = Vec::new();
    let mut open = vec![configuration.to_owned()];
    let mut files = 0;
    while let Some(path) = open.pop() {
        files += 1;
        if files > CONFIG_FILES_MAX {
            break;
        }
        let real = Walk::along(root, &path).found().map(|(_, real)| real.to_owned());
        let text = real.and_then(|real| read_regular(&real, CONFIG_FILE_MAX).ok());
        // The sections of one file end with it.
        let mut pool: Option<Pool> = None;
        for line in text.unwrap_or_default().lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                pools.extend(pool.take());
                pool =
                    (name != "global").then(|| Pool { name: name.to_owned(), ..Pool::default() });
            } else if let Some((key, value)) = setting(line) {
                match (key, &mut pool) {
                    ("include", _) => open.extend(matching(root, Path::new(value))),
                    ("listen", Some(pool)) => value.clone_into(&mut pool.listen),
                    ("pm.max_children", Some(pool)) => pool.children_max = value.parse().ok(),
                    _ => {}
                }
            }
        }
        pools.extend(pool);
    }
    for pool in &mut pools {
        pool.listen = pool.listen.replace("$pool", &pool.name);
    }
    pools
}

fn setting(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(';') {
        return None;
    }
    let (key, value) = line.split_once('=')?;
    let value = value.split(" ;").next().unwrap_or_default();
    Some((key.trim(), value.trim().trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn pools_of_included_files_are_read() {
        let tree = Tree::new()
            .file("/etc/php/fpm/php-fpm.conf", "[global]\npid = /run/x\ninclude=/etc/php/fpm/pool.d/*.conf\n")
            .file(
                "/etc/php/fpm/pool.d/www.conf",
                "[www]\nlisten = /run/php/$pool.sock\n;pm.max_children = 99\npm.max_children = 5 ; few\n[api]\nlisten=9000\n",
            );

        let pools = pools(&tree.path("/"), Path::new("/etc/php/fpm/php-fpm.conf"));

        let www = Pool {
            name: "www".to_owned(),
            listen: "/run/php/www.sock".to_owned(),
            children_max: Some(5),
        };
        let api = Pool { name: "api".to_owned(), listen: "9000".to_owned(), children_max: None };
        assert_eq!(pools, [www, api]);
    }

    #[test]
    fn titles_are_read() {
        let master = "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)";

        assert_eq!(configuration(master), Some(PathBuf::from("/etc/php/8.2/fpm/php-fpm.conf")));
        assert_eq!(pool_of_child("php-fpm: pool www        "), Some("www"));
        assert_eq!(pool_of_child("php-fpm: master process"), None);
    }
}
