//! Passes connections on to `goodgate faults` and notes the POSTs that go by.
//!
//! How a side ends is passed on as well: a FIN stays a FIN, a reset stays a reset.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::Notes;
use crate::scoreboard::paths;

/// Bytes that are passed on at once.
const PIECE: usize = 16 * 1024;

/// The longest request line's beginning that can be cut between two pieces.
const CARRY: usize = 64;

/// Serves until told to end.
pub(super) async fn serve(
    listener: TcpListener,
    faults: SocketAddr,
    notes: Arc<Notes>,
    mut ends: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    loop {
        let downstream = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            _ = ends.wait_for(|ends| *ends) => return Ok(()),
        };
        let notes = Arc::clone(&notes);
        tokio::spawn(async move { drop(connection(downstream, faults, &notes).await) });
    }
}

async fn connection(
    mut downstream: TcpStream,
    faults: SocketAddr,
    notes: &Notes,
) -> std::io::Result<()> {
    downstream.set_nodelay(true)?;
    let Ok(mut upstream) = TcpStream::connect(faults).await else { return reset(&downstream) };
    upstream.set_nodelay(true)?;
    let mut scanner = Scanner::default();
    let (mut down, mut up) = (vec![0; PIECE], vec![0; PIECE]);
    let mut has_ended = false;
    loop {
        tokio::select! {
            // An answer or an end that is there comes before what the proxy sends next.
            biased;
            read = upstream.read(&mut up) => match read {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    downstream.write_all(up.get(..count).unwrap_or_default()).await?;
                }
                Err(_) => return reset(&downstream),
            },
            read = downstream.read(&mut down), if !has_ended => match read {
                Ok(0) => {
                    has_ended = true;
                    upstream.shutdown().await?;
                }
                Ok(count) => {
                    let piece = down.get(..count).unwrap_or_default();
                    for number in scanner.take(piece) {
                        notes.add(number)?;
                    }
                    if upstream.write_all(piece).await.is_err() {
                        return reset(&downstream);
                    }
                }
                Err(_) => return reset(&upstream),
            },
        }
    }
}

/// Lets the coming close be a reset.
fn reset(stream: &TcpStream) -> std::io::Result<()> {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

/// Finds the numbers of POSTs in a stream of requests, whose bodies never look like one.
#[derive(Debug, Default)]
struct Scanner {
    carry: Vec<u8>,
}

impl Scanner {
    fn take(&mut self, piece: &[u8]) -> Vec<u64> {
        self.carry.extend_from_slice(piece);
        let mut numbers = Vec::new();
        let mut done = 0;
        let begin = paths::POST_LINE.as_bytes();
        while let Some(found) = find(self.carry.get(done..).unwrap_or_default(), begin) {
            let digits = self.carry.get(done + found + begin.len()..).unwrap_or_default();
            let Some(end) = digits.iter().position(|byte| !byte.is_ascii_digit()) else { break };
            let digits = String::from_utf8_lossy(digits.get(..end).unwrap_or_default());
            numbers.extend(digits.parse::<u64>());
            done += found + begin.len() + end;
        }
        let keep = done.max(self.carry.len().saturating_sub(CARRY));
        self.carry.drain(..keep);
        numbers
    }
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_post_is_found_once_in_any_pieces() {
        let text = b"POST /app/post/17 HTTP/1.1\r\nContent-Length: 3\r\n\r\nxxx\
                     GET /app/get/18 HTTP/1.1\r\n\r\nPOST /app/post/190 HTTP/1.1\r\n\r\n";
        for size in 1..text.len() {
            let mut scanner = Scanner::default();

            let found: Vec<u64> = text.chunks(size).flat_map(|piece| scanner.take(piece)).collect();

            assert_eq!(found, [17, 190]);
        }
    }
}
