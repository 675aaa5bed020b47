//! Which steps a check takes.

use std::time::Duration;

use goodgate_evidence::probe::{Connect, LookupOutcome};
use goodgate_incident::{Doubt, Outcome};

use super::script::{Line, answer, judged, plan, went, words};
use crate::check::{Request, Step, judge};
use crate::settings::Method;

fn endpoint(step: &Step) -> Option<String> {
    match step {
        Step::Lookup { .. } => None,
        Step::Connect(to) | Step::Handshake(to, _) => Some(to.endpoint.to_string()),
        Step::Ask(request) => Some(request.to.endpoint.to_string()),
    }
}

fn requests(steps: &[Step]) -> Vec<&Request> {
    let asked = steps.iter().map(|step| match step {
        Step::Ask(request) => Some(request.as_ref()),
        _ => None,
    });
    asked.flatten().collect()
}

fn open() -> Line {
    Line::Connect(Connect::Connected, 1)
}

fn to(location: &str, status: u16) -> Line {
    Line::Answered(answer(status, &[("location", location)], ""))
}

const ALL: &[&str] = &["10.0.0.9", "10.0.0.7", "::1", "10.0.0.8"];

#[test]
fn each_check_takes_the_next_address() {
    let plan = plan("tcp = \"a.example:80\"");
    let taken: Vec<String> = (0..5)
        .map(|turn| {
            let (_, steps) = went(&plan, turn, [Line::Addresses(ALL), open()]);
            endpoint(&steps[1]).unwrap()
        })
        .collect();

    let expected = ["10.0.0.7:80", "10.0.0.8:80", "10.0.0.9:80", "[::1]:80", "10.0.0.7:80"];
    assert_eq!(taken, expected);
}

#[test]
fn each_check_asks_the_next_name_server() {
    let plan = plan("dns = \"a.example\"\nname_servers = [\"10.0.0.1:53\", \"10.0.0.2:53\"]");
    let asked: Vec<String> = (0..3)
        .map(|turn| match went(&plan, turn, [Line::Addresses(&["::1"])]).1.as_slice() {
            [Step::Lookup { name, server: Some(server) }] => format!("{name} {server}"),
            other => panic!("{other:?}"),
        })
        .collect();

    assert_eq!(asked, ["a.example 10.0.0.1:53", "a.example 10.0.0.2:53", "a.example 10.0.0.1:53"]);
}

#[test]
fn only_the_wanted_family_is_used() {
    let wanted = plan("tcp = \"a.example:80\"\nfamily = \"ipv6\"");

    let (_, steps) = went(&wanted, 7, [Line::Addresses(&["10.0.0.7", "::1"]), open()]);
    assert_eq!(endpoint(&steps[1]).as_deref(), Some("[::1]:80"));
    let none = judged(&wanted, [Line::Addresses(&["10.0.0.7"])]);
    assert_eq!(words(&none), ["a.example has no address of the wanted family"]);
    assert!(matches!(none.result.outcome, Outcome::Bad { cause: None, .. }));
}

#[test]
fn a_host_without_ipv6_says_nothing_about_a_server_that_has_it() {
    let plan = plan("tcp = \"a.example:80\"");
    let no_way = || Line::Connect(Connect::NetworkUnreachable, 0);

    let (raw, steps) = went(&plan, 1, [Line::Addresses(&["10.0.0.7", "::1"]), no_way(), open()]);

    assert_eq!(endpoint(&steps[2]).as_deref(), Some("10.0.0.7:80"));
    assert_eq!(judge(&plan, &raw).result.outcome, Outcome::Good);
    assert_eq!(raw.attempts.len(), 2, "the failed attempt is kept");
    let alone = judged(&plan, [Line::Addresses(&["::1"]), no_way()]);
    assert_eq!(alone.result.outcome, Outcome::Unmeasured(Doubt::Network));
}

