//! `[[dashboard.user]]`: who may log in.

use goodgate_config::{SecretSource, section, words};

use super::values::UserName;

section! {
    /// Somebody who may log in.
    pub struct User {
        /// What they are called, on the pages and in the timelines of incidents.
        pub name: UserName;
        /// Their password as a hash: `env:NAME` or `file:PATH` with what `goodgate password` wrote.
        pub password: Option<SecretSource> = None;
        /// What they may do.
        pub role: Role = Role::Viewer;
    }
}

words! {
    /// What somebody may do.
    pub enum Role {
        /// Look.
        Viewer = "viewer",
        /// Look and act: acknowledge, resolve, note, pause, silence, drain, test.
        Operator = "operator",
    }
}
