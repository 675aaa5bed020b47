//! What the shell says of a check and of ourselves.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// What a check heard at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Words of the other side, welcome or not: a response, a refusal, a reset, an alert of TLS.
    Answer,
    /// An answer that was right but late.
    Late,
    /// An answer that is wrong by the calendar: a certificate that is not valid now, or not for long.
    Date,
    /// Nothing, until the time was up.
    Nothing,
    /// Nothing could be sent: no route, no address of our own.
    NoRoute,
    /// Nobody said where the name leads: no answer of the resolver, or `SERVFAIL`. `NXDOMAIN` is an
    /// [`Answer`](Self::Answer).
    NoName,
}

/// Where a target is, seen from us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// On this host: no network lies between.
    Host,
    /// At an address that is not routed on the Internet.
    Site,
    /// On the Internet.
    Internet,
}

impl Reach {
    /// Tells by the address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address if address.is_loopback() || address.is_unspecified() => Self::Host,
            // RFC 1918, RFC 3927, and the shared space of RFC 6598.
            IpAddr::V4(v4) if v4.is_private() || v4.is_link_local() || is_shared(v4) => Self::Site,
            // RFC 4193 and RFC 4291 §2.5.6.
            IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => Self::Site,
            IpAddr::V4(_) | IpAddr::V6(_) => Self::Internet,
        }
    }
}

const fn is_shared(address: Ipv4Addr) -> bool {
    address.to_bits() >> 22 == 0x6440_0000 >> 22
}

/// How a check went, as far as trust needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it heard.
    pub heard: Heard,
    /// The time that it was allowed: its timeout, or for [`Heard::Late`] the longest response time.
    pub allowed: Duration,
    /// The address that it went to, where it came so far.
    pub address: Option<IpAddr>,
    /// Whether our resolver answered for it.
    pub resolved: bool,
}

/// What the shell finds out about ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A default route is there, or none is.
    Route {
        /// Whether one is.
        is_there: bool,
    },
    /// A target that has nothing to do with any monitor answered, or was silent: the control of an
    /// examination.
    Control {
        /// Where it is.
        reach: Reach,
        /// Whether it answered.
        answers: bool,
    },
    /// Our resolver answered for a name that has nothing to do with any monitor, or did not.
    Resolver {
        /// Whether it did.
        answers: bool,
    },
    /// A timer of ours was late by so much, at this moment. Less than
    /// [`LAG_MIN`](crate::limits::LAG_MIN) need not be told.
    Lag(Duration),
    /// The calendar jumped by so many microseconds, forward or backward, just before this moment.
    ClockJumped {
        /// By how much.
        by_us: i64,
    },
    /// Descriptors, memory or local ports are exhausted, or there are some again.
    Resources {
        /// Whether they are.
        are_exhausted: bool,
    },
}

impl Heard {
    /// Tells whether the other side said nothing.
    pub(super) const fn is_silent(self) -> bool {
        matches!(self, Self::Nothing | Self::NoRoute | Self::NoName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_it_is() {
        let reach = |text: &str| Reach::of(text.parse().unwrap());

        for host in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0"] {
            assert_eq!(reach(host), Reach::Host, "{host}");
        }
        let site =
            ["10.1.2.3", "172.16.0.1", "192.168.9.9", "169.254.1.1", "100.64.0.1", "fd00::1"];
        for host in site {
            assert_eq!(reach(host), Reach::Site, "{host}");
        }
        for host in ["192.0.2.1", "172.32.0.1", "100.128.0.1", "2001:db8::1"] {
            assert_eq!(reach(host), Reach::Internet, "{host}");
        }
    }
}
