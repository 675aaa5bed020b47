//! Endpoints that are the gateway itself: a request would come back until everything is full.

use std::net::{IpAddr, SocketAddr};

use goodgate_config::Fault;

use super::Found;
use crate::settings::Settings;
use crate::settings::values::{Bind, Host, Place};

pub(super) fn check(settings: &Settings, found: &mut Found) {
    let listeners = settings.listen.iter().map(|listen| (&listen.address, "listens"));
    let admin = settings.admin.iter().map(|admin| (&admin.address, "has its admin listener"));
    let own: Vec<_> = listeners.chain(admin).collect();
    for (name, upstream) in &settings.upstream {
        for (index, endpoint) in upstream.endpoints.iter().enumerate() {
            let itself = own.iter().find(|(bind, _)| is_same(bind, &endpoint.url.place));
            if let Some((bind, does)) = itself {
                let what = format!("the gateway itself {does} on {bind}");
                let fault = Fault::new(what).hint("an endpoint is the address of the application");
                found.error(format!("upstream.{name}.endpoints[{index}]"), fault);
            }
        }
    }
}

/// Whether a connection to a place ends at a listener, as far as that is plain without a lookup.
fn is_same(bind: &Bind, place: &Place) -> bool {
    match (bind, place) {
        (Bind::Tcp(bind), Place::Tcp { host, port }) => {
            bind.port() == *port && reaches(*bind, host)
        }
        (Bind::Unix(bind), Place::Unix(path)) => bind == path,
        _ => false,
    }
}

fn reaches(bind: SocketAddr, host: &Host) -> bool {
    let bound = bind.ip().to_canonical();
    match host {
        Host::Address(address) => covers(bound, address.to_canonical()),
        Host::Name(name) if name == "localhost" => bound.is_loopback() || bound.is_unspecified(),
        Host::Name(_) => false,
    }
}

/// Whether a listener on `bound` takes connections to `address` on this host.
fn covers(bound: IpAddr, address: IpAddr) -> bool {
    // `[::]` takes IPv4 as well, unless the system is told otherwise.
    let takes_kind = bound.is_ipv6() || address.is_ipv4();
    let is_here = address.is_loopback() || address.is_unspecified();
    bound == address
        || (bound.is_unspecified() && takes_kind && is_here)
        || (address.is_unspecified() && bound.is_loopback())
}
