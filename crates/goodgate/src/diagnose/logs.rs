//! Finds the lines of our own requests in the gateway's logs.
//!
//! A log is opened before the first request, so that what comes afterwards is known to come from
//! the time of the examination, whatever zone its clock is in and whether it is rotated meanwhile.
//! Of these lines those count that name our path, belong to one that does (nginx joins by `*N`), or
//! name no request at all. If nothing matches, the lines of the last quarter of an hour for the same
//! path are used, and that is said.

mod background;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::net::{IpAddr, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use goodgate_causes::{Case, Places, WrittenBy, rank};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::{Observation, Sign, Source, Timestamp};
use goodgate_examine::Notice;
use goodgate_recognise::config::dialled;
use goodgate_recognise::{Recognition, recognise, timestamp};
use tokio::time::{Instant, sleep};

use self::background::{background, is_upload, last_lines, past};
use crate::exit::Failure;

/// Bytes of a log that are read from before the first request.
const BEFORE_MAX: u64 = 256 << 10;

/// Bytes of a log that are read from the time of the examination: a busy gateway writes some
/// megabytes in half a minute.
const APPENDED_MAX: u64 = 8 << 20;

/// Bytes in which line ends are counted, for line numbers; in a longer file they are counted from
/// where reading began.
const COUNTED_MAX: u64 = 256 << 20;

/// Lines that are used of one log.
const LINES_MAX: usize = 500;

/// Lines from before the first request that are used when nothing else matches.
const LAST_LINES_MAX: usize = 20;

/// How long to wait for lines that are written after the answer.
const SETTLE_MAX: Duration = Duration::from_millis(600);

/// How often to look whether they have come.
const SETTLE_LOOK: Duration = Duration::from_millis(20);

/// How long before the examination a failure may lie that still has to do with it.
const RECENT: Duration = Duration::from_mins(15);

/// How far the clock of a log may lie from ours.
const CLOCK_SLACK: i64 = 2_000_000;

/// Clocks without a zone are off by whole quarters of an hour.
const QUARTER_HOUR: i64 = 15 * 60 * 1_000_000;

/// The zones lie at most 14 hours from UTC.
const ZONE_MAX: i64 = 14 * 4 * QUARTER_HOUR;

/// A log, as it was before the first request.
#[derive(Debug)]
pub(super) struct Watched {
    path: PathBuf,
    file: File,
    size: u64,
    inode: u64,
    /// When it was last written to.
    modified: Option<Timestamp>,
}

/// What to look for.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// Path and query as they were sent.
    pub(super) target: &'a str,
    /// When the examination began.
    pub(super) began: Timestamp,
    /// When it ended.
    pub(super) ended: Timestamp,
    /// Our own addresses, as far as they can be known.
    pub(super) own: &'a [IpAddr],
    /// Whether the target fails: only then older lines count, and lines that name no request.
    pub(super) fails: bool,
    /// How many requests were sent to the target.
    pub(super) asked: usize,
}

/// What was found in a log.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What the lines show.
    pub(super) observations: Vec<Observation>,
    /// Where the upstream is, by the lines.
    pub(super) places: Places,
    /// Who wrote a page, if the log holds one.
    pub(super) written_by: Option<WrittenBy>,
    /// Whom the last line that names anybody says the gateway dialled: `backend/server`, a pool, an
    /// address.
    pub(super) dialled: Option<String>,
    /// Whether a line names the upstream as one that HTTP is spoken to.
    pub(super) upstream_over_http: bool,
    /// How many lines were used.
    pub(super) lines: usize,
    /// What is to be said about it.
    pub(super) notices: Vec<Notice>,
}

/// Opens the logs and notes how long they are.
pub(super) fn watch(paths: &[PathBuf]) -> Result<Vec<Watched>, Failure> {
    paths.iter().map(|path| open(path)).collect()
}

