//! `[log]`: the access log.

use goodgate_config::{section, words};

use super::values::LogTarget;

/// Where the access log goes.
pub type AccessLog = LogTarget;

section! {
    /// The access log: a line for each request, with the cause and the time of each attempt where it
    /// failed.
    pub struct Log {
        /// Where it goes: a path, `stdout` or `off`. A file that was moved is opened anew on SIGHUP.
        pub access: AccessLog = LogTarget::Stdout;
        /// How its lines are written.
        pub format: LogFormat = LogFormat::Json;
        /// The lines that wait for the disk; beyond that lines are dropped and counted, so that a slow
        /// disk never slows requests.
        pub queue: u32 = 16_384, in 16..=1_000_000;
    }
}

words! {
    /// How the lines of the access log are written.
    pub enum LogFormat {
        /// A JSON object on each line.
        Json = "json",
        /// The combined format of Apache and nginx, with the cause and the attempts after it.
        Combined = "combined",
    }
}
