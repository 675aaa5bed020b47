//! From the bytes of a DNS question to the bytes of its answer (RFC 1035, RFC 2308, RFC 6891).
//! No sockets here.

use std::net::IpAddr;

use hickory_proto::op::{Edns, Message, MessageType, Metadata, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, SOA};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use super::zone::{Found, Zone};

/// Seconds that a healthy answer may be kept: resolvers should ask again soon, so that a fault
/// shows soon.
pub(crate) const TTL: u32 = 5;

/// Bytes of an answer over UDP that we offer and use at most: what passes without fragments.
const UDP_MAX: u16 = 1232;

/// Bytes of a message over TCP: what its length field holds.
const TCP_MAX: u16 = u16::MAX;

/// Bytes of a message's header; less is no message and gets no answer.
const HEADER: usize = 12;

/// How a question came, which bounds the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In a datagram: 512 bytes, or what the asker has room for.
    Udp,
    /// Over a connection.
    Tcp,
}

/// One question that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The name, as it was asked for.
    pub(crate) name: String,
    /// What is wanted of it.
    pub(crate) wanted: RecordType,
    /// Who asks.
    pub(crate) asker: IpAddr,
}

impl Question {
    fn new(query: &Query, asker: IpAddr) -> Self {
        Self { name: query.name().to_string(), wanted: query.query_type(), asker }
    }
}

/// What a question gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Those of these addresses that are of the wanted family; none of them is an answer as well.
    Addresses {
        /// The addresses, in order.
        addresses: Vec<IpAddr>,
        /// Seconds that they may be kept.
        ttl: u32,
    },
    /// No answer but this code.
    Failure(ResponseCode),
    /// Nothing at all.
    Silence,
}

impl Answer {
    /// What a server without a fault says.
    pub(crate) fn healthy(question: &Question, zone: &Zone) -> Self {
        match zone.find(&question.name) {
            Found::Addresses(addresses) => {
                Self::Addresses { addresses: addresses.to_vec(), ttl: TTL }
            }
            Found::NoAddresses => Self::Addresses { addresses: Vec::new(), ttl: TTL },
            Found::Nothing => Self::Failure(ResponseCode::NXDomain),
        }
    }
}

/// Answers the message in `bytes` with what `decide` says to its question. Gives nothing where a
/// server keeps silent: to what is no question at all, and where `decide` says so.
pub(crate) fn answer(
    bytes: &[u8],
    carrier: Carrier,
    asker: IpAddr,
    decide: impl FnOnce(&Question) -> Answer,
) -> Option<Vec<u8>> {
    let Ok(message) = Message::from_vec(bytes) else { return unreadable(bytes) };
    if message.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut reply = reply_to(&message);
    match (message.metadata.op_code, &message.queries[..]) {
        (OpCode::Query, [query]) => {
            let answer = decide(&Question::new(query, asker));
            if answer == Answer::Silence {
                return None;
            }
            fill(&mut reply, query, answer);
        }
        (OpCode::Query, _) => reply.metadata.response_code = ResponseCode::FormErr,
        _ => reply.metadata.response_code = ResponseCode::NotImp,
    }
    let bytes_max = match carrier {
        Carrier::Udp => message.max_payload().min(UDP_MAX),
        Carrier::Tcp => TCP_MAX,
    };
    encode(&reply, usize::from(bytes_max))
}

/// A header that can be read gets FORMERR, unless it says that the message is itself an answer.
fn unreadable(bytes: &[u8]) -> Option<Vec<u8>> {
    let [high, low, flags, ..] = bytes.get(..HEADER)? else { return None };
    if flags & 0x80 != 0 {
        return None;
    }
    let id = u16::from_be_bytes([*high, *low]);
    Message::error_msg(id, OpCode::Query, ResponseCode::FormErr).to_vec().ok()
}

fn reply_to(message: &Message) -> Message {
    let mut reply = Message::response(message.metadata.id, message.metadata.op_code);
    reply.metadata = Metadata::response_from_request(&message.metadata);
    // Stub resolvers want a server that recurses; for its own names that makes no difference.
    reply.metadata.recursion_available = true;
    reply.add_queries(message.queries.iter().cloned());
    if message.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_MAX);
        reply.set_edns(edns);
    }
    reply
}

