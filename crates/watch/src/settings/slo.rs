//! `[monitor.slo]` and `[[slo]]`: what share of the time has to be good.

use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::hours;

use super::values::{Objective, Slug};

section! {
    /// What share of the time has to be good. What may fail is the error budget.
    pub struct Slo {
        /// The share.
        pub objective: Objective = Objective::thousandths(99_900);
        /// The time over which it is measured, ending now.
        pub window: Duration = hours(30 * 24), in hours(1)..=hours(366 * 24);
    }
}

section! {
    /// What share of the time has to be good, for all monitors with a tag or of a third party together.
    pub struct SloGroup {
        /// What it is called.
        pub name: Slug;
        /// The tag of its monitors.
        pub tag: Option<Slug> = None;
        /// The third party that its monitors are about.
        pub provider: Option<Slug> = None;
        /// The share.
        pub objective: Objective = Objective::thousandths(99_900);
        /// The time over which it is measured, ending now.
        pub window: Duration = hours(30 * 24), in hours(1)..=hours(366 * 24);
    }
}
