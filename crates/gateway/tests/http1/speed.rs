//! What a head costs: figures to read, and a bound that only a blunder reaches.
//!
//! `cargo test --release -p goodgate-gateway --test http1 -- speed --nocapture`

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use goodgate_gateway::http1::{
    Ending, Framing, HeadLimits, Known, Method, Persistence, RequestParser, ResponseParser, write,
};

const REQUEST: &[u8] = b"GET /assets/app/main.css?v=20261123 HTTP/1.1\r\n\
    Host: shop.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
    Accept: text/css,*/*;q=0.1\r\n\
    Accept-Language: en-US,en;q=0.5\r\n\
    Accept-Encoding: gzip, deflate, br, zstd\r\n\
    Referer: https://shop.example.com/cart\r\n\
    Connection: keep-alive\r\n\
    Cookie: session=4f6c1d2e9a7b8c3d; theme=dark; _ga=GA1.2.1234567890.1234567890\r\n\
    Sec-Fetch-Dest: style\r\n\
    If-None-Match: \"5f3c-1a2b3c4d\"\r\n\r\n";

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Server: nginx/1.22.1\r\n\
    Date: Mon, 23 Nov 2026 10:00:00 GMT\r\n\
    Content-Type: text/html; charset=utf-8\r\n\
    Content-Length: 256\r\n\
    Connection: keep-alive\r\n\
    Last-Modified: Mon, 23 Nov 2026 09:00:00 GMT\r\n\
    ETag: \"5f3c-1a2b3c4d\"\r\n\
    Accept-Ranges: bytes\r\n\
    Cache-Control: public, max-age=600\r\n\
    X-Frame-Options: DENY\r\n\r\n";

/// A hundred times the usual, so that neither a debug build nor a busy host reaches it.
const BOUND: Duration = Duration::from_micros(100);

#[test]
fn speed_of_heads() {
    let mut input = BytesMut::new();
    let mut out = BytesMut::new();
    let mut requests = RequestParser::new();
    let mut responses = ResponseParser::new();
    let added: &[(Known, &[u8])] = &[(Known::Via, b"1.1 a"), (Known::XForwardedFor, b"192.0.2.1")];
    let ending = Ending { framing: Framing::None, persistence: Persistence::Silent, added };

    let read_request = measured("read a request", || {
        input.reserve(4096);
        input.extend_from_slice(REQUEST);
        let head = requests.parse(&mut input, &HeadLimits::REQUEST).unwrap().unwrap();
        requests.reuse(black_box(head));
    });
    let read_response = measured("read a response", || {
        input.reserve(4096);
        input.extend_from_slice(RESPONSE);
        let limits = &HeadLimits::RESPONSE;
        let head = responses.parse(&mut input, Method::Get, limits).unwrap().unwrap();
        responses.reuse(black_box(head));
    });
    input.extend_from_slice(REQUEST);
    let mut head = requests.parse(&mut input, &HeadLimits::REQUEST).unwrap().unwrap();
    head.strip_hop_by_hop();
    let write_request = measured("write a request", || {
        out.clear();
        write::request(&mut out, &head, head.target(), &ending).unwrap();
        black_box(&out);
    });

    for it in [read_request, read_response, write_request] {
        assert!(it < BOUND, "{it:?} for one head");
    }
}

/// Returns the time of the fastest of some rounds: other work on the host only adds to it.
fn measured(what: &str, mut run: impl FnMut()) -> Duration {
    const RUNS: u32 = 1000;
    let rounds = (0..50).map(|_| {
        let start = Instant::now();
        for _ in 0..RUNS {
            run();
        }
        start.elapsed() / RUNS
    });
    let fastest = rounds.min().unwrap_or_default();
    println!("{what}: {} ns", fastest.as_nanos());
    fastest
}
