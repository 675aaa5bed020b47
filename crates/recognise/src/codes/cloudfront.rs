//! Amazon CloudFront's `x-edge-detailed-result-type`.

use super::table::table;

table! {
    Cloudfront, "Amazon CloudFront developer guide, access log fields";

    "OriginConnectError" [] "could not connect to the origin", -, ConnectionRefused,
    "The edge could not connect to the origin.",
    [ConnectFailed] => [connect_refused, connect_filtered, origin_blocks_edge, tls_handshake_aborted], verified;
    "OriginDnsError" [] "origin's name not resolved", "502", DnsError,
    "The edge could not resolve the origin's domain name.",
    [DnsFailed] => [dns_nxdomain, dns_server_failure], verified;
    "OriginCommError" [] "communication with the origin timed out", -, ConnectionTimeout,
    "The request timed out while connecting to the origin or reading from it.",
    [TimeoutSomewhere] => [response_timeout, connect_filtered, reset_before_response], verified;
    "OriginReadError" [] "could not read from the origin", -, HttpResponseIncomplete,
    "The edge could not read from the origin.",
    [EndedBeforeHead] => [closed_before_response, body_truncated, reset_before_response], verified;
    "OriginWriteError" [] "could not write to the origin", -, ConnectionTerminated,
    "The edge could not write the request to the origin.",
    [SendReset] => [early_response_upload, reset_before_response], verified;
    "OriginZeroSizeObjectError" [] "empty answer", -, ConnectionTerminated,
    "The origin answered with nothing.",
    [ClosedBeforeHead] => [closed_before_response], verified;
    "OriginHeaderTooBigError" [] "header too large", -, HttpResponseHeaderSize,
    "A header of the origin's answer is too large for the edge.",
    [HeadTooLarge] => [response_header_too_large], verified;
    "OriginInvalidResponseError" [] "invalid answer", -, HttpProtocolError,
    "The origin's answer is invalid.",
    [ResponseInvalid] => [invalid_response_head, invalid_framing, not_http], verified;
    "OriginContentRangeLengthError" [] "range and length differ", -, HttpProtocolError,
    "Content-Length and Content-Range of the origin's answer contradict each other.",
    [FramingConflict] => [invalid_framing], verified;
    "OriginError" [] "incorrect answer", -, -,
    "The origin returned an incorrect response, as a rule an error status.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "SlowReaderOriginError" [] "slow viewer", -, -,
    "The viewer was slow to read the message that caused the origin error.",
    [ClientTimedOut] => [client_aborted], verified;
    "AbortedOrigin" [] "trouble with the origin", -, -,
    "The edge met an issue with the origin; it appears as well when a viewer left and the request was given up.",
    [GatewayMadeError] => [closed_before_response, client_aborted, timeout_mismatch], verified;
    "ClientCommError" [] "communication with the viewer failed", -, -,
    "The answer could not be delivered to the viewer.",
    [ClientAborted] => [client_aborted, client_network_down], verified;
    "ClientHungUpRequest" [] "viewer hung up", -, -,
    "The viewer closed the connection while sending its request.",
    [ClientAborted] => [client_aborted], verified;
    "ClientGeoBlocked" [] "country blocked", -, HttpRequestDenied,
    "The distribution is closed to the viewer's country.",
    [RateLimited] => [rate_limited], verified;
    "InvalidRequest" [] "invalid request", -, HttpRequestError,
    "The viewer's request is invalid.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "InvalidRequestBlocked" [] "access blocked", -, HttpRequestDenied,
    "Access to the resource is blocked.",
    [ClientRequestInvalid] => [client_request_invalid, rate_limited], verified;
    "InvalidRequestCertificate" [] "certificate does not cover the host", -, HttpRequestError,
    "The distribution has no certificate for the host that was asked for over TLS.",
    [RouteMissing] => [tls_cert_name_mismatch, route_target_missing], verified;
    "InvalidRequestHeader" [] "invalid header", -, HttpRequestError,
    "The request has an invalid header.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "InvalidRequestMethod" [] "method not allowed", -, HttpRequestError,
    "The distribution is not configured for the request's method.",
    [ClientRequestInvalid] => [client_request_invalid, gateway_config_invalid], verified;
    "LimitExceeded" [] "limit exceeded", -, ConnectionLimitReached,
    "A CloudFront quota was exceeded.",
    [RateLimited] => [rate_limited], remembered;
    "CapacityExceeded" [] "capacity exceeded", -, ConnectionLimitReached,
    "The edge location had no capacity for the request.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], remembered;
    "MissGeneratedResponse" [] "answered by a function at the edge", -, -,
    "A function at the edge generated the answer.", [] => [], harmless;
    "OriginShieldHit" [] "served from Origin Shield", -, -,
    "The answer came from the Origin Shield cache.", [] => [], harmless;
    "RefreshHit" [] "served after revalidation", -, -,
    "The answer came from the cache after the origin confirmed it.", [] => [], harmless;
}
