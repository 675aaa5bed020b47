//! What happens behind the proxy, and when.

use std::time::Duration;

/// Something that is done to an endpoint, by its place in the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// The process is killed: its connections end as the kernel ends them.
    Kill(usize),
    /// The process is asked to end: no new connections, idle ones closed, answers finished.
    Stop(usize),
    /// The process is started on its old address.
    Start(usize),
    /// The process is stopped in its tracks; the kernel goes on to accept connections.
    Freeze(usize),
    /// The process goes on.
    Thaw(usize),
    /// `goodgate faults` begins to do something to this share of the occasions, in per cent.
    Fault(usize, &'static str, u8),
    /// `goodgate faults` ends that.
    Heal(usize),
    /// The name leads to the endpoint from now on.
    Name(usize),
}

/// When requests come.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// In equal distances.
    Steady,
    /// In bursts, with pauses of this length, up to so many per mille shorter or longer: every
    /// connection is idle for about that long.
    Bursts(Duration, u16),
}

/// One schedule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// Its name in options and results.
    pub(super) name: &'static str,
    /// What happens, for the table.
    pub(super) label: &'static str,
    /// How many endpoints there are.
    pub(super) endpoints: usize,
    /// How many of them, from the first, have `goodgate faults` in them.
    pub(super) faulty: usize,
    /// Proxies find the endpoints by a name; the first one at the beginning.
    pub(super) by_name: bool,
    /// When requests come.
    pub(super) pace: Pace,
    /// What happens when, in milliseconds from the first request; sorted.
    pub(super) steps: &'static [(u64, Action)],
    /// Answers of `goodgate faults` itself are good ones.
    pub(super) takes_faults_body: bool,
}

use Action::{Fault, Freeze, Heal, Kill, Name, Start, Stop, Thaw};

/// The length of a schedule.
pub(super) const LENGTH: Duration = Duration::from_secs(10);

const PLAIN: Schedule = Schedule {
    name: "",
    label: "",
    endpoints: 2,
    faulty: 0,
    by_name: false,
    pace: Pace::Steady,
    steps: &[],
    takes_faults_body: false,
};

const fn processes(
    name: &'static str,
    label: &'static str,
    endpoints: usize,
    steps: &'static [(u64, Action)],
) -> Schedule {
    Schedule { name, label, endpoints, steps, ..PLAIN }
}

const fn one_of_two(
    name: &'static str,
    label: &'static str,
    steps: &'static [(u64, Action)],
) -> Schedule {
    Schedule { name, label, faulty: 1, steps, ..PLAIN }
}

const fn race(
    name: &'static str,
    label: &'static str,
    spread: u16,
    steps: &'static [(u64, Action)],
) -> Schedule {
    // The origins' limit and the time that an answer takes.
    let pace = Pace::Bursts(Duration::from_millis(258), spread);
    Schedule { name, label, faulty: 2, pace, steps, ..PLAIN }
}

