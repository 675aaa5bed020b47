//! A client that sends what it is told, byte by byte.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::message::{Asked, Message, Reader};

/// A connection.
pub(crate) struct Client<S> {
    pub(crate) reader: Reader<S>,
}

/// A hang is a failure, not a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What ends a read that takes too long.
pub(crate) trait Patient {
    fn be_patient(&self);
}

impl Patient for TcpStream {
    fn be_patient(&self) {
        self.set_read_timeout(Some(PATIENCE)).expect("a socket");
        self.set_write_timeout(Some(PATIENCE)).expect("a socket");
    }
}

impl Patient for UnixStream {
    fn be_patient(&self) {
        self.set_read_timeout(Some(PATIENCE)).expect("a socket");
        self.set_write_timeout(Some(PATIENCE)).expect("a socket");
    }
}

impl Client<TcpStream> {
    /// Opens a connection.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("somebody listens");
        stream.set_nodelay(true).expect("a socket");
        Self::new(stream)
    }
}

impl<S: Read + Write + Patient> Client<S> {
    /// Takes a connection.
    pub(crate) fn new(stream: S) -> Self {
        stream.be_patient();
        Self::over(stream)
    }
}

impl<S: Read + Write> Client<S> {
    /// Takes a connection that has its times.
    pub(crate) fn over(stream: S) -> Self {
        Self { reader: Reader::new(stream) }
    }

    /// Sends bytes.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.reader.from.write_all(bytes.as_ref()).expect("the connection takes bytes");
        self.reader.from.flush().expect("the connection takes bytes");
        self
    }

    /// Sends bytes, if the other side still takes them.
    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.reader.from.write_all(bytes.as_ref()).is_ok()
    }

    /// Reads the answer to a request with a method other than HEAD.
    pub(crate) fn answer(&mut self) -> Message {
        let answer = self.reader.response(Asked::Body).expect("a well-framed answer");
        answer.expect("an answer before the end of the connection")
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: impl AsRef<[u8]>) -> Message {
        self.send(request).answer()
    }

    /// Sends a GET with further field lines, and reads the answer.
    pub(crate) fn get(&mut self, path: &str, fields: &str) -> Message {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n"))
    }

    /// Waits for the end of the connection: nothing more may come. How it ends does not matter.
    pub(crate) fn ended(&mut self) {
        let rest = self.rest();
        assert!(rest.is_empty(), "after the answer came {}", rest.escape_ascii());
    }

    /// Reads everything to the end of the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        loop {
            match self.reader.fill() {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if is_reset(&error) => break,
                Err(error) => panic!("the connection did not end: {error}"),
            }
        }
        self.reader.buffered().to_vec()
    }
}

/// Tells whether an error is the end of a connection.
pub(crate) fn is_reset(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof
    )
}
