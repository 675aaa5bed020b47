//! HAProxy's connection error numbers: `bc_err` towards the server, `fc_err` towards the client.
//!
//! Numbers and words are those of 2.6 (manual, `fc_err_str`). On HAProxy 2.6 a plain refusal has no
//! number (`-`).

use super::table::table;

table! {
    HaproxyConnection, "HAProxy 2.6 configuration manual, fc_err_str";

    "bc_err 0" ["fc_err 0"] "no error", -, -,
    "The connection itself reports no error.", [] => [http_version_mismatch], harmless;
    "bc_err 1" ["fc_err 1", "Reached configured maxconn value"] "maxconn reached", -, ConnectionLimitReached,
    "HAProxy has reached its configured maxconn.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], verified;
    "bc_err 2" ["fc_err 2", "Too many sockets on the process"] "process out of descriptors", -, ProxyInternalError,
    "The HAProxy process has no descriptor left.",
    [FdExhausted] => [gateway_fd_exhausted], verified;
    "bc_err 3" ["fc_err 3", "Too many sockets on the system"] "system out of descriptors", -, ProxyInternalError,
    "The system has no descriptor left.",
    [FdExhausted] => [gateway_fd_exhausted], verified;
    "bc_err 4" ["fc_err 4", "Out of system buffers"] "out of system buffers", -, ProxyInternalError,
    "The system has no memory for the socket.",
    [LocalSocketError] => [gateway_connections_exhausted], verified;
    "bc_err 5" ["fc_err 5", "Protocol or address family not supported"] "address family not supported", -, ProxyConfigurationError,
    "The host does not support the address family, for example IPv6 when it is switched off.",
    [LocalSocketError] => [address_family_mismatch], verified;
    "bc_err 6" ["fc_err 6", "General socket error"] "general socket error", -, ProxyInternalError,
    "connect() failed at once: unreachable, not permitted, or the unix socket is missing or closed to HAProxy.",
    [LocalSocketError] => [connect_unreachable, local_policy_denied, unix_socket_missing, unix_socket_denied], verified;
    "bc_err 7" ["fc_err 7", "Source port range exhausted"] "source port range exhausted", -, ProxyInternalError,
    "The configured source port range is used up.",
    [ConnectNoFreePort] => [source_ports_exhausted], verified;
    "bc_err 8" ["fc_err 8", "Can't bind to source address"] "cannot bind to the source address", -, ProxyConfigurationError,
    "The configured source address does not belong to the host.",
    [LocalSocketError] => [gateway_config_invalid, source_ports_exhausted], verified;
    "bc_err 9" ["fc_err 9", "Out of local source ports on the system"] "out of local ports", -, ProxyInternalError,
    "The host has no free local port for the connection. HAProxy 2.6 prints the same for a full unix backlog.",
    [ConnectNoFreePort] => [source_ports_exhausted, accept_queue_full], verified;
    "bc_err 10" ["fc_err 10", "Local source address already in use"] "source address in use", -, ProxyInternalError,
    "The local address and port are in use.",
    [ConnectNoFreePort] => [source_ports_exhausted], verified;
    "bc_err 11" ["fc_err 11", "Connection closed while waiting for PROXY protocol header"] "closed before the PROXY header", -, -,
    "The peer closed before it sent the PROXY header that is expected.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 12" ["fc_err 12", "Connection error while waiting for PROXY protocol header"] "error before the PROXY header", -, -,
    "The connection broke while HAProxy waited for the PROXY header.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 13" ["fc_err 13", "Timeout while waiting for PROXY protocol header"] "no PROXY header in time", -, -,
    "The PROXY header that is expected did not come.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 14" ["fc_err 14", "Truncated PROXY protocol header received"] "cut PROXY header", -, -,
    "The PROXY header is incomplete.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 15" ["fc_err 15", "Received something which does not look like a PROXY protocol header"] "no PROXY header", -, -,
    "Something else came where a PROXY header is expected.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 16" ["fc_err 16", "Received an invalid PROXY protocol header"] "invalid PROXY header", -, -,
    "The PROXY header is invalid.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 17" ["fc_err 17", "Received an unhandled protocol in the PROXY protocol header"] "unknown protocol in the PROXY header", -, -,
    "The PROXY header names a protocol that HAProxy does not handle.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 18" ["fc_err 18", "Connection closed while waiting for NetScaler Client IP header"] "closed before the NetScaler header", -, -,
    "The peer closed before it sent the NetScaler client IP header.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 19" ["fc_err 19", "Connection error while waiting for NetScaler Client IP header"] "error before the NetScaler header", -, -,
    "The connection broke while HAProxy waited for the NetScaler client IP header.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 20" ["fc_err 20", "Timeout while waiting for a NetScaler Client IP header"] "no NetScaler header in time", -, -,
    "The NetScaler client IP header did not come.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 21" ["fc_err 21", "Truncated NetScaler Client IP header received"] "cut NetScaler header", -, -,
    "The NetScaler client IP header is incomplete.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 22" ["fc_err 22", "Received an invalid NetScaler Client IP magic number"] "invalid NetScaler header", -, -,
    "The NetScaler client IP header has a wrong magic number.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 23" ["fc_err 23", "Received an unhandled protocol in the NetScaler Client IP header"] "unknown protocol in the NetScaler header", -, -,
    "The NetScaler client IP header names a protocol that HAProxy does not handle.",
    [ProxyProtocolMissing] => [proxy_protocol_mismatch], verified;
    "bc_err 24" ["fc_err 24", "Connection closed during SSL handshake"] "closed in the handshake", -, TlsProtocolError,
    "The peer closed the connection during the TLS handshake.",
    [TlsPeerClosed] => [tls_handshake_aborted, tls_sni_missing], verified;
    "bc_err 25" ["fc_err 25", "Connection error during SSL handshake"] "error in the handshake", -, TlsProtocolError,
    "The connection broke during the TLS handshake.",
    [TlsPeerClosed] => [tls_handshake_aborted], verified;
    "bc_err 26" ["fc_err 26", "Timeout during SSL handshake"] "handshake timeout", -, ConnectionTimeout,
    "The TLS handshake was not complete in time.",
    [TlsHandshakeTimeout] => [tls_handshake_timeout], verified;
    "bc_err 27" ["fc_err 27", "Too many SSL connections"] "too many TLS connections", -, ConnectionLimitReached,
    "The limit maxsslconn is reached.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted], verified;
    "bc_err 28" ["fc_err 28", "Out of memory when initializing an SSL connection"] "out of memory for TLS", -, ProxyInternalError,
    "There was no memory for the TLS connection.",
    [LocalSocketError] => [gateway_connections_exhausted], verified;
    "bc_err 29" ["fc_err 29", "Rejected a client-initiated SSL renegotiation attempt"] "renegotiation refused", -, TlsProtocolError,
    "The peer tried to renegotiate and that is refused.",
    [TlsHandshakeFailed] => [client_request_invalid], verified;
    "bc_err 30" ["fc_err 30", "SSL client CA chain cannot be verified"] "client CA cannot be verified", -, TlsCertificateError,
    "The CA chain of the client's certificate does not verify.",
    [ClientRequestInvalid] => [client_request_invalid, tls_client_cert_required], verified;
    "bc_err 31" ["fc_err 31", "SSL client certificate not trusted"] "client certificate not trusted", -, TlsCertificateError,
    "The client's certificate is not trusted.",
    [ClientRequestInvalid] => [client_request_invalid, tls_client_cert_required], verified;
    "bc_err 32" ["fc_err 32", "Server presented an SSL certificate different from the configured one"] "certificate is for another name", -, TlsCertificateError,
    "The server's certificate does not carry the name in verifyhost.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "bc_err 33" ["fc_err 33", "Server presented an SSL certificate different from the expected one"] "certificate is for another name", -, TlsCertificateError,
    "The server's certificate does not carry the name that was sent as SNI.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "bc_err 34" ["fc_err 34", "SSL handshake failure"] "handshake failure", -, TlsProtocolError,
    "The TLS handshake failed: certificate, version, cipher, SNI, or the port does not speak TLS.",
    [TlsHandshakeFailed] => [tls_cert_untrusted, tls_cert_expired, tls_to_plaintext_port, tls_sni_missing, tls_version_mismatch, tls_no_shared_cipher, tls_client_cert_required, tls_handshake_aborted], verified;
    "bc_err 35" ["fc_err 35", "SSL handshake failure after heartbeat"] "handshake failure after heartbeat", -, TlsProtocolError,
    "The TLS handshake failed after a heartbeat.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "bc_err 36" ["fc_err 36", "Stopped a TLSv1 heartbeat attack (CVE-2014-0160)"] "heartbeat attack stopped", -, TlsProtocolError,
    "The peer sent a Heartbleed attack.",
    [ClientRequestInvalid] => [client_request_invalid], verified;
    "bc_err 37" ["fc_err 37", "Attempt to use SSL on an unknown target (internal error)"] "TLS to an unknown target", -, ProxyInternalError,
    "An internal error of HAProxy.",
    [ConfigInvalid] => [gateway_config_invalid], verified;
    "bc_err 38" ["fc_err 38", "Server refused early data"] "early data refused", -, TlsProtocolError,
    "The server refused TLS early data.",
    [TlsFailedAfterHandshake] => [tls_handshake_aborted], verified;
    "bc_err 39" ["fc_err 39", "SOCKS4 Proxy write error during handshake"] "SOCKS4 write error", -, ConnectionTerminated,
    "The connection to the SOCKS4 proxy broke.",
    [ConnectFailed] => [connect_refused, gateway_config_invalid], verified;
    "bc_err 40" ["fc_err 40", "SOCKS4 Proxy read error during handshake"] "SOCKS4 read error", -, ConnectionTerminated,
    "The connection to the SOCKS4 proxy broke.",
    [ConnectFailed] => [connect_refused, gateway_config_invalid], verified;
    "bc_err 41" ["fc_err 41", "SOCKS4 Proxy deny the request"] "SOCKS4 proxy refused", -, DestinationIpProhibited,
    "The SOCKS4 proxy refused to connect.",
    [ConnectDenied] => [local_policy_denied, gateway_config_invalid], verified;
    "bc_err 42" ["fc_err 42", "SOCKS4 Proxy handshake aborted by server"] "SOCKS4 handshake aborted", -, ConnectionTerminated,
    "The server aborted the SOCKS4 handshake.",
    [ConnectFailed] => [closed_before_response], verified;
    "bc_err 43" ["fc_err 43", "SSL fatal error"] "TLS error after the handshake", -, TlsAlertReceived,
    "The TLS connection broke right after the handshake: with TLS 1.3 most often a missing client certificate.",
    [TlsFailedAfterHandshake] => [tls_client_cert_required, tls_handshake_aborted], verified;
}
