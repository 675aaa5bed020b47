//! Every key of a scenario's file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A scenario as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// `GATEWAY/NAME`, from the file's path.
    #[serde(skip)]
    pub id: String,
    /// The gateway, from the file's folder.
    #[serde(skip)]
    pub product: Product,
    /// What is broken, in one sentence.
    pub says: String,
    /// The longest timeout that a request can run into, in milliseconds; 0 where there is none.
    #[serde(default)]
    pub timeout_ms: u64,
    /// Runs alone: it changes something that the whole machine shares, or needs the processors for itself.
    #[serde(default)]
    pub exclusive: bool,
    /// What is wrong. Either this or `control`.
    pub truth: Option<Truth>,
    /// That nothing is wrong that a verdict should blame.
    pub control: Option<Control>,
    /// The gateway's configuration and limits.
    pub gateway: Gateway,
    /// The origin, where it is `goodgate faults`.
    pub origin: Option<Origin>,
    /// The name server.
    pub dns: Option<Dns>,
    /// Names for `/etc/hosts` of every host, with their addresses.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Files to write into the scenario's folder.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// What is done before the gateway starts, in this order.
    #[serde(default)]
    pub before: Vec<Act>,
    /// What is done once the gateway listens.
    #[serde(default)]
    pub after: Vec<Act>,
    /// The requests that make the gateway's logs.
    #[serde(default)]
    pub traffic: Traffic,
    /// Further traffic that goes on while the questions are asked.
    pub meanwhile: Option<Traffic>,
    /// What is done after the traffic, before the questions.
    #[serde(default)]
    pub then: Vec<Act>,
    /// What has to be seen for the fault to be there.
    #[serde(default)]
    pub sees: Sees,
    /// How the questions are asked.
    #[serde(default)]
    pub ask: Ask,
}

/// The programs that stand in the middle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// nginx.
    #[default]
    Nginx,
    /// Apache httpd.
    Apache,
    /// HAProxy.
    Haproxy,
}

impl Product {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Nginx, Self::Apache, Self::Haproxy];

    /// Returns the name of the folder with the product's scenarios.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "apache",
            Self::Haproxy => "haproxy",
        }
    }
}

/// What is wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// The cause: what an operator would have to repair.
    pub cause: String,
    /// What happens on the wire because of it; the cause itself where nothing else does.
    pub mechanism: String,
    /// Whether what the client sees is enough to name the mechanism.
    #[serde(default)]
    pub outside_decides: bool,
    /// Other causes that are true of it as well. To name one is not right, and not wrong either.
    #[serde(default)]
    pub also_true: Vec<String>,
    /// For each question, the mechanisms that no evidence of that question tells from the true one.
    #[serde(default)]
    pub same: BTreeMap<Question, Vec<String>>,
    /// Why they look the same; needed where `same` is given.
    pub same_because: Option<String>,
}

/// That nothing is wrong that a verdict should blame.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What kind of control this is.
    pub kind: ControlKind,
    /// Causes that may be named: what the client itself did.
    #[serde(default)]
    pub may_name: Vec<String>,
}

/// The kinds of controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// Everything works.
    Healthy,
    /// The client itself makes the failure.
    ClientSide,
    /// It looks like a fault and is none.
    NearMiss,
}

/// What is asked of the binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// `diagnose URL`, on the client.
    Outside,
    /// The same with `--origin`.
    Origin,
    /// With `--origin`, `--log` and `--local`, on the gateway.
    Local,
    /// `explain -` on the lines of the logs.
    Explain,
}

impl Question {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 4] = [Self::Outside, Self::Origin, Self::Local, Self::Explain];

    /// Returns the name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Origin => "origin",
            Self::Local => "local",
            Self::Explain => "explain",
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The gateway's configuration: pieces that stand at the places of [`crate::declared::gateway`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// What is done with a request: nginx `location /`, Apache's virtual host, HAProxy's backend.
    #[serde(default)]
    pub pass: String,
    /// The site: nginx `server`, Apache's virtual host, HAProxy's frontend.
    #[serde(default)]
    pub site: String,
    /// What all sites share: nginx `http`, Apache's server level, HAProxy `defaults`.
    #[serde(default)]
    pub shared: String,
    /// The top: nginx's main level, Apache's server level, HAProxy `global`.
    #[serde(default)]
    pub top: String,
    /// nginx `events`.
    #[serde(default)]
    pub events: String,
    /// HAProxy: further sections.
    #[serde(default)]
    pub more: String,
    /// Apache: modules besides those of a plain reverse proxy.
    #[serde(default)]
    pub modules: Vec<String>,
    /// TLS towards the client, with a certificate of this kind.
    pub tls: Option<Certificate>,
    /// The most open descriptors.
    pub nofile: Option<u64>,
    /// It does not start, and that is the fault: nothing waits for its port.
    #[serde(default)]
    pub does_not_start: bool,
}

/// The certificate that a gateway shows its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    /// For the gateway's address and for `shop.test`, of the scenario's authority.
    Valid,
    /// The same, and its time is over.
    Expired,
}

/// `goodgate faults` as the origin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The host it runs on: `origin` or `gateway`.
    #[serde(default = "on_origin")]
    pub on: HostName,
    /// Where it listens, instead of port 8080 of all the host's addresses.
    pub listen: Option<String>,
    /// Its further arguments, separated by blanks.
    #[serde(default)]
    pub faults: String,
}

