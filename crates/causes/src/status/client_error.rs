//! Registered 4xx codes: the request is at fault, or the sender says so.

use super::Registration::Registered;
use super::{Crawler, OtherUse, Retry, Status};

const BASE: Status = Status { retry: Retry::AfterChange, crawler: Crawler::Drops, ..Status::BASE };

/// The codes from 400 to 499 that are registered.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 400,
        name: "Bad Request",
        registration: Registered("RFC 9110 section 15.5.1"),
        meaning: "The request cannot be understood: broken syntax, framing or headers.",
        sender: "gateways for malformed requests, applications for invalid input",
        causes: &[
            "client_request_invalid",
            "plaintext_to_tls_port",
            "proxy_protocol_mismatch",
            "tls_client_cert_required",
        ],
        notes: "nginx answers it for its own 494, 495, 496 and 497. An upstream that answers 400 to \
                everything often got a PROXY header, TLS bytes or a Host that it does not expect.",
        ..BASE
    },
    Status {
        code: 401,
        name: "Unauthorized",
        registration: Registered("RFC 9110 section 15.5.2"),
        meaning: "Credentials are missing or wrong; WWW-Authenticate says which are wanted.",
        sender: "applications, gateways with authentication",
        causes: &["auth_subrequest_failed", "early_response_upload"],
        ..BASE
    },
    Status {
        code: 402,
        name: "Payment Required",
        registration: Registered("RFC 9110 section 15.5.3"),
        meaning: "Reserved for future use; hosts send it when an account is unpaid or over its \
                  plan.",
        sender: "hosting platforms and APIs",
        causes: &["platform_no_instance"],
        retry: Retry::Never,
        ..BASE
    },
    Status {
        code: 403,
        name: "Forbidden",
        registration: Registered("RFC 9110 section 15.5.4"),
        meaning: "The request was understood and is refused.",
        sender: "web application firewalls, access rules, applications, Envoy when ext_authz fails",
        causes: &["origin_blocks_edge", "auth_subrequest_failed", "rate_limited", "proxy_loop"],
        retry: Retry::Never,
        notes: "Squid answers a forwarding loop with 403.",
        ..BASE
    },
    Status {
        code: 404,
        name: "Not Found",
        registration: Registered("RFC 9110 section 15.5.5"),
        meaning: "There is nothing at this address, or the server does not want to say.",
        sender: "applications, gateways without a route for the host",
        causes: &["route_target_missing", "error_page_masking", "dns_stale_address"],
        retry: Retry::Never,
        heuristically_cacheable: true,
        notes: "nginx turns a 502 into 404 when the page of error_page does not exist. Envoy and \
                Traefik answer 404 when no route matches.",
        ..BASE
    },
    Status {
        code: 405,
        name: "Method Not Allowed",
        registration: Registered("RFC 9110 section 15.5.6"),
        meaning: "The resource does not support the method; Allow lists those that it does.",
        sender: "applications, static file servers, load balancers for TRACE",
        causes: &["client_request_invalid"],
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 406,
        name: "Not Acceptable",
        registration: Registered("RFC 9110 section 15.5.7"),
        meaning: "No representation fits the Accept fields of the request.",
        sender: "applications, some web application firewalls",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 407,
        name: "Proxy Authentication Required",
        registration: Registered("RFC 9110 section 15.5.8"),
        meaning: "A proxy on the client's side wants credentials.",
        sender: "forward proxies in companies",
        causes: &["captive_portal"],
        notes: "A site behind a reverse proxy never has a reason to send it.",
        ..BASE
    },
    Status {
        code: 408,
        name: "Request Timeout",
        registration: Registered("RFC 9110 section 15.5.9"),
        meaning: "The client did not finish its request in the time that the server waits.",
        sender: "gateways and web servers",
        causes: &["client_aborted", "mtu_blackhole"],
        retry: Retry::AnyMethod,
        retry_note: "RFC 9110 lets the client repeat the request, on a new connection if need be. \
                     When an application sends 408 for its own slowness, treat it as 504.",
        notes: "Browsers that open connections in advance and never use them fill logs with it.",
        ..BASE
    },
    Status {
        code: 409,
        name: "Conflict",
        registration: Registered("RFC 9110 section 15.5.10"),
        meaning: "The request conflicts with the state of the resource.",
        sender: "applications; Cloudflare for hosts that it cannot find (1018, 1023)",
        causes: &["app_generated_error"],
        ..BASE
    },
    Status {
        code: 410,
        name: "Gone",
        registration: Registered("RFC 9110 section 15.5.11"),
        meaning: "There was a resource here and it is gone for good.",
        sender: "applications, platforms for deleted deployments",
        causes: &["platform_no_instance"],
        retry: Retry::Never,
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 411,
        name: "Length Required",
        registration: Registered("RFC 9110 section 15.5.12"),
        meaning: "The server refuses a body without Content-Length.",
        sender: "old servers and gateways in front of them",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 412,
        name: "Precondition Failed",
        registration: Registered("RFC 9110 section 15.5.13"),
        meaning: "A condition of the request (If-Match and others) is not met.",
        sender: "APIs, storage services",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 413,
        name: "Content Too Large",
        registration: Registered("RFC 9110 section 15.5.14"),
        meaning: "The body of the request is larger than the server accepts.",
        sender: "gateways (nginx client_max_body_size), applications",
        causes: &["early_response_upload", "client_request_invalid"],
        notes: "Older names: Payload Too Large, Request Entity Too Large. An upstream that answers \
                it while the gateway is still sending, and closes, often ends as 502.",
        ..BASE
    },
    Status {
        code: 414,
        name: "URI Too Long",
        registration: Registered("RFC 9110 section 15.5.15"),
        meaning: "The request target is longer than the server accepts.",
        sender: "gateways and web servers",
        causes: &["client_request_invalid", "proxy_loop"],
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 415,
        name: "Unsupported Media Type",
        registration: Registered("RFC 9110 section 15.5.16"),
        meaning: "The body has a type or a coding that the resource does not accept.",
        sender: "APIs",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 416,
        name: "Range Not Satisfiable",
        registration: Registered("RFC 9110 section 15.5.17"),
        meaning: "The requested range lies outside the content.",
        sender: "file servers and CDNs",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 417,
        name: "Expectation Failed",
        registration: Registered("RFC 9110 section 15.5.18"),
        meaning: "The Expect field of the request cannot be met.",
        sender: "servers and proxies that do not know 100-continue",
        causes: &["client_request_invalid"],
        retry_note: "Send it again without the Expect field.",
        ..BASE
    },
    Status {
        code: 418,
        name: "(Unused)",
        registration: Registered("RFC 9110 section 15.5.19"),
        meaning: "Reserved because of a joke (\"I'm a teapot\", RFC 2324).",
        sender: "applications that refuse bots",
        causes: &["rate_limited"],
        retry: Retry::Never,
        notes: "Google says that its documentation does not cover it.",
        crawler: Crawler::Undocumented,
        ..BASE
    },
    Status {
        code: 421,
        name: "Misdirected Request",
        registration: Registered("RFC 9110 section 15.5.20"),
        meaning: "The request reached a server that does not answer for this host name, most often \
                  because an HTTP/2 connection was reused for it.",
        sender: "gateways that compare Host with the TLS server name",
        causes: &["tls_sni_missing", "dns_stale_address", "route_target_missing"],
        retry: Retry::AnyMethod,
        retry_note: "On another connection, whatever the method.",
        notes: "Apache answers it when the server name of TLS and the Host of the request do not \
                belong to the same virtual host.",
        ..BASE
    },
    Status {
        code: 422,
        name: "Unprocessable Content",
        registration: Registered("RFC 9110 section 15.5.21"),
        meaning: "The syntax is right and the content is not acceptable.",
        sender: "APIs, for input that does not validate",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 423,
        name: "Locked",
        registration: Registered("RFC 4918 section 11.3"),
        meaning: "WebDAV: the resource is locked.",
        sender: "WebDAV servers",
        causes: &["app_generated_error"],
        ..BASE
    },
    Status {
        code: 424,
        name: "Failed Dependency",
        registration: Registered("RFC 4918 section 11.4"),
        meaning: "The request failed because another one that it depends on failed.",
        sender: "WebDAV servers, some APIs when their own upstream fails",
        causes: &["app_generated_error"],
        ..BASE
    },
    Status {
        code: 425,
        name: "Too Early",
        registration: Registered("RFC 8470 section 5.2"),
        meaning: "The server does not want to process a request that came in TLS early data and \
                  might be replayed.",
        sender: "gateways and applications with TLS 1.3 early data",
        retry: Retry::AnyMethod,
        retry_note: "After the handshake is complete, not in early data.",
        ..BASE
    },
    Status {
        code: 426,
        name: "Upgrade Required",
        registration: Registered("RFC 9110 section 15.5.22"),
        meaning: "The server refuses the protocol of the request; Upgrade names one that it takes.",
        sender: "WebSocket servers that got no Upgrade field, gateways that refuse HTTP/1.0",
        causes: &["upgrade_failed", "http_version_mismatch"],
        notes: "Envoy and Istio answer it to HTTP/1.0, which older nginx speaks to its upstreams \
                unless proxy_http_version 1.1 is set.",
        ..BASE
    },
    Status {
        code: 428,
        name: "Precondition Required",
        registration: Registered("RFC 6585 section 3"),
        meaning: "The server wants the request to be conditional, to prevent lost updates.",
        sender: "APIs",
        causes: &["client_request_invalid"],
        ..BASE
    },
    Status {
        code: 429,
        name: "Too Many Requests",
        registration: Registered("RFC 6585 section 4"),
        meaning: "The client sent too many requests in a given time.",
        sender: "gateways, CDNs and APIs that limit rates",
        causes: &["rate_limited"],
        retry: Retry::AfterRetryAfter,
        retry_note: "Never at once: retries against a limit keep the limit reached.",
        crawler: Crawler::SlowsDown,
        notes: "Google treats it like a server error. nginx limits with 503 unless \
                limit_req_status 429 is set.",
        ..BASE
    },
    Status {
        code: 431,
        name: "Request Header Fields Too Large",
        registration: Registered("RFC 6585 section 5"),
        meaning: "A header field of the request, or all of them together, are too large.",
        sender: "Node.js (16 KB), Envoy, lighttpd, application servers",
        causes: &["client_request_invalid", "proxy_loop"],
        notes: "Cookies are the usual reason: deleting them for the site helps the visitor. A \
                forwarding loop that appends to X-Forwarded-For ends here on lighttpd.",
        ..BASE
    },
    Status {
        code: 451,
        name: "Unavailable For Legal Reasons",
        registration: Registered("RFC 7725 section 3"),
        meaning: "The resource is withheld because of a legal demand.",
        sender: "origins and edges in some countries",
        retry: Retry::Never,
        heuristically_cacheable: true,
        other_uses: &[OtherUse {
            whose: "Microsoft Exchange ActiveSync on IIS",
            meaning: "Redirect: the mailbox is on another server, named by X-MS-Location.",
        }],
        ..BASE
    },
];
