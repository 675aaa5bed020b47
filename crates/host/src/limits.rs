//! The bounds of a look at the host. Reaching one is told as something not seen.

use std::time::Duration;

/// How long one command (`nft`, `systemctl`, …) may take.
pub const COMMAND_TIME: Duration = Duration::from_secs(2);

/// Bytes that are read of what a command prints: a rule set of some ten thousand rules.
pub const COMMAND_OUTPUT_MAX: u64 = 4 << 20;

/// Processes that are looked at: a busy host has one or two thousand.
pub const PROCESSES_MAX: usize = 16_384;

/// Descriptors of all processes together whose targets are read in one look, some microseconds
/// each.
pub const LINKS_MAX: usize = 200_000;

/// Lines of one table of sockets: a gateway that uses every local port towards several servers.
pub const SOCKETS_MAX: usize = 500_000;

/// Bytes of a small file of `/proc`, `/sys` or `/etc`.
pub const SMALL_FILE_MAX: u64 = 1 << 20;

/// Bytes of the kernel's log: its ring buffer is seldom larger.
pub const KERNEL_LOG_MAX: usize = 4 << 20;

/// Bytes from the end of the audit log.
pub const AUDIT_LOG_MAX: u64 = 512 << 10;

/// Network namespaces that are looked at besides our own.
pub const NAMESPACES_MAX: usize = 256;

/// Files of a gateway's configuration that are read to find its folders.
pub const CONFIG_FILES_MAX: usize = 200;

/// Bytes of one file of a configuration.
pub const CONFIG_FILE_MAX: u64 = 1 << 20;

/// Bytes of a gateway's configuration that are read for what it says of the upstream, all files
/// together.
pub const CONFIG_TEXT_MAX: u64 = 256 << 10;

/// Included files that are read of such a configuration.
pub const CONFIG_INCLUDES_MAX: usize = 32;

/// Symbolic links that are followed on one path, as in the kernel.
pub const SYMLINKS_MAX: usize = 40;

/// Processes that are named of one program; their number is always told.
pub const NAMED_MAX: usize = 16;

/// Events of one kind (kills, crashes, denials) that are told, the latest ones.
pub const EVENTS_MAX: usize = 20;

/// Firewall rules that are told for one server.
pub const RULES_MAX: usize = 20;

/// Folders of a gateway that are looked at.
pub const FOLDERS_MAX: usize = 32;

/// Characters of a command line or of a line of a log that are told.
pub const QUOTE_MAX: usize = 300;

/// How long before the examination an event may lie to be told. What counts as evidence is decided
/// elsewhere.
pub const EVENTS_BEFORE: Duration = Duration::from_hours(1);
