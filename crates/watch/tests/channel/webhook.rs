//! Requests to a server of the operator's own.

use std::time::{SystemTime, UNIX_EPOCH};

use goodgate_incident::AlertKind;
use goodgate_watch::channel::Proof;
use goodgate_watch::message::{SCHEMA, sample};
use ring::hmac;

use crate::provider::{Asked, Provider, Reply};
use crate::support::{SECRET, alert, open};

const SIGNED: &str =
    "webhook = { url = \"env:URL\", secret = \"env:SECRET\", headers = { x-team = \"web\" } }";

/// Verifies a signature as a receiver would, and returns its time.
fn verified(asked: &Asked) -> u64 {
    let header = asked.header("x-goodgate-signature").expect("a signature");
    let (time, signature) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let signature: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signed = [time.as_bytes(), b".", &asked.body].concat();
    hmac::verify(&key, &signed, &signature).expect("the signature is right");
    time.parse().unwrap()
}

#[tokio::test]
async fn the_alert_arrives_as_json_and_signed() {
    let provider = Provider::new([Reply::text(204, "")]).await;
    let ready = open(SIGNED, &format!("{}/hook?to=ops", provider.url()));
    let message = ready.message(sample::full());

    ready.channel.send(&message).await.unwrap();

    let asked = provider.only();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/hook?to=ops"));
    assert_eq!(asked.json(), *message.json());
    assert_eq!(asked.json()["schema"], SCHEMA);
    assert_eq!(asked.header("idempotency-key"), Some("goodgate-7-opened-0"));
    assert_eq!(asked.header("x-team"), Some("web"));
    assert!(asked.header("user-agent").unwrap().starts_with("goodgate/"));
    // The time of the attempt, so that an old request that is sent again is known as such.
    #[allow(clippy::disallowed_methods)]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(verified(&asked)) < 60);
}

#[tokio::test]
async fn a_template_writes_the_body() {
    let keys = "webhook = { url = \"env:URL\", method = \"PUT\" }\n\
                templates = { body = '{\"text\": {{ title }}, \"of\": {{ monitors }}}' }";
    let provider = Provider::new([Reply::text(200, "")]).await;
    let ready = open(keys, &provider.url());
    let mut quoted = sample::full();
    quoted.monitors = vec!["a \"b\" \\".to_owned()];

    ready.channel.send(&ready.message(quoted)).await.unwrap();

    let asked = provider.only();
    assert_eq!(asked.method, "PUT");
    assert_eq!(asked.json()["of"][0], "a \"b\" \\");
}

#[tokio::test]
async fn a_form_is_written_by_a_template_too() {
    let keys = "webhook = { url = \"env:URL\", content_type = \"application/x-www-form-urlencoded\" }\n\
                templates = { body = 'text={{ title|urlencode }}' }";
    let provider = Provider::new([Reply::text(200, "")]).await;
    let ready = open(keys, &provider.url());

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(asked.text().starts_with("text=DOWN%3A%20Nothing%20listens"), "{}", asked.text());
}

#[tokio::test]
async fn every_attempt_for_an_alert_carries_the_same_key() {
    let provider = Provider::new([Reply::text(503, ""), Reply::text(200, "")]).await;
    let ready = open(SIGNED, &provider.url());
    let message = ready.message(alert(AlertKind::Resolved, 5));

    let first = ready.channel.send(&message).await;
    let second = ready.channel.send(&message).await;

    assert!(first.is_err() && second.is_ok());
    let keys: Vec<String> = provider
        .asked()
        .iter()
        .map(|asked| asked.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys, ["goodgate-7-resolved-0", "goodgate-7-resolved-0"]);
}

#[tokio::test]
async fn a_webhook_is_proven_by_a_message_only() {
    let provider = Provider::new([Reply::text(200, "")]).await;
    let ready = open(SIGNED, &provider.url());

    let proof = ready.channel.prove().await.unwrap();

    assert!(matches!(proof, Proof::OnlyByMessage(_)));
    assert_eq!(provider.asked().len(), 0);
}
