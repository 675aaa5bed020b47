//! Monitors that are replaced, and changes that concern many.

use super::*;

#[tokio::test]
async fn what_is_found_of_a_target_that_was_replaced_says_nothing_of_the_new_one() {
    let stand = Stand::held("replaced").await;
    stand.check("web", Outcome::Good).await;
    stand.fail("web").await;
    stand.until("web", State::Suspect).await;
    stand.until_examined(1).await;

    let text = CONFIGURATION.replace("http://192.0.2.1/\"", "http://192.0.2.2/\"");
    stand.desk.follow(configuration(&text)).await.unwrap();
    // What is suspected is examined again, at its new place.
    stand.until_examined(2).await;
    stand.release(1);
    while stand.told.gate.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..50 {
        assert_eq!(stand.view("web").await.state, State::Suspect);
    }
    stand.release(1);
    let view = stand.until("web", State::Down).await;

    assert_eq!(view.finding.unwrap().summary, "http://192.0.2.2/ refuses connections");
}

#[tokio::test]
async fn maintenance_ends_with_a_configuration_that_has_none() {
    let window = "maintenance = [{ from = \"11:00\", until = \"13:00\", zone = \"UTC\" }]";
    let text = CONFIGURATION.replace("tags = [\"shop\"]", window);
    let stand = Stand::with("maintenance", &text).await;
    stand.until("web", State::Maintenance).await;

    stand.desk.follow(configuration(CONFIGURATION)).await.unwrap();

    stand.until("web", State::Unknown).await;
}

#[tokio::test]
async fn a_change_of_what_nobody_watches_stands_beside_no_incident() {
    let stand = Stand::new("marker", Some("connect_refused")).await;
    let marker = |tag: &str, text: &str| Marker {
        at: calendar(),
        kind: "deploy".into(),
        text: text.to_owned(),
        source: "cli".into(),
        tags: BTreeSet::from([tag.into()]),
    };
    stand.desk.mark(marker("elsewhere", "not here")).await.unwrap();
    stand.desk.mark(marker("shop", "here")).await.unwrap();
    stand.fail("web").await;
    stand.until("web", State::Down).await;

    let file = stand.kept(1, |file| !file.deliveries.is_empty()).await;

    let markers: Vec<&str> = file
        .timeline
        .iter()
        .filter(|line| &*line.kind == "marker")
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(markers, ["deploy here"]);
}

#[tokio::test]
async fn an_hour_of_many_deployments_does_not_keep_anybody_from_being_told() {
    let stand = Stand::new("deployments", Some("connect_refused")).await;
    for number in 0..64 {
        let marker = Marker {
            at: calendar(),
            kind: "deploy".into(),
            text: format!("{number} {}", "x".repeat(180)),
            source: "a pipeline with a long name ".repeat(6).as_str().into(),
            tags: BTreeSet::new(),
        };
        stand.desk.mark(marker).await.unwrap();
    }
    stand.fail("web").await;
    stand.until("web", State::Down).await;

    let file = stand.kept(1, |file| !file.deliveries.is_empty()).await;

    let details = &file.deliveries[0].alert.details;
    assert!(details.len() <= crate::store::limits::ALERT_DETAILS);
    assert!(details.contains("63 xxx"), "the latest change is told");
}

#[tokio::test]
async fn many_targets_that_appear_at_once_are_told_to_the_engine_before_one_of_them_fails() {
    let text = restart::night("");
    let stand = Stand::with("many", &text).await;
    for number in 0..50 {
        let mut target = source(&MonitorId(format!("gateway/r{number}").into()));
        target.policy = Some("night".into());
        stand.desk.tell(Input::Appeared(target)).await;
    }
    let id = MonitorId("gateway/r49".into());
    stand.desk.tell(heard(&id, Outcome::Good, None)).await;
    stand.desk.tell(heard(&id, bad(), Some(finding()))).await;
    let view = stand.until("gateway/r49", State::Partial).await;

    assert_eq!(view.incident, Some(IncidentId(1)));
    assert_eq!(stand.view("gateway/r49").await.incident, Some(IncidentId(1)));
    let file = stand.kept(1, |file| !file.deliveries.is_empty()).await;
    let channels: Vec<&str> = file.deliveries.iter().map(|one| &*one.alert.channel.0).collect();
    assert_eq!(channels, ["night"]);
}

const ORDERS: &str = r#"
[[monitor]]
name = "orders"
http = "http://192.0.2.1/orders"
method = "POST"
body = "{}"

[[channel]]
name = "hook"
webhook = { url = "http://127.0.0.1:9/" }
"#;

fn kinds(file: &IncidentFile) -> BTreeSet<&str> {
    file.evidence.iter().map(|one| &*one.kind).collect()
}

#[tokio::test]
async fn what_changes_something_is_down_at_once_where_a_get_fails_alike() {
    let stand = Stand::with("post-alike", ORDERS).await;

    stand.check("orders", Outcome::Good).await;
    stand.fail("orders").await;
    let view = stand.until("orders", State::Down).await;

    assert_eq!(view.finding.unwrap().cause, Some("connect_refused"));
    let file = stand.kept(1, |file| file.evidence.len() == 2).await;
    assert_eq!(kinds(&file), BTreeSet::from(["attempt", "verdict"]));
}

#[tokio::test]
async fn a_get_that_answers_well_acquits_nothing_of_what_changes_something() {
    let stand = Stand::open(Folder::of("post-other"), None, ORDERS).await;

    stand.check("orders", Outcome::Good).await;
    stand.fail("orders").await;
    stand.until_examined(1).await;
    for _ in 0..50 {
        assert_eq!(stand.view("orders").await.state, State::Suspect);
    }
    stand.fail("orders").await;
    stand.fail("orders").await;
    stand.until("orders", State::Down).await;

    // Its own checks have decided, and what the GET came to is part of the incident.
    let file = stand.kept(1, |file| file.evidence.len() == 2).await;
    assert_eq!(kinds(&file), BTreeSet::from(["attempt", "verdict"]));
    assert!(file.incident.summary.contains("3 checks in a row"), "{}", file.incident.summary);
}
