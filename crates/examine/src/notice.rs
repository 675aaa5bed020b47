//! What deserves a mention and is no failure by itself.

use goodgate_evidence::Sign;
use goodgate_evidence::probe::{
    Certificate, CertificateProblem, Connect, Endpoint, Http, LookupOutcome,
};

use crate::answer::{Answer, answer, met_plain, met_tls, words};
use crate::examination::Examination;
use crate::limits::{EXPIRY_NOTICE_DAYS, SYN_SENT_AGAIN, TELLING_WAIT};
use crate::plan;
use crate::probe::{Asked, Hop, Purpose, What};
use crate::signs::is_our_lack_of_ipv6;
use crate::target::Scheme;

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A name for programs.
    pub id: &'static str,
    /// One sentence or two.
    pub text: String,
}

impl Notice {
    /// Returns a notice.
    pub fn new(id: &'static str, text: impl Into<String>) -> Self {
        Self { id, text: text.into() }
    }
}

pub(crate) fn notices(examination: &Examination) -> Vec<Notice> {
    let mut notices = Vec::new();
    for hop in examination.hops() {
        addresses(examination, hop, &mut notices);
        if let Some((_, asked)) = examination.primary(hop) {
            certificate(examination, hop, asked, &mut notices);
            response(examination, hop, asked, &mut notices);
            waited(examination, hop, asked, &mut notices);
        }
    }
    name_servers(examination, &mut notices);
    scheme_of_origin(examination, &mut notices);
    troubles(examination, &mut notices);
    left_out(examination, &mut notices);
    notices
}

/// Returns what a hop is called: without an origin nobody knows whether the target is a gateway.
fn called(examination: &Examination, hop: Hop) -> &'static str {
    if examination.target.origin.is_none() { "target" } else { hop.slug() }
}

fn is_healthy(examination: &Examination) -> bool {
    let seen = examination.observations();
    seen.iter().any(|observation| observation.sign == Sign::TargetHealthy)
}

fn addresses(examination: &Examination, hop: Hop, notices: &mut Vec<Notice>) {
    let (tried, all) = examination.endpoints(hop);
    if all > tried.len() {
        let count = tried.len();
        let text = format!("The name has {all} addresses; the first {count} were tried.");
        notices.push(Notice::new("addresses_left_out", text));
    }
    let mut reached = examination.asked_of(hop, Purpose::Reach);
    if reached.any(|(_, asked)| is_our_lack_of_ipv6(examination, hop, asked)) {
        let text = "This host has no way into the IPv6 network, so the IPv6 addresses of the name \
                    could not be examined from here.";
        notices.push(Notice::new("no_ipv6_here", text));
    }
}

fn certificate(examination: &Examination, hop: Hop, asked: &Asked, notices: &mut Vec<Notice>) {
    let Some(handshake) = &asked.handshake else { return };
    let is_origin = hop == Hop::Origin;
    let hop = called(examination, hop);
    if let (Some(leaf), Ok(())) = (handshake.chain.first(), &handshake.trust) {
        let days = days_left(leaf, handshake.at.0);
        if (0..EXPIRY_NOTICE_DAYS).contains(&days) {
            let text = format!(
                "The certificate of the {hop} expires in {days} days, at {}.",
                leaf.not_after
            );
            notices.push(Notice::new("certificate_expires_soon", text));
        }
    }
    if let Err(CertificateProblem::Other(why)) = &handshake.trust {
        let text = format!("The certificate of the {hop} could not be checked: {why}.");
        notices.push(Notice::new("certificate_not_checked", text));
    }
    if let (true, Err(problem)) = (is_origin, &handshake.trust) {
        let text = format!(
            "Of the origin: {}. This matters where the gateway verifies it.",
            words::certificate(problem)
        );
        notices.push(Notice::new("origin_certificate", text));
    }
}

fn days_left(leaf: &Certificate, now: i64) -> i64 {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    leaf.not_after.0.saturating_sub(now).div_euclid(DAY)
}

fn response(examination: &Examination, hop: Hop, asked: &Asked, notices: &mut Vec<Notice>) {
    let Some(exchange) = &asked.exchange else { return };
    let hop = called(examination, hop);
    if let (Answer::Well(status @ 300..=399), Some(head)) = (answer(asked), &exchange.head)
        && let Some(location) = head.field("location")
    {
        let text = format!("The {hop} redirects ({status}) to {location}; this was not followed.");
        notices.push(Notice::new("redirect", text));
    }
    if let Answer::Well(status @ 400..=499) = answer(asked)
        && is_healthy(examination)
    {
        let text = format!(
            "The {hop} answers {status}: the chain works and the request itself is refused."
        );
        notices.push(Notice::new("client_error", text));
    }
    if !exchange.departures.is_empty() {
        let list = exchange.departures.join("; ");
        let text = format!("Out of the ordinary in the answer of the {hop}: {list}.");
        notices.push(Notice::new("departures", text));
    }
    match &exchange.outcome {
        Http::Bounded => {
            let text = format!(
                "The body of the {hop} was read for {} bytes and no further.",
                exchange.body_bytes
            );
            notices.push(Notice::new("body_bounded", text));
        }
        Http::ExtraBytes(count) => {
            let text = format!("The {hop} sent {count} bytes more than its answer has.");
            notices.push(Notice::new("extra_bytes", text));
        }
        _ => {}
    }
}

