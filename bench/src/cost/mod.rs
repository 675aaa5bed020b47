//! What a request costs: CPU time of the proxy, memory of an idle connection, latency at a fixed
//! load.
//!
//! All contenders run at the same time, one is loaded at a time, in turns, so that a machine that
//! becomes slower becomes slower for all. The load generator and the origin share one core and are
//! ours; the contender has another one.

mod cases;
mod client;
mod closed;

mod http1;
mod http2;
mod idle;
mod open;
mod origin;
mod poller;
pub(crate) mod relay;
mod report;
mod stand;
mod target;

use std::time::Duration;

use anyhow::Context as _;

use crate::arguments::Arguments;
use crate::cores;
use crate::machine::Machine;
use crate::statistics;
use cases::{CASES, FIXED_LOAD, FIXED_RATE, IDLE, SAME_WORK};
use report::{Report, Row, Unit};
use stand::{Running, Stand};
use target::Transport;

/// Runs of each case and contender.
const RUNS: usize = 11;

/// The length of a run in seconds.
const SECONDS: f64 = 0.5;

/// What comes before a run: buffers, pools and caches fill.
const WARM: Duration = Duration::from_millis(150);

/// The case at the fixed load.
const LATENCY: &str = "latency-256";

/// Bytes of its bodies.
const LATENCY_BODY: usize = 256;

/// How many runs and how long.
#[derive(Debug, Clone, Copy)]
struct Effort {
    runs: usize,
    time: Duration,
}

/// Runs the benchmark.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (runs, seconds) = if arguments.quick { (2, 0.2) } else { (RUNS, SECONDS) };
    let effort = Effort {
        runs: arguments.runs.unwrap_or(runs),
        time: Duration::from_secs_f64(arguments.seconds.unwrap_or(seconds)),
    };
    let machine = Machine::look();
    let stand = Stand::new(arguments)?;
    cores::pin_to_load()?;
    let labels = stand.contenders().map(|contender| (contender.name, contender.label)).collect();
    let mut report = Report::new(machine, stand.versions()?, effort.runs, labels);
    println!("{}", report.heading());
    let running: Vec<Running> = stand
        .contenders()
        .map(|contender| stand.start(contender))
        .collect::<anyhow::Result<_>>()?;
    for case in CASES.iter().filter(|case| arguments.wants_case(case.name)) {
        let mut row = Row::new(case.name, case.label, Unit::Microseconds);
        for _ in 0..effort.runs {
            costs(case, &running, effort.time, &mut row)?;
        }
        report.push(row);
    }
    if arguments.wants_case(LATENCY) {
        latencies(&running, effort, &mut report)?;
    }
    drop(running);
    for (name, label, transport, count) in IDLE {
        if arguments.wants_case(name) {
            let count = if arguments.quick { count / 10 } else { count };
            report.push(memory(&stand, (name, label), transport, count)?);
        }
    }
    if arguments.writes() {
        report.write()?;
    }
    Ok(())
}

/// One run of each contender.
fn costs(
    case: &cases::Case,
    running: &[Running],
    time: Duration,
    row: &mut Row,
) -> anyhow::Result<()> {
    for one in running {
        let Some(target) = one.target(case.transport) else { continue };
        let measured = closed::measure(&target, case.work, WARM, time, || one.process.cpu())
            .with_context(|| format!("{} through {}", case.name, one.contender.label))?;
        let requests = measured.requests.max(1) as f64;
        row.add(one.contender.name, measured.cpu.as_secs_f64() * 1e6 / requests);
        row.note(
            one.contender.name,
            requests / measured.wall.as_secs_f64(),
            measured.cpu.as_secs_f64() / measured.wall.as_secs_f64(),
        );
        one.empty_logs()?;
    }
    Ok(())
}

/// The latencies of all contenders at the same rate: a third of what nginx could take.
fn latencies(running: &[Running], effort: Effort, report: &mut Report) -> anyhow::Result<()> {
    let cost = report.median("plain-256", SAME_WORK);
    let rate = cost.map_or(FIXED_RATE, |microseconds| FIXED_LOAD * 1e6 / microseconds);
    report.rate = Some(rate);
    let mut median = Row::new("latency-p50", "latency p50", Unit::Latency);
    let mut high = Row::new("latency-p99", "latency p99", Unit::Latency);
    for _ in 0..effort.runs {
        for one in running {
            let Some(target) = one.target(Transport::Plain) else { continue };
            let latencies = open::latencies(&target, LATENCY_BODY, rate, effort.time * 4)
                .with_context(|| format!("{LATENCY} through {}", one.contender.label))?;
            for (row, percent) in [(&mut median, 50.0), (&mut high, 99.0)] {
                let value = statistics::of_sorted(&latencies, percent).context("no latencies")?;
                row.add(one.contender.name, value);
            }
            one.empty_logs()?;
        }
    }
    report.push(median);
    report.push(high);
    Ok(())
}

/// The memory of each contender, newly started.
fn memory(
    stand: &Stand,
    (name, label): (&'static str, &'static str),
    transport: Transport,
    count: usize,
) -> anyhow::Result<Row> {
    let mut row = Row::new(name, label, Unit::Kibibytes);
    // The relay has a connection to the origin for each, and the origin is in our own process.
    for contender in stand.contenders().filter(|contender| contender.product.is_some()) {
        let running = stand.start(contender)?;
        let Some(target) = running.target(transport) else { continue };
        let bytes = idle::bytes_per_connection(&target, count, &running.process)
            .with_context(|| format!("{name} through {}", contender.label))?;
        row.add(contender.name, bytes / 1024.0);
    }
    Ok(row)
}
