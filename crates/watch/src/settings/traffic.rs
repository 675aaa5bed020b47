//! `[[traffic]]`: when the gateway's own traffic is worth waking somebody.

use std::time::Duration;

use goodgate_config::units::{mins, ms, secs};
use goodgate_config::{Percent, section};

use super::values::{Objective, Slug};

section! {
    /// What of the gateway's own traffic is a failure, for one route or for all that have no table of
    /// their own. Without any table these defaults are in force for every route.
    pub struct Traffic {
        /// The name of the route, as its metrics and failures call it; `*` is every other one.
        pub route: String = "*".to_owned();
        /// Whether it is watched.
        pub enabled: bool = true;
        /// The time over which shares are taken. A minute is short enough to be told soon and long
        /// enough that one slow second is not the whole of it.
        pub window: Duration = mins(1), in secs(10)..=mins(10);
        /// The fewest requests of which a share says anything: with 50, one failed request is 2 %. A
        /// route with fewer in the window is judged by those of up to ten minutes.
        pub requests: u32 = 50, in 5..=1_000_000;
        /// The share of requests that may end in a 5xx status or without their whole answer. At 5 %
        /// every visitor meets one on a page of twenty requests.
        pub errors: Option<Percent> = Some(Percent::whole(5)), in Percent::whole(0)..=Percent::whole(100);
        /// The failed requests without a good one, within ten minutes, that are an outage however
        /// little traffic there is. Two may be two blips.
        pub outage: Option<u32> = Some(3), in 2..=1000;
        /// The time in which 95 % of requests have to be answered. After 10 s people have left.
        /// Requests of more than a minute are streams and downloads, and are not counted.
        pub latency_p95: Option<Duration> = Some(secs(10)), in ms(1)..=mins(1);
        /// The time in which 99 % of requests have to be answered, counted in the same way.
        pub latency_p99: Option<Duration> = Some(secs(30)), in ms(1)..=mins(1);
        /// The retries, as a share of requests. From 20 % on the budget of retries is used up, and
        /// failures reach visitors.
        pub retries: Option<Percent> = Some(Percent::whole(15)), in Percent::whole(0)..=Percent::whole(1000);
        /// The hedges, as a share of requests. They are made for the slowest few percent: many more say
        /// that an endpoint has become slow.
        pub hedges: Option<Percent> = Some(Percent::whole(20)), in Percent::whole(0)..=Percent::whole(1000);
        /// Whether an open breaker of the upstream is a failure: nearly everything fails there.
        pub breaker: bool = true;
        /// The share of endpoints that may be ejected or down, where there are several. With half of
        /// them gone the others carry twice their load.
        pub endpoints_out: Option<Percent> = Some(Percent::whole(50)), in Percent::whole(0)..=Percent::whole(100);
        /// The share of attempts whose TLS handshake with an endpoint may fail. A handshake of healthy
        /// servers never does.
        pub handshakes: Option<Percent> = Some(Percent::whole(5)), in Percent::whole(0)..=Percent::whole(100);
        /// The share of look-ups of endpoints' names that may fail within ten minutes. The last answer
        /// stays in use, so that this is a warning.
        pub lookups: Option<Percent> = Some(Percent::whole(50)), in Percent::whole(0)..=Percent::whole(100);
        /// The time in which 95 % of look-ups of endpoints' names have to be answered, over ten minutes;
        /// those that fail are `lookups`. A look-up has a second (`timeouts.resolve`), and so have a start
        /// and a reload: half of it used is near to failing.
        pub lookup_p95: Option<Duration> = Some(ms(500)), in ms(1)..=mins(1);
        /// The share of clients' TLS handshakes that may fail within ten minutes, for the gateway as a
        /// whole; it stands in the table of `*`. Scanners fail as well: only a certificate that nobody
        /// accepts fails with nearly everybody.
        pub client_handshakes: Option<Percent> = Some(Percent::whole(90)), in Percent::whole(0)..=Percent::whole(100);
        /// The share of requests that has to be good. It is told when its error budget is spent fast,
        /// by the rules of the Site Reliability Workbook over one and six hours.
        pub objective: Option<Objective> = Some(Objective::thousandths(99_900));
        /// Words by which silences and policies find it.
        pub tags: Vec<Slug> = Vec::new();
        /// The policy by which people are told.
        pub policy: Option<Slug> = None;
    }
}

impl Traffic {
    /// The table that stands for all routes without one of their own.
    pub const ALL: &str = "*";

    /// Returns the rules of a route: its own table, the one of `*`, or the defaults.
    pub fn of<'a>(tables: &'a [Self], route: &str, defaults: &'a Self) -> &'a Self {
        let named = |name: &str| tables.iter().find(|table| table.route == name);
        named(route).or_else(|| named(Self::ALL)).unwrap_or(defaults)
    }
}
