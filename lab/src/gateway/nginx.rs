//! nginx.

use std::net::SocketAddr;
use std::path::Path;

use super::{Gateway, Product, start};
use crate::program::NGINX;
use crate::tls::Identity;

const PRODUCT: Product = Product {
    program: NGINX,
    arguments: &["-e", "error.log", "-p", ".", "-c"],
    error_log: "error.log",
    access_log: "access.log",
};

/// Starts nginx with `location` as the content of `location /`.
///
/// # Errors
///
/// When nginx is missing or does not start.
pub fn with_location(location: &str) -> anyhow::Result<Gateway> {
    start(PRODUCT, |folder, address| Ok(configuration(folder, address, "", location)))
}

/// Starts nginx in front of the origin at `address`, with a short read timeout.
///
/// # Errors
///
/// When nginx is missing or does not start.
pub fn in_front_of(address: SocketAddr) -> anyhow::Result<Gateway> {
    with_location(&format!("proxy_pass http://{address}; proxy_read_timeout 1s;"))
}

/// Starts nginx with TLS towards the client and `location` as the content of `location /`.
///
/// # Errors
///
/// When nginx is missing or does not start.
pub fn with_tls(identity: &Identity, location: &str) -> anyhow::Result<Gateway> {
    let certificate = identity.certificate.display();
    let key = identity.key.display();
    let tls = format!("ssl_certificate {certificate}; ssl_certificate_key {key};");
    start(PRODUCT, |folder, address| Ok(configuration(folder, address, &tls, location)))
}

fn configuration(folder: &Path, address: SocketAddr, tls: &str, location: &str) -> String {
    let folder = folder.display();
    let listen = if tls.is_empty() { address.to_string() } else { format!("{address} ssl") };
    let folders = temporary_folders(&folder.to_string(), "");
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\n\
         error_log {folder}/error.log;\nevents {{}}\nhttp {{\n{folders}  \
         access_log {folder}/access.log combined;\n  server {{\n    listen {listen};\n    \
         {tls}\n    location / {{ {location} }}\n  }}\n}}\n"
    )
}

/// Writes the directives for temporary folders, without those that `given` has already.
///
/// Without them nginx writes to the system's folders, which an ordinary user cannot.
pub fn temporary_folders(folder: &str, given: &str) -> String {
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| (name, format!("{name}_temp_path")))
        .filter(|(_, directive)| !given.contains(directive))
        .map(|(name, directive)| format!("  {directive} {folder}/{name};\n"))
        .collect::<Vec<_>>()
        .concat()
}
