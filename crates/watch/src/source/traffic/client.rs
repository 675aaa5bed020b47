//! Questions to the admin listener: one at a time, each on a connection of its own, so that a process that
//! took over is seen at once.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use goodgate_config::Secret;
use goodgate_evidence::text::neutralise;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::process::Missed;
use crate::source::limits::{ANSWER, BODY, HEAD};

/// Where the admin listener is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At an address. One that stands for all of this host is asked on loopback.
    Tcp(SocketAddr),
    /// At a unix socket.
    Unix(PathBuf),
}

/// Reads the token. Called for each round, so that a new one in its file is used at once; the error is
/// for people and holds no secret.
pub type Token = Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// The admin listener of a gateway.
#[derive(Clone)]
pub struct Admin {
    /// Where it is.
    pub place: Place,
    /// What lets us ask, where it has a token.
    pub token: Option<Token>,
}

impl fmt::Debug for Admin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Admin").field("place", &self.place).finish_non_exhaustive()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(_) => self.dialled().map_or(Ok(()), |address| address.fmt(formatter)),
            Self::Unix(path) => {
                write!(formatter, "unix:{}", neutralise(&path.display().to_string()))
            }
        }
    }
}

impl Place {
    fn dialled(&self) -> Option<SocketAddr> {
        let Self::Tcp(address) = self else { return None };
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Some(SocketAddr::new(ip, address.port()))
    }
}

impl Admin {
    /// Asks for a path and returns the body of the answer, of at most [`BODY`] bytes, within [`ANSWER`].
    ///
    /// # Errors
    ///
    /// [`Missed`]: nobody answers, or not with 200.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, Missed> {
        timeout(ANSWER, self.ask(path)).await.unwrap_or(Err(Missed::Late))
    }

    async fn ask(&self, path: &str) -> Result<Vec<u8>, Missed> {
        let request = self.request(path)?;
        match &self.place {
            Place::Unix(socket) => {
                exchange(
                    UnixStream::connect(socket).await.map_err(|error| missed(&error))?,
                    &request,
                )
                .await
            }
            Place::Tcp(_) => {
                let address = self.place.dialled().ok_or(Missed::NoSocket)?;
                exchange(
                    TcpStream::connect(address).await.map_err(|error| missed(&error))?,
                    &request,
                )
                .await
            }
        }
    }

    fn request(&self, path: &str) -> Result<String, Missed> {
        let host = match self.place.dialled() {
            Some(address) => address.to_string(),
            None => "localhost".to_owned(),
        };
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        if let Some(token) = &self.token {
            let secret = token().map_err(Missed::Unable)?;
            if secret.reveal().bytes().any(|byte| byte.is_ascii_control()) {
                return Err(Missed::Unable("the token is no line of text".to_owned()));
            }
            request.push_str("Authorization: Bearer ");
            request.push_str(secret.reveal());
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        Ok(request)
    }
}

fn missed(error: &io::Error) -> Missed {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Missed::Refused,
        io::ErrorKind::NotFound => Missed::NoSocket,
        // A full queue of a unix socket: the process takes no connections.
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Missed::Late,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Missed::Closed,
        _ => Missed::Unable(error.to_string()),
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> Result<Vec<u8>, Missed> {
    stream.write_all(request.as_bytes()).await.map_err(|error| missed(&error))?;
    let mut bytes = Vec::new();
    let most = (HEAD + BODY) as u64 + 1;
    stream.take(most).read_to_end(&mut bytes).await.map_err(|error| missed(&error))?;
    if bytes.is_empty() {
        return Err(Missed::Closed);
    }
    body(bytes)
}

/// Returns the body of an answer that ended with its connection (RFC 9112 section 6.3).
fn body(mut bytes: Vec<u8>) -> Result<Vec<u8>, Missed> {
    let end = bytes.windows(4).take(HEAD).position(|it| it == b"\r\n\r\n");
    let end = end.ok_or(Missed::Strange("it has no head of HTTP"))?;
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8_lossy(&bytes);
    let mut lines = head.lines();
    let status = lines.next().filter(|line| line.starts_with("HTTP/1."));
    let status: u16 = status
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .ok_or(Missed::Strange("it has no status of HTTP"))?;
    match status {
        200 => {}
        401 | 403 | 421 => return Err(Missed::Denied(status)),
        _ => return Err(Missed::Strange("its status is not 200")),
    }
    let field = |wanted: &str| {
        lines.clone().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    if field("transfer-encoding").is_some() {
        return Err(Missed::Strange("its length is not known"));
    }
    let length = field("content-length").and_then(|length| length.parse::<usize>().ok());
    match length.ok_or(Missed::Strange("its length is not known"))? {
        length if length > BODY => Err(Missed::Strange("it is too large")),
        length if length == body.len() => Ok(body),
        length if length > body.len() => Err(Missed::Closed),
        _ => Err(Missed::Strange("it is longer than it says")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let answer = |status: &str, fields: &str, body_: &str| {
            body(format!("HTTP/1.1 {status}\r\n{fields}\r\n{body_}").into_bytes())
        };

        assert_eq!(answer("200 OK", "Content-Length: 2\r\n", "ab"), Ok(b"ab".to_vec()));
        assert_eq!(answer("200 OK", "Content-Length: 3\r\n", "ab"), Err(Missed::Closed));
        assert_eq!(answer("401 No", "Content-Length: 2\r\n", "ab"), Err(Missed::Denied(401)));
        for strange in [
            answer("200 OK", "Content-Length: 1\r\n", "ab"),
            answer("200 OK", "Transfer-Encoding: chunked\r\n", "ab"),
            answer("200 OK", "", "ab"),
            answer("404 No", "Content-Length: 2\r\n", "ab"),
            body(b"SSH-2.0-x\r\n\r\n".to_vec()),
            body(b"x".to_vec()),
        ] {
            assert!(matches!(strange, Err(Missed::Strange(_))), "{strange:?}");
        }
    }

    #[test]
    fn an_address_for_all_is_asked_on_loopback() {
        let place = |text: &str| Place::Tcp(text.parse().expect("an address")).to_string();

        assert_eq!(place("0.0.0.0:9502"), "127.0.0.1:9502");
        assert_eq!(place("[::]:9502"), "[::1]:9502");
        assert_eq!(place("10.0.0.7:9502"), "10.0.0.7:9502");
    }

    #[test]
    fn the_token_is_sent_and_not_shown() {
        let place = Place::Unix("/run/a.sock".into());
        let token = |text: &'static str| Some(Arc::new(move || Ok(Secret::new(text))) as Token);
        let admin = Admin { place, token: token("s3cret") };

        assert!(
            admin.request("/metrics").expect("one").contains("Authorization: Bearer s3cret\r\n")
        );
        assert!(!format!("{admin:?}").contains("s3cret"));
        let wrong = Admin { token: token("a\r\nb"), ..admin };
        assert!(matches!(wrong.request("/"), Err(Missed::Unable(_))));
    }
}
