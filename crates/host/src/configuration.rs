//! The configuration of the gateway that runs: which files its command line names, and their text.
//!
//! Read are HAProxy's files and nginx's main file with what it includes directly. The text holds
//! secrets and never leaves the program; what is told of it is told line by line elsewhere.

use std::path::{Path, PathBuf};

use goodgate_evidence::Product;
use goodgate_evidence::host::{Configuration, ConfigurationFile};
use goodgate_evidence::text::neutralise;

use crate::access::Walk;
use crate::folders::{matching, statements};
use crate::limits::{CONFIG_INCLUDES_MAX, CONFIG_TEXT_MAX};
use crate::notes::Notes;
use crate::root::{read_regular, reason};

/// Where the packages put nginx's configuration.
const NGINX_FILE: &str = "/etc/nginx/nginx.conf";

/// Where the packages put HAProxy's configuration.
const HAPROXY_FILE: &str = "/etc/haproxy/haproxy.cfg";

/// How the gateway was started, as far as its configuration depends on it.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) product: Option<Product>,
    /// The arguments of the process that manages the others.
    pub(crate) arguments: &'a [String],
    /// The folder in which that process runs, as it sees it.
    pub(crate) folder: Option<PathBuf>,
    /// Where its files may begin for us, the likeliest first: a gateway may have confined itself to
    /// a folder after it had read its configuration.
    pub(crate) roots: Vec<PathBuf>,
}

/// Reads the configuration; none for products whose configuration is not read.
pub(crate) fn read(start: &Start<'_>, notes: &mut Notes) -> Option<Configuration> {
    let words = || start.arguments.iter().flat_map(|word| word.split_ascii_whitespace());
    let read = match start.product? {
        Product::Haproxy => haproxy(start, &words().collect::<Vec<_>>()),
        Product::Nginx | Product::Openresty => nginx(start, &words().collect::<Vec<_>>(), notes),
        _ => return None,
    };
    notes.seen(WHAT, read)
}

/// What is not seen where it cannot be read.
const WHAT: &str = "the gateway's configuration";

/// `-f FILE`, which may be given more than once and may name a folder; `-C FOLDER` goes there
/// before (HAProxy management guide, section 3).
fn haproxy(start: &Start<'_>, words: &[&str]) -> Result<Configuration, String> {
    let mut reader = Reader::new(start);
    let folder = match (values(words, "-C").last(), &start.folder) {
        (Some(folder), Some(from)) => Some(from.join(folder)),
        (Some(folder), None) => Some(PathBuf::from(folder)),
        (None, from) => from.clone(),
    };
    let named: Vec<PathBuf> =
        values(words, "-f").map(|file| within(folder.as_ref(), file)).collect();
    let named = if named.is_empty() { vec![PathBuf::from(HAPROXY_FILE)] } else { named };
    for path in named {
        for file in reader.files_of(&path) {
            reader.take(&file)?;
        }
    }
    Ok(reader.configuration)
}

/// `-c FILE`, relative to the prefix of `-p`, else to the folder of the process.
fn nginx(start: &Start<'_>, words: &[&str], notes: &mut Notes) -> Result<Configuration, String> {
    let mut reader = Reader::new(start);
    let prefix = values(words, "-p").last().map(|prefix| within(start.folder.as_ref(), prefix));
    let base = prefix.or_else(|| start.folder.clone());
    let named = values(words, "-c").last().unwrap_or(NGINX_FILE);
    let main = within(base.as_ref(), named);
    reader.take(&main)?;
    let folder = main.parent().unwrap_or(Path::new("/")).to_owned();
    let mut included: Vec<PathBuf> = Vec::new();
    let text = reader.configuration.files.first().map_or("", |file| file.text.as_str());
    for statement in statements(text) {
        let Some(value) = statement.strip_prefix("include ") else { continue };
        let pattern = folder.join(value.trim().trim_matches(['"', '\'']));
        included.extend(matching(reader.root, &pattern));
    }
    let too_many = included.len() > CONFIG_INCLUDES_MAX;
    if too_many {
        notes.not_seen(WHAT, format!("only {CONFIG_INCLUDES_MAX} of its included files are read"));
    }
    for path in included.into_iter().take(CONFIG_INCLUDES_MAX) {
        if let Err(why) = reader.take(&path) {
            notes.not_seen(format!("{WHAT} in {}", path.display()), why);
        }
    }
    Ok(reader.configuration)
}

/// Returns what follows an option each time that it is given.
fn values<'a>(words: &'a [&'a str], option: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = words.iter().zip(words.iter().skip(1));
    pairs.filter(move |(name, _)| **name == option).map(|(_, value)| *value)
}

fn within(folder: Option<&PathBuf>, path: &str) -> PathBuf {
    folder.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}

