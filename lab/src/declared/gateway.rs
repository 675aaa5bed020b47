//! The configurations of the gateways: what Debian installs, with a scenario's pieces in it.

use std::path::{Path, PathBuf};

use crate::declared::file::{Gateway, Product};
use crate::gateway::{apache, nginx};
use crate::program::{APACHE, HAPROXY, NGINX, Program};
use crate::tls::Identity;

/// The port for plain HTTP.
pub const PORT: u16 = 80;

/// What a gateway says on its standard output and error output.
const STARTING: &str = "gateway.log";

/// The port for TLS.
pub const TLS_PORT: u16 = 443;

/// The modules of Debian's Apache that a plain reverse proxy needs.
const APACHE_MODULES: &[&str] =
    &["mpm_event", "authz_core", "unixd", "log_config", "proxy", "proxy_http"];

/// How the gateway of a scenario is started, and where it writes.
#[derive(Debug)]
pub struct Plan {
    /// The program.
    pub program: Program,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The name of its configuration's file in the folder.
    pub file: &'static str,
    /// The configuration.
    pub configuration: String,
    /// Its logs, failures first.
    pub logs: Vec<PathBuf>,
}

/// Writes the configuration of a gateway whose files are in `folder`.
pub fn plan(product: Product, pieces: &Gateway, tls: Option<&Identity>, folder: &Path) -> Plan {
    let config = |name: &str| folder.join(name).display().to_string();
    match product {
        Product::Nginx => Plan {
            program: NGINX,
            arguments: ["-e", "error.log", "-p", ".", "-c"]
                .into_iter()
                .map(str::to_owned)
                .chain([config("nginx.conf")])
                .collect(),
            file: "nginx.conf",
            configuration: nginx(pieces, tls, folder),
            // What is said before the log is open goes to the journal, and here to a file.
            logs: [STARTING, "error.log", "access.log"].map(|name| folder.join(name)).to_vec(),
        },
        Product::Apache => Plan {
            program: APACHE,
            arguments: vec!["-DFOREGROUND".to_owned(), "-f".to_owned(), config("apache.conf")],
            file: "apache.conf",
            configuration: apache(pieces, tls, folder),
            // What is said before the log is open goes to the journal, and here to a file.
            logs: [STARTING, "error.log", "access.log"].map(|name| folder.join(name)).to_vec(),
        },
        Product::Haproxy => Plan {
            program: HAPROXY,
            arguments: vec!["-db".to_owned(), "-f".to_owned(), config("haproxy.cfg")],
            file: "haproxy.cfg",
            configuration: haproxy(pieces, tls),
            logs: vec![folder.join(STARTING)],
        },
    }
}

fn nginx(pieces: &Gateway, tls: Option<&Identity>, folder: &Path) -> String {
    let path = folder.display().to_string();
    let temporary = nginx::temporary_folders(&path, &pieces.shared);
    let listen = tls.map_or(format!("listen {PORT}; listen [::]:{PORT};"), |identity| {
        let (certificate, key) = (identity.certificate.display(), identity.key.display());
        format!("listen {TLS_PORT} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};")
    });
    let events = or(&pieces.events, "worker_connections 256;");
    let location = match pieces.pass.trim() {
        "" => String::new(),
        pass => format!("location / {{\n{pass}\n}}"),
    };
    let timeouts = nginx_timeouts(&pieces.shared);
    let error_log = unless(&pieces.top, "error_log ", &format!("error_log {path}/error.log;"));
    format!(
        "daemon off;\nuser www-data;\nworker_processes 1;\npid {path}/nginx.pid;\n\
         {error_log}\n{top}\nevents {{ {events} }}\nhttp {{\n{temporary}\
         access_log {path}/access.log;\n{timeouts}\n{shared}\nserver {{\n{listen}\n{site}\n{location}\n}}\n\
         {more}\n}}\n",
        top = pieces.top,
        shared = pieces.shared,
        site = pieces.site,
        more = pieces.more,
    )
}

