//! `--local`: looks at the host on which we run, which is the gateway's or the origin's, before the
//! first request and at the end; and words for what was found.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use goodgate_causes::{Case, State, rank};
use goodgate_evidence::host::{
    App, Blocks, FileKind, Found, Gateway, Host, Listener, Location, NotSeen, Role, Server, Victim,
};
use goodgate_evidence::probe::{Endpoint, HttpVersion};
use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_evidence::{Observation, Sign, Source, Timestamp};
use goodgate_examine::{Hop, Link, Notice, Place, Target, unit_words, words};
use goodgate_host::{Asked, Beginning, Inspection, Question, Root, SystemTools};
use goodgate_recognise::config::{File, Known, configuration};

use super::session::Session;
use crate::render::style::{Style, wrap};

/// Addresses of one hop that are looked at.
const ADDRESSES_MAX: usize = 4;

/// Events of one kind that are shown, the latest ones.
const EVENTS_MAX: usize = 2;

/// Per cent of a bounded thing from which on its use is out of the ordinary.
const MUCH: u64 = 90;

/// Characters of a line of a configuration that are told.
const QUOTE_MAX: usize = 200;

/// A clock that is off by more than this many milliseconds is out of the ordinary.
const CLOCK_OFF_MS: f64 = 1000.0;

static TOOLS: SystemTools = SystemTools;

/// Takes the first look.
pub(super) fn begin<'a>(root: &'a Root, target: &Target, now: Timestamp) -> Inspection<'a> {
    let mut beginning = Beginning::default();
    let origin = target.origin.as_ref().map(|origin| &origin.place);
    for place in std::iter::once(&target.place).chain(origin) {
        match place {
            Place::Name { port, .. } => beginning.ports.push(*port),
            Place::At(Endpoint::Tcp(address)) => {
                beginning.ports.push(address.port());
                beginning.addresses.push(address.ip());
            }
            Place::At(Endpoint::Unix(path)) => beginning.paths.push(path.clone()),
            // Whatever the forward proxy connects to is not known.
            Place::ThroughProxy(_) => {}
        }
    }
    Inspection::begin(root, &TOOLS, beginning, now)
}

/// Returns what to look at in the end: the target, the origin, and the upstream that the gateway's
/// log names.
pub(super) fn question(target: &Target, session: &Session, logged: Option<&str>) -> Question {
    let chain = session.examination.chain();
    let mut servers = Vec::new();
    let behind_proxy = matches!(target.place, Place::ThroughProxy(_));
    for link in chain.iter().filter(|link| link.hop == Hop::Origin || !behind_proxy) {
        let role = if link.hop == Hop::Origin { Role::Origin } else { Role::Target };
        let place = match link.hop {
            Hop::Origin => target.origin.as_ref().map(|origin| &origin.place),
            Hop::Gateway => Some(&target.place),
        };
        let places = endpoints(link, place);
        servers.extend(places.into_iter().map(|place| Asked { role, place }));
    }
    if let Some(place) = logged.and_then(endpoint)
        && !servers.iter().any(|asked| asked.role == Role::Origin && asked.place == place)
    {
        servers.push(Asked { role: Role::Logged, place });
    }
    let mut names = vec![target.host.clone()];
    let origin = target.origin.as_ref().map(|origin| &origin.place);
    if let Some(Place::Name { host, .. }) = origin {
        names.push(host.clone());
    }
    let wrote = session.examination.written_by().map(|by| by.product);
    Question { servers, names, wrote }
}

/// Returns the endpoints of a hop: the known one, else those that were tried.
fn endpoints(link: &Link, place: Option<&Place>) -> Vec<Endpoint> {
    if let Some(Place::At(endpoint)) = place {
        return vec![endpoint.clone()];
    }
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for asked in link.runs.iter().filter_map(|run| run.asked.as_ref().ok()) {
        if !endpoints.contains(&asked.connect.endpoint) {
            endpoints.push(asked.connect.endpoint.clone());
        }
    }
    endpoints.truncate(ADDRESSES_MAX);
    endpoints
}

