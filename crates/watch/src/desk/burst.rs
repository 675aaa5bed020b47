//! What a suspicion sets off at once: checks of the next addresses, an examination, and a look at
//! ourselves.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::Timestamp;
use goodgate_incident::monitor::Examination;
use goodgate_incident::trust::Fact;
use goodgate_incident::{Doubt, Finding, MonitorId, Outcome, State};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

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
    /// How long the failed check took.
    pub(super) took: Duration,
    /// The addresses that its name has.
    pub(super) addresses: usize,
    pub(super) watch: Watch,
}

impl Bursts {
    /// Carries out a burst. It ends within the timeout of the check and what an examination may take
    /// beyond it.
    pub(super) async fn carry_out(self, suspect: Suspect) -> Ended {
        let Suspect { monitor, checking, finding, status, took, addresses, watch } = suspect;
        let plan = &checking.plan;
        if matches!(plan.what, What::Heartbeat { .. }) {
            // A call that did not come cannot be asked for.
            return self.ended(monitor, found(finding, State::Down), 1, None, Vec::new());
        }
        let at = (self.calendar)();
        let suspicion = plan.suspicion(&checking.monitor, &watch, at);
        let ((tries, examined), facts) = tokio::join!(
            self.asked(&checking, addresses, suspicion, took),
            self.controls(&watch.controls),
        );
        let tries = Tries { first: finding, ..tries };
        let is_alike =
            !is_repeated(plan) && examined.as_ref().is_some_and(|it| is_like(it, status));
        if !is_repeated(plan) && !is_alike {
            let at = (self.calendar)();
            let verdict = examined.map(|examined| examined.verdict);
            return Ended { monitor, at, examination: None, verdict, facts };
        }
        let is_bad = examined.as_ref().is_some_and(|examined| fails(&examined.finding));
        let bad = tries.bad + u32::from(is_bad);
        let doubt = tries.doubt;
        let finding = weigh(tries, examined.as_ref());
        let verdict = examined.map(|examined| examined.verdict);
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

    /// Checks again and examines, within the timeout of the check and [`EXAMINE_BEYOND`].
    ///
    /// The checks come first, where the failed one came to its end soon: a target with few workers that hang
    /// or end by a request has none left while it is asked by several at once, and an examination would take
    /// for the cause what the checks have done.
    async fn asked(
        &self,
        checking: &Checking,
        addresses: usize,
        suspicion: Option<Suspicion>,
        took: Duration,
    ) -> (Tries, Option<Examined>) {
        let (begun, most) = (Instant::now(), checking.plan.timeout);
        let head_start = HEAD_START.min(most / 2);
        let mut tries = pin!(self.tries(checking, addresses));
        let soon = if took <= head_start {
            tokio::time::timeout(head_start, &mut tries).await.ok()
        } else {
            None
        };
        let left = (most + EXAMINE_BEYOND).saturating_sub(begun.elapsed());
        let examination = self.examine(suspicion, left);
        if let Some(tries) = soon {
            (tries, examination.await)
        } else {
            tokio::join!(tries, examination)
        }
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
    async fn examine(&self, suspicion: Option<Suspicion>, most: Duration) -> Option<Examined> {
        let mut suspicion = suspicion?;
        let _permit = self.examinations.try_acquire().ok()?;
        suspicion.time = suspicion.time.min(most);
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
/// How long the checks of a burst are alone at most, and not longer than half of their timeout: the
/// examination has that much less time, and what takes this long to fail needs it.
const HEAD_START: Duration = Duration::from_secs(2);

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
fn weigh(tries: Tries, examined: Option<&Examined>) -> Finding {
    let by_checks = tries.state();
    let of_checks = tries.finding.or(tries.first);
    match examined.map(|examined| (&examined.finding, examined.is_answered)) {
        Some((examined, is_answered)) if fails(examined) => {
            let state = match by_checks {
                // Only what is behind the gateway fails, and no answer is the one that is wanted: that some
                // is well in the eyes of the examination makes it no better.
                State::Down if is_answered => State::Down,
                State::Down | State::Unknown => examined.state,
                // It fails now and then, or on some of its addresses.
                _ => State::Partial,
            };
            Finding { state, ..examined.clone() }
        }
        // A place that works and does not answer what is wanted fails all the same.
        Some((examined, _)) if examined.state == State::Up && by_checks == State::Unknown => {
            examined.clone()
        }
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;

    use super::*;
    use crate::check::{Answer, Boxed, Step};
    use crate::settings::read;

    /// Takes a time for each step, and remembers when the examination began.
    #[derive(Debug)]
    struct Slow {
        step: Duration,
        examined: Mutex<Option<Instant>>,
    }

    impl Prober for Slow {
        fn carry_out<'a>(&'a self, _: &'a Step, within: Duration) -> Boxed<'a, Answer> {
            Box::pin(async move {
                tokio::time::sleep(self.step.min(within)).await;
                Answer::Unable(Doubt::Resources, "told to".to_owned())
            })
        }

        fn examine<'a>(&'a self, suspicion: &'a Suspicion) -> Boxed<'a, Examined> {
            Box::pin(async move {
                *self.examined.lock().unwrap() = Some(Instant::now());
                tokio::time::sleep(suspicion.time).await;
                let finding = found(None, State::Down);
                Examined { finding, status: None, is_answered: false, verdict: Vec::new() }
            })
        }
    }

    /// When the examination began in a burst of checks that take this long, and how long all of it took.
    async fn burst_of(took: Duration) -> (Duration, Duration) {
        let text = b"[[monitor]]\nname = \"a\"\nhttp = \"http://192.0.2.1/\"\ntimeout = \"5s\"\n";
        let reading = read("t", text, Path::new("/"), Timestamp(0));
        let (monitor, watch) = (&reading.value.monitor[0], reading.value.watch.clone());
        let plan = Plan::of(monitor, &watch, |_| Err(std::fmt::Error)).unwrap();
        let prober = Arc::new(Slow { step: took, examined: Mutex::default() });
        let bursts = Bursts {
            prober: Arc::<Slow>::clone(&prober),
            examinations: Arc::new(Semaphore::new(1)),
            calendar: || Timestamp(0),
        };
        let (monitor, plan) = (Arc::new(monitor.clone()), Arc::new(plan));
        let suspect = Suspect {
            monitor: plan.monitor.clone(),
            finding: None,
            status: None,
            took,
            addresses: 1,
            watch,
            checking: Checking { monitor, plan, windows: Vec::new() },
        };
        let begun = Instant::now();
        bursts.carry_out(suspect).await;
        let examined = prober.examined.lock().unwrap().unwrap();
        (examined - begun, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn checks_that_fail_soon_are_over_when_the_examination_begins() {
        for millis in [20, 1_500] {
            let took = Duration::from_millis(millis);
            let (began, _) = burst_of(took).await;
            assert!(began >= took, "{millis}: {began:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_examination_does_not_wait_for_checks_that_take_long() {
        let (began, _) = burst_of(Duration::from_millis(2_500)).await;
        assert!(began < Duration::from_millis(100), "{began:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_ends_within_the_timeout_and_three_seconds() {
        for millis in [0, 20, 1_500, 1_999, 2_500, 5_000] {
            let (_, whole) = burst_of(Duration::from_millis(millis)).await;
            assert!(whole <= Duration::from_secs(8), "{millis}: {whole:?}");
        }
    }

    fn weighed(good: u32, bad: u32, examined: State, is_answered: bool) -> Finding {
        let tries = Tries { good, bad, ..Tries::default() };
        let finding = Finding { cause: Some("connect_refused"), ..found(None, examined) };
        weigh(tries, Some(&Examined { finding, status: None, is_answered, verdict: Vec::new() }))
    }

    #[test]
    fn no_wanted_answer_is_down_where_only_the_origin_fails() {
        let found = weighed(0, 2, State::Partial, true);

        assert_eq!((found.state, found.cause), (State::Down, Some("connect_refused")));
    }

    #[test]
    fn what_fails_at_times_for_the_examination_is_partial_though_every_check_failed() {
        assert_eq!(weighed(0, 2, State::Partial, false).state, State::Partial);
    }

    #[test]
    fn a_wanted_answer_now_and_then_is_partial_whatever_the_examination_saw() {
        assert_eq!(weighed(1, 1, State::Down, false).state, State::Partial);
        assert_eq!(weighed(2, 0, State::Partial, true).state, State::Partial);
    }

    #[test]
    fn an_answer_that_is_not_the_wanted_one_is_down_without_a_cause_where_all_is_well() {
        let found = weighed(0, 2, State::Up, true);

        assert_eq!((found.state, found.cause), (State::Down, None));
    }
}
