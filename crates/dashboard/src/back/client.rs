//! One question over a connection of its own: HTTP/1.1, closed after the answer, bounded in time and size.
//! A process that took over is met with the next question.

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

use super::{Answer, Ask, Back, Boxed, Missing};
use crate::limits::{ANSWER, ANSWER_HEAD, ANSWER_TIME};

/// Where somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At an address. One that stands for all of this host is asked on loopback.
    Tcp(SocketAddr),
    /// At a unix socket.
    Unix(PathBuf),
}

/// Reads a token, for each question anew; the error is for people and holds no secret.
pub type Token = Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// Asks at a place.
#[derive(Clone)]
pub struct Client {
    /// Who is asked, for people: `the watch`.
    pub who: &'static str,
    /// Where.
    pub place: Place,
    /// What allows to ask, where something does.
    pub token: Option<Token>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, place, .. } = self;
        formatter
            .debug_struct("Client")
            .field("who", who)
            .field("place", place)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => dialled(*address).fmt(formatter),
            Self::Unix(path) => {
                write!(formatter, "unix:{}", neutralise(&path.display().to_string()))
            }
        }
    }
}

fn dialled(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl Back for Client {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        Box::pin(async move {
            let asked = timeout(ANSWER_TIME, self.asked(&ask)).await;
            let late = || Err(format!("it does not answer within {} s", ANSWER_TIME.as_secs()));
            asked
                .unwrap_or_else(|_| late())
                .map_err(|why| Missing::Silent(format!("{} at {}: {why}", self.who, self.place)))
        })
    }
}

impl Client {
    async fn asked(&self, ask: &Ask) -> Result<Answer, String> {
        let request = self.request(ask)?;
        match &self.place {
            Place::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(|error| words(&error))?;
                exchange(stream, &request).await
            }
            Place::Tcp(address) => {
                let stream = TcpStream::connect(dialled(*address)).await;
                exchange(stream.map_err(|error| words(&error))?, &request).await
            }
        }
    }

    fn request(&self, ask: &Ask) -> Result<Vec<u8>, String> {
        let graphic = |byte: u8| byte.is_ascii_graphic();
        if !ask.target.starts_with('/') || !ask.target.bytes().all(graphic) {
            return Err("what is asked for is no path".to_owned());
        }
        let host = match self.place {
            Place::Tcp(address) => dialled(address).to_string(),
            Place::Unix(_) => "localhost".to_owned(),
        };
        let Ask { method, target, body } = ask;
        let body = body.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        if let Some(token) = &self.token {
            let secret = token()?;
            if secret.reveal().bytes().any(|byte| byte.is_ascii_control()) {
                return Err("the token is no line of text".to_owned());
            }
            for part in ["Authorization: Bearer ", secret.reveal(), "\r\n"] {
                request.push_str(part);
            }
        }
        request.push_str("\r\n");
        request.push_str(&body);
        Ok(request.into_bytes())
    }
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody answers there".to_owned(),
        io::ErrorKind::NotFound => "it has no socket there: it does not run".to_owned(),
        io::ErrorKind::PermissionDenied => "its socket is another user's".to_owned(),
        _ => error.to_string(),
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &[u8],
) -> Result<Answer, String> {
    stream.write_all(request).await.map_err(|error| words(&error))?;
    let mut bytes = Vec::new();
    let most = (ANSWER_HEAD + ANSWER) as u64 + 1;
    stream.take(most).read_to_end(&mut bytes).await.map_err(|error| words(&error))?;
    taken(bytes).ok_or_else(|| "its answer was cut off, or is not HTTP".to_owned())
}

/// Takes an answer apart that ends with its connection; its length has to agree (RFC 9112 section 6.3).
fn taken(mut bytes: Vec<u8>) -> Option<Answer> {
    let end = bytes.windows(4).take(ANSWER_HEAD).position(|it| it == b"\r\n\r\n")?;
    let body = bytes.split_off(end + 4);
    let head = std::str::from_utf8(&bytes).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    (length? == body.len()).then_some(Answer { status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let whole = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";

        assert_eq!(taken(whole.to_vec()), Some(Answer { status: 404, body: b"{}".to_vec() }));
        for end in 0..whole.len() {
            assert_eq!(taken(whole[..end].to_vec()), None, "cut at {end}");
        }
        assert_eq!(taken(b"SSH-2.0-x\r\n\r\n".to_vec()), None);
    }

    #[test]
    fn a_target_cannot_end_the_line() {
        let client = Client { who: "the watch", place: Place::Unix("/a".into()), token: None };

        assert!(client.request(&Ask::get("/monitors/a\r\nX: b")).is_err());
        assert!(client.request(&Ask::get("http://elsewhere.example/")).is_err());
        assert!(client.request(&Ask::get("/monitors/a")).is_ok());
    }

    #[test]
    fn a_token_is_sent_and_not_shown() {
        let token: Token = Arc::new(|| Ok(Secret::new("s3cret")));
        let place = Place::Tcp("0.0.0.0:9502".parse().expect("an address"));
        let client = Client { who: "the gateway", place, token: Some(token) };

        let request = String::from_utf8(client.request(&Ask::get("/")).expect("one"));

        assert!(request.expect("text").contains("Authorization: Bearer s3cret\r\n"));
        assert!(!format!("{client:?}").contains("s3cret"));
        assert_eq!(client.place.to_string(), "127.0.0.1:9502");
    }
}
