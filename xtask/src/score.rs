//! `cargo xtask score FOLDER`: how well labelled text is explained.
//!
//! FOLDER holds `*.log` files of samples; each begins with a line
//! `# source: … | cause: SLUG` and goes up to the next such line. Printed are the share of right
//! verdicts (best candidate, three best), the confident and wrong ones, the calibration by decile,
//! and the confusion within each set of causes that one line cannot tell apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use goodgate_causes::{Assessment, CONFIDENT, EXPERIMENTS, Kind, State, catalogue, rank, sets};
use goodgate_recognise::recognise;

/// Appends one line to a string.
macro_rules! line {
    ($out:expr, $($arguments:tt)*) => {{
        $out.push_str(&format!($($arguments)*));
        $out.push('\n');
    }};
}

/// One labelled text.
struct Sample {
    file: String,
    name: String,
    label: String,
    text: String,
}

/// How a verdict compares with the label.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Judgement {
    mechanism_right: bool,
    top_right: bool,
    /// The best candidate is the labelled cause itself, or a root that refines it.
    exact: bool,
    top3_right: bool,
    confidence: f64,
    top: String,
    causes: Vec<(String, f64)>,
}

/// Scores every sample below `folder`; `show` prints the samples that were not explained rightly.
pub(crate) fn run(folder: &Path, show: bool) -> Result<String> {
    let samples = read(folder)?;
    if samples.is_empty() {
        bail!("no labelled samples in {}", folder.display());
    }
    let mut report = Report::default();
    for sample in &samples {
        report.add(sample, show);
    }
    Ok(report.print())
}

fn read(folder: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("read folder {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "log"))
        .collect();
    files.sort();
    for path in files {
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("# source:") {
                let (name, label) =
                    head.rsplit_once("| cause:").with_context(|| format!("label in `{line}`"))?;
                samples.push(Sample {
                    file: file.clone(),
                    name: name.trim().to_owned(),
                    label: label.trim().replace('-', "_"),
                    text: String::new(),
                });
            } else if let Some(sample) = samples.last_mut().filter(|sample| sample.file == file) {
                line!(sample.text, "{line}");
            }
        }
    }
    Ok(samples)
}

/// Tells whether the text holds no trace of the fault: access lines of requests that the client saw
/// succeed or be refused as its own fault, and nothing else.
///
/// Decided from the text alone, before any verdict: such samples are counted apart, and nothing may
/// be claimed on them with confidence.
fn silent(sample: &Sample) -> bool {
    sample.text.lines().all(|line| {
        let status = line
            .split("\" ")
            .nth(1)
            .or_else(|| line.split("\"status\":").nth(1))
            .or_else(|| line.split("TCP_MISS/").nth(1))
            .or_else(|| line.split("BerespStatus   b ").nth(1))
            .and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
        let plain_haproxy = line.contains(" - - ---- ");
        let reason = line.contains("BerespReason   b OK");
        let quiet_status = match status {
            Some(status) => (200..500).contains(&status) && !line.contains("us=\"502"),
            None => reason || line.contains("\"status\":0,"),
        };
        let told = line.contains(" 499 ")
            || line.contains("\"level\":\"error\"")
            || line.contains("\"level\":\"warn\"")
            || line.contains("-- ") && !plain_haproxy && line.contains("haproxy");
        let haproxy_quiet = plain_haproxy
            && line
                .split_ascii_whitespace()
                .any(|word| matches!(word, "200" | "400" | "413" | "100" | "101"));
        (quiet_status || haproxy_quiet) && !told
    })
}

#[derive(Default)]
struct Report {
    files: BTreeMap<String, Counts>,
    total: Counts,
    silent: usize,
    claimed_on_silent: usize,
    confident_wrong: Vec<String>,
    misses: Vec<String>,
    deciles: BTreeMap<u32, (usize, usize)>,
    confusion: BTreeMap<&'static str, BTreeMap<(String, String), usize>>,
}

#[derive(Default)]
struct Counts {
    samples: usize,
    mechanism: usize,
    exact: usize,
    top: usize,
    top3: usize,
    confident_right: usize,
}

impl Report {
    fn add(&mut self, sample: &Sample, show: bool) {
        let recognition = recognise(sample.text.as_bytes(), None);
        let assessment = rank(&recognition.case());
        if silent(sample) {
            self.silent += 1;
            let top = assessment.verdict.top();
            let claims =
                top.is_some_and(|top| top.confidence >= CONFIDENT && top.id != sample.label);
            self.claimed_on_silent += usize::from(claims);
            return;
        }
        let judgement = judge(&assessment, &sample.label);
        let counts = self.files.entry(sample.file.clone()).or_default();
        for counts in [counts, &mut self.total] {
            counts.samples += 1;
            counts.mechanism += usize::from(judgement.mechanism_right);
            counts.exact += usize::from(judgement.exact);
            counts.top += usize::from(judgement.top_right);
            counts.top3 += usize::from(judgement.top3_right);
            counts.confident_right +=
                usize::from(judgement.top_right && judgement.confidence >= CONFIDENT);
        }
        let decile =
            self.deciles.entry((judgement.confidence * 10.0).floor().min(9.0) as u32).or_default();
        decile.0 += 1;
        decile.1 += usize::from(judgement.top_right);
        if !judgement.top_right && judgement.confidence >= CONFIDENT {
            self.confident_wrong.push(describe(sample, &judgement));
        }
        let unsure = judgement.confidence < CONFIDENT;
        if show
            && (unsure
                || !(judgement.top_right && judgement.mechanism_right && judgement.top3_right))
        {
            self.misses.push(describe(sample, &judgement));
        }
        for set in sets::ALL.iter().filter(|set| set.holds(&sample.label)) {
            let pair = (sample.label.clone(), judgement.top.clone());
            *self.confusion.entry(set.name).or_default().entry(pair).or_default() += 1;
        }
    }

