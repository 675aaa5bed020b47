//! Asks one name server itself (RFC 1035), without search domains, `/etc/hosts` or a cache of
//! ours, over UDP and over TCP where the answer was truncated.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use goodgate_evidence::probe::{Lookup, LookupOutcome};
use hickory_proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout_at};

use super::merged;
use crate::clock;
use crate::error::ProbeError;
use crate::limits::{ADDRESSES_MAX, DNS_NAME_MAX, DNS_UDP_MAX, DNS_UDP_TRIES, QUOTED_MAX};

/// Asks `server` for the addresses of `name`, both families at once, and waits for `wait` at most.
pub async fn name_server(
    server: SocketAddr,
    name: &str,
    wait: Duration,
) -> Result<Lookup, ProbeError> {
    let asked = absolute(name)?;
    let at = clock::now();
    let begun = Instant::now();
    let deadline = clock::after(wait);
    let (v4, v6) = tokio::join!(
        lookup(server, &asked, RecordType::A, deadline),
        lookup(server, &asked, RecordType::AAAA, deadline),
    );
    let outcome = merged(v4?, v6?);
    let resolver = server.to_string();
    Ok(Lookup { name: name.to_owned(), resolver, at, took: begun.elapsed(), outcome })
}

fn absolute(name: &str) -> Result<Name, ProbeError> {
    let bad = || ProbeError::Name { name: name.to_owned() };
    if name.is_empty() || name.trim_end_matches('.').len() > DNS_NAME_MAX {
        return Err(bad());
    }
    let mut absolute = Name::from_ascii(name).map_err(|_| bad())?;
    absolute.set_fqdn(true);
    Ok(absolute)
}

async fn lookup(
    server: SocketAddr,
    name: &Name,
    kind: RecordType,
    deadline: Instant,
) -> Result<LookupOutcome, ProbeError> {
    let bad = || ProbeError::Name { name: name.to_string() };
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.clone(), kind));
    let question = Question { bytes: message.to_vec().map_err(|_| bad())?, message };
    let answered = match ask_udp(server, &question, deadline).await? {
        Ok(answer) if answer.metadata.truncation => ask_tcp(server, &question, deadline).await,
        answered => answered,
    };
    Ok(answered.map_or_else(|failure| failure, |answer| outcome(&answer)))
}

/// A question, as it is compared and as it is sent.
struct Question {
    message: Message,
    bytes: Vec<u8>,
}

impl Question {
    /// Tells whether `answer` is meant for this question. A server that could not even read the
    /// question may leave it out.
    fn is_answered_by(&self, answer: &Message) -> bool {
        let same = answer.queries == self.message.queries;
        let unread =
            answer.queries.is_empty() && answer.metadata.response_code != ResponseCode::NoError;
        answer.metadata.id == self.message.metadata.id
            && answer.metadata.message_type == MessageType::Response
            && (same || unread)
    }
}

type Answered = Result<Message, LookupOutcome>;

async fn ask_udp(
    server: SocketAddr,
    question: &Question,
    deadline: Instant,
) -> Result<Answered, ProbeError> {
    let any: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await;
    let socket =
        socket.map_err(|source| ProbeError::Socket { peer: server.to_string(), source })?;
    // A connected socket hears when the port is closed, and hears nobody else.
    if let Err(error) = socket.connect(server).await {
        return Ok(Err(unreachable(&error)));
    }
    let begun = Instant::now();
    let patience = deadline.saturating_duration_since(begun) / DNS_UDP_TRIES;
    let mut last = LookupOutcome::TimedOut;
    for attempt in 1..=DNS_UDP_TRIES {
        if let Err(error) = socket.send(&question.bytes).await {
            return Ok(Err(unreachable(&error)));
        }
        match timeout_at(begun + patience * attempt, answer_udp(&socket, question, &mut last)).await
        {
            Ok(Ok(answer)) => return Ok(Ok(answer)),
            Ok(Err(error)) => return Ok(Err(unreachable(&error))),
            Err(_) => {}
        }
    }
    Ok(Err(last))
}

/// Waits for the answer and passes over what is none, which is kept as `odd`.
async fn answer_udp(
    socket: &UdpSocket,
    question: &Question,
    odd: &mut LookupOutcome,
) -> io::Result<Message> {
    let mut buffer = vec![0_u8; DNS_UDP_MAX];
    loop {
        let count = socket.recv(&mut buffer).await?;
        match Message::from_vec(buffer.get(..count).unwrap_or_default()) {
            Ok(answer) if question.is_answered_by(&answer) => return Ok(answer),
            Ok(_) => *odd = malformed("the answer is to another question"),
            Err(error) => *odd = malformed(&error.to_string()),
        }
    }
}

async fn ask_tcp(server: SocketAddr, question: &Question, deadline: Instant) -> Answered {
    match timeout_at(deadline, answer_tcp(server, &question.bytes)).await {
        Err(_) => Err(LookupOutcome::TimedOut),
        Ok(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(malformed("the answer over TCP is cut off"))
        }
        Ok(Err(error)) => Err(unreachable(&error)),
        Ok(Ok(bytes)) => match Message::from_vec(&bytes) {
            Ok(answer) if question.is_answered_by(&answer) => Ok(answer),
            Ok(_) => Err(malformed("the answer over TCP is to another question")),
            Err(error) => Err(malformed(&error.to_string())),
        },
    }
}

/// Each message has its length in front (RFC 1035 section 4.2.2), which also bounds it.
async fn answer_tcp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(question);
    stream.write_all(&framed).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0_u8; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

fn outcome(answer: &Message) -> LookupOutcome {
    match answer.metadata.response_code {
        ResponseCode::NoError => addresses(answer),
        ResponseCode::NXDomain => LookupOutcome::NoSuchName,
        ResponseCode::Refused => LookupOutcome::Refused,
        code => LookupOutcome::ServerFailure(mnemonic(code)),
    }
}

/// Takes the addresses of the answer, at the end of aliases or not.
fn addresses(answer: &Message) -> LookupOutcome {
    let found =
        answer.answers.iter().filter_map(|record| Some((record.data.ip_addr()?, record.ttl)));
    let (addresses, ttls): (Vec<IpAddr>, Vec<u32>) = found.take(ADDRESSES_MAX).unzip();
    if addresses.is_empty() {
        return LookupOutcome::NoAddress;
    }
    LookupOutcome::Addresses { addresses, ttl: ttls.into_iter().min() }
}

fn mnemonic(code: ResponseCode) -> String {
    match code {
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        ResponseCode::NotZone => "NOTZONE".to_owned(),
        other => format!("RCODE{}", u16::from(other)),
    }
}

fn malformed(why: &str) -> LookupOutcome {
    LookupOutcome::Malformed(goodgate_evidence::text::shorten(why, 2 * QUOTED_MAX))
}

fn unreachable(error: &io::Error) -> LookupOutcome {
    if error.kind() == ErrorKind::TimedOut {
        return LookupOutcome::TimedOut;
    }
    LookupOutcome::Unreachable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_fit_are_our_error() {
        let long = "a.".repeat(200);

        let refused = ["", long.as_str(), "a..b"].map(|name| absolute(name).is_err());

        assert_eq!(refused, [true; 3]);
    }
}
