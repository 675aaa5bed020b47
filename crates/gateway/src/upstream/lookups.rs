//! What name servers said of the names of an upstream and how long they took, for whoever asks what a
//! connection was opened to. Which addresses are in use is decided elsewhere.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::metrics::Durations;

/// The look-ups of an upstream's names.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    noted: Mutex<Noted>,
    wanted: Notify,
}

/// What is noted of them.
#[derive(Debug, Default)]
struct Noted {
    names: BTreeMap<String, Lookup>,
    took: Took,
}

/// How long the look-ups of all names took, from the question to what came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Took {
    /// Those that were answered.
    pub(crate) answered: Durations,
    /// Those that failed.
    pub(crate) failed: Durations,
}

/// The look-ups of one name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    /// The last answer with addresses.
    pub(crate) answer: Option<Answer>,
    /// The one before it, if it had other addresses.
    pub(crate) before: Option<Answer>,
    /// The last failure, if no answer has come since: when, and what was said.
    pub(crate) error: Option<(Instant, String)>,
    /// Whether that was that no name server answered in time.
    pub(crate) is_late: bool,
    /// Look-ups that were answered.
    pub(crate) answered: u64,
    /// Look-ups that failed.
    pub(crate) failed: u64,
    /// How long the last one took, however it ended.
    pub(crate) took: Duration,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The addresses.
    pub(crate) addresses: Vec<IpAddr>,
    /// When it came.
    pub(crate) at: Instant,
    /// For how long it is valid.
    pub(crate) ttl: Duration,
}

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// No name server answered in time.
    Late,
    /// A name server answered with an error, or could not be asked.
    Failed,
    /// There is no such name, or it has no address.
    NoSuchName,
}

impl Lookup {
    /// Says what is wrong with the name, if anything is.
    pub(crate) fn wrong(&self, now: Instant) -> Option<String> {
        let ago = |at: Instant| now.saturating_duration_since(at).as_secs();
        if let Some((at, message)) = &self.error {
            return Some(format!("could not be looked up, {} s ago: {message}", ago(*at)));
        }
        let answer = self.answer.as_ref().filter(|answer| answer.addresses.is_empty())?;
        Some(format!("has no address, said the name server {} s ago", ago(answer.at)))
    }
}

impl Lookups {
    /// Notes an answer, and how long it took.
    pub(crate) fn answered(&self, name: &str, answer: Answer, took: Duration) {
        let mut noted = self.lock();
        noted.took.answered.count(took);
        let lookup = noted.names.entry(name.to_owned()).or_default();
        if lookup.answer.as_ref().is_some_and(|last| last.addresses != answer.addresses) {
            lookup.before = lookup.answer.take();
        }
        lookup.answer = Some(answer);
        lookup.error = None;
        lookup.answered += 1;
        lookup.took = took;
    }

    /// Notes a failure, and how long it took.
    pub(crate) fn failed(
        &self,
        name: &str,
        why: String,
        is_late: bool,
        took: Duration,
        now: Instant,
    ) {
        let mut noted = self.lock();
        noted.took.failed.count(took);
        let lookup = noted.names.entry(name.to_owned()).or_default();
        lookup.error = Some((now, why));
        lookup.is_late = is_late;
        lookup.failed += 1;
        lookup.took = took;
    }

    /// Returns why the names have no address, of those that have none.
    pub(crate) fn missing(&self) -> Option<Missing> {
        let noted = self.lock();
        let of_one = |lookup: &Lookup| match (&lookup.error, &lookup.answer) {
            (Some(_), _) if lookup.is_late => Some(Missing::Late),
            (Some(_), _) => Some(Missing::Failed),
            (None, Some(answer)) if answer.addresses.is_empty() => Some(Missing::NoSuchName),
            (None, _) => None,
        };
        noted.names.values().find_map(of_one)
    }

    /// Returns all.
    pub(crate) fn all(&self) -> BTreeMap<String, Lookup> {
        self.lock().names.clone()
    }

    /// Returns how long they took; nothing before the first one.
    pub(crate) fn took(&self) -> Option<Took> {
        let noted = self.lock();
        (!noted.names.is_empty()).then(|| noted.took.clone())
    }

    /// Returns the answer for a name that was in force at a moment.
    pub(crate) fn answer_at(&self, name: &str, at: Instant) -> Option<Answer> {
        let noted = self.lock();
        let lookup = noted.names.get(name)?;
        let last = lookup.answer.as_ref().filter(|answer| answer.at <= at);
        last.or(lookup.before.as_ref()).or(lookup.answer.as_ref()).cloned()
    }

    /// Asks for a look-up before the last answer is too old: an endpoint takes no connections, and may
    /// have moved.
    pub(crate) fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until somebody asks for a look-up.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOK: Duration = Duration::from_millis(3);

    fn answer(addresses: &[IpAddr], at: Instant) -> Answer {
        Answer { addresses: addresses.to_vec(), at, ttl: Duration::from_secs(5) }
    }

    #[test]
    fn a_connection_was_opened_to_the_answer_of_its_time() {
        let (lookups, began) = (Lookups::default(), Instant::now());
        let [old, new]: [IpAddr; 2] = ["10.0.0.1", "10.0.0.2"].map(|it| it.parse().expect("one"));

        lookups.answered("app", answer(&[old], began), TOOK);
        lookups.answered("app", answer(&[new], began + Duration::from_secs(10)), TOOK);

        let at = |seconds| lookups.answer_at("app", began + Duration::from_secs(seconds));
        assert_eq!(at(9).map(|it| it.addresses), Some(vec![old]));
        assert_eq!(at(11).map(|it| it.addresses), Some(vec![new]));
    }

    #[test]
    fn a_failure_leaves_the_answer_and_an_answer_ends_the_failure() {
        let (lookups, now) = (Lookups::default(), Instant::now());
        lookups.answered("app", answer(&[], now), TOOK);

        lookups.failed("app", "no name server answers".to_owned(), true, TOOK, now);
        assert!(lookups.all()["app"].error.is_some() && lookups.all()["app"].answer.is_some());

        assert_eq!(lookups.missing(), Some(Missing::Late));
        lookups.answered("app", answer(&[], now), TOOK);
        assert!(lookups.all()["app"].error.is_none());
        assert_eq!(lookups.missing(), Some(Missing::NoSuchName));
    }

    #[test]
    fn times_of_answers_and_of_failures_are_kept_apart_and_the_last_one_by_name() {
        let (lookups, now) = (Lookups::default(), Instant::now());
        assert!(lookups.took().is_none());
        let late = Duration::from_secs(1);

        lookups.answered("app", answer(&[], now), TOOK);
        lookups.failed("app", "no answer within 1s".to_owned(), true, late, now);
        lookups.answered("other", answer(&[], now), TOOK);

        let took = lookups.took().expect("look-ups");
        let of = |times: &[Duration]| {
            let mut durations = Durations::default();
            for took in times {
                durations.count(*took);
            }
            durations
        };
        assert_eq!((took.answered, took.failed), (of(&[TOOK, TOOK]), of(&[late])));
        let all = lookups.all();
        assert_eq!((all["app"].took, all["other"].took), (late, TOOK));
    }
}
