//! Who may ask what over TCP.

use crate::stand::{EVENT_TOKEN, JOB_TOKEN, Stand, TOKEN, request};

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[test]
fn over_tcp_everything_needs_the_token() {
    let stand = Stand::new();
    let routes = [
        ("GET", "/"),
        ("GET", "/status"),
        ("GET", "/monitors"),
        ("GET", "/monitors/shop"),
        ("PUT", "/monitors/x"),
        ("DELETE", "/monitors/x"),
        ("POST", "/monitors/shop/pause"),
        ("GET", "/incidents"),
        ("GET", "/incidents/3"),
        ("GET", "/incidents/3/evidence/1"),
        ("POST", "/incidents/3/acknowledge"),
        ("POST", "/incidents/3/resolve"),
        ("POST", "/incidents/3/notes"),
        ("POST", "/incidents/3/steps"),
        ("GET", "/events"),
        ("POST", "/events"),
        ("GET", "/silences"),
        ("POST", "/silences"),
        ("DELETE", "/silences/1"),
        ("GET", "/alerts"),
        ("POST", "/channels/mail/test"),
        ("POST", "/backup"),
        ("GET", "/nowhere"),
    ];

    for (method, target) in routes {
        let answer = stand.over_tcp(method, target, "", "");
        assert_eq!(answer.status, 401, "{method} {target}");
        assert_eq!(answer.field("www-authenticate"), Some("Bearer"));
        let allowed = stand.over_tcp(method, target, &bearer(TOKEN), "");
        assert_ne!(allowed.status, 401, "{method} {target}");
    }
    assert_eq!(stand.over_tcp("GET", "/status", &bearer(TOKEN), "").status, 200);
}

#[test]
fn tokens_that_are_nearly_right_are_wrong() {
    for fields in [
        bearer("correct-hors"),
        bearer("correct-horse2"),
        bearer("Correct-horse"),
        bearer(""),
        bearer(EVENT_TOKEN),
        bearer(JOB_TOKEN),
        format!("Authorization: Basic {TOKEN}\r\n"),
        format!("Cookie: token={TOKEN}\r\n"),
    ] {
        let stand = Stand::new();
        assert_eq!(stand.over_tcp("GET", "/status", &fields, "").status, 401, "{fields}");
    }
    let stand = Stand::new();
    let in_url = stand.over_tcp("GET", &format!("/status?token={TOKEN}"), "", "");
    assert_eq!(in_url.status, 401);
}

#[test]
fn without_a_token_this_host_may_look_and_nobody_may_touch() {
    let stand = Stand::without_token();

    assert_eq!(stand.over_tcp("GET", "/status", "", "").status, 200);
    assert_eq!(stand.over_tcp("POST", "/monitors/shop/pause", "", "").status, 403);
    assert_eq!(stand.over_tcp("POST", "/events", "", "{}").status, 403);
    for fields in [
        "X-Forwarded-For: 192.0.2.1\r\n",
        "Forwarded: for=192.0.2.1\r\n",
        "Via: 1.1 gate\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Origin: https://evil.example\r\n",
    ] {
        assert_eq!(stand.over_tcp("GET", "/status", fields, "").status, 403, "{fields}");
    }
    let public = stand.raw(&request("GET", "/status", "watch.example", "", ""));
    assert_eq!(public.status, 403, "it came through a gateway");
    assert!(stand.told().is_empty());
}

#[test]
fn only_own_names_are_answered() {
    let stand = Stand::new();
    let ask = |host: &str| stand.raw(&request("GET", "/status", host, &bearer(TOKEN), "")).status;

    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:9503", 200),
        ("127.0.0.1:9503", 200),
        ("[::1]:9503", 200),
        ("watch.example", 200),
        ("watch.example:443", 200),
        ("evil.example", 421),
        ("watch.example.evil.example", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.7:9503", 421),
    ] {
        assert_eq!(ask(host), status, "{host}");
    }
    let two = request("GET", "/status", "localhost", "Host: evil.example\r\n", "");
    assert_eq!(stand.raw(&two).status, 400);
    let none = "GET /status HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_eq!(stand.raw(none).status, 400);
    let link = Stand::link(3, crate::stand::ago(-60));
    assert_eq!(stand.raw(&request("GET", &link, "evil.example", "", "")).status, 421);
}

