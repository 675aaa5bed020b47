//! A small client: one request of HTTP/1.1 for each connection, bounded in time and size. It asks the
//! running parts, and it is the visitors.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::limits;

/// Who is asked.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    body: Vec<u8>,
    /// Whether all of it came.
    pub(super) is_whole: bool,
}

impl Answer {
    /// Returns its JSON, if it is a good answer.
    fn json(&self) -> io::Result<Value> {
        if self.status != 200 {
            return Err(io::Error::other(format!("it answers {}", self.status)));
        }
        serde_json::from_slice(&self.body).map_err(io::Error::other)
    }
}

/// Asks one of the running parts for JSON.
pub(super) async fn json(place: &Place, target: &str) -> io::Result<Value> {
    ask(place, "GET", target, None, limits::ANSWER).await?.json()
}

/// Sends a request, and reads its answer to the end of the connection.
pub(super) async fn ask(
    place: &Place,
    method: &str,
    target: &str,
    body: Option<&str>,
    within: Duration,
) -> io::Result<Answer> {
    let asking = async {
        match place {
            Place::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                exchange(stream, &request(&address.to_string(), method, target, body)).await
            }
            Place::Unix(path) => {
                let stream = UnixStream::connect(path).await?;
                exchange(stream, &request("localhost", method, target, body)).await
            }
        }
    };
    timeout(within, asking).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

fn request(host: &str, method: &str, target: &str, body: Option<&str>) -> String {
    let body = body.unwrap_or_default();
    let (kind, length) = ("Content-Type: application/json", body.len());
    let fields = if body.is_empty() {
        String::new()
    } else {
        format!("{kind}\r\nContent-Length: {length}\r\n")
    };
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: goodgate-demo\r\n\
         Connection: close\r\n{fields}\r\n{body}"
    )
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> io::Result<Answer> {
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(limits::ANSWER_BYTES).read_to_end(&mut bytes).await?;
    read(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "this is no HTTP"))
}

/// Takes an answer apart that ends where its connection ended.
fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let body = bytes.get(end + 4..)?.to_vec();
    let field = |wanted: &str| {
        head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let is_whole = match (field("content-length"), field("transfer-encoding")) {
        (_, Some(_)) => body.ends_with(b"0\r\n\r\n"),
        (Some(length), None) => length.parse() == Ok(body.len()),
        (None, None) => true,
    };
    Some(Answer { status, body, is_whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_breaks_off_is_not_whole() {
        let is_whole = |text: &str| read(text.as_bytes()).map(|answer| answer.is_whole);
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";

        assert_eq!(is_whole(&format!("{length}abc")), Some(true));
        assert_eq!(is_whole(&format!("{length}ab")), Some(false));
        assert_eq!(is_whole(&format!("{chunks}0\r\n\r\n")), Some(true));
        assert_eq!(is_whole(chunks), Some(false));
        assert_eq!(is_whole("SSH-2.0-x\r\n\r\n"), None);
    }
}
