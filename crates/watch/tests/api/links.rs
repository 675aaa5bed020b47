//! The signed links of messages.

use goodgate_incident::{IncidentId, Timestamp};
use goodgate_watch::store::Store as _;

use crate::stand::{Answer, Stand, ago, request};

fn later() -> Timestamp {
    ago(-3_600)
}

/// Asks as a phone does: over TCP, by the public name, without a token.
fn ask(stand: &Stand, method: &str, target: &str, body: &str) -> Answer {
    stand.raw(&request(method, target, "watch.example", "", body))
}

fn acknowledged(stand: &Stand) -> Option<String> {
    let file = stand.store.incident(IncidentId(3)).wait().expect("a read").expect("an incident");
    file.incident.acknowledged.map(|(_, by)| by.to_string())
}

#[test]
fn get_shows_a_page_and_does_nothing() {
    let stand = Stand::new();
    let link = Stand::link(3, later());

    let page = ask(&stand, "GET", &link, "");
    let head = ask(&stand, "HEAD", &link, "");

    assert_eq!((page.status, head.status), (200, 200));
    assert!(page.body.contains("<form method=\"post\">"), "{}", page.body);
    assert!(page.body.contains("10.0.0.7:8080 refuses connections"));
    assert!(head.body.is_empty());
    assert_eq!(acknowledged(&stand), None);
}

#[test]
fn the_page_loads_and_runs_nothing_and_tells_nobody_its_address() {
    let stand = Stand::new();

    let page = ask(&stand, "GET", &Stand::link(3, later()), "");

    let policy = page.field("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.field("referrer-policy"), Some("no-referrer"));
    assert!(!page.body.contains("<script") && !page.body.contains("src="), "{}", page.body);
    assert!(page.body.contains("width=device-width") && page.body.contains("prefers-color-scheme"));
}

#[test]
fn post_acknowledges_and_says_who_does() {
    let stand = Stand::new();
    let link = Stand::link(3, later());

    let done = ask(&stand, "POST", &link, "by=Ann+%3Cb%3E");
    let again = ask(&stand, "POST", &link, "by=Bob");
    let shown = ask(&stand, "GET", &link, "");

    assert_eq!(done.status, 200);
    assert!(done.body.contains("Incident 3 is acknowledged"), "{}", done.body);
    assert!(done.body.contains("Ann &lt;b&gt; takes care of it now"), "{}", done.body);
    assert!(again.body.contains("Ann &lt;b&gt; takes care of it since"), "{}", again.body);
    assert!(!shown.body.contains("<form"), "{}", shown.body);
    assert_eq!(acknowledged(&stand).as_deref(), Some("Ann <b>"));
}

#[test]
fn a_name_may_stay_out() {
    let stand = Stand::new();

    assert_eq!(ask(&stand, "POST", &Stand::link(3, later()), "").status, 200);

    assert_eq!(acknowledged(&stand).as_deref(), Some("somebody, by the link in a message"));
}

#[test]
fn forged_links_do_nothing() {
    let stand = Stand::new();
    let link = Stand::link(3, later());
    let end = if link.ends_with('0') { '1' } else { '0' };
    let changed = format!("{}{end}", &link[..link.len() - 1]);

    for target in [
        changed,
        link.replace("/incident/3/", "/incident/2/"),
        link.replace("expires=", "expires=9"),
        format!("{link}&more=1"),
        "/incident/3/acknowledge".to_owned(),
        "/incident/3/acknowledge?expires=1&signature=x".to_owned(),
    ] {
        for method in ["GET", "POST"] {
            let answer = ask(&stand, method, &target, "");
            assert_eq!(answer.status, 403, "{method} {target}");
            assert!(answer.body.contains("no link of this watch"), "{}", answer.body);
        }
    }
    assert_eq!(acknowledged(&stand), None);
}

#[test]
fn an_expired_link_says_what_to_do_instead() {
    let stand = Stand::new();
    let link = Stand::link(3, ago(1));

    let (shown, sent) = (ask(&stand, "GET", &link, ""), ask(&stand, "POST", &link, ""));

    assert_eq!((shown.status, sent.status), (410, 410));
    assert!(shown.body.contains("has expired") && shown.body.contains("later message"));
    assert_eq!(acknowledged(&stand), None);
}

#[test]
fn what_is_over_or_gone_is_said_to_be() {
    let stand = Stand::new();

    let over = ask(&stand, "GET", &Stand::link(1, later()), "");
    let gone = ask(&stand, "GET", &Stand::link(99, later()), "");

    assert!(over.status == 200 && over.body.contains("is over"), "{}", over.body);
    assert_eq!(ask(&stand, "POST", &Stand::link(1, later()), "").status, 409);
    assert!(gone.status == 404 && gone.body.contains("not kept"), "{}", gone.body);
}
