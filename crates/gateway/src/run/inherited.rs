//! What this process takes over from others when it starts: sockets that systemd passed, or the
//! sockets of the process whose place it takes.

use std::env;
use std::io;
use std::os::fd::AsFd as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::fs::{Mode, OFlags, open};

use super::line::Line;
use crate::listen::{Listening, Passed, pass_on};

/// The variable of the environment that names the process whose place is taken. The line to it is
/// standard input.
pub(super) const VARIABLE: &str = "GOODGATE_HAND_OVER";

/// The first message; another version of this protocol says something else.
pub(super) const HELLO: &str = "goodgate hand-over 1";

/// Begins a message with the sockets of an address, which follows.
pub(super) const SOCKETS: &str = "sockets ";

/// Says that all sockets were sent.
pub(super) const ALL: &str = "all";

/// Says that everything is ready, followed by a line for each address that was taken over.
pub(super) const READY: &str = "ready";

/// Says that the one who is ready accepts from now on.
pub(super) const YOURS: &str = "yours";

/// How long the other process gets for one message.
pub(super) const MESSAGE: Duration = Duration::from_secs(10);

/// What this process takes over. Made once, before there are threads.
#[derive(Debug, Default)]
pub struct Inherited {
    pub(super) passed: Passed,
    pub(super) predecessor: Option<Predecessor>,
}

/// The process whose place is taken.
#[derive(Debug)]
pub(super) struct Predecessor(Line);

/// Why nothing could be taken over.
#[derive(Debug, thiserror::Error)]
#[error("take over sockets: {0}")]
pub struct InheritError(String);

impl Inherited {
    /// Takes what the environment names (`LISTEN_FDS`, `GOODGATE_HAND_OVER`).
    pub fn take() -> Result<Self, InheritError> {
        if is_from_parent() {
            return Self::of_predecessor().map_err(|error| InheritError(told(&error)));
        }
        let passed = Passed::by_systemd().map_err(InheritError)?;
        Ok(Self { passed, predecessor: None })
    }

    /// Lets a child of this process, which has taken nothing and has one thread, take all of it: the
    /// sockets of systemd, and the place of another process. After the start of the child
    /// [`let_go`](Self::let_go) is called.
    pub fn pass_on(command: &mut Command) {
        Self::pass_sockets_on(command);
        if is_from_parent() {
            command.stdin(Stdio::inherit()).env(VARIABLE, std::process::id().to_string());
        }
    }

    /// Lets a child of this process, which has taken nothing, take the sockets of systemd. More than one
    /// may take them.
    pub fn pass_sockets_on(command: &mut Command) {
        pass_on(command);
        command.stdin(Stdio::null()).env_remove(VARIABLE);
    }

    /// Lets go of the line to the process whose place a child takes: if the child ends, that one has to
    /// see it.
    pub fn let_go() -> io::Result<()> {
        let nothing = open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(rustix::stdio::dup2_stdin(&nothing)?)
    }

    /// Tells whether this process takes the place of another.
    pub fn is_hand_over(&self) -> bool {
        self.predecessor.is_some()
    }

    fn of_predecessor() -> io::Result<Self> {
        let stdin = io::stdin();
        let line = Line::of(stdin.as_fd().try_clone_to_owned()?);
        Self::let_go()?;
        let mut passed = Passed::default();
        let hello = line.receive(MESSAGE)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if hello.text != HELLO {
            let message = format!("the process before speaks another protocol: {}", hello.text);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        loop {
            let message = line.receive(MESSAGE)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if message.text == ALL {
                return Ok(Self { passed, predecessor: Some(Predecessor(line)) });
            }
            let Some(name) = message.text.strip_prefix(SOCKETS) else { continue };
            for descriptor in message.descriptors {
                passed.add(name.to_owned(), Listening::adopt(descriptor)?);
            }
        }
    }
}

impl Predecessor {
    /// Says that everything is ready and which addresses were taken over; waits for its word.
    /// If it is gone meanwhile there is nobody to wait for.
    pub(super) fn relieve(&self, taken: &[String]) -> io::Result<()> {
        let lines: Vec<&str> =
            std::iter::once(READY).chain(taken.iter().map(String::as_str)).collect();
        match self.0.send(&lines.join("\n"), &[]) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            sent => sent?,
        }
        match self.0.receive(MESSAGE)? {
            Some(message) if message.text != YOURS => {
                Err(io::Error::other(format!("the process before said {}", message.text)))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether the process that started this one gives its place to it. A variable that was left over names
/// some other process.
fn is_from_parent() -> bool {
    let pid = env::var(VARIABLE).ok().and_then(|text| text.parse::<u32>().ok());
    pid == Some(std::os::unix::process::parent_id())
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the process before is gone".to_owned(),
        io::ErrorKind::TimedOut => "the process before said nothing for 10 s".to_owned(),
        _ => error.to_string(),
    }
}
