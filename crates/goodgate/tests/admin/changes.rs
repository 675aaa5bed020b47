//! Draining by hand, reloading, and the end.

use super::support::{Gateway, Origin, until};

fn two(one: &Origin, other: &Origin) -> Gateway {
    Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\", \"http://{}\"]\nbalance = \"round_robin\"\n\
         slow_start = \"off\"\n[[route]]\nupstream = \"app\"\nhold = {{ time = \"50ms\" }}\n",
        one.address, other.address
    ))
}

#[test]
fn a_drained_endpoint_gets_nothing_until_it_is_undrained() {
    let (one, other) = (Origin::fine(), Origin::fine());
    let gateway = two(&one, &other);
    for _ in 0..4 {
        assert_eq!(gateway.ask("/").status, 200);
    }
    assert_eq!((one.requests(), other.requests()), (2, 2));

    let drained = gateway.post(&format!("/upstreams/app/endpoints/{}/drain", one.address));
    assert_eq!(drained.status, 200, "{drained:?}");
    let json = drained.json();
    assert_eq!((&json["schema"], &json["draining"]), (&"goodgate.drain/1".into(), &true.into()));
    assert_eq!(json["endpoints"][0]["connections_kept"], 0);
    for _ in 0..4 {
        assert_eq!(gateway.ask("/").status, 200);
    }
    assert_eq!((one.requests(), other.requests()), (2, 6));
    let shown = gateway.json("/upstreams/app", "goodgate.upstream/1");
    let endpoint = &shown["upstream"]["endpoints"][0];
    assert_eq!(endpoint["drained_by_hand"], true);
    assert!(endpoint["why"].as_str().expect("a sentence").contains("by hand"));

    let back = gateway.post(&format!("/upstreams/app/endpoints/{}/undrain", one.address));
    assert_eq!(back.status, 200, "{back:?}");
    until("it gets requests again", || {
        gateway.ask("/");
        (one.requests() > 2).then_some(())
    });
}

#[test]
fn draining_the_last_endpoint_is_done_and_warned_of() {
    let (one, other) = (Origin::fine(), Origin::fine());
    let gateway = two(&one, &other);

    let first = gateway.post(&format!("/upstreams/app/endpoints/{}/drain", one.address)).json();
    let last = gateway.post(&format!("/upstreams/app/endpoints/{}/drain", other.address)).json();

    assert!(first.get("warning").is_none());
    assert!(last["warning"].as_str().expect("a warning").contains("No endpoint of app"));
    let answer = gateway.ask("/");
    assert_eq!(answer.status, 503);
    let record = gateway.record(&answer);
    assert_eq!((&record["cause"], &record["end"]), (&"no_live_upstream".into(), &"refused".into()));
    assert_eq!(record["endpoints"][0]["standing"], "draining");
    assert_eq!(record["held_until"], "its_time_was_over");
}

#[test]
fn a_drain_outlives_a_reload() {
    let (one, other) = (Origin::fine(), Origin::fine());
    let gateway = two(&one, &other);
    gateway.post(&format!("/upstreams/app/endpoints/{}/drain", one.address));
    let path = gateway.folder.join("goodgate.toml");
    let text = std::fs::read_to_string(&path).expect("the configuration");
    std::fs::write(&path, text.replace("round_robin", "least_request")).expect("written");

    let reloaded = gateway.post("/reload");

    assert_eq!(reloaded.status, 200, "{reloaded:?}");
    assert_eq!(reloaded.json()["schema"], "goodgate.reload/1");
    let shown = gateway.json("/upstreams/app", "goodgate.upstream/1");
    assert_eq!(shown["upstream"]["settings"]["balance"], "least_request");
    assert_eq!(shown["upstream"]["endpoints"][0]["drained_by_hand"], true);
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let (one, other) = (Origin::fine(), Origin::fine());
    let gateway = two(&one, &other);

    let upstream = gateway.post("/upstreams/nope/endpoints/127.0.0.1:1/drain");
    let endpoint = gateway.post("/upstreams/app/endpoints/127.0.0.1:1/drain");

    assert_eq!((upstream.status, endpoint.status), (404, 404));
    assert!(upstream.body.contains("there is app"), "{}", upstream.body);
    assert!(endpoint.body.contains(&other.address.to_string()), "{}", endpoint.body);
}

#[test]
fn a_configuration_with_an_error_is_refused_with_its_place() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    let path = gateway.folder.join("goodgate.toml");
    let text = std::fs::read_to_string(&path).expect("the configuration");
    std::fs::write(&path, format!("{text}hodl = \"off\"\n")).expect("written");

    let refused = gateway.post("/reload");

    assert_eq!(refused.status, 422);
    let detail = refused.json()["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.contains("hodl") && detail.contains("goodgate.toml:"), "{detail}");
    assert_eq!(gateway.ask("/").status, 200);
}

#[test]
fn an_ending_gateway_says_so() {
    let origin = Origin::fine();
    let gateway = Gateway::with(&format!(
        "[upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n\
         [shutdown]\ndelay = \"60s\"\n",
        origin.address
    ));

    gateway.terminate();

    let health = until("it drains", || {
        Some(gateway.admin("GET", "/health", "")).filter(|health| health.status == 503)
    });
    assert_eq!(health.json()["status"], "draining");
}

#[test]
fn an_address_with_slashes_is_percent_encoded() {
    let gateway = Gateway::with(
        "[upstream.app]\nendpoints = [\"unix:/nowhere/app.sock\"]\n[[route]]\nupstream = \"app\"\n",
    );

    let drained = gateway.post("/upstreams/app/endpoints/unix:%2Fnowhere%2Fapp.sock/drain");

    assert_eq!(drained.status, 200, "{drained:?}");
    assert_eq!(drained.json()["endpoints"][0]["address"], "unix:/nowhere/app.sock");
}
