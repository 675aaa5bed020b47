//! Codes that no registry knows and that gateways, edges and frameworks use all the same.

use super::{Crawler, OtherUse, Registration, Retry, Status};

const fn by(whose: &'static str, reference: &'static str) -> Registration {
    Registration::Unregistered { whose, reference }
}

const LOG_ONLY: Status = Status { retry: Retry::Idempotent, ..Status::BASE };

const CLIENT: Status =
    Status { retry: Retry::AfterChange, crawler: Crawler::Drops, ..Status::BASE };

const SERVER: Status =
    Status { retry: Retry::Idempotent, crawler: Crawler::SlowsDown, ..Status::BASE };

/// A client that left: nobody received the answer.
const ABORTED: Status = Status {
    retry: Retry::NothingToRetry,
    retry_note: "The client is gone. What matters is why it would not wait.",
    crawler: Crawler::Undocumented,
    ..Status::BASE
};

/// The codes of no registry.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 0,
        name: "no response (000)",
        registration: by("logs and command-line clients", "AWS ALB user guide; curl manual"),
        meaning: "No status was sent or received. In a gateway's log the connection ended before \
                  an answer could be sent; from curl (%{http_code}) no HTTP answer came at all.",
        sender: "AWS ALB, Envoy and Google Cloud logs; curl prints 000",
        causes: &[
            "client_aborted",
            "gateway_worker_crash",
            "connect_refused",
            "client_network_down",
        ],
        notes: "AWS ALB logs 000 when one compressed HTTP/2 header of the request is over 8 KB. \
                Envoy logs 0 with the flag DC, HAProxy writes -1 in the same situation.",
        ..LOG_ONLY
    },
    Status {
        code: 9,
        name: "HTTP/0.9 answer (009)",
        registration: by("nginx access log", "measured with nginx 1.22.1"),
        meaning: "The upstream sent bytes that are not HTTP. nginx passed them on as an HTTP/0.9 \
                  answer: the client got them without any status line.",
        sender: "nginx, in its access log only; $upstream_status is 200",
        causes: &[
            "not_http",
            "plaintext_to_tls_port",
            "http_version_mismatch",
            "app_protocol_mismatch",
        ],
        retry: Retry::Never,
        notes: "The error log says \"upstream sent no valid HTTP/1.0 header\".",
        ..LOG_ONLY
    },
    Status {
        code: 419,
        name: "Page Expired",
        registration: by("Laravel", "Laravel documentation, CSRF protection"),
        meaning: "The form's CSRF token is missing or its session has expired.",
        sender: "Laravel applications",
        causes: &["app_generated_error"],
        retry_note: "Load the form again and send it once more.",
        notes: "Behind several instances without a shared session store it comes and goes.",
        ..CLIENT
    },
    Status {
        code: 420,
        name: "Enhance Your Calm",
        registration: by("Twitter, API version 1", "Twitter API documentation"),
        meaning: "The client is rate limited. 429 took its place.",
        sender: "old Twitter APIs",
        causes: &["rate_limited"],
        retry: Retry::AfterRetryAfter,
        ..CLIENT
    },
    Status {
        code: 430,
        name: "Security Rejection",
        registration: by("Shopify", "Shopify API response codes"),
        meaning: "Shopify takes the request for a possible attack or abuse and refuses it.",
        sender: "Shopify",
        causes: &["rate_limited"],
        retry: Retry::Never,
        ..CLIENT
    },
    Status {
        code: 440,
        name: "Login Time-out",
        registration: by("Microsoft IIS", "Microsoft documentation, Exchange and IIS"),
        meaning: "The session has expired and the visitor has to log in again.",
        sender: "IIS, Outlook on the web",
        causes: &["app_generated_error"],
        ..CLIENT
    },
    Status {
        code: 444,
        name: "No Response",
        registration: by("nginx", "nginx.org, ngx_http_rewrite_module, return"),
        meaning: "nginx closed the connection on purpose without answering: \"return 444\".",
        sender: "nginx, in its log only; an outer hop sees an empty reply and makes 502 or 520 of it",
        causes: &["origin_blocks_edge", "rate_limited"],
        retry: Retry::Never,
        notes: "Mostly the default server that refuses unknown host names: check the Host that the \
                outer gateway sends.",
        crawler: Crawler::Undocumented,
        ..CLIENT
    },
    Status {
        code: 449,
        name: "Retry With",
        registration: by("Microsoft IIS", "MS-WDV protocol extension"),
        meaning: "The request lacks something; the client should add it and try again.",
        sender: "old Microsoft products",
        causes: &["client_request_invalid"],
        ..CLIENT
    },
    Status {
        code: 460,
        name: "Client closed the connection",
        registration: by("AWS Application Load Balancer", "AWS ALB user guide, troubleshooting"),
        meaning: "The client closed the connection before the load balancer's idle timeout was \
                  over.",
        sender: "AWS ALB, in its log",
        causes: &["client_aborted", "timeout_mismatch", "response_timeout"],
        notes: "Many of them after the same number of seconds mean that an outer hop has a shorter \
                timeout.",
        ..ABORTED
    },
    Status {
        code: 463,
        name: "Too many addresses in X-Forwarded-For",
        registration: by("AWS Application Load Balancer", "AWS ALB user guide, troubleshooting"),
        meaning: "The X-Forwarded-For field of the request holds more than 30 addresses.",
        sender: "AWS ALB",
        causes: &["client_request_invalid", "proxy_loop"],
        ..CLIENT
    },
    Status {
        code: 464,
        name: "Incompatible protocol version",
        registration: by("AWS Application Load Balancer", "AWS ALB user guide, troubleshooting"),
        meaning: "The protocol version of the request does not fit that of the target group, for \
                  example HTTP/1.1 to a group for HTTP/2 or gRPC.",
        sender: "AWS ALB",
        causes: &["http_version_mismatch"],
        ..CLIENT
    },
    Status {
        code: 494,
        name: "Request Header Too Large",
        registration: by("nginx", "nginx source, ngx_http_request.h"),
        meaning: "One header line of the request is larger than large_client_header_buffers \
                  allows.",
        sender: "nginx, in its log; the client gets 400",
        causes: &["client_request_invalid"],
        notes: "Cookies are the usual reason.",
        ..CLIENT
    },
    Status {
        code: 495,
        name: "SSL Certificate Error",
        registration: by("nginx", "nginx.org, ngx_http_ssl_module, error processing"),
        meaning: "The certificate that the client presented did not verify.",
        sender: "nginx, in its log; the client gets 400",
        causes: &["client_request_invalid", "tls_client_cert_required"],
        ..CLIENT
    },
    Status {
        code: 496,
        name: "SSL Certificate Required",
        registration: by("nginx", "nginx.org, ngx_http_ssl_module, error processing"),
        meaning: "The client presented no certificate and one is required.",
        sender: "nginx, in its log; the client gets 400",
        causes: &["tls_client_cert_required", "client_request_invalid"],
        ..CLIENT
    },
    Status {
        code: 497,
        name: "HTTP Request Sent to HTTPS Port",
        registration: by("nginx", "nginx.org, ngx_http_ssl_module, error processing"),
        meaning: "A plain HTTP request came to a TLS port.",
        sender: "nginx, in its log; the client gets 400",
        causes: &["plaintext_to_tls_port", "client_request_invalid"],
        ..CLIENT
    },
    Status {
        code: 498,
        name: "Invalid Token",
        registration: by("Esri ArcGIS", "ArcGIS REST API documentation"),
        meaning: "The token is expired or invalid.",
        sender: "ArcGIS servers",
        causes: &["app_generated_error"],
        notes: "It is no nginx code, although 494 to 497 and 499 are.",
        ..CLIENT
    },
    Status {
        code: 499,
        name: "Client Closed Request",
        registration: by("nginx", "nginx source, ngx_http_request.h"),
        meaning: "The client closed the connection while the gateway was still working on the \
                  request. Nobody received this code.",
        sender: "nginx in its log; Traefik, Caddy, Azure Application Gateway and others copied it",
        causes: &["client_aborted", "timeout_mismatch", "response_timeout"],
        notes: "Many at the same duration mean an outer hop with a shorter timeout: it answers 504 \
                where this one logs 499.",
        other_uses: &[OtherUse {
            whose: "Esri ArcGIS",
            meaning: "Token Required: the request lacks a token.",
        }],
        ..ABORTED
    },
    Status {
        code: 509,
        name: "Bandwidth Limit Exceeded",
        registration: by("Apache modules and cPanel hosts", "cPanel documentation"),
        meaning: "The account has used the traffic that its plan includes.",
        sender: "shared hosting",
        causes: &["rate_limited"],
        retry: Retry::Never,
        retry_note: "It ends with the accounting period or a larger plan.",
        ..SERVER
    },
    Status {
        code: 520,
        name: "Web Server Returned an Unknown Error",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The origin's answer was empty, unknown or unexpected: reset or closed after the \
                  request, a head over 128 KB, broken HTTP.",
        sender: "Cloudflare",
        causes: &[
            "closed_before_response",
            "reset_before_response",
            "stale_keepalive",
            "response_header_too_large",
            "invalid_response_head",
            "app_worker_crash",
            "origin_blocks_edge",
        ],
        ..SERVER
    },
    Status {
        code: 521,
        name: "Web Server Is Down",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The origin refused Cloudflare's connection.",
        sender: "Cloudflare",
        causes: &["connect_refused", "origin_blocks_edge", "app_boot_failure"],
        retry: Retry::AnyMethodIfNeverSent,
        retry_note: "The connection was never made: the request did not reach the origin.",
        ..SERVER
    },
    Status {
        code: 522,
        name: "Connection Timed Out",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The origin did not answer Cloudflare's connection in 19 seconds, or did not \
                  acknowledge the request for 90 seconds.",
        sender: "Cloudflare",
        causes: &["connect_filtered", "origin_blocks_edge", "accept_queue_full", "mtu_blackhole"],
        retry_note: "In the second of the two cases the request may have arrived.",
        ..SERVER
    },
    Status {
        code: 523,
        name: "Origin Is Unreachable",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "Cloudflare has no route to the origin's address, often because DNS names a wrong \
                  one.",
        sender: "Cloudflare",
        causes: &["connect_unreachable", "dns_stale_address"],
        retry: Retry::AnyMethodIfNeverSent,
        retry_note: "The connection was never made: the request did not reach the origin.",
        ..SERVER
    },
    Status {
        code: 524,
        name: "A Timeout Occurred",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The connection was made and the origin did not answer in time; the documented \
                  limit is 125 seconds (earlier 100).",
        sender: "Cloudflare",
        causes: &["response_timeout", "app_pool_exhausted", "timeout_mismatch"],
        retry_note: "The origin is most likely still working on the request.",
        ..SERVER
    },
    Status {
        code: 525,
        name: "SSL Handshake Failed",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The TLS handshake between Cloudflare and the origin failed.",
        sender: "Cloudflare",
        causes: &[
            "tls_handshake_aborted",
            "tls_to_plaintext_port",
            "tls_sni_missing",
            "tls_version_mismatch",
            "tls_no_shared_cipher",
        ],
        retry: Retry::AnyMethodIfNeverSent,
        retry_note: "The request was not sent before the handshake. It will fail until the origin's \
                     TLS is repaired.",
        ..SERVER
    },
    Status {
        code: 526,
        name: "Invalid SSL Certificate",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The origin's certificate did not verify and the mode is Full (strict).",
        sender: "Cloudflare",
        causes: &["tls_cert_expired", "tls_cert_untrusted", "tls_cert_name_mismatch"],
        retry: Retry::Never,
        retry_note: "It fails until the certificate is renewed or replaced.",
        ..SERVER
    },
    Status {
        code: 527,
        name: "Railgun Error",
        registration: by("Cloudflare", "Cloudflare documentation, 5xx errors"),
        meaning: "The connection to the origin's Railgun listener failed. Railgun has been \
                  discontinued.",
        sender: "Cloudflare, formerly",
        causes: &["cdn_tunnel_down", "connect_filtered"],
        ..SERVER
    },
    Status {
        code: 529,
        name: "Site is overloaded",
        registration: by("Qualys SSL Labs", "SSL Labs API documentation"),
        meaning: "The service is overloaded and asks to come back later.",
        sender: "Qualys SSL Labs; some APIs copied it",
        causes: &["app_pool_exhausted", "rate_limited"],
        retry: Retry::AfterRetryAfter,
        ..SERVER
    },
    Status {
        code: 530,
        name: "Origin error",
        registration: by("Cloudflare", "Cloudflare documentation, 1xxx errors"),
        meaning: "Cloudflare could not reach an origin at all; the page shows a second code from \
                  1000 on that says why (1016 origin DNS, 1033 tunnel down).",
        sender: "Cloudflare",
        causes: &["dns_nxdomain", "cdn_tunnel_down", "route_target_missing"],
        retry: Retry::AnyMethodIfNeverSent,
        other_uses: &[OtherUse {
            whose: "Pantheon",
            meaning: "Site is frozen: it was shut down after a time without use.",
        }],
        ..SERVER
    },
    Status {
        code: 561,
        name: "Unauthorized",
        registration: by("AWS Application Load Balancer", "AWS ALB user guide, troubleshooting"),
        meaning: "The identity provider of the listener rule answered the login with an error.",
        sender: "AWS ALB",
        causes: &["auth_subrequest_failed"],
        ..SERVER
    },
    Status {
        code: 598,
        name: "Network Read Timeout",
        registration: by("some forward proxies", "informal; no document defines it"),
        meaning: "The proxy's connection to the server behind it timed out while reading.",
        sender: "a few proxies and client libraries",
        causes: &["response_timeout", "client_network_down"],
        ..SERVER
    },
    Status {
        code: 599,
        name: "Network Connect Timeout",
        registration: by("some forward proxies", "informal; no document defines it"),
        meaning: "The proxy could not connect to the server behind it in time. Client libraries \
                  also use it for: no answer at all.",
        sender: "a few proxies; Tornado's HTTP client for every failure without an answer",
        causes: &["connect_filtered", "client_network_down"],
        ..SERVER
    },
];
