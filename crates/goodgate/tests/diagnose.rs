//! `goodgate diagnose` against servers that fail in every way that loopback allows.
//!
//! Every run ends in a verdict or a clear error, with the right exit code, in bounded time.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may end where it cannot go on")]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The binary's own bound of 30 seconds, and time to start on a loaded machine.
const RUN_MAX: Duration = Duration::from_secs(45);

/// What a server does once the head of a request has come.
type Serve = fn(&mut TcpStream);

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwell\n";

const NGINX_502: &[u8] =
    b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.24.0\r\nContent-Type: text/html\r\n\
Content-Length: 157\r\nConnection: close\r\nSet-Cookie: session=geheim\r\n\r\n\
<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
</center>\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n\r\n\r\n\r\n";

/// Starts a server that reads a head and then does as told; it ends with the test program.
fn server(serve: Serve) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback works");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                stream.set_read_timeout(Some(Duration::from_mins(1))).ok();
                if read_head(&mut stream) {
                    serve(&mut stream);
                }
            });
        }
    });
    address
}

fn read_head(stream: &mut impl Read) -> bool {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return false,
        }
        if head.first() == Some(&0x16) {
            return true;
        }
    }
    true
}

fn dead_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

fn goodgate(arguments: &[&str]) -> Output {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("it starts");
    assert!(begun.elapsed() < RUN_MAX, "it took {:?}", begun.elapsed());
    output
}

/// One run with its JSON.
struct Answer {
    code: Option<i32>,
    json: Value,
}

impl Answer {
    fn mechanism(&self) -> (&str, i32) {
        let id = self.json.pointer("/verdict/mechanism/id").and_then(Value::as_str);
        (id.unwrap_or("none"), self.code.unwrap_or(-1))
    }

    fn state(&self) -> (&str, i32) {
        let state = self.json.pointer("/verdict/state").and_then(Value::as_str);
        (state.unwrap_or("none"), self.code.unwrap_or(-1))
    }

    fn notices(&self) -> Vec<&str> {
        let notices = self.json.get("notices").and_then(Value::as_array);
        notices.into_iter().flatten().filter_map(|notice| notice.get("id")?.as_str()).collect()
    }
}

fn json(arguments: &[&str]) -> Answer {
    let mut all = vec!["diagnose"];
    all.extend(arguments);
    all.extend(["--format", "json"]);
    let output = goodgate(&all);
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    Answer { code: output.status.code(), json }
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/x")
}

fn text(arguments: &[&str]) -> String {
    let mut all = vec!["diagnose"];
    all.extend(arguments);
    String::from_utf8(goodgate(&all).stdout).expect("text")
}

fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("diagnose-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn a_dead_port_is_connect_refused() {
    assert_eq!(json(&[&url(dead_port())]).mechanism(), ("connect_refused", 1));
}

#[test]
fn a_well_target_is_healthy() {
    let address = server(|stream| drop(stream.write_all(OK)));

    assert_eq!(json(&[&url(address)]).state(), ("healthy", 0));
}

#[test]
fn a_well_target_is_diagnosed_within_a_second() {
    let address = server(|stream| drop(stream.write_all(OK)));
    goodgate(&["--version"]);
    let begun = Instant::now();

    json(&[&url(address)]);

    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn the_writer_of_a_502_is_named() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address)]);

    let writer = answer.json.pointer("/verdict/written_by/product").and_then(Value::as_str);
    assert_eq!(writer, Some("nginx"));
    assert_eq!(answer.code, Some(1));
}

#[test]
fn a_dead_origin_behind_a_502_is_connect_refused() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--origin", &dead_port().to_string()]);

    assert_eq!(answer.mechanism(), ("connect_refused", 1));
}

