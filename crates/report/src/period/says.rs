//! What a report says in sentences: what was worst, how it compares, what is not known, what to do.

use super::expiry::{Expiry, Thing};
use super::held::Held;
use super::window::{Monitor, Sums, Time, Window};
use super::words::{count, length, millis, names, part, percent};
use super::{Diagnosed, Length, limits};

/// What there is to speak of.
pub(super) struct Sight<'a> {
    pub(super) length: Length,
    pub(super) window: &'a Window,
    pub(super) before: Result<&'a Sums, &'a str>,
    pub(super) held: Result<&'a Held, &'a str>,
    pub(super) expiring: &'a [Expiry],
    pub(super) diagnosis: Option<&'a [Diagnosed]>,
}

/// Says in one sentence how the time was.
pub fn headline(window: &Window) -> String {
    let all = &window.all;
    let Some((up, time)) = all.uptime.as_ref().and_then(|time| Some((time.up?, time))) else {
        return format!(
            "Nothing was measured: there is no result of {}.",
            count(all.monitors, "monitor")
        );
    };
    let failed = window.monitors.iter().filter(|it| it.uptime.as_ref().is_some_and(has_failed));
    let incidents = count(window.incidents.total, "incident");
    let unknown = match time.unknown {
        Some(share) if share >= limits::UNKNOWN => {
            format!("; {} of the time could not be measured", percent(share))
        }
        _ => String::new(),
    };
    match failed.count() {
        0 => format!("Everything was up whenever it was measured; {incidents}{unknown}."),
        some => {
            let of = all.monitors;
            format!("{} up: {some} of {of} monitors failed; {incidents}{unknown}.", percent(up))
        }
    }
}

fn has_failed(time: &Time) -> bool {
    time.down_seconds > 0 || time.partial_seconds > 0
}

