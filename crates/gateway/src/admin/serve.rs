//! Connections of operators: bounded in number, in the time for a head, and in how long they live.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::door::Door;
use super::guard::{Guard, Peer};
use super::{Panel, router};

/// Connections at the same time: a few people, a scraper, a dashboard. More are closed at once.
const CONNECTIONS_MAX: usize = 64;

/// How long a head may take, and how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// How long a connection lives: one that reads its answer slowly ends with it.
const LIFE: Duration = Duration::from_mins(5);

/// The largest head.
const HEAD_BYTES: usize = 32 << 10;

/// The pause after an `accept` that failed: for want of descriptors it would fail again at once.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves what comes through the door.
pub(super) async fn serve(door: Door, guard: Arc<Guard>, panel: Arc<Panel>) {
    let router = router::router(guard, panel);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    // A socket that the runtime does not take was none; binding has seen that it is one.
    match door {
        Door::Tcp(listener) => {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            loop {
                let accepted = listener.accept().await;
                let known = accepted.and_then(|(stream, _)| {
                    let own = stream.local_addr()?;
                    Ok((stream, Peer::Tcp(own)))
                });
                begin(known, &router, &places).await;
            }
        }
        Door::Unix(listener, _place) => {
            let Ok(listener) = UnixListener::from_std(listener) else { return };
            loop {
                let accepted = listener.accept().await;
                let known = accepted.and_then(|(stream, _)| {
                    // A peer in another namespace of processes has no number here (pid 0), which
                    // rustix takes for an error.
                    let uid = stream.peer_cred()?.uid();
                    Ok((stream, Peer::Unix(uid)))
                });
                begin(known, &router, &places).await;
            }
        }
    }
}

async fn begin<S>(accepted: io::Result<(S, Peer)>, router: &Router, places: &Arc<Semaphore>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Ok((stream, peer)) = accepted else {
        sleep(PAUSE).await;
        return;
    };
    // One beyond the bound is dropped.
    let Ok(place) = Arc::clone(places).try_acquire_owned() else { return };
    let service = TowerToHyperService::new(router.clone().layer(Extension(peer)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    tokio::spawn(async move {
        // How it ends interests only whoever asked.
        timeout(LIFE, connection).await.ok();
        drop(place);
    });
}
