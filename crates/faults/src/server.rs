//! The origin: binds, accepts, hands connections to their protocol, and ends.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::context::Context;
use crate::control::Control;
use crate::dns;
use crate::error::StartError;
use crate::fault::Hook;
use crate::listen::{Address, Door, Listener};
use crate::plan::{self, Entry, Faults, PlanError};
use crate::protocol::Protocol;
use crate::upstream::{Target, Upstream};
use crate::wire::BoxedWire;
use crate::{fastcgi, http1, http2, limits, tls};

/// What an origin is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; a port of 0 lets the kernel choose.
    pub listen: Vec<Address>,
    /// What it speaks; none leaves it to the faults.
    pub protocol: Option<Protocol>,
    /// What strikes when.
    pub faults: Vec<Entry>,
    /// Decides which of the occasions a share strikes.
    pub seed: u64,
    /// The real origin to which everything is passed on that no fault strikes.
    pub to: Option<Target>,
    /// Certificates in DER that are trusted for it, besides those of the system.
    pub to_roots: Vec<Vec<u8>>,
    /// Where the faults can be changed; a port of 0 lets the kernel choose.
    pub control: Option<SocketAddr>,
    /// Whether other hosts may reach it.
    pub allow_non_loopback: bool,
    /// Further names in the certificate of the healthy origin.
    pub server_names: Vec<String>,
    /// Where the certificate of the authority is written, in PEM.
    pub ca_out: Option<PathBuf>,
    /// The answers of the name server.
    pub records: Vec<dns::Record>,
    /// Where troubles of the running origin are told, a line each.
    pub notify: fn(&str),
}

impl Options {
    /// A healthy HTTP origin at `listen` that tells its troubles to nobody.
    pub fn at(listen: Address) -> Self {
        Self {
            listen: vec![listen],
            protocol: None,
            faults: Vec::new(),
            seed: 0,
            to: None,
            to_roots: Vec::new(),
            control: None,
            allow_non_loopback: false,
            server_names: Vec::new(),
            ca_out: None,
            records: Vec::new(),
            notify: |_| {},
        }
    }
}

/// An origin that is bound and not yet running.
pub struct Server {
    listeners: Vec<Bound>,
    addresses: Vec<Address>,
    control: Option<Control>,
    context: Arc<Context>,
    end: watch::Sender<bool>,
}

enum Bound {
    Stream(Listener),
    Dns(dns::Listener),
}

impl Server {
    /// Checks the options and binds every address. Connections wait until [`Self::run`].
    pub async fn bind(options: Options) -> Result<Self, StartError> {
        let protocol = protocol(&options)?;
        check(&options, protocol)?;
        let tls = match protocol {
            Protocol::Https => {
                Some(tls::Material::make(&options.server_names, options.ca_out.as_deref())?)
            }
            _ => None,
        };
        let upstream = match options.to {
            Some(target) => Some(Upstream::new(target, &options.to_roots)?),
            None => None,
        };
        let (end, ending) = watch::channel(false);
        let faults = Faults::new(options.faults, options.seed);
        let door = faults.door();
        let mut listeners = Vec::new();
        for address in &options.listen {
            listeners.push(match protocol {
                Protocol::Dns => Bound::Dns(dns::Listener::bind(address, &options.records).await?),
                _ => Bound::Stream(Listener::bind(address, door).await?),
            });
        }
        let control = match options.control {
            Some(address) => Some(Control::bind(address).await?),
            None => None,
        };
        let addresses: Vec<Address> = listeners.iter().map(Bound::address).collect();
        if let Some(upstream) = &upstream {
            check_loop(upstream.target(), &addresses).await?;
        }
        let context = Arc::new(Context {
            protocol,
            faults,
            tls,
            upstream,
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            notify: options.notify,
            ending,
        });
        Ok(Self { listeners, addresses, control, context, end })
    }

    /// Returns where it listens, with the ports that the kernel chose.
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Returns what it speaks.
    pub fn protocol(&self) -> Protocol {
        self.context.protocol
    }

    /// Returns where the faults can be changed.
    pub fn control(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Control::address)
    }

    /// Serves until `end` comes; then running exchanges get [`limits::GRACE`]. The plan begins now.
    pub async fn run(self, end: impl Future<Output = ()>) {
        self.context.faults.restart();
        let mut doors = JoinSet::new();
        let permits = Arc::new(Semaphore::new(limits::CONNECTIONS_MAX));
        for listener in self.listeners {
            let (context, permits) = (Arc::clone(&self.context), Arc::clone(&permits));
            match listener {
                Bound::Stream(listener) => doors.spawn(accept(listener, context, permits)),
                Bound::Dns(listener) => doors.spawn(listener.run(context)),
            };
        }
        if let Some(control) = self.control {
            doors.spawn(control.run(Arc::clone(&self.context)));
        }
        end.await;
        // Receivers that are gone have ended already.
        self.end.send(true).ok();
        while doors.join_next().await.is_some() {}
    }
}

impl Bound {
    fn address(&self) -> Address {
        match self {
            Self::Stream(listener) => listener.address(),
            Self::Dns(listener) => listener.address(),
        }
    }
}

