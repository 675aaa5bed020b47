//! 2xx: the request succeeded, or the gateway at least says so.

use super::Registration::Registered;
use super::{Crawler, Status};

const BASE: Status = Status { crawler: Crawler::Indexes, ..Status::BASE };

/// The codes from 200 to 299.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 200,
        name: "OK",
        registration: Registered("RFC 9110 section 15.3.1"),
        meaning: "The request succeeded.",
        sender: "the application, or a cache in front of it",
        causes: &["body_truncated", "body_stalled", "not_http", "error_page_masking"],
        retry_note: "A response that broke off is no success: nginx, Apache, HAProxy and Caddy log \
                     200 for it. Compare the length, then treat it as 502.",
        heuristically_cacheable: true,
        notes: "A gateway that replaced an error page, or passed foreign bytes on, also logs 200.",
        ..BASE
    },
    Status {
        code: 201,
        name: "Created",
        registration: Registered("RFC 9110 section 15.3.2"),
        meaning: "The request succeeded and created a resource, named by Location.",
        sender: "APIs, after POST or PUT",
        crawler: Crawler::WaitsForContent,
        ..BASE
    },
    Status {
        code: 202,
        name: "Accepted",
        registration: Registered("RFC 9110 section 15.3.3"),
        meaning: "The request was accepted for later processing; whether it will succeed is open.",
        sender: "applications that work in the background",
        crawler: Crawler::WaitsForContent,
        notes: "Answering 202 at once and working in the background is the lasting cure for 504 on \
                slow routes.",
        ..BASE
    },
    Status {
        code: 203,
        name: "Non-Authoritative Information",
        registration: Registered("RFC 9110 section 15.3.4"),
        meaning: "Success, but a proxy changed the content of the origin's 200 response.",
        sender: "proxies that rewrite content",
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 204,
        name: "No Content",
        registration: Registered("RFC 9110 section 15.3.5"),
        meaning: "Success, and there is no content to send.",
        sender: "APIs, health checks, captive-portal tests",
        causes: &["invalid_framing", "captive_portal"],
        heuristically_cacheable: true,
        crawler: Crawler::NoContent,
        notes: "It never has a body. One that is sent anyway spoils the next response on the same \
                connection.",
        ..BASE
    },
    Status {
        code: 205,
        name: "Reset Content",
        registration: Registered("RFC 9110 section 15.3.6"),
        meaning: "Success, and the client should reset the form or view that sent the request.",
        sender: "hardly anybody",
        crawler: Crawler::Undocumented,
        ..BASE
    },
    Status {
        code: 206,
        name: "Partial Content",
        registration: Registered("RFC 9110 section 15.3.7"),
        meaning: "The part of the content that the Range field asked for.",
        sender: "file servers and CDNs, for downloads and video",
        heuristically_cacheable: true,
        crawler: Crawler::Undocumented,
        notes: "An edge that asked for a range and got something inconsistent aborts the response.",
        ..BASE
    },
    Status {
        code: 207,
        name: "Multi-Status",
        registration: Registered("RFC 4918 section 11.1"),
        meaning: "WebDAV: the body holds one status for each of several resources.",
        sender: "WebDAV, CalDAV and CardDAV servers",
        causes: &["app_generated_error"],
        crawler: Crawler::Undocumented,
        notes: "Single parts may have failed: read the body.",
        ..BASE
    },
    Status {
        code: 208,
        name: "Already Reported",
        registration: Registered("RFC 5842 section 7.1"),
        meaning: "WebDAV: the members of this binding are listed earlier in the same response.",
        sender: "WebDAV servers",
        crawler: Crawler::Undocumented,
        ..BASE
    },
    Status {
        code: 226,
        name: "IM Used",
        registration: Registered("RFC 3229 section 10.4.1"),
        meaning: "The content is a difference to an earlier version that the client has.",
        sender: "feed servers with delta encoding",
        crawler: Crawler::Undocumented,
        ..BASE
    },
];
