//! What a run has to reach: no worse than what is committed, and what is demanded of all.

use crate::recorded::figures::{Entry, Figures};
use crate::recorded::judge::Judgement;
use crate::score::figures::Share;
use crate::score::gate::Worse;

/// The least share of requests with a right cause, in per cent.
const RIGHT_MIN: f64 = 98.0;

/// Lists what was right in what is committed and is not any more.
pub fn regressions(committed: &[Entry], entries: &[Entry]) -> Vec<Worse> {
    let mut faults = Vec::new();
    for former in committed {
        match entries.iter().find(|entry| entry.id == former.id) {
            Some(entry) => faults.extend(lost(former, entry)),
            None => faults.push(worse(&former.id, "committed, and not carried out")),
        }
    }
    for entry in entries {
        if !committed.iter().any(|former| former.id == entry.id) {
            faults.push(worse(&entry.id, "not committed; run `cargo xtask lab`"));
        }
    }
    faults
}

fn worse(id: &str, how: impl Into<String>) -> Worse {
    Worse { id: id.to_owned(), how: how.into() }
}

fn lost(former: &Entry, entry: &Entry) -> Vec<Worse> {
    let mut faults = Vec::new();
    for before in &former.units {
        // Where a fault does not strike every time, a question may stay without one.
        let Some(now) = entry.units.iter().find(|unit| unit.what == before.what) else { continue };
        let merits = |unit: &Judgement| [unit.right, unit.words.is_empty()];
        if merits(before).iter().zip(merits(now)).any(|(before, now)| *before && !now) {
            let Judgement { what, recorded, words, .. } = now;
            let said = format!("{what}: recorded {}; {}", recorded.join(", "), words.join("; "));
            faults.push(worse(&entry.id, said));
        }
    }
    if former.explained.right && !entry.explained.right {
        let said = format!("explained as {:?}", entry.explained.cause);
        faults.push(worse(&entry.id, said));
    }
    faults
}

/// Lists what is demanded and is not reached.
pub fn shortfalls(entries: &[Entry]) -> Vec<String> {
    let figures = Figures::count(entries);
    let mut faults = Vec::new();
    let mut at_least = |what: &str, share: Share, least: f64| {
        if share.percent() < least {
            let Share { part, of } = share;
            faults.push(format!("gateway: {what} {part} of {of}, less than {least} %"));
        }
    };
    at_least("the recorded cause is right in", figures.right, RIGHT_MIN);
    at_least("nothing is recorded falsely in", figures.quiet, 100.0);
    at_least("error type, status, stage and blame are right in", figures.words, RIGHT_MIN);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorded::explain::Explained;

    fn entry(right: bool) -> Entry {
        let unit = Judgement { what: "GET one".to_owned(), right, ..Judgement::default() };
        Entry {
            id: "gateway/a".to_owned(),
            injected: vec!["b".to_owned()],
            units: vec![unit],
            explained: Explained::default(),
        }
    }

    #[test]
    fn what_was_right_and_is_wrong_is_worse() {
        assert_eq!(regressions(&[entry(true)], &[entry(false)]).len(), 1);
        assert_eq!(regressions(&[entry(false)], &[entry(true)]), []);
    }

    #[test]
    fn a_case_that_is_not_committed_is_told() {
        assert_eq!(regressions(&[], &[entry(true)]).len(), 1);
    }

    #[test]
    fn less_than_is_demanded_is_told() {
        assert_eq!(shortfalls(&[entry(true)]), Vec::<String>::new());
        assert_eq!(shortfalls(&[entry(false)]).len(), 1);
    }
}
