//! `goodgate faults`: an origin that fails on demand, and is told so while it runs.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use super::browser::raw;
use super::support::BINARY;

/// One that runs; it is killed when this is dropped.
pub(crate) struct Faults {
    child: Child,
    pub(crate) address: SocketAddr,
    control: SocketAddr,
}

impl Faults {
    /// Starts one that is well.
    pub(crate) fn start() -> Self {
        let mut command = Command::new(BINARY);
        command.args(["faults", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let after = |words: &str| {
            let (_, rest) = line.split_once(words).unwrap_or_else(|| panic!("{line}"));
            let end = rest.find([' ', ',', '\n']).unwrap_or(rest.len());
            rest[..end].parse().expect("an address")
        };
        Self { address: after("listening on "), control: after("control "), child }
    }

    /// From now on every request is struck by a fault.
    pub(crate) fn fail(&self, fault: &str) {
        self.tell("PUT", &format!("{{\"faults\": [{{\"fault\": \"{fault}\"}}]}}"));
    }

    /// From now on none is.
    pub(crate) fn be_well(&self) {
        self.tell("DELETE", "");
    }

    fn tell(&self, method: &str, body: &str) {
        let page = raw(
            self.control,
            format!(
                "{method} /faults HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                self.control,
                body.len()
            )
            .as_bytes(),
        );
        assert!((200..300).contains(&page.status), "{page:#?}");
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
