//! Who may have a URL checked.

use goodgate_config::words;

words! {
    /// Who may have a URL checked.
    pub enum Checks {
        /// Nobody.
        Off = "off",
        /// Who has logged in, or opened the printed link.
        Users = "users",
        /// Whoever reaches the dashboard, logged in or not.
        Everyone = "everyone",
    }
}
