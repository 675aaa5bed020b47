//! Connections: bounded in number, in the time for a head, and in how long they live.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::door::Doors;
use super::guard::Peer;
use super::limits;

/// Serves what comes through the doors until `stop` holds true, or whoever could say so is gone.
pub(super) async fn serve(doors: Doors, router: Router, mut stop: watch::Receiver<bool>) {
    let Doors { unix, tcp, place } = doors;
    // A socket that the runtime does not take was none; binding has seen that it is one.
    let Ok(unix) = UnixListener::from_std(unix) else { return };
    let tcp = tcp.map(TcpListener::from_std).and_then(Result::ok);
    let over_unix = Door::default();
    let over_tcp = Door::default();
    let mut under_way = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => break,
            accepted = over_unix.accept_unix(&unix) => accepted,
            accepted = over_tcp.accept_tcp(tcp.as_ref()) => accepted,
            // What has ended makes room.
            Some(_) = under_way.join_next() => continue,
        };
        match accepted {
            Ok(Accepted::Unix(stream, turn)) => {
                let router = router.clone().layer(Extension(Peer::Unix));
                under_way.spawn(connection(stream, router, turn));
            }
            Ok(Accepted::Tcp { stream, own, peer, turn }) => {
                let router = router.clone().layer(Extension(Peer::Tcp { own, peer }));
                under_way.spawn(connection(stream, router, turn));
            }
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
    Unix(tokio::net::UnixStream, Turn),
    Tcp { stream: tokio::net::TcpStream, own: SocketAddr, peer: SocketAddr, turn: Turn },
}

/// The places of one door: strangers on TCP keep nobody from the unix socket.
struct Door(Arc<Semaphore>);

impl Default for Door {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(limits::CONNECTIONS)))
    }
}

impl Door {
    /// Takes a connection once there is a place for it; until then it waits in the kernel.
    async fn accept_unix(&self, listener: &UnixListener) -> io::Result<Accepted> {
        let turn = self.turn().await?;
        let (stream, _) = listener.accept().await?;
        Ok(Accepted::Unix(stream, turn))
    }

    async fn accept_tcp(&self, listener: Option<&TcpListener>) -> io::Result<Accepted> {
        let Some(listener) = listener else { return std::future::pending().await };
        let turn = self.turn().await?;
        let (stream, peer) = listener.accept().await?;
        let own = stream.local_addr()?;
        Ok(Accepted::Tcp { stream, own, peer, turn })
    }

    async fn turn(&self) -> io::Result<Turn> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(io::Error::other)?;
        Ok(Turn { place, is_short: self.0.available_permits() < limits::CONNECTIONS / 2 })
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
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
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
}
