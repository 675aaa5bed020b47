//! Every bound and every default of this crate, with its reason.

use std::time::Duration;

// Monitors: from results to states.

/// Failed checks in a row that confirm a failure where no examination does. Two may be one short
/// restart; four would take four intervals.
pub const CONFIRM: u32 = 3;

/// The most failed checks in a row that may be asked for.
pub const CONFIRM_MAX: u32 = 10;

/// Checks after which a suspicion ends whatever they said: good and bad ones that alternate, or
/// that cannot be measured, would otherwise keep it open for ever.
pub const SUSPECT_CHECKS_MAX: u32 = 12;

/// Good checks in a row that dismiss a suspicion that no examination has decided. One may have met
/// the good endpoint of two.
pub const DISMISS: u32 = 2;

/// Good checks in a row that bring a target that was down up again. A process that crashes during
/// its start answers once or twice in between.
pub const RECOVER: u32 = 3;

/// The most good checks in a row that may be asked for.
pub const RECOVER_MAX: u32 = 20;

/// How often the good checks that are needed are doubled for a target that came up and failed
/// again: 3, 6, 12, 24.
pub const RELAPSES_MAX: u32 = 3;

/// A target that was up for so long has not relapsed when it fails.
pub const CALM: Duration = Duration::from_mins(30);

/// The failed moments of the rate rule. Two may be two blips.
pub const RATE_FAILURES: u32 = 3;

/// The most failed moments that may be asked for: their times are kept for each monitor.
pub const RATE_FAILURES_MAX: u32 = 8;

/// The moments among which failed ones are counted: a share of 5 %. Fewer would be enough for one bad
/// endpoint of four; the good ones of [`EXTRA_CHECKS`] need room beside it.
pub const RATE_MOMENTS: u32 = 64;

/// The intervals within which they are counted, as far as the time that they take is within
/// [`RATE_WITHIN_MIN`] and [`RATE_WITHIN_MAX`].
pub const RATE_INTERVALS: u32 = 20;

/// The most moments that can be remembered: the bits of one word.
pub const RATE_MOMENTS_MAX: u32 = 64;

/// The shortest time within which failed moments are counted together.
pub const RATE_WITHIN_MIN: Duration = Duration::from_mins(5);

/// The longest one. Three failures of a day have nothing to do with each other.
pub const RATE_WITHIN_MAX: Duration = Duration::from_hours(1);

/// Failed attempts that follow each other faster are one moment: a blip of a second fails every
/// attempt that is made during it.
pub const MOMENT: Duration = Duration::from_secs(2);

/// The fewest good moments in a row that bring a target that failed in part up again. One bad
/// endpoint of four passes so many with a probability of 1 %.
pub const PARTIAL_RECOVER_MIN: u32 = 16;

/// The most of them.
pub const PARTIAL_RECOVER_MAX: u32 = 64;

/// How probable it may be that a target which fails at the rate that was seen passes all good
/// moments that are asked for.
pub const PARTIAL_CHANCE: f64 = 0.002;

/// Failed checks in a row after which what failed in part is down, without an examination. One good
/// endpoint of two is missed so often in one of a thousand rows.
pub const PARTIAL_DOWN: u32 = 10;

/// How often [`PARTIAL_DOWN`] is doubled for a target that comes and goes: once for each time that
/// it was down and answered again.
pub const TURNS_MAX: u32 = 3;

/// Good results among the last [`DOWN_MOMENTS`] that show that a target which was down fails only
/// in part.
pub const DOWN_GOOD: u32 = 2;

/// See [`DOWN_GOOD`].
pub const DOWN_MOMENTS: u32 = 8;

/// Checks that are made in addition, one by one, after a suspicion was dismissed. They find one bad
/// endpoint of four with 97 %, and cost a target less than the visit of one browser.
pub const EXTRA_CHECKS: u32 = 12;

/// The shortest pause before a check in addition. Longer than [`MOMENT`], so that each counts.
pub const EXTRA_PAUSE_MIN: Duration = Duration::from_millis(2500);

