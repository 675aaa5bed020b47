//! The control API.

use goodgate_faults::{Options, limits};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::support::{GET, Origin, PATIENCE, Seen, ask, field, options};

async fn controlled(faults: &[&str]) -> Origin {
    let control = Some("127.0.0.1:0".parse().unwrap());
    Origin::start(Options { control, ..options(faults) }).await
}

/// Sends a request to the control API; `{}` in it stands for its address.
async fn send(origin: &Origin, request: &str) -> Seen {
    let address = origin.control.unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.replace("{}", &address.to_string()).as_bytes()).await.unwrap();
    Seen::of(&mut stream).await
}

/// Returns the status and the JSON of an answer.
fn read(seen: &Seen) -> (String, Value) {
    (seen.text()[9..12].to_owned(), serde_json::from_slice(seen.body()).unwrap())
}

async fn get(origin: &Origin) -> Value {
    read(&send(origin, "GET /faults HTTP/1.1\r\nHost: {}\r\n\r\n").await).1
}

/// Replaces the faults and gives back status and JSON.
pub(crate) async fn put(origin: &Origin, body: &str) -> (String, Value) {
    let length = body.len();
    let head = format!(
        "PUT /faults HTTP/1.1\r\nHost: {{}}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let address = origin.control.unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = head.replace("{}", &address.to_string());
    stream.write_all((head + body).as_bytes()).await.unwrap();
    read(&Seen::of(&mut stream).await)
}

#[tokio::test]
async fn the_faults_are_shown_with_what_they_struck() {
    let origin = controlled(&["status:503"]).await;
    ask(&mut origin.connect().await, GET).await;

    let shown = get(&origin).await;

    assert_eq!(shown["schema"], "goodgate.faults-control/1");
    assert_eq!(shown["protocol"], "http");
    assert_eq!((&shown["connections"], &shown["requests"]), (&1.into(), &1.into()));
    let fault = &shown["faults"][0];
    assert_eq!(fault["fault"], "status:503");
    assert_eq!(fault["share"], "100%");
    assert_eq!(fault["active"], true);
    assert_eq!((&fault["occasions"], &fault["struck"]), (&1.into(), &1.into()));
}

#[tokio::test]
async fn put_replaces_the_faults_of_connections_that_are_open() {
    let origin = controlled(&["status:503"]).await;
    let mut stream = origin.connect().await;
    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 503 "));

    let body =
        r#"{"faults":[{"fault":"status:504","share":"100%","path":"/","after":"0s","for":"1h"}]}"#;
    let (status, shown) = put(&origin, body).await;

    assert_eq!((status.as_str(), &shown["faults"][0]["for"]), ("200", &"1h".into()));
    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 504 "));
}

#[tokio::test]
async fn delete_clears_the_faults() {
    let origin = controlled(&["status:503"]).await;

    let seen = send(&origin, "DELETE /faults HTTP/1.1\r\nHost: {}\r\n\r\n").await;

    assert_eq!(read(&seen).1["faults"], Value::Array(Vec::new()));
    assert!(ask(&mut origin.connect().await, GET).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_plan_that_cannot_be_is_refused_and_the_old_one_stays() {
    let origin = controlled(&["status:503"]).await;

    for (body, status, detail) in [
        ("", "400", "the body"),
        (r#"{"faults":[{"fault":"status"}]"#, "400", "line 1"),
        (r#"{"faults":[{"fault":"status","shar":"5%"}]}"#, "400", "unknown field `shar`"),
        (r#"{"faults":[{"fault":"satus"}]}"#, "422", "faults[0]: there is no fault"),
        (
            r#"{"faults":[{"fault":"status","share":"5"}]}"#,
            "422",
            "faults[0]: \"5\" is not a share",
        ),
        (
            r#"{"faults":[{"fault":"status","for":"0s"}]}"#,
            "422",
            "faults[0]: \"0s\" is not a duration above zero",
        ),
        (r#"{"faults":[{"fault":"refuse","share":"5%"}]}"#, "422", "faults[0]: refuse strikes"),
        (r#"{"faults":[{"fault":"accept_close","path":"/"}]}"#, "422", "before the path is known"),
        (r#"{"faults":[{"fault":"dns_nxdomain"}]}"#, "422", "cannot be made on http"),
    ] {
        let (found, problem) = put(&origin, body).await;
        assert_eq!(found, status, "{body}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{body}: {problem}");
    }
    assert_eq!(get(&origin).await["faults"][0]["fault"], "status:503");
}

#[tokio::test]
async fn errors_are_problems_with_a_media_type() {
    let origin = controlled(&[]).await;

    let seen = send(&origin, "GET / HTTP/1.1\r\nHost: {}\r\n\r\n").await;

    assert_eq!(field(&seen.text(), "content-type"), Some("application/problem+json"));
    assert_eq!(read(&seen).1["title"], "Not Found");
}

#[tokio::test]
async fn what_a_web_page_can_send_is_refused() {
    let origin = controlled(&["status:503"]).await;
    let body = r#"{"faults":[]}"#;
    let put = |fields: &str| {
        format!("PUT /faults HTTP/1.1\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len())
    };

    for (request, status) in [
        (put("Host: {}\r\nContent-Type: text/plain\r\n"), "415"),
        (put("Host: {}\r\n"), "415"),
        (put("Host: rebound.example\r\nContent-Type: application/json\r\n"), "421"),
        (put("Content-Type: application/json\r\n"), "421"),
        (put("Host: {}\r\nOrigin: http://x.example\r\nContent-Type: application/json\r\n"), "403"),
        ("GET /faults HTTP/1.1\r\nHost: rebound.example\r\n\r\n".to_owned(), "421"),
        ("POST /faults HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\r\n".to_owned(), "405"),
        ("OPTIONS /faults HTTP/1.1\r\nHost: {}\r\n\r\n".to_owned(), "405"),
    ] {
        let (found, problem) = read(&send(&origin, &request).await);
        assert_eq!(found, status, "{request}: {problem}");
    }
    assert_eq!(get(&origin).await["faults"][0]["fault"], "status:503");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let origin = controlled(&[]).await;
    let request = "PUT /faults HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
                   Content-Length: 300000\r\n\r\n"
        .to_owned();

    let (status, _) = read(&send(&origin, &(request + &" ".repeat(300_000))).await);

    assert_eq!(status, "413");
}

#[tokio::test]
async fn a_body_in_chunks_is_refused_as_such() {
    let origin = controlled(&[]).await;

    let seen = send(
        &origin,
        "PUT /faults HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\nd\r\n{\"faults\":[]}\r\n0\r\n\r\n",
    )
    .await;

    let (status, problem) = read(&seen);
    assert_eq!(status, "411");
    assert!(problem["detail"].as_str().unwrap().contains("Content-Length"), "{problem}");
}

#[tokio::test]
async fn localhost_with_the_port_is_an_address_as_well() {
    let origin = controlled(&[]).await;
    let port = origin.control.unwrap().port();

    let request = format!("GET /faults HTTP/1.1\r\nHost: LocalHost:{port}\r\n\r\n");

    assert_eq!(read(&send(&origin, &request).await).0, "200");
}

#[tokio::test(start_paused = true)]
async fn silent_connections_do_not_keep_the_api_from_others() {
    let origin = controlled(&[]).await;
    let address = origin.control.unwrap();
    let mut silent = Vec::new();
    for _ in 0..limits::CONTROL_CONNECTIONS_MAX {
        silent.push(TcpStream::connect(address).await.unwrap());
    }

    let shown = timeout(PATIENCE, get(&origin)).await.expect("an answer");

    assert_eq!(shown["schema"], "goodgate.faults-control/1");
    for stream in &mut silent {
        assert_eq!(read(&Seen::of(stream).await).0, "408");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let origin = controlled(&[]).await;

    let head = "PUT /faults HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\n{";
    let (status, problem) = read(&send(&origin, head).await);

    assert_eq!(status, "408");
    assert!(problem["detail"].as_str().unwrap().contains("over 5 s"), "{problem}");
}
