//! Runs the snippets of the pages through the real programs' configuration checks.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::gateway::apache::load_modules;
use crate::gateway::nginx::temporary_folders;
use crate::pages::{Page, Snippet};
use crate::program::{APACHE, HAPROXY, NGINX, Program};
use crate::workdir::Workdir;
use crate::{pages, tls};

/// The end of a program's complaint that is shown.
const COMPLAINT_MAX: usize = 600;

/// A program that checks a configuration, and how a snippet becomes a whole one.
#[derive(Debug, Clone, Copy)]
pub struct Checker {
    /// The language in the snippet's info string.
    pub language: &'static str,
    program: Program,
    /// Arguments in front of the configuration's path.
    arguments: &'static [&'static str],
    /// Puts a snippet at its level into a whole configuration; none for an unknown level.
    complete: fn(&Snippet<'_>, folder: &str) -> Option<String>,
}

/// `nginx -t`.
pub const NGINX_CHECK: Checker = Checker {
    language: "nginx",
    program: NGINX,
    arguments: &["-t", "-e", "error.log", "-p", ".", "-c"],
    complete: complete_nginx,
};

/// `apache2 -t`.
pub const APACHE_CHECK: Checker = Checker {
    language: "apache",
    program: APACHE,
    arguments: &["-t", "-f"],
    complete: complete_apache,
};

/// `haproxy -c`.
pub const HAPROXY_CHECK: Checker = Checker {
    language: "haproxy",
    program: HAPROXY,
    arguments: &["-c", "-f"],
    complete: complete_haproxy,
};

/// Checks every snippet of the checker's language in all pages; reports all faults at once.
///
/// # Errors
///
/// When a snippet does not pass, or when there is none to check.
pub fn check_all(checker: Checker) -> anyhow::Result<()> {
    let folder = Workdir::new()?;
    let bundle = tls::bundle(&folder)?;
    copy_includes(&folder)?;
    let mut faults = Vec::new();
    let mut count = 0;
    for page in pages::read(pages::CAUSES)?.iter().chain(&pages::read(pages::GUIDES)?) {
        for snippet in page.snippets() {
            if snippet.language() != checker.language || snippet.is_unverified() {
                continue;
            }
            count += 1;
            faults.extend(fault(checker, page, &snippet, &folder, &bundle)?);
        }
    }
    if !faults.is_empty() {
        bail!("{} of {count} snippets fail:\n{}", faults.len(), faults.join("\n"));
    }
    anyhow::ensure!(count > 0, "no {} snippet in any page", checker.language);
    Ok(())
}

/// Puts the files that nginx's package brings for `include` next to the configuration.
fn copy_includes(folder: &Workdir) -> anyhow::Result<()> {
    for name in ["fastcgi_params", "fastcgi.conf", "mime.types", "scgi_params", "uwsgi_params"] {
        let file = Path::new("/etc/nginx").join(name);
        if file.exists() {
            fs::copy(&file, folder.join(name))?;
        }
    }
    Ok(())
}

/// Says what is wrong with one snippet.
fn fault(
    checker: Checker,
    page: &Page,
    snippet: &Snippet<'_>,
    folder: &Workdir,
    bundle: &Path,
) -> anyhow::Result<Option<String>> {
    let place = format!("{}:{} ({})", page.path, snippet.line, snippet.info.join(" "));
    let folder_name = folder.path().display().to_string();
    let Some(whole) = (checker.complete)(snippet, &folder_name) else {
        return Ok(Some(format!("{place}: unknown context {:?}", snippet.context())));
    };
    let whole = replace_key_files(&whole, &bundle.display().to_string());
    let complaint = complaint(checker, folder, &whole)?;
    Ok(complaint.map(|complaint| format!("{place}:\n{}-> {complaint}", snippet.body)))
}

/// Runs the program over a whole configuration; gives what it complains about.
fn complaint(checker: Checker, folder: &Workdir, whole: &str) -> anyhow::Result<Option<String>> {
    let file = folder.write("snippet.conf", whole)?;
    let output = Command::new(checker.program.path()?)
        .args(checker.arguments)
        .arg(file)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("run {}", checker.program.command))?;
    if output.status.success() {
        return Ok(None);
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let from = said.ceil_char_boundary(said.len().saturating_sub(COMPLAINT_MAX));
    Ok(Some(said.split_at(from).1.to_owned()))
}