fn fill(reply: &mut Message, query: &Query, answer: Answer) {
    let name = query.name();
    let is_internet = matches!(query.query_class(), DNSClass::IN | DNSClass::ANY);
    let answer = if is_internet { answer } else { Answer::Failure(ResponseCode::Refused) };
    match answer {
        Answer::Addresses { addresses, ttl } => {
            reply.metadata.authoritative = true;
            let wanted = query.query_type();
            let data = addresses.into_iter().filter_map(|address| data(wanted, address));
            reply.add_answers(data.map(|data| Record::from_rdata(name.clone(), ttl, data)));
        }
        Answer::Failure(code) => reply.metadata.response_code = code,
        Answer::Silence => {}
    }
    let is_absence =
        matches!(reply.metadata.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
    if reply.answers.is_empty() && is_absence {
        reply.add_authority(start_of_authority(name));
    }
}

fn data(wanted: RecordType, address: IpAddr) -> Option<RData> {
    match (wanted, address) {
        (RecordType::A | RecordType::ANY, IpAddr::V4(address)) => Some(RData::A(A(address))),
        (RecordType::AAAA | RecordType::ANY, IpAddr::V6(address)) => {
            Some(RData::AAAA(AAAA(address)))
        }
        _ => None,
    }
}

/// The record that says how long the absence of a name or type may be kept (RFC 2308 section 5).
fn start_of_authority(name: &Name) -> Record {
    let zone = name.base_name();
    let soa = SOA::new(zone.clone(), zone.clone(), 1, 3600, 600, 86_400, TTL);
    Record::from_rdata(zone, TTL, RData::SOA(soa))
}

/// What does not fit is left out and marked, so that the asker comes back over TCP.
fn encode(reply: &Message, bytes_max: usize) -> Option<Vec<u8>> {
    let bytes = reply.to_vec().ok()?;
    if bytes.len() <= bytes_max {
        return Some(bytes);
    }
    reply.truncate().to_vec().ok()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::dns::zone;

    const ASKER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn question(name: &str, wanted: RecordType) -> Message {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), wanted));
        message
    }

    /// What a healthy server with `record` says to `message`.
    fn healthy(record: &str, message: &Message, carrier: Carrier) -> Message {
        let zone = Zone::new(&[zone::Record::parse(record).unwrap()]);
        let bytes = message.to_vec().unwrap();
        let answer = answer(&bytes, carrier, ASKER, |question| Answer::healthy(question, &zone));
        Message::from_vec(&answer.unwrap()).unwrap()
    }

    fn addresses(message: &Message) -> Vec<IpAddr> {
        message.answers.iter().filter_map(|record| record.data.ip_addr()).collect()
    }

    #[test]
    fn only_addresses_of_the_wanted_family_are_given() {
        let asked = question("app.test.", RecordType::AAAA);

        let told = healthy("app.test=127.0.0.1,::1", &asked, Carrier::Udp);

        assert_eq!(addresses(&told), ["::1".parse::<IpAddr>().unwrap()]);
        assert_eq!((told.metadata.id, told.queries), (asked.metadata.id, asked.queries));
    }

    #[test]
    fn a_name_without_the_wanted_type_exists() {
        let asked = question("app.test.", RecordType::AAAA);

        let told = healthy("app.test=127.0.0.1", &asked, Carrier::Udp);

        assert_eq!(told.metadata.response_code, ResponseCode::NoError);
        assert_eq!((told.answers.len(), told.authorities.len()), (0, 1));
    }

    #[test]
    fn an_unknown_name_does_not_exist() {
        let asked = question("other.test.", RecordType::A);

        let told = healthy("app.test=127.0.0.1", &asked, Carrier::Udp);

        assert_eq!(told.metadata.response_code, ResponseCode::NXDomain);
    }

    #[test]
    fn what_does_not_fit_into_a_datagram_is_cut_and_comes_over_tcp() {
        let many: Vec<String> = (1..=60).map(|last| format!("127.0.0.{last}")).collect();
        let record = format!("app.test={}", many.join(","));
        let asked = question("app.test.", RecordType::A);

        let datagram = healthy(&record, &asked, Carrier::Udp);
        let stream = healthy(&record, &asked, Carrier::Tcp);

        assert_eq!((datagram.metadata.truncation, datagram.answers.len()), (true, 0));
        assert_eq!((stream.metadata.truncation, stream.answers.len()), (false, 60));
    }

    #[test]
    fn an_answer_gets_no_answer() {
        let mut message = question("app.test.", RecordType::A);
        message.metadata.message_type = MessageType::Response;

        let told = answer(&message.to_vec().unwrap(), Carrier::Udp, ASKER, |_| {
            Answer::Failure(ResponseCode::ServFail)
        });

        assert_eq!(told, None);
    }

    #[test]
    fn bytes_that_are_no_message_get_formerr_or_nothing() {
        let decide = |_: &Question| Answer::Silence;
        let broken = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\xff";

        let told = answer(broken, Carrier::Udp, ASKER, decide).unwrap();
        let short = answer(b"short", Carrier::Udp, ASKER, decide);

        assert_eq!(Message::from_vec(&told).unwrap().metadata.response_code, ResponseCode::FormErr);
        assert_eq!(short, None);
    }

    #[test]
    fn another_class_is_refused() {
        let mut message = Message::query();
        let mut query = Query::query(Name::from_ascii("app.test.").unwrap(), RecordType::A);
        query.set_query_class(DNSClass::CH);
        message.add_query(query);

        let told = healthy("app.test=127.0.0.1", &message, Carrier::Udp);

        assert_eq!(told.metadata.response_code, ResponseCode::Refused);
    }
}
