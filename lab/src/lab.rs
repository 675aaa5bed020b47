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
use crate::declared::{ask, load, traffic};
use crate::goodgate;
use crate::net::cgroup;
use crate::recorded;
use crate::scenario;
use crate::score::contradiction::Answers;
use crate::score::judge::judge;
use crate::score::record::{self, Entry, Record};
use crate::score::verdict::Verdict;
use crate::score::wrong::{self, Wrong};
use crate::score::{gate, report, watch};
use crate::text::line;
use crate::workdir::{self, Workdir};

/// How many scenarios are carried out side by side: most of their time they wait for timeouts.
const JOBS: usize = 6;

/// What is said where there is nothing to compare with.
const NOT_COMMITTED: &str = "there is no lab/matrix/lab.json; `cargo xtask lab` writes it";

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
    pages: bool,
    record: Option<PathBuf>,
}

/// Runs the command with its arguments.
///
/// # Errors
///
/// When a scenario cannot be carried out, or the outcome is not what is demanded.
pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    let options = options(arguments)?;
    if options.pages {
        let committed = Record::committed()?.with_context(|| NOT_COMMITTED)?;
        return write_pages(&committed);
    }
    let (mut scenarios, mut cases) = (load::all()?, recorded::load::all()?);
    let all_cases = cases.len();
    if !options.only.is_empty() {
        let is_chosen = |id: &str| options.only.iter().any(|part| id.contains(part));
        scenarios.retain(|scenario| is_chosen(&scenario.id));
        cases.retain(|case| is_chosen(&case.id));
    }
    let is_all = cases.len() == all_cases;
    let is_none = scenarios.is_empty() && cases.is_empty();
    ensure!(!is_none, "no scenario's name contains {}", options.only.join(", "));
    if options.list {
        print!("{}{}", list(&scenarios), recorded::run::list(&cases));
        return Ok(());
    }
    ensure!(env::var_os(BINARY).is_some(), "{BINARY} is not set; `cargo xtask lab` sets it");
    workdir::remove_leftovers();
    cgroup::remove_leftovers();
    let copies = Workdir::new()?;
    goodgate::keep_copy(&copies)?;
    traffic::keep_copy(&copies)?;
    let of_gateway = recorded::run::run(&cases, options.of_cases(is_all));
    if scenarios.is_empty() {
        return of_gateway;
    }
    let began = Instant::now();
    let mut outcomes = carry_out(&scenarios, &options)?;
    if options.check {
        again(&mut outcomes, &scenarios, &options)?;
    }
    println!("{} scenarios in {} s", scenarios.len(), began.elapsed().as_secs());
    finish(outcomes, &options).and(of_gateway)
}

impl Options {
    /// How the cases of the gateway are carried out.
    fn of_cases(&self, is_all: bool) -> recorded::run::How {
        recorded::run::How {
            keep: self.keep,
            show: self.show,
            check: self.check,
            is_part: !is_all,
            jobs: self.jobs,
        }
    }
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
            "--record" => options.record = Some(value()?.into()),
            "--pages" => options.pages = true,
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
    wrong: Wrong,
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

/// Carries out alone what was worse than committed among the others: on a machine under load a timeout
/// may come before what it waits for. What is worse alone as well is worse.
fn again(
    outcomes: &mut [anyhow::Result<Outcome>],
    scenarios: &[Scenario],
    options: &Options,
) -> anyhow::Result<()> {
    let Some(committed) = Record::committed()? else { return Ok(()) };
    let entries: Vec<Entry> =
        outcomes.iter().flatten().map(|outcome| outcome.entry.clone()).collect();
    let record = Record::new(entries, ask::has_local()?);
    let worse: Vec<String> =
        gate::regressions(&committed, &record).into_iter().map(|fault| fault.id).collect();
    let answers = Answers::read()?;
    for outcome in outcomes.iter_mut() {
        let Ok(first) = &outcome else { continue };
        let id = &first.entry.id;
        let scenario = scenarios.iter().find(|scenario| worse.contains(id) && scenario.id == *id);
        if let Some(scenario) = scenario {
            println!("{id} was worse than committed; alone:");
            // It is the same one for whoever counts.
            *outcome = alone(scenario, options, &answers);
        }
    }
    Ok(())
}

fn one(scenario: &Scenario, options: &Options, answers: &Answers) -> anyhow::Result<Outcome> {
    scenario::report("started", &scenario.id)?;
    alone(scenario, options, answers)
}

fn alone(scenario: &Scenario, options: &Options, answers: &Answers) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let outcome = play(scenario, options.keep).with_context(|| scenario.id.clone());
    let outcome = outcome.and_then(|played| scored(scenario, &played, answers));
    let word = if outcome.is_ok() { "carried out" } else { "BROKEN" };
    println!("{word} {} in {:.1} s", scenario.id, began.elapsed().as_secs_f64());
    outcome
}

