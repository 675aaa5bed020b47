//! The contenders that can run here, started with an origin and certificates.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::Context as _;
use goodgate_lab::tls::{Authority, Identity, VALID, authority, identity};
use goodgate_lab::{Workdir, port};
use rustls::ClientConfig;

use super::cases::{CASES, CONTENDERS, Contender};
use super::origin::Origin;
use super::target::{Target, Transport, tls_client};
use crate::arguments::Arguments;
use crate::process::Process;
use crate::proxies::Product;
use crate::template;

/// What all contenders share.
#[derive(Debug)]
pub(crate) struct Stand {
    folder: Workdir,
    origin: Origin,
    identity: Identity,
    tls: Arc<ClientConfig>,
    binaries: BTreeMap<&'static str, PathBuf>,
}

/// A contender that runs.
#[derive(Debug)]
pub(crate) struct Running {
    /// Which one.
    pub(crate) contender: &'static Contender,
    /// Its processes.
    pub(crate) process: Process,
    folder: PathBuf,
    tls: Arc<ClientConfig>,
    plain: SocketAddr,
    secure: SocketAddr,
    http2: SocketAddr,
}

impl Stand {
    /// Starts the origin and finds out which contenders can run; tells of the others.
    pub(crate) fn new(arguments: &Arguments) -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        let Authority { certificate } = authority(&folder)?;
        let identity = identity(&folder, VALID)?;
        let tls = tls_client(&certificate)?;
        let mut sizes: Vec<usize> = CASES.iter().map(|case| case.work.body).collect();
        sizes.dedup();
        let origin = Origin::start(&sizes)?;
        let mut binaries = BTreeMap::new();
        for contender in CONTENDERS.iter().filter(|one| arguments.wants_proxy(one.name)) {
            let found = match contender.product {
                Some(product) => product.find(arguments.goodgate.as_deref()),
                None => std::env::current_exe().context("our own binary"),
            };
            match found {
                Ok(binary) => drop(binaries.insert(contender.name, binary)),
                Err(error) => println!("{}: left out: {error:#}", contender.label),
            }
        }
        Ok(Self { folder, origin, identity, tls, binaries })
    }

    /// Lists the contenders that can run.
    pub(crate) fn contenders(&self) -> impl Iterator<Item = &'static Contender> {
        CONTENDERS.iter().filter(|contender| self.binaries.contains_key(contender.name))
    }

    /// Returns the versions of the programs.
    pub(crate) fn versions(&self) -> anyhow::Result<Vec<String>> {
        let mut versions = Vec::new();
        for contender in self.contenders() {
            let Some(product) = contender.product else { continue };
            let binary = self.binaries.get(contender.name).context("no binary")?;
            versions.push(product.version(binary)?);
        }
        versions.sort();
        versions.dedup();
        Ok(versions)
    }

    /// Starts a contender in a folder of its own.
    pub(crate) fn start(&self, contender: &'static Contender) -> anyhow::Result<Running> {
        let [plain, secure, http2] = [port::reserve()?, port::reserve()?, port::reserve()?];
        let folder = self.folder.join(&format!("{}-{}", contender.name, plain.port()));
        std::fs::create_dir(&folder)?;
        let binary = self.binaries.get(contender.name).context("no binary")?;
        let command = if let Some(product) = contender.product {
            let ports = [plain, secure, http2];
            self.command(product, contender.template, binary, &folder, ports)?
        } else {
            let mut command = Command::new(binary);
            command.args(["relay", &plain.to_string(), &self.origin.address.to_string()]);
            command
        };
        let mut process = Process::start_pinned(contender.name, &command, &folder)?;
        process.wait_listening(plain)?;
        let tls = Arc::clone(&self.tls);
        Ok(Running { contender, process, folder, tls, plain, secure, http2 })
    }

    fn command(
        &self,
        product: Product,
        text: &str,
        binary: &Path,
        folder: &Path,
        [plain, secure, http2]: [SocketAddr; 3],
    ) -> anyhow::Result<Command> {
        let path = |path: &Path| path.display().to_string();
        let values = [
            ("PLAIN", plain.port().to_string()),
            ("TLS", secure.port().to_string()),
            ("H2", http2.port().to_string()),
            ("ORIGIN", self.origin.address.to_string()),
            ("ORIGINHOST", self.origin.address.ip().to_string()),
            ("ORIGINPORT", self.origin.address.port().to_string()),
            ("FOLDER", path(folder)),
            ("CERTIFICATE", path(&self.identity.certificate)),
            ("KEY", path(&self.identity.key)),
            ("BUNDLE", path(&self.identity.bundle)),
        ];
        let config = folder.join(product.file_name());
        std::fs::write(&config, template::fill(text, &values)?)?;
        Ok(product.command(binary, &config, folder))
    }
}

impl Running {
    /// Returns where the contender takes connections of a kind; none where it does not.
    pub(crate) fn target(&self, transport: Transport) -> Option<Target> {
        let address = match transport {
            Transport::Plain => self.plain,
            Transport::Tls => self.secure,
            Transport::Http2 => self.http2,
        };
        // The relay would pass on what the origin does not speak.
        let is_spoken = self.contender.product.is_some() || transport == Transport::Plain;
        is_spoken.then(|| Target { address, transport, tls: Arc::clone(&self.tls) })
    }

    /// Empties the access log, which grows by gigabytes otherwise.
    pub(crate) fn empty_logs(&self) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_log = path.extension().is_some_and(|end| end == "log" || end == "out");
            if is_log {
                File::options().write(true).open(&path)?.set_len(0)?;
            }
        }
        Ok(())
    }
}
