//! A monitor of the same URL as the other questions, and what it comes to: `goodgate monitor try`.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::declared::ask;
use crate::declared::file::{HostName, Question, Scenario};
use crate::declared::stand::{AUTHORITY, Stand};
use crate::goodgate;
use crate::text::line;
use crate::wait::wait_until;

/// The timeout of the monitor: longer than what a gateway of a scenario waits for.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The checks that are made until one fails: what fails in every second request is met in one of them.
const CHECKS: u32 = 10;

/// The longest run: the checks of a target that answers late, and a burst.
const RUN_MAX: Duration = Duration::from_secs(90);

/// What a monitor came to.
#[derive(Debug)]
pub struct Tried {
    /// The question of `diagnose` that it stands beside: the same target with the same means.
    pub beside: Question,
    /// The answer of the command.
    pub json: Value,
    /// What the burst took; nothing where no check failed.
    pub burst: Duration,
    /// The timeout of the monitor.
    pub timeout: Duration,
}

/// Tries a monitor of the scenario's URL. Nothing where no `diagnose` was asked with the same means.
///
/// # Errors
///
/// When the binary has no answer.
pub fn try_monitor(scenario: &Scenario, stand: &Stand) -> anyhow::Result<Option<Tried>> {
    let Some(beside) = beside(scenario, stand) else { return Ok(None) };
    let on = match beside {
        Question::Origin => ask::origin_from(scenario, stand),
        _ => HostName::Client,
    };
    let file = stand.folder.write("monitor.toml", &definition(scenario, stand, beside)?)?;
    let program = goodgate::binary()?.display().to_string();
    let (file, checks) = (file.display().to_string(), CHECKS.to_string());
    let words = ["monitor", "try", "lab", "--config", &file, "--checks", &checks];
    let mut command = stand
        .host(on)?
        .command([program.as_str()].into_iter().chain(words).chain(["--format", "json"]));
    let (out, talk) = (stand.folder.join("monitor.json"), stand.folder.join("monitor.err"));
    command.env("NO_COLOR", "1").stdout(File::create(&out)?).stderr(File::create(&talk)?);
    let began = Instant::now();
    let mut child = command.spawn().context("goodgate monitor try")?;
    let ended = wait_until("goodgate monitor try", RUN_MAX, || Ok(child.try_wait()?));
    if ended.is_err() {
        drop(child.kill());
        drop(child.wait());
    }
    ended?;
    let said = fs::read_to_string(&talk).unwrap_or_default();
    let json: Value = serde_json::from_str(&fs::read_to_string(&out)?)
        .with_context(|| format!("goodgate monitor try: no answer: {said}"))?;
    ensure!(json.get("state").is_some(), "goodgate monitor try: no state: {said}");
    let millis = json.pointer("/burst/took_ms").and_then(Value::as_f64);
    let burst = millis.map_or(Duration::ZERO, |millis| Duration::from_secs_f64(millis / 1e3));
    ensure!(burst <= began.elapsed(), "goodgate monitor try: a burst longer than the command");
    Ok(Some(Tried { beside, json, burst, timeout: timeout(scenario) }))
}

/// Chooses the question beside which the monitor stands: with the origin where it was asked and is one
/// that a monitor can be given, else from outside.
fn beside(scenario: &Scenario, stand: &Stand) -> Option<Question> {
    // A monitor asks the name servers that it is given, and no further one to compare with.
    if scenario.ask.options.iter().any(|option| option == "--resolver") {
        return None;
    }
    let is_asked = |question: Question| !scenario.ask.skip.contains_key(&question);
    let has_origin = is_asked(Question::Origin) && origin(scenario, stand).is_some();
    match (has_origin, is_asked(Question::Outside)) {
        (true, _) => Some(Question::Origin),
        (false, true) => Some(Question::Outside),
        (false, false) => None,
    }
}

/// Returns the origin as a URL; one behind a unix socket or another protocol has none.
fn origin(scenario: &Scenario, stand: &Stand) -> Option<String> {
    let given = ask::origin(scenario, stand);
    if given.starts_with("http://") || given.starts_with("https://") {
        return Some(given);
    }
    let is_place = !["unix:", "fastcgi:", "uwsgi:"].iter().any(|word| given.starts_with(word));
    is_place.then(|| format!("http://{given}"))
}

fn timeout(scenario: &Scenario) -> Duration {
    scenario.ask.timeout_s.map_or(TIMEOUT, Duration::from_secs)
}

fn definition(scenario: &Scenario, stand: &Stand, beside: Question) -> anyhow::Result<String> {
    let mut out = String::new();
    line!(out, "[watch]\nstore = {:?}\n", stand.folder.join("watch.db").display().to_string());
    line!(out, "[[monitor]]\nname = \"lab\"\nhttp = {:?}", ask::url(scenario, stand));
    line!(out, "timeout = \"{}s\"", timeout(scenario).as_secs());
    // The monitor has the default of who writes nothing, unless the URL is to answer something else:
    // then whoever watches it writes so.
    if !scenario.ask.expect.is_empty() {
        line!(out, "expect = {{ status = {:?} }}", scenario.ask.expect);
    }
    if beside == Question::Origin {
        let origin = origin(scenario, stand).context("an origin that a monitor can be given")?;
        line!(out, "origin = {origin:?}");
    }
    let mut ca = stand.is_tls.then(|| stand.folder.join(AUTHORITY).display().to_string());
    let options = stand.template.fill_all(&scenario.ask.options);
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let value = words.next().with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--ca-file" => ca = Some(value.clone()),
            other => anyhow::bail!("a monitor has no key for {other}"),
        }
    }
    if let Some(ca) = ca {
        line!(out, "ca = {ca:?}");
    }
    Ok(out)
}