/// Reads an upstream as a log names it; a name may lead anywhere and is left out.
fn endpoint(upstream: &str) -> Option<Endpoint> {
    match upstream.strip_prefix("unix:") {
        Some(path) => Some(Endpoint::Unix(PathBuf::from(path))),
        None => upstream.parse::<SocketAddr>().ok().map(Endpoint::Tcp),
    }
}

/// Returns what the configuration of the gateway says of a request that fails. `dialled` is whom
/// the gateway's log names.
pub(super) fn of_configuration(
    host: &Host,
    chain: &[Link],
    seen: &[Observation],
    dialled: Option<&str>,
) -> Vec<Observation> {
    let fails = rank(&Case { observations: seen, ..Case::default() }).verdict.state;
    let is_meant = |gateway: &&Gateway| {
        let wrote = || seen.iter().any(|one| one.product == gateway.product);
        gateway.found == Found::Listens || gateway.product.is_some() && wrote()
    };
    let gateway = host.gateway.as_ref().filter(is_meant).filter(|_| fails != State::Healthy);
    let Some(gateway) = gateway else { return Vec::new() };
    let Some((product, read)) = gateway.product.zip(gateway.configuration.as_ref()) else {
        return Vec::new();
    };
    let files: Vec<File<'_>> =
        read.files.iter().map(|file| File { path: &file.path, text: &file.text }).collect();
    let signs: Vec<Sign> = seen.iter().map(|one| one.sign).collect();
    let is_well = signs.contains(&Sign::OriginAnswersWell);
    let origin = chain.iter().find(|link| link.hop == Hop::Origin).filter(|_| is_well);
    let known = Known {
        dialled,
        seen: &signs,
        well_origin: origin.and_then(|link| Some(link.name.rsplit_once(':')?.0)),
        origin_speaks_http1: origin.is_some_and(speaks_http1),
    };
    configuration(product, &files, &known)
        .into_iter()
        .map(|found| {
            let source = Source::file("config", &found.file, found.line);
            let quote = shorten(&redact(&found.quote), QUOTE_MAX);
            // Without the product: it is no further word of its log about the same event.
            Observation::new(found.sign, source).quoting(quote)
        })
        .collect()
}

/// Tells whether a hop was asked over HTTP/1 and without TLS.
fn speaks_http1(link: &Link) -> bool {
    let asked = link.primary().and_then(|run| run.asked.as_ref().ok());
    asked.is_some_and(|asked| {
        let over = asked.exchange.as_ref().map(|exchange| exchange.version);
        asked.handshake.is_none() && over == Some(HttpVersion::Http1)
    })
}

/// Returns what has to be said of a look at a host that has no part in the case, or of which the
/// decisive part is not known.
pub(super) fn notice(host: &Host, fails: bool) -> Option<Notice> {
    let servers = || host.servers.iter();
    let gateway_is_named = host.gateway.as_ref().is_some_and(|one| one.found == Found::Named);
    let knows_upstream = servers().any(|server| server.role != Role::Target);
    let none_here = !servers().any(|server| server.location.is_here());
    if host.gateway.is_none() && none_here {
        let text = "Neither the gateway nor the server behind it seems to run on this host, so \
                    --local tells little. Run it on the gateway's host, and on the application's.";
        return Some(Notice::new("host_not_concerned", text));
    }
    if gateway_is_named && none_here {
        let text = "A gateway runs on this host, and the target's address is not one of this \
                    host's: whether it is the one that answers is not known.";
        return Some(Notice::new("host_gateway_by_name", text));
    }
    let gateway = host.gateway.as_ref().filter(|_| fails && !knows_upstream)?;
    let logs = match gateway.logs.as_slice() {
        [] => String::new(),
        logs => format!(" It has open: {}.", logs.join(", ")),
    };
    let text = format!(
        "Which server the gateway dials is not known, so --local could not look at it: give --origin, \
         or --log with the gateway's error log.{logs}"
    );
    Some(Notice::new("host_upstream_unknown", text))
}

