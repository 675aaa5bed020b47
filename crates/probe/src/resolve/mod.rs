//! Looks names up: through the system's resolver, or at one name server.

mod name_server;
mod resolv_conf;
mod shared;
mod system;

use goodgate_evidence::probe::LookupOutcome;

pub use self::name_server::name_server;
pub use self::resolv_conf::system_name_servers;
pub use self::shared::SharedResolver;
pub use self::system::system;

/// Joins the outcomes for both address families into one.
fn merged(v4: LookupOutcome, v6: LookupOutcome) -> LookupOutcome {
    use LookupOutcome::{Addresses, NoAddress, NoSuchName};
    match (v4, v6) {
        (Addresses { addresses: a, ttl: x }, Addresses { addresses: b, ttl: y }) => {
            let addresses = a.into_iter().chain(b).collect();
            Addresses { addresses, ttl: x.into_iter().chain(y).min() }
        }
        (found @ Addresses { .. }, _) | (_, found @ Addresses { .. }) => found,
        // A name that does not exist does not exist for any family.
        (NoSuchName, _) | (_, NoSuchName) => NoSuchName,
        // No address of one family says nothing while the other one is unknown.
        (NoAddress, other) => other,
        (failure, _) => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str, ttl: u32) -> LookupOutcome {
        let addresses = vec![address.parse().unwrap()];
        LookupOutcome::Addresses { addresses, ttl: Some(ttl) }
    }

    #[test]
    fn both_families_are_joined() {
        use LookupOutcome::{NoAddress, NoSuchName, TimedOut};
        let both = LookupOutcome::Addresses {
            addresses: vec!["192.0.2.1".parse().unwrap(), "::1".parse().unwrap()],
            ttl: Some(5),
        };
        let cases = [
            (found("192.0.2.1", 9), found("::1", 5), both),
            (found("192.0.2.1", 9), TimedOut, found("192.0.2.1", 9)),
            (NoAddress, found("::1", 5), found("::1", 5)),
            (NoSuchName, TimedOut, NoSuchName),
            (NoAddress, TimedOut, TimedOut),
            (TimedOut, NoAddress, TimedOut),
            (NoAddress, NoAddress, NoAddress),
        ];

        let outcomes = cases.clone().map(|(v4, v6, _)| merged(v4, v6));

        assert_eq!(outcomes, cases.map(|(_, _, expected)| expected));
    }
}
