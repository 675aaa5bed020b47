//! One look at the host: what changes from moment to moment. There are two, before the first
//! request and at the end, so that what grew, went or came meanwhile can be told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::Usage;

use crate::cgroup::Groups;
use crate::counters;
use crate::descriptors::{self, Budget};
use crate::firewall::Rules;
use crate::namespace::Namespace;
use crate::notes::Notes;
use crate::process::{self, Boot, Row, Table};
use crate::root::Root;
use crate::sockets::{self, Addresses, Connections, Listening};
use crate::tools::Tools;
use crate::users::Users;

/// What the look is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interest {
    /// Ports of the servers.
    pub(crate) ports: BTreeSet<u16>,
    /// Paths of their unix sockets.
    pub(crate) paths: BTreeSet<PathBuf>,
    /// Their addresses, as far as they are known.
    pub(crate) addresses: BTreeSet<IpAddr>,
}

/// A network namespace at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    pub(crate) namespace: Namespace,
    pub(crate) addresses: Addresses,
    pub(crate) listening: Listening,
    /// Who holds which of the sockets that listen and count.
    pub(crate) owners: BTreeMap<u64, BTreeSet<u32>>,
    pub(crate) connections: Connections,
    pub(crate) overflows: Option<u64>,
    pub(crate) rules: Option<Rules>,
}

/// Everything at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Look<'a> {
    pub(crate) root: &'a Root,
    pub(crate) table: Table,
    pub(crate) users: Users,
    pub(crate) boot: Option<Boot>,
    /// Our own namespace first.
    pub(crate) nets: Vec<Net>,
    pub(crate) conntrack: Option<Usage>,
    pub(crate) conntrack_drops: Option<u64>,
    /// Open descriptors of every process that listens and counts.
    pub(crate) descriptors: BTreeMap<u32, u64>,
    /// Kills for memory by control group.
    pub(crate) oom_kills: BTreeMap<String, u64>,
    /// How many connections of listeners each process holds.
    pub(crate) held: BTreeMap<u32, usize>,
}

impl<'a> Look<'a> {
    /// Looks at everything that counts for the servers.
    pub(crate) fn take(
        root: &'a Root,
        tools: &dyn Tools,
        interest: &Interest,
        now: Timestamp,
        notes: &mut Notes,
    ) -> Self {
        let table = notes.seen("processes", Table::read(root)).unwrap_or_default();
        if table.cut {
            notes.not_seen("some processes", "there are more than are looked at");
        }
        let own = Namespace::own(root);
        let mut look = Self {
            root,
            users: Users::read(root),
            boot: Boot::read(root, now),
            nets: Vec::new(),
            conntrack: counters::conntrack(root),
            conntrack_drops: counters::conntrack_drops(root),
            descriptors: BTreeMap::new(),
            oom_kills: BTreeMap::new(),
            held: BTreeMap::new(),
            table,
        };
        let others = Namespace::others(root, &look.table, &own);
        let mut budget = Budget::default();
        for namespace in std::iter::once(own).chain(others) {
            look.enter(namespace, tools, interest, &mut budget, notes);
        }
        if budget.is_spent() {
            notes
                .not_seen("the owners of some sockets", "there are more descriptors than are read");
        }
        look.measure_owners();
        look
    }

    /// Returns our own namespace.
    pub(crate) fn own(&self) -> Option<&Net> {
        self.nets.first()
    }

    /// Returns the namespace with this name.
    pub(crate) fn net(&self, id: &str) -> Option<&Net> {
        self.nets.iter().find(|net| net.namespace.id == id)
    }