#[test]
fn a_target_that_hangs_ends_with_the_time() {
    let address = server(|stream| drop(stream.read(&mut [0])));
    let begun = Instant::now();

    let answer = json(&[&url(address), "--max-time", "2"]);

    assert_eq!(answer.mechanism(), ("response_timeout", 1));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn a_short_wait_is_mentioned() {
    let address = server(|stream| drop(stream.read(&mut [0])));

    let answer = json(&[&url(address), "--max-time", "2"]);

    assert!(answer.notices().contains(&"waited_short"));
}

#[test]
fn a_target_that_closes_is_named() {
    let address = server(|_| {});

    assert_eq!(json(&[&url(address)]).mechanism(), ("closed_before_response", 1));
}

#[test]
fn another_protocol_is_named() {
    let address = server(|stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n")));

    assert_eq!(json(&[&url(address)]).mechanism(), ("not_http", 1));
}

#[test]
fn garbage_ends_in_a_verdict() {
    let address = server(|stream| drop(stream.write_all(&[0xff, 0, 0x1b, b'[', 0x80, b'\n'])));

    assert_eq!(json(&[&url(address)]).code, Some(1));
}

#[test]
fn a_truncated_body_is_named() {
    let address = server(|stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"));
    });

    assert_eq!(json(&[&url(address)]).mechanism(), ("body_truncated", 1));
}

#[test]
fn a_truncated_head_is_named() {
    let address = server(|stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le")));

    assert_eq!(json(&[&url(address)]).mechanism(), ("response_header_truncated", 1));
}

#[test]
fn an_endless_head_is_named() {
    let address = server(|stream| {
        let line = format!("X-Long: {}\r\n", "x".repeat(1000));
        let begin = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while begin.is_ok() && stream.write_all(line.as_bytes()).is_ok() {}
    });

    assert_eq!(json(&[&url(address)]).mechanism(), ("response_header_too_large", 1));
}

#[test]
fn an_endless_body_is_read_up_to_a_bound() {
    let address = server(|stream| {
        let begin = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while begin.is_ok() && stream.write_all(&[b'x'; 16 << 10]).is_ok() {}
    });

    let answer = json(&[&url(address)]);

    assert_eq!(answer.state(), ("healthy", 0));
    assert!(answer.notices().contains(&"body_bounded"));
}

#[test]
fn a_head_that_drips_ends_with_the_time() {
    let address = server(|stream| {
        // Reading with a timeout paces the drops; the client sends nothing more.
        stream.set_read_timeout(Some(Duration::from_millis(100))).ok();
        let drops = b"HTTP/1.1 200 OK\r\nX-Drip: ".iter().chain(std::iter::repeat(&b'x'));
        for drop_of_head in drops {
            if stream.write_all(&[*drop_of_head]).is_err() {
                return;
            }
            if matches!(stream.read(&mut [0]), Ok(0)) {
                return;
            }
        }
    });

    let answer = json(&[&url(address), "--max-time", "3"]);

    assert_eq!(answer.mechanism(), ("response_timeout", 1));
}

#[test]
fn garbage_in_a_handshake_is_named() {
    let address = server(|stream| drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")));

    let answer = json(&[&format!("https://{address}/")]);

    assert_eq!(answer.mechanism(), ("tls_to_plaintext_port", 1));
}

#[test]
fn a_unix_socket_is_an_origin() {
    let path = folder().join("app.sock");
    let listener = UnixListener::bind(&path).expect("a socket");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if read_head(&mut stream) {
                stream.write_all(OK).ok();
            }
        }
    });
    let address = server(|stream| drop(stream.write_all(OK)));

    let answer = json(&[&url(address), "--origin", &format!("unix:{}", path.display())]);

    assert_eq!(answer.state(), ("healthy", 0));
}

#[test]
fn a_missing_unix_socket_is_named() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--origin", "unix:/nonexistent/app.sock"]);

    assert_eq!(answer.mechanism(), ("unix_socket_missing", 1));
}

#[test]
fn wrong_usage_exits_with_2() {
    let cases: &[&[&str]] = &[
        &["example.com"],
        &["ftp://example.com/"],
        &["http://user:geheim@example.com/"],
        &["http://b\u{fc}cher.example/"],
        &["http://127.0.0.1/", "--origin", "app"],
        &["http://127.0.0.1/", "--resolver", "dns"],
        &["http://127.0.0.1/", "--report", "report.pdf"],
        &["http://127.0.0.1/", "--report", "/nonexistent/report.html"],
        &["http://127.0.0.1/", "--log", "/nonexistent/error.log"],
        &["http://127.0.0.1/", "--ca-file", "/nonexistent/ca.pem"],
        &["http://127.0.0.1/", "--ca-file", "/dev/zero"],
        &["http://127.0.0.1/", "--proxy", "socks5://127.0.0.1:1"],
    ];

    for case in cases {
        let mut arguments = vec!["diagnose"];
        arguments.extend(*case);
        let output = goodgate(&arguments);

        assert_eq!(output.status.code(), Some(2), "{case:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("geheim"), "{case:?}");
    }
}

#[test]
fn a_log_that_is_a_pipe_is_refused_without_waiting_for_its_writer() {
    let pipe = std::env::temp_dir().join(format!("goodgate-log-pipe-{}", std::process::id()));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());

    let output =
        goodgate(&["diagnose", "http://127.0.0.1/", "--log", pipe.to_str().expect("a path")]);

    fs::remove_file(&pipe).expect("the pipe goes");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no regular file"));
}

#[test]
fn a_source_address_of_another_host_exits_with_3() {
    let address = server(|stream| drop(stream.write_all(OK)));

    let output = goodgate(&["diagnose", &url(address), "--source", "192.0.2.200"]);

    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("192.0.2.200"));
}

#[test]
fn a_source_address_of_another_host_gives_json_too() {
    let address = server(|stream| drop(stream.write_all(OK)));

    let answer = json(&[&url(address), "--source", "192.0.2.200"]);

    assert_eq!(answer.state(), ("unknown", 3));
}

