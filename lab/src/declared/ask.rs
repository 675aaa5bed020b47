//! Asking the binary about a scenario, and its answer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::declared::file::{HostName, Question, Scenario};
use crate::declared::stand::{AUTHORITY, Stand};
use crate::goodgate;
use crate::wait::wait_until;

/// The longest run of the binary: a diagnosis is bounded well below this.
const RUN_MAX: Duration = Duration::from_secs(90);

/// The most lines of each log that are explained, as in `tail -n 200`.
const LINES_MAX: usize = 200;

/// The time from the start to the first verdict, in an answer.
const FIRST_VERDICT: &str = "first_verdict_ms";

/// The option that names further certificate authorities; it can be given once.
const CA_FILE: &str = "--ca-file";

/// The option that makes a diagnosis look at the host it runs on.
const LOCAL: &str = "--local";

/// An answer with the time it took.
#[derive(Debug)]
pub struct Answer {
    /// The whole of it.
    pub json: Value,
    /// From the start of the binary to its first verdict, or to its end where it does not say.
    pub took: Duration,
    /// What was run.
    pub command: String,
}

/// Asks one question.
///
/// # Errors
///
/// When there is no answer: the binary does not end, or says something else.
pub fn ask(question: Question, scenario: &Scenario, stand: &Stand) -> anyhow::Result<Answer> {
    let (on, words, input) = match question {
        Question::Outside => (HostName::Client, diagnose(scenario, stand), None),
        Question::Origin => {
            let mut words = diagnose(scenario, stand);
            words.extend(["--origin".to_owned(), origin(scenario, stand)]);
            (origin_from(scenario, stand), words, None)
        }
        Question::Local => (HostName::Gateway, local(scenario, stand)?, None),
        Question::Explain => {
            let words = ["explain", "-", "--format", "json"].map(str::to_owned).to_vec();
            (HostName::Client, words, Some(lines(scenario, stand)?))
        }
    };
    run(question, stand, on, &words, input.as_deref())
}

/// Says whether the binary can look at the host it runs on. Asked once.
///
/// # Errors
///
/// When the binary does not run.
pub fn has_local() -> anyhow::Result<bool> {
    static HAS: OnceLock<bool> = OnceLock::new();
    if let Some(has) = HAS.get() {
        return Ok(*has);
    }
    let output = Command::new(goodgate::binary()?).args(["diagnose", "--help"]).output()?;
    let has = String::from_utf8_lossy(&output.stdout).contains(LOCAL);
    Ok(*HAS.get_or_init(|| has))
}

fn diagnose(scenario: &Scenario, stand: &Stand) -> Vec<String> {
    let url = url(scenario, stand);
    let mut words = ["diagnose", &url, "--format", "json"].map(str::to_owned).to_vec();
    let has_own = scenario.ask.options.iter().any(|option| option == CA_FILE);
    if stand.is_tls && !has_own {
        words.extend([CA_FILE.to_owned(), stand.folder.join(AUTHORITY).display().to_string()]);
    }
    words.extend(stand.template.fill_all(&scenario.ask.options));
    words
}

fn local(scenario: &Scenario, stand: &Stand) -> anyhow::Result<Vec<String>> {
    let mut words = diagnose(scenario, stand);
    words.extend(["--origin".to_owned(), origin(scenario, stand)]);
    for log in logs(scenario, stand) {
        words.extend(["--log".to_owned(), log.display().to_string()]);
    }
    if has_local()? {
        words.push(LOCAL.to_owned());
    }
    Ok(words)
}

/// Returns the origin as an operator would give it.
pub(crate) fn origin(scenario: &Scenario, stand: &Stand) -> String {
    let given = scenario.ask.origin.as_deref().unwrap_or("{origin}");
    stand.template.fill(given)
}

/// Returns the URL that is asked about.
pub(crate) fn url(scenario: &Scenario, stand: &Stand) -> String {
    let scheme = if stand.is_tls { "https" } else { "http" };
    match &scenario.ask.url {
        Some(url) => stand.template.fill(url),
        None => format!("{scheme}://{}/", stand.gateway.ip()),
    }
}

/// Chooses the host for the question with `--origin`: an origin on the gateway's own loopback or
/// behind a unix socket can be asked only there.
pub(crate) fn origin_from(scenario: &Scenario, stand: &Stand) -> HostName {
    if let Some(on) = scenario.ask.origin_from {
        return on;
    }
    let origin = origin(scenario, stand);
    let is_inside =
        ["unix:", "127.", "localhost", "[::1]"].iter().any(|part| origin.contains(part));
    if is_inside { HostName::Gateway } else { HostName::Client }
}

/// Lists the logs that an operator would give: the gateway's, and those of named programs.
fn logs(scenario: &Scenario, stand: &Stand) -> Vec<PathBuf> {
    let named = scenario.ask.logs.iter().map(|name| stand.log_of(name));
    let all = stand.logs.iter().cloned().chain(named);
    let has_words = |path: &PathBuf| path.metadata().is_ok_and(|metadata| metadata.len() > 0);
    all.filter(has_words).collect()
}

fn lines(scenario: &Scenario, stand: &Stand) -> anyhow::Result<String> {
    let mut text = String::new();
    for path in logs(scenario, stand) {
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<&str> = whole.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(LINES_MAX)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    Ok(text)
}

fn run(
    question: Question,
    stand: &Stand,
    on: HostName,
    words: &[String],
    input: Option<&str>,
) -> anyhow::Result<Answer> {
    let host = stand.host(on)?;
    let program = goodgate::binary()?.display().to_string();
    let mut command = host.command([program].iter().chain(words));
    let file = |ending: &str| stand.folder.join(&format!("{question}.{ending}"));
    if let Some(input) = input {
        fs::write(file("txt"), input)?;
        command.stdin(File::open(file("txt"))?);
    }
    command.env("NO_COLOR", "1").stdout(File::create(file("json"))?);
    command.stderr(File::create(file("err"))?);
    let shown = format!("goodgate {}", words.join(" "));
    let began = Instant::now();
    let mut child = command.spawn().with_context(|| shown.clone())?;
    let ended = wait_until(&shown, RUN_MAX, || Ok(child.try_wait()?));
    if ended.is_err() {
        drop(child.kill());
        drop(child.wait());
    }
    ended?;
    let whole = began.elapsed();
    let json = read(&file("json"), &file("err")).with_context(|| shown.clone())?;
    // The binary says when it knew enough for its verdict; what comes after may refine it.
    let first = json.get(FIRST_VERDICT).and_then(Value::as_f64);
    let took = first.map_or(whole, |millis| Duration::from_secs_f64(millis.max(0.0) / 1e3));
    Ok(Answer { json, took, command: shown })
}

fn read(answer: &Path, talk: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(answer)?;
    let said = fs::read_to_string(talk).unwrap_or_default();
    let json: Value = serde_json::from_str(&text).with_context(|| format!("no answer: {said}"))?;
    ensure!(json.pointer("/verdict/state").is_some(), "no verdict: {said}");
    Ok(json)
}
