//! A small fuzzer that needs nothing but the test runner: messages of the tables, changed at random.
//!
//! `GOODGATE_FUZZ_SECONDS` says for how long it searches (CI: 60), `GOODGATE_FUZZ_SEED` where it
//! begins. The targets `gateway_request` and `gateway_response` in `fuzz/` search deeper, where
//! cargo-fuzz is at hand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use goodgate_gateway::http1::Method;

use super::drive::{
    Requests, Responses, changes_underway, forwarded_request, forwarded_response, read,
};

/// How long a run by hand may take.
const SECONDS_DEFAULT: u64 = 2;

/// The seed when none is given.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Changes to one message: one for the near misses, several for the unforeseen.
const CHANGES_MAX: usize = 6;

/// Whole messages to begin with.
const SEEDS: &[&[u8]] = &[
    b"GET /a?b HTTP/1.1\r\nHost: a.example:80\r\nConnection: upgrade, X\r\nUpgrade: websocket\r\nX: 1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabcGET / HTTP/1.1\r\n",
    b"POST http://a/b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
    b"OPTIONS * HTTP/1.0\r\nCookie: a\r\nCookie: b\r\nTE: trailers\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nKeep-Alive: timeout=5, max=9\r\nETag: \"a\"\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\nTrailer: X\r\n\r\n1\r\na\r\nA\r\n0123456789\r\n0\r\nX: 1\r\n\r\n",
    b"HTTP/1.0 404\r\nServer:a\r\nConnection: keep-alive\r\n\r\nnot here",
    b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\x81\x02hi",
    b"HTTP/1.1 304 Not\r\nContent-Length: 5\r\nConnection: X, close\r\nX: a\r\n\r\n",
    b"\0\0\x12\x04\0\0\0\0\0",
];

/// Pieces that steer the parsers.
const PIECES: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\t",
    b":",
    b",",
    b";",
    b"\x0b",
    b"\x7f",
    b"\x80",
    b"#",
    b"Host: b\r\n",
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Connection: host\r\n",
    b"HTTP/1.0",
    b"http://b",
    b"0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"+",
    b"-1",
    b"0x",
    b"_",
];

#[test]
fn fuzz_messages_are_read_the_same_however_they_are_split() {
    let seed = number("GOODGATE_FUZZ_SEED").unwrap_or(SEED);
    let seconds = number("GOODGATE_FUZZ_SECONDS").unwrap_or(SECONDS_DEFAULT);
    let mut random = Random(seed.max(1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runs = 0_u64;

    while runs == 0 || Instant::now() < end {
        let message = changed(&mut random);
        let pieces = split(&message, &mut random);
        let asked = if random.below(4) == 0 { Method::Head } else { Method::Get };
        let outcome = catch_unwind(AssertUnwindSafe(|| differs(&message, &pieces, asked)));
        runs += 1;
        let wrong = outcome.unwrap_or(true);
        let sizes: Vec<usize> = pieces.iter().map(|piece| piece.len()).collect();
        let shown = message.escape_ascii();
        assert!(!wrong, "run {runs} of seed {seed}, to {asked:?} by {sizes:?}: {shown}");
    }

    println!("{runs} messages read");
}

/// Tells whether a message is read otherwise in pieces, or where it was sent on; a response as one to
/// a request with the method `asked`.
fn differs(message: &[u8], pieces: &[&[u8]], asked: Method) -> bool {
    let request = read(Requests::default(), [message]);
    let response = read(Responses::to(asked), [message]);
    request != read(Requests::default(), pieces.iter().copied())
        || response != read(Responses::to(asked), pieces.iter().copied())
        || changes_underway(Requests::default, message, forwarded_request(message))
        || changes_underway(|| Responses::to(asked), message, forwarded_response(message, asked))
}

/// Cuts a message as a network would: byte by byte, in even pieces, or anywhere.
fn split<'a>(message: &'a [u8], random: &mut Random) -> Vec<&'a [u8]> {
    let most = [1, 3, 40, message.len().max(1)];
    let most = most.get(random.below(most.len())).copied().unwrap_or(1);
    let mut pieces = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((random.below(most) + 1).min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

fn changed(random: &mut Random) -> Vec<u8> {
    let mut message = random.pick(SEEDS).to_vec();
    for _ in 0..random.below(CHANGES_MAX + 1) {
        let at = random.below(message.len() + 1);
        let end = (at + random.below(20)).min(message.len());
        match random.below(6) {
            0 => message.truncate(at),
            1 => drop(message.drain(at..end)),
            2 => {
                if let Some(byte) = message.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            3 => {
                let copy = message.get(at..end).unwrap_or_default().to_vec();
                drop(message.splice(at..at, copy));
            }
            _ => drop(message.splice(at..at, random.pick(PIECES).iter().copied())),
        }
    }
    message
}

/// The generator xorshift64* (Vigna, 2016).
struct Random(u64);

impl Random {
    /// Returns a number below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = u128::from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) * bound as u128;
        (wide >> 64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.trim().parse().ok()
}
