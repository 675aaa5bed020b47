//! The watch itself: whether it was at work all the time, and whether its store has room.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{Finding, MonitorId, Outcome, Result, State, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};

use crate::desk::{Desk, Heard, Input, Target};
use crate::store::{Change, Fullness, Store, StoreError};

/// How often it is looked, and noted that the watch is at work: a gap is known to this much.
const EVERY: Duration = Duration::from_secs(10);

/// The name under which it is remembered that the watch is at work.
const NAME: &str = "watch/run";

/// How the process before ended, as whoever started both knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    /// When, by the calendar.
    pub at: Timestamp,
    /// What was seen of it, such as `signal 9` or `exit code 101`.
    pub how: String,
}

/// The two targets that the watch is to itself.
#[derive(Clone)]
pub struct Own {
    /// Where it is noted.
    pub store: Arc<dyn Store>,
    /// Who is told.
    pub desk: Desk,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// How the watch before ended, where somebody saw it die.
    pub death: Option<Death>,
    /// Those beside it of whom only their end is told.
    pub only_told: Vec<Neighbour>,
}

/// A process that runs beside the watch, from the same configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbour {
    /// What carries requests.
    Gateway,
    /// What shows people pages.
    Dashboard,
}

impl Neighbour {
    /// The monitor that it is; that of the gateway as the source of its traffic calls it.
    const fn id(self) -> &'static str {
        match self {
            Self::Gateway => "gateway/process",
            Self::Dashboard => "dashboard/process",
        }
    }

    /// What it is called.
    const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "the gateway",
            Self::Dashboard => "the dashboard",
        }
    }

    /// What its end costs.
    const fn costs(self) -> &'static str {
        match self {
            Self::Gateway => "what was under way in it is lost",
            Self::Dashboard => "whoever had logged in has to do it again",
        }
    }
}

/// What is remembered of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// When it was last at work, in microseconds since 1970.
    last: i64,
    /// Whether it has ended in order.
    has_ended: bool,
}

impl Own {
    /// Tells of a crash before this start, and looks at the store, until it is dropped.
    pub async fn watch(self) {
        let now = (self.calendar)();
        let before = self.before().await;
        for target in [target(PROCESS, "this watch"), target(STORE, "its store")] {
            self.desk.tell(Input::Appeared(target)).await;
        }
        for one in &self.only_told {
            self.desk.tell(Input::Appeared(target(one.id(), one.name()))).await;
        }
        // Nothing is known of the time before the first start, and of none that ended in order.
        let crash = before.filter(|run| !run.has_ended);
        if let Some(run) = crash {
            self.tell(PROCESS, now, Some(crashed(run, self.death.as_ref(), now))).await;
        }
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tick.tick().await;
            let now = (self.calendar)();
            // What cannot be noted is told by the health of the store.
            note(&*self.store, Run { last: now.0, has_ended: false }).await.ok();
            self.tell(PROCESS, now, None).await;
            self.tell(STORE, now, full(&*self.store)).await;
            for one in &self.only_told {
                self.tell(one.id(), now, None).await;
            }
        }
    }

    async fn before(&self) -> Option<Run> {
        let text = self.store.memory(NAME).await.ok()??;
        serde_json::from_str(&text).ok()
    }

    async fn tell(&self, id: &str, at: Timestamp, finding: Option<Finding>) {
        tell(&self.desk, id, at, finding).await;
    }
}

/// Tells that a process beside the watch has died.
pub(crate) async fn died(desk: &Desk, who: Neighbour, death: &Death) {
    let summary = format!(
        "{} died at {} ({}) and is started again: {}",
        who.name(),
        death.at,
        death.how,
        who.costs()
    );
    tell(desk, who.id(), death.at, Some(finding(State::Down, summary))).await;
}

async fn tell(desk: &Desk, id: &str, at: Timestamp, finding: Option<Finding>) {
    let outcome = match &finding {
        None => Outcome::Good,
        Some(finding) => Outcome::Bad { cause: finding.cause, components: BTreeSet::new() },
    };
    let result = Result { at, took: Duration::ZERO, outcome };
    let monitor = MonitorId(id.into());
    let heard = Heard { monitor, result, finding, evidence: None };
    desk.tell(Input::Heard(Box::new(heard))).await;
}

fn target(id: &str, about: &str) -> Target {
    Target {
        monitor: MonitorId(id.into()),
        kind: "own",
        about: about.to_owned(),
        interval: EVERY,
        tags: BTreeSet::new(),
        policy: None,
    }
}

/// Notes that the watch ends in order.
///
/// # Errors
///
/// When the store does not take it: the next start will take this end for a crash.
pub async fn ended(store: &dyn Store, now: Timestamp) -> std::result::Result<(), StoreError> {
    note(store, Run { last: now.0, has_ended: true }).await
}

const PROCESS: &str = "watch/process";
const STORE: &str = "watch/store";

async fn note(store: &dyn Store, run: Run) -> std::result::Result<(), StoreError> {
    let text = serde_json::to_string(&run).unwrap_or_default();
    let change = Change { memory: vec![(NAME.into(), text)], ..Change::default() };
    store.commit_transition(Arc::new(change)).await.map(|_| ())
}

fn crashed(run: Run, death: Option<&Death>, now: Timestamp) -> Finding {
    let gone = death.map_or(Timestamp(run.last), |death| death.at);
    let seconds = now.0.saturating_sub(gone.0) / 1_000_000;
    let how = death.map(|death| format!(" ({})", death.how)).unwrap_or_default();
    let summary = format!(
        "the watch itself died at {gone}{how} and is back: nothing was checked for {seconds} s"
    );
    finding(State::Down, summary)
}

fn full(store: &dyn Store) -> Option<Finding> {
    let health = store.health();
    if health.fullness == Fullness::Room {
        return None;
    }
    let why = health.trouble.as_deref().unwrap_or("there is no room");
    let why = goodgate_evidence::text::shorten(&goodgate_evidence::text::neutralise(why), 200);
    let summary = format!(
        "the watch cannot write to its store ({why}): results are not kept, {} changes wait in \
         memory, alerts still go out",
        health.waiting
    );
    Some(finding(State::Partial, summary))
}

fn finding(state: State, summary: String) -> Finding {
    Finding {
        state,
        cause: None,
        confidence: 1.0,
        summary,
        stage: None,
        blame: None,
        components: BTreeSet::new(),
    }
}
