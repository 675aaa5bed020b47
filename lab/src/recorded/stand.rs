//! A case that has been built up: one host with an origin, a gateway and what breaks them.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context as _, bail};

use crate::declared::load::apps;
use crate::declared::stand::contains;
use crate::declared::template::Template;
use crate::goodgate;
use crate::net::host::{Host, Limits};
use crate::recorded::case::{Act, Case};
use crate::text::line;
use crate::wait::{self, wait_until};
use crate::workdir::Workdir;

/// What comes when `goodgate faults` listens.
const FAULTS_READY: &str = "\"listening\"";

/// What comes when the gateway listens.
const GATEWAY_READY: &str = "listening on";

/// What a program of a case says when it is ready.
const READY: &str = "ready";

/// The timeout of every stage: longer than any answer on a busy machine, and short enough to wait
/// for.
pub const TIMEOUT_MS: u32 = 400;

/// The stages that have a timeout.
const STAGES: [&str; 6] =
    ["resolve", "connect", "tls", "request", "response_head", "between_bytes"];

/// A case that runs; it is taken down when the value is dropped.
#[derive(Debug)]
pub struct Stand {
    /// Ends first, and with it everything that runs on it.
    host: Host,
    programs: Vec<Program>,
    template: Template,
    folder: Workdir,
}

/// A program that runs on the host.
#[derive(Debug)]
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Has ended with its host already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Stand {
    /// Builds a case up, until the gateway listens. `healthy` is the socket of an origin that
    /// answers well.
    ///
    /// # Errors
    ///
    /// Says what did not come up, with everything that the programs said.
    pub fn build(case: &Case, healthy: &Path, keep: bool) -> anyhow::Result<Self> {
        let mut folder = Workdir::new()?;
        if keep {
            folder.keep();
        }
        let host = Host::start("gateway")?;
        let template = Template::new(folder.path(), &apps(), &goodgate::binary()?);
        let mut stand = Self { host, programs: Vec::new(), template, folder };
        stand.fill(case, healthy).with_context(|| stand.said())?;
        Ok(stand)
    }

    /// Returns where the gateway listens.
    pub fn gateway(&self) -> PathBuf {
        self.folder.join("gateway.sock")
    }

    /// Returns the socket of the gateway's admin listener.
    pub fn admin(&self) -> PathBuf {
        self.folder.join("admin.sock")
    }

    /// Returns the gateway's access log.
    pub fn access_log(&self) -> PathBuf {
        self.folder.join("access.json")
    }

    /// Returns everything that is written in logs so far, by file.
    pub fn said(&self) -> String {
        let mut text = String::new();
        for name in
            ["gateway.toml", "origin.log", "dns.log", "gateway.log", "act.log", "access.json"]
        {
            let said = std::fs::read(self.folder.join(name)).unwrap_or_default();
            line!(text, "--- {name}\n{}", String::from_utf8_lossy(&said));
        }
        text
    }

    fn fill(&mut self, case: &Case, healthy: &Path) -> anyhow::Result<()> {
        self.cover_names()?;
        if let Some(arguments) = &case.dns {
            self.start_faults("dns", "127.0.0.1:53", arguments)?;
        }
        if let Some(arguments) = &case.origin {
            let listen = self.template.fill(&case.listen);
            let authority = if case.tls { " --ca-out {folder}/ca.pem" } else { "" };
            self.start_faults("origin", &listen, &format!("{arguments}{authority}"))?;
        }
        case.before.iter().try_for_each(|act| self.act(act))?;
        self.start_gateway(case, healthy)?;
        case.after.iter().try_for_each(|act| self.act(act))
    }

    /// Gives the host names of its own, so that it knows nothing of the machine's.
    fn cover_names(&self) -> anyhow::Result<()> {
        let names = self.folder.write("hosts", "127.0.0.1 localhost\n::1 localhost\n")?;
        let servers = self
            .folder
            .write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")?;
        self.host.cover(&servers, "/etc/resolv.conf")?;
        self.host.cover(&names, "/etc/hosts")
    }

    fn start_faults(&mut self, name: &str, listen: &str, arguments: &str) -> anyhow::Result<()> {
        let mut words = vec![goodgate::binary()?.display().to_string()];
        words.extend(["faults", "--listen", listen, "--format", "json"].map(str::to_owned));
        words.extend(self.template.fill(arguments).split_ascii_whitespace().map(str::to_owned));
        self.start(name, words, &Limits::default(), FAULTS_READY)
    }

    fn start_gateway(&mut self, case: &Case, healthy: &Path) -> anyhow::Result<()> {
        let text = self.template.fill(&configuration(case, healthy));
        let file = self.folder.write("gateway.toml", &text)?.display().to_string();
        if let Some(user) = &case.user {
            self.host.run(&["chown", user, &self.folder.path().display().to_string()], "")?;
        }
        let words = [goodgate::binary()?.display().to_string()]
            .into_iter()
            .chain(["run", "--config", &file].map(str::to_owned))
            .collect();
        let limits = Limits { nofile: case.nofile, user: case.user.clone() };
        self.start("gateway", words, &limits, GATEWAY_READY)?;
        // It is told before the socket takes connections.
        wait_until("the gateway to listen", wait::DEADLINE, || {
            Ok(UnixStream::connect(self.gateway()).ok().map(drop))
        })
    }

    fn act(&mut self, act: &Act) -> anyhow::Result<()> {
        if let Some(rules) = &act.nft {
            return self.host.run(&["nft", "-f", "-"], rules);
        }
        if let Some(words) = &act.run {
            return self.host.run(&self.template.fill_all(words), "");
        }
        let Some(words) = &act.start else { return Ok(()) };
        self.start("act", self.template.fill_all(words), &Limits::default(), READY)
    }

    fn start(
        &mut self,
        name: &str,
        words: Vec<String>,
        limits: &Limits,
        ready: &str,
    ) -> anyhow::Result<()> {
        let log = self.folder.join(&format!("{name}.log"));
        let mut command = self.host.limited(limits, None, words);
        command.current_dir(self.folder.path());
        let mut child = self.host.spawn(command, &log)?;
        let came = wait_until(&format!("{name} to be ready"), wait::DEADLINE, || {
            if contains(&log, ready) {
                return Ok(Some(()));
            }
            if let Some(status) = child.try_wait()? {
                bail!("{name} ended at once: {status}");
            }
            Ok(None)
        });
        self.programs.push(Program(child));
        came
    }
}

