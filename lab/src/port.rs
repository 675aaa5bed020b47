//! Ports that the kernel gives.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// Reserves a loopback port on which nobody listens.
///
/// A connection to the port is closed from the accepting side, which leaves the port in
/// `TIME_WAIT` for a minute: the kernel gives it to nobody else in that time, but a server that sets
/// `SO_REUSEADDR`, as every gateway does, can bind it. Until then a connect is refused.
///
/// # Errors
///
/// When loopback does not work.
pub fn reserve() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let client = TcpStream::connect(address)?;
    let (accepted, _) = listener.accept()?;
    drop(accepted);
    drop(client);
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_port_refuses() {
        let address = reserve().unwrap();

        let outcome = TcpStream::connect(address);

        assert_eq!(outcome.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn a_reserved_port_can_be_bound_by_a_server() {
        let address = reserve().unwrap();

        assert!(TcpListener::bind(address).is_ok());
    }

    #[test]
    fn no_port_is_given_twice() {
        let mut ports: Vec<_> = (0..200).map(|_| reserve().unwrap().port()).collect();

        ports.sort_unstable();
        ports.dedup();

        assert_eq!(ports.len(), 200);
    }
}
