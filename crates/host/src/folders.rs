//! The folders into which a gateway writes: logs, by its open files; buffers, by its
//! configuration and by where its packages put them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use goodgate_evidence::Product;
use goodgate_evidence::host::{Folder, Purpose};
use goodgate_evidence::text::neutralise;
use rustix::fs::StatVfsMountFlags;

use crate::access::{Walk, Want};
use crate::limits::{CONFIG_FILE_MAX, CONFIG_FILES_MAX, FOLDERS_MAX};
use crate::process::Credentials;
use crate::root::read_regular;
use crate::users::Users;

/// A gateway, as far as its folders depend on it.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) product: Option<Product>,
    /// The arguments of the process that manages the others.
    pub(crate) arguments: &'a [String],
    /// Files that it has open.
    pub(crate) files: &'a [String],
    /// Where its files begin for us.
    pub(crate) root: &'a Path,
    pub(crate) who: Option<&'a Credentials>,
}

/// Where the packages of nginx put its buffers.
const NGINX_FOLDERS: &[&str] =
    &["/var/lib/nginx/proxy", "/var/lib/nginx/body", "/var/cache/nginx/proxy_temp"];

/// Directives of nginx that name a folder of buffers.
const NGINX_BUFFERS: &[&str] = &[
    "client_body_temp_path",
    "fastcgi_temp_path",
    "proxy_cache_path",
    "proxy_temp_path",
    "scgi_temp_path",
    "uwsgi_temp_path",
];

/// Looks at the folders of a gateway.
pub(crate) fn of(writer: &Writer<'_>, users: &Users) -> Vec<Folder> {
    let mut wanted: Vec<(PathBuf, Purpose)> = Vec::new();
    for path in buffers(writer) {
        wanted.push((path, Purpose::Buffers));
    }
    for path in log_folders(writer.files) {
        wanted.push((path, Purpose::Logs));
    }
    let mut seen = BTreeSet::new();
    wanted.retain(|(path, _)| seen.insert(path.clone()));
    let folders = wanted.iter().filter_map(|(path, purpose)| look(writer, path, *purpose, users));
    folders.take(FOLDERS_MAX).collect()
}

fn buffers(writer: &Writer<'_>) -> Vec<PathBuf> {
    match writer.product {
        Some(Product::Nginx | Product::Openresty | Product::IngressNginx) => nginx(writer),
        // Apache keeps request bodies in the folder for temporary files.
        Some(Product::Apache) => vec![PathBuf::from("/tmp")],
        _ => Vec::new(),
    }
}

fn nginx(writer: &Writer<'_>) -> Vec<PathBuf> {
    let option = |name: &str| {
        let mut words = writer.arguments.iter().flat_map(|word| word.split(' '));
        words.find(|word| *word == name).and_then(|_| words.next()).map(PathBuf::from)
    };
    let prefix = option("-p");
    let config = option("-c").unwrap_or_else(|| PathBuf::from("/etc/nginx/nginx.conf"));
    let config = match &prefix {
        Some(prefix) => prefix.join(config),
        None => config,
    };
    let base = config.parent().unwrap_or(Path::new("/")).to_owned();
    let scan = Scan { root: writer.root, base: &base };
    let named = scan.values(&config);
    let mut folders: Vec<PathBuf> = named
        .into_iter()
        // Relative paths begin at the prefix.
        .filter_map(|path| match (&prefix, path.is_absolute()) {
            (_, true) => Some(path),
            (Some(prefix), false) => Some(prefix.join(path)),
            (None, false) => None,
        })
        .collect();
    // Where the configuration names none, those of the packages are in use.
    if folders.is_empty() {
        folders.extend(NGINX_FOLDERS.iter().map(PathBuf::from));
    }
    folders
}

/// Goes through a configuration of nginx for directives that name folders. It is no reader of the
/// language: it takes lines, and what stands in blocks alike.
struct Scan<'a> {
    root: &'a Path,
    base: &'a Path,
}

impl Scan<'_> {
    fn values(&self, config: &Path) -> Vec<PathBuf> {
        let mut values = Vec::new();
        let mut open = vec![config.to_owned()];
        let mut read = BTreeSet::new();
        while let Some(path) = open.pop() {
            if read.len() >= CONFIG_FILES_MAX || !read.insert(path.clone()) {
                continue;
            }
            // What nginx could not read either would have kept it from starting.
            let text = read_regular(&self.real(&path), CONFIG_FILE_MAX).unwrap_or_default();
            for statement in statements(&text) {
                let mut words = statement.split_ascii_whitespace();
                let (Some(name), Some(value)) = (words.next(), words.next()) else { continue };
                let value = PathBuf::from(value.trim_matches(['"', '\'']));
                if name == "include" {
                    // What is included is sought beside the configuration.
                    open.extend(matching(self.root, &self.base.join(value)));
                } else if NGINX_BUFFERS.contains(&name) {
                    values.push(value);
                }
            }
        }
        values
    }

    fn real(&self, path: &Path) -> PathBuf {
        Walk::along(self.root, path).found().map(|(_, real)| real.to_owned()).unwrap_or_default()
    }
}

/// Returns the statements of a configuration, without comments.
pub(crate) fn statements(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.flat_map(|line| line.split([';', '{', '}'])).map(str::trim)
}

