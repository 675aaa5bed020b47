//! "Is it me?": the control, portals, proxies, and our own lookups.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;

use crate::support::{
    Answer, NGINX_502, OK, answering, dead_port, diagnose, json, server, silent, text, url,
};

/// A name that no server knows (RFC 6761 section 6.4).
const NO_NAME: &str = "http://shop.invalid/";

fn side(answer: &Answer) -> &str {
    answer.text("/is_it_me/answer")
}

/// Returns the arguments that lead a public name to a server on loopback.
fn led_to(address: SocketAddr) -> [String; 3] {
    ["http://shop.example/x".to_owned(), "--connect-to".to_owned(), address.to_string()]
}

#[test]
fn a_target_that_answers_is_not_me() {
    let target = answering(NGINX_502);

    assert_eq!(side(&json(&[&url(target)])), "there");
}

#[test]
fn a_control_that_fails_alike_is_me() {
    let (target, control) = (dead_port(), dead_port());

    let answer = json(&[&url(target), "--control", &url(control)]);

    assert_eq!(side(&answer), "here");
    assert_eq!(answer.text("/verdict/mechanism/id"), "client_network_down");
    assert_eq!(answer.text("/act/letter"), "visitors");
}

#[test]
fn a_control_that_is_well_is_not_me() {
    let (target, control) = (dead_port(), answering(OK));

    let answer = json(&[&url(target), "--control", &url(control)]);

    assert_eq!(side(&answer), "there");
    assert!(answer.signs().contains(&"client_online"), "{:?}", answer.signs());
    assert_eq!(answer.text("/verdict/mechanism/id"), "connect_refused");
}

#[test]
fn a_control_that_fails_otherwise_decides_nothing() {
    let (target, control) = (dead_port(), answering(NGINX_502));

    let answer = json(&[&url(target), "--control", &url(control)]);

    assert_eq!(answer.text("/verdict/mechanism/id"), "connect_refused");
    assert_ne!(side(&answer), "here");
}

#[test]
fn a_control_at_the_targets_address_tells_nothing() {
    let target = dead_port();

    let answer = json(&[&url(target), "--control", &format!("http://{target}/other")]);

    assert!(answer.notice("control_is_target").is_some());
    assert_eq!(answer.text("/verdict/mechanism/id"), "connect_refused");
}

#[test]
fn a_portal_is_told_by_its_redirect_into_the_network() {
    let portal = answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://192.168.1.1/login\r\nContent-Length: 0\r\n\r\n",
    );
    let arguments = led_to(portal);

    let answer = json(&arguments.each_ref().map(String::as_str));

    assert_eq!(side(&answer), "here");
    assert_eq!((answer.text("/verdict/mechanism/id"), answer.code), ("captive_portal", Some(1)));
    assert_eq!(answer.text("/verdict/state"), "failing");
}

#[test]
fn a_redirect_to_another_public_site_is_no_portal() {
    let target = answering(
        b"HTTP/1.1 302 Found\r\nLocation: https://www.shop.example/\r\nContent-Length: 0\r\n\r\n",
    );
    let arguments = led_to(target);

    assert_eq!(json(&arguments.each_ref().map(String::as_str)).text("/verdict/state"), "healthy");
}

#[test]
fn a_portal_is_told_by_leading_two_sites_to_one_place() {
    let portal = || {
        server(|_| {
            b"HTTP/1.1 302 Found\r\nLocation: https://login.hotel.example/\r\nContent-Length: 0\r\n\r\n"
                .to_vec()
        })
    };
    let (target, control) = (portal(), portal());
    let control = format!("http://localhost:{}/", control.port());

    let answer = json(&[&url(target), "--control", &control]);

    assert_eq!((side(&answer), answer.text("/verdict/mechanism/id")), ("here", "captive_portal"));
}

#[test]
fn a_portal_is_told_by_its_page_at_the_control() {
    let page = "<html><title>Captive Portal</title>You need to log in to this network";
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    let (target, control) = (dead_port(), answering(answer.as_bytes()));

    let answer = json(&[&url(target), "--control", &url(control)]);

    assert_eq!((side(&answer), answer.text("/verdict/mechanism/id")), ("here", "captive_portal"));
}

