//! Real gateways as child processes on loopback.
//!
//! A gateway runs in the foreground as one process, so that ending it is killing the child. It has
//! a folder of its own with its configuration and its logs.

pub mod apache;
pub mod haproxy;
pub mod nginx;

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use crate::port;
use crate::program::Program;
use crate::wait::{self, wait_until};
use crate::workdir::Workdir;

/// A reserved port is ours in all but theory; three unlucky ones in a row are a fault.
const STARTS_MAX: u32 = 3;

/// The words with which every gateway says that somebody else has its port.
const PORT_TAKEN: &str = "ddress already in use";

/// How a product is started in the foreground.
#[derive(Debug, Clone, Copy)]
struct Product {
    program: Program,
    /// Arguments in front of the configuration's path.
    arguments: &'static [&'static str],
    /// The file with one line per failure, in the gateway's folder.
    error_log: &'static str,
    /// The file with one line per request, in the gateway's folder.
    access_log: &'static str,
}

/// A running gateway; it is killed when the value is dropped.
#[derive(Debug)]
pub struct Gateway {
    child: Child,
    address: SocketAddr,
    product: Product,
    folder: Workdir,
}

impl Gateway {
    /// Returns where the gateway listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the gateway's root over plain HTTP.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Returns the URL of the gateway's root over TLS.
    pub fn https_url(&self) -> String {
        format!("https://{}/", self.address)
    }

    /// Returns the paths of the logs: failures and requests, which for HAProxy are one file.
    pub fn logs(&self) -> Vec<PathBuf> {
        let mut names = vec![self.product.error_log, self.product.access_log];
        names.dedup();
        names.into_iter().map(|name| self.folder.join(name)).collect()
    }

    /// Waits for the first line of the error log that contains `words` and returns it.
    ///
    /// # Errors
    ///
    /// When no such line comes in time.
    pub fn logged(&self, words: &str) -> anyhow::Result<String> {
        let log = self.folder.join(self.product.error_log);
        let found = wait_until(&format!("a log line with {words:?}"), wait::DEADLINE, || {
            let text = fs::read_to_string(&log).unwrap_or_default();
            // Only whole lines: the last one may still be in the making.
            let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
            Ok(whole.lines().find(|line| line.contains(words)).map(str::to_owned))
        });
        found.with_context(|| said(&self.folder))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Fails only when the gateway has ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Starts `product` with the configuration that `configure` writes for a folder and an address.
fn start(
    product: Product,
    configure: impl Fn(&Path, SocketAddr) -> anyhow::Result<String>,
) -> anyhow::Result<Gateway> {
    let mut last = None;
    for _ in 0..STARTS_MAX {
        match start_once(product, &configure) {
            Err(error) if format!("{error:#}").contains(PORT_TAKEN) => last = Some(error),
            outcome => return outcome,
        }
    }
    Err(last.context("no start was tried")?)
}

fn start_once(
    product: Product,
    configure: impl Fn(&Path, SocketAddr) -> anyhow::Result<String>,
) -> anyhow::Result<Gateway> {
    let folder = Workdir::new()?;
    let address = port::reserve()?;
    let configuration = folder.write("gateway.conf", &configure(folder.path(), address)?)?;
    let child = Command::new(product.program.path()?)
        .args(product.arguments)
        .arg(&configuration)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(File::create(folder.join("stdout.log"))?)
        .stderr(File::create(folder.join("stderr.log"))?)
        .spawn()
        .with_context(|| format!("start {}", product.program.command))?;
    // From here on the child is killed whatever happens.
    let mut gateway = Gateway { child, address, product, folder };
    wait_for_port(&mut gateway).with_context(|| said(&gateway.folder))?;
    Ok(gateway)
}

fn wait_for_port(gateway: &mut Gateway) -> anyhow::Result<()> {
    let name = gateway.product.program.command;
    wait_until(&format!("{name} on {}", gateway.address), wait::DEADLINE, || {
        if let Some(status) = gateway.child.try_wait()? {
            anyhow::bail!("{name} ended at once: {status}");
        }
        anyhow::ensure!(!said(&gateway.folder).contains(PORT_TAKEN), "{name} has no port");
        Ok(TcpStream::connect(gateway.address).ok())
    })?;
    Ok(())
}

/// Collects everything that a gateway wrote, for the message of a failure.
fn said(folder: &Workdir) -> String {
    let Ok(entries) = fs::read_dir(folder.path()) else { return String::new() };
    let logs: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .filter_map(|path| {
            Some(format!("--- {}\n{}", path.display(), fs::read_to_string(&path).ok()?))
        })
        .collect();
    logs.concat()
}
