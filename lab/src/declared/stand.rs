//! A scenario that has been built up: its hosts, its programs, its gateway.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context as _, bail, ensure};

use crate::declared::file::{Act, Certificate, Dns, HostName, Origin, Ready, Scenario};
use crate::declared::gateway::{self, PORT, Plan, TLS_PORT};
use crate::declared::load;
use crate::declared::template::{ORIGIN_PORT, Template};
use crate::goodgate;
use crate::net::cgroup::Cgroup;
use crate::net::host::{Host, Limits};
use crate::net::listening;
use crate::net::wire::{self, Wire};
use crate::text::line;
use crate::tls::{self, EXPIRED, Identity, VALID};
use crate::wait::{self, wait_until};
use crate::workdir::Workdir;

/// The name under which the gateway's own words are kept.
const GATEWAY: &str = "gateway";

/// The name under which the words of `goodgate faults` are kept.
const ORIGIN: &str = "origin";

/// The name of the authority's certificate in the folder.
pub const AUTHORITY: &str = "ca.pem";

/// The folder of the shared applications in the scenario's own: programs without rights read them.
const APPS: &str = "apps";

/// The name server's records in the folder, in the form of `/etc/hosts`.
const RECORDS: &str = "dns.records";

/// What comes when `goodgate faults` listens.
const FAULTS_READY: &str = "\"listening\"";

/// A scenario that runs; it is taken down when the value is dropped.
#[derive(Debug)]
pub struct Stand {
    /// The hosts end first, and with them everything that runs on them.
    hosts: Vec<Host>,
    _wire: Wire,
    programs: Vec<Program>,
    cgroups: Vec<Cgroup>,
    /// Addresses and paths.
    pub template: Template,
    /// The gateway's logs, failures first.
    pub logs: Vec<PathBuf>,
    /// Where the gateway listens.
    pub gateway: SocketAddr,
    /// Whether the gateway speaks TLS to its clients.
    pub is_tls: bool,
    /// Everything that is written.
    pub folder: Workdir,
}

/// A program that runs on a host.
#[derive(Debug)]
struct Program {
    child: Child,
    name: String,
    log: PathBuf,
}

