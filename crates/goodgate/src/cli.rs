//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds out why a gateway answers "502 Bad Gateway", and says how to fix it.
#[derive(Debug, Parser)]
#[command(name = "goodgate", version, about, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 healthy or nothing found, 1 a problem was found, 2 usage or \
configuration error, 3 could not measure."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Examine a URL that fails and say what is wrong where.
    Diagnose(Box<Diagnose>),
    /// Explain an error line, an error page, a code, a flag or a cause.
    Explain(Explain),
    /// Say what is wrong in a configuration, without starting anything.
    Check(crate::check::Check),
    /// Run the gateway, the watch and the dashboard, whatever the configuration is for.
    Run(Box<crate::run::Run>),
    /// Show all of it at work: origins that fail in turn, and what the gateway and the watch make of it.
    Demo(crate::demo::Demo),
    /// Run an origin that fails on demand, for tests and exercises.
    Faults(Box<crate::faults::Faults>),
    /// Show how everything that is watched is, what is broken first.
    Status(crate::status::Status),
    /// List incidents, show one, and say what is done about it.
    Incident(crate::incident::Incident),
    /// Write a report to send: of an incident, of all incidents of a time, of a week or a month.
    Report(crate::report::Report),
    /// Try a monitor before it is put to work.
    Monitor(crate::monitor::Monitor),
    /// Tell the watch that something was changed.
    Event(crate::event::Event),
    /// Try the channels by which people are told, and list what did not arrive.
    Alert(crate::alert::Alert),
    /// Begin, list and end times in which nobody is told.
    Silence(crate::silence::Silence),
    /// Make the hash of a password for a user of the dashboard.
    Password(crate::password::Password),
    /// Write a copy of the store of the watch, also while it runs.
    Backup(crate::backup::Backup),
    /// Put a copy in the place of the store of a watch that is stopped.
    Restore(crate::backup::Restore),
    /// Write what a shell needs to complete commands and options.
    Completions(crate::completions::Completions),
    /// Show the manual page of a command, or write all of them.
    Man(crate::manual::Manual),
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    Text,
    /// For programs.
    Json,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// For whom an explanation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reader {
    /// Somebody who sees the error in a browser.
    Visitor,
    /// The owner of the site, without a shell.
    Owner,
    /// Whoever runs the gateway and the servers.
    Operator,
    /// Whoever writes the application.
    Developer,
}

/// For whom a text to send is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Addressee {
    /// Whoever must act.
    Actor,
    /// Whoever runs the gateway and the servers.
    Host,
    /// The CDN.
    Cdn,
    /// Whoever runs the network or the firewall.
    Network,
    /// Whoever maintains the DNS zone.
    Dns,
    /// Whoever writes the application.
    Developer,
    /// Those who see the error.
    Visitors,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goodgate explain                       the map of causes by stage
  goodgate explain 502                   a status code
  goodgate explain connect_refused       a cause
  goodgate explain sH-- | UF,URX | H12 | AH01102 | ERRORINFO_UPSTREAM_NO_LIVE
  goodgate explain retry                 when to retry what
  tail -n 50 error.log | goodgate explain -
  goodgate explain error.log access.log page.html")]
pub(crate) struct Explain {
    /// A topic, `-` for pasted text on standard input, or files to read.
    #[arg(value_name = "TOPIC|-|FILE")]
    pub(crate) what: Vec<String>,
    /// Whose steps come first.
    #[arg(long = "for", value_name = "READER")]
    pub(crate) reader: Option<Reader>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When colour is used.
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
}

/// Arguments of `diagnose`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
#[command(after_help = "Only GET and HEAD are sent, at most 40 requests in at most 30 seconds.

Examples:
  goodgate diagnose https://example.com/
  goodgate diagnose https://example.com/ --origin 10.0.0.7:8000
  goodgate diagnose http://127.0.0.1/ --log /var/log/nginx/error.log --log /var/log/nginx/access.log
  sudo goodgate diagnose https://example.com/ --origin unix:/run/app.sock --local
  goodgate diagnose https://example.com/ --via web1 --control https://example.org/
  goodgate diagnose https://example.com/ --watch
  goodgate diagnose https://example.com/ --report report.html")]
pub(crate) struct Diagnose {
    /// The URL that fails.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The origin behind the gateway, asked directly with the same Host and server name:
    /// `HOST:PORT`, `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`; `fastcgi:` or `uwsgi:`
    /// before a place where the server speaks that.
    #[arg(long, value_name = "[fastcgi:|uwsgi:]HOST:PORT|unix:PATH")]
    pub(crate) origin: Option<String>,
    /// A log of the gateway in which to find the lines of this very request; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Vec<PathBuf>,
    /// Look at this host as well, which is the gateway's or the origin's: sockets, queues, processes,
    /// limits, firewall rules, the kernel's log. Nothing is changed.
    #[arg(long)]
    pub(crate) local: bool,
    /// The local address from which to connect.
    #[arg(long, value_name = "ADDR")]
    pub(crate) source: Option<IpAddr>,
    /// An HTTP proxy to go through: `http://[USER:PASSWORD@]HOST:PORT`.
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// A name server to ask besides those of the system; may be repeated.
    #[arg(long, value_name = "IP[:PORT]")]
    pub(crate) resolver: Vec<String>,
    /// Connect to this address instead of looking the name up.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) connect_to: Option<String>,
    /// A file with further certificate authorities to trust, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Another host from which to examine the URL as well, over ssh; may be repeated.
    #[arg(long, value_name = "HOST", allow_hyphen_values = true)]
    pub(crate) via: Vec<String>,
    /// Where goodgate is on those hosts.
    #[arg(long, value_name = "PATH", default_value = "goodgate", requires = "via")]
    pub(crate) via_command: String,
    /// Another site, which you trust: if it fails in the same way, the fault is on this side.
    #[arg(long, value_name = "URL")]
    pub(crate) control: Option<String>,
    /// Repeat until the state changes: a full examination first and at the change, one request
    /// each time in between.
    #[arg(long, conflicts_with = "letter")]
    pub(crate) watch: bool,
    /// Seconds between two rounds of --watch.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) interval: u64,
    /// Write only the text to send to whoever must act, or to the one who is named.
    #[arg(long, value_name = "WHO", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "actor", conflicts_with = "format")]
    pub(crate) letter: Option<Addressee>,
    /// Write a report to send to a host: `FILE.html` or `FILE.md`.
    #[arg(long, value_name = "FILE.html|FILE.md")]
    pub(crate) report: Option<PathBuf>,
    /// Also where the target answers well: large cookies, compressed answers, kept connections.
    #[arg(long)]
    pub(crate) thorough: bool,
    /// Show the values of query parameters instead of masking them.
    #[arg(long)]
    pub(crate) show_query: bool,
    /// The most requests that are sent.
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) max_requests: u32,
    /// The most seconds that the examination takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) max_time: u64,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When colour is used.
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
}
