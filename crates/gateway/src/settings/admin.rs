//! `[admin]`: the listener for operators.

use goodgate_config::{SecretSource, section};

use super::values::{Access, Account, Bind, FileMode, HostName};

section! {
    /// The listener for operators: states, failures, metrics, reload, drain. It is on loopback or a
    /// unix socket unless it has a token; what changes something needs the token even there.
    pub struct Admin {
        /// Where to listen: `IP:PORT`, `unix:PATH` or `systemd:NAME`.
        pub address: Bind = Bind::loopback(9502);
        /// The permissions of the file of a `unix:` address; connecting takes the right to write. By
        /// default those of the owner alone, `0600`; with `group`, `0660`.
        pub mode: Option<FileMode> = None;
        /// The owner of that file, by name or number. Only root can give it to another user than its
        /// own.
        pub user: Option<Account> = None;
        /// The group of that file, by name or number: the gateway's user has to be a member of it. By
        /// default its own, or that of a folder that hands on its group (`chmod g+s`).
        pub group: Option<Account> = None;
        /// The token that clients have to send as `Authorization: Bearer TOKEN`: `env:NAME` or
        /// `file:PATH`. Without it nothing can be changed over TCP; on a unix socket the user of the
        /// gateway and root can.
        pub token: Option<SecretSource> = None;
        /// The names under which the listener may be asked besides its address and `localhost`. Other
        /// values of `Host` are refused, so that no web page can ask through a browser.
        pub hosts: Vec<HostName> = Vec::new();
    }
}

impl Admin {
    /// Returns who may connect, where the address is a unix socket.
    pub fn access(&self) -> Access {
        Access { mode: self.mode, user: self.user.clone(), group: self.group.clone() }
    }
}
