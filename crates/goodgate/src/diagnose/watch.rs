//! `--watch`: looks again and again until the state changes.
//!
//! The first round is a whole examination. Every further one is a look: the name, the connection
//! and one request. Where a look says something else than the state, a whole examination follows,
//! and the watch ends if that agrees. So the target gets one request per round, however long it
//! takes.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use goodgate_causes::State;
use goodgate_evidence::text::{neutralise, redact, shorten};
use goodgate_examine::words;

use super::vantage::{Sight, gateway};
use super::{Depth, Diagnosis, Plan, examine, hand_over, json, text};
use crate::render::style::Style;
use crate::{cli, exit};

/// How far an interval may be off, so that many watches do not beat in time: a tenth.
const JITTER: f64 = 0.1;

/// The least pause between two rounds, however long a round takes.
const PAUSE_MIN: Duration = Duration::from_millis(500);

/// Equal looks that end a state in which it fails now and then, or in part.
const STEADY: u32 = 5;

/// Differing looks that are asked for once a whole examination did not agree with one.
const ONCE_BITTEN: u32 = 3;

/// Characters of what came, in a line.
const WORDS_MAX: usize = 60;

/// Watches until the state changes. Ends with the code of the new state, or on Ctrl-C with that of
/// the last one.
pub(super) fn run(arguments: &cli::Diagnose, plan: &Plan) -> Result<exit::Outcome, exit::Failure> {
    let out = Output::new(arguments);
    let first = examine(arguments, plan, Depth::Whole)?;
    if first.is_blind() && arguments.format == cli::Format::Text {
        return Err(exit::Failure::Broken(first.why_blind()));
    }
    hand_over(arguments, &first)?;
    out.first(&first)?;
    if first.is_blind() || first.session.interrupted {
        return Ok(first.outcome());
    }
    let mut watch = Watch::new(first.assessment.verdict.state);
    watch.tally(&first);
    let interval = Duration::from_secs(arguments.interval);
    let mut last = first.outcome();
    let mut begun = Instant::now();
    loop {
        let pause = jittered(interval, roll()).saturating_sub(begun.elapsed()).max(PAUSE_MIN);
        if is_interrupted_within(pause)? {
            break;
        }
        begun = Instant::now();
        let look = examine(arguments, plan, Depth::Look)?;
        if look.session.interrupted {
            break;
        }
        out.round(&look, watch.round + 1)?;
        if !watch.look(&look) {
            continue;
        }
        let whole = examine(arguments, plan, Depth::Whole)?;
        if watch.confirm(whole.assessment.verdict.state) && !whole.is_blind() {
            hand_over(arguments, &whole)?;
            out.change(&whole, &watch)?;
            return Ok(whole.outcome());
        }
        last = if whole.is_blind() { last } else { whole.outcome() };
        if whole.session.interrupted {
            break;
        }
        out.no_change()?;
    }
    out.summary(&watch)?;
    Ok(last)
}

/// What a look shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    Works,
    Fails,
}

/// The rounds so far.
#[derive(Debug)]
struct Watch {
    state: State,
    begun: Instant,
    round: u64,
    works: u64,
    fails: u64,
    not_seen: u64,
    quickest: Option<Duration>,
    slowest: Option<Duration>,
    /// Equal looks in a row.
    streak: Option<(Now, u32)>,
    /// How many of them call for a whole examination.
    needed: u32,
}

impl Watch {
    fn new(state: State) -> Self {
        let needed = if is_steady(state) { 1 } else { STEADY };
        Self {
            state,
            begun: Instant::now(),
            round: 0,
            works: 0,
            fails: 0,
            not_seen: 0,
            quickest: None,
            slowest: None,
            streak: None,
            needed,
        }
    }

    /// Counts a look and tells whether it calls for a whole examination.
    fn look(&mut self, look: &Diagnosis) -> bool {
        let Some(now) = self.tally(look) else {
            self.streak = None;
            return false;
        };
        self.is_due(now)
    }

