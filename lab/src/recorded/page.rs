//! The matrix for readers: `lab/matrix/gateway.md`.

use crate::recorded::case::Case;
use crate::recorded::figures::{Entry, Figures};
use crate::score::figures::Share;
use crate::text::line;

/// The name of the page.
pub const FILE: &str = "gateway.md";

/// Writes the page.
pub fn page(cases: &[Case], entries: &[Entry]) -> String {
    let mut out = String::new();
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    line!(out, "# What the gateway records\n");
    line!(out, "Written by `cargo xtask lab` on {date}.");
    line!(
        out,
        "{} faults behind `goodgate run`: those of `goodgate faults` and failures of the machine. \
         Each is asked for with GET and POST, with the broken endpoint alone (*one*) and beside a \
         healthy one (*two*), retries on. The causes in the access log are compared with what was \
         injected. How: [the lab](../../docs/guides/lab.md#the-gateway-as-the-subject).\n",
        cases.len()
    );
    out.push_str(&table(entries));
    line!(out, "\n## Every case\n");
    line!(out, "| injected | what | may be recorded | recorded | right | `explain` |");
    line!(out, "|---|---|---|---|---|---|");
    for entry in entries {
        let case = cases.iter().find(|case| case.id == entry.id);
        line!(out, "{}", row(entry, case));
    }
    let reasons = cases.iter().filter(|case| case.because.is_some());
    line!(out, "\n## Why some look the same, or cannot be seen\n");
    for case in reasons {
        line!(out, "- `{}`: {}", case.name, case.because.as_deref().unwrap_or_default());
    }
    out
}

/// Writes the shares.
pub fn table(entries: &[Entry]) -> String {
    let figures = Figures::count(entries);
    let mut out = String::new();
    line!(out, "| measure | share |");
    line!(out, "|---|---|");
    let rows: [(&str, Share); 5] = [
        (
            "the recorded cause is the injected one, or one that leaves the same traces",
            figures.right,
        ),
        ("… is the injected one itself", figures.exactly),
        ("nothing is recorded where a gateway can see nothing", figures.quiet),
        ("RFC 9209 type, status, stage and blame are right, and whose answer it is", figures.words),
        ("`goodgate explain` says the same of the access log", figures.explained),
    ];
    for (what, share) in rows {
        line!(out, "| {what} | {}/{} ({:.1} %) |", share.part, share.of, share.percent());
    }
    out
}

fn row(entry: &Entry, case: Option<&Case>) -> String {
    let name = entry.id.rsplit('/').next().unwrap_or_default();
    let what = case.map_or("", |case| case.says.as_str());
    let mut recorded: Vec<&str> =
        entry.units.iter().flat_map(|unit| &unit.recorded).map(String::as_str).collect();
    recorded.sort_unstable();
    recorded.dedup();
    let right = entry.units.iter().filter(|unit| unit.right && unit.words.is_empty()).count();
    let wrong: Vec<String> = entry
        .units
        .iter()
        .filter(|unit| !unit.right || !unit.words.is_empty())
        .map(|unit| format!("; {}: {}", unit.what, unit.words.join(", ")))
        .collect();
    format!(
        "| {name} | {what} | {} | {} | {right}/{}{} | {} |",
        or_dash(&entry.injected.join(", ")),
        or_dash(&recorded.join(", ")),
        entry.units.len(),
        wrong.concat(),
        or_dash(&entry.explained.cause),
    )
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
