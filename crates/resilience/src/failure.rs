//! How an attempt ended, and what that says about the endpoint.

use goodgate_evidence::{Blame, ProxyError, Stage};

/// How far a failed attempt had come, in the order of what the upstream may have done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// The kernel accepted no byte of the request.
    NothingSent,
    /// The peer proved that it did not process the request: `REFUSED_STREAM`, or a `GOAWAY` beyond
    /// whose last id it was (RFC 9113 section 8.7).
    Refused,
    /// At least one byte of the request went out; it may have run.
    RequestSent,
    /// At least one byte of a response came; it has run, in part at least.
    ResponseStarted,
}

impl Progress {
    /// Every progress, in order.
    pub const ALL: [Self; 4] =
        [Self::NothingSent, Self::Refused, Self::RequestSent, Self::ResponseStarted];

    /// Says whether the request certainly had no effect.
    pub const fn is_untouched(self) -> bool {
        matches!(self, Self::NothingSent | Self::Refused)
    }
}

/// What a method promises about being repeated (RFC 9110 section 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET, HEAD, OPTIONS, TRACE: no effect is asked for.
    Safe,
    /// PUT, DELETE: twice is the same as once.
    Idempotent,
    /// POST, PATCH, and every method that we do not know.
    Other,
}

impl Method {
    /// Every class, from the most to the least repeatable.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Idempotent, Self::Other];

    /// Returns the class of a method's name. Names are case-sensitive (RFC 9110 section 9.1).
    pub const fn of(name: &[u8]) -> Self {
        match name {
            b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE" => Self::Safe,
            b"PUT" | b"DELETE" => Self::Idempotent,
            _ => Self::Other,
        }
    }
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The type of RFC 9209 section 2.3.
    pub error: ProxyError,
    /// The id of a cause in `goodgate-causes`.
    pub cause: &'static str,
    /// Where it failed.
    pub stage: Stage,
    /// Whose part of the chain failed.
    pub blame: Blame,
    /// How far it had come.
    pub progress: Progress,
    /// What the system or the other side said of it.
    pub said: Said,
}

/// What was said of a failure, where something was: the proof behind the cause. It decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// An error number of the kernel.
    Errno(i32),
    /// The upstream ended the connection in order, by FIN or `close_notify`.
    Fin,
    /// The upstream sent a TLS alert (RFC 8446 section 6).
    Alert(u8),
    /// An error code of HTTP/2 (RFC 9113 section 7).
    Http2 {
        /// The code.
        code: u32,
        /// Whether the upstream sent it; otherwise this side found its frames wrong.
        from_upstream: bool,
        /// Whether the whole connection ends (GOAWAY).
        is_goaway: bool,
    },
    /// The time that this setting gives was over.
    Late(&'static str),
    /// What came was found wrong: the class of what is wrong with it.
    Wrong(&'static str),
}

/// What an attempt says about its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It answered below 500.
    Good,
    /// Nothing listens there: the connection was refused.
    Refused,
    /// It could not be reached in another way: no connection in time, no end of the handshake.
    Unreachable,
    /// It is there, and TLS with it does not come about as the two sides are set up. It is of no use
    /// until somebody changes that; to wait for it helps nobody.
    Unfit,
    /// It was reached and broke off, was silent for too long, or sent what is no HTTP.
    Broken,
    /// It answered 500 or above. Whether that is the endpoint or the URL shows only when endpoints
    /// are compared.
    Erred,
    /// Another endpoint that was asked later answered first.
    Slow,
    /// Nothing: the client went away, or the gateway itself failed.
    Nothing,
}

impl Mark {
    /// Says whether the endpoint itself failed, whatever was asked of it.
    pub const fn is_own_failure(self) -> bool {
        matches!(self, Self::Refused | Self::Unreachable | Self::Unfit | Self::Broken)
    }
}

impl Failure {
    /// Returns what this failure says about the endpoint.
    pub fn mark(&self) -> Mark {
        match (self.stage, self.blame) {
            (Stage::Downstream | Stage::Gateway | Stage::Resolve, _) | (_, Blame::Client) => {
                Mark::Nothing
            }
            _ if self.is_of_gateway() => Mark::Nothing,
            (Stage::Connect, _) if self.is_refused() => Mark::Refused,
            (Stage::Tls, _) if self.is_lasting() => Mark::Unfit,
            (Stage::Connect | Stage::Tls, _) => Mark::Unreachable,
            (Stage::Request | Stage::ResponseHead | Stage::ResponseBody, _) => Mark::Broken,
        }
    }

    /// Says whether the same request would fail at the same endpoint in the same way again, now and
    /// later, until somebody changes something: see [`LASTING`]. Another endpoint may be another
    /// matter.
    pub fn is_lasting(&self) -> bool {
        LASTING.contains(&self.cause)
    }

    const fn is_refused(&self) -> bool {
        matches!(self.error, ProxyError::ConnectionRefused)
    }

    /// The gateway failed by itself, whatever the endpoint is like. That its configuration has to
    /// change (blame) is another thing: an endpoint with a certificate for another name is of no
    /// use until somebody does.
    const fn is_of_gateway(&self) -> bool {
        matches!(
            self.error,
            ProxyError::ProxyInternalError
                | ProxyError::ProxyConfigurationError
                | ProxyError::ConnectionLimitReached
        )
    }
}

