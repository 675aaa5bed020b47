//! The command: carries scenarios out side by side, scores them, writes and compares.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, fs, thread};

use anyhow::{Context as _, bail, ensure};

use crate::declared::file::{Question, Scenario};
use crate::declared::play::{Played, play};
use crate::declared::{ask, load};
use crate::net::cgroup;
use crate::score::contradiction::Answers;
use crate::score::judge::judge;
use crate::score::record::{self, Entry, Record};
use crate::score::verdict::Verdict;
use crate::score::{gate, report};
use crate::text::line;
use crate::{scenario, workdir};

/// How many scenarios are carried out side by side: most of their time they wait for timeouts.
const JOBS: usize = 4;

/// The most candidates and pieces of evidence that are shown of a wrong verdict.
const SHOWN_MAX: usize = 6;

/// Names the binary that is asked.
const BINARY: &str = "GOODGATE_BIN";

/// How the command is run.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
struct Options {
    only: Vec<String>,
    keep: bool,
    list: bool,
    show: bool,
    check: bool,
    jobs: Option<usize>,
    wrong: Option<PathBuf>,
}

/// Runs the command with its arguments.
///
/// # Errors
///
/// When a scenario cannot be carried out, or the outcome is not what is demanded.
pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    let options = options(arguments)?;
    let mut scenarios = load::all()?;
    if !options.only.is_empty() {
        scenarios.retain(|scenario| options.only.iter().any(|part| scenario.id.contains(part)));
    }
    ensure!(!scenarios.is_empty(), "no scenario's name contains {}", options.only.join(", "));
    if options.list {
        print!("{}", list(&scenarios));
        return Ok(());
    }
    ensure!(env::var_os(BINARY).is_some(), "{BINARY} is not set; `cargo xtask lab` sets it");
    workdir::remove_leftovers();
    cgroup::remove_leftovers();
    let began = Instant::now();
    let outcomes = carry_out(&scenarios, &options)?;
    println!("{} scenarios in {} s", scenarios.len(), began.elapsed().as_secs());
    finish(outcomes, &options)
}

fn options(arguments: &[String]) -> anyhow::Result<Options> {
    let mut options = Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--only" => options.only.push(value()?.clone()),
            "--jobs" => options.jobs = Some(value()?.parse().context("--jobs takes a number")?),
            "--wrong" => options.wrong = Some(value()?.into()),
            "--keep" => options.keep = true,
            "--list" => options.list = true,
            "--show" => options.show = true,
            "--check" => options.check = true,
            other => bail!("lab knows no {other}"),
        }
    }
    ensure!(options.jobs != Some(0), "--jobs takes a number from 1");
    Ok(options)
}

fn list(scenarios: &[Scenario]) -> String {
    let mut out = String::new();
    for scenario in scenarios {
        let truth = match (&scenario.truth, &scenario.control) {
            (Some(truth), _) if truth.cause == truth.mechanism => truth.cause.clone(),
            (Some(truth), _) => format!("{} ({})", truth.cause, truth.mechanism),
            _ => "control".to_owned(),
        };
        line!(out, "{:44} {truth:50} {}", scenario.id, scenario.says);
    }
    out
}

/// A scenario that was carried out.
#[derive(Debug)]
struct Outcome {
    entry: Entry,
    /// What is shown of its wrong verdicts.
    wrong: String,
}

/// Carries scenarios out: side by side, and then those that need the machine for themselves.
fn carry_out(
    scenarios: &[Scenario],
    options: &Options,
) -> anyhow::Result<Vec<anyhow::Result<Outcome>>> {
    let answers = Answers::read()?;
    ask::has_local()?;
    let outcomes = Mutex::new(Vec::new());
    let jobs = options.jobs.unwrap_or(JOBS);
    for (exclusive, jobs) in [(false, jobs), (true, 1)] {
        let mut chosen: Vec<&Scenario> =
            scenarios.iter().filter(|scenario| scenario.exclusive == exclusive).collect();
        // The longest first, so that none of them is the last.
        chosen.sort_by_key(|scenario| std::cmp::Reverse(scenario.timeout_ms));
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    while let Some(scenario) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = one(scenario, options, &answers);
                        if let Ok(mut outcomes) = outcomes.lock() {
                            outcomes.push(outcome);
                        }
                    }
                });
            }
        });
    }
    outcomes.into_inner().map_err(|_| anyhow::anyhow!("a scenario panicked"))
}

fn one(scenario: &Scenario, options: &Options, answers: &Answers) -> anyhow::Result<Outcome> {
    scenario::report("started", &scenario.id)?;
    let began = Instant::now();
    let outcome = play(scenario, options.keep).with_context(|| scenario.id.clone());
    let outcome = outcome.map(|played| scored(scenario, &played, answers));
    let word = if outcome.is_ok() { "passed" } else { "failed" };
    scenario::report(word, &scenario.id)?;
    println!("{word} {} in {:.1} s", scenario.id, began.elapsed().as_secs_f64());
    outcome
}

