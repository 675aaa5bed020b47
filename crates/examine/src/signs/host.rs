//! What the facts of a host show of a failing request.
//!
//! A fact counts only where the gateway fails, and only if it is about this gateway or about the
//! server that it dials. One fact counts where requests go well, too: a gateway that cannot write
//! its buffers fails on whatever is larger. Where the wire or the log already says what happened,
//! facts that would prove something else are left out.

use std::net::SocketAddr;
use std::time::Duration;

use goodgate_causes::{CONFIDENT, Case, Cause, Kind, catalogue, rank};
use goodgate_evidence::host::{
    App, Blocks, Counter, Descriptors, FileKind, Folder, Found, Gateway, Host, Kill, Listener,
    Module, Purpose, Queue, Role, Rule, Server, Unit, Victim,
};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::{redact, shorten};
use goodgate_evidence::{Observation, Product, Sign, Source, Stage, Timestamp};

use crate::answer::{Answer, exchange_time, words};
use crate::examination::Examination;
use crate::limits::{
    BOOT_TIME, DESCRIPTORS_LEFT, DISK_LEFT, EVENT_BEFORE, EVENT_SLACK, PORTS_PER_CENT, QUICK_END,
    QUOTE_MAX, RESTARTS_OF_A_LOOP, YOUNG,
};
use crate::probe::Hop;

/// When the examination took place, by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Before the first request.
    pub began: Timestamp,
    /// After the last one.
    pub ended: Timestamp,
}

impl Window {
    /// Tells whether an event belongs to the examination: it lies in it or shortly before.
    fn holds(self, at: Option<Timestamp>) -> bool {
        let from = self.began.0 - EVENT_BEFORE.as_micros() as i64;
        let to = self.ended.0 + EVENT_SLACK.as_micros() as i64;
        at.is_some_and(|at| (from..=to).contains(&at.0))
    }
}

/// Returns what the facts of a host show, given what was `seen` on the wire and in the logs.
pub fn of_host(
    examination: &Examination,
    host: &Host,
    seen: &[Observation],
    window: Window,
) -> Vec<Observation> {
    let result = examination.result(Hop::Gateway);
    let now_and_then =
        seen.iter().any(|one| matches!(one.sign, Sign::FailsSometimes | Sign::SomeAddressesFail));
    let requests = u64::from(examination.requests());
    let is_quick = examination
        .primary(Hop::Gateway)
        .is_some_and(|(_, asked)| exchange_time(asked) < QUICK_END);
    let mut facts = Facts { host, seen, window, requests, is_quick, shown: Vec::new() };
    facts.resolver();
    if result.is_some_and(Answer::fails) || now_and_then {
        for server in dialled(host, result) {
            facts.server(server);
        }
        if !is_before_the_gateway(result) {
            facts.gateway();
        }
        facts.events(result);
        for server in dialled(host, result) {
            facts.gone(server);
        }
    } else if matches!(result, Some(Answer::Well(_))) {
        // Small answers go well without a buffer on disk; larger ones and uploads do not.
        facts.disk();
    }
    without_contradictions(facts.shown, seen)
}

/// Returns the servers whose facts count: the target where it gives no answer, else the one behind
/// the gateway that the gateway really dials.
fn dialled(host: &Host, result: Option<Answer>) -> impl Iterator<Item = &Server> {
    let no_answer = matches!(result, Some(Answer::Failed(_)));
    let behind = !is_before_the_gateway(result);
    let is_logged = host.server(Role::Logged).is_some();
    host.servers.iter().filter(move |server| match server.role {
        Role::Target => no_answer,
        Role::Logged => behind,
        Role::Origin => behind && !is_logged,
    })
}

/// Tells whether the way ends before the gateway: then nothing behind it matters.
fn is_before_the_gateway(result: Option<Answer>) -> bool {
    matches!(result, Some(Answer::Failed(Stage::Resolve | Stage::Connect | Stage::Tls)))
}