/// All schedules in the order of the table.
pub(super) const ALL: &[Schedule] = &[
    processes("calm", "nothing goes wrong", 2, &[]),
    processes(
        "crash",
        "one of two killed, back after 3 s",
        2,
        &[(2000, Kill(0)), (5000, Start(0))],
    ),
    processes("restart", "the only one restarted, 1.5 s", 1, &[(3000, Stop(0)), (4500, Start(0))]),
    processes(
        "rolling",
        "two restarted in turn, 1.5 s each",
        2,
        &[(2000, Stop(0)), (3500, Start(0)), (5500, Stop(1)), (7000, Start(1))],
    ),
    processes(
        "outage",
        "both killed, back after 1.5 s",
        2,
        &[(3000, Kill(0)), (3000, Kill(1)), (4500, Start(0)), (4500, Start(1))],
    ),
    processes("two-dead", "two of three killed for good", 3, &[(2000, Kill(0)), (2000, Kill(1))]),
    processes("freeze", "one of two frozen for 5 s", 2, &[(2000, Freeze(0)), (7000, Thaw(0))]),
    one_of_two(
        "slow",
        "one of two slower by 1 s",
        &[(2000, Fault(0, "slow_head:1s", 100)), (8000, Heal(0))],
    ),
    one_of_two(
        "status-503",
        "one of two answers 503",
        &[(2000, Fault(0, "status:503", 100)), (8000, Heal(0))],
    ),
    one_of_two(
        "resets",
        "one of two resets after half of its requests",
        &[(2000, Fault(0, "reset_after_request", 50)), (8000, Heal(0))],
    ),
    one_of_two(
        "drops",
        "one of two drops half of its connections at once",
        &[(2000, Fault(0, "accept_close", 50)), (8000, Heal(0))],
    ),
    one_of_two(
        "garbage",
        "one of two answers half with garbage",
        &[(2000, Fault(0, "no_status_line:garbage", 50)), (8000, Heal(0))],
    ),
    one_of_two(
        "truncation",
        "one of two cuts half of its bodies",
        &[(2000, Fault(0, "truncated_body", 50)), (8000, Heal(0))],
    ),
    one_of_two(
        "reset-body",
        "one of two resets within half of its bodies",
        &[(2000, Fault(0, "reset_in_body", 50)), (8000, Heal(0))],
    ),
    Schedule {
        name: "big-headers",
        label: "heads of 24 KiB in a fifth of the answers",
        faulty: 2,
        steps: &[
            (2000, Fault(0, "header_too_large:24k", 20)),
            (2000, Fault(1, "header_too_large:24k", 20)),
            (8000, Heal(0)),
            (8000, Heal(1)),
        ],
        takes_faults_body: true,
        ..PLAIN
    },
    race(
        "race-fin",
        "idle connections closed by FIN after 250 ms, pauses of about that",
        40,
        &[(0, Fault(0, "close_idle:250ms:fin", 100)), (0, Fault(1, "close_idle:250ms:fin", 100))],
    ),
    race(
        "race-rst",
        "idle connections closed by RST after 250 ms, pauses of about that",
        40,
        &[(0, Fault(0, "close_idle:250ms:rst", 100)), (0, Fault(1, "close_idle:250ms:rst", 100))],
    ),
    race(
        "crossed-fin",
        "as race-fin; each end crosses a request",
        200,
        &[
            (0, Fault(0, "close_idle:250ms:late_fin", 100)),
            (0, Fault(1, "close_idle:250ms:late_fin", 100)),
        ],
    ),
    race(
        "crossed-rst",
        "as race-rst; each end crosses a request",
        200,
        &[
            (0, Fault(0, "close_idle:250ms:late_rst", 100)),
            (0, Fault(1, "close_idle:250ms:late_rst", 100)),
        ],
    ),
    Schedule {
        name: "dns-move",
        label: "the name moves, the old address ends 1 s later",
        by_name: true,
        steps: &[(3000, Name(1)), (4000, Stop(0))],
        ..PLAIN
    },
];

impl Schedule {
    /// Says whether `goodgate faults` is needed.
    pub(super) const fn needs_faults(&self) -> bool {
        self.faulty > 0 || self.by_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_sorted_and_within_the_length() {
        for schedule in ALL {
            assert!(schedule.steps.is_sorted_by_key(|(at, _)| *at), "{}", schedule.name);
            let last = schedule.steps.last().map_or(0, |(at, _)| *at);
            assert!(Duration::from_millis(last) < LENGTH, "{}", schedule.name);
        }
    }

    #[test]
    fn actions_name_endpoints_that_exist() {
        for schedule in ALL {
            for (_, action) in schedule.steps {
                let (Kill(place)
                | Stop(place)
                | Start(place)
                | Freeze(place)
                | Thaw(place)
                | Fault(place, _, _)
                | Heal(place)
                | Name(place)) = *action;
                assert!(place < schedule.endpoints, "{}", schedule.name);
                let is_fault = matches!(action, Fault(..) | Heal(_));
                assert!(!is_fault || place < schedule.faulty, "{}", schedule.name);
            }
        }
    }
}
