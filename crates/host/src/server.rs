//! What this host knows of one server: where it runs, what listens, who serves, what stands
//! between.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use goodgate_evidence::host::{
    Counter, FileKind, Listener, Location, Process, Role, Rule, Server, SocketFile, Unit,
};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::neutralise;

use crate::access::{Walk, Want, mode_words};
use crate::app::{self, Means};
use crate::counters;
use crate::firewall::Packet;
use crate::gateway::{Eyes, Standing};
use crate::limits::NAMED_MAX;
use crate::look::{Look, Net};
use crate::notes::Notes;
use crate::process;
use crate::sockets::{TcpListener, UnixListener};
use crate::unit::{self, Needle};

/// A server that somebody asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Why.
    pub role: Role,
    /// Where it is dialled.
    pub place: Endpoint,
}

/// A socket that listens for a server.
struct Found {
    listener: Listener,
    inode: u64,
}

/// Where a server was found.
struct Home<'a> {
    location: Location,
    net: Option<&'a Net>,
}

/// Looks at one server.
pub(crate) fn look_at(
    means: &Means<'_>,
    asked: &Asked,
    gateway: Option<&Standing>,
    notes: &mut Notes,
) -> Server {
    let look = means.look;
    let home = match &asked.place {
        Endpoint::Tcp(address) => home_of(look, address.ip()),
        Endpoint::Unix(_) => Home { location: Location::ThisHost, net: look.own() },
    };
    let mut server = Server {
        role: asked.role,
        place: asked.place.clone(),
        location: home.location,
        namespace_of: home.net.and_then(|net| net.namespace.pid),
        listeners: Vec::new(),
        socket: None,
        app: None,
        unit: None,
        claimants: Vec::new(),
        outgoing: None,
        overflows: None,
        somaxconn: None,
        rules: rules(means, &asked.place, &home),
    };
    match &asked.place {
        Endpoint::Tcp(address) => {
            server.outgoing = outgoing(look, *address, gateway);
            if let Some(net) = home.net {
                tcp(means, &mut server, net, *address, notes);
            }
        }
        Endpoint::Unix(path) => unix(means, &mut server, path, gateway, notes),
    }
    if server.location == Location::Unclear {
        let what = format!("what listens at {}", asked.place);
        notes.not_seen(what, "several network namespaces of this host have its address");
    }
    server
}

/// Finds the namespace that has an address.
fn home_of<'a>(look: &'a Look<'_>, ip: IpAddr) -> Home<'a> {
    if let Some(own) = look.own().filter(|own| own.addresses.has(ip)) {
        return Home { location: Location::ThisHost, net: Some(own) };
    }
    let mut others = look.nets.iter().skip(1).filter(|net| net.addresses.has_beside_loopback(ip));
    match (others.next(), others.next()) {
        (Some(net), None) => Home { location: Location::OtherNamespace, net: Some(net) },
        (Some(_), Some(_)) => Home { location: Location::Unclear, net: None },
        (None, _) => Home { location: Location::Elsewhere, net: None },
    }
}

/// Returns who listens at a place, and a process of their namespace where that is not ours.
pub(crate) fn owners_at(look: &Look<'_>, place: &Endpoint) -> (BTreeSet<u32>, Option<u32>) {
    let Endpoint::Tcp(address) = place else { return (BTreeSet::new(), None) };
    let Some(net) = home_of(look, address.ip()).net else { return (BTreeSet::new(), None) };
    let takes = |one: &&TcpListener| {
        let bound = Endpoint::Tcp(one.bound);
        let listener =
            Listener { bound, v6_only: one.v6_only, queue: one.queue, queue_before: None };
        listener.takes(place)
    };
    let inodes = net.listening.tcp.iter().filter(takes).map(|one| one.inode).collect();
    (owners(net, &inodes), net.namespace.pid)
}

