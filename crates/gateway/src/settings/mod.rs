//! The sections of `goodgate.toml` that belong to the gateway, read and checked.
//!
//! Each file declares sections: structs whose fields are the keys, with type, default, bounds and
//! documentation in one place. [`Settings`] is the whole file. A value here is checked: what cannot
//! be carried out does not get this far.

mod admin;
mod breaker;
mod check;
mod client;
mod commit;
mod ejection;
mod errors;
mod files;
mod headers;
mod health;
mod hedge;
mod hold;
mod keepalive;
mod listen;
mod log;
mod process;
mod read;
mod resolve;
mod retry;
mod route;
mod spool;
mod timeouts;
mod tls;
mod upstream;
pub mod values;

use std::collections::BTreeMap;

use goodgate_config::section;

pub use admin::Admin;
pub use breaker::Breaker;
pub use client::ClientLimits;
pub use commit::Commit;
pub use ejection::Ejection;
pub use errors::{ErrorFormat, ErrorPages};
pub use files::{LoadError, SecretError, Text, secret};
pub use headers::{Forwarding, Headers};
pub use health::Health;
pub use hedge::Hedge;
pub use hold::Hold;
pub use keepalive::KeepAlive;
pub use listen::Listen;
pub use log::{AccessLog, Log, LogFormat};
pub use process::{Recorder, Reload, Shutdown, Workers};
pub use read::{Checked, Usable, complain, read};
pub use resolve::{Family, Resolve};
pub use retry::{Budget, Retry, RetryMethod};
pub use route::{ProxyStatus, Route};
pub use spool::Spool;
pub use timeouts::Timeouts;
pub use tls::{Certificate, Tls, TlsVersion, UpstreamTls};
pub use upstream::{Balance, Protocol, Upstream, UpstreamLimits};
use values::{Bind, Endpoint, UpstreamName};

section! {
    /// The whole configuration of the gateway.
    pub struct Settings {
        /// Where clients come in; one table for each address.
        pub listen: Vec<Listen> = Vec::new();
        /// The servers behind the gateway, by name.
        pub upstream: BTreeMap<UpstreamName, Upstream> = BTreeMap::new();
        /// Which requests go to which upstream. Of the routes that match, the most specific serves:
        /// an exact host before a wildcard before none, then the longest path, then the most
        /// headers, then the first in the file.
        pub route: Vec<Route> = Vec::new();
        /// What is added to every request and response.
        pub headers: Headers = Headers::default();
        /// The listener for operators: states, failures, metrics, reload.
        pub admin: Option<Admin> = Some(Admin::default());
        /// The access log.
        pub log: Log = Log::default();
        /// The memory and disk for bodies that may have to be sent again.
        pub spool: Spool = Spool::default();
        /// The threads that carry requests.
        pub workers: Workers = Workers::default();
        /// How changes of the configuration are noticed.
        pub reload: Reload = Reload::default();
        /// How the gateway ends.
        pub shutdown: Shutdown = Shutdown::default();
        /// The last failures, kept for the admin listener.
        pub recorder: Recorder = Recorder::default();
    }
}

impl Settings {
    /// One listener, one upstream named `app` with one endpoint, one route, and every default.
    pub fn simple(listen: Bind, to: Endpoint) -> Self {
        let name = UpstreamName::app();
        let upstream = Upstream { endpoints: vec![to], ..Upstream::default() };
        Self {
            listen: vec![Listen { address: listen, ..Listen::default() }],
            upstream: BTreeMap::from([(name.clone(), upstream)]),
            route: vec![Route { upstream: name, ..Route::default() }],
            ..Self::default()
        }
    }
}

/// Writes the reference of every key in Markdown.
pub fn reference() -> String {
    goodgate_config::page::<Settings>()
}

#[cfg(test)]
mod tests;
