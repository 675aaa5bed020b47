//! A monitor tried by itself: its check, and what a failed one sets off at once. Nothing is kept, and
//! nobody is told.

use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::Timestamp;
use goodgate_incident::monitor::Examination;
use goodgate_incident::trust::Fact;
use goodgate_incident::{Doubt, Finding, Outcome, State};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::book::Checking;
use super::burst::{Bursts, Suspect};
use crate::check::{self, Checked, Plan, Prober, judge};
use crate::settings::{Monitor, Watch};

/// How a trial goes.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The checks that are made, one after the other, until one of them is not good: 1 and more.
    pub checks: u32,
    /// The time of the calendar.
    pub calendar: fn() -> Timestamp,
}

/// What a trial came to.
#[derive(Debug)]
pub struct Trial {
    /// The last check: the first that was not good, if one was.
    pub checked: Checked,
    /// How many checks were made.
    pub checks: u32,
    /// What the burst came to; nothing where no check failed.
    pub burst: Option<Conclusion>,
}

/// What a burst came to.
#[derive(Debug)]
pub struct Conclusion {
    /// The state, its cause and the sentence; nothing where further checks have to confirm it: they may
    /// change something, so that they are not made at once, and something else does not fail alike.
    pub finding: Option<Finding>,
    /// How long it took.
    pub took: Duration,
    /// How many of its attempts at the target failed.
    pub bad_tries: u32,
    /// Why it could not measure, where it could not and that is known.
    pub doubt: Option<Doubt>,
    /// The verdict with its evidence, as `goodgate.diagnose/1`.
    pub verdict: Option<Vec<u8>>,
    /// What was seen of ourselves, by the places of `[watch] controls`.
    pub facts: Vec<Fact>,
}

impl Trial {
    /// Returns the state that the monitor comes to.
    pub fn state(&self) -> State {
        let found = self.burst.as_ref().and_then(|burst| burst.finding.as_ref());
        match (found, &self.checked.result.outcome) {
            (Some(finding), _) => finding.state,
            (None, Outcome::Good) => State::Up,
            // The next checks confirm it.
            (None, Outcome::Bad { .. }) => State::Suspect,
            (None, Outcome::Unmeasured(_)) => State::Unknown,
        }
    }
}

/// Tries a monitor: checks it, and carries out the burst of a check that fails, as the desk does.
///
/// A heartbeat has nothing to try: it comes to [`State::Unknown`].
pub async fn try_monitor(
    prober: Arc<dyn Prober>,
    monitor: &Monitor,
    plan: Plan,
    watch: &Watch,
    wanted: &Wanted,
) -> Trial {
    let plan = Arc::new(plan);
    let (mut turn, mut checked) = (0, check_once(&*prober, &plan, 0, wanted).await);
    while checked.result.outcome == Outcome::Good && turn + 1 < wanted.checks {
        turn += 1;
        checked = check_once(&*prober, &plan, turn, wanted).await;
    }
    let checks = turn + 1;
    if !matches!(checked.result.outcome, Outcome::Bad { .. }) {
        return Trial { checked, checks, burst: None };
    }
    let bursts =
        Bursts { prober, examinations: Arc::new(Semaphore::new(1)), calendar: wanted.calendar };
    let suspect = Suspect {
        monitor: plan.monitor.clone(),
        finding: checked.finding(&plan),
        status: checked.status,
        took: checked.result.took,
        addresses: checked.met.addresses.len(),
        watch: watch.clone(),
        checking: Checking { monitor: Arc::new(monitor.clone()), plan, windows: Vec::new() },
    };
    let begun = Instant::now();
    let ended = bursts.carry_out(suspect).await;
    let (finding, bad_tries, doubt) = match ended.examination {
        Some(Examination { finding, bad_tries, doubt, .. }) => (Some(finding), bad_tries, doubt),
        None => (None, 0, None),
    };
    let burst = Conclusion {
        finding,
        took: begun.elapsed(),
        bad_tries,
        doubt,
        verdict: ended.verdict,
        facts: ended.facts,
    };
    Trial { checked, checks, burst: Some(burst) }
}

async fn check_once(prober: &dyn Prober, plan: &Plan, turn: u32, wanted: &Wanted) -> Checked {
    let began = (wanted.calendar)();
    judge(plan, &check::check(prober, plan, u64::from(turn), began, Duration::ZERO).await)
}
