//! SMS by Twilio and by a gateway over HTTP.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goodgate_watch::channel::{Again, Proof};
use goodgate_watch::message::gsm::count;
use goodgate_watch::message::sample;
use serde_json::json;

use crate::provider::{Provider, Reply};
use crate::support::{SECRET, hostile, open};

const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn twilio(provider: &Provider, to: &str) -> String {
    format!(
        "twilio = {{ account = \"{ACCOUNT}\", token = \"env:SECRET\", from = \"+15005550006\", \
         to = [{to}], api = \"{}\" }}",
        provider.url()
    )
}

fn taken() -> Reply {
    Reply::json(201, &json!({ "sid": "SM1", "status": "queued" }))
}

#[tokio::test]
async fn twilio_gets_a_form_with_credentials() {
    let provider = Provider::new([taken()]).await;
    let ready = open(&twilio(&provider, "\"+4915112345678\""), "");

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    assert_eq!(asked.target, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    let credentials = BASE64_STANDARD.encode(format!("{ACCOUNT}:{SECRET}"));
    assert_eq!(asked.header("authorization"), Some(format!("Basic {credentials}").as_str()));
    let text = asked.text();
    assert!(
        text.starts_with("To=%2B4915112345678&From=%2B15005550006&Body=DOWN%3A%20Nothing"),
        "{text}"
    );
    assert_eq!(receipt.id.as_deref(), Some("SM1"));
}

#[tokio::test]
async fn a_number_that_twilio_refuses_does_not_stop_the_others() {
    let refused = json!({ "code": 21211, "message": "Invalid 'To' Phone Number" });
    let provider = Provider::new([Reply::json(400, &refused), taken()]).await;
    let ready = open(&twilio(&provider, "\"+4915100000000\", \"+4915112345678\""), "");

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    assert_eq!(receipt.refused.len(), 1);
    assert!(receipt.refused[0].contains("Invalid 'To' Phone Number"), "{receipt:?}");
}

#[tokio::test]
async fn whoever_was_reached_is_not_charged_twice() {
    let provider = Provider::new([taken(), Reply::text(503, ""), taken()]).await;
    let ready = open(&twilio(&provider, "\"+4915100000000\", \"+4915112345678\""), "");
    let message = ready.message(sample::full());

    let first = ready.channel.send(&message).await.unwrap_err();
    ready.channel.send(&message).await.unwrap();

    assert_eq!(first.again, Again::Later(None));
    let to: Vec<String> = provider
        .asked()
        .iter()
        .map(|asked| asked.text().split('&').next().unwrap().to_owned())
        .collect();
    assert_eq!(to, ["To=%2B4915100000000", "To=%2B4915112345678", "To=%2B4915112345678"]);
}

#[tokio::test]
async fn an_sms_is_one_segment_whatever_stands_in_an_alert() {
    let provider = Provider::new([Reply::text(200, "OK: 1")]).await;
    let keys = "sms_gateway = { url = \"env:URL\", body = '{\"to\": \"{to}\", \"m\": \"{text}\"}', \
                to = [\"+4915112345678\"], expect = \"OK\" }";
    let ready = open(keys, &provider.url());

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    let body = provider.only().json();
    assert_eq!(count(body["m"].as_str().unwrap()).segments, 1);
}

#[tokio::test]
async fn a_template_may_take_more_segments_where_the_operator_pays_for_them() {
    let provider = Provider::new([Reply::text(200, "")]).await;
    let keys = "sms_segments = 3\ntemplates = { sms = \"{% for m in missed %}{{ m.summary }}{% endfor %}\" }\n\
                sms_gateway = { url = \"env:URL\", body = '{\"to\": \"{to}\", \"m\": \"{text}\"}', to = [\"+4915112345678\"] }";
    let ready = open(keys, &provider.url());

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    assert_eq!(count(provider.only().json()["m"].as_str().unwrap()).segments, 3);
}

#[tokio::test]
async fn a_gateway_may_be_a_get_with_everything_in_the_query() {
    let provider = Provider::new([Reply::text(200, "sent")]).await;
    let keys = "sms_gateway = { url = \"env:URL\", to = [\"+4915112345678\"] }";
    let ready = open(keys, &format!("{}/send?key=hunter2&to={{to}}&text={{text}}", provider.url()));

    ready.channel.send(&ready.message(sample::bare())).await.unwrap();

    let asked = provider.only();
    assert_eq!(asked.method, "GET");
    assert!(
        asked
            .target
            .starts_with("/send?key=hunter2&to=%2B4915112345678&text=SUSPECT%3A%20A%20check"),
        "{}",
        asked.target
    );
}

#[tokio::test]
async fn a_gateway_that_says_200_and_means_no_is_a_failure() {
    let provider =
        Provider::new([Reply::text(200, "ERR 4: no credit for key hunter2-hunter2")]).await;
    let keys = "sms_gateway = { url = \"env:URL\", to = [\"+4915112345678\"], expect = \"OK\" }";
    let url = format!("{}/?key=hunter2-hunter2&to={{to}}&text={{text}}", provider.url());
    let ready = open(keys, &url);

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Never);
    assert!(failure.to_string().contains("no credit for key ***"), "{failure}");
}

#[tokio::test]
async fn twilio_is_proven_by_its_list_of_messages() {
    let list = json!({ "messages": [] });
    let provider =
        Provider::new([Reply::json(200, &list), Reply::json(401, &json!({ "code": 20003 }))]).await;
    let ready = open(&twilio(&provider, "\"+4915112345678\""), "");

    assert!(matches!(ready.channel.prove().await, Ok(Proof::Proven(_))));
    assert_eq!(ready.channel.prove().await.unwrap_err().again, Again::Never);
    let asked = &provider.asked()[0];
    assert_eq!(asked.method, "GET");
    assert!(asked.target.ends_with("/Messages.json?PageSize=1"), "{}", asked.target);
}
