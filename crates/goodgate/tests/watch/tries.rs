//! `goodgate monitor try` as an operator uses it: before a monitor is put to work.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::thread;

use goodgate_lab::Workdir;
use goodgate_lab::wait::wait_until;
use serde_json::Value;

use super::origin::Origin;
use super::sink::Sink;
use super::support::{BINARY, PATIENCE, asks, hook};

/// What a trial came to.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Tries a monitor of a configuration, in a folder and an environment with nothing else.
fn tried(folder: &Workdir, text: &str, arguments: &[&str]) -> Ran {
    folder.write("goodgate.toml", text).expect("a folder to write to");
    let mut command = Command::new(BINARY);
    command.args(["monitor", "try"]).args(arguments).env_clear().stdin(Stdio::null());
    let output = command.current_dir(folder.path()).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn once(text: &str, arguments: &[&str]) -> Ran {
    tried(&Workdir::new().expect("a folder"), text, arguments)
}

/// An address at which nobody listens.
fn dead() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port")
}

#[test]
fn a_good_target_is_up_and_the_command_ends_with_0() {
    let origin = Origin::new();

    let ran = once(&asks("shop", origin.address, ""), &["shop"]);

    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "shop is up");
    assert_eq!(lines[1].trim(), format!("http://{}/", origin.address));
    assert!(lines[2].trim().starts_with("checks: 1; the last took "), "{lines:?}");
    assert!(lines[2].ends_with(", status 200"), "{lines:?}");
    assert_eq!(origin.asked(), 1, "what is well is not examined");
}

#[test]
fn a_failing_target_is_told_in_the_sentence_that_would_wake_somebody_and_ends_with_1() {
    let address = dead();

    let ran = once(&asks("shop", address, ""), &["shop"]);

    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{ran:?}");
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.starts_with(&format!(
            "shop is down http://{address}/ {address}: connection refused; "
        ))
    );
    assert!(text.contains("(connect_refused, "), "{text}");
    assert!(text.contains("of its attempts failed; known "), "{text}");
}

#[test]
fn programs_get_the_attempt_and_the_examination_in_full() {
    let address = dead();

    let ran = once(&asks("shop", address, ""), &["shop", "--format", "json"]);

    let told = ran.json();
    assert_eq!((ran.code, &told["schema"]), (Some(1), &"goodgate.trial/1".into()), "{told:#}");
    let is = |key: &str, wanted: &str| assert_eq!(told[key], wanted, "{key}: {told:#}");
    is("monitor", "shop");
    is("target", &format!("http://{address}/"));
    is("state", "down");
    is("cause", "connect_refused");
    is("stage", "connect");
    assert!(told["confidence"].as_f64().is_some_and(|sure| sure >= 0.5), "{told:#}");
    assert_eq!(told["check"]["count"], 1);
    assert_eq!(told["check"]["evidence"]["schema"], "goodgate.attempt/1", "{told:#}");
    let failure = told["check"]["failures"][0].as_str().unwrap_or_default();
    assert!(failure.contains("refused"), "{failure}");
    let examination = &told["burst"]["examination"];
    assert_eq!(examination["schema"], "goodgate.diagnose/1", "{told:#}");
    assert_eq!(examination["verdict"]["mechanism"]["id"], "connect_refused", "{told:#}");
    assert!(told["burst"]["bad_tries"].as_u64().is_some_and(|tries| tries >= 2), "{told:#}");
}

#[test]
fn a_good_target_has_no_burst_in_its_json() {
    let origin = Origin::new();

    let ran = once(&asks("shop", origin.address, ""), &["shop", "--format", "json"]);

    let told = ran.json();
    assert_eq!((ran.code, &told["state"], &told["burst"]), (Some(0), &"up".into(), &Value::Null));
    assert_eq!((&told["check"]["status"], &told["cause"]), (&200.into(), &Value::Null));
}

#[test]
fn what_fails_after_some_checks_is_found_by_more_of_them() {
    let origin = Origin::new();
    let text = asks("shop", origin.address, "");

    let ran = thread::scope(|scope| {
        scope.spawn(|| {
            wait_until("four checks", PATIENCE, || Ok((origin.asked() >= 4).then_some(())))
                .expect("it is checked");
            origin.answer(502);
        });
        once(&text, &["shop", "--checks", "1000", "--format", "json"])
    });

    let told = ran.json();
    assert_eq!((ran.code, &told["check"]["status"]), (Some(1), &502.into()), "{told:#}");
    let count = told["check"]["count"].as_u64().unwrap_or_default();
    assert!((5..1000).contains(&count), "it ends with the first that fails: {told:#}");
}

