//! Asking on a terminal, without showing what is typed.
//!
//! The terminal passes on each key: its own editing would show the line, and Ctrl-C would leave it mute.
//! So a line is edited here, and the terminal gets its settings back whatever happened.

use std::io::{self, BufRead, Stdin, Write as _};

use goodgate_dashboard::limits::PASSWORD;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{no_text, unread};
use crate::exit::Failure;

/// Asks for a password, and once more.
pub(super) fn twice(stdin: &Stdin) -> Result<String, Failure> {
    let mute = Mute::begin(stdin).map_err(unread)?;
    let first = ask(stdin, "Password: ")?;
    if first.is_empty() {
        return Ok(first);
    }
    let second = ask(stdin, "The same again: ")?;
    drop(mute);
    if first != second {
        return Err(Failure::usage("the two are not the same; nothing was written"));
    }
    Ok(first)
}

fn ask(stdin: &Stdin, prompt: &str) -> Result<String, Failure> {
    say(prompt);
    let typed = typed(stdin.lock()).map_err(unread);
    say("\n");
    match typed? {
        Typed::Line(bytes) => String::from_utf8(bytes).map_err(|_| no_text()),
        Typed::Interrupted => Err(Failure::usage("interrupted; nothing was written")),
    }
}

/// The answer is for standard output, which may be a file; the question is not.
fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    // Where standard error is closed one types without being asked.
    stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).ok();
}

/// What somebody typed.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Line(Vec<u8>),
    Interrupted,
}

/// Reads keys to the end of a line. Backspace takes back a character and Ctrl-U all of them; Ctrl-D ends
/// the line, Ctrl-C everything.
fn typed(keys: impl BufRead) -> io::Result<Typed> {
    let mut line: Vec<u8> = Vec::new();
    for key in keys.bytes() {
        match key? {
            b'\r' | b'\n' | 0x04 => break,
            0x03 => return Ok(Typed::Interrupted),
            0x08 | 0x7f => take_back(&mut line),
            0x15 => line.clear(),
            // One more than a password has: what is too long stays too long.
            key if line.len() <= PASSWORD => line.push(key),
            _ => {}
        }
    }
    Ok(Typed::Line(line))
}

/// Takes back the last character, which in UTF-8 is one byte and those that continue it.
fn take_back(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

/// A terminal that shows nothing, until this is dropped.
struct Mute<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl<'a> Mute<'a> {
    fn begin(stdin: &'a Stdin) -> io::Result<Self> {
        let before = tcgetattr(stdin)?;
        let mut mute = before.clone();
        mute.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcsetattr(stdin, OptionalActions::Flush, &mute)?;
        Ok(Self { stdin, before })
    }
}

impl Drop for Mute<'_> {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing anyway.
        tcsetattr(self.stdin, OptionalActions::Flush, &self.before).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(keys: &[u8]) -> Option<String> {
        match typed(keys).expect("read") {
            Typed::Line(bytes) => Some(String::from_utf8(bytes).expect("text")),
            Typed::Interrupted => None,
        }
    }

    #[test]
    fn what_is_typed_can_be_taken_back() {
        assert_eq!(line(b"secrets\x7f\r").as_deref(), Some("secret"));
        assert_eq!(line("gr\u{fc}\x7fuen\n".as_bytes()).as_deref(), Some("gruen"));
        assert_eq!(line(b"\x7f\x08a\x15b\r").as_deref(), Some("b"));
        assert_eq!(line(b"secret\x04more").as_deref(), Some("secret"));
        assert_eq!(line(b"sec\x03ret\r"), None);
    }

    #[test]
    fn what_is_too_long_stays_too_long() {
        let keys = "x".repeat(PASSWORD * 2) + "\r";

        assert_eq!(line(keys.as_bytes()).map(|line| line.len()), Some(PASSWORD + 1));
    }
}
