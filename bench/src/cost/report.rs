//! The figures as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::cases::{BARE, FIXED_LOAD, SAME_WORK};
use crate::machine::Machine;
use crate::{readme, statistics};

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// CPU time of the proxy for one request.
    Microseconds,
    /// Time until an answer was complete.
    Latency,
    /// Memory for one connection.
    Kibibytes,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "CPU µs per request",
            Self::Latency => "µs",
            Self::Kibibytes => "KiB",
        }
    }
}

/// The values of one case by contender.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    name: &'static str,
    label: &'static str,
    unit: Unit,
    values: BTreeMap<&'static str, Vec<f64>>,
    /// Requests per second, and how busy the proxy's core was.
    notes: BTreeMap<&'static str, Vec<(f64, f64)>>,
}

impl Row {
    /// Makes a row without values.
    pub(crate) fn new(name: &'static str, label: &'static str, unit: Unit) -> Self {
        Self { name, label, unit, values: BTreeMap::new(), notes: BTreeMap::new() }
    }

    /// Adds the value of one run.
    pub(crate) fn add(&mut self, contender: &'static str, value: f64) {
        self.values.entry(contender).or_default().push(value);
    }

    /// Adds what a run's load was: requests per second, and the busy part of the proxy's core.
    pub(crate) fn note(&mut self, contender: &'static str, rate: f64, busy: f64) {
        self.notes.entry(contender).or_default().push((rate, busy));
    }

    fn median(&self, contender: &str) -> Option<f64> {
        self.values.get(contender).and_then(|values| statistics::median(values))
    }

    /// Returns the median of the ratios of runs that followed each other: what slows the machine for
    /// a while slows both.
    fn ratio(&self, ours: &str, theirs: &str) -> Option<f64> {
        let (ours, theirs) = (self.values.get(ours)?, self.values.get(theirs)?);
        let ratios: Vec<f64> =
            ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        statistics::median(&ratios)
    }

    fn cells(&self, labels: &[(&'static str, &'static str)]) -> Vec<String> {
        let value = |name: &str| self.median(name).map_or_else(|| "–".to_owned(), number);
        let ratio = |name: &str| {
            self.ratio("goodgate", name)
                .map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2} ×"))
        };
        let mut cells = vec![format!("{} ({})", self.label, self.unit.name())];
        cells.extend(labels.iter().map(|(name, _)| value(name)));
        cells.extend([ratio(SAME_WORK), ratio(BARE)]);
        cells
    }

    fn json(&self) -> Value {
        let contenders = self.values.iter().map(|(name, values)| {
            let mut entry = json!({"median": statistics::median(values), "runs": values});
            let notes = self.notes.get(name).map(Vec::as_slice).unwrap_or_default();
            let (rates, busy): (Vec<f64>, Vec<f64>) = notes.iter().copied().unzip();
            if let (Some(rate), Some(busy)) =
                (statistics::median(&rates), statistics::median(&busy))
            {
                entry["requests_per_second"] = json!(rate);
                entry["busy"] = json!(busy);
            }
            ((*name).to_owned(), entry)
        });
        json!({
            "case": self.name,
            "unit": self.unit.name(),
            "contenders": contenders.collect::<serde_json::Map<String, Value>>(),
        })
    }
}

/// All rows with what belongs above them.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Machine,
    versions: Vec<String>,
    runs: usize,
    labels: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    /// Requests per second of the fixed load.
    pub(crate) rate: Option<f64>,
}

impl Report {
    /// Makes a report without rows.
    pub(crate) fn new(
        machine: Machine,
        versions: Vec<String>,
        runs: usize,
        labels: Vec<(&'static str, &'static str)>,
    ) -> Self {
        Self { machine, versions, runs, labels, rows: Vec::new(), rate: None }
    }

    /// Returns the head of the table.
    pub(crate) fn heading(&self) -> String {
        let mut cells = vec!["case".to_owned()];
        cells.extend(self.labels.iter().map(|(_, label)| (*label).to_owned()));
        cells.extend(["goodgate / nginx".to_owned(), "goodgate / bare".to_owned()]);
        format!("{}\n|{}", line(&cells), "---|".repeat(cells.len()))
    }

    /// Adds a row and shows it.
    pub(crate) fn push(&mut self, row: Row) {
        println!("{}", line(&row.cells(&self.labels)));
        self.rows.push(row);
    }

    /// Returns the median of a case for a contender.
    pub(crate) fn median(&self, case: &str, contender: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.name == case)?.median(contender)
    }

    /// Writes table and JSON.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        readme::write_section("cost", &self.text()?)?;
        readme::write_json("cost", &self.json())
    }

    fn text(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        writeln!(text, "{} {}.", self.machine.line(), self.versions.join(", "))?;
        write!(text, "Medians of {} runs in turns.", self.runs)?;
        if let Some(rate) = self.rate {
            let percent = FIXED_LOAD * 100.0;
            write!(text, " The latencies are those at {rate:.0} requests per second, ")?;
            write!(text, "{percent:.0} % of what nginx doing the same work can take.")?;
        }
        writeln!(text, "\n\n{}", self.heading())?;
        for row in &self.rows {
            writeln!(text, "{}", line(&row.cells(&self.labels)))?;
        }
        Ok(text)
    }

    fn json(&self) -> Value {
        json!({
            "schema": "goodgate.bench-cost/1",
            "machine": self.machine.json(),
            "versions": self.versions,
            "runs": self.runs,
            "fixed_rate": self.rate,
            "cases": self.rows.iter().map(Row::json).collect::<Vec<Value>>(),
        })
    }
}

fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn number(value: f64) -> String {
    if value.abs() < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_needs_both_values() {
        let mut row = Row::new("a", "A", Unit::Microseconds);
        for (ours, theirs) in [(10.0, 20.0), (30.0, 60.0), (5.0, 20.0)] {
            row.add("goodgate", ours);
            row.add("nginx", theirs);
        }

        let cells = row.cells(&[("nginx", "nginx"), ("haproxy", "HAProxy")]);

        assert_eq!(cells, ["A (CPU µs per request)", "20.0", "–", "0.50 ×", "–"]);
    }
}
