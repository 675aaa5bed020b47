//! The commands that ask a watch: the binary against a served API with things to show.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod doing;
mod periods;
mod reporting;
mod showing;
#[path = "../../../watch/tests/api/stand.rs"]
mod stand;
mod storing;

use std::path::Path;
use std::process::{Command, Stdio};

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A command in an empty environment, with a user.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    command.args(arguments).env_clear().env("USER", "ann").stdin(Stdio::null());
    command.current_dir("/");
    command
}

pub(crate) fn run(mut command: Command) -> Ran {
    let output = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let code = output.status.code().expect("no signal ended it");
    Ran { code, out: text(output.stdout), err: text(output.stderr) }
}

/// Asks the watch of a socket.
pub(crate) fn ask(socket: &Path, arguments: &[&str]) -> Ran {
    let mut command = command(arguments);
    command.arg("--socket").arg(socket);
    run(command)
}
