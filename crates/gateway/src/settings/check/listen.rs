//! Listeners and the admin listener.

use goodgate_config::Fault;

use super::Found;
use crate::settings::Settings;
use crate::settings::values::{Access, Bind};

pub(super) fn check(settings: &Settings, found: &mut Found) {
    if settings.listen.is_empty() {
        found.error(
            "listen",
            Fault::new("there is no listener")
                .hint("write [[listen]] and below it address = \"0.0.0.0:80\""),
        );
    }
    for (index, listen) in settings.listen.iter().enumerate() {
        let mut before = settings.listen.iter().take(index);
        if before.any(|other| same(&other.address, &listen.address)) {
            let what = format!("another [[listen]] has the address {}", listen.address);
            found.error(format!("listen[{index}].address"), Fault::new(what));
        }
        access(&listen.address, &listen.access(), &format!("listen[{index}]"), found);
        if listen.tls.as_ref().is_some_and(|tls| tls.certificates.is_empty()) {
            let fault = Fault::new("TLS needs a certificate")
                .hint("certificates = [{ certificate = \"cert.pem\", key = \"key.pem\" }]");
            found.error(format!("listen[{index}].tls.certificates"), fault);
        }
    }
    admin(settings, found);
    let spool = &settings.spool;
    found.ordered("spool", [("memory", spool.memory), ("total_memory", spool.total_memory)]);
}

fn admin(settings: &Settings, found: &mut Found) {
    let Some(admin) = &settings.admin else { return };
    access(&admin.address, &admin.access(), "admin", found);
    if settings.listen.iter().any(|listen| same(&listen.address, &admin.address)) {
        let fault = Fault::new(format!("a [[listen]] has the address {}", admin.address));
        found.error("admin.address", fault);
    }
    if let Bind::Tcp(address) = admin.address
        && !address.ip().to_canonical().is_loopback()
        && admin.token.is_none()
    {
        let fault = Fault::new(format!("other hosts can reach {address} and no token protects it"))
            .hint("set `token`, or listen on 127.0.0.1 or on \"unix:/run/goodgate/admin.sock\"");
        found.error("admin.address", fault);
    }
}

/// Only the file of a unix socket has an owner; that of systemd's sockets is systemd's matter.
fn access(address: &Bind, access: &Access, path: &str, found: &mut Found) {
    let hint = match address {
        Bind::Unix(_) => return,
        Bind::Tcp(_) => "write address = \"unix:PATH\", or leave it out",
        Bind::Systemd(_) => "write SocketMode=, SocketUser= or SocketGroup= in the .socket unit",
    };
    for key in access.set() {
        let fault = Fault::new(format!("`{key}` is for addresses that begin with unix:"));
        found.error(format!("{path}.{key}"), fault.hint(hint));
    }
}

/// Whether two listeners are at the same place. Each with port 0 gets a port of its own.
fn same(a: &Bind, b: &Bind) -> bool {
    match (a, b) {
        (Bind::Tcp(a), Bind::Tcp(_)) if a.port() == 0 => false,
        _ => a == b,
    }
}
