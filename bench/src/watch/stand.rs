//! The watch under test: one process with a store of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use goodgate_lab::Workdir;
use rustix::process::Signal;
use serde_json::Value;

use super::ask::Api;
use crate::limits::PROCESS_DEADLINE;
use crate::process::Process;

/// The pause between two looks: short against the shortest time that is measured, 50 ms.
const LOOK: Duration = Duration::from_millis(1);

/// The pause where nothing is measured meanwhile.
const SLOW_LOOK: Duration = Duration::from_millis(100);

/// A running watch; killed when this is dropped.
pub(crate) struct Watch {
    pub(crate) process: Process,
    pub(crate) api: Api,
    folder: Workdir,
}

impl Watch {
    /// Starts one with monitors and channels in TOML, and waits until it can be asked.
    pub(crate) fn start(goodgate: &Path, text: &str) -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        let store = folder.join("watch/watch.db");
        let file = folder.join("goodgate.toml");
        let text = format!("[watch]\nstore = \"{}\"\n{text}", store.display());
        std::fs::write(&file, text)?;
        let mut command = Command::new(goodgate);
        command.arg("run").arg("--config").arg(&file);
        let process = Process::start("watch", &command, folder.path())?;
        let api = Api::new(&folder.join("watch/goodgate.sock"));
        let mut watch = Self { process, api, folder };
        watch.until("the API", PROCESS_DEADLINE, |watch| Ok(watch.api.get("/status").ok()))?;
        Ok(watch)
    }

    /// Waits until so many monitors of the file are up, beside those of the watch itself.
    pub(crate) fn wait_up(&mut self, count: usize, most: Duration) -> anyhow::Result<()> {
        self.until("every monitor up", most, |watch| {
            let status = watch.api.get("/status")?;
            let is_up = |name: &str| status.pointer(name).and_then(Value::as_u64);
            let up = is_up("/monitors/up").unwrap_or_default();
            Ok((up >= count as u64 && is_up("/broken_total") == Some(0)).then_some(()))
        })
    }

    /// Looks now and then until there is what is looked for.
    ///
    /// # Errors
    ///
    /// When it takes longer, when looking fails, or when the watch ends; with what it said.
    pub(crate) fn until<T>(
        &mut self,
        what: &str,
        most: Duration,
        look: impl FnMut(&mut Self) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        self.look_until(what, most, SLOW_LOOK, look)
    }

    /// As [`Self::until`], a thousand times a second.
    pub(crate) fn until_soon<T>(
        &mut self,
        what: &str,
        most: Duration,
        look: impl FnMut(&mut Self) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        self.look_until(what, most, LOOK, look)
    }

    fn look_until<T>(
        &mut self,
        what: &str,
        most: Duration,
        pause: Duration,
        mut look: impl FnMut(&mut Self) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let begun = Instant::now();
        loop {
            let found = look(self);
            if let Some(found) =
                found.with_context(|| format!("{what}\n{}", self.process.said()))?
            {
                return Ok(found);
            }
            let said = || format!("{what}: not within {most:?}; it said:\n{}", self.process.said());
            ensure!(begun.elapsed() < most, said());
            std::thread::park_timeout(pause);
        }
    }

    /// Ends it in order, so that all it has is on the disk, and returns its store.
    pub(crate) fn end(mut self) -> anyhow::Result<(Workdir, PathBuf)> {
        self.process.signal(Signal::TERM)?;
        self.process.close_input_and_wait()?;
        let store = self.folder.join("watch/watch.db");
        let Self { folder, .. } = self;
        Ok((folder, store))
    }
}

/// Returns the moment under a key, in milliseconds since 1970.
pub(crate) fn moment(value: &Value, key: &str) -> anyhow::Result<f64> {
    let text = value.get(key).and_then(Value::as_str).with_context(|| format!("no {key}"))?;
    let at: jiff::Timestamp = text.parse().with_context(|| text.to_owned())?;
    Ok(millis(at))
}

/// Returns now, in milliseconds since 1970.
pub(crate) fn now() -> f64 {
    millis(jiff::Timestamp::now())
}

fn millis(at: jiff::Timestamp) -> f64 {
    at.as_microsecond() as f64 / 1_000.0
}

/// Returns the list under a key.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the text under a key.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
