//! Runs the few commands whose answer no file gives: `systemctl`, `nft`, `iptables-save`,
//! `journalctl`, `chronyc`, `timedatectl`. All of them only read.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::limits::{COMMAND_OUTPUT_MAX, COMMAND_TIME};

/// Runs commands. A test gives answers of its own.
pub trait Tools: Sync {
    /// Returns what the command printed, or why there is no answer, as a fragment after "because".
    fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String>;
}

/// The commands of the system on which we run.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTools;

/// Where the commands of an administrator lie: the search path of a user may lack them.
const FOLDERS: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How often to look whether a command that has closed its output has ended.
const LOOK: Duration = Duration::from_millis(1);

impl Tools for SystemTools {
    fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(program);
        command.args(arguments).env("PATH", FOLDERS).env("LC_ALL", "C").env("TZ", "UTC");
        command.env("SYSTEMD_PAGER", "").env("SYSTEMD_COLORS", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| not_started(program, &error))?;
        answer(program, child)
    }
}

fn not_started(program: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{program} is not installed"),
        _ => format!("{program} does not start: {error}"),
    }
}

/// Reads a command's output until it ends or its time is over.
fn answer(program: &str, mut child: Child) -> Result<String, String> {
    let (sender, receiver) = mpsc::channel();
    let end = Instant::now() + COMMAND_TIME;
    for stream in [child.stdout.take().map(Stream::Out), child.stderr.take().map(Stream::Error)] {
        let Some(stream) = stream else { continue };
        let sender = sender.clone();
        // The thread ends when the command does, or when it is killed below.
        thread::spawn(move || {
            let read = stream.read();
            // Where nobody waits any more the answer came too late.
            sender.send(read).ok();
        });
    }
    drop(sender);
    let (mut out, mut errors) = (String::new(), String::new());
    for _ in 0..2 {
        let left = end.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left) {
            Ok((true, text)) => out = text,
            Ok((false, text)) => errors = text,
            Err(_) => {
                end_of(&mut child);
                return Err(format!("{program} took longer than {} s", COMMAND_TIME.as_secs()));
            }
        }
    }
    if out.len() as u64 >= COMMAND_OUTPUT_MAX {
        end_of(&mut child);
        let limit = COMMAND_OUTPUT_MAX >> 20;
        return Err(format!("{program} printed more than {limit} MiB"));
    }
    match ended(&mut child, end) {
        Some(status) if status.success() => Ok(out),
        Some(_) => Err(format!("{program} failed: {}", first_line(&errors))),
        None => Err(format!("{program} closed its output and did not end")),
    }
}

/// Waits for a command that has closed its output; ends it at the deadline.
fn ended(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < end => thread::park_timeout(LOOK),
            _ => {
                end_of(child);
                return None;
            }
        }
    }
}

/// Ends a command that does not end by itself.
fn end_of(child: &mut Child) {
    // A command that has ended meanwhile cannot be killed, and need not be.
    child.kill().ok();
    child.wait().ok();
}

enum Stream {
    Out(std::process::ChildStdout),
    Error(std::process::ChildStderr),
}

impl Stream {
    /// Returns whether it is the output, and its text.
    fn read(self) -> (bool, String) {
        match self {
            Self::Out(stream) => (true, text_of(stream)),
            Self::Error(stream) => (false, text_of(stream)),
        }
    }
}

fn text_of(stream: impl Read) -> String {
    let mut bytes = Vec::new();
    // What was read before an error is still worth something.
    stream.take(COMMAND_OUTPUT_MAX).read_to_end(&mut bytes).ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_a_command_is_returned() {
        assert_eq!(SystemTools.run("echo", &["a", "b"]).unwrap(), "a b\n");
    }

    #[test]
    fn a_missing_command_is_named() {
        let why = SystemTools.run("goodgate-no-such-command", &[]).unwrap_err();

        assert_eq!(why, "goodgate-no-such-command is not installed");
    }

    #[test]
    fn a_command_that_fails_is_quoted() {
        let why = SystemTools.run("sh", &["-c", "echo sorry >&2; exit 1"]).unwrap_err();

        assert_eq!(why, "sh failed: sorry");
    }

    #[test]
    fn a_command_that_does_not_end_is_ended() {
        let begun = Instant::now();

        let why = SystemTools.run("sh", &["-c", "exec tail -f /dev/null"]).unwrap_err();

        assert_eq!(why, "sh took longer than 2 s");
        assert!(begun.elapsed() < COMMAND_TIME * 3);
    }

    #[test]
    fn endless_output_is_bounded() {
        let why = SystemTools.run("sh", &["-c", "exec yes"]).unwrap_err();

        assert_eq!(why, "sh printed more than 4 MiB");
    }
}
