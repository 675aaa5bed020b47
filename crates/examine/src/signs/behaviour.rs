//! What several outcomes show together: when it fails, where, and how the hops compare.

use std::time::Duration;

use goodgate_causes::CONFIDENT;
use goodgate_evidence::probe::{Exchange, Http};
use goodgate_evidence::{Product, Sign};

use super::{Seen, when, wire};
use crate::answer::{Answer, answer, exchange_time, words};
use crate::examination::Examination;
use crate::limits::{INSTANT, SAME_TIME, SLOWLY, USUAL_TIMEOUTS, WAITED};
use crate::probe::{Asked, Hop, Purpose};

/// How many equal failures make it always.
const ALWAYS: usize = 3;

/// How far a time may lie from a usual timeout: timers fire late by some milliseconds.
const TIMER_SLACK: f64 = 0.3;

pub(super) fn look(examination: &Examination, seen: &mut Seen) {
    for hop in examination.hops() {
        tries(examination, hop, seen);
    }
    timing(examination, seen);
    if examination.target.origin.is_some() {
        compare(examination, seen);
    }
}

/// Adds that the target is well, when nothing that was seen says otherwise.
pub(super) fn judge_health(examination: &Examination, seen: &mut Seen) {
    let Some((_, asked)) = examination.primary(Hop::Gateway) else { return };
    let well = |hop| examination.result(hop).is_some_and(|answer| !answer.fails());
    let all_well = examination.hops().all(well)
        && examination
            .asked_of(Hop::Gateway, Purpose::OtherAddress)
            .chain(examination.asked_of(Hop::Gateway, Purpose::Http1))
            .all(|(_, other)| !answer(other).fails());
    let objection = |sign: Sign| {
        !matches!(
            sign,
            Sign::OriginAccepts
                | Sign::OriginClosesIdle
                | Sign::ResolversDisagree
                | Sign::SynAnsweredLate
                | Sign::TlsNoCertAsked
                | Sign::TlsWorksWithoutSni
        )
    };
    if !all_well || seen.0.iter().any(|observation| objection(observation.sign)) {
        return;
    }
    seen.add_apart(Hop::Gateway, Sign::TargetHealthy, when(asked), &wire::stage_words(asked));
}

/// Whether it fails always or sometimes, by the repetitions on fresh connections.
fn tries(examination: &Examination, hop: Hop, seen: &mut Seen) {
    let Some((probe, first)) = examination.first(hop) else { return };
    let mut all = vec![first];
    all.extend(examination.repeats_of(hop, probe).map(|(_, asked)| asked));
    let failed = all.iter().filter(|asked| answer(asked).fails()).count();
    let quote = format!("{failed} of {} requests failed", all.len());
    if failed == all.len() && failed >= ALWAYS {
        seen.add_apart(hop, Sign::FailsAlways, when(first), &quote);
    } else if failed > 0 && failed < all.len() {
        seen.add_apart(hop, Sign::FailsSometimes, when(first), &quote);
    }
}

/// How long the gateway took to fail.
fn timing(examination: &Examination, seen: &mut Seen) {
    let Some((_, asked)) = examination.primary(Hop::Gateway) else { return };
    if !matches!(answer(asked), Answer::Error(_)) {
        return;
    }
    let took = exchange_time(asked);
    if let Some(exchange) = &asked.exchange
        && is_foreign(exchange)
    {
        let quote = format!("{}, {} bytes", wire::stage_words(asked), exchange.body_bytes);
        seen.add_apart(Hop::Gateway, Sign::ForeignErrorBody, when(asked), &quote);
    }
    let quote = format!("{} after {}", wire::stage_words(asked), words::duration(took));
    if let Some(sign) = of_its_own(examination, answer(asked), took) {
        seen.add_apart(Hop::Gateway, sign, when(asked), &quote);
    }
    let mut add = |sign| seen.add_apart(Hop::Gateway, sign, when(asked), &quote);
    if took <= INSTANT {
        add(Sign::FailsInstantly);
    }
    if took >= WAITED {
        add(Sign::WaitedFirst);
    }
    if took >= SLOWLY {
        add(Sign::FailsSlowly);
    }
    if is_usual_timeout(took) {
        add(Sign::FailsAtTimeout);
        return;
    }
    let Some((probe, _)) = examination.first(Hop::Gateway) else { return };
    let again = examination
        .repeats_of(Hop::Gateway, probe)
        .find(|(_, other)| answer(other) == answer(asked) && other.exchange != asked.exchange);
    if let Some((_, again)) = again.filter(|(_, again)| is_same_time(took, exchange_time(again))) {
        let quote = format!(
            "{} after {} and again after {}: a timer",
            wire::stage_words(asked),
            words::duration(took),
            words::duration(exchange_time(again))
        );
        seen.add_apart(Hop::Gateway, Sign::FailsAtTimeout, when(asked), &quote);
        // Apache has no status and no words of its own for an upstream that is too slow.
        let writer = examination.written_by.as_ref().map(|by| by.product);
        if writer == Some(Product::Apache) && answer(asked) == Answer::Error(502) {
            seen.add_apart(Hop::Gateway, Sign::TimeoutSomewhere, when(asked), &quote);
        }
    }
}

