//! A tab: what a person sees in it and does with it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use serde_json::{Value, json};

use super::pipe::Pipe;
use super::{PATIENCE, seen, text};
use crate::wait::wait_until;

/// Light or dark, as the system of a person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// A key that tests press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// To what comes next.
    Tab,
    /// Tab with Shift: to what came before.
    BackTab,
    /// Follows a link, sends a form.
    Enter,
    /// Opens what can be opened, ticks a box.
    Space,
    /// Closes what is open.
    Escape,
    /// The next one of a list.
    Down,
}

/// The bit of the protocol for Shift being held.
const SHIFT: u32 = 8;

/// A tab of a browser.
#[derive(Debug)]
pub struct Tab {
    pipe: Arc<Pipe>,
    context: String,
    session: String,
}

/// The parts of the protocol that tell of what happens.
const DOMAINS: &[&str] = &["Page", "Runtime", "Log", "Network", "Audits"];

impl Tab {
    pub(super) fn attached(
        pipe: Arc<Pipe>,
        context: String,
        session: String,
    ) -> anyhow::Result<Self> {
        let tab = Self { pipe, context, session };
        for domain in DOMAINS {
            tab.call(&format!("{domain}.enable"), &json!({}))?;
        }
        tab.call("Page.setLifecycleEventsEnabled", &json!({"enabled": true}))?;
        tab.viewport(1200, 900)?;
        Ok(tab)
    }

    pub(super) fn context(&self) -> &str {
        &self.context
    }

    fn call(&self, method: &str, params: &Value) -> anyhow::Result<Value> {
        self.pipe.call(Some(&self.session), method, params)
    }

    /// Opens an address and waits until its page is loaded.
    ///
    /// # Errors
    ///
    /// When nothing answers there, or the page is not loaded in time.
    pub fn open(&self, url: &str) -> anyhow::Result<()> {
        let answer = self.call("Page.navigate", &json!({"url": url}));
        let answer = answer.with_context(|| url.to_owned())?;
        if let Some(error) = answer.get("errorText").and_then(Value::as_str) {
            bail!("{url}: {error}");
        }
        // The same page with another fragment is not loaded again.
        let Some(loader) = answer.get("loaderId").and_then(Value::as_str) else { return Ok(()) };
        self.pipe.wait_for(url, |events| {
            let is_loaded = events.iter().any(|event| {
                let at = |name: &str| event.params.get(name).and_then(Value::as_str);
                event.session == self.session
                    && event.method == "Page.lifecycleEvent"
                    && at("name") == Some("load")
                    && at("loaderId") == Some(loader)
            });
            is_loaded.then_some(())
        })
    }

    /// Evaluates an expression in the page, waits for a promise, and returns the value. Neither the
    /// policy of the page nor JavaScript that is off keeps it from that.
    ///
    /// # Errors
    ///
    /// When the expression throws, or the page goes away under it.
    pub fn evaluate(&self, js: &str) -> anyhow::Result<Value> {
        let wanted = json!({"expression": js, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", &wanted)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            bail!("{}: {thrown}", js.chars().take(200).collect::<String>());
        }
        Ok(answer.pointer("/result/value").cloned().unwrap_or_default())
    }

    /// Waits until an expression is true in the page, or in the one that comes after it.
    ///
    /// # Errors
    ///
    /// When it is not in time; the message has the address and the text of the page.
    pub fn wait_for(&self, js: &str) -> anyhow::Result<()> {
        let found = wait_until(js, PATIENCE, || {
            // While one page gives way to the next there is none to ask.
            let value = self.evaluate(&format!("Boolean({js})"));
            Ok(value.ok().filter(|value| *value == Value::Bool(true)))
        });
        let shown = || self.evaluate("location.href + '\\n' + document.body.innerText").ok();
        found.map(drop).with_context(|| format!("the page shows: {:?}", shown()))
    }

    /// Waits until the page, or the one that comes after it, shows a text.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub fn wait_for_text(&self, text: &str) -> anyhow::Result<()> {
        self.wait_for(&format!(
            "document.body && document.body.innerText.includes({})",
            json!(text)
        ))
    }

