//! Every bound of this crate, with its reason.

use std::time::Duration;

/// The most connections that are served at once; further ones wait in the kernel's queue. Each
/// costs a descriptor, two with an upstream; the usual limit of a process is 1024.
pub const CONNECTIONS_MAX: usize = 448;

/// The most bytes of a request head, and of the head of an upstream's response. Gateways refuse
/// far smaller ones.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The most bytes of a request body that are read before an answer; after that the connection is
/// closed with the answer. A body is counted and thrown away, never kept.
pub const BODY_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The longest wait for the whole of a request head once its first byte came, and for the next
/// piece of a body.
pub const REQUEST_WAIT_MAX: Duration = Duration::from_mins(1);

/// The longest that a kept connection may be idle. Above the defaults of gateways, so that it is
/// the gateway that ends it; see `close_idle` for the opposite.
pub const IDLE_MAX: Duration = Duration::from_mins(5);

/// The longest that a stalled connection is held. No gateway waits for an hour.
pub const HOLD_MAX: Duration = Duration::from_hours(1);

/// The most that is read from a peer after our end of stream, so that unread bytes do not turn the
/// end into a reset.
pub const LINGER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long the peer may take to end its side after ours.
pub const LINGER_WAIT_MAX: Duration = Duration::from_secs(2);

/// The longest wait for a connection to the real origin, with its handshake. Gateways wait a minute
/// at most, and are to see our answer.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long bytes get on their way before a reset, which throws away what has not been sent.
pub const SETTLE: Duration = Duration::from_millis(20);

/// How long running exchanges get when the origin ends.
pub const GRACE: Duration = Duration::from_secs(1);

/// The most faults of a plan: those of the command line, the schedule or one control request.
pub const FAULTS_MAX: usize = 256;

/// The most bytes of a schedule or of the body of a control request: far more than
/// [`FAULTS_MAX`] faults need.
pub const PLAN_BYTES_MAX: usize = 256 * 1024;

/// The longest wait for the whole of a control request. Its senders are programs on the same host;
/// silent ones must not keep the few places.
pub const CONTROL_WAIT_MAX: Duration = Duration::from_secs(5);

/// The most connections to the control API at a time.
pub const CONTROL_CONNECTIONS_MAX: usize = 16;

/// How long a change of the faults waits until it stands at every door; see [`FILLER_WAIT`].
pub const DOOR_WAIT_MAX: Duration = Duration::from_secs(2);

/// The longest path of a unix socket: `sun_path` has 108 bytes, the last of them for the end.
pub const SOCKET_PATH_BYTES_MAX: usize = 107;

/// What the path of a new socket has behind that of the one whose place it takes.
pub(crate) const BESIDE: &str = ".new";

/// The longest path of a unix socket to listen on, which leaves room for `BESIDE`.
pub const LISTEN_PATH_BYTES_MAX: usize = SOCKET_PATH_BYTES_MAX - BESIDE.len();

/// The kernel's queue of a healthy listener.
pub const BACKLOG: i32 = 1024;

/// The most connections that fill a listen queue of the smallest size.
pub const FILLERS_MAX: usize = 64;

/// How long a connection to our own full queue may take before the queue counts as full. Loopback
/// answers within microseconds.
pub const FILLER_WAIT: Duration = Duration::from_millis(250);
