//! Origins on loopback that answer, or fail, on demand: `goodgate faults` as a child process.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::goodgate;

/// What an origin does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Answers 200 with a short body.
    Healthy,
    /// Takes the request and closes without an answer.
    CloseWithoutAnswer,
    /// Takes the request and says nothing.
    Hang,
    /// Answers 200 with one header field of this many bytes.
    LargeHeader(usize),
}

/// A listening origin; it ends when the value is dropped.
#[derive(Debug)]
pub struct Origin {
    child: Child,
    address: SocketAddr,
}

impl Origin {
    /// Starts an origin on a port that the kernel gives.
    ///
    /// # Errors
    ///
    /// When the binary cannot be built, or does not say where it listens.
    pub fn start(behaviour: Behaviour) -> anyhow::Result<Self> {
        let mut child = Command::new(goodgate::binary()?)
            .args(["faults", "--listen", "127.0.0.1:0", "--format", "json"])
            .args(
                behaviour.fault().map(|fault| ["--fault".to_owned(), fault]).into_iter().flatten(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("start goodgate faults")?;
        let said = child.stdout.take().context("no output of goodgate faults");
        // From here on the child is ended whatever happens.
        let mut origin = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        BufReader::new(said?).read_line(&mut line)?;
        origin.address =
            address(&line).with_context(|| format!("goodgate faults said {line:?}"))?;
        Ok(origin)
    }

    /// Returns where the origin listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        // Fails only when the origin has ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Behaviour {
    fn fault(self) -> Option<String> {
        match self {
            Self::Healthy => None,
            Self::CloseWithoutAnswer => Some("close_after_request".to_owned()),
            Self::Hang => Some("never_answer".to_owned()),
            Self::LargeHeader(bytes) => Some(format!("header_too_large:{bytes}")),
        }
    }
}

/// Reads the address from the one line that is said at the start.
fn address(line: &str) -> Option<SocketAddr> {
    let said: Value = serde_json::from_str(line).ok()?;
    said.pointer("/listening/0")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_the_first_line_says() {
        let line = r#"{"schema":"goodgate.faults/1","listening":["127.0.0.1:41213"]}"#;

        assert_eq!(address(line).unwrap().port(), 41213);
    }

    #[test]
    fn an_error_is_no_address() {
        assert!(address("error: no such fault").is_none());
    }
}
