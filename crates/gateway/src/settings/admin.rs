//! `[admin]`: the listener for operators.

use goodgate_config::{SecretSource, section};

use super::values::{Bind, HostName};

section! {
    /// The listener for operators: states, failures, metrics, reload, drain. It is on loopback or a
    /// unix socket unless it has a token; what changes something needs the token even there.
    pub struct Admin {
        /// Where to listen: `IP:PORT`, `unix:PATH` or `systemd:NAME`.
        pub address: Bind = Bind::loopback(9502);
        /// The token that clients have to send as `Authorization: Bearer TOKEN`: `env:NAME` or
        /// `file:PATH`. Without it nothing can be changed over TCP; on a unix socket the user of the
        /// gateway and root can.
        pub token: Option<SecretSource> = None;
        /// The names under which the listener may be asked besides its address and `localhost`. Other
        /// values of `Host` are refused, so that no web page can ask through a browser.
        pub hosts: Vec<HostName> = Vec::new();
    }
}
