//! Error numbers of Linux, as nginx `(111: Connection refused)`, Apache `(111)` and Node.js print
//! them, and those of name resolution (`EAI_…`, with glibc's numbers).
//!
//! BSD and macOS number differently; the names are the same.

use super::table::table;

table! {
    Errno, "Linux errno.h and netdb.h";

    "ECONNREFUSED" ["errno 111", "(111)", "Connection refused"] "connection refused", -, ConnectionRefused,
    "Something answered the connection with a reset: nothing listens on that address and port, or a firewall says so.",
    [ConnectRefused] => [connect_refused, wrong_listen_address, connect_rejected, app_boot_failure, app_not_ready, dns_stale_address, address_family_mismatch], verified;

    "ETIMEDOUT" ["errno 110", "(110)", "Connection timed out"] "timed out", -, ConnectionTimeout,
    "While connecting: nobody answered. nginx prints the number for its own timeouts as well, so the words after \"while\" say which stage it was.",
    [TimeoutSomewhere] => [connect_filtered, response_timeout, accept_queue_full, conntrack_full, mtu_blackhole], verified;

    "EHOSTUNREACH" ["errno 113", "(113)", "No route to host"] "no route to host", -, DestinationIpUnroutable,
    "The host cannot be reached, or a firewall refused with ICMP (the default of firewalld).",
    [ConnectNoRoute] => [connect_unreachable, connect_rejected], verified;

    "ENETUNREACH" ["errno 101", "(101)", "Network is unreachable"] "network is unreachable", -, DestinationIpUnroutable,
    "There is no route to the network; for an IPv6 address most often: the host has no IPv6.",
    [ConnectNetUnreachable] => [connect_unreachable, address_family_mismatch], verified;

    "ENETDOWN" ["errno 100", "(100)", "Network is down"] "network is down", -, DestinationIpUnroutable,
    "The network interface is down.",
    [ConnectNetUnreachable] => [connect_unreachable], verified;

    "EHOSTDOWN" ["errno 112", "(112)", "Host is down"] "host is down", -, DestinationIpUnroutable,
    "The host is down.",
    [ConnectNoRoute] => [connect_unreachable], verified;

    "ECONNRESET" ["errno 104", "(104)", "Connection reset by peer"] "connection reset", -, ConnectionTerminated,
    "The other side reset the connection: a process that died with unread data, a stale kept connection, a wrong protocol, a middlebox.",
    [ResetBeforeHead] => [reset_before_response, stale_keepalive, app_worker_crash, app_worker_timeout, proxy_protocol_mismatch, early_response_upload, middlebox_idle_drop], verified;

    "ECONNABORTED" ["errno 103", "(103)", "Software caused connection abort"] "connection aborted", -, ConnectionTerminated,
    "The connection was aborted on this host's side.",
    [SendReset] => [reset_before_response, early_response_upload], verified;

    "EPIPE" ["errno 32", "(32)", "Broken pipe"] "broken pipe", -, ConnectionTerminated,
    "Data was written to a connection that the other side had closed.",
    [SendReset] => [early_response_upload, stale_keepalive, reset_before_response, client_aborted], verified;

    "EADDRNOTAVAIL" ["errno 99", "(99)", "Cannot assign requested address"] "cannot assign requested address", -, ProxyInternalError,
    "No local port is free for the connection, or the address to bind is not the host's own.",
    [ConnectNoFreePort] => [source_ports_exhausted, gateway_config_invalid], verified;

    "EADDRINUSE" ["errno 98", "(98)", "Address already in use"] "address already in use", -, ProxyInternalError,
    "Another process has the address and port.",
    [PortInUse] => [app_boot_failure, gateway_worker_crash], verified;

    "EACCES" ["errno 13", "(13)", "Permission denied"] "permission denied", -, DestinationIpProhibited,
    "For a TCP address: SELinux or another policy forbids the connection. For a unix socket or a file: its mode or a parent directory does.",
    [PermissionDenied] => [local_policy_denied, unix_socket_denied, gateway_disk_full], verified;

    "EPERM" ["errno 1", "(1)", "Operation not permitted"] "operation not permitted", -, DestinationIpProhibited,
    "A local firewall rule or sandbox forbids the operation.",
    [ConnectDenied] => [local_policy_denied], verified;

    "EAGAIN" ["EWOULDBLOCK", "errno 11", "(11)", "Resource temporarily unavailable"] "resource temporarily unavailable", -, ConnectionLimitReached,
    "While connecting to a unix socket: its listen queue is full. Elsewhere: nothing to read yet.",
    [UnixQueueFull] => [accept_queue_full, app_pool_exhausted], verified;

    "EMFILE" ["errno 24", "(24)", "Too many open files"] "too many open files", -, ProxyInternalError,
    "The process has no file descriptor left.",
    [FdExhausted] => [gateway_fd_exhausted], verified;

    "ENFILE" ["errno 23", "(23)", "Too many open files in system"] "too many open files in the system", -, ProxyInternalError,
    "The whole system has no file descriptor left.",
    [FdExhausted] => [gateway_fd_exhausted], verified;

    "ENOBUFS" ["errno 105", "(105)", "No buffer space available"] "no buffer space", -, ProxyInternalError,
    "The kernel has no memory for the socket.",
    [LocalSocketError] => [gateway_connections_exhausted], verified;

    "ENOMEM" ["errno 12", "(12)", "Cannot allocate memory"] "out of memory", -, ProxyInternalError,
    "No memory could be had.",
    [LocalSocketError] => [gateway_worker_crash, app_oom_killed], verified;

    "ENOSPC" ["errno 28", "(28)", "No space left on device"] "no space left", -, ProxyInternalError,
    "The disk or its inodes are full: bodies and responses cannot be buffered.",
    [DiskFull] => [gateway_disk_full], verified;

    "EDQUOT" ["errno 122", "(122)", "Disk quota exceeded"] "disk quota exceeded", -, ProxyInternalError,
    "The user's quota on the disk is used up.",
    [DiskFull] => [gateway_disk_full], verified;

    "EROFS" ["errno 30", "(30)", "Read-only file system"] "read-only file system", -, ProxyInternalError,
    "The file system became or is mounted read-only.",
    [DiskFull] => [gateway_disk_full], verified;

    "EIO" ["errno 5", "(5)", "Input/output error"] "input/output error", -, ProxyInternalError,
    "The device failed.",
    [DiskFull] => [gateway_disk_full], verified;

    "ENOENT" ["errno 2", "(2)", "No such file or directory"] "no such file", -, DestinationUnavailable,
    "For a unix socket: it does not exist, the service is down or listens elsewhere. For a page: the error page is missing.",
    [UnixMissing] => [unix_socket_missing, app_boot_failure, error_page_masking], verified;

    "EAFNOSUPPORT" ["errno 97", "(97)", "Address family not supported by protocol"] "address family not supported", -, ProxyConfigurationError,
    "The host does not support the address family, for example IPv6 when it is switched off.",
    [LocalSocketError] => [address_family_mismatch], verified;

    "EPROTO" ["errno 71", "(71)", "Protocol error"] "protocol error", -, TlsProtocolError,
    "A protocol error; Node.js reports TLS errors with it.",
    [TlsHandshakeFailed] => [tls_to_plaintext_port, tls_handshake_aborted, tls_version_mismatch], verified;

    "EINVAL" ["errno 22", "(22)", "Invalid argument"] "invalid argument", -, HttpProtocolError,
    "A value is invalid. In front of Apache's AH10404: a header of the response is malformed.",
    [HeaderInvalid] => [invalid_response_head, gateway_config_invalid], verified;

    "EMSGSIZE" ["errno 90", "(90)", "Message too long"] "message too long", -, ConnectionReadTimeout,
    "A packet is larger than the path allows.",
    [SendReset] => [mtu_blackhole], verified;

    "ECANCELED" ["errno 125", "(125)", "Operation canceled"] "operation cancelled", -, -,
    "The operation was given up, most often because the other side went away.",
    [ClientAborted] => [client_aborted], verified;

    "EAI_NONAME" ["gai -2", "Name or service not known", "ENOTFOUND"] "name not known", -, DnsError,
    "The name does not exist (getaddrinfo -2). Node.js calls it ENOTFOUND.",
    [DnsNxdomain] => [dns_nxdomain], verified;

    "EAI_AGAIN" ["gai -3", "Temporary failure in name resolution"] "temporary failure in name resolution", -, DnsTimeout,
    "The resolver is broken or does not answer (getaddrinfo -3). In containers: the network or its DNS is not there.",
    [DnsTemporaryFailure] => [dns_server_failure, dns_timeout], verified;

    "EAI_FAIL" ["gai -4", "Non-recoverable failure in name resolution"] "name resolution failed", -, DnsError,
    "The resolver refuses to answer (getaddrinfo -4).",
    [DnsServfail] => [dns_server_failure], verified;

    "EAI_NODATA" ["gai -5", "No address associated with hostname"] "no address", -, DnsError,
    "The name exists and has no address of the kind asked for (getaddrinfo -5).",
    [DnsNxdomain] => [dns_nxdomain, address_family_mismatch], verified;

    "EAI_FAMILY" ["gai -6", "ai_family not supported"] "address family not supported", -, ProxyConfigurationError,
    "The address family is not supported (getaddrinfo -6).",
    [LocalSocketError] => [address_family_mismatch], verified;

    "EAI_SERVICE" ["gai -8", "Servname not supported for ai_socktype"] "unknown service", -, ProxyConfigurationError,
    "The port is written as a name that is not known (getaddrinfo -8).",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "EAI_ADDRFAMILY" ["gai -9", "Address family for hostname not supported"] "no address of that family", -, DnsError,
    "The name has no address of the family asked for (getaddrinfo -9).",
    [DnsFailed] => [address_family_mismatch], verified;

    "EAI_MEMORY" ["gai -10", "Memory allocation failure"] "out of memory", -, ProxyInternalError,
    "The resolver library had no memory (getaddrinfo -10).",
    [LocalSocketError] => [app_oom_killed, gateway_worker_crash], verified;

    "EAI_SYSTEM" ["gai -11"] "system error while resolving", -, DnsError,
    "The lookup failed with the error in errno (getaddrinfo -11).",
    [DnsFailed] => [dns_server_failure, gateway_fd_exhausted], verified;
}
