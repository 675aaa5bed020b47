//! Handing the listening sockets over to another process, usually of a newer binary.
//!
//! The very sockets are passed on, with what waits in their queues: a socket of a `SO_REUSEPORT`
//! group that is closed would reset whoever stands in its queue. The other process begins to accept
//! when it is ready and this one says so; then this one stops, and ends its connections. If the other
//! one does not get that far, nothing has changed.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::inherited::{ALL, HELLO, READY, SOCKETS, VARIABLE, YOURS};
use super::line::{DESCRIPTORS_MAX, Line, Message};
use crate::limits::HAND_OVER_READY;
use crate::listen::{Door, Listening, VARIABLES};
use crate::settings::values::Bind;

/// How long a process that has let go of its line gets to end by itself.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// How often it is looked whether nobody wants the new process any more.
const CANCEL: Duration = Duration::from_millis(100);

/// How often its end is looked for.
const LOOK: Duration = Duration::from_millis(10);

/// Why sockets were not handed over. This process goes on as before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandOverError {
    /// The process cannot be started.
    #[error("start {program}: {source}")]
    Start {
        /// What was to be started.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The process ended before it was ready.
    #[error("the new process {pid} ended before it was ready ({how}); it has said why")]
    Ended {
        /// Its id.
        pid: u32,
        /// Exit status or signal.
        how: String,
    },
    /// The process was not ready in time, and was killed.
    #[error("the new process {pid} was not ready within {} s and was killed", HAND_OVER_READY.as_secs())]
    TooSlow {
        /// Its id.
        pid: u32,
    },
    /// The line to the new process failed.
    #[error("pass the sockets on: {0}")]
    Line(io::Error),
    /// This process already ends.
    #[error("this process is ending already")]
    Ending,
}

/// What is handed over: the name of an address, and its sockets.
pub(super) type Bundle = (String, Vec<OwnedFd>);

/// Starts `command`, gives it the sockets and waits until it serves. `on_ready` is called with its
/// process id when it is ready and does not accept yet. `is_cancelled` is asked ten times a second.
/// Returns the addresses that it took.
pub(super) fn hand_over(
    mut command: Command,
    bundles: &[Bundle],
    is_cancelled: &dyn Fn() -> bool,
    on_ready: impl FnOnce(u32),
) -> Result<Vec<String>, HandOverError> {
    let (line, theirs) = Line::new().map_err(HandOverError::Line)?;
    command.stdin(Stdio::from(theirs)).env(VARIABLE, std::process::id().to_string());
    for of_this in VARIABLES.into_iter().chain(["WATCHDOG_PID"]) {
        command.env_remove(of_this);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|source| HandOverError::Start { program, source })?;
    // It holds the other end: without it, the end of the process would not be seen.
    drop(command);
    let taken = negotiate(&line, bundles, child.id(), is_cancelled, on_ready);
    taken.map_err(|error| give_up(&mut child, &error))
}

fn negotiate(
    line: &Line,
    bundles: &[Bundle],
    pid: u32,
    is_cancelled: &dyn Fn() -> bool,
    on_ready: impl FnOnce(u32),
) -> io::Result<Vec<String>> {
    line.send(HELLO, &[])?;
    for (name, sockets) in bundles {
        for some in sockets.chunks(DESCRIPTORS_MAX) {
            let some: Vec<_> = some.iter().map(OwnedFd::as_fd).collect();
            line.send(&format!("{SOCKETS}{name}"), &some)?;
        }
    }
    line.send(ALL, &[])?;
    let message = wait_for_ready(line, is_cancelled)?;
    let mut lines = message.text.lines();
    if lines.next() != Some(READY) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, message.text));
    }
    on_ready(pid);
    line.send(YOURS, &[])?;
    Ok(lines.map(str::to_owned).collect())
}

fn wait_for_ready(line: &Line, is_cancelled: &dyn Fn() -> bool) -> io::Result<Message> {
    let until = Instant::now() + HAND_OVER_READY;
    while Instant::now() < until {
        if is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match line.receive(CANCEL) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            received => return received?.ok_or(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Ends a process that did not get ready, and says what became of it.
fn give_up(child: &mut Child, error: &io::Error) -> HandOverError {
    let pid = child.id();
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            HandOverError::Ended { pid, how: reap(child, ENDS_WITHIN) }
        }
        io::ErrorKind::TimedOut => {
            reap(child, Duration::ZERO);
            HandOverError::TooSlow { pid }
        }
        io::ErrorKind::Interrupted => {
            reap(child, Duration::ZERO);
            HandOverError::Ending
        }
        kind => {
            reap(child, Duration::ZERO);
            HandOverError::Line(io::Error::new(kind, error.to_string()))
        }
    }
}

/// Waits for the end of a process that has let go of its line; one that goes on is killed.
fn reap(child: &mut Child, within: Duration) -> String {
    let until = Instant::now() + within;
    while Instant::now() < until {
        if let Ok(Some(status)) = child.try_wait() {
            return status.to_string();
        }
        thread::park_timeout(LOOK);
    }
    // It may have ended just now.
    child.kill().ok();
    child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
}

/// Returns the sockets of doors, and of an admin listener whose socket was passed in, by the names
/// that the configuration has for them.
pub(super) fn bundles(
    doors: &[Arc<Door>],
    admin: Option<&(Bind, Arc<Listening>)>,
) -> io::Result<Vec<Bundle>> {
    let doors = doors.iter().map(|door| Ok((door.address.to_string(), door.descriptors()?)));
    let admin = admin.map(|(address, socket)| {
        Ok((address.to_string(), vec![socket.as_fd().try_clone_to_owned()?]))
    });
    doors.chain(admin).collect()
}
