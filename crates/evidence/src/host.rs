//! The typed facts of one host: what a look at it showed, changing nothing.
//!
//! A fact says what was found and where. What could not be looked at is a [`NotSeen`] with the
//! reason and never a silent gap. What a fact means for a failing request is decided elsewhere.
//! All text in here is already shortened, and secrets in it are masked; only the text of a
//! [`Configuration`] is whole, and it is never written out.

use std::net::{IpAddr, SocketAddr};

use serde::{Serialize, Serializer};

use crate::probe::Endpoint;
use crate::{Product, Timestamp};

/// What was found on the host on which we run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Host {
    /// Whether the look was taken as root; otherwise the processes of others stay closed.
    pub as_root: bool,
    /// The gateway, where one runs here.
    pub gateway: Option<Gateway>,
    /// The servers that were asked about, each with what this host knows of it.
    pub servers: Vec<Server>,
    /// Processes that the kernel killed for memory, oldest first.
    pub kills: Vec<Kill>,
    /// Processes that crashed, oldest first.
    pub crashes: Vec<Crash>,
    /// What SELinux or AppArmor denied to the gateway, oldest first.
    pub denials: Vec<Denial>,
    /// Packets that a firewall logged as blocked on their way to one of the servers.
    pub blocked: Vec<Logged>,
    /// The connection tracking table.
    pub conntrack: Option<Conntrack>,
    /// The file descriptors of the whole system.
    pub files: Option<Usage>,
    /// Who is asked for names.
    pub resolver: Option<Resolver>,
    /// What is known of the clock.
    pub clock: Option<Clock>,
    /// What could not be looked at.
    pub not_seen: Vec<NotSeen>,
    /// How long both looks took together, in milliseconds.
    pub took_ms: u64,
}

impl Host {
    /// Tells whether the gateway or one of the servers behind it runs on this host.
    pub fn is_concerned(&self) -> bool {
        self.gateway.is_some() || self.servers.iter().any(|server| server.location.is_here())
    }

    /// Returns the server with this role.
    pub fn server(&self, role: Role) -> Option<&Server> {
        self.servers.iter().find(|server| server.role == role)
    }
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotSeen {
    /// What: `unit states`, `the kernel's log`.
    pub what: String,
    /// Why, as a fragment after "because".
    pub why: String,
}

/// A counter before the examination and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// Its value before the first request, where it was read.
    pub before: Option<u64>,
    /// Its value at the end.
    pub now: u64,
}

impl Counter {
    /// Returns by how much it grew meanwhile; 0 where it was not read before.
    pub fn growth(self) -> u64 {
        self.before.map_or(0, |before| self.now.saturating_sub(before))
    }
}

/// How much of something bounded is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// How much is in use.
    pub used: u64,
    /// How much there can be.
    pub limit: u64,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The numeric id.
    pub id: u32,
    /// The name in `/etc/passwd`, or the number again.
    pub name: String,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The name of the program, at most 15 bytes (the kernel's `comm`).
    pub name: String,
    /// Its command line, masked and shortened; empty where it cannot be read.
    pub command: String,
    /// As whom it opens files.
    pub user: Option<User>,
    /// When it started.
    pub started: Option<Timestamp>,
}

/// The gateway that runs here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gateway {
    /// The product, where the name of the program tells it.
    pub product: Option<Product>,
    /// The name of its program.
    pub name: String,
    /// How it was found.
    pub found: Found,
    /// Its processes, the workers without the one that only manages them.
    pub workers: Vec<Process>,
    /// As whom the workers open sockets and files.
    pub user: Option<User>,
    /// The worker with the most descriptors, and what it may have.
    pub descriptors: Option<Descriptors>,
    /// Folders into which it writes.
    pub folders: Vec<Folder>,
    /// Logs that it has open.
    pub logs: Vec<String>,
    /// Where it runs in another network namespace than we: the process that stands for it.
    pub other_namespace: Option<u32>,
    /// Its configuration, where it could be read.
    pub configuration: Option<Configuration>,
}

/// The configuration of a gateway, as it stands in its files now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Configuration {
    /// The main file first, then what it includes.
    pub files: Vec<ConfigurationFile>,
}

/// One file of a configuration.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ConfigurationFile {
    /// Its path, as the gateway sees it.
    pub path: String,
    /// What stands in it, with its secrets: for reading, never to be shown.
    #[serde(skip)]
    pub text: String,
}

impl std::fmt::Debug for ConfigurationFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigurationFile").field("path", &self.path).finish_non_exhaustive()
    }
}

