//! `--via`: other places, with a program `ssh` that runs the command on this host.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Answer, NGINX_502, OK, answering, dead_port, diagnose, folder, program, url};

/// Stands for `ssh`: the last two words are the host and the command, as on the command line of the
/// real one. `otherwise` says what the host `elsewhere` sees: it replaces one address by another.
fn ssh(folder: &Path, (here, there): (SocketAddr, SocketAddr)) {
    let script = format!(
        r#"#!/bin/sh
printf '%s\n' "$@" > {folder}/arguments
while [ $# -gt 2 ]; do shift; done
case "$1" in
elsewhere) exec sh -c "$(printf %s "$2" | sed s/{here}/{there}/g)" ;;
isolated) exec unshare -rn sh -c "$2" ;;
down) echo 'Warning: added' >&2; echo 'ssh: connect to host down port 22: Connection refused' >&2; exit 255 ;;
bare) echo 'sh: 1: goodgate: not found' >&2; exit 127 ;;
new) echo '{{"schema":"goodgate.diagnose/2"}}' ;;
flood) exec yes ;;
hang) exec tail -f /dev/null ;;
hostile) printf '{{"schema":"goodgate.diagnose/1","verdict":{{"state":"failing"}},"evidence":[],"chain":[{{"lookups":[],"connects":[{{}}],"broken":{{"stage":"connect","words":"\\u001b]0;x\\u0007<b>refused|"}}}}]}}' ;;
*) exec sh -c "$2" ;;
esac
"#,
        folder = folder.display(),
    );
    program(folder, "ssh", &script);
}

/// A run with that `ssh` in front of every other.
fn via(folder: &Path, arguments: &[&str]) -> Command {
    let mut all = arguments.to_vec();
    all.extend(["--via-command", env!("CARGO_BIN_EXE_goodgate")]);
    let mut command = diagnose(&all);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", folder.display()));
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    via(folder, arguments).output().expect("it starts")
}

fn json(folder: &Path, arguments: &[&str]) -> Answer {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    Answer::of(&run(folder, &all))
}

/// Returns a folder with a program `ssh`.
fn stage(here: SocketAddr, there: SocketAddr) -> PathBuf {
    let folder = folder();
    ssh(&folder, (here, there));
    folder
}

fn comparison(answer: &Answer) -> &str {
    answer.text("/vantage_points/comparison")
}

#[test]
fn the_same_from_everywhere_is_no_fault_of_ours() {
    let target = answering(NGINX_502);
    let folder = stage(target, target);

    let answer = json(&folder, &[&url(target), "--via", "web1", "--via", "me@db1"]);

    assert_eq!(comparison(&answer), "fails_everywhere");
    assert!(answer.text("/vantage_points/words").ends_with("in the same way."));
    assert!(answer.signs().contains(&"fails_elsewhere"), "{:?}", answer.signs());
    assert_eq!(answer.text("/is_it_me/answer"), "there");
}

#[test]
fn a_failure_from_here_only_is_ours() {
    let (broken, well) = (dead_port(), answering(OK));
    let folder = stage(broken, well);

    let answer = json(&folder, &[&url(broken), "--via", "elsewhere"]);

    assert_eq!(comparison(&answer), "fails_here_only");
    assert!(answer.signs().contains(&"only_one_visitor"), "{:?}", answer.signs());
    assert_eq!(answer.text("/is_it_me/answer"), "here");
    assert_eq!(answer.text("/verdict/mechanism/id"), "connect_refused");
}

#[test]
fn a_failure_from_elsewhere_only_is_partial_with_its_evidence() {
    let (well, broken) = (answering(OK), dead_port());
    let folder = stage(well, broken);

    let answer = json(&folder, &[&url(well), "--via", "elsewhere"]);

    assert_eq!(comparison(&answer), "fails_elsewhere_only");
    assert_eq!((answer.text("/verdict/state"), answer.code), ("partial", Some(1)));
    assert_eq!(answer.text("/verdict/mechanism/id"), "connect_refused");
}

#[test]
fn a_host_without_a_network_sees_the_failure_of_its_own() {
    let well = answering(OK);
    let folder = stage(well, well);
    let namespaces = Command::new("unshare").args(["-rn", "true"]).status();
    assert!(namespaces.is_ok_and(|status| status.success()), "unshare -rn has to work here");

    let answer = json(&folder, &[&url(well), "--via", "isolated"]);

    assert_eq!(comparison(&answer), "fails_elsewhere_only");
    assert!(
        answer.text("/vantage_points/points/1/outcome").contains("unreachable"),
        "{}",
        answer.json
    );
}

