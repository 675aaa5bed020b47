//! One endpoint, in a process of its own that can be killed, frozen and restarted.
//!
//! It answers by itself, or stands in front of `goodgate faults`, which answers wrongly or asks the
//! application behind. Either way every POST whose head arrives is noted in a file by its number:
//! from then on nobody outside can know that it had no effect.

mod app;
mod tap;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;

/// More than the connections that a schedule opens.
const BACKLOG: u32 = 1024;

/// How long running answers have at the end.
const DRAIN: Duration = Duration::from_secs(1);

/// What the command line asks for.
struct Options {
    /// Where the proxy connects to.
    listen: SocketAddr,
    /// Where POSTs are noted.
    notes: PathBuf,
    /// Where `goodgate faults` is, and where it finds the application.
    via: Option<(SocketAddr, SocketAddr)>,
}

/// The file in which POSTs are noted; it outlives every crash.
#[derive(Debug)]
pub(super) struct Notes(File);

impl Notes {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::options().create(true).append(true).open(path);
        file.map(Self).with_context(|| path.display().to_string())
    }

    /// Notes one POST.
    fn add(&self, number: u64) -> std::io::Result<()> {
        // One write: lines of several processes do not mix.
        (&self.0).write_all(format!("{number}\n").as_bytes())
    }
}

/// Runs `endpoint LISTEN NOTES [FAULTS APPLICATION]` until its standard input ends.
pub(crate) fn main(words: &[&str]) -> anyhow::Result<()> {
    let address = |word: &str| word.parse::<SocketAddr>().with_context(|| word.to_owned());
    let options = match words {
        [listen, notes] => {
            Options { listen: address(listen)?, notes: PathBuf::from(notes), via: None }
        }
        [listen, notes, faults, app] => Options {
            listen: address(listen)?,
            notes: PathBuf::from(notes),
            via: Some((address(faults)?, address(app)?)),
        },
        _ => bail!("endpoint LISTEN NOTES [FAULTS APPLICATION]"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(options))
}

async fn serve(options: Options) -> anyhow::Result<()> {
    let ends = end_of_input();
    let notes = Arc::new(Notes::open(&options.notes)?);
    let door = listen(options.listen)?;
    if let Some((faults, app)) = options.via {
        // What comes through the faults was noted at the door.
        let inner = tokio::spawn(app::serve(listen(app)?, None, ends.clone()));
        tap::serve(door, faults, notes, ends).await?;
        inner.await?
    } else {
        app::serve(door, Some(notes), ends).await
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // It is started again on the port on which it was killed.
    socket.set_reuseaddr(true)?;
    socket.bind(address).with_context(|| address.to_string())?;
    socket.listen(BACKLOG).with_context(|| address.to_string())
}

/// Becomes true when standard input ends: by request, or because who started us is gone.
fn end_of_input() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    std::thread::spawn(move || {
        let mut nothing = Vec::new();
        drop(std::io::stdin().read_to_end(&mut nothing));
        // Nobody listens any more when the process is about to end.
        let _told = sender.send(true).is_ok();
    });
    receiver
}
