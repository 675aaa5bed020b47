//! Carrying cases out side by side, scoring them, writing and comparing.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a dev command talks on a terminal")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, ensure};

use crate::declared::stand::contains;
use crate::goodgate;
use crate::recorded::case::Case;
use crate::recorded::figures::{self, Entry};
use crate::recorded::play::{Played, play};
use crate::recorded::{gate, page};
use crate::scenario;
use crate::score::gate::Worse;
use crate::score::record;
use crate::text::line;
use crate::wait::{self, wait_until};
use crate::workdir::Workdir;

/// How many cases are carried out side by side: most of their time they wait for timeouts.
const JOBS: usize = 10;

/// How cases are carried out.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub struct How {
    /// Leaves the folders.
    pub keep: bool,
    /// Prints what is wrong in full.
    pub show: bool,
    /// Compares with what is committed.
    pub check: bool,
    /// Not all cases are there.
    pub is_part: bool,
    /// How many side by side.
    pub jobs: Option<usize>,
}

/// Lists cases, one in a line.
pub fn list(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        let Case { id, records, says, .. } = case;
        line!(out, "{id:44} {:50} {says}", records.join(", "));
    }
    out
}

/// Carries the cases out, and writes or compares.
///
/// # Errors
///
/// When a case cannot be carried out, or the outcome is not what is demanded.
pub fn run(cases: &[Case], how: How) -> anyhow::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let began = Instant::now();
    let healthy = Healthy::start()?;
    let mut outcomes = carry_out(cases, &healthy, how)?;
    if how.check {
        again(&mut outcomes, cases, &healthy, how)?;
    }
    println!("{} cases of the gateway in {} s", cases.len(), began.elapsed().as_secs());
    let mut entries = Vec::new();
    let mut broken = Vec::new();
    for (case, outcome) in cases.iter().zip(outcomes) {
        match outcome {
            Ok(played) => {
                tell(case, &played, how.show);
                entries.push(played.entry);
            }
            Err(error) => broken.push(format!("{}: {error:#}", case.id)),
        }
    }
    println!("\n{}", page::table(&entries));
    for error in &broken {
        eprintln!("not carried out: {error}\n");
    }
    let settled = settle(cases, &entries, how);
    ensure!(broken.is_empty(), "{} cases could not be carried out", broken.len());
    settled
}

/// Tells what is wrong about a case.
fn tell(case: &Case, played: &Played, show: bool) {
    for unit in &played.entry.units {
        if unit.right && unit.words.is_empty() {
            continue;
        }
        let wrong = if unit.right { "" } else { "WRONG " };
        let (recorded, words) = (unit.recorded.join(", "), unit.words.join("; "));
        let wanted = case.records.join(", ");
        println!(
            "{wrong}{} {}: recorded [{recorded}], wanted [{wanted}] {words}",
            case.id, unit.what
        );
        if show {
            println!("{}", played.said);
        }
    }
    let is_recorded = played.entry.units.iter().any(|unit| !unit.recorded.is_empty());
    if is_recorded && !played.entry.explained.right {
        let said = &played.entry.explained.cause;
        println!("{}: explained as {said:?}, wanted [{}]", case.id, case.records.join(", "));
    }
}

type Outcomes = Vec<anyhow::Result<Played>>;

fn carry_out(cases: &[Case], healthy: &Healthy, how: How) -> anyhow::Result<Outcomes> {
    let outcomes = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..how.jobs.unwrap_or(JOBS) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(index) else { return };
                    let begun = scenario::report("started", &case.id);
                    let outcome = begun.and_then(|()| play(case, &healthy.socket, how.keep));
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.push((index, outcome));
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner();
    let mut outcomes = outcomes.map_err(|_| anyhow::anyhow!("a case panicked"))?;
    outcomes.sort_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Carries out alone what was worse than committed among the others: on a machine under load a
/// timeout may come before what it waits for.
fn again(
    outcomes: &mut [anyhow::Result<Played>],
    cases: &[Case],
    healthy: &Healthy,
    how: How,
) -> anyhow::Result<()> {
    let Some(committed) = figures::committed()? else { return Ok(()) };
    for (outcome, case) in outcomes.iter_mut().zip(cases) {
        let former: Vec<Entry> =
            committed.iter().filter(|entry| entry.id == case.id).cloned().collect();
        let is_worse = match outcome {
            Ok(played) => {
                let now = std::slice::from_ref(&played.entry);
                !former.is_empty() && !gate::regressions(&former, now).is_empty()
            }
            Err(_) => true,
        };
        if is_worse {
            println!("{} was worse than committed; alone:", case.id);
            *outcome = play(case, &healthy.socket, how.keep);
        }
    }
    Ok(())
}

/// Writes or compares, and reports how each case went.
fn settle(cases: &[Case], entries: &[Entry], how: How) -> anyhow::Result<()> {
    let mut worse: Vec<Worse> = Vec::new();
    if how.check {
        let mut committed = figures::committed()?
            .context("there is no lab/matrix/gateway.json; `cargo xtask lab` writes it")?;
        if how.is_part {
            committed.retain(|former| entries.iter().any(|entry| entry.id == former.id));
        }
        worse = gate::regressions(&committed, entries);
    }
    for entry in entries {
        let is_worse = worse.iter().any(|fault| fault.id == entry.id);
        scenario::report(if is_worse { "failed" } else { "passed" }, &entry.id)?;
    }
    let short = if how.is_part { Vec::new() } else { gate::shortfalls(entries) };
    if !how.check {
        if !how.is_part {
            figures::write(entries)?;
            let path = record::folder().join(page::FILE);
            fs::write(&path, page::page(cases, entries))?;
            println!("written to {}", path.display());
        }
        for fault in &short {
            println!("demanded and not reached: {fault}");
        }
        return Ok(());
    }
    for fault in worse.iter().map(ToString::to_string).chain(short.iter().cloned()) {
        eprintln!("lab: {fault}");
    }
    let count = worse.len() + short.len();
    ensure!(count == 0, "{count} differences from what is committed or demanded of the gateway");
    println!("the gateway records as committed, and as demanded");
    Ok(())
}

/// The origin that answers well, for all cases; it ends when the value is dropped.
#[derive(Debug)]
struct Healthy {
    child: Child,
    socket: PathBuf,
    _folder: Workdir,
}

impl Healthy {
    fn start() -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        let socket = folder.join("healthy.sock");
        let log = folder.join("healthy.log");
        let child = Self::spawn(&socket, &log)?;
        let mut healthy = Self { child, socket, _folder: folder };
        wait_until("the healthy origin", wait::DEADLINE, || {
            ensure!(healthy.child.try_wait()?.is_none(), "the healthy origin ended");
            Ok(contains(&log, "\"listening\"").then_some(()))
        })?;
        // Gateways that are not root connect to it.
        let path = healthy.socket.display().to_string();
        let status = Command::new("chmod").args(["0777", &path]).status()?;
        ensure!(status.success(), "chmod {path}: {status}");
        Ok(healthy)
    }

    fn spawn(socket: &Path, log: &Path) -> anyhow::Result<Child> {
        let listen = format!("unix:{}", socket.display());
        Command::new(goodgate::binary()?)
            .args(["faults", "--listen", &listen, "--format", "json"])
            .stdin(Stdio::null())
            .stdout(fs::File::create(log)?)
            .stderr(Stdio::null())
            .spawn()
            .context("start the healthy origin")
    }
}

impl Drop for Healthy {
    fn drop(&mut self) {
        // Fails only when it has ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
