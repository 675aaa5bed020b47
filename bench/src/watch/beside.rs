//! The watch beside `blackbox_exporter`, Prometheus and Alertmanager: how soon a webhook is told of a
//! target that begins to answer 502, and what a thousand targets take.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::blackbox::{self, Blackbox, Setting};
use super::figure::{Figure, Limit};
use super::receivers::Hook;
use super::stand::Watch;
use super::targets::{Mood, Targets, monitor};

/// Targets beside the one that fails, which stay well.
const OTHERS: usize = 10;

/// Checks of every target before anything is measured.
const CHECKS: u32 = 2;

/// Rounds of what takes most of a minute each.
const SLOW_ROUNDS: usize = 3;

/// Targets whose memory and CPU time are taken.
const MANY: usize = 1_000;

/// Seconds between two checks of each of them.
const MANY_INTERVAL: u32 = 30;

/// The pause between two looks at what is not measured to the millisecond.
const LOOK: Duration = Duration::from_millis(20);

/// Settings of the others: with the intervals of Prometheus's first steps and the wait that
/// Alertmanager has by itself, and as quick as seconds allow.
const SETTINGS: [(&str, Setting); 2] = [
    ("every 15 s, group_wait 30 s", Setting { interval: 15, group_wait: 30 }),
    ("every 1 s, group_wait 0 s", Setting { interval: 1, group_wait: 0 }),
];

/// Who watches.
enum Watcher {
    Goodgate(Box<Watch>),
    Blackbox(Box<Blackbox>),
}

impl Watcher {
    fn memory(&self) -> anyhow::Result<u64> {
        match self {
            Self::Goodgate(watch) => watch.process.memory(),
            Self::Blackbox(blackbox) => blackbox.memory(),
        }
    }

    fn cpu(&self) -> anyhow::Result<Duration> {
        match self {
            Self::Goodgate(watch) => watch.process.cpu(),
            Self::Blackbox(blackbox) => blackbox.cpu(),
        }
    }
}

/// Measures; nothing where the others are not installed.
pub(super) fn measure(goodgate: &Path, rounds: usize, quick: bool) -> anyhow::Result<Vec<Figure>> {
    if !blackbox::is_there() {
        println!("beside: left out: prometheus and its packages are not installed");
        return Ok(Vec::new());
    }
    let mut figures = Vec::new();
    for (name, setting) in SETTINGS {
        if quick && setting.interval > 1 {
            continue;
        }
        let rounds = if setting.interval > 1 { rounds.min(SLOW_ROUNDS) } else { rounds };
        let interval = setting.interval;
        let ours = format!("first 502 → webhook, goodgate every {interval} s");
        let theirs = format!("first 502 → webhook, blackbox_exporter + Alertmanager, {name}");
        let told = |start: &dyn Fn(&[String], &Hook) -> anyhow::Result<Watcher>| {
            (0..rounds).map(|_| told(interval, start)).collect::<anyhow::Result<Vec<f64>>>()
        };
        let values = told(&|urls, hook| ours_for(goodgate, urls, Some(hook), interval))?;
        figures.push(Figure::new(ours, "ms", values, Limit::None));
        let values = told(&|urls, hook| theirs_for(urls, hook.address(), setting))?;
        figures.push(Figure::new(theirs, "ms", values, Limit::None));
    }
    let interval = if quick { 5 } else { MANY_INTERVAL };
    figures.extend(many("goodgate", interval, &|urls| ours_for(goodgate, urls, None, interval))?);
    let name = "Prometheus, blackbox_exporter, Alertmanager";
    let setting = Setting { interval, group_wait: 30 };
    let hook = Hook::start()?;
    figures.extend(many(name, interval, &|urls| theirs_for(urls, hook.address(), setting))?);
    Ok(figures)
}

fn ours_for(
    goodgate: &Path,
    urls: &[String],
    hook: Option<&Hook>,
    interval: u32,
) -> anyhow::Result<Watcher> {
    let every = format!("{interval}s");
    let one = |(number, url): (usize, &String)| {
        monitor(&format!("m{number}"), url, &every) + "timeout = \"1s\"\n"
    };
    let monitors: String = urls.iter().enumerate().map(one).collect();
    let channel = hook.map(|hook| hook.channel("hook")).unwrap_or_default();
    Ok(Watcher::Goodgate(Box::new(Watch::start(goodgate, &(monitors + &channel))?)))
}

fn theirs_for(urls: &[String], hook: SocketAddr, setting: Setting) -> anyhow::Result<Watcher> {
    Ok(Watcher::Blackbox(Box::new(Blackbox::start(urls, hook, setting)?)))
}

/// Returns the milliseconds from the first 502 that a target gave until a webhook had the message.
fn told(
    interval: u32,
    start: &dyn Fn(&[String], &Hook) -> anyhow::Result<Watcher>,
) -> anyhow::Result<f64> {
    let failing = Targets::start(1)?;
    let others = Targets::start(OTHERS)?;
    let hook = Hook::start()?;
    let mut urls = others.urls();
    urls.extend(failing.urls());
    let watcher = start(&urls, &hook)?;
    let patience = Duration::from_secs(u64::from(interval) * u64::from(CHECKS + 2) + 30);
    until("two checks of each", patience, || {
        others.asked_least().min(failing.asked_least()) >= CHECKS
    })?;

    failing.are(Mood::BadGateway);
    let told = hook.opened(patience + Duration::from_mins(1))?;

    drop(watcher);
    let first = failing.first_bad();
    first.map(|first| told - first).ok_or_else(|| anyhow::anyhow!("nobody has met a 502"))
}

/// Returns memory and CPU time for many targets.
fn many(
    name: &str,
    interval: u32,
    start: &dyn Fn(&[String]) -> anyhow::Result<Watcher>,
) -> anyhow::Result<[Figure; 2]> {
    let targets = Targets::start(MANY)?;
    let watcher = start(&targets.urls())?;
    let pause = Duration::from_secs(interval.into());
    until("two checks of each", pause * (CHECKS + 2), || targets.asked_least() >= CHECKS)?;
    let (before, asked) = (watcher.cpu()?, targets.asked());
    let (begun, whole) = (Instant::now(), pause * 2);
    until("two more", whole * 2, || begun.elapsed() >= whole)?;
    let checks = (targets.asked() - asked) as f64;
    let cpu = watcher.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / checks;
    let memory = watcher.memory()? as f64 / 1e6;
    let of = format!("{MANY} targets every {interval} s, {name}");
    Ok([
        Figure::new(format!("{of}: resident memory"), "MB", vec![memory], Limit::None),
        Figure::new(format!("{of}: CPU time of a check"), "µs", vec![cpu], Limit::None),
    ])
}

/// Waits until something holds.
fn until(what: &str, most: Duration, holds: impl Fn() -> bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !holds() {
        ensure!(begun.elapsed() < most, "{what}: not within {most:?}");
        std::thread::park_timeout(LOOK);
    }
    Ok(())
}
