//! What the outcomes show, in the words of `goodgate-evidence`.
//!
//! Whoever we connect to is the server whose mechanism is seen: a target that refuses gives
//! `connect_refused` whether it is a gateway or an application. With an origin the gateway's own
//! failure counts as the client's side too.

mod behaviour;
mod consequence;
mod host;
mod lookup;
mod page;
mod redirect;
mod wire;

use goodgate_evidence::text::{redact, shorten};
use goodgate_evidence::{Observation, Sign, Source, Timestamp};

use crate::examination::Examination;
use crate::experiments;
use crate::limits::QUOTE_MAX;
use crate::probe::{Asked, Hop};

pub use consequence::without_consequences;
pub use host::{Window, of_host, unit_words};
pub(crate) use redirect::to_itself;
pub(crate) use wire::{is_our_lack_of_ipv6, stage_words};

pub(crate) fn observations(examination: &Examination) -> Vec<Observation> {
    let mut seen = Seen::default();
    for hop in examination.hops() {
        lookup::look(examination, hop, &mut seen);
        wire::look(examination, hop, &mut seen);
    }
    behaviour::look(examination, &mut seen);
    redirect::look(examination, &mut seen);
    for experiment in experiments::ALL {
        (experiment.look)(examination, &mut seen);
    }
    page::look(examination, &mut seen);
    behaviour::judge_health(examination, &mut seen);
    seen.0
}

/// The observations so far.
#[derive(Default)]
pub(crate) struct Seen(Vec<Observation>);

impl Seen {
    /// Adds what was seen of a hop. What goes over the wire of one hop is one group: the same event
    /// seen twice is no second proof.
    pub(crate) fn add(&mut self, hop: Hop, sign: Sign, at: Timestamp, quote: &str) {
        self.push(seen_of(hop, sign, at, quote));
    }

    /// Adds what was seen by comparing several outcomes; each is a group of its own.
    pub(crate) fn add_apart(&mut self, hop: Hop, sign: Sign, at: Timestamp, quote: &str) {
        let group = format!("{sign}:{}", hop.slug());
        self.push(Observation { group, ..seen_of(hop, sign, at, quote) });
    }

    fn push(&mut self, observation: Observation) {
        self.0.push(observation);
    }

    fn has_of(&self, hop: Hop, sign: Sign) -> bool {
        let source = source(hop);
        self.0.iter().any(|seen| seen.sign == sign && seen.source == source)
    }
}

/// Returns an observation of what went over the wire of a hop.
fn seen_of(hop: Hop, sign: Sign, at: Timestamp, quote: &str) -> Observation {
    let mut observation = Observation::new(sign, source(hop));
    observation.at = Some(at);
    observation.group = format!("wire:{}", hop.slug());
    observation.quote = shorten(&redact(quote), QUOTE_MAX);
    observation
}

fn source(hop: Hop) -> Source {
    match hop {
        Hop::Gateway => Source::probe_gateway(),
        Hop::Origin => Source::probe_origin(),
    }
}

/// Returns when a connection began to matter: the exchange, or else the connect.
pub(crate) fn when(asked: &Asked) -> Timestamp {
    asked.exchange.as_ref().map_or(asked.connect.at, |exchange| exchange.at)
}
