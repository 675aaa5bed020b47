//! A prober that answers as it is told, and what answers are made of.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use goodgate_config::{Secret, SecretSource};
use goodgate_evidence::probe::{
    Certificate, Connect, ConnectAttempt, Endpoint, Exchange, Handshake, Http, HttpVersion, Lookup,
    LookupOutcome, ResponseHead, Tls,
};
use goodgate_incident::{Finding, State, Timestamp};

use crate::check::{
    Answer, Attempt, Boxed, Checked, Examined, Plan, Prober, Raw, Step, Suspicion, To, check, judge,
};
use crate::settings::read;

/// 2026-11-23T12:00:00Z.
pub(super) const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

/// Answers each step with the next line of its script, and remembers what was asked.
pub(super) struct Scripted {
    lines: Mutex<VecDeque<Line>>,
    pub(super) asked: Mutex<Vec<Step>>,
}

/// What happens at one step.
pub(super) enum Line {
    /// A look-up gives these addresses.
    Addresses(&'static [&'static str]),
    /// A look-up comes to this.
    NoAddress(LookupOutcome),
    /// A connect comes to this, after some milliseconds.
    Connect(Connect, u64),
    /// A handshake is made with this chain and trust.
    Shaken(Handshake),
    /// A whole answer comes.
    Answered(Exchange),
    /// We cannot.
    Unable(goodgate_incident::Doubt),
    /// Nothing ever comes.
    Silence,
}

impl Scripted {
    pub(super) fn new(lines: impl IntoIterator<Item = Line>) -> Self {
        let lines = Mutex::new(lines.into_iter().collect());
        Self { lines, asked: Mutex::default() }
    }
}

impl Prober for Scripted {
    fn carry_out<'a>(&'a self, step: &'a Step, _: Duration) -> Boxed<'a, Answer> {
        self.asked.lock().unwrap().push(step.clone());
        let line = self.lines.lock().unwrap().pop_front().expect("a line for each step");
        Box::pin(async move {
            match line {
                Line::Silence => std::future::pending().await,
                line => line.answer(step),
            }
        })
    }

    fn examine<'a>(&'a self, _: &'a Suspicion) -> Boxed<'a, Examined> {
        let finding = Finding {
            state: State::Down,
            cause: None,
            confidence: 0.0,
            summary: String::new(),
            stage: None,
            blame: None,
            components: std::collections::BTreeSet::new(),
        };
        Box::pin(async move {
            Examined { finding, status: None, is_answered: false, verdict: Vec::new() }
        })
    }
}

impl Line {
    fn answer(self, step: &Step) -> Answer {
        let to = match step {
            Step::Connect(to) | Step::Handshake(to, _) => Some(*to),
            Step::Ask(request) => Some(request.to),
            Step::Lookup { .. } => None,
        };
        let secure = matches!(step, Step::Ask(request) if request.tls.is_some());
        let good = || secure.then(|| handshake(300));
        match (self, step) {
            (Self::Addresses(all), Step::Lookup { name, .. }) => {
                let addresses = all.iter().map(|at| at.parse::<IpAddr>().unwrap()).collect();
                lookup(name, LookupOutcome::Addresses { addresses, ttl: Some(60) })
            }
            (Self::NoAddress(outcome), Step::Lookup { name, .. }) => lookup(name, outcome),
            (Self::Connect(outcome, took), _) => attempt(to, outcome, took, None, None),
            (Self::Shaken(handshake), _) => {
                attempt(to, Connect::Connected, 1, Some(handshake), None)
            }
            (Self::Answered(exchange), _) => {
                attempt(to, Connect::Connected, 1, good(), Some(exchange))
            }
            (Self::Unable(doubt), _) => Answer::Unable(doubt, "no descriptor is free".to_owned()),
            _ => panic!("the script does not fit {step:?}"),
        }
    }
}

fn lookup(name: &str, outcome: LookupOutcome) -> Answer {
    let took = Duration::from_millis(2);
    Answer::Lookup(Lookup {
        name: name.to_owned(),
        resolver: "system".to_owned(),
        at: NOW,
        took,
        outcome,
    })
}

