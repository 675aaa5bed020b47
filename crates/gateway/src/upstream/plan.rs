//! From the endpoints of the configuration to addresses: names are replaced by what they resolve to.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::address::Address;
use super::connection::Tls;
use super::endpoint::{Parts, Wire};
use crate::listen::client_config;
use crate::settings::values::{Endpoint, Host, Place, Scheme};
use crate::settings::{Family, Protocol, Upstream};

/// What names resolve to.
pub(crate) type Names = BTreeMap<String, Vec<IpAddr>>;

/// How an upstream speaks TLS, if any of its endpoints does.
#[derive(Clone, Debug)]
pub(crate) struct TlsOf {
    config: Option<Arc<ClientConfig>>,
    /// What it was made of, as a hash: settings, and what the files held.
    made_of: u64,
}

impl TlsOf {
    /// Reads certificates, keys and trust. What was read `before` is the same object still if it is
    /// the same.
    pub(crate) fn read(settings: &Upstream, before: Option<&Self>) -> Result<Self, String> {
        let made_of = ingredients(settings);
        if let Some(before) = before.filter(|before| before.made_of == made_of) {
            return Ok(before.clone());
        }
        if !speaks_tls(settings) {
            return Ok(Self { config: None, made_of });
        }
        let alpn: &[&[u8]] = match settings.protocol {
            Protocol::Auto => &[b"h2", b"http/1.1"],
            Protocol::Http1 => &[b"http/1.1"],
            Protocol::Http2 => &[b"h2"],
        };
        let alpn = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        let config = client_config(&settings.tls, alpn)?;
        Ok(Self { config: Some(config), made_of })
    }

    /// Tells whether the settings and their files would give the same again.
    pub(crate) fn is_current(&self, settings: &Upstream) -> bool {
        self.made_of == ingredients(settings)
    }
}

fn speaks_tls(settings: &Upstream) -> bool {
    settings.endpoints.iter().any(|it| it.url.scheme == Scheme::Https)
}

fn ingredients(settings: &Upstream) -> u64 {
    if !speaks_tls(settings) {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    let tls = &settings.tls;
    format!("{:?} {tls:?}", settings.protocol).hash(&mut hasher);
    for file in [&tls.ca, &tls.certificate, &tls.key].into_iter().flatten() {
        fs::read(file).ok().hash(&mut hasher);
    }
    hasher.finish()
}

/// Returns the names that have to be looked up.
pub(crate) fn names(settings: &Upstream) -> Vec<String> {
    let mut names: Vec<String> = settings
        .endpoints
        .iter()
        .filter_map(|endpoint| match &endpoint.url.place {
            Place::Tcp { host: Host::Name(name), .. } => Some(name.clone()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns what every endpoint is made of, with weight and whether it is a backup.
pub(crate) fn parts(settings: &Upstream, tls: &TlsOf, names: &Names) -> Vec<(Parts, u32, bool)> {
    let places = settings.endpoints.iter().flat_map(|endpoint| {
        let addresses = addresses(endpoint, settings.resolve.family, names);
        addresses.into_iter().map(move |address| (endpoint, address))
    });
    places
        .map(|(endpoint, address)| {
            (part(settings, tls, endpoint, address), endpoint.weight, endpoint.backup)
        })
        .collect()
}

fn addresses(endpoint: &Endpoint, family: Family, names: &Names) -> Vec<Address> {
    match &endpoint.url.place {
        Place::Unix(path) => vec![Address::Unix(path.clone())],
        Place::Tcp { host: Host::Address(address), port } => {
            vec![Address::Tcp(SocketAddr::new(*address, *port))]
        }
        Place::Tcp { host: Host::Name(name), port } => {
            let known = names.get(name).into_iter().flatten();
            known
                .filter(|address| match family {
                    Family::Any => true,
                    Family::Ipv4 => address.is_ipv4(),
                    Family::Ipv6 => address.is_ipv6(),
                })
                .map(|address| Address::Tcp(SocketAddr::new(*address, *port)))
                .collect()
        }
    }
}

fn part(settings: &Upstream, tls: &TlsOf, endpoint: &Endpoint, address: Address) -> Parts {
    let authority = authority(endpoint);
    let wire = match (endpoint.url.scheme, settings.protocol) {
        (Scheme::H2c, _) | (_, Protocol::Http2) => Wire::Http2,
        (Scheme::Https, Protocol::Auto) => Wire::Alpn,
        (Scheme::Http | Scheme::Https, _) => Wire::Http1,
    };
    let tls = tls.config.as_ref().filter(|_| endpoint.url.scheme == Scheme::Https).map(|config| {
        let name = settings.tls.server_name.as_ref();
        let name = name.map_or_else(|| host(endpoint), ToString::to_string);
        let name = ServerName::try_from(name).unwrap_or_else(|_| unnamed(&address));
        Tls { config: Arc::clone(config), name }
    });
    let label = match &endpoint.url.place {
        Place::Tcp { host: Host::Name(name), .. } => format!("{name}/{address}"),
        _ => address.to_string(),
    };
    Parts { address, label: label.into(), authority: authority.into(), tls, wire }
}

fn host(endpoint: &Endpoint) -> String {
    match &endpoint.url.place {
        Place::Tcp { host: Host::Address(address), .. } => address.to_string(),
        Place::Tcp { host: Host::Name(name), .. } => name.clone(),
        Place::Unix(_) => "localhost".to_owned(),
    }
}

fn unnamed(address: &Address) -> ServerName<'static> {
    match address {
        Address::Tcp(address) => ServerName::from(address.ip()),
        Address::Unix(_) => ServerName::from(IpAddr::from([127, 0, 0, 1])),
    }
}

/// The value of `Host` that stands for an endpoint; the port is left out where it is the scheme's.
fn authority(endpoint: &Endpoint) -> String {
    match &endpoint.url.place {
        Place::Tcp { host, port } if *port == endpoint.url.scheme.port() => host.to_string(),
        Place::Tcp { host, port } => format!("{host}:{port}"),
        Place::Unix(_) => "localhost".to_owned(),
    }
}
