//! Pasted text and log lines: read, then weighed into a verdict.

#![no_main]

use goodgate_causes::rank;
use goodgate_recognise::recognise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let seen = recognise(input, None);
    let assessment = rank(&seen.case());

    assert!(seen.silent_lines <= seen.lines);
    for cause in &assessment.verdict.causes {
        assert!((0.0..=1.0).contains(&cause.confidence), "{}", cause.id);
    }
});
