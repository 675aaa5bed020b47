//! Which probe comes next.
//!
//! Each stage says what it would like to know, given everything so far; the first stage with a wish
//! that was not yet granted is served. There is no other state, so that an examination can be
//! stopped and looked at after any outcome.

use std::net::IpAddr;
use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{AppProtocol, Connect, Endpoint, HttpVersion, Tls};

use crate::answer::{
    Answer, answer, ended_without_answer, met_plain, met_tls, timed_out, whole_time,
};
use crate::examination::Examination;
use crate::experiments;
use crate::limits::{
    ASKED_ADDRESSES_MAX, BODY_GAP, CONNECT_WAIT, EXPERIMENT_WAIT, HEAD_START, HEAD_WAIT_MAX,
    HEAD_WAIT_MIN, LEAST_TIME, LOOKUP_WAIT, NAME_SERVERS_MAX, ORIGIN_WAIT, QUICK, REPEATS,
    REPEATS_SLOW, SLOW, SPARE_TIME, TLS_WAIT, WELL_QUICK,
};
use crate::probe::{Ask, Asked, Hop, Patience, Purpose, Resolver, TlsWish, What};
use crate::target::{Place, Scheme};

/// A probe that would tell something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) hop: Hop,
    pub(crate) purpose: Purpose,
    pub(crate) turn: u8,
    pub(crate) what: What,
}

impl Wish {
    pub(crate) fn new(hop: Hop, purpose: Purpose, what: What) -> Self {
        Self { hop, purpose, turn: 0, what }
    }
}

type StageOfPlan = fn(&Examination) -> Vec<Wish>;

/// The stages in order: cheap and telling ones first.
const STAGES: &[StageOfPlan] = &[
    lookups,
    reach,
    firsts,
    origin_again,
    other_scheme_of_origin,
    over_http1,
    other_addresses,
    repeats,
    experiments,
];

/// Returns what the first stage that wishes anything wishes.
pub(crate) fn wishes(examination: &Examination) -> Vec<Wish> {
    let open = STAGES.iter().map(|stage| open_wishes(*stage, examination));
    open.into_iter().find(|wishes| !wishes.is_empty()).unwrap_or_default()
}

/// Returns the purposes of everything that is still wished.
pub(crate) fn all_wished(examination: &Examination) -> Vec<Purpose> {
    let open = STAGES.iter().flat_map(|stage| open_wishes(*stage, examination));
    let mut purposes: Vec<Purpose> = open.map(|wish| wish.purpose).collect();
    purposes.dedup();
    purposes
}

/// Returns the purposes of what was left out for want of time alone.
pub(crate) fn left_out_for_time(examination: &Examination) -> Vec<Purpose> {
    if !examination.result(Hop::Gateway).is_some_and(Answer::fails) {
        return Vec::new();
    }
    let at_leisure = Examination { now: Duration::ZERO, ..examination.clone() };
    all_wished(&at_leisure)
}

fn open_wishes(stage: StageOfPlan, examination: &Examination) -> Vec<Wish> {
    stage(examination).into_iter().filter(|wish| !is_made(examination, wish)).collect()
}

fn is_made(examination: &Examination, wish: &Wish) -> bool {
    examination.made.iter().any(|made| {
        let probe = &made.probe;
        probe.hop == wish.hop
            && probe.purpose == wish.purpose
            && probe.turn == wish.turn
            && probe.what == wish.what
    })
}

fn lookups(examination: &Examination) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for hop in examination.hops() {
        let Some(Place::Name { host, .. }) = examination.place(hop) else { continue };
        let by = |resolver| {
            Wish::new(hop, Purpose::Lookup, What::Lookup { name: host.clone(), resolver })
        };
        wishes.push(by(Resolver::System));
        if hop == Hop::Gateway && is_public(host) {
            let servers = examination.options.name_servers.iter().take(NAME_SERVERS_MAX);
            wishes.extend(servers.map(|server| by(Resolver::Server(*server))));
        }
    }
    wishes
}

/// Tells whether name servers are expected to know a name: `localhost` and names without a dot are
/// a matter of this host.
pub(crate) fn is_public(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.contains('.') && !host.ends_with(".localhost") && host.parse::<IpAddr>().is_err()
}

