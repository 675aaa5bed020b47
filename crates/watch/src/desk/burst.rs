//! What a suspicion sets off at once: checks of the next addresses, an examination, and a look at
//! ourselves.

use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::Timestamp;
use goodgate_incident::monitor::Examination;
use goodgate_incident::trust::Fact;
use goodgate_incident::{Doubt, Finding, MonitorId, Outcome, State};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::book::Checking;
use super::control::control;
use super::limits::BURST_CHECKS;
use crate::check::{self, Examined, Plan, Prober, Suspicion, What, judge};
use crate::settings::Watch;
use crate::settings::values::HostPort;

/// What a burst came to.
#[derive(Debug)]
pub(super) struct Ended {
    /// Of which monitor.
    pub(super) monitor: MonitorId,
    /// When it ended.
    pub(super) at: Timestamp,
    /// What was found; nothing where the checks of the monitor have to say themselves what it is: they
    /// may change something, so that they were not made again, and something else does not fail alike.
    pub(super) examination: Option<Examination>,
    /// The verdict with its evidence.
    pub(super) verdict: Option<Vec<u8>>,
    /// What was seen of ourselves; to be taken before what was found.
    pub(super) facts: Vec<Fact>,
}

/// What bursts need.
#[derive(Clone)]
pub(super) struct Bursts {
    pub(super) prober: Arc<dyn Prober>,
    pub(super) examinations: Arc<Semaphore>,
    pub(super) calendar: fn() -> Timestamp,
}

/// One monitor that is suspected.
pub(super) struct Suspect {
    pub(super) monitor: MonitorId,
    pub(super) checking: Checking,
    /// What the failed check says by itself.
    pub(super) finding: Option<Finding>,
    /// The status with which the failed check was answered.
    pub(super) status: Option<u16>,
    /// The addresses that its name has.
    pub(super) addresses: usize,
    pub(super) watch: Watch,
}

impl Bursts {
    /// Carries out a burst. It ends within the timeout of the check and what an examination may take
    /// beyond it.
    pub(super) async fn carry_out(self, suspect: Suspect) -> Ended {
        let Suspect { monitor, checking, finding, status, addresses, watch } = suspect;
        let plan = &checking.plan;
        if matches!(plan.what, What::Heartbeat { .. }) {
            // A call that did not come cannot be asked for.
            return self.ended(monitor, found(finding, State::Down), 1, None, Vec::new());
        }
        let at = (self.calendar)();
        let suspicion = plan.suspicion(&checking.monitor, &watch, at);
        let (tries, examined, facts) = tokio::join!(
            self.tries(&checking, addresses),
            self.examine(suspicion, plan.timeout),
            self.controls(&watch.controls),
        );
        let tries = Tries { first: finding, ..tries };
        let is_alike =
            !is_repeated(plan) && examined.as_ref().is_some_and(|it| is_like(it, status));
        let (examined, verdict) = match examined {
            Some(Examined { finding, verdict, .. }) => (Some(finding), Some(verdict)),
            None => (None, None),
        };
        if !is_repeated(plan) && !is_alike {
            let at = (self.calendar)();
            return Ended { monitor, at, examination: None, verdict, facts };
        }
        let bad = tries.bad + u32::from(examined.as_ref().is_some_and(fails));
        let doubt = tries.doubt;
        let finding = weigh(tries, examined);
        let ended = self.ended(monitor, finding, bad, verdict, facts);
        let examination = ended.examination.map(|it| Examination { doubt, ..it });
        Ended { examination, ..ended }
    }

    fn ended(
        &self,
        monitor: MonitorId,
        finding: Finding,
        bad_tries: u32,
        verdict: Option<Vec<u8>>,
        facts: Vec<Fact>,
    ) -> Ended {
        let at = (self.calendar)();
        let examination = Some(Examination { ended: at, finding, bad_tries, doubt: None });
        Ended { monitor, at, examination, verdict, facts }
    }

    /// Checks again, each time from the next address; what changes something there is not sent again.
    async fn tries(&self, checking: &Checking, addresses: usize) -> Tries {
        let mut tries = Tries::default();
        if !is_repeated(&checking.plan) {
            return tries;
        }
        let count = (addresses as u64).clamp(2, BURST_CHECKS);
        let mut running = JoinSet::new();
        for turn in 0..count {
            let (prober, plan) = (Arc::clone(&self.prober), Arc::clone(&checking.plan));
            let began = (self.calendar)();
            running.spawn(async move {
                let raw = check::check(&*prober, &plan, turn, began, Duration::ZERO).await;
                judge(&plan, &raw)
            });
        }
        while let Some(ended) = running.join_next().await {
            if let Ok(checked) = ended {
                tries.count(&checking.plan, &checked);
            }
        }
        tries
    }

