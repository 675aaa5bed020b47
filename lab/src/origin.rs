//! Origins on loopback that answer, or fail, on demand.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a waiting connection looks whether the origin ends.
const LOOK: Duration = Duration::from_millis(50);

/// The most bytes of a request head that are kept; larger than what any gateway forwards.
const HEAD_MAX: usize = 64 << 10;

/// What an origin does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Answers 200 with a short body.
    Healthy,
    /// Takes the request and closes without an answer.
    CloseWithoutAnswer,
    /// Takes the request and says nothing.
    Hang,
    /// Answers 200 with one header field of this many bytes.
    LargeHeader(usize),
}

/// A listening origin; it ends when the value is dropped.
#[derive(Debug)]
pub struct Origin {
    address: SocketAddr,
    ending: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Origin {
    /// Starts an origin on a port that the kernel gives.
    ///
    /// # Errors
    ///
    /// When loopback does not work.
    pub fn start(behaviour: Behaviour) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ending = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ending);
        let acceptor = thread::spawn(move || accept(&listener, behaviour, &flag));
        Ok(Self { address, ending, acceptor: Some(acceptor) })
    }

    /// Returns where the origin listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the acceptor; when this fails it is not waiting any more.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            // A panic over there has shown itself in what the scenario saw.
            drop(acceptor.join());
        }
    }
}

/// Serves every connection on its own thread, so that a silent one does not hold up the others.
fn accept(listener: &TcpListener, behaviour: Behaviour, ending: &AtomicBool) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if ending.load(Ordering::Relaxed) {
                return;
            }
            let Ok(stream) = stream else { continue };
            // A peer that goes away is part of many scenarios.
            scope.spawn(move || drop(serve(stream, behaviour, ending)));
        }
    });
}

fn serve(mut stream: TcpStream, behaviour: Behaviour, ending: &AtomicBool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(LOOK))?;
    match read_head(&mut stream, ending)? {
        Head::Whole => {}
        // What every plain HTTP server does when it is given a TLS handshake.
        Head::NotHttp => return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Head::None => return Ok(()),
    }
    match behaviour {
        Behaviour::Healthy => answer(&mut stream, ""),
        Behaviour::LargeHeader(bytes) => {
            answer(&mut stream, &format!("X-Large: {}\r\n", "x".repeat(bytes)))
        }
        Behaviour::CloseWithoutAnswer => Ok(()),
        Behaviour::Hang => {
            // Ends when the peer goes away or the origin does.
            while read_some(&mut stream, &mut [0; 512], ending)? > 0 {}
            Ok(())
        }
    }
}

fn answer(stream: &mut TcpStream, fields: &str) -> std::io::Result<()> {
    let body = "well\n";
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\
         Connection: close\r\n{fields}\r\n{body}"
    )
}

/// What came before the end of a request head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    None,
    Whole,
    NotHttp,
}

/// Reads to the end of a request head.
fn read_head(stream: &mut TcpStream, ending: &AtomicBool) -> std::io::Result<Head> {
    let mut head: Vec<u8> = Vec::new();
    let mut chunk = [0; 4096];
    while head.len() < HEAD_MAX {
        let count = read_some(stream, &mut chunk, ending)?;
        if count == 0 {
            return Ok(Head::None);
        }
        head.extend(chunk.iter().take(count));
        if !head.first().is_some_and(u8::is_ascii_uppercase) {
            return Ok(Head::NotHttp);
        }
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(Head::Whole);
        }
    }
    Ok(Head::NotHttp)
}

/// Reads what is there; 0 when the peer closed or the origin ends.
fn read_some(
    stream: &mut TcpStream,
    chunk: &mut [u8],
    ending: &AtomicBool,
) -> std::io::Result<usize> {
    while !ending.load(Ordering::Relaxed) {
        match stream.read(chunk) {
            Err(error) if is_no_data_yet(error.kind()) => {}
            outcome => return outcome,
        }
    }
    Ok(0)
}

fn is_no_data_yet(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    #[test]
    fn a_healthy_origin_answers_200() {
        let origin = Origin::start(Behaviour::Healthy).unwrap();

        assert_eq!(http::get(origin.address(), "/").unwrap(), 200);
    }

    #[test]
    fn a_closing_origin_gives_no_status() {
        let origin = Origin::start(Behaviour::CloseWithoutAnswer).unwrap();

        assert!(http::get(origin.address(), "/").is_err());
    }

    #[test]
    fn a_hanging_origin_ends_with_its_owner() {
        let origin = Origin::start(Behaviour::Hang).unwrap();
        let mut client = TcpStream::connect(origin.address()).unwrap();
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();

        drop(origin);

        assert_eq!(client.read(&mut [0; 16]).unwrap_or_default(), 0);
    }
}