/// The causes of failures that last. To be here a failure has to follow from how the two sides are
/// set up, or from what the application has to say to this very request, and the proof of that has
/// to have come from the other side: to ask again would only make it work again.
///
/// Not here is what time alone may heal, or what a process that is just ending or starting can show:
/// refused, reset, silent, truncated and garbled (`not_http`, `invalid_response_head`,
/// `invalid_chunking`: what is no HTTP may be the last words of one that crashes), handshakes that
/// break off without a reason, sockets whose rights may be set a moment after they are made, and
/// names, which may be on their way.
pub const LASTING: [&str; 12] = [
    // How TLS is set up: certificates and names, versions and ciphers, no TLS at all.
    "tls_cert_expired",
    "tls_cert_name_mismatch",
    "tls_cert_untrusted",
    "tls_client_cert_required",
    "tls_no_shared_cipher",
    "tls_sni_missing",
    "tls_to_plaintext_port",
    "tls_version_mismatch",
    // Which protocol is spoken.
    "http_version_mismatch",
    "plaintext_to_tls_port",
    // What the application answers to this request: a head larger than is taken, or one with a valid
    // status line that frames its body in a way that no two readers would read alike.
    "invalid_framing",
    "response_header_too_large",
];

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a complete response of this status.
    Answered(u16),
    /// With a failure.
    Failed(Failure),
    /// Because a later attempt at another endpoint was quicker.
    Overtaken,
    /// Because the client went away.
    Abandoned,
}

impl Ending {
    /// Returns what the ending says about the endpoint.
    pub fn mark(&self) -> Mark {
        match self {
            Self::Answered(500..) => Mark::Erred,
            Self::Answered(_) => Mark::Good,
            Self::Failed(failure) => failure.mark(),
            Self::Overtaken => Mark::Slow,
            Self::Abandoned => Mark::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(stage: Stage, blame: Blame) -> Failure {
        let error = ProxyError::ConnectionTerminated;
        Failure {
            error,
            cause: "closed_before_response",
            stage,
            blame,
            progress: Progress::Refused,
            said: Said::Nothing,
        }
    }

    #[test]
    fn only_four_methods_are_safe() {
        let safe = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "get", ""]
            .map(|name| Method::of(name.as_bytes()) == Method::Safe);

        assert_eq!(safe, [true, true, true, true, false, false, false, false, false, false]);
    }

    #[test]
    fn an_unknown_method_may_have_any_effect() {
        assert_eq!(Method::of(b"FROBNICATE"), Method::Other);
        assert_eq!(Method::of(b"DELETE"), Method::Idempotent);
    }

    #[test]
    fn a_client_that_goes_away_says_nothing_about_the_endpoint() {
        assert_eq!(Ending::Abandoned.mark(), Mark::Nothing);
        assert_eq!(failure(Stage::Request, Blame::Client).mark(), Mark::Nothing);
        assert_eq!(failure(Stage::Downstream, Blame::Network).mark(), Mark::Nothing);
    }

    #[test]
    fn a_gateway_that_fails_says_nothing_and_one_that_is_set_up_wrong_does() {
        let error = ProxyError::ProxyInternalError;
        let own = Failure { error, ..failure(Stage::Connect, Blame::Gateway) };

        assert_eq!(own.mark(), Mark::Nothing);
        assert_eq!(failure(Stage::Tls, Blame::Gateway).mark(), Mark::Unreachable);
    }

    #[test]
    fn the_stage_tells_unreachable_from_broken() {
        let refused = ProxyError::ConnectionRefused;
        let refused = Failure { error: refused, ..failure(Stage::Connect, Blame::Origin) };

        assert_eq!(refused.mark(), Mark::Refused);
        assert_eq!(failure(Stage::Connect, Blame::Origin).mark(), Mark::Unreachable);
        assert_eq!(failure(Stage::Tls, Blame::Origin).mark(), Mark::Unreachable);
        let cause = "tls_cert_expired";
        let expired = Failure { cause, ..failure(Stage::Tls, Blame::Origin) };
        assert_eq!(expired.mark(), Mark::Unfit);
        assert_eq!(failure(Stage::ResponseBody, Blame::Origin).mark(), Mark::Broken);
    }

    #[test]
    fn what_was_set_up_or_said_lasts_and_what_broke_does_not() {
        let lasts = |cause| Failure { cause, ..failure(Stage::Tls, Blame::Origin) }.is_lasting();

        assert!(lasts("tls_cert_expired") && lasts("response_header_too_large"));
        assert!(!lasts("tls_handshake_aborted") && !lasts("not_http") && !lasts("body_truncated"));
    }

    #[test]
    fn a_status_from_500_is_an_error_and_no_failure_of_its_own() {
        assert_eq!(Ending::Answered(404).mark(), Mark::Good);
        assert_eq!(Ending::Answered(500).mark(), Mark::Erred);
        assert!(!Mark::Erred.is_own_failure());
    }
}
