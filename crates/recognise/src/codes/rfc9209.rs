//! The proxy error types of RFC 9209 section 2.3, as in a `Proxy-Status` field.

use super::table::table;

table! {
    Rfc9209, "RFC 9209 section 2.3";

    "dns_timeout" [] "DNS timeout", "504", DnsTimeout,
    "The name servers did not answer in time.",
    [DnsTimeout] => [dns_timeout], verified;
    "dns_error" [] "DNS error", "502", DnsError,
    "A name server answered with an error.",
    [DnsFailed] => [dns_nxdomain, dns_server_failure], verified;
    "destination_not_found" [] "destination not found", "500", DestinationNotFound,
    "The intermediary does not know where to send the request.",
    [RouteMissing] => [route_target_missing], verified;
    "destination_unavailable" [] "destination unavailable", "503", DestinationUnavailable,
    "The intermediary considers the next hop unavailable, for example after failed health checks.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;
    "destination_ip_prohibited" [] "destination address prohibited", "502", DestinationIpProhibited,
    "The intermediary may not connect to that address.",
    [ConnectDenied] => [local_policy_denied, gateway_config_invalid], verified;
    "destination_ip_unroutable" [] "destination address unroutable", "502", DestinationIpUnroutable,
    "There is no route to the address.",
    [ConnectNoRoute] => [connect_unreachable], verified;
    "connection_refused" [] "connection refused", "502", ConnectionRefused,
    "The next hop refused the connection. Envoy uses it for every connection failure.",
    [ConnectRefused] => [connect_refused, wrong_listen_address, app_boot_failure], verified;
    "connection_terminated" [] "connection terminated", "502", ConnectionTerminated,
    "The connection was closed before the response was complete.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive], verified;
    "connection_timeout" [] "connection timeout", "504", ConnectionTimeout,
    "Opening the connection took too long.",
    [ConnectTimedOut] => [connect_filtered, accept_queue_full], verified;
    "connection_read_timeout" [] "read timeout", "504", ConnectionReadTimeout,
    "No data came on the connection for too long.",
    [TimeoutSomewhere] => [response_timeout, body_stalled, middlebox_idle_drop], verified;
    "connection_write_timeout" [] "write timeout", "504", ConnectionWriteTimeout,
    "No data could be written to the connection for too long.",
    [TimeoutSomewhere] => [app_pool_exhausted, mtu_blackhole], verified;
    "connection_limit_reached" [] "connection limit reached", "503", ConnectionLimitReached,
    "The intermediary's limit of connections to the next hop is reached.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;
    "tls_protocol_error" [] "TLS protocol error", "502", TlsProtocolError,
    "The TLS handshake failed other than by an alert.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_to_plaintext_port], verified;
    "tls_certificate_error" [] "TLS certificate error", "502", TlsCertificateError,
    "The next hop's certificate was not acceptable.",
    [TlsCertInvalid] => [tls_cert_untrusted, tls_cert_expired, tls_cert_name_mismatch], verified;
    "tls_alert_received" [] "TLS alert received", "502", TlsAlertReceived,
    "The next hop sent a TLS alert; alert-id and alert-message say which.",
    [TlsHandshakeFailed] => [tls_sni_missing, tls_version_mismatch, tls_no_shared_cipher, tls_client_cert_required], verified;
    "http_request_error" [] "request at fault", "4xx", HttpRequestError,
    "The intermediary refuses the request as faulty.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "http_request_denied" [] "request denied", "403", HttpRequestDenied,
    "The intermediary refuses the request by policy.",
    [RateLimited] => [rate_limited], verified;
    "http_response_incomplete" [] "response incomplete", "502", HttpResponseIncomplete,
    "The response ended before it was complete.",
    [BodyTruncated] => [body_truncated, response_header_truncated], verified;
    "http_response_header_section_size" [] "header section too large", "502", HttpResponseHeaderSectionSize,
    "The response's header section is too large.",
    [HeadTooLarge] => [response_header_too_large], verified;
    "http_response_header_size" [] "header too large", "502", HttpResponseHeaderSize,
    "One header line of the response is too large.",
    [HeadTooLarge] => [response_header_too_large], verified;
    "http_response_body_size" [] "body too large", "502", HttpResponseBodySize,
    "The response's body is too large.",
    [ResponseInvalid] => [gateway_config_invalid], verified;
    "http_response_trailer_section_size" [] "trailer section too large", "502", HttpResponseTrailerSectionSize,
    "The response's trailer section is too large.",
    [ResponseInvalid] => [response_header_too_large], verified;
    "http_response_trailer_size" [] "trailer too large", "502", HttpResponseTrailerSize,
    "One trailer line of the response is too large.",
    [ResponseInvalid] => [response_header_too_large], verified;
    "http_response_transfer_coding" [] "transfer coding broken", "502", HttpResponseTransferCoding,
    "The response's transfer coding cannot be decoded.",
    [ChunkingInvalid] => [invalid_chunking, invalid_framing], verified;
    "http_response_content_coding" [] "content coding broken", "502", HttpResponseContentCoding,
    "The response's content coding cannot be decoded.",
    [ContentCodingInvalid] => [bad_content_coding], verified;
    "http_response_timeout" [] "response timeout", "504", HttpResponseTimeout,
    "The complete response took too long.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted], verified;
    "http_upgrade_failed" [] "upgrade failed", "502", HttpUpgradeFailed,
    "Switching protocols with the next hop failed.",
    [UpgradeRefused] => [upgrade_failed], verified;
    "http_protocol_error" [] "HTTP protocol error", "502", HttpProtocolError,
    "The next hop violates HTTP in a way that no other type covers.",
    [ResponseInvalid] => [invalid_response_head, not_http, http_version_mismatch], verified;
    "proxy_internal_response" [] "response of the intermediary", -, ProxyInternalResponse,
    "The intermediary made the response itself without trying to connect.",
    [GatewayMadeError] => [error_page_masking, maintenance_mode], verified;
    "proxy_internal_error" [] "internal error of the intermediary", "500", ProxyInternalError,
    "The intermediary met an internal error.",
    [GatewayMadeError] => [gateway_fd_exhausted, source_ports_exhausted, gateway_disk_full], verified;
    "proxy_configuration_error" [] "configuration error", "500", ProxyConfigurationError,
    "The intermediary's configuration is at fault.",
    [ConfigInvalid] => [gateway_config_invalid, dns_no_resolver], verified;
    "proxy_loop_detected" [] "loop detected", "502", ProxyLoopDetected,
    "The request came back to the intermediary that had sent it.",
    [LoopDetected] => [proxy_loop], verified;
}
