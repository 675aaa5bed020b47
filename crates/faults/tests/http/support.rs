//! Origins that run in the test, and clients that see every byte.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use goodgate_faults::{Address, Entry, Options, Server, Spec};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long anything may take before a test gives up: far more than it needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A request for `/`.
pub(crate) const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: origin.test\r\n\r\n";

/// An origin that runs until it is dropped.
pub(crate) struct Origin {
    pub(crate) addresses: Vec<Address>,
    pub(crate) control: Option<SocketAddr>,
    end: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl Origin {
    pub(crate) async fn start(options: Options) -> Self {
        let server = Server::bind(options).await.unwrap();
        let (addresses, control) = (server.addresses().to_vec(), server.control());
        let (end, ended) = oneshot::channel();
        let run = async {
            server
                .run(async {
                    ended.await.ok();
                })
                .await;
        };
        Self { addresses, control, end: Some(end), running: Some(tokio::spawn(run)) }
    }

    /// Starts an origin on TCP with these faults.
    pub(crate) async fn failing(faults: &[&str]) -> Self {
        Self::start(options(faults)).await
    }

    pub(crate) fn tcp(&self) -> SocketAddr {
        match self.addresses.first() {
            Some(Address::Tcp(address)) => *address,
            other => panic!("no TCP address: {other:?}"),
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.tcp()).await.unwrap()
    }

    /// Sends bytes on a new connection and reads to its end.
    pub(crate) async fn tell(&self, bytes: &[u8]) -> Seen {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        Seen::of(&mut stream).await
    }

    /// Ends the origin and waits until it has ended.
    pub(crate) async fn end(mut self) {
        drop(self.end.take());
        let running = self.running.take().unwrap();
        timeout(PATIENCE, running).await.expect("the origin ends").unwrap();
    }
}

/// What an origin on TCP is to do.
pub(crate) fn options(faults: &[&str]) -> Options {
    let entry = |fault: &&str| Entry::always(Spec::parse(fault).unwrap());
    let faults = faults.iter().map(entry).collect();
    Options { faults, ..Options::at(Address::parse("127.0.0.1:0").unwrap()) }
}

/// A path for a unix socket that nobody else has.
pub(crate) fn socket_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("goodgate-faults-{}-{count}.sock", std::process::id()))
}

/// Starts an origin on a unix socket with these faults; gives back the path as well.
pub(crate) async fn on_unix(faults: &[&str]) -> (Origin, PathBuf) {
    let path = socket_path();
    let listen = vec![Address::Unix(path.clone())];
    (Origin::start(Options { listen, ..options(faults) }).await, path)
}

/// Sends bytes on a new connection to a unix socket and reads to its end.
pub(crate) async fn tell_unix(path: &PathBuf, bytes: &[u8]) -> Seen {
    let mut stream = UnixStream::connect(path).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    Seen::of(&mut stream).await
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Fin,
    Reset,
}

/// What came on a connection until it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

impl Seen {
    pub(crate) async fn of(stream: &mut (impl AsyncRead + Unpin)) -> Self {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        let end = match read.expect("the connection ends") {
            Ok(_) => End::Fin,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => End::Reset,
            Err(error) => panic!("{error}"),
        };
        Self { bytes, end }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Returns what follows the head.
    pub(crate) fn body(&self) -> &[u8] {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n");
        &self.bytes[end.expect("a head") + 4..]
    }
}

/// Reads a head; gives it back with its empty line.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(PATIENCE, stream.read_u8()).await.expect("the head comes");
        head.push(byte.expect("the head is complete"));
    }
    String::from_utf8(head).unwrap()
}

/// Reads an answer whose length is told in its head.
pub(crate) async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let head = read_head(stream).await;
    let length = field(&head, "content-length").expect("a length").parse().unwrap();
    let mut body = vec![0; length];
    timeout(PATIENCE, stream.read_exact(&mut body)).await.expect("the body comes").unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// Asks on a connection and reads the answer.
pub(crate) async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    request: &[u8],
) -> String {
    stream.write_all(request).await.unwrap();
    read_answer(stream).await
}

/// Returns the value of a field of a head.
pub(crate) fn field<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
    fields
        .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.trim())
        .next()
}

/// Whether nothing has come on a connection so far.
pub(crate) fn is_silent(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0; 1]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}
