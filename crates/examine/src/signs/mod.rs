//! What the outcomes show, in the words of `goodgate-evidence`.
//!
//! Whoever we connect to is the server whose mechanism is seen: a target that refuses gives
//! `connect_refused` whether it is a gateway or an application. With an origin the gateway's own
//! failure counts as the client's side too.

mod behaviour;
mod lookup;
mod page;
mod wire;

use goodgate_evidence::text::{redact, shorten};
use goodgate_evidence::{Observation, Sign, Source, Timestamp};

use crate::examination::Examination;
use crate::limits::QUOTE_MAX;
use crate::probe::{Asked, Hop};

pub(crate) use wire::is_our_lack_of_ipv6;

pub(crate) fn observations(examination: &Examination) -> Vec<Observation> {
    let mut seen = Seen::default();
    for hop in examination.hops() {
        lookup::look(examination, hop, &mut seen);
        wire::look(examination, hop, &mut seen);
    }
    behaviour::look(examination, &mut seen);
    page::look(examination, &mut seen);
    behaviour::judge_health(examination, &mut seen);
    seen.0
}

/// The observations so far.
#[derive(Default)]
struct Seen(Vec<Observation>);

impl Seen {
    /// Adds what was seen of a hop. What goes over the wire of one hop is one group: the same event
    /// seen twice is no second proof.
    fn add(&mut self, hop: Hop, sign: Sign, at: Option<Timestamp>, quote: &str) -> &mut Observation {
        self.push(hop, sign, at, quote, format!("wire:{}", hop.slug()))
    }

    /// Adds what was seen by comparing several outcomes; each is a group of its own.
    fn add_apart(&mut self, hop: Hop, sign: Sign, at: Option<Timestamp>, quote: &str) {
        self.push(hop, sign, at, quote, format!("{sign}:{}", hop.slug()));
    }

    fn push(
        &mut self,
        hop: Hop,
        sign: Sign,
        at: Option<Timestamp>,
        quote: &str,
        group: String,
    ) -> &mut Observation {
        let mut observation = Observation::new(sign, source(hop));
        observation.at = at;
        observation.group = group;
        observation.quote = shorten(&redact(quote), QUOTE_MAX);
        let at = self.0.len();
        self.0.push(observation);
        &mut self.0[at]
    }

    fn has(&self, sign: Sign) -> bool {
        self.0.iter().any(|observation| observation.sign == sign)
    }

    fn has_of(&self, hop: Hop, sign: Sign) -> bool {
        let source = source(hop);
        self.0.iter().any(|seen| seen.sign == sign && seen.source == source)
    }
}

fn source(hop: Hop) -> Source {
    match hop {
        Hop::Gateway => Source::probe_gateway(),
        Hop::Origin => Source::probe_origin(),
    }
}

/// Returns when a connection began to matter: the exchange, or else the connect.
fn when(asked: &Asked) -> Option<Timestamp> {
    Some(asked.exchange.as_ref().map_or(asked.connect.at, |exchange| exchange.at))
}
