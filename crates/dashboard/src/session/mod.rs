//! Who is there, and what they may do.

mod cookie;
mod form;
mod key;
mod password;
mod store;
mod users;

use std::sync::Arc;

pub use form::Checked;
pub use key::Key;
pub use password::{Hash, Hashing, PasswordError, hash_of};
pub use store::{Begun, Lasting, Sessions};
pub use users::{Known, Users};

pub(crate) use cookie::{cleared, given, sent};
pub(crate) use form::is_own;

use crate::settings::Role;

/// Who asks for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// What they are called; none for a guest of this host who has not logged in.
    pub name: Option<Arc<str>>,
    /// What they may do.
    pub role: Role,
    /// What every form of theirs has to bring; nothing where they have no session and so no forms.
    pub form_key: Arc<str>,
}

impl Viewer {
    /// Somebody who asks from this host, of a dashboard without users.
    pub fn guest() -> Self {
        Self { name: None, role: Role::Viewer, form_key: Arc::from("") }
    }

    /// Whether they may act.
    pub fn may_act(&self) -> bool {
        self.role == Role::Operator && !self.form_key.is_empty()
    }

    /// What stands in timelines for them.
    pub fn by(&self) -> &str {
        self.name.as_deref().unwrap_or("dashboard")
    }
}
