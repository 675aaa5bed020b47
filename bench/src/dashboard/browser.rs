//! Headless Chromium over its debugging pipe: messages in JSON that end with a zero byte, on descriptors 3
//! and 4 of its process. Two named pipes and a shell put them there.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use goodgate_lab::Workdir;
use serde_json::{Value, json};

use crate::process::Process;

/// How long an answer, or a page, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause between two looks whether a page is loaded; its times are the browser's own.
const LOOK: Duration = Duration::from_millis(20);

/// What opens the pipes: for both directions, since opening one end waits for the other one.
const START: &str = "exec 3<>to 4<>from; exec chromium --headless --no-sandbox --disable-gpu \
                     --no-first-run --disable-background-networking --disable-dev-shm-usage \
                     --user-data-dir=profile --remote-debugging-pipe about:blank";

/// When the page was loaded, as it says itself: all of it, its script among it, in milliseconds from the
/// click on.
const TIMES: &str = "performance.getEntriesByType('navigation')[0]?.loadEventEnd || 0";

/// A browser with one page; it ends with the value.
pub(super) struct Browser {
    to: File,
    answers: Receiver<Value>,
    session: String,
    count: u64,
    _process: Process,
    _folder: Workdir,
}

impl Browser {
    /// Starts one.
    pub(super) fn start() -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        for name in ["to", "from"] {
            let made = Command::new("mkfifo").arg(folder.join(name)).status()?;
            ensure!(made.success(), "mkfifo {name}: {made}");
        }
        let mut command = Command::new("sh");
        command.args(["-c", START]);
        let process = Process::start("chromium", &command, folder.path())?;
        let to = File::options().write(true).open(folder.join("to"))?;
        let from = BufReader::new(File::open(folder.join("from"))?);
        let (sender, answers) = channel();
        // It ends when the browser does.
        thread::spawn(move || {
            for message in from.split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).unwrap_or_default();
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let session = String::new();
        let mut browser =
            Self { to, answers, session, count: 0, _process: process, _folder: folder };
        let made = browser.tell("Target.createTarget", &json!({"url": "about:blank"}))?;
        let attach = json!({"targetId": made["targetId"], "flatten": true});
        let attached = browser.tell("Target.attachToTarget", &attach)?;
        let session = attached.get("sessionId").and_then(Value::as_str);
        session.context("no session")?.clone_into(&mut browser.session);
        browser.tell("Page.enable", &json!({}))?;
        Ok(browser)
    }

    /// Loads a page with nothing in the cache, and returns the milliseconds from the click to its end.
    pub(super) fn load(&mut self, url: &str) -> anyhow::Result<f64> {
        self.tell("Network.clearBrowserCache", &json!({}))?;
        self.tell("Page.navigate", &json!({"url": "about:blank"}))?;
        self.tell("Page.navigate", &json!({"url": url}))?;
        let begun = Instant::now();
        let here = format!("location.href === {} ? {TIMES} : 0", json!(url));
        loop {
            let found = self.tell("Runtime.evaluate", &json!({"expression": here}))?;
            let at = found.pointer("/result/value").and_then(Value::as_f64).unwrap_or_default();
            if at > 0.0 {
                return Ok(at);
            }
            ensure!(begun.elapsed() < PATIENCE, "{url} is not loaded: {found}");
            thread::park_timeout(LOOK);
        }
    }

    fn tell(&mut self, method: &str, parameters: &Value) -> anyhow::Result<Value> {
        self.count += 1;
        let mut message = json!({"id": self.count, "method": method, "params": parameters});
        if !self.session.is_empty() && !method.starts_with("Target.") {
            message["sessionId"] = json!(self.session);
        }
        self.to.write_all(format!("{message}\0").as_bytes())?;
        loop {
            let answer = self.answers.recv_timeout(PATIENCE).context(method.to_owned())?;
            if answer.get("id").and_then(Value::as_u64) == Some(self.count) {
                ensure!(answer.get("error").is_none(), "{method}: {answer}");
                return Ok(answer.get("result").cloned().unwrap_or_default());
            }
        }
    }
}
