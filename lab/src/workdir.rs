//! A temporary folder per scenario, removed at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;

/// Keeps the folders when set, to look at logs and configuration after a failure.
const KEEP: &str = "GOODGATE_LAB_KEEP";

/// What the names of our folders begin with; the number of our process follows.
const PREFIX: &str = "goodgate-lab-";

/// Marks a folder that somebody wants to look at.
const KEPT: &str = "kept";

/// A folder that is removed when the value is dropped.
///
/// The path is short because a unix socket's path has at most 107 bytes.
#[derive(Debug)]
pub struct Workdir {
    path: PathBuf,
    keep: bool,
}

impl Workdir {
    /// Creates a new empty folder.
    ///
    /// # Errors
    ///
    /// When the system's temporary folder cannot be written.
    pub fn new() -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        if path.exists() {
            // A process with the same id was killed before it could clean up.
            fs::remove_dir_all(&path).with_context(|| format!("remove {}", path.display()))?;
        }
        fs::create_dir(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self { path, keep: std::env::var_os(KEEP).is_some() })
    }

    /// Keeps the folder after the value is dropped.
    pub fn keep(&mut self) {
        self.keep = true;
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of `name` in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes `text` to the file `name` in the folder and returns its path.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.join(name);
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        // A folder that stays behind harms nothing; the scenario's outcome matters more.
        if self.keep {
            drop(fs::write(self.join(KEPT), ""));
        } else {
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// Removes the folders of runs that were killed.
pub fn remove_leftovers() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        let Some(owner) = owner else { continue };
        let is_number = owner.bytes().all(|byte| byte.is_ascii_digit());
        let is_running = Path::new("/proc").join(owner).exists();
        if is_number && !is_running && !entry.path().join(KEPT).exists() {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_gone_after_the_drop() {
        let workdir = Workdir::new().unwrap();
        workdir.write("file", "text").unwrap();
        let path = workdir.path().to_owned();

        drop(workdir);

        assert!(!path.exists() || std::env::var_os(KEEP).is_some());
    }
}
