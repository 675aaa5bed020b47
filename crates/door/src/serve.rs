//! Connections: bounded in number, in the time for a head, and in how long they live.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::linger::Lingering;
use crate::{Listening, limits};

/// Who asks. A request has it among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A process of this user, over the unix socket.
    Unix(u32),
    /// Somebody over TCP.
    Tcp {
        /// Our address.
        own: SocketAddr,
        /// Theirs.
        peer: SocketAddr,
    },
}

/// How many connections there are at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Through each of the sockets, so that strangers on TCP keep nobody from the unix socket.
    pub connections: usize,
    /// What becomes of one more.
    pub beyond: Beyond,
}

/// What becomes of a connection for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// It is closed at once: who asks now and then asks again.
    Closed,
    /// It waits in the queue of the kernel: it may have something to tell that is told once. Where less
    /// than half of the room is free, connections are closed after one answer.
    Waits,
}

/// Serves until `stop` holds true, or whoever could say so is gone; what is under way then has
/// [`limits::CUT`]. Dropping it cuts everything off. Needs a runtime.
pub async fn serve(
    listening: Listening,
    room: Room,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let Listening { unix, tcp, place } = listening;
    // A socket that the runtime does not take was none; binding has seen that it is one.
    let unix = unix.map(UnixListener::from_std).and_then(Result::ok);
    let tcp = tcp.map(TcpListener::from_std).and_then(Result::ok);
    let (over_unix, over_tcp) = (Door::new(room), Door::new(room));
    let mut under_way = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => break,
            accepted = over_unix.accept_unix(unix.as_ref()) => accepted,
            accepted = over_tcp.accept_tcp(tcp.as_ref()) => accepted,
            // What has ended makes room.
            Some(_) = under_way.join_next() => continue,
        };
        match accepted {
            Ok(Accepted::Unix(stream, peer, turn)) => {
                let router = router.clone().layer(Extension(peer));
                under_way.spawn(connection(stream, router, turn));
            }
            Ok(Accepted::Tcp(stream, peer, turn)) => {
                let router = router.clone().layer(Extension(peer));
                under_way.spawn(connection(stream, router, turn));
            }
            Ok(Accepted::None) => {}
            Err(_) => sleep(limits::PAUSE).await,
        }
    }
    drop(place);
    let rest = async { while under_way.join_next().await.is_some() {} };
    // What is not done by then is cut off with the set.
    timeout(limits::CUT, rest).await.ok();
}

/// A place for a connection, and whether there are so few left that it is closed after one answer.
struct Turn {
    place: OwnedSemaphorePermit,
    is_short: bool,
}

enum Accepted {
    Unix(UnixStream, Peer, Turn),
    Tcp(TcpStream, Peer, Turn),
    /// One for which there was no room.
    None,
}

/// The places of one socket.
struct Door {
    room: Room,
    free: Arc<Semaphore>,
}

impl Door {
    fn new(room: Room) -> Self {
        Self { room, free: Arc::new(Semaphore::new(room.connections)) }
    }

    async fn accept_unix(&self, listener: Option<&UnixListener>) -> io::Result<Accepted> {
        let Some(listener) = listener else { return pending().await };
        let turn = self.turn().await?;
        let (stream, _) = listener.accept().await?;
        // A peer in another namespace of processes has no number here (pid 0), which rustix takes for an
        // error.
        let peer = Peer::Unix(stream.peer_cred()?.uid());
        Ok(turn
            .or_else(|| self.turn_now())
            .map_or(Accepted::None, |turn| Accepted::Unix(stream, peer, turn)))
    }

    async fn accept_tcp(&self, listener: Option<&TcpListener>) -> io::Result<Accepted> {
        let Some(listener) = listener else { return pending().await };
        let turn = self.turn().await?;
        let (stream, peer) = listener.accept().await?;
        let peer = Peer::Tcp { own: stream.local_addr()?, peer };
        Ok(turn
            .or_else(|| self.turn_now())
            .map_or(Accepted::None, |turn| Accepted::Tcp(stream, peer, turn)))
    }

    /// Waits for a place, where that is to be done before a connection is accepted.
    async fn turn(&self) -> io::Result<Option<Turn>> {
        match self.room.beyond {
            Beyond::Closed => Ok(None),
            Beyond::Waits => {
                let place = Arc::clone(&self.free).acquire_owned().await;
                let is_short = self.free.available_permits() < self.room.connections / 2;
                Ok(Some(Turn { place: place.map_err(io::Error::other)?, is_short }))
            }
        }
    }

    /// Returns a place, if there is one.
    fn turn_now(&self) -> Option<Turn> {
        let place = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some(Turn { place, is_short: false })
    }
}

