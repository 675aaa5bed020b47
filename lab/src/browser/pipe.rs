//! The `DevTools` protocol over a pipe: JSON messages, each ended by a NUL.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::process::ChildStdin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::PATIENCE;

/// Something that happened in a tab.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) session: String,
    pub(super) method: String,
    pub(super) params: Value,
}

/// What has come from the browser.
#[derive(Debug, Default)]
struct Come {
    answers: HashMap<u64, Value>,
    events: Vec<Event>,
    ended: bool,
}

/// Both ends of the pipe.
#[derive(Debug)]
pub(super) struct Pipe {
    to: Mutex<(u64, ChildStdin)>,
    come: Arc<(Mutex<Come>, Condvar)>,
}

impl Pipe {
    /// Reads along from now on.
    pub(super) fn of(to: ChildStdin, from: impl Read + Send + 'static) -> Self {
        let come = Arc::new((Mutex::new(Come::default()), Condvar::new()));
        let into = Arc::clone(&come);
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut message = Vec::new();
            while from.read_until(0, &mut message).is_ok_and(|count| count > 0) {
                message.pop();
                let read = serde_json::from_slice::<Value>(&message);
                message.clear();
                if let Ok(message) = read {
                    lock(&into.0).take(message);
                    into.1.notify_all();
                }
            }
            lock(&into.0).ended = true;
            into.1.notify_all();
        });
        Self { to: Mutex::new((0, to)), come }
    }

    /// Calls a method of the browser, or of a tab, and returns its result.
    pub(super) fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: &Value,
    ) -> anyhow::Result<Value> {
        let id = self.send(session, method, params).with_context(|| method.to_owned())?;
        let answer = self.wait(method, |come| come.answers.remove(&id))?;
        if let Some(error) = answer.get("error") {
            bail!("{method}: {error}");
        }
        Ok(answer.get("result").cloned().unwrap_or_default())
    }

    fn send(&self, session: Option<&str>, method: &str, params: &Value) -> anyhow::Result<u64> {
        let mut to = lock(&self.to);
        to.0 += 1;
        let mut message = json!({"id": to.0, "method": method, "params": params});
        if let (Some(session), Some(fields)) = (session, message.as_object_mut()) {
            fields.insert("sessionId".to_owned(), session.into());
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        to.1.write_all(&bytes)?;
        to.1.flush()?;
        Ok(to.0)
    }

    /// Waits until something has happened in a tab, and returns what is made of it.
    pub(super) fn wait_for<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&[Event]) -> Option<T>,
    ) -> anyhow::Result<T> {
        self.wait(what, |come| look(&come.events))
    }

    /// Returns all that has happened in a tab so far.
    pub(super) fn events(&self, session: &str) -> Vec<Event> {
        let come = lock(&self.come.0);
        come.events.iter().filter(|event| event.session == session).cloned().collect()
    }

    /// Forgets what has happened in a tab so far.
    pub(super) fn forget(&self, session: &str) {
        lock(&self.come.0).events.retain(|event| event.session != session);
    }

    fn wait<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&mut Come) -> Option<T>,
    ) -> anyhow::Result<T> {
        let until = Instant::now() + PATIENCE;
        let mut come = lock(&self.come.0);
        loop {
            if let Some(found) = look(&mut come) {
                return Ok(found);
            }
            if come.ended {
                bail!("{what}: the browser has ended");
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("{what}: not within {PATIENCE:?}");
            }
            let woken = self.come.1.wait_timeout(come, left);
            come = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Come {
    fn take(&mut self, message: Value) {
        if let Some(id) = message.get("id").and_then(Value::as_u64) {
            self.answers.insert(id, message);
            return;
        }
        let field = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
        let (session, method) = (field("sessionId").to_owned(), field("method").to_owned());
        let params = message.get("params").cloned().unwrap_or_default();
        self.events.push(Event { session, method, params });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_and_an_event_are_told_apart() {
        let mut come = Come::default();

        come.take(json!({"id": 3, "result": {}}));
        come.take(json!({"method": "Page.loaded", "sessionId": "s", "params": {"a": 1}}));

        assert_eq!(come.answers.keys().collect::<Vec<_>>(), [&3]);
        assert_eq!(
            (come.events[0].session.as_str(), &come.events[0].params),
            ("s", &json!({"a": 1}))
        );
    }
}