/// Leaves out what would prove another mechanism than the one that the wire or the log is sure of.
fn without_contradictions(shown: Vec<Observation>, seen: &[Observation]) -> Vec<Observation> {
    let verdict = rank(&Case { observations: seen, ..Case::default() }).verdict;
    let sure = verdict.mechanism.filter(|mechanism| mechanism.confidence >= CONFIDENT);
    let Some(sure) = sure.and_then(|mechanism| catalogue::find(mechanism.id)) else { return shown };
    let fits = |cause: &Cause| {
        cause.id == sure.id
            || cause.prior_behind(sure.id).is_some()
            || sure.prior_behind(cause.id).is_some()
            || sure.follows.contains(&cause.id)
    };
    let stays = |one: &Observation| {
        let mut proven = catalogue::ALL.iter().filter(|cause| cause.proven_by(one.sign)).peekable();
        proven.peek().is_none() || proven.any(|cause| cause.kind == Kind::Root || fits(cause))
    };
    shown.into_iter().filter(stays).collect()
}

struct Facts<'a> {
    host: &'a Host,
    seen: &'a [Observation],
    window: Window,
    /// How many connections we made ourselves: what these alone may have filled proves nothing.
    requests: u64,
    /// Whether the request failed sooner than a worker is killed for being slow.
    is_quick: bool,
    shown: Vec<Observation>,
}

