//! Watching the files of the configuration: itself, certificates, keys, authorities, error pages.
//!
//! Every second each file is looked at, through symbolic links: device, inode, size and times. That
//! sees what inotify does not: a link that is swapped in another folder (Kubernetes), a file that is
//! mounted over, a network file system. A hundred files cost some 100 µs of a thread that nobody
//! waits for ([decision 13](../../../../docs/decisions/0013-reload-and-hand-over.md)).
//!
//! What changed is read once it is the same in two looks: a file that is being written, or a
//! certificate whose key follows, is not read half.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::reload::{Reloader, Why};
use super::running::Running;
use crate::limits::WATCH;
use crate::settings::{Route, Settings, Upstream};

/// The thread that looks.
#[derive(Debug)]
pub(super) struct Watcher {
    is_over: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

/// What a file was when it was looked at; nothing where it cannot be.
pub(super) type Look = BTreeMap<PathBuf, Option<Identity>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    file: (u64, u64),
    size: u64,
    changed: (i64, i64),
    written: (i64, i64),
}

impl Watcher {
    /// Starts the thread; without a file there is nothing to watch.
    pub(super) fn start(reloader: Reloader) -> std::io::Result<Option<Self>> {
        if reloader.source().is_none() {
            return Ok(None);
        }
        let is_over = Arc::new((Mutex::new(false), Condvar::new()));
        let ended = Arc::clone(&is_over);
        let thread = thread::Builder::new().name("watch-files".to_owned()).spawn(move || {
            watch(&reloader, || wait(&ended));
        })?;
        Ok(Some(Self { is_over, thread }))
    }

    /// Ends the thread.
    pub(super) fn end(self) {
        *self.is_over.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.is_over.1.notify_all();
        // A thread that panicked has ended.
        self.thread.join().ok();
    }
}

/// Waits until the next look is due; `false` if there is none.
fn wait(is_over: &(Mutex<bool>, Condvar)) -> bool {
    let guard = is_over.0.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = is_over.1.wait_timeout_while(guard, WATCH, |is_over| !*is_over);
    let (guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
    !*guard
}

fn watch(reloader: &Reloader, wait: impl Fn() -> bool) {
    let running = &*reloader.0;
    let mut last = Look::new();
    while wait() {
        if !running.shared.site.load().settings.reload.watch {
            continue;
        }
        let now = look(running);
        let is_quiet = now == last;
        last = now;
        let changed = news(&running.looked(), &last);
        let Some(first) = changed.first().filter(|_| is_quiet) else { continue };
        // Who is interested was told. What is refused is tried again when something changes.
        drop(reloader.reload_for(&Why::Changed((*first).clone(), changed.len() - 1)));
    }
}

/// The files that are not what they were.
fn news<'a>(before: &Look, now: &'a Look) -> Vec<&'a PathBuf> {
    let other = now.iter().filter(|(path, now)| before.get(*path).is_some_and(|old| old != *now));
    other.map(|(path, _)| path).collect()
}

/// Looks at the configuration and at everything that it names, or that the last one named that was
/// refused.
pub(super) fn look(running: &Running) -> Look {
    let mut paths = files(&running.shared.site.load().settings);
    paths.extend(running.refused.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
    paths.extend(running.source.as_ref().map(|source| source.path().to_owned()));
    look_at(paths)
}

/// Looks at files.
pub(super) fn look_at(paths: Vec<PathBuf>) -> Look {
    let looks = paths.into_iter().map(|path| {
        let identity = identity(&path);
        (path, identity)
    });
    looks.collect()
}

fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|found| Identity::of(&found))
}

impl Identity {
    fn of(found: &Metadata) -> Self {
        Self {
            file: (found.dev(), found.ino()),
            size: found.size(),
            changed: (found.ctime(), found.ctime_nsec()),
            written: (found.mtime(), found.mtime_nsec()),
        }
    }
}

/// Returns the files that settings name, and what lies in the folders that they name.
pub(super) fn files(settings: &Settings) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let certificates = settings.listen.iter().flat_map(|listen| &listen.tls);
    for pair in certificates.flat_map(|tls| &tls.certificates) {
        files.extend([pair.certificate.clone(), pair.key.clone()]);
    }
    files.extend(settings.upstream.values().flat_map(of_upstream));
    files.extend(settings.route.iter().flat_map(of_route));
    files
}

fn of_upstream(upstream: &Upstream) -> impl Iterator<Item = PathBuf> {
    let tls = &upstream.tls;
    [&tls.ca, &tls.certificate, &tls.key].into_iter().flatten().cloned()
}

fn of_route(route: &Route) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = route.errors.pages.values().cloned().collect();
    let Some(folder) = &route.errors.folder else { return files };
    files.push(folder.clone());
    let pages = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    files.extend(pages.filter(|path| path.extension().is_some_and(|it| it == "html")).take(PAGES));
    files
}

/// Pages of one folder that are watched: there are not more statuses.
const PAGES: usize = 600;