    /// Returns the text of the first element that a selector finds, as it is shown.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn text(&self, selector: &str) -> anyhow::Result<String> {
        let found = self.evaluate(&format!("{}?.innerText", first(selector)))?;
        Ok(found.as_str().with_context(|| format!("no {selector}"))?.to_owned())
    }

    /// Counts the elements that a selector finds.
    ///
    /// # Errors
    ///
    /// When it is no selector.
    pub fn count(&self, selector: &str) -> anyhow::Result<u64> {
        let found =
            self.evaluate(&format!("document.querySelectorAll({}).length", json!(selector)))?;
        found.as_u64().context("no number")
    }

    /// Returns the address of the page.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub fn address(&self) -> anyhow::Result<String> {
        let found = self.evaluate("location.href")?;
        Ok(found.as_str().context("no address")?.to_owned())
    }

    /// Waits for the first element that a selector finds, and presses the mouse in its middle.
    ///
    /// # Errors
    ///
    /// When there is none in time, or it takes no place.
    pub fn click(&self, selector: &str) -> anyhow::Result<()> {
        let place = format!(
            "(() => {{ const it = {}; if (!it) return null; it.scrollIntoView({{block: 'center'}}); \
             const at = it.getClientRects()[0]; if (!at || !at.width) return null; \
             return [at.x + at.width / 2, at.y + at.height / 2]; }})()",
            first(selector)
        );
        // A page that has just been opened may have its address before it has its content.
        self.wait_for(&place).with_context(|| format!("nothing to click: {selector}"))?;
        let place = self.evaluate(&place)?;
        let [x, y] = [place.get(0), place.get(1)].map(|at| at.and_then(Value::as_f64));
        let (x, y) = x.zip(y).with_context(|| format!("gone before the click: {selector}"))?;
        for kind in ["mousePressed", "mouseReleased"] {
            let wanted = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &wanted)?;
        }
        Ok(())
    }

    /// Puts a text into a field, in the place of what is there.
    ///
    /// # Errors
    ///
    /// When there is no such field.
    pub fn fill(&self, selector: &str, value: &str) -> anyhow::Result<()> {
        let found = self.evaluate(&format!(
            "(() => {{ const it = {}; if (!it) return false; it.focus(); it.select(); return true; }})()",
            first(selector)
        ))?;
        ensure!(found == Value::Bool(true), "no field {selector}");
        self.type_text(value)
    }

    /// Types a text into what has the focus.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn type_text(&self, value: &str) -> anyhow::Result<()> {
        self.call("Input.insertText", &json!({"text": value})).map(drop)
    }

    /// Presses a key and lets it go.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn press(&self, key: Key) -> anyhow::Result<()> {
        let (name, code, typed) = match key {
            Key::Tab | Key::BackTab => ("Tab", 9, ""),
            Key::Enter => ("Enter", 13, "\r"),
            Key::Space => (" ", 32, " "),
            Key::Escape => ("Escape", 27, ""),
            Key::Down => ("ArrowDown", 40, ""),
        };
        let held = if key == Key::BackTab { SHIFT } else { 0 };
        let wanted = json!({"key": name, "windowsVirtualKeyCode": code, "modifiers": held});
        self.strike(&wanted, typed)
    }

    /// Types a text into what has the focus, a key for each letter.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn strike_keys(&self, text: &str) -> anyhow::Result<()> {
        let mut letters = text.chars().map(String::from);
        letters.try_for_each(|letter| self.strike(&json!({"key": letter}), &letter))
    }

    fn strike(&self, key: &Value, typed: &str) -> anyhow::Result<()> {
        for kind in ["keyDown", "keyUp"] {
            let mut wanted = key.clone();
            wanted["type"] = kind.into();
            if kind == "keyDown" && !typed.is_empty() {
                wanted["text"] = typed.into();
            }
            self.call("Input.dispatchKeyEvent", &wanted)?;
        }
        Ok(())
    }

    /// Runs a script in every page that is opened from now on, before those of the page.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn before_pages(&self, js: &str) -> anyhow::Result<()> {
        let wanted = json!({"source": js});
        self.call("Page.addScriptToEvaluateOnNewDocument", &wanted).map(drop)
    }

    /// Leaves pages that are opened from now on without their timer, so that nothing but what they are
    /// told changes them.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn without_timers(&self) -> anyhow::Result<()> {
        self.before_pages("window.setInterval = () => 0")
    }

    /// Makes the window so large, in pixels; narrow ones are those of phones.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn viewport(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let is_phone = width < 600;
        let wanted = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone,
        });
        self.call("Emulation.setDeviceMetricsOverride", &wanted).map(drop)
    }

    /// Chooses light or dark.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn theme(&self, theme: Theme) -> anyhow::Result<()> {
        let value = if theme == Theme::Dark { "dark" } else { "light" };
        let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.call("Emulation.setEmulatedMedia", &wanted).map(drop)
    }

    /// Turns the scripts of pages off, or on again; counts for pages that are opened from now on.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn scripts(&self, on: bool) -> anyhow::Result<()> {
        self.call("Emulation.setScriptExecutionDisabled", &json!({"value": !on})).map(drop)
    }

    /// Returns the cookies of a page as `name=value`, also those that no script sees.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn cookies(&self, url: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.call("Network.getCookies", &json!({"urls": [url]}))?;
        let list = answer.get("cookies").and_then(Value::as_array).context("no cookies")?;
        list.iter().map(|it| Ok(format!("{}={}", text(it, "name")?, text(it, "value")?))).collect()
    }

    /// Plants a cookie.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub fn plant_cookie(&self, url: &str, name: &str, value: &str) -> anyhow::Result<()> {
        let wanted = json!({"url": url, "name": name, "value": value});
        self.call("Network.setCookie", &wanted).map(drop)
    }

    /// Takes a picture of the whole page as PNG, or of its upper part where a height is given.
    ///
    /// # Errors
    ///
    /// When the browser refuses or the file cannot be written.
    pub fn screenshot(&self, path: &Path, height: Option<u32>) -> anyhow::Result<()> {
        let size = self.evaluate(
            "[document.documentElement.clientWidth, document.documentElement.scrollHeight]",
        )?;
        let [width, whole] = [size.get(0), size.get(1)].map(|it| it.and_then(Value::as_u64));
        let (width, whole) = width.zip(whole).context("no size")?;
        let height = height.map_or(whole, |height| whole.min(height.into()));
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        let wanted = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let picture = text(&self.call("Page.captureScreenshot", &wanted)?, "data")?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture)?;
        fs::write(path, bytes).with_context(|| format!("write {}", path.display()))
    }

    /// Lists what went wrong in the pages of this tab since [`Tab::forget`]: errors in the console,
    /// exceptions, what the content security policy stopped, dialogs.
    pub fn errors(&self) -> Vec<String> {
        seen::errors(&self.pipe.events(&self.session))
    }

    /// Lists the addresses that the pages of this tab asked for since [`Tab::forget`].
    pub fn requests(&self) -> Vec<String> {
        seen::requests(&self.pipe.events(&self.session))
    }

    /// Forgets errors and requests so far.
    pub fn forget(&self) {
        self.pipe.forget(&self.session);
    }
}

/// The expression for the first element that a selector finds.
fn first(selector: &str) -> String {
    format!("document.querySelector({})", json!(selector))
}
