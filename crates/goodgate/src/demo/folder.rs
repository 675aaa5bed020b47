//! The folder of a demonstration: for its user alone, removed at the end.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::limits;
use crate::exit::Failure;

/// A folder that is removed when the value is dropped, unless it is to be kept.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    is_kept: bool,
}

impl Folder {
    /// Makes a folder that was not there, with the mode 0700.
    pub(super) fn new(is_kept: bool) -> Result<Self, Failure> {
        let parent = std::env::temp_dir();
        let pid = std::process::id();
        if parent.as_os_str().len() > limits::FOLDER {
            let message = format!("{} is too long a path for sockets below it", parent.display());
            return Err(Failure::hinted(message, "TMPDIR=/tmp names a shorter one"));
        }
        // One that a killed demonstration left is not ours to use.
        for number in 0..100 {
            let path = parent.join(format!("goodgate-demo-{pid}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path, is_kept }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let message = format!("make a folder in {}: {error}", parent.display());
                    return Err(Failure::hinted(message, "TMPDIR=FOLDER names another place"));
                }
            }
        }
        let message = format!("{} is full of goodgate-demo-{pid}-*", parent.display());
        Err(Failure::hinted(message, "remove those that nobody uses"))
    }

    /// Returns where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it.
    pub(super) fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.path.join(name);
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_kept {
            // Where it cannot be removed, what clears the place of temporary files does it.
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_is_for_its_user_alone_and_goes_with_its_value() {
        let folder = Folder::new(false).expect("a folder");
        let path = folder.path().to_owned();
        folder.write("x", "y").expect("a file");

        let mode = fs::metadata(&path).expect("a folder").permissions().mode();
        drop(folder);

        assert_eq!(mode & 0o777, 0o700);
        assert!(!path.exists());
    }
}
