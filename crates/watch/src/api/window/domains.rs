//! Domains whose registrations are looked up, with what is known of them.

use goodgate_door::{Object, list};
use goodgate_incident::Timestamp;
use serde_json::Value;

use super::super::refusal::Refusal;
use super::super::within;
use crate::settings::{Domain, Settings};
use crate::source::domains::known;
use crate::store::Store;

/// Shows the domains of a tag, or all.
pub(super) async fn of(
    store: &dyn Store,
    settings: &Settings,
    tag: Option<&str>,
) -> Result<Value, Refusal> {
    let mut wanted: Vec<&Domain> = settings.domain.iter().collect();
    if let Some(tag) = tag {
        wanted.retain(|domain| domain.tags.iter().any(|other| other.as_str() == tag));
    }
    let mut all = Vec::new();
    for domain in wanted {
        all.push((domain, within(known(store, domain)).await?.unwrap_or_default()));
    }
    Ok(list(all, |(domain, known)| {
        let looked_up = (known.looked_up_at != 0).then_some(Timestamp(known.looked_up_at));
        Object::default()
            .with("name", domain.name.as_str())
            .with_some("expires_at", known.expires_at)
            .at_some("looked_up_at", looked_up)
            .with_some("failure", known.failure)
    }))
}
