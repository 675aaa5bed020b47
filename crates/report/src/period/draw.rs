//! A report as a document.

use super::window::{Incidents, Latency, Monitor, Sums, Time};
use super::words::{count, length, millis, moment, names, part, percent};
use super::{Length, PeriodReport};
use crate::document::{Block, Document, Fact, List, Section, Sign, Table, Text, Tone};

/// Makes the document of a report.
pub fn document(report: &PeriodReport) -> Document {
    let about = report.tag.as_ref().map_or_else(
        || "everything that is watched".to_owned(),
        |tag| format!("what has the tag {tag}"),
    );
    let kind = match report.length {
        Length::Week => "Weekly report",
        Length::Month => "Monthly report",
        Length::Other => "Report",
    };
    let title = format!("{kind} of {about}");
    let (from, until) = (moment(&report.from), moment(&report.until));
    let mut blocks = vec![
        Block::Sign(sign(report)),
        Block::Facts(vec![
            Fact::new("From", from.clone()),
            Fact::new("Until", until.clone()),
            Fact::new("Time zone", report.zone.clone()),
            Fact::new("About", about),
            Fact::new("Made at", moment(&report.made_at)),
        ]),
    ];
    blocks.extend(parts(report).into_iter().map(Block::Section));
    Document {
        title,
        over: format!("Good Gateway, {from} to {until}"),
        about: report.headline.clone(),
        blocks,
    }
}

fn sign(report: &PeriodReport) -> Sign {
    let window = &report.window;
    let measured = window.all.uptime.as_ref().and_then(|time| time.up);
    let (tone, word) = match measured {
        None => (Tone::Neutral, "Not measured"),
        Some(_) if window.incidents.by_cause.iter().any(|it| it.open > 0) => (Tone::Bad, "Open"),
        Some(_) if !report.worst.is_empty() => (Tone::Warn, "With failures"),
        Some(_) => (Tone::Good, "Well"),
    };
    Sign { tone, word: word.to_owned(), says: report.headline.clone() }
}

fn parts(report: &PeriodReport) -> Vec<Section> {
    let word = report.length.word();
    let nothing = "Nothing failed while it was measured.";
    let mut all = vec![
        Section::new("What was worst", sentences(&report.worst, nothing)),
        Section::new("What to do", sentences(&report.follow_ups, "Nothing presses.")),
    ];
    if !report.compared.is_empty() {
        all.push(Section::new(
            format!("Compared with the {word} before"),
            sentences(&report.compared, ""),
        ));
    }
    all.push(Section::long("All together and by tag", vec![Block::Table(sums(report))]));
    all.push(Section::long("Monitors, the worst first", vec![Block::Table(monitors(report))]));
    all.push(Section::new("Error budgets", budgets(report)));
    all.push(Section::long("Incidents", incidents(&report.window.incidents)));
    if let Some(held) = held(report) {
        all.push(Section::new("What the gateway held", held));
    }
    all.push(Section::new("Expires soon", expiring(report)));
    if let Some(found) = &report.diagnosis {
        let says = |it: &super::Diagnosed| format!("{}: {}", it.monitor, it.says);
        let items: Vec<String> = found.iter().map(says).collect();
        let blocks = sentences(&items, "Every monitor was examined, and nothing was found.");
        all.push(Section::long("Regular maintenance: what examinations found", blocks));
    }
    all.push(Section::new(
        "What this report does not know",
        sentences(&report.gaps, "Nothing is missing."),
    ));
    all
}

fn sentences(all: &[String], none: &str) -> Vec<Block> {
    if all.is_empty() {
        return vec![Block::Paragraph(none.into())];
    }
    let items = all.iter().map(|text| Text::from(text.as_str())).collect();
    vec![Block::List(List { is_numbered: false, items })]
}

fn table(caption: &str, columns: &[&str], rows: Vec<Vec<Text>>) -> Table {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    Table { caption: caption.to_owned(), columns, rows }
}

fn sums(report: &PeriodReport) -> Table {
    let window = &report.window;
    let row = |name: String, sums: &Sums| {
        let mut row = vec![Text::from(name), Text::number(sums.monitors.to_string())];
        row.extend(time(sums.uptime.as_ref()));
        row.extend(percentiles(sums.latency.as_ref()));
        row
    };
    let mut rows = vec![row("all".to_owned(), &window.all)];
    if let Some(before) = &report.before {
        rows.push(row(format!("all, the {} before", report.length.word()), before));
    }
    let tags = window.tags.iter();
    rows.extend(tags.map(|sums| row(format!("tag {}", sums.tag.as_deref().unwrap_or("?")), sums)));
    let columns = [
        "",
        "Monitors",
        "Up",
        "Down",
        "In part",
        "Not measured",
        "Half within",
        "95 of 100",
        "99 of 100",
    ];
    table("Shares are of the measured time; what was not measured is apart.", &columns, rows)
}