fn reach(examination: &Examination) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for hop in examination.hops() {
        let (endpoints, _) = examination.endpoints(hop);
        if endpoints.len() > 1 {
            let connect = |endpoint| Wish::new(hop, Purpose::Reach, What::Connect { endpoint });
            wishes.extend(endpoints.into_iter().map(connect));
        }
    }
    wishes
}

/// Asks the gateway, and the origin as soon as the gateway has answered or taken its time: a request
/// to the origin must not get in the way of the gateway's own.
fn firsts(examination: &Examination) -> Vec<Wish> {
    let mut wishes = first_of_gateway(examination);
    wishes.extend(first_of_origin(examination));
    wishes
}

/// Asks an origin again that was silent, and longer: the gateway waited longer than we did.
fn origin_again(examination: &Examination) -> Vec<Wish> {
    let mut tries = examination.asked_of(Hop::Origin, Purpose::First);
    let (Some((probe, asked)), None) = (tries.next(), tries.next()) else { return Vec::new() };
    let gateway = examination.primary(Hop::Gateway).map(|(_, asked)| whole_time(asked));
    let waited = whole_time(asked);
    if !timed_out(asked) || gateway.is_none_or(|gateway| gateway <= waited) {
        return Vec::new();
    }
    vec![Wish { turn: 1, ..Wish::new(Hop::Origin, Purpose::First, probe.what.clone()) }]
}

fn first_of_gateway(examination: &Examination) -> Vec<Wish> {
    let alpn = &["h2", "http/1.1"];
    let ask = ask(examination, Hop::Gateway, examination.target.secure, alpn);
    ask.map(|ask| Wish::new(Hop::Gateway, Purpose::First, What::Ask(ask))).into_iter().collect()
}

fn first_of_origin(examination: &Examination) -> Vec<Wish> {
    let secure = match examination.scheme(Hop::Origin) {
        None => return Vec::new(),
        Some(Scheme::App(protocol)) => return app_of_origin(examination, protocol),
        Some(Scheme::Plain) => false,
        Some(Scheme::Tls) => true,
        Some(Scheme::Unknown { secure_first }) => secure_first,
    };
    let ask = ask(examination, Hop::Origin, secure, &["http/1.1"]);
    ask.map(|ask| Wish::new(Hop::Origin, Purpose::First, What::Ask(ask))).into_iter().collect()
}

fn app_of_origin(examination: &Examination, protocol: AppProtocol) -> Vec<Wish> {
    let Some(endpoint) = preferred(examination, Hop::Origin) else { return Vec::new() };
    let authority = examination.target.authority.clone();
    let path = examination.target.path.clone();
    let what = What::App { endpoint, protocol, authority, path };
    vec![Wish::new(Hop::Origin, Purpose::First, what)]
}

/// Asks the origin in the other scheme if it does not speak the one that was tried.
fn other_scheme_of_origin(examination: &Examination) -> Vec<Wish> {
    let Some((_, first)) = examination.first_try(Hop::Origin) else {
        return Vec::new();
    };
    if !met_tls(first) && !met_plain(first) {
        return Vec::new();
    }
    let ask = ask(examination, Hop::Origin, first.handshake.is_none(), &["http/1.1"]);
    let wish = |ask| Wish::new(Hop::Origin, Purpose::OtherScheme, What::Ask(ask));
    ask.map(wish).into_iter().collect()
}

fn over_http1(examination: &Examination) -> Vec<Wish> {
    let Some((_, first)) = examination.first_try(Hop::Gateway) else {
        return Vec::new();
    };
    let over_http2 = |asked: &Asked| {
        asked.exchange.as_ref().is_some_and(|exchange| exchange.version == HttpVersion::Http2)
    };
    if !over_http2(first) {
        return Vec::new();
    }
    let ask = ask(examination, Hop::Gateway, true, &["http/1.1"]);
    ask.map(|ask| Wish::new(Hop::Gateway, Purpose::Http1, What::Ask(ask))).into_iter().collect()
}

fn other_addresses(examination: &Examination) -> Vec<Wish> {
    let alpn = &["h2", "http/1.1"];
    let Some(first) = ask(examination, Hop::Gateway, examination.target.secure, alpn) else {
        return Vec::new();
    };
    let endpoints = examination.reachable(Hop::Gateway).into_iter();
    let others = endpoints.filter(|endpoint| *endpoint != first.endpoint);
    others
        .take(ASKED_ADDRESSES_MAX - 1)
        .map(|endpoint| {
            let ask = Ask { endpoint, ..first.clone() };
            Wish::new(Hop::Gateway, Purpose::OtherAddress, What::Ask(ask))
        })
        .collect()
}

