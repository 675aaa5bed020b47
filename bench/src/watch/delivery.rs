//! From the decision to tell somebody until a webhook and a mail server have taken it, with a hundred
//! targets that fail at the same moment and a channel that hangs.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::figure::{Figure, Limit};
use super::receivers::{Hook, Mail};
use super::stand::{Watch, list, moment, text};
use super::targets::{Mood, Targets};
use crate::statistics::percentile;

/// Targets that fail, each at an address of its own: an incident each.
const TARGETS: usize = 100;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// The times of one round.
#[derive(Default)]
struct Times {
    webhook: Vec<f64>,
    mail: Vec<f64>,
}

/// Measures.
pub(super) fn measure(goodgate: &Path, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let all = (0..rounds).map(|_| round(goodgate));
    let all: Vec<Times> = all.collect::<anyhow::Result<_>>()?;
    let mut figures = Vec::new();
    let mut add = |name: &str, of: fn(&Times) -> &Vec<f64>| {
        for (percent, limit) in [(50.0, Limit::None), (99.0, Limit::Most(1_000.0))] {
            let values = all.iter().filter_map(|times| percentile(of(times), percent)).collect();
            let what =
                format!("{TARGETS} targets fail at once: decided → taken by {name}, p{percent}");
            figures.push(Figure::new(what, "ms", values, limit));
        }
    };
    add("a webhook", |times| &times.webhook);
    add("SMTP (aiosmtpd)", |times| &times.mail);
    Ok(figures)
}

fn round(goodgate: &Path) -> anyhow::Result<Times> {
    let targets = Targets::start(TARGETS)?;
    let (hook, deaf, mail) = (Hook::start()?, Hook::deaf()?, Mail::start()?);
    let config = targets.monitors("1s")
        + &hook.channel("hook")
        + &mail.channel("mail")
        + &deaf.channel("deaf");
    let mut watch = Watch::start(goodgate, &config)?;
    watch.wait_up(TARGETS, PATIENCE)?;

    targets.are(Mood::BadGateway);

    // Nobody asks anything while they are told.
    for _ in 0..TARGETS {
        hook.opened(PATIENCE).with_context(|| watch.process.said())?;
    }
    watch.until("every alert taken", PATIENCE, |watch| {
        let times = times(watch)?;
        let is_all = times.webhook.len() >= TARGETS && times.mail.len() >= TARGETS;
        Ok(is_all.then_some(times))
    })
}

/// Collects what was taken so far.
fn times(watch: &mut Watch) -> anyhow::Result<Times> {
    let mut times = Times::default();
    let answer = watch.api.get("/incidents?limit=1000")?;
    let numbers: Vec<&str> = list(&answer, "incidents").iter().map(|it| text(it, "id")).collect();
    for number in numbers {
        let file = watch.api.get(&format!("/incidents/{number}"))?;
        for delivery in list(&file, "deliveries") {
            if text(delivery, "kind") != "opened" {
                continue;
            }
            match (text(delivery, "channel"), text(delivery, "state")) {
                ("hook", "accepted") => times.webhook.push(taken(delivery)?),
                ("mail", "accepted") => times.mail.push(taken(delivery)?),
                ("deaf", state) => ensure!(state == "pending", "the channel that hangs: {state}"),
                _ => {}
            }
        }
    }
    Ok(times)
}

fn taken(delivery: &Value) -> anyhow::Result<f64> {
    Ok(moment(delivery, "accepted_at")? - moment(delivery, "decided_at")?)
}
