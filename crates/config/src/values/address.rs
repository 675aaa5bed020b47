//! Socket addresses.

use std::net::SocketAddr;

use crate::problem::Fault;
use crate::setting::Text;

impl Text for SocketAddr {
    const KIND: &'static str = "an address";
    const ALLOWED: &'static str = "IP:PORT, such as \"127.0.0.1:53\" or \"[::1]:53\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        text.parse().map_err(|_| {
            let fault = Fault::new(format!("{} is no address with a port", super::brief(text)));
            match text.parse::<std::net::IpAddr>() {
                Ok(std::net::IpAddr::V4(address)) => {
                    fault.hint(format!("write \"{address}:PORT\""))
                }
                Ok(std::net::IpAddr::V6(address)) => {
                    fault.hint(format!("write \"[{address}]:PORT\""))
                }
                Err(_) => fault,
            }
        })
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

crate::text!(SocketAddr);
