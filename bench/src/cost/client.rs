//! One connection of the load generator: bytes out, bytes in, answers counted.

use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::ClientConnection;
use rustls::pki_types::ServerName;

use super::http1::{self, Http1};
use super::http2::Http2;
use super::target::{Request, Target, Transport};

/// A connection and what is known of its answers.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    tls: Option<Box<ClientConnection>>,
    session: Session,
    /// Requests that were not answered yet.
    pub(crate) outstanding: usize,
    /// The other side said that it is done.
    pub(crate) has_ended: bool,
}

#[derive(Debug)]
enum Session {
    Http1 { request: Vec<u8>, reader: Http1 },
    Http2(Box<Http2>),
}

impl Client {
    /// Connects; on loopback that takes no waiting.
    pub(crate) fn connect(
        target: &Target,
        request: &Request,
        expected: usize,
    ) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(target.address).context("connect to the proxy")?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let tls = if target.transport == Transport::Tls {
            let name = ServerName::try_from("localhost")?;
            Some(Box::new(ClientConnection::new(Arc::clone(&target.tls), name)?))
        } else {
            None
        };
        let session = if target.transport == Transport::Http2 {
            Session::Http2(Box::new(Http2::new(request, expected)))
        } else {
            let request = http1::request(request);
            Session::Http1 { request, reader: Http1::new(expected) }
        };
        Ok(Self { stream, tls, session, outstanding: 0, has_ended: false })
    }

    /// Sends requests.
    pub(crate) fn send(&mut self, count: usize) -> anyhow::Result<()> {
        self.outstanding += count;
        let bytes = match &mut self.session {
            Session::Http1 { request, .. } => {
                // Requests are short; one answer at a time keeps pipelining out of the comparison.
                let request = request.clone();
                return self.write(&request);
            }
            Session::Http2(session) => {
                (0..count).for_each(|_| session.request());
                session.output()
            }
        };
        self.write(&bytes)
    }

    /// Reads all there is and returns how many answers it completes.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> anyhow::Result<usize> {
        let mut complete = 0;
        loop {
            let count = self.read(buffer)?;
            let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
            complete += match &mut self.session {
                Session::Http1 { reader, .. } => reader.take(read)?,
                Session::Http2(session) => session.take(read)?,
            };
            // What a plain socket had left would have filled the buffer.
            if self.tls.is_none() && count < buffer.len() {
                break;
            }
        }
        if let Session::Http2(session) = &mut self.session {
            let bytes = session.output();
            self.write(&bytes)?;
        }
        self.outstanding = self.outstanding.checked_sub(complete).context("an answer too many")?;
        if self.has_ended && self.outstanding > 0 {
            bail!("the connection ended before the answer");
        }
        Ok(complete)
    }

    fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut self.tls {
            None => (&self.stream).write_all(bytes).context("send a request"),
            Some(tls) => {
                tls.writer().write_all(bytes)?;
                flush(tls, &self.stream)
            }
        }
    }

    /// Reads into the buffer; 0 when there is nothing, now or for ever.
    fn read(&mut self, buffer: &mut [u8]) -> anyhow::Result<usize> {
        let Some(tls) = &mut self.tls else {
            let count = none_when_blocked((&self.stream).read(buffer)).context("read")?;
            self.has_ended |= count == Some(0);
            return Ok(count.unwrap_or(0));
        };
        loop {
            match none_when_blocked(tls.reader().read(buffer)).context("read from TLS")? {
                Some(0) => self.has_ended = true,
                Some(count) => return Ok(count),
                None => {}
            }
            let count = none_when_blocked(tls.read_tls(&mut &self.stream)).context("read TLS")?;
            if matches!(count, None | Some(0)) {
                self.has_ended |= count == Some(0);
                return Ok(0);
            }
            tls.process_new_packets().context("TLS")?;
            flush(tls, &self.stream)?;
        }
    }
}

impl AsFd for Client {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

fn flush(tls: &mut ClientConnection, mut stream: &TcpStream) -> anyhow::Result<()> {
    while tls.wants_write() {
        tls.write_tls(&mut stream).context("write TLS")?;
    }
    Ok(())
}

fn none_when_blocked(outcome: std::io::Result<usize>) -> std::io::Result<Option<usize>> {
    match outcome {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}
