//! What was measured, hop by hop, for rendering.

use goodgate_evidence::Stage;
use goodgate_evidence::probe::{Connect, Lookup};

use crate::answer::{Answer, answer, certificate_problem, met_tls, words};
use crate::examination::Examination;
use crate::probe::{Asked, Hop, Outcome, Probe, Purpose};
use crate::signs::to_itself;
use crate::target::Place;

/// One link of the chain: from us to the gateway, or from us to the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which one.
    pub hop: Hop,
    /// The name or address.
    pub name: String,
    /// Who was asked for the addresses, and what came.
    pub lookups: Vec<Lookup>,
    /// Every connection, in order.
    pub runs: Vec<Run>,
    /// Where it broke, and in which words; none when it holds.
    pub broken: Option<(Stage, String)>,
}

impl Link {
    /// Returns the connection that shows how the hop behaves.
    pub fn primary(&self) -> Option<&Run> {
        self.runs.iter().find(|run| run.is_primary)
    }
}

/// One connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The probe.
    pub probe: Probe,
    /// What came of it, or why it could not be carried out.
    pub asked: Result<Asked, String>,
    /// Whether it shows how the hop behaves.
    pub is_primary: bool,
}

pub(crate) fn links(examination: &Examination) -> Vec<Link> {
    examination.hops().map(|hop| link(examination, hop)).collect()
}

fn link(examination: &Examination, hop: Hop) -> Link {
    let primary = examination.primary(hop).map(|(probe, _)| probe.id);
    let of_hop = || examination.made.iter().filter(move |made| made.probe.hop == hop);
    let run = |probe: &Probe, outcome: &Outcome| {
        let asked = match outcome {
            Outcome::Lookup(_) => return None,
            Outcome::Asked(asked) => Ok((**asked).clone()),
            Outcome::Unable(_) if probe.purpose == Purpose::Lookup => return None,
            Outcome::Unable(why) => Err(why.clone()),
        };
        Some(Run { probe: probe.clone(), asked, is_primary: primary == Some(probe.id) })
    };
    Link {
        hop,
        name: name(examination, hop),
        lookups: of_hop().filter_map(|made| made.lookup().cloned()).collect(),
        runs: of_hop().filter_map(|made| run(&made.probe, made.outcome.as_ref()?)).collect(),
        broken: broken(examination, hop),
    }
}

fn name(examination: &Examination, hop: Hop) -> String {
    match examination.place(hop) {
        Some(Place::Name { host, port }) => format!("{host}:{port}"),
        Some(Place::At(endpoint)) => endpoint.to_string(),
        Some(Place::ThroughProxy(_)) => examination.target.authority.clone(),
        None => String::new(),
    }
}

fn broken(examination: &Examination, hop: Hop) -> Option<(Stage, String)> {
    if let Some(lookup) = examination.system_lookup(hop)
        && examination.endpoints(hop).1 == 0
    {
        return Some((Stage::Resolve, words::lookup(&lookup.outcome)));
    }
    let Some((_, asked)) = examination.primary(hop) else {
        let mut tried = examination.asked_of(hop, Purpose::Reach);
        let (_, asked) = tried.find(|(_, asked)| asked.connect.outcome != Connect::Connected)?;
        return Some((Stage::Connect, words::attempt(&asked.connect)));
    };
    // The gateway need not verify the origin's certificate; that it fails is the hint that it does.
    let gateway_fails = examination.result(Hop::Gateway).is_some_and(Answer::fails);
    let matters = hop == Hop::Gateway || gateway_fails || answer(asked).fails();
    let circle = || to_itself(&examination.target, asked).filter(|_| hop == Hop::Gateway);
    let circle = || circle().map(|words| (Stage::ResponseHead, words));
    stage_and_words(asked).filter(|_| matters).or_else(circle)
}

/// Returns the stage at which a connection failed and what happened there.
fn stage_and_words(asked: &Asked) -> Option<(Stage, String)> {
    match answer(asked) {
        Answer::Failed(Stage::Connect) => Some((Stage::Connect, words::attempt(&asked.connect))),
        Answer::Failed(Stage::Tls) => {
            let text = asked.handshake.as_ref().map(words::handshake).unwrap_or_default();
            Some((Stage::Tls, text))
        }
        Answer::Failed(stage) => {
            Some((stage, asked.exchange.as_ref().map(words::exchange).unwrap_or_default()))
        }
        _ if certificate_problem(asked).is_some() => {
            let text = certificate_problem(asked).map(words::certificate).unwrap_or_default();
            Some((Stage::Tls, text))
        }
        Answer::Error(_) => {
            let text = asked.exchange.as_ref().map(words::exchange).unwrap_or_default();
            Some((Stage::ResponseHead, text))
        }
        Answer::Well(_) if met_tls(asked) => {
            let text = "the server says that it got plain HTTP on its TLS port";
            Some((Stage::ResponseHead, text.to_owned()))
        }
        Answer::Well(_) | Answer::Speaks => None,
    }
}
