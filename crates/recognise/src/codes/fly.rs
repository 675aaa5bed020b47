//! Fly.io's proxy error codes; the second letter names the part that failed.

use super::table::table;

table! {
    Fly, "Fly.io documentation, error codes";

    "PP01" [] "socket options not set", -, ProxyInternalError,
    "The proxy could not set TCP options; a fault of the platform.",
    [LocalSocketError] => [gateway_worker_crash], verified;
    "PU01" [] "HTTP/2 handshake failed", -, HttpProtocolError,
    "The application is set to accept h2c and the handshake failed.",
    [Http1InsteadOfHttp2] => [http_version_mismatch], verified;
    "PU02" [] "request not completed", -, ConnectionTerminated,
    "A request to a machine was begun and could not be completed.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, body_truncated], verified;
    "PU03" [] "host unreachable", -, DestinationIpUnroutable,
    "The host of the machine is unreachable; a fault of the platform.",
    [ConnectNoRoute] => [connect_unreachable], verified;
    "PU04" [] "request could not be built", -, ProxyInternalError,
    "The request could not be built, for unknown reasons.",
    [GatewayMadeError] => [client_request_invalid], verified;
    "PC01" ["PC02"] "connection refused", -, ConnectionRefused,
    "Nothing listens on the machine's port; often the application listens on 127.0.0.1 or another port.",
    [ConnectRefused] => [wrong_listen_address, connect_refused, app_boot_failure, app_not_ready], verified;
    "PC03" [] "connection reset", -, ConnectionTerminated,
    "The application reset the connection.",
    [ResetBeforeHead] => [reset_before_response, app_worker_crash], verified;
    "PC04" [] "connection aborted", -, ConnectionTerminated,
    "The application aborted the connection.",
    [EndedBeforeHead] => [reset_before_response, closed_before_response], verified;
    "PC05" [] "connection timed out", -, ConnectionTimeout,
    "The connection to the application timed out.",
    [ConnectTimedOut] => [accept_queue_full, app_pool_exhausted, connect_filtered], verified;
    "PC06" [] "unidentified input/output error", -, ConnectionTerminated,
    "A connection to a machine failed for a reason that is not known.",
    [EndedBeforeHead] => [reset_before_response], verified;
    "PC07" [] "connection retries used up", -, ConnectionRefused,
    "The proxy could not connect to a machine after too many tries.",
    [ConnectFailed] => [connect_refused, app_boot_failure, connect_filtered], verified;
    "PC08" [] "TCP timeout not set", -, ProxyInternalError,
    "The proxy could not set a timeout; a fault of the platform.",
    [LocalSocketError] => [gateway_worker_crash], verified;
    "PT01" [] "too many handshakes", -, HttpRequestDenied,
    "An address range made too many TLS handshakes and was limited.",
    [RateLimited] => [rate_limited], verified;
    "PT02" [] "TCP data not passed on", -, ConnectionTerminated,
    "TCP data could not be passed to or from a machine.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response], verified;
    "PT03" [] "handshake cancelled", -, -,
    "The client's TLS handshake was cancelled.",
    [ClientAborted] => [client_aborted], verified;
    "PT04" ["PT07", "PT09"] "handshake failed", -, TlsProtocolError,
    "The client's TLS handshake failed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "PT05" ["PT06"] "no certificate for the name", -, TlsCertificateError,
    "No valid certificate was found for the server name.",
    [RouteMissing] => [route_target_missing, tls_cert_name_mismatch], verified;
    "PT08" [] "handshake timed out", -, -,
    "The client's TLS handshake timed out.",
    [ClientTimedOut] => [client_aborted], verified;
    "PM01" ["PM02", "PM03", "PM04", "PM07", "PM08", "PM11", "PM12"] "machine could not be woken", -, DestinationUnavailable,
    "The machines API failed or did not answer in time; a fault of the platform.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "PM05" [] "could not connect to the machine", -, ConnectionRefused,
    "The machine was started and the connection to it failed.",
    [ConnectFailed] => [app_not_ready, connect_refused, wrong_listen_address], verified;
    "PM06" [] "could not connect although started", -, ConnectionRefused,
    "The machine has been started for a while and the connection still fails.",
    [ConnectFailed] => [wrong_listen_address, connect_refused, app_boot_failure], verified;
    "PM09" ["PM10", "PM13"] "machine cannot be started", -, DestinationUnavailable,
    "The machine is in a state from which it cannot be started, or was stopped a moment ago.",
    [PlatformNoInstance] => [platform_no_instance, app_shutdown_inflight], verified;
    "PA01" [] "body too large to replay", -, ProxyInternalError,
    "The request cannot be retried or replayed because more of its body was read than is buffered.",
    [GatewayMadeError] => [connect_refused, app_not_ready], verified;
    "PA02" [] "too many replays", -, ProxyLoopDetected,
    "fly-replay was answered too many times for one request.",
    [LoopDetected] => [proxy_loop], verified;
    "PA03" [] "fly-replay not understood", -, HttpProtocolError,
    "The application's fly-replay header is malformed.",
    [HeaderInvalid] => [invalid_response_head], verified;
    "PA04" ["PA05"] "replay target not found", -, DestinationNotFound,
    "fly-replay names an application that does not exist or may not be used.",
    [RouteMissing] => [route_target_missing], verified;
    "PE01" ["PE02"] "internal error while replaying", -, ProxyInternalError,
    "The proxy lacks data for a replay; a fault of the platform.",
    [GatewayMadeError] => [gateway_worker_crash], verified;
    "PR01" ["PR02"] "no healthy instance", -, DestinationUnavailable,
    "No healthy instance is known for the route.",
    [NoEndpoints] => [platform_no_instance, no_endpoints, no_live_upstream], verified;
    "PR03" ["PR04"] "no good candidate", -, DestinationUnavailable,
    "No instance could take the request within the attempts that are made: all are at their limit or failing.",
    [NoLiveUpstream] => [no_live_upstream, upstream_concurrency_limit, app_boot_failure, platform_no_instance], verified;
    "PR05" [] "static files not fetched", -, DestinationUnavailable,
    "Static files could not be fetched from their bucket.",
    [DependencyFailed] => [app_generated_error], verified;
}