impl Drop for Program {
    fn drop(&mut self) {
        // Has ended with its host already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Stand {
    /// Builds the scenario up, until the gateway listens.
    ///
    /// # Errors
    ///
    /// Says what did not come up, with everything that the programs said.
    pub fn build(scenario: &Scenario, keep: bool) -> anyhow::Result<Self> {
        let mut stand = Self::empty(scenario, keep)?;
        let built = stand.fill(scenario);
        built.with_context(|| stand.said())?;
        Ok(stand)
    }

    /// Returns the host with this name.
    ///
    /// # Errors
    ///
    /// When the scenario has no such host.
    pub fn host(&self, name: HostName) -> anyhow::Result<&Host> {
        let name = name.name();
        let host = self.hosts.iter().find(|host| host.name() == name);
        host.with_context(|| format!("there is no host {name}"))
    }

    /// Does what is declared, in order.
    ///
    /// # Errors
    ///
    /// When something cannot be done.
    pub fn act(&mut self, acts: &[Act]) -> anyhow::Result<()> {
        acts.iter().try_for_each(|act| self.act_once(act))
    }

    /// Returns the log of the program with this name.
    pub fn log_of(&self, name: &str) -> PathBuf {
        self.folder.join(&format!("{name}.log"))
    }

    /// Returns everything that is written in logs so far, by file.
    pub fn said(&self) -> String {
        let mut text = String::new();
        for path in logs_in(self.folder.path()) {
            let said = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
            line!(text, "--- {}\n{said}", path.display());
        }
        text
    }

    fn empty(scenario: &Scenario, keep: bool) -> anyhow::Result<Self> {
        let mut folder = Workdir::new()?;
        if keep {
            folder.keep();
        }
        let mut hosts = Vec::new();
        for name in hosts_of(scenario) {
            hosts.push(Host::start(name.name())?);
        }
        let wire = Wire::between(hosts.iter())?;
        let address: Ipv4Addr = wire::address(GATEWAY).context("no gateway")?.parse()?;
        let is_tls = scenario.gateway.tls.is_some();
        copy(&load::apps(), &folder.join(APPS))?;
        let template = Template::new(folder.path(), &folder.join(APPS), &goodgate::binary()?);
        Ok(Self {
            hosts,
            _wire: wire,
            programs: Vec::new(),
            cgroups: Vec::new(),
            template,
            logs: Vec::new(),
            gateway: (address, if is_tls { TLS_PORT } else { PORT }).into(),
            is_tls,
            folder,
        })
    }

    fn fill(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        for (name, text) in &scenario.files {
            self.folder.write(name, &self.template.fill(text))?;
        }
        self.cover_names(scenario)?;
        if let Some(dns) = &scenario.dns {
            self.start_dns(dns)?;
        }
        self.act(&scenario.before)?;
        if let Some(origin) = &scenario.origin {
            self.start_origin(origin)?;
        }
        self.start_gateway(scenario)?;
        self.act(&scenario.after)
    }

    /// Gives every host names of its own, so that it knows nothing of the machine's.
    fn cover_names(&self, scenario: &Scenario) -> anyhow::Result<()> {
        let mut names = "127.0.0.1 localhost\n::1 localhost\n".to_owned();
        for (name, address) in &scenario.names {
            let address = self.template.fill(address);
            line!(names, "{address} {name}");
        }
        let names = self.folder.write("hosts", &names)?;
        let dns = wire::address(HostName::Dns.name()).unwrap_or_default();
        let quick = "options timeout:1 attempts:1\n";
        let asks = self.folder.write("resolv.conf", &format!("nameserver {dns}\n{quick}"))?;
        let lost =
            self.folder.write("no-resolv.conf", &format!("nameserver 127.0.0.1\n{quick}"))?;
        for host in &self.hosts {
            let dns = scenario.dns.as_ref();
            let is_asking =
                dns.is_some_and(|dns| dns.asked_by.iter().any(|name| name.name() == host.name()));
            host.cover(if is_asking { &asks } else { &lost }, "/etc/resolv.conf")?;
            host.cover(&names, "/etc/hosts")?;
        }
        Ok(())
    }

    fn start_dns(&mut self, dns: &Dns) -> anyhow::Result<()> {
        let address = wire::address(HostName::Dns.name()).unwrap_or_default();
        if let Some(faults) = &dns.faults {
            let faults = self.template.fill(faults);
            let listen = format!("{address}:53");
            return self.start_faults(HostName::Dns, "dns", &listen, &faults);
        }
        let mut words: Vec<String> = [
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
        ]
        .into_iter()
        .chain(["--local=/test/", "--user=root", "--bind-interfaces", "--log-facility=-"])
        .map(str::to_owned)
        .collect();
        words.push(format!("--listen-address={address}"));
        // A scenario can change the records and send the server a hang-up.
        words.push(format!("--pid-file={}", self.folder.join("dns.pid").display()));
        let mut records = String::new();
        for (name, value) in &dns.records {
            for address in self.template.fill(value).split_ascii_whitespace() {
                line!(records, "{address} {name}");
            }
        }
        let records = self.folder.write(RECORDS, &records)?;
        words.push(format!("--addn-hosts={}", records.display()));
        self.start("dns", HostName::Dns, words, &Limits::default(), None)?;
        self.wait_for("dns", HostName::Dns, &Ready { udp_port: Some(53), ..Ready::default() })
    }

    fn start_origin(&mut self, origin: &Origin) -> anyhow::Result<()> {
        let listen = match &origin.listen {
            Some(listen) => self.template.fill(listen),
            None => format!("0.0.0.0:{ORIGIN_PORT}"),
        };
        let faults = self.template.fill(&origin.faults);
        self.start_faults(origin.on, ORIGIN, &listen, &faults)
    }

    fn start_faults(
        &mut self,
        on: HostName,
        name: &str,
        listen: &str,
        faults: &str,
    ) -> anyhow::Result<()> {
        let mut words = vec![goodgate::binary()?.display().to_string()];
        words.extend(["faults", "--listen", listen].map(str::to_owned));
        words.extend(["--allow-non-loopback", "--format", "json"].map(str::to_owned));
        words.extend(faults.split_ascii_whitespace().map(str::to_owned));
        self.start(name, on, words, &Limits::default(), None)?;
        let ready = Ready { logged: Some(FAULTS_READY.to_owned()), ..Ready::default() };
        self.wait_for(name, on, &ready)
    }

    fn start_gateway(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        let pieces = self.filled(scenario);
        let identity = match scenario.gateway.tls {
            Some(kind) => Some(self.identity(kind)?),
            None => None,
        };
        let plan = gateway::plan(scenario.product, &pieces, identity.as_ref(), self.folder.path());
        self.folder.write(plan.file, &plan.configuration)?;
        self.logs.clone_from(&plan.logs);
        let Plan { program, arguments, .. } = plan;
        let words = [program.path()?.display().to_string()].into_iter().chain(arguments).collect();
        let limits = Limits { nofile: scenario.gateway.nofile, user: None };
        self.start(GATEWAY, HostName::Gateway, words, &limits, None)?;
        if scenario.gateway.does_not_start {
            return self.wait_for_end();
        }
        let ready = Ready { port: Some(self.gateway.port()), ..Ready::default() };
        self.wait_for(GATEWAY, HostName::Gateway, &ready)
    }

    fn filled(&self, scenario: &Scenario) -> crate::declared::file::Gateway {
        let given = &scenario.gateway;
        crate::declared::file::Gateway {
            pass: self.template.fill(&given.pass),
            site: self.template.fill(&given.site),
            shared: self.template.fill(&given.shared),
            top: self.template.fill(&given.top),
            events: given.events.clone(),
            more: self.template.fill(&given.more),
            modules: given.modules.clone(),
            ..crate::declared::file::Gateway::default()
        }
    }

    fn identity(&self, kind: Certificate) -> anyhow::Result<Identity> {
        tls::authority(&self.folder)?;
        let validity = match kind {
            Certificate::Valid => VALID,
            Certificate::Expired => EXPIRED,
        };
        tls::identity(&self.folder, validity)
    }

    fn act_once(&mut self, act: &Act) -> anyhow::Result<()> {
        let on = act.on.context("an act without a host")?;
        if let Some(rules) = &act.nft {
            return self.host(on)?.run(&["nft", "-f", "-"], &self.template.fill(rules));
        }
        if let Some(words) = &act.run {
            return self.run(on, &self.template.fill_all(words), act.until);
        }
        for (key, value) in act.sysctl.iter().flatten() {
            let path = format!("/proc/sys/{}", key.replace('.', "/"));
            self.host(on)?.shell(&format!("echo '{value}' > {path}"))?;
        }
        let (Some(words), Some(name)) = (&act.start, &act.name) else { return Ok(()) };
        let limits = Limits { nofile: act.nofile, user: act.user.clone() };
        let words = self.template.fill_all(words);
        self.start(name, on, words, &limits, act.memory_mib)?;
        self.wait_for(name, on, &act.ready)
    }

    fn run(&self, on: HostName, words: &[String], until: bool) -> anyhow::Result<()> {
        let host = self.host(on)?;
        if !until {
            return host.run(words, "");
        }
        wait_until(&words.join(" "), wait::DEADLINE, || Ok(host.run(words, "").ok()))
    }

    fn start(
        &mut self,
        name: &str,
        on: HostName,
        words: Vec<String>,
        limits: &Limits,
        memory_mib: Option<u64>,
    ) -> anyhow::Result<()> {
        let log = self.log_of(name);
        let group = memory_mib.map(|mebibytes| {
            let folder = self.folder.path().file_name().unwrap_or_default().to_string_lossy();
            Cgroup::new(&format!("{folder}-{name}"), mebibytes)
        });
        let group = group.transpose()?;
        let host = self.host(on)?;
        let mut command = host.limited(limits, group.as_ref(), words);
        command.current_dir(self.folder.path());
        let child = host.spawn(command, &log)?;
        self.cgroups.extend(group);
        self.programs.push(Program { child, name: name.to_owned(), log });
        Ok(())
    }

    fn wait_for(&mut self, name: &str, on: HostName, ready: &Ready) -> anyhow::Result<()> {
        let index = self.hosts.iter().position(|host| host.name() == on.name());
        let host = index.and_then(|index| self.hosts.get(index)).context("no such host")?;
        let program = self.programs.iter_mut().rfind(|program| program.name == name);
        let program = program.with_context(|| format!("{name} was not started"))?;
        let file = ready.file.as_ref().map(|file| self.template.fill(file));
        wait_until(&format!("{name} to be ready"), wait::DEADLINE, || {
            let is_ready = ready.port.is_none_or(|port| listening::on_port(host, port))
                && ready.udp_port.is_none_or(|port| listening::on_udp_port(host, port))
                && file.as_ref().is_none_or(|file| Path::new(file).exists())
                && ready.logged.as_ref().is_none_or(|words| contains(&program.log, words));
            if is_ready {
                return Ok(Some(()));
            }
            if let Some(status) = program.child.try_wait()? {
                bail!("{name} ended at once: {status}");
            }
            Ok(None)
        })
    }

    fn wait_for_end(&mut self) -> anyhow::Result<()> {
        let program = self.programs.last_mut().context("no gateway")?;
        let status = wait_until("the gateway to give up", wait::DEADLINE, || {
            Ok(program.child.try_wait()?)
        })?;
        ensure!(!status.success(), "the gateway was to fail at its start");
        Ok(())
    }
}

/// Copies a folder with the folders in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to).with_context(|| to.display().to_string())?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

/// Says whether a file has these words.
pub fn contains(log: &Path, words: &str) -> bool {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    text.contains(words)
}

/// Lists the logs in a folder.
pub fn logs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut logs: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
    logs.sort();
    logs
}

/// Lists the hosts that a scenario speaks of; client and gateway are always there.
fn hosts_of(scenario: &Scenario) -> Vec<HostName> {
    let mut names = vec![HostName::Client, HostName::Gateway];
    names.extend(scenario.origin.as_ref().map(|origin| origin.on));
    names.extend(scenario.dns.as_ref().map(|_| HostName::Dns));
    let acts = scenario.before.iter().chain(&scenario.after).chain(&scenario.then);
    names.extend(acts.filter_map(|act| act.on));
    names.sort_unstable();
    names.dedup();
    names
}