fn open(path: &Path) -> Result<Watched, Failure> {
    let refused = |error: io::Error| refusal(path, &error);
    // Before it is opened: opening a pipe waits for whoever writes to it.
    if !std::fs::metadata(path).map_err(refused)?.is_file() {
        return Err(Failure::hinted(
            format!("--log {} is no regular file", path.display()),
            "give the file itself; for the journal, write it to a file first",
        ));
    }
    let file = File::open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    let modified = metadata.modified().ok().map(micros);
    let (size, inode) = (metadata.len(), metadata.ino());
    Ok(Watched { path: path.to_owned(), file, size, inode, modified })
}

fn micros(time: SystemTime) -> Timestamp {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

fn refusal(path: &Path, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied => {
            "run as a user who may read it (often root or the group adm), or copy the file"
        }
        ErrorKind::NotFound => "check the path; nginx -T and apachectl -S show where the logs are",
        _ => "check the file",
    };
    Failure::hinted(format!("read --log {}: {error}", path.display()), hint)
}

/// Waits a moment for the lines of the last answers.
pub(super) async fn settle(logs: &[Watched]) {
    let end = Instant::now() + SETTLE_MAX;
    while Instant::now() < end && !logs.iter().all(has_grown) {
        sleep(SETTLE_LOOK).await;
    }
}

fn has_grown(log: &Watched) -> bool {
    let now = std::fs::metadata(&log.path);
    now.map_or(true, |now| now.ino() != log.inode || now.len() != log.size)
}

/// Returns the local addresses from which the endpoints are reached. Nothing is sent for it.
pub(super) fn own_addresses(endpoints: &[Endpoint]) -> Vec<IpAddr> {
    let mut own: BTreeSet<IpAddr> = BTreeSet::new();
    for endpoint in endpoints {
        let Endpoint::Tcp(address) = endpoint else { continue };
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let local = UdpSocket::bind(any).and_then(|socket| {
            socket.connect(address)?;
            socket.local_addr()
        });
        own.extend(local.ok().map(|local| local.ip()));
    }
    own.into_iter().collect()
}

/// Reads what the logs say about our requests. They are read together: an error log says what an
/// access log can only narrow down.
pub(super) fn read(logs: &mut [Watched], search: &Search<'_>) -> Found {
    let mut found = Found::default();
    let (mut named, mut chosen, mut older) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = Vec::new();
    let mut is_old = false;
    for log in logs {
        match text_of(log, &mut found.notices) {
            Ok(text) => {
                let of_these = choose(&text, search);
                named.extend(quoted(&log.path, &text, &of_these.named));
                chosen.extend(quoted(&log.path, &text, &of_these.all));
                let recent = recent(&text, &of_these.older, log.modified, search);
                is_old |= recent.len() < of_these.older.len();
                older.extend(quoted(&log.path, &text, &recent));
                last.extend(quoted(&log.path, &text, &last_lines(&text)));
            }
            Err(error) => {
                let text = format!("{} could not be read: {error}.", log.path.display());
                found.notices.push(Notice::new("log_not_read", text));
            }
        }
    }
    let mut used = named;
    let mut recognition = shown_by(&used);
    if !tells(&recognition) {
        used = chosen;
        recognition = shown_by(&used);
    }
    if !search.fails && !tells(&recognition) {
        if !past(&older).observations.is_empty() {
            let notice = "The target answers well now. The log has failures of the last quarter of \
                          an hour for the same path; goodgate explain - reads them.";
            found.notices.push(Notice::new("log_past", notice));
        }
        // What we ask with GET does not show that an upload works again.
        let uploads: Vec<Quoted> =
            older.into_iter().filter(|line| is_upload(&line.words)).collect();
        let past = past(&uploads);
        if !past.observations.is_empty() {
            used = uploads;
            recognition = past;
        }
    } else if recognition.observations.is_empty() && search.fails {
        used = older;
        recognition = shown_by(&used);
        let notice = if !recognition.observations.is_empty() {
            "The logs have no line of these very requests; those of the last quarter of an hour \
             for the same path were used."
        } else if is_old {
            "The logs say nothing about these requests; what they say of the same path is older \
             than a quarter of an hour and was not used. goodgate explain reads it."
        } else {
            "The logs say nothing about these requests."
        };
        found.notices.push(Notice::new("log_no_match", notice));
    }
    if search.fails {
        let known = &mut recognition.observations;
        known.extend(background(&last, search).into_iter().filter(|seen| {
            !used.iter().any(|line| seen.source == Source::file("log", &line.file, line.number))
        }));
    }
    found.upstream_over_http = used.iter().any(|line| line.words.contains("upstream: \"http"));
    found.dialled = used.iter().rev().find_map(|line| dialled(&line.words));
    found.lines = used.len();
    // The client of these requests is us: that it left says how long we waited, and nothing else.
    recognition
        .observations
        .retain(|seen| !matches!(seen.sign, Sign::ClientAborted | Sign::ClientTimedOut));
    found.observations = recognition.observations;
    found.places = recognition.places;
    found.written_by = recognition.written_by;
    found
}

