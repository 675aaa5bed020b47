//! The sessions, in memory: they end with the process, with time, and with what they were begun with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq as _;

use super::Viewer;
use super::key::{Key, Print, print};
use super::users::{Known, Users};
use crate::limits::SESSIONS;
use crate::settings::Role;

/// Every session.
#[derive(Debug)]
pub struct Sessions {
    all: Mutex<HashMap<Print, Session>>,
    /// The key of the link that is printed where there are no users; it is good for as long as the process
    /// lives, as its terminal is.
    printed: Mutex<Option<Print>>,
}

#[derive(Debug)]
struct Session {
    user: Whose,
    form_key: Arc<str>,
    begun: Instant,
    used: Instant,
}

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    /// Of somebody who logged in: as they were then.
    User(Known),
    /// Of whoever opened the printed link.
    Printed,
}

/// A session that was begun: the key for the browser.
#[derive(Debug)]
pub struct Begun(
    /// What goes into the cookie.
    pub Key,
);

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Altogether.
    pub whole: Duration,
    /// Without a request.
    pub idle: Duration,
}

impl Sessions {
    /// Makes a store; `printed` is the key of the link that is printed at the start, where there is one.
    pub fn new(printed: Option<&Key>) -> Self {
        Self { all: Mutex::default(), printed: Mutex::new(printed.map(|key| print(key.reveal()))) }
    }

    /// Takes another key for the link. Sessions that the one before began end.
    pub fn print_anew(&self, key: &Key) {
        *self.printed.lock().unwrap_or_else(PoisonError::into_inner) = Some(print(key.reveal()));
        self.lock().retain(|_, session| session.user != Whose::Printed);
    }

    /// Begins a session of somebody whose password was right. Nothing that the browser sent has a part in
    /// its key.
    pub fn begin(&self, known: &Known, now: Instant) -> Option<Begun> {
        self.begin_for(Whose::User(known.clone()), now)
    }

    /// Begins a session of whoever brings the printed key.
    pub fn begin_with_link(&self, key: &str, now: Instant) -> Option<Begun> {
        let wanted = (*self.printed.lock().unwrap_or_else(PoisonError::into_inner))?;
        bool::from(wanted.ct_eq(&print(key))).then(|| self.begin_for(Whose::Printed, now)).flatten()
    }

    fn begin_for(&self, user: Whose, now: Instant) -> Option<Begun> {
        let (key, form_key) = (Key::random()?, Key::random()?);
        let mut all = self.lock();
        if all.len() >= SESSIONS {
            let oldest = all.iter().min_by_key(|(_, it)| it.used).map(|(print, _)| *print);
            oldest.map(|print| all.remove(&print));
        }
        let form_key = Arc::from(form_key.reveal());
        all.insert(print(key.reveal()), Session { user, form_key, begun: now, used: now });
        Some(Begun(key))
    }

    /// Returns who has the session of a key. It must not be over, and whoever it is of must be as they
    /// were when it began: another password, role or no entry ends it.
    pub fn find(&self, key: &str, users: &Users, lasting: Lasting, now: Instant) -> Option<Viewer> {
        let print = print(key);
        let mut all = self.lock();
        let session = all.get_mut(&print)?;
        let is_over = now.saturating_duration_since(session.begun) >= lasting.whole
            || now.saturating_duration_since(session.used) >= lasting.idle;
        let viewer = match &session.user {
            Whose::Printed => Some((None, Role::Operator)),
            Whose::User(then) => users
                .find(&then.name)
                .filter(|known| is_same(known, then))
                .map(|known| (Some(Arc::clone(&known.name)), known.role)),
        };
        let Some((name, role)) = viewer.filter(|_| !is_over) else {
            all.remove(&print);
            return None;
        };
        session.used = now;
        Some(Viewer { name, role, form_key: Arc::clone(&session.form_key) })
    }

