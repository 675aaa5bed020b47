//! The scores as a table and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::causes::Causes;
use super::chart;
use super::contenders::Contender;
use super::play::Tempo;
use super::schedule::Schedule;
use super::score::Score;
use crate::machine::Machine;
use crate::readme;

/// The scores of one schedule in the order of the contenders.
pub(super) type Row = (&'static Schedule, Vec<(&'static Contender, Score)>);

/// All scores with what belongs above them.
pub(super) struct Report {
    machine: Machine,
    versions: Vec<String>,
    tempo: Tempo,
    rows: Vec<Row>,
}

/// Returns the head of the table.
pub(super) const fn heading() -> &'static str {
    "| schedule | proxy | failed GETs | failed POSTs | duplicate POSTs | GET p50 / p99 / max (ms) | \
     cause right |\n|---|---|---|---|---|---|---|"
}

/// Returns one line of the table; the first of a schedule names it.
pub(super) fn line(schedule: Option<&Schedule>, contender: &Contender, score: &Score) -> String {
    let name = schedule
        .map_or_else(String::new, |schedule| format!("**{}**: {}", schedule.name, schedule.label));
    let failed = |counts: &super::score::Counts| match counts.failed() {
        0 => "0".to_owned(),
        failed => format!("{failed} ({:.1} %): {}", counts.percent(), counts.kinds()),
    };
    let arrived = match (score.posts.failed(), score.arrived) {
        (0, _) => String::new(),
        (failed, arrived) if failed == arrived => "; arrived".to_owned(),
        (_, 0) => "; none arrived".to_owned(),
        (_, arrived) => format!("; {arrived} arrived"),
    };
    let latency = score.latency.map_or_else(
        || "–".to_owned(),
        |(median, high, longest)| format!("{median:.0} / {high:.0} / {longest:.0}"),
    );
    let causes = score.causes.as_ref().map_or_else(|| "–".to_owned(), Causes::words);
    format!(
        "| {name} | {} | {} | {}{arrived} | {} | {latency} | {causes} |",
        contender.label,
        failed(&score.gets),
        failed(&score.posts),
        score.duplicates
    )
}

impl Report {
    /// Makes a report without rows.
    pub(super) const fn new(machine: Machine, versions: Vec<String>, tempo: Tempo) -> Self {
        Self { machine, versions, tempo, rows: Vec::new() }
    }

    /// Adds the scores of a schedule.
    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Writes table, chart and JSON.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        readme::write_section("scoreboard", &self.text()?)?;
        readme::write(&readme::folder().join("scoreboard.svg"), &chart::draw(&self.rows)?)?;
        readme::write_json("scoreboard", &self.json())
    }

    fn text(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        writeln!(text, "{} {}.", self.machine.line(), self.versions.join(", "))?;
        writeln!(text, "{} requests per second in each schedule.\n", self.tempo.rate)?;
        writeln!(text, "![Failed requests in each schedule by proxy](scoreboard.svg)\n")?;
        writeln!(text, "{}", heading())?;
        for (schedule, scores) in &self.rows {
            for (place, (contender, score)) in scores.iter().enumerate() {
                let schedule = (place == 0).then_some(*schedule);
                writeln!(text, "{}", line(schedule, contender, score))?;
            }
        }
        Ok(text)
    }

    fn json(&self) -> Value {
        let rows = self.rows.iter().map(|(schedule, scores)| {
            let scores: serde_json::Map<String, Value> = scores
                .iter()
                .map(|(contender, score)| (contender.name.to_owned(), score.json()))
                .collect();
            json!({"schedule": schedule.name, "what": schedule.label, "proxies": scores})
        });
        json!({
            "schema": "goodgate.bench-scoreboard/1",
            "machine": self.machine.json(),
            "versions": self.versions,
            "rate": self.tempo.rate,
            "schedules": rows.collect::<Vec<Value>>(),
        })
    }
}
