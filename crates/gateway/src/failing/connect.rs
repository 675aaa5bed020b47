//! Connections that do not come about.

use std::io::{self, ErrorKind};

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};
use rustix::io::Errno;

use super::{failure, of_socket, said};
use crate::upstream::Missing;

/// Names what an attempt to connect ended with. `is_unix` tells the family of the address.
pub(crate) fn connect(error: &io::Error, is_unix: bool) -> Failure {
    let number = error.raw_os_error().map(Errno::from_raw_os_error);
    let (kind, cause, blame) = match number {
        Some(Errno::CONNREFUSED) => {
            (ProxyError::ConnectionRefused, "connect_refused", Blame::Origin)
        }
        Some(Errno::NOENT) if is_unix => {
            (ProxyError::ConnectionRefused, "unix_socket_missing", Blame::Origin)
        }
        Some(Errno::ACCESS | Errno::PERM) if is_unix => {
            (ProxyError::ConnectionRefused, "unix_socket_denied", Blame::Gateway)
        }
        Some(Errno::AGAIN) if is_unix => {
            (ProxyError::ConnectionRefused, "accept_queue_full", Blame::Origin)
        }
        // INVAL is what a route says that swallows everything.
        Some(Errno::ACCESS | Errno::PERM | Errno::INVAL) => {
            (ProxyError::DestinationIpProhibited, "local_policy_denied", Blame::Gateway)
        }
        Some(Errno::HOSTUNREACH | Errno::NETUNREACH | Errno::NETDOWN | Errno::HOSTDOWN) => {
            (ProxyError::DestinationIpUnroutable, "connect_unreachable", Blame::Network)
        }
        Some(Errno::TIMEDOUT) => {
            (ProxyError::ConnectionTimeout, "connect_filtered", Blame::Network)
        }
        // A reset in answer to the SYN is CONNREFUSED: here the connection had been there.
        Some(Errno::CONNRESET | Errno::CONNABORTED) => {
            (ProxyError::ConnectionTerminated, "reset_before_response", Blame::Origin)
        }
        Some(Errno::MFILE | Errno::NFILE) => {
            (ProxyError::ProxyInternalError, "gateway_fd_exhausted", Blame::Gateway)
        }
        Some(Errno::ADDRNOTAVAIL | Errno::ADDRINUSE) => {
            (ProxyError::ProxyInternalError, "source_ports_exhausted", Blame::Gateway)
        }
        _ if error.kind() == ErrorKind::TimedOut => {
            (ProxyError::ConnectionTimeout, "connect_filtered", Blame::Network)
        }
        _ => (ProxyError::DestinationUnavailable, "connect_unreachable", Blame::Network),
    };
    let failed = failure(kind, cause, Stage::Connect, blame, Progress::NothingSent);
    said(failed, of_socket(error))
}

/// The connection was not there within the time for it.
pub(crate) fn connect_timed_out() -> Failure {
    let failed = failure(
        ProxyError::ConnectionTimeout,
        "connect_filtered",
        Stage::Connect,
        Blame::Network,
        Progress::NothingSent,
    );
    said(failed, Said::Late("timeouts.connect"))
}

/// The endpoint has as many connections as it may have, and none became free in time.
pub(crate) fn connections_used_up() -> Failure {
    let failed = failure(
        ProxyError::ConnectionLimitReached,
        "upstream_concurrency_limit",
        Stage::Connect,
        Blame::Gateway,
        Progress::NothingSent,
    );
    said(failed, Said::Late("limits.queue_time"))
}

/// The names of the upstream have no address.
pub(crate) fn no_address(why: Missing) -> Failure {
    let (error, cause, blame) = match why {
        Missing::Late => (ProxyError::DnsTimeout, "dns_timeout", Blame::Dependency),
        Missing::Failed => (ProxyError::DnsError, "dns_server_failure", Blame::Dependency),
        Missing::NoSuchName => (ProxyError::DnsError, "dns_nxdomain", Blame::Gateway),
    };
    failure(error, cause, Stage::Resolve, blame, Progress::NothingSent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_kernel_have_their_causes() {
        let cases = [
            (Errno::CONNREFUSED, false, "connect_refused"),
            (Errno::NOENT, true, "unix_socket_missing"),
            (Errno::ACCESS, true, "unix_socket_denied"),
            (Errno::PERM, false, "local_policy_denied"),
            (Errno::AGAIN, true, "accept_queue_full"),
            (Errno::HOSTUNREACH, false, "connect_unreachable"),
            (Errno::TIMEDOUT, false, "connect_filtered"),
            (Errno::MFILE, false, "gateway_fd_exhausted"),
            (Errno::ADDRNOTAVAIL, false, "source_ports_exhausted"),
            (Errno::CONNRESET, false, "reset_before_response"),
        ];

        for (errno, is_unix, cause) in cases {
            let failure = connect(&io::Error::from(errno), is_unix);

            assert_eq!((failure.cause, failure.progress), (cause, Progress::NothingSent));
            assert_eq!(failure.said, Said::Errno(errno.raw_os_error()));
        }
    }
}