    /// Examines, where there is room: many that fail at once fail for one reason, and checks tell enough
    /// of the others.
    async fn examine(&self, suspicion: Option<Suspicion>, timeout: Duration) -> Option<Examined> {
        let mut suspicion = suspicion?;
        let _permit = self.examinations.try_acquire().ok()?;
        suspicion.time = suspicion.time.min(timeout + EXAMINE_BEYOND);
        let most = suspicion.time + EXAMINE_SLACK;
        tokio::time::timeout(most, self.prober.examine(&suspicion)).await.ok()
    }

    /// Looks whether places answer that have nothing to do with the monitors.
    async fn controls(&self, places: &[HostPort]) -> Vec<Fact> {
        let mut running = JoinSet::new();
        for place in places {
            let (prober, place) = (Arc::clone(&self.prober), place.clone());
            running.spawn(async move { control(&*prober, &place).await });
        }
        let mut facts = Vec::new();
        while let Some(ended) = running.join_next().await {
            facts.extend(ended.unwrap_or_default());
        }
        facts
    }
}

/// Whether a check may be made again at once: its method changes nothing.
fn is_repeated(plan: &Plan) -> bool {
    plan.http().is_none_or(|http| http.method.is_safe())
}

/// Whether an examination with another method saw the failure of the check: it fails as well, and was
/// answered with the same status, with another one of a gateway, or was not answered either.
fn is_like(examined: &Examined, status: Option<u16>) -> bool {
    let of_gateway = |status: u16| (502..=504).contains(&status);
    fails(&examined.finding)
        && match (examined.status, status) {
            (None, None) => true,
            (Some(one), Some(other)) => one == other || of_gateway(one) && of_gateway(other),
            _ => false,
        }
}

/// How much longer than a check an examination may take: the verdict comes within a timeout and 3 s.
const EXAMINE_BEYOND: Duration = Duration::from_millis(2_300);

/// What an examination may take beyond its time before it is given up.
const EXAMINE_SLACK: Duration = Duration::from_millis(400);

/// What checking again came to.
#[derive(Debug, Default)]
struct Tries {
    good: u32,
    bad: u32,
    doubt: Option<Doubt>,
    finding: Option<Finding>,
    first: Option<Finding>,
}

impl Tries {
    fn count(&mut self, plan: &Plan, checked: &check::Checked) {
        match &checked.result.outcome {
            Outcome::Good => self.good += 1,
            Outcome::Bad { .. } => {
                self.bad += 1;
                let finding = checked.finding(plan);
                // One with a cause says more than one without.
                if self.finding.as_ref().is_none_or(|found| found.cause.is_none()) {
                    self.finding = finding.or(self.finding.take());
                }
            }
            Outcome::Unmeasured(doubt) => self.doubt = Some(*doubt),
        }
    }

    /// What the checks alone amount to.
    fn state(&self) -> State {
        match (self.good, self.bad) {
            (0, 0) => State::Unknown,
            (0, _) => State::Down,
            (_, 0) => State::Up,
            _ => State::Partial,
        }
    }
}

fn fails(finding: &Finding) -> bool {
    matches!(finding.state, State::Down | State::Partial)
}

/// Weighs what checks and the examination say: it knows more of causes, they know what is wanted.
fn weigh(tries: Tries, examined: Option<Finding>) -> Finding {
    let by_checks = tries.state();
    let of_checks = tries.finding.or(tries.first);
    match examined {
        Some(examined) if fails(&examined) => {
            let state = match by_checks {
                State::Down | State::Unknown => examined.state,
                // It fails now and then, or on some of its addresses.
                _ => State::Partial,
            };
            Finding { state, ..examined }
        }
        // A place that works and does not answer what is wanted fails all the same.
        Some(examined) if examined.state == State::Up && by_checks == State::Unknown => examined,
        _ => found(of_checks, by_checks),
    }
}

/// Says a state with what a check has shown.
fn found(finding: Option<Finding>, state: State) -> Finding {
    match finding {
        Some(finding) => Finding { state, ..finding },
        None => Finding {
            state,
            cause: None,
            confidence: 0.0,
            summary: "it does not answer as it should".to_owned(),
            stage: None,
            blame: None,
            components: std::collections::BTreeSet::new(),
        },
    }
}