#[test]
fn a_failed_address_is_not_covered_up_by_a_good_one() {
    let plan = plan("tcp = \"a.example:80\"");

    let lines = [Line::Addresses(&["10.0.0.7", "10.0.0.8"]), Line::Connect(Connect::Refused, 1)];
    let checked = judged(&plan, lines);

    assert_eq!(words(&checked), ["10.0.0.7:80 refused the connection"]);
}

#[test]
fn redirects_of_the_same_host_are_followed_on_the_same_address() {
    let plan = plan("http = \"https://a.example/x\"\nmethod = \"POST\"\nbody = \"b\"");
    let lines = [
        Line::Addresses(&["10.0.0.7", "10.0.0.8"]),
        to("/y", 307),
        to("https://a.example:8443/z", 302),
        Line::Answered(answer(200, &[], "")),
    ];

    let (raw, steps) = went(&plan, 1, lines);

    let seen: Vec<String> = requests(&steps)
        .iter()
        .map(|one| {
            format!(
                "{} {} {}{} {:?}",
                one.method.word(),
                one.to.endpoint,
                one.authority,
                one.target,
                one.body
            )
        })
        .collect();
    let expected = [
        "POST 10.0.0.8:443 a.example/x Some(\"b\")",
        "POST 10.0.0.8:443 a.example/y Some(\"b\")",
        "GET 10.0.0.8:8443 a.example:8443/z None",
    ];
    assert_eq!(seen, expected);
    assert_eq!(judge(&plan, &raw).result.outcome, Outcome::Good);
}

#[test]
fn redirects_that_lead_astray_fail_the_check() {
    let few = "follow = 1";
    for (keys, redirects, expected) in [
        ("", vec!["https://b.example/"], "the redirect leads to another host, b.example"),
        ("", vec!["http://a.example/"], "the redirect leads from https:// to http://"),
        ("", vec!["ftp://a.example/"], "the redirect has no URL of HTTP"),
        (few, vec!["/a", "/b"], "there were more than 1 redirects"),
        ("follow_hosts = \"b.example\"", vec!["https://c.example/"], "another host, c.example"),
    ] {
        let plan = plan(&format!("http = \"https://a.example/\"\n{keys}"));
        let lines = [Line::Addresses(&["10.0.0.7"])].into_iter();
        let lines = lines.chain(redirects.iter().map(|location| to(location, 302)));

        let checked = judged(&plan, lines);

        assert!(
            words(&checked).iter().any(|words| words.contains(expected)),
            "{:?}",
            words(&checked)
        );
    }
}

#[test]
fn a_check_meets_its_own_target_and_not_what_it_is_led_to() {
    let plan = plan("http = \"https://a.example/\"\nfollow_hosts = \"b.example\"");
    let lines = [
        Line::Addresses(&["10.0.0.8", "10.0.0.7"]),
        to("https://b.example/", 302),
        Line::Addresses(&["10.0.0.9"]),
        Line::Answered(answer(200, &[], "")),
    ];

    let met = judged(&plan, lines).met;

    let addresses: Vec<String> = met.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.7", "10.0.0.8"]);
    let (sha256, _) = met.certificate.expect("a certificate");
    assert_eq!(*sha256, *"ab".repeat(32));
}

#[test]
fn without_follow_a_redirect_is_the_answer() {
    let plan = plan("http = \"https://10.0.0.7/\"\nfollow = 0\nexpect.status = 302");

    assert_eq!(judged(&plan, [to("https://b.example/", 302)]).result.outcome, Outcome::Good);
}

#[test]
fn secrets_go_to_the_host_that_they_are_for_and_to_no_other() {
    let keys = "http = \"https://a.example/\"\nsecret_headers = { Authorization = \"env:T\" }\n\
                headers = { X-A = \"1\" }\nfollow_hosts = \"b.example\"";
    let lines = [
        Line::Addresses(&["10.0.0.7"]),
        to("https://b.example/", 302),
        Line::Addresses(&["10.0.0.8"]),
        Line::Answered(answer(200, &[], "")),
    ];

    let (_, steps) = went(&plan(keys), 0, lines);

    let sent: Vec<Vec<String>> = requests(&steps)
        .iter()
        .map(|one| one.headers.iter().map(|header| header.name.to_string()).collect())
        .collect();
    assert_eq!(sent, [vec!["x-a", "authorization"], vec!["x-a"]]);
    assert!(!format!("{steps:?}").contains("s3cr3t"));
}

