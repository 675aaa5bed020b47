//! The section of `goodgate.toml` that belongs to the dashboard, read and checked.

mod check;
mod checks;
mod status_page;
mod token;
mod user;
pub mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use goodgate_config::units::{hours, mins};
use goodgate_config::{Reading, section};

pub use check::complain;
pub use checks::Checks;
pub use status_page::{Publish, StatusPage};
pub use token::{TOKEN_LEAST, Token};
pub use user::{Role, User};
use values::{Ip, Net, PublicUrl};

section! {
    /// The part of the configuration that is about pages for people.
    pub struct Settings {
        /// Pages for people, in a process of their own. They are there where this table is.
        pub dashboard: Dashboard = Dashboard::default();
    }
}

section! {
    /// They say what is broken and why, what to do, and what was done.
    pub struct Dashboard {
        /// Where to listen. Beyond loopback only with users.
        pub listen: SocketAddr = values::LISTEN;
        /// The address under which people reach it, such as `https://watch.example`: what `Host` may
        /// be besides `listen` and `localhost`. With `https` cookies are for TLS alone.
        pub url: Option<PublicUrl> = None;
        /// Who may log in. Without anybody the pages are for this host: whoever asks from it sees
        /// everything, and to act one opens the link that is printed at the start.
        pub user: Vec<User> = Vec::new();
        /// Pages that say how things are to those who use them; one table for each.
        pub status_page: Vec<StatusPage> = Vec::new();
        /// Programs that use the API.
        pub token: Vec<Token> = Vec::new();
        /// How long a session lasts.
        pub session: Duration = hours(12), in mins(5)..=hours(31 * 24);
        /// How long a session lasts in which nothing is asked for.
        pub idle: Duration = hours(2), in mins(5)..=hours(31 * 24);
        /// The gateways in front of it, whose `X-Forwarded-For` says who asks. Others are taken for
        /// whoever asks themselves.
        pub proxies: Vec<Ip> = Vec::new();
        /// Who may have a URL checked on the page for it, from this host.
        pub check: Checks = Checks::Users;
        /// Networks of your own that such checks may reach, such as `10.0.0.0/8`, on ports 80, 443 and from
        /// 1024 on. What everybody reaches needs no entry.
        pub check_private: Vec<Net> = Vec::new();
        /// The socket of the watch, where it is another one than that of `[watch] store`.
        pub watch_socket: Option<PathBuf> = None;
    }
}

/// Reads the bytes of the file `name` as if nothing but the dashboard stood in it, and checks them.
/// Relative paths begin at `base`.
pub fn read(name: &str, bytes: &[u8], base: &Path) -> Reading<Settings> {
    let mut reading = goodgate_config::read(name, bytes, base);
    complain(&mut reading, |settings| settings);
    reading
}

/// Returns the reference of all keys as Markdown.
pub fn reference() -> String {
    goodgate_config::page::<Settings>()
}