#[test]
fn an_unknown_name_is_answered_with_those_that_there_are_and_2() {
    let text = asks("shop", dead(), "") + &asks("blog", dead(), "");

    let ran = once(&text, &["shpo"]);

    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("error: goodgate.toml has no monitor `shpo`"), "{}", ran.err);
    assert!(ran.err.contains("hint: it has shop, blog"), "{}", ran.err);
}

#[test]
fn a_file_with_an_error_is_answered_with_its_place_and_2() {
    let text = asks("shop", dead(), "intervall = \"5s\"\n");

    let ran = once(&text, &["shop"]);

    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("error: goodgate.toml has errors"), "{}", ran.err);
    assert!(ran.err.contains("goodgate.toml:5:1"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `interval`"), "{}", ran.err);
    assert!(ran.err.contains("hint: goodgate check goodgate.toml"), "{}", ran.err);
}

#[test]
fn a_file_that_is_not_there_is_told_with_2() {
    let ran = once("", &["shop", "--config", "elsewhere.toml"]);

    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("elsewhere.toml"), "{}", ran.err);
}

#[test]
fn an_error_in_the_part_of_the_gateway_does_not_matter() {
    let origin = Origin::new();
    let text = asks("shop", origin.address, "") + "[[route]]\nupstream = \"nobody\"\n";

    let ran = once(&text, &["shop"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn what_waits_to_be_called_cannot_be_tried() {
    let ran = once("[[monitor]]\nname = \"job\"\nheartbeat = \"1h\"\n", &["job"]);

    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.err.contains("job waits to be called: there is nothing to try"), "{}", ran.err);
}

#[test]
fn what_this_host_cannot_measure_ends_with_3() {
    let text = format!(
        "[[monitor]]\nname = \"shop\"\nhttp = \"https://{}/\"\nca = \"/nowhere/ca.pem\"\n",
        dead()
    );

    let ran = once(&text, &["shop"]);

    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.out.contains("shop is unknown"), "{ran:?}");
    assert!(ran.out.contains("this host could not measure"), "{ran:?}");
}

#[test]
fn nothing_is_kept_and_nobody_is_told() {
    let (folder, sink) = (Workdir::new().expect("a folder"), Sink::new());
    let text = asks("shop", dead(), "") + &hook("ops", &sink);
    let text = format!("[watch]\nstore = \"{}\"\n{text}", folder.join("watch/watch.db").display());

    let ran = tried(&folder, &text, &["shop"]);

    assert_eq!(ran.code, Some(1), "{ran:?}");
    let files = std::fs::read_dir(folder.path()).expect("a folder").flatten();
    let names: Vec<_> = files.map(|file| file.file_name()).collect();
    assert_eq!(names, ["goodgate.toml"]);
    assert_eq!(sink.heard(), Vec::<Value>::new());
}

/// A server that answers 502 to one method and 200 to all others.
fn fails_for(method: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap_or_default();
            let status = if request[..count].starts_with(method.as_bytes()) { 502 } else { 200 };
            let head = format!("HTTP/1.1 {status} As Told\r\nContent-Length: 0\r\n");
            stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).ok();
        }
    });
    address
}

#[test]
fn what_changes_something_is_examined_with_get_and_the_sentence_says_so() {
    let text = asks("orders", dead(), "method = \"POST\"\nbody = \"{}\"\n");

    let ran = once(&text, &["orders"]);

    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(said.starts_with("orders is down "), "{said}");
    assert!(said.contains("; examined with GET, as POST is not sent again "), "{said}");
}

#[test]
fn a_get_that_answers_well_does_not_acquit_a_post_that_fails() {
    let text = asks("orders", fails_for("POST"), "method = \"POST\"\nbody = \"{}\"\n");

    let ran = once(&text, &["orders"]);

    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(said.starts_with("orders is suspect "), "{said}");
    assert!(said.contains("what was asked with GET does not fail alike"), "{said}");
}

#[test]
fn a_monitor_of_head_is_examined_with_head() {
    let text = asks("shop", fails_for("HEAD"), "method = \"HEAD\"\n");

    let ran = once(&text, &["shop", "--format", "json"]);

    let told = ran.json();
    assert_eq!((ran.code, &told["state"]), (Some(1), &"down".into()), "{told:#}");
    assert_eq!(told["burst"]["examination"]["verdict"]["state"], "unknown", "{told:#}");
}
