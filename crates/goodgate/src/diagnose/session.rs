//! Carries an examination out: one thread, a deadline, and an end on Ctrl-C that keeps what is
//! known so far.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_causes::{Case, WrittenBy, weigh};
use goodgate_evidence::probe::{Exchange, Http, Lookup, LookupOutcome};
use goodgate_evidence::{Observation, Product, Sign, Source, Timestamp};
use goodgate_examine::{
    Ask, Asked, Examination, Hop, Link, Method as Asking, Outcome, Patience, Probe, ProbeId,
    Purpose, Resolver, Step, TlsWish, What,
};
use goodgate_probe::resolve::SharedResolver;
use goodgate_probe::{
    AppRequest, Call, HelloRequest, KeptRequest, Method, Policy, ProbeError, Proxy, Request, Route,
    Speak, Timeouts, TlsOptions, TrustAnchors,
};
use goodgate_recognise::pages;
use goodgate_watch::check::{Header, Value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::logs::{self, Watched};

/// A batch that has not ended this long after its own deadlines is given up.
const BATCH_SLACK: Duration = Duration::from_millis(250);

/// Request ids that are kept: a page shows one or two.
const REQUEST_IDS_MAX: usize = 16;

/// What probes need besides their description.
#[derive(Clone, Debug)]
pub(super) struct Means {
    /// The certificate authorities to trust.
    pub(super) trust: TrustAnchors,
    /// The local address to connect from.
    pub(super) source: Option<IpAddr>,
    /// The forward proxy for the gateway; the origin is asked directly.
    pub(super) proxy: Option<Proxy>,
    /// What to ask the proxy for.
    pub(super) tunnel_to: Option<String>,
    /// How long to look for bytes after the end of an answer.
    pub(super) extra_wait: Duration,
    /// Whether what is wrong with the gateway's certificate counts.
    pub(super) minds_certificates: bool,
    /// Header fields besides those that are sent anyway.
    pub(super) headers: Arc<[Header]>,
    /// The name servers to ask for the gateway in place of the system's resolver.
    pub(super) name_servers: Arc<[SocketAddr]>,
    /// What binds the examination, where whoever asked for it is not trusted with this host's network.
    pub(super) bounds: Option<Bounds>,
}

/// What binds an examination that somebody asks for over a page.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    /// Which addresses may be dialled. Others are not even known to the examination.
    pub(crate) policy: Arc<Policy>,
    /// The threads that look names up: those that hang are no more than it has.
    pub(crate) resolver: SharedResolver,
    /// The port that is dialled: an address is judged together with it.
    pub(crate) port: u16,
}

impl Bounds {
    /// Takes the addresses out of a look-up that may not be dialled, so that nothing tells of them.
    fn keep_permitted(&self, lookup: &mut Lookup) {
        let LookupOutcome::Addresses { addresses, .. } = &mut lookup.outcome else { return };
        addresses.retain(|ip| self.policy.permits(SocketAddr::new(*ip, self.port)));
    }
}

/// How an examination is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Whether it ends with the first answer of the gateway.
    first_look: bool,
    /// Whether it says on a terminal what it is doing.
    tells: bool,
    /// Whether Ctrl-C ends it, and not the program.
    is_stopped: bool,
}

impl Manner {
    /// The whole examination, with progress where somebody sees it.
    pub(super) const WHOLE: Self = Self { first_look: false, tells: true, is_stopped: true };

    /// Up to the first answer, without a word.
    pub(super) const FIRST_LOOK: Self = Self { first_look: true, tells: false, is_stopped: true };

    /// The whole examination, for another part of the program: without a word, and with no ear for
    /// signals, which are for the whole program.
    pub(super) const QUIET: Self = Self { first_look: false, tells: false, is_stopped: false };

    /// Tells whether enough was seen.
    fn is_content(self, session: &Session) -> bool {
        let answered = |link: &Link| link.hop == Hop::Gateway && link.primary().is_some();
        self.first_look && session.examination.chain().iter().any(answered)
    }
}

