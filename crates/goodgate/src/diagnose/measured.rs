//! The measurements as rows: one phase of one connection each, for text and reports.

use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{Connect, ConnectAttempt, Exchange, Http, LookupOutcome, Tls};
use goodgate_examine::{Answer, Asked, Hop, Link, Purpose, Run, answer, words};

use super::picture::breaks_behind;

/// One phase with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phase {
    /// Its name.
    pub(super) name: &'static str,
    /// When it began, from the beginning of the connection.
    pub(super) from: Duration,
    /// How long it took.
    pub(super) took: Duration,
    /// What came of it.
    pub(super) words: String,
    /// Whether it was waited for in vain.
    pub(super) timed_out: bool,
    /// Whether the link broke here.
    pub(super) broke: bool,
}

impl Phase {
    fn new(name: &'static str, from: Duration, took: Duration, words: String) -> Self {
        Self { name, from, took, words, timed_out: false, broke: false }
    }

    /// Returns when it ended, from the beginning of the connection.
    pub(super) fn end(&self) -> Duration {
        self.from.saturating_add(self.took)
    }

    /// Returns how the phase is marked; nothing where it went well.
    pub(super) fn mark(&self) -> &'static str {
        match (self.broke, self.timed_out) {
            (true, true) => "<-- timed out here",
            (true, false) => "<-- here",
            (false, true) => "(timed out)",
            (false, false) => "",
        }
    }
}

/// Returns what a hop is called: without an origin nobody knows whether the target is a gateway.
pub(super) fn label(hop: Hop, chain: &[Link]) -> &'static str {
    if chain.len() < 2 { "target" } else { hop.slug() }
}

/// Returns where a hop was asked, where its name does not say it.
pub(super) fn asked_at(link: &Link) -> Option<String> {
    let asked = link.primary()?.asked.as_ref().ok()?;
    let place = words::place(&asked.connect.endpoint);
    (place != link.name && place != "by the proxy").then_some(place)
}

/// Returns the phases of the lookup and of the connection that shows how a hop behaves; what did
/// not happen is absent. Where a gateway answers with an error it is marked only if nothing was
/// examined behind it.
pub(super) fn phases(link: &Link, chain: &[Link]) -> Vec<Phase> {
    let by_system = link.lookups.iter().filter(|lookup| lookup.resolver == "system");
    let mut phases: Vec<Phase> = by_system
        .map(|lookup| {
            let words = words::lookup(&lookup.outcome);
            let timed_out = lookup.outcome == LookupOutcome::TimedOut;
            Phase { timed_out, ..Phase::new("resolve", Duration::ZERO, lookup.took, words) }
        })
        .collect();
    let base = phases.first().map(|phase| phase.took).unwrap_or_default();
    match link.primary() {
        Some(Run { asked: Ok(asked), .. }) => of_connection(asked, base, &mut phases),
        _ => phases.extend(failed_connects(link, base)),
    }
    let has_origin = chain.len() > 1;
    let behind = link.hop == Hop::Gateway && has_origin && breaks_behind(link, has_origin);
    let broken = link.broken.as_ref().map(|(stage, _)| *stage).filter(|_| !behind);
    for phase in &mut phases {
        phase.broke = broken.is_some_and(|stage| belongs(phase.name, stage));
    }
    phases
}

/// Returns the end of the last phase of all hops: the length of the common scale.
pub(super) fn whole(chain: &[Link]) -> Duration {
    let phases = chain.iter().flat_map(|link| phases(link, chain));
    phases.map(|phase| phase.end()).max().unwrap_or_default()
}

