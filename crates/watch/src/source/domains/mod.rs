//! When the registrations of domains end, asked of their registries by RDAP (RFC 9082, RFC 9083).
//!
//! Only domains of `[[domain]]` are asked for, of the server that stands there, once a day each, whether it
//! answers or not: whoever runs it learns which domains are watched. What it said is kept over restarts.

mod answer;

use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::channel::http::Http;
use crate::settings::{Domain, Settings};
use crate::source::limits::{DOMAIN_AGAIN, DOMAINS_EVERY};
use crate::source::span;
use crate::store::{Change, Store};

/// What looking up needs.
pub struct Running {
    /// What the file says.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// Where answers are kept.
    pub store: Arc<dyn Store>,
    /// The client.
    pub http: Http,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
}

/// What is known of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// When it was last looked up, in microseconds.
    pub looked_up_at: i64,
    /// When its registration ends, as the last answer that told so has it.
    pub expires_at: Option<String>,
    /// Why the last look-up failed.
    pub failure: Option<String>,
}

/// Looks domains up for ever.
pub async fn run(mut running: Running) {
    loop {
        look(&running).await;
        // Others may stand there after a reload; else it is time for some of them.
        let changed = timeout(DOMAINS_EVERY, running.settings.changed()).await;
        if changed.is_ok_and(|changed| changed.is_err()) {
            return;
        }
    }
}

/// Looks up the domains that are due, one after the other.
async fn look(running: &Running) {
    let settings = Arc::clone(&running.settings.borrow());
    for domain in &settings.domain {
        let Ok(known) = known(&*running.store, domain).await else { return };
        let now = (running.calendar)();
        let last = known.as_ref().map(|known| Timestamp(known.looked_up_at));
        if last.is_some_and(|last| last <= now && span::between(last, now) < DOMAIN_AGAIN) {
            continue;
        }
        // Before it is asked: one that brings us down is not asked again at once.
        let mut new = Known { looked_up_at: now.0, ..known.unwrap_or_default() };
        if !keep(&*running.store, domain, &new).await {
            return;
        }
        match ask(&running.http, domain).await {
            Ok(expires_at) => (new.expires_at, new.failure) = (Some(expires_at), None),
            Err(why) => new.failure = Some(why),
        }
        keep(&*running.store, domain, &new).await;
    }
}

async fn ask(http: &Http, domain: &Domain) -> Result<String, String> {
    let base = domain.rdap.to_string();
    let url = format!("{}/domain/{}", base.trim_end_matches('/'), domain.name.as_str());
    let (status, body) = http.fetch(&url, answer::TYPE).await?;
    answer::read(status, &body)
}

fn name(domain: &Domain) -> String {
    // Another server is another source: what the one before said is not held against it.
    format!("domain/{}/{}", domain.name.as_str(), domain.rdap)
}

/// Returns what is known of a domain.
///
/// # Errors
///
/// Where the store does not answer.
pub async fn known(
    store: &dyn Store,
    domain: &Domain,
) -> Result<Option<Known>, crate::store::StoreError> {
    let text = store.memory(&name(domain)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

async fn keep(store: &dyn Store, domain: &Domain, known: &Known) -> bool {
    let text = serde_json::to_string(known).unwrap_or_default();
    let memory = vec![(name(domain).into(), text)];
    store.commit_transition(Arc::new(Change { memory, ..Change::default() })).await.is_ok()
}

const _: () = assert!(DOMAINS_EVERY.as_secs() < DOMAIN_AGAIN.as_secs(), "a day is noticed");
const _: () = assert!(DOMAIN_AGAIN.as_secs() >= Duration::from_hours(24).as_secs(), "once a day");

#[cfg(test)]
mod tests;