/// Tells whether lines show a mechanism that is more likely than not: then those that name no
/// request have nothing to add.
fn tells(recognition: &Recognition) -> bool {
    let case = Case { observations: &recognition.observations, ..Case::default() };
    rank(&case).verdict.mechanism.is_some_and(|mechanism| mechanism.confidence > 0.5)
}

/// A line with the place where it stands.
#[derive(Clone, Debug)]
struct Quoted {
    file: String,
    number: usize,
    words: String,
    /// Whether it was written during the examination.
    fresh: bool,
}

fn quoted(path: &Path, text: &Text, lines: &[usize]) -> Vec<Quoted> {
    let file = path.display().to_string();
    let lines = lines.iter().filter_map(|at| text.lines.get(*at));
    lines
        .map(|line| Quoted {
            file: file.clone(),
            number: line.number,
            words: line.words.clone(),
            fresh: line.fresh,
        })
        .collect()
}

/// Lets the recogniser read lines, and gives what they show their place.
fn shown_by(lines: &[Quoted]) -> Recognition {
    let words: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
    let mut recognition = recognise(words.join("\n").as_bytes(), Some("logs"));
    for observation in &mut recognition.observations {
        let line = line_number(&observation.source).and_then(|at| lines.get(at.checked_sub(1)?));
        if let Some(line) = line {
            observation.source = Source::file("log", &line.file, line.number);
        }
    }
    recognition
}

fn line_number(source: &Source) -> Option<usize> {
    source.0.rsplit(':').next()?.parse().ok()
}

/// A part of a log that was read.
#[derive(Debug, Default)]
struct Text {
    lines: Vec<Entry>,
}

/// One line.
#[derive(Debug)]
struct Entry {
    number: usize,
    words: String,
    /// Whether it was written during the examination.
    fresh: bool,
}

impl Text {
    fn add(&mut self, bytes: &[u8], first: usize, fresh: bool) -> usize {
        let mut number = first;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let words = String::from_utf8_lossy(line).trim_end().to_owned();
            self.lines.push(Entry { number, words, fresh });
            number += 1;
        }
        number
    }
}