/// Accepts at one listener until the origin ends.
async fn accept(mut listener: Listener, context: Arc<Context>, permits: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    let mut doors = context.faults.doors();
    loop {
        let door = doors.now();
        if let Err(error) = listener.set(door).await {
            (context.notify)(&format!("{}: {error}", listener.address()));
        }
        doors.stands();
        let may_accept = match door {
            Door::Open => true,
            Door::OneAtATime => connections.is_empty(),
            Door::Refusing | Door::Full => false,
        };
        tokio::select! {
            () = context.ended() => break,
            () = doors.may_change() => {}
            Some(_) = connections.join_next() => {}
            (wire, permit) = next(&listener, &permits), if may_accept => {
                context.connections.fetch_add(1, Ordering::Relaxed);
                let context = Arc::clone(&context);
                connections.spawn(async move {
                    serve(wire, &context).await;
                    drop(permit);
                });
            }
        }
    }
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    // What does not end in time is dropped with the set.
    timeout(limits::GRACE, rest).await.ok();
}

/// Waits for a connection and for the right to serve it.
async fn next(
    listener: &Listener,
    permits: &Arc<Semaphore>,
) -> (BoxedWire, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there is always a permit in the end.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    (listener.accept().await, permit)
}

/// Serves one connection to its end.
async fn serve(wire: BoxedWire, context: &Context) {
    // A connection that fails is the peer's affair; it has seen what we have seen.
    stages(wire, context).await.ok();
}

/// Takes a connection through its stages: accepted, TLS, protocol.
async fn stages(wire: BoxedWire, context: &Context) -> io::Result<()> {
    let accepted = context.faults.strike(None, |hook| match hook {
        Hook::Accepted(fault) => Some(Arc::clone(fault)),
        _ => None,
    });
    let wire = match accepted {
        Some(fault) => fault.strike(wire).await?,
        None => Some(wire),
    };
    let Some(wire) = wire else { return Ok(()) };
    match context.protocol {
        Protocol::Http => http1::serve(wire, context).await,
        Protocol::Https => tls::serve(wire, context).await,
        Protocol::H2c => http2::serve(wire, context).await,
        Protocol::Fastcgi => fastcgi::serve(wire, context).await,
        // Name servers have listeners of their own.
        Protocol::Dns => Ok(()),
    }
}

/// Returns what is spoken: what was asked for, or the first that every fault can be made on.
fn protocol(options: &Options) -> Result<Protocol, PlanError> {
    if let Some(protocol) = options.protocol {
        return Ok(protocol);
    }
    let entries = || options.faults.iter();
    let Some(first) = entries().next() else { return Ok(Protocol::Http) };
    let of = |entry: &Entry| entry.fault.fault().protocols;
    let is_common = |protocol: &&Protocol| entries().all(|entry| of(entry).contains(protocol));
    let common = of(first).iter().find(is_common).copied();
    common.ok_or_else(|| {
        let differs = |entry: &&Entry| !of(entry).iter().any(|p| of(first).contains(p));
        let other = entries().find(differs).or_else(|| entries().next_back()).unwrap_or(first);
        let place = other.place.clone();
        PlanError::Together {
            place,
            one: first.fault.fault().name,
            other: other.fault.fault().name,
        }
    })
}

/// Checks what can be checked before anything is bound.
fn check(options: &Options, protocol: Protocol) -> Result<(), StartError> {
    let listen = options.listen.iter().find_map(Address::beyond_loopback);
    let control = options.control.map(Address::Tcp).and_then(|address| address.beyond_loopback());
    let beyond = listen.map(|at| ("--listen", at)).or_else(|| control.map(|at| ("--control", at)));
    if let Some((option, address)) = beyond.filter(|_| !options.allow_non_loopback) {
        return Err(StartError::NotLoopback { option, address });
    }
    options.listen.iter().try_for_each(|address| check_socket(address, protocol))?;
    if options.to.is_some() && !Protocol::HTTP1.contains(&protocol) {
        return Err(StartError::NoRelay { protocol });
    }
    for (option, is_given, wanted) in [
        ("--ca-out", options.ca_out.is_some(), Protocol::Https),
        ("--server-name", !options.server_names.is_empty(), Protocol::Https),
        ("--record", !options.records.is_empty(), Protocol::Dns),
    ] {
        if is_given && wanted != protocol {
            return Err(StartError::Unused { option, wanted, protocol });
        }
    }
    Ok(plan::check(&options.faults, protocol)?)
}

/// Checks that a unix socket can be made and spoken on.
fn check_socket(address: &Address, protocol: Protocol) -> Result<(), StartError> {
    let Address::Unix(path) = address else { return Ok(()) };
    if protocol == Protocol::Dns {
        return Err(StartError::DnsOnUnix { path: path.clone() });
    }
    if path.as_os_str().len() > limits::LISTEN_PATH_BYTES_MAX {
        return Err(StartError::LongPath { path: path.clone() });
    }
    Ok(())
}

/// Refuses a real origin that is this one: every request would come back until no place is left.
async fn check_loop(target: &Target, addresses: &[Address]) -> Result<(), StartError> {
    match target.leads_to(addresses).await {
        Some(address) => {
            Err(StartError::Itself { target: target.clone(), address: address.clone() })
        }
        None => Ok(()),
    }
}
