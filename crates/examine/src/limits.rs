//! The bounds of an examination. Reaching one is named in a notice, never silent.

use std::time::Duration;

/// Addresses of one name that are connected to: pools behind one name seldom have more.
pub const ADDRESSES_MAX: usize = 16;

/// Addresses of one name that are asked for the URL: enough to find one that differs, few enough
/// to be harmless.
pub const ASKED_ADDRESSES_MAX: usize = 4;

/// Name servers that are compared: three of the system and a few that were named.
pub const NAME_SERVERS_MAX: usize = 8;

/// Probes at a time.
pub const BATCH: usize = 3;

/// Probes at a time at a server that takes longer than [`SLOW`]: it may be short of workers.
pub const BATCH_SLOW: usize = 2;

/// An answer that takes this long comes from a server that is not to be loaded further.
pub const SLOW: Duration = Duration::from_secs(5);

/// How often a request that failed is repeated on a fresh connection.
pub const REPEATS: u8 = 3;

/// How often it is repeated when it took more than [`QUICK`].
pub const REPEATS_SLOW: u8 = 1;

/// A failure that comes within this time may be repeated [`REPEATS`] times.
pub const QUICK: Duration = Duration::from_millis(500);

/// An answer without a fault that comes within this time is repeated [`REPEATS`] times, to see
/// whether it always comes.
pub const WELL_QUICK: Duration = Duration::from_millis(500);

/// The pause in front of a request on an idle connection: longer than the shortest usual limits of
/// servers (1 s), short enough to wait for.
pub const KEPT_PAUSE: Duration = Duration::from_millis(1_200);

/// How long an idle connection to an origin is watched: the shortest limits of servers are a second,
/// and no longer than somebody who waits for an answer will bear.
pub const IDLE_WATCH: Duration = Duration::from_millis(1_100);

/// How long it is watched by an examination that is to be thorough: the limit of nginx is 60 s, and
/// the time of the examination is the other bound.
pub const IDLE_WATCH_THOROUGH: Duration = Duration::from_secs(65);

/// How long an experiment waits for a handshake or a head: it follows a failure that came quickly.
/// Two in a row still give a verdict within three seconds.
pub const EXPERIMENT_WAIT: Duration = Duration::from_millis(600);

/// How much equal times may differ: by 3 % and by 30 ms.
pub const SAME_TIME: f64 = 0.03;

/// How long to wait for a name server.
pub const LOOKUP_WAIT: Duration = Duration::from_secs(5);

/// How long to wait for a connection: a lost SYN is sent again after 1 and 3 seconds.
pub const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// How long the gateway is alone with its request before the origin is asked as well: in this time
/// its request has reached the origin, and ours stands behind it in every queue.
pub const HEAD_START: Duration = Duration::from_secs(1);

/// How long an origin is waited for at first: with the head start, and with what follows, a verdict
/// comes within [`SPARE_TIME`] after the longest timeout.
pub const ORIGIN_WAIT: Duration = Duration::from_millis(1_400);

/// How much longer than its longest probe an examination of a failure may take, unless it is to be
/// thorough. Reading logs and looking at the host come on top, and all of it stays within three
/// seconds.
pub const SPARE_TIME: Duration = Duration::from_millis(1_700);

/// How long to wait for a handshake.
pub const TLS_WAIT: Duration = Duration::from_secs(5);

/// The longest wait for a head: a little more than the usual timeout of gateways, 60 s.
pub const HEAD_WAIT_MAX: Duration = Duration::from_secs(65);

/// The least wait for a head, where there is time for it.
pub const HEAD_WAIT_MIN: Duration = Duration::from_secs(5);

/// The longest silence inside a body.
pub const BODY_GAP: Duration = Duration::from_secs(5);

/// With less time than this no probe is begun any more.
pub const LEAST_TIME: Duration = Duration::from_millis(100);

/// A certificate that ends within this many days is mentioned.
pub const EXPIRY_NOTICE_DAYS: i64 = 14;

/// A wait for a head that is shorter than this says little about a gateway's timeout.
pub const TELLING_WAIT: Duration = Duration::from_secs(5);

/// A failure within this time after the request counts as instant: nothing was waited for.
pub const INSTANT: Duration = Duration::from_millis(50);

/// A gateway that fails after this time waited for something.
pub const WAITED: Duration = Duration::from_millis(500);

/// A body that goes on for this long and then ends early was waited for.
pub const WAITED_IN_BODY: Duration = Duration::from_millis(900);

/// A failure after this time counts as slow.
pub const SLOWLY: Duration = Duration::from_secs(1);

/// Times after which hops usually give up, in seconds.
pub const USUAL_TIMEOUTS: &[f64] = &[5.0, 10.0, 15.0, 29.0, 30.0, 60.0, 100.0, 120.0, 125.0];

/// Connecting took this long only if the first SYN was lost: it is sent again after one second.
pub const SYN_SENT_AGAIN: Duration = Duration::from_millis(950);

/// Characters of an outside text that are quoted.
pub const QUOTE_MAX: usize = 200;

/// Page observations that are kept per answer: more than any page shows.
pub const PAGE_OBSERVATIONS_MAX: usize = 128;

/// How long before the examination an event on the host may lie to count: the traffic that somebody
/// reports on is some seconds old.
pub const EVENT_BEFORE: Duration = Duration::from_mins(1);

/// How far the clock of the kernel's log may lie from the calendar's.
pub const EVENT_SLACK: Duration = Duration::from_secs(2);

/// A process that is younger than this and does not listen yet may still be starting.
pub const YOUNG: Duration = Duration::from_mins(1);

/// A service that lived no longer than this never came up.
pub const BOOT_TIME: Duration = Duration::from_secs(10);

/// Restarts from which on it is a loop: one or two may be a deployment.
pub const RESTARTS_OF_A_LOOP: u64 = 3;

/// Descriptors that a process at its limit may seem to have left: those of the connection that just
/// failed are closed again.
pub const DESCRIPTORS_LEFT: u64 = 2;

/// Bytes below which a file system counts as full: a gateway writes a buffer at a time.
pub const DISK_LEFT: u64 = 64 << 10;

/// Per cent of the local ports from which on a connection hardly finds one: ports come and go.
pub const PORTS_PER_CENT: u64 = 98;

/// Application servers that kill a slow worker count in seconds: what ends sooner was not killed so.
pub const QUICK_END: Duration = Duration::from_millis(900);