/// The longest one: what is checked once an hour is known to be up or down within a minute.
pub const EXTRA_PAUSE_MAX: Duration = Duration::from_secs(5);

/// The shortest time between two examinations of one monitor that are asked for while it fails. The
/// first one of each suspicion is not bound to it.
pub const EXAMINE_PAUSE: Duration = Duration::from_mins(1);

/// The shortest time between two changes of the verdict that are told while the state stays.
pub const VERDICT_PAUSE: Duration = Duration::from_mins(1);

/// The most changes of the verdict that are told within one trouble.
pub const VERDICTS_MAX: u32 = 20;

/// Results in a row that our own processor spoiled until the state is unknown. One says that we
/// were slow for a moment, and the check before it is still true.
pub const SPOILED: u32 = 2;

// Trust: whether we can measure at all.

/// Targets that have nothing to do with each other and that are silent at once, for our own network
/// to be in doubt. Where only two are known, two are enough.
pub const SILENT_GROUPS: usize = 3;

/// Silences that are this far apart do not speak of the same thing.
pub const TOGETHER: Duration = Duration::from_mins(1);

/// How long a silence waits for others to vouch that our network works. As long as a check with the
/// usual timeout of 10 s takes, and its way through the queue.
pub const WITNESS_WAIT: Duration = Duration::from_secs(15);

/// Others that are asked at once when a target is silent. With three of them silent as well there are
/// [`SILENT_GROUPS`] without any other.
pub const WITNESSES: usize = 4;

/// Answers that end a doubt in the network or the resolver, each to a question that was asked after
/// the last silence.
pub const ANSWERS: u32 = 2;

/// The most silences that are compared. More say no more.
pub const SILENCES_MAX: usize = 64;

/// The most failed checks that are kept to be taken back when it is learned late that we were slow.
pub const RECENT_MAX: usize = 64;

/// The most ties of one monitor: host, network, and what its failures met.
pub const TIES_MAX: usize = 8;

/// How long the clock is in doubt after a jump. Timers and time servers settle within it.
pub const CLOCK_SETTLE: Duration = Duration::from_secs(30);

/// The smallest jump that counts: time servers slew less than half a second away.
pub const CLOCK_JUMP: Duration = Duration::from_millis(500);

/// How long missing resources spoil results after they are there again.
pub const RESOURCES_SETTLE: Duration = Duration::from_secs(5);

/// How long results are in doubt after the default route has come back: neighbours have to be found
/// first.
pub const ROUTE_SETTLE: Duration = Duration::from_secs(3);

/// The part of the allowed time that our own lag may take from a check that hears nothing. With three
/// quarters of its time left, an answer would have come.
pub const LAG_SHARE: f64 = 0.25;

/// The seconds for which lag is remembered: longer than any check may take.
pub const LAG_SECONDS: usize = 128;

/// Lag below this is the usual one of a timer and is not counted.
pub const LAG_MIN: Duration = Duration::from_millis(5);

/// The time over which lag is weighed to say whether we are too slow now.
pub const LAG_SPAN: Duration = Duration::from_secs(10);

// Uptime.

/// The smallest share of good checks that may be promised. Whoever promises less promises nothing.
pub const OBJECTIVE_MIN: f64 = 0.5;

/// The largest one: a check in 100,000 may fail, which is one a week at an interval of 6 s.
pub const OBJECTIVE_MAX: f64 = 0.99999;

/// The fewest failed checks that burn a budget. As for the rate rule, two may be two blips.
pub const BURN_BAD_MIN: u64 = 3;

const _: () = assert!(RATE_FAILURES <= RATE_FAILURES_MAX && RATE_MOMENTS <= RATE_MOMENTS_MAX);
const _: () = assert!(MOMENT.as_millis() < EXTRA_PAUSE_MIN.as_millis());
const _: () = assert!(WITNESSES > SILENT_GROUPS - 1);
const _: () = assert!(SUSPECT_CHECKS_MAX > CONFIRM_MAX);
