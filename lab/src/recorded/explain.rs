//! What `goodgate explain -` says about the access log of a case.

use serde::{Deserialize, Serialize};

use crate::goodgate;
use crate::recorded::case::Case;

/// The verdict on the log, and whether it is the recorded cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// The mechanism of the verdict, or its best candidate; nothing for none.
    pub cause: String,
    /// It is one of those that may be recorded.
    pub right: bool,
}

/// Asks about a log.
///
/// # Errors
///
/// When the binary has no answer.
pub fn explain(case: &Case, log: &str) -> anyhow::Result<Explained> {
    let answer = goodgate::explain(log)?.answer()?;
    let word = |pointer: &str| {
        let value = answer.at(pointer).ok();
        value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let said = [word("/verdict/causes/0/id"), word("/verdict/mechanism/id")];
    let may = |cause: &String| case.records.iter().chain(&case.behind).any(|one| one == cause);
    let right = if case.records.is_empty() {
        case.answers.is_some() || said.iter().all(String::is_empty)
    } else {
        said.iter().any(may)
    };
    let [best, mechanism] = said;
    let is_best = mechanism.is_empty() || case.records.contains(&best);
    Ok(Explained { cause: if is_best { best } else { mechanism }, right })
}
