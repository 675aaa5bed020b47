//! Cloudflare's own 5xx codes and the 1xxx codes that its pages show with 403, 409, 429 and 530.

use super::table::table;

table! {
    Cloudflare, "Cloudflare documentation, 5xx and 1xxx errors";

    "520" ["Error 520"] "web server returns an unknown error", "520", ConnectionTerminated,
    "The origin's answer was empty, cut or invalid, its head over 128 KB, or it reset the connection after the request.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive, response_header_too_large, invalid_response_head, app_worker_crash], verified;
    "521" ["Error 521"] "web server is down", "521", ConnectionRefused,
    "The origin refused Cloudflare's connection.",
    [EdgeRefused] => [connect_refused, origin_blocks_edge, app_boot_failure], verified;
    "522" ["Error 522"] "connection timed out", "522", ConnectionTimeout,
    "The origin did not answer the connection in 19 seconds, or did not acknowledge the request for 90 seconds.",
    [EdgeTimedOut] => [connect_filtered, origin_blocks_edge, accept_queue_full, mtu_blackhole], verified;
    "523" ["Error 523"] "origin is unreachable", "523", DestinationIpUnroutable,
    "Cloudflare has no route to the origin's address.",
    [ConnectNoRoute] => [connect_unreachable, dns_stale_address], verified;
    "524" ["Error 524"] "a timeout occurred", "524", HttpResponseTimeout,
    "The connection was made and the origin did not answer in 125 seconds (100 in older documents).",
    [HeadTimeout] => [response_timeout, app_pool_exhausted, timeout_mismatch], verified;
    "525" ["Error 525"] "SSL handshake failed", "525", TlsProtocolError,
    "The TLS handshake with the origin failed.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_to_plaintext_port, tls_sni_missing, tls_version_mismatch, tls_no_shared_cipher], verified;
    "526" ["Error 526"] "invalid SSL certificate", "526", TlsCertificateError,
    "The origin's certificate did not verify in Full (strict) mode.",
    [TlsCertInvalid] => [tls_cert_expired, tls_cert_untrusted, tls_cert_name_mismatch], verified;
    "527" ["Error 527"] "Railgun error", "527", ConnectionTerminated,
    "The connection to the origin's Railgun listener failed; Railgun has been discontinued.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "530" ["Error 530"] "origin error", "530", DnsError,
    "Cloudflare found no origin to talk to; the 1xxx code on the page says why.",
    [DnsFailed, TunnelDown] => [dns_nxdomain, cdn_tunnel_down], verified;

    "1000" ["Error 1000"] "DNS points to prohibited IP", -, ProxyLoopDetected,
    "The origin's record points to Cloudflare, or a proxy at the origin sends the request back there.",
    [LoopDetected] => [proxy_loop, gateway_config_invalid], verified;
    "1001" ["Error 1001"] "DNS resolution error", -, DnsError,
    "Cloudflare cannot resolve the requested domain.",
    [DnsFailed] => [dns_nxdomain, dns_server_failure], verified;
    "1002" ["Error 1002"] "DNS points to prohibited IP; restricted", -, DestinationIpProhibited,
    "The record resolves to a Cloudflare, local or disallowed address.",
    [ConfigInvalid] => [gateway_config_invalid, proxy_loop], verified;
    "1003" ["Error 1003"] "direct IP access not allowed", -, HttpRequestDenied,
    "A client asked for a Cloudflare address instead of a host name.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "1004" ["Error 1004"] "host not configured", -, DestinationNotFound,
    "The host is not proxied, or a DNS change has not spread yet.",
    [RouteMissing] => [route_target_missing], verified;
    "1005" ["Error 1005"] "network banned", -, HttpRequestDenied,
    "The owner banned the visitor's network (ASN).",
    [RateLimited] => [rate_limited], verified;
    "1006" ["1007", "1008", "1106", "Error 1006", "Error 1007", "Error 1008", "Error 1106"] "address banned", -, HttpRequestDenied,
    "The owner banned the visitor's address.",
    [RateLimited] => [rate_limited], verified;
    "1009" ["Error 1009"] "country banned", -, HttpRequestDenied,
    "The owner banned the visitor's country or region.",
    [RateLimited] => [rate_limited], verified;
    "1010" ["Error 1010"] "browser signature banned", -, HttpRequestDenied,
    "The owner's Browser Integrity Check refused the client.",
    [RateLimited] => [rate_limited], verified;
    "1011" ["Error 1011"] "hotlinking denied", -, HttpRequestDenied,
    "Hotlink protection refused the request.",
    [RateLimited] => [rate_limited], verified;
    "1012" ["Error 1012"] "access denied", -, HttpRequestDenied,
    "The owner refuses the visitor because of activity from their network.",
    [RateLimited] => [rate_limited], verified;
    "1013" ["Error 1013"] "host name and SNI differ", -, HttpRequestError,
    "The Host of the request and the server name of TLS differ.",
    [ClientRequestInvalid] => [client_request_invalid, tls_sni_missing], verified;
    "1014" ["Error 1014"] "CNAME cross-user banned", -, ProxyConfigurationError,
    "A CNAME points to a host in another Cloudflare account.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1015" ["Error 1015"] "rate limited", "429", HttpRequestDenied,
    "A rate limit of the owner was reached.",
    [RateLimited] => [rate_limited], verified;
    "1016" ["Error 1016"] "origin DNS error", "530", DnsError,
    "Cloudflare cannot resolve the origin's address.",
    [DnsNxdomain] => [dns_nxdomain], verified;
    "1018" ["Error 1018"] "could not find host", "409", DestinationNotFound,
    "The domain's settings have not reached the edge.",
    [RouteMissing] => [route_target_missing], verified;
    "1019" ["Error 1019"] "compute server error", -, ProxyLoopDetected,
    "A Worker calls itself.",
    [LoopDetected] => [proxy_loop], verified;
    "1020" ["Error 1020"] "access denied", -, HttpRequestDenied,
    "A firewall rule of the owner refused the request.",
    [RateLimited] => [rate_limited], verified;
    "1023" ["Error 1023"] "could not find host", "409", DestinationNotFound,
    "The domain's settings are missing at the edge.",
    [RouteMissing] => [route_target_missing], verified;
    "1025" ["Error 1025"] "please check back later", -, ConnectionLimitReached,
    "The domain has reached the limits of its Workers plan.",
    [FunctionFailed] => [platform_no_instance, rate_limited], verified;
    "1033" ["Error 1033"] "tunnel error", "530", DestinationUnavailable,
    "The host is served through a tunnel and no connector is running.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "1034" ["Error 1034"] "edge IP restricted", -, ProxyConfigurationError,
    "The record points to an address that the edge does not accept.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1035" ["Error 1035"] "invalid rewrite: path", -, ProxyConfigurationError,
    "A URL rewrite rule gives an invalid path.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1036" ["Error 1036"] "invalid rewrite: too long", -, ProxyConfigurationError,
    "A URL rewrite rule gives a path or query that is too long.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1037" ["Error 1037"] "invalid rewrite: expression", -, ProxyConfigurationError,
    "The expression of a rewrite rule cannot be evaluated.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1040" ["Error 1040"] "invalid rewrite: header not allowed", -, ProxyConfigurationError,
    "A rule changes a header that may not be changed.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1041" ["Error 1041"] "invalid rewrite: header value", -, ProxyConfigurationError,
    "A rule sets a header to a value that is too long or not allowed.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "1101" ["Error 1101"] "Worker exception", -, ProxyInternalError,
    "A Worker ended with an unhandled exception.",
    [FunctionFailed] => [app_generated_error], verified;
    "1102" ["Error 1102"] "Worker over its CPU limit", -, ProxyInternalError,
    "A Worker used more CPU time than allowed.",
    [FunctionFailed] => [app_worker_timeout], verified;
    "1200" ["Error 1200"] "cache connection limit", -, ConnectionLimitReached,
    "Too many requests wait at the edge for the origin.",
    [ConcurrencyLimit] => [app_pool_exhausted, upstream_concurrency_limit], verified;
}
