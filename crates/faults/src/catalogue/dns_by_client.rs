//! Answers that depend on who asks.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dns::{Answer, DnsFault, Question, Zone};
use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;
use hickory_proto::op::ResponseCode;

pub(super) static ITEM: Fault = Fault {
    name: "dns_by_client",
    summary: "Gives each resolver another answer: the first that asks gets the first address of a \
              name, the second the second, and so on in turn; of a name with one address every \
              other resolver hears that it does not exist.",
    arguments: NONE,
    causes: &["dns_nxdomain", "dns_stale_address"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(Hook::Dns(Arc::new(ByClient { askers: Mutex::new(Vec::new()) }))),
};

/// Resolvers that are told apart; later ones count as the last.
const ASKERS_MAX: usize = 1024;

struct ByClient {
    /// Who has asked so far, in order.
    askers: Mutex<Vec<IpAddr>>,
}

impl DnsFault for ByClient {
    fn answer(&self, question: &Question, zone: &Zone) -> Answer {
        let place = self.place(question.asker);
        match Answer::healthy(question, zone) {
            Answer::Addresses { addresses, .. } if addresses.len() == 1 && place % 2 == 1 => {
                Answer::Failure(ResponseCode::NXDomain)
            }
            Answer::Addresses { addresses, ttl } => {
                let turn = place % addresses.len().max(1);
                let addresses = addresses.into_iter().skip(turn).take(1).collect();
                Answer::Addresses { addresses, ttl }
            }
            other => other,
        }
    }
}

impl ByClient {
    /// The place of `asker` among those who have asked.
    fn place(&self, asker: IpAddr) -> usize {
        let mut askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = askers.iter().position(|known| *known == asker) {
            return place;
        }
        if askers.len() < ASKERS_MAX {
            askers.push(asker);
        }
        askers.len() - 1
    }
}
