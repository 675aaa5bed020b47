//! Requests to the gateway: what is read may not depend on how the bytes were split, and what is
//! sent on is read by the next reader as it was read here.

#![no_main]

#[path = "../../crates/gateway/tests/http1/drive.rs"]
#[allow(dead_code, reason = "shared with the tests of the gateway")]
mod drive;

use drive::{Requests, changes_underway, forwarded_request, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;

    let whole = read(Requests::default(), [bytes]);
    let pieces = read(Requests::default(), bytes.chunks(usize::from(size).max(1)));

    assert_eq!(whole, pieces);
    assert!(!changes_underway(Requests::default, bytes, forwarded_request(bytes)));
});
