//! The answer as text and as reports.

use std::fs;

use crate::support::{NGINX_502, OK, answering, dead_port, diagnose, folder, json, text, url};

/// Returns where a heading stands.
fn at(text: &str, heading: &str) -> usize {
    let line = format!("\n{heading}\n");
    text.find(&line).unwrap_or_else(|| panic!("no {heading} in:\n{text}"))
}

#[test]
fn what_is_needed_at_night_comes_first() {
    let gateway = answering(NGINX_502);

    let shown = text(&[&url(gateway), "--origin", &dead_port().to_string()]);

    let chain = shown.find("--X-->").expect("the chain is drawn");
    let places = ["Because", "What to do", "Next", "Who must act", "Is it me?", "What it can be"];
    let places: Vec<usize> = places.iter().map(|heading| at(&shown, heading)).collect();
    assert!(chain < places[0] && places.is_sorted(), "{shown}");
}

#[test]
fn the_broken_link_is_marked_by_sign_and_words() {
    let gateway = answering(NGINX_502);

    let shown = text(&[&url(gateway), "--origin", &dead_port().to_string()]);

    assert!(shown.contains(" --X--> origin "), "{shown}");
    assert!(shown.contains("^ breaks here: connection refused"), "{shown}");
    assert!(shown.contains("| nginx wrote the page"), "{shown}");
}

#[test]
fn drawing_and_waterfall_fit_80_columns() {
    let gateway = answering(NGINX_502);
    let origin = dead_port().to_string();

    let shown = text(&[&url(gateway), "--origin", &origin]);

    let drawn = |line: &&str| ["-->", "breaks here", "|="].iter().any(|mark| line.contains(mark));
    let widths = shown.lines().filter(drawn).map(|line| line.chars().count());
    assert!(widths.clone().count() >= 4, "{shown}");
    assert!(widths.max() <= Some(80), "{shown}");
}

#[test]
fn phases_that_did_not_happen_are_absent() {
    let shown = text(&[&url(dead_port())]);

    let measured = &shown[at(&shown, "What was measured")
        ..at(&shown, "A text to send: The host: whoever runs the gateway and the servers")];
    assert!(measured.contains("    connect "), "{measured}");
    assert!(!measured.contains("first byte") && !measured.contains("    tls "), "{measured}");
}

#[test]
fn a_phase_that_timed_out_is_marked() {
    let target = crate::support::silent();

    let shown = text(&[&url(target), "--max-time", "2"]);

    let row = shown.lines().find(|line| line.starts_with("    first byte ")).unwrap_or_default();
    assert!(row.contains("X|") && row.ends_with("<-- timed out here"), "{shown}");
}

#[test]
fn an_answer_in_http_1_0_is_shown_as_such() {
    let target = answering(b"HTTP/1.0 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");

    let shown = text(&[&url(target)]);

    assert!(shown.contains("HTTP/1.0 502") && !shown.contains("HTTP/1.1 502"), "{shown}");
}

#[test]
fn hostile_words_are_harmless_in_drawing_and_reports() {
    let hostile =
        b"HTTP/1.1 502 \x1b]0;x\x07<b>|`[a](b)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let target = answering(hostile);
    let folder = folder();
    let (html, markdown) = (folder.join("report.html"), folder.join("report.md"));

    let shown = text(&[&url(target)]);
    for report in [&html, &markdown] {
        let report = report.display().to_string();
        diagnose(&[&url(target), "--report", &report]).output().expect("it starts");
    }

    let html = fs::read_to_string(html).expect("a report");
    let markdown = fs::read_to_string(markdown).expect("a report");
    assert!(shown.contains("breaks here: HTTP/1.1 502 "), "{shown}");
    for made in [&shown, &html, &markdown] {
        assert!(!made.contains(['\u{1b}', '\u{7}']));
    }
    assert!(!html.contains("<b>|"), "{html}");
}

#[test]
fn a_report_has_the_chain_and_the_waterfall_as_pictures() {
    let gateway = answering(NGINX_502);
    let report = folder().join("report.html");
    let origin = dead_port().to_string();

    diagnose(&[&url(gateway), "--origin", &origin, "--report", &report.display().to_string()])
        .output()
        .expect("it starts");

    let page = fs::read_to_string(report).expect("a report");
    assert!(page.contains("class=\"joint broken\"><span>breaks here</span>"), "{page}");
    assert!(page.contains("class=\"bar connect broken\""), "{page}");
    assert!(page.contains("class=\"joint\"><span>holds</span>"), "{page}");
}

#[test]
fn the_waterfall_is_in_the_json() {
    let gateway = answering(NGINX_502);

    let answer = json(&[&url(gateway), "--origin", &dead_port().to_string()]);

    let phases = |hop: usize| {
        let phases = answer.json.pointer(&format!("/waterfall/{hop}/phases"));
        let phases = phases.and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        phases
            .iter()
            .map(|phase| phase["name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(phases(0), ["connect", "request", "first byte", "body"]);
    assert_eq!(phases(1), ["connect"]);
    assert_eq!(answer.json.pointer("/waterfall/1/phases/0/broke"), Some(&true.into()));
}

#[test]
fn a_command_that_repeats_the_examination_is_not_proposed() {
    let target = answering(b"");

    let answer = json(&[&url(target)]);

    let next = answer.json.pointer("/verdict/next").map(ToString::to_string).unwrap_or_default();
    assert!(!next.contains("--origin"), "{next}");
    assert!(next.contains("command"), "{next}");
}

#[test]
fn a_redirect_to_the_same_url_is_no_good_answer() {
    let target = crate::support::server(|head| {
        let host = head.lines().find_map(|line| line.strip_prefix("Host: ")).unwrap_or_default();
        format!("HTTP/1.1 302 Found\r\nLocation: http://{host}/x\r\nContent-Length: 0\r\n\r\n")
            .into_bytes()
    });

    let answer = json(&[&url(target)]);

    assert!(answer.signs().contains(&"redirects_to_itself"), "{:?}", answer.signs());
    assert_eq!((answer.text("/verdict/state"), answer.code), ("failing", Some(1)));
}

#[test]
fn a_redirect_to_the_same_url_that_sets_a_cookie_may_be_well() {
    let target = answering(
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n",
    );

    assert_eq!(json(&[&url(target)]).text("/verdict/state"), "healthy");
}

#[test]
fn a_redirect_elsewhere_is_well() {
    let target = answering(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");

    assert_eq!(json(&[&url(target)]).text("/verdict/state"), "healthy");
}

#[test]
fn a_healthy_answer_is_short() {
    let target = answering(OK);

    let shown = text(&[&url(target)]);

    assert!(!shown.contains("Who must act") && !shown.contains("Is it me?"), "{shown}");
    assert!(shown.lines().count() < 20, "{shown}");
}
