//! Debian's Chromium, as a person would use it: pages are opened, read, clicked and typed into.
//!
//! It is driven over the `DevTools` protocol through a pipe (`--remote-debugging-pipe`). So there is no
//! port that somebody else could take or reach, no driver of its own version beside the browser and no
//! client library with a generated protocol, which takes minutes to build: what the tests need of the
//! protocol is a dozen calls. A browser whose pipe closes ends by itself, also when the test was killed.

mod pipe;
mod seen;
mod tab;

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::program::CHROMIUM;
use crate::workdir::Workdir;
use pipe::Pipe;
pub use tab::{Key, Tab, Theme};

/// The longest wait for the browser or for a page. Two cores that also compile need seconds to start it.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// What keeps the browser from everything but the pages of the test.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--password-store=basic",
    "--use-mock-keychain",
];

/// The ends of the pipe are file descriptors 3 and 4 of the browser; a shell puts ours there.
const WITH_PIPE: &str = "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";

/// A browser with an empty profile; it is killed when this is dropped.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    pipe: Arc<Pipe>,
    // Removed after the browser has ended.
    _profile: Workdir,
}

impl Browser {
    /// Starts one and waits until it answers.
    ///
    /// # Errors
    ///
    /// When Chromium is missing, does not start or does not answer.
    pub fn start() -> anyhow::Result<Self> {
        let profile = Workdir::new()?;
        let program = CHROMIUM.path()?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(WITH_PIPE).arg(program).args(FLAGS);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        // Nothing of the session of whoever runs the tests, and no message bus to wait for.
        command.env("HOME", profile.path()).env_remove("DISPLAY");
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("start Chromium")?;
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let pipe = Pipe::of(to.context("no pipe")?, from.context("no pipe")?);
        let browser = Self { child, pipe: Arc::new(pipe), _profile: profile };
        browser.pipe.call(None, "Browser.getVersion", &json!({}))?;
        Ok(browser)
    }

    /// Opens an empty tab with cookies of its own.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn tab(&self) -> anyhow::Result<Tab> {
        let context = self.pipe.call(None, "Target.createBrowserContext", &json!({}))?;
        self.tab_within(&text(&context, "browserContextId")?)
    }

    /// Opens an empty tab that has its cookies together with another one.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn tab_beside(&self, other: &Tab) -> anyhow::Result<Tab> {
        self.tab_within(other.context())
    }

    fn tab_within(&self, context: &str) -> anyhow::Result<Tab> {
        let wanted = json!({"url": "about:blank", "browserContextId": context});
        let target = text(&self.pipe.call(None, "Target.createTarget", &wanted)?, "targetId")?;
        let wanted = json!({"targetId": target, "flatten": true});
        let session = text(&self.pipe.call(None, "Target.attachToTarget", &wanted)?, "sessionId")?;
        Tab::attached(Arc::clone(&self.pipe), context.to_owned(), session)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its children end with it; what has ended already cannot be killed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Returns a text of an answer.
fn text(answer: &Value, name: &str) -> anyhow::Result<String> {
    let found = answer.get(name).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {name} in {answer}"))?.to_owned())
}