/// A finished examination.
#[derive(Debug)]
pub(super) struct Session {
    /// The examination with all outcomes.
    pub(super) examination: Examination,
    /// When it began.
    pub(super) began: Timestamp,
    /// When it ended.
    pub(super) ended: Timestamp,
    /// Ids to quote to whoever runs the gateway.
    pub(super) request_ids: Vec<(String, String)>,
    /// What passed the gateway's answer on.
    pub(super) forwarded_by: Vec<Product>,
    /// When every hop had been asked for the first time, from the beginning: from then on there is a
    /// verdict, which what follows makes surer.
    pub(super) first_verdict: Option<Duration>,
    /// Whether it was broken off by Ctrl-C.
    pub(super) interrupted: bool,
}

/// Carries out an examination within `time`.
pub(super) fn run(
    examination: Examination,
    means: &Means,
    time: Duration,
    logs: &[Watched],
    manner: Manner,
) -> anyhow::Result<Session> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    let mut session = runtime.block_on(async {
        let session = carried_out(examination, means, time, manner).await;
        if !session.interrupted {
            logs::settle(logs).await;
        }
        session
    });
    // A lookup that hangs must not hold up the answer.
    runtime.shutdown_background();
    session.ended = now();
    Ok(session)
}

/// Carries out an examination within `time`, on the runtime of the caller.
pub(super) async fn carried_out(
    examination: Examination,
    means: &Means,
    time: Duration,
    manner: Manner,
) -> Session {
    let mut session = Session {
        examination,
        began: now(),
        ended: now(),
        request_ids: Vec::new(),
        forwarded_by: Vec::new(),
        first_verdict: None,
        interrupted: false,
    };
    drive(&mut session, means, time, manner).await;
    session.ended = now();
    session
}

/// Returns the time of the calendar.
pub(super) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

async fn drive(session: &mut Session, means: &Means, time: Duration, manner: Manner) {
    let begun = Instant::now();
    let end = begun + time + BATCH_SLACK;
    let mut progress = Progress::new(manner);
    while let Step::Probe(batch) = session.examination.next(begun.elapsed()) {
        progress.show(&batch, begun.elapsed());
        tokio::select! {
            () = carry_out(session, means, batch, end) => {}
            () = stopped(manner) => {
                session.interrupted = true;
                break;
            }
        }
        if session.first_verdict.is_none() && was_asked(&session.examination) {
            session.first_verdict = Some(begun.elapsed());
        }
        progress.know(session);
        if manner.is_content(session) {
            break;
        }
    }
    progress.clear();
}

/// Waits for Ctrl-C, where that is for the examination.
async fn stopped(manner: Manner) {
    if manner.is_stopped {
        // An ear that cannot be opened counts as the signal: nobody could stop it otherwise.
        tokio::signal::ctrl_c().await.ok();
    } else {
        std::future::pending::<()>().await;
    }
}

/// Tells whether every hop was asked, or could not be.
fn was_asked(examination: &Examination) -> bool {
    examination.chain().iter().all(|link| link.primary().is_some() || link.broken.is_some())
}

/// Carries out one batch; what does not end in time is left without an outcome.
async fn carry_out(session: &mut Session, means: &Means, batch: Vec<Probe>, end: Instant) {
    let mut running = JoinSet::new();
    let at_once = batch.iter().filter(|probe| probe.patience.begin_after.is_zero()).count();
    let (ended, others) = watch::channel(0);
    for probe in batch {
        let (means, mut others) = (means.clone(), others.clone());
        running.spawn(async move {
            let head_start = probe.patience.begin_after;
            if !head_start.is_zero() {
                // Whichever comes first; who waited for all may begin as well when nobody is left.
                timeout(head_start, others.wait_for(|ended| *ended >= at_once)).await.ok();
            }
            let outcome = probe_outcome(&probe, &means).await;
            (probe.id, outcome)
        });
    }
    while let Ok(Some(joined)) = timeout_at(end, running.join_next()).await {
        // A task that panicked has no outcome; the examination goes on without it.
        let Ok((id, outcome)) = joined else { continue };
        session.examination.record(id, outcome);
        read_page(session, id);
        ended.send_modify(|ended| *ended += 1);
    }
}

async fn probe_outcome(probe: &Probe, means: &Means) -> Outcome {
    match attempt(probe, means).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Unable(with_sources(&error)),
    }
}

