//! The fewest requests in flight.

use super::{Algorithm, Ask, Balance, among};
use crate::endpoint::Members;
use crate::random::Random;

pub(super) static ITEM: Algorithm = Algorithm {
    name: "least_request",
    summary: "Takes the endpoint with the fewest requests in flight for its weight; failures count \
              as requests.",
    is_sticky: false,
    make: || Box::new(LeastRequest),
};

/// Needs no state of its own: all of it is in the endpoints' load.
#[derive(Debug)]
struct LeastRequest;

impl Balance for LeastRequest {
    /// Among endpoints with the same value the weight decides by chance (an exponential race), so
    /// that an idle upstream is used evenly.
    fn pick(&self, members: &dyn Members, ask: &mut Ask<'_>) -> Option<usize> {
        let mut best: Option<(f64, f64, usize)> = None;
        for (index, endpoint) in among(members, ask.among) {
            let weight = f64::from(endpoint.weight(ask.now));
            let load = endpoint.load();
            let failures = load.penalty(ask.now) - 1.0;
            let value = (f64::from(load.in_flight()) + failures) / weight;
            let lot = -(1.0 - Random::unit(ask.random)).ln() / weight;
            if best.is_none_or(|(least, lots, _)| (value, lot) < (least, lots)) {
                best = Some((value, lot, index));
            }
        }
        best.map(|(_, _, index)| index)
    }
}
