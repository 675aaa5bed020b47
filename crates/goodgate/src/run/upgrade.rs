//! Starting the binary again, as it is now, in place of this process.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How this process was started.
#[derive(Clone, Debug)]
pub(super) struct Program {
    name: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// Notes how this process was started. To be called early: later the binary may have been
    /// replaced, and its own path be that of a deleted file.
    pub(super) fn of_this_process() -> Self {
        let mut arguments = env::args_os();
        let named = PathBuf::from(arguments.next().unwrap_or_default());
        Self { name: resolve(named), arguments: arguments.collect() }
    }

    /// The same program with the same arguments.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.name);
        command.args(&self.arguments);
        command
    }

    /// The same program with other arguments.
    pub(super) fn with(&self, arguments: impl IntoIterator<Item = OsString>) -> Command {
        let mut command = Command::new(&self.name);
        command.args(arguments);
        command
    }

    /// Its path, or the name that is looked for in `PATH`.
    pub(super) fn name(&self) -> &Path {
        &self.name
    }
}

/// The path by which it was called, not the file that it leads to: an upgrade may swap a symbolic
/// link. A bare name is looked for in `PATH` again.
fn resolve(named: PathBuf) -> PathBuf {
    let is_bare = named.components().count() == 1 && !named.as_os_str().is_empty();
    if is_bare && in_path(&named) {
        return named;
    }
    let absolute = std::path::absolute(&named).ok().filter(|path| path.is_file());
    absolute.or_else(|| env::current_exe().ok()).unwrap_or(named)
}

fn in_path(name: &Path) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
