//! A look at ourselves while something fails: do places answer that have nothing to do with it?

use std::net::{IpAddr, SocketAddr};

use goodgate_evidence::probe::{Connect, LookupOutcome};
use goodgate_incident::trust::{Fact, Reach};
use tokio::time::timeout;

use super::limits::CONTROL_TIME;
use crate::check::{Answer, Prober, Step, To};
use crate::settings::values::HostPort;

/// Opens a connection to a place, and says what that tells of our resolver and our network.
pub(super) async fn control(prober: &dyn Prober, place: &HostPort) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut address = place.address();
    if address.is_none() {
        let (answers, found) = look_up(prober, &place.host).await;
        facts.push(Fact::Resolver { answers });
        address = found;
    }
    let Some(address) = address else { return facts };
    let to = To { endpoint: SocketAddr::new(address, place.port), source: None };
    let answer = timeout(CONTROL_TIME, prober.carry_out(&Step::Connect(to), CONTROL_TIME)).await;
    let answers = match answer {
        // A refusal is a word of the other side as well.
        Ok(Answer::Attempt(attempt)) => {
            matches!(attempt.connect.outcome, Connect::Connected | Connect::Refused)
        }
        Ok(Answer::Unable(..)) => return facts,
        _ => false,
    };
    facts.push(Fact::Control { reach: Reach::of(address), answers });
    facts
}

/// Asks our resolver: whether it answers at all, and with which address.
async fn look_up(prober: &dyn Prober, name: &str) -> (bool, Option<IpAddr>) {
    let step = Step::Lookup { name: name.into(), server: None };
    match timeout(CONTROL_TIME, prober.carry_out(&step, CONTROL_TIME)).await {
        Ok(Answer::Lookup(lookup)) => match lookup.outcome {
            LookupOutcome::Addresses { addresses, .. } => (true, addresses.first().copied()),
            LookupOutcome::NoSuchName | LookupOutcome::NoAddress => (true, None),
            _ => (false, None),
        },
        _ => (false, None),
    }
}
