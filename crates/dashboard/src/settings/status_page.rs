//! `[[dashboard.status_page]]`: what those see who use the services.

use goodgate_config::{section, words};

use super::values::PageName;

section! {
    /// A page that says how things are to those who use them.
    pub struct StatusPage {
        /// What it is called in its address: `/status/NAME`.
        pub name: PageName;
        /// What stands at its top; its name without.
        pub title: Option<String> = None;
        /// The monitors with one of these tags are shown on it.
        pub tags: Vec<String> = Vec::new();
        /// These monitors are shown on it as well.
        pub monitors: Vec<String> = Vec::new();
        /// Whether it is there for everybody. Else one has to log in.
        pub public: bool = false;
        /// When an incident is shown: as soon as it is confirmed, or when somebody says so.
        pub publish: Publish = Publish::Confirmed;
    }
}

words! {
    /// When an incident is shown on a status page.
    pub enum Publish {
        /// As soon as it is confirmed. Suspicions are never shown.
        Confirmed = "confirmed",
        /// When somebody publishes it, on its page or over the API.
        ByHand = "by_hand",
    }
}
