//! What the watch has its checks and examinations made with.
//!
//! Steps of checks are carried out by `goodgate-prober`; examinations are those of `goodgate diagnose`.

mod finding;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use goodgate_examine::Method as Asking;
use goodgate_prober::Steps;
use goodgate_watch::check::{Answer, Boxed, Examined, Prober, Step, Suspicion};
use goodgate_watch::settings::Method;
use serde_json::json;

pub(crate) use self::finding::status;
use crate::diagnose::burst::{Wish, burst};

/// Makes checks and examinations for the watch. One for all monitors: they share what is made once.
#[derive(Debug, Default)]
pub(crate) struct WatchProber {
    steps: Steps,
}

impl WatchProber {
    /// Makes one that trusts whom the system trusts. It reads files.
    pub(crate) fn new() -> Self {
        Self { steps: Steps::new() }
    }

    async fn examined(&self, suspicion: &Suspicion) -> Examined {
        match self.burst(suspicion).await {
            Ok(burst) => Examined {
                finding: finding::of(&burst, suspicion),
                status: status(&burst),
                is_answered: burst.trouble.is_none() && finding::is_answered(&burst.chain),
                verdict: burst.json,
            },
            Err(error) => {
                let why = format!("{error:#}");
                // The same form, with the reason in place of a verdict.
                let document = json!({
                    "schema": "goodgate.diagnose/1",
                    "url": finding::shown(suspicion),
                    "verdict": null,
                    "error": why,
                });
                let verdict = document.to_string().into_bytes();
                let finding = finding::unable(suspicion, &why);
                Examined { finding, status: None, is_answered: false, verdict }
            }
        }
    }

    async fn burst(&self, suspicion: &Suspicion) -> anyhow::Result<crate::diagnose::burst::Burst> {
        let tls = &suspicion.tls;
        let wish = Wish {
            url: suspicion.url.to_string(),
            method: method(suspicion.method),
            not_sent: finding::not_sent(suspicion),
            origin: suspicion.origin.clone(),
            source: suspicion.source,
            trust: self.steps.anchors_with(tls.ca.as_deref())?,
            server_name: tls.server_name.as_deref().map(str::to_owned),
            minds_certificates: tls.verify,
            headers: Arc::clone(&suspicion.headers),
            name_servers: Arc::clone(&suspicion.name_servers),
            bounds: None,
            requests: suspicion.requests,
            time: suspicion.time,
        };
        burst(&wish).await
    }
}

/// Returns the method to examine with: that of the check, where it changes nothing.
fn method(of_check: Method) -> Asking {
    match of_check {
        Method::Head => Asking::Head,
        Method::Options => Asking::Options,
        Method::Get | Method::Post | Method::Put | Method::Patch | Method::Delete => Asking::Get,
    }
}

impl Prober for WatchProber {
    fn carry_out<'a>(&'a self, step: &'a Step, within: Duration) -> Boxed<'a, Answer> {
        Box::pin(self.steps.carry_out(step, within))
    }

    fn examine<'a>(&'a self, suspicion: &'a Suspicion) -> Boxed<'a, Examined> {
        Box::pin(self.examined(suspicion))
    }
}