/// What the status says where the gateway made it itself and is one whose statuses are known: nginx
/// gives 500 and 503 only for faults and rules of its own, and 504 after every timeout of an upstream;
/// Apache gives 500 also for TLS and names, in words.
fn of_its_own(examination: &Examination, answer: Answer, took: Duration) -> Option<Sign> {
    let writer = examination.written_by.as_ref().filter(|by| by.confidence >= CONFIDENT)?.product;
    if examination.result(Hop::Origin) == Some(answer) {
        return None;
    }
    let nginx = matches!(writer, Product::Nginx | Product::Openresty | Product::IngressNginx);
    match answer {
        Answer::Error(500) if nginx || writer == Product::Apache => Some(Sign::OwnInternalError),
        Answer::Error(503) if nginx => Some(Sign::OwnUnavailable),
        Answer::Error(502) if nginx && took >= WAITED => Some(Sign::WaitedForUpstream),
        _ => None,
    }
}

/// Servers that put a page into every error of their own.
const PAGE_MAKERS: &[&str] = &["nginx", "openresty", "apache", "haproxy"];

/// Bytes of the shortest page that any of them makes by itself.
const PAGE_MIN: u64 = 90;

/// Tells whether a gateway that makes pages for its own errors sent an error without one.
fn is_foreign(exchange: &Exchange) -> bool {
    let server = exchange.head.as_ref().and_then(|head| head.field("server"));
    let server = server.unwrap_or_default().to_ascii_lowercase();
    let makes_pages = PAGE_MAKERS.iter().any(|maker| server.starts_with(maker));
    let whole = exchange.outcome == Http::Complete && exchange.method == "GET";
    makes_pages && whole && exchange.body_bytes < PAGE_MIN
}

/// Tells whether two failures took the same time, and so long that it is no coincidence.
fn is_same_time(one: Duration, other: Duration) -> bool {
    let apart = one.abs_diff(other).as_secs_f64();
    one >= SLOWLY && apart <= (one.as_secs_f64() * SAME_TIME).max(0.03)
}

fn is_usual_timeout(took: Duration) -> bool {
    USUAL_TIMEOUTS.iter().any(|timeout| (took.as_secs_f64() - timeout).abs() <= TIMER_SLACK)
}

