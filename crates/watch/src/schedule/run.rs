//! Carries out what is due, a bounded number at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{MonitorId, Timestamp};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::drift::Drift;
use super::timetable::{Due, Ticket, Timetable};
use crate::check::{Checked, Plan, Prober, What, check, heartbeat, judge};

/// What is to change about the schedule.
#[derive(Clone, Debug)]
pub enum Order {
    /// Check this from now on, or in place of what has its id.
    Add {
        /// What a check asks for.
        plan: Arc<Plan>,
        /// The time from one check to the next. Heartbeats are looked at as often as they need it.
        interval: Duration,
        /// When a heartbeat was last called, as far as that is known.
        last_beat: Option<Timestamp>,
    },
    /// Check it no more.
    Remove(MonitorId),
    /// Check it no more until it is resumed.
    Pause(MonitorId),
    /// Check it again.
    Resume(MonitorId),
    /// Check it at once.
    CheckNow(MonitorId),
    /// A job has called.
    Beat(MonitorId, Timestamp),
}

/// What one check came to, and how it was on our side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of which monitor.
    pub monitor: MonitorId,
    /// What it came to.
    pub checked: Checked,
    /// How much later it began than it should have.
    pub late: Duration,
    /// The part of it that our own timer was late.
    pub lag: Duration,
    /// By how many microseconds the calendar has jumped since the report before, where it has.
    pub clock_jump: Option<i64>,
    /// The moments of this monitor that were missed since its last check.
    pub missed: u32,
    /// The reports, of all monitors, that were dropped since the one before because nobody took them.
    pub dropped: u64,
}

/// What [`run()`] needs.
pub struct Running {
    /// Who opens connections.
    pub prober: Arc<dyn Prober>,
    /// The checks that run at the same time.
    pub at_once: usize,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
    /// What is to change; the end of it ends everything.
    pub orders: Receiver<Order>,
    /// Who hears of results. A report that finds no room is dropped and counted: checks do not wait.
    pub reports: Sender<Report>,
}

/// A job that is waited for.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    since: Timestamp,
    last: Option<Timestamp>,
}

/// Checks what it is ordered to until nobody orders any more. What still runs then is dropped.
pub async fn run(running: Running) {
    let Running { prober, at_once, calendar, mut orders, reports } = running;
    let start = Instant::now();
    let mut state = Schedule {
        timetable: Timetable::new(at_once),
        tickets: HashMap::new(),
        awaited: HashMap::new(),
        drift: Drift::new(Duration::ZERO, calendar()),
        dropped: 0,
        calendar,
        start,
        reports,
    };
    let mut checks: JoinSet<Ended> = JoinSet::new();
    loop {
        while let Some(due) = state.timetable.begin(start.elapsed()) {
            state.begin(due, &prober, &mut checks);
        }
        // Without a monitor only an order can change anything; an hour is as good as never.
        let wake = state.timetable.wake_at().unwrap_or(start.elapsed() + Duration::from_hours(1));
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => state.take(order),
                None => return,
            },
            Some(ended) = checks.join_next_with_id() => match ended {
                Ok((id, ended)) => {
                    state.tickets.remove(&id);
                    state.end(ended);
                }
                // A check that panicked has no result; its place is free all the same.
                Err(error) => {
                    if let Some(ticket) = state.tickets.remove(&error.id()) {
                        state.timetable.end(ticket);
                    }
                }
            },
            () = sleep_until(start + wake) => {}
        }
    }
}

/// A check that has ended.
struct Ended {
    ticket: Ticket,
    report: Report,
}

struct Schedule {
    timetable: Timetable<Arc<Plan>>,
    /// The checks that run, by their tasks.
    tickets: HashMap<tokio::task::Id, Ticket>,
    awaited: HashMap<MonitorId, Awaited>,
    drift: Drift,
    dropped: u64,
    calendar: fn() -> Timestamp,
    start: Instant,
    reports: Sender<Report>,
}

impl Schedule {
    fn take(&mut self, order: Order) {
        let now = self.start.elapsed();
        match order {
            Order::Add { plan, interval, last_beat } => self.add(plan, interval, last_beat),
            Order::Remove(id) => {
                self.awaited.remove(&id);
                self.timetable.remove(&id);
            }
            Order::Pause(id) => {
                self.timetable.pause(&id);
            }
            Order::Resume(id) => {
                // What a job did while nobody waited for it is not known.
                let since = (self.calendar)();
                if let Some(awaited) = self.awaited.get_mut(&id) {
                    awaited.since = since;
                }
                self.timetable.resume(&id);
            }
            Order::CheckNow(id) => {
                self.timetable.check_now(&id, now);
            }
            Order::Beat(id, at) => {
                if let Some(awaited) = self.awaited.get_mut(&id) {
                    awaited.last = awaited.last.max(Some(at));
                    // A job that comes back is seen at once.
                    self.timetable.check_now(&id, now);
                }
            }
        }
    }

    fn add(&mut self, plan: Arc<Plan>, interval: Duration, last_beat: Option<Timestamp>) {
        let id = plan.monitor.clone();
        let mut interval = interval;
        if let What::Heartbeat { every, grace } = plan.what {
            let awaited = Awaited { since: (self.calendar)(), last: last_beat };
            self.awaited.insert(id.clone(), awaited);
            interval = (every.saturating_add(grace) / 10).clamp(LOOK_MIN, LOOK_MAX);
        } else {
            self.awaited.remove(&id);
        }
        self.timetable.add(id, plan, interval, self.start.elapsed());
    }

    fn begin(
        &mut self,
        due: Due<Arc<Plan>>,
        prober: &Arc<dyn Prober>,
        checks: &mut JoinSet<Ended>,
    ) {
        let began = (self.calendar)();
        let clock_jump = self.drift.look(self.start.elapsed(), began);
        let Due { ticket, monitor, what: plan, turn, late, lag, missed } = due;
        let told =
            move |checked| Report { monitor, checked, late, lag, clock_jump, missed, dropped: 0 };
        if let What::Heartbeat { every, grace } = plan.what {
            let awaited = self.awaited.get(&plan.monitor).copied();
            let awaited = awaited.unwrap_or(Awaited { since: began, last: None });
            let result = heartbeat::judge(awaited.last, awaited.since, began, every, grace);
            return self.end(Ended { ticket, report: told(Checked::of(result)) });
        }
        let prober = Arc::clone(prober);
        let task = checks.spawn(async move {
            let raw = check(prober.as_ref(), &plan, turn, began, late).await;
            Ended { ticket, report: told(judge(&plan, &raw)) }
        });
        self.tickets.insert(task.id(), ticket);
    }

    fn end(&mut self, ended: Ended) {
        let Ended { ticket, report } = ended;
        if !self.timetable.end(ticket) {
            return;
        }
        let dropped = std::mem::take(&mut self.dropped);
        if self.reports.try_send(Report { dropped, ..report }).is_err() {
            self.dropped = dropped.saturating_add(1);
        }
    }
}

/// How often heartbeats are looked at: a tenth of the time that they have, within these. Looking costs
/// next to nothing, and nobody needs to know of a late job within the second.
const LOOK_MIN: Duration = Duration::from_secs(1);
/// See [`LOOK_MIN`].
const LOOK_MAX: Duration = Duration::from_secs(30);
