//! Sends several requests on one connection: do used or idle connections fail where new ones work?
//! Of an origin it measures after how long it closes an idle connection.

use std::time::Duration;

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{Connect, Http, Idle, Kept};

use super::Experiment;
use crate::answer::{Answer, answer, words};
use crate::examination::Examination;
use crate::limits::{IDLE_WATCH, IDLE_WATCH_THOROUGH, KEPT_PAUSE};
use crate::plan::Wish;
use crate::probe::{Ask, Asked, Hop, Purpose, Special, TlsWish, What};
use crate::signs::{Seen, when};

pub(super) static ITEM: Experiment = Experiment {
    outcomes: &[
        &["stale_keepalive", "middlebox_idle_drop"],
        &[
            "app_worker_crash",
            "app_worker_timeout",
            "closed_before_response",
            "reset_before_response",
        ],
    ],
    wishes,
    look,
};

fn wishes(examination: &Examination) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let thorough = examination.options.thorough;
    if thorough && let Some(ask) = well_ask(examination, Hop::Gateway) {
        let pauses = vec![Duration::ZERO, KEPT_PAUSE];
        let what = What::Kept { ask, pauses, watch: Duration::ZERO };
        wishes.push(Wish::new(Hop::Gateway, Purpose::Kept, what));
    }
    let gateway_fails = is_unsteady(examination);
    if (gateway_fails || thorough)
        && examination.target.origin.is_some()
        && let Some(ask) = well_ask(examination, Hop::Origin)
    {
        let watch = if thorough { patient(examination) } else { IDLE_WATCH };
        let what = What::Kept { ask, pauses: vec![Duration::ZERO], watch };
        wishes.push(Wish::new(Hop::Origin, Purpose::Kept, what));
    }
    wishes
}

/// Returns how long to watch where time is given: at most half of it.
fn patient(examination: &Examination) -> Duration {
    IDLE_WATCH_THOROUGH.min(examination.budget.time / 2)
}

/// Tells whether the gateway fails in a way that a kept connection could explain: an error now and
/// then. One that comes every time, also on new connections, has another cause.
fn is_unsteady(examination: &Examination) -> bool {
    let fails = examination.primary(Hop::Gateway).map(|(_, asked)| answer(asked));
    examination.is_unsteady(Hop::Gateway) && fails == Some(Answer::Error(502))
}

/// Returns the request that a hop answers well, for HTTP/1.1.
fn well_ask(examination: &Examination, hop: Hop) -> Option<Ask> {
    let (probe, asked) = examination.primary(hop)?;
    let What::Ask(first) = &probe.what else { return None };
    if !matches!(answer(asked), Answer::Well(_)) {
        return None;
    }
    let tls =
        first.tls.as_ref().map(|tls| TlsWish { alpn: vec!["http/1.1".to_owned()], ..tls.clone() });
    Some(Ask { tls, http2: false, ..first.clone() })
}

fn look(examination: &Examination, seen: &mut Seen) {
    for hop in examination.hops() {
        let Some((_, asked)) = examination.asked_of(hop, Purpose::Kept).next() else { continue };
        let Some(Special::Kept(kept)) = &asked.special else { continue };
        used(hop, asked, kept, seen);
        if hop == Hop::Origin && is_unsteady(examination) {
            idle(asked, kept, seen);
        }
    }
}

/// A connection that worked once and then fails.
fn used(hop: Hop, asked: &Asked, kept: &Kept, seen: &mut Seen) {
    let fails = |outcome: &Http| {
        matches!(outcome, Http::ResetBeforeHead | Http::FailedWhileSending | Http::ClosedBeforeHead)
    };
    let error = |status: u16| (502..=504).contains(&status);
    let at = kept.exchanges.iter().position(|exchange| {
        let status = exchange.head.as_ref().map(|head| head.status);
        fails(&exchange.outcome) || status.is_some_and(error)
    });
    let Some(at) = at.filter(|at| *at > 0) else { return };
    let Some(exchange) = kept.exchanges.get(at) else { return };
    let pause = kept.pauses.get(at).copied().unwrap_or_default();
    let quote = format!(
        "request {} on one connection, after a pause of {}: {}",
        at + 1,
        words::duration(pause),
        words::exchange(exchange)
    );
    let sign = if pause >= KEPT_PAUSE { Sign::FailsAfterIdle } else { Sign::ReusedConnection };
    seen.add_apart(hop, sign, when(asked), &quote);
}

/// How long the origin keeps a connection that nobody uses.
fn idle(asked: &Asked, kept: &Kept, seen: &mut Seen) {
    if asked.connect.outcome != Connect::Connected {
        return;
    }
    let (after, how) = match kept.idle {
        Idle::Closed(after) => (after, "closes"),
        Idle::Reset(after) => (after, "resets"),
        Idle::NotReached | Idle::NotKept | Idle::Open(_) => return,
    };
    let quote = format!("the origin {how} an idle connection after {}", words::duration(after));
    seen.add_apart(Hop::Origin, Sign::OriginClosesIdle, when(asked), &quote);
}