fn text_of(log: &mut Watched, notices: &mut Vec<Notice>) -> io::Result<Text> {
    let mut text = Text::default();
    let now = log.file.metadata()?.len();
    if now < log.size {
        // Emptied in place (copytruncate): all that is there is new.
        notices.push(rotated(&log.path));
        let fresh = part(&mut log.file, 0, APPENDED_MAX)?;
        text.add(&fresh, 1, true);
        return Ok(text);
    }
    let start = log.size.saturating_sub(BEFORE_MAX);
    let before = part(&mut log.file, start, log.size - start)?;
    // The first line is cut unless reading began at the top.
    let skipped = if start == 0 { 0 } else { line_end(&before) };
    let counted = start + skipped as u64;
    let first = if counted <= COUNTED_MAX { 1 + count_lines(&mut log.file, counted)? } else { 1 };
    let next = text.add(before.get(skipped..).unwrap_or_default(), first, false);
    let fresh = part(&mut log.file, log.size, APPENDED_MAX)?;
    text.add(&fresh, next, true);
    if now - log.size > APPENDED_MAX {
        let shown = log.path.display();
        let words =
            format!("{shown} grew by more than {} MiB; the rest was not read.", APPENDED_MAX >> 20);
        notices.push(Notice::new("log_cut", words));
    }
    if let Some(mut successor) = successor(log) {
        notices.push(rotated(&log.path));
        let fresh = part(&mut successor, 0, APPENDED_MAX)?;
        text.add(&fresh, 1, true);
    }
    Ok(text)
}

fn rotated(path: &Path) -> Notice {
    let text =
        format!("{} was rotated during the examination; both parts were read.", path.display());
    Notice::new("log_rotated", text)
}

/// Returns the file that took the place of a rotated log.
fn successor(log: &Watched) -> Option<File> {
    let file = File::open(&log.path).ok()?;
    (file.metadata().ok()?.ino() != log.inode).then_some(file)
}

fn part(file: &mut File, from: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn line_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1)
}

fn count_lines(file: &mut File, length: u64) -> io::Result<usize> {
    const CHUNK: usize = 64 << 10;
    file.seek(SeekFrom::Start(0))?;
    let mut left = file.take(length);
    let mut chunk = vec![0; CHUNK];
    let mut count = 0;
    loop {
        let read = left.read(&mut chunk)?;
        if read == 0 {
            return Ok(count);
        }
        count += chunk.iter().take(read).filter(|byte| **byte == b'\n').count();
    }
}

/// Indexes of lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Chosen {
    /// Those that name our requests, or a connection that does.
    named: Vec<usize>,
    /// These, and fresh ones that name no request.
    all: Vec<usize>,
    /// Older ones for the same path.
    older: Vec<usize>,
}

/// Chooses the lines of our requests.
fn choose(text: &Text, search: &Search<'_>) -> Chosen {
    let ours: BTreeSet<&str> = text
        .lines
        .iter()
        .filter(|line| line.fresh && names(&line.words, search.target))
        .filter_map(|line| connection(&line.words))
        .collect();
    // A line that names neither a request nor a known connection may be about another site: it is
    // asked only where ours fails, and one of an Apache connection only where none of it is known.
    let knows_apache = ours.iter().any(|key| key.contains(':'));
    let is_named = |line: &Entry| match connection(&line.words) {
        Some(key) => ours.contains(key),
        None => names(&line.words, search.target),
    };
    let belongs = |line: &Entry| {
        let unnamed = search.fails && !is_about_a_request(&line.words);
        let counts = match connection(&line.words) {
            Some(key) => key.contains(':') && !knows_apache,
            None => true,
        };
        is_named(line) || unnamed && counts
    };
    let fresh = |line: &&(usize, &Entry)| {
        line.1.fresh && belongs(line.1) && is_in_time(&line.1.words, search)
    };
    let indexed: Vec<(usize, &Entry)> = text.lines.iter().enumerate().collect();
    let all: Vec<(usize, &Entry)> = indexed.iter().filter(fresh).copied().collect();
    let own: Vec<(usize, &Entry)> =
        all.iter().filter(|(_, line)| is_from_us(&line.words, search.own)).copied().collect();
    // Behind NAT the gateway sees another address than we do.
    let chosen = if own.is_empty() { all } else { own };
    let older = indexed.iter().filter(|(_, line)| names(&line.words, search.target));
    let mut older: Vec<usize> = older.map(|(at, _)| *at).collect();
    older.drain(..older.len().saturating_sub(LAST_LINES_MAX));
    let chosen: Vec<(usize, &Entry)> = chosen.into_iter().take(LINES_MAX).collect();
    let named = chosen.iter().filter(|(_, line)| is_named(line));
    Chosen {
        named: named.map(|(at, _)| *at).collect(),
        all: chosen.iter().map(|(at, _)| *at).collect(),
        older,
    }
}

