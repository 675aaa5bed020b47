//! How often a wrong token may be tried.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits;

/// Counts wrong tokens by the address that they came from. Right ones cost nothing.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<IpAddr, Instant>>);

impl Tries {
    /// Returns whether another token from this address is looked at.
    pub fn may(&self, from: IpAddr, now: Instant) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free_at = all.get(&whose(from)).copied();
        free_at.is_none_or(|free_at| free_at.saturating_duration_since(now) <= room())
    }

    /// Counts a wrong one. Each address has a moment at which all of its tries are free again; a wrong
    /// token moves it on.
    pub fn wrong(&self, from: IpAddr, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= limits::TRIED_FROM {
            all.retain(|_, free_at| *free_at > now);
        }
        let from = whose(from);
        if all.len() >= limits::TRIED_FROM && !all.contains_key(&from) {
            // The one that is nearest to being forgotten anyway makes room.
            let first = all.iter().min_by_key(|(_, free_at)| **free_at).map(|(from, _)| *from);
            first.map(|first| all.remove(&first));
        }
        let free_at = all.entry(from).or_insert(now);
        *free_at = (*free_at).max(now) + limits::TRY_EVERY;
    }
}

/// How far ahead that moment may be for another try.
fn room() -> Duration {
    limits::TRY_EVERY * (limits::TRIES - 1)
}

/// Returns the address that stands for whoever has this one: all of a /64 belong to the same.
pub fn whose(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn after_so_many_wrong_ones_one_more_is_free_each_time() {
        let (tries, now) = (Tries::default(), Instant::now());
        let from = address("192.0.2.1");

        for _ in 0..limits::TRIES {
            assert!(tries.may(from, now));
            tries.wrong(from, now);
        }

        assert!(!tries.may(from, now));
        assert!(tries.may(address("192.0.2.2"), now));
        let later = now + limits::TRY_EVERY;
        assert!(tries.may(from, later));
        tries.wrong(from, later);
        assert!(!tries.may(from, later));
    }

    #[test]
    fn addresses_of_one_network_of_ipv6_count_together() {
        let (tries, now) = (Tries::default(), Instant::now());

        for host in 0..limits::TRIES {
            tries.wrong(address(&format!("2001:db8::{host:x}")), now);
        }

        assert!(!tries.may(address("2001:db8::ffff"), now));
        assert!(tries.may(address("2001:db8:0:1::1"), now));
    }

    #[test]
    fn the_number_of_addresses_is_bounded() {
        let (tries, now) = (Tries::default(), Instant::now());

        for number in 0..limits::TRIED_FROM as u32 + 500 {
            tries.wrong(IpAddr::V4((0x0a00_0000 + number).into()), now);
        }

        assert_eq!(tries.0.lock().expect("a lock").len(), limits::TRIED_FROM);
    }
}