/// Repeats the request on fresh connections: what failed, less often the longer it takes; what went
/// well, to see whether it always does; and what failed at another address.
fn repeats(examination: &Examination) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let gateway_fails = examination.result(Hop::Gateway).is_some_and(Answer::fails);
    for hop in examination.hops() {
        let well = examination.first(hop).is_some_and(|(_, asked)| !answer(asked).fails());
        if hop == Hop::Origin && well && !gateway_fails {
            continue;
        }
        let firsts = examination.asked_of(hop, Purpose::OtherAddress);
        for (probe, asked) in examination.first(hop).into_iter().chain(firsts) {
            if !examination.is_time_for(whole_time(asked)) {
                continue;
            }
            let of_other = probe.purpose == Purpose::OtherAddress;
            let turns = if of_other { turns(asked).min(REPEATS_SLOW) } else { turns(asked) };
            let what = probe.what.clone();
            let wish = |turn| Wish { hop, purpose: Purpose::Repeat, turn, what: what.clone() };
            wishes.extend((0..turns).map(wish));
        }
    }
    wishes
}

fn turns(asked: &Asked) -> u8 {
    let took = whole_time(asked);
    let well = !answer(asked).fails();
    if timed_out(asked) || took > SLOW || well && took > WELL_QUICK {
        0
    } else if took > QUICK {
        REPEATS_SLOW
    } else {
        REPEATS
    }
}

/// Makes the experiment that separates the leading causes best.
fn experiments(examination: &Examination) -> Vec<Wish> {
    let open = |wish: &Wish| {
        let longest = match &wish.what {
            What::Kept { watch, .. } => *watch,
            _ => quick(examination, wish.hop),
        };
        !is_made(examination, wish) && examination.is_time_for(longest)
    };
    experiments::best(examination, &open)
}

/// Returns the request that fails at a hop, where it fails quickly enough to be sent again in other
/// forms and the cause is not clear.
pub(crate) fn failing_ask(examination: &Examination, hop: Hop) -> Option<Ask> {
    let (probe, asked) = examination.primary(hop)?;
    let What::Ask(first) = &probe.what else { return None };
    let at_head =
        |stage| matches!(stage, Stage::Request | Stage::ResponseHead | Stage::ResponseBody);
    let worth_it = match answer(asked) {
        Answer::Well(_) | Answer::Speaks => false,
        Answer::Error(_) => whole_time(asked) <= SLOW,
        Answer::Failed(stage) => at_head(stage) && whole_time(asked) <= SLOW,
    };
    // Where the same request goes well at times, another form of it shows nothing.
    let steady = !examination.is_unsteady(hop);
    (worth_it && steady && !examination.is_settled()).then(|| first.clone())
}

/// Returns the request that a server ended without an answer, or in the handshake: what may it have
/// waited for?
pub(crate) fn silent_ask(examination: &Examination, hop: Hop) -> Option<Ask> {
    let (probe, asked) = examination.primary(hop)?;
    let What::Ask(first) = &probe.what else { return None };
    let silent = ended_without_answer(asked) || broke_in_tls(examination, hop);
    silent.then(|| first.clone())
}

/// Tells whether the connection ended in the handshake without an alert.
pub(crate) fn broke_in_tls(examination: &Examination, hop: Hop) -> bool {
    let handshake = examination.primary(hop).and_then(|(_, asked)| asked.handshake.as_ref());
    handshake.is_some_and(|handshake| matches!(handshake.outcome, Tls::Closed | Tls::Reset))
}

/// Returns the request for the URL at the first address that accepts connections.
fn ask(examination: &Examination, hop: Hop, secure: bool, alpn: &[&str]) -> Option<Ask> {
    let endpoint = preferred(examination, hop)?;
    Some(Ask {
        endpoint,
        tls: secure.then(|| tls_wish(examination, hop, alpn)),
        http2: false,
        method: examination.target.method,
        authority: examination.target.authority.clone(),
        path: examination.target.path.clone(),
        proxy_header: false,
        fields: Vec::new(),
    })
}

