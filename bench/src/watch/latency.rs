//! From the first failing attempt to the suspicion, to the verdict, and to who is told.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use super::figure::{Figure, Limit};
use super::receivers::Hook;
use super::stand::{Watch, list, moment, now, text};
use super::targets::{Mood, Targets, monitor};

/// What a probe may take here.
const TIMEOUT_MS: f64 = 1_000.0;

/// Monitors of other targets, which stay well.
const OTHERS: usize = 10;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a target fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Refused,
    BadGateway,
    Silent,
}

impl Fault {
    const ALL: [Self; 3] = [Self::Refused, Self::BadGateway, Self::Silent];

    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::BadGateway => "502 at once",
            Self::Silent => "silent (timeout 1 s)",
        }
    }

    /// How long until it is confirmed with its verdict, in milliseconds.
    const fn limit(self) -> f64 {
        match self {
            Self::Refused | Self::BadGateway => 500.0,
            Self::Silent => TIMEOUT_MS + 3_000.0,
        }
    }
}

/// Milliseconds from the end of the first failing attempt on, as they are seen from outside.
struct Times {
    suspect: f64,
    verdict: f64,
    told: f64,
}

/// Measures every fault.
pub(super) fn measure(goodgate: &Path, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for fault in Fault::ALL {
        let all = (0..rounds).map(|_| round(goodgate, fault).with_context(|| fault.name()));
        let all: Vec<Times> = all.collect::<anyhow::Result<_>>()?;
        let values = |of: fn(&Times) -> f64| all.iter().map(of).collect::<Vec<f64>>();
        let name = fault.name();
        let mut add = |what: &str, values, limit| {
            figures.push(Figure::new(format!("{name}: {what}"), "ms", values, limit));
        };
        add("first failing attempt → `suspect`", values(|it| it.suspect), Limit::Most(50.0));
        add("→ confirmed, with its verdict", values(|it| it.verdict), Limit::Most(fault.limit()));
        add("→ taken by a webhook", values(|it| it.told), Limit::Most(fault.limit() + 1_000.0));
    }
    Ok(figures)
}

fn round(goodgate: &Path, fault: Fault) -> anyhow::Result<Times> {
    let mut failing = Targets::start(1)?;
    let others = Targets::start(OTHERS)?;
    let hook = Hook::start()?;
    let config = others.monitors("1s")
        + &monitor("target", &failing.url(0), "1s")
        + "timeout = \"1s\"\n"
        + &hook.channel("hook");
    let mut watch = Watch::start(goodgate, &config)?;
    watch.wait_up(OTHERS + 1, PATIENCE)?;

    match fault {
        Fault::Refused => failing.refuse()?,
        Fault::BadGateway => failing.are(Mood::BadGateway),
        Fault::Silent => failing.are(Mood::Silent),
    }

    let suspect = watch.until_soon("suspect", PATIENCE, |watch| {
        Ok((text(&target(watch)?, "state") != "up").then(now))
    })?;
    let verdict = watch.until_soon("down", PATIENCE, |watch| {
        let target = target(watch)?;
        // Why a bare 502 came is not visible from outside: its verdict says so, and names no cause.
        let has_verdict = target.pointer("/finding/summary").is_some_and(Value::is_string);
        Ok((text(&target, "state") == "down" && has_verdict).then(now))
    })?;
    let told = hook.opened(PATIENCE)?;
    let failed = watch.until("the failing result", PATIENCE, |watch| {
        let answer = watch.api.get("/monitors/target")?;
        let results = answer.get("monitor").map(|it| list(it, "results")).unwrap_or_default();
        // The latest is the first of them.
        let bad = results.iter().rev().find(|result| text(result, "outcome") != "good");
        bad.map(end).transpose()
    })?;
    Ok(Times { suspect: suspect - failed, verdict: verdict - failed, told: told - failed })
}

/// Returns the target as the desk has it.
fn target(watch: &mut Watch) -> anyhow::Result<Value> {
    let answer = watch.api.get("/monitors?limit=1000")?;
    let found = list(&answer, "monitors").iter().find(|it| text(it, "id") == "target");
    found.cloned().context("the target is not watched")
}

/// Returns when an attempt ended.
fn end(result: &Value) -> anyhow::Result<f64> {
    let took = result.get("took_ms").and_then(Value::as_f64).context("no took_ms")?;
    Ok(moment(result, "at")? + took)
}