impl Facts<'_> {
    fn add(&mut self, sign: Sign, product: Option<Product>, at: Option<Timestamp>, words: &str) {
        let mut observation = Observation::new(sign, Source::host());
        observation.at = at.or(Some(self.window.ended));
        observation.product = product;
        observation.group = format!("host:{sign}");
        observation.quote = shorten(&redact(words), QUOTE_MAX);
        self.shown.push(observation);
    }

    /// Adds a fact of the moment.
    fn now(&mut self, sign: Sign, product: Option<Product>, words: &str) {
        self.add(sign, product, None, words);
    }

    fn has_seen(&self, signs: &[Sign]) -> bool {
        self.seen.iter().any(|one| signs.contains(&one.sign))
    }

    fn resolver(&mut self) {
        let lookups = [
            Sign::DnsServfail,
            Sign::DnsTimeout,
            Sign::DnsTemporaryFailure,
            Sign::DnsFailed,
            Sign::ResolverUnreachable,
        ];
        let Some(resolver) = &self.host.resolver else { return };
        if let Some(server) = resolver.silent.first().filter(|_| self.has_seen(&lookups)) {
            let words = format!("nothing listens at the name server {server} of this host");
            self.now(Sign::ResolverUnreachable, None, &words);
        }
    }

    fn server(&mut self, server: &Server) {
        for rule in &server.rules {
            self.rule(rule);
        }
        if let Some(outgoing) = server.outgoing {
            let (taken, range) = (outgoing.taken(), outgoing.range);
            if range > 0 && u64::from(taken) * 100 >= u64::from(range) * PORTS_PER_CENT {
                let words = format!(
                    "{taken} of {range} local ports are in use towards {}",
                    words::place(&server.place)
                );
                self.now(Sign::ConnectNoFreePort, None, &words);
            }
        }
        if !server.location.is_here() {
            return;
        }
        match &server.place {
            Endpoint::Tcp(address) => self.tcp(server, *address),
            Endpoint::Unix(_) => self.unix(server),
        }
        if let Some(app) = &server.app {
            self.app(app, server);
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let growth = rule.packets.map_or(0, Counter::growth);
        // Where we got through ourselves a rule blocks nothing, unless it counts.
        let passed = self.has_seen(&[Sign::OriginAccepts, Sign::OriginAnswersWell]);
        let counts = rule.names_it && growth > 0;
        // A counter that was not read before shows that it counts, and not when.
        let may_count = rule.packets.is_none_or(|one| one.before.is_none() && one.now > 0);
        let by_itself = rule.certain && (growth > 0 || may_count) && !passed;
        if !counts && !by_itself {
            return;
        }
        let sign = match rule.verdict {
            Blocks::Drops => Sign::FirewallDrops,
            Blocks::Rejects => Sign::FirewallRejects,
        };
        let counted = match growth {
            0 => String::new(),
            growth => format!(", {growth} packets meanwhile"),
        };
        self.now(sign, None, &format!("{}: {}{counted}", rule.place, rule.text));
    }

    fn tcp(&mut self, server: &Server, dialled: SocketAddr) {
        let place = words::place(&server.place);
        let bound = || -> Vec<String> {
            server.listeners.iter().map(|listener| listener.bound.to_string()).collect()
        };
        if let Some(listener) = server.listeners.iter().find(|one| one.takes(&server.place)) {
            self.queue(server, listener, Sign::ListenQueueFull);
            let room = |queue: Queue| queue.limit.is_some_and(|limit| queue.waiting <= limit / 2);
            let dropped = server.overflows.is_some_and(|overflows| overflows.growth() > 0);
            let had_room = listener.queue_before.is_some_and(room) && room(listener.queue);
            if had_room && !dropped && self.has_seen(&[Sign::ConnectTimedOut]) {
                let words = format!("{}: {}", listener.bound, queue_words(listener.queue));
                self.now(Sign::ListenQueueRoom, None, &words);
            }
            let failed = [Sign::ConnectRefused, Sign::ConnectNoRoute];
            // It listened before the first request as well, so that it did not just start.
            if listener.queue_before.is_some() && self.has_seen(&failed) {
                let words = format!("{} listens, and {place} is not reached", listener.bound);
                self.now(Sign::ListenerPresent, None, &words);
            }
            return;
        }
        if server.listeners.is_empty() {
            self.now(Sign::NoListener, None, &format!("nothing listens at {place} on this host"));
            self.absent(server);
            return;
        }
        let sign = elsewhere(&server.listeners, dialled);
        let product = server.app.as_ref().and_then(|app| app.product);
        let words = format!("it listens at {}, and not at {place}", bound().join(" and "));
        self.now(sign, product, &words);
    }

    fn unix(&mut self, server: &Server) {
        let place = words::place(&server.place);
        let Some(socket) = &server.socket else { return };
        match socket.kind {
            FileKind::Missing => {
                let missing = socket.missing.as_deref().unwrap_or(&place);
                self.now(Sign::UnixMissing, None, &format!("{missing} does not exist"));
                self.absent(server);
                return;
            }
            FileKind::Other => {
                self.now(Sign::UnixRefused, None, &format!("{place} is no socket"));
                return;
            }
            FileKind::Socket | FileKind::Unreadable => {}
        }
        if let Some(access) = socket.access.as_ref().filter(|access| !access.allowed) {
            self.now(Sign::UnixDenied, None, &format!("{}: {}", access.at, access.why));
        }
        match server.listeners.first() {
            Some(listener) => self.queue(server, listener, Sign::UnixQueueFull),
            None if socket.kind == FileKind::Socket => {
                self.now(Sign::UnixRefused, None, &format!("nothing listens on {place}"));
                self.absent(server);
            }
            None => {}
        }
    }

    fn queue(&mut self, server: &Server, listener: &Listener, sign: Sign) {
        let others = |queue: &Queue| u64::from(queue.waiting) > self.requests;
        let before = listener.queue_before.filter(|queue| queue.is_full());
        let now = Some(listener.queue).filter(|queue| queue.is_full() && others(queue));
        // A kernel that does not tell the limit tells that it dropped connections.
        let dropped = server.overflows.is_some_and(|overflows| overflows.growth() > 0);
        let beyond =
            Some(listener.queue).filter(|queue| queue.limit.is_none() && dropped && others(queue));
        let Some(queue) = before.or(now).or(beyond) else { return };
        let product = server.app.as_ref().and_then(|app| app.product);
        self.now(sign, product, &format!("{}: {}", listener.bound, queue_words(queue)));
    }

    /// What is known of a server that should listen and does not.
    fn absent(&mut self, server: &Server) {
        if let Some(unit) = &server.unit {
            self.unit(unit, None);
        }
        let young = server.claimants.iter().find(|process| {
            let started = process.started.map_or(i64::MIN, |started| started.0);
            started >= self.window.began.0 - YOUNG.as_micros() as i64
        });
        if let Some(process) = young {
            let words = format!(
                "{} ({}) has just started and does not listen at {}",
                process.name,
                process.pid,
                words::place(&server.place)
            );
            self.now(Sign::AppBooting, None, &words);
        }
    }

    fn unit(&mut self, unit: &Unit, product: Option<Product>) {
        let words = unit_words(unit);
        let lived_shortly =
            unit.lived_ms.is_some_and(|lived| u128::from(lived) < BOOT_TIME.as_millis());
        let again = unit.sub == "auto-restart" && unit.restarts >= RESTARTS_OF_A_LOOP;
        let sign = match (unit.active.as_str(), unit.result.as_str()) {
            (_, "oom-kill") => Sign::OomKill,
            (_, "start-limit-hit") => Sign::CrashLoop,
            _ if again => Sign::CrashLoop,
            ("failed", "timeout" | "protocol" | "resources") => Sign::BootFailed,
            ("failed" | "activating", _) if lived_shortly => Sign::BootFailed,
            ("failed", "signal") if unit.exit == "killed 9" => Sign::WorkerKilled,
            ("failed", "core-dump" | "signal") => Sign::WorkerCrashed,
            ("failed", _) => Sign::WorkerExited,
            ("activating" | "reloading", _) => Sign::AppBooting,
            ("deactivating", _) => Sign::AppStopping,
            _ => return,
        };
        self.add(sign, product, unit.ended, &words);
    }

    fn app(&mut self, app: &App, server: &Server) {
        let product = app.product;
        if let Some(unit) = app.unit.as_ref().filter(|unit| unit.active != "active") {
            self.unit(unit, product);
        }
        if let Some(words) = exhausted(app, &server.listeners, self.requests) {
            self.now(Sign::PoolExhausted, product, &words);
        }
        let growth = app.oom_kills.map_or(0, Counter::growth);
        if growth > 0 {
            let sign = if app.shares_our_group { Sign::OomKillNearby } else { Sign::OomKill };
            let words =
                format!("the application's control group counts {growth} kills for memory more");
            self.now(sign, product, &words);
        }
    }

    /// Workers that ended while requests did, where nothing says why they did.
    fn gone(&mut self, server: &Server) {
        let why = [Sign::OomKill, Sign::OomKillNearby, Sign::WorkerCrashed, Sign::WorkerKilled];
        let Some(app) = &server.app else { return };
        if self.shown.iter().any(|one| why.contains(&one.sign)) {
            return;
        }
        let ended = [
            Sign::ClosedBeforeHead,
            Sign::ResetBeforeHead,
            Sign::ClosedSomewhere,
            Sign::ResetSomewhere,
            Sign::EndedBeforeHead,
            Sign::HeadTruncated,
            Sign::BodyTruncated,
            Sign::SendReset,
            Sign::ResponseInvalidOrEnded,
        ];
        if let Some(gone) = app.gone.first().filter(|_| app.born > 0 && self.has_seen(&ended)) {
            let words = format!(
                "{} of its workers ended meanwhile, {} ({}) first; {} came",
                app.gone.len(),
                gone.name,
                gone.pid,
                app.born
            );
            // Whoever kills a worker for being slow waits for seconds before.
            let sign = if self.is_quick { Sign::WorkerExited } else { Sign::WorkerReplaced };
            self.now(sign, app.product, &words);
        }
    }

    fn gateway(&mut self) {
        let Some(gateway) = &self.host.gateway else { return };
        if !self.is_meant(gateway) {
            return;
        }
        if let Some(of_worker) = gateway.descriptors.filter(|one| is_spent(*one)) {
            let words = format!(
                "{} ({}) has {} of {} descriptors open",
                gateway.name, of_worker.pid, of_worker.open, of_worker.limit
            );
            self.now(Sign::FdExhausted, gateway.product, &words);
        }
        if let Some(files) = self.host.files.filter(|files| files.used >= files.limit) {
            let words =
                format!("{} of {} descriptors of the system are open", files.used, files.limit);
            self.now(Sign::FdExhausted, gateway.product, &words);
        }
        self.disk();
        for folder in gateway.folders.iter().filter(|one| one.purpose == Purpose::Buffers) {
            if let Some(access) = folder.access.as_ref().filter(|access| !access.allowed) {
                let words = format!("{}: {}: {}", folder.path, access.at, access.why);
                self.now(Sign::DiskFull, gateway.product, &words);
            }
        }
    }

    /// A gateway that listens at the target's address and whose folder for buffers is full.
    fn disk(&mut self) {
        let Some(gateway) = self.host.gateway.as_ref().filter(|one| self.is_meant(one)) else {
            return;
        };
        for folder in gateway.folders.iter().filter(|one| one.purpose == Purpose::Buffers) {
            if let Some(words) = full(folder) {
                self.now(Sign::DiskFull, gateway.product, &format!("{}: {words}", folder.path));
            }
        }
    }

    /// Tells whether a gateway that was found is the one that answered: it listens at the target's
    /// address, or it is the product that wrote the answer or the log.
    fn is_meant(&self, gateway: &Gateway) -> bool {
        let wrote = || {
            let product = gateway.product;
            product.is_some() && self.seen.iter().any(|one| one.product == product)
        };
        gateway.found == Found::Listens || wrote()
    }

    fn events(&mut self, result: Option<Answer>) {
        let nothing_listens = dialled(self.host, result).any(is_absent);
        for kill in &self.host.kills {
            self.kill(kill, nothing_listens);
        }
        let (host, window) = (self.host, self.window);
        for crash in host.crashes.iter().filter(|crash| window.holds(crash.at)) {
            match crash.victim {
                Victim::App => self.add(Sign::WorkerCrashed, None, crash.at, &crash.words),
                Victim::Gateway => self.add(Sign::GatewayCrashed, None, crash.at, &crash.words),
                Victim::Unclear | Victim::Other => {}
            }
        }
        for denial in host.denials.iter().filter(|denial| window.holds(denial.at)) {
            let sign = match denial.by {
                Module::Selinux => Sign::SelinuxDenied,
                Module::Apparmor => Sign::ConnectDenied,
            };
            self.add(sign, None, denial.at, &denial.words);
        }
        if let Some(logged) = host.blocked.iter().find(|one| window.holds(one.at)) {
            self.add(Sign::FirewallLogged, None, logged.at, &logged.words);
        }
        self.conntrack();
    }

    fn kill(&mut self, kill: &Kill, nothing_listens: bool) {
        let lately = self.window.holds(kill.at);
        let sign = match kill.victim {
            // What was killed long ago and is still gone is why nothing listens.
            Victim::App if lately || nothing_listens => Sign::OomKill,
            Victim::Gateway if lately => Sign::GatewayCrashed,
            Victim::Unclear if lately && nothing_listens => Sign::OomKillNearby,
            _ => return,
        };
        self.add(sign, None, kill.at, &kill.words);
    }

    fn conntrack(&mut self) {
        let Some(conntrack) = self.host.conntrack else { return };
        let (used, limit) = (conntrack.entries.used, conntrack.entries.limit);
        let was = conntrack.before.unwrap_or(0).max(used);
        let drops = conntrack.drops.map_or(0, Counter::growth);
        if was >= limit || drops > 0 && was.saturating_mul(100) >= limit.saturating_mul(95) {
            let words = format!(
                "{was} of {limit} connections are tracked; {drops} packets dropped meanwhile"
            );
            self.now(Sign::ConntrackFull, None, &words);
        } else if self.window.holds(conntrack.logged_full) {
            let words = "the kernel logged that the connection tracking table is full";
            self.add(Sign::ConntrackFull, None, conntrack.logged_full, words);
        }
    }
}

