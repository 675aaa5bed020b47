//! What is said when a gateway has started: where it listens, what it serves, what it does not.

use std::path::Path;

use goodgate_gateway::settings::Settings;
use goodgate_gateway::settings::values::{Bind, WorkerCount};
use goodgate_gateway::{AdminAt, Bound, Gateway};

use super::say::Say;

/// Upstreams and routes that are named; `goodgate check --explain` shows all.
const NAMED: usize = 12;

/// Says what a gateway does.
pub(super) fn tell(
    say: Say,
    gateway: &Gateway,
    settings: &Settings,
    config: Option<&Path>,
    is_hand_over: bool,
) {
    let bound = gateway.bound();
    for bound in &bound {
        say.info(&listening(bound));
    }
    admin(say, gateway, is_hand_over);
    let mut lines = Vec::new();
    for (name, upstream) in settings.upstream.iter().take(NAMED) {
        let endpoints: Vec<String> =
            upstream.endpoints.iter().map(|endpoint| endpoint.url.to_string()).collect();
        lines.push(format!("upstream {name}: {}", listed(&endpoints)));
    }
    let disabled = gateway.disabled();
    let serves = |label: &String| disabled.iter().all(|(broken, _)| broken != label);
    let labels = settings.route.iter().map(|route| (route.label(), &route.upstream));
    for (label, upstream) in labels.filter(|(label, _)| serves(label)).take(NAMED) {
        lines.push(format!("route {label} -> {upstream}"));
    }
    for line in &lines {
        say.info(line);
    }
    let more = (settings.upstream.len().saturating_sub(NAMED))
        + (settings.route.len() - disabled.len().min(settings.route.len())).saturating_sub(NAMED);
    if more > 0 {
        let config = config.unwrap_or(Path::new("goodgate.toml")).display();
        say.info(&format!("and {more} more: goodgate check --explain --config {config}"));
    }
    for (label, why) in &disabled {
        say.warning(&format!("route {label} cannot serve: {why}"));
    }
    gateway.warnings().iter().for_each(|warning| say.warning(warning));
}

fn admin(say: Say, gateway: &Gateway, is_hand_over: bool) {
    match gateway.admin() {
        AdminAt::Off => {}
        AdminAt::Tcp(address) => say.info(&format!("operators ask on http://{address}")),
        AdminAt::Unix(path) => say.info(&format!("operators ask on unix:{}", path.display())),
        AdminAt::Busy(address) if is_hand_over => {
            say.info(&format!(
                "operators ask on {address} when the process before has let go of it"
            ));
        }
        AdminAt::Busy(address) => say.warning(&format!(
            "no admin listener: another process has {address}; it is tried again every second \
             ([admin] address, or --admin, names another one)"
        )),
    }
}

/// Says what a gateway is, in a line for the service manager.
pub(super) fn status(gateway: &Gateway) -> String {
    let at: Vec<String> = gateway.bound().iter().map(|bound| bound.at.to_string()).collect();
    match gateway.disabled().len() {
        0 => format!("serves on {}", listed(&at)),
        broken => format!("serves on {}; {broken} routes cannot serve", listed(&at)),
    }
}

/// Below so many open files a gateway meets its limit before its clients meet theirs: each request
/// takes two.
const FILES_FEW: u64 = 8192;

/// Says when few files may be open.
pub(super) fn tell_files(say: Say, files: u64) {
    if files < FILES_FEW {
        say.warning(&format!(
            "only {files} files may be open, so that about {} clients fit at the same time \
             (ulimit -Hn, or LimitNOFILE= in the unit)",
            files / 2
        ));
    }
}

/// Says how it runs.
pub(super) fn heading(settings: &Settings, config: Option<&Path>, is_hand_over: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let from = match config {
        Some(path) => format!("configured by {}", path.display()),
        None => "without a configuration file".to_owned(),
    };
    let workers = match settings.workers.count {
        WorkerCount::Auto => String::new(),
        WorkerCount::Fixed(1) => ", 1 worker".to_owned(),
        WorkerCount::Fixed(count) => format!(", {count} workers"),
    };
    let takes = if is_hand_over { ", taking over from another process" } else { "" };
    format!("goodgate {version} (process {}), {from}{workers}{takes}", std::process::id())
}

fn listening(bound: &Bound) -> String {
    match &bound.address {
        Bind::Systemd(name) => format!("listening on {} (systemd:{name})", bound.at),
        Bind::Tcp(_) | Bind::Unix(_) => format!("listening on {}", bound.at),
    }
}

fn listed(all: &[String]) -> String {
    let shown: Vec<&str> = all.iter().take(NAMED).map(String::as_str).collect();
    match all.len().checked_sub(NAMED) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}
