//! `goodgate diagnose`: examines a URL and says what is wrong where.
//!
//! The arguments become a target, the examination decides what to ask, the probe asks, the logs are
//! read for the same requests, and all of it is weighed together into one verdict.

pub(crate) mod burst;
mod json;
mod letters;
mod local;
mod logs;
mod me;
mod measured;
mod picture;
mod report;
mod session;
mod surroundings;
mod target;
mod text;
mod vantage;
mod watch;
mod waterfall;

use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use goodgate_causes::{Assessment, Case, Places, State, rank};
use goodgate_evidence::host::Host;
use goodgate_evidence::probe::{Endpoint, LookupOutcome};
use goodgate_evidence::text::redact;
use goodgate_evidence::{Observation, Sign, Source};
use goodgate_examine::{
    Budget, Examination, Hop, Link, Method, Notice, Options, Origin, Place, Target, Window,
    of_host, without_consequences,
};
use goodgate_host::{Inspection, Root};
use goodgate_probe::limits::EXTRA_WAIT;
use goodgate_probe::{Proxy, TrustAnchors};

use self::letters::Recipient;
use self::session::{Manner, Means, Session};
use self::surroundings::{Examined, Found, Running, Surroundings, Wanted};
use self::target::Url;
use crate::render::style::Style;
use crate::{cli, exit};

/// The list of name servers that the system's resolver uses.
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Examines what the arguments name and writes the verdict.
pub(crate) fn run(arguments: &cli::Diagnose) -> Result<exit::Outcome, exit::Failure> {
    let plan = Plan::of(arguments)?;
    if let Some(path) = &arguments.report {
        report::check(path)?;
    }
    if arguments.watch {
        return watch::run(arguments, &plan);
    }
    let diagnosis = examine(arguments, &plan, Depth::Whole)?;
    let blind = diagnosis.is_blind();
    if blind && arguments.format == cli::Format::Text {
        return Err(exit::Failure::Broken(diagnosis.why_blind()));
    }
    hand_over(arguments, &diagnosis)?;
    write(arguments, &diagnosis)?;
    Ok(diagnosis.outcome())
}

/// How far an examination goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// To the end, with everything that the arguments name.
    Whole,
    /// To the first answer of the gateway, and nothing else.
    Look,
}

/// Connections of a look: one for each address of a large pool, and the request.
const LOOK_REQUESTS: u32 = 20;

fn examine(
    arguments: &cli::Diagnose,
    plan: &Plan,
    depth: Depth,
) -> Result<Diagnosis, exit::Failure> {
    let look = depth == Depth::Look;
    let mut logs = logs::watch(if look { &[] } else { &arguments.log })?;
    let wanted = if look { plan.wanted.nothing() } else { plan.wanted.clone() };
    let beside = Running::begin(&wanted, &plan.means, plan.budget.time);
    let (examination, manner) = if look {
        let target = Target { origin: None, ..plan.target.clone() };
        let requests = plan.budget.requests.min(LOOK_REQUESTS);
        let budget = Budget { requests, ..plan.budget };
        (Examination::new(target, Options::default(), budget), Manner::FIRST_LOOK)
    } else {
        let (target, options) = (plan.target.clone(), plan.options.clone());
        (Examination::new(target, options, plan.budget), Manner::WHOLE)
    };
    let root = Root::system();
    let local = arguments.local && !look;
    let inspection = local.then(|| local::begin(&root, &plan.target, session::now()));
    let session = session::run(examination, &plan.means, plan.budget.time, &logs, manner)?;
    let found = beside.end();
    Ok(Diagnosis::of(&Given::of(arguments), plan, session, &mut logs, inspection, found))
}

/// Returns what the command writes as JSON.
#[cfg(test)]
pub(crate) fn document_of(arguments: &cli::Diagnose) -> serde_json::Value {
    let plan = Plan::of(arguments).unwrap_or_else(|failure| panic!("{failure:?}"));
    let diagnosis = examine(arguments, &plan, Depth::Whole);
    let diagnosis = diagnosis.unwrap_or_else(|failure| panic!("{failure:?}"));
    serde_json::Value::Object(json::document(&diagnosis))
}

/// Writes the report, if one is wanted: before the answer, whose reader may be gone.
fn hand_over(arguments: &cli::Diagnose, diagnosis: &Diagnosis) -> Result<(), exit::Failure> {
    match arguments.report.as_ref().filter(|_| !diagnosis.is_blind()) {
        Some(path) => report::write(path, diagnosis),
        None => Ok(()),
    }
}

