//! What happened lately: kills for memory, crashes, denials, packets that a firewall logged.

use std::collections::BTreeSet;

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::{Crash, Host, Kill, Logged, Server, Victim};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::neutralise;

use crate::app::Means;
use crate::audit::{self, About};
use crate::cgroup::{self, Groups};
use crate::gateway::{Family, Standing};
use crate::kernel_log::{self, Line};
use crate::look::Look;
use crate::notes::Notes;

/// The processes of one side.
#[derive(Clone, Debug, Default)]
struct Side {
    /// Those that are gone as well.
    pids: BTreeSet<u32>,
    /// The names of their programs.
    names: BTreeSet<String>,
    /// Their memory control groups.
    groups: BTreeSet<String>,
}

impl Side {
    /// Enters processes with all that descend from them, now and before.
    fn enter(&mut self, pids: &BTreeSet<u32>, looks: [&Look<'_>; 2]) {
        for pid in pids {
            for look in looks {
                self.names.extend(look.table.get(*pid).map(|row| row.name.clone()));
                self.pids.extend(look.table.family(*pid));
            }
            let groups = looks.first().and_then(|look| Groups::read(look.root, *pid));
            self.groups.extend(groups.map(|groups| groups.memory));
        }
    }

    /// Tells whether a process of this control group and name is of the side. The group at the top
    /// is everybody's: there the name decides.
    fn has(&self, group: &str, name: &str) -> bool {
        let below = |top: &String| {
            let rest = group.strip_prefix(top.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let at_top = group == "/" && self.groups.contains("/") && self.names.contains(name);
        at_top || self.groups.iter().filter(|top| *top != "/").any(below)
    }
}

/// Whose processes are whose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parties {
    app: Side,
    gateway: Side,
    /// Units that should serve where nothing listens.
    units: BTreeSet<String>,
    /// Whether control groups are written as the kernel's log writes them.
    groups_are_whole: bool,
    /// Whether the application's control groups count kills, and counted none.
    app_is_unhurt: bool,
}

impl Parties {
    /// Sorts the processes that were seen.
    pub(crate) fn of(
        look: &Look<'_>,
        before: &Look<'_>,
        family: Option<&Family>,
        servers: &[Server],
    ) -> Self {
        let groups_are_whole = cgroup::paths_are_whole(look.root);
        let mut parties = Self { groups_are_whole, ..Self::default() };
        if let Some(family) = family {
            parties.gateway.enter(&family.pids, [look, before]);
        }
        let owners = before.nets.iter().chain(&look.nets).flat_map(|net| net.owners.values());
        let is_app = |pid: &u32| *pid > 1 && !parties.gateway.pids.contains(pid);
        let app: BTreeSet<u32> = owners.flatten().copied().filter(is_app).collect();
        parties.app.enter(&app, [look, before]);
        let counted = |group: &String| look.oom_kills.get(group).copied();
        parties.app_is_unhurt = !parties.app.groups.is_empty()
            && parties.app.groups.iter().all(|group| counted(group) == Some(0));
        let units = servers.iter().filter_map(|server| server.unit.as_ref());
        parties.units = units.map(|unit| unit.name.clone()).collect();
        parties
    }

    /// Says whose a process was.
    fn victim(&self, pid: u32, name: &str, group: Option<&str>) -> Victim {
        let known = [(&self.gateway, Victim::Gateway), (&self.app, Victim::App)];
        let is_known = !self.app.pids.is_empty();
        if let Some((_, victim)) = known.iter().find(|(side, _)| side.pids.contains(&pid)) {
            return *victim;
        }
        let of_unit =
            |unit: &String| group.is_some_and(|group| group.split('/').any(|part| part == unit));
        if self.units.iter().any(of_unit) {
            return Victim::App;
        }
        let others = if is_known { Victim::Other } else { Victim::Unclear };
        if let Some(group) = group.filter(|_| self.groups_are_whole) {
            // Both sides may share a group: then the name decides.
            let (gateway, app) = (self.gateway.has(group, name), self.app.has(group, name));
            return match (gateway, app) {
                (true, true) if self.gateway.names.contains(name) => Victim::Gateway,
                (_, true) => Victim::App,
                (true, false) => Victim::Gateway,
                (false, false) => others,
            };
        }
        let by_name = known.iter().find(|(side, _)| side.names.contains(name));
        by_name.map_or(others, |(_, victim)| *victim)
    }

    /// Says whose process was killed for memory.
    fn killed(&self, pid: u32, name: &str, group: Option<&str>) -> Victim {
        match self.victim(pid, name, group) {
            Victim::App if self.app_is_unhurt && !self.app.pids.contains(&pid) => Victim::Other,
            victim => victim,
        }
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
            victim: parties.killed(kill.pid, &kill.name, kill.group.as_deref()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn side(pids: &[u32], name: &str, group: &str) -> Side {
        Side {
            pids: pids.iter().copied().collect(),
            names: BTreeSet::from([name.to_owned()]),
            groups: BTreeSet::from([group.to_owned()]),
        }
    }

    fn parties(app_group: &str) -> Parties {
        Parties {
            app: side(&[7, 8], "gunicorn", app_group),
            gateway: side(&[3], "nginx", "/"),
            units: BTreeSet::new(),
            groups_are_whole: true,
            app_is_unhurt: false,
        }
    }

    #[test]
    fn a_process_that_was_seen_is_known() {
        assert_eq!(parties("/").victim(8, "gunicorn", Some("/elsewhere")), Victim::App);
        assert_eq!(parties("/").victim(3, "nginx", None), Victim::Gateway);
    }

    #[test]
    fn a_process_in_the_applications_group_is_its_own() {
        let parties = parties("/system.slice/app.service");

        assert_eq!(parties.victim(99, "sh", Some("/system.slice/app.service/w")), Victim::App);
        assert_eq!(parties.victim(99, "sh", Some("/system.slice/app.service2")), Victim::Other);
    }

    #[test]
    fn the_same_program_in_another_group_is_somebody_elses() {
        assert_eq!(parties("/").victim(99, "gunicorn", Some("/other")), Victim::Other);
        assert_eq!(parties("/app").victim(99, "gunicorn", Some("/other")), Victim::Other);
    }

    #[test]
    fn without_groups_the_name_decides() {
        assert_eq!(parties("/app").victim(99, "gunicorn", None), Victim::App);
        assert_eq!(parties("/app").victim(99, "postgres", None), Victim::Other);
    }

    #[test]
    fn a_group_that_counts_no_kill_had_none() {
        let unhurt = Parties { app_is_unhurt: true, ..parties("/app") };

        assert_eq!(unhurt.killed(99, "gunicorn", None), Victim::Other);
        assert_eq!(unhurt.killed(8, "gunicorn", None), Victim::App);
        assert_eq!(parties("/app").killed(99, "gunicorn", None), Victim::App);
    }

    #[test]
    fn without_an_application_it_is_unclear() {
        let parties = Parties { groups_are_whole: true, ..Parties::default() };

        assert_eq!(parties.victim(99, "gunicorn", Some("/app")), Victim::Unclear);
        assert_eq!(parties.victim(99, "gunicorn", None), Victim::Unclear);
    }

    #[test]
    fn a_process_in_the_group_of_the_unit_that_should_listen_is_the_applications() {
        let units = BTreeSet::from(["app.service".to_owned()]);
        let parties = Parties { units, groups_are_whole: true, ..Parties::default() };

        assert_eq!(parties.victim(9, "x", Some("/system.slice/app.service")), Victim::App);
    }
}
