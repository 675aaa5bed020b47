//! Which of several endpoints gets a request: every algorithm, one file each.
//!
//! To add one: a file `NAME.rs` with an `ITEM`, and its line below. The laws in `laws.rs` hold for
//! all of them.

use std::fmt::Debug;
use std::time::Instant;

use crate::endpoint::{Endpoint, Members};
use crate::random::Random;
use crate::set::Set;

/// Declares the files of the registry.
macro_rules! registry {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// Every algorithm, sorted by name.
        pub static ALL: &[&Algorithm] = &[$(&$name::ITEM,)+];
    };
}

registry! {
    hash,
    least_request,
    peak_ewma,
    round_robin,
}

/// The name of the default algorithm.
pub const DEFAULT: &str = "peak_ewma";

/// An algorithm of the registry.
#[derive(Debug)]
pub struct Algorithm {
    /// The name in the configuration.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Whether the same key goes to the same endpoint. Errors then say something about the key as
    /// much as about the endpoint.
    pub is_sticky: bool,
    /// Makes the state of one upstream.
    pub make: fn() -> Box<dyn Balance>,
}

/// Finds an algorithm by its name.
pub fn find(name: &str) -> Option<&'static Algorithm> {
    ALL.iter().copied().find(|algorithm| algorithm.name == name)
}

/// What a pick depends on besides the endpoints.
pub struct Ask<'a> {
    /// The endpoints of which one is picked.
    pub among: &'a Set,
    /// A hash of what sticks to an endpoint (a cookie, an address); others ignore it.
    pub key: u64,
    /// The time.
    pub now: Instant,
    /// The randomness.
    pub random: &'a mut dyn Random,
}

/// Picks endpoints; shared by all cores. Never allocates.
pub trait Balance: Debug + Send + Sync {
    /// Returns the index of one endpoint of `ask.among`; nothing only if none of them exists.
    fn pick(&self, members: &dyn Members, ask: &mut Ask<'_>) -> Option<usize>;
}

/// Goes through the endpoints that may be picked.
fn among<'a>(members: &'a dyn Members, set: &Set) -> impl Iterator<Item = (usize, &'a Endpoint)> {
    set.iter().filter_map(move |index| Some((index, members.endpoint(index)?)))
}

/// Returns the endpoint with the smallest value; the first of equal ones.
fn smallest(values: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    values.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(index, _)| index)
}

#[cfg(test)]
mod laws;
