//! The `goodgate` binary as an operator runs it, and its answer.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::scenario::Held;
use crate::wait::wait_until;
use crate::workdir::Workdir;

/// Names a binary to test instead of the one that is built from this tree.
const BINARY: &str = "GOODGATE_BIN";

/// The longest run of the binary: a diagnosis is bounded well below this.
const RUN_MAX: Duration = Duration::from_mins(1);

/// A verdict with at least this confidence counts as confident (DESIGN section 5).
pub const CONFIDENT: f64 = 0.8;

/// Exit codes of the binary (DESIGN section 8).
pub mod exit {
    /// Healthy, or nothing was found.
    pub const HEALTHY: i32 = 0;
    /// A problem was found.
    pub const PROBLEM: i32 = 1;
    /// The command line or a configuration is wrong.
    pub const USAGE: i32 = 2;
}

/// One run of the binary, not yet started.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Option<String>,
}

impl Run {
    /// Prepares `goodgate` with `arguments`.
    ///
    /// # Errors
    ///
    /// When the binary cannot be built.
    pub fn new<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(arguments: I) -> anyhow::Result<Self> {
        let mut command = Command::new(binary()?);
        command.args(arguments).env("NO_COLOR", "1");
        Ok(Self { command, stdin: None })
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Makes the binary trust the certificate authority in `file`, and no other.
    #[must_use]
    pub fn trusting(mut self, file: &Path) -> Self {
        self.command.env("SSL_CERT_FILE", file);
        self.command.env_remove("SSL_CERT_DIR");
        self
    }

    /// Gives `text` on standard input.
    #[must_use]
    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Runs the binary to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started or does not end in time.
    pub fn answer(mut self) -> anyhow::Result<Answer> {
        let folder = Workdir::new()?;
        // Files instead of pipes: nothing has to be read while the binary runs.
        let stdin = folder.write("stdin", self.stdin.as_deref().unwrap_or_default())?;
        let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
        self.command
            .stdin(File::open(stdin)?)
            .stdout(File::create(&stdout)?)
            .stderr(File::create(&stderr)?);
        let code = run_to_end(&mut self.command)?;
        Ok(Answer {
            command: format!("{:?}", self.command),
            code,
            stdout: String::from_utf8_lossy(&fs::read(stdout)?).into_owned(),
            stderr: String::from_utf8_lossy(&fs::read(stderr)?).into_owned(),
        })
    }
}

fn run_to_end(command: &mut Command) -> anyhow::Result<Option<i32>> {
    let mut child = command.spawn().with_context(|| format!("start {command:?}"))?;
    let status = wait_until(&format!("the end of {command:?}"), RUN_MAX, || Ok(child.try_wait()?));
    if status.is_err() {
        // It may end at this moment, which is as good.
        drop(child.kill());
        drop(child.wait());
    }
    Ok(status?.code())
}

/// Prepares `goodgate diagnose TARGET --format json`.
///
/// # Errors
///
/// When the binary cannot be built.
pub fn diagnose(target: &str) -> anyhow::Result<Run> {
    Run::new(["diagnose", target, "--format", "json"])
}

/// Prepares `goodgate explain - --format json` with `text` on standard input.
///
/// # Errors
///
/// When the binary cannot be built.
pub fn explain(text: &str) -> anyhow::Result<Run> {
    Ok(Run::new(["explain", "-", "--format", "json"])?.stdin(text))
}

/// What a run of the binary gave.
#[derive(Debug)]
pub struct Answer {
    command: String,
    code: Option<i32>,
    /// Standard output: data.
    pub stdout: String,
    /// Standard error: talk.
    pub stderr: String,
}

impl Answer {
    /// Checks the exit code of a run that ends without an answer.
    ///
    /// # Errors
    ///
    /// When it is another one.
    pub fn has_exit_code(&self, expected: i32) -> Held {
        ensure!(self.code == Some(expected), "exit code is not {expected}\n{}", self.all());
        Ok(())
    }

    /// Checks the exit code of a run that gives a verdict, and that it gives one.
    ///
    /// # Errors
    ///
    /// When there is no verdict or the exit code is another one.
    pub fn has_verdict_and_exit_code(&self, expected: i32) -> Held {
        self.at("/verdict/state")?;
        self.has_exit_code(expected)
    }

