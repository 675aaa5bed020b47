//! A line between two processes of the gateway: short texts, each with descriptors beside it
//! (`SCM_RIGHTS`, unix(7)).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg,
    sendmsg, socketpair,
};

/// Descriptors in one message; the kernel takes 253.
pub(super) const DESCRIPTORS_MAX: usize = 64;

/// Bytes of one message: the names of all addresses fit.
const TEXT_MAX: usize = 64 << 10;

/// How long a message may take to be sent.
const SEND: Duration = Duration::from_secs(10);

/// One end of a line.
#[derive(Debug)]
pub(super) struct Line(OwnedFd);

/// A message.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) descriptors: Vec<OwnedFd>,
}

impl Line {
    /// Makes a line; the second end is for another process.
    pub(super) fn new() -> io::Result<(Self, OwnedFd)> {
        let kind = SocketType::SEQPACKET;
        let (ours, theirs) = socketpair(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
        // A process that reads nothing must not hold this one up.
        set_socket_timeout(&ours, Timeout::Send, Some(SEND))?;
        Ok((Self(ours), theirs))
    }

    /// Takes an end that another process made.
    pub(super) fn of(end: OwnedFd) -> Self {
        Self(end)
    }

    /// Sends a message with at most [`DESCRIPTORS_MAX`] descriptors.
    pub(super) fn send(&self, text: &str, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(descriptors)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many descriptors"));
        }
        let text = [IoSlice::new(text.as_bytes())];
        loop {
            match sendmsg(&self.0, &text, &mut beside, SendFlags::NOSIGNAL) {
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(()),
            }
        }
    }

    /// Receives a message; nothing when the other process is gone. Waits for so long at most, then
    /// fails with [`io::ErrorKind::TimedOut`].
    pub(super) fn receive(&self, within: Duration) -> io::Result<Option<Message>> {
        let until = Instant::now() + within;
        let mut text = vec![0; TEXT_MAX];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            // Less than a microsecond would mean for ever.
            let left = left.max(Duration::from_millis(1));
            set_socket_timeout(&self.0, Timeout::Recv, Some(left))?;
            match self.receive_into(&mut text) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(Errno::CONNRESET) | Ok((0, _)) => return Ok(None),
                Err(error) => return Err(error.into()),
                Ok((count, descriptors)) => {
                    text.truncate(count);
                    let text = String::from_utf8(text);
                    let text = text.map_err(|error| io::Error::other(error.utf8_error()))?;
                    return Ok(Some(Message { text, descriptors }));
                }
            }
        }
    }

    fn receive_into(&self, text: &mut [u8]) -> Result<(usize, Vec<OwnedFd>), Errno> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS_MAX))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = recvmsg(&self.0, &mut [IoSliceMut::new(text)], &mut beside, flags)?;
        if received.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
            return Err(Errno::MSGSIZE);
        }
        let messages = beside.drain().filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
            _ => None,
        });
        Ok((received.bytes, messages.flatten().collect()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd as _;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn a_descriptor_arrives_with_its_text() {
        let (ours, theirs) = Line::new().expect("a line");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("an address");

        ours.send("sockets", &[listener.as_fd()]).expect("sent");
        drop(listener);
        let message = Line::of(theirs).receive(SOON).expect("received").expect("a message");

        assert_eq!(message.text, "sockets");
        let descriptor = message.descriptors.into_iter().next().expect("a descriptor");
        let listener = TcpListener::from(descriptor);
        let mut client = TcpStream::connect(address).expect("connected");
        drop(listener.accept().expect("accepted"));
        assert_eq!(client.read(&mut [0]).expect("the end"), 0);
    }

    #[test]
    fn the_end_of_the_other_process_is_told() {
        let (ours, theirs) = Line::new().expect("a line");

        drop(theirs);

        assert!(ours.receive(SOON).expect("no error").is_none());
    }

    #[test]
    fn nobody_waits_for_ever() {
        let (ours, _theirs) = Line::new().expect("a line");

        let error = ours.receive(Duration::from_millis(20)).expect_err("nothing came");

        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
