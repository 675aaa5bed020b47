//! AWS Application Load Balancer: its own status codes and the `error_reason` values of its log.

use super::table::table;

table! {
    AwsElb, "AWS Application Load Balancer user guide, access logs and troubleshooting";

    "000" ["HTTP 000"] "HTTP/2 header too large", "000", HttpRequestError,
    "One compressed HTTP/2 header of the request is over 8 KB; the load balancer sent GOAWAY and closed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "460" ["HTTP 460"] "client closed the connection", "460", -,
    "The client closed the connection before the idle timeout was over.",
    [ClientAborted] => [client_aborted, timeout_mismatch, response_timeout], verified;
    "463" ["HTTP 463"] "too many addresses in X-Forwarded-For", "463", HttpRequestError,
    "X-Forwarded-For holds more than 30 addresses.",
    [ClientRequestInvalid] => [client_request_invalid, proxy_loop], verified;
    "464" ["HTTP 464"] "protocol version mismatch", "464", HttpProtocolError,
    "The request's protocol version does not fit that of the target group.",
    [ClientRequestInvalid] => [http_version_mismatch], verified;
    "561" ["HTTP 561"] "login failed at the identity provider", "561", ProxyInternalError,
    "The identity provider answered the login with an error.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], verified;

    "AuthInvalidCookie" [] "authentication cookie invalid", -, HttpRequestDenied,
    "The authentication cookie is not valid.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthInvalidGrantError" [] "authorization grant invalid", -, HttpRequestDenied,
    "The identity provider's token endpoint refused the authorization code.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthInvalidIdToken" [] "ID token invalid", -, HttpRequestDenied,
    "The identity provider's ID token is not valid.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthInvalidStateParam" [] "state parameter invalid", -, HttpRequestDenied,
    "The state parameter of the login is not valid.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthInvalidTokenResponse" [] "token response invalid", -, ProxyInternalError,
    "The answer of the token endpoint is not valid.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthInvalidUserinfoResponse" [] "user info invalid", -, ProxyInternalError,
    "The answer of the user info endpoint is not valid.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthMissingCodeParam" [] "code parameter missing", -, HttpRequestDenied,
    "The login's answer lacks the code parameter.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthMissingHostHeader" [] "Host missing", -, HttpRequestError,
    "The login's answer lacks the Host field.",
    [ClientRequestInvalid] => [client_request_invalid], remembered;
    "AuthMissingStateParam" [] "state parameter missing", -, HttpRequestDenied,
    "The login's answer lacks the state parameter.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthTokenEpRequestFailed" [] "token endpoint failed", -, ProxyInternalError,
    "The token endpoint answered with an error.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthTokenEpRequestTimeout" [] "token endpoint timed out", -, ProxyInternalError,
    "The token endpoint did not answer in time.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthUnhandledException" [] "authentication failed", -, ProxyInternalError,
    "The load balancer met an unhandled error while authenticating.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthUserinfoEpRequestFailed" [] "user info endpoint failed", -, ProxyInternalError,
    "The user info endpoint answered with an error.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthUserinfoEpRequestTimeout" [] "user info endpoint timed out", -, ProxyInternalError,
    "The user info endpoint did not answer in time.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;
    "AuthUserinfoResponseSizeExceeded" [] "user info too large", -, ProxyInternalError,
    "The claims of the identity provider are larger than the load balancer takes.",
    [AuthSubrequestFailed] => [auth_subrequest_failed], remembered;

    "LambdaAccessDenied" [] "no permission to invoke the function", -, ProxyConfigurationError,
    "The load balancer may not invoke the Lambda function.",
    [FunctionFailed] => [gateway_config_invalid], verified;
    "LambdaBadRequest" [] "function got a bad request", -, HttpRequestError,
    "The request could not be turned into an invocation, for example because a header is not UTF-8.",
    [ClientRequestInvalid] => [client_request_invalid], remembered;
    "LambdaConnectionTimeout" [] "connection to Lambda timed out", "504", ConnectionTimeout,
    "The connection to the Lambda service timed out.",
    [ConnectTimedOut, FunctionFailed] => [platform_no_instance], verified;
    "LambdaInvalidResponse" [] "function's answer invalid", "502", HttpProtocolError,
    "The Lambda function's answer is malformed or lacks required fields.",
    [FunctionFailed, ResponseInvalid] => [invalid_response_head, app_generated_error], verified;
    "LambdaUnhandled" [] "unhandled exception in the function", -, ProxyInternalError,
    "The Lambda function ended with an unhandled exception.",
    [FunctionFailed, AppTraceback] => [app_generated_error, app_worker_crash], verified;
    "LambdaThrottling" [] "function throttled", -, ConnectionLimitReached,
    "Too many requests for the Lambda function at once.",
    [FunctionFailed, ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;
    "LambdaRequestTooLarge" [] "request over 1 MB", "413", HttpRequestError,
    "The body of the request is larger than 1 MB.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "LambdaResponseTooLarge" [] "answer over 1 MB", "502", HttpResponseBodySize,
    "The Lambda function's answer is larger than 1 MB.",
    [FunctionFailed] => [app_generated_error], verified;
    "LambdaResourceNotFound" [] "function not found", -, DestinationNotFound,
    "The Lambda function does not exist.",
    [RouteMissing, FunctionFailed] => [route_target_missing], verified;
    "LambdaServiceException" [] "Lambda internal error", -, ProxyInternalError,
    "The Lambda service met an internal error.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaSubnetIPAddressLimitReachedException" [] "no address in the subnet", -, DestinationUnavailable,
    "The function's subnets have no free addresses.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaENILimitReachedException" [] "network interface limit reached", -, DestinationUnavailable,
    "The limit of network interfaces for the function's VPC is reached.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaEC2AccessDeniedException" [] "VPC access denied", -, ProxyConfigurationError,
    "The function may not set up its network interfaces.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaEC2ThrottledException" [] "VPC set-up throttled", -, DestinationUnavailable,
    "EC2 throttled the set-up of the function's network.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaEC2UnexpectedException" [] "VPC set-up failed", -, DestinationUnavailable,
    "EC2 met an error while setting up the function's network.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaInvalidRuntimeException" [] "runtime not supported", -, ProxyConfigurationError,
    "The function's runtime version is not supported.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;
    "LambdaInvalidSecurityGroupIDException" [] "security group invalid", -, ProxyConfigurationError,
    "The function's security group is not valid.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaInvalidSubnetIDException" [] "subnet invalid", -, ProxyConfigurationError,
    "The function's subnet is not valid.",
    [FunctionFailed] => [platform_no_instance], verified;
    "LambdaInvalidZipFileException" [] "function package broken", -, ProxyConfigurationError,
    "The function's package could not be unpacked.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;
    "LambdaKMSAccessDeniedException" [] "key access denied", -, ProxyConfigurationError,
    "The function's environment could not be decrypted: access to the key is denied.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;
    "LambdaKMSDisabledException" [] "key disabled", -, ProxyConfigurationError,
    "The function's environment could not be decrypted: the key is disabled.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;
    "LambdaKMSInvalidStateException" [] "key in an invalid state", -, ProxyConfigurationError,
    "The function's environment could not be decrypted: the key's state is not valid.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;
    "LambdaKMSNotFoundException" [] "key not found", -, ProxyConfigurationError,
    "The function's environment could not be decrypted: the key does not exist.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;

    "Target.ResponseCodeMismatch" [] "health check: wrong status", -, -,
    "The target answered the health check with a status that does not count as healthy.",
    [ServerMarkedDown, UpstreamAnsweredError] => [app_generated_error, app_not_ready, no_live_upstream], verified;
    "Target.Timeout" [] "health check: timeout", -, ConnectionTimeout,
    "The target did not answer the health check in time.",
    [ServerMarkedDown, TimeoutSomewhere] => [connect_filtered, response_timeout, app_pool_exhausted], verified;
    "Target.FailedHealthChecks" [] "health check: failed", -, DestinationUnavailable,
    "The connection failed or the answer was malformed.",
    [ServerMarkedDown, ConnectFailed] => [connect_refused, closed_before_response, invalid_response_head], verified;
    "Target.NotInUse" [] "target not in use", -, DestinationUnavailable,
    "The target group is not used by a load balancer, or the target's zone is not enabled.",
    [NoEndpoints] => [no_endpoints, gateway_config_invalid], verified;
    "Target.DeregistrationInProgress" [] "target being removed", -, DestinationUnavailable,
    "The target is being removed and its requests are drained.",
    [AppStopping] => [app_shutdown_inflight], verified;
}
