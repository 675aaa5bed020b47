//! Networks.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text};

/// A network: an address and the number of its bits that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Returns the network of the first `bits` bits of `address`, or nothing where there are not that
    /// many or where bits after them are set.
    pub fn new(address: IpAddr, bits: u8) -> Option<Self> {
        let network = Self { address, bits };
        (bits <= width(address) && network.masked(address) == network.value()).then_some(network)
    }

    /// Whether an address is in the network. An IPv4 address that came as IPv6 (`::ffff:10.0.0.1`) is
    /// taken for what it is.
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && self.masked(address) == self.value()
    }

    /// Whether it contains every address of its kind.
    pub const fn is_everything(self) -> bool {
        self.bits == 0
    }

    /// The first address of the network.
    fn first(self) -> IpAddr {
        let first = self.masked(self.address);
        match self.address {
            IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(first).unwrap_or(0)).into(),
            IpAddr::V6(_) => Ipv6Addr::from(first).into(),
        }
    }

    fn value(self) -> u128 {
        number(self.address)
    }

    fn masked(self, address: IpAddr) -> u128 {
        let dropped = u32::from(width(address).saturating_sub(self.bits));
        number(address) & u128::MAX.checked_shl(dropped).unwrap_or(0)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

impl Text for Cidr {
    const KIND: &'static str = "a network";
    const ALLOWED: &'static str =
        "a network or an address, such as \"10.0.0.0/8\" or \"2001:db8::1\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        let fault = || Fault::new(format!("{} is no network", quoted(text)));
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| fault())?;
        let bits = bits.map_or(Ok(width(address)), |bits| bits.parse().map_err(|_| fault()))?;
        if bits > width(address) {
            return Err(fault().hint(format!("there are at most {} bits", width(address))));
        }
        Self::new(address, bits).ok_or_else(|| {
            let network = Self { address, bits }.first();
            fault()
                .hint(format!("bits behind the first {bits} are set; write \"{network}/{bits}\""))
        })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

goodgate_config::text!(Cidr);

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::from_text(text).unwrap()
    }

    #[test]
    fn contains_its_addresses_and_no_others() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("0.0.0.0/0", "192.0.2.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ];
        for (network, address, expected) in cases {
            assert_eq!(
                cidr(network).contains(address.parse().unwrap()),
                expected,
                "{network} {address}"
            );
        }
    }

    #[test]
    fn bits_behind_the_network_are_told() {
        let fault = Cidr::from_text("10.1.2.3/8").unwrap_err();

        assert!(fault.hint.unwrap().contains("10.0.0.0/8"));
    }

    #[test]
    fn refuses_what_is_no_network() {
        for text in [
            "",
            "/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0/8",
            "::/129",
            "example.org",
            "10.0.0.0/-1",
        ] {
            assert!(Cidr::from_text(text).is_err(), "{text}");
        }
    }
}
