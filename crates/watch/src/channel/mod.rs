//! The ways to tell somebody: one file each, and the list of them.
//!
//! A [`Channel`] takes a [`Message`] to one provider and says what came of it ([`Receipt`], [`Failure`]). It
//! tries once: when to try again, and whom to tell instead, is decided where alerts are delivered. A
//! channel keeps nothing but its connections and the recipients that it has reached.

pub mod http;
pub mod tls;
pub mod values;

mod check;
mod fit;
mod hidden;
mod hook;
mod limits;
mod outcome;
mod tally;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use goodgate_config::units::secs;
use goodgate_config::{Fault, Secret, SecretSource, section};

use crate::message::{Message, Templates};

pub use check::{ChannelFault, check};
pub use outcome::{Again, Failure, Proof, Receipt};

use http::Http;
use values::ChannelName;

/// What a channel gives before it is done.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// A way to tell somebody. Its `Debug` holds no secret.
pub trait Channel: fmt::Debug + Send + Sync {
    /// Sends a message once. It ends by itself after the timeout of the channel for each recipient.
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt>;

    /// Tries the channel without a message, where the provider has a harmless way.
    fn prove(&self) -> Pending<'_, Proof>;

    /// Tells the provider that somebody takes care of an incident, where the provider can know that.
    fn acknowledge<'a>(&'a self, _message: &'a Message) -> Pending<'a, Option<Receipt>> {
        // Most providers have no such word.
        Box::pin(async { Ok(None) })
    }
}

/// What channels are opened with.
pub struct Parts<'a> {
    /// The client that they share.
    pub http: &'a Http,
    /// Fetches a secret from where it is; the error says why it cannot be had, without the secret.
    pub secret: &'a dyn Fn(&SecretSource) -> Result<Secret, String>,
}

/// Why a channel cannot be opened. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("open the channel: {key}: {why}")]
pub struct OpenError {
    /// The key of its settings.
    pub key: &'static str,
    /// What is wrong.
    pub why: String,
}

/// What the settings of a kind of channels can do.
trait Kind {
    /// Says what is wrong between its keys, each with the key.
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        Vec::new()
    }

    /// Whether the template `body` writes JSON.
    fn has_json_body(&self) -> bool {
        true
    }

    /// Gets the secrets and makes the channel.
    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError>;
}

/// Lists the kinds: for each its module and the name of its settings. The key of a kind is the name of its
/// module.
macro_rules! channels {
    ($( $(#[doc = $doc:literal])+ $kind:ident: $settings:ident, )+) => {
        $( pub mod $kind; )+

        section! {
            /// A way to tell somebody: a name and exactly one of the kinds.
            pub struct ChannelSettings {
                /// Its name, under which alerts are sent to it and `goodgate alert test` tries it.
                pub name: ChannelName;
                $( $(#[doc = $doc])+ pub $kind: Option<$kind::$settings> = None; )+
                /// The channel that is told when this one has failed for good.
                pub fallback: Option<ChannelName> = None;
                /// How long one attempt may take for one recipient.
                pub timeout: Duration = secs(20), in secs(1)..=secs(120);
                /// The segments that an SMS from a template may have; each costs.
                pub sms_segments: u32 = 1, in 1..=10;
                /// Texts of your own instead of the built-in ones.
                pub templates: Templates = Templates::default();
            }
        }

        /// The kinds of channels, in the order of the alphabet.
        pub const KINDS: &[&str] = &[$( stringify!($kind) ),+];

        impl ChannelSettings {
            /// Returns the kinds that are set; a sound channel has one.
            fn kinds(&self) -> Vec<(&'static str, &dyn Kind)> {
                let mut kinds: Vec<(&'static str, &dyn Kind)> = Vec::new();
                $( if let Some(settings) = &self.$kind { kinds.push((stringify!($kind), settings)); } )+
                kinds
            }
        }
    };
}

channels! {
    /// Prometheus Alertmanager, API v2.
    alertmanager: Alertmanager,
    /// Discord, by a webhook of a channel.
    discord: Discord,
    /// Mail by SMTP.
    email: Email,
    /// Push messages by ntfy.
    ntfy: Ntfy,
    /// PagerDuty, Events API v2.
    pagerduty: PagerDuty,
    /// Slack, by an incoming webhook.
    slack: Slack,
    /// SMS by any provider that takes a request over HTTP.
    sms_gateway: SmsGateway,
    /// Microsoft Teams, by a webhook of Workflows.
    teams: Teams,
    /// Telegram, by a bot.
    telegram: Telegram,
    /// SMS by Twilio.
    twilio: Twilio,
    /// A request to a server of your own, signed.
    webhook: Webhook,
}

impl ChannelSettings {
    /// Returns the word of its kind, such as `email`.
    pub fn kind(&self) -> Option<&'static str> {
        self.kinds().first().map(|(word, _)| *word)
    }

    /// Gets its secrets and opens it; it connects to nobody.
    ///
    /// # Errors
    ///
    /// When it has no kind, or a secret cannot be had or is none of the kind that is needed.
    pub fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let kinds = self.kinds();
        let (_, kind) = kinds.first().ok_or_else(|| OpenError {
            key: "name",
            why: format!("none of {} is set", KINDS.join(", ")),
        })?;
        let http = parts.http.with_timeout(self.timeout);
        kind.open(&Parts { http: &http, secret: parts.secret })
    }

    /// Writes an alert for this channel, with its templates.
    pub fn message(&self, alert: crate::message::Alert) -> Message {
        let json_body = self.kinds().first().is_none_or(|(_, kind)| kind.has_json_body());
        let segments = usize::try_from(self.sms_segments).unwrap_or(1);
        Message::new(alert, &self.templates, json_body, segments)
    }
}

impl Parts<'_> {
    /// Fetches a secret for a key.
    fn secret(&self, key: &'static str, source: &SecretSource) -> Result<Secret, OpenError> {
        (self.secret)(source).map_err(|why| OpenError { key, why })
    }

    /// Fetches a text that may be a secret for a key.
    fn value(&self, key: &'static str, value: &values::Value) -> Result<Secret, OpenError> {
        value.resolve(self.secret).map_err(|why| OpenError { key, why })
    }

    /// Fetches a URL that is a secret for a key.
    fn url(&self, key: &'static str, source: &SecretSource) -> Result<reqwest::Url, OpenError> {
        let secret = self.secret(key, source)?;
        url_of(key, &secret)
    }
}

/// Reads a URL that is a secret; what is wrong is told without it.
fn url_of(key: &'static str, secret: &Secret) -> Result<reqwest::Url, OpenError> {
    values::web(secret.reveal()).map_err(|fault| OpenError { key, why: fault.what })
}

#[cfg(test)]
mod tests;
