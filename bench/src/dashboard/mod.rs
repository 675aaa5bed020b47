//! What the overview costs with a thousand and ten thousand monitors: the time that its host takes for it,
//! the bytes that cross the network, and when a browser is done.

mod browser;
mod client;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::limits::PROCESS_DEADLINE;
use crate::machine::Machine;
use crate::readme;
use crate::watch::figure::{Figure, Limit};
use crate::watch::stand::Watch;
use crate::watch::targets::{Mood, Targets};
use browser::Browser;
use client::Client;

/// How many monitors there are, and how often each of them is checked.
const CASES: [(usize, u32); 2] = [(1_000, 30), (10_000, 60)];

/// Requests of each kind when no number is given: enough for a 99th percentile.
const REQUESTS: usize = 200;

/// The same with `--quick`.
const REQUESTS_QUICK: usize = 20;

/// Pages that a browser loads.
const LOADS: usize = 5;

/// How long the server may take for a page, in milliseconds.
const SERVER_MS: f64 = 50.0;

/// How large a page may be on its way, in kilobytes.
const KILOBYTES: f64 = 150.0;

/// When a browser has to be done, in milliseconds.
const INTERACTIVE_MS: f64 = 1_000.0;

/// The line of the start that says where people look.
const ADDRESS: &str = "people look at http://";

/// Runs the benchmark.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let goodgate = arguments.goodgate.as_deref().context("dashboard needs --goodgate PATH")?;
    let goodgate = goodgate.canonicalize().with_context(|| goodgate.display().to_string())?;
    let requests =
        arguments.runs.unwrap_or(if arguments.quick { REQUESTS_QUICK } else { REQUESTS });
    let machine = Machine::look();
    let heading = format!("{} {requests} requests of each kind.", machine.line());
    println!("{heading}\n\n{}", Figure::heading());
    let mut figures = Vec::new();
    for (monitors, seconds) in CASES {
        if !arguments.wants_case(&monitors.to_string()) {
            continue;
        }
        let found = measure(&goodgate, monitors, seconds, requests);
        for figure in found.with_context(|| format!("{monitors} monitors"))? {
            println!("{}", figure.line());
            figures.push(figure);
        }
    }
    if arguments.writes() {
        let lines: Vec<String> = figures.iter().map(Figure::line).collect();
        let text = format!("{heading}\n\n{}\n{}", Figure::heading(), lines.join("\n"));
        readme::write_section("dashboard", &text)?;
        let figures: Vec<Value> = figures.iter().map(Figure::json).collect();
        let all = json!({
            "schema": "goodgate.bench-dashboard/1",
            "machine": machine.json(),
            "requests": requests,
            "figures": figures,
        });
        readme::write_json("dashboard", &all)?;
    }
    let broken = figures.iter().filter(|figure| !figure.holds());
    let broken: Vec<&str> = broken.map(|figure| figure.what.as_str()).collect();
    ensure!(broken.is_empty() || !arguments.check, "beyond their limits: {}", broken.join("; "));
    Ok(())
}

fn measure(
    goodgate: &Path,
    monitors: usize,
    seconds: u32,
    requests: usize,
) -> anyhow::Result<Vec<Figure>> {
    // A hundred of them fail: more than a page of what is broken, as on a bad day. There are no more than
    // so many in all, which is the bound of a configuration.
    let broken = 100.min(monitors / 10);
    let targets = Targets::start(monitors - broken)?;
    let failing = Targets::start(broken)?;
    failing.are(Mood::BadGateway);
    let interval = format!("{seconds}s");
    let broken = failing.monitors(&interval).replace("name = \"m", "name = \"broken-");
    let text = "[dashboard]\nlisten = \"127.0.0.1:0\"\n".to_owned()
        + &targets.monitors(&interval)
        + &broken;
    let mut watch = Watch::start(goodgate, &text)?;
    let patience = Duration::from_secs(seconds.into()) * 4;
    watch.until("a check of each", patience, |_| {
        Ok((targets.asked_least() >= 1 && failing.asked_least() >= 1).then_some(()))
    })?;
    let address = watch.until("the dashboard", PROCESS_DEADLINE, |watch| {
        let said = watch.process.said();
        let found = said.lines().find_map(|line| line.strip_prefix(ADDRESS));
        Ok(found.map(|address| address.trim_end_matches('/').to_owned()))
    })?;

    let mut client = Client::new(&address);
    let first = client.get("/")?;
    let next = first.link("Next").context("the overview has no second page")?;
    let mut figures = Vec::new();
    for (what, path) in [
        ("overview", "/"),
        ("its second page", next.as_str()),
        ("a search", "/?text=127.1.2&state=up"),
    ] {
        let (mut times, mut sizes) = (Vec::new(), Vec::new());
        for _ in 0..requests {
            let page = client.get(path)?;
            times.push(page.took.as_secs_f64() * 1_000.0);
            sizes.push(page.bytes as f64 / 1_000.0);
        }
        let of = format!("{monitors} monitors, {what}");
        times.sort_by(f64::total_cmp);
        let slow = times.get(times.len() * 99 / 100).copied();
        figures.push(Figure::new(format!("{of}: server"), "ms", times, Limit::Most(SERVER_MS)));
        let slow = slow.into_iter().collect();
        figures.push(Figure::new(format!("{of}: server, p99"), "ms", slow, Limit::None));
        figures.push(Figure::new(format!("{of}: gzip"), "kB", sizes, Limit::Most(KILOBYTES)));
    }
    let mut browser = Browser::start()?;
    let url = format!("http://{address}/");
    // The first one starts what the browser needs for any page.
    browser.load(&url)?;
    let loads = (0..LOADS).map(|_| browser.load(&url)).collect::<anyhow::Result<Vec<_>>>()?;
    let what = format!("{monitors} monitors, overview: loaded in Chromium");
    figures.push(Figure::new(what, "ms", loads, Limit::Most(INTERACTIVE_MS)));
    Ok(figures)
}
