//! 3xx: another request is needed.

use super::Registration::Registered;
use super::{Crawler, Retry, Status};

const BASE: Status = Status { retry: Retry::FollowLocation, ..Status::BASE };

/// The codes from 300 to 399.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 300,
        name: "Multiple Choices",
        registration: Registered("RFC 9110 section 15.4.1"),
        meaning: "There are several representations and the client has to choose one.",
        sender: "servers that leave content negotiation to the client",
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 301,
        name: "Moved Permanently",
        registration: Registered("RFC 9110 section 15.4.2"),
        meaning: "The resource has a new address for good. Clients may change POST to GET when they \
                  follow it.",
        sender: "web servers and gateways: http to https, www, trailing slash",
        causes: &["proxy_loop", "cached_error"],
        heuristically_cacheable: true,
        crawler: Crawler::FollowsPermanent,
        notes: "Browsers keep it for a long time. A redirect from https to itself means that the \
                edge reaches the origin over http (Cloudflare \"Flexible\").",
        ..BASE
    },
    Status {
        code: 302,
        name: "Found",
        registration: Registered("RFC 9110 section 15.4.3"),
        meaning: "The resource is at another address for now. Clients may change POST to GET when \
                  they follow it.",
        sender: "applications (login, language), captive portals",
        causes: &["captive_portal"],
        crawler: Crawler::FollowsTemporary,
        notes: "A login redirect as the answer to a health check makes a healthy target look down, \
                or a broken one up.",
        ..BASE
    },
    Status {
        code: 303,
        name: "See Other",
        registration: Registered("RFC 9110 section 15.4.4"),
        meaning: "The answer is at another address, to be fetched with GET.",
        sender: "applications, after a form was sent",
        crawler: Crawler::FollowsTemporary,
        ..BASE
    },
    Status {
        code: 304,
        name: "Not Modified",
        registration: Registered("RFC 9110 section 15.4.5"),
        meaning: "The copy that the client has is still good. There is no body.",
        sender: "origins and caches, for conditional requests",
        causes: &["invalid_framing"],
        retry: Retry::NothingToRetry,
        crawler: Crawler::Unchanged,
        notes: "A body sent with it spoils the next response on the same connection.",
        ..BASE
    },
    Status {
        code: 305,
        name: "Use Proxy",
        registration: Registered("RFC 9110 section 15.4.6"),
        meaning: "Deprecated for security reasons: the resource was to be fetched through the proxy \
                  in Location. Clients ignore it.",
        sender: "nobody any more",
        retry: Retry::Never,
        ..BASE
    },
    Status {
        code: 306,
        name: "(Unused)",
        registration: Registered("RFC 9110 section 15.4.7"),
        meaning: "Reserved; it was used in an earlier draft of HTTP.",
        sender: "nobody",
        retry: Retry::Never,
        ..BASE
    },
    Status {
        code: 307,
        name: "Temporary Redirect",
        registration: Registered("RFC 9110 section 15.4.8"),
        meaning: "The resource is at another address for now; method and body stay as they are.",
        sender: "applications, gateways, browsers themselves (HSTS shows as an internal 307)",
        crawler: Crawler::FollowsTemporary,
        ..BASE
    },
    Status {
        code: 308,
        name: "Permanent Redirect",
        registration: Registered("RFC 9110 section 15.4.9"),
        meaning: "The resource has a new address for good; method and body stay as they are.",
        sender: "gateways: http to https without losing POST",
        causes: &["proxy_loop"],
        heuristically_cacheable: true,
        crawler: Crawler::FollowsPermanent,
        ..BASE
    },
];