    /// Checks `verdict.state`.
    ///
    /// # Errors
    ///
    /// When it is another one.
    pub fn has_state(&self, expected: &str) -> Held {
        let state = self.at("/verdict/state")?;
        ensure!(state == expected, "state {state} is not {expected:?}\n{}", self.all());
        Ok(())
    }

    /// Checks that `verdict.mechanism` is `expected` with a confidence of at least 0.8.
    ///
    /// # Errors
    ///
    /// When the mechanism is another one or not certain enough.
    pub fn is_confident_of(&self, expected: &str) -> Held {
        let id = self.at("/verdict/mechanism/id")?;
        ensure!(id == expected, "mechanism {id} is not {expected:?}\n{}", self.all());
        let confidence = self.at("/verdict/mechanism/confidence")?.as_f64().unwrap_or_default();
        ensure!(confidence >= CONFIDENT, "confidence {confidence} is too low\n{}", self.all());
        Ok(())
    }

    /// Checks that `verdict.fixes` has something to say about `product`.
    ///
    /// # Errors
    ///
    /// When no fix names the product.
    pub fn has_fix_for(&self, product: &str) -> Held {
        let fixes = self.at("/verdict/fixes")?;
        let count = fixes.as_array().map_or(0, Vec::len);
        ensure!(count > 0, "there are no fixes\n{}", self.all());
        let text = fixes.to_string().to_lowercase();
        ensure!(text.contains(product), "no fix names {product}\n{}", self.all());
        Ok(())
    }

    /// Checks that `evidence` is not empty and that each part has an id.
    ///
    /// # Errors
    ///
    /// When there is none, or one cannot be referred to.
    pub fn has_evidence(&self) -> Held {
        let evidence = self.at("/evidence")?;
        let parts = evidence.as_array().map(Vec::as_slice).unwrap_or_default();
        ensure!(!parts.is_empty(), "there is no evidence\n{}", self.all());
        let all_named = parts.iter().all(|part| part.get("id").is_some_and(Value::is_string));
        ensure!(all_named, "evidence without an id\n{}", self.all());
        Ok(())
    }

    /// Returns the value at a JSON pointer of standard output.
    ///
    /// # Errors
    ///
    /// When the output is not JSON or has no such value.
    pub fn at(&self, pointer: &str) -> anyhow::Result<Value> {
        let json: Value = serde_json::from_str(&self.stdout)
            .with_context(|| format!("stdout is not JSON\n{}", self.all()))?;
        json.pointer(pointer)
            .cloned()
            .with_context(|| format!("no {pointer} in the answer\n{}", self.all()))
    }

    fn all(&self) -> String {
        format!(
            "{}\nexit code: {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.command, self.code, self.stdout, self.stderr
        )
    }
}

/// The copy of the binary that is asked from now on.
static COPY: OnceLock<PathBuf> = OnceLock::new();

/// Copies the binary into `folder` and asks this copy from now on: a run is about one binary, also
/// when another one is built meanwhile.
///
/// # Errors
///
/// When there is no binary, or no room.
pub(crate) fn keep_copy(folder: &Workdir) -> anyhow::Result<()> {
    let copy = folder.join("goodgate");
    fs::copy(binary()?, &copy).context("copy the binary")?;
    // The first copy stays; there is one run in a process.
    COPY.get_or_init(|| copy);
    Ok(())
}

/// Returns the path of the binary, built from this tree unless the environment names one.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    if let Some(copy) = COPY.get() {
        return Ok(copy.clone());
    }
    if let Some(path) = std::env::var_os(BINARY) {
        return Ok(PathBuf::from(path));
    }
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.clone().map_err(anyhow::Error::msg)
}

/// Builds always: an old binary would pass or fail for something that is not in the tree.
fn build() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", "goodgate"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .context("run cargo build")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // This test runs from target/PROFILE/deps.
    let test = std::env::current_exe()?;
    let target = test.ancestors().nth(3).context("no target folder")?;
    Ok(target.join("debug").join("goodgate"))
}
