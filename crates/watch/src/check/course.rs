//! The course of one check: which step comes next, from what came back so far.
//!
//! No socket and no clock: whoever drives it carries out each [`Step`] and records the [`Answer`].

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use goodgate_evidence::probe::{Endpoint, Lookup, LookupOutcome};
use goodgate_incident::{Doubt, Timestamp};

use super::limits::ATTEMPTS_MAX;
use super::plan::{Aim, Header, Http, IpKind, Plan, TlsWish, Value, What};
use super::raw::{Attempt, Raw};
use super::redirect::{self, Next};
use crate::settings::values::{HostPort, Url};
use crate::settings::{Method, Protocol};

/// One thing to do for a check.
#[derive(Clone, Debug)]
pub enum Step {
    /// Look a name up, both families.
    Lookup {
        /// The name.
        name: Box<str>,
        /// The name server; without it the system is asked.
        server: Option<SocketAddr>,
    },
    /// Open a connection and close it.
    Connect(To),
    /// Open a connection, shake hands and close it.
    Handshake(To, Secured),
    /// Open a connection and send a request over it.
    Ask(Box<Request>),
}

/// Where to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct To {
    /// The address.
    pub endpoint: SocketAddr,
    /// The local address to connect from.
    pub source: Option<IpAddr>,
}

/// How to shake hands. The handshake goes on when the certificate does not verify, and says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secured {
    /// The name to send and to find in the certificate.
    pub server_name: Box<str>,
    /// A file of authorities to trust besides those of the system.
    pub ca: Option<std::path::PathBuf>,
}

/// A request, on a connection of its own.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where to.
    pub to: To,
    /// How to shake hands, where it is to be encrypted.
    pub tls: Option<Secured>,
    /// The value of `Host` or `:authority`.
    pub authority: String,
    /// Path and query.
    pub target: String,
    /// The method.
    pub method: Method,
    /// Header fields besides those that are sent anyway; one with the same name is replaced.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Option<Arc<str>>,
    /// The version of HTTP.
    pub protocol: Protocol,
    /// Bytes of the body to keep; to read, where that is more, as much as is harmless.
    pub body_wanted: usize,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Of a look-up.
    Lookup(Lookup),
    /// Of a connection.
    Attempt(Box<Attempt>),
    /// It could not be carried out: a failure of ours, in words.
    Unable(Doubt, String),
}

/// The course of one check.
#[derive(Debug)]
pub struct Course<'a> {
    plan: &'a Plan,
    turn: u64,
    raw: Raw,
    /// Where it is going; nothing where it looks a name up for its own sake.
    target: Option<Target>,
    followed: u32,
    is_over: bool,
}

#[derive(Debug)]
struct Target {
    place: HostPort,
    /// The URL, the method and whether the body goes along, where it asks for something.
    ask: Option<(Url, Method, bool)>,
    /// The addresses that are left to be tried, the next one first; nothing before the look-up.
    addresses: Option<Vec<IpAddr>>,
}

impl<'a> Course<'a> {
    /// Begins the check number `turn` of a monitor, which chooses the address and the name server, at
    /// `began`, `late` after it was due.
    pub fn new(plan: &'a Plan, turn: u64, began: Timestamp, late: Duration) -> Self {
        let to = |place: &HostPort| Target { place: place.clone(), ask: None, addresses: None };
        let target = match &plan.what {
            What::Tcp(place) | What::Tls(place, _) => Some(to(place)),
            What::Dns(_) | What::Heartbeat { .. } => None,
            What::Http(http) | What::Beat(http) | What::StatusPage(http, ..) => {
                let ask = Some((http.aim.url.clone(), http.method, true));
                Some(Target { ask, ..to(&http.aim.url.place) })
            }
        };
        let mut raw = Raw::begun(began, late);
        let is_over = matches!(plan.what, What::Heartbeat { .. });
        if is_over {
            let words = "a heartbeat is not asked for but waited for".to_owned();
            raw.unable = Some((Doubt::Resources, words));
        }
        Self { plan, turn, raw, target, followed: 0, is_over }
    }

    /// Returns what to do next; nothing where the check is over.
    pub fn next_step(&mut self) -> Option<Step> {
        if self.is_over || self.raw.attempts.len() >= ATTEMPTS_MAX {
            return None;
        }
        let Some(target) = &self.target else {
            let What::Dns(name) = &self.plan.what else { return None };
            return Some(self.look_up(name));
        };
        if let Some(address) = target.place.address() {
            return self.connect(address);
        }
        match &target.addresses {
            None => Some(self.look_up(&target.place.host)),
            Some(addresses) => self.connect(*addresses.first()?),
        }
    }

    /// Records what came of the step that [`next_step`](Self::next_step) gave.
    pub fn record(&mut self, answer: Answer) {
        match answer {
            Answer::Unable(doubt, words) => {
                self.raw.unable = Some((doubt, words));
                self.is_over = true;
            }
            Answer::Lookup(lookup) => self.looked_up(lookup),
            Answer::Attempt(attempt) => self.attempted(*attempt),
        }
    }

    /// Ends it after `took`; `overran` says that its end came much later than its timeout.
    pub fn end(mut self, took: Duration, overran: bool) -> Raw {
        self.raw.took = took;
        self.raw.overran = overran;
        self.raw
    }

    fn look_up(&self, name: &str) -> Step {
        let servers = &self.plan.way.name_servers;
        let server = pick(servers.len(), self.turn).and_then(|at| servers.get(at)).copied();
        Step::Lookup { name: name.into(), server }
    }

