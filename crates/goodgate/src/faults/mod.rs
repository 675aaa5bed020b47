//! `goodgate faults`: an origin that fails on demand.

mod arguments;
mod list;

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;
use std::path::Path;

use anyhow::Context as _;
use goodgate_evidence::text::neutralise;
use goodgate_faults::{
    Address, Entry, Key, Options, Protocol, Record, Server, StartError, Target, Words, WordsError,
    schedule,
};
use serde::Serialize;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(crate) use arguments::Faults;
use arguments::What;

use crate::cli::Format;
use crate::exit::{Failure, Outcome};

/// The schema of the line that says where the origin listens.
const SCHEMA: &str = "goodgate.faults/1";

/// The largest schedule that is read; the crate refuses smaller ones with a better message.
const SCHEDULE_BYTES_MAX: u64 = 1024 * 1024;

/// Characters of a host name (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 253;

/// Characters of one label of it (RFC 1035 section 2.3.4).
const LABEL_MAX: usize = 63;

/// Runs an origin until it is told to end, or lists the faults.
pub(crate) fn run(arguments: &Faults) -> Result<Outcome, Failure> {
    if let Some(What::List(list)) = &arguments.what {
        list::write(list.format)?;
        return Ok(Outcome::Fine);
    }
    let options = options(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    runtime.block_on(serve(options, arguments.format))?;
    Ok(Outcome::Fine)
}

/// Binds, says where, and serves until a signal comes.
async fn serve(options: Options, format: Format) -> Result<(), Failure> {
    // Whoever reads the line may send the signal at once.
    let listen = |kind: SignalKind| signal(kind).context("listen for signals");
    let (mut terminate, mut interrupt) =
        (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let server = Server::bind(options).await.map_err(failure)?;
    announce(&server, format)?;
    server.run(either(&mut terminate, &mut interrupt)).await;
    Ok(())
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}

/// Writes the one line that says where the origin listens.
fn announce(server: &Server, format: Format) -> io::Result<()> {
    let listening: Vec<String> = server.addresses().iter().map(Address::to_string).collect();
    let line = Line {
        schema: SCHEMA,
        listening,
        protocol: server.protocol().name(),
        control: server.control().map(|address| address.to_string()),
    };
    let line = match format {
        Format::Json => serde_json::to_string(&line)?,
        Format::Text => line.text(),
    };
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// Where the origin listens.
#[derive(Serialize)]
struct Line {
    schema: &'static str,
    listening: Vec<String>,
    protocol: &'static str,
    control: Option<String>,
}

impl Line {
    fn text(&self) -> String {
        let control = self.control.as_ref().map(|address| format!(", control {address}"));
        let control = control.unwrap_or_default();
        neutralise(&format!(
            "listening on {} ({}){control}",
            self.listening.join(", "),
            self.protocol
        ))
    }
}

/// Reads the arguments.
fn options(arguments: &Faults) -> Result<Options, Failure> {
    let address = |text: &String| {
        Address::parse(text).ok_or_else(|| {
            let message = format!("--listen {text}: this is no address");
            Failure::hinted(message, "write IP:PORT, such as 127.0.0.1:0, or unix:PATH")
        })
    };
    let listen: Vec<Address> = arguments.listen.iter().map(address).collect::<Result<_, _>>()?;
    let mut entries: Vec<Entry> =
        arguments.fault.iter().map(|fault| entry(arguments, fault)).collect::<Result<_, _>>()?;
    if let Some(file) = &arguments.schedule {
        entries.extend(read_schedule(file)?);
    }
    let to = arguments.to.as_deref().map(Target::parse).transpose();
    let record = |text: &String| {
        Record::parse(text).map_err(|error| Failure::usage(format!("--record {text}: {error}")))
    };
    Ok(Options {
        listen,
        protocol: arguments.protocol.map(Protocol::from),
        faults: entries,
        seed: arguments.seed,
        to: to.map_err(|error| Failure::usage(format!("--to: {error}")))?,
        to_roots: Vec::new(),
        control: arguments.control,
        allow_non_loopback: arguments.allow_non_loopback,
        server_names: arguments.server_name.iter().map(server_name).collect::<Result<_, _>>()?,
        ca_out: arguments.ca_out.clone(),
        records: arguments.record.iter().map(record).collect::<Result<_, _>>()?,
        notify,
    })
}

/// Checks a name of the certificate: what no client could ask for is a mistake.
fn server_name(name: &String) -> Result<String, Failure> {
    let is_ip = name.parse::<IpAddr>().is_ok();
    let is_label = |label: &str| {
        (1..=LABEL_MAX).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let host = name.strip_prefix("*.").unwrap_or(name);
    if is_ip || (name.len() <= NAME_MAX && host.split('.').all(is_label)) {
        return Ok(name.clone());
    }
    Err(Failure::hinted(
        format!("--server-name {name:?} is no name of a host and no address"),
        "write a name such as app.test or *.app.test, in ASCII, or an IP address",
    ))
}

/// Reads one `--fault` with the options that choose its occasions.
fn entry(arguments: &Faults, fault: &str) -> Result<Entry, Failure> {
    let words = Words {
        fault,
        share: arguments.share.as_deref(),
        path: arguments.path.as_deref(),
        after: arguments.after.as_deref(),
        lasts: arguments.lasts.as_deref(),
    };
    words.read("--fault").map_err(|error| unfit(&error))
}

fn unfit(error: &WordsError) -> Failure {
    let option = match error.key() {
        Key::Fault => "--fault",
        Key::Share => "--share",
        Key::Path => "--path",
        Key::After => "--after",
        Key::For => "--for",
    };
    Failure::usage(format!("{option}: {error}"))
}

fn read_schedule(file: &Path) -> Result<Vec<Entry>, Failure> {
    let name = file.display().to_string();
    let failed =
        |error: &dyn std::fmt::Display| Failure::usage(format!("--schedule {name}: {error}"));
    let opened = fs::File::open(file).map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    // Devices and pipes say no size, so that the bytes are counted as they come.
    let mut bounded = opened.take(SCHEDULE_BYTES_MAX + 1);
    let size = bounded.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if size as u64 > SCHEDULE_BYTES_MAX {
        return Err(failed(&"the file is over 1 MiB; a schedule is at most 256 KiB"));
    }
    schedule(&name, &bytes).map_err(|error| Failure::usage(error.to_string()))
}

/// Says whether the arguments are wrong or the system said no.
fn failure(error: StartError) -> Failure {
    match error {
        StartError::NotLoopback { .. }
        | StartError::Plan(_)
        | StartError::NoRelay { .. }
        | StartError::Itself { .. }
        | StartError::DnsOnUnix { .. }
        | StartError::LongPath { .. }
        | StartError::Unused { .. } => Failure::usage(error.to_string()),
        _ => Failure::Broken(error.into()),
    }
}

/// Tells a trouble of the running origin.
fn notify(line: &str) {
    // Where stderr is closed there is nobody left to tell.
    writeln!(io::stderr().lock(), "goodgate faults: {}", neutralise(line)).ok();
}
