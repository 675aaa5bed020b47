//! The matrices for readers: `lab/matrix/README.md` and one page for each question.

use std::collections::BTreeMap;

use crate::declared::file::{Product, Question};
use crate::score::figures::{Figures, Share};
use crate::score::record::{Entry, Record};
use crate::score::watch;
use crate::text::line;

/// Writes every page: the name of its file and its text.
pub fn pages(record: &Record) -> Vec<(String, String)> {
    let mut pages = vec![("README.md".to_owned(), overview(record))];
    for question in Question::ALL {
        pages.push((format!("{question}.md"), matrix(record, question)));
    }
    pages.push(("watch.md".to_owned(), watch::page(record)));
    pages
}

fn overview(record: &Record) -> String {
    let mut out = String::new();
    let controls = record.scenarios.iter().filter(|entry| entry.is_control()).count();
    let broken = record.scenarios.len() - controls;
    line!(out, "# The lab's matrices\n");
    line!(out, "Written by `cargo xtask lab` on {} ({}).", record.date, record.machine);
    line!(out, "Gateways: {}.\n", record.gateways.join(", "));
    line!(
        out,
        "{broken} scenarios with a fault of {} causes, {controls} controls.",
        causes(record)
    );
    line!(out, "What is asked and how it is scored: [the lab](../../docs/guides/lab.md).\n");
    if !record.local {
        line!(out, "The binary had no `--local`: the question `local` was asked without it.\n");
    }
    out.push_str(&table(record));
    line!(out, "\n## Stated confidence and truth\n");
    line!(out, "The best candidate is the labelled cause or its mechanism.\n");
    out.push_str(&reliability(record));
    line!(out, "\n## Confusion matrices\n");
    for question in Question::ALL {
        line!(out, "- [{}]({question}.md)", title(question));
    }
    line!(out, "\n## Monitors\n");
    out.push_str(&watch::table(record));
    line!(out, "\n- [what a monitor of the same URL came to](watch.md)");
    line!(out, "\n## The gateway of `goodgate run`\n");
    line!(out, "- [what it records, against what was injected](gateway.md)");
    out
}

/// Writes the figures of every question, by gateway and for all.
pub fn table(record: &Record) -> String {
    let mut out = String::new();
    line!(
        out,
        "| question | gateway | mechanism | within its set | cause | best, where outside decides \
         | truth named | no contradiction | split by an experiment | right and confident | \
         confident and wrong | controls quiet | in time |"
    );
    line!(out, "|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for question in Question::ALL {
        for product in Product::ALL.map(Some).into_iter().chain([None]) {
            let figures = Figures::count(record, question, product);
            let name = product.map_or("all", Product::folder);
            line!(out, "| {question} | {name} | {} |", cells(&figures).join(" | "));
        }
    }
    out
}

fn cells(figures: &Figures) -> [String; 11] {
    [
        share(figures.mechanism),
        share(figures.mechanism_within_set),
        share(figures.cause),
        share(figures.top_where_decided),
        share(figures.named),
        share(figures.consistent),
        share(figures.splits),
        share(figures.confident_of_right),
        figures.confident_and_wrong.to_string(),
        share(figures.quiet),
        share(figures.in_time),
    ]
}

fn share(share: Share) -> String {
    let Share { part, of } = share;
    if of == 0 { "–".to_owned() } else { format!("{part}/{of} ({:.0} %)", share.percent()) }
}

/// Writes how often verdicts of a stated confidence are true.
pub fn reliability(record: &Record) -> String {
    let mut out = String::new();
    line!(out, "| stated confidence | {} |", Question::ALL.map(Question::name).join(" | "));
    line!(out, "|---|---|---|---|---|");
    let figures = Question::ALL.map(|question| Figures::count(record, question, None));
    for tenths in (0..10).rev() {
        let cells = figures
            .each_ref()
            .map(|figures| share(figures.reliability.get(&tenths).copied().unwrap_or_default()));
        let until = if tenths == 9 { "1.0".to_owned() } else { format!("0.{}", tenths + 1) };
        line!(out, "| 0.{tenths} to {until} | {} |", cells.join(" | "));
    }
    out
}

