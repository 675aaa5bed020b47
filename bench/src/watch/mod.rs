//! What is promised of the watch, measured on the real binary: how soon it suspects, knows and tells,
//! what it takes, and what it says on a busy host.

mod ask;
mod beside;
mod blackbox;
mod busy;
mod delivery;
pub(crate) mod figure;
mod latency;
mod memory;
mod receivers;
pub(crate) mod stand;
pub(crate) mod targets;

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::machine::Machine;
use crate::readme;
use figure::Figure;

/// Rounds of what can be repeated.
const ROUNDS: usize = 9;

/// The same with `--quick`.
const QUICK: usize = 1;

/// A part with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Latency,
    Delivery,
    Memory,
    Busy,
    Beside,
}

impl Part {
    const ALL: [Self; 5] = [Self::Latency, Self::Delivery, Self::Memory, Self::Busy, Self::Beside];

    const fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Delivery => "delivery",
            Self::Memory => "memory",
            Self::Busy => "busy",
            Self::Beside => "beside",
        }
    }

    fn measure(self, goodgate: &Path, rounds: usize, quick: bool) -> anyhow::Result<Vec<Figure>> {
        match self {
            Self::Latency => latency::measure(goodgate, rounds),
            Self::Delivery => delivery::measure(goodgate, rounds),
            Self::Memory => memory::measure(goodgate, rounds, quick),
            Self::Busy => busy::measure(goodgate, quick),
            Self::Beside => beside::measure(goodgate, rounds, quick),
        }
    }
}

/// Runs the benchmark.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let goodgate = arguments.goodgate.as_deref().context("watch needs --goodgate PATH")?;
    let goodgate = goodgate.canonicalize().with_context(|| goodgate.display().to_string())?;
    let rounds = arguments.runs.unwrap_or(if arguments.quick { QUICK } else { ROUNDS });
    let machine = Machine::look();
    let heading = format!("{} Medians of {rounds} rounds.", machine.line());
    println!("{heading}\n\n{}", Figure::heading());
    let mut figures = Vec::new();
    for part in Part::ALL.into_iter().filter(|part| arguments.wants_case(part.name())) {
        let found = part.measure(&goodgate, rounds, arguments.quick);
        for figure in found.with_context(|| part.name())? {
            println!("{}", figure.line());
            figures.push(figure);
        }
    }
    if arguments.writes() {
        let lines: Vec<String> = figures.iter().map(Figure::line).collect();
        let text = format!("{heading}\n\n{}\n{}", Figure::heading(), lines.join("\n"));
        readme::write_section("watch", &text)?;
        let figures: Vec<Value> = figures.iter().map(Figure::json).collect();
        let machine = machine.json();
        let all = json!({
            "schema": "goodgate.bench-watch/1",
            "machine": machine,
            "rounds": rounds,
            "figures": figures,
        });
        readme::write_json("watch", &all)?;
    }
    let broken = figures.iter().filter(|figure| !figure.holds());
    let broken: Vec<&str> = broken.map(|figure| figure.what.as_str()).collect();
    ensure!(broken.is_empty() || !arguments.check, "beyond their limits: {}", broken.join("; "));
    Ok(())
}
