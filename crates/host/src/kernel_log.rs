//! The kernel's log: `/dev/kmsg`, or else the journal. It tells of kills for memory, crashes, a
//! full connection table, packets that a firewall logged, and what a security module denied.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

use goodgate_evidence::Timestamp;
use goodgate_evidence::text::{neutralise, redact, shorten};
use rustix::fs::OFlags;

use crate::limits::{EVENTS_BEFORE, EVENTS_MAX, KERNEL_LOG_MAX, QUOTE_MAX};
use crate::process::Boot;
use crate::root::{Root, reason};
use crate::tools::Tools;

/// Bytes of one record of `/dev/kmsg`.
const RECORD_MAX: usize = 8192;

/// A line with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    pub(crate) text: String,
}

/// Reads the lines that are not older than an event may be.
pub(crate) fn read(
    root: &Root,
    tools: &dyn Tools,
    boot: Option<Boot>,
    now: Timestamp,
) -> Result<Vec<Line>, String> {
    let since = Timestamp(now.0 - EVENTS_BEFORE.as_micros() as i64);
    let lines = match (records(root), boot) {
        (Ok(text), Some(boot)) => text.lines().filter_map(|line| record(line, boot)).collect(),
        (Ok(_), None) => return Err("the time since boot is not known".to_owned()),
        (Err(why), _) => journal(tools).map_err(|also| format!("/dev/kmsg: {why}; {also}"))?,
    };
    Ok(lines.into_iter().filter(|line: &Line| line.at >= since).collect())
}