/// How the origin compares with the gateway.
fn compare(examination: &Examination, seen: &mut Seen) {
    let (Some(gateway), Some(origin)) =
        (examination.result(Hop::Gateway), examination.result(Hop::Origin))
    else {
        return;
    };
    // Where no address of the origin accepts connections there are only the attempts.
    let attempt = || examination.asked_of(Hop::Origin, Purpose::Reach).next();
    let Some((_, asked)) = examination.primary(Hop::Origin).or_else(attempt) else { return };
    let (at, quote) = (when(asked), wire::stage_words(asked));
    if gateway.fails() && examination.origin_is_gateway() {
        let quote =
            format!("{} is the gateway's own address", words::place(&asked.connect.endpoint));
        seen.add_apart(Hop::Origin, Sign::OriginIsGateway, at, &quote);
        return;
    }
    match (gateway, origin) {
        (Answer::Well(400), Answer::Well(well)) if well < 400 => {
            let quote = format!("the gateway answers 400; the origin: {quote}");
            seen.add_apart(Hop::Gateway, Sign::RefusedThroughGateway, at, &quote);
        }
        (Answer::Well(_) | Answer::Speaks, Answer::Well(_) | Answer::Speaks)
        | (Answer::Failed(_), Answer::Error(_))
        | (Answer::Speaks, _) => {}
        (Answer::Well(status), _) => {
            let quote = format!("the gateway answers {status}; the origin: {quote}");
            if status >= 400 {
                seen.add_apart(Hop::Gateway, Sign::StatusMasked, at, &quote);
            }
            seen.add_apart(Hop::Origin, Sign::SomeAddressesFail, at, &quote);
        }
        (_, Answer::Well(_)) if is_slower(examination, asked) => {
            let quote = format!(
                "the origin answers after {}; the gateway gave up before",
                words::duration(exchange_time(asked))
            );
            seen.add_apart(Hop::Origin, Sign::OriginSlowerThanGateway, at, &quote);
        }
        // It lives; whether it answers this request well is not known.
        (_, Answer::Speaks) => {}
        (_, Answer::Well(_)) => {
            seen.add_apart(Hop::Origin, Sign::OriginAnswersWell, at, &quote);
            origin_is_well(examination, gateway, seen);
        }
        (Answer::Error(status), Answer::Error(same)) => {
            seen.add_apart(Hop::Origin, Sign::UpstreamAnsweredError, at, &quote);
            if status == same {
                seen.add_apart(Hop::Origin, Sign::OriginFailsSame, at, &quote);
            }
        }
        (Answer::Error(status), Answer::Failed(_)) => {
            let words =
                format!("the gateway answers {status}; the origin gives no answer: {quote}");
            seen.add_apart(Hop::Gateway, Sign::GatewayMadeError, at, &words);
        }
        (Answer::Failed(one), Answer::Failed(other)) => {
            if one == other {
                seen.add_apart(Hop::Origin, Sign::OriginFailsSame, at, &quote);
            }
        }
    }
}

/// Tells whether the origin answers well, and later than the gateway gives up.
fn is_slower(examination: &Examination, origin: &Asked) -> bool {
    let gateway = examination.primary(Hop::Gateway);
    gateway.is_some_and(|(_, gateway)| {
        let waited = exchange_time(gateway);
        waited >= WAITED && exchange_time(origin) >= waited.mul_f64(0.9)
    })
}

/// The origin is well and the gateway fails: what may lie between.
fn origin_is_well(examination: &Examination, gateway: Answer, seen: &mut Seen) {
    let Some((_, origin)) = examination.primary(Hop::Origin) else { return };
    let at = when(origin);
    if gateway == Answer::Error(502) {
        head_size(examination, origin, seen);
    }
    let writer = examination.written_by.as_ref().map(|by| by.product);
    if writer.is_some_and(is_edge) && matches!(gateway, Answer::Error(_)) {
        let quote = "the edge fails and the origin answers us";
        seen.add_apart(Hop::Origin, Sign::FailsThroughEdgeOnly, at, quote);
    }
    if wire::origin_turned_out_tls(examination).is_some() {
        let quote = "the origin's port speaks TLS; whether the gateway does so too is not visible";
        seen.add(Hop::Origin, Sign::HttpToTlsPort, at, quote);
    }
}

/// Bytes of a head that gateways take by default: one page of memory in nginx, 8 KiB per line in
/// Apache, one buffer less its reserve in HAProxy.
const HEAD_LIMITS: &[(Product, u64)] = &[
    (Product::Nginx, 4096),
    (Product::Openresty, 4096),
    (Product::IngressNginx, 4096),
    (Product::Apache, 8190),
    (Product::Haproxy, 15 * 1024),
];

/// The limit that no gateway without a name of its own is likely to exceed.
const HEAD_LIMIT_OTHERS: u64 = 60 * 1024;

fn head_size(examination: &Examination, origin: &Asked, seen: &mut Seen) {
    let Some(bytes) = origin.exchange.as_ref().and_then(|e| Some(e.head.as_ref()?.bytes)) else {
        return;
    };
    let writer = examination.written_by.as_ref().map(|by| by.product);
    let known = HEAD_LIMITS.iter().find(|(product, _)| Some(*product) == writer);
    let limit = known.map_or(HEAD_LIMIT_OTHERS, |(_, limit)| *limit);
    if bytes > limit {
        let quote = format!(
            "the head of the origin's answer has {bytes} bytes; the gateway takes {limit} by default"
        );
        seen.add(Hop::Origin, Sign::HeadTooLarge, when(origin), &quote);
    }
}

fn is_edge(product: Product) -> bool {
    matches!(
        product,
        Product::Cloudflare
            | Product::Cloudfront
            | Product::Fastly
            | Product::Akamai
            | Product::Imperva
            | Product::Sucuri
            | Product::AzureFrontDoor
            | Product::GcpLb
    )
}
