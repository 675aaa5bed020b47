//! The process table of `/proc`.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::{Process, User};
use goodgate_evidence::text::{neutralise, redact, shorten};

use crate::limits::{PROCESSES_MAX, QUOTE_MAX};
use crate::root::Root;
use crate::users::Users;

/// Parts of a second in which `/proc/PID/stat` counts (`USER_HZ`, 100 on every usual machine).
const TICKS: u64 = 100;

/// A row of the process table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) name: String,
    /// `R`, `S`, `D`, `T`, `Z`, …
    pub(crate) state: char,
    /// Ticks after boot.
    pub(crate) started: u64,
}

/// Every process, or as many as are looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<u32, Row>,
    /// Whether there are more.
    pub(crate) cut: bool,
}

impl Table {
    /// Reads the table; a process that ends meanwhile is left out.
    pub(crate) fn read(root: &Root) -> Result<Self, String> {
        // Some entries of the folder are no processes.
        let names =
            root.names("/proc", PROCESSES_MAX + 100).map_err(|e| crate::root::reason(&e))?;
        let mut pids: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
        pids.sort_unstable();
        let cut = pids.len() > PROCESSES_MAX;
        let rows = pids.into_iter().take(PROCESSES_MAX).filter_map(|pid| {
            let text = root.read(&format!("/proc/{pid}/stat")).ok()?;
            Some((pid, row(pid, &text)?))
        });
        Ok(Self { rows: rows.collect(), cut })
    }

    /// Returns every process that is not a zombie.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().filter(|row| row.state != 'Z')
    }

    pub(crate) fn get(&self, pid: u32) -> Option<&Row> {
        self.rows.get(&pid)
    }

    /// Returns the processes that are the same as in `earlier`: a number alone may be used again.
    pub(crate) fn same(&self, earlier: &Row) -> bool {
        let now = self.get(earlier.pid);
        now.is_some_and(|now| now.started == earlier.started && now.state != 'Z')
    }

    /// Returns those of `pids` that are no parent of another one of them: the workers.
    pub(crate) fn workers(&self, pids: &BTreeSet<u32>) -> Vec<&Row> {
        let parents: BTreeSet<u32> =
            pids.iter().filter_map(|pid| Some(self.get(*pid)?.parent)).collect();
        let rows = pids.iter().filter_map(|pid| self.get(*pid)).filter(|row| row.state != 'Z');
        rows.filter(|row| !parents.contains(&row.pid)).collect()
    }

    /// Returns a process and all that descend from it.
    pub(crate) fn family(&self, pid: u32) -> BTreeSet<u32> {
        let mut family = BTreeSet::from([pid]);
        // Rounds end when nothing new is found; a table is no deeper than it is long.
        for _ in 0..self.rows.len() {
            let more: Vec<u32> = self
                .rows
                .values()
                .filter(|row| family.contains(&row.parent) && !family.contains(&row.pid))
                .map(|row| row.pid)
                .collect();
            if more.is_empty() {
                break;
            }
            family.extend(more);
        }
        family
    }
}

