//! A world without sockets: outcomes by endpoint, and an examination that is driven through it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use goodgate_causes::{Case, Verdict, rank};
use goodgate_evidence::probe::{
    AppAnswer, AppProtocol, AppTry, Certificate, CertificateProblem, Connect, ConnectAttempt,
    Endpoint, Exchange, Handshake, Hello, HelloAnswer, Http, HttpVersion, Idle, Kept, Lookup,
    LookupOutcome, ResponseHead, Tls, TlsVersion,
};
use goodgate_evidence::{Sign, Timestamp};

use crate::{
    Ask, Asked, Budget, Examination, Method, Options, Origin, Outcome, Place, Probe, Scheme, Step,
    Target, TlsWish, What,
};

pub(super) const GATEWAY: &str = "192.0.2.1:80";
pub(super) const ORIGIN: &str = "192.0.2.7:8000";

/// What a server does with a request.
pub(super) type Serves = Box<dyn FnMut(&Ask) -> Asked>;

/// Servers by endpoint, and what resolvers say.
#[derive(Default)]
pub(super) struct World {
    pub(super) servers: BTreeMap<String, Serves>,
    pub(super) lookups: BTreeMap<String, LookupOutcome>,
    pub(super) probes: Vec<Probe>,
    /// The only version of TLS that a hand-written hello is agreed to, and the suite.
    pub(super) agrees: Option<(TlsVersion, u16)>,
    /// The application protocol that every server speaks.
    pub(super) speaks: Option<AppProtocol>,
    /// What becomes of idle connections.
    pub(super) idle: Option<Idle>,
    /// How long each batch takes.
    pub(super) batch: Duration,
}

impl World {
    pub(super) fn with(
        mut self,
        endpoint: &str,
        serves: impl FnMut(&Ask) -> Asked + 'static,
    ) -> Self {
        self.servers.insert(endpoint.to_owned(), Box::new(serves));
        self
    }

    pub(super) fn resolving(mut self, resolver: &str, outcome: LookupOutcome) -> Self {
        self.lookups.insert(resolver.to_owned(), outcome);
        self
    }

    fn outcome(&mut self, probe: &Probe) -> Outcome {
        match &probe.what {
            What::Lookup { name, resolver } => {
                let resolver = match resolver {
                    crate::Resolver::System => "system".to_owned(),
                    crate::Resolver::Server(server) => server.to_string(),
                };
                let outcome =
                    self.lookups.get(&resolver).cloned().unwrap_or(LookupOutcome::TimedOut);
                Outcome::Lookup(Lookup {
                    name: name.clone(),
                    resolver,
                    at: Timestamp(0),
                    took: Duration::from_millis(1),
                    outcome,
                })
            }
            What::Connect { endpoint } => {
                let asked = self.ask(&plain_ask(endpoint.clone()));
                Outcome::Asked(Box::new(Asked { handshake: None, exchange: None, ..asked }))
            }
            What::Handshake { endpoint, tls } => {
                let ask = Ask { tls: Some(tls.clone()), ..plain_ask(endpoint.clone()) };
                let asked = self.ask(&ask);
                Outcome::Asked(Box::new(Asked { exchange: None, ..asked }))
            }
            What::Ask(ask) => Outcome::Asked(Box::new(self.ask(ask))),
            What::Kept { ask, pauses, .. } => Outcome::Asked(Box::new(self.kept(ask, pauses))),
            What::Hello { endpoint, version, ciphers, sni } => {
                let connect = self.ask(&plain_ask(endpoint.clone())).connect;
                let agreed = self.agrees.filter(|(highest, _)| version == highest);
                let answer = match agreed {
                    Some((version, cipher)) => HelloAnswer::Agreed { version, cipher },
                    None => HelloAnswer::Alert { number: 70, name: "protocol_version".to_owned() },
                };
                let hello = Hello {
                    connect,
                    version: *version,
                    ciphers: *ciphers,
                    sni: sni.clone(),
                    took: Duration::from_millis(1),
                    answer: Some(answer),
                };
                Outcome::Asked(Box::new(Asked::hello(hello)))
            }
            What::App { endpoint, protocol, .. } => {
                let connect = self.ask(&plain_ask(endpoint.clone())).connect;
                let answer = if self.speaks == Some(*protocol) {
                    AppAnswer::Speaks { status: None, errors: String::new() }
                } else {
                    AppAnswer::Closed
                };
                let answer = (connect.outcome == Connect::Connected).then_some(answer);
                let took = Duration::from_millis(1);
                let tried = AppTry { connect, protocol: *protocol, took, answer };
                Outcome::Asked(Box::new(Asked::app(tried)))
            }
        }
    }

