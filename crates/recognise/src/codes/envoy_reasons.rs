//! Envoy's reset reasons and `%RESPONSE_CODE_DETAILS%`.
//!
//! The reasons stand in the body after "reset reason:" with spaces, and in the details in braces
//! with underscores; a transport failure reason follows after `|` (newer) or `,` (older).

use super::table::table;

table! {
    EnvoyReason, "Envoy documentation, response code details; source, reset reasons";

    "local connection failure" ["local_connection_failure"] "connection failed locally", "503", ProxyInternalError,
    "Envoy's own side could not make the connection, for example for lack of a local address or port.",
    [LocalSocketError] => [source_ports_exhausted, local_policy_denied], verified;

    "remote connection failure" ["remote_connection_failure"] "connection failed at the other side", "503", ConnectionRefused,
    "The upstream refused the connection, could not be reached, or the TLS handshake failed; see the transport failure reason.",
    [ConnectFailed] => [connect_refused, connect_unreachable, tls_to_plaintext_port, tls_cert_untrusted, tls_handshake_aborted], verified;

    "connection failure" ["connection_failure"] "connection failed", "503", ConnectionRefused,
    "Older builds: the connection could not be made; refused, timed out and TLS are not told apart.",
    [ConnectFailed] => [connect_refused, connect_filtered, tls_handshake_aborted], verified;

    "connection timeout" ["connection_timeout"] "connection timed out", "503", ConnectionTimeout,
    "The connection, including its TLS handshake, was not made within connect_timeout (5 s by default). Envoy answers 503, not 504.",
    [ConnectTimedOut] => [connect_filtered, accept_queue_full, tls_handshake_timeout, conntrack_full], verified;

    "connection termination" ["connection_termination"] "connection ended", "503", ConnectionTerminated,
    "The upstream closed or reset the connection.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive, tls_client_cert_required, app_shutdown_inflight], verified;

    "local reset" ["local_reset"] "reset by Envoy", "503", ConnectionTerminated,
    "Envoy reset the stream itself.",
    [EndedBeforeHead] => [closed_before_response, response_timeout], verified;

    "local refused stream reset" ["local_refused_stream_reset"] "stream refused by Envoy", "503", ConnectionTerminated,
    "Envoy refused the stream itself.",
    [Http2StreamReset] => [http2_stream_failure], verified;

    "remote reset" ["remote_reset"] "stream reset by the upstream", "503", ConnectionTerminated,
    "The upstream reset the HTTP/2 stream.",
    [Http2StreamReset] => [http2_stream_failure], verified;

    "remote refused stream reset" ["remote_refused_stream_reset"] "stream refused by the upstream", "503", ConnectionTerminated,
    "The upstream refused the stream (REFUSED_STREAM): it was not processed and may be retried.",
    [Http2StreamReset] => [http2_stream_failure, app_shutdown_inflight], verified;

    "remote error with CONNECT request" ["remote_error_with_CONNECT_request"] "CONNECT failed", "503", HttpUpgradeFailed,
    "The upstream answered a CONNECT request with an error.",
    [UpgradeRefused] => [upgrade_failed], verified;

    "overflow" ["upstream_overflow"] "circuit breaker", "503", ConnectionLimitReached,
    "A circuit breaker of the cluster was reached.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;

    "protocol error" ["protocol_error"] "protocol error", "502", HttpProtocolError,
    "The upstream's answer violates HTTP, or its head is larger than allowed.",
    [ResponseInvalid] => [invalid_response_head, invalid_framing, invalid_chunking, response_header_too_large, not_http, http_version_mismatch], verified;

    "overload manager reset" ["overload_manager_reset"] "overload manager", "503", ProxyInternalError,
    "Envoy's overload manager ended the stream.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], verified;

    "via_upstream" [] "sent by the upstream", -, -,
    "The upstream itself sent the status: Envoy only passed it on.",
    [UpstreamAnsweredError] => [app_generated_error], verified;

    "no_healthy_upstream" ["no healthy upstream"] "no healthy upstream", "503", DestinationUnavailable,
    "The cluster has no healthy host, or no host at all.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;

    "cluster_not_found" [] "cluster not found", "503", DestinationUnavailable,
    "The route names a cluster that does not exist.",
    [RouteMissing] => [route_target_missing], verified;

    "route_not_found" [] "route not found", "404", DestinationNotFound,
    "No route matches the request.",
    [RouteMissing] => [route_target_missing], verified;

    "route_configuration_not_found" [] "route configuration not found", "404", ProxyConfigurationError,
    "No route configuration has been loaded for the listener.",
    [RouteMissing] => [route_target_missing, gateway_config_invalid], verified;

    "filter_chain_not_found" [] "filter chain not found", -, DestinationNotFound,
    "No filter chain matches the connection: port, server name or protocol.",
    [RouteMissing] => [route_target_missing, tls_sni_missing], verified;

    "upstream_response_timeout" ["response_timeout", "upstream request timeout"] "upstream response timeout", "504", HttpResponseTimeout,
    "The response did not come within the route's timeout.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted], verified;

    "upstream_per_try_timeout" [] "per-try timeout", "504", HttpResponseTimeout,
    "The last try did not answer within per_try_timeout.",
    [HeadTimeout] => [response_timeout], verified;

    "upstream_max_stream_duration_reached" [] "maximum stream duration reached", "504", HttpResponseTimeout,
    "The stream lasted longer than max_stream_duration.",
    [HeadTimeout] => [response_timeout, body_stalled], verified;

    "stream_idle_timeout" [] "stream idle timeout", "504", HttpResponseTimeout,
    "Nothing moved on the stream for the idle timeout.",
    [HeadTimeout, BodyStalled] => [body_stalled, response_timeout], verified;

    "request_overall_timeout" [] "request timeout", "408", -,
    "The whole request did not arrive within request_timeout.",
    [ClientTimedOut] => [client_aborted], verified;

    "max_duration_timeout" ["duration_timeout"] "maximum duration", -, -,
    "The stream or the connection lasted longer than allowed.",
    [TimeoutSomewhere] => [timeout_mismatch], verified;

    "downstream_remote_disconnect" [] "client disconnected", "0", -,
    "The client closed the connection.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;

    "downstream_local_disconnect" [] "client connection closed by Envoy", "0", -,
    "Envoy closed the client's connection for a reason that is not named.",
    [ClientAborted] => [client_aborted], verified;

    "overload" [] "overloaded", "503", ProxyInternalError,
    "The overload manager's limits are reached.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], verified;

    "maintenance_mode" [] "maintenance mode", "503", -,
    "The cluster is in maintenance mode.",
    [MaintenancePage] => [maintenance_mode], verified;

    "upgrade_failed" [] "upgrade refused", "403", HttpUpgradeFailed,
    "The request asks for an upgrade that is not enabled.",
    [UpgradeRefused] => [upgrade_failed], verified;

    "low_version" [] "HTTP version too low", "426", HttpRequestError,
    "The request is HTTP/1.0 or 0.9 and that is not enabled; nginx in front needs proxy_http_version 1.1.",
    [ClientRequestInvalid] => [http_version_mismatch], verified;

    "missing_host_header" [] "Host is missing", "400", HttpRequestError,
    "The request has no Host or :authority.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "missing_path_rejected" [] "path is missing", "404", HttpRequestError,
    "The request has no path.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "absolute_path_rejected" [] "absolute path refused", "404", HttpRequestError,
    "The request uses an absolute target and the route does not support it.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "path_normalization_failed" [] "path cannot be normalised", "400", HttpRequestError,
    "The path of the request is invalid.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "request_headers_failed_strict_check" [] "x-envoy header refused", "400", HttpRequestError,
    "An x-envoy header of the request failed the strict check.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "request_payload_too_large" [] "request body too large", "413", HttpRequestError,
    "The request's body is larger than Envoy may buffer.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "request_payload_exceeded_retry_buffer_limit" [] "body too large to retry", "507", -,
    "More of the request's body came while Envoy waited to retry than it may buffer.",
    [SendReset] => [early_response_upload, connect_refused], verified;

    "response_payload_too_large" [] "response body too large", "500", HttpResponseBodySize,
    "A filter buffers the response and it is larger than allowed.",
    [ResponseInvalid] => [gateway_config_invalid], verified;

    "filter_removed_required_headers" [] "required header removed", "503", ProxyConfigurationError,
    "A filter removed a header that Envoy needs.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "http1.codec_error" [] "HTTP/1 codec error", -, HttpProtocolError,
    "The HTTP/1 parser failed.",
    [ResponseInvalid] => [invalid_response_head, not_http], verified;

    "http1.headers_too_large" [] "headers too large", -, HttpRequestError,
    "The headers together are larger than the limit (60 KiB by default).",
    [ClientRequestInvalid] => [client_request_invalid, response_header_too_large], verified;

    "http1.too_many_headers" [] "too many headers", -, HttpRequestError,
    "There are more headers than the limit allows (100 by default).",
    [ClientRequestInvalid] => [client_request_invalid, response_header_too_large], verified;

    "http1.invalid_characters" [] "invalid characters in headers", -, HttpRequestError,
    "A header contains characters that are not allowed.",
    [HeaderInvalid] => [client_request_invalid, invalid_response_head], verified;

    "http1.invalid_transfer_encoding" [] "invalid Transfer-Encoding", -, HttpRequestError,
    "The Transfer-Encoding field is not valid.",
    [FramingConflict] => [invalid_framing, client_request_invalid], verified;

    "http1.content_length_and_chunked_not_allowed" [] "Content-Length and chunked", -, HttpRequestError,
    "A message has Content-Length and Transfer-Encoding: chunked, and that is not allowed.",
    [FramingConflict] => [invalid_framing, client_request_invalid], verified;

    "http1.content_length_not_allowed" [] "Content-Length not allowed", -, HttpProtocolError,
    "A response has a Content-Length where none is allowed.",
    [FramingConflict] => [invalid_framing], verified;

    "http1.transfer_encoding_not_allowed" [] "Transfer-Encoding not allowed", -, HttpResponseTransferCoding,
    "A response has a Transfer-Encoding where none is allowed, for example with 204.",
    [FramingConflict] => [invalid_framing], verified;

    "http2.invalid.header.field" [] "invalid HTTP/2 header", -, HttpProtocolError,
    "An HTTP/2 header is invalid.",
    [HeaderInvalid] => [invalid_response_head, client_request_invalid], verified;

    "http2.violation.of.messaging.rule" [] "HTTP/2 messaging violation", -, HttpProtocolError,
    "The stream violates the messaging rules of HTTP/2.",
    [ResponseInvalid] => [http2_stream_failure, invalid_framing], verified;

    "http2.outbound_frames_flood" ["http2.inbound_empty_frames_flood"] "HTTP/2 frame flood", -, HttpProtocolError,
    "Envoy took the frames of the other side for a flood and closed the connection.",
    [Http2Goaway] => [http2_stream_failure], verified;

    "immediate_connect_error" [] "connect() failed at once", "503", ConnectionRefused,
    "connect() failed at once with the error that follows the colon.",
    [LocalSocketError] => [connect_unreachable, local_policy_denied, unix_socket_missing], verified;

    "delayed connect error" ["delayed_connect_error", "delayed connect error: 111", "delayed_connect_error:_111"] "connect() failed", "503", ConnectionRefused,
    "The connection failed with the errno that follows; 111 is refused.",
    [ConnectRefused] => [connect_refused, wrong_listen_address, app_boot_failure], verified;
}
