//! Providers that fail in every way, for every kind of channel that speaks HTTP.

use std::time::Duration;

use goodgate_watch::channel::Again;
use goodgate_watch::message::sample;
use serde_json::json;

use crate::provider::{Provider, Reply};
use crate::support::{SECRET, open, open_with};

/// Every kind but mail, with the address of the provider in place of `BASE`.
const KINDS: &[&str] = &[
    "alertmanager = { urls = [\"BASE\"], token = \"env:SECRET\" }",
    "discord = { url = \"env:URL\" }",
    "ntfy = { topic = \"alerts\", token = \"env:SECRET\", server = \"BASE\" }",
    "pagerduty = { routing_key = \"env:SECRET\", api = \"BASE\" }",
    "slack = { url = \"env:URL\" }",
    "sms_gateway = { url = \"env:URL\", body = '{\"to\": \"{to}\", \"m\": \"{text}\"}', to = [\"+4915112345678\"] }",
    "teams = { url = \"env:URL\" }",
    "telegram = { token = \"env:SECRET\", chat = \"1\", api = \"BASE\" }",
    "twilio = { account = \"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", token = \"env:SECRET\", from = \"+15005550006\", to = [\"+4915112345678\"], api = \"BASE\" }",
    "webhook = { url = \"env:URL\", secret = \"env:SECRET\" }",
];

fn keys(kind: &str, provider: &Provider) -> (String, String) {
    (kind.replace("BASE", &provider.url()), format!("{}/hooks/{SECRET}", provider.url()))
}

/// Sends to a provider that answers so, once for each kind; gives what each failure says of trying again.
async fn each(reply: Reply) -> Vec<(String, Again)> {
    let mut outcomes = Vec::new();
    for kind in KINDS {
        let provider = Provider::new([reply.clone()]).await;
        let (keys, url) = keys(kind, &provider);
        let ready = open(&keys, &url);
        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();
        let told = failure.to_string();
        assert!(!told.contains("hunter2") && !told.contains(SECRET), "{told}");
        assert!(!told.contains('\x1b') && told.chars().count() <= 400, "{told}");
        outcomes.push((format!("{kind}: {told}"), failure.again));
    }
    outcomes
}

async fn all(reply: Reply, expected: Again) {
    for (what, again) in each(reply).await {
        assert_eq!(again, expected, "{what}");
    }
}

#[tokio::test]
async fn a_busy_provider_is_asked_again_when_it_says() {
    let wait = Reply::Status(429, vec!["retry-after: 17".to_owned()], String::new());

    all(wait, Again::Later(Some(Duration::from_secs(17)))).await;
}

#[tokio::test]
async fn a_wait_in_the_body_counts_as_well() {
    for body in [json!({ "retry_after": 1.5 }), json!({ "parameters": { "retry_after": 1.5 } })] {
        all(Reply::json(429, &body), Again::Later(Some(Duration::from_millis(1500)))).await;
    }
}

#[tokio::test]
async fn nobody_makes_an_alert_wait_for_a_day() {
    let wait = Reply::Status(429, vec!["retry-after: 86400".to_owned()], String::new());

    all(wait, Again::Later(Some(Duration::from_hours(1)))).await;
}

#[tokio::test]
async fn a_failing_provider_is_asked_again() {
    all(Reply::text(500, "oops"), Again::Later(None)).await;
    all(Reply::text(502, "<html>Bad Gateway"), Again::Later(None)).await;
}

#[tokio::test]
async fn a_refusal_that_cannot_heal_is_for_good() {
    for status in [400, 401, 403, 404, 410, 413, 422] {
        all(Reply::text(status, "no"), Again::Never).await;
    }
}

#[tokio::test]
async fn an_answer_that_repeats_a_secret_is_masked() {
    let echo = format!("\x1b[2Jno such token: /hooks/{SECRET} {}", "x".repeat(9000));

    for (what, _) in each(Reply::text(400, &echo)).await {
        assert!(what.contains("***"), "{what}");
    }
}

#[tokio::test]
async fn a_reset_is_tried_again() {
    all(Reply::Reset, Again::Later(None)).await;
}