crate::slug::slugs! {
    /// How the gateway was found.
    Found {
        Listens "listens" "it listens at the target's address",
        Named "named" "its program has the name of a gateway; that it listens at the target's address was not seen",
    }
}

/// The open descriptors of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Descriptors {
    /// The process.
    pub pid: u32,
    /// How many are open now.
    pub open: u64,
    /// How many were open before the first request.
    pub before: Option<u64>,
    /// How many it may have (the soft limit).
    pub limit: u64,
}

/// A folder into which the gateway writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Folder {
    /// Its path, as the gateway sees it.
    pub path: String,
    /// What for.
    pub purpose: Purpose,
    /// Bytes that the gateway's user can still write there.
    pub free_bytes: u64,
    /// Bytes of the whole file system.
    pub bytes: u64,
    /// Files that can still be made; none where the file system has no fixed number of them.
    pub free_inodes: Option<u64>,
    /// Whether the file system is mounted read-only.
    pub read_only: bool,
    /// Whether the gateway's user may make files in it.
    pub access: Option<Access>,
}

crate::slug::slugs! {
    /// What a folder is for.
    Purpose {
        Buffers "buffers" "requests and responses that do not fit into memory",
        Logs "logs" "logs",
    }
}

/// Whether somebody may do something with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Whether it is allowed.
    pub allowed: bool,
    /// The file or folder that decides.
    pub at: String,
    /// Its mode, owner and group, and what is missing: `0660 root:root, www-data may not write`.
    pub why: String,
}

/// A server that was asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// Why it was asked about.
    pub role: Role,
    /// Where it is dialled.
    #[serde(serialize_with = "as_text")]
    pub place: Endpoint,
    /// Where it runs.
    pub location: Location,
    /// Where it runs in another network namespace: the process that stands for that.
    pub namespace_of: Option<u32>,
    /// What listens on its port, at whatever address, or on its unix socket.
    pub listeners: Vec<Listener>,
    /// The unix socket's file.
    pub socket: Option<SocketFile>,
    /// Who serves it.
    pub app: Option<App>,
    /// The unit whose command names the port or the socket, where nothing listens.
    pub unit: Option<Unit>,
    /// Processes whose command line names the port or the socket, where nothing listens.
    pub claimants: Vec<Process>,
    /// Local ports in use towards it.
    pub outgoing: Option<Outgoing>,
    /// Connections that listeners of its network namespace dropped because a queue was full.
    pub overflows: Option<Counter>,
    /// The largest queue that a listener can have there (`net.core.somaxconn`).
    pub somaxconn: Option<u64>,
    /// Firewall rules here that speak of it.
    pub rules: Vec<Rule>,
}

crate::slug::slugs! {
    /// Why a server was asked about.
    Role {
        Target "target" "the URL leads to it",
        Origin "origin" "it was given as the origin",
        Logged "logged" "the gateway's log names it as the upstream",
    }
}

crate::slug::slugs! {
    /// Where a server runs.
    Location {
        ThisHost "this_host" "its address belongs to this host",
        OtherNamespace "other_namespace" "its address belongs to another network namespace of this host",
        Elsewhere "elsewhere" "its address belongs to another host",
        Unclear "unclear" "several network namespaces of this host have its address, or its address is not known",
    }
}

impl Location {
    /// Tells whether the server runs on this host.
    pub fn is_here(self) -> bool {
        matches!(self, Self::ThisHost | Self::OtherNamespace)
    }
}

/// A socket that listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listener {
    /// The address it is bound to.
    #[serde(serialize_with = "as_text")]
    pub bound: Endpoint,
    /// Whether an IPv6 listener takes no IPv4 connections, where the kernel told.
    pub v6_only: Option<bool>,
    /// Its queue at the end.
    pub queue: Queue,
    /// Its queue before the first request.
    pub queue_before: Option<Queue>,
}

impl Listener {
    /// Tells whether the listener takes connections to an endpoint.
    pub fn takes(&self, dialled: &Endpoint) -> bool {
        match (&self.bound, dialled) {
            (Endpoint::Tcp(bound), Endpoint::Tcp(dialled)) => {
                bound.port() == dialled.port() && self.covers(*bound, dialled.ip())
            }
            (Endpoint::Unix(_), Endpoint::Unix(_)) => true,
            _ => false,
        }
    }

    fn covers(&self, bound: SocketAddr, dialled: IpAddr) -> bool {
        let (bound, dialled) = (bound.ip(), dialled.to_canonical());
        match (bound.is_unspecified(), bound) {
            (true, IpAddr::V4(_)) => dialled.is_ipv4(),
            // Whether it takes IPv4 as well is not always known; then the benefit is its own.
            (true, IpAddr::V6(_)) => dialled.is_ipv6() || self.v6_only != Some(true),
            (false, _) => bound.to_canonical() == dialled,
        }
    }
}

