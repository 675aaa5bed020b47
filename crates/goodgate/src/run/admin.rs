//! Where the gateway of the same file is asked, by those who ask it.

use std::sync::Arc;

use goodgate_config::SecretSource;
use goodgate_door::client::{Bounds, Client, Place, TokenSource};
use goodgate_gateway::settings::Admin;
use goodgate_gateway::settings::values::Bind;

use super::secrets::fetch;

/// Where the gateway is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AdminAt {
    pub(super) place: Place,
    /// The token to ask with, which is read anew each time that it is used.
    pub(super) token: Option<SecretSource>,
}

impl AdminAt {
    /// Finds it in the file; the error says why it cannot be known.
    pub(super) fn of(admin: Option<&Admin>) -> Result<Self, &'static str> {
        let Some(admin) = admin else { return Err("`admin` is off") };
        let place = match &admin.address {
            Bind::Tcp(address) if address.port() != 0 => Place::Tcp(*address),
            Bind::Unix(path) => Place::Unix(path.clone()),
            Bind::Tcp(_) => return Err("the kernel chooses the port of [admin]"),
            Bind::Systemd(_) => return Err("systemd has the address of [admin]"),
        };
        Ok(Self { place, token: admin.token.clone() })
    }

    /// Returns who asks there.
    pub(super) fn client(self, bounds: Bounds) -> Client {
        let token = self.token.map(|source| Arc::new(move || fetch(&source)) as TokenSource);
        Client { place: self.place, token, bounds }
    }
}

#[cfg(test)]
mod tests {
    use goodgate_config::Text as _;

    use super::*;

    #[test]
    fn only_a_place_that_stands_in_the_file_can_be_asked() {
        let at = |text: &str| {
            let address = Bind::from_text(text).expect("an address");
            AdminAt::of(Some(&Admin { address, ..Admin::default() })).map(|it| it.place)
        };

        assert_eq!(at("unix:/run/a.sock"), Ok(Place::Unix("/run/a.sock".into())));
        assert!(matches!(at("127.0.0.1:9502"), Ok(Place::Tcp(_))));
        assert_eq!(at("127.0.0.1:0"), Err("the kernel chooses the port of [admin]"));
        assert_eq!(AdminAt::of(None), Err("`admin` is off"));
    }
}
