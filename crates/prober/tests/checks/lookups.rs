//! Look-ups, at a name server and at the system.

use goodgate_faults::Protocol;
use goodgate_incident::{Doubt, Outcome};

use crate::support::{Origin, Said, cause, checked, dead_port, ok, outcome};

async fn server(faults: &[&str]) -> Origin {
    Origin::start(Protocol::Dns, faults, &["app.test=127.0.0.1,::1"]).await
}

#[tokio::test]
async fn the_name_server_of_the_plan_is_asked() {
    let server = server(&[]).await;
    let page = Said::always(ok("")).await;
    let servers = format!("name_servers = [\"{}\"]", server.address);
    let port = page.address.port();

    let (name, words) = outcome(&format!("dns = \"app.test\"\n{servers}")).await;
    let url = format!("http = \"http://app.test:{port}/\"\nfamily = \"ipv4\"\n{servers}");
    let (raw, asked) = checked(&url).await;

    assert_eq!(name, Outcome::Good, "{words}");
    assert_eq!(asked.result.outcome, Outcome::Good, "{:?}", asked.failures);
    assert_eq!(raw.lookups[0].resolver, server.address.to_string());
    assert!(page.asked()[0].1.contains(&format!("Host: app.test:{port}\r\n")));
}

#[tokio::test]
async fn what_a_name_server_says_has_its_cause() {
    for (fault, expected) in [
        ("dns_nxdomain", "dns_nxdomain"),
        ("dns_servfail", "dns_server_failure"),
        ("dns_refused", "dns_server_failure"),
        ("dns_timeout", "dns_timeout"),
    ] {
        let server = server(&[fault]).await;
        let keys = format!(
            "dns = \"app.test\"\nname_servers = [\"{}\"]\ntimeout = \"300ms\"",
            server.address
        );

        assert_eq!(cause(&keys).await, Some(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_name_server_that_is_not_there_says_nothing_about_the_name() {
    let address = dead_port().await;

    let keys = format!("dns = \"app.test\"\nname_servers = [\"{address}\"]");
    let (outcome, words) = outcome(&keys).await;

    assert_eq!(outcome, Outcome::Unmeasured(Doubt::Resolver), "{words}");
}

#[tokio::test]
async fn the_system_is_asked_where_no_server_is_named() {
    let page = Said::always(ok("")).await;
    let keys = format!("http = \"http://localhost:{}/\"\nfamily = \"ipv4\"", page.address.port());

    let (raw, checked) = checked(&keys).await;

    assert_eq!(checked.result.outcome, Outcome::Good, "{:?}", checked.failures);
    assert_eq!(raw.lookups[0].resolver, "system");
}
