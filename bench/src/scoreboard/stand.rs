//! One schedule's processes: endpoints, faults, name server, proxy.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use goodgate_lab::wait::wait_until;
use goodgate_lab::{Workdir, port};
use rustix::process::Signal;

use super::causes::Causes;
use super::contenders::{Contender, servers};
use super::schedule::{Action, Schedule};
use super::score::Arrivals;
use super::{control, paths};
use crate::limits;
use crate::process::Process;
use crate::proxies::Product;
use crate::template;

/// The name that moves.
const NAME: &str = "app.test";

/// Good answers in a row after which a proxy counts as ready: its checks have seen the endpoints.
const READY_ANSWERS: usize = 20;

/// Everything that runs for one schedule and one proxy.
pub(super) struct Stand {
    folder: Workdir,
    notes: Notes,
    endpoints: Vec<Endpoint>,
    name_server: Option<NameServer>,
    _proxy: Process,
    /// Where the proxy listens.
    pub(super) proxy: SocketAddr,
}

/// Where endpoints note their POSTs: in memory, if there is a file system for that. A disk with much
/// to write would hold all of them up at the same time.
struct Notes(PathBuf);

impl Notes {
    fn new(folder: &Workdir) -> anyhow::Result<Self> {
        let memory = Path::new("/dev/shm");
        let name = folder.path().file_name().context("a folder without a name")?;
        let path = if memory.is_dir() { memory.join(name) } else { folder.join("posts.txt") };
        std::fs::write(&path, "").with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Notes {
    fn drop(&mut self) {
        // It may be gone with its folder.
        drop(std::fs::remove_file(&self.0));
    }
}

/// One endpoint; the process may be gone for a while.
struct Endpoint {
    address: SocketAddr,
    notes: PathBuf,
    process: Option<Process>,
    faults: Option<Faults>,
}

/// `goodgate faults` within an endpoint.
struct Faults {
    listen: SocketAddr,
    application: SocketAddr,
    control: SocketAddr,
    _process: Process,
}

struct NameServer {
    goodgate: PathBuf,
    listen: SocketAddr,
    process: Option<Process>,
}

impl Stand {
    /// Starts everything and waits until the proxy answers well.
    pub(super) fn new(
        schedule: &Schedule,
        contender: &Contender,
        binary: &Path,
        goodgate: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        let notes = Notes::new(&folder)?;
        let mut endpoints = Vec::new();
        for (place, address) in addresses(schedule)?.into_iter().enumerate() {
            let is_faulty = place < schedule.faulty;
            let faults = is_faulty.then(|| Faults::start(place, goodgate, &folder)).transpose()?;
            let mut endpoint = Endpoint { address, notes: notes.0.clone(), process: None, faults };
            endpoint.start(place, &folder)?;
            endpoint.process.as_mut().context("no process")?.wait_listening(address)?;
            endpoints.push(endpoint);
        }
        let first = endpoints.first().context("no endpoints")?.address;
        let name_server = if schedule.by_name {
            let goodgate = goodgate.context("a name server needs --goodgate")?.to_owned();
            let listen = port::reserve()?;
            let mut server = NameServer { goodgate, listen, process: None };
            server.point_to(first, &folder)?;
            server.process.as_mut().context("no process")?.wait_listening(listen)?;
            Some(server)
        } else {
            None
        };
        let listen = port::reserve()?;
        let all: Vec<SocketAddr> = endpoints.iter().map(|endpoint| endpoint.address).collect();
        let mut values = vec![
            ("LISTEN", listen.port().to_string()),
            ("SERVERS", servers(contender.product, &all)),
            ("PORT", first.port().to_string()),
        ];
        if let Some(server) = &name_server {
            values.push(("NAMESERVER", server.listen.to_string()));
            values.push(("NAMEHOST", server.listen.ip().to_string()));
            values.push(("NAMEPORT", server.listen.port().to_string()));
        }
        let text = if schedule.by_name { contender.name_template } else { contender.template };
        let text = template::fill(text, &values)?;
        let config = folder.write(contender.product.file_name(), &text)?;
        let command = contender.product.command(binary, &config, folder.path());
        let mut proxy = Process::start_pinned(contender.name, &command, folder.path())?;
        proxy.wait_listening(listen)?;
        wait_ready(listen).with_context(|| proxy.said())?;
        Ok(Self { folder, notes, endpoints, name_server, _proxy: proxy, proxy: listen })
    }

    /// Does one step of the schedule.
    pub(super) fn act(&mut self, action: Action) -> anyhow::Result<()> {
        let folder = &self.folder;
        let (Action::Kill(place)
        | Action::Stop(place)
        | Action::Start(place)
        | Action::Freeze(place)
        | Action::Thaw(place)
        | Action::Fault(place, _, _)
        | Action::Heal(place)
        | Action::Name(place)) = action;
        let endpoint = self.endpoints.get_mut(place).context("no such endpoint")?;
        match action {
            Action::Kill(_) => endpoint.process.take().map_or(Ok(()), |mut process| process.kill()),
            Action::Stop(_) => {
                let process = endpoint.process.take();
                process.map_or(Ok(()), |mut process| process.close_input_and_wait())
            }
            Action::Start(_) => endpoint.start(place, folder),
            Action::Freeze(_) => endpoint.signal(Signal::STOP),
            Action::Thaw(_) => endpoint.signal(Signal::CONT),
            Action::Fault(_, fault, share) => endpoint.set_fault(Some((fault, share))),
            Action::Heal(_) => endpoint.set_fault(None),
            Action::Name(_) => {
                let server = self.name_server.as_mut().context("no name server")?;
                server.point_to(endpoint.address, folder)
            }
        }
    }

    /// Returns how right the causes are that goodgate recorded; nothing for the others.
    pub(super) fn causes(
        &self,
        contender: &Contender,
        schedule: &Schedule,
        requests: usize,
    ) -> anyhow::Result<Option<Causes>> {
        if contender.product != Product::Goodgate {
            return Ok(None);
        }
        let endpoints: Vec<SocketAddr> = self.endpoints.iter().map(|it| it.address).collect();
        Causes::read(self.folder.path(), requests, schedule, &endpoints).map(Some)
    }

    /// Returns how often each POST arrived at endpoints, by its number.
    pub(super) fn arrivals(&self) -> anyhow::Result<Arrivals> {
        let mut counts = Arrivals::new();
        let text = std::fs::read_to_string(&self.notes.0).context("notes of the endpoints")?;
        for line in text.lines() {
            *counts.entry(line.parse().with_context(|| line.to_owned())?).or_default() += 1;
        }
        Ok(counts)
    }
}

/// Returns addresses on which nobody listens: with a name, the same port on two addresses.
fn addresses(schedule: &Schedule) -> anyhow::Result<Vec<SocketAddr>> {
    if !schedule.by_name {
        return (0..schedule.endpoints).map(|_| port::reserve()).collect();
    }
    wait_until("a port that is free on every address", limits::PROCESS_DEADLINE, || {
        let port = port::reserve()?.port();
        let address = |place| SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2 + place), port));
        let count = u8::try_from(schedule.endpoints)?;
        let all: Vec<SocketAddr> = (0..count).map(address).collect();
        Ok(all.iter().all(|address| TcpListener::bind(address).is_ok()).then_some(all))
    })
}