fn tcp(means: &Means<'_>, server: &mut Server, net: &Net, address: SocketAddr, notes: &mut Notes) {
    let earlier = means.before.and_then(|before| before.net(&net.namespace.id));
    let of_port = net.listening.tcp.iter().filter(|one| one.bound.port() == address.port());
    let found: Vec<Found> = of_port
        .map(|one| {
            let same = |other: &&TcpListener| other.inode == one.inode;
            let before = earlier.and_then(|net| net.listening.tcp.iter().find(same));
            Found {
                listener: Listener {
                    bound: Endpoint::Tcp(one.bound),
                    v6_only: one.v6_only,
                    queue: one.queue,
                    queue_before: before.map(|one| one.queue),
                },
                inode: one.inode,
            }
        })
        .collect();
    server.overflows =
        net.overflows.map(|now| Counter { before: earlier.and_then(|net| net.overflows), now });
    if net.namespace.pid.is_none() {
        server.somaxconn = means.look.root.number("/proc/sys/net/core/somaxconn");
    }
    let before = earlier.map(|net| {
        let of_port = net.listening.tcp.iter().filter(|one| one.bound.port() == address.port());
        of_port.map(|one| one.inode).collect()
    });
    served(means, server, net, found, &before.unwrap_or_default(), notes);
}

fn unix(
    means: &Means<'_>,
    server: &mut Server,
    path: &Path,
    gateway: Option<&Standing>,
    notes: &mut Notes,
) {
    let look = means.look;
    let eyes = gateway.map_or_else(|| Eyes::ours(look.root), |gateway| gateway.eyes.clone());
    let walk = Walk::along(&eyes.root, path);
    server.socket = Some(socket_file(&walk, &eyes, gateway, look));
    if let Some(why) = walk.closed() {
        notes.not_seen(format!("what stands at {}", neutralise(&path.display().to_string())), why);
    }
    if gateway.is_none() {
        let what =
            format!("whether the gateway may open {}", neutralise(&path.display().to_string()));
        notes.not_seen(what, "no gateway was found here");
    }
    let file = walk.found().map(|(metadata, _)| {
        let device = metadata.dev();
        ((rustix::fs::major(device) << 20) | rustix::fs::minor(device), metadata.ino() as u32)
    });
    let is_it = |one: &&UnixListener| match (one.file, file) {
        (Some(of_socket), Some(of_path)) => of_socket == of_path,
        _ => Path::new(&one.path) == path,
    };
    let homes = look.nets.iter().filter(|net| net.listening.unix.iter().any(|one| is_it(&one)));
    let Some(net) = homes.into_iter().next().or_else(|| look.own()) else { return };
    if net.namespace.pid.is_some() {
        server.location = Location::OtherNamespace;
        server.namespace_of = net.namespace.pid;
    }
    let earlier = means.before.and_then(|before| before.net(&net.namespace.id));
    let of_before = || earlier.into_iter().flat_map(|net| &net.listening.unix);
    let found = net.listening.unix.iter().filter(is_it).map(|one| {
        let before = of_before().find(|other| other.inode == one.inode);
        Found {
            listener: Listener {
                bound: Endpoint::Unix(one.path.clone().into()),
                v6_only: None,
                queue: one.queue,
                queue_before: before.map(|one| one.queue),
            },
            inode: one.inode,
        }
    });
    let found: Vec<Found> = found.collect();
    let same_path = |one: &&UnixListener| is_it(one) || Path::new(&one.path) == path;
    let before = of_before().filter(same_path).map(|one| one.inode).collect();
    served(means, server, net, found, &before, notes);
}

/// Enters the listeners and who serves them; where none takes the connection, who should.
fn served(
    means: &Means<'_>,
    server: &mut Server,
    net: &Net,
    found: Vec<Found>,
    inodes_before: &BTreeSet<u64>,
    notes: &mut Notes,
) {
    let place = server.place.clone();
    let taking = found.iter().filter(|one| one.listener.takes(&place));
    let mut inodes: BTreeSet<u64> = taking.map(|one| one.inode).collect();
    let is_taken = !inodes.is_empty();
    if !is_taken {
        inodes = found.iter().map(|one| one.inode).collect();
    }
    let earlier = means.before.and_then(|before| before.net(&net.namespace.id));
    let pids = owners(net, &inodes);
    let pids_before = earlier.map(|net| owners(net, inodes_before)).unwrap_or_default();
    server.app = app::describe(means, &pids, &pids_before, &place, notes);
    if !inodes.is_empty() && pids.is_empty() {
        let what = format!("who listens at {place}");
        let why = "no process that we may look into holds the socket; run as root";
        notes.not_seen(what, why);
    }
    server.listeners = found.into_iter().map(|one| one.listener).collect();
    if server.listeners.is_empty() {
        let needle = match &place {
            Endpoint::Tcp(address) => Needle::Port(address.port()),
            Endpoint::Unix(path) => Needle::Path(path.display().to_string()),
        };
        server.unit = unit_naming(means, &needle, notes);
        server.claimants = claimants(means.look, &needle, net);
    }
}

