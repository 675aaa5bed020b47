//! A small fuzzer that needs nothing but the test runner.
//!
//! It changes texts of a committed corpus (`tests/corpus`, one file per format) at random and reads
//! what comes out. The seed is fixed, so that a run can be repeated: `GOODGATE_FUZZ_SEED` sets
//! another one, `GOODGATE_FUZZ_SECONDS` says for how long (CI: 60). The targets in `fuzz/` search
//! deeper, where cargo-fuzz is at hand.

use std::time::{Duration, Instant};

use goodgate_causes::rank;
use goodgate_recognise::{pages, recognise};
use rustix::time::{ClockId, clock_gettime};

/// How long a run by hand may take.
const SECONDS_DEFAULT: u64 = 2;

/// The seed when none is given.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Changed texts grow to this size at most: several files of the corpus, one after the other.
const TEXT_MAX: usize = 16 << 10;

/// Changes to one text: one for the near misses of the parsers, several for the unforeseen.
const CHANGES_MAX: usize = 8;

#[test]
fn fuzz_reading_never_panics_and_gives_probabilities() {
    let corpus = corpus();
    let seed = number("GOODGATE_FUZZ_SEED").unwrap_or(SEED);
    let seconds = number("GOODGATE_FUZZ_SECONDS").unwrap_or(SECONDS_DEFAULT);
    let mut random = Random::new(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runs = 0_u64;

    while runs == 0 || Instant::now() < end {
        let text = changed(&corpus, &mut random);
        let outcome = std::panic::catch_unwind(|| read(&text));
        runs += 1;
        if let Err(wrong) = outcome.unwrap_or_else(|_| Err("panicked".to_owned())) {
            let shown = String::from_utf8_lossy(&text);
            panic!("{wrong} in run {runs} of seed {seed} on {shown:?}");
        }
    }

    println!("{runs} texts read");
}

#[test]
fn the_corpus_is_read_and_most_of_it_shows_something() {
    let corpus = corpus();

    let telling =
        corpus.iter().filter(|text| !recognise(text, None).observations.is_empty()).count();

    assert!((40..=64).contains(&corpus.len()), "{} files", corpus.len());
    assert!(telling * 10 >= corpus.len() * 9, "{telling} of {}", corpus.len());
}

/// The time for eight times the text may be this many times the time for the text: 8 where it is
/// linear, 64 where it is quadratic, and the rest for caches.
const RATIO_MAX: f64 = 24.0;

/// A ratio up to this needs no second look.
const RATIO_PLAIN: f64 = 12.0;

/// Texts are repeated up to this size before they are measured, so that the clock can tell.
const MEASURED: usize = 4 << 10;

/// A ratio beyond the plain one is measured so often at most, until it is within bounds.
const MEASUREMENTS: usize = 15;

#[test]
fn reading_takes_linear_time() {
    let mut slow: Vec<String> = Vec::new();
    for (name, piece) in corpus_by_name().iter().chain(&monsters()) {
        let once = piece.repeat(MEASURED.div_ceil(piece.len().max(1)));
        let eight = once.repeat(8);

        let settled = ratio(&once, &eight);

        if settled > RATIO_MAX {
            slow.push(format!("{name}: eight times the text takes {settled:.1} times as long"));
        }
    }

    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// Text that was made to be slow: what a parser looks for, again and again, without its end.
fn monsters() -> Vec<(String, Vec<u8>)> {
    [
        "A",
        "{",
        "[",
        "\"",
        "\\",
        "<",
        "&#60;",
        "\n",
        " ",
        "=",
        "a=b ",
        "?a=",
        "://",
        "0/0/0/0/0 ",
        "\x1b[",
        "> ",
        "x | ",
        "cookie: ",
        "\" HTTP/1.1\" ",
        "upstream: \"",
        "error: ",
        "502 ",
        "[01/",
        "{\"log\":",
        "connect() ",
        "failed (111: ",
        "dial tcp ",
        "<title>",
        "Server: ",
        "word\n",
    ]
    .iter()
    .map(|piece| (format!("{piece:?} repeated"), piece.as_bytes().to_vec()))
    .collect()
}

/// Returns how many times as long the longer text takes. Whatever disturbs a measurement only ever
/// adds time: of several the fastest of each counts, and both are measured in turn, so that a clock
/// that changes its pace changes it for both.
fn ratio(once: &[u8], eight: &[u8]) -> f64 {
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    let mut ratio = f64::MAX;
    for turn in 0..MEASUREMENTS {
        let enough = if turn == 0 { RATIO_PLAIN } else { RATIO_MAX };
        short = short.min(work(once));
        long = long.min(work(eight));
        ratio = long.as_secs_f64() / short.as_secs_f64().max(1e-6);
        if ratio <= enough {
            break;
        }
    }
    ratio
}

/// Returns how long this thread itself worked on a text: what others do meanwhile on the same host is
/// not in it.
fn work(text: &[u8]) -> Duration {
    let start = thread_time();
    let _read = read(text);
    thread_time().saturating_sub(start)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Reads a text in every way and tells what is wrong with the outcome.
fn read(text: &[u8]) -> Result<(), String> {
    let seen = recognise(text, None);
    let assessment = rank(&seen.case());
    let _page = pages::read_text(&String::from_utf8_lossy(text));
    let verdicts = assessment.also.iter().chain([&assessment.verdict]);
    for cause in verdicts.flat_map(|verdict| &verdict.causes) {
        if !(0.0..=1.0).contains(&cause.confidence) {
            return Err(format!("{} has confidence {}", cause.id, cause.confidence));
        }
    }
    if seen.silent_lines > seen.lines {
        return Err(format!("{} of {} lines are silent", seen.silent_lines, seen.lines));
    }
    Ok(())
}

/// Returns a text of the corpus with a few changes.
fn changed(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = random.pick(corpus).cloned().unwrap_or_default();
    for _ in 0..=random.below(CHANGES_MAX) {
        change(&mut text, corpus, random);
    }
    text.truncate(TEXT_MAX);
    text
}

/// Pieces that steer parsers.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"\n",
    b"\r\n",
    b"\0",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&",
    b"%",
    b"=",
    b":",
    b"/",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x98\x80",
    b"\x1b[0m",
    b" HTTP/1.1\"",
    b"upstream: \"",
    b"-1",
    b"99999999999999999999",
    b"009",
    b"502",
    b"SC--",
    b"bc_err=",
    b"code=H",
    b"(111: ",
    b"\t| ",
];

fn change(text: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(text.len() + 1);
    let end = (at + random.below(40)).min(text.len());
    match random.below(8) {
        0 => text.truncate(at),
        1 => drop(text.drain(..at)),
        2 => drop(text.drain(at..end)),
        3 => {
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        4 => {
            let piece = random.pick(PIECES).copied().unwrap_or_default();
            drop(text.splice(at..at, piece.iter().copied()));
        }
        5 => {
            let copy = text.get(at..end).unwrap_or_default().to_vec();
            drop(text.splice(at..at, copy.repeat(1 + random.below(16))));
        }
        6 => {
            let other = random.pick(corpus).cloned().unwrap_or_default();
            let from = random.below(other.len() + 1);
            drop(text.splice(at.., other.into_iter().skip(from)));
        }
        _ => {
            let piece = random.pick(PIECES).copied().unwrap_or_default();
            drop(text.splice(at..end, piece.iter().copied()));
        }
    }
    text.truncate(TEXT_MAX);
}

/// The generator xorshift64* (Vigna, 2016): short, seeded, good enough for this.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        // Zero is the one state that it never leaves.
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Returns a number below `bound`; 0 where that is 0.
    fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        (wide >> 64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.trim().parse().ok()
}

fn corpus() -> Vec<Vec<u8>> {
    corpus_by_name().into_iter().map(|(_, text)| text).collect()
}

/// Returns the files of the corpus, sorted by name: the seed means the same everywhere.
fn corpus_by_name() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut texts: Vec<_> = files
        .filter_map(|file| {
            Some((file.file_name().into_string().ok()?, std::fs::read(file.path()).ok()?))
        })
        .collect();
    texts.sort();
    texts
}
