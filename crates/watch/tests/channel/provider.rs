//! A server that keeps what it was asked and answers what it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a request was.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body of text")
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// What a request is answered with.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, further header lines, body.
    Status(u16, Vec<String>, String),
    /// These bytes and the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, while the connection stays open.
    Hang,
    /// A reset of the connection.
    Reset,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Status(status, vec!["content-type: application/json".to_owned()], body.to_string())
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Status(status, Vec::new(), body.to_owned())
    }
}

#[derive(Debug, Default)]
struct State {
    asked: Vec<Asked>,
    replies: VecDeque<Reply>,
}

/// The server. It answers with the replies in turn, and with the last one from then on.
#[derive(Debug)]
pub(crate) struct Provider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Provider {
    pub(crate) async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, None).await
    }

    pub(crate) async fn with_tls(
        replies: impl IntoIterator<Item = Reply>,
        tls: TlsAcceptor,
    ) -> Self {
        Self::start(replies, Some(tls)).await
    }

    async fn start(replies: impl IntoIterator<Item = Reply>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port of the kernel");
        let address = listener.local_addr().expect("the address");
        let replies = replies.into_iter().collect();
        let state = Arc::new(Mutex::new(State { asked: Vec::new(), replies }));
        let task = tokio::spawn(accept(listener, state.clone(), tls));
        Self { address, state, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("no panic").asked.clone()
    }

    /// Returns the one request that has come.
    pub(crate) fn only(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>, tls: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, tls) = (state.clone(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, &state, reset).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, &state, |_| ()).await;
                    }
                }
            }
        });
    }
}

fn reset(stream: &TcpStream) {
    socket2::SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO)).expect("linger");
}

async fn serve<S>(mut stream: S, state: &Mutex<State>, reset: fn(&S))
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(asked) = read(&mut stream).await {
        let reply = {
            let mut state = state.lock().expect("no panic");
            state.asked.push(asked);
            if state.replies.len() > 1 {
                state.replies.pop_front()
            } else {
                state.replies.front().cloned()
            }
        };
        match reply.expect("a reply") {
            Reply::Hang => std::future::pending::<()>().await,
            Reply::Reset => return reset(&stream),
            Reply::Bytes(bytes) => {
                // The client may have had enough before the end.
                let _enough = stream.write_all(&bytes).await;
                return;
            }
            Reply::Status(status, headers, body) => {
                let headers: Vec<&str> = headers.iter().flat_map(|line| [line, "\r\n"]).collect();
                let headers = headers.concat();
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n",
                    body.len()
                );
                if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Reads a request with a body of a stated length; none at the end of the connection.
async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (first.next()?, first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut asked = Asked { method, target, headers, body: bytes.split_off(end + 4) };
    let length = asked.header("content-length").map_or(0, |text| text.parse().expect("a length"));
    while asked.body.len() < length {
        if stream.read_buf(&mut asked.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(asked)
}
