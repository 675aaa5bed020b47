//! The folder of a demonstration: for its user alone, removed at the end, and where it was killed by the next
//! one.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rustix::process::{Pid, geteuid, test_kill_process};

use super::limits;
use crate::exit::Failure;

/// What the names of such folders begin with; the id of the process and a number follow.
const PREFIX: &str = "goodgate-demo-";

/// A file in a folder that is to be removed, locked as long as its demonstration runs.
const LOCK: &str = "demo.lock";

/// A folder that is removed when the value is dropped, unless it is to be kept.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// None where it is kept.
    lock: Option<File>,
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
        remove_left(&parent);
        for number in 0..100 {
            let path = parent.join(format!("{PREFIX}{pid}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let lock = (!is_kept).then(|| lock(&path)).transpose()?;
                    return Ok(Self { path, lock });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let message = format!("make a folder in {}: {error}", parent.display());
                    return Err(Failure::hinted(message, "TMPDIR=FOLDER names another place"));
                }
            }
        }
        let message = format!("{} is full of {PREFIX}{pid}-*", parent.display());
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
        if self.lock.is_some() {
            // Where it cannot be removed, what clears the place of temporary files does it.
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join(LOCK);
    let file = File::create(&path).with_context(|| format!("write {}", path.display()))?;
    // Without a lock nobody else takes it for one that was left.
    file.lock().ok();
    Ok(file)
}

/// Removes what demonstrations left that were killed.
fn remove_left(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    let paths = entries.take(limits::LOOKED_AT).flatten().map(|entry| entry.path());
    for path in paths.filter(|path| is_left(path)).take(limits::LEFT) {
        // Where it cannot be removed, what clears the place of temporary files does it.
        fs::remove_dir_all(&path).ok();
    }
}

/// Whether something is the folder of a demonstration of this user that was to be removed and whose process
/// is gone.
fn is_left(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let numbers = name.strip_prefix(PREFIX).and_then(|numbers| numbers.split_once('-'));
    let pid = numbers.filter(|(_, number)| number.parse::<u8>().is_ok());
    let pid = pid.and_then(|(pid, _)| Pid::from_raw(pid.parse().ok().filter(|pid| *pid > 0)?));
    let own = |it: fs::Metadata| it.is_dir() && it.uid() == geteuid().as_raw();
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
        && fs::symlink_metadata(path).is_ok_and(own)
        // A process of another container has a number that means nothing here.
        && File::open(path.join(LOCK)).is_ok_and(|file| file.try_lock().is_ok())
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

    #[test]
    fn what_killed_demonstrations_left_goes_and_nothing_else() {
        let parent = std::env::temp_dir().join(format!("goodgate-left-{}", std::process::id()));
        let mut ended = std::process::Command::new("true").spawn().expect("a process");
        ended.wait().expect("it ends");
        let (gone, here) = (ended.id(), std::process::id());
        let make = |name: String| {
            fs::create_dir_all(parent.join(&name).join("store")).expect("a folder");
            parent.join(name)
        };
        let left = make(format!("{PREFIX}{gone}-0"));
        drop(lock(&left).expect("a lock"));
        let kept = make(format!("{PREFIX}{gone}-1"));
        let elsewhere = make(format!("{PREFIX}{gone}-2"));
        let _running = lock(&elsewhere).expect("a lock");
        let other_names = [format!("{PREFIX}{here}-0"), format!("{PREFIX}{gone}-x")];
        let others = other_names.map(make);
        for folder in &others {
            drop(lock(folder).expect("a lock"));
        }
        let link = parent.join(format!("{PREFIX}{gone}-3"));
        std::os::unix::fs::symlink(&others[1], &link).expect("a link");

        remove_left(&parent);

        assert!(!left.exists());
        for stays in [&kept, &elsewhere, &others[0], &others[1], &link] {
            assert!(stays.join("store").exists(), "{}", stays.display());
        }
        fs::remove_dir_all(&parent).expect("removed");
    }
}