async fn connection<S>(stream: S, router: Router, turn: Turn)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_TIME)
        .max_buf_size(limits::HEAD_BYTES)
        .keep_alive(!turn.is_short)
        .serve_connection(TokioIo::new(Lingering::new(stream)), TowerToHyperService::new(router));
    // How it ends interests only whoever asked.
    timeout(limits::LIFE, connection).await.ok();
    drop(turn.place);
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::Instant;

    use super::*;

    fn turn() -> Turn {
        let places = Arc::new(Semaphore::new(1));
        Turn { place: places.try_acquire_owned().expect("a place"), is_short: false }
    }

    /// How long a connection lives on which somebody sends this and then nothing.
    async fn life(sent: &[u8]) -> std::time::Duration {
        let (mut theirs, ours) = duplex(64 << 10);
        let served = tokio::spawn(connection(ours, Router::new(), turn()));
        let began = Instant::now();
        theirs.write_all(sent).await.expect("sent");
        let mut rest = Vec::new();
        theirs.read_to_end(&mut rest).await.expect("read");
        served.await.expect("no panic");
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_come_ends_the_connection_in_time() {
        assert_eq!(life(b"GET / HTTP/1.1\r\nHo").await.as_secs(), limits::HEAD_TIME.as_secs());
        assert_eq!(life(b"").await.as_secs(), limits::HEAD_TIME.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_idle_after_an_answer_ends_in_time() {
        let life = life(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;

        assert_eq!(life.as_secs(), limits::HEAD_TIME.as_secs());
    }

    /// Serves on a port of the kernel, with room for one.
    fn served(beyond: Beyond) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let tcp = crate::tcp(([127, 0, 0, 1], 0).into(), 16).expect("a socket");
        let listening = Listening { tcp: Some(tcp), ..Listening::default() };
        let address = listening.address().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let room = Room { connections: 1, beyond };
        (address, stop, tokio::spawn(serve(listening, room, Router::new(), stopped)))
    }

    async fn ask(stream: &mut TcpStream) -> Vec<u8> {
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut answer = Vec::new();
        // One that is closed at once may say so already here.
        if stream.write_all(request).await.is_ok() {
            stream.read_to_end(&mut answer).await.ok();
        }
        answer
    }

    /// A connection that has its place: it was answered, and stays open.
    async fn seated(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("sent");
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.expect("an answer");
        assert_eq!(&status, b"HTTP/1.1 404");
        stream
    }

    /// Sends all of a request that is refused, and only then reads.
    async fn refusal(request: &[u8]) -> Vec<u8> {
        let (address, stop, serving) = served(Beyond::Waits);
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(request).await.expect("all of it is taken");
        // The kernel of the server has had the time to answer with a reset.
        stream.readable().await.expect("an answer");
        stream.write_all(&[b'x'; 100]).await.expect("also what is sent later");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("no reset");
        drop(stream);
        stop.send_replace(true);
        serving.await.expect("no panic");
        answer
    }

    #[tokio::test]
    async fn a_refusal_reaches_a_client_that_still_sends() {
        let mut head = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".to_vec();
        head.resize(limits::HEAD_BYTES * 8, b'x');

        let answer = refusal(&head).await;

        assert!(answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_stops_is_not_waited_for() {
        let (mut theirs, ours) = duplex(64 << 10);
        let served = tokio::spawn(connection(ours, Router::new(), turn()));
        let began = Instant::now();

        theirs.write_all(b"nonsense\r\n\r\n").await.expect("sent");
        let mut rest = Vec::new();
        theirs.read_to_end(&mut rest).await.expect("read");
        served.await.expect("no panic");

        assert!(rest.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&rest));
        assert_eq!(began.elapsed(), limits::LINGER_TIME);
    }

    #[tokio::test]
    async fn one_beyond_the_room_is_closed_where_that_is_wanted() {
        let (address, stop, serving) = served(Beyond::Closed);
        let first = seated(address).await;
        let mut second = TcpStream::connect(address).await.expect("a connection");

        assert_eq!(ask(&mut second).await, b"");

        drop(first);
        drop(stop);
        serving.await.expect("no panic");
    }

    #[tokio::test]
    async fn one_beyond_the_room_waits_where_that_is_wanted() {
        let (address, stop, serving) = served(Beyond::Waits);
        let first = seated(address).await;
        let mut second = TcpStream::connect(address).await.expect("a connection");
        let asking = tokio::spawn(async move { ask(&mut second).await });

        drop(first);

        let answer = asking.await.expect("no panic");
        assert!(answer.starts_with(b"HTTP/1.1 404"), "{}", String::from_utf8_lossy(&answer));
        stop.send_replace(true);
        serving.await.expect("no panic");
    }
}
