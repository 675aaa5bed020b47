//! Chat programs: what arrives, within the limits of their documentation.

use goodgate_incident::AlertKind;
use goodgate_watch::channel::{Again, Proof};
use goodgate_watch::message::sample;
use serde_json::{Value, json};

use crate::provider::{Provider, Reply};
use crate::support::{SECRET, alert, hostile, open, utf16};

/// Calls `look` for every text in a JSON value.
fn texts(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, look)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, look)),
        _ => {}
    }
}

fn no_control_characters(body: &Value) {
    texts(body, &mut |text| assert!(!text.contains('\x1b') && !text.contains('\r'), "{text}"));
}

#[tokio::test]
async fn slack_gets_blocks_with_the_verdict_first() {
    let provider = Provider::new([Reply::text(200, "ok")]).await;
    let ready = open("slack = { url = \"env:URL\" }", &format!("{}/services/T/B", provider.url()));

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    let body = asked.json();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/services/T/B"));
    assert!(body["text"].as_str().unwrap().starts_with("DOWN: Nothing listens"), "{body}");
    assert_eq!(body["blocks"][0]["type"], "header");
    assert!(body["blocks"][1]["text"]["text"].as_str().unwrap().starts_with("Nothing listens"));
    let links =
        body["blocks"].as_array().unwrap().last().unwrap()["text"]["text"].as_str().unwrap();
    assert!(links.starts_with("<https://watch.example.org/incident/7|Incident>"), "{links}");
    assert!(links.contains("?expires=1&amp;signature=00|Acknowledge>"), "{links}");
}

#[tokio::test]
async fn slack_stays_within_the_limits_of_block_kit_whatever_stands_in_an_alert() {
    let provider = Provider::new([Reply::text(200, "ok")]).await;
    let ready = open("slack = { url = \"env:URL\" }", &provider.url());

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    let body = provider.only().json();
    no_control_characters(&body);
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        let text = block["text"]["text"].as_str().map_or(0, |text| text.chars().count());
        match block["type"].as_str().unwrap() {
            "header" => assert!((1..=150).contains(&text), "{text}"),
            "section" => assert!(text <= 3000, "{text}"),
            other => panic!("{other}"),
        }
        let fields = block["fields"].as_array().cloned().unwrap_or_default();
        assert!(fields.len() <= 10);
        assert!(fields.iter().all(|field| field["text"].as_str().unwrap().chars().count() <= 2000));
        // What is not a link of ours is no markup.
        let kind = &block["text"]["type"];
        assert!(
            kind.is_null()
                || kind == "plain_text"
                || block["text"]["text"].as_str().unwrap().starts_with("<https://watch")
        );
    }
    assert!(!body["text"].as_str().unwrap().contains("<!channel>"));
}

const TELEGRAM: &str =
    "telegram = { token = \"env:SECRET\", chat = \"-1001\", topic = 5, api = \"BASE\" }";

#[tokio::test]
async fn telegram_gets_html_in_the_chat_and_topic() {
    let taken = json!({ "ok": true, "result": { "message_id": 42 } });
    let provider = Provider::new([Reply::json(200, &taken)]).await;
    let ready = open(&TELEGRAM.replace("BASE", &provider.url()), "");

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    let body = asked.json();
    assert_eq!(asked.target, format!("/bot{SECRET}/sendMessage"));
    assert_eq!((&body["chat_id"], &body["message_thread_id"]), (&json!("-1001"), &json!(5)));
    assert_eq!(
        (&body["parse_mode"], &body["disable_notification"]),
        (&json!("HTML"), &json!(false))
    );
    assert!(body["text"].as_str().unwrap().starts_with("<b>DOWN: Nothing listens"), "{body}");
    assert!(
        body["text"].as_str().unwrap().contains("<pre>sudo systemctl start app</pre>"),
        "{body}"
    );
    assert_eq!(receipt.id.as_deref(), Some("42"));
}

/// Whether every tag of Telegram's HTML is closed and none is cut.
fn is_balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for piece in html.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { return false };
        match tag.strip_prefix('/') {
            Some(name) => {
                if open.pop() != Some(name.to_owned()) {
                    return false;
                }
            }
            None => open.push(tag.split(' ').next().unwrap().to_owned()),
        }
    }
    open.is_empty()
}

