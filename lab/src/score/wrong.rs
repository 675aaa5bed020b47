//! Verdicts that are not what they should be, for those who repair the product.

use std::collections::BTreeMap;

use crate::declared::file::{Question, Scenario};
use crate::declared::play::Played;
use crate::score::record::Entry;
use crate::score::report;
use crate::score::verdict::Verdict;
use crate::text::line;

/// The most candidates that are shown of a wrong verdict, in the list of one line each.
const SHORT_MAX: usize = 3;

/// The same where everything is shown.
const CANDIDATES_MAX: usize = 6;

/// The most pieces of evidence that are shown.
const EVIDENCE_MAX: usize = 14;

/// The wrong verdicts on one scenario.
#[derive(Debug, Default)]
pub struct Wrong {
    /// A line each.
    pub short: String,
    /// With everything that they rest on.
    pub full: String,
}

/// Describes the verdicts on a scenario that are not what they should be.
pub fn describe(
    scenario: &Scenario,
    entry: &Entry,
    played: &Played,
    verdicts: &BTreeMap<Question, Verdict>,
) -> Wrong {
    let mut wrong = Wrong::default();
    for (question, verdict) in verdicts.iter().filter(|(question, _)| misses(entry, **question)) {
        let words = report::words(entry, *question).join(", ");
        line!(wrong.short, "{} {question}: {words}; {}", entry.id, got(verdict, SHORT_MAX));
        line!(wrong.full, "- **{question}**: {words}\n  - got {}", got(verdict, CANDIDATES_MAX));
        let next: Vec<&str> = verdict.next.iter().map(|step| step.id.as_str()).collect();
        line!(wrong.full, "  - next: {}", next.join(", "));
        if let Some(answer) = played.answers.get(question) {
            line!(wrong.full, "  - `{}` ({} ms)", answer.command, answer.took.as_millis());
        }
        for evidence in verdict.evidence.iter().take(EVIDENCE_MAX) {
            line!(wrong.full, "  - {evidence}");
        }
    }
    if let (Some(watched), Some(tried)) = (&entry.watch, &played.monitor)
        && !watched.agrees()
    {
        let diagnosed = verdicts.get(&tried.beside);
        let diagnosed = diagnosed.map_or_else(String::new, |verdict| got(verdict, SHORT_MAX));
        let words = watched.said();
        line!(wrong.short, "{} watch: {words}; {} got {diagnosed}", entry.id, watched.beside);
        line!(wrong.full, "- **watch**: {words}, and {} got {diagnosed}", watched.beside);
        line!(wrong.full, "  - `{:#}`", tried.json);
    }
    if !wrong.full.is_empty() {
        let head = format!(
            "## {}\n\n{} Truth: {}. Client saw: {}.\n\n",
            entry.id,
            scenario.says,
            report::truth(entry),
            entry.seen.join(", ")
        );
        wrong.full.insert_str(0, &head);
        wrong.full.push('\n');
    }
    wrong
}

/// Says whether a verdict misses something that is asked of it.
fn misses(entry: &Entry, question: Question) -> bool {
    let Some(judgement) = entry.questions.get(question.name()) else { return false };
    let is_loud = |word: &String| word.chars().any(char::is_uppercase);
    let misses_cause = question == Question::Local && !entry.is_control() && !judgement.cause_right;
    misses_cause || report::words(entry, question).iter().any(is_loud)
}

fn got(verdict: &Verdict, candidates_max: usize) -> String {
    let candidates = verdict.causes.iter().take(candidates_max);
    let causes: Vec<String> =
        candidates.map(|cause| format!("{} {:.2}", cause.id, cause.confidence)).collect();
    let mechanism = verdict.mechanism.as_ref().map_or("none", |found| found.id.as_str());
    format!("{}, mechanism {mechanism}: {}", verdict.state, causes.join(", "))
}
