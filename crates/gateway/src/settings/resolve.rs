//! `[upstream.NAME.resolve]`: how names of endpoints are looked up.

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_config::units::{hours, ms, secs};
use goodgate_config::{section, words};

section! {
    /// How names of endpoints are looked up: again and again, away from requests; the last good
    /// answer is kept for as long as there is no other.
    pub struct Resolve {
        /// The name servers to ask; without any those of the system.
        pub servers: Vec<SocketAddr> = Vec::new();
        /// Which addresses are used.
        pub family: Family = Family::Any;
        /// The shortest time between two lookups of a name, whatever its TTL says.
        pub min: Duration = secs(1), in ms(100)..=hours(1);
        /// The longest time between two lookups of a name, whatever its TTL says.
        pub max: Duration = secs(30), in ms(100)..=hours(24);
        /// The time until a failed lookup is tried again.
        pub retry: Duration = secs(1), in ms(100)..=hours(1);
    }
}

words! {
    /// Which addresses of a name are used.
    pub enum Family {
        /// Both; each address is an endpoint.
        Any = "any",
        /// IPv4 only.
        Ipv4 = "ipv4",
        /// IPv6 only.
        Ipv6 = "ipv6",
    }
}