/// Writes short timeouts towards every kind of application, unless the scenario has its own.
fn nginx_timeouts(pieces: &str) -> String {
    let mut lines = Vec::new();
    for kind in ["proxy", "fastcgi", "uwsgi"] {
        for what in ["connect", "read", "send"] {
            let directive = format!("{kind}_{what}_timeout ");
            lines.push(unless(pieces, &directive, &format!("{directive}1s;")));
        }
    }
    lines.concat()
}

fn apache(pieces: &Gateway, tls: Option<&Identity>, folder: &Path) -> String {
    let path = folder.display();
    let port = if tls.is_some() { TLS_PORT } else { PORT };
    let own = tls.map(|_| ["ssl"]).into_iter().flatten();
    let extra = pieces.modules.iter().map(String::as_str);
    let mut names: Vec<&str> = APACHE_MODULES.iter().copied().chain(own).chain(extra).collect();
    // A scenario that needs another processing module names it.
    if names.iter().any(|name| *name == "mpm_prefork" || *name == "mpm_worker") {
        names.retain(|name| *name != "mpm_event");
    }
    let modules = apache::load_modules(names.into_iter());
    let secure = tls.map_or(String::new(), |identity| {
        format!(
            "SSLEngine on\nSSLCertificateFile {}\nSSLCertificateKeyFile {}\n",
            identity.certificate.display(),
            identity.key.display()
        )
    });
    format!(
        "ServerRoot {path}\nDefaultRuntimeDir {path}\nPidFile {path}/apache.pid\n\
         ServerName shop.test\nListen {port}\n{modules}\nUser www-data\nGroup www-data\n\
         LogLevel warn\nErrorLog {path}/error.log\n\
         LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{{Referer}}i\\\" \\\"%{{User-Agent}}i\\\"\" \
         combined\nCustomLog {path}/access.log combined\n{timeout}\n{top}\n{shared}\n\
         <VirtualHost *:{port}>\n{secure}{site}\n{pass}\n</VirtualHost>\n",
        timeout = unless(&pieces.shared, "ProxyTimeout ", "ProxyTimeout 1"),
        top = pieces.top,
        shared = pieces.shared,
        site = pieces.site,
        pass = pieces.pass,
    )
}

fn haproxy(pieces: &Gateway, tls: Option<&Identity>) -> String {
    let bind = tls.map_or(format!("bind :::{PORT} v4v6"), |identity| {
        format!("bind :{TLS_PORT} ssl crt {}", identity.bundle.display())
    });
    // A scenario with timeouts of its own gives all of them.
    let timeouts = unless(
        &pieces.shared,
        "timeout ",
        "retries 1\ntimeout connect 1s\ntimeout client 10s\ntimeout server 1s",
    );
    let backend = match pieces.pass.trim() {
        "" => String::new(),
        pass => format!("default_backend app\nbackend app\n{pass}"),
    };
    format!(
        "global\nlog stdout format rfc3164 local0\nuser haproxy\ngroup haproxy\n{top}\n\
         defaults\nmode http\nlog global\noption httplog\noption dontlognull\n{timeouts}\n{shared}\n\
         {more}\nfrontend web\n{bind}\n{site}\n{backend}\n",
        top = pieces.top,
        shared = pieces.shared,
        site = pieces.site,
        more = pieces.more,
    )
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.trim().is_empty() { otherwise } else { text }
}

/// Gives `otherwise` unless the pieces have the directive themselves.
fn unless(pieces: &str, directive: &str, otherwise: &str) -> String {
    if pieces.contains(directive) { String::new() } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pass: &str) -> Gateway {
        Gateway { pass: pass.to_owned(), ..Gateway::default() }
    }

    #[test]
    fn what_is_passed_stands_in_nginx_location() {
        let plan = plan(Product::Nginx, &pieces("return 204;"), None, Path::new("/x"));

        assert!(plan.configuration.contains("location / {\nreturn 204;\n}"));
    }

    #[test]
    fn a_scenario_gives_all_timeouts_of_haproxy_or_none() {
        let mut gateway = pieces("server a 10.0.0.1:80");
        gateway.shared = "timeout connect 5s".to_owned();

        let plan = plan(Product::Haproxy, &gateway, None, Path::new("/x"));

        assert_eq!(plan.configuration.matches("timeout ").count(), 1);
    }
}
