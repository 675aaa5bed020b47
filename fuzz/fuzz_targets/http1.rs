//! Responses in HTTP/1.1: what is seen must not depend on how the bytes were split.

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

    assert_eq!(whole.finish(End::Closed), pieces.finish(End::Closed));
});
