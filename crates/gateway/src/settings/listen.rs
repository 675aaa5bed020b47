//! `[[listen]]`: where clients come in.

use goodgate_config::section;

use super::values::{Access, Account, Bind, Cidr, FileMode};
use super::{ClientLimits, Tls};

section! {
    /// An address on which the gateway serves clients.
    pub struct Listen {
        /// Where to listen: `IP:PORT`, `unix:PATH`, or `systemd:NAME` for a socket that systemd
        /// passes under that name (`FileDescriptorName=`).
        pub address: Bind;
        /// The permissions of the file of a `unix:` address; connecting takes the right to write. By
        /// default those of the owner alone, `0600`; with `group`, `0660`.
        pub mode: Option<FileMode> = None;
        /// The owner of that file, by name or number. Only root can give it to another user than its
        /// own.
        pub user: Option<Account> = None;
        /// The group of that file, by name or number: the gateway's user has to be a member of it. By
        /// default its own, or that of a folder that hands on its group (`chmod g+s`).
        pub group: Option<Account> = None;
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

impl Listen {
    /// Returns who may connect, where the address is a unix socket.
    pub fn access(&self) -> Access {
        Access { mode: self.mode, user: self.user.clone(), group: self.group.clone() }
    }
}
