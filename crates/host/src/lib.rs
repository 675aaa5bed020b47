//! Looks at the host on which a gateway or an origin runs, changes nothing, and gives typed facts.
//!
//! An [`Inspection`] looks twice: before the first request of an examination and at its end, so
//! that what grew, went or came meanwhile can be told. Everything is read: files of `/proc`, `/sys`
//! and `/etc`, the kernel's lists of sockets, and the answers of a few commands that only read. The
//! files begin at a [`Root`], the commands are run by [`Tools`], so that a test can stand in for a
//! host. What cannot be looked at is a
//! [`NotSeen`](goodgate_evidence::host::NotSeen) with its reason.
//!
//! What the facts mean is decided elsewhere (`goodgate-examine`).

mod access;
mod app;
mod audit;
mod cgroup;
mod clock;
mod configuration;
mod counters;
mod descriptors;
mod events;
mod firewall;
mod folders;
mod gateway;
mod kernel_log;
pub mod limits;
mod look;
mod namespace;
mod notes;
mod php_fpm;
mod process;
mod resolver;
mod root;
mod server;
mod sockets;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tools;
mod unit;
mod users;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use goodgate_evidence::host::{Conntrack, Counter, Found, Host, Role, Server};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::{Product, Timestamp};

pub use root::Root;
pub use server::Asked;
pub use tools::{SystemTools, Tools};

use app::Means;
use gateway::{Family, Standing};
use look::{Interest, Look};
use notes::Notes;

/// What is known before the first request.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// Ports of the target and of the origin.
    pub ports: Vec<u16>,
    /// Paths of unix sockets.
    pub paths: Vec<PathBuf>,
    /// Addresses, where they need no look-up.
    pub addresses: Vec<IpAddr>,
}

/// What is known at the end.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The servers to look at.
    pub servers: Vec<Asked>,
    /// Names of hosts that play a part.
    pub names: Vec<String>,
    /// Who wrote the gateway's answer, where that is known.
    pub wrote: Option<Product>,
}

/// A look at a host that has begun.
pub struct Inspection<'a> {
    root: &'a Root,
    tools: &'a dyn Tools,
    interest: Interest,
    before: Look<'a>,
    took: Duration,
}

impl<'a> Inspection<'a> {
    /// Looks before the first request; `now` is the time of the calendar.
    pub fn begin(
        root: &'a Root,
        tools: &'a dyn Tools,
        beginning: Beginning,
        now: Timestamp,
    ) -> Self {
        let begun = Instant::now();
        let interest = Interest {
            ports: beginning.ports.into_iter().collect(),
            paths: beginning.paths.into_iter().collect(),
            addresses: beginning.addresses.into_iter().collect(),
        };
        // What cannot be seen now cannot be seen at the end either, and is told then.
        let before = Look::take(root, tools, &interest, now, &mut Notes::default());
        Self { root, tools, interest, before, took: begun.elapsed() }
    }

    /// Looks at the end, and gives the facts.
    pub fn finish(self, question: &Question, now: Timestamp) -> Host {
        let begun = Instant::now();
        let mut notes = Notes::default();
        let as_root = rustix::process::geteuid().is_root();
        if !as_root {
            notes.not_seen("the processes and files of other users", "we do not run as root");
        }
        let interest = self.all_interest(&question.servers);
        let look = Look::take(self.root, self.tools, &interest, now, &mut notes);
        let without_units = unit::absent(self.root);
        if let Some(why) = &without_units {
            notes.not_seen("unit states", why.as_str());
        }
        let means = Means {
            look: &look,
            before: Some(&self.before),
            tools: self.tools,
            without_units: without_units.as_deref(),
        };
        let (family, standing) = self.gateway(&means, question, &mut notes);
        let servers: Vec<Server> = question
            .servers
            .iter()
            .map(|asked| server::look_at(&means, asked, standing.as_ref(), &mut notes))
            .collect();
        let mut host = Host {
            as_root,
            servers,
            conntrack: self.conntrack(&look, &mut notes),
            files: descriptors::of_system(self.root),
            resolver: notes
                .seen("the resolver's files", resolver::read(self.root, &question.names)),
            clock: notes.seen("the clock's offset", clock::read(self.root, self.tools)),
            ..Host::default()
        };
        let parties = events::Parties::of(&look, &self.before, family.as_ref(), &host.servers);
        events::enter(&means, &parties, standing.as_ref(), &mut host, now, &mut notes);
        host.gateway = standing.map(|standing| standing.gateway);
        host.not_seen = notes.into_list();
        host.took_ms = (self.took + begun.elapsed()).as_millis() as u64;
        host
    }

    fn all_interest(&self, servers: &[Asked]) -> Interest {
        let mut interest = self.interest.clone();
        for asked in servers {
            match &asked.place {
                Endpoint::Tcp(address) => {
                    interest.ports.insert(address.port());
                    interest.addresses.insert(address.ip().to_canonical());
                }
                Endpoint::Unix(path) => {
                    interest.paths.insert(path.clone());
                }
            }
        }
        interest
    }

    /// Finds the gateway and looks at it.
    fn gateway(
        &self,
        means: &Means<'_>,
        question: &Question,
        notes: &mut Notes,
    ) -> (Option<Family>, Option<Standing>) {
        let look = means.look;
        let Some(own) = look.own() else { return (None, None) };
        let at = |role: Role| {
            let asked = question.servers.iter().filter(move |asked| asked.role == role);
            asked.map(|asked| server::owners_at(look, &asked.place))
        };
        let (pids, namespace_of) =
            at(Role::Target).find(|(pids, _)| !pids.is_empty()).unwrap_or_default();
        let listening = (&pids, namespace_of);
        let family =
            gateway::find(self.root, &look.table, &own.namespace, listening, question.wrote, notes);
        // A server behind the gateway may have the name of a gateway; it is not the one we look for.
        let behind: BTreeSet<u32> = [Role::Origin, Role::Logged]
            .into_iter()
            .flat_map(at)
            .flat_map(|(pids, _)| pids)
            .collect();
        let named = |family: &Family| family.found == Found::Named;
        let family = family.filter(|family| !named(family) || family.pids.is_disjoint(&behind));
        let standing = family
            .as_ref()
            .and_then(|family| gateway::describe(look, family, Some(&self.before), notes));
        (family, standing)
    }

    fn conntrack(&self, look: &Look<'_>, notes: &mut Notes) -> Option<Conntrack> {
        let Some(entries) = look.conntrack else {
            notes
                .not_seen("the connection tracking table", "the kernel tracks no connections here");
            return None;
        };
        let drops = look.conntrack_drops;
        Some(Conntrack {
            entries,
            before: self.before.conntrack.map(|usage| usage.used),
            drops: drops.map(|now| Counter { before: self.before.conntrack_drops, now }),
            logged_full: None,
        })
    }
}

impl std::fmt::Debug for Inspection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inspection").field("interest", &self.interest).finish_non_exhaustive()
    }
}