/// A line of nginx for `/x`, so many minutes old.
fn line_from(minutes: i64) -> String {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(minutes);
    let at = at.strftime("%Y/%m/%d %H:%M:%S");
    format!(
        "{at} [error] 7702#7702: *11 upstream sent too big header while reading response header \
         from upstream, client: 127.0.0.1, server: _, request: \"GET /x HTTP/1.1\", upstream: \
         \"http://127.0.0.1:1/x\", host: \"h\"\n"
    )
}

#[test]
fn the_lines_of_the_same_path_are_found_in_the_log() {
    let log = folder().join("error.log");
    fs::write(&log, line_from(2)).expect("a log");
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--log", &log.display().to_string()]);

    assert_eq!(answer.mechanism(), ("response_header_too_large", 1));
    assert!(answer.notices().contains(&"log_no_match"));
}

#[test]
fn lines_of_yesterday_are_told_and_not_used() {
    let log = folder().join("error.log");
    fs::write(&log, line_from(24 * 60 + 7)).expect("a log");
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--log", &log.display().to_string()]);

    assert_ne!(answer.mechanism().0, "response_header_too_large");
    assert!(answer.notices().contains(&"log_no_match"));
}

#[test]
fn lines_of_other_paths_count_for_nothing() {
    let log = folder().join("error.log");
    let line = "2026/11/23 01:35:42 [error] 7702#7702: *11 upstream sent too big header while reading \
                response header from upstream, client: 127.0.0.1, server: _, request: \"GET /other \
                HTTP/1.1\", upstream: \"http://127.0.0.1:1/other\", host: \"h\"\n";
    fs::write(&log, line).expect("a log");
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--log", &log.display().to_string()]);

    assert_ne!(answer.mechanism().0, "response_header_too_large");
}

#[test]
fn secrets_are_in_no_output() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));
    let report = folder().join("report.html");
    let target = format!("http://{address}/x?token=verborgen");

    let arguments =
        ["diagnose", &target, "--format", "json", "--report", &report.display().to_string()];
    let output = goodgate(&arguments);

    let page = fs::read_to_string(&report).expect("a report");
    let all = format!("{}{page}{}", String::from_utf8_lossy(&output.stdout), text(&[&target]));
    assert!(!all.contains("geheim") && !all.contains("verborgen"));
}

#[test]
fn query_values_are_shown_on_request() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let shown = text(&[&format!("http://{address}/x?page=seven"), "--show-query"]);

    assert!(shown.contains("page=seven"));
}

#[test]
fn a_report_in_html_loads_nothing_and_runs_nothing() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));
    let report = folder().join("report.html");

    goodgate(&["diagnose", &url(address), "--report", &report.display().to_string()]);

    let page = fs::read_to_string(&report).expect("a report");
    assert!(page.contains("502 Bad Gateway") && page.contains("prefers-color-scheme"));
    for forbidden in ["<script", "src=", "href=", "url(", "@import"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn markup_from_outside_is_text_in_reports() {
    let address = server(|stream| {
        drop(stream.write_all(
            b"HTTP/1.1 502 <img/src=x>`|[a](b)\r\nX-Request-Id: <b>1</b>\r\nContent-Length: 8\r\n\r\n<script>",
        ));
    });
    let folder = folder();
    let (html, markdown) = (folder.join("report.html"), folder.join("report.md"));

    for report in [&html, &markdown] {
        goodgate(&["diagnose", &url(address), "--report", &report.display().to_string()]);
    }

    let page = fs::read_to_string(html).expect("a report");
    assert!(!page.contains("<img") && !page.contains("<script") && !page.contains("<b>1"));
    let page = fs::read_to_string(markdown).expect("a report");
    assert!(page.starts_with("# http"));
}

#[test]
fn terminal_escapes_from_outside_are_not_passed_on() {
    let address = server(|stream| {
        drop(stream.write_all(b"HTTP/1.1 502 \x1b[31mred\r\nContent-Length: 0\r\n\r\n"));
    });

    assert!(!text(&[&url(address)]).contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(["diagnose", &url(dead_port())])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());

    let output = child.wait_with_output().expect("it ends");

    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_chain_is_shown_with_its_broken_link() {
    let gateway = server(|stream| drop(stream.write_all(NGINX_502)));
    let origin = dead_port();

    let shown = text(&[&url(gateway), "--origin", &origin.to_string()]);

    let drawing = format!("client -----> gateway {gateway} --X--> origin {origin}");
    assert!(shown.contains(&drawing), "{shown}");
    assert!(shown.contains("connection refused  <-- here"), "{shown}");
}

#[test]
fn the_verdict_comes_first() {
    let shown = text(&[&url(dead_port())]);

    let second = shown.lines().nth(1).unwrap_or_default();
    assert!(second.starts_with("failing: "), "{shown}");
}

#[test]
fn the_budget_of_requests_is_kept() {
    let address = server(|stream| drop(stream.write_all(NGINX_502)));

    let answer = json(&[&url(address), "--max-requests", "2"]);

    assert_eq!(answer.json.get("requests").and_then(Value::as_u64), Some(2));
    assert!(answer.notices().contains(&"budget_ended"));
}
