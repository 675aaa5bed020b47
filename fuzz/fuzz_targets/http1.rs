//! Responses in HTTP/1.1: the outcome must not depend on how the bytes were cut into reads.

#![no_main]

use goodgate_probe::http1::parse::{End, Parser};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (to_head, size, bytes) = input;

    let mut whole = Parser::new(to_head);
    whole.feed(bytes);
    let mut pieces = Parser::new(to_head);
    for piece in bytes.chunks(usize::from(size).max(1)) {
        pieces.feed(piece);
    }

    let (whole, pieces) = (whole.finish(End::Closed), pieces.finish(End::Closed));
    assert_eq!(whole.outcome, pieces.outcome);
    assert_eq!(whole.body_bytes, pieces.body_bytes);
});