#[tokio::test]
async fn garbage_is_tried_again() {
    for bytes in [
        &b"\x16\x03\x01 no HTTP\r\n\r\n"[..],
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx",
    ] {
        all(Reply::Bytes(bytes.to_vec()), Again::Later(None)).await;
    }
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_within_the_timeout() {
    for kind in KINDS {
        let provider = Provider::new([Reply::Hang]).await;
        let (keys, url) = keys(kind, &provider);
        let ready = open_with(&keys, &url, &[], Duration::from_millis(300));
        let message = ready.message(sample::full());

        let sent =
            tokio::time::timeout(Duration::from_secs(10), ready.channel.send(&message)).await;

        let failure = sent.expect("the channel ends by itself").unwrap_err();
        assert_eq!(failure.again, Again::Later(None), "{kind}");
        assert!(failure.to_string().contains("has not answered within 0.3 s"), "{failure}");
    }
}

#[tokio::test]
async fn a_page_with_200_is_no_receipt_where_the_provider_has_its_own_words() {
    let has_words = ["discord", "ntfy", "pagerduty", "telegram", "twilio"];
    for kind in KINDS.iter().filter(|kind| has_words.iter().any(|word| kind.starts_with(word))) {
        let provider = Provider::new([Reply::text(200, "<html>Welcome to the hotel")]).await;
        let (keys, url) = keys(kind, &provider);
        let ready = open(&keys, &url);

        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

        assert!(matches!(failure.again, Again::Later(_)), "{kind}: {failure}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_read_to_its_bound() {
    let endless =
        b"HTTP/1.1 200 OK\r\n\r\n".iter().copied().chain(std::iter::repeat_n(b'x', 64 << 20));
    let provider = Provider::new([Reply::Bytes(endless.collect())]).await;
    let ready = open("webhook = { url = \"env:URL\" }", &provider.url());

    let sent = ready.channel.send(&ready.message(sample::full())).await;

    assert!(sent.is_ok());
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let other = Provider::new([Reply::text(200, "")]).await;
    for status in [301, 302, 303, 307, 308] {
        let to = vec![format!("location: {}/elsewhere", other.url())];
        for (what, again) in each(Reply::Status(status, to, String::new())).await {
            assert_eq!(again, Again::Never, "{what}");
        }
    }
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn a_redirect_that_keeps_the_message_is_followed_on_the_same_host() {
    let to = vec!["location: /moved".to_owned()];
    let provider =
        Provider::new([Reply::Status(308, to, String::new()), Reply::text(200, "")]).await;
    let ready = open("webhook = { url = \"env:URL\" }", &provider.url());

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.asked();
    assert_eq!(asked[1].target, "/moved");
    assert_eq!(asked[0].body, asked[1].body);
}

#[tokio::test]
async fn a_redirect_that_would_drop_the_message_is_no_receipt() {
    let to = vec!["location: /moved".to_owned()];
    let provider =
        Provider::new([Reply::Status(302, to, String::new()), Reply::text(200, "")]).await;
    let ready = open("webhook = { url = \"env:URL\" }", &provider.url());

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Never);
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let to = vec!["location: /again".to_owned()];
    let provider = Provider::new([Reply::Status(307, to, String::new())]).await;
    let ready = open("webhook = { url = \"env:URL\" }", &provider.url());

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Never);
    assert_eq!(provider.asked().len(), 4);
}

#[tokio::test]
async fn nobody_listening_is_tried_again() {
    let gone = Provider::new([Reply::Hang]).await;
    let url = format!("{}/hooks/hunter2-hunter2", gone.url());
    drop(gone);
    let ready = open("webhook = { url = \"env:URL\" }", &url);

    // The port is closed once the task that held it has ended.
    let failure = loop {
        match ready.channel.send(&ready.message(sample::full())).await {
            Err(failure) if failure.to_string().contains("refused") => break failure,
            _ => tokio::task::yield_now().await,
        }
    };

    assert_eq!(failure.again, Again::Later(None));
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
}