/// Says where else it listens: on loopback only, in the other family, or at some other address.
fn elsewhere(listeners: &[Listener], dialled: SocketAddr) -> Sign {
    let bound = || {
        listeners.iter().filter_map(|listener| match &listener.bound {
            Endpoint::Tcp(address) => Some(address.ip()),
            Endpoint::Unix(_) => None,
        })
    };
    let dialled = dialled.ip().to_canonical();
    let on_loopback = bound().all(|ip| ip.is_loopback());
    if on_loopback && !dialled.is_loopback() {
        return Sign::ListensOnLoopbackOnly;
    }
    let other_family = bound().all(|ip| ip.is_ipv4() != dialled.is_ipv4());
    if other_family { Sign::OtherFamilyWorks } else { Sign::ListensElsewhere }
}

/// Tells whether nothing takes a connection to a server.
fn is_absent(server: &Server) -> bool {
    server.location.is_here() && !server.listeners.iter().any(|one| one.takes(&server.place))
}

/// Says why all workers of an application count as busy, if they do. They were so before the first
/// request, or are more than our own requests could keep busy.
fn exhausted(app: &App, listeners: &[Listener], requests: u64) -> Option<String> {
    let waiting = listeners.iter().map(|one| one.queue.waiting).max().unwrap_or(0);
    let waited = listeners.iter().filter_map(|one| one.queue_before).map(|one| one.waiting).max();
    let all_busy = app.count > 0 && app.busy >= app.count;
    let were_busy = app.busy_before.is_some_and(|(busy, of)| of > 0 && busy >= of);
    let at_limit = app.limit.is_none_or(|limit| app.count as u64 >= u64::from(limit));
    let queued = waiting > 0;
    // A worker that serves many at a time is short of something only if connections wait for long.
    let for_long = queued && waited.is_some_and(|waited| waited > 0) && were_busy;
    let is_full = match (app.one_at_a_time, app.limit) {
        (true, Some(_)) => queued || were_busy,
        (true, None) => queued,
        (false, _) => for_long && app.stopped == 0,
    };
    let by_others = were_busy || app.count as u64 > requests;
    (by_others && all_busy && at_limit && is_full).then(|| {
        let limit = app.limit.map_or(String::new(), |limit| format!(", of {limit} allowed"));
        let pool = app.pool.as_ref().map_or(String::new(), |pool| format!(" of the pool {pool}"));
        format!(
            "{} of {} workers{pool} are busy{limit}; {waiting} connections wait",
            app.busy, app.count
        )
    })
}

