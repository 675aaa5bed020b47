//! Reads files below a root, each within a bound: `/` on the real system, a tree of its own in a
//! test.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::limits::SMALL_FILE_MAX;

/// Where the files of the host begin.
#[derive(Clone, Debug)]
pub struct Root(PathBuf);

impl Root {
    /// Returns the root of the system on which we run.
    pub fn system() -> Self {
        Self(PathBuf::from("/"))
    }

    /// Returns the root of a tree that stands for a host.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Tells whether it is the system on which we run: only that one can be asked through the
    /// kernel.
    pub(crate) fn is_system(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// Returns where an absolute path of the host lies.
    pub(crate) fn path(&self, absolute: impl AsRef<Path>) -> PathBuf {
        let absolute = absolute.as_ref();
        self.0.join(absolute.strip_prefix("/").unwrap_or(absolute))
    }

    /// Reads a small file.
    pub(crate) fn read(&self, absolute: &str) -> io::Result<String> {
        read(&self.path(absolute), SMALL_FILE_MAX)
    }

    /// Reads a small file that holds one number.
    pub(crate) fn number(&self, absolute: &str) -> Option<u64> {
        self.read(absolute).ok()?.trim().parse().ok()
    }

    /// Reads at most the last `max` bytes of a file.
    pub(crate) fn tail(&self, absolute: &str, max: u64) -> io::Result<String> {
        let mut file = File::open(self.path(absolute))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(max)))?;
        text_of(file, max)
    }

    /// Gives each line of a long table to `take`, and tells whether `max` lines were not enough.
    pub(crate) fn lines(
        &self,
        absolute: &str,
        max: usize,
        mut take: impl FnMut(&str),
    ) -> io::Result<bool> {
        let mut reader = BufReader::new(File::open(self.path(absolute))?);
        let mut line = Vec::new();
        for _ in 0..max {
            line.clear();
            if reader.by_ref().take(SMALL_FILE_MAX).read_until(b'\n', &mut line)? == 0 {
                return Ok(false);
            }
            take(&String::from_utf8_lossy(&line));
        }
        Ok(true)
    }

    /// Returns the names in a folder, at most `max`.
    pub(crate) fn names(&self, absolute: &str, max: usize) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(self.path(absolute))?.take(max);
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }

    /// Returns what a symbolic link says.
    pub(crate) fn link(&self, absolute: &str) -> io::Result<String> {
        let to = fs::read_link(self.path(absolute))?;
        Ok(to.to_string_lossy().into_owned())
    }
}

/// Reads at most `max` bytes of a file; what is no UTF-8 is replaced.
pub(crate) fn read(path: &Path, max: u64) -> io::Result<String> {
    text_of(File::open(path)?, max)
}

/// Reads a regular file; pipes and devices, which may never end, are refused.
pub(crate) fn read_regular(path: &Path, max: u64) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    read(path, max)
}

fn text_of(file: File, max: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(max).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Says in few words why something could not be read.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "we may not read it; run as root".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn absolute_paths_lie_below_the_root() {
        assert_eq!(Root::at("/x").path("/proc/net/tcp"), PathBuf::from("/x/proc/net/tcp"));
        assert_eq!(Root::system().path("/proc"), PathBuf::from("/proc"));
    }

    #[test]
    fn the_end_of_a_file_is_read_within_its_bound() {
        let tree = Tree::new().file("/var/log/audit/audit.log", "first\nsecond\n");

        assert_eq!(tree.root().tail("/var/log/audit/audit.log", 7).unwrap(), "second\n");
    }

    #[test]
    fn a_table_that_is_too_long_is_told() {
        let tree = Tree::new().file("/proc/net/tcp", "a\nb\nc\n");
        let mut lines = Vec::new();

        let cut = tree.root().lines("/proc/net/tcp", 2, |line| lines.push(line.to_owned()));

        assert!(cut.unwrap());
        assert_eq!(lines, ["a\n", "b\n"]);
    }

    #[test]
    fn a_folder_is_no_file_to_read() {
        let tree = Tree::new().file("/etc/nginx/nginx.conf", "");

        assert!(read_regular(&tree.root().path("/etc/nginx"), 10).is_err());
    }
}
