//! The bounds of sources, with their reasons.

use std::time::Duration;

/// How often the gateway is asked. With a second look at once, one that is gone is told within 10 s.
pub const POLL: Duration = Duration::from_secs(5);

/// How long the gateway is waited for. Its admin listener has a thread of its own and answers in
/// milliseconds.
pub const ANSWER: Duration = Duration::from_secs(2);

/// How long after a first question without an answer it is asked again: once is no failure, and a process
/// that is started anew listens within it. One that was waited for longer is asked again at once.
pub const AGAIN: Duration = Duration::from_secs(1);

/// How often it is asked while it does not answer, so that its return is seen soon.
pub const GONE_POLL: Duration = Duration::from_secs(1);

/// How long a gateway that has never answered may take to start: the watch and it begin together.
pub const STARTS_WITHIN: Duration = Duration::from_secs(5);

/// Questions about routes and upstreams: one in so many rounds, as they change by reloads alone.
pub const SITE_EVERY: u32 = 3;

/// Bytes of one answer: the metrics of a thousand routes are 4 MB.
pub const BODY: usize = 8 << 20;

/// Routes that are watched. The gateway itself counts no more than 1,024 apart.
pub const ROUTES: usize = 1_000;

/// Upstreams that are watched.
pub const UPSTREAMS: usize = 1_000;

/// Routes and upstreams whose settings are compared: as many as a configuration may have.
pub const CONFIGURED: usize = goodgate_config::limits::LIST;

/// Endpoints of one upstream that are watched.
pub const ENDPOINTS: usize = 256;

/// Causes of one upstream that are counted; the catalogue has some hundred.
pub const CAUSES: usize = 128;

/// Buckets of a histogram that are read; the gateway has 16.
pub const BUCKETS: usize = 32;

/// The length of the slots in which counts are kept for windows.
pub const SLOT: Duration = Duration::from_secs(10);

/// The longest time back that a share is taken over.
pub const LONG: Duration = Duration::from_mins(10);

/// Slots that are kept.
pub const SLOTS: usize = (LONG.as_secs() / SLOT.as_secs()) as usize + 1;

/// How long minutes are kept, for burn rates over up to six hours.
pub const MINUTES: usize = 6 * 60 + 1;

/// Failed handshakes or look-ups that say something, however large their share is. Two may be two blips.
pub const FEW: u64 = 3;

/// Failed requests that burn an error budget. In little traffic three would be a fifth of the budget of
/// a month, and still three.
pub const BURNT: u64 = 10;

/// The last time in which a failure has to go on to be told: what is over is not worth waking anybody.
pub const LATELY: Duration = Duration::from_secs(20);

/// Connections of clients of which a share of failed handshakes says something: fewer may be one scanner.
pub const CLIENTS: u64 = 100;

/// What a broken rule has to fall below to be kept again, as a part of its threshold: a share around the
/// threshold stays broken.
pub const EASE: f64 = 0.8;

/// Routes whose failures are looked up in one round. The others follow in the next ones.
pub const LOOKED_UP: usize = 8;

/// How often the failures of a route that fails are looked up again.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Failures that are listed to find the leading cause.
pub const LISTED: usize = 200;

/// Failures that are kept whole as evidence.
pub const WHOLE: usize = 3;

/// Bytes of evidence: a screen for each of those failures.
pub const EVIDENCE: usize = 16 << 10;

/// Endpoints that are named in one finding.
pub const NAMED: usize = 8;

/// Characters of a name from outside that are shown.
pub const NAME_SHOWN: usize = 80;

/// The shortest time between two markers about one endpoint: one that flaps is one line.
pub const MARK_AGAIN: Duration = Duration::from_mins(5);

/// Characters of the text of a marker.
pub const MARKER: usize = 500;

/// How often budgets are added up: the grain of the store's roll-ups.
pub const BUDGETS_EVERY: Duration = Duration::from_mins(1);

/// Objectives that are looked after: as many as one process checks monitors.
pub const OBJECTIVES: usize = 10_000;

/// Monitors that are named as those that cost a budget most.
pub const COSTS: usize = 3;

/// Files and repositories that are looked at.
pub const CHANGES: usize = 64;

/// How often they are looked at.
pub const LOOK: Duration = Duration::from_secs(10);

/// Bytes of a file that is looked at; a larger one is compared by its size and time alone.
pub const FILE: u64 = 1 << 20;

/// Bytes of one file of git that is read; packed references of ten thousand branches are 1 MB.
pub const GIT_FILE: u64 = 4 << 20;

/// References that lead to each other.
pub const GIT_LINKS: usize = 5;

/// Monitors whose addresses and certificates are remembered.
pub const REMEMBERED: usize = 20_000;

/// Addresses of one name that are remembered: names of CDNs have pools of hundreds.
pub const POOL: usize = 256;

/// How long the addresses of a name have to stay the same to be its own: the answers of a CDN change
/// within minutes.
pub const STABLE: Duration = Duration::from_hours(1);

/// Changes of the addresses of one name that are told within [`STABLE`]: there, back, and there again.
pub const CHANGES_OF_NAME: usize = 3;

const _: () = assert!(POLL.as_millis() + ANSWER.as_millis() * 2 < 10_000);
const _: () = assert!(AGAIN.as_millis() <= ANSWER.as_millis());
const _: () = assert!(SLOT.as_secs() * (SLOTS as u64 - 1) == LONG.as_secs());
const _: () = assert!(EVIDENCE <= crate::store::limits::EVIDENCE);

/// Domains whose registrations are looked up.
pub const DOMAINS: usize = 100;

/// How long after a look-up of a registration the next one is: registries ask for few questions, and it
/// changes once a year.
pub const DOMAIN_AGAIN: Duration = Duration::from_hours(24);

/// How often it is looked which domains are due.
pub const DOMAINS_EVERY: Duration = Duration::from_mins(10);
