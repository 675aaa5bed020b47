//! Asks a listener of ours: one question over a connection of its own, so that a process that took over is
//! met with the next one. HTTP/1.1, bounded in time and size.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::pending;
use std::io::{self, ErrorKind};
use std::iter::successors;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderValue,
    TRANSFER_ENCODING,
};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Request};
use goodgate_config::Secret;
use goodgate_evidence::text::neutralise;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::limits::ANSWER_HEAD;

/// Where a listener is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At an address. One that stands for all of this host is asked on loopback.
    Tcp(SocketAddr),
    /// At a unix socket.
    Unix(PathBuf),
}

/// Reads a token, for each question anew, so that a new one in its file is used at once; the error is for
/// people and holds no secret.
pub type TokenSource = Arc<dyn Fn() -> Result<Secret, String> + Send + Sync>;

/// What an answer may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long it may take, from connecting to its last byte.
    pub time: Duration,
    /// Bytes of its body.
    pub body: usize,
}

/// Asks at a place.
#[derive(Clone)]
pub struct Client {
    /// Where.
    pub place: Place,
    /// What allows to ask, where something does.
    pub token: Option<TokenSource>,
    /// What an answer may cost.
    pub bounds: Bounds,
}

/// An answer that came whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nothing listens there.
    #[error("nobody answers there")]
    Refused,
    /// There is no such socket.
    #[error("it has no socket there: it does not run")]
    NoSocket,
    /// The socket is not for this user.
    #[error("its socket is another user's")]
    NotAllowed,
    /// It takes no connection, or has not answered in time.
    #[error("it does not answer in time")]
    Late,
    /// The connection ended before the answer did.
    #[error("it closed the connection before it had answered")]
    Closed,
    /// The answer is beyond its bounds.
    #[error("its answer is too large")]
    TooLarge,
    /// What came is no answer in HTTP/1.1 of which the end is known.
    #[error("what answers there is something else")]
    Strange,
    /// The question could not be put, for this reason.
    #[error("{0}")]
    Unable(String),
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

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, bounds, .. } = self;
        formatter
            .debug_struct("Client")
            .field("place", place)
            .field("bounds", bounds)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Asks; `method` is one of HTTP, `target` a path with its query, `body` is sent as JSON.
    ///
    /// # Errors
    ///
    /// [`Unanswered`]. A refusal is an answer.
    pub async fn ask(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Unanswered> {
        let asked = timeout(self.bounds.time, self.asked(method, target, body)).await;
        asked.unwrap_or(Err(Unanswered::Late))
    }

    /// Asks for something.
    ///
    /// # Errors
    ///
    /// [`Unanswered`]. A refusal is an answer.
    pub async fn get(&self, target: &str) -> Result<Answer, Unanswered> {
        self.ask("GET", target, None).await
    }

    async fn asked(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Unanswered> {
        let request = self.request(method, target, body)?;
        match &self.place {
            Place::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(|error| of_io(&error))?;
                exchange(stream, request, self.bounds.body).await
            }
            Place::Tcp(address) => {
                let stream = TcpStream::connect(dialled(*address)).await;
                exchange(stream.map_err(|error| of_io(&error))?, request, self.bounds.body).await
            }
        }
    }

    fn request(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Request<String>, Unanswered> {
        let unable = |why: &str| Unanswered::Unable(why.to_owned());
        let path = Some(target).filter(|target| target.starts_with('/'));
        let path = path.and_then(|path| PathAndQuery::try_from(path).ok());
        let host = match self.place {
            Place::Tcp(address) => dialled(address).to_string(),
            Place::Unix(_) => "localhost".to_owned(),
        };
        let mut request = Request::new(body.map(Value::to_string).unwrap_or_default());
        let method = Method::from_bytes(method.as_bytes());
        *request.method_mut() = method.map_err(|_| unable("this is no method"))?;
        *request.uri_mut() = path.ok_or_else(|| unable("what is asked for is no path"))?.into();
        let fields = request.headers_mut();
        let host = HeaderValue::try_from(host).map_err(|_| unable("it has no address"))?;
        fields.insert(HOST, host);
        fields.insert(CONNECTION, HeaderValue::from_static("close"));
        if body.is_some() {
            fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(token) = &self.token {
            let secret = token().map_err(Unanswered::Unable)?;
            let value = HeaderValue::try_from(format!("Bearer {}", secret.reveal()));
            let mut value = value.map_err(|_| unable("the token is no line of text"))?;
            value.set_sensitive(true);
            fields.insert(AUTHORIZATION, value);
        }
        Ok(request)
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

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    request: Request<String>,
    most: usize,
) -> Result<Answer, Unanswered> {
    let mut http = http1::Builder::new();
    http.max_buf_size(ANSWER_HEAD);
    let opened = http.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|error| of_http(&error))?;
    let asked = async {
        let answer = sender.send_request(request).await.map_err(|error| of_http(&error))?;
        let (head, body) = answer.into_parts();
        // One that ends with its connection may have been cut off (RFC 9112 section 6.3).
        if !body.is_end_stream() && !has_end(&head.headers) {
            return Err(Unanswered::Strange);
        }
        let body = Limited::new(body, most).collect().await.map_err(|error| of_body(&*error))?;
        Ok(Answer { status: head.status.as_u16(), body: body.to_bytes().into() })
    };
    // What goes wrong with the connection is what the question ends with.
    let carried = async {
        connection.await.ok();
        pending::<Infallible>().await
    };
    tokio::select! {
        answer = asked => answer,
        never = carried => match never {},
    }
}

fn has_end(fields: &HeaderMap) -> bool {
    fields.contains_key(CONTENT_LENGTH) || fields.contains_key(TRANSFER_ENCODING)
}

fn of_body(error: &(dyn Error + 'static)) -> Unanswered {
    match error.downcast_ref::<hyper::Error>() {
        Some(error) => of_http(error),
        None if error.is::<LengthLimitError>() => Unanswered::TooLarge,
        None => Unanswered::Unable(error.to_string()),
    }
}

fn of_http(error: &hyper::Error) -> Unanswered {
    let mut causes = successors(error.source(), |&cause| cause.source());
    if let Some(error) = causes.find_map(|cause| cause.downcast_ref::<io::Error>()) {
        return of_io(error);
    }
    if error.is_parse_too_large() {
        Unanswered::TooLarge
    } else if error.is_parse() {
        Unanswered::Strange
    } else if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Unanswered::Closed
    } else {
        Unanswered::Unable(error.to_string())
    }
}

fn of_io(error: &io::Error) -> Unanswered {
    match error.kind() {
        ErrorKind::ConnectionRefused => Unanswered::Refused,
        ErrorKind::NotFound => Unanswered::NoSocket,
        ErrorKind::PermissionDenied => Unanswered::NotAllowed,
        // Would block: the queue of a unix socket is full.
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Unanswered::Late,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => Unanswered::Closed,
        ErrorKind::InvalidData | ErrorKind::InvalidInput => Unanswered::Strange,
        _ => Unanswered::Unable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use serde_json::json;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), body: 1_000 };

    fn client(place: Place, token: Option<&'static str>) -> Client {
        let token = token.map(|text| Arc::new(move || Ok(Secret::new(text))) as TokenSource);
        Client { place, token, bounds: BOUNDS }
    }

    fn at(text: &str) -> Place {
        Place::Tcp(text.parse().expect("an address"))
    }

    /// What comes of an answer, after which the connection ends; and how it was asked.
    async fn came_of(client: &Client, answer: &[u8]) -> (Result<Answer, Unanswered>, String) {
        let (near, mut far) = duplex(64 << 10);
        let request = client.request("POST", "/a?b=1", Some(&json!({ "c": 2 })));
        let serves = async {
            let mut asked = vec![0; 4 << 10];
            let length = far.read(&mut asked).await.expect("a request");
            far.write_all(answer).await.ok();
            drop(far);
            String::from_utf8_lossy(&asked[..length]).into_owned()
        };
        tokio::join!(exchange(near, request.expect("a request"), BOUNDS.body), serves)
    }

    #[tokio::test]
    async fn an_answer_is_taken_whole_or_not_at_all() {
        let client = client(at("127.0.0.1:9502"), None);
        let length = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";
        let chunks = "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

        for whole in [length, chunks] {
            let taken = came_of(&client, whole.as_bytes()).await.0;
            assert_eq!(taken, Ok(Answer { status: 404, body: b"{}".to_vec() }), "{whole}");
            for end in 0..whole.len() {
                let taken = came_of(&client, &whole.as_bytes()[..end]).await.0;
                assert_eq!(taken, Err(Unanswered::Closed), "{whole} cut at {end}");
            }
        }
        let none = "HTTP/1.1 204 No Content\r\n\r\n";
        let taken = came_of(&client, none.as_bytes()).await.0;
        assert_eq!(taken, Ok(Answer { status: 204, body: Vec::new() }));
    }

    #[tokio::test]
    async fn what_is_no_answer_is_told_apart() {
        let client = client(at("127.0.0.1:9502"), None);
        let large = format!("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{}", "a".repeat(1001));
        let wide = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "a".repeat(ANSWER_HEAD));

        for (answer, why) in [
            ("SSH-2.0-OpenSSH_10\r\n\r\n", Unanswered::Strange),
            ("HTTP/1.1 200 OK\r\n\r\nuntil the end", Unanswered::Strange),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", Unanswered::Strange),
            (&*large, Unanswered::TooLarge),
            (&*wide, Unanswered::TooLarge),
        ] {
            assert_eq!(came_of(&client, answer.as_bytes()).await.0, Err(why), "{answer:.60}");
        }
    }

    #[tokio::test]
    async fn a_token_is_sent_and_not_shown() {
        let client = client(at("[::]:9502"), Some("s3cret"));

        let (_, asked) = came_of(&client, b"").await;

        let asked = asked.to_ascii_lowercase();
        for line in [
            "post /a?b=1 http/1.1\r\n",
            "\r\nhost: [::1]:9502\r\n",
            "\r\nauthorization: bearer s3cret\r\n",
            "\r\nconnection: close\r\n",
            "\r\ncontent-type: application/json\r\n",
            "\r\n\r\n{\"c\":2}",
        ] {
            assert!(asked.contains(line), "{line} in {asked}");
        }
        assert!(!format!("{client:?}").contains("s3cret"));
    }

    #[tokio::test]
    async fn nothing_ends_a_line_of_the_request() {
        let place = || Place::Unix("/run/a.sock".into());
        let plain = client(place(), None);

        for target in ["/monitors/a\r\nX: b", "/a b", "http://elsewhere.example/", "", "a"] {
            let asked = plain.get(target).await;
            assert!(matches!(asked, Err(Unanswered::Unable(_))), "{target}: {asked:?}");
        }
        let asked = client(place(), Some("a\r\nX: b")).get("/").await;
        assert_eq!(asked, Err(Unanswered::Unable("the token is no line of text".to_owned())));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_not_there_is_told_apart() {
        let path = std::env::temp_dir().join(format!("goodgate-client-{}", std::process::id()));
        let asking = client(Place::Unix(path.clone()), None);

        assert_eq!(asking.get("/").await, Err(Unanswered::NoSocket));
        let listener = UnixListener::bind(&path).expect("a socket");
        assert_eq!(asking.get("/").await, Err(Unanswered::Late), "none accepts");
        drop(listener);
        assert_eq!(asking.get("/").await, Err(Unanswered::Refused));
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn an_address_for_all_is_asked_on_loopback() {
        for (text, dialled) in [
            ("0.0.0.0:9502", "127.0.0.1:9502"),
            ("[::]:9502", "[::1]:9502"),
            ("10.0.0.7:9502", "10.0.0.7:9502"),
        ] {
            assert_eq!(at(text).to_string(), dialled);
        }
    }
}
