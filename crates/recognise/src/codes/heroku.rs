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
    "The application did not send its complete answer: nothing moved for 55 seconds.",
    [BodyStalled] => [body_stalled], verified;
    "H16" [] "no longer in use", -, -, "The code is no longer in use.", [] => [], harmless;
    "H17" [] "poorly formatted HTTP response", "503", HttpProtocolError,
    "The application's answer is malformed, for example a status line without a reason phrase.",
    [ResponseInvalid] => [invalid_response_head, not_http], verified;
    "H18" [] "server request interrupted", "503", HttpResponseIncomplete,
    "The application began to answer and its connection broke before the answer was complete.",
    [BodyTruncated] => [body_truncated, app_worker_crash], verified;
    "H19" [] "backend connection timeout", "503", ConnectionTimeout,
    "The router could not open a connection to a web dyno within 5 seconds, most often because the application is overwhelmed.",
    [ConnectTimedOut] => [accept_queue_full, app_pool_exhausted], verified;
    "H20" [] "app boot timeout", "503", DestinationUnavailable,
    "No web dyno came up within the 75 seconds that the router holds a request.",
    [AppBooting] => [app_not_ready, app_boot_failure], verified;
    "H21" [] "backend connection refused", "503", ConnectionRefused,
    "The dyno refused the router's connection.",
    [ConnectRefused] => [connect_refused, wrong_listen_address, app_not_ready], verified;
    "H22" [] "connection limit reached", "503", ConnectionLimitReached,
    "Too many client connections wait for the application, most often because it answers too slowly.",
    [ConcurrencyLimit] => [app_pool_exhausted, upstream_concurrency_limit], verified;
    "H23" [] "endpoint misconfigured", "503", HttpUpgradeFailed,
    "A WebSocket handshake came through a proxy in front that does not support WebSockets. Heroku no longer uses the code.",
    [UpgradeRefused] => [upgrade_failed], verified;
    "H24" [] "forced close", -, ConnectionTerminated,
    "The router was shut down for maintenance or terminated before the request was complete.",
    [GatewayCrashed] => [gateway_worker_crash], verified;
    "H25" [] "HTTP restriction", "502", HttpProtocolError,
    "The router refuses an answer as risky or too large: contradictory Content-Length, oversized cookie, header or status line.",
    [ResponseInvalid] => [response_header_too_large, invalid_framing], verified;
    "H26" [] "request error", "400 or 417", HttpRequestError,
    "The client's request is invalid.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "H27" [] "client request interrupted", "499", -,
    "The client closed the connection before the answer.",
    [ClientAborted] => [client_aborted, timeout_mismatch], verified;
    "H28" [] "client connection idle", "499", -,
    "The client neither sent nor read data for 55 seconds.",
    [ClientTimedOut] => [client_aborted], verified;
    "H31" [] "misdirected request", "421", DestinationNotFound,
    "The request reached the wrong endpoint, for example because a client or CDN uses stale DNS.",
    [RouteMissing] => [dns_stale_address, route_target_missing], verified;
    "H32" [] "TLS certificate mismatch", -, TlsCertificateError,
    "The certificate does not fit the host that was asked for.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], remembered;
    "H33" [] "HTTP/2 stream broken", -, ConnectionTerminated,
    "An HTTP/2 stream broke.",
    [Http2StreamReset] => [http2_stream_failure], remembered;
    "H34" [] "all dynos quarantined", -, DestinationUnavailable,
    "The router has set every dyno aside because connections to them failed.",
    [NoLiveUpstream] => [no_live_upstream, app_boot_failure], remembered;
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
    [MaintenancePage] => [maintenance_mode], remembered;
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
    "A one-off dyno could not be attached to; web requests are not concerned.", [] => [], harmless;
    "R14" [] "memory quota exceeded", -, -,
    "The dyno uses more memory than its quota and swaps; it is a warning.",
    [MemoryQuota] => [app_oom_killed, response_timeout], verified;
    "R15" [] "memory quota vastly exceeded", -, ConnectionTerminated,
    "The dyno used far more memory than its quota and was killed.",
    [MemoryQuota, OomKill] => [app_oom_killed], verified;
    "R16" [] "detached", -, -,
    "A one-off dyno goes on running after its client left.", [] => [], harmless;
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