/// Writes the configuration: the same endpoint alone and beside a healthy one.
fn configuration(case: &Case, healthy: &Path) -> String {
    let mut text = String::new();
    line!(text, "[[listen]]\naddress = \"unix:{{folder}}/gateway.sock\"");
    line!(text, "[admin]\naddress = \"unix:{{folder}}/admin.sock\"");
    line!(text, "[log]\naccess = \"{{folder}}/access.json\"");
    line!(text, "[workers]\ncount = 1");
    line!(text, "[shutdown]\ndrain = \"0ms\"");
    let broken = &case.endpoint;
    let alone = format!("\"{broken}\"");
    let both = format!("\"{broken}\", \"unix:{}\"", healthy.display());
    for (name, endpoints) in [("one", alone), ("two", both)] {
        line!(text, "[upstream.{name}]\nendpoints = [{endpoints}]\nbalance = \"round_robin\"");
        // Every request shall meet the fault.
        if !case.defaults {
            line!(text, "breaker = \"off\"\nejection = \"off\"");
        }
        for stage in STAGES {
            line!(text, "timeouts.{stage} = \"{TIMEOUT_MS}ms\"");
        }
        if case.dns.is_some() {
            line!(text, "resolve.servers = [\"127.0.0.1:53\"]");
        }
        if case.tls {
            line!(text, "tls.ca = \"{{folder}}/ca.pem\"");
        }
        line!(text, "{}", case.upstream);
        // A hedge would hide what a slow attempt ends with.
        line!(text, "[[route]]\npath = \"/{name}\"\nupstream = \"{name}\"\nhedge = \"off\"");
        // Nor shall a request wait until the fault is over: it never is.
        let hold = if case.defaults { "hold.time = \"200ms\"" } else { "hold = \"off\"" };
        line!(text, "{hold}\n{}", case.route);
    }
    text
}
