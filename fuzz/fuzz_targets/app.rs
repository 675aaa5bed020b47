//! Answers in FastCGI and uwsgi: what proves the protocol is not lost by more bytes.

#![no_main]

use goodgate_evidence::probe::AppAnswer;
use goodgate_probe::app::{fastcgi, uwsgi};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    let start = bytes.get(..usize::from(cut)).unwrap_or(bytes);

    for answer in [fastcgi::answer, uwsgi::answer] {
        let spoken = |bytes| matches!(answer(bytes, None), AppAnswer::Speaks { .. });

        assert!(!spoken(start) || spoken(bytes));
    }
});
