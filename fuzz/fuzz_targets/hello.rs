//! Answers to a `ClientHello`: what a part of them already says, the rest does not change.

#![no_main]

use goodgate_evidence::probe::HelloAnswer;
use goodgate_probe::hello::parse::{End, answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;

    let whole = answer(bytes, Some(End::Closed));
    let start = answer(bytes.get(..usize::from(cut)).unwrap_or(bytes), Some(End::Closed));

    if matches!(start, HelloAnswer::Agreed { .. }) {
        assert_eq!(whole, start);
    }
});
