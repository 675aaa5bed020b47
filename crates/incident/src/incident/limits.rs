//! Every bound and every default of incidents and alerts, with its reason.

use std::time::Duration;

/// How long after the first page the blast radius is gathered before it is told in one update. A
/// minute is the commonest interval of checks, and a confirmation takes a timeout and three seconds
/// more: within this time all that share a cause have been seen. The page itself never waits for it.
pub const GATHER: Duration = Duration::from_secs(75);

/// The confidence from which on a cause is known. Below it, it is the best of many that fit, and another
/// look at the same fault may well find another one.
pub const SURE: f64 = 0.5;

/// The shortest time between two updates of one incident. Somebody is at work by then.
pub const UPDATE: Duration = Duration::from_mins(5);

/// How long every member has to be well before an incident is over.
pub const SETTLE: Duration = Duration::from_mins(2);

/// The longest of these times: it doubles with every time that a member fails again.
pub const SETTLE_MAX: Duration = Duration::from_mins(30);

/// How often it is doubled at most: 2 minutes, 4, 8, 16, 30.
pub const SETTLE_DOUBLINGS: u32 = 4;

/// How long an incident that is over is opened again by a member that fails again. Not shorter than
/// [`PAGE`], so that no new incident pages sooner than that.
pub const REOPEN: Duration = Duration::from_mins(30);

/// The shortest time between two pages about targets that fail again and again.
pub const PAGE: Duration = Duration::from_mins(30);

/// How long nothing could be measured before that is an incident of its own.
pub const UNKNOWN: Duration = Duration::from_mins(2);

/// How long a child that still fails is not told after its parent has come up: it has to be checked
/// again first, and the commonest interval is a minute.
pub const PARENT_GRACE: Duration = Duration::from_mins(2);

/// How long a child waits for a parent that is being examined: a timeout and a burst.
pub const PARENT_SUSPECT: Duration = Duration::from_secs(15);

/// How long our way out has to work before what was missed is told. Monitors come back one by one.
pub const DIGEST: Duration = Duration::from_secs(30);

/// The same where some monitors still cannot be measured: some are checked seldom.
pub const DIGEST_MAX: Duration = Duration::from_mins(2);

/// How long before an incident a change is shown beside it.
pub const MARKER_BEFORE: Duration = Duration::from_hours(1);

/// How long an incident that is over is kept for deliveries that still wait.
pub const WAITING: Duration = Duration::from_hours(24);

/// The changes that are remembered: a fleet that deploys once a minute for an hour.
pub const MARKERS_MAX: usize = 64;

/// The silences at the same time. More are a mistake of a script.
pub const SILENCES_MAX: usize = 1000;

/// The alerts of one incident of which it is known that no channel has taken them, the latest ones.
pub const WAITING_MAX: usize = 64;

/// The entries of a timeline that members can fill; the rest is kept for what follows.
pub const ENTRIES_OF_MEMBERS: u32 = 600;

/// The entries that members and alerts can fill; the rest is kept for people and for the end.
pub const ENTRIES_OF_ALERTS: u32 = 850;

/// The entries of a timeline. A screen shows fifty.
pub const ENTRIES_MAX: u32 = 1000;

/// The bytes of text in the entries of a timeline; half of them are kept for people.
pub const ENTRY_BYTES_MAX: u32 = 256 * 1024;

/// The characters of a note, the output of a step, or the words of a change.
pub const TEXT_MAX: usize = 2000;

/// The characters of a name: of a person, of a change.
pub const NAME_MAX: usize = 200;

/// The characters of the sentence of a finding. It is one sentence.
pub const SUMMARY_MAX: usize = 500;

/// The components of a member that are compared. More are not seen on one way.
pub const COMPONENTS_MAX: usize = 32;

/// The monitors that an alert names; the rest are counted.
pub const NAMED_MAX: usize = 20;

/// The incidents that a digest names; the rest are counted.
pub const MISSED_MAX: usize = 50;

/// The members from which on an incident is large: a look at it is not made for each of them.
pub const LARGE: usize = 64;

/// The shortest time between two looks at a large incident. A look at 10,000 members takes some
/// milliseconds, and all of them may recover within a minute.
pub const LOOK: Duration = Duration::from_millis(500);

/// How far a clock may go back without being taken for one that was set back: as late as that what is
/// to come may be at most. Clocks that are kept by others are off by less.
pub const BACK: Duration = Duration::from_mins(1);

/// The parents of parents that are asked. A longer chain hides nothing.
pub const PARENTS_DEPTH: usize = 16;

const _: () = assert!(REOPEN.as_secs() >= PAGE.as_secs(), "a new incident could page too soon");
const _: () = assert!(ENTRIES_OF_MEMBERS < ENTRIES_OF_ALERTS && ENTRIES_OF_ALERTS < ENTRIES_MAX);
const _: () = assert!(TEXT_MAX * 4 < ENTRY_BYTES_MAX as usize / 2);
