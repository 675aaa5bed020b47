//! `[[route]]`: which requests go where, and how.

use std::collections::BTreeMap;

use goodgate_config::{Size, section, words};

use super::values::{HeaderName, HeaderValue, HostPattern, HostSent, PathPrefix, UpstreamName};
use super::{Commit, ErrorPages, Hedge, Hold, Retry};

section! {
    /// Which requests go to an upstream, and how.
    pub struct Route {
        /// A name for logs and metrics; without it host and path.
        pub name: Option<String> = None;
        /// The hosts: exact (`example.org`) or all below one (`*.example.org`). Without any every
        /// host.
        pub host: Vec<HostPattern> = Vec::new();
        /// The beginning of the path, by whole segments: `/api` is `/api` and `/api/x`, not `/apix`.
        pub path: PathPrefix = PathPrefix::root();
        /// Header fields that the request must have, with these very values.
        pub header: BTreeMap<HeaderName, HeaderValue> = BTreeMap::new();
        /// The name of the upstream that serves.
        pub upstream: UpstreamName;
        /// What stands in place of `path` in the request to the upstream.
        pub rewrite_prefix: Option<PathPrefix> = None;
        /// The `Host` that the upstream gets: `client` (what the client sent), `endpoint`, or a name.
        pub send_host: HostSent = HostSent::Client;
        /// Header fields that are set in the request, in place of those that are there.
        pub set_request_headers: BTreeMap<HeaderName, HeaderValue> = BTreeMap::new();
        /// Header fields that are taken out of the request.
        pub remove_request_headers: Vec<HeaderName> = Vec::new();
        /// Header fields that are set in the response, in place of those that are there.
        pub set_response_headers: BTreeMap<HeaderName, HeaderValue> = BTreeMap::new();
        /// Header fields that are taken out of the response.
        pub remove_response_headers: Vec<HeaderName> = Vec::new();
        /// The largest request body; a larger one is answered with 413.
        pub body_size: Option<Size> = None, in Size::bytes(0)..=Size::gib(1024);
        /// What is tried again.
        pub retry: Option<Retry> = Some(Retry::default());
        /// Waiting for an endpoint to come back.
        pub hold: Option<Hold> = Some(Hold::default());
        /// Asking a second endpoint when the first is unusually slow.
        pub hedge: Option<Hedge> = Some(Hedge::default());
        /// Holding the beginning of a response, so that it can be replaced.
        pub commit: Option<Commit> = Some(Commit::default());
        /// The gateway's own error answers.
        pub errors: ErrorPages = ErrorPages::default();
        /// What `Proxy-Status` (RFC 9209) tells the client of a failure.
        pub proxy_status: ProxyStatus = ProxyStatus::Error;
    }
}

words! {
    /// What `Proxy-Status` tells the client.
    pub enum ProxyStatus {
        /// Nothing; members of other proxies are kept.
        Off = "off",
        /// The type of the error.
        Error = "error",
        /// The type of the error and its details, which show addresses behind the gateway.
        Details = "details",
    }
}

impl Route {
    /// Returns its name, or host and path where it has none.
    pub fn label(&self) -> String {
        let host = self.host.first().map(ToString::to_string).unwrap_or_default();
        self.name.clone().unwrap_or_else(|| format!("{host}{}", self.path))
    }
}
