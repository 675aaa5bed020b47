//! The healthy application: a few milliseconds of work, then the request's number and some text.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{DRAIN, Notes};
use crate::limits;
use crate::scoreboard::paths;

/// How long the application works for one request.
const WORK: Duration = Duration::from_millis(5);

/// Serves until told to end: no new connections then, idle ones are closed, answers are finished.
pub(super) async fn serve(
    listener: TcpListener,
    notes: Option<Arc<Notes>>,
    mut ends: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted?.0,
            // The sender lives as long as the process.
            _ = ends.wait_for(|ends| *ends) => break,
        };
        let (notes, ends) = (notes.clone(), ends.clone());
        connections.spawn(async move { drop(connection(stream, notes, ends).await) });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    drop(timeout(DRAIN, all).await);
    Ok(())
}

async fn connection(
    mut stream: TcpStream,
    notes: Option<Arc<Notes>>,
    mut ends: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = Vec::new();
    loop {
        let head = tokio::select! {
            head = head(&mut stream, &mut input) => head?,
            _ = ends.wait_for(|ends| *ends), if input.is_empty() => return Ok(()),
        };
        let Some(head) = head else { return Ok(()) };
        let number = paths::number(&head.target);
        if let (Some(notes), Some(number), "POST") = (&notes, number, head.method.as_str()) {
            notes.add(number)?;
        }
        while input.len() < head.length {
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
        }
        input.drain(..head.length);
        let body = number.map_or_else(|| b"ok\n".to_vec(), paths::body);
        if number.is_some() {
            sleep(WORK).await;
        }
        let closes = head.closes || *ends.borrow();
        let end = if closes { "Connection: close\r\n" } else { "" };
        let length = body.len();
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n{end}\r\n"
        )
        .into_bytes();
        answer.extend(body);
        stream.write_all(&answer).await?;
        if closes {
            return Ok(());
        }
    }
}

struct Head {
    method: String,
    target: String,
    length: usize,
    closes: bool,
}

/// Reads the head of a request; what comes behind it stays in `input`. None at the end.
async fn head(stream: &mut TcpStream, input: &mut Vec<u8>) -> anyhow::Result<Option<Head>> {
    loop {
        if let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = input.drain(..end + 4).collect();
            return parse(&String::from_utf8_lossy(&head)).map(Some);
        }
        if input.len() > limits::REQUEST_HEAD_BYTES_MAX {
            bail!("a request without end");
        }
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse(text: &str) -> anyhow::Result<Head> {
    let mut words = text.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().context("no target")?.to_owned();
    let mut head = Head { method, target, length: 0, closes: text.contains(" HTTP/1.0\r\n") };
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            head.length = value.trim().parse().context("content-length")?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("bodies of the benchmark have a length");
        } else if name.eq_ignore_ascii_case("connection") {
            head.closes |= value.trim().eq_ignore_ascii_case("close");
        }
    }
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_what_follows() {
        let head = parse("POST /a HTTP/1.1\r\ncontent-length: 7\r\nConnection: Close\r\n\r\n");

        let head = head.unwrap();

        assert_eq!((head.length, head.closes), (7, true));
    }
}
