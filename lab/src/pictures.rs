//! `cargo xtask pictures`: pictures of the pages for the documentation, taken in Chromium while `goodgate
//! demo` runs, and of reports in HTML.

use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use crate::browser::{Browser, Tab, Theme};
use crate::goodgate;
use crate::scenario::Held;

/// The command.
pub const COMMAND: &str = "pictures";

/// Where the pictures go, beside this crate.
const FOLDER: &str = "../docs/pictures";

/// Pixels across, and down where a page is longer.
const SIZE: (u32, u32) = (1200, 900);

/// The same of the overview, down to the monitors, and of a status page, which is short.
const OVERVIEW: (u32, u32) = (1200, 992);
const STATUS: (u32, u32) = (1200, 580);

/// The same of a phone.
const PHONE: (u32, u32) = (390, 800);

/// Pixels across of a report, which is at most this wide, and down when none are given: verdict, chain, why,
/// what to do.
const REPORT: (u32, u32) = (1000, 1400);

/// A picture that is longer than this nobody looks at.
const HEIGHT_MAX: u32 = 8000;

/// Bytes of a picture of a page: a README with all of them is read over a phone.
const LARGEST: u64 = 150_000;

/// Which of the demonstration's monitors the pictures are about: the origin that nothing stands beside.
const ORIGIN: &str = "reports";

/// The monitor of the gateway's own address in front of it.
const SERVICE: &str = "shop-reports";

/// How many of its incidents are waited for; the demonstration goes on and on.
const TURNS: u32 = 5;

/// Carries out the command: without arguments the pages of the demonstration, with files the reports in them.
///
/// # Errors
///
/// When Chromium or the binary is missing, a page does not show what is looked for, or a picture is too large.
pub fn carry_out(arguments: &[String]) -> Held {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (height, reports) = match words.as_slice() {
        [] => return pages(&folder),
        ["--height", height, reports @ ..] => (pixels(height)?, reports),
        reports => (REPORT.1, reports),
    };
    if reports.is_empty() || reports.iter().any(|report| report.starts_with("--")) {
        bail!("pictures takes nothing, or [--height PIXELS] REPORT.html...");
    }
    let browser = Browser::start()?;
    for report in reports {
        let page = Path::new(report).canonicalize().with_context(|| format!("read {report}"))?;
        let name = page.file_stem().with_context(|| format!("{report} has no name"))?;
        let tab = browser.tab()?;
        tab.viewport(REPORT.0, height)?;
        tab.open(&format!("file://{}", page.display()))?;
        shoot(&tab, &folder.join(name).with_extension("png"), height)?;
    }
    Ok(())
}

fn pixels(height: &str) -> anyhow::Result<u32> {
    let pixels = height.parse().with_context(|| format!("--height {height}"))?;
    ensure!((100..=HEIGHT_MAX).contains(&pixels), "--height is not between 100 and {HEIGHT_MAX}");
    Ok(pixels)
}

#[expect(clippy::print_stdout, reason = "the command says what it has made")]
fn shoot(tab: &Tab, path: &Path, height: u32) -> Held {
    tab.screenshot(path, Some(height))?;
    println!("{}", path.display());
    Ok(())
}

/// Takes the pictures of the pages, while the demonstration makes happen what they show.
fn pages(folder: &Path) -> Held {
    let mut demo = Demo::start()?;
    let browser = Browser::start()?;
    let start = demo.wait_for("started", |_| true)?;
    let home = text(&start, "/link")?.to_owned();
    let studio = Studio { folder, home: &home };
    // Who may act sees what can be done.
    let tab = browser.tab()?;
    tab.open(text(&start, "/commands/0")?)?;

    let opened = demo.wait_for("opened", |event| is_about(event, ORIGIN))?;
    let number = text(&opened, "/data/incident")?.to_owned();
    let broken = format!("document.querySelector('main a[href=\"/incidents/{number}\"]')");
    studio.open(&tab, "", &broken)?;
    studio.both(&tab, "overview", OVERVIEW)?;
    studio.light(&tab, "overview-phone", PHONE)?;
    let down = format!(
        "[...document.querySelectorAll('.card.down, .card.partial')] \
         .some((it) => it.innerText.includes({}))",
        json!(ORIGIN)
    );
    studio.open(&tab, "gateway", &down)?;
    studio.light(&tab, "gateway", SIZE)?;
    studio.open(&tab, &format!("incidents/{number}"), "document.querySelector('.chain')")?;
    studio.light(&tab, "incident", SIZE)?;
    studio.open(&tab, &format!("incidents/{number}/report"), "document.querySelector('h1')")?;
    studio.light(&tab, "report", SIZE)?;

    let explained = demo.wait_for("explained", |_| true)?;
    let failure = format!("failures/{}", text(&explained, "/data/failure")?);
    studio.open(&tab, &failure, "document.querySelector('svg.waterfall')")?;
    studio.light(&tab, "failure", SIZE)?;
    status_page(&mut demo, &studio, &tab)
}

