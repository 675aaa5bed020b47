//! Apache httpd.

use std::net::SocketAddr;
use std::path::Path;

use super::{Gateway, Product, start};
use crate::program::APACHE;

/// Where Debian keeps Apache's modules.
pub const MODULES: &str = "/usr/lib/apache2/modules";

const PRODUCT: Product = Product {
    program: APACHE,
    // -X: one process in the foreground.
    arguments: &["-X", "-f"],
    error_log: "error.log",
    access_log: "access.log",
};

/// The modules of a plain reverse proxy.
const NEEDED: &[&str] = &["mpm_event", "authz_core", "unixd", "log_config", "proxy", "proxy_http"];

/// Starts Apache in front of the origin at `address`, with a short read timeout.
///
/// # Errors
///
/// When Apache is missing or does not start.
pub fn in_front_of(address: SocketAddr) -> anyhow::Result<Gateway> {
    with_directives(&format!("ProxyTimeout 1\nProxyPass / http://{address}/"))
}

/// Starts Apache with `directives` at server level.
///
/// # Errors
///
/// When Apache is missing or does not start.
pub fn with_directives(directives: &str) -> anyhow::Result<Gateway> {
    start(PRODUCT, |folder, address| Ok(configuration(folder, address, directives)))
}

fn configuration(folder: &Path, address: SocketAddr, directives: &str) -> String {
    let folder = folder.display();
    let modules = load_modules(NEEDED.iter().copied());
    format!(
        "ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\n\
         ServerName localhost\nListen {address}\n{modules}\
         User www-data\nGroup www-data\nErrorLog {folder}/error.log\n\
         LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{{Referer}}i\\\" \\\"%{{User-Agent}}i\\\"\" \
         combined\nCustomLog {folder}/access.log combined\n{directives}\n"
    )
}

/// Writes the lines that load `modules`, without those that this build has compiled in.
pub fn load_modules<'a>(modules: impl Iterator<Item = &'a str>) -> String {
    let file = |name: &str| format!("{MODULES}/mod_{name}.so");
    let lines: Vec<String> = modules
        .filter(|name| Path::new(&file(name)).exists())
        .map(|name| format!("LoadModule {name}_module {}\n", file(name)))
        .collect();
    lines.concat()
}