/// Writes what was found and what could not be looked at.
pub(super) fn write(out: &mut dyn Write, host: &Host, style: Style) -> io::Result<()> {
    let line = |label: &str, words: &str| {
        let words = wrap(&neutralise(words).replace('\n', " "), style.width, INDENT);
        format!("  {label:<10}  {}", words.trim_start())
    };
    writeln!(out)?;
    writeln!(out, "{}", style.bold("What this host shows"))?;
    for row in rows(host) {
        let text = line(row.label, &row.words);
        writeln!(out, "{}", if row.odd { style.warn(&format!("{text}  <--")) } else { text })?;
    }
    for (at, note) in host.not_seen.iter().enumerate() {
        let label = if at == 0 { "not seen" } else { "" };
        let text = line(label, &format!("{}, because {}", note.what, note.why));
        writeln!(out, "{}", style.dim(&text))?;
    }
    Ok(())
}

/// Returns what was found and what could not be seen, one line for each, for a report.
pub(super) fn lines(host: &Host) -> Vec<String> {
    let mut label = "";
    let mut lines: Vec<String> = Vec::new();
    for row in rows(host) {
        label = if row.label.is_empty() { label } else { row.label };
        let mark = if row.odd { " (out of the ordinary)" } else { "" };
        lines.push(format!("{label}: {}{mark}", row.words));
    }
    let not_seen = |note: &NotSeen| format!("not seen: {}, because {}", note.what, note.why);
    lines.extend(host.not_seen.iter().map(not_seen));
    lines.iter().map(|line| redact(line)).collect()
}

/// What stands before the second line of something that takes several.
const INDENT: &str = "              ";

/// A line on what was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) label: &'static str,
    pub(super) words: String,
    /// Whether it is out of the ordinary.
    pub(super) odd: bool,
}

fn row(label: &'static str, words: impl Into<String>) -> Row {
    Row { label, words: words.into(), odd: false }
}

fn odd(label: &'static str, words: impl Into<String>) -> Row {
    Row { label, words: words.into(), odd: true }
}

/// Returns what was found, one line for each thing.
pub(super) fn rows(host: &Host) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(gateway) = &host.gateway {
        of_gateway(gateway, &mut rows);
    }
    for server in &host.servers {
        // Of the target only what concerns a gateway that does not listen is of interest.
        if server.role != Role::Target || host.gateway.is_none() {
            of_server(server, &mut rows);
        }
    }
    events(host, &mut rows);
    of_system(host, &mut rows);
    rows
}

