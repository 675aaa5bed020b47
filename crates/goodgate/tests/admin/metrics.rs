//! The metrics, read by a strict reader of the format.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{Gateway, Origin, ask, nobody, until};

/// Metrics by name and labels.
#[derive(Debug, Default)]
struct Metrics {
    samples: BTreeMap<String, f64>,
    kinds: BTreeMap<String, String>,
}

/// Reads the text format, version 0.0.4, and panics where it is broken.
fn read(text: &str) -> Metrics {
    assert!(text.ends_with('\n'), "the last line ends");
    let mut metrics = Metrics::default();
    let mut helped = BTreeSet::new();
    let mut family: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a text");
            assert!(is_name(name) && !help.is_empty(), "{line}");
            assert!(helped.insert(name.to_owned()), "HELP twice: {line}");
            family = None;
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a kind");
            assert!(matches!(kind, "counter" | "gauge" | "histogram"), "{line}");
            assert!(helped.contains(name), "HELP comes first: {line}");
            let before = metrics.kinds.insert(name.to_owned(), kind.to_owned());
            assert_eq!(before, None, "TYPE twice: {line}");
            family = Some((name.to_owned(), kind.to_owned()));
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let value: f64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
            let name = series.split('{').next().expect("a name");
            let (of, kind) = family.as_ref().expect("TYPE comes first");
            let suffix = name.strip_prefix(of.as_str()).unwrap_or_else(|| panic!("{line}: {of}"));
            let known: &[&str] =
                if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(known.contains(&suffix), "{line}");
            assert!(kind != "counter" || name.ends_with("_total"), "{line}");
            labels(series, line);
            let before = metrics.samples.insert(series.to_owned(), value);
            assert_eq!(before, None, "the same series twice: {line}");
        }
    }
    metrics
}

fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_lowercase());
    begins && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// Reads `{name="value",…}`.
fn labels(series: &str, line: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = series.split_once('{') else { return Vec::new() };
    let mut rest = rest.strip_suffix('}').unwrap_or_else(|| panic!("no end: {line}"));
    let mut found: Vec<(String, String)> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no value: {line}"));
        assert!(is_name(name), "{line}");
        assert!(found.iter().all(|(known, _)| known != name), "a label twice: {line}");
        let mut value = String::new();
        let mut letters = after.char_indices();
        let end = loop {
            let (at, letter) = letters.next().unwrap_or_else(|| panic!("no end: {line}"));
            match letter {
                '"' => break at,
                '\\' => value.push(letters.next().expect("an escaped letter").1),
                other => value.push(other),
            }
        };
        found.push((name.to_owned(), value));
        rest = after[end + 1..].strip_prefix(',').unwrap_or(&after[end + 1..]);
    }
    found
}

impl Metrics {
    /// Adds up all series that begin with a text.
    fn sum(&self, start: &str) -> f64 {
        let series = self.samples.iter().filter(|(series, _)| series.starts_with(start));
        series.map(|(_, value)| value).sum()
    }

    fn get(&self, series: &str) -> f64 {
        *self.samples.get(series).unwrap_or_else(|| panic!("no {series} in {:#?}", self.samples))
    }
}

#[test]
fn the_text_is_well_formed_and_counts_what_happened() {
    let (origin, gone) = (Origin::fine(), nobody());
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n[upstream.old]\nendpoints = [\"http://{gone}\"]\n\
         [[route]]\nupstream = \"app\"\nname = \"main \\\"a\\\"\"\n[[route]]\nupstream = \"old\"\n\
         path = \"/old\"\nhold = \"off\"\n",
        origin.address
    ));
    for path in ["/", "/", "/old"] {
        gateway.ask(path);
    }
    ask(gateway.address, "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n");

    let (answer, metrics) = until("all are counted", || {
        let answer = gateway.get("/metrics");
        let metrics = read(&answer.body);
        (metrics.sum("goodgate_requests_total{") == 3.0
            && metrics.sum("goodgate_requests_malformed_total{class=") == 1.0)
            .then_some((answer, metrics))
    });

    assert_eq!(answer.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let main = r#"route="main \"a\"",upstream="app""#;
    let requests = format!("goodgate_requests_total{{{main},end=\"answered\",status=\"2xx\"}}");
    assert_eq!(metrics.get(&requests), 2.0);
    let failed =
        r#"goodgate_requests_total{route="/old",upstream="old",end="failed",status="5xx"}"#;
    assert_eq!(metrics.get(failed), 1.0);
    let cause = r#"goodgate_failures_total{upstream="old",cause="connect_refused",seen="yes"}"#;
    assert!(metrics.get(cause) >= 1.0);
    assert_eq!(metrics.get(&format!("goodgate_request_duration_seconds_count{{{main}}}")), 2.0);
    let most = format!("goodgate_request_duration_seconds_bucket{{{main},le=\"+Inf\"}}");
    assert_eq!(metrics.get(&most), 2.0);
    let standing = format!(
        "goodgate_endpoint_standing{{upstream=\"old\",endpoint=\"{gone}\",standing=\"down\"}}"
    );
    assert_eq!(metrics.get(&standing), 1.0);
    assert!(
        metrics.get(&format!("goodgate_endpoint_breaker{{upstream=\"old\",endpoint=\"{gone}\"}}"))
            > 0.0
    );
    assert_eq!(metrics.get("goodgate_log_lines_dropped_total"), 0.0);
    assert!(metrics.get("goodgate_client_connections_total") >= 4.0);
}

#[test]
fn buckets_only_grow() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    for _ in 0..5 {
        gateway.ask("/");
    }

    let buckets = until("all are counted", || {
        let text = gateway.get("/metrics").body;
        let name = "goodgate_request_duration_seconds_bucket";
        let lines = text.lines().filter(|line| line.starts_with(name));
        let values = lines.map(|line| line.rsplit(' ').next().expect("a value"));
        let values: Vec<f64> = values.map(|it| it.parse().expect("a number")).collect();
        (values.last() == Some(&5.0)).then_some(values)
    });

    assert!(buckets.len() > 10 && buckets.is_sorted(), "{buckets:?}");
}

#[test]
fn hostile_clients_make_no_new_series() {
    let origin = Origin::fine();
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n\
         host = [\"a.example\", \"*.b.example\"]\n",
        origin.address
    ));
    let odd = |number: usize| {
        for host in [format!("{number}.b.example"), format!("{number}.evil")] {
            let request = format!(
                "GET /{number}?{number} HTTP/1.1\r\nHost: {host}\r\nX-Request-Id: id-{number}\r\n\
                 User-Agent: {number}\r\n\r\n"
            );
            ask(gateway.address, &request);
        }
    };
    let counted = |requests: f64| {
        until("all are counted", || {
            let metrics = read(&gateway.get("/metrics").body);
            (metrics.sum("goodgate_requests_total{") == requests).then_some(metrics)
        })
    };
    odd(0);
    let before = counted(2.0);

    (1..200).for_each(odd);

    let after = counted(400.0);
    assert!(before.samples.keys().eq(after.samples.keys()), "{after:#?}");
}
