//! Apache httpd's log numbers that tell about upstreams.
//!
//! The number stays the same while the words change between versions, so the number is the code.
//! Most lines carry an APR or system error in front: `(111)Connection refused: AH00957: …`.

use super::table::table;

table! {
    ApacheLog, "Apache httpd 2.4 source and binaries (strings of 2.4.71)";

    "AH00957" ["00957"] "attempt to connect failed", "503", ConnectionRefused,
    "The connection to the upstream could not be made; the error in front says why ((111) refused, (110) or (70007) timeout, (113) no route, (13) denied). A timeout is 503 as well, never 504.",
    [ConnectFailed] => [connect_refused, connect_filtered, connect_unreachable, local_policy_denied, wrong_listen_address, app_boot_failure], verified;

    "AH02454" ["02454"] "attempt to connect to a unix socket failed", "503", DestinationUnavailable,
    "The unix socket could not be opened; the error in front says why ((2) missing, (13) denied).",
    [ConnectFailed] => [unix_socket_missing, unix_socket_denied, accept_queue_full], verified;

    "AH02453" ["02453"] "unix socket could not be created", "503", ProxyInternalError,
    "Apache could not create its own side of the unix socket.",
    [LocalSocketError] => [gateway_fd_exhausted], verified;

    "AH01114" ["01114"] "failed to make connection to backend (HTTP)", "503", ConnectionRefused,
    "mod_proxy_http got no connection; AH00957 before it says why.",
    [ConnectFailed] => [connect_refused, connect_filtered, no_live_upstream], verified;

    "AH01079" ["01079"] "failed to make connection to backend (FastCGI)", "503", ConnectionRefused,
    "mod_proxy_fcgi got no connection; AH00957 or AH02454 before it says why.",
    [ConnectFailed] => [connect_refused, unix_socket_missing, unix_socket_denied], verified;

    "AH02452" ["02452"] "failed to make connection to backend (WebSocket)", "503", ConnectionRefused,
    "mod_proxy_wstunnel got no connection; AH00957 before it says why.",
    [ConnectFailed] => [connect_refused, connect_filtered], verified;

    "AH00940" ["00940"] "connection disabled", "503", DestinationUnavailable,
    "The worker is in error state after an earlier failure and is not tried until retry= is over (60 s).",
    [NoLiveUpstream] => [no_live_upstream, connect_refused], verified;

    "AH00959" ["00959"] "worker disabled", "503", DestinationUnavailable,
    "Apache puts the worker into error state for the time that is named.",
    [ServerMarkedDown] => [no_live_upstream, connect_refused], verified;

    "AH00934" ["00934"] "all workers are busy", "503", ConnectionLimitReached,
    "No connection of the worker is free.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;

    "AH01170" ["01170"] "all workers in error state", "503", DestinationUnavailable,
    "Every member of the balancer is in error state.",
    [NoLiveUpstream] => [no_live_upstream], verified;

    "AH01167" ["01167"] "all workers of the route in error state", "503", DestinationUnavailable,
    "Every member that the session's route allows is in error state.",
    [NoLiveUpstream] => [no_live_upstream], verified;

    "AH01171" ["01171"] "no workers in balancer", "503", DestinationUnavailable,
    "The balancer has no members.",
    [NoEndpoints] => [no_endpoints], verified;

    "AH01174" ["01174"] "worker forced into error state by a status", -, DestinationUnavailable,
    "A status of the upstream matches failonstatus and the worker was taken out.",
    [ServerMarkedDown, UpstreamAnsweredError] => [no_live_upstream, app_generated_error], verified;

    "AH01102" ["01102"] "error reading status line", "502", ConnectionTerminated,
    "No status line came from the upstream. (104) it was reset, (20014) or (70014) it was closed, (70007) it timed out: mod_proxy_http answers 502 to a timeout too.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive, response_timeout, app_worker_timeout, app_worker_crash, proxy_protocol_mismatch, plaintext_to_tls_port], verified;

    "AH01103" ["01103"] "read timeout", "502", HttpResponseTimeout,
    "The upstream did not send a status line in time.",
    [HeadTimeout] => [response_timeout], verified;

    "AH00898" ["00898"] "error returned by the proxied URL", -, -,
    "The reason stands in front of \"returned by\": Error reading from remote server, DNS lookup failure, Error during SSL Handshake, Unexpected Upgrade, Corrupt status line.",
    [GatewayMadeError] => [closed_before_response, reset_before_response, response_timeout, dns_nxdomain, tls_handshake_aborted, upgrade_failed], verified;

    "AH01097" ["01097"] "pass request body failed", -, ConnectionTerminated,
    "Sending the request to the upstream failed. It appears for GET too, and after a failed TLS handshake.",
    [SendReset] => [early_response_upload, tls_handshake_aborted, reset_before_response], verified;

    "AH01084" ["01084"] "pass request body failed", -, ConnectionTerminated,
    "Sending the request to the upstream failed; the error in front says how. After a failed TLS handshake it appears as well.",
    [SendReset] => [early_response_upload, tls_client_cert_required, reset_before_response], verified;

    "AH01095" ["01095"] "reading the request's body failed", -, HttpRequestError,
    "The body of the client's request could not be read.",
    [ClientAborted] => [client_aborted, client_request_invalid], verified;

    "AH01086" ["01086"] "request body shorter than announced", -, HttpRequestError,
    "The client sent less body than its Content-Length says.",
    [ClientAborted] => [client_aborted], verified;

    "AH01104" ["01104"] "client connection closed after a failed reuse", -, ConnectionTerminated,
    "Reading from the upstream failed on a client connection that had served requests before; Apache closes it without an answer so that the client repeats the request.",
    [EndedBeforeHead] => [stale_keepalive, closed_before_response], verified;

    "AH01105" ["01105"] "client connection kept after a failed read", "502", ConnectionTerminated,
    "Reading from the upstream failed; the client gets the error.",
    [EndedBeforeHead] => [closed_before_response, stale_keepalive], verified;

    "AH01099" ["01099"] "no headers returned", -, HttpProtocolError,
    "The upstream sent a body without headers.",
    [ResponseInvalid] => [not_http, invalid_response_head], verified;

    "AH01100" ["01100"] "bogus header ignored", -, HttpProtocolError,
    "A header line of the upstream is no header and was dropped.",
    [HeaderInvalid] => [invalid_response_head], verified;

    "AH01106" ["01106"] "bad header returned", "502", HttpProtocolError,
    "The head of the upstream's response is malformed, too large or cut.",
    [HeaderInvalid] => [invalid_response_head, response_header_too_large, response_header_truncated], verified;

    "AH01107" ["01107"] "Transfer-Encoding and Content-Length", -, HttpResponseTransferCoding,
    "The upstream sent both framing headers; Apache drops Content-Length.",
    [FramingConflict] => [invalid_framing], verified;

    "AH10124" ["10124"] "header over ResponseFieldSize", "502", HttpResponseHeaderSize,
    "One header line of the response is longer than ResponseFieldSize (8192 by default).",
    [HeadTooLarge] => [response_header_too_large], verified;

    "AH10404" ["10404"] "error reading headers", "502", HttpResponseIncomplete,
    "Reading the response's headers failed: (70014) cut, (22) invalid, (70007) stalled.",
    [HeadTruncated] => [response_header_truncated, invalid_response_head, response_timeout], verified;

    "AH02429" ["02429"] "invalid characters in a response header", "500", HttpProtocolError,
    "A response header contains characters that are not allowed. Apache answers 500 where others answer 502.",
    [HeaderInvalid] => [invalid_response_head], verified;

    "AH01110" ["01110"] "error reading response", -, HttpResponseIncomplete,
    "The response's body broke off after the head was passed on: (70008) cut, (70007) stalled, (104) reset. The status in the access log stays 200.",
    [BodyTruncated] => [body_truncated, body_stalled, invalid_chunking, invalid_framing], verified;

    "AH01587" ["01587"] "invalid Content-Length", -, HttpResponseTransferCoding,
    "A Content-Length is not a number or contradicts itself.",
    [FramingConflict] => [invalid_framing], verified;

    "AH01590" ["01590"] "error in a chunk", "502", HttpResponseTransferCoding,
    "A chunk of a chunked body is broken.",
    [ChunkingInvalid] => [invalid_chunking], verified;

    "AH02555" ["02555"] "unknown Transfer-Encoding", -, HttpResponseTransferCoding,
    "The Transfer-Encoding is unknown and the body is read until the connection closes.",
    [FramingConflict] => [invalid_framing], verified;

    "AH02475" ["02475"] "chunk or line too large", -, HttpResponseTransferCoding,
    "A chunk or a line of the response is too large to parse (httpd trunk).",
    [ChunkingInvalid] => [invalid_chunking], verified "httpd trunk source";

    "AH01067" ["01067"] "FastCGI header not read", "503", ConnectionTerminated,
    "The FastCGI application closed before it answered.",
    [ClosedBeforeHead] => [closed_before_response, app_worker_crash, app_worker_timeout], verified;

    "AH01068" ["01068"] "bogus FastCGI version", "503", HttpProtocolError,
    "What answered does not speak FastCGI; version 72 is an \"H\", so HTTP.",
    [FastcgiVersionWrong] => [app_protocol_mismatch], verified;

    "AH01070" ["01070"] "script headers not parsed", "500", HttpProtocolError,
    "The headers of the FastCGI application's answer are malformed.",
    [HeaderInvalid] => [invalid_response_head, app_generated_error], verified;

    "AH01071" ["01071"] "message on the application's stderr", -, -,
    "What follows was written by the FastCGI application, for example a PHP error or Primary script unknown (404).",
    [AppTraceback] => [php_fatal_error, app_generated_error], verified;

    "AH01075" ["01075"] "error dispatching request (FastCGI)", -, HttpResponseTimeout,
    "Talking to the FastCGI application failed: (70007) it did not answer in time (504), (70008) its answer was cut, else 503.",
    [TimeoutSomewhere] => [response_timeout, body_truncated, app_worker_crash], verified;

    "AH00992" ["00992"] "AJP header not read", "503", ConnectionTerminated,
    "The AJP connector closed or did not answer.",
    [EndedBeforeHead] => [closed_before_response, app_protocol_mismatch], verified;

    "AH01030" ["01030"] "AJP answer not received", "503", ConnectionTerminated,
    "No AJP message came: the error in front says why; (70007) is a timeout (504).",
    [EndedBeforeHead] => [closed_before_response, response_timeout], verified;

    "AH01080" ["01080"] "bad AJP signature", "503", HttpProtocolError,
    "What answered does not speak AJP.",
    [FastcgiVersionWrong] => [app_protocol_mismatch], verified;

    "AH01144" ["01144"] "no protocol handler for the URL", "500", ProxyConfigurationError,
    "The module for the URL's scheme is not loaded (mod_proxy_http, mod_proxy_fcgi, mod_proxy_wstunnel).",
    [ConfigInvalid] => [gateway_config_invalid, route_target_missing], verified;

    "AH00961" ["00961"] "TLS towards the upstream not enabled", "500", ProxyConfigurationError,
    "The URL is https and SSLProxyEngine is off, or mod_ssl is not loaded.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "AH01961" ["01961"] "TLS towards the upstream not enabled", "500", ProxyConfigurationError,
    "The URL is https and SSLProxyEngine is off.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "AH01997" ["01997"] "TLS handshake failed: sending 502", "500", TlsProtocolError,
    "The handshake with the upstream failed. The line says 502; the client gets 500.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_cert_untrusted, tls_version_mismatch, tls_to_plaintext_port], verified;

    "AH02003" ["02003"] "TLS connect failed", "500", TlsProtocolError,
    "The handshake with the upstream failed; the library error after it says why (LogLevel ssl:info).",
    [TlsHandshakeFailed] => [tls_to_plaintext_port, tls_version_mismatch, tls_no_shared_cipher, tls_handshake_aborted], verified;

    "AH02004" ["02004"] "upstream certificate expired", "500", TlsCertificateError,
    "The upstream's certificate has expired.",
    [TlsCertExpired] => [tls_cert_expired], verified;

    "AH02005" ["02005"] "upstream certificate for another name", "500", TlsCertificateError,
    "The common name of the upstream's certificate is another one.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;

    "AH02411" ["02411"] "upstream certificate for another name", "500", TlsCertificateError,
    "No name of the upstream's certificate matches the host name of the URL.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;

    "AH02276" ["02276"] "certificate verification error", "500", TlsCertificateError,
    "A certificate did not verify; the number says why (10 expired, 18 self-signed, 20 issuer not found).",
    [TlsCertInvalid] => [tls_cert_untrusted, tls_cert_expired], verified;

    "AH02268" ["02268"] "upstream wants a client certificate", "502", TlsAlertReceived,
    "The upstream asks for a client certificate and none is configured.",
    [TlsClientCertAsked] => [tls_client_cert_required], verified;

    "AH02002" ["02002"] "SNI could not be set", "500", TlsProtocolError,
    "The server name could not be put into the handshake.",
    [TlsNoSniSent] => [tls_sni_missing], verified;

    "AH10225" ["10225"] "tunnel timed out", -, ConnectionReadTimeout,
    "An upgraded connection was idle for too long (httpd trunk).",
    [UpgradedConnectionBroke] => [upgrade_failed, body_stalled], verified "httpd trunk source";

    "AH01390" ["01390"] "inflate error", -, HttpResponseContentCoding,
    "A compressed body could not be decompressed.",
    [ContentCodingInvalid] => [bad_content_coding], remembered;

    "AH00484" ["00484"] "MaxRequestWorkers reached", -, ConnectionLimitReached,
    "All workers of Apache itself are busy.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted, app_pool_exhausted], verified;

    "AH00161" ["00161"] "MaxRequestWorkers reached", -, ConnectionLimitReached,
    "All workers of Apache itself are busy (prefork).",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted, app_pool_exhausted], verified;

    "AH00052" ["00052"] "child killed by a signal", -, ProxyInternalError,
    "A process of Apache ended by a signal: 11 is a crash, 9 a kill.",
    [GatewayCrashed] => [gateway_worker_crash, app_worker_crash], verified;

    "AH00051" ["00051"] "child killed by a signal, core dumped", -, ProxyInternalError,
    "A process of Apache crashed and may have left a core file.",
    [GatewayCrashed] => [gateway_worker_crash, app_worker_crash], verified;
}
