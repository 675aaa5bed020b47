//! nginx: its own status codes and how to read the `$upstream_…` variables of its access log.
//!
//! `$upstream_status` alone does not say who made a 502: nginx sets it for its own errors too.

use super::table::table;

table! {
    Nginx, "nginx source and documentation; measured with nginx 1.22.1";

    "009" [] "HTTP/0.9 answer", -, HttpProtocolError,
    "The upstream sent bytes that are not HTTP and nginx passed them on without a status line.",
    [NotHttp] => [not_http, plaintext_to_tls_port, http_version_mismatch, app_protocol_mismatch], verified;
    "444" [] "closed on purpose", -, -,
    "nginx closed the connection without an answer because a rule says \"return 444\".",
    [ClientRequestInvalid] => [origin_blocks_edge, rate_limited], verified;
    "494" [] "request header too large", "400", HttpRequestError,
    "A header line of the request does not fit large_client_header_buffers.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "495" [] "client certificate error", "400", HttpRequestError,
    "The client's certificate did not verify.",
    [ClientRequestInvalid] => [client_request_invalid, tls_client_cert_required], verified;
    "496" [] "no client certificate", "400", HttpRequestError,
    "The client sent no certificate and one is required.",
    [ClientRequestInvalid] => [tls_client_cert_required, client_request_invalid], verified;
    "497" [] "plain HTTP on the TLS port", "400", HttpRequestError,
    "Plain HTTP came to a TLS port.",
    [PlainHttpToTlsPort] => [plaintext_to_tls_port, client_request_invalid], verified;
    "499" [] "client closed the request", "499", -,
    "The client, which may be an outer gateway, closed the connection before the answer.",
    [ClientAborted] => [client_aborted, timeout_mismatch, response_timeout], verified;

    "$upstream_status" [] "status of each attempt", -, -,
    "The statuses of the attempts, separated by commas, groups of an internal redirect by colons. nginx writes 502 or 504 here also when it made the error itself.",
    [] => [], harmless;
    "$upstream_header_time" [] "time until the response's head", -, -,
    "A number means that the upstream sent the head and so the status; \"-\" means that nginx made the error.",
    [] => [], harmless;
    "$upstream_addr" [] "address of each attempt", -, -,
    "The addresses that were tried, separated by commas. The name of the pool instead of an address means: no live upstreams.",
    [] => [no_live_upstream, upstream_concurrency_limit], harmless;
    "$upstream_connect_time" [] "time until connected", -, -,
    "\"-\" means that the connection was never made; with TLS the handshake is included.",
    [] => [], harmless;
    "$upstream_response_time" [] "time until the response's end", -, -,
    "The time that each attempt took. A value just at a timeout (60.000) is a timeout.",
    [] => [], harmless;
    "$upstream_bytes_received" [] "bytes from the upstream", -, -,
    "0 with a 502 means that the upstream sent nothing.",
    [] => [], harmless;
    "$upstream_cache_status" [] "cache result", -, -,
    "HIT, MISS, EXPIRED, STALE, UPDATING, REVALIDATED or BYPASS. STALE with an upstream error means that a cached copy hid it.",
    [] => [cached_error], harmless;
}
