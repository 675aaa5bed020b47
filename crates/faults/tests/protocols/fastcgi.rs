//! FastCGI, with records written by hand.

use std::time::Duration;

use goodgate_faults::{Address, Protocol, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::support::{Origin, PATIENCE, SHORT, options};

const BEGIN: u8 = 1;
const END: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const STDERR: u8 = 7;

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut record = vec![1, kind, 0, 1, 0, content.len() as u8, 0, 0];
    record.extend(content);
    record
}

/// A GET for `/a.php?x`; `keep` asks for the connection to be kept.
fn request(method: &str, keep: bool) -> Vec<u8> {
    let mut params = Vec::new();
    for (name, value) in [("REQUEST_METHOD", method), ("REQUEST_URI", "/a.php?x")] {
        params.extend([name.len() as u8, value.len() as u8]);
        params.extend(name.bytes().chain(value.bytes()));
    }
    let begin = record(BEGIN, &[0, 1, u8::from(keep), 0, 0, 0, 0, 0]);
    [begin, record(PARAMS, &params), record(PARAMS, &[]), record(STDIN, &[])].concat()
}

/// What came until the request ended: output, errors, and the types of all records in order.
#[derive(Debug, Default)]
struct Response {
    out: String,
    err: String,
    kinds: Vec<u8>,
}

async fn respond<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, request: &[u8]) -> Response {
    stream.write_all(request).await.unwrap();
    timeout(PATIENCE, read_response(stream)).await.expect("the request ends")
}

async fn read_response<S: AsyncRead + Unpin>(stream: &mut S) -> Response {
    let mut response = Response::default();
    while response.kinds.last() != Some(&END) {
        let mut header = [0; 8];
        stream.read_exact(&mut header).await.unwrap();
        let mut content = vec![0; usize::from(u16::from_be_bytes([header[4], header[5]]))];
        stream.read_exact(&mut content).await.unwrap();
        let text = String::from_utf8_lossy(&content);
        match header[1] {
            STDOUT => response.out += &text,
            STDERR => response.err += &text,
            _ => {}
        }
        response.kinds.push(header[1]);
    }
    response
}

#[tokio::test]
async fn a_healthy_responder_answers() {
    let origin = Origin::healthy(Protocol::Fastcgi).await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();

    let response = respond(&mut stream, &request("GET", false)).await;

    assert!(response.out.contains("\r\n\r\nGET /a.php was answered"), "{}", response.out);
    assert_eq!(response.kinds, [STDOUT, STDOUT, END]);
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let origin = Origin::healthy(Protocol::Fastcgi).await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();

    let response = respond(&mut stream, &request("HEAD", false)).await;

    assert!(response.out.ends_with("\r\n\r\n"), "{}", response.out);
}

#[tokio::test]
async fn a_connection_is_kept_if_the_gateway_wants_it() {
    let origin = Origin::healthy(Protocol::Fastcgi).await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    respond(&mut stream, &request("GET", true)).await;

    let response = respond(&mut stream, &request("GET", false)).await;
    let end = timeout(Duration::from_secs(5), stream.read(&mut [0])).await.unwrap().unwrap();

    assert_eq!((response.kinds, end), (vec![STDOUT, STDOUT, END], 0));
}

#[tokio::test]
async fn a_unix_socket_is_served_and_ends_well() {
    let path = format!("{}/fastcgi-{}.sock", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let mut options = options(Some(Protocol::Fastcgi), &[], &[]);
    options.listen = vec![Address::parse(&format!("unix:{path}")).unwrap()];
    let server = Server::bind(options).await.unwrap();
    tokio::spawn(server.run(std::future::pending()));
    let mut stream = UnixStream::connect(&path).await.unwrap();

    let response = respond(&mut stream, &request("GET", false)).await;
    let end = timeout(PATIENCE, stream.read(&mut [0])).await.unwrap();

    std::fs::remove_file(&path).ok();
    assert!(response.out.contains("GET /a.php was answered"), "{}", response.out);
    assert_eq!(end.unwrap(), 0);
}

#[tokio::test]
async fn an_early_end_has_no_output() {
    let origin = Origin::with("fastcgi_end_early").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();

    let response = respond(&mut stream, &request("GET", false)).await;

    assert_eq!(response.kinds, [END]);
}

#[tokio::test]
async fn an_unknown_script_is_404_and_told_on_the_error_stream() {
    let origin = Origin::with("fastcgi_stderr").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();

    let response = respond(&mut stream, &request("GET", false)).await;

    assert!(response.out.starts_with("Status: 404 Not Found\r\n"), "{}", response.out);
    assert_eq!(response.err, "Primary script unknown");
}

#[tokio::test]
async fn a_request_may_never_be_answered() {
    let origin = Origin::with("fastcgi_never_answer").await;
    let mut stream = TcpStream::connect(origin.address).await.unwrap();
    stream.write_all(&request("GET", false)).await.unwrap();

    let heard = timeout(SHORT, stream.read(&mut [0])).await;

    assert!(heard.is_err(), "{heard:?}");
}