#[test]
fn a_handshake_is_for_the_name_that_is_wanted() {
    let plan = plan("tls = \"10.0.0.7:443\"\nserver_name = \"a.example\"");

    let (_, steps) = went(&plan, 0, [Line::Shaken(super::script::handshake(9))]);

    let [Step::Handshake(_, secured)] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(secured.server_name.as_ref(), "a.example");
}

#[test]
fn a_prober_that_hangs_does_not_hold_up_the_check() {
    let plan = plan("tcp = \"10.0.0.7:80\"\ntimeout = \"100ms\"");

    let (raw, _) = went(&plan, 0, [Line::Silence]);

    assert!(raw.overran && raw.took >= Duration::from_millis(600), "{:?}", raw.took);
    assert_eq!(judge(&plan, &raw).result.outcome, Outcome::Unmeasured(Doubt::Processor));
}

#[test]
fn a_heartbeat_is_never_asked_for() {
    let plan = plan("heartbeat = \"1m\"");

    let (raw, steps) = went(&plan, 0, []);

    assert!(steps.is_empty());
    assert!(matches!(judge(&plan, &raw).result.outcome, Outcome::Unmeasured(_)));
}

#[test]
fn a_name_that_does_not_exist_is_bad() {
    let checked =
        judged(&plan("dns = \"a.example\""), [Line::NoAddress(LookupOutcome::NoSuchName)]);

    assert_eq!(words(&checked), ["system asked for a.example: there is no such name"]);
    assert!(matches!(checked.result.outcome, Outcome::Bad { cause: Some("dns_nxdomain"), .. }));
}

#[test]
fn a_dead_man_url_is_kept_out_of_everything_that_is_shown() {
    let plan = plan("beat = \"https://10.0.0.7/ping/0b1ce9e2\"\nmethod = \"HEAD\"");

    // The answer repeats it, as servers do.
    let fields = &[("location", "https://10.0.0.7/ping/0b1ce9e2/")];
    let said = answer(404, fields, "there is no /ping/0b1ce9e2");
    let (raw, steps) = went(&plan, 0, [Line::Answered(said)]);
    let checked = judge(&plan, &raw);

    assert_eq!(requests(&steps)[0].target, "/ping/0b1ce9e2");
    assert_eq!(requests(&steps)[0].method, Method::Head);
    let shown = format!(
        "{plan:?} {checked:?} {}",
        String::from_utf8_lossy(checked.evidence.as_deref().unwrap())
    );
    assert!(!shown.contains("0b1ce9e2"), "{shown}");
}

#[test]
fn only_a_url_that_visitors_ask_for_is_examined() {
    let keys = "http = \"https://a.example/x\"\norigin = \"http://10.0.0.7:8080/\"";
    let text = format!("[watch]\nexamination_requests = 9\n[[monitor]]\nname = \"a\"\n{keys}\n");
    let reading = crate::settings::read(
        "goodgate.toml",
        text.as_bytes(),
        std::path::Path::new("/"),
        super::script::NOW,
    );
    let (monitor, watch) = (&reading.value.monitor[0], &reading.value.watch);

    let suspicion = plan(keys).suspicion(monitor, watch, super::script::NOW).unwrap();

    assert_eq!(suspicion.url.to_string(), "https://a.example/x");
    assert_eq!(
        suspicion.origin.map(|origin| origin.to_string()).as_deref(),
        Some("http://10.0.0.7:8080/")
    );
    assert_eq!(suspicion.requests, 9);
    for keys in ["tcp = \"a:1\"", "beat = \"https://a/\"", "status_page = \"https://a/\""] {
        assert!(plan(keys).suspicion(monitor, watch, super::script::NOW).is_none(), "{keys}");
    }
}