fn scored(scenario: &Scenario, played: &Played, answers: &Answers) -> Outcome {
    let mut entry = Entry::of(scenario);
    let verdicts: BTreeMap<Question, Verdict> = played
        .answers
        .iter()
        .map(|(question, answer)| (*question, Verdict::read(&answer.json)))
        .collect();
    for (question, answer) in &played.answers {
        let Some(verdict) = verdicts.get(question) else { continue };
        let judged = judge(scenario, *question, verdict, &played.seen, answers, answer.took);
        entry.questions.insert(question.name().to_owned(), judged);
    }
    let mut wrong = String::new();
    for (question, verdict) in &verdicts {
        let command = played.answers.get(question);
        let command = command.map_or("", |answer| answer.command.as_str());
        let took = played.answers.get(question).map_or(0, |answer| answer.took.as_millis());
        wrong.push_str(&shown(&entry, *question, verdict, &format!("{command} ({took} ms)")));
    }
    if !wrong.is_empty() {
        let says = &scenario.says;
        wrong = format!("## {}\n\n{says} Client saw: {:?}.\n\n{wrong}", scenario.id, played.seen);
    }
    Outcome { entry, wrong }
}

/// Describes a verdict that is not what it should be; nothing where it is.
fn shown(entry: &Entry, question: Question, verdict: &Verdict, command: &str) -> String {
    let words = report::words(entry, question);
    let is_wrong = |word: &String| word.chars().any(char::is_uppercase);
    let misses_cause = question == Question::Local
        && !entry.is_control()
        && !entry.questions.get(question.name()).is_some_and(|judged| judged.cause_right);
    if !words.iter().any(is_wrong) && !misses_cause {
        return String::new();
    }
    let causes: Vec<String> = verdict
        .causes
        .iter()
        .take(SHOWN_MAX)
        .map(|cause| format!("{} {:.2}", cause.id, cause.confidence))
        .collect();
    let next: Vec<&str> = verdict.next.iter().map(|step| step.id.as_str()).collect();
    let evidence: Vec<&str> =
        verdict.evidence.iter().take(SHOWN_MAX * 2).map(String::as_str).collect();
    let truth = if entry.is_control() {
        "nothing wrong".to_owned()
    } else {
        format!("{} ({})", entry.cause, entry.mechanism)
    };
    format!(
        "- **{question}**: {}\n  - truth {truth}\n  - got {}, mechanism {}: {}\n  - next: {}\n  \
         - `{command}`\n  - evidence:\n    - {}\n",
        words.join(", "),
        verdict.state,
        verdict.mechanism.as_ref().map_or("none", |mechanism| mechanism.id.as_str()),
        causes.join(", "),
        next.join(", "),
        evidence.join("\n    - "),
    )
}

fn finish(outcomes: Vec<anyhow::Result<Outcome>>, options: &Options) -> anyhow::Result<()> {
    let mut entries = Vec::new();
    let mut wrong = BTreeMap::new();
    let mut broken = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(outcome) => {
                wrong.insert(outcome.entry.id.clone(), outcome.wrong);
                entries.push(outcome.entry);
            }
            Err(error) => broken.push(format!("{error:#}")),
        }
    }
    let record = Record::new(entries, ask::has_local()?);
    let wrong: String = wrong.into_values().collect();
    println!("\n{}\n{}", report::table(&record), report::reliability(&record));
    if options.show {
        println!("{wrong}");
    }
    if let Some(path) = &options.wrong {
        let text = format!("{}\n{}\n{wrong}", report::table(&record), report::reliability(&record));
        fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    for error in &broken {
        eprintln!("not carried out: {error}\n");
    }
    ensure!(broken.is_empty(), "{} scenarios could not be carried out", broken.len());
    match (options.only.is_empty(), options.check) {
        (true, false) => write(&record),
        (true, true) => compare(&record),
        (false, true) => compare_part(&record),
        (false, false) => Ok(()),
    }
}

fn write(record: &Record) -> anyhow::Result<()> {
    let folder = record::folder();
    fs::create_dir_all(&folder)?;
    for (name, text) in report::pages(record) {
        fs::write(folder.join(name), text)?;
    }
    let json = serde_json::to_string_pretty(record)? + "\n";
    fs::write(folder.join("lab.json"), json)?;
    println!("written to {}", folder.display());
    for fault in gate::shortfalls(record) {
        println!("demanded and not reached: {fault}");
    }
    Ok(())
}

fn compare(record: &Record) -> anyhow::Result<()> {
    let committed =
        Record::committed()?.context("no lab/matrix/lab.json; run `cargo xtask lab`")?;
    let mut faults = gate::regressions(&committed, record);
    faults.extend(gate::shortfalls(record));
    refuse(&faults)
}

/// Compares only the scenarios that were carried out.
fn compare_part(record: &Record) -> anyhow::Result<()> {
    let mut committed =
        Record::committed()?.context("no lab/matrix/lab.json; run `cargo xtask lab`")?;
    let was_run = |entry: &Entry| record.scenarios.iter().any(|run| run.id == entry.id);
    committed.scenarios.retain(was_run);
    refuse(&gate::regressions(&committed, record))
}

fn refuse(faults: &[String]) -> anyhow::Result<()> {
    for fault in faults {
        eprintln!("lab: {fault}");
    }
    ensure!(faults.is_empty(), "{} differences from what is committed or demanded", faults.len());
    println!("as committed");
    Ok(())
}
