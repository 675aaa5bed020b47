//! Starting a child: the same program, told which part it runs.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use goodgate_gateway::Inherited;

use crate::configuration::Part;
use crate::run::death::{self, Death};
use crate::run::ends_with;
use crate::run::upgrade::Program;
use crate::run::upward;

/// What children are started with.
#[derive(Debug)]
pub(super) struct Starter {
    program: Program,
    config: PathBuf,
    address: String,
    /// Whether somebody wants to know that they are alive.
    is_watched: bool,
    /// Whether a process before this one waits for the gateway to take its place.
    is_first: bool,
}

impl Starter {
    /// Children read `config` and connect to `address`.
    pub(super) fn new(config: &Path, address: &str, is_watched: bool) -> Self {
        Self {
            program: Program::of_this_process(),
            config: config.to_owned(),
            address: address.to_owned(),
            is_watched,
            is_first: true,
        }
    }

    /// Starts a child and returns its process. The watch is told how the one before it ended.
    pub(super) fn start(&mut self, part: Part, died: Option<Death>) -> io::Result<u32> {
        let arguments: [OsString; 5] = [
            "run".into(),
            "--config".into(),
            self.config.clone().into(),
            "--only".into(),
            part.word().into(),
        ];
        let mut command = self.program.with(arguments);
        // Ctrl-C is for the parent, which passes it on once.
        command.process_group(0);
        command.env(upward::VARIABLE, &self.address).env_remove("NOTIFY_SOCKET");
        command.env_remove("WATCHDOG_PID");
        // That is for this process alone; children end with it.
        command.env_remove(ends_with::VARIABLE);
        if !self.is_watched {
            command.env_remove("WATCHDOG_USEC");
        }
        match died.filter(|_| part == Part::Watch) {
            Some(death) => command.env(death::VARIABLE, death.to_text()),
            None => command.env_remove(death::VARIABLE),
        };
        if part == Part::Gateway && std::mem::take(&mut self.is_first) {
            Inherited::pass_on(&mut command);
            let child = command.spawn();
            Inherited::let_go()?;
            return Ok(child?.id());
        }
        Inherited::pass_sockets_on(&mut command);
        Ok(command.spawn()?.id())
    }
}
