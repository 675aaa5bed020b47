//! `[workers]`, `[reload]`, `[shutdown]` and `[recorder]`: what concerns the whole process.

use std::time::Duration;

use goodgate_config::units::{hours, secs};
use goodgate_config::{Size, section};

use super::values::WorkerCount;

section! {
    /// The threads that carry requests. A change needs a restart or a hand-over.
    pub struct Workers {
        /// How many: a number, or `auto` for one on each core that the process may use.
        pub count: WorkerCount = WorkerCount::Auto;
    }
}

section! {
    /// How a changed configuration comes into force besides SIGHUP and `POST /reload`.
    pub struct Reload {
        /// Whether changes of files are noticed: of the configuration itself, and of the certificates,
        /// keys, authorities and error pages that it names. Every second it is looked whether they are
        /// still the same; what changed is read when it has not changed any more for a second.
        pub watch: bool = true;
    }
}

section! {
    /// How the gateway ends on SIGTERM: it says so to its clients, takes what still comes, and waits.
    pub struct Shutdown {
        /// How long requests and upgraded connections may go on.
        pub drain: Duration = secs(30), in secs(0)..=hours(24);
        /// How long new connections are taken before the listeners close, while `/health` already says
        /// no, for a load balancer in front that needs time to notice.
        pub delay: Duration = secs(0), in secs(0)..=hours(1);
    }
}

section! {
    /// The last failures, kept in memory for the admin listener.
    pub struct Recorder {
        /// How many.
        pub failures: u32 = 1000, in 0..=1_000_000;
        /// The memory for them.
        pub memory: Size = Size::mib(16), in Size::kib(64)..=Size::gib(4);
    }
}
