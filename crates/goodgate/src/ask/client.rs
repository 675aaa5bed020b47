//! One request over a unix socket: HTTP/1.1, closed after the answer, bounded in time and size.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use serde_json::Value;

use crate::exit::Failure;

/// How long the watch may be silent: as long as it waits itself for a channel that is tried.
const SILENCE: Duration = Duration::from_mins(5);

/// How long it may take to take a request.
const SENDING: Duration = Duration::from_secs(10);

/// The largest answer: ten thousand monitors fit several times.
const ANSWER: u64 = 64 << 20;

/// Connects to a watch.
pub(super) fn connect(socket: &Path) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SENDING))?;
    Ok(stream)
}

/// Asks; gives the status and the JSON of the answer.
pub(super) fn ask(
    socket: &Path,
    method: &str,
    target: &str,
    body: Option<&Value>,
) -> Result<(u16, Value), Failure> {
    let place = socket.display();
    let mut stream = connect(socket).map_err(|error| unreachable(socket, &error))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = Vec::new();
    stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.take(ANSWER).read_to_end(&mut answer))
        .map_err(|error| anyhow!("ask the watch at {place}: {error}"))?;
    read(&answer).ok_or_else(|| {
        Failure::Broken(anyhow!(
            "ask the watch at {place}: its answer is not that of a watch, or was cut off\n\
             hint: is the socket that of another program?"
        ))
    })
}

/// Takes an answer apart; its end is where the connection ends, so that its length has to agree.
pub(crate) fn read(answer: &[u8]) -> Option<(u16, Value)> {
    let text = std::str::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok()).flatten()
    })?;
    let body = serde_json::from_str(body.get(..length)?).ok()?;
    Some((status, body))
}

fn unreachable(socket: &Path, error: &io::Error) -> Failure {
    let place = socket.display();
    let (what, hint) = match error.kind() {
        ErrorKind::NotFound => (
            "no watch has its socket there",
            "`goodgate run` with monitors in its configuration starts one; --config FILE or --socket \
             PATH says where it is",
        ),
        ErrorKind::ConnectionRefused => {
            ("the watch that made this socket is gone", "`goodgate run` starts it again")
        }
        ErrorKind::PermissionDenied => {
            ("it is another user's", "ask as the user of the watch, or with sudo")
        }
        _ => return Failure::Broken(anyhow!("reach the watch at {place}: {error}")),
    };
    Failure::Broken(anyhow!("reach the watch at {place}: {what}\nhint: {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let whole = b"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\n{\"error\":\"x\"}";

        let (status, body) = read(whole).expect("an answer");

        assert_eq!((status, &body["error"]), (404, &"x".into()));
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_none(), "cut at {end}");
        }
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n{}").is_none(), "without a length");
        assert!(read(b"SSH-2.0-OpenSSH_10\r\n").is_none());
    }
}