    fn looked_up(&mut self, lookup: Lookup) {
        let addresses = match &lookup.outcome {
            LookupOutcome::Addresses { addresses, .. } => self.usable(addresses),
            _ => Vec::new(),
        };
        self.raw.lookups.push(lookup);
        match &mut self.target {
            Some(target) if !addresses.is_empty() => target.addresses = Some(addresses),
            _ => self.is_over = true,
        }
    }

    /// The addresses of the wanted family, the one whose turn it is first. Each check takes the next
    /// one, so that one bad address among several is met again and again.
    fn usable(&self, addresses: &[IpAddr]) -> Vec<IpAddr> {
        let family = self.plan.way.family.or(self.plan.way.source.as_ref().map(IpKind::of));
        let wanted = |address: &&IpAddr| family.is_none_or(|kind| IpKind::of(address) == kind);
        let mut usable: Vec<IpAddr> = addresses.iter().filter(wanted).copied().collect();
        // Name servers shuffle their answers; the turn would be left to chance.
        usable.sort_unstable();
        usable.dedup();
        if let Some(first) = pick(usable.len(), self.turn) {
            usable.rotate_left(first);
        }
        usable
    }

    fn connect(&self, address: IpAddr) -> Option<Step> {
        let target = self.target.as_ref()?;
        let to = To {
            endpoint: SocketAddr::new(address, target.place.port),
            source: self.plan.way.source,
        };
        match (&self.plan.what, &target.ask) {
            (What::Tls(place, wish), _) => Some(Step::Handshake(to, secured(wish, &place.host))),
            (_, Some((url, method, keeps_body))) => {
                let http = self.plan.http()?;
                Some(Step::Ask(Box::new(request(http, to, url, *method, *keeps_body))))
            }
            _ => Some(Step::Connect(to)),
        }
    }

    fn attempted(&mut self, attempt: Attempt) {
        let retry = attempt.has_no_way() && attempt.is_to_ipv6() && self.turn_to_ipv4();
        let next = self.redirect(&attempt);
        let url = self.target.as_ref().and_then(|target| target.ask.as_ref()).map(|(url, ..)| {
            let is_secret = self.plan.http().is_some_and(|http| http.aim.is_secret);
            Aim { url: url.clone(), is_secret }.shown()
        });
        self.raw.attempts.push((url, attempt));
        match next {
            _ if retry => {}
            Next::Stay => self.is_over = true,
            Next::Refused(why) => {
                self.raw.refused_redirect = Some(why);
                self.is_over = true;
            }
            Next::Go { url, method, keeps_body } => {
                self.followed += 1;
                self.go_on(url, method, keeps_body);
            }
        }
    }

    fn redirect(&self, attempt: &Attempt) -> Next {
        let ask = self.target.as_ref().and_then(|target| target.ask.as_ref());
        let (Some((at, method, _)), Some(http), Some(exchange)) =
            (ask, self.plan.http(), &attempt.exchange)
        else {
            return Next::Stay;
        };
        redirect::next(http, at, *method, self.followed, exchange)
    }

    /// Goes on to another URL; at the same host and port the same address is taken.
    fn go_on(&mut self, url: Url, method: Method, keeps_body: bool) {
        let Some(target) = &mut self.target else { return };
        let kept = target.ask.as_ref().is_none_or(|(_, _, kept)| *kept);
        if target.place.host != url.place.host {
            target.addresses = None;
        }
        target.place = url.place.clone();
        target.ask = Some((url, method, keeps_body && kept));
    }

    /// A host without IPv6 says nothing about a server that has it: the next IPv4 address is taken.
    /// Returns whether there is one.
    fn turn_to_ipv4(&mut self) -> bool {
        let addresses = self.target.as_mut().and_then(|target| target.addresses.as_mut());
        let Some(addresses) = addresses else { return false };
        addresses.retain(IpAddr::is_ipv4);
        !addresses.is_empty()
    }
}

/// Chooses one of so many by the number of the check.
fn pick(count: usize, turn: u64) -> Option<usize> {
    let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
    usize::try_from(turn % count).ok()
}

fn secured(wish: &TlsWish, host: &str) -> Secured {
    let server_name = wish.server_name.clone().unwrap_or_else(|| host.into());
    Secured { server_name, ca: wish.ca.clone() }
}

fn request(http: &Http, to: To, url: &Url, method: Method, keeps_body: bool) -> Request {
    // A secret is for the server that it was written for, and not for where that one points.
    let is_home = http.aim.url.is_same_origin(url);
    let may_go = |header: &&Header| is_home || matches!(header.value, Value::Plain(_));
    Request {
        to,
        tls: url.secure.then(|| {
            let wish = if is_home {
                http.tls.clone()
            } else {
                TlsWish { server_name: None, ..http.tls.clone() }
            };
            secured(&wish, &url.place.host)
        }),
        authority: url.authority(),
        target: url.target.clone(),
        method,
        headers: http.headers.iter().filter(may_go).cloned().collect(),
        body: http.body.clone().filter(|_| keeps_body),
        protocol: http.protocol,
        body_wanted: http.body_wanted,
    }
}

/// Returns the address of an endpoint, which is never a unix socket here.
pub(super) fn address(endpoint: &Endpoint) -> Option<SocketAddr> {
    match endpoint {
        Endpoint::Tcp(address) => Some(*address),
        Endpoint::Unix(_) => None,
    }
}
