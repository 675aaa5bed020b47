//! Networks.

use std::fmt;
use std::net::IpAddr;

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
