//! A server behind the gateway that records what it gets.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::client::Patient;
use super::message::{Message, Reader};

/// A server; it lives as long as the test.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request, or what came in place of one.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) request: Message,
    /// Why it is none.
    pub(crate) fault: Option<String>,
    /// The place of its connection.
    pub(crate) connection: usize,
}

/// An answer with a body.
pub(crate) fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

impl Origin {
    /// Starts a server that gives what `answer` returns for each request; an empty answer ends the
    /// connection, and so does one that says `Connection: close`.
    pub(crate) fn answering(answer: impl Fn(&Message) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").expect("loopback works"), answer)
    }

    /// The same on a socket that is there.
    pub(crate) fn on(
        listener: TcpListener,
        answer: impl Fn(&Message) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let number = Mutex::new(0_usize);
        let address = raw_on(listener, move |stream| {
            let connection = {
                let mut number = number.lock().expect("nobody panics with it");
                *number += 1;
                *number
            };
            let mut writing = stream.try_clone().expect("a socket");
            let mut reader = Reader::new(stream);
            loop {
                let seen = match reader.request() {
                    Ok(Some(request)) => Seen { request, fault: None, connection },
                    Ok(None) => return,
                    Err(error) => Seen {
                        request: Message { raw: reader.buffered().to_vec(), ..Message::default() },
                        fault: Some(error.to_string()),
                        connection,
                    },
                };
                let bytes = if seen.fault.is_some() { Vec::new() } else { answer(&seen.request) };
                into.lock().expect("nobody panics with it").push(seen);
                let ends = bytes.is_empty()
                    || super::message::find(&bytes, b"Connection: close").is_some();
                if writing.write_all(&bytes).is_err() || ends {
                    return;
                }
            }
        });
        Self { address, seen }
    }

    /// Starts a server that tells method, target and body of each request.
    pub(crate) fn telling() -> Self {
        Self::answering(|request| {
            let body = String::from_utf8_lossy(&request.body);
            ok(&format!("{} {body}", request.asked()))
        })
    }

    /// Returns what it has got, and forgets it.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().expect("nobody panics with it"))
    }

    /// Returns the only request that it has got.
    pub(crate) fn only(&self) -> Message {
        let seen = self.take();
        assert_eq!(seen.len(), 1, "one request: {seen:?}");
        assert_eq!(seen[0].fault, None);
        seen[0].request.clone()
    }
}

/// Starts a server that gives each connection to `serve`, in a thread of its own.
pub(crate) fn raw(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    raw_on(TcpListener::bind("127.0.0.1:0").expect("loopback works"), serve)
}

/// The same on a socket that is there.
pub(crate) fn raw_on(
    listener: TcpListener,
    serve: impl Fn(TcpStream) + Send + Sync + 'static,
) -> SocketAddr {
    let address = listener.local_addr().expect("it is bound");
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            stream.be_patient();
            stream.set_nodelay(true).ok();
            thread::spawn(move || serve(stream));
        }
    });
    address
}
