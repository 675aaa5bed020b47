//! The command line of `goodgate faults`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use goodgate_faults::Protocol;

use crate::cli::Format;

/// Arguments of `faults`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Without a fault it is a healthy origin. Of several faults the first that strikes \
wins. It ends on SIGTERM and SIGINT.

Examples:
  goodgate faults list
  goodgate faults --listen 127.0.0.1:8000 --fault truncated_body
  goodgate faults --listen 127.0.0.1:8000 --to http://127.0.0.1:9000 --fault status:503 --share 5%
  goodgate faults --listen unix:/tmp/app.sock --fault close_idle:2s:late_rst
  goodgate faults --fault tls_expired --ca-out ca.pem
  goodgate faults --schedule plan.toml --control 127.0.0.1:9900"
)]
pub(crate) struct Faults {
    /// What to do instead of running an origin.
    #[command(subcommand)]
    pub(crate) what: Option<What>,
    /// Where to listen; may be repeated; port 0 lets the kernel choose.
    #[arg(long, value_name = "IP:PORT|unix:PATH", default_value = "127.0.0.1:0")]
    pub(crate) listen: Vec<String>,
    /// What to speak; without it what the faults need, else http.
    #[arg(long, value_enum)]
    pub(crate) protocol: Option<Speak>,
    /// What goes wrong; may be repeated; see `goodgate faults list`.
    #[arg(long, value_name = "NAME[:ARG[:ARG]]")]
    pub(crate) fault: Vec<String>,
    /// The part of the requests (or connections) that each --fault strikes, such as 5%.
    #[arg(long, value_name = "P%", requires = "fault")]
    pub(crate) share: Option<String>,
    /// Decides which ones: the same seed strikes the same of a sequence.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How long after the start each --fault begins, such as 10s.
    #[arg(long, value_name = "DURATION", requires = "fault")]
    pub(crate) after: Option<String>,
    /// How long from then on each --fault lasts.
    #[arg(long = "for", value_name = "DURATION", requires = "fault")]
    pub(crate) lasts: Option<String>,
    /// Each --fault strikes only requests whose path begins with this.
    #[arg(long, value_name = "PREFIX", requires = "fault")]
    pub(crate) path: Option<String>,
    /// The real origin, which gets everything that no fault strikes.
    #[arg(long, value_name = "http[s]://HOST[:PORT]|unix:PATH")]
    pub(crate) to: Option<String>,
    /// A file with the faults over time, in TOML.
    #[arg(long, value_name = "FILE")]
    pub(crate) schedule: Option<PathBuf>,
    /// Where the faults can be seen and changed over HTTP while it runs.
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) control: Option<SocketAddr>,
    /// Listen on addresses that other hosts can reach. Nothing is protected by a password.
    #[arg(long)]
    pub(crate) allow_non_loopback: bool,
    /// Where the certificate of the authority behind all TLS certificates is written, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_out: Option<PathBuf>,
    /// A further name in the healthy certificate; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) server_name: Vec<String>,
    /// An answer of the name server; may be repeated.
    #[arg(long, value_name = "NAME=IP[,IP…]")]
    pub(crate) record: Vec<String>,
    /// How the line is written that says where it listens.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What to do instead of running an origin.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// List every fault: its arguments, what it does, the causes that it makes.
    List(List),
}

/// Arguments of `faults list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// How the list is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What an origin speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speak {
    /// HTTP/1.1.
    Http,
    /// HTTP/1.1 and HTTP/2 over TLS.
    Https,
    /// HTTP/2 without TLS.
    H2c,
    /// FastCGI.
    Fastcgi,
    /// DNS over UDP and TCP.
    Dns,
}

impl From<Speak> for Protocol {
    fn from(speak: Speak) -> Self {
        match speak {
            Speak::Http => Self::Http,
            Speak::Https => Self::Https,
            Speak::H2c => Self::H2c,
            Speak::Fastcgi => Self::Fastcgi,
            Speak::Dns => Self::Dns,
        }
    }
}
