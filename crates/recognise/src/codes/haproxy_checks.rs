//! HAProxy's health check results, as in the statistics and in "is DOWN, reason: …".

use super::table::table;

table! {
    HaproxyCheck, "HAProxy management guide, check_status";

    "UNK" [] "unknown", -, -, "The state of the server is unknown.", [] => [], harmless;
    "INI" [] "initializing", -, -, "No check has ended yet.", [] => [], harmless;
    "L4OK" ["Layer4 check passed"] "connection check passed", -, -,
    "The server accepts connections; nothing above that was tested.", [] => [], harmless;
    "L6OK" ["Layer6 check passed"] "TLS check passed", -, -, "The TLS handshake succeeded.", [] => [], harmless;
    "L7OK" ["Layer7 check passed"] "application check passed", -, -,
    "The application answered the check as expected.", [] => [], harmless;
    "L7OKC" ["Layer7 check conditionally passed"] "application check conditionally passed", -, -,
    "The answer takes the server out of new traffic without marking it down, for example 404 with disable-on-404.",
    [] => [maintenance_mode], harmless;

    "SOCKERR" ["Socket error"] "socket error", -, ProxyInternalError,
    "HAProxy's own host could not open the socket for the check.",
    [LocalSocketError, ServerMarkedDown] => [local_policy_denied, gateway_fd_exhausted, source_ports_exhausted], verified;

    "L4CON" ["Layer4 connection problem"] "connection problem", -, ConnectionRefused,
    "The connection for the check failed, most often refused or no route.",
    [ConnectFailed, ServerMarkedDown] => [connect_refused, connect_unreachable, wrong_listen_address, app_boot_failure], verified;

    "L4TOUT" ["Layer4 timeout"] "connection timeout", -, ConnectionTimeout,
    "The connection for the check timed out.",
    [ConnectTimedOut, ServerMarkedDown] => [connect_filtered, accept_queue_full], verified;

    "L6RSP" ["Layer6 invalid response"] "TLS failure", -, TlsProtocolError,
    "What answered the check's handshake is not valid TLS, or the handshake was refused.",
    [TlsHandshakeFailed, ServerMarkedDown] => [tls_to_plaintext_port, tls_handshake_aborted, tls_cert_untrusted, tls_sni_missing], verified;

    "L6TOUT" ["Layer6 timeout"] "TLS timeout", -, ConnectionTimeout,
    "The check's TLS handshake timed out.",
    [TlsHandshakeTimeout, ServerMarkedDown] => [tls_handshake_timeout], verified;

    "L7RSP" ["Layer7 invalid response"] "invalid answer", -, HttpProtocolError,
    "The answer to the check is not valid HTTP or does not match what is expected.",
    [ResponseInvalid, ServerMarkedDown] => [invalid_response_head, not_http, plaintext_to_tls_port, proxy_protocol_mismatch], verified;

    "L7TOUT" ["Layer7 timeout"] "answer timeout", -, HttpResponseTimeout,
    "The application did not answer the check in time.",
    [HeadTimeout, ServerMarkedDown] => [response_timeout, app_pool_exhausted], verified;

    "L7STS" ["Layer7 wrong status"] "wrong status", -, -,
    "The application answered the check with a status that counts as failed, for example 5xx or a redirect.",
    [UpstreamAnsweredError, ServerMarkedDown] => [app_generated_error, app_not_ready, no_live_upstream], verified;
}