fn write(arguments: &cli::Diagnose, diagnosis: &Diagnosis) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let style = Style::for_stdout(arguments.color);
    match (arguments.format, arguments.letter) {
        (_, Some(to)) => write_letter(&mut out, diagnosis, to, style)?,
        (cli::Format::Text, None) => text::write(&mut out, diagnosis, style)?,
        (cli::Format::Json, None) => json::write(&mut out, diagnosis)?,
    }
    out.flush()
}

fn write_letter(
    out: &mut dyn Write,
    diagnosis: &Diagnosis,
    to: cli::Addressee,
    style: Style,
) -> io::Result<()> {
    match Recipient::named(to).or(letters::must_act(diagnosis)) {
        Some(to) => text::letter(out, &letters::letter(diagnosis, to), style),
        None => writeln!(out, "Nothing fails; there is nothing to send."),
    }
}

/// The arguments, checked.
#[derive(Debug)]
struct Plan {
    url: Url,
    target: Target,
    options: Options,
    budget: Budget,
    means: Means,
    wanted: Wanted,
}

impl Plan {
    fn of(arguments: &cli::Diagnose) -> Result<Self, exit::Failure> {
        let url = Url::parse(&arguments.url)?;
        let origin = arguments.origin.as_deref().map(Origin::parse).transpose()?;
        let proxy = arguments.proxy.as_deref().map(Proxy::parse).transpose().map_err(|error| {
            exit::Failure::hinted(
                error.to_string(),
                "write http://HOST:PORT, with USER:PASSWORD@ before it if it asks for them",
            )
        })?;
        let named = arguments.connect_to.as_deref().map(target::connect_to).transpose()?;
        let (host, port) = named.unwrap_or_else(|| (url.host.clone(), url.port));
        let place = match &proxy {
            None => host.place(port),
            Some(_) => Place::ThroughProxy(stand_in(port)),
        };
        let tunnel_to = proxy.as_ref().map(|_| tunnel(&host.bare(), port));
        let target = target_of(&url, place, origin);
        let means = Means {
            trust: trust(arguments)?,
            source: arguments.source,
            proxy,
            tunnel_to,
            extra_wait: EXTRA_WAIT,
            minds_certificates: true,
            headers: Arc::default(),
            name_servers: Arc::default(),
            bounds: None,
        };
        let budget = Budget {
            requests: arguments.max_requests,
            time: Duration::from_secs(arguments.max_time),
        };
        let wanted = Wanted::of(arguments, &url, budget.time)?;
        Ok(Self { url, target, options: options(arguments)?, budget, means, wanted })
    }
}

fn target_of(url: &Url, place: Place, origin: Option<Origin>) -> Target {
    Target {
        secure: url.secure,
        host: url.host.bare(),
        authority: url.authority(),
        method: Method::Get,
        path: url.path.clone(),
        place,
        origin,
    }
}

/// The endpoint that stands for whatever a forward proxy connects to.
fn stand_in(port: u16) -> Endpoint {
    Endpoint::Tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port))
}

fn tunnel(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

fn trust(arguments: &cli::Diagnose) -> Result<TrustAnchors, exit::Failure> {
    let trust = TrustAnchors::system();
    let Some(path) = &arguments.ca_file else { return Ok(trust) };
    // Devices and pipes may never end; what cannot be looked at is told by reading it.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(exit::Failure::hinted(
            format!("--ca-file {} is no regular file", path.display()),
            "--ca-file takes a file with certificates in PEM",
        ));
    }
    trust.with_file(path).map_err(|error| {
        exit::Failure::hinted(error.to_string(), "--ca-file takes certificates in PEM")
    })
}

/// Returns the name servers that the system's resolver asks.
fn system_name_servers() -> Vec<SocketAddr> {
    // Without the file the C library asks this host; a system without it has no name servers.
    let text = fs::read_to_string(RESOLV_CONF).unwrap_or_default();
    if text.is_empty() {
        return Vec::new();
    }
    goodgate_probe::resolve::system_name_servers(&text)
}

fn options(arguments: &cli::Diagnose) -> Result<Options, exit::Failure> {
    let mut name_servers = system_name_servers();
    for named in &arguments.resolver {
        let server = target::resolver(named)?;
        if !name_servers.contains(&server) {
            name_servers.push(server);
        }
    }
    Ok(Options { name_servers, thorough: arguments.thorough })
}

/// What was given, as far as an answer repeats it.
#[derive(Clone, Copy, Debug)]
struct Given<'a> {
    origin: Option<&'a str>,
    source: Option<IpAddr>,
    show_query: bool,
    logs: &'a [PathBuf],
}

impl<'a> Given<'a> {
    fn of(arguments: &'a cli::Diagnose) -> Self {
        Self {
            origin: arguments.origin.as_deref(),
            source: arguments.source,
            show_query: arguments.show_query,
            logs: &arguments.log,
        }
    }
}

