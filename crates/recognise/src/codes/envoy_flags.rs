//! Envoy's `%RESPONSE_FLAGS%`, short and long, also as Istio prints them.
//!
//! Several flags of one request are joined by a comma, the most telling one may come second:
//! `URX,UF` is a connection failure after all retries.

use super::table::table;

table! {
    EnvoyFlag, "Envoy documentation, access logging, %RESPONSE_FLAGS%";

    "UH" ["NoHealthyUpstream"] "no healthy upstream", "503", DestinationUnavailable,
    "The cluster has no healthy host to send the request to, or no host at all.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;

    "UF" ["UpstreamConnectionFailure"] "upstream connection failure", "503", ConnectionRefused,
    "No connection to the upstream could be made: refused, timed out, or the TLS handshake failed. The transport failure reason next to it tells which.",
    [ConnectFailed] => [connect_refused, connect_filtered, connect_unreachable, tls_to_plaintext_port, tls_cert_untrusted, tls_handshake_aborted, wrong_listen_address], verified;

    "UO" ["UpstreamOverflow"] "upstream overflow", "503", ConnectionLimitReached,
    "A circuit breaker of the cluster was reached: connections, pending requests, requests or retries.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;

    "UC" ["UpstreamConnectionTermination"] "upstream connection termination", "503", ConnectionTerminated,
    "The upstream closed or reset the connection before a response was complete.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive, tls_client_cert_required, app_worker_crash, app_shutdown_inflight], verified;

    "UR" ["UpstreamRemoteReset"] "upstream remote reset", "503", ConnectionTerminated,
    "The upstream reset the HTTP/2 stream.",
    [Http2StreamReset] => [http2_stream_failure], verified;

    "UT" ["UpstreamRequestTimeout"] "upstream request timeout", "504", HttpResponseTimeout,
    "The response did not come within the route's timeout (15 s by default).",
    [HeadTimeout] => [response_timeout, app_pool_exhausted, timeout_mismatch], verified;

    "URX" ["UpstreamRetryLimitExceeded"] "upstream retry limit exceeded", -, DestinationUnavailable,
    "All retries, or all connection attempts of a TCP proxy, are used up. Another flag next to it says how the last one failed.",
    [UpstreamAnsweredError] => [app_generated_error, connect_refused, closed_before_response], verified;

    "UPE" ["UpstreamProtocolError"] "upstream protocol error", "502", HttpProtocolError,
    "The upstream's answer violates HTTP, or its head is larger than allowed.",
    [ResponseInvalid] => [invalid_response_head, invalid_framing, invalid_chunking, response_header_too_large, not_http, plaintext_to_tls_port, http_version_mismatch], verified;

    "UMSDR" ["UpstreamMaxStreamDurationReached"] "upstream maximum stream duration reached", "504", HttpResponseTimeout,
    "The stream lasted longer than max_stream_duration allows.",
    [HeadTimeout] => [response_timeout, body_stalled], verified;

    "LH" ["FailedLocalHealthCheck"] "failed local health check", "503", DestinationUnavailable,
    "The local service failed the health check that the health check filter answers.",
    [ServerMarkedDown] => [no_live_upstream, app_not_ready], verified;

    "LR" ["LocalReset"] "local reset", "503", ConnectionTimeout,
    "Envoy itself reset the stream or the connection.",
    [EndedBeforeHead] => [closed_before_response, response_timeout], verified;

    "NR" ["NoRouteFound"] "no route found", "404", DestinationNotFound,
    "No route matches the request, or no filter chain matches the connection.",
    [RouteMissing] => [route_target_missing, gateway_config_invalid], verified;

    "NC" ["NoClusterFound"] "no cluster found", "503", DestinationUnavailable,
    "The route names a cluster that does not exist, for example a subset without a destination rule.",
    [RouteMissing] => [route_target_missing], verified;

    "DF" ["DnsResolutionFailed"] "DNS resolution failed", "503", DnsError,
    "The upstream's name did not resolve.",
    [DnsFailed] => [dns_nxdomain, dns_server_failure, dns_timeout], verified;

    "SI" ["StreamIdleTimeout"] "stream idle timeout", "504", HttpResponseTimeout,
    "Nothing moved on the stream for stream_idle_timeout (5 minutes by default). 504 before the response began, 408 while waiting for the client.",
    [HeadTimeout, BodyStalled] => [body_stalled, response_timeout, client_aborted], verified;

    "DC" ["DownstreamConnectionTermination"] "downstream connection termination", "0", -,
    "The client closed the connection before the answer.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;

    "DPE" ["DownstreamProtocolError"] "downstream protocol error", "400", HttpRequestError,
    "The request of the client violates HTTP; with 431 its headers are too large.",
    [ClientRequestInvalid] => [client_request_invalid, proxy_protocol_mismatch], verified;

    "DT" ["DurationTimeout"] "duration timeout", -, -,
    "The connection or request lasted longer than max_connection_duration or max_downstream_connection_duration allows.",
    [TimeoutSomewhere] => [timeout_mismatch, response_timeout], verified;

    "IH" ["InvalidEnvoyRequestHeaders"] "invalid Envoy request headers", "400", HttpRequestError,
    "A strictly checked x-envoy header of the request has an invalid value.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "RL" ["RateLimited"] "rate limited", "429", ConnectionLimitReached,
    "The rate limit filter refused the request.",
    [RateLimited] => [rate_limited], verified;

    "RLSE" ["RateLimitServiceError"] "rate limit service error", "500", ConnectionLimitReached,
    "The rate limit service failed and the filter is set to refuse in that case.",
    [AuthSubrequestFailed] => [auth_subrequest_failed, rate_limited], verified;

    "UAEX" ["UnauthorizedExternalService"] "external authorization refused", "403", HttpRequestDenied,
    "The external authorization service refused the request, or failed and failure_mode_allow is off.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], verified;

    "OM" ["OverloadManagerTerminated"] "overload manager", "503", -,
    "Envoy's overload manager ended the request because Envoy itself is short of a resource.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], verified;

    "FI" ["FaultInjected"] "fault injected", -, -,
    "The request was aborted on purpose by the fault filter.",
    [FaultInjected] => [gateway_config_invalid], verified;

    "DI" ["DelayInjected"] "delay injected", -, -,
    "The request was delayed on purpose by the fault filter.",
    [FaultInjected] => [gateway_config_invalid], verified;

    "DO" ["DropOverload"] "dropped by overload policy", -, ConnectionLimitReached,
    "The request was dropped because of drop_overload of the load assignment.",
    [ConcurrencyLimit] => [upstream_concurrency_limit], verified;

    "NFCF" ["NoFilterConfigFound"] "no filter configuration found", -, ProxyConfigurationError,
    "A filter's configuration did not arrive in time and the request was refused.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "RFCF" ["ResponseFromCacheFilter"] "response from cache", -, -,
    "The response came from Envoy's cache filter.",
    [] => [], harmless;
}
