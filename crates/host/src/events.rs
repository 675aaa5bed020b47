//! What happened lately: kills for memory, crashes, denials, packets that a firewall logged.

use std::collections::BTreeSet;

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::{Crash, Host, Kill, Logged, Server, Victim};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::neutralise;

use crate::app::Means;
use crate::audit::{self, About};
use crate::cgroup::Groups;
use crate::gateway::{Family, Standing};
use crate::kernel_log::{self, Line};
use crate::look::Look;
use crate::notes::Notes;

/// Whose processes are whose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parties {
    /// Processes of the application, those that are gone as well.
    app: BTreeSet<u32>,
    gateway: BTreeSet<u32>,
    /// Names of the application's programs.
    app_names: BTreeSet<String>,
    gateway_names: BTreeSet<String>,
    /// Memory control groups of the application.
    app_groups: BTreeSet<String>,
    /// Units that should serve where nothing listens.
    units: BTreeSet<String>,
}

impl Parties {
    /// Sorts the processes that were seen.
    pub(crate) fn of(
        look: &Look<'_>,
        before: &Look<'_>,
        family: Option<&Family>,
        servers: &[Server],
    ) -> Self {
        let mut parties = Self::default();
        if let Some(family) = family {
            parties.gateway.clone_from(&family.pids);
            parties.gateway_names =
                look.rows(&family.pids).iter().map(|row| row.name.clone()).collect();
        }
        for net in before.nets.iter().chain(&look.nets) {
            let pids = net.owners.values().flatten().filter(|pid| !parties.gateway.contains(pid));
            parties.app.extend(pids.copied().filter(|pid| *pid > 1));
        }
        for pid in parties.app.clone() {
            for seen in [before, look] {
                parties.app_names.extend(seen.table.get(pid).map(|row| row.name.clone()));
            }
            let group = Groups::read(look.root, pid).map(|groups| groups.memory);
            parties.app_groups.extend(group.filter(|group| group != "/"));
            parties.app.extend(before.table.family(pid));
        }
        let units = servers.iter().filter_map(|server| server.unit.as_ref());
        parties.units = units.map(|unit| unit.name.clone()).collect();
        parties
    }

    /// Says whose a process was.
    fn victim(&self, pid: u32, name: &str, group: Option<&str>) -> Victim {
        if self.gateway.contains(&pid) {
            return Victim::Gateway;
        }
        if self.app.contains(&pid) {
            return Victim::App;
        }
        let group = group.filter(|group| *group != "/");
        let below = |top: &String| {
            group
                .and_then(|group| group.strip_prefix(top.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of_unit =
            |unit: &String| group.is_some_and(|group| group.split('/').any(|part| part == unit));
        if self.app_groups.iter().any(below) || self.units.iter().any(of_unit) {
            return Victim::App;
        }
        if group.is_some() && !self.app_groups.is_empty() {
            return Victim::Other;
        }
        if self.app_names.contains(name) {
            return Victim::App;
        }
        if self.gateway_names.contains(name) {
            return Victim::Gateway;
        }
        if self.app_names.is_empty() { Victim::Unclear } else { Victim::Other }
    }
}

/// Enters what happened.
pub(crate) fn enter(
    means: &Means<'_>,
    parties: &Parties,
    gateway: Option<&Standing>,
    host: &mut Host,
    now: Timestamp,
    notes: &mut Notes,
) {
    let look = means.look;
    let read = kernel_log::read(look.root, means.tools, look.boot, now);
    let lines = notes.seen("the kernel's log", read).unwrap_or_default();
    host.kills = kernel_log::kills(&lines)
        .into_iter()
        .map(|kill| Kill {
            at: Some(kill.at),
            pid: kill.pid,
            victim: parties.victim(kill.pid, &kill.name, kill.group.as_deref()),
            name: neutralise(&kill.name),
            group: kill.group.map(|group| neutralise(&group)),
            words: kill.words,
        })
        .collect();
    host.crashes = kernel_log::crashes(&lines)
        .into_iter()
        .map(|crash| Crash {
            at: Some(crash.at),
            pid: crash.pid,
            victim: parties.victim(crash.pid, &crash.name, None),
            name: neutralise(&crash.name),
            words: crash.words,
        })
        .collect();
    if let Some(conntrack) = &mut host.conntrack {
        conntrack.logged_full = kernel_log::conntrack_full(&lines);
    }
    for server in &host.servers {
        let Endpoint::Tcp(address) = server.place else { continue };
        let blocked = kernel_log::blocked(&lines, address);
        host.blocked.extend(blocked.into_iter().map(|(at, words)| Logged { at: Some(at), words }));
    }
    denied(means, gateway, host, &lines, notes);
}

fn denied(
    means: &Means<'_>,
    gateway: Option<&Standing>,
    host: &mut Host,
    kernel: &[Line],
    notes: &mut Notes,
) {
    if !audit::has_module(means.look.root) {
        notes.not_seen("denials of SELinux or AppArmor", "neither of them is switched on here");
        return;
    }
    let Some(standing) = gateway else {
        notes.not_seen("denials of SELinux or AppArmor", "no gateway was found here");
        return;
    };
    let mut about = About { programs: vec![standing.gateway.name.clone()], ..About::default() };
    for server in &host.servers {
        match &server.place {
            Endpoint::Tcp(address) => about.addresses.push(*address),
            Endpoint::Unix(path) => about.sockets.push(path.display().to_string()),
        }
    }
    let mut lines = kernel.to_vec();
    match audit::read(means.look.root) {
        Ok(more) => lines.extend(more),
        // Without an audit daemon the kernel writes denials into its own log.
        Err(_) if !kernel.is_empty() => {}
        Err(why) => notes.not_seen("denials of SELinux or AppArmor", why),
    }
    host.denials = audit::denials(&lines, &about);
}
