//! Registered 5xx codes: the server, or a gateway before it, failed.

use super::Registration::Registered;
use super::{Crawler, OtherUse, Retry, Status};

const BASE: Status =
    Status { retry: Retry::SafeMethods, crawler: Crawler::SlowsDown, ..Status::BASE };

/// The codes from 500 to 599 that are registered.
pub(super) const TABLE: &[Status] = &[
    Status {
        code: 500,
        name: "Internal Server Error",
        registration: Registered("RFC 9110 section 15.6.1"),
        meaning: "The server met something unexpected. It is the answer when nothing more precise \
                  fits.",
        sender: "applications; gateways for faults of their own",
        causes: &[
            "app_generated_error",
            "php_fatal_error",
            "gateway_config_invalid",
            "auth_subrequest_failed",
            "gateway_fd_exhausted",
            "gateway_connections_exhausted",
            "tls_cert_untrusted",
            "tls_handshake_aborted",
            "dns_nxdomain",
        ],
        retry_note: "A request that broke the application once will most likely break it again.",
        notes: "Apache answers 500 when the TLS handshake with the upstream fails and, since \
                2.4.59, when its name does not resolve; Traefik v3 for TLS verification. nginx \
                answers 500 when it runs out of descriptors or connections and when auth_request \
                fails.",
        ..BASE
    },
    Status {
        code: 501,
        name: "Not Implemented",
        registration: Registered("RFC 9110 section 15.6.2"),
        meaning: "The server does not support what the request needs, for example its method.",
        sender: "web servers; AWS ALB for an unsupported Transfer-Encoding",
        causes: &["client_request_invalid"],
        retry: Retry::Never,
        heuristically_cacheable: true,
        ..BASE
    },
    Status {
        code: 502,
        name: "Bad Gateway",
        registration: Registered("RFC 9110 section 15.6.3"),
        meaning: "A gateway received an invalid response from the server behind it, or none. The \
                  code says which hop failed and not why.",
        sender: "nginx, Apache, HAProxy, Traefik, Caddy, CDNs and cloud load balancers",
        causes: &[
            "connect_refused",
            "closed_before_response",
            "reset_before_response",
            "stale_keepalive",
            "app_boot_failure",
            "app_worker_timeout",
            "app_worker_crash",
            "app_oom_killed",
            "app_shutdown_inflight",
            "wrong_listen_address",
            "unix_socket_missing",
            "unix_socket_denied",
            "response_header_too_large",
            "invalid_response_head",
            "dns_nxdomain",
            "dns_stale_address",
            "tls_cert_untrusted",
            "tls_sni_missing",
            "tls_to_plaintext_port",
            "no_live_upstream",
            "response_timeout",
        ],
        retry: Retry::Idempotent,
        retry_note: "The application may have run although no answer came: repeat POST and PATCH \
                     only when the log shows that the connection was never made, or when the \
                     application knows an Idempotency-Key.",
        notes: "nginx, Caddy, Traefik and Go answer it to a refused connection; Apache, HAProxy, \
                Envoy and Varnish answer 503 to the same. Apache (mod_proxy_http) and Go answer it \
                also to a read timeout.",
        ..BASE
    },
    Status {
        code: 503,
        name: "Service Unavailable",
        registration: Registered("RFC 9110 section 15.6.4"),
        meaning: "The server is overloaded, in maintenance or has nobody to pass the request to; it \
                  expects this to pass.",
        sender: "HAProxy, Envoy, Apache and Varnish for failed connections; ingress controllers; \
                 platforms; applications",
        causes: &[
            "no_live_upstream",
            "no_endpoints",
            "connect_refused",
            "connect_filtered",
            "upstream_concurrency_limit",
            "rate_limited",
            "maintenance_mode",
            "app_not_ready",
            "app_pool_exhausted",
            "platform_no_instance",
            "tls_handshake_aborted",
            "app_generated_error",
        ],
        retry: Retry::AfterRetryAfter,
        retry_note: "An Envoy 503 with UF or UH, or a HAProxy 503 with SC, was never sent to the \
                     application; one with UC or UR may have been.",
        notes: "With Retry-After it is the right code for planned maintenance; Google's crawlers \
                read that field. Varnish answers it to timeouts as well.",
        ..BASE
    },
    Status {
        code: 504,
        name: "Gateway Timeout",
        registration: Registered("RFC 9110 section 15.6.5"),
        meaning: "A gateway did not get an answer from the server behind it in time.",
        sender: "nginx, HAProxy, Envoy, Caddy, CDNs and cloud load balancers",
        causes: &[
            "response_timeout",
            "connect_filtered",
            "app_pool_exhausted",
            "timeout_mismatch",
            "accept_queue_full",
            "tls_handshake_timeout",
            "middlebox_idle_drop",
            "mtu_blackhole",
            "conntrack_full",
            "proxy_loop",
            "app_generated_error",
        ],
        retry: Retry::Idempotent,
        retry_note: "The application is often still working on the first request: repeating it \
                     doubles the load, and repeating POST may do it twice.",
        notes: "The duration tells the hop: 60 s nginx, Apache and AWS ALB, 30 s Heroku, 15 s \
                Envoy, 10 s an ALB that cannot connect.",
        ..BASE
    },
    Status {
        code: 505,
        name: "HTTP Version Not Supported",
        registration: Registered("RFC 9110 section 15.6.6"),
        meaning: "The server refuses the major version of HTTP in the request.",
        sender: "web servers, for broken request lines",
        causes: &["http_version_mismatch", "client_request_invalid"],
        retry: Retry::Never,
        notes: "A space in the request target shifts the version and gives this code.",
        ..BASE
    },
    Status {
        code: 506,
        name: "Variant Also Negotiates",
        registration: Registered("RFC 2295 section 8.1"),
        meaning: "Content negotiation of the server runs in a circle.",
        sender: "web servers with a faulty configuration",
        causes: &["gateway_config_invalid"],
        retry: Retry::Never,
        ..BASE
    },
    Status {
        code: 507,
        name: "Insufficient Storage",
        registration: Registered("RFC 4918 section 11.5"),
        meaning: "The server has no room to store what the request needs.",
        sender: "WebDAV servers, storage services",
        causes: &["gateway_disk_full", "app_generated_error"],
        retry: Retry::Never,
        ..BASE
    },
    Status {
        code: 508,
        name: "Loop Detected",
        registration: Registered("RFC 5842 section 7.2"),
        meaning: "WebDAV: the request ran into an infinite loop of bindings.",
        sender: "WebDAV servers; Vercel for a function that calls itself",
        causes: &["proxy_loop"],
        retry: Retry::Never,
        other_uses: &[OtherUse {
            whose: "cPanel hosts with CloudLinux",
            meaning: "Resource Limit Is Reached: the account is over its limit of processes or \
                      memory.",
        }],
        ..BASE
    },
    Status {
        code: 510,
        name: "Not Extended",
        registration: Registered("RFC 2774 section 7 (historic)"),
        meaning: "The request lacks an extension that the server demands. The registry marks it as \
                  obsoleted.",
        sender: "nobody",
        retry: Retry::AfterChange,
        ..BASE
    },
    Status {
        code: 511,
        name: "Network Authentication Required",
        registration: Registered("RFC 6585 section 6"),
        meaning: "The visitor has to log in to the network first. It comes from the network and not \
                  from the site.",
        sender: "captive portals of hotels, trains and companies",
        causes: &["captive_portal"],
        retry: Retry::AfterChange,
        retry_note: "Open any http page, log in to the network, then try again.",
        ..BASE
    },
];