/// Reads `/dev/kmsg` up to its end, without waiting for more.
fn records(root: &Root) -> Result<String, String> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let mut file = options.open(root.path("/dev/kmsg")).map_err(|error| reason(&error))?;
    let is_device = file.metadata().is_ok_and(|metadata| metadata.file_type().is_char_device());
    let mut text = Vec::new();
    let mut record = vec![0; RECORD_MAX];
    while text.len() < KERNEL_LOG_MAX {
        match file.read(&mut record) {
            Ok(0) => break,
            Ok(length) => text.extend_from_slice(record.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            // The oldest records went while we read: the device goes on with the next one.
            Err(error) if is_device && error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => return Err(reason(&error)),
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Reads `6,1234,5678901,-;text`; lines that begin with a space go with the record before.
fn record(line: &str, boot: Boot) -> Option<Line> {
    let (head, text) = line.split_once(';')?;
    let microseconds: i64 = head.split(',').nth(2)?.parse().ok()?;
    Some(Line { at: boot.after(microseconds), text: text.to_owned() })
}

fn journal(tools: &dyn Tools) -> Result<Vec<Line>, String> {
    let arguments = ["-k", "-q", "--no-pager", "-o", "short-unix", "-n", "5000"];
    let text = tools.run("journalctl", &arguments)?;
    let lines: Vec<Line> = text.lines().filter_map(journal_line).collect();
    if lines.is_empty() {
        return Err("the journal has no lines of the kernel".to_owned());
    }
    Ok(lines)
}

/// Reads `1763791234.123456 host kernel: text`.
fn journal_line(line: &str) -> Option<Line> {
    let (seconds, rest) = line.split_once(' ')?;
    let (_, text) = rest.split_once("kernel: ")?;
    let seconds: f64 = seconds.parse().ok()?;
    Some(Line { at: Timestamp((seconds * 1e6) as i64), text: text.to_owned() })
}

/// A process that was killed for memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Killed {
    pub(crate) at: Timestamp,
    pub(crate) pid: u32,
    pub(crate) name: String,
    pub(crate) group: Option<String>,
    pub(crate) words: String,
}

/// Finds the processes that were killed for memory.
pub(crate) fn kills(lines: &[Line]) -> Vec<Killed> {
    let mut killed: Vec<Killed> = Vec::new();
    let mut group: Option<(u32, String)> = None;
    for line in lines {
        if let Some(context) = line.text.split_once("oom-kill:").map(|(_, context)| context) {
            group = group_of(context);
        } else if let Some((pid, name)) = killed_process(&line.text) {
            let group = group.take().filter(|(of, _)| *of == pid).map(|(_, group)| group);
            let group = group.or_else(|| before(&killed, line.at, &name));
            killed.push(Killed { at: line.at, pid, name, group, words: quote(&line.text) });
        }
    }
    last(killed)
}

/// How long the kernel may leave the context of a kill out after it wrote some.
const WITHOUT_CONTEXT: i64 = 10_000_000;

/// Returns the control group of the kill just before: of many kills in a row the kernel names the
/// group of the first ones only.
fn before(killed: &[Killed], at: Timestamp, name: &str) -> Option<String> {
    let last = killed.last().filter(|last| last.name == name)?;
    (at.0 - last.at.0 <= WITHOUT_CONTEXT).then(|| last.group.clone())?
}

/// Reads `constraint=…,task_memcg=/app,task=python3,pid=123,uid=33`.
fn group_of(context: &str) -> Option<(u32, String)> {
    let value = |key: &str| {
        context.split(',').find_map(|field| field.trim().strip_prefix(key)?.strip_prefix('='))
    };
    Some((value("pid")?.parse().ok()?, value("task_memcg")?.to_owned()))
}

/// Reads `Memory cgroup out of memory: Killed process 123 (python3) total-vm:…`.
fn killed_process(text: &str) -> Option<(u32, String)> {
    let lower = text.to_ascii_lowercase();
    let (_, rest) =
        text.split_once("Killed process ").filter(|_| lower.contains("out of memory"))?;
    let (pid, rest) = rest.split_once(' ')?;
    let name = rest.strip_prefix('(')?.split_once(')').map(|(name, _)| name)?;
    Some((pid.parse().ok()?, name.to_owned()))
}

/// A process that crashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crashed {
    pub(crate) at: Timestamp,
    pub(crate) pid: u32,
    pub(crate) name: String,
    pub(crate) words: String,
}

/// Words after `NAME[PID]` with which the kernel tells of a crash.
const CRASHES: &[&str] =
    &["segfault at", "general protection", "trap invalid opcode", "trap divide error"];

/// Finds the processes that crashed.
pub(crate) fn crashes(lines: &[Line]) -> Vec<Crashed> {
    let crash = |line: &Line| {
        let text = line.text.strip_prefix("traps: ").unwrap_or(&line.text);
        let (before, after) = text.split_once(']')?;
        let (name, pid) = before.rsplit_once('[')?;
        let after = after.trim_start_matches(':').trim_start();
        if !CRASHES.iter().any(|words| after.starts_with(words)) {
            return None;
        }
        Some(Crashed {
            at: line.at,
            pid: pid.parse().ok()?,
            name: name.to_owned(),
            words: quote(&line.text),
        })
    };
    last(lines.iter().filter_map(crash).collect())
}

/// Returns when the kernel last said that the connection table is full.
pub(crate) fn conntrack_full(lines: &[Line]) -> Option<Timestamp> {
    let full = |line: &&Line| line.text.contains("conntrack") && line.text.contains("table full");
    lines.iter().rfind(full).map(|line| line.at)
}

/// Finds packets to an address and port that a firewall logged. What it did with them stands in
/// the prefix that its owner chose, if anywhere; only prefixes that tell of blocking count.
pub(crate) fn blocked(lines: &[Line], to: SocketAddr) -> Vec<(Timestamp, String)> {
    let about = |line: &&Line| {
        let text = line.text.as_str();
        let value = |key: &str| {
            text.split_ascii_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
        };
        let address = value("DST").and_then(|ip| ip.parse::<IpAddr>().ok());
        let port = value("DPT").and_then(|port| port.parse::<u16>().ok());
        tells_of_blocking(text)
            && address.is_some_and(|ip| ip == to.ip().to_canonical())
            && port == Some(to.port())
    };
    let found = lines.iter().filter(about).map(|line| (line.at, quote(&line.text))).collect();
    last(found)
}

fn tells_of_blocking(text: &str) -> bool {
    let prefix = text.split("IN=").next().unwrap_or_default().to_ascii_lowercase();
    ["drop", "reject", "deny", "denied", "block", "refuse"].iter().any(|word| prefix.contains(word))
}

/// Returns the latest of a list.
fn last<T>(mut events: Vec<T>) -> Vec<T> {
    events.drain(..events.len().saturating_sub(EVENTS_MAX));
    events
}

/// Returns a line as it may be told.
pub(crate) fn quote(text: &str) -> String {
    shorten(&neutralise(&redact(text.trim_end())), QUOTE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answers, Tree};

    const NOW: Timestamp = Timestamp(1_000_000_000_000);

    /// The kernel's log of a host that runs for a hundred seconds.
    fn lines(log: &str) -> Vec<Line> {
        let tree = Tree::new().file("/proc/uptime", "100.0 1.0\n").file("/dev/kmsg", log);
        let boot = Boot::read(&tree.root(), NOW);
        read(&tree.root(), &Answers::default(), boot, NOW).unwrap()
    }

    #[test]
    fn a_kill_is_found_with_its_control_group() {
        let log = "6,1,90000000,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/app,task_memcg=/app,task=gunicorn,pid=123,uid=33\n\
                   3,2,90000100,-;Memory cgroup out of memory: Killed process 123 (gunicorn) total-vm:1kB\n";

        let killed = kills(&lines(log));

        assert_eq!(killed.len(), 1);
        assert_eq!((killed[0].pid, killed[0].name.as_str()), (123, "gunicorn"));
        assert_eq!(killed[0].group.as_deref(), Some("/app"));
        assert_eq!(killed[0].at, Timestamp(NOW.0 - 100_000_000 + 90_000_100));
    }

    #[test]
    fn the_control_group_of_another_kill_is_not_taken() {
        let log = "6,1,90000000,-;oom-kill:task_memcg=/other,task=x,pid=7,uid=33\n\
                   3,2,90000100,-;Out of memory: Killed process 123 (gunicorn) total-vm:1kB\n";

        assert_eq!(kills(&lines(log))[0].group, None);
    }

    #[test]
    fn of_many_kills_in_a_row_the_first_names_the_group() {
        let log = "6,1,80000000,-;oom-kill:task_memcg=/app,task=x,pid=7,uid=33\n\
                   3,2,80000100,-;Out of memory: Killed process 7 (gunicorn) total-vm:1kB\n\
                   3,3,81000000,-;Out of memory: Killed process 8 (gunicorn) total-vm:1kB\n\
                   3,4,99000000,-;Out of memory: Killed process 9 (gunicorn) total-vm:1kB\n";

        let groups: Vec<Option<String>> =
            kills(&lines(log)).into_iter().map(|kill| kill.group).collect();

        assert_eq!(groups, [Some("/app".to_owned()), Some("/app".to_owned()), None]);
    }

    #[test]
    fn crashes_are_found_in_both_forms() {
        let log = "6,1,90000000,-;python3[77]: segfault at 0 ip 0000 sp 0000 error 4 in x.so\n\
                   6,2,90000001,-;traps: php-fpm8.2[78] general protection fault ip:0 sp:0 error:0\n\
                   6,3,90000002,-;systemd[1]: segfault handler installed\n";

        let crashed = crashes(&lines(log));

        let names: Vec<(&str, u32)> =
            crashed.iter().map(|crash| (crash.name.as_str(), crash.pid)).collect();
        assert_eq!(names, [("python3", 77), ("php-fpm8.2", 78)]);
    }

    #[test]
    fn a_full_connection_table_is_found() {
        let log = "4,1,90000000,-;nf_conntrack: nf_conntrack: table full, dropping packet\n";

        assert!(conntrack_full(&lines(log)).is_some());
    }

    #[test]
    fn a_packet_that_was_logged_as_dropped_is_found() {
        let log = "4,1,90000000,-;DROP in: IN=lo OUT= SRC=10.0.0.1 DST=10.0.0.7 PROTO=TCP SPT=4 DPT=8000 SYN\n\
                   4,2,90000000,-;seen: IN=lo OUT= SRC=10.0.0.1 DST=10.0.0.7 PROTO=TCP SPT=4 DPT=8000 SYN\n";
        let to = |text: &str| blocked(&lines(log), text.parse().unwrap()).len();

        assert_eq!(to("10.0.0.7:8000"), 1);
        assert_eq!(to("10.0.0.7:8001"), 0);
    }

    #[test]
    fn the_journal_stands_in() {
        let tree = Tree::new();
        let line = "999990.500000 gw1 kernel: python3[77]: segfault at 0 ip 0\n";
        let command = "journalctl -k -q --no-pager -o short-unix -n 5000";
        let answers = Answers::default().with(command, line);

        let read = read(&tree.root(), &answers, None, NOW).unwrap();

        assert_eq!(read[0].at, Timestamp(999_990_500_000));
        assert_eq!(crashes(&read).len(), 1);
    }

    #[test]
    fn without_both_the_reasons_are_told() {
        let tree = Tree::new();

        let why = read(&tree.root(), &Answers::default(), None, NOW).unwrap_err();

        assert_eq!(why, "/dev/kmsg: it does not exist; journalctl is not installed");
    }

    #[test]
    fn what_is_older_than_an_hour_is_left_out() {
        let tree = Tree::new()
            .file("/proc/uptime", "7200.0 1.0\n")
            .file("/dev/kmsg", "6,1,90000000,-;python3[77]: segfault at 0 ip 0\n");
        let boot = Boot::read(&tree.root(), NOW);

        assert!(read(&tree.root(), &Answers::default(), boot, NOW).unwrap().is_empty());
    }
}