/// Tells whether a process has hardly a descriptor left, now or before the first request.
fn is_spent(of_process: Descriptors) -> bool {
    let most = of_process.before.unwrap_or(0).max(of_process.open);
    most.saturating_add(DESCRIPTORS_LEFT) >= of_process.limit
}

/// Says why nobody can write into a folder.
fn full(folder: &Folder) -> Option<String> {
    if folder.read_only {
        return Some("its file system is mounted read-only".to_owned());
    }
    if folder.free_inodes == Some(0) {
        return Some("no file can be made any more, its inodes are used up".to_owned());
    }
    if folder.free_bytes < DISK_LEFT {
        return Some(format!("{} bytes are left of {}", folder.free_bytes, folder.bytes));
    }
    None
}

fn queue_words(queue: Queue) -> String {
    let limit = queue.limit.map_or(String::new(), |limit| format!(" of {limit}"));
    format!("{}{limit} connections wait to be accepted", queue.waiting)
}

/// Says in one line how a unit is.
pub fn unit_words(unit: &Unit) -> String {
    let lived = unit.lived_ms.map(|lived| words::duration(Duration::from_millis(lived)));
    let lived = lived.map_or(String::new(), |lived| format!(" after {lived}"));
    let exit = match unit.exit.as_str() {
        "" => String::new(),
        exit => format!(", {exit}{lived}"),
    };
    let again = match unit.restarts {
        0 => String::new(),
        restarts => format!(", started again {restarts} times"),
    };
    let state = match (unit.active.as_str(), unit.sub.as_str()) {
        (active, sub) if active == sub => active.to_owned(),
        (active, sub) => format!("{active} ({sub})"),
    };
    let result = match unit.result.as_str() {
        "" | "success" => String::new(),
        result => format!(", {result}"),
    };
    format!("{} is {state}{result}{exit}{again}", unit.name)
}