fn monitors(report: &PeriodReport) -> Table {
    let row = |monitor: &Monitor| {
        let mut row = vec![Text::code(monitor.id.clone())];
        row.extend(time(monitor.uptime.as_ref()));
        row.push(Text::number(format!("{} of {}", monitor.bad, monitor.checks)));
        row.extend(percentiles(monitor.latency.as_ref()));
        row
    };
    let rows = report.window.monitors.iter().map(row).collect();
    let columns = [
        "Monitor",
        "Up",
        "Down",
        "In part",
        "Not measured",
        "Failed checks",
        "Half within",
        "95 of 100",
        "99 of 100",
    ];
    table("", &columns, rows)
}

/// The share up, and the times of what was not.
fn time(time: Option<&Time>) -> [Text; 4] {
    let Some(time) = time else {
        return ["no data", "-", "-", "all"].map(Text::number);
    };
    let up = time.up.map_or_else(|| "no data".to_owned(), percent);
    let of = |seconds: u64| if seconds == 0 { "-".to_owned() } else { length(seconds) };
    [up, of(time.down_seconds), of(time.partial_seconds), of(time.unknown_seconds)]
        .map(Text::number)
}

fn percentiles(latency: Option<&Latency>) -> [Text; 3] {
    let of = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), millis);
    let of = |get: fn(&Latency) -> Option<f64>| Text::number(of(latency.and_then(get)));
    [of(|it| it.p50_ms), of(|it| it.p95_ms), of(|it| it.p99_ms)]
}

fn budgets(report: &PeriodReport) -> Vec<Block> {
    let rows: Vec<Vec<Text>> = report
        .window
        .budgets
        .iter()
        .map(|budget| {
            let spent = budget.spent.map_or_else(|| "no data".to_owned(), part);
            let checks = format!("{} of {}", budget.bad, budget.checks);
            vec![
                budget.about.as_str().into(),
                Text::number(budget.objective.clone()),
                Text::number(spent),
                Text::number(checks),
            ]
        })
        .collect();
    if rows.is_empty() {
        return vec![Block::Paragraph(
            "No objective is set: `[monitor.slo]` and `[[slo]]` do.".into(),
        )];
    }
    let caption = format!("Spent in this {}; 100 % is all of it.", report.length.word());
    vec![Block::Table(table(&caption, &["Of", "Objective", "Spent", "Failed checks"], rows))]
}

fn incidents(incidents: &Incidents) -> Vec<Block> {
    if incidents.total == 0 {
        return vec![Block::Paragraph("There was none.".into())];
    }
    let causes = incidents.by_cause.iter().map(|cause| {
        let name = cause.cause.as_deref().unwrap_or("not known");
        vec![
            Text::code(name),
            cause.title.as_deref().unwrap_or_default().into(),
            Text::number(cause.incidents.to_string()),
            Text::number(length(cause.seconds)),
            Text::number(length(cause.longest_seconds)),
        ]
    });
    let columns = ["Cause", "What it is", "Incidents", "Together", "Longest"];
    let by_cause = table("By cause", &columns, causes.collect());
    let each = incidents.list.iter().map(|it| {
        let end = match &it.resolved_at {
            Some(at) => moment(at),
            None => it.state.clone(),
        };
        vec![
            Text::number(it.id.clone()),
            moment(&it.opened_at).into(),
            end.into(),
            Text::number(length(it.seconds_in_window)),
            it.summary.as_str().into(),
            Text::code(names(&it.monitors)),
        ]
    });
    let columns = ["No.", "Began", "Over", "Lasted here", "What", "Monitors"];
    vec![
        Block::Table(by_cause),
        Block::Table(table("Each, the latest first", &columns, each.collect())),
    ]
}

fn held(report: &PeriodReport) -> Option<Vec<Block>> {
    let held = report.held.as_ref()?;
    let mut facts = vec![
        Fact::new(
            "Saved",
            format!("{} would have failed without the gateway", count(held.saved, "request")),
        ),
        Fact::new("Failed all the same", count(held.failures, "request")),
        Fact::new("No setting would have helped", count(held.unavoidable, "request")),
    ];
    if let Some((first, last)) = &held.days {
        facts.push(Fact::new("Days counted (UTC)", format!("{first} to {last}")));
    }
    let mut blocks = vec![Block::Facts(facts)];
    if !held.settings.is_empty() {
        let rows = held
            .settings
            .iter()
            .map(|it| vec![Text::code(it.line()), Text::number(it.avoided.to_string())]);
        let caption = "Settings that would have been enough; a failure counts for each";
        blocks.push(Block::Table(table(caption, &["Setting", "Failures avoided"], rows.collect())));
    }
    Some(blocks)
}

fn expiring(report: &PeriodReport) -> Vec<Block> {
    if report.expiring.is_empty() {
        let days = super::limits::EXPIRES_WITHIN_DAYS;
        let text = format!("Nothing that is known expires within {days} days.");
        return vec![Block::Paragraph(text.into())];
    }
    let rows = report.expiring.iter().map(|it| {
        let when = match it.days {
            days if days < 0 => "expired".to_owned(),
            days => count(days.unsigned_abs(), "day"),
        };
        vec![
            it.thing.words().into(),
            Text::code(names(&it.of)),
            Text::number(when),
            moment(&it.at).into(),
        ]
    });
    vec![Block::Table(table("", &["What", "Of", "Left", "Until"], rows.collect()))]
}
