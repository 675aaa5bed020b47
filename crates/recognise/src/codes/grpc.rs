//! gRPC status codes, as in `grpc-status`, and what the library makes of HTTP statuses.

use super::table::table;

table! {
    Grpc, "gRPC documentation, status codes; HTTP to gRPC status code mapping";

    "OK" ["grpc-status 0"] "OK", -, -, "The call succeeded.", [] => [], harmless;
    "CANCELLED" ["grpc-status 1", "code Canceled", "StatusCode.CANCELLED"] "cancelled", -, -,
    "The call was cancelled, as a rule by the caller.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "UNKNOWN" ["grpc-status 2", "code Unknown", "StatusCode.UNKNOWN"] "unknown error", -, -,
    "The server raised an error without a status, or an answer without grpc-status came.",
    [UpstreamAnsweredError] => [app_generated_error, error_page_masking], verified;
    "INVALID_ARGUMENT" ["grpc-status 3", "code InvalidArgument", "StatusCode.INVALID_ARGUMENT"] "invalid argument", -, HttpRequestError,
    "The caller passed something that is not valid.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "DEADLINE_EXCEEDED" ["grpc-status 4", "code DeadlineExceeded", "StatusCode.DEADLINE_EXCEEDED"] "deadline exceeded", -, HttpResponseTimeout,
    "The call's deadline passed before an answer came.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted, timeout_mismatch], verified;
    "NOT_FOUND" ["grpc-status 5", "code NotFound", "StatusCode.NOT_FOUND"] "not found", -, -,
    "What was asked for does not exist.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "ALREADY_EXISTS" ["grpc-status 6", "code AlreadyExists", "StatusCode.ALREADY_EXISTS"] "already exists", -, -,
    "What was to be created exists.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "PERMISSION_DENIED" ["grpc-status 7", "code PermissionDenied", "StatusCode.PERMISSION_DENIED"] "permission denied", -, HttpRequestDenied,
    "The caller may not do it. HTTP 403 becomes this code.",
    [UpstreamAnsweredError] => [app_generated_error, auth_subrequest_failed, origin_blocks_edge], verified;
    "RESOURCE_EXHAUSTED" ["grpc-status 8", "code ResourceExhausted", "StatusCode.RESOURCE_EXHAUSTED"] "resource exhausted", -, ConnectionLimitReached,
    "A quota or limit was reached, or a message is larger than allowed.",
    [RateLimited] => [rate_limited, upstream_concurrency_limit], verified;
    "FAILED_PRECONDITION" ["grpc-status 9", "code FailedPrecondition", "StatusCode.FAILED_PRECONDITION"] "failed precondition", -, -,
    "The system is not in the state that the call needs.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "ABORTED" ["grpc-status 10", "code Aborted", "StatusCode.ABORTED"] "aborted", -, -,
    "The operation was aborted, for example by a conflict.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "OUT_OF_RANGE" ["grpc-status 11", "code OutOfRange", "StatusCode.OUT_OF_RANGE"] "out of range", -, -,
    "The operation reached past the valid range.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "UNIMPLEMENTED" ["grpc-status 12", "code Unimplemented", "StatusCode.UNIMPLEMENTED"] "unimplemented", -, DestinationNotFound,
    "The server does not know the method. HTTP 404 becomes this code: a route that does not lead to the gRPC server.",
    [RouteMissing] => [route_target_missing, http_version_mismatch], verified;
    "INTERNAL" ["grpc-status 13", "code Internal", "StatusCode.INTERNAL"] "internal error", -, HttpProtocolError,
    "An internal error of the server, or a broken HTTP/2 stream. HTTP 400 becomes this code.",
    [Http2StreamReset] => [app_generated_error, http2_stream_failure, http_version_mismatch], verified;
    "UNAVAILABLE" ["grpc-status 14", "code Unavailable", "StatusCode.UNAVAILABLE"] "unavailable", -, DestinationUnavailable,
    "The service could not be reached: connection failed or lost, GOAWAY, or HTTP 429, 502, 503 or 504 from a gateway between.",
    [ConnectFailed] => [connect_refused, no_live_upstream, http2_stream_failure, stale_keepalive, app_shutdown_inflight], verified;
    "DATA_LOSS" ["grpc-status 15", "code DataLoss", "StatusCode.DATA_LOSS"] "data loss", -, -,
    "Data was lost or corrupted.",
    [UpstreamAnsweredError] => [app_generated_error], verified;
    "UNAUTHENTICATED" ["grpc-status 16", "code Unauthenticated", "StatusCode.UNAUTHENTICATED"] "unauthenticated", -, HttpRequestDenied,
    "Credentials are missing or wrong. HTTP 401 becomes this code.",
    [UpstreamAnsweredError] => [auth_subrequest_failed, app_generated_error], verified;
}
