//! The bounds of delivery, with their reasons.

use std::time::Duration;

use crate::store;

/// Alerts of one channel that are sent at the same time: one provider that is slow for one recipient does not
/// hold up all others, and few enough that no provider takes us for a flood.
pub const AT_ONCE: usize = 4;

/// The window of the first wait after a failure: a restart of a mail server takes about as long.
pub const WAIT_MIN: Duration = Duration::from_secs(1);

/// The window of the longest wait. An alert that is a quarter of an hour late is still worth something.
pub const WAIT_MAX: Duration = Duration::from_mins(15);

/// The shortest wait, whatever chance and the provider say: so that nothing ever turns in circles.
pub const WAIT_LEAST: Duration = Duration::from_millis(100);

/// Attempts on a channel that has a fallback, before that is told: with the waits in between one to two
/// minutes, and the timeouts of the channel.
pub const TRIES: u32 = 8;

/// The longest wait that a provider may ask for before a fallback, where there is one, is told instead.
pub const FALLBACK_WAIT: Duration = Duration::from_mins(5);

/// Attempts where nobody else can be told: a good day of waits of on average half of [`WAIT_MAX`].
pub const TRIES_LAST: u32 = 210;

/// How old an alert is when nobody needs it any more, where nobody else can be told, and [`TRIES`] attempts
/// were made as well: its incident keeps nothing longer for deliveries that still wait.
pub const AGE: Duration = Duration::from_hours(24);

/// How long an alert waits while our own way out is cut off: it is tried again when the way works, which we
/// are told; this is for the case that we end in between and forget it.
pub const CUT_OFF: Duration = WAIT_MAX;

/// The time within which everything that waited is tried again, once our way out works or a channel was
/// replaced, so that no provider gets all of it at once.
pub const RELEASE: Duration = Duration::from_secs(10);

/// Alerts of one channel of which it is remembered here that they wait; the store has all of them, and
/// beyond these they come back by their own time.
pub const WAITING: usize = store::limits::PENDING;

/// Writes that are handed to the store together when everything is tried again.
pub const TOGETHER: usize = store::limits::GROUP;

/// How long a channel that does not keep its own timeout is waited for beyond it.
pub const MARGIN: Duration = Duration::from_secs(5);

/// The longest sleep of a worker: when the clock of the calendar is set forward, nothing is later than that.
pub const LOOK: Duration = Duration::from_mins(1);

/// How long a worker waits when the store does not answer.
pub const PAUSE: Duration = Duration::from_secs(1);

/// How often a write is tried that the store has no room for; with waits that double from [`KEEP_WAIT`]
/// about a minute, less than the store lets a claim last.
pub const KEEP_TRIES: u32 = 10;

/// The first of those waits.
pub const KEEP_WAIT: Duration = Duration::from_millis(50);

/// The time from one proof of a channel to the next: it is shown when a channel was last proven, and who
/// looks once a day sees one of this hour.
pub const PROVE: Duration = Duration::from_hours(1);

/// The time to the next proof after one that failed.
pub const PROVE_AGAIN: Duration = Duration::from_mins(5);

/// The shortest time between two proofs, however often something fails.
pub const PROVE_LEAST: Duration = Duration::from_mins(1);

/// The time after the start within which the first proofs are made.
pub const PROVE_FIRST: Duration = Duration::from_secs(10);

/// The longest wait until an acknowledgement is tried again: a provider that does not know of it wakes the
/// next person after some minutes.
pub const ACKNOWLEDGE_WAIT: Duration = Duration::from_mins(1);

/// Acknowledgements that are passed on at the same time. Nobody takes care of more incidents; a script that
/// does so acknowledges the rest here alone.
pub const ACKNOWLEDGING: usize = 256;

/// How long the link to acknowledge is good, from when the alert arose: nobody takes care of an alert of
/// last week by a click on a mail.
pub const LINK: Duration = Duration::from_hours(7 * 24);

/// Channels that are remembered although they are gone, since alerts of them may wait.
pub const GONE: usize = 256;

const _: () = assert!(WAIT_LEAST.as_nanos() < WAIT_MIN.as_nanos());
const _: () = assert!(TRIES < TRIES_LAST);
const _: () = assert!(
    (KEEP_WAIT.as_millis() << KEEP_TRIES) < store::limits::CLAIM.as_millis(),
    "a claim outlasts the answer for it"
);
