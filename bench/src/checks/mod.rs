//! What a check costs beside a bare loop: CPU time of one thread for `check` and `judge` with the
//! prober of the product, against a connect, a handshake, a request and a read and nothing else.
//!
//! Both use tokio and rustls without resumption and the allocator of the product, have a deadline, ask
//! the same server for the same small answer, and take turns. The server has a thread of its own, whose
//! time does not count, on the same core: from another one each packet would wake a core that sleeps,
//! which the kernel charges to whoever sends, by luck and with more than all that is compared here.

mod bare;
mod origin;
mod ours;

use anyhow::{Context as _, ensure};
use goodgate_lab::Workdir;
use goodgate_lab::tls::{self, VALID};
use rustix::time::{ClockId, clock_gettime};

use crate::arguments::Arguments;
use crate::cores;
use crate::machine::Machine;
use crate::statistics::median;
use bare::Bare;
use origin::Origin;
use ours::Ours;

/// Runs of each side; they alternate.
const RUNS: usize = 9;

/// Checks of one run: some tens of milliseconds, so that the clock's own error vanishes.
const PLAIN_CHECKS: u32 = 1_000;

/// Checks of one run over TLS, which take ten times as long.
const TLS_CHECKS: u32 = 300;

/// A check may cost this much of what the bare loop costs.
const RATIO_MAX: f64 = 1.25;

/// Runs the benchmark.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    cores::pin_to_load()?;
    let runs = arguments.runs.unwrap_or(if arguments.quick { 2 } else { RUNS });
    let folder = Workdir::new()?;
    let authority = tls::authority(&folder)?;
    let identity = tls::identity(&folder, VALID)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("{}", Machine::look().line());
    println!(
        "Medians of {runs} runs of each side, in turns; microseconds of CPU time per check.\n"
    );
    println!("| target | bare loop | check | ratio (least and most of a pair) |");
    println!("|---|---|---|---|");
    let mut worst: f64 = 0.0;
    for case in [Case::Plain, Case::Tls].iter().filter(|case| arguments.wants_case(case.name())) {
        let secure = *case == Case::Tls;
        let origin = Origin::start(secure.then_some(&identity))?;
        let ca = secure.then_some(authority.certificate.as_path());
        let bare = Bare::new(origin.address(), ca)?;
        let ours = Ours::new(origin.address(), ca)?;
        let checks = if secure { TLS_CHECKS } else { PLAIN_CHECKS };
        let row = runtime.block_on(measure(&bare, &ours, runs, checks))?;
        println!("| {} | {:.1} | {:.1} | {} |", case.name(), row.bare, row.ours, row.ratio());
        worst = worst.max(row.ours / row.bare);
    }
    let fits = worst <= RATIO_MAX || !arguments.check;
    ensure!(fits, "a check costs {worst:.3} of the bare loop; at most {RATIO_MAX} is wanted");
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Plain,
    Tls,
}

impl Case {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Tls => "tls",
        }
    }
}

/// Medians in microseconds, and the ratios of the pairs.
struct Row {
    bare: f64,
    ours: f64,
    pairs: Vec<f64>,
}

impl Row {
    fn ratio(&self) -> String {
        let least = self.pairs.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.pairs.iter().copied().fold(0.0, f64::max);
        format!("{:.3} ({least:.3} to {most:.3})", self.ours / self.bare)
    }
}

async fn measure(bare: &Bare, ours: &Ours, runs: usize, checks: u32) -> anyhow::Result<Row> {
    // What is made once is made before it counts.
    time_bare(bare, checks / 10 + 1).await?;
    time_ours(ours, checks / 10 + 1).await?;
    let (mut of_bare, mut of_ours) = (Vec::new(), Vec::new());
    for turn in 0..runs {
        // Who comes first changes, so that neither always has the warmer caches.
        if turn % 2 == 0 {
            of_bare.push(time_bare(bare, checks).await?);
            of_ours.push(time_ours(ours, checks).await?);
        } else {
            of_ours.push(time_ours(ours, checks).await?);
            of_bare.push(time_bare(bare, checks).await?);
        }
    }
    Ok(Row {
        bare: median(&of_bare).context("there is a run")?,
        ours: median(&of_ours).context("there is a run")?,
        pairs: of_bare.iter().zip(&of_ours).map(|(bare, ours)| ours / bare).collect(),
    })
}

async fn time_bare(bare: &Bare, checks: u32) -> anyhow::Result<f64> {
    let begun = cpu();
    for _ in 0..checks {
        bare.ask().await?;
    }
    Ok((cpu() - begun) / f64::from(checks))
}

async fn time_ours(ours: &Ours, checks: u32) -> anyhow::Result<f64> {
    let begun = cpu();
    for turn in 0..checks {
        ours.check(turn.into()).await?;
    }
    Ok((cpu() - begun) / f64::from(checks))
}

/// Returns the CPU time of this thread so far, in microseconds.
fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
