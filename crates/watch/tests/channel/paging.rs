//! PagerDuty and Alertmanager: one incident there for each of ours.

use goodgate_incident::AlertKind;
use goodgate_watch::channel::{Again, Proof};
use goodgate_watch::message::sample;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply};
use crate::support::{SECRET, alert, hostile, open};

fn enqueued() -> Reply {
    Reply::json(
        202,
        &json!({ "status": "success", "message": "Event processed", "dedup_key": "k" }),
    )
}

fn pagerduty(provider: &Provider) -> String {
    format!("pagerduty = {{ routing_key = \"env:SECRET\", api = \"{}\" }}", provider.url())
}

#[tokio::test]
async fn pagerduty_gets_the_cause_the_details_and_the_links() {
    let provider = Provider::new([enqueued()]).await;
    let ready = open(&pagerduty(&provider), "");
    let message = ready.message(sample::full());

    let receipt = ready.channel.send(&message).await.unwrap();

    let asked = provider.only();
    let event = asked.json();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/v2/enqueue"));
    assert_eq!(
        (&event["routing_key"], &event["event_action"]),
        (&json!(SECRET), &json!("trigger"))
    );
    let payload = &event["payload"];
    assert!(payload["summary"].as_str().unwrap().starts_with("DOWN: Nothing listens"), "{payload}");
    assert_eq!(
        (&payload["severity"], &payload["class"]),
        (&json!("critical"), &json!("connect_refused"))
    );
    assert_eq!(
        (&payload["source"], &payload["component"]),
        (&json!("shop, shop-api"), &json!("connect"))
    );
    assert_eq!(payload["custom_details"], *message.json());
    assert_eq!(
        event["links"][0],
        json!({ "href": "https://watch.example.org/incident/7", "text": "Incident" })
    );
    assert_eq!(receipt.id.as_deref(), Some("k"));
}