fn with_sources(error: &ProbeError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

async fn attempt(probe: &Probe, means: &Means) -> Result<Outcome, ProbeError> {
    let route = route(probe, means);
    let timeouts = timeouts(&probe.patience);
    let asked = match &probe.what {
        What::Lookup { name, resolver } => {
            let wait = probe.patience.connect;
            let lookup = match resolver {
                Resolver::System if probe.hop == Hop::Gateway && !means.name_servers.is_empty() => {
                    look_up(&means.name_servers, name, wait).await?
                }
                Resolver::System => match &means.bounds {
                    Some(bounds) => bounds.resolver.look_up(name, wait).await?,
                    None => goodgate_probe::resolve::system(name, wait).await?,
                },
                Resolver::Server(server) => {
                    goodgate_probe::resolve::name_server(*server, name, wait).await?
                }
            };
            return permitted(lookup, means).map(Outcome::Lookup);
        }
        What::Connect { endpoint } => {
            let deadline = Instant::now() + probe.patience.connect;
            let (connect, _) = goodgate_probe::connect(endpoint, &route, deadline).await?;
            Asked::connected(connect)
        }
        What::Handshake { endpoint, tls } => {
            let deadline = Instant::now() + probe.patience.connect;
            let (connect, connection) = goodgate_probe::connect(endpoint, &route, deadline).await?;
            let mut asked = Asked::connected(connect);
            if let Some(connection) = connection {
                let options = tls_options(tls, means);
                let deadline = Instant::now() + probe.patience.tls;
                let stream = connection.stream;
                let shaken = goodgate_probe::tls::handshake(stream, &options, deadline).await?;
                asked.handshake = Some(shaken.0);
            }
            asked
        }
        What::Ask(ask) => {
            let request = request(probe, ask, route, timeouts, means);
            let seen = goodgate_probe::request(&request).await?;
            Asked {
                connect: seen.connect,
                handshake: seen.handshake,
                exchange: seen.exchange,
                special: None,
            }
        }
        What::Kept { ask, pauses, watch } => {
            let wanted = KeptRequest {
                request: request(probe, ask, route, timeouts, means),
                pauses: pauses.clone(),
                watch_idle: *watch,
            };
            Asked::kept(goodgate_probe::kept(&wanted).await?)
        }
        What::Hello { endpoint, version, ciphers, sni } => {
            let wanted = HelloRequest {
                endpoint: endpoint.clone(),
                route,
                version: *version,
                ciphers: *ciphers,
                sni: sni.clone(),
                timeouts,
            };
            Asked::hello(goodgate_probe::hello(&wanted).await?)
        }
        What::App { endpoint, protocol, authority, path } => {
            let wanted = AppRequest {
                endpoint: endpoint.clone(),
                protocol: *protocol,
                authority: authority.clone(),
                path: path.clone(),
                timeouts,
            };
            Asked::app(goodgate_probe::app(&wanted).await?)
        }
    };
    Ok(Outcome::Asked(Box::new(as_minded(asked, probe.hop, means))))
}

/// Takes out of a look-up what may not be dialled. A name that leads nowhere else is not examined.
fn permitted(mut lookup: Lookup, means: &Means) -> Result<Lookup, ProbeError> {
    means.bounds.iter().for_each(|bounds| bounds.keep_permitted(&mut lookup));
    match &lookup.outcome {
        LookupOutcome::Addresses { addresses, .. } if addresses.is_empty() => {
            Err(ProbeError::NotPermitted)
        }
        _ => Ok(lookup),
    }
}

/// Asks the name servers that somebody chose, one after the other, until one of them answers.
async fn look_up(servers: &[SocketAddr], name: &str, wait: Duration) -> Result<Lookup, ProbeError> {
    let each = wait / u32::try_from(servers.len()).unwrap_or(1).max(1);
    let mut last = None;
    for server in servers {
        let lookup = goodgate_probe::resolve::name_server(*server, name, each).await?;
        let is_silent =
            matches!(lookup.outcome, LookupOutcome::TimedOut | LookupOutcome::Unreachable(_));
        last = Some(lookup);
        if !is_silent {
            break;
        }
    }
    match last {
        Some(lookup) => Ok(lookup),
        None => goodgate_probe::resolve::system(name, wait).await,
    }
}

/// Passes over what nobody minds: then a certificate that does not verify is none of the faults.
fn as_minded(mut asked: Asked, hop: Hop, means: &Means) -> Asked {
    if let (Hop::Gateway, false, Some(handshake)) =
        (hop, means.minds_certificates, &mut asked.handshake)
    {
        handshake.trust = Ok(());
    }
    asked
}

fn request(probe: &Probe, ask: &Ask, route: Route, timeouts: Timeouts, means: &Means) -> Request {
    let mut call = Call::get(ask.authority.as_str(), ask.path.as_str());
    call.method = match ask.method {
        Asking::Get => Method::Get,
        Asking::Head => Method::Head,
        Asking::Options => Method::Options,
    };
    call.headers.clone_from(&ask.fields);
    call.headers.extend(further(probe, ask, means));
    call.extra_wait = means.extra_wait;
    Request {
        endpoint: ask.endpoint.clone(),
        route: Route { proxy_header: ask.proxy_header, ..route },
        tls: ask.tls.as_ref().map(|tls| tls_options(tls, means)),
        call,
        speak: if ask.http2 { Speak::Http2 } else { Speak::Http1 },
        timeouts,
    }
}

/// Returns the header fields that a monitor wants besides those of an experiment. Secrets go only where
/// its own check takes them: to the gateway, in the scheme and for the host and path of the URL.
fn further(probe: &Probe, ask: &Ask, means: &Means) -> Vec<(String, String)> {
    let is_own = probe.hop == Hop::Gateway
        && matches!(
            probe.purpose,
            Purpose::First | Purpose::Http1 | Purpose::OtherAddress | Purpose::Repeat
        );
    let is_meant = |header: &&Header| {
        // The name of the host is what the request is about, and not a field besides.
        &*header.name != "host"
            && (is_own || matches!(header.value, Value::Plain(_)))
            && ask.fields.iter().all(|(name, _)| !name.eq_ignore_ascii_case(&header.name))
    };
    let headers = means.headers.iter().filter(is_meant);
    headers.map(|header| (header.name.to_string(), header.value.reveal().to_owned())).collect()
}

fn route(probe: &Probe, means: &Means) -> Route {
    let through = means.proxy.as_ref().filter(|_| probe.hop == Hop::Gateway);
    Route {
        source: means.source,
        proxy: through.cloned(),
        tunnel_to: through.and(means.tunnel_to.clone()),
        proxy_header: false,
        policy: means.bounds.as_ref().map(|bounds| Arc::clone(&bounds.policy)),
    }
}

fn timeouts(patience: &Patience) -> Timeouts {
    Timeouts {
        connect: patience.connect,
        tls: patience.tls,
        head: patience.head,
        body_gap: patience.body_gap,
        total: patience.total,
    }
}

fn tls_options(wish: &TlsWish, means: &Means) -> TlsOptions {
    TlsOptions {
        server_name: wish.server_name.clone(),
        sni: wish.sni,
        alpn: wish.alpn.clone(),
        trust: means.trust.clone(),
    }
}

/// Reads what the words of an answer show. Repetitions show nothing new.
fn read_page(session: &mut Session, id: ProbeId) {
    let Some((probe, Outcome::Asked(asked))) = session.examination.outcome(id) else { return };
    let tells =
        matches!(probe.purpose, Purpose::First | Purpose::OtherScheme | Purpose::OtherAddress)
            || session.examination.is_primary(id);
    let Some(exchange) =
        asked.exchange.as_ref().filter(|exchange| tells && is_worth_reading(exchange))
    else {
        return;
    };
    let (hop, purpose) = (probe.hop, probe.purpose);
    let reading = read(exchange);
    let seen = observations(&reading, hop, exchange);
    let written_by = reading.written_by.map(|maker| WrittenBy {
        product: maker.product,
        confidence: maker.confidence,
        because: maker.because,
    });
    let of_gateway = hop == Hop::Gateway && matches!(purpose, Purpose::First | Purpose::Repeat);
    if of_gateway {
        session.request_ids = reading.request_ids.into_iter().take(REQUEST_IDS_MAX).collect();
        session.forwarded_by = reading.forwarded_by;
    }
    session.examination.record_page(id, seen, written_by.filter(|_| of_gateway));
}

fn is_worth_reading(exchange: &Exchange) -> bool {
    let error = exchange.head.as_ref().is_some_and(|head| head.status >= 400);
    error || matches!(exchange.outcome, Http::NotHttp(_))
}

fn read(exchange: &Exchange) -> pages::Reading {
    let head = exchange.head.as_ref();
    let body = if exchange.body.is_empty() { &exchange.raw } else { &exchange.body };
    pages::read(&pages::Page {
        status: head.map(|head| head.status),
        reason: head.map(|head| head.reason.as_str()).filter(|reason| !reason.is_empty()),
        fields: head.map(|head| head.fields.as_slice()).unwrap_or_default(),
        body: &String::from_utf8_lossy(body),
    })
}

/// Turns the marks of a page into observations; each part of a page is one sighting of its sign.
fn observations(reading: &pages::Reading, hop: Hop, exchange: &Exchange) -> Vec<Observation> {
    let product = reading.written_by.as_ref().map(|maker| maker.product);
    let source = match hop {
        Hop::Gateway => Source::page_gateway(),
        Hop::Origin => Source::page_origin(),
    };
    let made = |mark: &pages::Mark| {
        let mut observation = Observation::new(mark.sign, source.clone());
        observation.product = product;
        observation.at = Some(exchange.at);
        observation.group = group(mark.sign, hop);
        observation.quote.clone_from(&mark.quote);
        for (name, value) in &mark.detail {
            observation.detail = observation.detail.with(name, value.clone());
        }
        observation
    };
    reading.signs.iter().map(made).collect()
}

/// A page tells of one event: its words count once, however many of them name it.
fn group(sign: Sign, hop: Hop) -> String {
    match sign {
        Sign::ErrorPage | Sign::GatewayMadeError | Sign::NoTimeout | Sign::RetryAfter => {
            format!("{sign}:{}", hop.slug())
        }
        _ => format!("page:{}", hop.slug()),
    }
}

/// One line on standard error that says what is being done, where somebody sees it.
struct Progress {
    shown: bool,
    enabled: bool,
    /// What the evidence comes to so far.
    known: String,
}

impl Progress {
    fn new(manner: Manner) -> Self {
        let enabled = manner.tells && io::stderr().is_terminal();
        Self { shown: false, enabled, known: String::new() }
    }

    /// Takes note of the best candidate so far.
    fn know(&mut self, session: &Session) {
        if !self.enabled || session.first_verdict.is_none() {
            return;
        }
        let observations = session.examination.observations();
        let written_by = session.examination.written_by().cloned();
        let case = Case { observations: &observations, written_by, ..Case::default() };
        if let Some((id, confidence)) = weigh(&case).first() {
            self.known = format!("{id} {:.0}% so far; ", confidence * 100.0);
        }
    }

    fn show(&mut self, batch: &[Probe], elapsed: Duration) {
        if !self.enabled {
            return;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for probe in batch {
            *counts.entry(words(probe)).or_default() += 1;
        }
        let doing: Vec<&str> = counts.into_keys().collect();
        let (known, doing) = (&self.known, doing.join(", "));
        let line = format!("\r\x1b[K{:.1} s  {known}{doing} …", elapsed.as_secs_f64());
        self.shown = true;
        tell(&line);
    }

    fn clear(&self) {
        if self.shown {
            tell("\r\x1b[K");
        }
    }
}

/// Progress that cannot be shown is no reason to stop.
fn tell(text: &str) {
    let mut stderr = io::stderr().lock();
    stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).ok();
}

fn words(probe: &Probe) -> &'static str {
    match probe.purpose {
        Purpose::Lookup => "looking up",
        Purpose::Reach => "connecting to every address",
        Purpose::First if probe.hop == Hop::Origin => "asking the origin",
        Purpose::First => "asking the gateway",
        Purpose::Http1 => "asking over HTTP/1.1",
        Purpose::OtherAddress => "asking the other addresses",
        Purpose::Repeat => "asking again",
        Purpose::OtherPath | Purpose::Head => "asking for other paths",
        Purpose::ProxyHeader => "trying a PROXY header",
        Purpose::OtherScheme => "trying the other scheme",
        Purpose::PriorHttp2 => "trying HTTP/2",
        Purpose::WithoutSni => "shaking hands without a name",
        Purpose::CacheBuster => "asking past the cache",
        Purpose::OtherHost => "asking for another host name",
        Purpose::LargeCookies => "asking with large cookies",
        Purpose::Compressed => "asking for a compressed answer",
        Purpose::Kept => "trying a kept connection",
        Purpose::Hello => "trying versions of TLS",
        Purpose::AppProtocol => "trying FastCGI and uwsgi",
    }
}