    fn print(&self) -> String {
        let mut out = String::new();
        let percent = |part: usize, of: usize| part as f64 * 100.0 / of.max(1) as f64;
        line!(
            out,
            "| samples | n | mechanism top-1 | cause top-1 | of these exact | cause top-3 | right and confident |"
        );
        line!(out, "|---|---|---|---|---|---|---|");
        let all = [("all".to_owned(), &self.total)];
        for (name, counts) in
            self.files.iter().map(|(name, counts)| (name.clone(), counts)).chain(all)
        {
            line!(
                out,
                "| {name} | {} | {:.1} % | {:.1} % | {:.1} % | {:.1} % | {:.1} % |",
                counts.samples,
                percent(counts.mechanism, counts.samples),
                percent(counts.top, counts.samples),
                percent(counts.exact, counts.samples),
                percent(counts.top3, counts.samples),
                percent(counts.confident_right, counts.top),
            );
        }
        line!(out, "\nconfident and wrong: {}", self.confident_wrong.len());
        for line in &self.confident_wrong {
            line!(out, "  {line}");
        }
        line!(
            out,
            "samples without a trace of the fault, counted apart: {}; confident claims on them: {}",
            self.silent,
            self.claimed_on_silent
        );
        line!(out, "\n| stated confidence | verdicts | right |\n|---|---|---|");
        for (decile, (count, right)) in &self.deciles {
            let low = f64::from(*decile) / 10.0;
            line!(
                out,
                "| {low:.1} to {:.1} | {count} | {:.0} % |",
                low + 0.1,
                percent(*right, *count)
            );
        }
        line!(
            out,
            "\nconfusion within the sets that one line cannot tell apart (label: best candidate × count)"
        );
        for (set, pairs) in &self.confusion {
            line!(out, "  {set}");
            let mut by_label: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for ((label, top), count) in pairs {
                by_label.entry(label).or_default().push(format!("{top} × {count}"));
            }
            for (label, tops) in by_label {
                line!(out, "    {label}: {}", tops.join(", "));
            }
        }
        if !self.misses.is_empty() {
            line!(out, "\nnot right (M mechanism, 1 best, 3 three best) or not confident:");
            for line in &self.misses {
                line!(out, "  {line}");
            }
        }
        out
    }
}

fn describe(sample: &Sample, judgement: &Judgement) -> String {
    let causes: Vec<String> = judgement
        .causes
        .iter()
        .take(6)
        .map(|(id, confidence)| format!("{id} {confidence:.2}"))
        .collect();
    format!(
        "{}{}{} {} label {} got {}",
        if judgement.mechanism_right { "" } else { "M" },
        if judgement.top_right { "" } else { "1" },
        if judgement.top3_right { "" } else { "3" },
        sample.name,
        sample.label,
        causes.join(", ")
    )
}

/// Compares a verdict with a label.
///
/// A label that is a root counts for the mechanism where the verdict's mechanism is one that the
/// root shows as. A best candidate that is another member of a confusable set counts where the
/// verdict names the labelled cause too and proposes an experiment that separates the two. A root
/// that refines the labelled mechanism (a PHP limit under `app_generated_error`) counts where the
/// mechanism is right.
fn judge(assessment: &Assessment, label: &str) -> Judgement {
    let verdict = &assessment.verdict;
    let cause = catalogue::find(label);
    let mechanism = verdict.mechanism.as_ref().map_or("", |mechanism| mechanism.id);
    let top = verdict.top().filter(|_| verdict.state != State::Unknown);
    let top_id = top.map_or("", |top| top.id);
    let named = verdict.causes.iter().any(|candidate| candidate.id == label);
    let in_set = |other: &str| {
        sets::holding_both(label, other).next().is_some()
            && named
            && verdict.next.iter().any(|step| {
                EXPERIMENTS
                    .iter()
                    .any(|known| known.id == step.experiment && known.separates(label, other))
            })
    };
    let shows_as = |mechanism: &str| {
        cause.is_some_and(|cause| cause.id == mechanism || cause.prior_behind(mechanism).is_some())
    };
    let refines = |id: &str| {
        mechanism == label
            && catalogue::find(id)
                .is_some_and(|root| root.kind == Kind::Root && root.prior_behind(label).is_some())
    };
    let right = |id: &str| id == label || in_set(id) || refines(id);
    let causes: Vec<(String, f64)> =
        verdict.causes.iter().map(|cause| (cause.id.to_owned(), cause.confidence)).collect();
    Judgement {
        mechanism_right: shows_as(mechanism) || in_set(mechanism),
        top_right: right(top_id),
        exact: top_id == label || refines(top_id),
        top3_right: causes.iter().take(3).any(|(id, _)| right(id)),
        confidence: top.map_or(0.0, |top| top.confidence),
        top: if top_id.is_empty() { "unknown".to_owned() } else { top_id.to_owned() },
        causes,
    }
}