fn waited(examination: &Examination, hop: Hop, asked: &Asked, notices: &mut Vec<Notice>) {
    let hop = called(examination, hop);
    let timed_out =
        asked.exchange.as_ref().filter(|exchange| exchange.outcome == Http::HeadTimedOut);
    if let Some(exchange) = timed_out.filter(|exchange| exchange.took < TELLING_WAIT) {
        let waited = words::duration(exchange.took);
        let text = format!(
            "The {hop} was given {waited} to answer, which is less than gateways give; a greater \
             --max-time tells more."
        );
        notices.push(Notice::new("waited_short", text));
    }
    if asked.connect.outcome == Connect::Connected && asked.connect.took >= SYN_SENT_AGAIN {
        let took = words::duration(asked.connect.took);
        let text =
            format!("Connecting to the {hop} took {took}: packets are lost or the host is busy.");
        notices.push(Notice::new("slow_connect", text));
    }
}

/// Says how name servers differ. Different addresses are usual for names that are balanced by DNS.
fn name_servers(examination: &Examination, notices: &mut Vec<Notice>) {
    let lookups = examination.made.iter().filter_map(|made| made.lookup());
    let of_servers: Vec<_> = lookups.filter(|lookup| lookup.resolver != "system").collect();
    let silent = |outcome: &LookupOutcome| {
        matches!(outcome, LookupOutcome::TimedOut | LookupOutcome::Unreachable(_))
    };
    for lookup in &of_servers {
        if silent(&lookup.outcome) {
            let words = words::lookup(&lookup.outcome);
            let text = format!("Name server {}: {words}.", lookup.resolver);
            notices.push(Notice::new("name_server_silent", text));
        }
    }
    let Some(system) = examination.system_lookup(Hop::Gateway) else { return };
    let LookupOutcome::Addresses { addresses, .. } = &system.outcome else { return };
    for lookup in of_servers {
        let differs = match &lookup.outcome {
            LookupOutcome::Addresses { addresses: others, .. } => {
                !others.iter().any(|other| addresses.contains(other))
            }
            LookupOutcome::NoSuchName | LookupOutcome::NoAddress => true,
            _ => false,
        };
        if differs {
            let text = format!(
                "Name server {} says of {}: {}; the system says: {}.",
                lookup.resolver,
                lookup.name,
                words::lookup(&lookup.outcome),
                words::lookup(&system.outcome)
            );
            notices.push(Notice::new("name_servers_differ", text));
        }
    }
}

fn scheme_of_origin(examination: &Examination, notices: &mut Vec<Notice>) {
    let guessed = matches!(examination.scheme(Hop::Origin), Some(Scheme::Unknown { .. }));
    let Some((_, first)) = examination.first_try(Hop::Origin) else { return };
    if guessed && (met_tls(first) || met_plain(first)) {
        let speaks = if met_tls(first) { "TLS" } else { "plain HTTP" };
        let text =
            format!("The origin speaks {speaks} on this port; the gateway has to do the same.");
        notices.push(Notice::new("origin_scheme", text));
    }
}

fn troubles(examination: &Examination, notices: &mut Vec<Notice>) {
    for why in examination.troubles() {
        notices
            .push(Notice::new("not_carried_out", format!("A probe was not carried out: {why}.")));
    }
}

fn left_out(examination: &Examination, notices: &mut Vec<Notice>) {
    let mut spared: Vec<&str> =
        plan::left_out_for_time(examination).iter().map(|purpose| purpose.slug()).collect();
    spared.dedup();
    if !spared.is_empty() && examination.left_out.is_empty() {
        let text = format!(
            "Left out so that the answer comes soon: {}. --thorough takes the time.",
            spared.join(", ")
        );
        notices.push(Notice::new("left_out_for_time", text));
    }
    if examination.left_out.is_empty() {
        return;
    }
    let mut slugs: Vec<&str> = examination.left_out.iter().map(|purpose| purpose.slug()).collect();
    slugs.dedup();
    let budget = examination.budget;
    let text = format!(
        "The budget of {} requests and {} s was used up; left out: {}.",
        budget.requests,
        budget.time.as_secs(),
        slugs.join(", ")
    );
    notices.push(Notice::new("budget_ended", text));
}

/// Tells whether a probe went to an IPv6 address.
pub(crate) fn is_ipv6(what: &What) -> bool {
    matches!(what.endpoint(), Some(Endpoint::Tcp(address)) if address.is_ipv6())
}