fn matrix(record: &Record, question: Question) -> String {
    let mut out = String::new();
    line!(out, "# Confusion matrix: {}\n", title(question));
    line!(
        out,
        "Rows are the labelled causes with their mechanism, columns the verdicts: best candidate, \
         and the mechanism in brackets where it is another. Run on {}.\n",
        record.date
    );
    line!(out, "| truth | verdicts |");
    line!(out, "|---|---|");
    for (truth, verdicts) in confusion(record, question) {
        let cells: Vec<String> =
            verdicts.iter().map(|(verdict, count)| format!("{verdict} × {count}")).collect();
        line!(out, "| {truth} | {} |", cells.join(", "));
    }
    line!(out, "\n## By scenario\n");
    line!(
        out,
        "| scenario | truth | state | mechanism | best candidate | confidence | verdict is |"
    );
    line!(out, "|---|---|---|---|---|---|---|");
    for entry in &record.scenarios {
        let Some(judgement) = entry.questions.get(question.name()) else {
            line!(out, "| {} | {} | not asked | | | | |", entry.id, truth(entry));
            continue;
        };
        line!(
            out,
            "| {} | {} | {} | {} | {} | 0.{} | {} |",
            entry.id,
            truth(entry),
            judgement.state,
            judgement.mechanism,
            judgement.cause,
            judgement.tenths,
            words(entry, question).join(", ")
        );
    }
    out
}

fn confusion(record: &Record, question: Question) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut rows: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for entry in &record.scenarios {
        let Some(judgement) = entry.questions.get(question.name()) else { continue };
        let verdict = match (judgement.cause.as_str(), judgement.mechanism.as_str()) {
            ("", _) => judgement.state.clone(),
            (cause, mechanism) if cause == mechanism || mechanism.is_empty() => cause.to_owned(),
            (cause, mechanism) => format!("{cause} ({mechanism})"),
        };
        *rows.entry(truth(entry)).or_default().entry(verdict).or_default() += 1;
    }
    rows
}

/// Says what the truth is: the cause, and its mechanism where that is another.
pub fn truth(entry: &Entry) -> String {
    match (entry.cause.as_str(), entry.mechanism.as_str()) {
        ("", _) => "nothing wrong".to_owned(),
        (cause, mechanism) if cause == mechanism => cause.to_owned(),
        (cause, mechanism) => format!("{cause} ({mechanism})"),
    }
}

/// Says in words what is right and wrong about a verdict.
pub fn words(entry: &Entry, question: Question) -> Vec<String> {
    let Some(judgement) = entry.questions.get(question.name()) else { return Vec::new() };
    let mut words = Vec::new();
    let mut say = |holds: bool, word: &str| {
        if holds {
            words.push(word.to_owned());
        }
    };
    if entry.is_control() {
        say(!judgement.false_alarm, "quiet");
        say(judgement.false_alarm, "FALSE ALARM");
    } else {
        say(judgement.cause_right, "right cause");
        say(!judgement.cause_right && judgement.mechanism_right, "right mechanism");
        let is_same = judgement.mechanism_within_set && !judgement.mechanism_right;
        say(is_same, "mechanism that looks the same");
        // Where the client's view does not decide, no mechanism is asked for.
        let is_asked = question != Question::Outside || entry.outside_decides;
        say(is_asked && !judgement.mechanism_within_set, "WRONG MECHANISM");
        say(!is_asked && !judgement.mechanism_within_set, "mechanism left open");
        say(!judgement.named, "truth NOT NAMED");
        say(!judgement.splits, "NOT SPLIT");
        let count = judgement.contradictions.len();
        say(count > 0, &format!("{count} CONTRADICT: {}", judgement.contradictions.join(" ")));
    }
    say(judgement.confident_and_wrong, "CONFIDENT AND WRONG");
    say(!judgement.in_time, "LATE");
    words
}

fn causes(record: &Record) -> usize {
    let mut causes: Vec<&str> = record.scenarios.iter().map(|entry| entry.cause.as_str()).collect();
    causes.sort_unstable();
    causes.dedup();
    causes.iter().filter(|cause| !cause.is_empty()).count()
}

fn title(question: Question) -> &'static str {
    match question {
        Question::Outside => "`diagnose URL` from the client",
        Question::Origin => "with `--origin`",
        Question::Local => "with `--origin --log --local` on the gateway",
        Question::Explain => "`explain -` on the log lines",
    }
}
