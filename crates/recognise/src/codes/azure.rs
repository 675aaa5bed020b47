//! Azure Application Gateway: the error info of its access log.

use super::table::table;

table! {
    Azure, "Azure Application Gateway monitoring data reference";

    "ERRORINFO_UPSTREAM_NO_LIVE" [] "no live backend", "502", DestinationUnavailable,
    "The gateway finds no backend server that is up.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;
    "ERRORINFO_UPSTREAM_CLOSED_CONNECTION" [] "backend closed the connection", -, ConnectionTerminated,
    "The backend closed the connection before the request was processed.",
    [EndedBeforeHead] => [closed_before_response, stale_keepalive, app_worker_crash], verified;
    "ERRORINFO_UPSTREAM_TIMED_OUT" [] "backend timed out", "504", HttpResponseTimeout,
    "The backend did not answer within the configured timeout.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted], verified;
    "ERRORINFO_CLIENT_CLOSED_REQUEST" [] "client closed the request", "499", -,
    "The client closed the connection before the answer.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "ERRORINFO_CLIENT_TIMED_OUT" [] "client timed out", -, -,
    "The client did not finish its request in time.",
    [ClientTimedOut] => [client_aborted], verified;
    "ERRORINFO_HTTP_TO_HTTPS_PORT" [] "plain HTTP to the HTTPS port", -, HttpRequestError,
    "The client sent plain HTTP to a TLS port.",
    [PlainHttpToTlsPort] => [client_request_invalid, plaintext_to_tls_port], verified;
    "ERRORINFO_HTTPS_NO_CERT" [] "no client certificate", -, HttpRequestError,
    "The client sent no valid certificate and one is required.",
    [ClientRequestInvalid] => [tls_client_cert_required, client_request_invalid], verified;
    "ERRORINFO_INVALID_METHOD" [] "invalid method", -, HttpRequestError,
    "The request's method is not supported.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_INVALID_METHOD_TRACE" [] "TRACE", -, HttpRequestError,
    "The client used TRACE, which the gateway does not support.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_INVALID_REQUEST" [] "invalid request", -, HttpRequestError,
    "The request's syntax is wrong.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_INVALID_VERSION" [] "invalid HTTP version", -, HttpRequestError,
    "The request's HTTP version is invalid or not supported.",
    [ClientRequestInvalid] => [client_request_invalid, http_version_mismatch], verified;
    "ERRORINFO_INVALID_09_METHOD" [] "HTTP/0.9", -, HttpRequestError,
    "The client sent an HTTP/0.9 request.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_INVALID_HOST" [] "invalid host", -, HttpRequestError,
    "The Host is missing, malformed or matches no listener.",
    [RouteMissing] => [route_target_missing, client_request_invalid], verified;
    "ERRORINFO_INVALID_CONTENT_LENGTH" [] "wrong Content-Length", -, HttpRequestError,
    "The request's Content-Length does not fit its body.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_REQUEST_URI_INVALID" [] "invalid URI", -, HttpRequestError,
    "The request's target is malformed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "ERRORINFO_HTTP_NO_HOST_HEADER" [] "Host missing", -, HttpRequestError,
    "The request has no Host.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
}