fn attempt(
    to: Option<To>,
    outcome: Connect,
    took: u64,
    handshake: Option<Handshake>,
    exchange: Option<Exchange>,
) -> Answer {
    let endpoint = Endpoint::Tcp(to.expect("a place").endpoint);
    let took = Duration::from_millis(took);
    let connect = ConnectAttempt { endpoint, at: NOW, took, outcome };
    Answer::Attempt(Box::new(Attempt { connect, handshake, exchange }))
}

/// A good handshake with a certificate that is valid for so many days more.
pub(super) fn handshake(days: i64) -> Handshake {
    Handshake {
        at: NOW,
        took: Duration::from_millis(3),
        sni: Some("a.example".to_owned()),
        offered: vec!["h2".to_owned()],
        version: Some("TLSv1.3".to_owned()),
        cipher: Some("TLS13_AES_128_GCM_SHA256".to_owned()),
        alpn: None,
        chain: vec![Certificate {
            subject: "CN=a.example".to_owned(),
            issuer: "CN=Some CA".to_owned(),
            names: vec!["a.example".to_owned()],
            not_before: Timestamp(NOW.0 - 86_400_000_000),
            not_after: Timestamp(NOW.0 + days * 86_400_000_000),
            serial: "01".to_owned(),
            sha256: "ab".repeat(32),
        }],
        client_certificate_asked: false,
        trust: Ok(()),
        outcome: Tls::Established,
    }
}

/// A whole answer.
pub(super) fn answer(status: u16, fields: &[(&str, &str)], body: &str) -> Exchange {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Exchange {
        at: NOW,
        version: HttpVersion::Http1,
        method: "GET".to_owned(),
        target: "/".to_owned(),
        authority: "a.example".to_owned(),
        sending: Duration::from_millis(1),
        first_byte: Some(Duration::from_millis(5)),
        took: Duration::from_millis(7),
        head: Some(ResponseHead {
            minor: Some(1),
            status,
            reason: String::new(),
            fields: fields.collect(),
            bytes: 100,
        }),
        interim: Vec::new(),
        body_bytes: body.len() as u64,
        body: body.as_bytes().to_vec(),
        raw: Vec::new(),
        outcome: Http::Complete,
        departures: Vec::new(),
    }
}

/// An exchange that ended before it was whole.
pub(super) fn broken(outcome: Http) -> Exchange {
    Exchange { head: None, first_byte: None, outcome, ..answer(200, &[], "") }
}

/// The plan of a monitor that is written like this. Its secrets are `s3cr3t`.
pub(super) fn plan(keys: &str) -> Plan {
    let text = format!("[[monitor]]\nname = \"a\"\n{keys}\n");
    let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), NOW);
    assert!(reading.is_sound(), "{}", reading.render());
    let fetch = |_: &SecretSource| Ok::<_, std::fmt::Error>(Secret::new("Bearer s3cr3t"));
    Plan::of(&reading.value.monitor[0], &reading.value.watch, fetch).unwrap()
}

/// Runs a check by a script. What never comes lets the clock of the test run on by itself.
pub(super) fn went(
    plan: &Plan,
    turn: u64,
    lines: impl IntoIterator<Item = Line>,
) -> (Raw, Vec<Step>) {
    let prober = Scripted::new(lines);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let raw = runtime.block_on(check(&prober, plan, turn, NOW, Duration::ZERO));
    assert!(prober.lines.lock().unwrap().is_empty(), "the script was not used up");
    (raw, prober.asked.into_inner().unwrap())
}

/// What a script comes to.
pub(super) fn judged(plan: &Plan, lines: impl IntoIterator<Item = Line>) -> Checked {
    judge(plan, &went(plan, 0, lines).0)
}

/// What an answer over TLS comes to for a monitor with these keys.
pub(super) fn answered(keys: &str, exchange: Exchange) -> Checked {
    let plan = plan(&format!("http = \"https://10.0.0.7/\"\n{keys}"));
    judged(&plan, [Line::Answered(exchange)])
}

/// The words of what failed.
pub(super) fn words(checked: &Checked) -> Vec<&str> {
    checked.failures.iter().map(|failure| failure.words.as_str()).collect()
}
