//! `[[silence]]`: when nobody is told.

use goodgate_config::section;

use super::maintenance::{Day, Window};
use super::values::{CauseId, Moment, Slug, Zone};

section! {
    /// When nobody is told, although checks go on and incidents are kept. What has not ended when the
    /// silence does is told then. Without `monitors`, `tags` and `causes` it is for everything.
    pub struct Silence {
        /// Why, for those who ask.
        pub reason: String;
        /// The monitors that it is for.
        pub monitors: Vec<Slug> = Vec::new();
        /// The tags of monitors that it is for.
        pub tags: Vec<Slug> = Vec::new();
        /// The causes that it is for.
        pub causes: Vec<CauseId> = Vec::new();
        /// When it begins: a time of day, or once.
        pub from: Moment;
        /// When it ends; a time of day that is not after `from` is one of the next day.
        pub until: Moment;
        /// The days on which it begins, where it begins by a time of day; without any every day.
        pub days: Vec<Day> = Vec::new();
        /// Where the clock hangs that shows these times.
        pub zone: Zone = Zone::default();
    }
}

impl Silence {
    /// Returns when it is.
    pub fn window(&self) -> Window {
        Window::new(self.from, self.until, &self.days, &self.zone)
    }
}