#[test]
fn a_name_that_another_name_server_knows_is_ours_to_find() {
    let mut other = std::process::Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(["faults", "--protocol", "dns", "--record", "shop.invalid=127.0.0.1"])
        .args(["--format", "json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(other.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let server =
        said.pointer("/listening/0").and_then(serde_json::Value::as_str).expect("an address");

    let answer = json(&[NO_NAME, "--resolver", server]);

    other.kill().expect("it runs");
    other.wait().expect("it ends");
    assert_eq!(
        (side(&answer), answer.text("/verdict/mechanism/id")),
        ("here", "client_dns_failure")
    );
    let facts = answer.json.pointer("/is_it_me/facts").map(ToString::to_string).unwrap_or_default();
    assert!(facts.contains(&format!("{server} 127.0.0.1")), "{facts}");
}

#[test]
fn an_unknown_name_is_no_fault_of_a_gateway() {
    let answer = json(&[NO_NAME]);

    assert!(answer.signs().contains(&"target_lookup_failed"), "{:?}", answer.signs());
    assert_ne!(answer.text("/verdict/mechanism/blame"), "gateway");
    assert!(answer.text("/verdict/hop").starts_with("client"), "{}", answer.text("/verdict/hop"));
    assert!(answer.confidence("client_dns_failure") > 0.02, "{}", answer.json["verdict"]);
    assert!(!answer.json["evidence"].to_string().contains("the upstream's name"));
}

#[test]
fn a_forward_proxy_that_is_silent_is_named_and_not_the_network_blamed() {
    let proxy = silent();

    let answer =
        json(&["http://shop.example/", "--proxy", &format!("http://{proxy}"), "--max-time", "9"]);

    assert!(answer.signs().contains(&"proxy_silent"), "{:?}", answer.signs());
    assert!(answer.confidence("connect_filtered") < 0.8, "{}", answer.json["verdict"]);
    assert!(answer.notice("through_proxy").is_some_and(|text| text.contains(&proxy.to_string())));
    assert_eq!(side(&answer), "unknown");
}

#[test]
fn the_proxy_is_a_part_of_the_chain() {
    let proxy = silent();

    let shown =
        text(&["http://shop.example/", "--proxy", &format!("http://{proxy}"), "--max-time", "9"]);

    assert!(
        shown.contains(&format!("client -----> proxy {proxy} --X--> target shop.example")),
        "{shown}"
    );
}

#[test]
fn a_proxy_of_the_environment_is_named_without_its_password() {
    let target = dead_port();
    let mut command = diagnose(&[&url(target), "--format", "json"]);
    command.env("http_proxy", "http://me:geheim@proxy.example:3128");

    let output = command.output().expect("it starts");
    let answer = Answer::of(&output);

    let notice = answer.notice("proxy_environment").unwrap_or_default();
    assert!(notice.contains("--proxy http://proxy.example:3128"), "{notice}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("geheim"));
}

#[test]
fn an_exception_of_the_environment_is_respected() {
    let mut command = diagnose(&[&url(dead_port()), "--format", "json"]);
    command.env("http_proxy", "http://proxy.example:3128").env("no_proxy", "127.0.0.0/8");

    let answer = Answer::of(&command.output().expect("it starts"));

    assert_eq!(answer.notice("proxy_environment"), None);
}

#[test]
fn the_default_routes_are_told() {
    let answer = json(&[&url(answering(NGINX_502))]);

    let facts = answer.json.pointer("/is_it_me/facts").map(ToString::to_string).unwrap_or_default();
    assert!(facts.contains("default route") && facts.contains("IPv4"), "{facts}");
}

#[test]
fn a_control_that_is_not_reached_delays_nothing_and_is_told() {
    let (target, control) = (answering(NGINX_502), silent());

    let answer = json(&[&url(target), "--control", &url(control), "--max-time", "2"]);

    let facts = answer.json.pointer("/is_it_me/facts").map(ToString::to_string).unwrap_or_default();
    assert!(facts.contains("control"), "{facts}");
    assert_eq!(side(&answer), "there");
}

#[test]
fn a_host_without_a_default_route_is_told() {
    let mut command = std::process::Command::new("unshare");
    let binary = env!("CARGO_BIN_EXE_goodgate");
    command.args(["-rn", binary, "diagnose", "http://192.0.2.1/", "--format", "json"]);

    let answer = Answer::of(&command.output().expect("it starts"));

    assert_eq!(side(&answer), "here");
    assert_eq!(answer.text("/verdict/mechanism/id"), "client_network_down");
    assert!(answer.signs().contains(&"client_offline"), "{:?}", answer.signs());
}