/// Keeps the older lines of the last quarter of an hour. A clock without a zone is set right by the
/// time at which the log was last written to; lines without a time are as old as that.
fn recent(
    text: &Text,
    older: &[usize],
    modified: Option<Timestamp>,
    search: &Search<'_>,
) -> Vec<usize> {
    let before = text.lines.iter().filter(|line| !line.fresh);
    let newest = before.rev().find_map(|line| timestamp(&line.words));
    let offset = match (modified, newest) {
        (Some(modified), Some(newest)) => zone_between(newest, modified),
        _ => 0,
    };
    let earliest = search.began.0 - i64::try_from(RECENT.as_micros()).unwrap_or(i64::MAX);
    let is_recent = |at: &&usize| {
        let line = text.lines.get(**at);
        let time = line.and_then(|line| timestamp(&line.words)).map(|time| time.0 + offset);
        time.or(modified.map(|it| it.0)).is_some_and(|time| time >= earliest)
    };
    older.iter().filter(is_recent).copied().collect()
}

/// Returns how far the zone of a log is off, by its last line and the time at which the file was
/// written to; 0 where the two lie apart by anything else, as in a copy that was made later.
fn zone_between(line: Timestamp, modified: Timestamp) -> i64 {
    let apart = modified.0 - line.0;
    let zone = whole_zone(apart);
    if zone.abs() <= ZONE_MAX && (apart - zone).abs() <= CLOCK_SLACK { zone } else { 0 }
}

/// Returns the nearest difference that two zones may have.
fn whole_zone(time: i64) -> i64 {
    (time + QUARTER_HOUR / 2).div_euclid(QUARTER_HOUR) * QUARTER_HOUR
}

/// Returns what nginx and Apache put into every line of a connection: its number after `*`, and the
/// client's address with its port.
fn connection(line: &str) -> Option<&str> {
    if let Some((_, rest)) = line.split_once("[client ") {
        return rest.split_once(']').map(|(client, _)| client).filter(|key| key.contains(':'));
    }
    let (_, rest) = line.split_once(": *")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.get(..digits).filter(|number| !number.is_empty())
}

/// Tells whether a line names the path that was asked for, with or without its query.
fn names(line: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or(target);
    let ends = [" HTTP/", "?", "\"", "'", ","];
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + path.len()..).unwrap_or_default();
        before.is_some_and(|before| before == ' ' || before == '"' || before == '\'')
            && (after.is_empty() || ends.iter().any(|end| after.starts_with(end)))
    })
}

/// Tells whether a line speaks of one request; one that does not may still say what happened.
fn is_about_a_request(line: &str) -> bool {
    [" HTTP/1", " HTTP/2", "request: \"", " returned by /"].iter().any(|it| line.contains(it))
}

/// Tells whether a line's time lies in that of the examination. A clock without a zone may be off
/// by a time zone; a line without a time counts.
fn is_in_time(line: &str, search: &Search<'_>) -> bool {
    let Some(at) = timestamp(line) else { return true };
    let at = at.0 - whole_zone(at.0 - search.began.0);
    // Seconds are the finest that many logs have.
    let second = 1_000_000;
    (search.began.0 - CLOCK_SLACK - second..=search.ended.0 + CLOCK_SLACK).contains(&at)
}

/// Tells whether a line that names its client names us; one that names none counts.
fn is_from_us(line: &str, own: &[IpAddr]) -> bool {
    let Some(client) = client(line) else { return true };
    own.is_empty() || own.contains(&client)
}