/// A service is told of while the gateway's own address fails, which may be over before one looks.
fn status_page(demo: &mut Demo, studio: &Studio<'_>, tab: &Tab) -> Held {
    for _ in 0..TURNS {
        demo.wait_for_next(|event| {
            let kind = event.get("event").and_then(Value::as_str);
            matches!(kind, Some("opened" | "reopened")) && is_about(event, SERVICE)
        })?;
        studio.open(tab, "status/shop", "document.querySelector('h1')")?;
        if tab.count("section.card.open")? > 0 {
            return studio.light(tab, "status-page", STATUS);
        }
    }
    bail!("{TURNS} incidents of {SERVICE} were over before the status page was open")
}

/// Whether an incident has a monitor.
fn is_about(event: &Value, monitor: &str) -> bool {
    let monitors = event.pointer("/data/monitors").and_then(Value::as_array);
    monitors.is_some_and(|all| all.iter().any(|it| it == monitor))
}

/// Where pictures are taken.
struct Studio<'a> {
    folder: &'a Path,
    home: &'a str,
}

impl Studio<'_> {
    /// Opens a page and waits until it shows something; what changes meanwhile the page fetches.
    fn open(&self, tab: &Tab, path: &str, shows: &str) -> Held {
        tab.open(&format!("{}{path}", self.home))?;
        tab.wait_for(shows)
    }

    fn light(&self, tab: &Tab, name: &str, (width, height): (u32, u32)) -> Held {
        tab.theme(Theme::Light)?;
        self.take(tab, name, (width, height))
    }

    fn both(&self, tab: &Tab, name: &str, size: (u32, u32)) -> Held {
        self.light(tab, name, size)?;
        tab.theme(Theme::Dark)?;
        self.take(tab, &format!("{name}-dark"), size)
    }

    fn take(&self, tab: &Tab, name: &str, (width, height): (u32, u32)) -> Held {
        tab.viewport(width, height)?;
        let path = self.folder.join(name).with_extension("png");
        shoot(tab, &path, height)?;
        let bytes = fs::metadata(&path)?.len();
        ensure!(bytes <= LARGEST, "{} has {bytes} bytes", path.display());
        Ok(())
    }
}

/// A demonstration that tells in JSON.
struct Demo {
    child: Child,
    /// None once it is to end: it does when nobody reads, and removes its folder.
    lines: Option<Lines<BufReader<ChildStdout>>>,
    told: Vec<Value>,
}

impl Demo {
    fn start() -> anyhow::Result<Self> {
        let mut command = Command::new(goodgate::binary()?);
        command.args(["demo", "--format", "json"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("start goodgate demo")?;
        let out = child.stdout.take().context("no output")?;
        Ok(Self { child, lines: Some(BufReader::new(out).lines()), told: Vec::new() })
    }

    /// Reads until it has told of something, which it does in time or ends.
    fn wait_for(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let is_it =
            |event: &Value| event.get("event").is_some_and(|it| it == kind) && wanted(event);
        match self.told.iter().find(|event| is_it(event)) {
            Some(event) => Ok(event.clone()),
            None => self.wait_for_next(is_it).with_context(|| kind.to_owned()),
        }
    }

    /// The same, of what it has not told yet.
    fn wait_for_next(&mut self, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        for line in self.lines.iter_mut().flatten() {
            let line = line.context("read what it tells")?;
            let event: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
            self.told.push(event.clone());
            if wanted(&event) {
                return Ok(event);
            }
        }
        bail!("goodgate demo has ended")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.lines = None;
        // How it ends changes no picture.
        self.child.wait().ok();
    }
}

/// Returns a text of an event.
fn text<'a>(event: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    let found = event.pointer(pointer).and_then(Value::as_str);
    found.with_context(|| format!("no {pointer} in {event}"))
}
