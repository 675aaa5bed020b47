//! `cargo xtask bench`: how long the binary takes and how large it is; `bench gateway` and `bench
//! scoreboard`, `checks`, `dashboard` and `watch` hand over to the benchmarks in `bench/`.
//!
//! Prints numbers and asserts nothing: they belong to the machine that is named above them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::process::{capture, cargo, run as run_command};
use crate::tree;

/// Runs when no number is given: enough for a steady median within a few seconds.
const RUNS_DEFAULT: usize = 20;

/// More runs do not make the median better.
const RUNS_MAX: usize = 1000;

/// The longest wait for a request on a connection of the target.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    runs: usize,
    /// A binary to measure instead of a new release build.
    binary: Option<PathBuf>,
}

/// Runs the command with its arguments.
pub(crate) fn run(arguments: &[&str]) -> anyhow::Result<()> {
    if let ["gateway" | "scoreboard" | "checks" | "dashboard" | "watch", ..] = arguments {
        return beside_others(arguments);
    }
    let options = options(arguments)?;
    let binary = match options.binary {
        Some(binary) => binary,
        None => build()?,
    };
    let target = format!("http://{}/", start_target()?);
    let explain = ["explain", "502"];
    let diagnose = ["diagnose", &target];
    let mut rows = vec![
        row("goodgate explain 502", &times(&binary, &explain, options.runs)?),
        row("goodgate diagnose (healthy, loopback)", &times(&binary, &diagnose, options.runs)?),
    ];
    let bytes = fs::metadata(&binary).with_context(|| binary.display().to_string())?.len();
    rows.push(format!("| size of the binary | {:.2} MiB | | |", bytes as f64 / f64::from(1 << 20)));
    println!("{}", heading(&binary, options.runs)?);
    println!("| what | median | fastest | slowest |\n|---|---|---|---|\n{}", rows.join("\n"));
    Ok(())
}

/// Runs a benchmark of `bench/` with new release builds; the other proxies are the system's.
fn beside_others(arguments: &[&str]) -> anyhow::Result<()> {
    run_command(cargo().args(["build", "--release", "--package", "goodgate-bench"]))?;
    let release = tree::target()?.join("release");
    let mut command = Command::new(release.join("goodgate-bench"));
    command.args(arguments);
    if arguments.first() != Some(&"checks") && !arguments.contains(&"--goodgate") {
        command.arg("--goodgate").arg(build()?);
    }
    run_command(&mut command)
}

fn options(arguments: &[&str]) -> anyhow::Result<Options> {
    let mut options = Options { runs: RUNS_DEFAULT, binary: None };
    let mut rest = arguments;
    while let [name, value, after @ ..] = rest {
        match *name {
            "--runs" => options.runs = value.parse().with_context(|| format!("runs: {value}"))?,
            "--bin" => options.binary = Some(PathBuf::from(value)),
            _ => bail!("bench does not take {name}"),
        }
        rest = after;
    }
    ensure!(rest.is_empty(), "bench: {} needs a value", rest.join(" "));
    ensure!((1..=RUNS_MAX).contains(&options.runs), "runs: between 1 and {RUNS_MAX}");
    Ok(options)
}

fn build() -> anyhow::Result<PathBuf> {
    run_command(cargo().args(["build", "--release", "--package", "goodgate"]))?;
    Ok(tree::target()?.join("release").join("goodgate"))
}

/// Measures whole processes, from start to end, after one run that fills the caches.
fn times(binary: &Path, arguments: &[&str], runs: usize) -> anyhow::Result<Vec<Duration>> {
    time(binary, arguments)?;
    let mut times: Vec<Duration> =
        (0..runs).map(|_| time(binary, arguments)).collect::<anyhow::Result<_>>()?;
    times.sort_unstable();
    Ok(times)
}

fn time(binary: &Path, arguments: &[&str]) -> anyhow::Result<Duration> {
    let mut command = Command::new(binary);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().with_context(|| format!("run {}", binary.display()))?;
    let taken = started.elapsed();
    ensure!(status.success(), "{}: {status}", arguments.join(" "));
    Ok(taken)
}

/// Writes one row from sorted times.
fn row(what: &str, times: &[Duration]) -> String {
    let milliseconds = |time: Option<&Duration>| {
        time.map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0))
    };
    format!(
        "| {what} | {} | {} | {} |",
        milliseconds(times.get(times.len() / 2)),
        milliseconds(times.first()),
        milliseconds(times.last())
    )
}

fn heading(binary: &Path, runs: usize) -> anyhow::Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu_model(&cpus).unwrap_or("unknown CPU");
    let cores = thread::available_parallelism()?;
    let date = capture(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    Ok(format!(
        "{}, {model}, {cores} cores, `cargo xtask bench --runs {runs}`, {}\n",
        date.trim(),
        binary.display()
    ))
}

fn cpu_model(cpus: &str) -> Option<&str> {
    let line = cpus.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(": ").map(|(_, model)| model)
}

/// Starts a healthy HTTP server that lives as long as this process.
fn start_target() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A probe that only connects must not hold up the next one.
            thread::spawn(move || drop(answer(stream)));
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(REQUEST_TIMEOUT))?;
    let mut head: Vec<u8> = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        head.extend(chunk.iter().take(count));
    }
    stream.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\
          Connection: close\r\n\r\nwell\n",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let expected = Options { runs: 3, binary: Some(PathBuf::from("/bin/true")) };

        assert_eq!(options(&["--runs", "3", "--bin", "/bin/true"]).unwrap(), expected);
    }

    #[test]
    fn an_option_without_a_value_is_refused() {
        assert!(options(&["--runs"]).is_err());
    }

    #[test]
    fn a_row_has_median_fastest_and_slowest() {
        let times = [1, 2, 30].map(Duration::from_millis);

        assert_eq!(row("x", &times), "| x | 2.0 ms | 1.0 ms | 30.0 ms |");
    }

    #[test]
    fn the_cpu_has_a_name() {
        assert_eq!(cpu_model("processor\t: 0\nmodel name\t: Fast 9\n"), Some("Fast 9"));
    }
}