/// Returns the files that a pattern with `*` in its last part names.
pub(crate) fn matching(root: &Path, pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().map(|name| name.to_string_lossy().into_owned());
    let Some(name) = name.filter(|name| name.contains('*')) else {
        return vec![pattern.to_owned()];
    };
    let folder = pattern.parent().unwrap_or(Path::new("/"));
    let walk = Walk::along(root, folder);
    let Some((_, real)) = walk.found() else { return Vec::new() };
    let entries = std::fs::read_dir(real).into_iter().flatten().take(CONFIG_FILES_MAX);
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut found: Vec<PathBuf> =
        names.filter(|one| fits(&name, one)).map(|one| folder.join(one)).collect();
    found.sort();
    found
}

/// Tells whether a name fits a pattern with `*`.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Returns the open files that look like logs.
pub(crate) fn logs(files: &[String]) -> impl Iterator<Item = &String> {
    let is_log = |file: &&String| {
        let path = Path::new(file.as_str());
        let is_named = path.extension().is_some_and(|ending| ending == "log");
        (is_named || file.contains("/log")) && !file.starts_with("/dev/")
    };
    files.iter().filter(is_log)
}

fn log_folders(files: &[String]) -> Vec<PathBuf> {
    let folder = |file: &String| Some(Path::new(file).parent()?.to_owned());
    let folders: BTreeSet<PathBuf> = logs(files).filter_map(folder).collect();
    folders.into_iter().collect()
}

fn look(writer: &Writer<'_>, path: &Path, purpose: Purpose, users: &Users) -> Option<Folder> {
    let walk = Walk::along(writer.root, path);
    let (metadata, real) = walk.found()?;
    if !metadata.is_dir() {
        return None;
    }
    let space = rustix::fs::statvfs(real).ok()?;
    // What is kept for root helps a gateway that runs as root only.
    let is_root = writer.who.is_some_and(|who| who.uid == 0);
    let blocks = if is_root { space.f_bfree } else { space.f_bavail };
    let inodes = if is_root { space.f_ffree } else { space.f_favail };
    let may_write = writer.who.filter(|_| purpose == Purpose::Buffers);
    Some(Folder {
        path: neutralise(&path.display().to_string()),
        purpose,
        free_bytes: blocks.saturating_mul(space.f_frsize),
        bytes: space.f_blocks.saturating_mul(space.f_frsize),
        free_inodes: (space.f_files > 0).then_some(inodes),
        read_only: space.f_flag.contains(StatVfsMountFlags::RDONLY),
        access: may_write.and_then(|who| walk.judge(who, Want::MakeFiles, users)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    fn writer<'a>(root: &'a Path, arguments: &'a [String], files: &'a [String]) -> Writer<'a> {
        Writer { product: Some(Product::Nginx), arguments, files, root, who: None }
    }

    fn arguments(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn folders_of_included_files_are_found() {
        let tree = Tree::new()
            .file(
                "/etc/nginx/nginx.conf",
                "http {\n  # proxy_temp_path /no;\n  include conf.d/*.conf;\n}\n",
            )
            .file(
                "/etc/nginx/conf.d/a.conf",
                "proxy_temp_path \"/srv/buffers\" 1 2; access_log off;\n",
            )
            .file("/etc/nginx/conf.d/b.bak", "proxy_temp_path /no;\n")
            .file("/srv/buffers/x", "");
        let root = tree.path("/");
        let arguments = arguments(&["nginx: master process /usr/sbin/nginx"]);

        let folders = of(&writer(&root, &arguments, &[]), &Users::default());

        let paths: Vec<&str> = folders.iter().map(|folder| folder.path.as_str()).collect();
        assert_eq!(paths, ["/srv/buffers"]);
        assert_eq!(folders[0].purpose, Purpose::Buffers);
    }

    #[test]
    fn options_name_another_configuration() {
        let tree = Tree::new()
            .file("/srv/x/conf/n.conf", "client_body_temp_path body;\n")
            .file("/srv/x/body/x", "");
        let root = tree.path("/");
        // nginx writes its arguments into its title, as one word.
        let arguments = arguments(&["nginx: master process nginx -p /srv/x -c conf/n.conf"]);

        let found = nginx(&writer(&root, &arguments, &[]));

        assert!(found.contains(&PathBuf::from("/srv/x/body")), "{found:?}");
    }

    #[test]
    fn logs_are_the_open_files_that_look_like_one() {
        let tree = Tree::new().file("/srv/log/x", "");
        let root = tree.path("/");
        let files = arguments(&["/srv/log/access.log", "/dev/log", "/lib/x.so"]);

        let folders = of(&writer(&root, &[], &files), &Users::default());

        let logs: Vec<&str> = folders
            .iter()
            .filter(|folder| folder.purpose == Purpose::Logs)
            .map(|folder| folder.path.as_str())
            .collect();
        assert_eq!(logs, ["/srv/log"]);
    }

    #[test]
    fn patterns_fit_names() {
        assert!(fits("*.conf", "a.conf") && fits("a*b*c", "axxbxxc") && fits("*", "x"));
        assert!(!fits("*.conf", "a.conf.bak") && !fits("a*b", "xb") && !fits("a*b*c", "ac"));
    }

    #[test]
    fn files_that_include_each_other_end() {
        let tree = Tree::new()
            .file("/etc/nginx/nginx.conf", "include other.conf;")
            .file("/etc/nginx/other.conf", "include nginx.conf; proxy_temp_path /srv;");
        let root = tree.path("/");

        let found = nginx(&writer(&root, &[], &[]));

        assert_eq!(found.first(), Some(&PathBuf::from("/srv")));
    }
}
