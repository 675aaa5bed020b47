//! A name server that keeps silent.

use std::sync::Arc;

use crate::dns::{Answer, DnsFault, Question, Zone};
use crate::fault::{Fault, Hook, NONE};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_timeout",
    summary: "Swallows every question, over UDP and over TCP.",
    arguments: NONE,
    causes: &["dns_timeout"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(Hook::Dns(Arc::new(Silent))),
};

struct Silent;

impl DnsFault for Silent {
    fn answer(&self, _: &Question, _: &Zone) -> Answer {
        Answer::Silence
    }
}