/// The accept queue of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Queue {
    /// Connections that wait to be accepted.
    pub waiting: u32,
    /// How many may wait, where the kernel told.
    pub limit: Option<u32>,
}

impl Queue {
    /// Tells whether the kernel takes no further connection: it lets in one more than the limit.
    pub fn is_full(self) -> bool {
        self.limit.is_some_and(|limit| self.waiting > limit)
    }
}

/// The file of a unix socket, seen with the gateway's eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SocketFile {
    /// What is there.
    pub kind: FileKind,
    /// Where a folder or the file is missing: the first one that is.
    pub missing: Option<String>,
    /// Its mode, with owner and group: `0660 root:root`.
    pub mode: Option<String>,
    /// Whether the gateway's user may connect.
    pub access: Option<Access>,
    /// Where the files of the gateway begin, if not at our own root (chroot, private `/tmp`).
    pub seen_through: Option<String>,
}

crate::slug::slugs! {
    /// What stands at a path.
    FileKind {
        Socket "socket" "a socket",
        Missing "missing" "nothing",
        Other "other" "a file that is no socket",
        Unreadable "unreadable" "it cannot be looked at",
    }
}

/// The processes that serve a listener.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// The product, where the name of the program tells it.
    pub product: Option<Product>,
    /// Those that hold the listening socket, the one that only manages the others left out.
    pub workers: Vec<Process>,
    /// How many there are; `workers` lists no more than a few.
    pub count: usize,
    /// How many hold a connection of the listener now.
    pub busy: usize,
    /// How many held one before the first request, of how many.
    pub busy_before: Option<(usize, usize)>,
    /// Whether each worker serves one connection at a time, as far as the product tells.
    pub one_at_a_time: bool,
    /// How many workers its configuration allows (`pm.max_children`).
    pub limit: Option<u32>,
    /// The name of the pool.
    pub pool: Option<String>,
    /// Workers that were there before the first request and are gone.
    pub gone: Vec<Process>,
    /// How many were born since then.
    pub born: usize,
    /// How many are stopped (state `T`).
    pub stopped: usize,
    /// The worker with the most descriptors, and what it may have.
    pub descriptors: Option<Descriptors>,
    /// Its unit.
    pub unit: Option<Unit>,
    /// Kills for memory that its control group counts.
    pub oom_kills: Option<Counter>,
    /// Whether that control group is one that we share with it.
    pub shares_our_group: bool,
}

/// A unit of systemd.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// `active`, `failed`, `activating`, …
    pub active: String,
    /// `running`, `auto-restart`, `dead`, …
    pub sub: String,
    /// `success`, `exit-code`, `signal`, `oom-kill`, `start-limit-hit`, …
    pub result: String,
    /// How often systemd started it again by itself.
    pub restarts: u64,
    /// How its main process ended last: `exited 1`, `killed 9`.
    pub exit: String,
    /// How long its main process lived the last time, in milliseconds.
    pub lived_ms: Option<u64>,
    /// When its main process ended last.
    pub ended: Option<Timestamp>,
}

/// Local ports in use towards a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    /// Ports of the range with a connection to the server that is not in `TIME_WAIT`.
    pub in_use: u32,
    /// Ports of the range in `TIME_WAIT` towards the server.
    pub time_wait: u32,
    /// Whether the kernel may use a port in `TIME_WAIT` again (`net.ipv4.tcp_tw_reuse`).
    pub time_wait_is_reused: bool,
    /// Ports that the range has, without those that are reserved.
    pub range: u32,
}

impl Outgoing {
    /// Returns how many ports cannot be used for a new connection.
    pub fn taken(self) -> u32 {
        if self.time_wait_is_reused {
            return self.in_use;
        }
        self.in_use.saturating_add(self.time_wait)
    }
}

/// A firewall rule that drops or rejects, and that speaks of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Where it stands: `nft inet filter input`, `iptables filter INPUT`.
    pub place: String,
    /// The rule in the words of the tool.
    pub text: String,
    /// What it does.
    pub verdict: Blocks,
    /// Whether it names the server's port or address, rather than everything.
    pub names_it: bool,
    /// Whether all of its conditions hold for a connection to the server and no earlier rule of its
    /// chain lets that pass.
    pub certain: bool,
    /// Packets that it counted, where it has a counter.
    pub packets: Option<Counter>,
}

crate::slug::slugs! {
    /// What a firewall does with a packet that it does not let pass.
    Blocks {
        Drops "drops" "it drops the packet silently",
        Rejects "rejects" "it answers that the packet is refused",
    }
}