#[tokio::test]
async fn telegram_never_gets_a_cut_tag_or_too_much() {
    let taken = json!({ "ok": true, "result": { "message_id": 42 } });
    for keys in [
        TELEGRAM.to_owned(),
        format!(
            "{TELEGRAM}\ntemplates = {{ text = \"{{{{ summary }}}}{}\" }}",
            "<b>&x".repeat(1200)
        ),
    ] {
        let provider = Provider::new([Reply::json(200, &taken)]).await;
        let ready = open(&keys.replace("BASE", &provider.url()), "");

        ready.channel.send(&ready.message(hostile())).await.unwrap();

        let body = provider.only().json();
        let text = body["text"].as_str().unwrap();
        no_control_characters(&body);
        assert!(utf16(text) <= 4096, "{}", utf16(text));
        assert!(is_balanced(text), "{text}");
        assert!(!text.contains("<script>"), "{text}");
    }
}

#[tokio::test]
async fn telegram_says_what_is_wrong_and_the_bot_is_proven_without_a_message() {
    let refused =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: chat not found" });
    let known = json!({ "ok": true, "result": { "id": 1, "is_bot": true } });
    let provider = Provider::new([Reply::json(400, &refused), Reply::json(200, &known)]).await;
    let ready = open(&TELEGRAM.replace("BASE", &provider.url()), "");

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();
    let proof = ready.channel.prove().await.unwrap();

    assert_eq!(failure.again, Again::Never);
    assert!(failure.to_string().contains("chat not found"), "{failure}");
    assert!(matches!(proof, Proof::Proven(_)));
    let asked = &provider.asked()[1];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("GET", format!("/bot{SECRET}/getMe").as_str())
    );
}

#[tokio::test]
async fn news_that_wake_nobody_are_silent() {
    let taken = json!({ "ok": true, "result": { "message_id": 42 } });
    let provider = Provider::new([Reply::json(200, &taken)]).await;
    let ready = open(&TELEGRAM.replace("BASE", &provider.url()), "");

    ready.channel.send(&ready.message(alert(AlertKind::Resolved, 9))).await.unwrap();

    assert_eq!(provider.only().json()["disable_notification"], true);
}

#[tokio::test]
async fn discord_gets_an_embed_and_mentions_nobody() {
    let provider = Provider::new([Reply::json(200, &json!({ "id": "99" }))]).await;
    let url = format!("{}/api/webhooks/1/hunter2", provider.url());
    let ready = open("discord = { url = \"env:URL\" }", &url);

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    let body = asked.json();
    assert_eq!(asked.target, "/api/webhooks/1/hunter2?wait=true");
    assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
    let embed = &body["embeds"][0];
    assert!(embed["title"].as_str().unwrap().starts_with("DOWN\\: Nothing listens"), "{embed}");
    assert_eq!(embed["url"], "https://watch.example.org/incident/7");
    assert!(embed["description"].as_str().unwrap().contains("```\nsudo systemctl start app\n```"));
    assert_eq!(receipt.id.as_deref(), Some("99"));
}

#[tokio::test]
async fn discord_stays_within_the_limits_of_embeds_whatever_stands_in_an_alert() {
    let provider = Provider::new([Reply::json(200, &json!({ "id": "99" }))]).await;
    let ready = open("discord = { url = \"env:URL\" }", &provider.url());

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    let body = provider.only().json();
    no_control_characters(&body);
    let embed = &body["embeds"][0];
    let (title, description) =
        (embed["title"].as_str().unwrap(), embed["description"].as_str().unwrap());
    assert!(utf16(title) <= 256 && utf16(description) <= 4096);
    let mut all = utf16(title) + utf16(description);
    let fields = embed["fields"].as_array().unwrap();
    assert!(fields.len() <= 25);
    for field in fields {
        let (name, value) = (field["name"].as_str().unwrap(), field["value"].as_str().unwrap());
        assert!((1..=256).contains(&utf16(name)) && (1..=1024).contains(&utf16(value)));
        all += utf16(name) + utf16(value);
    }
    assert!(all <= 6000, "{all}");
    assert!(!body.to_string().contains("@everyone"));
}

