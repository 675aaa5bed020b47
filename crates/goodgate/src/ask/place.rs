//! Where the watch is that is asked.

use std::path::{Path, PathBuf};

use clap::Args;
use goodgate_evidence::Timestamp;
use goodgate_watch::api::SOCKET;
use goodgate_watch::settings;

use crate::cli::{Colour, Format};
use crate::exit::Failure;

/// The configuration in the folder where one works.
const CONFIG: &str = "goodgate.toml";

/// Where the store is unless a configuration says otherwise.
const FOLDER: &str = "/var/lib/goodgate";

/// The largest configuration that is read.
const CONFIG_BYTES: u64 = 16 << 20;

/// Which watch.
#[derive(Debug, Args)]
pub(crate) struct Spot {
    /// The socket of the watch.
    #[arg(long, value_name = "PATH", global = true)]
    pub(crate) socket: Option<PathBuf>,
    /// The configuration of the watch: its socket lies beside its `[watch] store`. Without it
    /// goodgate.toml in this folder, or else /var/lib/goodgate.
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "socket")]
    pub(crate) config: Option<PathBuf>,
}

/// Which watch, and how its answer is written.
#[derive(Debug, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) spot: Spot,
    /// How the answer is written.
    #[arg(long, value_enum, global = true, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When colour is used.
    #[arg(long, value_enum, global = true, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
}

impl Place {
    /// Returns the folder of the store.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        self.spot.folder()
    }
}

impl Spot {
    /// Returns where the socket is.
    pub(super) fn socket(&self) -> Result<PathBuf, Failure> {
        match &self.socket {
            Some(socket) => Ok(socket.clone()),
            None => Ok(self.folder()?.join(SOCKET)),
        }
    }

    /// Returns the configuration that is meant, where there is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let here = || Path::new(CONFIG).exists() && self.socket.is_none();
        self.config.clone().or_else(|| here().then(|| PathBuf::from(CONFIG)))
    }

    /// Returns the folder of the store.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        if let Some(socket) = &self.socket {
            return Ok(parent(socket));
        }
        match &self.config {
            Some(config) => folder_of(config),
            None if Path::new(CONFIG).exists() => folder_of(Path::new(CONFIG)),
            None => Ok(PathBuf::from(FOLDER)),
        }
    }
}

/// Reads which store a configuration names. What else is wrong with it is no matter here.
fn folder_of(config: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        let hint = "--socket PATH names the socket of the watch itself";
        Failure::hinted(format!("read {}: {error}", config.display()), hint)
    };
    let length = std::fs::metadata(config).map_err(failed)?.len();
    if length > CONFIG_BYTES {
        return Err(Failure::usage(format!("{} is too large", config.display())));
    }
    let bytes = std::fs::read(config).map_err(failed)?;
    let absolute = std::path::absolute(config).map_err(failed)?;
    let name = config.display().to_string();
    let reading = settings::read(&name, &bytes, &parent(&absolute), Timestamp(0));
    if !reading.is_toml {
        let hint = format!("goodgate check --config {name} says where it is wrong");
        return Err(Failure::hinted(format!("{name} cannot be read"), hint));
    }
    Ok(parent(&reading.value.watch.store))
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
