//! The sockets of the name server.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::Zone;
use super::answer::{self, Answer, Carrier, Question};
use super::zone::Record;
use crate::context::Context;
use crate::error::StartError;
use crate::fault::Hook;
use crate::limits;
use crate::listen::Address;

/// How often a port that the kernel chose for TCP is tried, until it is free for UDP as well.
const PORT_TRIES: usize = 16;

/// Bytes of a question over UDP: it has one name and a few options.
const QUESTION_MAX: usize = 4096;

/// How long a connection may wait for its next question, as RFC 7766 section 6.2.3 has it: a few
/// seconds.
const IDLE_MAX: Duration = Duration::from_secs(10);

/// How long to wait after a failed read or accept, so that a lack of memory or descriptors does
/// not take all time.
const PAUSE: Duration = Duration::from_millis(20);

/// A bound name server, on UDP and TCP.
pub(crate) struct Listener {
    udp: UdpSocket,
    tcp: TcpListener,
    address: SocketAddr,
    zone: Arc<Zone>,
}

impl Listener {
    /// Binds both sockets on one port.
    pub(crate) async fn bind(address: &Address, records: &[Record]) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address: address.clone(), source };
        let wanted = match address {
            Address::Tcp(wanted) => wanted,
            Address::Unix(path) => return Err(StartError::DnsOnUnix { path: path.clone() }),
        };
        let (udp, tcp) = bind_both(*wanted).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        Ok(Self { udp, tcp, address, zone: Arc::new(Zone::new(records)) })
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> Address {
        Address::Tcp(self.address)
    }

    /// Answers until the origin ends.
    pub(crate) async fn run(self, context: Arc<Context>) {
        let datagrams = serve_udp(&self.udp, &self.zone, &context);
        let connections = serve_tcp(&self.tcp, &self.zone, &context);
        tokio::select! {
            () = context.ended() => {}
            () = datagrams => {}
            () = connections => {}
        }
    }
}

/// A port that the kernel chooses for the one may be taken for the other.
async fn bind_both(wanted: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = None;
    for _ in 0..PORT_TRIES {
        let tcp = TcpListener::bind(wanted).await?;
        match UdpSocket::bind(tcp.local_addr()?).await {
            Ok(udp) => return Ok((udp, tcp)),
            Err(error) if wanted.port() == 0 => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

async fn serve_udp(socket: &UdpSocket, zone: &Zone, context: &Context) {
    let mut buffer = vec![0_u8; QUESTION_MAX];
    loop {
        // An error belongs to an answer whose asker has gone, or passes.
        let Ok((count, asker)) = socket.recv_from(&mut buffer).await else {
            sleep(PAUSE).await;
            continue;
        };
        let question = buffer.get(..count).unwrap_or_default();
        if let Some(answer) = answered(question, Carrier::Udp, asker.ip(), zone, context) {
            // An asker that is gone needs no answer.
            socket.send_to(&answer, asker).await.ok();
        }
    }
}

async fn serve_tcp(listener: &TcpListener, zone: &Arc<Zone>, context: &Arc<Context>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= limits::CONNECTIONS_MAX {
            connections.join_next().await;
        }
        let Ok((stream, asker)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let (zone, context) = (Arc::clone(zone), Arc::clone(context));
        connections.spawn(async move {
            // A connection that fails is the asker's affair.
            serve_connection(stream, asker.ip(), &zone, &context).await.ok();
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Answers one question after the other; each message has its length in front (RFC 1035 section
/// 4.2.2).
async fn serve_connection(
    mut stream: TcpStream,
    asker: IpAddr,
    zone: &Zone,
    context: &Context,
) -> io::Result<()> {
    loop {
        let Ok(question) = timeout(IDLE_MAX, read_message(&mut stream)).await else {
            return Ok(());
        };
        let Some(answer) = answered(&question?, Carrier::Tcp, asker, zone, context) else {
            continue;
        };
        let mut message = (answer.len() as u16).to_be_bytes().to_vec();
        message.extend(answer);
        stream.write_all(&message).await?;
    }
}

async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut message = vec![0_u8; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

fn answered(
    bytes: &[u8],
    carrier: Carrier,
    asker: IpAddr,
    zone: &Zone,
    context: &Context,
) -> Option<Vec<u8>> {
    let decide = |question: &Question| {
        context.count_request();
        let fault = context.faults.strike(None, |hook| match hook {
            Hook::Dns(fault) => Some(Arc::clone(fault)),
            _ => None,
        });
        match fault {
            Some(fault) => fault.answer(question, zone),
            None => Answer::healthy(question, zone),
        }
    };
    answer::answer(bytes, carrier, asker, decide)
}
