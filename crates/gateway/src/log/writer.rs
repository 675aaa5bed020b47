//! Lines on their way to the access log. Workers gather them and hand them over in batches; a thread
//! of its own writes, so that a slow disk never slows requests. What does not fit is dropped and
//! counted.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A batch is handed over when it has this many bytes, or at the next tick.
const BATCH: usize = 32 << 10;

/// Batches that wait for the thread; the bound that counts is that of lines.
const BATCHES: usize = 1024;

/// How often the thread looks whether it has to end or to open the file anew.
const LOOK: Duration = Duration::from_millis(200);

/// The readable rights of the file: the owner and the group, as for other logs.
const MODE: u32 = 0o640;

/// Where lines are written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A file, appended to.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// The lines of one worker that were not handed over yet.
#[derive(Debug)]
pub(crate) struct Lines {
    log: Arc<Log>,
    batch: Mutex<Batch>,
}

#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: u64,
}

/// The access log that all workers share.
#[derive(Debug)]
pub(crate) struct Log {
    sender: SyncSender<Batch>,
    /// Lines that wait, in batches or handed over.
    waiting: AtomicU64,
    lines_max: u64,
    dropped: AtomicU64,
    failed: AtomicU64,
    reopen: AtomicBool,
    end: AtomicBool,
}

impl Log {
    /// Opens the log and starts the thread that writes it.
    pub(crate) fn open(
        destination: Destination,
        lines_max: u64,
    ) -> io::Result<(Arc<Self>, JoinHandle<()>)> {
        let mut output = Output::open(destination)?;
        let (sender, receiver) = sync_channel(BATCHES);
        let log = Arc::new(Self {
            sender,
            waiting: AtomicU64::new(0),
            lines_max,
            dropped: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            reopen: AtomicBool::new(false),
            end: AtomicBool::new(false),
        });
        let shared = Arc::clone(&log);
        let thread = thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || shared.write_all(&receiver, &mut output))?;
        Ok((log, thread))
    }

    /// Opens the file anew before the next batch, after it was moved.
    pub(crate) fn reopen(&self) {
        self.reopen.store(true, Ordering::Release);
    }

    /// Ends the thread once everything that was handed over is written.
    pub(crate) fn end(&self) {
        self.end.store(true, Ordering::Release);
    }

    /// Returns how many lines were dropped because too many waited.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Returns how many lines could not be written.
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    fn write_all(&self, receiver: &Receiver<Batch>, output: &mut Output) {
        loop {
            let is_ending = self.end.load(Ordering::Acquire);
            match receiver.recv_timeout(LOOK) {
                Ok(batch) => self.write(&batch, output),
                Err(RecvTimeoutError::Timeout) if is_ending => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn write(&self, batch: &Batch, output: &mut Output) {
        if self.reopen.swap(false, Ordering::AcqRel) {
            // The old file goes on where the new one cannot be opened.
            output.reopen().ok();
        }
        if output.write(&batch.bytes).is_err() {
            self.failed.fetch_add(batch.lines, Ordering::Relaxed);
        }
        self.waiting.fetch_sub(batch.lines, Ordering::Relaxed);
    }
}

impl Lines {
    /// The lines of a worker.
    pub(crate) fn new(log: Arc<Log>) -> Self {
        Self { log, batch: Mutex::default() }
    }

    /// Adds a line, written by `write` without its end.
    pub(crate) fn add(&self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.log.waiting.load(Ordering::Relaxed) >= self.log.lines_max {
            self.log.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut batch.bytes);
        batch.bytes.push(b'\n');
        batch.lines += 1;
        self.log.waiting.fetch_add(1, Ordering::Relaxed);
        if batch.bytes.len() >= BATCH {
            self.hand_over(&mut batch);
        }
    }

    /// Hands over what was gathered; called at every tick and at the end.
    pub(crate) fn flush(&self) {
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        if batch.lines > 0 {
            self.hand_over(&mut batch);
        }
    }

    fn hand_over(&self, batch: &mut Batch) {
        let full = std::mem::replace(
            batch,
            Batch { bytes: Vec::with_capacity(BATCH + BATCH / 4), lines: 0 },
        );
        let lines = full.lines;
        if self.log.sender.try_send(full).is_err() {
            self.log.waiting.fetch_sub(lines, Ordering::Relaxed);
            self.log.dropped.fetch_add(lines, Ordering::Relaxed);
        }
    }
}

#[derive(Debug)]
enum Output {
    File(PathBuf, File),
    Stdout(io::Stdout),
}

impl Output {
    fn open(destination: Destination) -> io::Result<Self> {
        match destination {
            Destination::File(path) => {
                let file = append_to(&path)?;
                Ok(Self::File(path, file))
            }
            Destination::Stdout => Ok(Self::Stdout(io::stdout())),
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        if let Self::File(path, file) = self {
            *file = append_to(path)?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(_, file) => file.write_all(bytes),
            Self::Stdout(stdout) => {
                stdout.write_all(bytes)?;
                stdout.flush()
            }
        }
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(MODE).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("goodgate-log-{name}-{}", std::process::id()))
    }

    fn written(log: &Log, thread: JoinHandle<()>, path: &Path) -> String {
        log.end();
        thread.join().expect("the thread ends");
        let text = std::fs::read_to_string(path).expect("a file");
        std::fs::remove_file(path).expect("removed");
        text
    }

    #[test]
    fn what_was_flushed_is_written_before_the_end() {
        let path = file("whole");
        let (log, thread) = Log::open(Destination::File(path.clone()), 100).expect("a log");
        let lines = Lines::new(Arc::clone(&log));

        lines.add(|line| line.extend_from_slice(b"one"));
        lines.add(|line| line.extend_from_slice(b"two"));
        lines.flush();

        assert_eq!(written(&log, thread, &path), "one\ntwo\n");
    }

    #[test]
    fn what_is_too_much_is_dropped_and_counted() {
        let path = file("full");
        let (log, thread) = Log::open(Destination::File(path.clone()), 2).expect("a log");
        let lines = Lines::new(Arc::clone(&log));

        for _ in 0..5 {
            lines.add(|line| line.push(b'x'));
        }
        lines.flush();

        assert_eq!(log.dropped(), 3);
        assert_eq!(written(&log, thread, &path), "x\nx\n");
    }

    #[test]
    fn a_full_disk_is_counted() {
        let full = Destination::File(PathBuf::from("/dev/full"));
        let (log, thread) = Log::open(full, 10).expect("a log");
        let lines = Lines::new(Arc::clone(&log));

        lines.add(|line| line.push(b'x'));
        lines.flush();
        log.end();
        thread.join().expect("the thread ends");

        assert_eq!(log.failed(), 1);
    }
}
