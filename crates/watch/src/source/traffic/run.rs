//! Asks the gateway, and tells the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{Finding, MonitorId, Outcome, Result as Measured, Timestamp};
use tokio::time::{Instant, sleep_until};

use super::admin::Admin;
use super::ledger::{Ledger, Round, RouteRound};
use super::marks::Marks;
use super::process::{Missed, Process, Said};
use super::records::{self, Details};
use super::rules::{Breach, Rule, Verdict};
use super::site::Site;
use super::snapshot::Snapshot;
use super::{finding, target};
use crate::desk::{Desk, Heard, Input};
use crate::settings::Traffic;
use crate::source::limits::{AGAIN, GONE_POLL, LISTED, LOOK_AGAIN, LOOKED_UP, POLL, SITE_EVERY};
use crate::source::part::Parts;
use crate::source::span;

/// The name under which the gateway counts routes beyond its bound.
const OTHERS: &str = "others";

/// What [`run()`] needs.
#[derive(Debug)]
pub struct Running {
    /// The gateway's admin listener.
    pub admin: Admin,
    /// The tables of `[[traffic]]`; without any the defaults are in force.
    pub rules: Vec<Traffic>,
    /// Who is told.
    pub desk: Desk,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
}

/// Watches the gateway until it is dropped.
pub async fn run(running: Running) {
    let Running { admin, rules, desk, calendar } = running;
    let gateway = admin.0.place.to_string();
    let mut watch = Watch {
        process: Process::new(gateway.clone(), calendar()),
        ledger: Ledger::new(rules),
        marks: Marks::default(),
        known: BTreeMap::new(),
        gone: BTreeSet::new(),
        are_clients_known: false,
        looked_up: BTreeMap::new(),
        parts: Parts::default(),
        rounds: 0,
        gateway,
        admin,
        desk,
        calendar,
    };
    let about = target::of_process(watch.ledger.rules(Traffic::ALL), &watch.gateway);
    watch.desk.tell(Input::Appeared(about)).await;
    let mut next = Instant::now();
    loop {
        sleep_until(next).await;
        let began = Instant::now();
        watch.round(began).await;
        next = match watch.process.times() {
            0 => began + POLL,
            1 => began + AGAIN,
            _ => began + GONE_POLL,
        };
    }
}

struct Watch {
    admin: Admin,
    desk: Desk,
    calendar: fn() -> Timestamp,
    gateway: String,
    process: Process,
    ledger: Ledger,
    marks: Marks,
    /// The routes that the desk knows.
    known: BTreeMap<Arc<str>, MonitorId>,
    /// The routes that have counters and are not configured any more.
    gone: BTreeSet<Arc<str>>,
    are_clients_known: bool,
    /// What the records said of routes that fail, and when.
    looked_up: BTreeMap<Arc<str>, (Timestamp, Rule, Details)>,
    parts: Parts,
    rounds: u32,
}

impl Watch {
    async fn round(&mut self, began: Instant) {
        let at = (self.calendar)();
        let answer = self.read().await;
        let took = began.elapsed();
        let said = self.process.take(answer.as_ref().map(|_| ()), at);
        if let Some(Said { outcome, finding }) = said {
            let monitor = target::own_id(target::PROCESS);
            self.tell(monitor, Measured { at, took, outcome }, finding, None).await;
        }
        let Ok(snapshot) = answer else { return };
        let now = (self.calendar)();
        let round = self.ledger.take(snapshot, now);
        for mark in self.marks.round(&round, now) {
            self.desk.tell(Input::Changed(mark)).await;
        }
        let is_new =
            |it: &RouteRound| !self.known.contains_key(&it.route) && !self.gone.contains(&it.route);
        if self.rounds.is_multiple_of(SITE_EVERY) || round.routes.iter().any(is_new) {
            self.site(&round).await;
        }
        self.rounds = self.rounds.wrapping_add(1);
        self.look_up(&round, now).await;
        self.tell_round(round, at, took).await;
    }

    async fn read(&self) -> Result<Snapshot, Missed> {
        let body = self.admin.get("/metrics").await?;
        Snapshot::read(&String::from_utf8_lossy(&body))
            .ok_or(Missed::Strange("it has no goodgate_build_info"))
    }

    /// Looks at what the gateway is configured to do. What does not answer is asked again later. Routes
    /// that are not configured any more keep their counters, and are watched no more.
    async fn site(&mut self, round: &Round) {
        let (Ok(routes), Ok(upstreams)) =
            (self.admin.get("/routes").await, self.admin.get("/upstreams").await)
        else {
            return;
        };
        let Some(site) = Site::read(&routes, &upstreams) else { return };
        // What is beyond the gateway's own bound is counted under a name of its own.
        let is_gone = |route: &Arc<str>| !site.has(route) && &**route != OTHERS;
        self.gone =
            round.routes.iter().map(|it| &it.route).filter(|it| is_gone(it)).cloned().collect();
        let gone: Vec<Arc<str>> = self.known.keys().filter(|it| is_gone(it)).cloned().collect();
        for route in gone {
            self.ledger.forget(&route);
            self.looked_up.remove(&route);
            if let Some(monitor) = self.known.remove(&route) {
                self.parts.forget(&monitor);
                self.desk.tell(Input::Gone(monitor)).await;
            }
        }
        if let Some(mark) = self.marks.site(site, (self.calendar)()) {
            self.desk.tell(Input::Changed(mark)).await;
        }
    }