#[tokio::test]
async fn every_event_of_an_incident_has_the_same_key() {
    let provider = Provider::new([enqueued()]).await;
    let ready = open(&pagerduty(&provider), "");

    for kind in [AlertKind::Opened, AlertKind::Updated, AlertKind::Reminder, AlertKind::Escalated] {
        ready.channel.send(&ready.message(alert(kind, 5))).await.unwrap();
    }
    let acknowledged = ready.channel.acknowledge(&ready.message(alert(AlertKind::Opened, 5))).await;
    ready.channel.send(&ready.message(alert(AlertKind::Resolved, 9))).await.unwrap();

    assert!(acknowledged.unwrap().is_some());
    let events: Vec<Value> = provider.asked().iter().map(crate::provider::Asked::json).collect();
    let actions: Vec<&str> =
        events.iter().map(|event| event["event_action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["trigger", "trigger", "trigger", "trigger", "acknowledge", "resolve"]);
    assert!(events.iter().all(|event| event["dedup_key"] == events[0]["dedup_key"]));
}

#[tokio::test]
async fn two_incidents_have_two_keys() {
    let provider = Provider::new([enqueued()]).await;
    let ready = open(&pagerduty(&provider), "");
    let mut other_watch = sample::full();
    other_watch.watch = "watch-2".to_owned();

    for alert in [sample::full(), sample::bare(), other_watch] {
        ready.channel.send(&ready.message(alert)).await.unwrap();
    }

    let mut keys: Vec<String> =
        provider.asked().iter().map(|asked| asked.json()["dedup_key"].to_string()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3, "{keys:?}");
}

#[tokio::test]
async fn a_proof_at_pagerduty_ends_what_it_began() {
    let provider = Provider::new([enqueued()]).await;
    let ready = open(&pagerduty(&provider), "");

    ready.channel.send(&ready.message(sample::proof("w", sample::full().at, 1))).await.unwrap();

    let events: Vec<Value> = provider.asked().iter().map(crate::provider::Asked::json).collect();
    assert_eq!(
        (&events[0]["event_action"], &events[1]["event_action"]),
        (&json!("trigger"), &json!("resolve"))
    );
    assert_eq!(events[0]["dedup_key"], events[1]["dedup_key"]);
    assert_eq!(events[0]["payload"]["severity"], "info");
}

#[tokio::test]
async fn pagerduty_stays_within_the_limits_of_events_whatever_stands_in_an_alert() {
    let provider = Provider::new([enqueued()]).await;
    let ready = open(&pagerduty(&provider), "");

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    let asked = provider.only();
    let event = asked.json();
    assert!(asked.body.len() <= 512 * 1024);
    assert!(event["payload"]["summary"].as_str().unwrap().chars().count() <= 1024);
    assert!(event["dedup_key"].as_str().unwrap().chars().count() <= 255);
}

fn alertmanager(members: &[&Provider]) -> String {
    let urls: Vec<String> =
        members.iter().map(|member| format!("\"{}/am\"", member.url())).collect();
    format!("alertmanager = {{ urls = [{}], labels = {{ team = \"web\" }} }}", urls.join(", "))
}

#[tokio::test]
async fn every_member_of_a_cluster_gets_the_alert() {
    let members =
        [Provider::new([Reply::text(200, "")]).await, Provider::new([Reply::text(200, "")]).await];
    let ready = open(&alertmanager(&[&members[0], &members[1]]), "");

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    for member in &members {
        let asked = member.only();
        assert_eq!(asked.target, "/am/api/v2/alerts");
        let alert = &asked.json()[0];
        assert_eq!(
            (&alert["labels"]["alertname"], &alert["labels"]["team"]),
            (&json!("GoodgateIncident"), &json!("web"))
        );
        assert_eq!(alert["annotations"]["cause"], "connect_refused");
        assert_eq!(alert["generatorURL"], "https://watch.example.org/incident/7");
        assert_eq!(alert["startsAt"], "2026-11-23T03:02:17.000Z");
        assert_eq!(alert["endsAt"], "2026-11-24T03:02:20.000Z");
        assert!(alert["labels"].as_object().unwrap().values().all(Value::is_string));
        assert!(alert["annotations"].as_object().unwrap().values().all(Value::is_string));
    }
}

#[tokio::test]
async fn labels_stay_the_same_and_a_resolved_alert_has_its_end() {
    let member = Provider::new([Reply::text(200, "")]).await;
    let ready = open(&alertmanager(&[&member]), "");
    let mut worse = alert(AlertKind::Updated, 2);
    worse.monitors.insert(0, "other".to_owned());
    worse.finding = None;

    for alert in [sample::full(), worse, alert(AlertKind::Resolved, 17)] {
        ready.channel.send(&ready.message(alert)).await.unwrap();
    }

    let alerts: Vec<Value> = member.asked().iter().map(|asked| asked.json()[0].clone()).collect();
    assert!(alerts.iter().all(|alert| alert["labels"] == alerts[0]["labels"]), "{alerts:?}");
    assert_eq!(alerts[2]["endsAt"], "2026-11-23T03:19:17.000Z");
}

#[tokio::test]
async fn only_the_member_that_was_away_gets_the_alert_again() {
    let good = Provider::new([Reply::text(200, "")]).await;
    let away = Provider::new([Reply::text(503, ""), Reply::text(200, "")]).await;
    let ready = open(&alertmanager(&[&good, &away]), "");
    let message = ready.message(sample::full());

    let first = ready.channel.send(&message).await;
    let second = ready.channel.send(&message).await;

    assert_eq!(first.unwrap_err().again, Again::Later(None));
    assert!(second.is_ok());
    assert_eq!((good.asked().len(), away.asked().len()), (1, 2));
}

#[tokio::test]
async fn alertmanager_is_proven_by_its_status() {
    let status = json!({ "versionInfo": { "version": "0.28.0" }, "cluster": {} });
    let member = Provider::new([Reply::json(200, &status), Reply::text(200, "hello")]).await;
    let ready = open(&alertmanager(&[&member]), "");

    assert!(matches!(ready.channel.prove().await, Ok(Proof::Proven(_))));
    assert!(ready.channel.prove().await.is_err());
    assert_eq!(member.asked()[0].target, "/am/api/v2/status");
}
