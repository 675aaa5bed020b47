//! Error pages and heads: who wrote one and what it says.

#![no_main]

use goodgate_recognise::pages::{self, MARKS_MAX};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let Some(reading) = pages::read_text(input) else { return };

    assert!(reading.signs.len() <= MARKS_MAX);
    if let Some(maker) = reading.written_by {
        assert!((0.0..=1.0).contains(&maker.confidence), "{:?}", maker.product);
    }
});
