//! What a failed check met on its way, for whoever looks what several monitors have in common.

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_incident::Component;

use super::course::address;
use super::plan::Plan;
use super::proxy_status::{failing, is_specific, via};
use super::raw::{Attempt, Raw};

/// Returns the parts on the way of a failed check, from its last connection.
pub(super) fn of(plan: &Plan, raw: &Raw) -> BTreeSet<Component> {
    let mut parts = BTreeSet::new();
    if let Some(provider) = &plan.provider {
        parts.insert(Component::Dependency(provider.as_str().into()));
    }
    parts.extend(raw.last().into_iter().flat_map(of_attempt));
    parts
}

/// Returns the parts on the way of one connection over which something failed: its address, a certificate
/// that does not verify, the gateway that answered and the endpoint that it names.
///
/// Whoever examines a target uses the same words, so that monitors meet in one incident.
pub fn of_attempt(attempt: &Attempt) -> BTreeSet<Component> {
    let mut parts = BTreeSet::new();
    parts.insert(Component::Address(attempt.connect.endpoint.to_string().into()));
    if let Some(handshake) = attempt.handshake.as_ref().filter(|one| one.trust.is_err())
        && let Some(leaf) = handshake.chain.first()
    {
        parts.insert(Component::Certificate(leaf.sha256.as_str().into()));
    }
    parts.extend(gateway(attempt));
    parts.extend(endpoint(attempt));
    parts
}

/// The gateway that answered, by the name that it was given in `Proxy-Status` or `Via`. A name that is
/// only that of a product stands for this address alone: half of the world calls itself nginx.
fn gateway(attempt: &Attempt) -> Option<Component> {
    let head = attempt.exchange.as_ref()?.head.as_ref()?;
    let named = head.field("proxy-status").and_then(failing).map(|member| member.name);
    let name = named.or_else(|| head.field("via").and_then(via));
    let name = name.or_else(|| head.field("server").map(|name| name.chars().take(64).collect()))?;
    let name = goodgate_evidence::text::neutralise(&name);
    let name: Arc<str> = if is_specific(&name) && head.field("server") != Some(name.as_str()) {
        name.into()
    } else {
        let at = address(&attempt.connect.endpoint)?.ip();
        format!("{name} at {at}").into()
    };
    Some(Component::Gateway(name))
}

/// The endpoint behind the gateway, where it says whom it asked (RFC 9209 section 2.1.2).
fn endpoint(attempt: &Attempt) -> Option<Component> {
    let head = attempt.exchange.as_ref()?.head.as_ref()?;
    let hop = head.field("proxy-status").and_then(failing)?.next_hop?;
    let hop = goodgate_evidence::text::neutralise(&hop);
    (!hop.is_empty()).then(|| Component::Endpoint(hop.into()))
}