fn complete_nginx(snippet: &Snippet<'_>, folder: &str) -> Option<String> {
    let body = &snippet.body;
    let pool = "upstream app_pool_x { server 127.0.0.1:8000; }";
    let listen = "listen 127.0.0.1:18080;";
    let whole = match snippet.context() {
        "main" if body.contains("events") => body.clone(),
        "main" => format!("{body}\nevents {{}}\n"),
        "http" => format!("events {{}}\nhttp {{\n{body}\n}}\n"),
        "server" => format!("events {{}}\nhttp {{ server {{ {listen}\n{body}\n}} }}\n"),
        "location" => format!(
            "events {{}}\nhttp {{ {pool} server {{ {listen} location / {{\n{body}\n}} }} }}\n"
        ),
        "upstream" => format!("events {{}}\nhttp {{ upstream app {{\n{body}\n}} }}\n"),
        _ => return None,
    };
    let folders = temporary_folders(folder, body);
    let log = format!("access_log {folder}/access.log;");
    let whole = whole.replacen("http {", &format!("http {{\n  {log}\n{folders}"), 1);
    // An ordinary user cannot open the system's logs.
    let whole = whole.replace("/var/log/nginx/", &format!("{folder}/"));
    Some(format!("pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n{whole}"))
}

/// Modules that the pages speak of; those that a snippet loads itself are left to it.
const APACHE_MODULES: &str = "mpm_event authz_core unixd alias dir env headers rewrite remoteip \
    proxy proxy_http proxy_fcgi proxy_ajp proxy_uwsgi proxy_scgi proxy_wstunnel proxy_http2 http2 \
    proxy_balancer slotmem_shm lbmethod_byrequests lbmethod_bybusyness proxy_hcheck watchdog \
    socache_shmcb ssl reqtimeout status setenvif filter deflate cache cache_disk log_config \
    ratelimit auth_basic authn_core authz_host authz_user proxy_connect mime macro substitute";

fn complete_apache(snippet: &Snippet<'_>, folder: &str) -> Option<String> {
    // A page shows the module's path of its distribution, so those lines are not run.
    let is_load = |line: &&str| line.trim_start().starts_with("LoadModule");
    let lines: Vec<&str> = snippet.body.lines().filter(|line| !is_load(line)).collect();
    let body = lines.join("\n");
    let modules = load_modules(APACHE_MODULES.split_whitespace());
    let whole = match snippet.context() {
        "server" => format!("{body}\n"),
        "vhost" => {
            format!("<VirtualHost *:18081>\nServerName app.example.com\n{body}\n</VirtualHost>\n")
        }
        _ => return None,
    };
    Some(format!(
        "ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\n\
         ErrorLog {folder}/error.log\nServerName localhost\nListen 127.0.0.1:18081\n\
         {modules}{whole}"
    ))
}

fn complete_haproxy(snippet: &Snippet<'_>, _folder: &str) -> Option<String> {
    let body = &snippet.body;
    let timeouts = "  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n";
    let defaults = format!("defaults\n  mode http\n{timeouts}");
    let frontend = "frontend fe_x\n  bind 127.0.0.1:18082\n";
    let own_timeouts = if body.contains("timeout") { "" } else { timeouts };
    Some(match snippet.context() {
        "full" => body.clone(),
        "global" => format!("global\n{body}\n{defaults}"),
        "defaults" => format!("defaults\n  mode http\n{body}\n{own_timeouts}"),
        "frontend" => format!(
            "{defaults}{frontend}{body}\n  default_backend be_x\n\
             backend be_x\n  server s 127.0.0.1:8000\n"
        ),
        "backend" => {
            format!("{defaults}{frontend}  default_backend app\nbackend app\n{body}\n")
        }
        "section" => format!("{defaults}{body}\n"),
        _ => return None,
    })
}

/// Puts a file that exists in place of every absolute path to a certificate or a key.
fn replace_key_files(text: &str, file: &str) -> String {
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_path) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_path(c)).unwrap_or(from.len()));
        result.push_str(before);
        result.push_str(if is_key_file(word) { file } else { word });
        rest = after;
    }
    result.push_str(rest);
    result
}

fn is_key_file(word: &str) -> bool {
    word.starts_with('/') && [".pem", ".crt", ".key"].iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_replaced() {
        let text = "ssl_certificate /etc/ssl/a.pem; root /srv/www;";

        assert_eq!(replace_key_files(text, "/t/c"), "ssl_certificate /t/c; root /srv/www;");
    }

    #[test]
    fn a_relative_path_stays() {
        assert_eq!(replace_key_files("a.pem", "/t/c"), "a.pem");
    }

    #[test]
    fn an_unknown_context_has_no_configuration() {
        let snippet = Snippet { line: 1, info: vec!["nginx", "stream"], body: String::new() };

        assert!(complete_nginx(&snippet, "/t").is_none());
    }
}
