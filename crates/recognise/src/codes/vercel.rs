//! Vercel's error codes, as in `x-vercel-error` and on its error page.

use super::table::table;

table! {
    Vercel, "Vercel documentation, error codes";

    "FUNCTION_INVOCATION_TIMEOUT" ["INTERNAL_FUNCTION_INVOCATION_TIMEOUT"] "function timed out", "504", HttpResponseTimeout,
    "The function ran longer than allowed.",
    [HeadTimeout, FunctionFailed] => [response_timeout, app_worker_timeout], verified;
    "FUNCTION_INVOCATION_FAILED" ["INTERNAL_FUNCTION_INVOCATION_FAILED"] "function failed", "500", ProxyInternalError,
    "The function crashed or threw an error.",
    [FunctionFailed] => [app_generated_error, app_worker_crash], verified;
    "FUNCTION_THROTTLED" [] "function throttled", "503", ConnectionLimitReached,
    "Too many invocations at once, or the plan's limit is reached.",
    [ConcurrencyLimit, FunctionFailed] => [upstream_concurrency_limit, rate_limited], verified;
    "FUNCTION_PAYLOAD_TOO_LARGE" [] "request too large", "413", HttpRequestError,
    "The request's body is larger than a function takes.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE" [] "answer too large", "500", HttpResponseBodySize,
    "The function's answer is larger than allowed.",
    [FunctionFailed] => [app_generated_error], verified;
    "NO_RESPONSE_FROM_FUNCTION" [] "no answer from the function", "502", ConnectionTerminated,
    "The function ended without an answer.",
    [FunctionFailed, ClosedBeforeHead] => [closed_before_response, app_worker_crash], verified;
    "BODY_NOT_A_STRING_FROM_FUNCTION" [] "answer is not a string", "502", HttpProtocolError,
    "The function's body is not a string.",
    [FunctionFailed, ResponseInvalid] => [app_generated_error], verified;
    "EDGE_FUNCTION_INVOCATION_FAILED" ["INTERNAL_EDGE_FUNCTION_INVOCATION_FAILED"] "edge function failed", "500", ProxyInternalError,
    "The edge function threw an error.",
    [FunctionFailed] => [app_generated_error], verified;
    "EDGE_FUNCTION_INVOCATION_TIMEOUT" ["INTERNAL_EDGE_FUNCTION_INVOCATION_TIMEOUT"] "edge function timed out", "504", HttpResponseTimeout,
    "The edge function did not begin to answer in time.",
    [HeadTimeout, FunctionFailed] => [response_timeout], verified;
    "MIDDLEWARE_INVOCATION_FAILED" [] "middleware failed", "500", ProxyInternalError,
    "The middleware threw an error.",
    [FunctionFailed] => [app_generated_error], verified;
    "MIDDLEWARE_INVOCATION_TIMEOUT" [] "middleware timed out", "504", HttpResponseTimeout,
    "The middleware did not answer in time.",
    [HeadTimeout, FunctionFailed] => [response_timeout], verified;
    "MIDDLEWARE_RUNTIME_DEPRECATED" [] "middleware runtime deprecated", "503", ProxyConfigurationError,
    "The middleware's runtime is no longer supported.",
    [FunctionFailed, BootFailed] => [app_boot_failure], verified;

    "ROUTER_EXTERNAL_TARGET_ERROR" [] "external target failed", "502", HttpProtocolError,
    "The target of a rewrite to another host failed.",
    [GatewayMadeError] => [connect_refused, closed_before_response, invalid_response_head], verified;
    "ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR" [] "external target not reached", "502", ConnectionRefused,
    "No connection to the target of a rewrite could be made.",
    [ConnectFailed] => [connect_refused, connect_filtered, connect_unreachable], verified;
    "ROUTER_EXTERNAL_TARGET_HANDSHAKE_ERROR" [] "TLS handshake with the external target failed", "502", TlsProtocolError,
    "The handshake with the target of a rewrite failed or timed out.",
    [TlsHandshakeFailed] => [tls_cert_untrusted, tls_cert_expired, tls_no_shared_cipher, tls_handshake_timeout], verified;
    "ROUTER_CANNOT_MATCH" [] "no route matches", "502", DestinationNotFound,
    "The router could not match the request to a route.",
    [RouteMissing] => [route_target_missing], verified;
    "ROUTER_TOO_MANY_HAS_SELECTIONS" [] "too many route conditions", "502", ProxyConfigurationError,
    "A route has too many conditions.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "TOO_MANY_FORKS" ["TOO_MANY_FILESYSTEM_CHECKS"] "routing too deep", "502", ProxyConfigurationError,
    "The routing of the request took too many steps.",
    [ConfigInvalid] => [gateway_config_invalid, proxy_loop], verified;

    "DNS_HOSTNAME_EMPTY" [] "empty answer of DNS", "502", DnsError,
    "The name of the rewrite's target has no addresses.",
    [DnsNxdomain] => [dns_nxdomain], verified;
    "DNS_HOSTNAME_NOT_FOUND" [] "name not found", "502", DnsError,
    "The name of the rewrite's target does not exist.",
    [DnsNxdomain] => [dns_nxdomain], verified;
    "DNS_HOSTNAME_RESOLVE_FAILED" [] "name not resolved", "502", DnsError,
    "The name of the rewrite's target could not be resolved.",
    [DnsFailed] => [dns_server_failure, dns_timeout], verified;
    "DNS_HOSTNAME_RESOLVED_PRIVATE" [] "private address", "404", DestinationIpProhibited,
    "The name of the rewrite's target resolves to a private address.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "DNS_HOSTNAME_SERVER_ERROR" [] "name server failed", "502", DnsError,
    "The name server of the rewrite's target answered with an error.",
    [DnsServfail] => [dns_server_failure], verified;

    "DEPLOYMENT_NOT_FOUND" [] "deployment not found", "404", DestinationNotFound,
    "No deployment belongs to the host.",
    [PlatformNoInstance] => [platform_no_instance, route_target_missing], verified;
    "DEPLOYMENT_PAUSED" [] "deployment paused", "503", DestinationUnavailable,
    "The project is paused.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "DEPLOYMENT_DISABLED" [] "deployment disabled", "402", DestinationUnavailable,
    "The deployment is disabled, most often because of the account's plan or payment.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "DEPLOYMENT_BLOCKED" [] "deployment blocked", "403", DestinationUnavailable,
    "The deployment is blocked.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "DEPLOYMENT_DELETED" [] "deployment deleted", "410", DestinationNotFound,
    "The deployment was deleted.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "DEPLOYMENT_NOT_READY_REDIRECTING" [] "deployment not ready", "303", DestinationUnavailable,
    "The deployment is still being built.",
    [AppBooting] => [app_not_ready], verified;

    "INFINITE_LOOP_DETECTED" [] "infinite loop", "508", ProxyLoopDetected,
    "The function calls itself.",
    [LoopDetected] => [proxy_loop], verified;
    "FALLBACK_BODY_TOO_LARGE" [] "fallback too large", "502", HttpResponseBodySize,
    "The fallback's body is too large to cache.",
    [ResponseInvalid] => [app_generated_error], verified;
    "REQUEST_HEADER_TOO_LARGE" [] "request headers too large", "431", HttpRequestError,
    "The request's headers are larger than allowed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "MALFORMED_REQUEST_HEADER" [] "malformed request header", "400", HttpRequestError,
    "A header of the request is malformed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "INVALID_REQUEST_METHOD" [] "invalid method", "405", HttpRequestError,
    "The request's method is not allowed.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "URL_TOO_LONG" [] "URL too long", "414", HttpRequestError,
    "The request's URL is too long.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "SANDBOX_NOT_LISTENING" [] "sandbox does not listen", "502", ConnectionRefused,
    "Nothing listens on the sandbox's port.",
    [NoListener] => [wrong_listen_address, app_boot_failure], verified;
}
