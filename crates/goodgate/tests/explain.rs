//! `goodgate explain` as its users run it.

#![expect(clippy::expect_used, reason = "a test may end where it cannot go on")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const REFUSED: &str = "2026/11/23 10:00:01 [error] 9#9: *7 connect() failed (111: Connection refused) \
    while connecting to upstream, client: 192.0.2.1, server: shop.example, request: \"GET \
    /pay?card=4111&token=abc HTTP/1.1\", upstream: \"http://10.0.0.7:8000/pay\", host: \"shop.example\"";

fn goodgate(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A program that takes no input may have ended before all is written.
    if let Some(mut stdin) = child.stdin.take() {
        let _written = stdin.write_all(input);
    }
    child.wait_with_output().expect("the binary ends")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the answer is UTF-8")
}

fn json(input: &str) -> Value {
    let output = goodgate(&["explain", "-", "--format", "json"], input.as_bytes());
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}

fn top(answer: &Value) -> String {
    answer.pointer("/verdict/causes/0/id").and_then(Value::as_str).unwrap_or("none").to_owned()
}

#[test]
fn a_pasted_line_is_a_problem_with_its_cause_fix_and_next_step() {
    let answer = json(REFUSED);

    assert_eq!(answer["schema"], "goodgate.explain/1");
    assert_eq!(answer["verdict"]["state"], "failing");
    assert_eq!(answer["verdict"]["mechanism"]["id"], "connect_refused");
    assert!(answer["verdict"]["mechanism"]["confidence"].as_f64().unwrap_or(0.0) >= 0.8);
    let fixes = answer["verdict"]["fixes"].as_array().expect("fixes");
    assert!(fixes.iter().any(|fix| fix["product"] == "nginx"), "{fixes:?}");
    assert!(!answer["verdict"]["next"].as_array().expect("next").is_empty());
    let quote = answer["evidence"][0]["quote"].as_str().unwrap_or_default();
    assert!(quote.contains("connect() failed (111: Connection refused)"), "{quote}");
}

#[test]
fn exit_codes_say_what_was_found() {
    assert_eq!(goodgate(&["explain", "-"], REFUSED.as_bytes()).status.code(), Some(1));
    assert_eq!(goodgate(&["explain", "502"], b"").status.code(), Some(0));
    assert_eq!(goodgate(&["explain", "-"], b"all is well today").status.code(), Some(0));
    assert_eq!(goodgate(&["explain", "no_such_topic_at_all"], b"").status.code(), Some(2));
    assert_eq!(goodgate(&["explain", "/no/such/file.log"], b"").status.code(), Some(2));
    assert_eq!(goodgate(&["explain", "--no-such-flag"], b"").status.code(), Some(2));
}

#[test]
fn an_unknown_topic_offers_what_is_near() {
    let output = goodgate(&["explain", "conect_refused"], b"");

    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(talk.contains("hint: did you mean connect_refused"), "{talk}");
    assert!(output.stdout.is_empty());
}

#[test]
fn topics_of_every_kind_are_answered() {
    for (topic, word) in [
        ("502", "Bad Gateway"),
        ("009", "status line"),
        ("connect_refused", "How to fix it"),
        ("connection_refused", "connect_refused"),
        ("UF,URX", "connect_refused"),
        ("sH--", "response_timeout"),
        ("H12", "response_timeout"),
        ("AH01102", "status line"),
        ("OriginConnectError", "connect"),
        ("ERRORINFO_UPSTREAM_NO_LIVE", "no_live_upstream"),
        ("retry", "Idempotency-Key"),
        ("visitor", "private window"),
    ] {
        let output = goodgate(&["explain", topic], b"");
        let shown = text(&output).to_lowercase();
        assert!(shown.contains(&word.to_lowercase()), "{topic}: {shown}");
    }
}

#[test]
fn the_map_names_every_stage() {
    let shown = text(&goodgate(&["explain"], b""));

    for stage in ["downstream", "gateway", "resolve", "connect", "tls", "response_head"] {
        assert!(shown.lines().any(|line| line.starts_with(stage)), "{stage}");
    }
}

#[test]
fn a_visitor_gets_steps_for_laymen_first() {
    let shown = text(&goodgate(&["explain", "connect_refused", "--for", "visitor"], b""));

    let visitor = shown.find("Reload").expect("the visitor's steps");
    let operator = shown.find("How to fix it").expect("the operator's steps");
    assert!(visitor < operator);
}

