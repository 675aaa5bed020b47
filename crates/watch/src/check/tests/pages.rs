//! Status pages of third parties.

use goodgate_incident::{Component, Doubt, Outcome};

use super::script::{Line, answer, judged, plan, words};
use crate::check::Checked;

fn read(keys: &str, status: u16, body: &str) -> Checked {
    let keys = format!("status_page = \"https://10.0.0.7/\"\nprovider = \"acme\"\n{keys}");
    judged(&plan(&keys), [Line::Answered(answer(status, &[], body))])
}

const SUMMARY: &str = r#"{
    "status": {"indicator": "minor", "description": "Partial System Outage"},
    "components": [
        {"name": "API", "status": "operational"},
        {"name": "CDN/Cache", "status": "partial_outage"},
        {"name": "Builds", "status": "under_maintenance"}
    ]
}"#;

#[test]
fn an_outage_is_told_of_the_provider() {
    let checked = read("", 200, SUMMARY);

    assert_eq!(words(&checked), ["the status page says: Partial System Outage (minor)"]);
    let Outcome::Bad { cause: None, components } = &checked.result.outcome else {
        panic!("{:?}", checked.result.outcome)
    };
    assert!(components.contains(&Component::Dependency("acme".into())));
}

#[test]
fn only_the_parts_that_count_are_looked_at() {
    assert_eq!(
        read("components = [\"api\", \"Builds\"]", 200, SUMMARY).result.outcome,
        Outcome::Good
    );
    let checked = read("components = [\"CDN/Cache\"]", 200, SUMMARY);
    assert_eq!(words(&checked), ["the status page says of CDN/Cache: partial_outage"]);
    let none = read("components = [\"Mail\"]", 200, SUMMARY);
    assert_eq!(none.result.outcome, Outcome::Unmeasured(Doubt::Resources));
}

#[test]
fn a_page_that_cannot_be_read_says_nothing_about_the_provider() {
    for (keys, status, body) in [
        ("", 502, SUMMARY),
        ("", 200, "<html></html>"),
        ("", 200, "{}"),
        ("", 200, "{"),
        ("", 200, ""),
        ("feed = \"statuspage\"", 200, "<rss/>"),
        ("feed = \"rss\"", 200, SUMMARY),
        ("", 200, "<!DOCTYPE a [<!ENTITY b \"c\">]><rss>&b;</rss>"),
    ] {
        let checked = read(keys, status, body);
        assert_eq!(checked.result.outcome, Outcome::Unmeasured(Doubt::Resources), "{keys} {body}");
        assert!(
            words(&checked)[0].starts_with("the status page cannot be read"),
            "{:?}",
            words(&checked)
        );
    }
}

fn rss(title: &str, description: &str, date: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>x</title><item><title>{title}</title>\
         <description>{description}</description><pubDate>{date}</pubDate></item></channel></rss>"
    )
}

#[test]
fn an_entry_of_a_feed_counts_while_it_is_open() {
    const TODAY: &str = "Mon, 23 Nov 2026 10:00:00 +0000";
    const LONG_AGO: &str = "Mon, 16 Nov 2026 10:00:00 GMT";
    let investigating =
        "&lt;p&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - API errors&lt;/p&gt;";
    let resolved = "&lt;p&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - API&lt;/p&gt;";
    let planned = "&lt;small&gt;x&lt;/small&gt;&lt;strong&gt;Scheduled&lt;/strong&gt; - upgrade";
    for (keys, text, date, is_good) in [
        ("", investigating, TODAY, false),
        ("", resolved, TODAY, true),
        ("", planned, TODAY, true),
        ("", investigating, LONG_AGO, true),
        ("", investigating, "yesterday", true),
        ("components = [\"api\"]", investigating, TODAY, false),
        ("components = [\"dns\"]", investigating, TODAY, true),
    ] {
        let checked = read(keys, 200, &rss("Errors &amp; delays", text, date));
        assert_eq!(checked.result.outcome == Outcome::Good, is_good, "{keys} {text} {date}");
        if !is_good {
            assert_eq!(words(&checked), ["the status page says: Errors & delays"]);
        }
    }
}

#[test]
fn atom_is_read_like_rss() {
    let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Down</title>\
                <updated>2026-11-23T11:00:00Z</updated><content type=\"html\">Investigating</content>\
                </entry></feed>";

    assert_eq!(words(&read("", 200, feed)), ["the status page says: Down"]);
}

#[test]
fn what_a_page_tells_is_a_dependencys() {
    let keys = "status_page = \"https://10.0.0.7/\"\nprovider = \"acme\"";
    let plan = plan(keys);
    let checked = judged(&plan, [Line::Answered(answer(200, &[], SUMMARY))]);

    let finding = checked.finding(&plan).expect("it is bad");

    assert_eq!(finding.blame, Some(goodgate_evidence::Blame::Dependency));
    assert!(finding.summary.contains("Partial System Outage"), "{}", finding.summary);
}

proptest::proptest! {
    #[test]
    fn no_page_makes_it_panic(body in "(<[a-z/!?]{0,6}>|[{}\\[\\]\":, a-z<>&;é]){0,40}") {
        let checked = read("", 200, &body);

        proptest::prop_assert!(checked.failures.iter().all(|one| !one.words.is_empty()));
    }
}
