//! Rows as a store keeps them: text that is written and read again.

use goodgate_incident::State;
use goodgate_incident::incident::{Alert, CANNOT_MEASURE, Effect, Incident, Member, Said};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes what is kept of an effect, and reads it again.
pub(crate) fn kept(effect: Effect) -> Effect {
    match effect {
        Effect::Watch(watch) => Effect::Watch(again(&watch)),
        Effect::Standing(standing) => Effect::Standing(again(&standing)),
        Effect::Incident(incident) => Effect::Incident(Box::new(again::<Incident>(&incident))),
        Effect::Member(id, member) => Effect::Member(id, again::<Member>(&member)),
        Effect::Marker(marker) => Effect::Marker(again(&marker)),
        Effect::Alert(alert) => Effect::Alert(Box::new(again::<Alert>(&alert))),
        // A timeline is never asked for again; of a silence the matchers alone are written so.
        Effect::Silence(mut silence) => {
            silence.matchers = again(&silence.matchers);
            Effect::Silence(silence)
        }
        other @ (Effect::Entry(..)
        | Effect::SilenceOver(_)
        | Effect::Forgotten(_)
        | Effect::Gone(_)) => other,
    }
}

fn again<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).expect("it can be written");
    serde_json::from_str(&text).expect("what was written is read")
}

#[test]
fn a_cause_is_read_as_it_was_written_and_one_that_is_gone_is_none() {
    for cause in [None, Some("connect_refused"), Some(CANNOT_MEASURE)] {
        let said = Said { cause, state: State::Down };
        assert_eq!(again(&said), said);
    }
    let gone: Said =
        serde_json::from_str(r#"{"cause":"no_such_cause","state":"down"}"#).expect("it is read");
    assert_eq!(gone, Said { cause: None, state: State::Down });
}