#[test]
fn wordings_that_people_paste_are_known() {
    for wording in [
        "502 Bad Gateway",
        "502 Service Temporarily Overloaded",
        "Error 502",
        "Temporary Error (502)",
        "502 Proxy Error",
        "HTTP 502",
        "502. That's an error",
        "502. That\u{2019}s an error.",
        "502 Server Error: The server encountered a temporary error and could not complete your request",
        "Bad Gateway: The proxy server received an invalid response from an upstream server",
        "HTTP Error 502 - Bad Gateway",
        "Twitter is over capacity",
        "The server encountered a temporary error and could not complete your request. Please try again in 30 seconds.",
    ] {
        let answer = json(wording);
        let kinds: Vec<&str> = answer["evidence"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|evidence| evidence["kind"].as_str())
            .collect();
        assert!(kinds.iter().any(|kind| kind.starts_with("status_50")), "{wording}: {kinds:?}");
    }
}

#[test]
fn secrets_do_not_come_out() {
    let pasted = format!("{REFUSED}\nCookie: session=topsecret\nAuthorization: Bearer topsecret\n");
    for format in ["text", "json"] {
        let output = goodgate(&["explain", "-", "--format", format], pasted.as_bytes());
        let shown = text(&output);
        assert!(!shown.contains("4111") && !shown.contains("topsecret"), "{shown}");
    }
}

#[test]
fn terminal_escapes_are_shown_and_not_sent() {
    let pasted = format!("\x1b]0;owned\x07\x1b[2J{REFUSED}\x1b[31m");
    for format in ["text", "json"] {
        let output = goodgate(&["explain", "-", "--format", format], pasted.as_bytes());
        assert!(!output.stdout.contains(&0x1b) && !output.stdout.contains(&0x07), "{format}");
    }
}

#[test]
fn colour_is_off_outside_a_terminal_and_on_when_asked_for() {
    let plain = goodgate(&["explain", "-"], REFUSED.as_bytes());
    let coloured = goodgate(&["explain", "-", "--color", "always"], REFUSED.as_bytes());

    assert!(!plain.stdout.contains(&0x1b));
    assert!(coloured.stdout.contains(&0x1b));
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let lines = [
        REFUSED,
        "2026/11/23 10:00:02 [error] 9#9: *8 no live upstreams while connecting to upstream, client: 192.0.2.1",
        "192.0.2.1 - - [23/Nov/2026:10:00:01 +0000] \"GET /pay HTTP/1.1\" 502 157 \"-\" \"x\"",
        "[23-Nov-2026 09:59:58] NOTICE: Terminating ...",
    ];
    let forwards = lines.join("\n");
    let backwards = lines.iter().rev().copied().collect::<Vec<_>>().join("\n");

    let (one, other) = (json(&forwards), json(&backwards));

    assert_eq!(top(&one), top(&other));
    assert_eq!(one["verdict"]["mechanism"]["id"], other["verdict"]["mechanism"]["id"]);
}

#[test]
fn several_files_are_one_case() {
    let folder = std::env::temp_dir().join(format!("goodgate-explain-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (gateway, application) = (folder.join("error.log"), folder.join("app.log"));
    let reset =
        "recv() failed (104: Connection reset by peer) while reading response header from upstream";
    std::fs::write(&gateway, reset).expect("a file");
    std::fs::write(&application, "WARNING: [pool www] child 9 exited on signal 11 (SIGSEGV)")
        .expect("a file");

    let arguments =
        ["explain", gateway.to_str().unwrap(), application.to_str().unwrap(), "--format", "json"];
    let answer: Value = serde_json::from_slice(&goodgate(&arguments, b"").stdout).expect("JSON");

    std::fs::remove_dir_all(&folder).expect("the folder goes");
    assert_eq!(top(&answer), "app_worker_crash");
    assert_eq!(answer["verdict"]["mechanism"]["id"], "reset_before_response");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(["explain", "502"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());

    let output = child.wait_with_output().expect("the binary ends");

    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn hostile_bytes_end_in_an_answer() {
    let mut bytes: Vec<u8> =
        (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    bytes.extend_from_slice(b"\n<<<<<<<\"\"\"{{{{[[[[ connect() failed (111: ");

    let output = goodgate(&["explain", "-"], &bytes);

    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}", output.status);
}

#[test]
fn a_status_is_found_by_its_name() {
    for (asked, code) in [
        ("502 Bad Gateway", 502),
        ("bad gateway", 502),
        ("504 Gateway Time-out", 504),
        ("client closed request", 499),
    ] {
        let output = goodgate(&["explain", asked, "--format", "json"], b"");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");

        assert_eq!(answer["code"], code, "{asked}");
    }
}