    /// Looks at a namespace. Another one than ours counts only as far as a server may be in it.
    fn enter(
        &mut self,
        namespace: Namespace,
        tools: &dyn Tools,
        interest: &Interest,
        budget: &mut Budget,
        notes: &mut Notes,
    ) {
        let is_own = namespace.pid.is_none();
        let proc_net = namespace.proc_net();
        let addresses = Addresses::read(self.root, &proc_net);
        let listening = sockets::listening(self.root, &namespace);
        // Another one that cannot be entered holds no server that we could tell of.
        let mut unseen = Notes::default();
        let of_whom = if is_own { &mut *notes } else { &mut unseen };
        let addresses = of_whom.seen("our own addresses", addresses).unwrap_or_default();
        let listening = of_whom.seen("listening sockets", listening).unwrap_or_default();
        if let Some(why) = listening.without_limits.as_ref().filter(|_| is_own) {
            notes.not_seen("the limits of listen queues", why.as_str());
        }
        let inodes = inodes(&listening, interest);
        let has_server = interest.addresses.iter().any(|ip| addresses.has_beside_loopback(*ip));
        let has_socket = listening.unix.iter().any(|one| inodes.contains(&one.inode));
        if !is_own && !has_server && !has_socket {
            return;
        }
        let owners = self.owners(&namespace, &inodes, budget);
        let paths: Vec<String> = listening
            .unix
            .iter()
            .filter(|one| inodes.contains(&one.inode))
            .map(|one| one.path.clone())
            .collect();
        let ports: Vec<u16> = interest.ports.iter().copied().collect();
        let connections = if inodes.is_empty() {
            Connections::default()
        } else {
            Connections::read(self.root, &proc_net, &ports, &paths)
        };
        let overflows = counters::overflows(self.root, &proc_net);
        let overflows =
            if is_own { notes.seen("dropped connections", overflows) } else { overflows.ok() };
        let rules = (is_own || has_server).then(|| {
            let mut inner = Notes::default();
            let rules = namespace.inside(|| Rules::read(tools, &mut inner));
            if is_own {
                notes.take_over(inner);
            }
            rules.unwrap_or_default()
        });
        let net = Net { namespace, addresses, listening, owners, connections, overflows, rules };
        self.nets.push(net);
    }

    /// Finds who holds these sockets.
    fn owners(
        &self,
        namespace: &Namespace,
        inodes: &BTreeSet<u64>,
        budget: &mut Budget,
    ) -> BTreeMap<u64, BTreeSet<u32>> {
        let mut owners: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
        if inodes.is_empty() {
            return owners;
        }
        for row in self.table.all() {
            let home = process::network_of(self.root, row.pid);
            if budget.is_spent() || home.is_some_and(|home| home != namespace.id) {
                continue;
            }
            // A process that we may not look into stays unknown; that is told by its absence.
            let Ok(open) = descriptors::open(self.root, row.pid, budget) else { continue };
            for inode in open.sockets.into_iter().filter(|inode| inodes.contains(inode)) {
                owners.entry(inode).or_default().insert(row.pid);
            }
        }
        owners
    }

    /// Measures the processes that listen: descriptors, connections, kills in their groups.
    fn measure_owners(&mut self) {
        let mut groups: BTreeSet<String> = BTreeSet::new();
        for net in &self.nets {
            let pids: BTreeSet<u32> = net.owners.values().flatten().copied().collect();
            for pid in pids {
                let mut budget = Budget::default();
                let Ok(open) = descriptors::open(self.root, pid, &mut budget) else { continue };
                let held = open.sockets.iter().filter(|inode| net.connections.has(**inode)).count();
                self.held.insert(pid, held);
                if let Some(of_process) = descriptors::of_process(self.root, pid) {
                    self.descriptors.insert(pid, of_process.open);
                }
                let Some(group) = Groups::read(self.root, pid) else { continue };
                if groups.insert(group.memory.clone())
                    && let Some(kills) = group.oom_kills(self.root)
                {
                    self.oom_kills.insert(group.memory, kills);
                }
            }
        }
    }

    /// Returns the rows of processes.
    pub(crate) fn rows(&self, pids: &BTreeSet<u32>) -> Vec<&Row> {
        pids.iter().filter_map(|pid| self.table.get(*pid)).collect()
    }
}

/// Returns the sockets that listen on a port or path that counts.
fn inodes(listening: &Listening, interest: &Interest) -> BTreeSet<u64> {
    let tcp = listening.tcp.iter().filter(|one| interest.ports.contains(&one.bound.port()));
    // The name of a socket may be written in several ways; its last part stays the same.
    let names: BTreeSet<_> = interest.paths.iter().filter_map(|path| path.file_name()).collect();
    let unix = listening.unix.iter().filter(|one| {
        let name = Path::new(&one.path).file_name();
        name.is_some_and(|name| names.contains(name))
    });
    tcp.map(|one| one.inode).chain(unix.map(|one| one.inode)).collect()
}