fn scored(scenario: &Scenario, played: &Played, answers: &Answers) -> anyhow::Result<Outcome> {
    if let Some(truth) = &scenario.truth {
        let is_known = answers.allows(scenario.product, &truth.cause, &played.seen);
        ensure!(
            is_known,
            "{}: lab/answers.toml knows no such answer: {:?}",
            scenario.id,
            played.seen
        );
    }
    let mut entry = Entry::of(scenario, &played.seen);
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
    entry.watch = played
        .monitor
        .as_ref()
        .and_then(|tried| Some(watch::compare(scenario, tried, verdicts.get(&tried.beside)?)));
    let wrong = wrong::describe(scenario, &entry, played, &verdicts);
    Ok(Outcome { entry, wrong })
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
    let wrong = describe(&record, wrong.into_values());
    println!("\n{}\n{}", report::table(&record), report::reliability(&record));
    println!("{}", watch::table(&record));
    if options.show {
        println!("{wrong}");
    }
    if let Some(path) = &options.wrong {
        fs::write(path, wrong).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &options.record {
        let json = serde_json::to_string_pretty(&record)? + "\n";
        fs::write(path, json).with_context(|| path.display().to_string())?;
    }
    for error in &broken {
        eprintln!("not carried out: {error}\n");
    }
    let settled = settle(&record, options);
    ensure!(broken.is_empty(), "{} scenarios could not be carried out", broken.len());
    settled
}

/// Writes or compares, and reports how each scenario went.
fn settle(record: &Record, options: &Options) -> anyhow::Result<()> {
    let is_part = !options.only.is_empty();
    let mut worse = Vec::new();
    if options.check {
        let mut committed = Record::committed()?.with_context(|| NOT_COMMITTED)?;
        if is_part {
            let was_run = |entry: &Entry| record.scenarios.iter().any(|run| run.id == entry.id);
            committed.scenarios.retain(was_run);
        }
        worse = gate::regressions(&committed, record);
    }
    for entry in &record.scenarios {
        let is_worse = worse.iter().any(|fault| fault.id == entry.id);
        scenario::report(if is_worse { "failed" } else { "passed" }, &entry.id)?;
    }
    if !options.check {
        return if is_part { Ok(()) } else { write(record) };
    }
    let short = if is_part { Vec::new() } else { newly_short(record)? };
    for fault in worse.iter().map(ToString::to_string).chain(short.iter().cloned()) {
        eprintln!("lab: {fault}");
    }
    let count = worse.len() + short.len();
    ensure!(count == 0, "{count} differences from what is committed or demanded");
    println!("as committed, and as demanded");
    Ok(())
}

/// Lists what is demanded and was reached by the committed record, and is not any more. Whether answers
/// came in time depends on the machine: that is told and fails nothing.
fn newly_short(record: &Record) -> anyhow::Result<Vec<String>> {
    let former = Record::committed()?.map_or_else(Vec::new, |record| gate::shortfalls(&record));
    let subject = |fault: &str| fault.split(char::is_numeric).next().map(str::to_owned);
    let known = |fault: &String| former.iter().any(|other| subject(other) == subject(fault));
    let (told, failed): (Vec<String>, Vec<String>) = gate::shortfalls(record)
        .into_iter()
        .partition(|fault| known(fault) || fault.contains(gate::IN_TIME));
    for fault in told {
        eprintln!("lab: demanded and not reached: {fault}");
    }
    Ok(failed)
}

/// Joins the descriptions: the figures, a line for each wrong verdict, then all of them in full.
fn describe(record: &Record, wrong: impl Iterator<Item = Wrong>) -> String {
    let (mut short, mut full) = (String::new(), String::new());
    for wrong in wrong {
        short.push_str(&wrong.short);
        full.push_str(&wrong.full);
    }
    let (table, reliability) = (report::table(record), report::reliability(record));
    format!("{table}\n{reliability}\n```text\n{short}```\n\n{full}")
}

/// Writes the pages for readers anew.
fn write_pages(record: &Record) -> anyhow::Result<()> {
    for (name, text) in report::pages(record) {
        fs::write(record::folder().join(name), text)?;
    }
    Ok(())
}

fn write(record: &Record) -> anyhow::Result<()> {
    let folder = record::folder();
    fs::create_dir_all(&folder)?;
    write_pages(record)?;
    let json = serde_json::to_string_pretty(record)? + "\n";
    fs::write(folder.join("lab.json"), json)?;
    println!("written to {}", folder.display());
    for fault in gate::shortfalls(record) {
        println!("demanded and not reached: {fault}");
    }
    Ok(())
}
