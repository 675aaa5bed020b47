//! Running other programs.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, ensure};

use crate::tree;

/// Prepares the cargo that runs this program, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(tree::root());
    command
}

/// Prepares this program with a feature that builds the product into it; a command follows.
pub(crate) fn xtask_with(feature: &str) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "xtask", "--features", feature, "--"]);
    command
}

/// Says whether `cargo NAME --version` works.
pub(crate) fn has_cargo_command(name: &str) -> bool {
    let mut command = cargo();
    command.args([name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a command with our output; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = name(command);
    eprintln!("+ {name}");
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("run {name}"))?;
    ensure!(status.success(), "{name}: {status}");
    Ok(())
}

/// Runs a command and returns its standard output.
pub(crate) fn capture(command: &mut Command) -> anyhow::Result<String> {
    let name = name(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("run {name}"))?;
    ensure!(output.status.success(), "{name}: {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The stream of a command that is read while it is passed through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tee {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Runs a command, passes its output through and gives every line of one stream to `each`.
pub(crate) fn tee(
    command: &mut Command,
    stream: Tee,
    mut each: impl FnMut(&str),
) -> anyhow::Result<ExitStatus> {
    let name = name(command);
    eprintln!("+ {name}");
    command.stdin(Stdio::null());
    match stream {
        Tee::Stdout => command.stdout(Stdio::piped()),
        Tee::Stderr => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().with_context(|| format!("run {name}"))?;
    let source: Box<dyn Read> = match stream {
        Tee::Stdout => Box::new(child.stdout.take().context("no stdout")?),
        Tee::Stderr => Box::new(child.stderr.take().context("no stderr")?),
    };
    let mut reader = BufReader::new(source);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        match stream {
            Tee::Stdout => print!("{text}"),
            Tee::Stderr => eprint!("{text}"),
        }
        each(text.trim_end());
        line.clear();
    }
    child.wait().with_context(|| format!("wait for {name}"))
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let mut name = words.join(" ");
    if let Some((end, _)) = name.char_indices().nth(NAME_MAX) {
        name.truncate(end);
        name.push_str(" …");
    }
    name
}

/// A command with hundreds of files is shown by its beginning.
const NAME_MAX: usize = 160;
