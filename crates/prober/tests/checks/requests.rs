//! What is sent, and how much of the answer is looked at.

use goodgate_evidence::probe::HttpVersion;
use goodgate_faults::Protocol;
use goodgate_incident::Outcome;

use crate::support::{Origin, SECRET, Said, checked, ok, outcome};

#[tokio::test]
async fn every_method_is_sent_as_it_is_written() {
    let server = Said::always(ok("")).await;

    for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] {
        let keys = format!("http = \"http://{}/x?y=1\"\nmethod = \"{method}\"", server.address);
        let (outcome, words) = outcome(&keys).await;

        let asked = server.asked();
        assert_eq!(outcome, Outcome::Good, "{method}: {words}");
        let line = asked.first().and_then(|(_, request)| request.lines().next());
        assert_eq!(line, Some(format!("{method} /x?y=1 HTTP/1.1").as_str()));
    }
}

#[tokio::test]
async fn a_body_and_header_fields_arrive() {
    let server = Said::always(ok("")).await;
    let keys = format!(
        "http = \"http://{}/x\"\nmethod = \"POST\"\nbody = '{{\"a\": \"ü\"}}'\n\
         headers = {{ Content-Type = \"application/json\", User-Agent = \"ours\" }}\n\
         secret_headers = {{ Authorization = \"env:TOKEN\" }}",
        server.address
    );

    let (outcome, words) = outcome(&keys).await;

    assert_eq!(outcome, Outcome::Good, "{words}");
    let asked = server.asked();
    let request = &asked[0].1;
    assert!(request.ends_with("\r\n\r\n{\"a\": \"ü\"}"), "{request}");
    for field in [
        "Content-Length: 11",
        "content-type: application/json",
        "user-agent: ours",
        &format!("authorization: {SECRET}"),
    ] {
        assert!(request.contains(&format!("\r\n{field}\r\n")), "{field} in {request}");
    }
    assert_eq!(request.to_ascii_lowercase().matches("user-agent:").count(), 1, "{request}");
}

#[tokio::test]
async fn a_secret_that_the_answer_repeats_is_not_kept() {
    let answer = format!(
        "HTTP/1.1 500 No\r\nContent-Length: {}\r\nX-Request-Id: {SECRET}\r\n\r\n{SECRET}",
        SECRET.len()
    );
    let server = Said::always(answer).await;
    let keys = format!(
        "http = \"http://{}/\"\nsecret_headers = {{ Authorization = \"env:TOKEN\" }}",
        server.address
    );

    let (_, checked) = checked(&keys).await;

    assert!(server.asked()[0].1.contains(SECRET), "it was sent");
    let evidence = String::from_utf8(checked.evidence.expect("it failed")).expect("text");
    assert!(evidence.contains("500"), "{evidence}");
    assert!(!evidence.contains("s3cr3t"), "{evidence}");
    assert!(!format!("{:?}", checked.failures).contains("s3cr3t"));
}

#[tokio::test]
async fn of_a_body_of_300_kib_the_first_256_are_looked_at() {
    let mut body = "x".repeat(300 << 10);
    body.replace_range(200_000..200_005, "early");
    body.replace_range(290_000..290_004, "late");
    let server = Said::always(ok(&body)).await;
    let keys = |words: &str| {
        format!(
            "http = \"http://{}/\"\nexpect = {{ body_contains = [\"{words}\"] }}",
            server.address
        )
    };

    let (raw, early) = checked(&keys("early")).await;
    let (late, _) = outcome(&keys("late")).await;

    assert_eq!(early.result.outcome, Outcome::Good, "{:?}", early.failures);
    let exchange = raw.last().and_then(|attempt| attempt.exchange.as_ref()).expect("an answer");
    assert_eq!((exchange.body.len(), exchange.body_bytes), (256 << 10, 300 << 10));
    assert!(matches!(late, Outcome::Bad { .. }), "{late:?}");
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_asked_for_or_agreed_to() {
    let plain = Origin::start(Protocol::H2c, &[], &[]).await;
    let secure = Origin::start(Protocol::Https, &[], &[]).await;
    let over = |keys: String| async move {
        let (raw, checked) = checked(&keys).await;
        assert_eq!(checked.result.outcome, Outcome::Good, "{:?}", checked.failures);
        let exchange = raw.last().and_then(|attempt| attempt.exchange.as_ref());
        exchange.expect("an answer").version
    };
    let url = format!("http = \"https://{}/\"\n{}\n", secure.address, secure.trusted());

    let prior = over(format!("http = \"http://{}/\"\nprotocol = \"http2\"", plain.address)).await;
    let agreed = over(url.clone()).await;
    let only = over(format!("{url}protocol = \"http2\"")).await;
    let old = over(format!("{url}protocol = \"http1\"")).await;

    let expected = [HttpVersion::Http2, HttpVersion::Http2, HttpVersion::Http2, HttpVersion::Http1];
    assert_eq!([prior, agreed, only, old], expected);
}

#[tokio::test]
async fn a_body_arrives_over_http_2() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback works");
    let address = listener.local_addr().expect("it is bound");
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
        let (request, mut respond) = connection.accept().await.expect("one").expect("a request");
        let (parts, mut body) = request.into_parts();
        let reading = async move {
            let mut whole = Vec::new();
            while let Some(Ok(data)) = body.data().await {
                body.flow_control().release_capacity(data.len()).ok();
                whole.extend_from_slice(&data);
            }
            let mut stream =
                respond.send_response(http::Response::new(()), false).expect("it goes out");
            stream.send_data(bytes::Bytes::from_static(b"well"), true).expect("it goes out");
            whole
        };
        let reading = tokio::spawn(reading);
        // The connection moves the frames until the client has gone.
        while let Some(Ok(_)) = connection.accept().await {}
        (parts, reading.await.expect("it is read"))
    });
    // As large as a body of a monitor may be.
    let body = "b".repeat(4_096);
    let keys = format!(
        "http = \"http://{address}/x\"\nprotocol = \"http2\"\nmethod = \"PUT\"\nbody = \"{body}\"\n\
         expect = {{ body_contains = [\"well\"] }}"
    );

    let (outcome, words) = outcome(&keys).await;

    assert_eq!(outcome, Outcome::Good, "{words}");
    let (parts, arrived) = serving.await.expect("it served");
    assert_eq!((parts.method.as_str(), parts.uri.path()), ("PUT", "/x"));
    assert_eq!(parts.headers["content-length"], "4096");
    assert_eq!(arrived, body.as_bytes());
}
