//! The memory of a watch with many monitors, and the bytes that a result takes on the disk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rusqlite::{Connection, OpenFlags};

use super::figure::{Figure, Limit};
use super::stand::Watch;
use super::targets::Targets;

/// A number of monitors with their interval.
struct Case {
    monitors: usize,
    seconds: u32,
    /// In megabytes.
    limit: f64,
}

/// What is wanted.
const CASES: [Case; 2] = [
    Case { monitors: 1_000, seconds: 30, limit: 40.0 },
    Case { monitors: 10_000, seconds: 60, limit: 200.0 },
];

/// The same with `--quick`.
const QUICK: [Case; 1] = [Case { monitors: 1_000, seconds: 5, limit: 40.0 }];

/// Checks of every monitor before anything is measured.
const CHECKS: u32 = 2;

/// Bytes of a result on the disk.
const RESULT_BYTES: f64 = 45.0;

/// Measures: every monitor is checked twice, and then so many looks are spread over one more interval.
pub(super) fn measure(goodgate: &Path, looks: usize, quick: bool) -> anyhow::Result<Vec<Figure>> {
    let cases: &[Case] = if quick { &QUICK } else { &CASES };
    let mut figures = Vec::new();
    for case in cases {
        figures.extend(one(goodgate, case, looks)?);
    }
    Ok(figures)
}

fn one(goodgate: &Path, case: &Case, looks: usize) -> anyhow::Result<[Figure; 2]> {
    let Case { monitors, seconds, limit } = *case;
    let targets = Targets::start(monitors)?;
    let mut watch = Watch::start(goodgate, &targets.monitors(&format!("{seconds}s")))?;
    let interval = Duration::from_secs(seconds.into());
    watch.until("two checks of each", interval * (CHECKS + 2), |_| {
        Ok((targets.asked_least() >= CHECKS).then_some(()))
    })?;
    let begun = Instant::now();
    let mut sizes = Vec::new();
    for look in 0..looks {
        let due = interval.mul_f64(look as f64 / looks as f64);
        watch
            .until("the next look", interval * 2, |_| Ok((begun.elapsed() >= due).then_some(())))?;
        sizes.push(watch.process.memory()? as f64 / 1e6);
    }
    let (_folder, store) = watch.end()?;
    let of = format!("{monitors} monitors every {seconds} s");
    Ok([
        Figure::new(format!("{of}: resident memory"), "MB", sizes, Limit::Most(limit)),
        Figure::new(
            format!("{of}: a raw result on the disk"),
            "bytes",
            vec![bytes_per_result(&store).context("look into the store")?],
            Limit::Most(RESULT_BYTES),
        ),
    ])
}

/// Returns the bytes of all pages that hold raw results, for each of them.
fn bytes_per_result(store: &Path) -> anyhow::Result<f64> {
    let database = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let one = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0));
    let pages = one("SELECT sum(pgsize) FROM dbstat WHERE name IN ('batch', 'batch_by_time')")?;
    let results = one("SELECT sum(results) FROM batch")?;
    Ok(pages as f64 / results as f64)
}
