//! One look-up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use goodgate_evidence::probe::LookupOutcome;
use goodgate_incident::Doubt;
use goodgate_probe::resolve::{SharedResolver, name_server};
use goodgate_watch::check::Answer;

use crate::unable::unable;

/// Asks a name server, or the system where there is none.
pub(crate) async fn look_up(
    resolver: &SharedResolver,
    name: &str,
    server: Option<SocketAddr>,
    within: Duration,
) -> Answer {
    let looked = match server {
        Some(server) => name_server(server, name, within).await,
        None => resolver.look_up(name, within).await,
    };
    match looked {
        Err(error) => unable(&error),
        Ok(lookup) if matches!(lookup.outcome, LookupOutcome::Addresses { .. }) => {
            Answer::Lookup(lookup)
        }
        // The C library does not tell a failure of its own from one of the resolver.
        Ok(lookup) => match a_socket() {
            Ok(()) => Answer::Lookup(lookup),
            Err(error) => {
                let words = format!("look up {name}: no socket can be opened: {error}");
                Answer::Unable(Doubt::Resources, words)
            }
        },
    }
}

/// Tells whether a socket can be had, by opening and closing one. Nothing is sent.
fn a_socket() -> io::Result<()> {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)
}