#[test]
fn pipelines_tell_of_changes_with_their_own_token_and_do_nothing_else() {
    let stand = Stand::new();
    let event = r#"{"kind": "deploy", "text": "v1.2", "by": "ci"}"#;

    let in_url = stand.over_tcp("POST", &format!("/events?token={EVENT_TOKEN}"), "", event);
    let in_field = stand.over_tcp("POST", "/events", &bearer(EVENT_TOKEN), event);

    assert_eq!((in_url.status, in_field.status), (201, 201));
    assert_eq!(in_url.json()["event"]["by"], "webhook:ci");
    for (method, target) in [
        ("GET", "/events"),
        ("GET", "/status"),
        ("POST", "/silences"),
        ("POST", "/incidents/3/acknowledge"),
    ] {
        let answer = stand.over_tcp(method, target, &bearer(EVENT_TOKEN), "{}");
        assert_eq!(answer.status, 401, "{method} {target}");
    }
    let operator = stand.over_tcp("POST", &format!("/events?token={TOKEN}"), "", event);
    assert_eq!(operator.status, 401, "the operator's token does not belong into a URL");
}

#[test]
fn jobs_bring_their_token_or_come_from_this_host() {
    let stand = Stand::new();
    let beat = |target: &str, fields: &str| stand.over_tcp("POST", target, fields, "").status;

    assert_eq!(beat(&format!("/beat/nightly?token={JOB_TOKEN}"), ""), 200);
    assert_eq!(beat("/beat/nightly", &bearer(JOB_TOKEN)), 200);
    assert_eq!(beat("/beat/nightly", &bearer(TOKEN)), 200, "the operator may");
    assert_eq!(beat("/beat/nightly", ""), 401);
    assert_eq!(beat("/beat/nightly?token=tock", ""), 401);
    assert_eq!(beat(&format!("/beat/nightly?token={TOKEN}"), ""), 401);
    assert_eq!(beat("/beat/hourly", ""), 200, "it has no token, and this is its host");
    assert_eq!(beat("/beat/hourly", "X-Forwarded-For: 192.0.2.1\r\n"), 403);
    assert_eq!(beat("/beat/hourly", "Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(beat(&format!("/beat/hourly?token={JOB_TOKEN}"), ""), 401);
    assert_eq!(stand.told().len(), 4);
}

#[test]
fn strangers_do_not_learn_which_monitors_there_are() {
    let stand = Stand::new();
    let ask = |name: &str| {
        let request = request("GET", &format!("/beat/{name}"), "watch.example", "", "");
        stand.raw(&request).status
    };

    assert_eq!((ask("hourly"), ask("none")), (403, 403));
}

#[test]
fn wrong_tokens_are_tried_so_often_and_then_even_the_right_one_waits() {
    let stand = Stand::new();

    for _ in 0..10 {
        assert_eq!(stand.over_tcp("GET", "/status", &bearer("guess"), "").status, 401);
    }
    let next = stand.over_tcp("GET", "/status", &bearer(TOKEN), "");

    assert_eq!(next.status, 429);
    assert!(next.field("retry-after").is_some());
    assert_eq!(
        stand.over_tcp("GET", &format!("/beat/nightly?token={JOB_TOKEN}"), "", "").status,
        429
    );
    assert_eq!(stand.get("/status").status, 200, "the unix socket needs none");
}

#[test]
fn a_token_that_cannot_be_read_opens_nothing() {
    let stand = Stand::with("[watch]\nlisten = \"127.0.0.1:0\"\ntoken = \"file:not-there\"\n");

    for fields in [String::new(), bearer(""), bearer(TOKEN)] {
        let answer = stand.over_tcp("GET", "/status", &fields, "");
        assert_eq!(answer.status, 401);
        assert!(answer.error().contains("not known"), "{}", answer.error());
    }
}

#[test]
fn files_of_this_host_are_written_over_the_unix_socket_only() {
    let stand = Stand::new();
    let file = stand.folder.path().join("far.db");
    let body = serde_json::json!({ "file": file }).to_string();

    assert_eq!(stand.over_tcp("POST", "/backup", &bearer(TOKEN), &body).status, 403);
    assert!(!file.exists());
}

#[test]
fn bodies_beyond_the_bound_are_refused_with_and_without_a_length() {
    let stand = Stand::new();
    let large = format!(r#"{{"text": "{}"}}"#, "x".repeat(65 << 10));
    let chunked = format!(
        "POST /incidents/3/notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n",
        bearer(TOKEN),
        large.len()
    );

    let announced = request("POST", "/incidents/3/notes", "localhost", &bearer(TOKEN), "");
    let announced = announced.replace("Content-Length: 0", "Content-Length: 65537");

    assert_eq!(stand.raw(&announced).status, 413);
    assert_eq!(stand.raw(&chunked).status, 413);
    let head =
        request("GET", "/status", "localhost", &format!("X: {}\r\n", "x".repeat(100 << 10)), "");
    assert_eq!(stand.raw(&head).status, 431);
}