    fn kept(&mut self, ask: &Ask, pauses: &[Duration]) -> Asked {
        let asked: Vec<Asked> = (0..=pauses.len()).map(|_| self.ask(ask)).collect();
        let first = asked.first().expect("at least one").clone();
        let mut all = vec![Duration::ZERO];
        all.extend(pauses);
        Asked::kept(Kept {
            connect: first.connect,
            handshake: first.handshake,
            exchanges: asked.into_iter().filter_map(|asked| asked.exchange).collect(),
            pauses: all,
            idle: self.idle.clone().unwrap_or(Idle::NotKept),
        })
    }

    fn ask(&mut self, ask: &Ask) -> Asked {
        match self.servers.get_mut(&ask.endpoint.to_string()) {
            Some(server) => server(ask),
            None => no_connection(ask, Connect::Refused),
        }
    }

    /// Drives an examination to its end.
    pub(super) fn examine(
        &mut self,
        target: Target,
        options: Options,
        budget: Budget,
    ) -> Examination {
        let mut examination = Examination::new(target, options, budget);
        let mut now = Duration::ZERO;
        for _ in 0..500 {
            let Step::Probe(batch) = examination.next(now) else { return examination };
            assert!(batch.len() <= 3 && !batch.is_empty());
            for probe in batch {
                let outcome = self.outcome(&probe);
                examination.record(probe.id, outcome);
                self.probes.push(probe);
            }
            now += self.batch;
        }
        panic!("the examination does not end");
    }

    pub(super) fn of(&mut self, target: Target) -> Examination {
        self.examine(target, Options::default(), Budget::default())
    }
}

fn plain_ask(endpoint: Endpoint) -> Ask {
    Ask {
        endpoint,
        tls: None,
        http2: false,
        method: Method::Get,
        authority: "a.example".to_owned(),
        path: "/x".to_owned(),
        proxy_header: false,
        fields: Vec::new(),
    }
}

pub(super) fn verdict(examination: &Examination) -> Verdict {
    let observations = examination.observations();
    rank(&Case { observations: &observations, ..Case::default() }).verdict
}

pub(super) fn mechanism(examination: &Examination) -> String {
    let mechanism = verdict(examination).mechanism;
    mechanism.filter(|m| m.confidence >= 0.8).map_or("none".to_owned(), |m| m.id.to_owned())
}

pub(super) fn has(examination: &Examination, sign: Sign) -> bool {
    examination.observations().iter().any(|observation| observation.sign == sign)
}

pub(super) fn notice(examination: &Examination, id: &str) -> bool {
    examination.notices().iter().any(|notice| notice.id == id)
}

pub(super) fn at(endpoint: &str) -> Place {
    Place::At(Endpoint::Tcp(endpoint.parse().expect("an endpoint")))
}

pub(super) fn target(endpoint: &str) -> Target {
    Target {
        secure: false,
        host: "a.example".to_owned(),
        authority: "a.example".to_owned(),
        method: Method::Get,
        path: "/x".to_owned(),
        place: at(endpoint),
        origin: None,
    }
}

pub(super) fn secure(endpoint: &str) -> Target {
    Target { secure: true, ..target(endpoint) }
}

pub(super) fn named() -> Target {
    Target { place: Place::Name { host: "a.example".to_owned(), port: 80 }, ..target(GATEWAY) }
}

pub(super) fn with_origin(scheme: Scheme) -> Target {
    let origin = Some(Origin { place: at(ORIGIN), scheme });
    Target { origin, ..target(GATEWAY) }
}

pub(super) fn guessed() -> Target {
    with_origin(Scheme::Unknown { secure_first: false })
}

