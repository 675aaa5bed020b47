//! What a failed attempt is called: the error of RFC 9209, the cause of the taxonomy, the stage, whose
//! fault it is, and how far the request had come. One function per stage, total over what can be seen.

mod connect;
mod exchange;
mod said;
mod tls;

use std::io::{self, ErrorKind};

use goodgate_evidence::{Blame, ProxyError, Stage};
use goodgate_resilience::{Failure, Progress, Said};

pub(crate) use connect::{connect, connect_timed_out, connections_used_up, no_address};
pub(crate) use exchange::{
    First, Used, body_ended, body_stalled, chunks_invalid, head_ended, head_malformed,
    head_timed_out, http2, internal, send_failed, send_timed_out, switched_unasked,
    too_many_interim,
};
pub(crate) use said::{Word, ended_by, sentence};
pub(crate) use tls::{alert_in, tls, tls_timed_out};

/// Puts a failure together.
const fn failure(
    error: ProxyError,
    cause: &'static str,
    stage: Stage,
    blame: Blame,
    progress: Progress,
) -> Failure {
    Failure { error, cause, stage, blame, progress, said: Said::Nothing }
}

/// Adds what was said of it.
const fn said(failure: Failure, said: Said) -> Failure {
    Failure { said, ..failure }
}

/// What an error of a socket says.
fn of_socket(error: &io::Error) -> Said {
    match error.raw_os_error() {
        Some(number) => Said::Errno(number),
        None if error.kind() == ErrorKind::UnexpectedEof => Said::Fin,
        None => Said::Nothing,
    }
}

/// Tells whether an error is an RST. A broken pipe is none: the FIN had come before.
fn is_reset(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)
}

#[cfg(test)]
mod tests;