fn row(pid: u32, stat: &str) -> Option<Row> {
    // The name stands in parentheses and may hold any character, also parentheses.
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let fields: Vec<&str> = after.split_ascii_whitespace().collect();
    Some(Row {
        pid,
        parent: fields.get(1)?.parse().ok()?,
        name: name.to_owned(),
        state: fields.first()?.chars().next()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

/// When the system was booted, and what turns times after boot into those of the calendar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boot(i64);

impl Boot {
    /// Reads how long the system runs.
    pub(crate) fn read(root: &Root, now: Timestamp) -> Option<Self> {
        let text = root.read("/proc/uptime").ok()?;
        let seconds: f64 = text.split_ascii_whitespace().next()?.parse().ok()?;
        Some(Self(now.0 - (seconds * 1e6) as i64))
    }

    /// Returns the time so many microseconds after boot.
    pub(crate) fn after(self, microseconds: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(microseconds))
    }

    fn after_ticks(self, ticks: u64) -> Timestamp {
        let microseconds = ticks.saturating_mul(1_000_000 / TICKS);
        self.after(i64::try_from(microseconds).unwrap_or(i64::MAX))
    }
}

/// As whom a process opens files and sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) uid: u32,
    pub(crate) gids: BTreeSet<u32>,
    /// `CAP_DAC_OVERRIDE`: modes do not hold for it.
    pub(crate) overrides: bool,
    /// `CAP_DAC_READ_SEARCH`: it may pass every folder.
    pub(crate) searches: bool,
}

const CAP_DAC_OVERRIDE: u64 = 1 << 1;
const CAP_DAC_READ_SEARCH: u64 = 1 << 2;

impl Credentials {
    /// Reads `/proc/PID/status`.
    pub(crate) fn read(root: &Root, pid: u32) -> Option<Self> {
        Self::of_status(&root.read(&format!("/proc/{pid}/status")).ok()?)
    }

    fn of_status(status: &str) -> Option<Self> {
        let field =
            |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        // Real, effective, saved, file system: the last one counts for files and sockets.
        let last = |text: &str| text.split_ascii_whitespace().nth(3)?.parse::<u32>().ok();
        let uid = last(field("Uid")?)?;
        let mut gids: BTreeSet<u32> = field("Groups")
            .into_iter()
            .flat_map(str::split_ascii_whitespace)
            .filter_map(|gid| gid.parse().ok())
            .collect();
        gids.insert(last(field("Gid")?)?);
        let capable = field("CapEff").and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
        let capable = capable.unwrap_or(0);
        Some(Self {
            uid,
            gids,
            overrides: capable & CAP_DAC_OVERRIDE != 0,
            searches: capable & (CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH) != 0,
        })
    }
}

/// Describes a process.
pub(crate) fn describe(root: &Root, row: &Row, boot: Option<Boot>, users: &Users) -> Process {
    let user =
        Credentials::read(root, row.pid).map(|who| User { id: who.uid, name: users.user(who.uid) });
    Process {
        pid: row.pid,
        name: neutralise(&row.name),
        command: shown(&command(root, row.pid)),
        user,
        started: boot.map(|boot| boot.after_ticks(row.started)),
    }
}

/// Returns the arguments of a process; none where they cannot be read.
pub(crate) fn arguments(root: &Root, pid: u32) -> Vec<String> {
    let text = root.read(&format!("/proc/{pid}/cmdline")).unwrap_or_default();
    text.split('\0').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns the command line of a process, whole; not to be shown.
pub(crate) fn command(root: &Root, pid: u32) -> String {
    arguments(root, pid).join(" ")
}

/// Returns a command line as it may be shown.
fn shown(command: &str) -> String {
    shorten(&neutralise(&redact(&mask_options(command))).replace('\n', " "), QUOTE_MAX)
}

/// Words in an option's name after which its value is a secret.
const SECRET_OPTIONS: &[&str] = &["pass", "secret", "token", "key", "credential", "auth"];

/// Masks what follows an option whose name tells of a secret, whether after `=` or as the next word.
fn mask_options(command: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut mask_next = false;
    for word in command.split(' ') {
        let (name, value) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
        let lower = name.to_ascii_lowercase();
        let tells = SECRET_OPTIONS.iter().any(|secret| lower.contains(secret));
        match value {
            _ if mask_next && !word.starts_with('-') => words.push("***".to_owned()),
            Some(_) if tells => words.push(format!("{name}=***")),
            _ => words.push(word.to_owned()),
        }
        mask_next = tells && value.is_none() && word.starts_with('-');
    }
    words.join(" ")
}

/// Returns the network namespace of a process, as `/proc` names it.
pub(crate) fn network_of(root: &Root, pid: u32) -> Option<String> {
    root.link(&format!("/proc/{pid}/ns/net")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    /// A line of `/proc/PID/stat` with the fields that count.
    fn stat(pid: u32, name: &str, state: char, parent: u32, started: u64) -> String {
        let zeros = "0 ".repeat(17);
        format!("{pid} ({name}) {state} {parent} {zeros}{started} 0")
    }

    fn table(rows: &[(u32, &str, char, u32, u64)]) -> Table {
        let mut tree = Tree::new();
        for (pid, name, state, parent, started) in rows {
            let text = stat(*pid, name, *state, *parent, *started);
            tree = tree.file(&format!("/proc/{pid}/stat"), &text);
        }
        Table::read(&tree.root()).unwrap()
    }

    #[test]
    fn a_name_with_parentheses_is_read() {
        let table = table(&[(7, "a) b (c", 'S', 1, 500)]);

        let expected =
            Row { pid: 7, parent: 1, name: "a) b (c".to_owned(), state: 'S', started: 500 };
        assert_eq!(table.get(7), Some(&expected));
    }

    #[test]
    fn a_number_that_is_used_again_is_another_process() {
        let table = table(&[(7, "a", 'S', 1, 500)]);
        let earlier = Row { pid: 7, parent: 1, name: "a".to_owned(), state: 'S', started: 400 };

        assert!(!table.same(&earlier));
    }

    #[test]
    fn the_process_that_manages_the_others_is_no_worker() {
        let table = table(&[(7, "nginx", 'S', 1, 1), (8, "nginx", 'S', 7, 2)]);

        let workers = table.workers(&BTreeSet::from([7, 8]));

        assert_eq!(workers.iter().map(|row| row.pid).collect::<Vec<_>>(), [8]);
    }

    #[test]
    fn a_process_alone_is_its_own_worker() {
        let table = table(&[(7, "node", 'S', 1, 1)]);

        assert_eq!(table.workers(&BTreeSet::from([7])).len(), 1);
    }

    #[test]
    fn a_family_is_a_process_with_all_below_it() {
        let rows =
            [(7, "a", 'S', 1, 1), (8, "b", 'S', 7, 2), (9, "c", 'S', 8, 3), (4, "d", 'S', 1, 1)];

        assert_eq!(table(&rows).family(7), BTreeSet::from([7, 8, 9]));
    }

    #[test]
    fn the_file_system_ids_and_the_groups_count() {
        let status = "Name:\tnginx\nUid:\t0\t0\t0\t33\nGid:\t0\t0\t0\t33\nGroups:\t4 5 \n\
                      CapEff:\t0000000000000000\n";

        let who = Credentials::of_status(status).unwrap();

        assert_eq!((who.uid, who.overrides), (33, false));
        assert_eq!(who.gids, BTreeSet::from([4, 5, 33]));
    }

    #[test]
    fn a_process_with_the_capability_is_not_bound_by_modes() {
        let status = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";

        assert!(Credentials::of_status(status).unwrap().overrides);
    }

    #[test]
    fn secrets_of_command_lines_are_masked() {
        let shown = [
            "app --password hunter2 --port 80",
            "app --api-key=abc -p 80",
            "env DB_PASSWORD=x app",
            "app postgres://me:pw@db/x",
        ]
        .map(shown);

        let expected = [
            "app --password *** --port 80",
            "app --api-key=*** -p 80",
            "env DB_PASSWORD=*** app",
            "app postgres://***@db/x",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn ticks_become_times_of_the_calendar() {
        let tree = Tree::new().file("/proc/uptime", "100.00 50.00\n");

        let boot = Boot::read(&tree.root(), Timestamp(1_000_000_000)).unwrap();

        assert_eq!(boot.after_ticks(9_000), Timestamp(990_000_000));
    }
}