fn of_gateway(gateway: &Gateway, rows: &mut Vec<Row>) {
    let count = gateway.workers.len();
    let plural = if count == 1 { "" } else { "es" };
    let user = gateway.user.as_ref().map_or(String::new(), |user| format!(" as {}", user.name));
    let place = match gateway.other_namespace {
        Some(pid) => format!("; in the network namespace of process {pid}"),
        None => String::new(),
    };
    let found = gateway.found.meaning();
    let name = &gateway.name;
    rows.push(row("gateway", format!("{name}, {count} process{plural}{user}; {found}{place}")));
    if let Some(read) = &gateway.configuration {
        let main = read.files.first().map_or("", |file| file.path.as_str());
        let more = match read.files.len().saturating_sub(1) {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        rows.push(row("", format!("configuration: {main}{more}")));
    }
    if let Some(of_worker) = gateway.descriptors {
        let (open, limit) = (of_worker.open, of_worker.limit);
        let words = format!("descriptors: {open} of {limit} open in process {}", of_worker.pid);
        rows.push(Row { label: "", words, odd: is_much(open, limit) });
    }
    for folder in &gateway.folders {
        let filled = folder.bytes.saturating_sub(folder.free_bytes);
        let denied = folder.access.as_ref().filter(|access| !access.allowed);
        let full =
            is_much(filled, folder.bytes) || folder.free_inodes.is_some_and(|left| left < 100);
        if !full && !folder.read_only && denied.is_none() {
            continue;
        }
        let purpose = folder.purpose.slug();
        let mut words = format!("{} ({purpose}): {} free", folder.path, size(folder.free_bytes));
        words.extend(folder.free_inodes.map(|left| format!(", {left} inodes left")));
        words.push_str(if folder.read_only { ", read-only" } else { "" });
        words.extend(denied.map(|access| format!(", {}: {}", access.at, access.why)));
        rows.push(odd("", words));
    }
}

fn of_server(server: &Server, rows: &mut Vec<Row>) {
    let mut label = match server.role {
        Role::Target => "target",
        Role::Origin => "origin",
        Role::Logged => "upstream",
    };
    let place = words::place(&server.place);
    match server.location {
        Location::ThisHost => {}
        Location::OtherNamespace => {
            let of = server.namespace_of.map_or(String::new(), |pid| format!(" of process {pid}"));
            rows.push(row(label, format!("{place} is in the network namespace{of}")));
            label = "";
        }
        Location::Elsewhere => rows.push(row(label, format!("{place} is on another host"))),
        Location::Unclear => {
            rows.push(row(label, format!("{place}: {}", server.location.meaning())));
        }
    }
    if server.location.is_here() {
        socket_file(server, label, rows);
        listeners(server, label, rows);
        if let Some(app) = &server.app {
            of_app(app, rows);
        }
        absent(server, rows);
    }
    if let Some(outgoing) = server.outgoing {
        let (taken, range) = (u64::from(outgoing.taken()), u64::from(outgoing.range));
        if taken > 0 {
            let words = format!(
                "local ports towards it: {taken} of {range} taken, {} more in TIME_WAIT",
                outgoing.time_wait.saturating_sub(outgoing.taken() - outgoing.in_use)
            );
            rows.push(Row { label: "", words, odd: is_much(taken, range) });
        }
    }
    for rule in server.rules.iter().filter(|rule| rule.names_it || rule.certain) {
        let verdict = match rule.verdict {
            Blocks::Drops => "drops",
            Blocks::Rejects => "rejects",
        };
        let counted = rule.packets.map_or(", without a counter".to_owned(), |packets| {
            format!(", {} packets, {} of them meanwhile", packets.now, packets.growth())
        });
        let words = format!("firewall {verdict}: {}: {}{counted}", rule.place, rule.text);
        rows.push(odd("", words));
    }
}

fn socket_file(server: &Server, label: &'static str, rows: &mut Vec<Row>) {
    let Some(socket) = &server.socket else { return };
    let place = words::place(&server.place);
    let through =
        socket.seen_through.as_ref().map_or(String::new(), |root| format!(" (below {root})"));
    let what = match (socket.kind, &socket.missing, &socket.mode) {
        (FileKind::Missing, Some(missing), _) => format!("{missing} does not exist"),
        (kind, _, Some(mode)) => format!("{}, {mode}", kind.meaning()),
        (kind, _, None) => kind.meaning().to_owned(),
    };
    let is_odd = socket.kind != FileKind::Socket;
    rows.push(Row { label, words: format!("{place}{through}: {what}"), odd: is_odd });
    if let Some(access) = &socket.access {
        let words = format!("{}: {}", access.at, access.why);
        rows.push(Row { label: "", words, odd: !access.allowed });
    }
}

fn listeners(server: &Server, label: &'static str, rows: &mut Vec<Row>) {
    let label = if server.socket.is_some() { "" } else { label };
    if server.listeners.is_empty() {
        let place = words::place(&server.place);
        rows.push(odd(label, format!("nothing listens at {place}")));
    }
    for listener in &server.listeners {
        let fits = listener.takes(&server.place);
        let elsewhere = if fits { "" } else { ", which is not where it is dialled" };
        let words = format!("listens at {}: {}{elsewhere}", listener.bound, queue(listener));
        rows.push(Row { label, words, odd: !fits || listener.queue.is_full() });
    }
    if let Some(overflows) = server.overflows.filter(|overflows| overflows.growth() > 0) {
        let words =
            format!("{} connections were dropped at full queues meanwhile", overflows.growth());
        rows.push(odd("", words));
    }
}

fn queue(listener: &Listener) -> String {
    match listener.queue.limit {
        Some(limit) => format!("{} wait, {limit} may", listener.queue.waiting),
        None => format!("{} wait", listener.queue.waiting),
    }
}

fn of_app(app: &App, rows: &mut Vec<Row>) {
    let name = app.workers.first().map_or("?", |worker| worker.name.as_str());
    let user = app.workers.first().and_then(|worker| worker.user.as_ref());
    let user = user.map_or(String::new(), |user| format!(" as {}", user.name));
    let pool = app.pool.as_ref().map_or(String::new(), |pool| format!(", pool {pool}"));
    let limit = app.limit.map_or(String::new(), |limit| format!(" ({limit} allowed)"));
    let mut words =
        format!("{name}{user}{pool}: {} workers{limit}, {} with a connection", app.count, app.busy);
    words.extend((app.stopped > 0).then(|| format!(", {} stopped", app.stopped)));
    let all_busy = app.count > 0 && app.busy >= app.count;
    rows.push(Row { label: "", words, odd: app.stopped > 0 || all_busy && app.one_at_a_time });
    if !app.gone.is_empty() {
        let words = format!("{} of its workers ended meanwhile, {} came", app.gone.len(), app.born);
        rows.push(odd("", words));
    }
    if let Some(of_worker) = app.descriptors.filter(|one| is_much(one.open, one.limit)) {
        let words = format!("descriptors: {} of {} open", of_worker.open, of_worker.limit);
        rows.push(odd("", words));
    }
    if let Some(kills) = app.oom_kills.filter(|kills| kills.now > 0) {
        let words = format!(
            "its control group counts {} kills for memory, {} of them meanwhile",
            kills.now,
            kills.growth()
        );
        rows.push(odd("", words));
    }
    if let Some(unit) = &app.unit {
        rows.push(Row { label: "", words: unit_words(unit), odd: unit.active != "active" });
    }
}

fn absent(server: &Server, rows: &mut Vec<Row>) {
    if let Some(unit) = &server.unit {
        let words = format!("its unit {}", unit_words(unit));
        rows.push(Row { label: "", words, odd: unit.active != "active" });
    }
    for process in &server.claimants {
        let words = format!("{} ({}) names it in its command line", process.name, process.pid);
        rows.push(row("", words));
    }
}

fn events(host: &Host, rows: &mut Vec<Row>) {
    // Whose it was matters only where nothing is left to listen.
    let is_absent = |server: &Server| {
        server.location.is_here() && !server.listeners.iter().any(|one| one.takes(&server.place))
    };
    let is_any_absent = host.servers.iter().any(is_absent);
    let concerns = |victim: Victim| match victim {
        Victim::App | Victim::Gateway => true,
        Victim::Unclear => is_any_absent,
        Victim::Other => false,
    };
    let time = |at: Option<Timestamp>| at.map_or(String::new(), |at| format!("{at} "));
    let kills = host
        .kills
        .iter()
        .filter(|kill| concerns(kill.victim))
        .map(|kill| format!("{}{} ({})", time(kill.at), kill.words, kill.victim.meaning()));
    latest("killed", kills.collect(), rows);
    let crashes = host
        .crashes
        .iter()
        .filter(|crash| concerns(crash.victim))
        .map(|crash| format!("{}{} ({})", time(crash.at), crash.words, crash.victim.meaning()));
    latest("crashed", crashes.collect(), rows);
    let denials = host.denials.iter().map(|one| format!("{}{}", time(one.at), one.words));
    latest("denied", denials.collect(), rows);
    let blocked = host.blocked.iter().map(|one| format!("{}{}", time(one.at), one.words));
    latest("blocked", blocked.collect(), rows);
}

/// Enters the latest events of a kind, and how many there are besides.
fn latest(label: &'static str, events: Vec<String>, rows: &mut Vec<Row>) {
    let earlier = events.len().saturating_sub(EVENTS_MAX);
    rows.extend(events.into_iter().skip(earlier).map(|words| odd(label, words)));
    if earlier > 0 {
        rows.push(row("", format!("and {earlier} more within the hour")));
    }
}

fn of_system(host: &Host, rows: &mut Vec<Row>) {
    if let Some(conntrack) = host.conntrack {
        let (used, limit) = (conntrack.entries.used, conntrack.entries.limit);
        let words = format!("{used} of {limit} connections tracked");
        rows.push(Row { label: "conntrack", words, odd: is_much(used, limit) });
    }
    if let Some(files) = host.files.filter(|files| is_much(files.used, files.limit)) {
        let words = format!("{} of {} of the whole system", files.used, files.limit);
        rows.push(odd("descriptors", words));
    }
    if let Some(resolver) = &host.resolver {
        let servers = match resolver.servers.as_slice() {
            [] => "no name server named".to_owned(),
            servers => servers.join(", "),
        };
        let order = resolver.order.join(" ");
        rows.push(row("resolver", format!("{servers}; hosts: {order}")));
        for line in &resolver.hosts {
            rows.push(row("", format!("/etc/hosts: {line}")));
        }
        for server in &resolver.silent {
            rows.push(odd("", format!("nothing listens at the name server {server}")));
        }
    }
    if let Some(clock) = &host.clock {
        let in_step = match clock.synchronised {
            Some(true) => "in step with its source",
            Some(false) => "not kept in step with any source",
            None => "not known to be in step",
        };
        let off = clock.offset_ms.map_or(String::new(), |ms| format!(", {ms:+.1} ms"));
        let far = clock.offset_ms.is_some_and(|ms| ms.abs() >= CLOCK_OFF_MS);
        let words = format!("{in_step}{off} (says {})", clock.said_by);
        rows.push(Row { label: "clock", words, odd: far || clock.synchronised == Some(false) });
    }
}

fn is_much(used: u64, limit: u64) -> bool {
    limit > 0 && used.saturating_mul(100) >= limit.saturating_mul(MUCH)
}

/// Writes a number of bytes with the unit that leaves the fewest digits.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

#[cfg(test)]
mod tests {
    use goodgate_evidence::Product;
    use goodgate_evidence::host::{Configuration, ConfigurationFile};

    use super::*;

    /// A host on which HAProxy has this configuration.
    fn host(found: Found, text: &str) -> Host {
        let file = ConfigurationFile { path: "/x.cfg".to_owned(), text: text.to_owned() };
        let gateway = Gateway {
            product: Some(Product::Haproxy),
            name: "haproxy".to_owned(),
            found,
            workers: Vec::new(),
            user: None,
            descriptors: None,
            folders: Vec::new(),
            logs: Vec::new(),
            other_namespace: None,
            configuration: Some(Configuration { files: vec![file] }),
        };
        Host { gateway: Some(gateway), ..Host::default() }
    }

    const EMPTY: &str = "frontend web\n  default_backend app\nbackend app\n";

    fn seen(signs: &[Sign]) -> Vec<Observation> {
        let one = |sign: &Sign| Observation::new(*sign, Source::probe_gateway());
        signs.iter().map(one).collect()
    }

    #[test]
    fn a_finding_says_in_which_line_it_stands() {
        let failing = seen(&[Sign::NoServerSelected, Sign::Status503]);

        let shown =
            of_configuration(&host(Found::Listens, EMPTY), &[], &failing, Some("app/<NOSRV>"));

        let shown: Vec<_> = shown.iter().map(|one| (one.sign, one.source.0.as_str())).collect();
        assert_eq!(shown, [(Sign::NoEndpoints, "config:/x.cfg:3")]);
    }

    #[test]
    fn a_healthy_target_stays_healthy_whatever_the_configuration_says() {
        let healthy = seen(&[Sign::TargetHealthy]);

        let shown =
            of_configuration(&host(Found::Listens, EMPTY), &[], &healthy, Some("app/<NOSRV>"));

        assert_eq!(shown, []);
    }

    #[test]
    fn the_configuration_of_another_gateway_does_not_count() {
        let failing = seen(&[Sign::NoServerSelected, Sign::Status503]);

        let shown =
            of_configuration(&host(Found::Named, EMPTY), &[], &failing, Some("app/<NOSRV>"));

        assert_eq!(shown, []);
    }

    #[test]
    fn secrets_of_a_line_are_masked() {
        let text = "backend app\n  server app1 app.test:80 # http://u:geheim@h/ password=geheim\n";
        let failing = seen(&[Sign::ConnectOrTlsFailed, Sign::Status503]);

        let shown = of_configuration(&host(Found::Listens, text), &[], &failing, Some("app/app1"));

        assert!(shown.iter().all(|one| !one.quote.contains("geheim")) && !shown.is_empty());
    }

    #[test]
    fn of_a_configuration_only_the_path_is_told() {
        let host = host(Found::Listens, "userlist u\n  user a insecure-password geheim\n");

        let told = serde_json::to_string(&host).unwrap_or_default();

        assert!(told.contains("/x.cfg") && !told.contains("geheim"));
        assert!(
            !format!("{host:?}").contains("geheim") && !lines(&host).join(" ").contains("geheim")
        );
    }
}
