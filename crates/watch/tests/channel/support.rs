//! Channels as a file of an operator makes them, and messages to send.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use goodgate_config::{Secret, SecretSource, section};
use goodgate_incident::{AlertKind, State, Timestamp};
use goodgate_watch::channel::http::Http;
use goodgate_watch::channel::{self, ChannelSettings, Parts, tls};
use goodgate_watch::message::{Alert, Message, sample};
use rustls::pki_types::CertificateDer;

section! {
    /// A file with channels.
    pub struct File {
        /// The channels.
        pub channel: Vec<ChannelSettings> = Vec::new();
    }
}

/// A secret of the tests. No failure and no `Debug` may hold it.
pub(crate) const SECRET: &str = "123456:hunter2-hunter2";

/// A channel and the settings that it was opened from.
pub(crate) struct Ready {
    pub(crate) settings: ChannelSettings,
    pub(crate) channel: Box<dyn channel::Channel>,
}

impl Ready {
    /// Writes an alert with the channel's templates.
    pub(crate) fn message(&self, alert: Alert) -> Message {
        self.settings.message(alert)
    }
}

/// Opens the channel of a file with one; `env:SECRET` is the secret, `env:URL` the given URL.
pub(crate) fn open(keys: &str, url: &str) -> Ready {
    open_with(keys, url, &[], Duration::from_secs(20))
}

/// Opens it with further certificates, and another time for one attempt.
pub(crate) fn open_with(
    keys: &str,
    url: &str,
    trusted: &[CertificateDer<'static>],
    timeout: Duration,
) -> Ready {
    let text = format!("[[channel]]\nname = \"test\"\n{keys}\n");
    let reading = goodgate_config::read::<File>("goodgate.toml", text.as_bytes(), Path::new("/"));
    assert!(reading.is_sound(), "{:?}", reading.problems);
    let faults = channel::check(&reading.value.channel);
    assert!(faults.is_empty(), "{faults:?}");
    let mut settings = reading.value.channel.into_iter().next().expect("a channel");
    settings.timeout = timeout;
    let secret = |source: &SecretSource| match source {
        SecretSource::Environment(name) if name == "SECRET" => Ok(Secret::new(SECRET)),
        SecretSource::Environment(name) if name == "URL" => Ok(Secret::new(url)),
        other => Err(format!("{other:?}")),
    };
    let http = Http::new(trusting(trusted), timeout).expect("a client");
    let parts = Parts { http: &http, secret: &secret };
    let channel = settings.open(&parts).expect("the channel opens");
    assert!(!format!("{channel:?}").contains("hunter2"));
    Ready { settings, channel }
}

/// Reads the system's authorities once, since that takes a while.
fn trusting(more: &[CertificateDer<'static>]) -> rustls::ClientConfig {
    static SYSTEM: OnceLock<rustls::ClientConfig> = OnceLock::new();
    if more.is_empty() {
        SYSTEM.get_or_init(|| tls::config(&[]).expect("TLS")).clone()
    } else {
        tls::config(more).expect("TLS")
    }
}

/// An alert of a kind, some minutes after the incident began.
pub(crate) fn alert(kind: AlertKind, minutes: i64) -> Alert {
    let mut alert = sample::full();
    alert.key.kind = kind;
    alert.at = Timestamp(alert.since.0 + minutes * 60_000_000);
    if kind == AlertKind::Resolved {
        alert.state = State::Up;
        alert.until = Some(alert.at);
    }
    alert
}

/// An alert whose every text is hostile and long.
pub(crate) fn hostile() -> Alert {
    let evil = "<!channel> @everyone *b* _i_ `c` [x](http://e/) </b><script>& \x1b[2J".repeat(40);
    let mut alert = sample::full();
    alert.monitors = vec![evil.clone(); 30];
    alert.monitors_total = 400;
    alert.watch.clone_from(&evil);
    alert.finding.as_mut().expect("a finding").summary.clone_from(&evil);
    alert.changes = vec![goodgate_watch::message::Change { at: alert.at, what: evil.clone() }; 30];
    alert.missed = vec![
        goodgate_watch::message::Missed {
            incident: alert.key.incident,
            summary: evil,
            since: alert.since,
            until: None,
        };
        200
    ];
    alert
}

/// Counts as Telegram and Discord do.
pub(crate) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}