/// Reads files until their bound is reached.
struct Reader<'a> {
    /// The first root in which anything was found.
    root: &'a Path,
    roots: &'a [PathBuf],
    left: u64,
    configuration: Configuration,
}

impl<'a> Reader<'a> {
    fn new(start: &'a Start<'_>) -> Self {
        let root = start.roots.first().map_or(Path::new("/"), PathBuf::as_path);
        let configuration = Configuration::default();
        Self { root, roots: &start.roots, left: CONFIG_TEXT_MAX, configuration }
    }

    /// Returns the file itself, or those of a folder that HAProxy takes.
    fn files_of(&self, path: &Path) -> Vec<PathBuf> {
        for root in self.roots {
            let is_folder = Walk::along(root, path).found().is_some_and(|(meta, _)| meta.is_dir());
            if is_folder {
                return matching(root, &path.join("*.cfg"));
            }
        }
        vec![path.to_owned()]
    }

    fn take(&mut self, path: &Path) -> Result<(), String> {
        let mut why = format!("{} does not exist", path.display());
        for root in self.roots {
            let walk = Walk::along(root, path);
            let Some((_, real)) = walk.found() else {
                why = walk.closed().unwrap_or(why);
                continue;
            };
            // One byte more than may be, to tell a file that is too large.
            let text = read_regular(real, self.left + 1)
                .map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
            let length = text.len() as u64;
            if length > self.left {
                return Err(format!("it is larger than {} KiB", CONFIG_TEXT_MAX >> 10));
            }
            self.left -= length;
            self.root = root;
            let path = neutralise(&path.display().to_string());
            self.configuration.files.push(ConfigurationFile { path, text });
            return Ok(());
        }
        Err(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    fn read_of(
        tree: &Tree,
        product: Product,
        line: &str,
        folder: Option<&str>,
    ) -> (Option<Vec<(String, String)>>, Vec<String>) {
        let arguments: Vec<String> = line.split('|').map(str::to_owned).collect();
        let roots = vec![tree.path("/jail"), tree.path("/")];
        let folder = folder.map(PathBuf::from);
        let start = Start { product: Some(product), arguments: &arguments, folder, roots };
        let mut notes = Notes::default();
        let read = read(&start, &mut notes).map(|configuration| {
            let files = configuration.files.into_iter();
            files.map(|file| (file.path, file.text)).collect()
        });
        (read, notes.into_list().into_iter().map(|note| note.why).collect())
    }

    fn pair(path: &str, text: &str) -> (String, String) {
        (path.to_owned(), text.to_owned())
    }

    #[test]
    fn haproxy_reads_every_file_that_it_was_given() {
        let tree = Tree::new().file("/x/a.cfg", "a").file("/y/b.cfg", "b").file("/y/no.txt", "n");

        let (files, _) = read_of(&tree, Product::Haproxy, "haproxy|-Ws|-f|a.cfg|-f|/y", Some("/x"));

        assert_eq!(files.unwrap(), [pair("/x/a.cfg", "a"), pair("/y/b.cfg", "b")]);
    }

    #[test]
    fn without_an_option_the_file_of_the_package_is_read() {
        let tree = Tree::new().file(HAPROXY_FILE, "x");

        let (files, _) = read_of(&tree, Product::Haproxy, "haproxy|-db", None);

        assert_eq!(files.unwrap(), [pair(HAPROXY_FILE, "x")]);
    }

    #[test]
    fn nginx_reads_what_its_main_file_includes_and_no_further() {
        let tree = Tree::new()
            .file("/srv/n.conf", "http {\n include c/*.conf;\n}\n")
            .file("/srv/c/a.conf", "include deeper.conf;")
            .file("/srv/deeper.conf", "x");

        let line = "nginx: master process nginx -p /srv -c n.conf";
        let (files, notes) = read_of(&tree, Product::Nginx, line, None);

        let paths: Vec<String> = files.unwrap().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/srv/n.conf", "/srv/c/a.conf"]);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn what_does_not_exist_is_told() {
        let (files, notes) = read_of(&Tree::new(), Product::Haproxy, "haproxy|-f|/gone.cfg", None);

        assert_eq!((files, notes), (None, vec!["/gone.cfg does not exist".to_owned()]));
    }

    #[test]
    fn what_is_too_large_is_left_out_whole() {
        let large = "#".repeat(CONFIG_TEXT_MAX as usize + 1);
        let tree = Tree::new().file(HAPROXY_FILE, &large);

        let (files, notes) = read_of(&tree, Product::Haproxy, "haproxy", None);

        assert_eq!((files, notes), (None, vec!["it is larger than 256 KiB".to_owned()]));
    }
}
