//! Trees of files that stand for a host, and answers that stand for commands.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Root;
use crate::tools::Tools;

/// A folder that goes away with the value.
pub(crate) struct Tree(PathBuf);

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Tree {
    pub(crate) fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-host-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn root(&self) -> Root {
        Root::at(&self.0)
    }

    pub(crate) fn path(&self, absolute: &str) -> PathBuf {
        self.root().path(absolute)
    }

    pub(crate) fn file(self, absolute: &str, text: &str) -> Self {
        self.put(absolute, text);
        self
    }

    pub(crate) fn put(&self, absolute: &str, text: &str) {
        let path = self.path(absolute);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn link(self, absolute: &str, to: impl AsRef<Path>) -> Self {
        self.join(absolute, to);
        self
    }

    /// Makes a symbolic link; one that is there already stays.
    pub(crate) fn join(&self, absolute: &str, to: impl AsRef<Path>) {
        let path = self.path(absolute);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !path.is_symlink() {
            symlink(to, path).unwrap();
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Commands whose answers are known; of several answers to one command each is given once, the last
/// one for ever.
#[derive(Default)]
pub(crate) struct Answers(Mutex<BTreeMap<String, Vec<String>>>);

impl Answers {
    /// Gives this answer to a command line.
    pub(crate) fn with(self, command: &str, answer: &str) -> Self {
        self.0.lock().unwrap().entry(command.to_owned()).or_default().push(answer.to_owned());
        self
    }
}

impl Tools for Answers {
    fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        let line = [&[program], arguments].concat().join(" ");
        let mut answers = self.0.lock().unwrap();
        let Some(answers) = answers.get_mut(&line) else {
            return Err(format!("{program} is not installed"));
        };
        let last = answers.len() == 1;
        Ok(if last { answers[0].clone() } else { answers.remove(0) })
    }
}