#[tokio::test]
async fn a_webhook_of_discord_is_proven_by_asking_for_it() {
    let known = json!({ "id": "1", "type": 1 });
    let provider = Provider::new([Reply::json(200, &known)]).await;
    let ready = open("discord = { url = \"env:URL\" }", &format!("{}/w", provider.url()));

    assert!(matches!(ready.channel.prove().await, Ok(Proof::Proven(_))));
    assert_eq!(provider.only().method, "GET");
}

#[tokio::test]
async fn teams_gets_an_adaptive_card() {
    let provider = Provider::new([Reply::text(202, "")]).await;
    let ready = open("teams = { url = \"env:URL\" }", &provider.url());

    ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let body = provider.only().json();
    let attachment = &body["attachments"][0];
    assert_eq!(body["type"], "message");
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!((&card["type"], &card["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
    assert!(
        card["body"][0]["text"].as_str().unwrap().starts_with("DOWN: Nothing listens"),
        "{card}"
    );
    assert_eq!(card["actions"][1]["type"], "Action.OpenUrl");
    assert_eq!(card["actions"][1]["title"], "Acknowledge");
}

#[tokio::test]
async fn teams_gets_at_most_28_kilobytes_and_no_markup_of_others() {
    let long = "templates = { text = \"{% for m in missed %}{{ m.summary }}\\n{% endfor %}\" }";
    for keys in [
        "teams = { url = \"env:URL\" }".to_owned(),
        format!("teams = {{ url = \"env:URL\" }}\n{long}"),
    ] {
        let provider = Provider::new([Reply::text(202, "")]).await;
        let ready = open(&keys, &provider.url());

        ready.channel.send(&ready.message(hostile())).await.unwrap();

        let asked = provider.only();
        assert!(asked.body.len() <= 28 * 1024, "{}", asked.body.len());
        no_control_characters(&asked.json());
        assert!(!asked.text().contains("[x](http"), "{}", asked.text());
    }
}

#[tokio::test]
async fn teams_that_says_200_and_means_no_is_a_failure() {
    let told = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
    let provider = Provider::new([Reply::text(200, told)]).await;
    let ready = open("teams = { url = \"env:URL\" }", &provider.url());

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Later(None));
}

#[tokio::test]
async fn ntfy_gets_priority_actions_and_the_token() {
    let provider = Provider::new([Reply::json(200, &json!({ "id": "abc" }))]).await;
    let keys = format!(
        "ntfy = {{ topic = \"alerts\", token = \"env:SECRET\", server = \"{}/push\" }}",
        provider.url()
    );
    let ready = open(&keys, "");

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    let asked = provider.only();
    let body = asked.json();
    assert_eq!(asked.target, "/push/");
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!((&body["topic"], &body["priority"]), (&json!("alerts"), &json!(5)));
    assert_eq!(body["click"], "https://watch.example.org/incident/7");
    assert_eq!(body["actions"][1]["label"], "Acknowledge");
    assert_eq!(receipt.id.as_deref(), Some("abc"));
}

#[tokio::test]
async fn ntfy_gets_no_more_than_becomes_a_message() {
    let provider = Provider::new([Reply::json(200, &json!({ "id": "abc" }))]).await;
    let ready = open(&format!("ntfy = {{ topic = \"a\", server = \"{}\" }}", provider.url()), "");

    ready.channel.send(&ready.message(hostile())).await.unwrap();

    let body = provider.only().json();
    no_control_characters(&body);
    assert!(body["message"].as_str().unwrap().len() <= 4096);
    assert!(body["actions"].as_array().unwrap().len() <= 3);
}

#[tokio::test]
async fn ntfy_is_asked_for_its_health() {
    let provider = Provider::new([
        Reply::json(200, &json!({ "healthy": true })),
        Reply::json(200, &json!({ "healthy": false })),
    ])
    .await;
    let ready = open(&format!("ntfy = {{ topic = \"a\", server = \"{}\" }}", provider.url()), "");

    assert!(matches!(ready.channel.prove().await, Ok(Proof::Proven(_))));
    assert!(ready.channel.prove().await.is_err());
    assert_eq!(provider.asked()[0].target, "/v1/health");
}