pub(super) fn addresses(list: &[&str]) -> LookupOutcome {
    let addresses = list.iter().map(|text| text.parse::<IpAddr>().expect("an address")).collect();
    LookupOutcome::Addresses { addresses, ttl: None }
}

pub(super) fn no_connection(ask: &Ask, outcome: Connect) -> Asked {
    let connect = ConnectAttempt {
        endpoint: ask.endpoint.clone(),
        at: Timestamp(0),
        took: Duration::from_millis(1),
        outcome,
    };
    Asked::connected(connect)
}

/// A connection on which the exchange ends as given.
pub(super) fn ends(ask: &Ask, outcome: Http) -> Asked {
    let mut asked = no_connection(ask, Connect::Connected);
    asked.exchange = Some(exchange(ask, None, outcome));
    asked
}

pub(super) fn answers(ask: &Ask, status: u16) -> Asked {
    let mut asked = no_connection(ask, Connect::Connected);
    asked.handshake = ask.tls.as_ref().map(|tls| handshake(tls, Tls::Established));
    asked.exchange = Some(exchange(ask, Some(status), Http::Complete));
    asked
}

/// As long as a gateway is waited for.
const WAIT: Duration = Duration::from_secs(18);

pub(super) fn exchange(ask: &Ask, status: Option<u16>, outcome: Http) -> Exchange {
    let head = status.map(|status| ResponseHead {
        minor: Some(1),
        status,
        reason: String::new(),
        fields: Vec::new(),
        bytes: 100,
    });
    Exchange {
        at: Timestamp(0),
        version: if ask.http2 { HttpVersion::Http2 } else { HttpVersion::Http1 },
        method: ask.method.word().to_owned(),
        target: ask.path.clone(),
        authority: ask.authority.clone(),
        sending: Duration::ZERO,
        first_byte: status.map(|_| Duration::from_millis(1)),
        // Who waits in vain waits long.
        took: if outcome == Http::HeadTimedOut { WAIT } else { Duration::from_millis(2) },
        head,
        interim: Vec::new(),
        body_bytes: 0,
        body: Vec::new(),
        raw: Vec::new(),
        outcome,
        departures: Vec::new(),
    }
}

pub(super) fn handshake(tls: &TlsWish, outcome: Tls) -> Handshake {
    Handshake {
        at: Timestamp(0),
        took: Duration::from_millis(1),
        sni: tls.sni.then(|| tls.server_name.clone()),
        offered: tls.alpn.clone(),
        version: None,
        cipher: None,
        alpn: None,
        chain: Vec::new(),
        client_certificate_asked: false,
        trust: Ok(()),
        outcome,
    }
}

/// A connection on which the handshake ends as given.
pub(super) fn shakes(ask: &Ask, outcome: Tls) -> Asked {
    let mut asked = no_connection(ask, Connect::Connected);
    asked.handshake = ask.tls.as_ref().map(|tls| handshake(tls, outcome));
    asked
}

/// A well server with a certificate that has this problem.
pub(super) fn distrusted(ask: &Ask, problem: CertificateProblem) -> Asked {
    let mut asked = answers(ask, 200);
    if let Some(handshake) = &mut asked.handshake {
        handshake.trust = Err(problem);
        handshake.chain = vec![certificate(0)];
    }
    asked
}

/// A certificate that ends so many days after the time of the probe.
pub(super) fn certificate(days: i64) -> Certificate {
    Certificate {
        subject: "CN=a.example".to_owned(),
        issuer: "CN=authority".to_owned(),
        names: vec!["a.example".to_owned()],
        not_before: Timestamp(0),
        not_after: Timestamp(days * 24 * 3600 * 1_000_000),
        serial: "01".to_owned(),
        sha256: "00".to_owned(),
    }
}

pub(super) fn server(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 53], port))
}

/// Records what a page of the gateway's first answer shows.
pub(super) fn record_page(
    examination: &mut Examination,
    seen: Vec<goodgate_evidence::Observation>,
    written_by: Option<goodgate_causes::WrittenBy>,
) {
    let (probe, _) = examination.primary(crate::Hop::Gateway).expect("the gateway was asked");
    let id = probe.id;
    examination.record_page(id, seen, written_by);
}
