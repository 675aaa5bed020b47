//! `goodgate password`: the hash of a password, for `[[dashboard.user]]`.
//!
//! On a terminal it asks twice and shows nothing of what is typed; otherwise it reads one line. The
//! password never stands in the arguments, where every process of the host could read it.

mod terminal;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use goodgate_dashboard::limits::PASSWORD;
use goodgate_dashboard::session::{PasswordError, hash_of};

use crate::exit::{Failure, Outcome};

/// Arguments of `password`.
#[derive(Debug, Args)]
#[command(
    after_help = "On a terminal it asks twice; otherwise it reads one line of standard input. The hash \
(argon2id) goes to standard output.

Examples:
  goodgate password > /etc/goodgate/anna.hash
  pass show goodgate/anna | goodgate password > /etc/goodgate/anna.hash

Then, in goodgate.toml:
  [[dashboard.user]]
  name = \"anna\"
  role = \"operator\"
  password = \"file:anna.hash\""
)]
pub(crate) struct Password {}

/// Runs the command.
pub(crate) fn run(_: &Password) -> Result<Outcome, Failure> {
    let stdin = io::stdin();
    let password = if stdin.is_terminal() { terminal::twice(&stdin)? } else { line(stdin.lock())? };
    let hash = hash_of(&password).map_err(|error| refused(error, &password))?;
    writeln!(io::stdout().lock(), "{hash}")?;
    Ok(Outcome::Fine)
}

/// Reads the first line, without its end.
fn line(input: impl io::BufRead) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    // What is longer than a password is cut off there, and is then too long for one.
    let most = PASSWORD as u64 + 2;
    input.take(most).read_until(b'\n', &mut bytes).map_err(unread)?;
    let text = String::from_utf8(bytes).map_err(|_| no_text())?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn unread(error: io::Error) -> Failure {
    Failure::Broken(anyhow::Error::new(error).context("read the password from standard input"))
}

/// Browsers send what is typed as UTF-8: no other password could be typed there.
fn no_text() -> Failure {
    Failure::hinted(
        "the password is not UTF-8",
        "the terminal or the program before has another charset",
    )
}

fn refused(error: PasswordError, password: &str) -> Failure {
    match error {
        PasswordError::Length if password.is_empty() => Failure::hinted(
            "the password is empty",
            "type one on a terminal, or give it as one line on standard input",
        ),
        PasswordError::Length => Failure::usage(error.to_string()),
        other => Failure::Broken(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<String> {
        line(bytes).ok()
    }

    #[test]
    fn one_line_is_the_password_with_every_blank_in_it() {
        assert_eq!(read(b" correct horse \n").as_deref(), Some(" correct horse "));
        assert_eq!(read(b"secret\r\nmore\n").as_deref(), Some("secret"));
        assert_eq!(read(b"secret").as_deref(), Some("secret"));
        assert_eq!(read(b"").as_deref(), Some(""));
        assert_eq!(read(b"\xff\n"), None);
    }

    #[test]
    fn a_line_that_is_too_long_is_no_shorter_password() {
        let long = "x".repeat(PASSWORD + 1) + "\n";
        let read = read(long.as_bytes()).expect("text");

        assert_eq!(hash_of(&read), Err(PasswordError::Length));
    }
}
