//! IIS: sub-status codes of gateway failures, and the Windows HTTP errors that ARR prints next to them.

use super::table::table;

table! {
    Iis, "Microsoft documentation, HTTP status codes in IIS; WinHTTP error messages";

    "500.11" [] "application is shutting down", "500", ProxyInternalError,
    "The application pool is shutting down.",
    [AppStopping] => [app_shutdown_inflight], verified;
    "500.12" [] "application is restarting", "500", ProxyInternalError,
    "The application pool is being restarted.",
    [AppBooting] => [app_not_ready, app_shutdown_inflight], verified;
    "500.13" [] "server too busy", "500", ConnectionLimitReached,
    "More requests are running than the server takes.",
    [PoolExhausted] => [app_pool_exhausted, gateway_connections_exhausted], verified;
    "500.19" [] "configuration invalid", "500", ProxyConfigurationError,
    "applicationHost.config or web.config is broken or cannot be read.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "500.30" [] "in-process start failed", "500", ProxyInternalError,
    "The ASP.NET Core application failed to start inside the worker process.",
    [BootFailed] => [app_boot_failure], verified;
    "500.31" [] "native dependencies not found", "500", ProxyInternalError,
    "The .NET runtime that the application needs is not installed.",
    [BootFailed] => [app_boot_failure], verified;
    "500.33" [] "request handler not loaded", "500", ProxyInternalError,
    "The application does not reference the framework that the module needs.",
    [BootFailed] => [app_boot_failure], verified;
    "500.32" [] "application not loaded", "500", ProxyInternalError,
    "The application could not be loaded, most often because 32-bit and 64-bit are mixed.",
    [BootFailed] => [app_boot_failure], verified;
    "500.34" ["500.35"] "two applications in one pool", "500", ProxyConfigurationError,
    "Applications that cannot share a worker process run in the same application pool.",
    [ConfigInvalid, BootFailed] => [app_boot_failure, gateway_config_invalid], verified;
    "500.36" ["500.38"] "module or application file missing", "500", ProxyInternalError,
    "The out-of-process handler (500.36) or the application's library (500.38) is missing.",
    [BootFailed] => [app_boot_failure], verified;
    "500.37" [] "start took too long", "500", ProxyInternalError,
    "The application did not start within startupTimeLimit.",
    [BootFailed] => [app_boot_failure, app_not_ready], verified;
    "502.1" [] "CGI timeout", "502", HttpResponseTimeout,
    "The CGI process ran longer than allowed.",
    [HeadTimeout] => [app_worker_timeout, response_timeout], verified;
    "502.2" [] "premature exit", "502", ConnectionTerminated,
    "The CGI process ended without a complete set of headers; ARR: mapping the request failed.",
    [EndedBeforeHead] => [closed_before_response, invalid_response_head, app_worker_crash], verified;
    "502.3" [] "forwarder connection error", "502", ConnectionTerminated,
    "ARR could not connect to the server behind it, or got no valid answer in time; the Win32 code tells which.",
    [GatewayMadeError] => [connect_refused, response_timeout, connect_filtered, closed_before_response], verified;
    "502.4" [] "no server", "502", DestinationUnavailable,
    "Every server of the farm is unavailable.",
    [NoLiveUpstream] => [no_live_upstream, no_endpoints], verified;
    "502.5" [] "process failure; WebSocket failure", "502", ConnectionRefused,
    "ASP.NET Core Module: the application's process did not start, crashed or does not listen. ARR: a WebSocket failed.",
    [BootFailed] => [app_boot_failure, app_worker_crash, upgrade_failed], verified;
    "502.6" [] "forwarded request failed", "502", ConnectionTerminated,
    "The request failed after ARR had forwarded it.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response], verified;
    "502.7" [] "execute request failed", "502", ProxyInternalError,
    "ARR could not execute the request.",
    [GatewayMadeError] => [gateway_config_invalid], verified;
    "503.0" [] "application pool unavailable", "503", DestinationUnavailable,
    "The application pool is stopped or disabled, for example by rapid-fail protection.",
    [PlatformNoInstance] => [app_boot_failure, app_worker_crash, platform_no_instance], verified;
    "503.2" [] "concurrent request limit", "503", ConnectionLimitReached,
    "More requests are running than appConcurrentRequestLimit allows.",
    [ConcurrencyLimit] => [app_pool_exhausted, upstream_concurrency_limit], verified;
    "503.3" [] "ASP.NET queue full", "503", ConnectionLimitReached,
    "The request queue of ASP.NET is full.",
    [PoolExhausted] => [app_pool_exhausted], verified;
    "503.4" [] "FastCGI queue full", "503", ConnectionLimitReached,
    "The FastCGI queue is full.",
    [PoolExhausted] => [app_pool_exhausted], verified;

    "0x80072ee2" ["ERROR_WINHTTP_TIMEOUT", "12002"] "timeout", "502", HttpResponseTimeout,
    "The request timed out, while connecting or while waiting.",
    [TimeoutSomewhere] => [response_timeout, connect_filtered], verified;
    "0x80072ee7" ["ERROR_WINHTTP_NAME_NOT_RESOLVED", "12007"] "name not resolved", "502", DnsError,
    "The server's name does not resolve.",
    [DnsFailed] => [dns_nxdomain, dns_server_failure], verified;
    "0x80072efd" ["ERROR_WINHTTP_CANNOT_CONNECT", "12029"] "cannot connect", "502", ConnectionRefused,
    "The connection to the server could not be made.",
    [ConnectFailed] => [connect_refused, connect_filtered, wrong_listen_address], verified;
    "0x80072efe" ["ERROR_WINHTTP_CONNECTION_ERROR", "12030"] "connection ended", "502", ConnectionTerminated,
    "The connection was reset or closed, or an incompatible TLS version was found.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive], verified;
    "0x80072f78" ["ERROR_WINHTTP_INVALID_SERVER_RESPONSE", "12152"] "invalid answer", "502", HttpProtocolError,
    "The server's answer cannot be parsed.",
    [ResponseInvalid] => [invalid_response_head, not_http, plaintext_to_tls_port], remembered;
    "0x80072f8f" ["ERROR_WINHTTP_SECURE_FAILURE", "12175"] "TLS certificate error", "502", TlsCertificateError,
    "The server's certificate has one or more errors.",
    [TlsCertInvalid] => [tls_cert_untrusted, tls_cert_expired, tls_cert_name_mismatch], verified;
    "0x80072f7d" ["ERROR_WINHTTP_SECURE_CHANNEL_ERROR", "12157"] "TLS channel error", "502", TlsProtocolError,
    "The TLS channel failed.",
    [TlsHandshakeFailed] => [tls_version_mismatch, tls_no_shared_cipher, tls_handshake_aborted], remembered;
    "0x80072f05" ["ERROR_WINHTTP_SECURE_CERT_DATE_INVALID", "12037"] "certificate date invalid", "502", TlsCertificateError,
    "The server's certificate has expired or is not yet valid.",
    [TlsCertExpired] => [tls_cert_expired], remembered;
    "0x80072f06" ["ERROR_WINHTTP_SECURE_CERT_CN_INVALID", "12038"] "certificate for another name", "502", TlsCertificateError,
    "The server's certificate is for another name.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], remembered;
    "0x80072f0d" ["ERROR_WINHTTP_SECURE_INVALID_CA", "12045"] "authority not trusted", "502", TlsCertificateError,
    "The authority of the server's certificate is not trusted.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "0x80072f0c" ["ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED", "12044"] "client certificate needed", "502", TlsAlertReceived,
    "The server demands a client certificate.",
    [TlsAlertCertRequired] => [tls_client_cert_required], remembered;
}
