//! An address that is no longer the origin's.

use std::net::IpAddr;
use std::sync::Arc;

use crate::dns::{Answer, DnsFault, Question, Zone};
use crate::fault::{Argument, Fault, Hook};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_stale_address",
    summary: "Answers every question for an address with one that is no longer the origin's, to be \
              kept for five minutes.",
    arguments: &[Argument {
        name: "IP",
        meaning: "the address, of either family; questions for the other family find nothing",
        default: "127.0.0.254",
    }],
    causes: &["connect_refused", "dns_stale_address"],
    protocols: &[Protocol::Dns],
    make: |given| Ok(Hook::Dns(Arc::new(Stale { address: given.address("IP")? }))),
};

/// Seconds that the address may be kept, a usual figure.
const TTL: u32 = 300;

struct Stale {
    address: IpAddr,
}

impl DnsFault for Stale {
    fn answer(&self, _: &Question, _: &Zone) -> Answer {
        Answer::Addresses { addresses: vec![self.address], ttl: TTL }
    }
}
