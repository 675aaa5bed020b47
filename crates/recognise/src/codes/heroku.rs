//! Heroku's error codes: H from the router, R from the runtime, L from the log service.

use super::table::table;

table! {
    Heroku, "Heroku Dev Center, error codes";

    "H10" [] "app crashed", "503", DestinationUnavailable,
    "The web process crashed or failed to boot in time.",
    [WorkerCrashed, PlatformNoInstance] => [app_boot_failure, app_worker_crash, platform_no_instance], verified;
    "H11" [] "backlog too deep", "503", ConnectionLimitReached,
    "More requests wait for the application than the router queues.",
    [PoolExhausted] => [accept_queue_full, app_pool_exhausted], verified;
    "H12" [] "request timeout", "503", HttpResponseTimeout,
    "The application did not send its first byte in 30 seconds; it may still be working.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted, timeout_mismatch], verified;
    "H13" [] "connection closed without response", "503", ConnectionTerminated,
    "The application accepted the connection and closed it without an answer.",
    [ClosedBeforeHead] => [closed_before_response, app_worker_timeout, app_worker_crash, app_shutdown_inflight], verified;
    "H14" [] "no web dynos running", "503", DestinationUnavailable,
    "No web process is scaled up.",
    [PlatformNoInstance] => [platform_no_instance, no_endpoints], verified;
    "H15" [] "idle connection", "503", ConnectionReadTimeout,
    "Nothing moved on an open connection for 55 seconds.",
    [BodyStalled] => [body_stalled], verified;
    "H16" [] "no longer in use", -, -, "The code is no longer in use.", [] => [], harmless;
    "H17" [] "poorly formatted HTTP response", "503", HttpProtocolError,
    "The application's answer is not valid HTTP.",
    [ResponseInvalid] => [invalid_response_head, not_http], verified;
    "H18" [] "server request interrupted", "503", HttpResponseIncomplete,
    "The application closed the connection after it had begun to answer, or while the request's body was still being sent.",
    [BodyTruncated] => [body_truncated, early_response_upload, app_worker_crash], verified;
    "H19" [] "backend connection timeout", "503", ConnectionTimeout,
    "The router's connection to the dyno timed out.",
    [ConnectTimedOut] => [accept_queue_full, connect_filtered], verified;
    "H20" [] "app boot timeout", "503", DestinationUnavailable,
    "The request waited for the application to boot and gave up.",
    [AppBooting] => [app_not_ready, app_boot_failure], verified;
    "H21" [] "backend connection refused", "503", ConnectionRefused,
    "The dyno refused the router's connection.",
    [ConnectRefused] => [connect_refused, wrong_listen_address, app_not_ready], verified;
    "H22" [] "connection limit reached", "503", ConnectionLimitReached,
    "The dyno has too many open connections from the router.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted], verified;
    "H23" [] "endpoint misconfigured", "503", HttpProtocolError,
    "The endpoint does not speak the protocol that is expected, for example in a WebSocket handshake.",
    [UpgradeRefused] => [upgrade_failed], verified;
    "H24" [] "forced close", "503", ConnectionTerminated,
    "The router closed the connection because of maintenance.",
    [EndedBeforeHead] => [closed_before_response], verified;
    "H25" [] "HTTP restriction", "503", HttpProtocolError,
    "The application's answer breaks a limit of the router, for example an oversized header or cookie.",
    [HeadTooLarge] => [response_header_too_large, invalid_framing, invalid_response_head], verified;
    "H26" [] "request error", "400", HttpRequestError,
    "The client's request is invalid.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "H27" [] "client request interrupted", "499", -,
    "The client closed the connection before the answer.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "H28" [] "client connection idle", "499", -,
    "The client neither sent nor read data for 55 seconds.",
    [ClientTimedOut] => [client_aborted], verified;
    "H31" [] "misdirected request", "421", DestinationNotFound,
    "The request reached the wrong router for its host.",
    [RouteMissing] => [route_target_missing, dns_stale_address], verified;
    "H32" [] "TLS certificate mismatch", -, TlsCertificateError,
    "The certificate does not fit the host that was asked for.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "H80" [] "maintenance mode", "503", -,
    "The application is in maintenance mode on purpose.",
    [MaintenancePage] => [maintenance_mode], verified;
    "H81" [] "blank app", "503", DestinationUnavailable,
    "No code has been pushed to the application.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "H82" [] "dyno hours used up", "503", DestinationUnavailable,
    "The account has used up its dyno hours.",
    [PlatformNoInstance] => [platform_no_instance], verified;
    "H83" [] "planned service degradation", "503", DestinationUnavailable,
    "Heroku reduces the service on purpose and as announced.",
    [MaintenancePage] => [maintenance_mode], verified;
    "H99" [] "platform error", "503", ProxyInternalError,
    "A fault of Heroku itself.",
    [FunctionFailed] => [platform_no_instance], verified;

    "R10" [] "boot timeout", -, DestinationUnavailable,
    "The web process did not bind its port ($PORT) within 60 seconds.",
    [BootFailed] => [app_boot_failure, wrong_listen_address, app_not_ready], verified;
    "R12" [] "exit timeout", -, ConnectionTerminated,
    "The process did not end within 30 seconds after SIGTERM and was killed.",
    [AppStopping, WorkerKilled] => [app_shutdown_inflight], verified;
    "R13" [] "attach error", -, -,
    "A one-off dyno could not be attached to.",
    [FunctionFailed] => [platform_no_instance], verified;
    "R14" [] "memory quota exceeded", -, -,
    "The dyno uses more memory than its quota and swaps; it is a warning.",
    [MemoryQuota] => [app_oom_killed, response_timeout], verified;
    "R15" [] "memory quota vastly exceeded", -, ConnectionTerminated,
    "The dyno used far more memory than its quota and was killed.",
    [MemoryQuota, OomKill] => [app_oom_killed], verified;
    "R16" [] "detached", -, -,
    "An attached dyno goes on after its client left.",
    [WorkerExited] => [app_shutdown_inflight], verified;
    "R17" [] "checksum error", -, DestinationUnavailable,
    "The slug could not be validated or fetched, so the dyno did not start.",
    [BootFailed] => [app_boot_failure], verified;
    "R99" [] "platform error", -, ProxyInternalError,
    "A fault of Heroku itself.",
    [FunctionFailed] => [platform_no_instance], verified;

    "L10" [] "drain buffer overflow", -, -,
    "Log lines were dropped because the drain is too slow: the log has a gap and requests may be fine.", [] => [], harmless;
    "L11" [] "tail buffer overflow", -, -,
    "Log lines were dropped because the reader of the tail is too slow.", [] => [], harmless;
    "L12" [] "local buffer overflow", -, -,
    "Log lines were dropped because the application logs too fast.", [] => [], harmless;
    "L13" [] "local delivery error", -, -,
    "Log lines were dropped on the way to the log service.", [] => [], harmless;
    "L14" [] "certificate validation error", -, -,
    "The certificate of a log drain did not verify.", [] => [tls_cert_untrusted], harmless;
    "L15" [] "tail buffer temporarily unavailable", -, -,
    "Recent log lines cannot be shown for the moment.", [] => [], harmless;
}