/// Returns what the other connections of a hop came to, each with a name. Repetitions are summed up.
pub(super) fn others(link: &Link) -> Vec<(&'static str, String)> {
    let others = link.runs.iter().filter(|run| !run.is_primary && tells(run));
    let mut rows: Vec<(&'static str, String)> = others.map(other).collect();
    let repeats = || link.runs.iter().filter(|run| run.probe.purpose == Purpose::Repeat);
    let fails = |run: &&Run| run.asked.as_ref().is_ok_and(|asked| answer(asked).fails());
    let (count, failed) = (repeats().count(), repeats().filter(fails).count());
    if count > 0 {
        rows.push(("repeated", format!("{failed} of {count} failed too")));
    }
    rows
}

/// Repetitions are summed up; connects to several addresses are shown where there is no request.
fn tells(run: &Run) -> bool {
    match run.probe.purpose {
        Purpose::Repeat | Purpose::Lookup => false,
        Purpose::Reach => run.asked.as_ref().is_ok_and(|asked| answer(asked) != REACHED),
        _ => true,
    }
}

/// What a connection without a request comes to when it is made.
const REACHED: Answer = Answer::Failed(Stage::Request);

fn other(run: &Run) -> (&'static str, String) {
    let label = match run.probe.purpose {
        Purpose::Lookup | Purpose::Repeat | Purpose::Reach => "connect",
        Purpose::First => "first try",
        Purpose::Http1 => "over HTTP/1.1",
        Purpose::OtherAddress => "other address",
        Purpose::OtherPath => "other path",
        Purpose::Head => "HEAD",
        Purpose::ProxyHeader => "PROXY header",
        Purpose::OtherScheme => "other scheme",
        Purpose::PriorHttp2 => "as HTTP/2",
        Purpose::WithoutSni => "without name",
        Purpose::CacheBuster => "past the cache",
        Purpose::OtherHost => "other host",
        Purpose::LargeCookies => "large cookies",
        Purpose::Compressed => "compressed",
        Purpose::Kept => "kept open",
        Purpose::Hello => "TLS version",
        Purpose::AppProtocol => "protocol",
    };
    (label, came_of(run))
}

/// Says what came of a connection, with what makes it different from the first one.
fn came_of(run: &Run) -> String {
    let asked = match &run.asked {
        Ok(asked) => asked,
        Err(why) => return format!("not carried out: {why}"),
    };
    if let Some(special) = &asked.special {
        return words::special(special);
    }
    let what = match (&asked.exchange, &asked.handshake) {
        (Some(exchange), _) => {
            let subject = match run.probe.purpose {
                Purpose::OtherPath => format!("{}: ", exchange.target),
                Purpose::OtherAddress => format!("{}: ", words::place(&asked.connect.endpoint)),
                _ => String::new(),
            };
            format!("{subject}{}", words::exchange(exchange))
        }
        (None, Some(handshake)) => words::handshake(handshake),
        (None, None) => attempt(&asked.connect),
    };
    let tls = asked.handshake.as_ref().map_or_else(Default::default, |handshake| handshake.took);
    let exchange = asked.exchange.as_ref().map_or_else(Default::default, |exchange| exchange.took);
    format!("{what} after {}", words::duration(asked.connect.took + tls + exchange))
}

fn attempt(connect: &ConnectAttempt) -> String {
    format!("{}: {}", words::place(&connect.endpoint), words::attempt(connect))
}

fn belongs(name: &str, stage: Stage) -> bool {
    let of = match stage {
        Stage::Resolve => "resolve",
        Stage::Connect => "connect",
        Stage::Tls => "tls",
        Stage::Request => "request",
        Stage::ResponseHead => "first byte",
        Stage::ResponseBody => "body",
        Stage::Downstream | Stage::Gateway => return false,
    };
    name == of
}

fn of_connection(asked: &Asked, base: Duration, phases: &mut Vec<Phase>) {
    let mut from = base;
    let mut add = |name, took: Duration, words: String, timed_out: bool| {
        phases.push(Phase { timed_out, ..Phase::new(name, from, took, words) });
        from = from.saturating_add(took);
    };
    let connect = &asked.connect;
    let in_vain = connect.outcome == Connect::TimedOut;
    add("connect", connect.took, words::attempt(connect), in_vain);
    if let Some(handshake) = &asked.handshake {
        let mut text = words::handshake(handshake);
        if let Err(problem) = &handshake.trust {
            text = format!("{text}; {}", words::certificate(problem));
        }
        add("tls", handshake.took, text, handshake.outcome == Tls::TimedOut);
    }
    if let Some(exchange) = &asked.exchange {
        of_exchange(exchange, &mut add);
    }
}

fn of_exchange(exchange: &Exchange, add: &mut impl FnMut(&'static str, Duration, String, bool)) {
    let came = words::exchange(exchange);
    if exchange.outcome == Http::FailedWhileSending {
        add("request", exchange.sending.saturating_add(exchange.took), came, false);
        return;
    }
    let request = format!("{} {}", exchange.method, exchange.target);
    add("request", exchange.sending, request, false);
    let head = exchange.first_byte.unwrap_or(exchange.took);
    // What went wrong in the body is said of the body.
    let status = words::status(exchange).filter(|_| breaks_in_body(exchange));
    let failure = status.as_deref().and_then(|status| came.strip_prefix(status));
    let bytes = format!("{} bytes{}", exchange.body_bytes, failure.unwrap_or_default());
    let in_vain = exchange.outcome == Http::HeadTimedOut;
    add("first byte", head, status.clone().unwrap_or_else(|| came.clone()), in_vain);
    if status.is_some() || (exchange.head.is_some() && exchange.body_bytes > 0) {
        let in_vain = exchange.outcome == Http::BodyStalled;
        add("body", exchange.took.saturating_sub(head), bytes, in_vain);
    }
}

/// Tells whether the head came and the body did not end well.
fn breaks_in_body(exchange: &Exchange) -> bool {
    let broken = matches!(
        exchange.outcome,
        Http::BodyTruncated { .. } | Http::BodyStalled | Http::ChunkingInvalid(_)
    );
    exchange.head.is_some() && broken
}

/// Where no address accepted a connection there is no request to show.
fn failed_connects(link: &Link, base: Duration) -> Vec<Phase> {
    let asked = link.runs.iter().filter_map(|run| run.asked.as_ref().ok());
    asked
        .map(|asked| {
            let connect = &asked.connect;
            let timed_out = connect.outcome == Connect::TimedOut;
            Phase { timed_out, ..Phase::new("connect", base, connect.took, attempt(connect)) }
        })
        .collect()
}
