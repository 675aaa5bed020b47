//! A proxy's processes: started on one core, watched, stopped by their ids.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use goodgate_lab::wait::wait_until;
use rustix::process::{Pid, Signal, kill_process};

use crate::limits;

/// The core of the proxies; the load generator and the origin have the other one.
const PROXY_CORE: &str = "1";

/// Memory that did not change over so many looks is settled.
const SETTLED_LOOKS: usize = 20;

/// A running program and its children; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    output: PathBuf,
}

impl Process {
    /// Starts a program on the core of the proxies, with its output in a file of `folder`.
    pub(crate) fn start_pinned(
        name: &str,
        command: &Command,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        Self::spawn(name, &["taskset", "--cpu-list", PROXY_CORE], command, folder)
    }

    /// Starts a program on our own core, with its output in a file of `folder`.
    pub(crate) fn start(name: &str, command: &Command, folder: &Path) -> anyhow::Result<Self> {
        Self::spawn(name, &[], command, folder)
    }

    fn spawn(
        name: &str,
        through: &[&str],
        command: &Command,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let output = folder.join(format!("{name}.out"));
        let file = File::options().create(true).append(true).open(&output)?;
        // Whoever ends us in the middle wants nothing to stay behind.
        let mut whole = Command::new("setpriv");
        whole.args(["--pdeathsig", "TERM"]).args(through);
        whole.arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            whole.env(key, value.unwrap_or_default());
        }
        whole.current_dir(folder).stdout(file.try_clone()?).stderr(file);
        // The end of its standard input tells a child of ours to end.
        let child = whole.stdin(Stdio::piped()).spawn();
        let child = child.with_context(|| format!("start {name}"))?;
        Ok(Self { name: name.to_owned(), child, output })
    }

    /// Returns what the program wrote so far.
    pub(crate) fn said(&self) -> String {
        said(&self.output)
    }

    /// Waits until something listens on `address`.
    ///
    /// # Errors
    ///
    /// When the program ends before, with what it said.
    pub(crate) fn wait_listening(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let what = format!("{} on {address}", self.name);
        let (child, output) = (&mut self.child, &self.output);
        wait_until(&what, limits::PROCESS_DEADLINE, || {
            let ended = child.try_wait()?;
            ensure!(ended.is_none(), "{what}: ended\n{}", said(output));
            Ok(TcpStream::connect(address).ok())
        })
        .map(drop)
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), signal).with_context(|| self.name.clone())
    }

    /// Kills the program and waits for its end.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().with_context(|| self.name.clone())?;
        self.child.wait().with_context(|| self.name.clone()).map(drop)
    }

    /// Ends the program's standard input and waits for its end.
    pub(crate) fn close_input_and_wait(&mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        let child = &mut self.child;
        let what = format!("end of {}", self.name);
        wait_until(&what, limits::PROCESS_DEADLINE, || Ok(child.try_wait()?)).map(drop)
    }

    /// Returns the CPU time that the program and its children have used so far.
    ///
    /// From the scheduler, in nanoseconds. It is exact for threads that are asleep, so the load has
    /// to pause before it is read.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        self.tree()?.into_iter().map(cpu_of).sum()
    }

    /// Returns the resident memory of the program and its children in bytes, when it has settled.
    pub(crate) fn memory_settled(&self) -> anyhow::Result<u64> {
        let mut last = (0, 0);
        wait_until("settled memory", limits::PROCESS_DEADLINE, || {
            let now = self.memory()?;
            last = if now == last.0 { (now, last.1 + 1) } else { (now, 0) };
            Ok((last.1 >= SETTLED_LOOKS).then_some(now))
        })
    }

    /// Returns the resident memory of the program and its children in bytes, as it is now.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        self.tree()?.into_iter().map(memory_of).sum()
    }

    /// Lists the program and everything below it.
    fn tree(&self) -> anyhow::Result<Vec<u32>> {
        let parents = parents()?;
        let mut tree = vec![self.child.id()];
        let mut next = 0;
        while let Some(parent) = tree.get(next).copied() {
            let children = parents.iter().filter(|(_, other)| **other == parent);
            tree.extend(children.map(|(id, _)| *id));
            ensure!(tree.len() <= limits::PROCESSES_MAX, "{}: too many processes", self.name);
            next += 1;
        }
        Ok(tree)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Masters tell their workers to end, which a killed one cannot.
        let tree = self.tree().unwrap_or_default();
        if matches!(self.child.try_wait(), Ok(None)) {
            for id in tree.into_iter().filter_map(|id| Pid::from_raw(id.cast_signed())) {
                // It may have ended by itself.
                let _gone = kill_process(id, Signal::KILL);
            }
        }
        drop(self.child.wait());
    }
}

fn said(output: &Path) -> String {
    fs::read_to_string(output).unwrap_or_default()
}

/// Returns the parent of every process.
fn parents() -> anyhow::Result<BTreeMap<u32, u32>> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process may end between the listing and the look.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(parent) = parent_in(&stat) {
            parents.insert(id, parent);
        }
    }
    Ok(parents)
}

/// Reads the parent from `/proc/PID/stat`: the second word after the name in brackets.
fn parent_in(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

fn cpu_of(id: u32) -> anyhow::Result<Duration> {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir(format!("/proc/{id}/task"))? {
        let path = task?.path().join("schedstat");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let nanoseconds = text.split_whitespace().next().unwrap_or_default();
        sum += Duration::from_nanos(nanoseconds.parse().with_context(|| text.clone())?);
    }
    Ok(sum)
}

fn memory_of(id: u32) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: u64 = kilobytes.context("no VmRSS")?.parse()?;
    Ok(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets_and_spaces() {
        assert_eq!(parent_in("12 (a) b) S 7 12 12"), Some(7));
    }

    #[test]
    fn our_own_processor_time_grows() {
        assert!(cpu_of(std::process::id()).unwrap() > Duration::ZERO);
    }
}