impl Sight<'_> {
    /// Says what was worst, a sentence each.
    pub(super) fn worst(&self) -> Vec<String> {
        let spent = self.window.budgets.iter().filter(|it| it.spent.is_some_and(|it| it > 1.0));
        let budgets = spent.map(|budget| {
            format!(
                "The error budget of {} ({}) was spent to {}: {} of {} failed.",
                budget.about,
                budget.objective,
                part(budget.spent.unwrap_or_default()),
                budget.bad,
                count(budget.checks, "check"),
            )
        });
        let monitors = self.window.monitors.iter().filter_map(of_monitor);
        let mut all: Vec<String> = monitors.take(limits::WORST).collect();
        all.extend(budgets.take(limits::WORST));
        all
    }

    /// Says how it compares with the time before.
    pub(super) fn compared(&self) -> Vec<String> {
        let word = self.length.word();
        let Ok(before) = self.before else { return Vec::new() };
        let now = &self.window.all;
        let mut all = Vec::new();
        let up = |sums: &Sums| sums.uptime.as_ref().and_then(|time| time.up);
        match (up(now), up(before)) {
            (Some(now), Some(then)) => {
                let points = (now - then) * 100.0;
                let how = match points {
                    points if points > 0.0005 => "better",
                    points if points < -0.0005 => "worse",
                    _ => "the same",
                };
                let (now, then) = (percent(now), percent(then));
                all.push(format!("Uptime was {now} after {then} in the {word} before: {how}."));
            }
            (Some(_), None) => {
                all.push(format!(
                    "Of the {word} before nothing was measured: there is nothing to compare with."
                ));
            }
            _ => {}
        }
        let p95 = |sums: &Sums| sums.latency.as_ref().and_then(|it| Some((it.p95_ms?, it.error)));
        if let (Some((now, error)), Some((then, _))) = (p95(now), p95(before)) {
            // Buckets are so wide: what differs by less may be the same.
            let how = match now / then.max(0.001) {
                ratio if ratio > 1.0 + error => "slower",
                ratio if ratio < 1.0 - error => "faster",
                _ => "the same, as far as can be told",
            };
            let (now, then) = (millis(now), millis(then));
            all.push(format!("95 of 100 good checks took at most {now} after {then}: {how}."));
        }
        let (now, then) = (now.monitors, before.monitors);
        if now != then {
            all.push(format!(
                "There are {} now; of {then} something is compared.",
                count(now, "monitor")
            ));
        }
        all
    }

    /// Says what is not known.
    pub(super) fn gaps(&self) -> Vec<String> {
        let window = self.window;
        let mut all = Vec::new();
        let without = window.all.monitors_without_data;
        if without > 0 {
            let named = window.monitors.iter().filter(|it| it.uptime.is_none());
            let named: Vec<String> = named.map(|it| it.id.clone()).collect();
            let has = if without == 1 { "has" } else { "have" };
            all.push(format!(
                "{} {has} no result in this {}: {}.",
                count(without, "monitor"),
                self.length.word(),
                names(&named)
            ));
        }
        if let Some(share) = window.all.uptime.as_ref().and_then(|it| it.unknown)
            && share >= limits::UNKNOWN
        {
            all.push(format!(
                "{} of the time could not be measured. It counts neither as up nor as down.",
                percent(share)
            ));
        }
        all.extend(self.coverage());
        let more = window.monitors_total.saturating_sub(window.monitors.len() as u64);
        if more > 0 {
            all.push(format!(
                "{} more are in the sums, and not named here.",
                count(more, "monitor")
            ));
        }
        if window.incidents.is_cut {
            all.push("There were more incidents than are counted.".to_owned());
        }
        if let Some(error) = window.all.latency.as_ref().map(|it| it.error).filter(|it| *it > 0.0) {
            all.push(format!(
                "Percentiles come from histograms: each may be too long by up to {}.",
                percent(error)
            ));
        }
        if let Err(why) = self.before {
            all.push(format!("The {} before is not known: {why}.", self.length.word()));
        }
        all.extend(self.gateway_gaps());
        for domain in window.domains.iter().filter_map(|it| Some((it, it.failure.as_ref()?))) {
            all.push(format!(
                "The registration of {} could not be looked up: {}.",
                domain.0.name, domain.1
            ));
        }
        if self.diagnosis.is_none() {
            all.push("No examination of the monitors was scheduled for this report.".to_owned());
        }
        all
    }

    fn coverage(&self) -> Option<String> {
        let is_poor =
            |it: &&Monitor| it.coverage.is_some_and(|it| it > 0.0 && it < limits::COVERAGE);
        let poor: Vec<&Monitor> = self.window.monitors.iter().filter(is_poor).collect();
        let least = poor.iter().filter_map(|it| it.coverage).fold(1.0, f64::min);
        let named: Vec<String> = poor.iter().map(|it| it.id.clone()).collect();
        (!poor.is_empty()).then(|| {
            format!(
                "{} made fewer checks than asked for, down to {} of them: the watch was not running, or \
                 they are new. ({})",
                count(named.len() as u64, "monitor"),
                percent(least),
                names(&named)
            )
        })
    }

    fn gateway_gaps(&self) -> Vec<String> {
        let mut all = Vec::new();
        match self.held {
            Err("") => {}
            Err(why) => all.push(format!("What the gateway held is not known: {why}.")),
            Ok(held) => {
                let begin = self.window.from.get(..10).unwrap_or_default();
                match &held.days {
                    None => all.push("The gateway has counts of no day of this time.".to_owned()),
                    Some((first, _)) if first.as_str() > begin => all.push(format!(
                        "The gateway counts from {first} on: it keeps 14 days, and those since it was started."
                    )),
                    Some(_) => {}
                }
                if let Some(since) = &held.saved_since {
                    all.push(format!(
                        "Records of saved requests reach back to {}: there may have been more.",
                        super::words::moment(since)
                    ));
                }
            }
        }
        all
    }

    /// Says what to do, the most pressing first.
    pub(super) fn follow_ups(&self) -> Vec<String> {
        let mut all = Vec::new();
        let open: u64 = self.window.incidents.by_cause.iter().map(|it| it.open).sum();
        if open > 0 {
            let are = if open == 1 { "is" } else { "are" };
            all.push(format!("{} {are} still open: work on it first.", count(open, "incident")));
        }
        all.extend(self.expiring.iter().map(renew));
        let wrong = self.diagnosis.unwrap_or_default().iter().filter(|it| it.is_wrong);
        all.extend(wrong.map(|it| format!("{}: {}", it.monitor, it.says)));
        let spent = self.window.budgets.iter().filter(|it| it.spent.is_some_and(|it| it >= 1.0));
        all.extend(spent.map(|it| {
            format!("Put off what is risky for {}: nothing of its error budget is left.", it.about)
        }));
        let again = self.window.incidents.by_cause.iter().filter(|it| it.incidents > 1);
        all.extend(again.filter_map(|it| {
            let cause = it.cause.as_ref()?;
            let times = it.incidents;
            Some(format!("{cause} came {times} times: find its root (`goodgate explain {cause}`)."))
        }));
        let settings = self.held.map(|held| held.settings.as_slice()).unwrap_or_default();
        all.extend(settings.iter().map(|it| {
            let failures = count(it.avoided, "failure");
            format!("Think about {}: it would have avoided {failures}.", it.line())
        }));
        all.truncate(limits::FOLLOW_UPS);
        all
    }
}

/// Says how bad it was for a monitor; nothing where it was not.
fn of_monitor(monitor: &Monitor) -> Option<String> {
    let time = monitor.uptime.as_ref()?;
    let mut parts = Vec::new();
    if time.down_seconds > 0 {
        parts.push(format!("down for {}", length(time.down_seconds)));
    }
    if time.partial_seconds > 0 {
        parts.push(format!("failing in part for {}", length(time.partial_seconds)));
    }
    if parts.is_empty() {
        return None;
    }
    let up = time.up.map(|up| format!(" ({} up)", percent(up))).unwrap_or_default();
    let times = match monitor.failures {
        0 => "since before".to_owned(),
        1 => "once".to_owned(),
        failures => format!("in {failures} failures"),
    };
    Some(format!("{} was {}, {times}{up}.", monitor.id, parts.join(" and ")))
}

fn renew(expiry: &Expiry) -> String {
    let what = match expiry.thing {
        Thing::Certificate => format!("the certificate of {}", names(&expiry.of)),
        Thing::Domain => format!("the registration of {}", names(&expiry.of)),
    };
    let date = expiry.at.get(..10).unwrap_or(&expiry.at);
    match expiry.days {
        days if days < 0 => format!("Renew {what} now: it expired on {date}."),
        0 => format!("Renew {what} now: it expires within a day."),
        days => {
            format!("Renew {what}: it expires in {} ({date}).", count(days.unsigned_abs(), "day"))
        }
    }
}
