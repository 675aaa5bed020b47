//! What of `[watch]` is read at the start alone.

use crate::settings::Watch;

/// Says which keys are others than at the start, and count with the next one.
pub(super) fn changed(start: &Watch, now: &Watch) -> Vec<String> {
    let keys = [
        ("store", start.store != now.store),
        ("keep_results", start.keep_results != now.keep_results),
        ("evidence", start.evidence != now.evidence),
        ("checks_at_once", start.checks_at_once != now.checks_at_once),
        ("listen", start.listen != now.listen),
        ("token", start.token != now.token),
        ("event_token", start.event_token != now.event_token),
        ("url", start.url != now.url),
    ];
    let changed = keys.into_iter().filter(|(_, is_other)| *is_other);
    changed
        .map(|(key, _)| {
            format!("[watch] {key} is read at the start alone: restart the watch to follow it")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_only_with_the_next_start_is_said_and_the_rest_is_not() {
        let start = Watch::default();
        let now = Watch {
            checks_at_once: 9,
            store: "/srv/watch.db".into(),
            examinations_at_once: 3,
            ..Watch::default()
        };

        let told = changed(&start, &now).join("\n");

        assert!(told.contains("checks_at_once") && told.contains("store"), "{told}");
        assert!(!told.contains("examinations_at_once"), "{told}");
        assert_eq!(changed(&now, &now), Vec::<String>::new());
    }
}
