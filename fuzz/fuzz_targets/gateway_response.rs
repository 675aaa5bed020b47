//! Responses to the gateway: what is read may not depend on how the bytes were split, and what is
//! sent on is read by the next reader as it was read here.

#![no_main]

#[path = "../../crates/gateway/tests/http1/drive.rs"]
#[allow(dead_code, reason = "shared with the tests of the gateway")]
mod drive;

use drive::{Responses, changes_underway, forwarded_response, read};
use goodgate_gateway::http1::Method;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, u8, &[u8])| {
    let (to_head, size, bytes) = input;
    let asked = if to_head { Method::Head } else { Method::Get };
    let responses = || Responses::to(asked);

    let whole = read(responses(), [bytes]);
    let pieces = read(responses(), bytes.chunks(usize::from(size).max(1)));

    assert_eq!(whole, pieces);
    assert!(!changes_underway(responses, bytes, forwarded_response(bytes, asked)));
});
