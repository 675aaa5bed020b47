//! The name server, asked over UDP and TCP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use goodgate_faults::Protocol;
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::support::{Origin, PATIENCE, SHORT};

const NAMED: &str = "app.test";

async fn server(fault: &str, records: &[&str]) -> Origin {
    Origin::start(None, &[fault], records).await
}

fn question(name: &str, wanted: RecordType) -> Message {
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(format!("{name}.")).unwrap(), wanted));
    message
}

/// Asks from `asker` over UDP.
async fn ask_from(asker: Ipv4Addr, server: SocketAddr, wanted: RecordType) -> Message {
    let socket = UdpSocket::bind((asker, 0)).await.unwrap();
    let message = question(NAMED, wanted);
    socket.send_to(&message.to_vec().unwrap(), server).await.unwrap();
    let mut buffer = [0; 4096];
    let (count, _) = timeout(PATIENCE, socket.recv_from(&mut buffer)).await.unwrap().unwrap();
    let answer = Message::from_vec(&buffer[..count]).unwrap();
    assert_eq!(answer.metadata.id, message.metadata.id);
    answer
}

async fn ask(server: SocketAddr, wanted: RecordType) -> Message {
    ask_from(Ipv4Addr::LOCALHOST, server, wanted).await
}

fn addresses(answer: &Message) -> Vec<String> {
    let found = answer.answers.iter().filter_map(|record| record.data.ip_addr());
    found.map(|address: IpAddr| address.to_string()).collect()
}

#[tokio::test]
async fn a_healthy_server_gives_the_addresses_of_a_record() {
    let origin = Origin::start(Some(Protocol::Dns), &[], &["app.test=127.0.0.7,127.0.0.8"]).await;

    let answer = ask(origin.address, RecordType::A).await;

    assert_eq!(addresses(&answer), ["127.0.0.7", "127.0.0.8"]);
}

#[tokio::test]
async fn a_healthy_server_answers_several_questions_over_tcp() {
    let origin = Origin::start(Some(Protocol::Dns), &[], &["app.test=127.0.0.7"]).await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();

    for _ in 0..2 {
        let asked = question(NAMED, RecordType::A).to_vec().unwrap();
        stream.write_u16(asked.len() as u16).await.unwrap();
        stream.write_all(&asked).await.unwrap();
        let length = timeout(PATIENCE, stream.read_u16()).await.unwrap().unwrap();
        let mut answer = vec![0; usize::from(length)];
        stream.read_exact(&mut answer).await.unwrap();

        assert_eq!(addresses(&Message::from_vec(&answer).unwrap()), ["127.0.0.7"]);
    }
}

#[tokio::test]
async fn codes_of_failure_are_given_for_names_that_exist() {
    for (fault, code) in [
        ("dns_nxdomain", ResponseCode::NXDomain),
        ("dns_servfail", ResponseCode::ServFail),
        ("dns_refused", ResponseCode::Refused),
    ] {
        let origin = server(fault, &["app.test=127.0.0.7"]).await;

        let answer = ask(origin.address, RecordType::A).await;

        assert_eq!((answer.metadata.response_code, answer.answers.len()), (code, 0), "{fault}");
    }
}

#[tokio::test]
async fn questions_are_swallowed() {
    let origin = server("dns_timeout", &["app.test=127.0.0.7"]).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let asked = question(NAMED, RecordType::A).to_vec().unwrap();
    socket.send_to(&asked, origin.address).await.unwrap();

    let heard = timeout(SHORT, socket.recv_from(&mut [0; 512])).await;

    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn a_stale_address_takes_the_place_of_the_true_one_for_a_while() {
    let origin = server("dns_stale_address:127.0.0.99", &["app.test=127.0.0.7"]).await;

    let answer = ask(origin.address, RecordType::A).await;

    assert_eq!(addresses(&answer), ["127.0.0.99"]);
    assert_eq!(answer.answers[0].ttl, 300);
}

#[tokio::test]
async fn a_stale_address_may_be_ipv6() {
    let origin = server("dns_stale_address:::9", &[]).await;

    let (v4, v6) =
        (ask(origin.address, RecordType::A).await, ask(origin.address, RecordType::AAAA).await);

    assert_eq!((addresses(&v4), addresses(&v6)), (vec![], vec!["::9".to_owned()]));
}

#[tokio::test]
async fn a_name_may_have_ipv6_alone() {
    let origin = server("dns_aaaa_only", &["app.test=127.0.0.7,::7"]).await;

    let (v4, v6) =
        (ask(origin.address, RecordType::A).await, ask(origin.address, RecordType::AAAA).await);

    assert_eq!(v4.metadata.response_code, ResponseCode::NoError);
    assert_eq!((addresses(&v4), addresses(&v6)), (vec![], vec!["::7".to_owned()]));
}

#[tokio::test]
async fn resolvers_hear_different_answers_and_each_the_same_again() {
    let origin = server("dns_by_client", &["app.test=127.0.0.7,127.0.0.8"]).await;
    let mut heard = Vec::new();

    for last in [1, 2, 1, 2] {
        let asker = Ipv4Addr::new(127, 0, 0, last);
        heard.extend(addresses(&ask_from(asker, origin.address, RecordType::A).await));
    }

    assert_eq!(heard, ["127.0.0.7", "127.0.0.8", "127.0.0.7", "127.0.0.8"]);
}

#[tokio::test]
async fn a_name_with_one_address_is_there_for_every_other_resolver() {
    let origin = server("dns_by_client", &["app.test=127.0.0.7"]).await;
    let mut codes = Vec::new();

    for last in [1, 2, 3] {
        let asker = Ipv4Addr::new(127, 0, 0, last);
        let answer = ask_from(asker, origin.address, RecordType::A).await;
        codes.push(answer.metadata.response_code);
    }

    let (there, gone) = (ResponseCode::NoError, ResponseCode::NXDomain);
    assert_eq!(codes, [there, gone, there]);
}

#[tokio::test]
async fn a_name_server_needs_a_port() {
    let mut options = crate::support::options(Some(Protocol::Dns), &[], &[]);
    options.listen = vec![goodgate_faults::Address::parse("unix:/nowhere/dns.sock").unwrap()];

    let refused = goodgate_faults::Server::bind(options).await;

    assert!(refused.is_err());
}

#[tokio::test]
async fn records_are_for_name_servers() {
    let options =
        crate::support::options(Some(Protocol::Https), &["tls_expired"], &["app.test=127.0.0.1"]);

    let refused = goodgate_faults::Server::bind(options).await;

    assert!(
        refused.err().is_some_and(|error| error.to_string().starts_with("--record is for dns"))
    );
}
