//! Google Cloud external Application Load Balancer: `statusDetails`.

use super::table::table;

table! {
    Gcp, "Google Cloud documentation, external Application Load Balancer logging, statusDetails";

    "response_sent_by_backend" [] "sent by the backend", -, -,
    "The backend itself sent the status.",
    [] => [app_generated_error], harmless;
    "response_from_cache" [] "served from the cache", -, -,
    "The answer came from Cloud CDN.", [] => [], harmless;
    "direct_response" [] "fixed answer", -, ProxyInternalResponse,
    "The load balancer answered with a fixed response of its own.",
    [GatewayMadeError] => [gateway_config_invalid, maintenance_mode], verified;

    "failed_to_connect_to_backend" [] "could not connect", "502 or 503", ConnectionRefused,
    "The load balancer could not connect to the backend; timeouts of the connection included.",
    [ConnectFailed] => [connect_refused, connect_filtered, wrong_listen_address, tls_handshake_aborted], verified;
    "failed_to_pick_backend" [] "no healthy backend", "502 or 503", DestinationUnavailable,
    "The load balancer found no healthy backend for the request.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;
    "failed_to_negotiate_alpn" [] "no common protocol", "502 or 503", TlsProtocolError,
    "Load balancer and backend could not agree on a protocol such as HTTP/2 over TLS.",
    [TlsHandshakeFailed] => [http_version_mismatch], verified;
    "backend_timeout" [] "backend timed out", "502 or 503", HttpResponseTimeout,
    "The backend did not answer within the backend service's timeout (30 s by default).",
    [HeadTimeout] => [response_timeout, app_pool_exhausted], verified;
    "backend_connection_closed_before_data_sent_to_client" [] "closed before the answer", "502 or 503", ConnectionTerminated,
    "The backend closed its connection before the answer was passed on. The load balancer keeps connections for 600 s: a backend with a shorter keep-alive causes it.",
    [EndedBeforeHead] => [stale_keepalive, closed_before_response, reset_before_response, app_worker_crash], verified;
    "backend_connection_closed_after_partial_response_sent" [] "closed within the answer", -, HttpResponseIncomplete,
    "The backend closed its connection after a part of the answer was sent.",
    [BodyTruncated] => [body_truncated], verified;
    "backend_early_response_with_non_error_status" [] "early answer", "502 or 503", HttpProtocolError,
    "The backend answered with 1xx or 2xx before it had received the whole request.",
    [AnsweredBeforeUpload] => [early_response_upload], verified;
    "aborted_request_due_to_backend_early_response" [] "request aborted by an early answer", -, -,
    "The backend answered with an error before the whole request was sent; the answer was passed on.",
    [AnsweredBeforeUpload] => [early_response_upload], verified;
    "backend_interim_response_not_supported" [] "unexpected interim answer", "502 or 503", HttpProtocolError,
    "The backend sent a 1xx answer where none is supported.",
    [InformationalOnly] => [invalid_response_head, upgrade_failed], verified;
    "backend_response_corrupted" [] "corrupted body", "502 or 503", HttpResponseTransferCoding,
    "The body of the backend's answer has broken chunks or is otherwise corrupted.",
    [ChunkingInvalid] => [invalid_chunking], verified;
    "backend_response_headers_too_long" [] "headers too large", "502 or 503", HttpResponseHeaderSectionSize,
    "The headers of the backend's answer are larger than allowed.",
    [HeadTooLarge] => [response_header_too_large], verified;
    "error_uncompressing_gzipped_body" [] "body not decompressed", "502 or 503", HttpResponseContentCoding,
    "A gzipped answer could not be decompressed.",
    [ContentCodingInvalid] => [bad_content_coding], verified;
    "request_loop_detected" [] "request loop", "502 or 503", ProxyLoopDetected,
    "The request came back to the load balancer.",
    [LoopDetected] => [proxy_loop], verified;
    "config_not_found" [] "configuration not found", -, ProxyConfigurationError,
    "The load balancer lacks the project's configuration, often shortly after a change.",
    [ConfigInvalid] => [gateway_config_invalid, route_target_missing], verified;
    "internal_error" [] "internal error", -, ProxyInternalError,
    "An internal error of the load balancer, as a rule a passing one.",
    [GatewayMadeError] => [gateway_worker_crash], verified;
    "retriable_error" [] "infrastructure error", -, ProxyInternalError,
    "An infrastructure error; the request may be repeated.",
    [GatewayMadeError] => [gateway_worker_crash], verified;
    "invalid_external_origin_endpoint" [] "external backend invalid", -, ProxyConfigurationError,
    "The internet endpoint of the backend is not valid.",
    [ConfigInvalid] => [gateway_config_invalid, dns_nxdomain], verified;
    "ssl_certificate_san_verification_failed" [] "certificate for another name", "502 or 503", TlsCertificateError,
    "No name of the backend's certificate matches the configured host name.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "ssl_certificate_chain_verification_failed" [] "certificate not trusted", "502 or 503", TlsCertificateError,
    "The backend's certificate did not verify.",
    [TlsCertUntrusted] => [tls_cert_untrusted, tls_cert_expired], verified;
    "server_cert_chain_exceeded_limit" [] "certificate chain too long", "502 or 503", TlsCertificateError,
    "The backend's chain has more than ten intermediate certificates.",
    [TlsCertInvalid] => [tls_cert_untrusted], verified;
    "server_cert_not_provided" [] "no server certificate", "503", TlsCertificateError,
    "The backend sent no certificate.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "server_cert_validation_timed_out" [] "certificate check timed out", "503", TlsCertificateError,
    "Checking the backend's certificate took too long.",
    [TlsCertInvalid] => [tls_cert_untrusted], verified;

    "client_disconnected_before_any_response" [] "client left before the answer", "0", -,
    "The connection to the client broke before any answer was sent.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "client_disconnected_after_partial_response" [] "client left within the answer", -, -,
    "The connection to the client broke after a part of the answer was sent.",
    [ClientAborted] => [client_aborted], verified;
    "client_timed_out" [] "client timed out", "408", -,
    "The client's connection made no progress.",
    [ClientTimedOut] => [client_aborted], verified;
    "denied_by_security_policy" [] "denied by Cloud Armor", -, HttpRequestDenied,
    "A Cloud Armor policy refused the request.",
    [RateLimited] => [rate_limited], verified;
    "throttled_by_security_policy" [] "throttled by Cloud Armor", "429", HttpRequestDenied,
    "A Cloud Armor throttle rule refused the request.",
    [RateLimited] => [rate_limited], verified;
    "banned_by_security_policy" [] "banned by Cloud Armor", "429", HttpRequestDenied,
    "A Cloud Armor ban rule refused the request.",
    [RateLimited] => [rate_limited], verified;
    "headers_too_long" [] "request headers too large", "413", HttpRequestError,
    "The request's headers are larger than allowed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "body_not_allowed" [] "body not allowed", "400", HttpRequestError,
    "The request has a body that its method does not allow.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "failed_parsing_client_headers" [] "invalid method", "400", HttpRequestError,
    "The request's method is not a valid token.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "invalid_request_headers" ["invalid_http2_client_header_format"] "invalid request headers", "400", HttpRequestError,
    "A header of the request contains characters that are not allowed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "malformed_chunked_body" ["invalid_chunk_framing"] "request badly chunked", "411", HttpRequestError,
    "The request's chunked body is broken.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "required_body_but_no_content_length" [] "length missing", "411", HttpRequestError,
    "The request needs a body and says neither its length nor that it is chunked.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "http_version_not_supported" [] "HTTP version not supported", "400", HttpRequestError,
    "The request's HTTP version is not supported.",
    [ClientRequestInvalid] => [client_request_invalid, http_version_mismatch], verified;
    "unsupported_method" [] "method not supported", "400", HttpRequestError,
    "The request's method is not supported.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "secure_url_rejected" [] "https URL over plain HTTP", "400", HttpRequestError,
    "A request for an https URL came over a plain connection.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "request_body_too_large" [] "request body too large", "413", HttpRequestError,
    "The request's body is larger than the backend takes.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "upgrade_header_rejected" [] "upgrade refused", "400", HttpUpgradeFailed,
    "The request's Upgrade was refused.",
    [UpgradeRefused] => [upgrade_failed], verified;
    "websocket_handshake_failed" [] "WebSocket handshake failed", -, HttpUpgradeFailed,
    "The WebSocket handshake failed.",
    [UpgradeRefused] => [upgrade_failed], verified;
    "websocket_closed" [] "WebSocket closed", "101", -,
    "The WebSocket connection was closed.", [] => [], harmless;
}
