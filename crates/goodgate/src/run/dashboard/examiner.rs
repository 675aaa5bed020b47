//! Examines URLs and explains texts for the pages, as `goodgate diagnose` and `goodgate explain` do. What a
//! page asks for is bound: by which addresses are dialled, by few requests, and by time.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use goodgate_dashboard::back::Boxed;
use goodgate_dashboard::examiner::{Check, Examiner, Unchecked};
use goodgate_dashboard::limits::{CHECK_BUDGET, CHECK_REQUESTS};
use goodgate_door::client::Place;
use goodgate_evidence::probe::LookupOutcome;
use goodgate_examine::{Host, Link, Method, Url};
use goodgate_probe::resolve::SharedResolver;
use goodgate_probe::{Network, Policy, TrustAnchors};
use serde_json::{Map, Value, json};

use crate::configuration::Shown;
use crate::diagnose::burst::{Bounds, Burst, Wish, burst};
use crate::explain::explained;
use crate::prober::status;
use crate::run::admin::AdminAt;
use crate::run::say::Say;

/// Names that are looked up at the same time: one that hangs keeps a thread beyond its check.
const LOOKUPS: usize = 8;

/// What of a diagnosis is about this host, and nothing for those who ask over a page.
const OF_THIS_HOST: [&str; 5] = ["is_it_me", "vantage_points", "host", "logs", "origin"];

/// Examines and explains.
#[derive(Debug)]
pub(super) struct PageExaminer {
    trust: TrustAnchors,
    resolver: SharedResolver,
    name_servers: Arc<[SocketAddr]>,
    /// Listeners of our own besides the dashboard.
    listeners: Mutex<Vec<u16>>,
    say: Say,
}

impl PageExaminer {
    /// Makes one that trusts whom the system trusts. It reads files.
    pub(super) fn new(shown: &Shown, say: Say) -> Self {
        let (trust, resolver) = (TrustAnchors::system(), SharedResolver::new(LOOKUPS));
        let listeners = Mutex::new(listeners(shown));
        Self { trust, resolver, name_servers: Arc::default(), listeners, say }
    }

    /// Takes the listeners of another configuration.
    pub(super) fn follow(&self, shown: &Shown) {
        *self.listeners.lock().unwrap_or_else(PoisonError::into_inner) = listeners(shown);
    }

    async fn checked(&self, check: &Check) -> Result<Value, Unchecked> {
        let url = Url::parse(&check.url)
            .map_err(|misread| Unchecked::Misread(misread.what, misread.hint))?;
        let (by, from) = (&check.by, check.from);
        self.say.info(&format!("{by} ({from}) has {} checked", url.shown(false)));
        let wish = self.wish(check, &url);
        let found = burst(&wish).await.map_err(|error| Unchecked::Unable(format!("{error:#}")))?;
        if found.is_forbidden || check.is_guest && has_no_address(&found.chain) {
            return Err(Unchecked::Forbidden);
        }
        document(found, check.expected)
    }

    fn wish(&self, check: &Check, url: &Url) -> Wish {
        let bounds = Bounds {
            policy: Arc::new(self.policy(check, url)),
            resolver: self.resolver.clone(),
            port: url.port,
        };
        Wish {
            url: check.url.clone(),
            method: if check.is_head { Method::Head } else { Method::Get },
            not_sent: None,
            origin: None,
            source: None,
            trust: self.trust.clone(),
            server_name: None,
            minds_certificates: true,
            headers: Arc::default(),
            name_servers: Arc::clone(&self.name_servers),
            bounds: Some(bounds),
            requests: CHECK_REQUESTS,
            time: CHECK_BUDGET,
        }
    }

    /// Returns what may be dialled for one check.
    fn policy(&self, check: &Check, url: &Url) -> Policy {
        let networks = check.private.iter().filter_map(|net| Network::new(net.address, net.length));
        let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let policy = Policy::default()
            .with_networks(networks)
            .without_listeners(listeners.into_iter().chain([check.own_port]));
        // Guests do not learn what is watched.
        let is_watched = !check.is_guest
            && check.monitored.iter().filter_map(|target| Url::parse(target).ok()).any(|target| {
                (&target.host, target.port, target.secure) == (&url.host, url.port, url.secure)
            });
        match &url.host {
            Host::Address(ip) if is_watched => policy.with_address(SocketAddr::new(*ip, url.port)),
            Host::Name(_) if is_watched => policy.with_private_at(url.port),
            Host::Address(_) | Host::Name(_) => policy,
        }
    }
}

impl Examiner for PageExaminer {
    fn check(&self, check: Check) -> Boxed<'_, Result<Value, Unchecked>> {
        Box::pin(async move { self.checked(&check).await })
    }

    fn explain(&self, text: String) -> Boxed<'_, Value> {
        Box::pin(async move {
            // Reading takes milliseconds of a core, for which no page is to wait.
            let reading = tokio::task::spawn_blocking(move || explained(&text));
            reading.await.unwrap_or_else(|_| json!({ "schema": "goodgate.explain/1" }))
        })
    }
}

/// Returns the ports of this host that are for operators: the watch's and that of the gateway.
fn listeners(shown: &Shown) -> Vec<u16> {
    let admin = AdminAt::of(shown.admin.as_ref()).ok().map(|admin| admin.place);
    let admin = admin.and_then(|place| match place {
        Place::Tcp(address) => Some(address.port()),
        Place::Unix(_) => None,
    });
    let watch = shown.watch_listen.map(|address| address.port());
    admin.into_iter().chain(watch).collect()
}

/// Tells whether the name of the target came to no address.
fn has_no_address(chain: &[Link]) -> bool {
    let mut lookups = chain.iter().flat_map(|link| &link.lookups).peekable();
    let found = |outcome: &LookupOutcome| matches!(outcome, LookupOutcome::Addresses { .. });
    lookups.peek().is_some() && !lookups.any(|lookup| found(&lookup.outcome))
}

fn document(found: Burst, expected: Option<u16>) -> Result<Value, Unchecked> {
    let status = status(&found);
    if let Some(why) = found.trouble {
        return Err(Unchecked::Unable(why));
    }
    let document: Result<Map<String, Value>, _> = serde_json::from_slice(&found.json);
    let mut document = document.map_err(|error| Unchecked::Unable(error.to_string()))?;
    for key in OF_THIS_HOST {
        document.remove(key);
    }
    document.insert("status".to_owned(), json!(status));
    if let Some(expected) = expected {
        let is_met = status == Some(expected);
        document.insert("expected".to_owned(), json!({ "status": expected, "met": is_met }));
    }
    Ok(Value::Object(document))
}

#[cfg(test)]
mod tests;