    /// Ends a session.
    pub fn end(&self, key: &str) {
        self.lock().remove(&print(key));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Print, Session>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_same(known: &Known, then: &Known) -> bool {
    known.role == then.role
        && bool::from(known.hash.text().as_bytes().ct_eq(then.hash.text().as_bytes()))
}

#[cfg(test)]
mod tests {
    use goodgate_config::Secret;

    use super::*;
    use crate::session::password::{Hash, hash_of};

    const LASTING: Lasting =
        Lasting { whole: Duration::from_hours(12), idle: Duration::from_hours(2) };

    fn known(name: &str, password: &str, role: Role) -> Known {
        let hash = Secret::new(&hash_of(password).expect("hashed"));
        Known { name: Arc::from(name), role, hash: Hash::of(&hash).expect("a hash") }
    }

    fn users(known: &[&Known]) -> Users {
        Users(known.iter().map(|it| (it.name.to_ascii_lowercase(), (*it).clone())).collect())
    }

    #[test]
    fn a_session_ends_with_time_and_with_the_password() {
        let (anna, now) = (known("anna", "a", Role::Operator), Instant::now());
        let (there, later) = (users(&[&anna]), |hours| now + Duration::from_hours(hours));
        let begun = || {
            let sessions = Sessions::new(None);
            let Begun(key) = sessions.begin(&anna, now).expect("begun");
            (sessions, key)
        };

        let (sessions, key) = begun();
        for hours in [1, 2, 3] {
            let found = sessions.find(key.reveal(), &there, LASTING, later(hours));
            assert!(found.is_some_and(|viewer| viewer.may_act()), "after {hours} h");
        }
        assert!(sessions.find(key.reveal(), &there, LASTING, later(5)).is_none(), "idle");
        assert!(sessions.find(key.reveal(), &there, LASTING, now).is_none(), "and stays over");

        for other in [
            Users::default(),
            users(&[&known("anna", "b", Role::Operator)]),
            users(&[&Known { role: Role::Viewer, ..anna.clone() }]),
        ] {
            let (sessions, key) = begun();
            assert!(sessions.find(key.reveal(), &other, LASTING, now).is_none());
            assert!(sessions.find(key.reveal(), &there, LASTING, now).is_none(), "it is gone");
        }
        let (sessions, key) = begun();
        sessions.end(key.reveal());
        assert!(sessions.find(key.reveal(), &there, LASTING, now).is_none());
    }

    #[test]
    fn a_key_is_of_one_session_and_nobody_chooses_it() {
        let (anna, now) = (known("anna", "a", Role::Viewer), Instant::now());
        let (sessions, there) = (Sessions::new(None), users(&[&anna]));
        let Begun(one) = sessions.begin(&anna, now).expect("begun");
        let Begun(other) = sessions.begin(&anna, now).expect("begun");

        assert_ne!(one, other);
        assert!(sessions.find("chosen", &there, LASTING, now).is_none());
        sessions.end(one.reveal());
        assert!(sessions.find(other.reveal(), &there, LASTING, now).is_some());
    }

    #[test]
    fn the_printed_link_and_nothing_else_opens_without_users() {
        let (key, now) = (Key::random().expect("a key"), Instant::now());
        let sessions = Sessions::new(Some(&key));

        assert!(sessions.begin_with_link("guess", now).is_none());
        let Begun(of_session) = sessions.begin_with_link(key.reveal(), now).expect("begun");
        let viewer = sessions.find(of_session.reveal(), &Users::default(), LASTING, now);
        assert!(viewer.is_some_and(|viewer| viewer.may_act()));
        assert!(Sessions::new(None).begin_with_link("", now).is_none());
    }

    #[test]
    fn there_are_never_more_than_the_bound() {
        let (anna, now) = (known("anna", "a", Role::Viewer), Instant::now());
        let (sessions, there) = (Sessions::new(None), users(&[&anna]));
        let Begun(first) = sessions.begin(&anna, now).expect("begun");
        for turn in 0..SESSIONS as u64 {
            sessions.begin(&anna, now + Duration::from_millis(turn + 1)).expect("begun");
        }

        assert_eq!(sessions.lock().len(), SESSIONS);
        assert!(sessions.find(first.reveal(), &there, LASTING, now).is_none());
    }
}
