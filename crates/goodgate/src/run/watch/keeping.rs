//! Where the store is, and how long it keeps what, as `[watch]` says.

use std::path::Path;

use goodgate_watch::settings::Watch;
use goodgate_watch::store::Keeping;

/// Returns what the store is opened with. That the file has its name was checked with the configuration.
pub(super) fn of(watch: &Watch) -> Keeping {
    let folder = watch.store.parent().unwrap_or(Path::new("."));
    Keeping {
        results: watch.keep_results,
        evidence_bytes: watch.evidence.len() as u64,
        ..Keeping::in_folder(folder)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use goodgate_config::Size;

    use super::*;

    #[test]
    fn what_the_file_says_is_kept() {
        let watch = Watch {
            store: "/srv/watch/watch.db".into(),
            keep_results: Duration::from_hours(5),
            evidence: Size::mib(3),
            ..Watch::default()
        };

        let keeping = of(&watch);

        assert_eq!(keeping.folder, Path::new("/srv/watch"));
        assert_eq!(keeping.results, Duration::from_hours(5));
        assert_eq!(keeping.evidence_bytes, 3 << 20);
    }
}