    /// Counts a round; none where nothing could be measured.
    fn tally(&mut self, round: &Diagnosis) -> Option<Now> {
        self.round += 1;
        let Some(sight) = sight(round) else {
            self.not_seen += 1;
            return None;
        };
        self.quickest = sight.latency.into_iter().chain(self.quickest).min();
        self.slowest = sight.latency.into_iter().chain(self.slowest).max();
        let now = if sight.fails { Now::Fails } else { Now::Works };
        match now {
            Now::Works => self.works += 1,
            Now::Fails => self.fails += 1,
        }
        Some(now)
    }

    fn is_due(&mut self, now: Now) -> bool {
        let before = self.streak.filter(|(last, _)| *last == now).map_or(0, |(_, count)| count);
        let count = before.saturating_add(1);
        self.streak = Some((now, count));
        let differs = match self.state {
            State::Healthy => now == Now::Fails,
            State::Failing | State::Unknown => now == Now::Works,
            State::Partial | State::Intermittent => true,
        };
        differs && count >= self.needed
    }

    /// Tells whether a whole examination found another state; if not, it takes more to ask again.
    fn confirm(&mut self, state: State) -> bool {
        self.streak = None;
        self.needed = self.needed.max(ONCE_BITTEN);
        // What fails for a reason that is not known, and what fails for one that is, both fail.
        let fails = |state: State| matches!(state, State::Failing | State::Unknown);
        state != self.state && !(fails(state) && fails(self.state))
    }

    fn words(&self) -> String {
        let time = self.begun.elapsed().as_secs();
        let (round, works, fails) = (self.round, self.works, self.fails);
        let rounds = if round == 1 { "round" } else { "rounds" };
        let mut text =
            vec![format!("{round} {rounds} in {time} s: {works} worked, {fails} failed")];
        if self.not_seen > 0 {
            text.push(format!(", {} not measured", self.not_seen));
        }
        if let (Some(quickest), Some(slowest)) = (self.quickest, self.slowest) {
            text.push(format!("; {} to {}", words::duration(quickest), words::duration(slowest)));
        }
        text.concat()
    }
}

fn is_steady(state: State) -> bool {
    !matches!(state, State::Partial | State::Intermittent)
}

/// Returns what a look saw of the gateway; none where nothing could be measured.
fn sight(look: &Diagnosis) -> Option<Sight> {
    if look.is_blind() {
        return None;
    }
    Some(Sight::here(gateway(&look.chain)?, look.assessment.verdict.state, None))
}

/// Where the rounds are told.
struct Output {
    format: cli::Format,
    style: Style,
    show_query: bool,
}

impl Output {
    fn new(arguments: &cli::Diagnose) -> Self {
        let style = Style::for_stdout(arguments.color);
        Self { format: arguments.format, style, show_query: arguments.show_query }
    }

