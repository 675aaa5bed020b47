//! The floor: a relay of bytes on the runtime that goodgate uses, which knows nothing of HTTP.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// As long as the listen queues of the proxies.
const BACKLOG: u32 = 4096;

/// Runs `relay LISTEN ORIGIN` until it is killed.
pub(crate) fn main(words: &[&str]) -> anyhow::Result<()> {
    let [listen, origin] = words else { bail!("relay LISTEN ORIGIN") };
    let listen: SocketAddr = listen.parse().context("LISTEN")?;
    let origin: SocketAddr = origin.parse().context("ORIGIN")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(listen, origin))
}

async fn serve(listen: SocketAddr, origin: SocketAddr) -> anyhow::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(listen)?;
    let listener: TcpListener = socket.listen(BACKLOG)?;
    loop {
        let (downstream, _) = listener.accept().await?;
        // A connection that fails is the load generator's to notice.
        tokio::spawn(async move { drop(relay(downstream, origin).await) });
    }
}

async fn relay(mut downstream: TcpStream, origin: SocketAddr) -> std::io::Result<()> {
    downstream.set_nodelay(true)?;
    let mut upstream = TcpStream::connect(origin).await?;
    upstream.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut downstream, &mut upstream).await.map(drop)
}
