//! What the logs tell beside the lines of our requests: what happened to the application, and what
//! failed shortly before.

use std::collections::BTreeSet;

use goodgate_evidence::{Observation, Sign, Source};
use goodgate_recognise::Recognition;

use super::{Quoted, RECENT, Search, Text, shown_by, tells};

/// The last lines of each log that are read for what happened to the application: enough for the end
/// of a start that failed, with its stack.
const BACKGROUND_LINES: usize = 200;

pub(super) fn last_lines(text: &Text) -> Vec<usize> {
    (text.lines.len().saturating_sub(BACKGROUND_LINES)..text.lines.len()).collect()
}

/// Returns what the last lines say of the application itself, which names no request: that it did not
/// start, that it was killed or crashed. Only what has a recent time, or was written during the
/// examination, counts.
pub(super) fn background(lines: &[Quoted], search: &Search<'_>) -> Vec<Observation> {
    let earliest = search.began.0 - i64::try_from(RECENT.as_micros()).unwrap_or(i64::MAX);
    let recent =
        |seen: &Observation| seen.at.is_some_and(|at| at.0 >= earliest && at.0 <= search.ended.0);
    let mut seen = shown_by(lines).observations;
    let fresh: BTreeSet<Source> = lines
        .iter()
        .filter(|line| line.fresh)
        .map(|line| Source::file("log", &line.file, line.number))
        .collect();
    let counts = |seen: &Observation| recent(seen) || fresh.contains(&seen.source);
    seen.retain(|seen| is_of_application(seen.sign) && counts(seen));
    seen.extend(repeated(lines, search));
    seen
}

/// Tells whether a line is about a request with a body.
pub(super) fn is_upload(line: &str) -> bool {
    ["POST ", "PUT ", "PATCH "].iter().any(|method| line.contains(method))
}

/// Returns what an application wrote during the examination about its own errors, as often as it was
/// asked: then it is about our requests, although it names none.
fn repeated(lines: &[Quoted], search: &Search<'_>) -> Vec<Observation> {
    let fresh: Vec<Quoted> = lines.iter().filter(|line| line.fresh).cloned().collect();
    let seen = shown_by(&fresh).observations;
    let count = |sign| seen.iter().filter(|other| other.sign == sign).count();
    let often = |sign| 2 * count(sign) >= search.asked.max(2);
    seen.iter()
        .filter(|one| is_error_of_application(one.sign) && often(one.sign))
        .cloned()
        .collect()
}

/// Tells whether a sign is about an error of the application in one request.
fn is_error_of_application(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::AppTraceback
            | Sign::CmsExtensionPath
            | Sign::PhpFatal
            | Sign::PhpMaxExecutionTime
            | Sign::PhpMemoryLimit
            | Sign::PhpScriptMissing
            | Sign::WorkerCrashed
    )
}

/// Returns what older lines for the same path say, if they show a failure for certain.
pub(super) fn past(older: &[Quoted]) -> Recognition {
    let mut past = shown_by(older);
    past.observations
        .retain(|seen| !matches!(seen.sign, Sign::ClientAborted | Sign::ClientTimedOut));
    if tells(&past) { past } else { Recognition::default() }
}

/// Tells whether a sign is about the life of the application and of no single request.
fn is_of_application(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::AppBooting
            | Sign::AppStopping
            | Sign::BootFailed
            | Sign::CrashLoop
            | Sign::MemoryQuota
            | Sign::NameUnresolvedAtStart
            | Sign::ConfigInvalid
            | Sign::OomKill
            | Sign::PoolExhausted
            | Sign::PortInUse
            | Sign::WorkerCrashed
            | Sign::WorkerExited
            | Sign::WorkerKilled
            | Sign::WorkerSentKill
            | Sign::WorkerTimeout
    )
}

#[cfg(test)]
mod tests {
    use goodgate_evidence::Timestamp;

    use super::*;

    /// 2026-11-23T07:00:00Z.
    const NOW: i64 = 1_795_417_200_000_000;

    fn search(fails: bool, asked: usize) -> Search<'static> {
        let at = Timestamp(NOW);
        Search { target: "/x", began: at, ended: at, own: &[], fails, asked }
    }

    fn lines(words: &[&str], fresh: bool) -> Vec<Quoted> {
        let quoted = |(at, words): (usize, &&str)| Quoted {
            file: "app.log".to_owned(),
            number: at + 1,
            words: (*words).to_owned(),
            fresh,
        };
        words.iter().enumerate().map(quoted).collect()
    }

    fn signs(seen: &[Observation]) -> Vec<Sign> {
        seen.iter().map(|seen| seen.sign).collect()
    }

    const BOOT: &str = "[2026-11-23 06:55:00 +0000] [7] [ERROR] Worker failed to boot.";
    const FATAL: &str =
        "PHP Fatal error:  Uncaught Error: Call to undefined function f() in /a.php:3";

    #[test]
    fn a_start_that_failed_five_minutes_ago_counts() {
        let seen = background(&lines(&[BOOT], false), &search(true, 4));

        assert!(signs(&seen).contains(&Sign::BootFailed));
    }

    #[test]
    fn a_start_that_failed_an_hour_ago_does_not_count() {
        let old = BOOT.replace("06:55", "05:55");

        let seen = background(&lines(&[&old], false), &search(true, 4));

        assert!(seen.is_empty());
    }

    #[test]
    fn an_error_without_a_time_counts_when_it_comes_as_often_as_we_ask() {
        let seen = background(&lines(&[FATAL, FATAL, FATAL, FATAL], true), &search(true, 4));

        assert!(signs(&seen).contains(&Sign::PhpFatal));
    }

    #[test]
    fn an_error_that_comes_once_is_another_visitors() {
        let seen = background(&lines(&[FATAL], true), &search(true, 4));

        assert!(!signs(&seen).contains(&Sign::PhpFatal));
    }

    #[test]
    fn an_error_from_before_is_not_about_our_requests() {
        let seen = background(&lines(&[FATAL, FATAL, FATAL, FATAL], false), &search(true, 4));

        assert!(!signs(&seen).contains(&Sign::PhpFatal));
    }

    const UPLOAD: &str = "2026/11/23 06:58:00 [error] 7#7: *5 connect() failed (111: Connection \
                          refused) while connecting to upstream, client: 10.0.0.9, server: , \
                          request: \"POST /x HTTP/1.1\", upstream: \"http://10.0.0.7:80/x\"";

    #[test]
    fn a_failure_two_minutes_ago_is_told() {
        assert!(!past(&lines(&[UPLOAD], false)).observations.is_empty());
    }

    #[test]
    fn only_requests_with_a_body_are_uploads() {
        assert!(is_upload(UPLOAD));
        assert!(!is_upload(&UPLOAD.replace("POST", "GET")));
    }
}
