//! HTTP/2 error codes, in `RST_STREAM` and GOAWAY (RFC 9113 section 7).

use super::table::table;

table! {
    Http2, "RFC 9113 section 7";

    "NO_ERROR" ["0x0", "ErrCode NO_ERROR", "h2 error 0"] "no error", -, -,
    "In GOAWAY: the connection is being closed in an orderly way. Streams above the last id were not processed and may be retried.",
    [Http2Goaway] => [http2_stream_failure, app_shutdown_inflight], verified;
    "PROTOCOL_ERROR" ["0x1", "h2 error 1"] "protocol error", -, HttpProtocolError,
    "The other side violated the protocol.",
    [Http2StreamReset] => [http2_stream_failure, invalid_response_head, http_version_mismatch], verified;
    "INTERNAL_ERROR" ["0x2", "h2 error 2"] "internal error", -, HttpProtocolError,
    "An internal error of the side that sent it; often the application broke off.",
    [Http2StreamReset] => [http2_stream_failure, app_generated_error, body_truncated], verified;
    "FLOW_CONTROL_ERROR" ["0x3", "h2 error 3"] "flow control error", -, HttpProtocolError,
    "The flow-control window was overrun.",
    [Http2StreamReset] => [http2_stream_failure], verified;
    "SETTINGS_TIMEOUT" ["0x4", "h2 error 4"] "settings timeout", -, ConnectionReadTimeout,
    "A SETTINGS frame was not acknowledged in time.",
    [Http2Goaway] => [http2_stream_failure], verified;
    "STREAM_CLOSED" ["0x5", "h2 error 5"] "stream closed", -, HttpProtocolError,
    "A frame came for a stream that was closed.",
    [Http2StreamReset] => [http2_stream_failure], verified;
    "FRAME_SIZE_ERROR" ["0x6", "h2 error 6"] "frame size error", -, HttpProtocolError,
    "A frame has an invalid size; what came may be HTTP/1.",
    [Http2StreamReset] => [http2_stream_failure, http_version_mismatch], verified;
    "REFUSED_STREAM" ["0x7", "h2 error 7"] "stream refused", -, ConnectionTerminated,
    "The stream was refused before it was processed: any request may be retried.",
    [Http2StreamReset] => [http2_stream_failure, upstream_concurrency_limit, app_shutdown_inflight], verified;
    "CANCEL" ["0x8", "h2 error 8"] "cancelled", -, -,
    "The stream is not wanted any more; from the client's side it is an abort.",
    [Http2StreamReset] => [client_aborted, http2_stream_failure], verified;
    "COMPRESSION_ERROR" ["0x9", "h2 error 9"] "header compression error", -, HttpProtocolError,
    "The header compression state broke.",
    [Http2Goaway] => [http2_stream_failure], verified;
    "CONNECT_ERROR" ["0xa", "h2 error 10"] "CONNECT failed", -, ConnectionTerminated,
    "The connection made for a CONNECT request was reset.",
    [Http2StreamReset] => [upgrade_failed, http2_stream_failure], verified;
    "ENHANCE_YOUR_CALM" ["0xb", "h2 error 11"] "too much load", -, ConnectionLimitReached,
    "The other side takes the traffic for excessive, for example too many pings or resets.",
    [Http2Goaway] => [http2_stream_failure, rate_limited], verified;
    "INADEQUATE_SECURITY" ["0xc", "h2 error 12"] "TLS not good enough", -, TlsProtocolError,
    "The TLS connection does not meet the requirements of HTTP/2.",
    [Http2Goaway] => [tls_version_mismatch, tls_no_shared_cipher], verified;
    "HTTP_1_1_REQUIRED" ["0xd", "h2 error 13"] "HTTP/1.1 required", -, HttpProtocolError,
    "The other side demands HTTP/1.1 for this request.",
    [Http2StreamReset] => [http_version_mismatch, tls_client_cert_required, upgrade_failed], verified;
}
