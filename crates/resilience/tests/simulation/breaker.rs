//! A breaker before an endpoint that comes and goes.

use std::collections::BTreeSet;
use std::time::Duration;

use goodgate_resilience::breaker::{Admission, Asker, Breaker, Settings, State};
use goodgate_resilience::limits::{BREAKER_OPEN_MAX, TRIAL_MAX};
use goodgate_resilience::{Mark, Random, SplitMix};

use crate::world::{Agenda, between, exponential, for_each_seed, ms};

enum Event {
    Ask,
    End(u64, Admission, Mark),
}

/// What was seen of one breaker.
#[derive(Default)]
struct Seen {
    trials: BTreeSet<u64>,
    unsafe_while_open: usize,
    asked_while_down: usize,
    let_through_while_down: usize,
    state: Option<State>,
}

/// Asks a breaker before an endpoint that is down within some times, and up at the end.
fn watch(seed: u64, mark: Mark) -> Seen {
    let mut random = SplitMix::new(seed);
    let mut agenda = Agenda::new();
    let breaker = Breaker::new(Settings::endpoint(), agenda.now());
    let down = [ms(between(1000, 5000, &mut random)), ms(between(8000, 20_000, &mut random))];
    let end = down[1] + BREAKER_OPEN_MAX * 2 + TRIAL_MAX;
    let mut found = Seen::default();
    let mut number = 0;
    agenda.after(Duration::ZERO, Event::Ask);
    while let Some(event) = agenda.next() {
        let (at, now) = (agenda.elapsed(), agenda.now());
        let is_down = at >= down[0] && at < down[1];
        match event {
            Event::Ask => {
                if at < end {
                    agenda.after(exponential(ms(25), &mut random), Event::Ask);
                }
                number += 1;
                let is_safe = random.unit() < 0.5;
                let asker = if is_safe { Asker::SafeRequest } else { Asker::UnsafeRequest };
                let is_closed = breaker.state(now) == State::Closed;
                let admission = breaker.admit(asker, now);
                found.asked_while_down += usize::from(is_down);
                if !admission.is_admitted() {
                    continue;
                }
                found.let_through_while_down += usize::from(is_down);
                found.unsafe_while_open += usize::from(!is_closed && !is_safe);
                if admission == Admission::Trial {
                    assert!(found.trials.is_empty(), "seed {seed}: two trials at once");
                    found.trials.insert(number);
                }
                // One client in twenty goes away before anything is known.
                let mark = match (random.unit() < 0.05, is_down) {
                    (true, _) => Mark::Nothing,
                    (false, true) => mark,
                    (false, false) => Mark::Good,
                };
                let took = exponential(ms(20), &mut random);
                agenda.after(took, Event::End(number, admission, mark));
            }
            Event::End(number, admission, mark) => {
                found.trials.remove(&number);
                breaker.record(admission, mark, true, now);
            }
        }
        found.state = Some(breaker.state(now));
    }
    found
}

#[test]
fn an_endpoint_that_is_down_is_left_alone_and_used_again_when_it_is_up() {
    for_each_seed(|seed| {
        for mark in [Mark::Unreachable, Mark::Broken] {
            let found = watch(seed, mark);

            assert_eq!(found.state, Some(State::Closed), "seed {seed}");
            assert_eq!(found.unsafe_while_open, 0, "seed {seed}");
            let share = found.let_through_while_down as f64 / found.asked_while_down as f64;
            assert!(share < 0.1, "seed {seed}: {share} of the requests were let through");
        }
    });
}