/// Everything that is known at the end, for every form of output.
#[derive(Debug)]
struct Diagnosis {
    /// The URL, masked unless the user wants it whole.
    url: String,
    /// The name or address in the URL.
    name: String,
    /// The origin as it was given.
    origin: Option<String>,
    /// The forward proxy for the gateway, without credentials.
    proxy: Option<String>,
    /// The local address, if one was given.
    source: Option<IpAddr>,
    show_query: bool,
    session: Session,
    chain: Vec<Link>,
    assessment: Assessment,
    notices: Vec<Notice>,
    /// The logs that were given, and how many of their lines were used.
    logs: Vec<String>,
    log_lines: usize,
    /// What `--local` found.
    host: Option<Host>,
    /// What was found beside the target.
    surroundings: Surroundings,
}

impl Diagnosis {
    fn of(
        given: &Given<'_>,
        plan: &Plan,
        session: Session,
        logs: &mut [logs::Watched],
        look: Option<Inspection<'_>>,
        beside: Found,
    ) -> Self {
        let url = plan.url.shown(given.show_query);
        let mut observations = session.examination.observations();
        let found = read_logs(plan, &session, &observations, logs);
        let chain = session.examination.chain();
        let elsewhere = dials_elsewhere(&observations, &chain, found.places.upstream.as_deref());
        let origin = given.origin.map(bare_origin).filter(|_| elsewhere.is_none());
        let is_given = origin.is_some();
        let upstream = origin.or(found.places.upstream.clone()).or_else(|| broken_target(&chain));
        // What is behind a gateway that nothing is known of was not asked.
        let was_asked =
            is_given || upstream.as_deref().is_some_and(|upstream| is_of(upstream, &chain));
        observations.extend(speaks_http_to_app(&observations, &found));
        observations = without_consequences(observations, &found.observations);
        // That another address accepts connections says nothing of the one that is dialled.
        observations.retain(|seen| elsewhere.is_none() || seen.sign != Sign::OriginAccepts);
        observations.extend(found.observations);
        observations.extend(elsewhere);
        let host = look.map(|look| {
            let logged = found.places.upstream.as_deref();
            look.finish(&local::question(&plan.target, &session, logged), session::now())
        });
        if let Some(host) = &host {
            let window = Window { began: session.began, ended: session.ended };
            let shown = of_host(&session.examination, host, &observations, window);
            observations = without_consequences(observations, &shown);
            observations.extend(shown);
            let dialled = found.dialled.as_deref();
            observations.extend(local::of_configuration(host, &chain, &observations, dialled));
        }
        let mut notices = session.examination.notices();
        notices.extend(found.notices);
        let proxy = plan.means.proxy.as_ref().map(|proxy| proxy.address().to_owned());
        let examined =
            Examined { url: &plan.url, chain: &chain, proxy: proxy.as_deref(), at: session.began };
        let surroundings = Surroundings::weigh(&examined, beside, &mut observations, &mut notices);
        let case = Case {
            observations: &observations,
            written_by: session.examination.written_by().cloned().or(found.written_by),
            places: Places { upstream, url: Some(url.clone()), examined: was_asked },
        };
        let assessment = rank(&case);
        let fails = assessment.verdict.state != State::Healthy;
        notices.extend(host.as_ref().and_then(|host| local::notice(host, fails)));
        if session.interrupted {
            let text = "The examination was broken off; this is what was known by then.";
            notices.push(Notice::new("interrupted", text));
        }
        for notice in notices.iter_mut().filter(|_| !given.show_query) {
            notice.text = redact(&notice.text);
        }
        Self {
            url,
            name: plan.url.host.bare(),
            origin: given.origin.map(str::to_owned),
            proxy,
            source: given.source,
            show_query: given.show_query,
            chain,
            session,
            assessment,
            notices,
            logs: given.logs.iter().map(|path| path.display().to_string()).collect(),
            log_lines: found.lines,
            host,
            surroundings,
        }
    }

    /// Tells whether something was seen.
    fn saw(&self, sign: Sign) -> bool {
        self.assessment.evidence.iter().any(|seen| seen.kind == sign)
    }

    /// Returns what the command came to.
    fn outcome(&self) -> exit::Outcome {
        if self.is_blind() {
            return exit::Outcome::CannotMeasure;
        }
        match self.assessment.verdict.state {
            State::Healthy => exit::Outcome::Fine,
            State::Failing | State::Partial | State::Intermittent | State::Unknown => {
                exit::Outcome::Problem
            }
        }
    }

