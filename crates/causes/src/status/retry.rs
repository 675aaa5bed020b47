//! Whether a request may be sent again after a status code.

/// The rule for sending the same request again without asking anybody.
///
/// The rules are for automatic retries of an unchanged request. They never allow a request that
/// may have had an effect to be repeated (RFC 9110 section 9.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The request succeeded or is still under way: there is nothing to retry.
    NothingToRetry,
    /// A different request is asked for, at the address in `Location`.
    FollowLocation,
    /// The same request will fail again.
    Never,
    /// The request has to change first: credentials, size, headers, address.
    AfterChange,
    /// Only methods that read: the failure may lie in what the request did.
    SafeMethods,
    /// Idempotent methods, after a pause; any other only if it provably never reached the
    /// application.
    Idempotent,
    /// Idempotent methods; and any method where the sender shows that it never passed the request
    /// on.
    AnyMethodIfNeverSent,
    /// As `AnyMethodIfNeverSent`, and not before the time that `Retry-After` names.
    AfterRetryAfter,
    /// Any method: the request was refused before it was processed.
    AnyMethod,
}

impl Retry {
    /// Returns the rule in one sentence.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NothingToRetry => "There is nothing to retry.",
            Self::FollowLocation => "Send the request that the Location field asks for instead.",
            Self::Never => "Do not retry: the same request will fail again.",
            Self::AfterChange => "Retry only after the request was changed.",
            Self::SafeMethods => "Retry GET, HEAD and OPTIONS at most; the failure may be lasting.",
            Self::Idempotent => {
                "Retry idempotent methods (GET, HEAD, OPTIONS, PUT, DELETE) after a pause; retry \
                 POST and PATCH only if they provably never reached the application."
            }
            Self::AnyMethodIfNeverSent => {
                "Retry idempotent methods; retry any method when the gateway shows that it never \
                 passed the request on."
            }
            Self::AfterRetryAfter => {
                "Wait as long as Retry-After says (if absent: back off, with jitter), then retry \
                 idempotent methods; others only if they were never passed on."
            }
            Self::AnyMethod => "Any method may be retried once: the request was not processed.",
        }
    }

    /// Returns whether a request with `method` may be repeated; `never_sent` says that it provably
    /// did not reach the application.
    pub fn allows(self, method: &str, never_sent: bool) -> bool {
        match self {
            Self::NothingToRetry | Self::FollowLocation | Self::Never | Self::AfterChange => false,
            Self::SafeMethods => is_safe(method),
            Self::Idempotent | Self::AnyMethodIfNeverSent | Self::AfterRetryAfter => {
                never_sent || is_idempotent(method)
            }
            Self::AnyMethod => true,
        }
    }
}

/// Returns whether the method only reads (RFC 9110 section 9.2.1). Methods are case-sensitive.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// Returns whether repeating the method has the effect of doing it once (RFC 9110 section 9.2.2).
fn is_idempotent(method: &str) -> bool {
    is_safe(method) || matches!(method, "PUT" | "DELETE")
}