fn on_origin() -> HostName {
    HostName::Origin
}

/// The hosts of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostName {
    /// Where the requests come from.
    Client,
    /// Where the gateway runs.
    Gateway,
    /// Where the application runs.
    Origin,
    /// A second host with an application.
    Origin2,
    /// The name server.
    Dns,
}

impl HostName {
    /// Returns the name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Gateway => "gateway",
            Self::Origin => "origin",
            Self::Origin2 => "origin2",
            Self::Dns => "dns",
        }
    }
}

/// The name server: dnsmasq with `records`, or `goodgate faults` with `faults`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    /// Names with their addresses, IPv4 or IPv6, separated by blanks; other names below `test` do not
    /// exist.
    #[serde(default)]
    pub records: BTreeMap<String, String>,
    /// Arguments of `goodgate faults`, separated by blanks.
    pub faults: Option<String>,
    /// The hosts that ask it.
    pub asked_by: Vec<HostName>,
}

/// Something that is done on a host: one of `run`, `start`, `nft` and `sysctl`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The host.
    pub on: Option<HostName>,
    /// A command that has to end with 0.
    pub run: Option<Vec<String>>,
    /// The command is repeated until it ends with 0.
    #[serde(default)]
    pub until: bool,
    /// A program that runs on; its words go to `NAME.log` in the folder.
    pub start: Option<Vec<String>>,
    /// The name of the program.
    pub name: Option<String>,
    /// When the program is ready.
    #[serde(default)]
    pub ready: Ready,
    /// The most memory of the program and its children, in mebibytes.
    pub memory_mib: Option<u64>,
    /// The most open descriptors of the program.
    pub nofile: Option<u64>,
    /// The user of the program, instead of root.
    pub user: Option<String>,
    /// Rules for `nft -f -`.
    pub nft: Option<String>,
    /// Kernel settings of the host's network, below `/proc/sys`.
    pub sysctl: Option<BTreeMap<String, String>>,
}

/// When a program is ready: all that is given has to hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// It listens on this TCP port.
    pub port: Option<u16>,
    /// It is bound to this UDP port.
    pub udp_port: Option<u16>,
    /// This file or socket exists.
    pub file: Option<String>,
    /// Its log has these words.
    pub logged: Option<String>,
}

/// Requests of the client to the gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traffic {
    /// How many.
    #[serde(default = "three")]
    pub requests: u32,
    /// How many at the same time.
    #[serde(default = "one")]
    pub at_once: u32,
    /// The path and query.
    #[serde(default = "slash")]
    pub path: String,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The size of the body that is sent, in bytes.
    #[serde(default)]
    pub upload_bytes: u64,
    /// The size of the `Cookie` field, in bytes.
    #[serde(default)]
    pub cookie_bytes: u64,
    /// The `Host` field, instead of the gateway's address.
    pub host: Option<String>,
    /// Requests after one another go over one connection.
    #[serde(default)]
    pub keep_connection: bool,
    /// The pause between two requests after one another, in milliseconds.
    #[serde(default)]
    pub pause_ms: u64,
    /// The client gives up after this time, in milliseconds.
    pub give_up_ms: Option<u64>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            requests: three(),
            at_once: one(),
            path: slash(),
            method: get(),
            upload_bytes: 0,
            cookie_bytes: 0,
            host: None,
            keep_connection: false,
            pause_ms: 0,
            give_up_ms: None,
        }
    }
}

fn three() -> u32 {
    3
}

fn one() -> u32 {
    1
}

fn slash() -> String {
    "/".to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

/// What has to be seen for the fault to be there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sees {
    /// Every answer to the client is one of these: a status, `none`, `cut`, `stalled` or `no_http`.
    #[serde(default)]
    pub answers: Vec<String>,
    /// And each of these comes at least once.
    #[serde(default)]
    pub some: Vec<String>,
    /// What became of one more request after `[[then]]` is one of these; where the fault comes only
    /// then, this is what the client saw.
    #[serde(default)]
    pub then: Vec<String>,
    /// Some log of the gateway or of a program has these words.
    #[serde(default)]
    pub logged: Vec<String>,
}

/// How the questions are asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The URL, instead of the gateway's root.
    pub url: Option<String>,
    /// The origin, instead of port 8080 of its host.
    pub origin: Option<String>,
    /// The host on which the question with `--origin` is asked, instead of the client.
    pub origin_from: Option<HostName>,
    /// Further arguments of every diagnosis.
    #[serde(default)]
    pub options: Vec<String>,
    /// Logs of programs that are given besides those of the gateway, by the program's name.
    #[serde(default)]
    pub logs: Vec<String>,
    /// The statuses that a monitor of the URL is told are good, as in `["404"]`, instead of its default.
    /// Only for a control: what a URL with a fault answers is what the monitor has to see.
    #[serde(default)]
    pub expect: Vec<String>,
    /// The timeout of the monitor in seconds, where the gateway waits longer than the usual one.
    pub timeout_s: Option<u64>,
    /// Questions that cannot be asked, each with the reason.
    #[serde(default)]
    pub skip: BTreeMap<Question, String>,
}