fn client(line: &str) -> Option<IpAddr> {
    if let Some((_, rest)) = line.split_once("client: ") {
        let end = rest.find([',', ' ']).unwrap_or(rest.len());
        return rest.get(..end)?.parse().ok();
    }
    if let Some((_, rest)) = line.split_once("[client ") {
        let (client, _) = rest.split_once(']')?;
        let bare = client.rsplit_once(':').map_or(client, |(address, _)| address);
        return client.parse().or_else(|_| bare.parse()).ok();
    }
    let first = line.split(' ').next()?;
    let bare = first.rsplit_once(':').map_or(first, |(address, _)| address);
    first.parse().or_else(|_| bare.parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NGINX: &str = "2026/11/23 01:35:42 [error] 7702#7702: *11 connect() failed (111: \
        Connection refused) while connecting to upstream, client: 127.0.0.1, server: _, request: \
        \"GET /x?a=1 HTTP/1.1\", upstream: \"http://127.0.0.1:1/x?a=1\", host: \"h\"";

    fn search(target: &str) -> Search<'_> {
        let at = timestamp(NGINX).expect("a time");
        Search { target, began: at, ended: at, own: &[], fails: true, asked: 1 }
    }

    fn text(lines: &[(&str, bool)]) -> Text {
        let entry = |(at, (words, fresh)): (usize, &(&str, bool))| Entry {
            number: at + 1,
            words: (*words).to_owned(),
            fresh: *fresh,
        };
        Text { lines: lines.iter().enumerate().map(entry).collect() }
    }

    #[test]
    fn lines_for_the_same_path_are_chosen() {
        assert!(names(NGINX, "/x?a=1"));
        assert!(names(NGINX, "/x"));
        assert!(!names(NGINX, "/"));
        assert!(names("1.2.3.4 - - [x] \"GET / HTTP/1.1\" 502", "/"));
        assert!(!names("1.2.3.4 - - [x] \"GET /xy HTTP/1.1\" 502", "/x"));
    }

    #[test]
    fn lines_of_other_paths_are_left_out() {
        let other = NGINX.replace("/x?a=1 HTTP", "/other HTTP").replace("*11", "*12");
        let text = text(&[(&other, true), (NGINX, true)]);

        let chosen = choose(&text, &search("/x")).all;

        assert_eq!(chosen, [1]);
    }

    #[test]
    fn lines_of_nginx_are_joined_by_the_number_of_the_connection() {
        let first =
            "2026/11/23 01:35:42 [warn] 7702#7702: *11 upstream server temporarily disabled";
        let foreign =
            "2026/11/23 01:35:42 [warn] 7702#7702: *99 upstream server temporarily disabled";
        let text = text(&[(first, true), (NGINX, true), (foreign, true)]);

        let chosen = choose(&text, &search("/x")).all;

        assert_eq!(chosen, [0, 1]);
    }

    const APACHE: &str = "[Mon Nov 23 01:35:42.1 2026] [proxy_http:error] [pid 5:tid 6] [client \
        127.0.0.1:40000] AH01114: HTTP: failed to make connection to backend: 127.0.0.1";

    #[test]
    fn a_line_without_a_request_says_nothing_of_a_healthy_target() {
        let text = text(&[(APACHE, true)]);

        let healthy = choose(&text, &Search { fails: false, ..search("/x") }).all;
        let failing = choose(&text, &search("/x")).all;

        assert_eq!((healthy, failing), (vec![], vec![0]));
    }

    #[test]
    fn lines_of_apache_are_joined_by_the_connection() {
        let read = |path| {
            let (line, _) = APACHE.split_once("AH01114").expect("a number");
            format!("{line}AH00898: Error reading from remote server returned by {path}")
        };
        let ours = read("/x").replace(":40000", ":40001");
        let joined = APACHE.replace(":40000", ":40001");
        let other = read("/xyz");
        let text = text(&[(&ours, true), (APACHE, true), (&joined, true), (&other, true)]);

        let chosen = choose(&text, &search("/x")).all;

        assert_eq!(chosen, [0, 2]);
    }

    #[test]
    fn lines_that_name_our_request_speak_before_those_that_name_none() {
        let refused =
            shown_by(&[Quoted { file: "f".into(), number: 1, words: NGINX.into(), fresh: true }]);
        let access = "127.0.0.1 - - [23/Nov/2026:01:35:42 +0000] \"GET /x HTTP/1.1\" 502 157";
        let access =
            shown_by(&[Quoted { file: "f".into(), number: 1, words: access.into(), fresh: true }]);

        assert!(tells(&refused) && !tells(&access));
    }

    #[test]
    fn that_we_left_is_no_fault() {
        let folder = std::env::temp_dir().join(format!("goodgate-left-{}", std::process::id()));
        let line = "127.0.0.1 - - [23/Nov/2026:01:35:42 +0000] \"GET /x HTTP/1.1\" 499 0";

        let recognition = recognise(line.as_bytes(), Some("logs"));
        assert!(recognition.observations.iter().any(|seen| seen.sign == Sign::ClientAborted));

        std::fs::write(&folder, "").expect("a file");
        let mut watched = [open(&folder).expect("a log")];
        std::fs::write(&folder, format!("{line}\n")).expect("a line");
        let found = read(&mut watched, &search("/x"));
        std::fs::remove_file(&folder).expect("the file is removed");

        assert_eq!(found.lines, 1);
        assert!(found.observations.iter().all(|seen| seen.sign != Sign::ClientAborted));
    }

    #[test]
    fn older_lines_are_kept_apart() {
        let text = text(&[(NGINX, false), (NGINX, true)]);

        let chosen = choose(&text, &search("/x"));

        assert_eq!((chosen.all, chosen.older), (vec![1], vec![0, 1]));
    }

    #[test]
    fn what_happened_an_hour_ago_is_not_about_now() {
        let hour = 3_600_000_000;
        let told = text(&[(NGINX, false)]);
        let at = timestamp(NGINX).expect("a time");
        let later = Timestamp(at.0 + hour);
        let search = Search { began: later, ended: later, ..search("/x") };

        assert!(recent(&told, &[0], Some(at), &search).is_empty());
    }

    #[test]
    fn how_long_ago_is_told_by_the_time_of_the_file_where_the_zone_differs() {
        let elsewhere = NGINX.replace("01:35:42", "00:35:41");
        let told = text(&[(&elsewhere, false)]);
        let at = timestamp(NGINX).expect("a time");

        assert_eq!(recent(&told, &[0], Some(at), &search("/x")), [0]);
    }

    #[test]
    fn a_copy_of_an_old_log_is_not_taken_for_one_in_another_zone() {
        let old = NGINX.replace("01:35:42", "00:31:02");
        let told = text(&[(&old, false)]);
        let at = timestamp(NGINX).expect("a time");

        assert!(recent(&told, &[0], Some(at), &search("/x")).is_empty());
    }

    #[test]
    fn a_clock_in_another_zone_is_no_reason_to_leave_a_line_out() {
        let elsewhere = NGINX.replace("01:35:42", "07:20:43");

        assert!(is_in_time(&elsewhere, &search("/x")));
        assert!(!is_in_time(&NGINX.replace("01:35:42", "01:36:42"), &search("/x")));
    }

    #[test]
    fn the_client_of_a_line_is_read() {
        let cases = [
            (NGINX, Some("127.0.0.1")),
            ("[x] [client 10.0.0.9:555] AH01102: error", Some("10.0.0.9")),
            ("10.0.0.9:1 [x] fe be/s 0/0", Some("10.0.0.9")),
            ("::1 - - [x] \"GET /\"", Some("::1")),
            ("AH00957: attempt to connect", None),
        ];

        let clients = cases.map(|(line, _)| client(line));

        assert_eq!(clients, cases.map(|(_, expected)| expected.and_then(|text| text.parse().ok())));
    }
}
