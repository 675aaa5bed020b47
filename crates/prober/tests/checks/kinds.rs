//! Whole plans of all seven kinds, where all is well and where it is not.

use goodgate_faults::Protocol;
use goodgate_incident::{Doubt, Outcome};

use crate::support::{Origin, Said, dead_port, ok, outcome};

const ALL_WELL: &str = r#"{"status":{"indicator":"none","description":"All Systems Operational"}}"#;
const MAJOR: &str = r#"{"status":{"indicator":"major","description":"Major Outage"}}"#;

#[tokio::test]
async fn every_kind_is_good_where_all_is_well() {
    let page = Said::always(ok("hello")).await;
    let status = Said::always(ok(ALL_WELL)).await;
    let secure = Origin::start(Protocol::Https, &[], &[]).await;
    let names = Origin::start(Protocol::Dns, &[], &["app.test=127.0.0.1"]).await;

    for keys in [
        format!("http = \"http://{}/\"\nexpect = {{ body_contains = [\"hello\"] }}", page.address),
        format!("tcp = \"{}\"", page.address),
        format!("tls = \"{}\"\n{}", secure.address, secure.trusted()),
        format!("dns = \"app.test\"\nname_servers = [\"{}\"]", names.address),
        format!("beat = \"http://{}/ping\"", page.address),
        format!("status_page = \"http://{}/api/v2/status.json\"", status.address),
    ] {
        let (outcome, words) = outcome(&keys).await;

        assert_eq!(outcome, Outcome::Good, "{keys}: {words}");
    }
}

#[tokio::test]
async fn every_kind_is_bad_where_its_target_fails() {
    let dead = dead_port().await;
    let bad = Said::always("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n").await;
    let status = Said::always(ok(MAJOR)).await;
    let names = Origin::start(Protocol::Dns, &["dns_nxdomain"], &["app.test=127.0.0.1"]).await;

    for keys in [
        format!("http = \"http://{}/\"", bad.address),
        format!("tcp = \"{dead}\""),
        format!("tls = \"{}\"\ntimeout = \"1s\"", bad.address),
        format!("dns = \"app.test\"\nname_servers = [\"{}\"]", names.address),
        format!("beat = \"http://{}/ping\"", bad.address),
        format!("status_page = \"http://{}/api/v2/status.json\"", status.address),
    ] {
        let (outcome, words) = outcome(&keys).await;

        assert!(matches!(outcome, Outcome::Bad { .. }), "{keys}: {outcome:?} {words}");
    }
}

#[tokio::test]
async fn nothing_is_sent_for_a_heartbeat_that_is_waited_for() {
    let (outcome, words) = outcome("heartbeat = \"1m\"").await;

    assert_eq!(outcome, Outcome::Unmeasured(Doubt::Resources), "{words}");
}
