//! The settings of channels: read from a file, checked, and never shown with a secret.

use std::path::Path;

use goodgate_config::{Reading, Secret, SecretSource, section};

use super::http::Http;
use super::{ChannelSettings, KINDS, Parts, check, limits, tls};

section! {
    /// A file with channels.
    pub struct File {
        /// The channels.
        pub channel: Vec<ChannelSettings> = Vec::new();
    }
}

/// One channel of each kind, as an operator would write it.
const EVERY_KIND: &str = r#"
[[channel]]
name = "am"
alertmanager = { urls = ["http://127.0.0.1:9093"], labels = { team = "web" } }
[[channel]]
name = "discord"
discord = { url = "env:SECRET_URL" }
[[channel]]
name = "mail"
fallback = "sms"
email = { host = "mail.example.org", user = "watch", password = "env:SECRET", from = "Watch <w@example.org>", to = ["ops@example.org"] }
[[channel]]
name = "ntfy"
ntfy = { topic = "env:SECRET", token = "env:SECRET" }
[[channel]]
name = "pd"
pagerduty = { routing_key = "env:SECRET" }
[[channel]]
name = "slack"
slack = { url = "env:SECRET_URL" }
[[channel]]
name = "sms"
sms_gateway = { url = "env:SECRET_URL", body = '{"to": "{to}", "text": "{text}"}', headers = { authorization = "env:SECRET" }, to = ["+4915112345678"] }
[[channel]]
name = "teams"
teams = { url = "env:SECRET_URL" }
[[channel]]
name = "tg"
telegram = { token = "env:SECRET", chat = "-100123" }
[[channel]]
name = "twilio"
twilio = { account = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", token = "env:SECRET", from = "+15005550006", to = ["+4915112345678"] }
[[channel]]
name = "hook"
webhook = { url = "env:SECRET_URL", secret = "env:SECRET", headers = { x-key = "env:SECRET" } }
"#;

fn read(text: &str) -> Reading<File> {
    goodgate_config::read("goodgate.toml", text.as_bytes(), Path::new("/"))
}

/// What stands in the environment of these tests.
fn secret(source: &SecretSource) -> Result<Secret, String> {
    match source {
        SecretSource::Environment(name) if name == "SECRET" => Ok(Secret::new("hunter2hunter2")),
        SecretSource::Environment(name) if name == "SECRET_URL" => {
            Ok(Secret::new("https://hooks.example.org/hunter2?to={to}&text={text}"))
        }
        other => Err(format!("{other:?} is not set")),
    }
}

fn faults(text: &str) -> Vec<String> {
    let reading = read(text);
    assert!(reading.is_sound(), "{:?}", reading.problems);
    check(&reading.value.channel)
        .into_iter()
        .map(|fault| format!("{} {}: {}", fault.index, fault.key, fault.fault.what))
        .collect()
}

#[test]
fn every_kind_is_read_checked_and_opened() {
    let channels = read(EVERY_KIND).value.channel;
    let http = Http::new(tls::config(&[]).unwrap(), limits::CONNECT).unwrap();
    let parts = Parts { http: &http, secret: &secret };

    let kinds: Vec<&str> = channels.iter().filter_map(ChannelSettings::kind).collect();

    assert_eq!(kinds, KINDS);
    assert_eq!(faults(EVERY_KIND), Vec::<String>::new());
    for channel in &channels {
        let open = channel.open(&parts).unwrap();
        let shown = format!("{open:?} {channel:?} {:?}", parts.http);
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn the_kinds_stand_in_the_order_of_the_alphabet() {
    assert!(KINDS.is_sorted(), "{KINDS:?}");
}

#[test]
fn a_file_of_every_kind_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/channel");
    let not_kinds = [
        "check", "fit", "hidden", "hook", "http", "limits", "mod", "outcome", "tally", "tests",
        "tls", "values",
    ];
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !not_kinds.contains(&name.as_str()))
        .collect();
    found.sort();

    assert_eq!(found, KINDS);
}

#[test]
fn a_secret_that_cannot_be_had_is_told_with_its_key() {
    let text = "[[channel]]\nname = \"a\"\nslack = { url = \"env:MISSING\" }\n";
    let http = Http::new(tls::config(&[]).unwrap(), limits::CONNECT).unwrap();
    let parts = Parts { http: &http, secret: &secret };

    let error = read(text).value.channel[0].open(&parts).unwrap_err();

    assert_eq!(error.key, "url");
    assert!(error.to_string().contains("MISSING"), "{error}");
}

#[test]
fn a_secret_of_the_wrong_form_is_refused_without_being_told() {
    let text = "[[channel]]\nname = \"a\"\nslack = { url = \"env:SECRET\" }\n";
    let http = Http::new(tls::config(&[]).unwrap(), limits::CONNECT).unwrap();
    let parts = Parts { http: &http, secret: &secret };

    let error = read(text).value.channel[0].open(&parts).unwrap_err();

    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn what_cannot_work_is_told_before_anything_happens() {
    let mail = "email = { host = \"HOST\", from = \"a@b\", to = [\"c@d\"]REST }";
    let with = |host: &str, rest: &str| mail.replace("HOST", host).replace("REST", rest);
    for (keys, expected) in [
        (String::new(), "0 name: this channel has no kind"),
        (
            "ntfy = { topic = \"a\" }\nslack = { url = \"env:A\" }".to_owned(),
            "0 name: this channel has 2 kinds: ntfy, slack",
        ),
        ("ntfy = { topic = \"a b\" }".to_owned(), "0 ntfy.topic: this is no topic"),
        (
            "ntfy = { topic = \"a\" }\nfallback = \"b\"".to_owned(),
            "0 fallback: there is no channel",
        ),
        (
            "ntfy = { topic = \"a\" }\nfallback = \"a\"".to_owned(),
            "0 fallback: this fallback leads back",
        ),
        (with("m.example.org", ", tls = \"none\""), "0 email.tls: mail without encryption"),
        (with("m.example.org", ", user = \"u\""), "0 email.user: `user` and `password`"),
        (
            "twilio = { account = \"x\", token = \"env:A\", from = \"a\", to = [\"1\"] }"
                .to_owned(),
            "0 twilio.account: this is no account",
        ),
        (
            "sms_gateway = { url = \"https://a/\", to = [\"+4915112345678\"] }".to_owned(),
            "0 sms_gateway.url: neither the URL nor the body",
        ),
        ("alertmanager = { urls = [] }".to_owned(), "0 alertmanager.urls: there is nobody"),
        (
            "telegram = { token = \"env:A\", chat = \"ops\" }".to_owned(),
            "0 telegram.chat: this is no chat",
        ),
        ("webhook = { url = \"unix:/a\" }".to_owned(), "0 webhook.url: this is no URL of the web"),
        (
            "webhook = { url = \"https://a/\" }\ntemplates = { body = \"{{ tilte }}\" }".to_owned(),
            "0 templates.body: ",
        ),
    ] {
        let found = faults(&format!("[[channel]]\nname = \"a\"\n{keys}\n"));
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{keys}: {found:?}");
    }
}

#[test]
fn mail_without_encryption_may_go_to_this_host() {
    for host in ["localhost", "127.0.0.1", "::1"] {
        let text = format!(
            "[[channel]]\nname = \"a\"\nemail = {{ host = \"{host}\", tls = \"none\", from = \"a@b\", \
             to = [\"c@d\"] }}\n"
        );
        assert_eq!(faults(&text), Vec::<String>::new());
    }
}

#[test]
fn an_address_is_one_that_every_server_takes() {
    for (address, expected) in [
        ("ops@example.org", true),
        ("Größte Wache <ops@example.org>", true),
        ("größe@example.org", false),
        ("ops@größe.example", false),
        ("ops", false),
        ("ops@example.org\\r\\nBcc: all@example.org", false),
    ] {
        let text = format!(
            "[[channel]]\nname = \"a\"\nemail = {{ host = \"m\", from = \"a@b\", to = [\"{address}\"] }}\n"
        );
        assert_eq!(read(&text).is_sound(), expected, "{address}");
    }
}

#[test]
fn a_circle_of_fallbacks_is_told_by_its_members_only() {
    let channel = |name: &str, fallback: &str| {
        format!(
            "[[channel]]\nname = \"{name}\"\nntfy = {{ topic = \"t\" }}\nfallback = \"{fallback}\"\n"
        )
    };
    let text = channel("a", "b") + &channel("b", "c") + &channel("c", "b");

    let found = faults(&text);

    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|fault| fault.contains("leads back")), "{found:?}");
}

#[test]
fn two_channels_of_one_name_are_refused() {
    let one = "[[channel]]\nname = \"a\"\nntfy = { topic = \"t\" }\n";

    assert_eq!(faults(&one.repeat(2)), ["1 name: two channels are named `a`"]);
}
