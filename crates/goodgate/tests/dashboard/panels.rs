//! The panels for Grafana and the rules for Prometheus ask for what real processes print.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use goodgate_lab::wait::wait_until;
use serde_json::Value;

use super::browser;
use super::origin::Origin;
use super::support::{DASHBOARD, PATIENCE, Program};

/// Labels by the name of a metric.
type Labels = BTreeMap<String, BTreeSet<String>>;

/// Labels that Prometheus adds.
const ADDED: [&str; 2] = ["instance", "job"];

/// Words between which labels stand, and functions that take labels.
const GROUPINGS: [&str; 3] = ["by (", "on (", "without ("];

/// Reads a file of the repository.
fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads the names of metrics and their labels from what a process prints.
fn printed(text: &str, into: &mut Labels) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, _) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels =
            labels.split("\",").filter_map(|it| it.split_once("=\"")).map(|(name, _)| name);
        into.entry(name.to_owned()).or_default().extend(labels.map(str::to_owned));
    }
}

/// Reads the names of metrics in an expression, and the labels that it asks for of each.
fn asked(expression: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut all = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find("goodgate_") {
        let from = &rest[at..];
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let end = from.find(|it| !is_part(it)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        let mut labels = BTreeSet::new();
        if let Some((inner, _)) = after.strip_prefix('{').and_then(|it| it.split_once('}')) {
            let names = inner.split("\",").filter_map(|it| it.split(['=', '!', '~']).next());
            labels.extend(names.map(|it| it.trim().to_owned()));
        }
        // In a matcher of names, and in the word behind a quotation mark, it is no series.
        all.push((name.to_owned(), labels));
        rest = after;
    }
    all
}

/// Reads the labels by which an expression groups.
fn grouped(expression: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for grouping in GROUPINGS {
        for part in expression.split(grouping).skip(1) {
            let (inner, _) = part.split_once(')').expect("an end");
            all.extend(inner.split(',').map(|it| it.trim().to_owned()));
        }
    }
    all
}

/// Says what of an expression is not printed by any process.
fn missing(expression: &str, printed: &Labels) -> Vec<String> {
    let mut faults = Vec::new();
    let asked = asked(expression);
    for (name, labels) in &asked {
        let Some(known) = printed.get(name) else {
            faults.push(format!("no metric {name}"));
            continue;
        };
        for label in labels.iter().chain(&grouped(expression)) {
            if !known.contains(label) && !ADDED.contains(&label.as_str()) {
                faults.push(format!("{name} has no label {label}"));
            }
        }
    }
    if asked.is_empty() && !expression.starts_with("up{") {
        faults.push(format!("it asks for nothing: {expression}"));
    }
    faults
}

/// Returns the expressions of all panels and variables.
fn of_panels(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner.as_str() {
                    Some(text) if name == "expr" => into.push(text.to_owned()),
                    Some(text) if name == "definition" => into.extend(
                        text.strip_prefix("label_values(")
                            .filter(|it| !it.starts_with('{'))
                            .and_then(|it| it.rsplit_once(", "))
                            .map(|(series, label)| format!("sum by ({label}) ({series})")),
                    ),
                    _ => of_panels(inner, into),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| of_panels(inner, into)),
        _ => {}
    }
}

/// Returns the expressions of all rules.
fn of_rules(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(rest) = trimmed.strip_prefix("expr: ") {
            is_open = rest == "|";
            all.push(if is_open { String::new() } else { rest.to_owned() });
        } else if trimmed.starts_with("for:") || trimmed.starts_with("labels:") {
            is_open = false;
        } else if is_open && let Some(last) = all.last_mut() {
            last.push_str(trimmed);
            last.push(' ');
        }
    }
    all
}

