//! Who is told: a webhook, a real mail server, and one that hangs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::stand::now;

/// Debian's Python, which has aiosmtpd by the package python3-aiosmtpd.
const PYTHON: &str = "/usr/bin/python3";

/// The server of the tests of the mail channel.
const SMTP_SERVER: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/watch/tests/channel/smtp_server.py");

/// The largest message that a receiver takes.
const MESSAGE_MAX: usize = 1 << 20;

/// What a message says of an incident that has opened: ours, and Alertmanager's.
const OPENED: [&str; 3] = ["\"kind\":\"opened\"", "\"kind\": \"opened\"", "\"status\":\"firing\""];

/// A receiver, and when it was told, in milliseconds since 1970. Its threads end with the program.
pub(super) struct Hook {
    address: SocketAddr,
    told: Receiver<f64>,
}

impl Hook {
    /// Takes everything; tells of messages about an incident that has opened.
    pub(super) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (tell, told) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tell = tell.clone();
                thread::spawn(move || while one(&stream, &tell).is_some() {});
            }
        });
        Ok(Self { address, told })
    }

    /// Takes connections and never answers.
    pub(super) fn deaf() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (_, told) = channel();
        thread::spawn(move || {
            let kept: Vec<TcpStream> = listener.incoming().flatten().collect();
            drop(kept);
        });
        Ok(Self { address, told })
    }

    /// Returns where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns a channel to it, in TOML.
    pub(super) fn channel(&self, name: &str) -> String {
        let address = self.address;
        format!("[[channel]]\nname = \"{name}\"\nwebhook = {{ url = \"http://{address}/\" }}\n")
    }

    /// Waits for the next message about an incident that has opened.
    pub(super) fn opened(&self, most: Duration) -> anyhow::Result<f64> {
        self.told.recv_timeout(most).context("the webhook was not told")
    }
}

/// Takes one request of a connection.
fn one(mut stream: &TcpStream, tell: &Sender<f64>) -> Option<()> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16 << 10];
    let mut whole = usize::MAX;
    while bytes.len() < whole.min(MESSAGE_MAX) {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(piece.get(..count)?);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(bytes.get(..end)?).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            whole = end + 4 + length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        }
    }
    let at = now();
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()?;
    let body = String::from_utf8_lossy(&bytes);
    if OPENED.iter().any(|words| body.contains(words)) {
        tell.send(at).ok()?;
    }
    Some(())
}

/// A running aiosmtpd; it ends when this is dropped.
pub(super) struct Mail {
    child: Child,
    port: u16,
}

impl Mail {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// Where Debian's `python3-aiosmtpd` is not there.
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(PYTHON)
            .arg(Path::new(SMTP_SERVER))
            .arg("{\"tls\": \"none\"}")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context(PYTHON)?;
        let output = child.stdout.take().context("no output")?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let port = line.strip_prefix("PORT ").context("is python3-aiosmtpd installed?")?;
        let port = port.trim().parse()?;
        // Its output is read along: it waits for nobody.
        thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Ok(Self { child, port })
    }

    /// Returns a channel to it, in TOML.
    pub(super) fn channel(&self, name: &str) -> String {
        format!(
            "[[channel]]\nname = \"{name}\"\nemail = {{ host = \"127.0.0.1\", port = {}, \
             tls = \"none\", from = \"watch@example.org\", to = [\"ops@example.org\"] }}\n",
            self.port
        )
    }
}

impl Drop for Mail {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