/// Waits until the proxy answers well several times in a row.
fn wait_ready(proxy: SocketAddr) -> anyhow::Result<()> {
    let mut good = 0;
    wait_until("good answers through the proxy", limits::PROCESS_DEADLINE, || {
        good = if is_well(proxy).unwrap_or(false) { good + 1 } else { 0 };
        Ok((good >= READY_ANSWERS).then_some(()))
    })
}

fn is_well(proxy: SocketAddr) -> anyhow::Result<bool> {
    let mut stream = TcpStream::connect(proxy)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let path = paths::HEALTH;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

impl Endpoint {
    fn start(&mut self, place: usize, folder: &Workdir) -> anyhow::Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["endpoint", &self.address.to_string()]).arg(&self.notes);
        if let Some(faults) = &self.faults {
            command.args([faults.listen.to_string(), faults.application.to_string()]);
        }
        let name = format!("endpoint-{place}");
        self.process = Some(Process::start(&name, &command, folder.path())?);
        Ok(())
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        self.process.as_ref().context("the endpoint is not there")?.signal(signal)
    }

    fn set_fault(&self, fault: Option<(&str, u8)>) -> anyhow::Result<()> {
        control::set(self.faults.as_ref().context("no faults")?.control, fault)
    }
}

impl Faults {
    fn start(place: usize, goodgate: Option<&Path>, folder: &Workdir) -> anyhow::Result<Self> {
        let goodgate = goodgate.context("faults need --goodgate")?;
        let (listen, application, control) = (port::reserve()?, port::reserve()?, port::reserve()?);
        let mut command = Command::new(goodgate);
        command.args(["faults", "--listen", &listen.to_string()]);
        command.args(["--to", &format!("http://{application}")]);
        command.args(["--control", &control.to_string()]);
        let mut process = Process::start(&format!("faults-{place}"), &command, folder.path())?;
        process.wait_listening(control)?;
        Ok(Self { listen, application, control, _process: process })
    }
}

impl NameServer {
    /// Answers with another address from now on.
    fn point_to(&mut self, address: SocketAddr, folder: &Workdir) -> anyhow::Result<()> {
        ensure!(address.is_ipv4(), "the name has an IPv4 address");
        // The old one gives its port free first.
        drop(self.process.take());
        let mut command = Command::new(&self.goodgate);
        command.args(["faults", "--protocol", "dns", "--listen", &self.listen.to_string()]);
        command.args(["--record", &format!("{NAME}={}", address.ip())]);
        self.process = Some(Process::start("names", &command, folder.path())?);
        Ok(())
    }
}
