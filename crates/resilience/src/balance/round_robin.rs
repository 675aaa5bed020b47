//! One after the other, by weight.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Algorithm, Ask, Balance, among};
use crate::endpoint::{Endpoint, Members};

/// The way that an endpoint of weight 1 goes with each request.
const STRIDE: f64 = (1_u64 << 20) as f64;

pub(super) static ITEM: Algorithm = Algorithm {
    name: "round_robin",
    summary: "Takes the endpoints in turn, heavier ones more often and evenly spread.",
    is_sticky: false,
    make: || Box::new(RoundRobin::default()),
};

/// Start-time fair queueing: each request takes an endpoint a way of 1/weight further, and the one
/// that is furthest behind is next.
#[derive(Debug, Default)]
struct RoundRobin {
    /// Where the last pick began. Who comes back begins here, not where it was left.
    place: AtomicU64,
}

impl Balance for RoundRobin {
    fn pick(&self, members: &dyn Members, ask: &mut Ask<'_>) -> Option<usize> {
        let place = self.place.load(Ordering::Relaxed);
        let turn = |(index, endpoint): (usize, &Endpoint)| {
            let from = endpoint.turn.load(Ordering::Relaxed).max(place);
            let way = (STRIDE / f64::from(endpoint.weight(ask.now)).max(1e-6)) as u64;
            (from, from.saturating_add(way), index)
        };
        // Of those that are level the one with the shorter way, the heavier one, goes first.
        let (from, to, index) = among(members, ask.among).map(turn).min()?;
        members.endpoint(index)?.turn.store(to, Ordering::Relaxed);
        self.place.fetch_max(from, Ordering::Relaxed);
        Some(index)
    }
}
