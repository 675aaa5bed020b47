//! `[[listen]]`: where clients come in.

use goodgate_config::section;

use super::values::{Bind, Cidr};
use super::{ClientLimits, Tls};

section! {
    /// An address on which the gateway serves clients.
    pub struct Listen {
        /// Where to listen: `IP:PORT`, `unix:PATH`, or `systemd:NAME` for a socket that systemd
        /// passes under that name (`FileDescriptorName=`).
        pub address: Bind;
        /// TLS on this address. Without it, clients speak without encryption.
        pub tls: Option<Tls> = None;
        /// Whether HTTP/2 is offered: by ALPN with TLS, by prior knowledge without.
        pub http2: bool = true;
        /// The networks of proxies in front of the gateway. Only from these are `Forwarded`,
        /// `X-Forwarded-*`, `X-Real-IP` and the request id believed and continued; from others they
        /// are replaced.
        pub trusted_proxies: Vec<Cidr> = Vec::new();
        /// What one client may do.
        pub limits: ClientLimits = ClientLimits::default();
    }
}
