//! Codes of Node.js: system errors in its own spelling, llhttp's `HPE_…`, undici's `UND_ERR_…` and
//! its TLS errors. Plain system errors (`ECONNREFUSED` …) are in the errno family.

use super::table::table;

table! {
    Node, "Node.js 20.20.2 (strings and lab); undici documentation, errors";

    "socket hang up" [] "connection closed before the answer", -, ConnectionTerminated,
    "The other side closed the connection before it had answered (code ECONNRESET).",
    [ClosedBeforeHead] => [closed_before_response, stale_keepalive, response_header_truncated, app_worker_crash], verified;

    "HPE_INVALID_CONSTANT" [] "not HTTP", -, HttpProtocolError,
    "The answer does not begin with HTTP/: another protocol, TLS bytes or HTTP/2 frames.",
    [NotHttp] => [not_http, plaintext_to_tls_port, http_version_mismatch], verified;
    "HPE_INVALID_HEADER_TOKEN" [] "invalid character in a header", -, HttpProtocolError,
    "A header field contains a character that is not allowed.",
    [HeaderInvalid] => [invalid_response_head], verified;
    "HPE_INVALID_STATUS" [] "invalid status code", -, HttpProtocolError,
    "The status line has no valid status code.",
    [StatusLineInvalid] => [invalid_response_head], verified;
    "HPE_INVALID_VERSION" [] "invalid HTTP version", -, HttpProtocolError,
    "The status line or request line has no valid version.",
    [StatusLineInvalid] => [invalid_response_head, client_request_invalid], verified;
    "HPE_HEADER_OVERFLOW" [] "headers too large", "431", HttpResponseHeaderSectionSize,
    "The headers are larger than maxHeaderSize (16 KB by default). A Node.js server answers 431 to such a request.",
    [HeadTooLarge] => [response_header_too_large, client_request_invalid], verified;
    "HPE_INVALID_CONTENT_LENGTH" [] "invalid Content-Length", -, HttpResponseTransferCoding,
    "Content-Length is not a number or too large.",
    [FramingConflict] => [invalid_framing], verified;
    "HPE_UNEXPECTED_CONTENT_LENGTH" [] "second Content-Length", -, HttpResponseTransferCoding,
    "Content-Length comes twice or together with Transfer-Encoding.",
    [FramingConflict] => [invalid_framing], verified;
    "HPE_INVALID_TRANSFER_ENCODING" [] "invalid Transfer-Encoding", -, HttpResponseTransferCoding,
    "Transfer-Encoding is not valid.",
    [FramingConflict] => [invalid_framing], verified;
    "HPE_INVALID_CHUNK_SIZE" [] "invalid chunk size", -, HttpResponseTransferCoding,
    "A chunk's size is not a number.",
    [ChunkingInvalid] => [invalid_chunking], verified;
    "HPE_INVALID_EOF_STATE" [] "ended in the middle", -, HttpResponseIncomplete,
    "The connection ended in the middle of the message.",
    [HeadTruncated] => [response_header_truncated, body_truncated], verified;
    "HPE_CLOSED_CONNECTION" [] "data after the end", -, HttpProtocolError,
    "More data came after a message that was the last of its connection.",
    [ResponseInvalid] => [invalid_framing], verified;
    "HPE_CR_EXPECTED" ["HPE_LF_EXPECTED"] "line end expected", -, HttpProtocolError,
    "A line does not end as HTTP demands.",
    [HeaderInvalid] => [invalid_response_head, invalid_chunking], verified;
    "HPE_STRICT" [] "strict check failed", -, HttpProtocolError,
    "The message violates a strict rule of the parser.",
    [ResponseInvalid] => [invalid_response_head, invalid_chunking], verified;
    "HPE_UNEXPECTED_SPACE" [] "unexpected space", -, HttpProtocolError,
    "A space stands where none is allowed.",
    [HeaderInvalid] => [invalid_response_head], verified;
    "HPE_INVALID_METHOD" [] "invalid method", "400", HttpRequestError,
    "A Node.js server got a request whose method it does not know: often TLS bytes, or a PROXY header.",
    [ClientRequestInvalid] => [client_request_invalid, proxy_protocol_mismatch, tls_to_plaintext_port], verified;
    "HPE_INVALID_URL" [] "invalid URL", "400", HttpRequestError,
    "A Node.js server got a request with an invalid target.",
    [ClientRequestInvalid] => [client_request_invalid], verified;

    "UND_ERR_CONNECT_TIMEOUT" [] "connect timeout", -, ConnectionTimeout,
    "undici could not connect in time (10 s by default).",
    [ConnectTimedOut] => [connect_filtered, accept_queue_full, tls_handshake_timeout], verified;
    "UND_ERR_HEADERS_TIMEOUT" [] "headers timeout", -, HttpResponseTimeout,
    "No response headers came in time (300 s by default).",
    [HeadTimeout] => [response_timeout, app_pool_exhausted], verified;
    "UND_ERR_BODY_TIMEOUT" [] "body timeout", -, ConnectionReadTimeout,
    "The response's body stopped coming (300 s by default).",
    [BodyStalled] => [body_stalled], verified;
    "UND_ERR_SOCKET" [] "socket error", -, ConnectionTerminated,
    "The connection failed; \"other side closed\" is a close before the answer.",
    [EndedBeforeHead] => [closed_before_response, stale_keepalive, reset_before_response], verified;
    "UND_ERR_HEADERS_OVERFLOW" [] "headers too large", -, HttpResponseHeaderSectionSize,
    "The response's headers are larger than maxHeaderSize.",
    [HeadTooLarge] => [response_header_too_large], verified;
    "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" [] "response length differs", -, HttpResponseIncomplete,
    "The response's body is shorter or longer than its Content-Length.",
    [BodyTruncated] => [body_truncated, invalid_framing], verified;
    "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH" [] "request length differs", -, HttpRequestError,
    "The request's body does not fit its Content-Length.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "UND_ERR_RES_EXCEEDED_MAX_SIZE" [] "response too large", -, HttpResponseBodySize,
    "The response's body is larger than maxResponseSize.",
    [ResponseInvalid] => [gateway_config_invalid], verified;
    "UND_ERR_ABORTED" ["UND_ERR_ABORT"] "aborted", -, -,
    "The request was aborted by its caller.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "UND_ERR_DESTROYED" ["UND_ERR_CLOSED"] "client closed", -, ProxyInternalError,
    "The undici client was already closed.",
    [GatewayMadeError] => [app_shutdown_inflight, gateway_config_invalid], verified;
    "UND_ERR_BPL_MISSING_UPSTREAM" [] "no upstream in the pool", -, DestinationUnavailable,
    "The balanced pool has no upstream.",
    [NoEndpoints] => [no_endpoints], verified;
    "UND_ERR_INFO" [] "informational error", -, ConnectionTerminated,
    "The connection ended for a reason in the message, for example a GOAWAY or a reset stream.",
    [EndedBeforeHead] => [closed_before_response, http2_stream_failure], remembered;
    "UND_ERR_PRX_TLS" [] "TLS to the proxy failed", -, TlsProtocolError,
    "The TLS connection to the proxy failed.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], remembered;

    "CERT_HAS_EXPIRED" [] "certificate expired", -, TlsCertificateError,
    "The upstream's certificate has expired.",
    [TlsCertExpired] => [tls_cert_expired], verified;
    "DEPTH_ZERO_SELF_SIGNED_CERT" [] "self-signed certificate", -, TlsCertificateError,
    "The upstream's certificate is signed by itself.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "SELF_SIGNED_CERT_IN_CHAIN" [] "private authority", -, TlsCertificateError,
    "The chain ends in an authority that is not trusted here.",
    [TlsCertUntrusted] => [tls_cert_untrusted], remembered;
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE" [] "chain incomplete", -, TlsCertificateError,
    "The server sent its certificate without the intermediate one.",
    [TlsCertUntrusted] => [tls_cert_untrusted], remembered;
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" [] "issuer not found", -, TlsCertificateError,
    "The issuer is not trusted here.",
    [TlsCertUntrusted] => [tls_cert_untrusted], remembered;
    "ERR_TLS_CERT_ALTNAME_INVALID" [] "certificate for another name", -, TlsCertificateError,
    "The upstream's certificate does not carry the name.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "ERR_SSL_WRONG_VERSION_NUMBER" [] "not TLS", -, TlsProtocolError,
    "What came back is not TLS, most often plain HTTP. Node.js 20 says EPROTO with the OpenSSL words instead.",
    [TlsNotTls] => [tls_to_plaintext_port], remembered;
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" [] "client certificate required", -, TlsAlertReceived,
    "The upstream demands a client certificate.",
    [TlsAlertCertRequired] => [tls_client_cert_required], verified;
    "ERR_SSL_TLSV1_UNRECOGNIZED_NAME" [] "unrecognized name", -, TlsAlertReceived,
    "The upstream does not serve the server name that was sent.",
    [TlsAlertUnrecognizedName] => [tls_sni_missing], remembered;
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" [] "protocol version", -, TlsAlertReceived,
    "The two sides share no TLS version.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], remembered;
    "Client network socket disconnected before secure TLS connection was established" [] "closed in the handshake", -, TlsProtocolError,
    "The upstream closed the connection during the TLS handshake (code ECONNRESET).",
    [TlsPeerClosed] => [tls_handshake_aborted, tls_sni_missing], verified;

    "ERR_HTTP2_STREAM_ERROR" [] "HTTP/2 stream error", -, ConnectionTerminated,
    "The stream was reset; the message names the HTTP/2 code.",
    [Http2StreamReset] => [http2_stream_failure], remembered;
    "ERR_HTTP2_GOAWAY_SESSION" [] "HTTP/2 session going away", -, ConnectionTerminated,
    "The session got GOAWAY and takes no new streams.",
    [Http2Goaway] => [http2_stream_failure, app_shutdown_inflight], remembered;
    "Z_DATA_ERROR" [] "not decompressed", -, HttpResponseContentCoding,
    "The body is not what its Content-Encoding says.",
    [ContentCodingInvalid] => [bad_content_coding], verified;
    "ERR_STREAM_PREMATURE_CLOSE" [] "stream closed early", -, HttpResponseIncomplete,
    "A stream was closed before its end; either side may have left.",
    [BodyTruncated] => [body_truncated, client_aborted], remembered;
}
