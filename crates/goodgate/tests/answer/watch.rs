//! `--watch`: one line for each round, and an end with the change.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use crate::support::{NGINX_502, OK, diagnose, server, url};

/// A server that can be told to answer otherwise, and that counts.
#[derive(Clone, Default)]
struct Switch {
    other: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
}

impl Switch {
    fn start(&self, first: &'static [u8], other: &'static [u8]) -> SocketAddr {
        let switch = self.clone();
        server(move |_| {
            switch.count.fetch_add(1, Ordering::SeqCst);
            let answer = if switch.other.load(Ordering::SeqCst) { other } else { first };
            answer.to_vec()
        })
    }

    fn flip(&self) {
        self.other.store(true, Ordering::SeqCst);
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

fn watch(target: SocketAddr, more: &[&str]) -> (Child, impl Iterator<Item = String>) {
    let target = url(target);
    let mut arguments = vec![target.as_str(), "--watch", "--interval", "1"];
    arguments.extend(more);
    let mut child = diagnose(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    (child, lines.map_while(Result::ok))
}

fn is_round(line: &str) -> bool {
    line.contains("Z  works ") || line.contains("Z  fails ")
}

#[test]
fn a_watch_ends_with_the_code_of_the_new_state() {
    let switch = Switch::default();
    let (mut child, mut lines) = watch(switch.start(NGINX_502, OK), &[]);

    let first: Vec<String> = lines.by_ref().filter(|line| is_round(line)).take(2).collect();
    switch.flip();
    let rest: Vec<String> = lines.collect();

    let rounds = first.iter().all(|line| line.contains("  fails     502  "));
    assert!(rounds, "{first:?}");
    assert!(rest.iter().any(|line| line.starts_with("The state changed after ")), "{rest:?}");
    assert!(rest.iter().any(|line| line == "healthy"), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_failure_ends_the_watch_of_a_healthy_target_with_its_verdict() {
    let switch = Switch::default();
    let (mut child, mut lines) = watch(switch.start(OK, NGINX_502), &[]);

    lines.by_ref().find(|line| is_round(line)).expect("a round");
    switch.flip();
    let rest: Vec<String> = lines.collect();

    assert!(rest.iter().any(|line| line == "Who must act"), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn every_round_but_the_first_is_one_request() {
    let switch = Switch::default();
    let (mut child, mut lines) = watch(switch.start(NGINX_502, OK), &[]);
    lines.by_ref().find(|line| is_round(line)).expect("a round");
    let first = switch.count();

    lines.by_ref().filter(|line| is_round(line)).take(2).count();

    let more = switch.count() - first;
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!((2..=3).contains(&more), "{more} requests in two rounds");
}

#[test]
fn json_is_one_document_of_the_schema_per_line() {
    let switch = Switch::default();
    let (mut child, mut lines) = watch(switch.start(NGINX_502, OK), &["--format", "json"]);

    let first: Vec<String> = lines.by_ref().take(2).collect();
    switch.flip();
    let all: Vec<Value> = first
        .into_iter()
        .chain(lines)
        .map(|line| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();

    assert!(all.iter().all(|one| one["schema"] == "goodgate.diagnose/1"), "{all:?}");
    let depths: Vec<&str> = all.iter().filter_map(|one| one["watch"]["depth"].as_str()).collect();
    assert_eq!(
        (depths.first(), depths.get(1), depths.last()),
        (Some(&"whole"), Some(&"look"), Some(&"whole"))
    );
    let changed: Vec<bool> =
        all.iter().filter_map(|one| one["watch"]["changed"].as_bool()).collect();
    assert_eq!(changed.iter().position(|changed| *changed), Some(changed.len() - 1));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn ctrl_c_ends_with_a_summary_and_the_code_of_the_state() {
    let switch = Switch::default();
    let (mut child, mut lines) = watch(switch.start(NGINX_502, OK), &[]);
    lines.by_ref().filter(|line| is_round(line)).take(2).count();

    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let rest: Vec<String> = lines.collect();

    assert!(killed.is_ok_and(|status| status.success()));
    assert!(rest.iter().any(|line| line.starts_with("No change in 2 rounds")), "{rest:?}");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}
