//! Lookups at a name server that misbehaves in one way each.

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_evidence::probe::LookupOutcome;
use goodgate_probe::resolve::{name_server, system};
use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA};
use hickory_proto::rr::{RData, Record, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use crate::support::SHORT;

/// Starts a name server that answers each query as `answer` says, or not at all.
async fn server(answer: fn(&Message) -> Option<Vec<u8>>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0_u8; 512];
        loop {
            let (count, peer) = socket.recv_from(&mut buffer).await.unwrap();
            let query = Message::from_vec(&buffer[..count]).unwrap();
            if let Some(bytes) = answer(&query) {
                socket.send_to(&bytes, peer).await.unwrap();
            }
        }
    });
    address
}

fn reply(query: &Message, code: ResponseCode) -> Message {
    let mut reply = Message::response(query.metadata.id, OpCode::Query);
    reply.add_queries(query.queries.clone());
    reply.metadata.response_code = code;
    reply
}

fn failing(query: &Message, code: ResponseCode) -> Vec<u8> {
    reply(query, code).to_vec().unwrap()
}

fn addresses(query: &Message) -> Message {
    let question = &query.queries[0];
    let (ttl, data) = match question.query_type() {
        RecordType::A => (60, RData::A(A::new(192, 0, 2, 1))),
        _ => (30, RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
    };
    let mut reply = reply(query, ResponseCode::NoError);
    reply.add_answer(Record::from_rdata(question.name().clone(), ttl, data));
    reply
}

fn both() -> LookupOutcome {
    let addresses = ["192.0.2.1", "2001:db8::1"].map(|address| address.parse().unwrap());
    LookupOutcome::Addresses { addresses: addresses.to_vec(), ttl: Some(30) }
}

async fn outcome(server: SocketAddr) -> LookupOutcome {
    name_server(server, "origin.example", SHORT).await.unwrap().outcome
}

#[tokio::test]
async fn both_families_are_found() {
    let server = server(|query| Some(addresses(query).to_vec().unwrap())).await;

    let outcome = outcome(server).await;

    assert_eq!(outcome, both());
}

#[tokio::test]
async fn response_codes_are_told_apart() {
    let servers = [
        server(|query| Some(failing(query, ResponseCode::NXDomain))).await,
        server(|query| Some(failing(query, ResponseCode::ServFail))).await,
        server(|query| Some(failing(query, ResponseCode::Refused))).await,
        server(|query| Some(failing(query, ResponseCode::NoError))).await,
    ];

    let mut outcomes = Vec::new();
    for server in servers {
        outcomes.push(outcome(server).await);
    }

    assert_eq!(
        outcomes,
        [
            LookupOutcome::NoSuchName,
            LookupOutcome::ServerFailure("SERVFAIL".to_owned()),
            LookupOutcome::Refused,
            LookupOutcome::NoAddress
        ]
    );
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let server = server(|_| None).await;

    let outcome = outcome(server).await;

    assert_eq!(outcome, LookupOutcome::TimedOut);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let address = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let outcome = outcome(address).await;

    assert!(matches!(outcome, LookupOutcome::Unreachable(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_with_another_id_does_not_count() {
    let server = server(|query| {
        let mut reply = addresses(query);
        reply.metadata.id = query.metadata.id.wrapping_add(1);
        Some(reply.to_vec().unwrap())
    })
    .await;

    let outcome = outcome(server).await;

    assert!(matches!(outcome, LookupOutcome::Malformed(_)), "{outcome:?}");
}

#[tokio::test]
async fn garbage_is_malformed() {
    let server = server(|_| Some(b"garbage".to_vec())).await;

    let outcome = outcome(server).await;

    assert!(matches!(outcome, LookupOutcome::Malformed(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_truncated_answer_is_asked_for_over_tcp() {
    let server = server(|query| {
        let mut reply = reply(query, ResponseCode::NoError);
        reply.metadata.truncation = true;
        Some(reply.to_vec().unwrap())
    })
    .await;
    let listener = TcpListener::bind(server).await.unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let length = stream.read_u16().await.unwrap();
            let mut query = vec![0_u8; usize::from(length)];
            stream.read_exact(&mut query).await.unwrap();
            let reply = addresses(&Message::from_vec(&query).unwrap()).to_vec().unwrap();
            stream.write_u16(u16::try_from(reply.len()).unwrap()).await.unwrap();
            stream.write_all(&reply).await.unwrap();
        }
    });

    let outcome = outcome(server).await;

    assert_eq!(outcome, both());
}

#[tokio::test]
async fn the_system_knows_the_local_host() {
    let lookup = system("localhost", Duration::from_secs(5)).await.unwrap();

    assert!(matches!(lookup.outcome, LookupOutcome::Addresses { .. }), "{:?}", lookup.outcome);
}