    /// Tells whether nothing was seen because nothing could be tried.
    fn is_blind(&self) -> bool {
        let nothing = self.assessment.evidence.is_empty();
        nothing && (self.session.interrupted || !self.session.examination.troubles().is_empty())
    }

    fn why_blind(&self) -> anyhow::Error {
        let troubles = self.session.examination.troubles();
        match troubles.first() {
            Some(first) if !self.session.interrupted => {
                anyhow!("nothing could be measured: {first}")
            }
            _ => anyhow!("nothing was measured before the examination was broken off"),
        }
    }
}

fn read_logs(
    plan: &Plan,
    session: &Session,
    observations: &[Observation],
    logs: &mut [logs::Watched],
) -> logs::Found {
    if logs.is_empty() {
        return logs::Found::default();
    }
    let links = session.examination.chain();
    let runs = links.iter().flat_map(|link| &link.runs);
    let mut endpoints: Vec<Endpoint> =
        runs.filter_map(|run| Some(run.asked.as_ref().ok()?.connect.endpoint.clone())).collect();
    endpoints.dedup();
    let fails = rank(&Case { observations, ..Case::default() }).verdict.state != State::Healthy;
    let own = logs::own_addresses(&endpoints);
    let to_gateway = links.iter().filter(|link| link.hop == Hop::Gateway);
    let asked = to_gateway.flat_map(|link| &link.runs).count();
    let search = logs::Search {
        asked,
        target: &plan.url.path,
        began: session.began,
        ended: session.ended,
        own: &own,
        fails,
    };
    logs::read(logs, &search)
}

/// Tells of a gateway that, by its log, dials another address than the origin that answers well.
/// Only addresses are compared: a name may be either.
fn dials_elsewhere(
    observations: &[Observation],
    chain: &[Link],
    dialled: Option<&str>,
) -> Option<Observation> {
    let dialled: SocketAddr = dialled?.parse().ok()?;
    let well = |seen: &Observation| seen.sign == Sign::OriginAnswersWell;
    let well = observations.iter().find(|seen| well(seen))?;
    let origin = chain.iter().find(|link| link.hop == Hop::Origin)?;
    let asked = origin.runs.iter().filter_map(|run| run.asked.as_ref().ok());
    let same = |endpoint: &Endpoint| match endpoint {
        Endpoint::Tcp(address) => *address == dialled,
        Endpoint::Unix(_) => false,
    };
    if asked.into_iter().any(|asked| same(&asked.connect.endpoint)) {
        return None;
    }
    let words = format!("the log names {dialled}; {} answers well", origin.name);
    // The name of the origin no longer has the address that the gateway dials.
    let unknown = known_addresses(origin).is_some_and(|known| !known.contains(&dialled.ip()));
    let sign = if unknown { Sign::AddressNotInDns } else { Sign::GatewayDialsElsewhere };
    let seen = Observation::new(sign, Source::probe_origin());
    Some(Observation { at: well.at, quote: words, ..seen })
}

/// Returns the addresses that the origin's name has by the system's resolver.
fn known_addresses(origin: &Link) -> Option<&[IpAddr]> {
    let by_system = origin.lookups.iter().find(|lookup| lookup.resolver == "system")?;
    match &by_system.outcome {
        LookupOutcome::Addresses { addresses, .. } => Some(addresses),
        _ => None,
    }
}

/// Tells of a gateway that, by its log, speaks HTTP to an origin that speaks FastCGI or uwsgi.
fn speaks_http_to_app(observations: &[Observation], found: &logs::Found) -> Option<Observation> {
    let spoken = observations.iter().find(|seen| seen.sign == Sign::SpeaksAppProtocol)?;
    if !found.upstream_over_http {
        return None;
    }
    let words = "the log names an upstream over HTTP, and the origin speaks another protocol";
    let seen = Observation::new(Sign::AppProtocolGotHttp, Source::probe_origin());
    Some(Observation { at: spoken.at, quote: words.to_owned(), ..seen })
}

/// Tells whether a place is one that was examined: the origin, or the target itself.
fn is_of(place: &str, chain: &[Link]) -> bool {
    chain
        .iter()
        .any(|link| link.name == place || measured::asked_at(link).as_deref() == Some(place))
}

/// Returns the target itself where it gives no answer: then it is the server that fails.
fn broken_target(chain: &[Link]) -> Option<String> {
    let gateway = chain.first().filter(|link| link.broken.is_some())?;
    (!picture::answers_with_error(gateway)).then(|| gateway.name.clone())
}

/// Returns the origin as `host:port` or `unix:path`, for the commands that are proposed.
fn bare_origin(origin: &str) -> String {
    let bare = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    bare.trim_end_matches('/').to_owned()
}