/// A port on which nobody listens.
fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// Runs all parts in front of endpoints that are well, gone, without TLS and known by a name, and
/// returns what they print.
fn from_processes() -> Labels {
    let (origin, gone) = (Origin::start(), nobody());
    let (at, port) = (origin.address, origin.address.port());
    let program = Program::start(&format!(
        "{DASHBOARD}[[listen]]\naddress = \"127.0.0.1:0\"\n[admin]\naddress = \"127.0.0.1:0\"\n\
         [log]\naccess = \"off\"\n[upstream.app]\nendpoints = [\"http://{at}\"]\n\
         [upstream.named]\nendpoints = [\"http://localhost:{port}\"]\n\
         [upstream.gone]\nendpoints = [\"http://{gone}\"]\n\
         [upstream.plain]\nendpoints = [\"https://{at}\"]\n\
         [[route]]\nupstream = \"app\"\n[[route]]\nupstream = \"named\"\npath = \"/named\"\n\
         [[route]]\nupstream = \"gone\"\npath = \"/gone\"\nhold = \"off\"\n\
         [[route]]\nupstream = \"plain\"\npath = \"/plain\"\nhold = \"off\"\n\
         [watch]\nstore = \"FOLDER/store/watch.db\"\n[[monitor]]\nname = \"shop\"\n\
         http = \"http://{gone}/\"\ninterval = \"1s\"\n"
    ));
    let said = program.wait_for("operators ask on http://");
    let (_, admin) = said.split_once("http://").expect("an address");
    let admin: SocketAddr = admin.trim_end_matches('/').parse().expect("an address");
    for path in ["/", "/named", "/gone", "/plain"] {
        browser::get(program.gateway(), path, &[]);
    }
    let both = wait_until("all are counted", PATIENCE, || {
        let gateway = browser::get(admin, "/metrics", &[]).body;
        let watch = program.page("/metrics").body;
        let is_whole = gateway.contains("goodgate_upstream_tls_handshakes_failed_total{")
            && gateway.contains("goodgate_failures_total{upstream=\"gone\"")
            && watch.contains("goodgate_monitor_cause{");
        Ok(is_whole.then_some([gateway, watch]))
    });
    let mut labels = Labels::new();
    for text in both.expect("both print metrics") {
        printed(&text, &mut labels);
    }
    labels
}

#[test]
fn panels_and_rules_ask_for_what_processes_print() {
    let panels: Value = serde_json::from_str(&file("contrib/grafana/goodgate.json")).expect("JSON");
    let mut expressions = of_rules(&file("contrib/prometheus/goodgate.rules.yml"));
    let rules = expressions.len();
    of_panels(&panels, &mut expressions);
    assert!(rules >= 9 && expressions.len() > rules + 25, "all were read: {expressions:#?}");

    let printed = from_processes();

    let faults: Vec<String> = expressions.iter().flat_map(|it| missing(it, &printed)).collect();
    assert_eq!(faults, [""; 0], "printed: {printed:#?}");
}

#[test]
fn an_expression_for_a_metric_or_label_that_is_not_there_is_found() {
    let mut labels = Labels::new();
    printed("goodgate_a_total{x=\"1\",y=\"2\"} 3\n", &mut labels);

    let fine = "sum by (x, instance) (rate(goodgate_a_total{y=~\"$y\"}[5m]))";
    assert_eq!(missing(fine, &labels), [""; 0]);
    for wrong in ["goodgate_b", "goodgate_a_total{z=\"1\"}", "sum by (z) (goodgate_a_total)", "1"] {
        assert_eq!(missing(wrong, &labels).len(), 1, "{wrong}");
    }
}

#[test]
fn the_panels_stand_in_any_grafana() {
    let text = file("contrib/grafana/goodgate.json");
    let panels: Value = serde_json::from_str(&text).expect("JSON");

    assert_eq!(panels["schemaVersion"], 39);
    let sources = text.lines().filter(|line| line.contains("\"uid\":"));
    let other: Vec<&str> = sources
        .map(str::trim)
        .filter(|line| !line.contains("\"${datasource}\"") && !line.contains("\"goodgate\""))
        .collect();
    assert_eq!(other, [""; 0], "a source of one Grafana");
    let names = panels["templating"]["list"].as_array().expect("variables");
    let names: Vec<&str> = names.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["datasource", "instance", "upstream", "monitor"]);
    let all = panels["panels"].as_array().expect("panels");
    let ids: BTreeSet<u64> = all.iter().filter_map(|it| it["id"].as_u64()).collect();
    assert_eq!(ids.len(), all.len(), "each panel has a number of its own");
    for panel in all.iter().filter(|it| it["type"] != "row") {
        let place = &panel["gridPos"];
        let end = place["x"].as_u64().expect("x") + place["w"].as_u64().expect("w");
        assert!(end <= 24 && panel["targets"][0]["expr"].is_string(), "{panel:#}");
    }
}
