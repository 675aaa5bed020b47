//! A target that is well.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::support::PATIENCE;

/// A server on loopback that answers every request with 200.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    ends: Arc<AtomicBool>,
}

impl Origin {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let ends = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ends);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                thread::spawn(move || one(stream));
            }
        });
        Self { address, ends }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        TcpStream::connect(self.address).ok();
    }
}

/// Answers one request and closes.
fn one(mut stream: TcpStream) {
    stream.set_read_timeout(Some(PATIENCE)).ok();
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(count @ 1..) => head.extend_from_slice(&piece[..count]),
            Ok(0) | Err(_) => return,
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n").ok();
}
