//! What expires soon: certificates that monitors met, and registrations of domains.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::limits;
use super::window::Window;

/// Something that expires, or has expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// What it is.
    pub thing: Thing,
    /// The monitors that met it, or the name of the domain.
    pub of: Vec<String>,
    /// When.
    pub at: String,
    /// Full days until then, from when the report was made; below 0 where it has expired.
    pub days: i64,
}

/// What expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thing {
    /// A certificate of TLS.
    Certificate,
    /// The registration of a domain.
    Domain,
}

impl Thing {
    /// Returns the words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Domain => "domain registration",
        }
    }
}

/// Returns what expires within [`limits::EXPIRES_WITHIN_DAYS`], the soonest first. A certificate that several
/// monitors met is one.
pub(super) fn of(window: &Window, now: Timestamp) -> Vec<Expiry> {
    let mut certificates: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for monitor in &window.monitors {
        if let Some(certificate) = &monitor.certificate {
            let key = (certificate.not_after.as_str(), certificate.sha256.as_str());
            certificates.entry(key).or_default().push(monitor.id.clone());
        }
    }
    let certificates = certificates.into_iter().filter_map(|((at, _), mut of)| {
        of.truncate(limits::OF_EACH);
        soon(Thing::Certificate, of, at, now)
    });
    let domains = window.domains.iter().filter_map(|domain| {
        soon(Thing::Domain, vec![domain.name.clone()], domain.expires_at.as_deref()?, now)
    });
    let mut all: Vec<Expiry> = certificates.chain(domains).collect();
    all.sort_by(|one, other| one.days.cmp(&other.days).then(one.of.cmp(&other.of)));
    all.truncate(limits::EXPIRING);
    all
}

fn soon(thing: Thing, of: Vec<String>, at: &str, now: Timestamp) -> Option<Expiry> {
    let moment: Timestamp = at.parse().ok()?;
    let seconds = moment.as_second().saturating_sub(now.as_second());
    let days = seconds.div_euclid(86_400);
    (days <= limits::EXPIRES_WITHIN_DAYS).then(|| Expiry { thing, of, at: at.to_owned(), days })
}
