//! Failures in front of each proxy while faults happen behind it.
//!
//! Each proxy gets the same requests at the same times and the same faults at the same times, one
//! proxy after the other, each with the best configuration that its documentation offers.

mod causes;
mod chart;
mod client;
mod contenders;
mod control;
pub(crate) mod endpoint;
mod paths;
mod play;
mod report;
mod schedule;
mod score;
mod stand;

use std::path::PathBuf;

use anyhow::Context as _;

use crate::arguments::Arguments;
use crate::cores;
use crate::machine::Machine;
use contenders::{CONTENDERS, Contender};
use play::Tempo;
use report::Report;
use schedule::{ALL, LENGTH, Schedule};
use score::Score;
use stand::Stand;

/// Requests per second.
const RATE: u32 = 300;

/// The same with `--quick`, and the part of each schedule's times.
const QUICK: (u32, f64) = (100, 0.2);

/// Runs the benchmark.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (rate, part) = if arguments.quick { QUICK } else { (RATE, 1.0) };
    let part = arguments.seconds.map_or(part, |seconds| seconds / LENGTH.as_secs_f64());
    let tempo = Tempo { rate: arguments.rate.unwrap_or(rate), part };
    cores::pin_to_load()?;
    let machine = Machine::look();
    let contenders = contenders(arguments);
    let mut versions = Vec::new();
    for (contender, binary) in &contenders {
        versions.push(contender.product.version(binary)?);
    }
    let mut report = Report::new(machine, versions, tempo);
    println!("{}", report::heading());
    for schedule in ALL.iter().filter(|schedule| arguments.wants_case(schedule.name)) {
        if schedule.needs_faults() && arguments.goodgate.is_none() {
            println!("{}: left out: goodgate faults needs --goodgate PATH", schedule.name);
            continue;
        }
        let mut scores = Vec::new();
        for (contender, binary) in &contenders {
            let score = one(schedule, contender, binary, arguments, tempo)
                .with_context(|| format!("{} through {}", schedule.name, contender.label))?;
            println!("{}", report::line(Some(schedule), contender, &score));
            scores.push((*contender, score));
        }
        report.push((schedule, scores));
    }
    if arguments.writes() {
        report.write()?;
    }
    Ok(())
}

/// Lists the proxies that can run, and tells of the others.
fn contenders(arguments: &Arguments) -> Vec<(&'static Contender, PathBuf)> {
    let mut found = Vec::new();
    for contender in CONTENDERS.iter().filter(|one| arguments.wants_proxy(one.name)) {
        match contender.product.find(arguments.goodgate.as_deref()) {
            Ok(binary) => found.push((contender, binary)),
            Err(error) => println!("{}: left out: {error:#}", contender.label),
        }
    }
    found
}

/// Plays one schedule through one proxy.
fn one(
    schedule: &Schedule,
    contender: &Contender,
    binary: &std::path::Path,
    arguments: &Arguments,
    tempo: Tempo,
) -> anyhow::Result<Score> {
    let mut stand = Stand::new(schedule, contender, binary, arguments.goodgate.as_deref())?;
    let told = play::play(schedule, &mut stand, tempo)?;
    let causes = stand.causes(contender, schedule, told.len())?;
    Ok(Score { causes, ..Score::of(&told, &stand.arrivals()?) })
}
