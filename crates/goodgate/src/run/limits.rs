//! The bounds of the process that starts the others.

use std::time::Duration;

/// How long a process that died stays away at first: what broke by chance is back before a client gives
/// up, and a program that always breaks does not take a whole core.
pub(super) const RESTART_FIRST: Duration = Duration::from_millis(100);

/// How long it stays away at most: an operator who has put the reason right need not wait longer.
pub(super) const RESTART_MOST: Duration = Duration::from_secs(30);

/// A process that lived so long had started well: its next death is a new matter.
pub(super) const LIVED: Duration = Duration::from_mins(1);

/// How long a child may take until it says that it has started; then it is stuck, and is ended. A watch
/// reads every page of its store before it uses one: 2 GiB on a disk that gives 10 MB a second take less
/// than four minutes. What else hangs there (a secret on a network file system, a device that does not
/// answer) does not come back by waiting longer. [`START_VARIABLE`] sets another time.
pub(super) const START: Duration = Duration::from_mins(10);

/// The variable of the environment with another time than [`START`], in seconds.
pub(super) const START_VARIABLE: &str = "GOODGATE_START_SECONDS";

/// The largest store that a watch may have to look through, in bytes.
const STORE: u64 = 2 << 30;

/// Bytes that a slow disk gives in a second.
const SLOW_DISK: u64 = 10_000_000;

/// Connections to the parent: three processes, their successors while they drain, and strangers of the
/// same user who have nothing to say.
pub(super) const CONNECTIONS: usize = 32;

/// Bytes of one message to the parent. A line of status names the addresses of the gateway, of which
/// nobody has so many.
pub(super) const MESSAGE: usize = 16 << 10;

/// Messages that wait for the parent, which reads them one by one.
pub(super) const MESSAGES: usize = 64;

/// Processes that still end their connections while others have taken their place. Each hand-over leaves
/// one; more are not waited for at the end.
pub(super) const LEAVING: usize = 64;

const _: () = assert!(RESTART_FIRST.as_millis() <= RESTART_MOST.as_millis());
const _: () = assert!(2 * STORE / SLOW_DISK < START.as_secs(), "a slow disk is not a stuck child");
