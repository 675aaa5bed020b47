//! `[headers]`: what is added to every request and response.

use goodgate_config::{section, words};

use super::values::{HeaderName, Pseudonym};

section! {
    /// What is added to every request and response.
    pub struct Headers {
        /// Which fields tell the upstream who asked.
        pub forwarded: Forwarding = Forwarding::Both;
        /// The name of the gateway in `Via` and `Proxy-Status`.
        pub via: Pseudonym = Pseudonym::goodgate();
        /// The field with the id of the request, for the upstream and in the response.
        pub request_id: HeaderName = HeaderName::request_id();
        /// Whether a `traceparent` is made where a request has none. One that is there is passed on.
        pub traceparent: bool = true;
    }
}

words! {
    /// Which fields tell the upstream who asked.
    pub enum Forwarding {
        /// `Forwarded` (RFC 7239) and `X-Forwarded-For`, `-Proto`, `-Host`.
        Both = "both",
        /// `Forwarded` (RFC 7239).
        Forwarded = "forwarded",
        /// `X-Forwarded-For`, `-Proto`, `-Host`.
        XForwarded = "x_forwarded",
    }
}
