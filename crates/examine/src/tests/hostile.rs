//! Values that a hostile or broken server sends.

use std::time::Duration;

use goodgate_evidence::probe::{Certificate, Http, Tls};
use goodgate_evidence::{Observation, Sign, Source, Timestamp};

use super::world::*;
use crate::{Budget, Examination, Options, Outcome, ProbeId};

#[test]
fn secrets_in_what_came_are_masked_in_quotes() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = ends(ask, Http::HeaderInvalid("`/?token=geheim` has no colon".to_owned()));
        if let Some(exchange) = &mut asked.exchange {
            exchange.raw = b"\x1b[31m".to_vec();
        }
        asked
    });

    let examination = world.of(target(GATEWAY));

    let quotes: String =
        examination.observations().into_iter().map(|observation| observation.quote).collect();
    assert!(!quotes.contains("geheim"), "{quotes}");
}

#[test]
fn quotes_are_short() {
    let mut world = World::default()
        .with(GATEWAY, |ask| ends(ask, Http::StatusLineInvalid("x".repeat(100_000))));

    let examination = world.of(target(GATEWAY));

    let longest = examination.observations().iter().map(|seen| seen.quote.chars().count()).max();
    assert!(longest.is_some_and(|length| length <= crate::limits::QUOTE_MAX));
}

#[test]
fn times_at_the_end_of_the_calendar_do_no_harm() {
    let mut world = World::default().with(GATEWAY, |ask| {
        let mut asked = answers(ask, 502);
        asked.connect.took = Duration::MAX / 8;
        if let Some(handshake) = &mut asked.handshake {
            handshake.at = Timestamp(i64::MIN);
            handshake.chain =
                vec![Certificate { not_after: Timestamp(i64::MAX), ..certificate(0) }];
        }
        asked
    });

    let examination = world.of(secure(GATEWAY));

    assert!(has(&examination, Sign::Status502));
}

#[test]
fn statuses_beyond_the_standard_are_errors() {
    for status in [599, 600, 999] {
        let mut world = World::default().with(GATEWAY, move |ask| answers(ask, status));

        assert!(!has(&world.of(target(GATEWAY)), Sign::TargetHealthy), "{status}");
    }
}

#[test]
fn an_outcome_of_a_probe_that_was_never_given_out_is_ignored() {
    let mut examination = Examination::new(target(GATEWAY), Options::default(), Budget::default());

    examination.record(ProbeId(usize::MAX), Outcome::Unable(String::new()));

    assert!(examination.chain().iter().all(|link| link.runs.is_empty()));
}

#[test]
fn an_outcome_of_the_wrong_kind_ends_no_examination() {
    let mut world = World::default().with(GATEWAY, |ask| shakes(ask, Tls::Closed));

    let examination = world.of(target(GATEWAY));

    assert!(examination.observations().len() < 10);
}

#[test]
fn page_observations_are_bounded() {
    let mut world = World::default().with(GATEWAY, |ask| answers(ask, 502));
    let mut examination = world.of(target(GATEWAY));

    let flood: Vec<Observation> =
        (0..10_000).map(|_| Observation::new(Sign::ErrorPage, Source::probe_origin())).collect();
    record_page(&mut examination, flood, None);

    assert!(examination.observations().len() < 200);
}