fn preferred(examination: &Examination, hop: Hop) -> Option<Endpoint> {
    examination.reachable(hop).into_iter().next()
}

/// Returns how to shake hands. An origin that is named by a name is called by it, as gateways do.
pub(crate) fn tls_wish(examination: &Examination, hop: Hop, alpn: &[&str]) -> TlsWish {
    let server_name = match examination.place(hop) {
        Some(Place::Name { host, .. }) if hop == Hop::Origin => host.clone(),
        _ => examination.target.host.clone(),
    };
    TlsWish { server_name, sni: true, alpn: alpn.iter().map(|&name| name.to_owned()).collect() }
}

/// Returns how long to wait for a probe.
///
/// The gateway gets the greater part of the time, so that its own timeout can be seen. The origin is
/// asked while the gateway may still be waiting, and asked again where the gateway waited longer.
pub(crate) fn patience(examination: &Examination, wish: &Wish) -> Patience {
    let left = examination.left();
    let share = left.mul_f64(0.6);
    let experiment = is_experiment(wish.purpose).then(|| quick(examination, wish.hop));
    let of_origin = wish.hop == Hop::Origin && wish.purpose == Purpose::First;
    let first_of_origin = of_origin && wish.turn == 0;
    let fails = examination.result(Hop::Gateway).is_some_and(Answer::fails);
    let head = match (wish.hop, wish.purpose) {
        (Hop::Gateway, Purpose::First) => HEAD_WAIT_MAX,
        (Hop::Origin, Purpose::First) if first_of_origin => ORIGIN_WAIT,
        (Hop::Origin, Purpose::First) if fails => SPARE_TIME.saturating_sub(LEAST_TIME),
        _ => experiment.unwrap_or_else(|| {
            longer_than(examination, Hop::Gateway).max(longer_than(examination, wish.hop))
        }),
    };
    let tls = match wish.purpose {
        // Only a guess that the server speaks TLS.
        Purpose::OtherScheme => quick(examination, wish.hop),
        _ => experiment.unwrap_or(TLS_WAIT),
    };
    let connect = if wish.purpose == Purpose::Lookup { LOOKUP_WAIT } else { CONNECT_WAIT };
    // What an experiment may take at most, and the origin at first.
    let longest = match (of_origin, experiment) {
        (true, _) => ORIGIN_WAIT,
        (false, Some(experiment)) => experiment,
        (false, None) => share,
    };
    Patience {
        begin_after: if first_of_origin { HEAD_START } else { Duration::ZERO },
        connect: connect.min(longest).min(share),
        tls: tls.min(longest).min(share),
        head: head.min(share),
        body_gap: BODY_GAP.min(longest).min(share),
        total: match wish.what {
            // It may take two questions.
            What::App { .. } => longest.min(share),
            _ => left.mul_f64(0.7),
        },
    }
}

/// Returns how long an experiment may take: it follows a failure that came after a certain time, and
/// another result would come about as soon.
fn quick(examination: &Examination, hop: Hop) -> Duration {
    let took = examination.primary(hop).map_or(Duration::ZERO, |(_, asked)| {
        if timed_out(asked) { Duration::ZERO } else { whole_time(asked) }
    });
    EXPERIMENT_WAIT.max(took.mul_f64(1.2)).min(HEAD_WAIT_MIN)
}

/// Tells whether a probe tries something out, for which nobody waits long.
fn is_experiment(purpose: Purpose) -> bool {
    !matches!(
        purpose,
        Purpose::Lookup
            | Purpose::Reach
            | Purpose::First
            | Purpose::Http1
            | Purpose::OtherAddress
            | Purpose::OtherScheme
            | Purpose::Repeat
    )
}

/// Returns a wait that is clearly longer than what a hop took.
fn longer_than(examination: &Examination, hop: Hop) -> Duration {
    let took = examination
        .first_try(hop)
        .filter(|(_, asked)| asked.connect.outcome == Connect::Connected && !timed_out(asked))
        .map_or(Duration::ZERO, |(_, asked)| whole_time(asked));
    (took.min(HEAD_WAIT_MAX).mul_f64(1.5) + Duration::from_secs(2))
        .clamp(HEAD_WAIT_MIN, HEAD_WAIT_MAX)
}
