//! The same key to the same endpoint.

use super::{Algorithm, Ask, Balance, among, smallest};
use crate::endpoint::{Endpoint, Members};
use crate::random::{mix, unit};

pub(super) static ITEM: Algorithm = Algorithm {
    name: "hash",
    summary: "Sends the same key to the same endpoint; when an endpoint goes only its keys move.",
    is_sticky: true,
    make: || Box::new(Hash),
};

/// Weighted rendezvous hashing: key and endpoint give each endpoint a lot, the best one wins. There
/// is no table to build when endpoints come and go.
#[derive(Debug)]
struct Hash;

impl Balance for Hash {
    fn pick(&self, members: &dyn Members, ask: &mut Ask<'_>) -> Option<usize> {
        let lot = |(index, endpoint): (usize, &Endpoint)| {
            let drawn = 1.0 - unit(mix(ask.key ^ mix(endpoint.id().wrapping_add(1))));
            (index, -drawn.ln() / f64::from(endpoint.weight(ask.now)).max(1e-6))
        };
        smallest(among(members, ask.among).map(lot))
    }
}
