//! What is watched: a server for as many targets as are wanted, each at an address of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use anyhow::Context as _;
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::stand::now;

/// Addresses of 127.1.0.0/16 in one of its parts of 256.
const IN_A_PART: usize = 200;

/// Connections that wait to be taken: all targets may be asked at the same moment.
const BACKLOG: i32 = 4_096;

/// How targets behave from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mood {
    /// They answer 200.
    Well,
    /// They answer 502 at once.
    BadGateway,
    /// They take a request and say nothing.
    Silent,
}

/// A server with a thread of its own. It ends with the value, or refuses connections from then on.
pub(crate) struct Targets {
    port: u16,
    state: Arc<State>,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    mood: AtomicU8,
    asked: Vec<AtomicU32>,
    /// When the first 502 was given.
    first_bad: OnceLock<f64>,
}

impl Targets {
    /// Starts one for `count` targets.
    pub(crate) fn start(count: usize) -> anyhow::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)).into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        let listener: std::net::TcpListener = socket.into();
        let port = listener.local_addr()?.port();
        let asked = std::iter::repeat_with(|| AtomicU32::new(0)).take(count).collect();
        let state = Arc::new(State {
            mood: AtomicU8::new(Mood::Well as u8),
            asked,
            first_bad: OnceLock::new(),
        });
        let (stop, stopped) = watch::channel(());
        let own = Arc::clone(&state);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("targets".to_owned()).spawn(move || {
            // A server that cannot go on shows as failures of the targets.
            runtime.block_on(serve(listener, own, stopped)).ok();
        })?;
        Ok(Self { port, state, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the URL of a target.
    pub(crate) fn url(&self, number: usize) -> String {
        let (high, low) = (1 + number / IN_A_PART, 1 + number % IN_A_PART);
        format!("http://127.1.{high}.{low}:{}/{number}", self.port)
    }

    /// Returns the URLs of all targets.
    pub(super) fn urls(&self) -> Vec<String> {
        (0..self.state.asked.len()).map(|number| self.url(number)).collect()
    }

    /// Returns when the first 502 was given, in milliseconds since 1970.
    pub(super) fn first_bad(&self) -> Option<f64> {
        self.state.first_bad.get().copied()
    }

    /// Returns a monitor for each target, in TOML.
    pub(crate) fn monitors(&self, interval: &str) -> String {
        let one = |number| monitor(&format!("m{number}"), &self.url(number), interval);
        (0..self.state.asked.len()).map(one).collect()
    }

    /// All targets behave like this from now on.
    pub(crate) fn are(&self, mood: Mood) {
        self.state.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// Refuses connections from now on; returns when it does.
    pub(crate) fn refuse(&mut self) -> anyhow::Result<()> {
        drop(self.stop.take());
        let ended = self.thread.take().map_or(Ok(()), JoinHandle::join);
        ended.ok().context("the server of the targets has panicked")
    }

    /// Returns how often the target was asked that was asked the least.
    pub(crate) fn asked_least(&self) -> u32 {
        let counts = self.state.asked.iter().map(|count| count.load(Ordering::SeqCst));
        counts.min().unwrap_or_default()
    }

    /// Returns how often all of them together were asked.
    pub(crate) fn asked(&self) -> u64 {
        self.state.asked.iter().map(|count| u64::from(count.load(Ordering::SeqCst))).sum()
    }
}

impl Drop for Targets {
    fn drop(&mut self) {
        self.refuse().ok();
    }
}

/// Returns a monitor in TOML.
pub(crate) fn monitor(name: &str, url: &str, interval: &str) -> String {
    format!("[[monitor]]\nname = \"{name}\"\nhttp = \"{url}\"\ninterval = \"{interval}\"\n")
}

async fn serve(
    listener: std::net::TcpListener,
    state: Arc<State>,
    mut stopped: watch::Receiver<()>,
) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                let state = Arc::clone(&state);
                tokio::spawn(async move { answer(stream, &state).await.ok() });
            }
            _ended = stopped.changed() => return Ok(()),
        }
    }
}

/// Answers one request and closes.
async fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut head = [0; 4_096];
    let mut count = 0;
    while !head.get(..count).is_some_and(|head| head.ends_with(b"\r\n\r\n")) {
        let came = stream.read(head.get_mut(count..).unwrap_or_default()).await?;
        if came == 0 {
            return Ok(());
        }
        count += came;
    }
    let text = String::from_utf8_lossy(head.get(..count).unwrap_or_default());
    let path = text.split(' ').nth(1).unwrap_or_default();
    let number = path.trim_start_matches('/').parse::<usize>().ok();
    if let Some(asked) = number.and_then(|number| state.asked.get(number)) {
        asked.fetch_add(1, Ordering::SeqCst);
    }
    let mood = state.mood.load(Ordering::SeqCst);
    let line = match mood {
        mood if mood == Mood::Well as u8 => "200 OK",
        mood if mood == Mood::BadGateway as u8 => "502 Bad Gateway",
        _ => return stream.read(&mut head).await.map(drop),
    };
    let answer = format!(
        "HTTP/1.1 {line}\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\
         Connection: close\r\n\r\ntold\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    if mood == Mood::BadGateway as u8 {
        state.first_bad.get_or_init(now);
    }
    Ok(())
}