    /// Looks up why routes fail: those that fail anew first, a bounded number in each round.
    async fn look_up(&mut self, round: &Round, now: Timestamp) {
        let failing = round.routes.iter().filter(|it| leading(it).is_some());
        let failing: BTreeSet<&Arc<str>> = failing.map(|it| &it.route).collect();
        self.looked_up.retain(|route, (at, ..)| {
            failing.contains(route) || span::between(*at, now) < LOOK_AGAIN
        });
        let mut due: Vec<(Option<Timestamp>, &RouteRound, &Breach)> = Vec::new();
        for it in &round.routes {
            let Some(breach) = leading(it) else { continue };
            let last = self.looked_up.get(&it.route).map(|(at, rule, _)| (*at, *rule));
            match last {
                Some((at, rule)) if rule == breach.rule && span::between(at, now) < LOOK_AGAIN => {}
                last => due.push((last.map(|(at, _)| at), it, breach)),
            }
        }
        due.sort_by_key(|(last, ..)| *last);
        for (_, it, breach) in due.into_iter().take(LOOKED_UP) {
            // A gateway that has stopped answering is not waited for again in this round.
            let Ok(details) = self.details(it, breach, now).await else { return };
            self.looked_up.insert(Arc::clone(&it.route), (now, breach.rule, details));
        }
    }

    /// Reads the records of a route's failures.
    async fn details(
        &self,
        round: &RouteRound,
        breach: &Breach,
        now: Timestamp,
    ) -> Result<Details, Missed> {
        if breach.rule == Rule::SlowLookups {
            // No request has failed by that; what else failed says nothing of it.
            return Ok(Details::default());
        }
        let upstream = encoded(&round.upstream);
        let list = format!("/failures?upstream={upstream}&limit={LISTED}");
        let listed = records::list(&self.admin.get(&list).await?);
        let is_seen = breach.rule != Rule::Retries;
        let Some((cause, ids)) =
            records::leading(&listed, &round.route, is_seen, round.within, now)
        else {
            return Ok(Details::default());
        };
        let mut whole = Vec::new();
        for id in ids {
            match self.admin.get(&format!("/failures/{id}")).await {
                Ok(record) => whole.push(record),
                Err(missed) if missed.is_gone() => return Err(missed),
                // It has made room for others.
                Err(_) => {}
            }
        }
        Ok(records::details(&round.route, cause, &whole))
    }

    async fn tell_round(&mut self, round: Round, at: Timestamp, took: Duration) {
        for it in round.routes {
            if self.gone.contains(&it.route) {
                continue;
            }
            let rules = self.ledger.rules(&it.route);
            if !self.known.contains_key(&it.route) {
                let about = target::of_route(&it.route, rules, &self.gateway);
                self.known.insert(Arc::clone(&it.route), about.monitor.clone());
                self.desk.tell(Input::Appeared(about)).await;
            }
            let breach = leading(&it);
            let outcome = match (&it.verdict, breach) {
                (Verdict::Nothing, _) => continue,
                (Verdict::Good, _) | (Verdict::Bad(_), None) => Outcome::Good,
                (Verdict::Bad(_), Some(_)) => {
                    Outcome::Bad { cause: None, components: BTreeSet::new() }
                }
            };
            let (mut result, mut found, mut evidence) =
                (Measured { at, took, outcome }, None, None);
            if let Some(breach) = breach {
                let objective = self.ledger.rules(&it.route).objective;
                let objective = objective.map(|it| it.to_string()).unwrap_or_default();
                let looked_up = self.looked_up.get_mut(&it.route).map(|(.., details)| details);
                // Evidence is told once.
                evidence = looked_up.and_then(|details| details.evidence.take());
                let details = self.looked_up.get(&it.route).map(|(.., details)| details);
                let finding = finding::of(&it, breach, details, &objective, &self.gateway);
                let (cause, components) = (finding.cause, finding.components.clone());
                result.outcome = Outcome::Bad { cause, components };
                found = Some(finding);
            }
            self.tell(target::id(&it.route), result, found, evidence).await;
        }
        if let Some(verdict) = round.clients {
            self.tell_clients(&verdict, at, took).await;
        }
    }

    async fn tell_clients(&mut self, verdict: &Verdict, at: Timestamp, took: Duration) {
        let (outcome, found) = match verdict {
            Verdict::Nothing => return,
            Verdict::Good => (Outcome::Good, None),
            Verdict::Bad(broken) => {
                let Some(breach) = broken.first() else { return };
                let finding = finding::of_clients(breach, &self.gateway);
                let components = finding.components.clone();
                (Outcome::Bad { cause: None, components }, Some(finding))
            }
        };
        if !self.are_clients_known {
            self.are_clients_known = true;
            let about = target::of_clients(self.ledger.rules(Traffic::ALL), &self.gateway);
            self.desk.tell(Input::Appeared(about)).await;
        }
        let monitor = target::own_id(target::CLIENTS);
        self.tell(monitor, Measured { at, took, outcome }, found, None).await;
    }

    async fn tell(
        &mut self,
        monitor: MonitorId,
        result: Measured,
        finding: Option<Finding>,
        evidence: Option<Vec<u8>>,
    ) {
        let (outcome, finding) = self.parts.told(&monitor, result.outcome, finding);
        let result = Measured { outcome, ..result };
        // Evidence is of a failure.
        let evidence = evidence.filter(|_| finding.is_some());
        let heard = Heard { monitor, result, finding, evidence };
        self.desk.tell(Input::Heard(Box::new(heard))).await;
    }
}

/// The rule that leads, where one is broken.
fn leading(round: &RouteRound) -> Option<&Breach> {
    match &round.verdict {
        Verdict::Bad(broken) => broken.first(),
        Verdict::Nothing | Verdict::Good => None,
    }
}

/// Encodes a value of a query (RFC 3986 section 2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            // Writing into memory does not fail.
            other => drop(write!(encoded, "%{other:02X}")),
        }
    }
    encoded
}
