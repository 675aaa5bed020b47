//! The running gateway, and what it writes.

use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use goodgate_lab::wait::{DEADLINE, wait_until};
use goodgate_lab::{Said, Workdir};
use serde_json::Value;

use super::client::Client;

/// A gateway with its folder; it is killed when this is dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) folder: Workdir,
    addresses: Vec<SocketAddr>,
    said: Said,
}

/// One listener without TLS.
pub(crate) const LISTEN: &str = "[[listen]]\naddress = \"127.0.0.1:0\"\n";

/// A route on which every fault shows at once.
pub(crate) const BARE_ROUTE: &str =
    "[[route]]\nupstream = \"app\"\nretry = \"off\"\nhold = \"off\"\nhedge = \"off\"\n";

/// An upstream with one endpoint that is never left out.
pub(crate) fn bare_upstream(url: &str) -> String {
    format!("[upstream.app]\nendpoints = [\"{url}\"]\nejection = \"off\"\nbreaker = \"off\"\n")
}

impl Gateway {
    /// Starts it in front of one server, with the defaults.
    pub(crate) fn to(origin: SocketAddr) -> Self {
        Self::to_url(&format!("http://{origin}"))
    }

    /// Starts it in front of one URL, with the defaults.
    pub(crate) fn to_url(url: &str) -> Self {
        let upstream = format!("[upstream.app]\nendpoints = [\"{url}\"]\n");
        Self::with(&format!("{LISTEN}{upstream}[[route]]\nupstream = \"app\"\n"))
    }

    /// Starts it in front of one server, without anything that hides a failure.
    pub(crate) fn bare(origin: SocketAddr) -> Self {
        let upstream = bare_upstream(&format!("http://{origin}"));
        Self::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}"))
    }

    /// Starts it with a configuration.
    pub(crate) fn with(text: &str) -> Self {
        Self::within(workdir(), text)
    }

    /// Starts it with a configuration that names files of a folder.
    pub(crate) fn within(folder: Workdir, text: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.arg("run");
        Self::start(command, folder, text)
    }

    /// Starts it with a soft limit on the number of open files.
    pub(crate) fn with_files(files: u64, text: &str) -> Self {
        Self::limited(&format!("ulimit -S -n {files}"), text)
    }

    /// Starts it with a hard limit on the number of open files.
    pub(crate) fn with_hard_files(files: u64, text: &str) -> Self {
        Self::limited(&format!("ulimit -n {files}"), text)
    }

    fn limited(limit: &str, text: &str) -> Self {
        let mut command = Command::new("sh");
        let script = format!("{limit}; exec \"$0\" run \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_goodgate")]);
        Self::start(command, workdir(), text)
    }

    fn start(mut command: Command, folder: Workdir, text: &str) -> Self {
        let all = format!(
            "admin = \"off\"\n[log]\naccess = \"access.log\"\n[workers]\ncount = 1\n\
             [shutdown]\ndrain = \"10s\"\n{text}"
        );
        let config = folder.write("goodgate.toml", &all).expect("a folder to write to");
        let mut child = command
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the gateway starts");
        let said = Said::of(&mut child);
        let mut gateway = Self { child, folder, addresses: Vec::new(), said };
        gateway.wait_for_listeners(text.matches("[[listen]]").count());
        gateway
    }

    fn wait_for_listeners(&mut self, count: usize) {
        let addresses = wait_until("the gateway listens", DEADLINE, || {
            let said = self.said();
            let listening: Vec<&str> =
                said.lines().filter_map(|line| line.strip_prefix("listening on ")).collect();
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the gateway ended with {status}: {said}");
            }
            Ok((listening.len() == count)
                .then(|| listening.iter().filter_map(|at| at.parse().ok()).collect()))
        });
        self.addresses = addresses.expect("the gateway listens");
    }

    /// Returns what it has said so far.
    pub(crate) fn said(&self) -> String {
        self.said.so_far()
    }

    /// Returns its first address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Returns an address by the place of its listener.
    pub(crate) fn address_of(&self, listener: usize) -> SocketAddr {
        self.addresses[listener]
    }

    /// Opens a connection to it.
    pub(crate) fn connect(&self) -> Client<std::net::TcpStream> {
        Client::connect(self.address())
    }

    /// Waits for so many lines of the access log, and returns all that are there.
    pub(crate) fn log(&self, lines: usize) -> Vec<Value> {
        let path = self.folder.join("access.log");
        let found = wait_until("lines of the access log", DEADLINE, || {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let whole: Vec<&str> =
                text.split_inclusive('\n').filter(|it| it.ends_with('\n')).collect();
            Ok((whole.len() >= lines).then(|| {
                whole.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
            }))
        });
        found.expect("the access log")
    }

    /// Waits for the line of the access log with this path.
    pub(crate) fn logged(&self, path: &str) -> Value {
        let file = self.folder.join("access.log");
        let found = wait_until("a line of the access log", DEADLINE, || {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let whole = text.split_inclusive('\n').filter(|it| it.ends_with('\n'));
            let lines = whole.filter_map(|line| serde_json::from_str::<Value>(line).ok());
            Ok(lines.into_iter().find(|line| line["path"] == path))
        });
        found.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Returns a figure of `/proc/PID/status` in KiB, such as `VmHWM`.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let path = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let text = std::fs::read_to_string(path).expect("it runs");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).expect("a number of KiB")
    }

    /// Returns the soft limit on its open files.
    pub(crate) fn files_max(&self) -> u64 {
        let path = format!("/proc/{}/limits", self.child.id());
        let text = std::fs::read_to_string(path).expect("it runs");
        let line = text.lines().find_map(|line| line.strip_prefix("Max open files"));
        let soft = line.and_then(|line| line.split_whitespace().next());
        soft.and_then(|soft| soft.parse().ok()).expect("a number of files")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
        if thread::panicking() {
            eprintln!("the gateway said:\n{}", self.said());
            let log = std::fs::read_to_string(self.folder.join("access.log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(20).collect();
            eprintln!("its last lines:\n{}", tail.join("\n"));
        }
    }
}

/// Opens a connection to a unix socket.
pub(crate) fn connect_unix(path: &str) -> Client<UnixStream> {
    Client::new(UnixStream::connect(path).expect("a unix socket"))
}

/// Makes a folder that is gone at the end.
pub(crate) fn workdir() -> Workdir {
    Workdir::new().expect("a folder")
}

/// Waits for a condition.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    wait_until(what, DEADLINE, || Ok(holds().then_some(()))).expect("it holds in time");
}
