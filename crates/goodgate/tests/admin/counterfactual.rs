//! Which setting would have avoided a failure.

use serde_json::Value;

use super::support::{Gateway, OK, Origin, SILENCE, ask, nobody, until};

fn settings(day: &Value) -> Vec<Value> {
    day["settings"].as_array().expect("a list").clone()
}

#[test]
fn a_hold_that_was_too_short_is_named_once_the_endpoint_is_back() {
    let address = nobody();
    let gateway = Gateway::to(address);
    let answer = gateway.ask("/");
    assert_eq!(answer.status, 502);
    let before = gateway.record(&answer);
    assert_eq!(before["counterfactual"]["decided"], false);

    let _origin = Origin::at(address, |_| OK);
    let json = until("it is decided", || {
        gateway.ask("/");
        let json = gateway.json("/counterfactuals", "goodgate.counterfactuals/1");
        (json["undecided"] == 0).then_some(json)
    });

    let day = &json["days"][0];
    let hold =
        settings(day).into_iter().find(|it| it["key"] == "hold.time").expect("a longer hold");
    assert_eq!(hold["section"], "route \"main\"");
    assert!(hold["value"].as_str().expect("a value").ends_with('s'));
    let sentence = hold["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("[route \"main\"] hold.time = \""), "{sentence}");
    assert!(sentence.contains("would have avoided"), "{sentence}");
    let record = gateway.record(&answer);
    assert_eq!(record["counterfactual"]["decided"], true);
    let named = record["counterfactual"]["settings"].as_array().expect("settings");
    assert!(named.iter().any(|it| it["key"] == "hold.time"), "{record:#}");
    let metrics = gateway.get("/metrics").body;
    assert!(metrics.contains("goodgate_failures_avoidable_total{setting=\"hold.time\"}"));
}

#[test]
fn a_timeout_names_its_setting() {
    let silent = Origin::new(|_| SILENCE);
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\ntimeouts = {{ response_head = \"50ms\" }}\n\
         [[route]]\nupstream = \"app\"\nretry = \"off\"\n",
        silent.address
    ));

    let answer = gateway.ask("/");

    assert_eq!(answer.status, 504);
    let record = gateway.record(&answer);
    assert_eq!(record["attempts"][0]["said"], "late:timeouts.response_head");
    assert_eq!(record["counterfactual"]["settings"][0]["key"], "timeouts.response_head");
    let json = gateway.json("/counterfactuals", "goodgate.counterfactuals/1");
    let first = &settings(&json["days"][0])[0];
    assert_eq!(
        first["sentence"],
        "[upstream.app] a higher timeouts.response_head would have avoided 1 failure."
    );
}

#[test]
fn what_no_setting_avoids_is_counted_as_that() {
    let broken = Origin::new(|_| "");
    let gateway = Gateway::to(broken.address);

    let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    let answer = ask(gateway.address, request);

    assert_eq!(answer.status, 502);
    let record = gateway.record(&answer);
    let sentence = record["counterfactual"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("No setting"), "{sentence}");
    let json = gateway.json("/counterfactuals", "goodgate.counterfactuals/1");
    let day = &json["days"][0];
    assert_eq!((&day["failures"], &day["unavoidable"]), (&1.into(), &1.into()));
    assert!(settings(day).is_empty(), "{json:#}");
}

#[test]
fn what_was_not_held_does_not_say_so() {
    let gone = nobody();
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{gone}\"]\n[[route]]\nupstream = \"app\"\n\
         hold = \"off\"\n"
    ));
    gateway.ask("/");

    let record = gateway.record(&gateway.ask("/"));

    assert!(record.get("held_ms").is_none() && record.get("held_until").is_none(), "{record:#}");
    assert_eq!(record["counterfactual"]["decided"], false, "a hold may have helped");
    let metrics = gateway.get("/metrics").body;
    assert!(metrics.contains("goodgate_requests_held_total{route=\"/\",upstream=\"app\"} 0\n"));
}

#[test]
fn a_head_that_was_too_large_names_the_limit() {
    let large: &'static str = Box::leak(
        format!("HTTP/1.1 200 OK\r\nX: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(4096))
            .into_boxed_str(),
    );
    let origin = Origin::new(move |_| large);
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\nlimits = {{ header_size = \"2KiB\" }}\n\
         [[route]]\nupstream = \"app\"\nretry = \"off\"\n",
        origin.address
    ));

    let record = gateway.record(&gateway.ask("/"));

    assert_eq!(record["cause"], "response_header_too_large");
    assert_eq!(record["attempts"][0]["proof"], "The head is longer than the limit.");
    assert_eq!(record["counterfactual"]["settings"][0]["key"], "limits.header_size");
}
