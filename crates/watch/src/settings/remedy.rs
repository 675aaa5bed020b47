//! `[[remedy]]`: what is done by itself about a cause.

use std::time::Duration;

use goodgate_config::units::{hours, mins, secs};
use goodgate_config::{Percent, section};

use super::values::{CauseId, Slug};

section! {
    /// What is done by itself about a cause: a program is started, never by a shell, and with nothing
    /// in its arguments but what stands here. It can be set nowhere but in this file.
    pub struct Remedy {
        /// What it is called.
        pub name: Slug;
        /// The causes that it is for.
        pub causes: Vec<CauseId>;
        /// The monitors that it is for; without any, and without `tags`, all of them.
        pub monitors: Vec<Slug> = Vec::new();
        /// The tags of monitors that it is for.
        pub tags: Vec<Slug> = Vec::new();
        /// The program, by its whole path, and its arguments.
        pub command: Vec<String>;
        /// Whether it is only said what would have been done.
        pub dry_run: bool = true;
        /// How sure the verdict has to be of the cause.
        pub confidence: Percent = Percent::whole(80), in Percent::whole(50)..=Percent::whole(99);
        /// The time from one run to the next; it never runs twice at once.
        pub every: Duration = mins(10), in mins(1)..=hours(7 * 24);
        /// The runs within 24 hours; then a human has to look.
        pub per_day: u32 = 3, in 1..=100;
        /// The time for the program; then it is ended.
        pub timeout: Duration = secs(60), in secs(1)..=hours(1);
        /// The time after which a check tells whether it helped.
        pub verify_after: Duration = secs(10), in secs(0)..=hours(1);
    }
}
