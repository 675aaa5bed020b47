//! The measurements as rows: one phase of one connection each, for text and reports.

use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{Exchange, Http};
use goodgate_examine::{Answer, Asked, Hop, Link, Purpose, Run, answer, words};

/// One phase with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phase {
    /// Its name.
    pub(super) name: &'static str,
    /// When it began, from the beginning of the connection.
    pub(super) from: Duration,
    /// How long it took; none where it was not measured.
    pub(super) took: Option<Duration>,
    /// What came of it.
    pub(super) words: String,
    /// Whether the link broke here.
    pub(super) broke: bool,
}

/// Returns what a hop is called: without an origin nobody knows whether the target is a gateway.
pub(super) fn label(hop: Hop, chain: &[Link]) -> &'static str {
    if chain.len() < 2 { "target" } else { hop.slug() }
}

/// Returns the phases of the lookup and of the connection that shows how a hop behaves. Where a
/// gateway answers with an error it is marked only if nothing was examined behind it.
pub(super) fn phases(link: &Link, chain: &[Link]) -> Vec<Phase> {
    let by_system = link.lookups.iter().filter(|lookup| lookup.resolver == "system");
    let mut phases: Vec<Phase> = by_system
        .map(|lookup| Phase {
            name: "resolve",
            from: Duration::ZERO,
            took: Some(lookup.took),
            words: words::lookup(&lookup.outcome),
            broke: false,
        })
        .collect();
    let base = phases.first().and_then(|phase| phase.took).unwrap_or_default();
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
        (None, None) => {
            format!(
                "{}: {}",
                words::place(&asked.connect.endpoint),
                words::connect(&asked.connect.outcome)
            )
        }
    };
    let tls = asked.handshake.as_ref().map_or_else(Default::default, |handshake| handshake.took);
    let exchange = asked.exchange.as_ref().map_or_else(Default::default, |exchange| exchange.took);
    format!("{what} after {}", words::duration(asked.connect.took + tls + exchange))
}

fn belongs(name: &str, stage: Stage) -> bool {
    let of = match stage {
        Stage::Resolve => "resolve",
        Stage::Connect => "connect",
        Stage::Tls => "tls",
        Stage::Request | Stage::ResponseHead => "head",
        Stage::ResponseBody => "body",
        Stage::Downstream | Stage::Gateway => return false,
    };
    name == of
}

fn of_connection(asked: &Asked, base: Duration, phases: &mut Vec<Phase>) {
    let mut from = base;
    let mut add = |name, took: Duration, words: String| {
        phases.push(Phase { name, from, took: Some(took), words, broke: false });
        from += took;
    };
    let connect = words::connect(&asked.connect.outcome);
    add(
        "connect",
        asked.connect.took,
        format!("{}: {connect}", words::place(&asked.connect.endpoint)),
    );
    if let Some(handshake) = &asked.handshake {
        let mut text = words::handshake(handshake);
        if let Err(problem) = &handshake.trust {
            text = format!("{text}; {}", words::certificate(problem));
        }
        add("tls", handshake.took, text);
    }
    if let Some(exchange) = &asked.exchange {
        let head = exchange.first_byte.unwrap_or(exchange.took);
        add("head", head, words::exchange(exchange));
        if has_body(exchange) {
            let text = format!("{} bytes", exchange.body_bytes);
            add("body", exchange.took.saturating_sub(head), text);
        }
    }
}

fn has_body(exchange: &Exchange) -> bool {
    let in_body = matches!(
        exchange.outcome,
        Http::BodyTruncated { .. } | Http::BodyStalled | Http::ChunkingInvalid(_)
    );
    exchange.head.is_some() && (exchange.body_bytes > 0 || in_body)
}

/// Where no address accepted a connection there is no request to show.
fn failed_connects(link: &Link, base: Duration) -> Vec<Phase> {
    let asked = link.runs.iter().filter_map(|run| run.asked.as_ref().ok());
    asked
        .map(|asked| Phase {
            name: "connect",
            from: base,
            took: Some(asked.connect.took),
            words: format!(
                "{}: {}",
                words::place(&asked.connect.endpoint),
                words::connect(&asked.connect.outcome)
            ),
            broke: false,
        })
        .collect()
}

/// Returns the chain as one line, with the broken link marked.
pub(super) fn drawing(chain: &[Link]) -> String {
    let parts: Vec<String> = pieces(chain)
        .into_iter()
        .map(|piece| match piece {
            Piece::Node(name) => name,
            Piece::Arrow { broken: true } => "--X-->".to_owned(),
            Piece::Arrow { broken: false } => "----->".to_owned(),
        })
        .collect();
    parts.join(" ")
}

/// A part of the drawn chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A hop.
    Node(String),
    /// What joins two hops.
    Arrow {
        /// Whether it does not hold.
        broken: bool,
    },
}

/// Returns client, gateway and origin with what joins them. Where the gateway answers with an error
/// the break lies behind it, known or not.
pub(super) fn pieces(chain: &[Link]) -> Vec<Piece> {
    let of = |hop| chain.iter().find(|link| link.hop == hop);
    let (gateway, origin) = (of(Hop::Gateway), of(Hop::Origin));
    let mut pieces = vec![Piece::Node("client".to_owned())];
    let Some(gateway) = gateway else { return pieces };
    let behind = breaks_behind(gateway, origin.is_some());
    pieces.push(Piece::Arrow { broken: gateway.broken.is_some() && !behind });
    match origin {
        Some(origin) => {
            pieces.push(Piece::Node(format!("gateway {}", gateway.name)));
            pieces.push(Piece::Arrow { broken: behind || origin.broken.is_some() });
            pieces.push(Piece::Node(format!("origin {}", origin.name)));
        }
        None if behind => {
            pieces.push(Piece::Node(gateway.name.clone()));
            pieces.push(Piece::Arrow { broken: true });
            pieces.push(Piece::Node("what stands behind it (not examined)".to_owned()));
        }
        None => pieces.push(Piece::Node(gateway.name.clone())),
    }
    pieces
}

/// Tells whether a hop gave a complete answer that is an error.
pub(super) fn answers_with_error(link: &Link) -> bool {
    let run = link.primary().and_then(|run| run.asked.as_ref().ok());
    run.is_some_and(|asked| matches!(answer(asked), Answer::Error(_)))
}

/// Tells whether the gateway's answer speaks of a break behind it: an error, or where the origin is
/// examined too, any answer that is none of a chain that holds.
fn breaks_behind(gateway: &Link, has_origin: bool) -> bool {
    let run = gateway.primary().and_then(|run| run.asked.as_ref().ok());
    let answered = run.is_some_and(|asked| answer(asked).status().is_some());
    let at_head = matches!(gateway.broken, Some((Stage::ResponseHead, _)));
    answers_with_error(gateway) || (has_origin && answered && at_head)
}
