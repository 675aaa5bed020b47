//! `[route.retry]` and `[upstream.NAME.retry_budget]`: what is tried again, and how much of it.

use std::time::Duration;

use goodgate_config::units::{mins, ms, secs};
use goodgate_config::{Percent, section, words};

use super::values::Status;

section! {
    /// What is tried again on a fresh connection, if possible at another endpoint. What was provably
    /// never sent goes again whatever its method.
    pub struct Retry {
        /// The attempts after the first.
        pub retries: u32 = 2, in 0..=10;
        /// The methods that are repeated when the request may have been carried out.
        pub methods: Vec<RetryMethod> =
            vec![RetryMethod::Get, RetryMethod::Head, RetryMethod::Options, RetryMethod::Trace];
        /// Whether a request with `Idempotency-Key` is repeated whatever its method. Only for
        /// applications that honour the key.
        pub idempotency_key: bool = false;
        /// The statuses of an upstream that are replaced by the answer of another endpoint. Others
        /// are what the application has to say.
        pub statuses: Vec<Status> =
            vec![Status::of(502), Status::of(503), Status::of(504)], in Status::of(502)..=Status::of(504);
        /// The wait before the first retry is chosen at random between nothing and this, before each
        /// further one up to twice as much.
        pub backoff: Duration = ms(25), in ms(0)..=secs(10);
        /// No wait before a retry is longer.
        pub max_backoff: Duration = ms(250), in ms(0)..=mins(1);
    }
}

words! {
    /// A method that may be sent twice (RFC 9110 section 9.2.2).
    pub enum RetryMethod {
        /// GET.
        Get = "GET",
        /// HEAD.
        Head = "HEAD",
        /// OPTIONS.
        Options = "OPTIONS",
        /// TRACE.
        Trace = "TRACE",
        /// Only where the application is known to take it twice.
        Put = "PUT",
        /// Only where the application is known to take it twice.
        Delete = "DELETE",
    }
}

section! {
    /// How much of the load may be retries and hedges. It keeps an outage from being multiplied.
    pub struct Budget {
        /// Retries and hedges as a share of the requests of the last ten seconds.
        pub share: Percent = Percent::whole(20), in Percent::whole(0)..=Percent::whole(100);
        /// Retries and hedges per second that are free besides, for upstreams with little traffic.
        pub per_second: u32 = 3, in 0..=10_000;
    }
}