#[test]
fn what_is_not_seen_spoils_nothing() {
    let target = answering(OK);
    let folder = stage(target, target);
    let hosts = ["down", "bare", "new", "flood", "web1"];
    let mut arguments = vec![url(target)];
    arguments.extend(hosts.iter().flat_map(|host| ["--via".to_owned(), (*host).to_owned()]));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let answer = json(&folder, &arguments);

    let why = |at: usize| answer.text(&format!("/vantage_points/points/{at}/not_seen")).to_owned();
    assert_eq!(why(1), "ssh: connect to host down port 22: Connection refused");
    assert!(why(2).contains("--via-command"), "{}", why(2));
    assert!(why(3).contains("goodgate.diagnose/2"), "{}", why(3));
    assert!(why(4).contains("larger than 4 MiB"), "{}", why(4));
    assert_eq!((comparison(&answer), answer.code), ("works_everywhere", Some(0)));
}

#[test]
fn a_place_that_hangs_is_given_up() {
    let target = answering(OK);
    let folder = stage(target, target);

    let answer = json(&folder, &[&url(target), "--via", "hang", "--max-time", "1"]);

    assert_eq!(answer.text("/vantage_points/points/1/not_seen"), "no answer within 16 s");
    assert_eq!((comparison(&answer), answer.code), ("alone", Some(0)));
}

#[test]
fn an_ssh_that_is_not_there_is_told() {
    let target = answering(OK);
    let empty = folder();

    let mut command = via(&empty, &[&url(target), "--via", "web1", "--format", "json"]);
    let answer = Answer::of(&command.env("PATH", &empty).output().expect("it starts"));

    assert!(answer.text("/vantage_points/points/1/not_seen").contains("ssh could not be run"));
    assert_eq!(answer.code, Some(0));
}

#[test]
fn hostile_answers_are_shown_and_not_obeyed() {
    let target = answering(OK);
    let folder = stage(target, target);
    let report = folder.join("report.html");
    let report = report.display().to_string();

    let output = run(&folder, &[&url(target), "--via", "hostile", "--report", &report]);

    let shown = String::from_utf8(output.stdout).expect("text");
    let page = fs::read_to_string(report).expect("a report");
    assert!(shown.contains("<b>refused|"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}']) && !page.contains("<b>refused"), "{page}");
}

#[test]
fn the_url_reaches_the_other_shell_as_one_word() {
    let target = answering(NGINX_502);
    let folder = stage(target, target);
    let marker = folder.join("obeyed");
    let hostile = format!("http://{target}/x?y='; touch {}; #&z=$(id)", marker.display());

    let answer = json(&folder, &[&hostile, "--via", "web1"]);

    assert_eq!(comparison(&answer), "fails_everywhere");
    assert!(!marker.exists());
}

#[test]
fn ssh_is_told_to_ask_nothing_and_to_take_the_host_for_no_option() {
    let target = answering(OK);
    let folder = stage(target, target);

    run(&folder, &[&url(target), "--via", "web1"]);

    let arguments = fs::read_to_string(folder.join("arguments")).expect("it was run");
    let lines: Vec<&str> = arguments.lines().collect();
    assert!(lines.windows(2).any(|pair| pair == ["-o", "BatchMode=yes"]), "{arguments}");
    assert!(lines.windows(2).any(|pair| pair == ["--", "web1"]), "{arguments}");
}

#[test]
fn wrong_places_are_refused_before_anything_is_sent() {
    let cases: &[&[&str]] = &[
        &["--via", "-oProxyCommand=reboot"],
        &["--via=-oProxyCommand=reboot"],
        &["--via", "a b"],
        &["--via", ""],
        &["--via", "web1", "--via-command", "-x"],
        &["--via-command", "/usr/bin/goodgate"],
        &["--control", "example.org"],
        &["--interval", "5"],
        &["--watch", "--interval", "0"],
        &["--watch", "--letter"],
        &["--letter", "--format", "json"],
    ];

    for case in cases {
        let mut arguments = vec!["http://127.0.0.1:1/"];
        arguments.extend(*case);

        let output = diagnose(&arguments).output().expect("it starts");

        assert_eq!(
            output.status.code(),
            Some(2),
            "{case:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{case:?}");
    }
}

#[test]
fn the_table_names_every_place() {
    let target = answering(NGINX_502);
    let folder = stage(target, target);

    let output = run(&folder, &[&url(target), "--via", "web1", "--via", "down"]);

    let shown = String::from_utf8(output.stdout).expect("text");
    let rows: Vec<&str> =
        shown.lines().skip_while(|line| *line != "From where it works").take(5).collect();
    assert!(rows.get(1).is_some_and(|row| row.starts_with("  here             fails")), "{shown}");
    assert!(rows.get(2).is_some_and(|row| row.starts_with("  web1             fails")), "{shown}");
    assert!(
        rows.get(3).is_some_and(|row| row.starts_with("  down             not seen")),
        "{shown}"
    );
}
