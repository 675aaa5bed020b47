//! A small fuzzer that needs nothing but the test runner: a file with every key, changed at random.
//!
//! `GOODGATE_FUZZ_SECONDS` says for how long it searches (CI: 60), `GOODGATE_FUZZ_SEED` where it
//! begins. The target `config` in `fuzz/` searches deeper, where cargo-fuzz is at hand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use super::every::file;
use crate::settings::read;

/// How long a run by hand may take.
const SECONDS_DEFAULT: u64 = 2;

/// The seed when none is given.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Changes to one file: one for the near misses, several for the unforeseen.
const CHANGES_MAX: u64 = 6;

/// Pieces that steer the reader.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "\n", "\r", "\0", " ", "=", ".", ",", "[", "]", "[[", "]]", "{", "}", "\"", "'", "\"\"\"", "'''",
    "#", "\\", "\\u0000", "\u{202e}", "\u{1f600}", "true", "\"off\"", "-1", "0x", "1e999", "nan",
    "99999999999999999999999999999999999999999", "1979-05-27", "\"5s\"", "\"9999999999999h\"",
    "\"18446744073709551615GiB\"", "\"0%\"", "[route]\n", "[[route]]\n", "[upstream.app]\n",
    "[upstream.\"a.b\"]\n", "route.retry = 1\n", "upstream = \"app\"\n", "token = \"x\"\n",
    "unix:/", "https://", "[::1]", "*.", "/../", "0.0.0.0/0", "::/0",
];

#[test]
fn fuzz_configurations_are_errors_or_read_back_as_the_same() {
    let seed = number("GOODGATE_FUZZ_SEED").unwrap_or(SEED);
    let seconds = number("GOODGATE_FUZZ_SECONDS").unwrap_or(SECONDS_DEFAULT);
    let mut random = Random(seed.max(1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runs = 0_u64;

    while runs == 0 || Instant::now() < end {
        let text = changed(&mut random);
        let outcome = catch_unwind(AssertUnwindSafe(|| differs(&text)));
        runs += 1;
        let wrong = outcome.unwrap_or(true);
        assert!(!wrong, "run {runs} of seed {seed}: {}", text.escape_ascii());
    }
}

/// Whether what is explained of a sound file reads back as something else.
fn differs(text: &[u8]) -> bool {
    let once = read("goodgate.toml", text, Path::new("/"));
    assert!(once.reading().render().len() < 1_000_000);
    let explained = once.explain();
    let is_sound = once.reading().is_sound();
    let again = read("goodgate.toml", explained.as_bytes(), Path::new("/"));
    let is_same = again.settings() == once.settings() && again.reading().is_sound();
    once.usable().ok();
    is_sound && !is_same
}

/// A file with some of the keys and some changes.
fn changed(random: &mut Random) -> Vec<u8> {
    let mut text = file(|| random.below(3) > 0).into_bytes();
    for _ in 0..random.below(CHANGES_MAX) {
        let at = random.place(text.len());
        let end = text.len().min(at + random.place(8));
        match random.below(4) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => text.insert(at, (random.next() & 0xff) as u8),
            _ => {
                let piece = PIECES[random.place(PIECES.len() - 1)].bytes();
                drop(text.splice(at..end, piece));
            }
        }
    }
    text
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Marsaglia's xorshift64: even enough for changes, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn place(&mut self, last: usize) -> usize {
        usize::try_from(self.below(last as u64 + 1)).unwrap_or(0)
    }
}
