//! A host whose processors have more to do than they can: what is well stays well, and what fails is
//! still found.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use super::figure::{Figure, Limit};
use super::stand::{Watch, list, now, text};
use super::targets::{Targets, monitor};

/// Monitors of the healthy target, each checked every second.
const MONITORS: u64 = 100;

/// Checks in one run, and with `--quick`.
const CHECKS: u64 = 10_000;
const QUICK: u64 = 1_500;

/// Busy threads for each core.
const BUSY_PER_CORE: usize = 2;

/// A failure has to be found within so many intervals, which are of one second.
const FOUND_MS: f64 = 3_000.0;

/// The longest wait for anything but the checks themselves.
const PATIENCE: Duration = Duration::from_mins(1);

/// Measures one run; a run is 10,000 checks, so that there are no rounds.
pub(super) fn measure(goodgate: &Path, quick: bool) -> anyhow::Result<Vec<Figure>> {
    let checks = if quick { QUICK } else { CHECKS };
    let healthy = Targets::start(1)?;
    let mut failing = Targets::start(2)?;
    let one = |number| monitor(&format!("m{number}"), &healthy.url(0), "1s");
    let config =
        (0..MONITORS).map(one).collect::<String>() + &monitor("failing", &failing.url(1), "1s");
    let mut watch = Watch::start(goodgate, &config)?;
    watch.wait_up(MONITORS as usize + 1, PATIENCE)?;
    let before = healthy.asked();
    let busy = Busy::start()?;
    let most = PATIENCE + Duration::from_secs(4 * checks / MONITORS);
    let asked = |wanted: u64| (healthy.asked() - before >= wanted).then_some(());

    watch.until("half of the checks", most, |_| Ok(asked(checks / 2)))?;
    let began = now();
    failing.refuse()?;
    let found = watch.until("the failing target down", PATIENCE, |watch| {
        let answer = watch.api.get("/monitors?limit=1000")?;
        let one = list(&answer, "monitors").iter().find(|it| text(it, "id") == "failing");
        let state = text(one.context("the failing target is not watched")?, "state");
        Ok((state == "down").then(now))
    })?;
    watch.until("the checks", most, |_| Ok(asked(checks)))?;
    drop(busy);
    let counts = counts(&mut watch, checks)?;
    let share = 100.0 * counts.up as f64 / counts.all as f64;
    let of = format!("{BUSY_PER_CORE} busy threads per core, {} checks", counts.all);
    Ok(vec![
        Figure::new(format!("{of}: `down`"), "", vec![counts.down as f64], Limit::Most(0.0)),
        Figure::new(format!("{of}: `up`"), "%", vec![share], Limit::Least(95.0)),
        Figure::new(
            "the same: another target refuses → `down`, at 1 s",
            "ms",
            vec![found - began],
            Limit::Most(FOUND_MS),
        ),
    ])
}

/// In which state the results have left the monitors of the healthy target.
#[derive(Default)]
struct Counts {
    all: u64,
    up: u64,
    down: u64,
}

/// Returns the counts when the store has so many results.
fn counts(watch: &mut Watch, checks: u64) -> anyhow::Result<Counts> {
    watch.until("the results in the store", PATIENCE, |watch| {
        let mut counts = Counts::default();
        for number in 0..MONITORS {
            let answer = watch.api.get(&format!("/monitors/m{number}"))?;
            for hour in answer.get("monitor").map(|it| list(it, "hours")).unwrap_or_default() {
                let count = |name| hour.pointer(name).and_then(Value::as_u64).unwrap_or_default();
                counts.all += count("/checks");
                counts.up += count("/states/up");
                counts.down += count("/states/down");
            }
        }
        Ok((counts.all >= checks).then_some(counts))
    })
}

/// Threads of our own priority that do nothing but to take time.
struct Busy {
    ends: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Busy {
    fn start() -> anyhow::Result<Self> {
        let ends = Arc::new(AtomicBool::new(false));
        let count = BUSY_PER_CORE * thread::available_parallelism()?.get();
        let threads = (0..count).map(|_| {
            let ends = Arc::clone(&ends);
            thread::spawn(move || {
                while !ends.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        });
        Ok(Self { threads: threads.collect(), ends })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}