/// A packet that a firewall logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// When.
    pub at: Option<Timestamp>,
    /// The line, shortened.
    pub words: String,
}

/// A process that the kernel killed for memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kill {
    /// When.
    pub at: Option<Timestamp>,
    /// Its number.
    pub pid: u32,
    /// The name of its program.
    pub name: String,
    /// Its control group, where the kernel named it.
    pub group: Option<String>,
    /// Whose process it was.
    pub victim: Victim,
    /// The kernel's line, shortened.
    pub words: String,
}

/// A process that crashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Crash {
    /// When.
    pub at: Option<Timestamp>,
    /// Its number.
    pub pid: u32,
    /// The name of its program.
    pub name: String,
    /// Whose process it was.
    pub victim: Victim,
    /// The kernel's line, shortened.
    pub words: String,
}

crate::slug::slugs! {
    /// Whose a process is.
    Victim {
        App "app" "of the application behind the gateway",
        Gateway "gateway" "of the gateway",
        Unclear "unclear" "whose it was is not known",
        Other "other" "of neither",
    }
}

/// Something that a security module denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Denial {
    /// When.
    pub at: Option<Timestamp>,
    /// Which module.
    pub by: Module,
    /// The line, shortened.
    pub words: String,
}

crate::slug::slugs! {
    /// A security module of the kernel.
    Module {
        Selinux "selinux" "SELinux",
        Apparmor "apparmor" "AppArmor",
    }
}

/// The connection tracking table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Conntrack {
    /// Connections in it now, and how many fit.
    pub entries: Usage,
    /// How many were in it before the first request.
    pub before: Option<u64>,
    /// Packets that were dropped because it was full.
    pub drops: Option<Counter>,
    /// When the kernel last logged that it is full.
    pub logged_full: Option<Timestamp>,
}

/// Who is asked for names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Resolver {
    /// The name servers of `/etc/resolv.conf`.
    pub servers: Vec<String>,
    /// Its `search` list.
    pub search: Vec<String>,
    /// Its `options`.
    pub options: Vec<String>,
    /// The order of `hosts:` in `/etc/nsswitch.conf`.
    pub order: Vec<String>,
    /// Lines of `/etc/hosts` for the names that were asked about.
    pub hosts: Vec<String>,
    /// Name servers at an address of this host on whose port nothing listens.
    pub silent: Vec<String>,
}

/// What is known of the clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clock {
    /// Whether it is kept in step with a time source.
    pub synchronised: Option<bool>,
    /// How far it is off, in milliseconds, positive where it is fast.
    pub offset_ms: Option<f64>,
    /// Who said so.
    pub said_by: String,
}

fn as_text<S: Serializer>(endpoint: &Endpoint, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(bound: &str, v6_only: Option<bool>) -> Listener {
        let queue = Queue { waiting: 0, limit: None };
        let bound = Endpoint::Tcp(bound.parse().unwrap());
        Listener { bound, v6_only, queue, queue_before: None }
    }

    fn takes(bound: &str, v6_only: Option<bool>, dialled: &str) -> bool {
        listener(bound, v6_only).takes(&Endpoint::Tcp(dialled.parse().unwrap()))
    }

    #[test]
    fn a_listener_on_every_address_takes_its_family() {
        assert!(takes("0.0.0.0:80", None, "10.0.0.1:80"));
        assert!(!takes("0.0.0.0:80", None, "[::1]:80"));
    }

    #[test]
    fn a_listener_on_every_ipv6_address_takes_ipv4_unless_the_kernel_says_no() {
        assert!(takes("[::]:80", None, "10.0.0.1:80"));
        assert!(!takes("[::]:80", Some(true), "10.0.0.1:80"));
    }

    #[test]
    fn a_listener_on_loopback_takes_no_other_address() {
        assert!(!takes("127.0.0.1:80", None, "10.0.0.1:80"));
        assert!(!takes("127.0.0.1:80", None, "127.0.0.1:81"));
    }

    #[test]
    fn a_queue_is_full_above_its_limit() {
        assert!(!Queue { waiting: 5, limit: Some(5) }.is_full());
        assert!(Queue { waiting: 6, limit: Some(5) }.is_full());
        assert!(!Queue { waiting: 6, limit: None }.is_full());
    }

    #[test]
    fn a_counter_that_was_not_read_before_did_not_grow() {
        assert_eq!(Counter { before: None, now: 7 }.growth(), 0);
        assert_eq!(Counter { before: Some(5), now: 7 }.growth(), 2);
    }
}
