//! The outcome of a run: what is committed as `lab/matrix/lab.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, thread};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::declared::file::Scenario;
use crate::program::{APACHE, HAPROXY, NGINX, Program};
use crate::score::judge::Judgement;
use crate::score::watch::Watched;

/// The name and version of the format.
const SCHEMA: &str = "goodgate.lab/1";

/// The outcome of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The name and version of the format.
    pub schema: String,
    /// When it was run, as a date.
    pub date: String,
    /// On what it was run.
    pub machine: String,
    /// The gateways that were run, with their versions.
    pub gateways: Vec<String>,
    /// Whether the binary could look at the gateway's host.
    pub local: bool,
    /// The scenarios, sorted by id.
    pub scenarios: Vec<Entry>,
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `GATEWAY/NAME`.
    pub id: String,
    /// The labelled cause; nothing for a control.
    pub cause: String,
    /// Its mechanism; nothing for a control.
    pub mechanism: String,
    /// What the client sees is enough to name the mechanism.
    pub outside_decides: bool,
    /// What became of the client's requests: each kind once, sorted.
    pub seen: Vec<String>,
    /// The judgements by question.
    pub questions: BTreeMap<String, Judgement>,
    /// What a monitor of the same URL came to, where one was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watched>,
}

impl Entry {
    /// Begins the entry of a scenario in which the client saw this.
    pub fn of(scenario: &Scenario, seen: &[String]) -> Self {
        let mut seen = seen.to_vec();
        seen.sort();
        seen.dedup();
        let truth = scenario.truth.as_ref();
        Self {
            id: scenario.id.clone(),
            cause: truth.map_or_else(String::new, |truth| truth.cause.clone()),
            mechanism: truth.map_or_else(String::new, |truth| truth.mechanism.clone()),
            outside_decides: truth.is_some_and(|truth| truth.outside_decides),
            seen,
            questions: BTreeMap::new(),
            watch: None,
        }
    }

    /// Says whether nothing is wrong in it.
    pub fn is_control(&self) -> bool {
        self.cause.is_empty()
    }

    /// Returns the gateway.
    pub fn gateway(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}

impl Record {
    /// Makes the record of a run on this machine.
    pub fn new(mut scenarios: Vec<Entry>, local: bool) -> Self {
        scenarios.sort_by(|one, other| one.id.cmp(&other.id));
        Self {
            schema: SCHEMA.to_owned(),
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            machine: machine(),
            gateways: [NGINX, APACHE, HAPROXY].into_iter().map(version).collect(),
            local,
            scenarios,
        }
    }

    /// Reads the committed record; none where there is none yet.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn committed() -> anyhow::Result<Option<Self>> {
        let path = folder().join("lab.json");
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path)?;
        let record = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        Ok(Some(record))
    }
}

/// Returns the folder of the committed matrices.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("matrix")
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cpu =
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores, {cpu}, Linux {}", kernel.trim())
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Asks a gateway for its version; all three know `-v`.
fn version(program: Program) -> String {
    let said = program.path().and_then(|path| Ok(Command::new(path).arg("-v").output()?));
    let text = said.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
    );
    let numbers = |word: &&str| word.contains('.') && word.contains(|c: char| c.is_ascii_digit());
    let words = text.split(|c: char| c.is_whitespace() || c == '/');
    let found = words.filter(|word| !word.contains("http")).find(numbers);
    format!("{} {}", program.command, found.unwrap_or("unknown"))
}
