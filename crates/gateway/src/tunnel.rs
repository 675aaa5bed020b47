//! Bytes back and forth between a client and an endpoint that speak another protocol.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::core::Core;
use crate::exchange::Tunnel;
use crate::net::{Reading, Writing};

/// Room for one read.
const READ: usize = 16 << 10;

/// Passes bytes on until both sides have ended, one breaks off, or both are silent for too long.
pub(crate) async fn relay(core: &Core, client: (Reading, Writing, BytesMut), tunnel: Tunnel) {
    let Tunnel { reading, writing, early, idle, slot: _slot } = tunnel;
    let (client_reading, client_writing, client_early) = client;
    let _open = core.counters.tunnel();
    let moved = AtomicU64::new(0);
    let up = pump(client_reading, writing, client_early, &moved);
    let down = pump(reading, client_writing, early, &moved);
    // An error on one side ends both; an end is passed on, and the other side may go on.
    let mut both = pin!(async { tokio::try_join!(up, down) });
    loop {
        let before = moved.load(Ordering::Relaxed);
        let silence = idle.unwrap_or(Duration::MAX);
        match timeout(silence, both.as_mut()).await {
            Err(_) if moved.load(Ordering::Relaxed) > before => {}
            // Over, broken off, or silent for too long: nobody is left to tell.
            Ok(_) | Err(_) => return,
        }
    }
}

async fn pump(
    mut from: Reading,
    mut to: Writing,
    early: BytesMut,
    moved: &AtomicU64,
) -> std::io::Result<()> {
    if !early.is_empty() {
        to.write_all(&early).await?;
        to.flush().await?;
    }
    let mut room = vec![0; READ];
    loop {
        let count = from.read(&mut room).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        moved.fetch_add(1, Ordering::Relaxed);
        to.write_all(room.get(..count).unwrap_or_default()).await?;
        to.flush().await?;
    }
}
