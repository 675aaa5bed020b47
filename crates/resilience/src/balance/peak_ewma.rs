//! Power of two choices by expected cost; the default.

use std::time::Instant;

use super::{Algorithm, Ask, Balance, among};
use crate::endpoint::{Endpoint, Members};
use crate::random::Random;
use crate::set::Set;

pub(super) static ITEM: Algorithm = Algorithm {
    name: "peak_ewma",
    summary: "Draws two endpoints by weight and takes the one with the lower cost: latency times \
              requests in flight, higher after failures.",
    is_sticky: false,
    make: || Box::new(PeakEwma),
};

/// Needs no state of its own: all of it is in the endpoints' load.
#[derive(Debug)]
struct PeakEwma;

impl Balance for PeakEwma {
    fn pick(&self, members: &dyn Members, ask: &mut Ask<'_>) -> Option<usize> {
        let total = weight_of(members, ask.among, ask.now);
        let first = draw(members, ask.among, total, ask)?;
        let mut rest = *ask.among;
        rest.remove(first);
        let first_weight = f64::from(members.endpoint(first)?.weight(ask.now));
        let Some(second) = draw(members, &rest, total - first_weight, ask) else {
            return Some(first);
        };
        let mean = total / ask.among.len() as f64;
        let cost = |index| members.endpoint(index).map(|found| cost(found, mean, ask.now));
        Some(if cost(second)? < cost(first)? { second } else { first })
    }
}

fn weight_of(members: &dyn Members, set: &Set, now: Instant) -> f64 {
    among(members, set).map(|(_, endpoint)| f64::from(endpoint.weight(now))).sum()
}

/// Draws one endpoint with a probability that is proportional to its weight.
fn draw(members: &dyn Members, set: &Set, total: f64, ask: &mut Ask<'_>) -> Option<usize> {
    let mut left = Random::unit(ask.random) * total;
    let mut last = None;
    for (index, endpoint) in among(members, set) {
        left -= f64::from(endpoint.weight(ask.now));
        last = Some(index);
        if left < 0.0 {
            break;
        }
    }
    last
}

/// What one more request would cost. An endpoint of twice the weight bears twice the requests.
fn cost(endpoint: &Endpoint, mean_weight: f64, now: Instant) -> f64 {
    let relative = f64::from(endpoint.weight(now)) / mean_weight;
    let queue = f64::from(endpoint.load().in_flight()) / relative + 1.0;
    endpoint.load().latency(now).as_secs_f64() * endpoint.load().penalty(now) * queue
}
