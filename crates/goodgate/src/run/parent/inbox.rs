//! Where the children connect: each connection is a process that lives, and says how it is.

use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener as Bound};
use std::sync::Arc;

use rustix::process::geteuid;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc};

use super::super::limits::{CONNECTIONS, MESSAGE, MESSAGES};
use super::super::upward::END;
use super::message::Message;

/// What comes from a process.
#[derive(Debug)]
pub(super) enum Event {
    /// It has connected, and can be told something there.
    Came(u32, OwnedWriteHalf),
    /// It says something.
    Said(u32, Message),
    /// Its connection is over, and so is the process.
    Went(u32),
}

/// What comes from all of them.
#[derive(Debug)]
pub(super) struct Inbox {
    /// What children have to know to connect: this process and the name of the socket.
    pub(super) address: String,
    events: mpsc::Receiver<Event>,
}

impl Inbox {
    /// Begins to listen. Needs a runtime, which is this thread.
    pub(super) fn open() -> io::Result<Self> {
        let pid = std::process::id();
        let name = format!("goodgate-{pid}-{}", jiff::Timestamp::now().as_nanosecond());
        let bound = Bound::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        bound.set_nonblocking(true)?;
        let (sender, events) = mpsc::channel(MESSAGES);
        tokio::spawn(accept(UnixListener::from_std(bound)?, sender));
        Ok(Self { address: format!("{pid} {name}"), events })
    }

    /// Waits for the next thing.
    pub(super) async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            // Whoever accepts never ends.
            None => std::future::pending().await,
        }
    }
}

async fn accept(listener: UnixListener, events: mpsc::Sender<Event>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(seat) = Arc::clone(&room).acquire_owned().await else { return };
        // What fails is one connection; whoever wanted it sees that.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        // Abstract names know no rights: anybody on this host can connect.
        let Some(pid) = of_this_user(&stream) else { continue };
        let events = events.clone();
        let (stream, writing) = stream.into_split();
        tokio::spawn(async move {
            // A parent that has ended wants to hear nothing.
            events.send(Event::Came(pid, writing)).await.ok();
            listen(pid, stream, &events).await;
            events.send(Event::Went(pid)).await.ok();
            drop(seat);
        });
    }
}

fn of_this_user(stream: &UnixStream) -> Option<u32> {
    let peer = stream.peer_cred().ok()?;
    let pid = u32::try_from(peer.pid()?).ok()?;
    (peer.uid() == geteuid().as_raw()).then_some(pid)
}

/// Passes on what a process says, until it is gone or says too much at once.
async fn listen(pid: u32, stream: OwnedReadHalf, events: &mpsc::Sender<Event>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut bytes = Vec::new();
        let mut one = (&mut stream).take(MESSAGE as u64);
        if !matches!(one.read_until(END, &mut bytes).await, Ok(1..)) || bytes.pop() != Some(END) {
            return;
        }
        let message = Message::from_text(&String::from_utf8_lossy(&bytes));
        events.send(Event::Said(pid, message)).await.ok();
    }
}