    fn first(&self, first: &Diagnosis) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            cli::Format::Json => json::line(&mut out, first, &json::Round::first())?,
            cli::Format::Text => {
                text::brief(&mut out, first, self.style)?;
                writeln!(out)?;
                writeln!(out, "{}", self.line(first))?;
            }
        }
        out.flush()
    }

    fn round(&self, look: &Diagnosis, round: u64) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            cli::Format::Json => json::line(&mut out, look, &json::Round::look(round))?,
            cli::Format::Text => writeln!(out, "{}", self.line(look))?,
        }
        out.flush()
    }

    fn no_change(&self) -> io::Result<()> {
        if self.format == cli::Format::Json {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", self.style.dim("  a whole examination sees the same state as before"))?;
        out.flush()
    }

    fn change(&self, whole: &Diagnosis, watch: &Watch) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            cli::Format::Json => json::line(&mut out, whole, &json::Round::change(watch.round))?,
            cli::Format::Text => {
                writeln!(out)?;
                writeln!(
                    out,
                    "{}",
                    self.style.bold(&format!("The state changed after {}.", watch.words()))
                )?;
                writeln!(out)?;
                text::write(&mut out, whole, self.style)?;
            }
        }
        out.flush()
    }

    /// Says what was seen until Ctrl-C; beside JSON that is talk.
    fn summary(&self, watch: &Watch) -> io::Result<()> {
        let line = format!("No change in {}.", watch.words());
        match self.format {
            cli::Format::Json => {
                // Where nobody listens there is nobody to tell.
                writeln!(io::stderr().lock(), "{line}").ok();
                Ok(())
            }
            cli::Format::Text => {
                let mut out = io::stdout().lock();
                writeln!(out, "{line}")?;
                out.flush()
            }
        }
    }

    /// Returns time, state, status, latency and what came.
    fn line(&self, look: &Diagnosis) -> String {
        let at = look.session.began;
        let Some(sight) = sight(look) else {
            let why = shorten(&neutralise(&look.why_blind().to_string()), WORDS_MAX);
            return format!("{at}  not seen  {why}");
        };
        let word = if sight.fails { "fails" } else { "works" };
        let padded = format!("{word:<8}");
        let state = if sight.fails { self.style.bad(&padded) } else { self.style.good(&padded) };
        let status = sight.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let latency = sight.latency.map(words::duration).unwrap_or_default();
        let came = if self.show_query { sight.words } else { redact(&sight.words) };
        let came = shorten(&neutralise(&came).replace('\n', " "), WORDS_MAX);
        format!("{at}  {state}  {status:>3}  {latency:>8}  {came}")
    }
}

/// Returns an interval that is off by at most [`JITTER`]; `roll` is from 0 to 1.
fn jittered(interval: Duration, roll: f64) -> Duration {
    interval.mul_f64(1.0 - JITTER + 2.0 * JITTER * roll.clamp(0.0, 1.0))
}

/// Returns a number from 0 to 1: the keys of a new hasher are random.
fn roll() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// Waits, and tells whether Ctrl-C came meanwhile.
fn is_interrupted_within(pause: Duration) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    Ok(runtime.block_on(async {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_off_by_a_tenth_at_most() {
        let interval = Duration::from_secs(10);

        assert_eq!(jittered(interval, 0.0), Duration::from_secs(9));
        assert_eq!(jittered(interval, 1.0), Duration::from_secs(11));
        for _ in 0..100 {
            assert!((0.0..=1.0).contains(&roll()));
        }
    }

    #[test]
    fn one_look_that_differs_calls_for_an_examination() {
        let mut healthy = Watch::new(State::Healthy);
        let mut failing = Watch::new(State::Failing);

        assert_eq!((healthy.is_due(Now::Works), healthy.is_due(Now::Fails)), (false, true));
        assert_eq!((failing.is_due(Now::Fails), failing.is_due(Now::Works)), (false, true));
    }

    #[test]
    fn after_a_flicker_it_takes_three_looks() {
        let mut watch = Watch::new(State::Failing);
        watch.is_due(Now::Works);

        assert!(!watch.confirm(State::Failing));

        assert_eq!([(); 3].map(|()| watch.is_due(Now::Works)), [false, false, true]);
    }

    #[test]
    fn what_fails_now_and_then_changes_after_five_equal_looks() {
        let mut watch = Watch::new(State::Intermittent);

        let looks = [
            Now::Works,
            Now::Works,
            Now::Fails,
            Now::Works,
            Now::Works,
            Now::Works,
            Now::Works,
            Now::Works,
        ];

        assert_eq!(looks.map(|now| watch.is_due(now)).iter().position(|due| *due), Some(7));
        assert!(!watch.confirm(State::Intermittent));
        assert!(watch.confirm(State::Healthy));
    }

    #[test]
    fn to_learn_why_it_fails_is_no_change() {
        let mut watch = Watch::new(State::Unknown);

        assert!(!watch.confirm(State::Failing));
        assert!(watch.confirm(State::Healthy));
    }
}