fn owners(net: &Net, inodes: &BTreeSet<u64>) -> BTreeSet<u32> {
    inodes.iter().filter_map(|inode| net.owners.get(inode)).flatten().copied().collect()
}

/// Finds the unit that should listen: the only one that names the port or socket, or the only one of
/// them that does not run as it should.
fn unit_naming(means: &Means<'_>, needle: &Needle, notes: &mut Notes) -> Option<Unit> {
    if means.without_units.is_some() {
        return None;
    }
    let named = unit::naming(means.tools, needle, means.look.boot);
    let mut units = notes.seen("unit states", named)?;
    if units.len() > 1 {
        units.retain(|unit| unit.active != "active");
    }
    if units.len() > 1 {
        notes.not_seen("which unit should listen", "several units name the port or the socket");
        return None;
    }
    units.pop()
}

/// Finds processes whose command line names the port or the socket, ourselves and those that
/// started us left out.
fn claimants(look: &Look<'_>, needle: &Needle, net: &Net) -> Vec<Process> {
    let mut ours = BTreeSet::from([std::process::id()]);
    let mut at = std::process::id();
    while let Some(row) = look.table.get(at).filter(|row| row.parent != 0) {
        at = row.parent;
        if !ours.insert(at) {
            break;
        }
    }
    let claims = |row: &&process::Row| {
        let here = process::network_of(look.root, row.pid);
        !ours.contains(&row.pid)
            && crate::gateway::product_of(&row.name).is_none()
            && here.is_none_or(|id| id == net.namespace.id)
            && needle.is_in(&process::command(look.root, row.pid))
    };
    let rows = look.table.all().filter(claims).take(NAMED_MAX);
    rows.map(|row| process::describe(look.root, row, look.boot, &look.users)).collect()
}

fn socket_file(
    walk: &Walk,
    eyes: &Eyes,
    gateway: Option<&Standing>,
    look: &Look<'_>,
) -> SocketFile {
    let kind = match walk.found() {
        Some((metadata, _)) if metadata.file_type().is_socket() => FileKind::Socket,
        Some(_) => FileKind::Other,
        None if walk.missing().is_some() => FileKind::Missing,
        None => FileKind::Unreadable,
    };
    let who = gateway.and_then(|gateway| gateway.who.as_ref());
    SocketFile {
        kind,
        missing: walk.missing().map(|path| neutralise(&path.display().to_string())),
        mode: walk.found().map(|(metadata, _)| mode_words(metadata, &look.users)),
        access: who.and_then(|who| walk.judge(who, Want::Write, &look.users)),
        seen_through: eyes.through.clone(),
    }
}

/// Counts local ports towards a server where the gateway runs.
fn outgoing(
    look: &Look<'_>,
    to: SocketAddr,
    gateway: Option<&Standing>,
) -> Option<goodgate_evidence::host::Outgoing> {
    let namespace_of = gateway?.gateway.other_namespace;
    let proc_net =
        namespace_of.map_or_else(|| "/proc/net".to_owned(), |pid| format!("/proc/{pid}/net"));
    // Where the table cannot be read the listening sockets could not be either, which is told.
    counters::outgoing(look.root, &proc_net, to, namespace_of.is_none()).ok()
}

/// Collects the rules about a server, of our own namespace and of its own.
fn rules(means: &Means<'_>, place: &Endpoint, home: &Home<'_>) -> Vec<Rule> {
    let Endpoint::Tcp(address) = place else { return Vec::new() };
    let packet = Packet {
        to: address.ip().to_canonical(),
        port: address.port(),
        is_local: home.location == Location::ThisHost,
    };
    let of_home = home.net.filter(|net| net.namespace.pid.is_some());
    let mut rules = Vec::new();
    for net in means.look.own().into_iter().chain(of_home) {
        let earlier = means.before.and_then(|before| before.net(&net.namespace.id));
        let before = earlier.and_then(|net| net.rules.as_ref());
        let about = net.rules.as_ref().map(|now| now.about(packet, before));
        rules.extend(about.unwrap_or_default());
    }
    rules
}
