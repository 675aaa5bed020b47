//! Servers, plans and checks.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use goodgate_config::{Secret, SecretSource};
use goodgate_faults::{Address, Entry, Options, Protocol, Record, Server, Spec};
use goodgate_incident::{Outcome, Timestamp};
use goodgate_prober::Steps;
use goodgate_watch::check::{
    Answer, Boxed, Checked, Examined, Plan, Prober, Raw, Step, Suspicion, check, judge,
};
use goodgate_watch::settings::read;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// The name in the good certificate of the origins.
pub(crate) const NAME: &str = "origin.test";

/// What every secret is.
pub(crate) const SECRET: &str = "Bearer s3cr3t-value";

/// An origin of `goodgate faults`; it ends when this is dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    /// The certificate of its authority.
    pub(crate) ca: PathBuf,
    _end: oneshot::Sender<()>,
}

impl Origin {
    pub(crate) async fn start(protocol: Protocol, faults: &[&str], records: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-prober-{}-{count}.pem", std::process::id());
        let ca = std::env::temp_dir().join(name);
        let mut options = Options::at(Address::parse("127.0.0.1:0").expect("an address"));
        options.protocol = Some(protocol);
        options.faults = faults
            .iter()
            .map(|fault| Entry::always(Spec::parse(fault).expect("a fault")))
            .collect();
        options.records =
            records.iter().map(|record| Record::parse(record).expect("a record")).collect();
        options.ca_out = (protocol == Protocol::Https).then(|| ca.clone());
        let server = Server::bind(options).await.expect("it binds");
        let Some(Address::Tcp(address)) = server.addresses().first().cloned() else {
            panic!("no TCP")
        };
        let (end, ended) = oneshot::channel();
        tokio::spawn(server.run(async { drop(ended.await) }));
        Self { address, ca, _end: end }
    }

    /// The keys of a monitor that trusts it.
    pub(crate) fn trusted(&self) -> String {
        format!("server_name = \"{NAME}\"\nca = \"{}\"", self.ca.display())
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        std::fs::remove_file(&self.ca).ok();
    }
}

/// A server that reads a request, answers with these bytes and closes. What it was sent, and from
/// where, can be looked at afterwards.
pub(crate) struct Said {
    pub(crate) address: SocketAddr,
    asked: Asked,
}

/// From where, and what.
type Asked = Arc<Mutex<Vec<(SocketAddr, String)>>>;

impl Said {
    pub(crate) async fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback works");
        let address = listener.local_addr().expect("it is bound");
        let asked = Asked::default();
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, peer)) = listener.accept().await {
                let request = read_request(&mut stream).await;
                heard.lock().expect("no panic").push((peer, request));
                stream.write_all(&answer).await.ok();
            }
        });
        Self { address, asked }
    }

    /// Takes what was asked so far.
    pub(crate) fn asked(&self) -> Vec<(SocketAddr, String)> {
        std::mem::take(&mut *self.asked.lock().expect("no panic"))
    }
}

/// Reads a head and, where it says that one comes, a body.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

pub(crate) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// A port where nobody listens.
pub(crate) async fn dead_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback works");
    listener.local_addr().expect("it is bound")
}

/// The plan of a monitor with these keys.
pub(crate) fn plan(keys: &str) -> Plan {
    let text = format!("[[monitor]]\nname = \"a\"\n{keys}\n");
    let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), now());
    assert!(reading.is_sound(), "{}", reading.render());
    let fetch = |_: &SecretSource| Ok::<_, fmt::Error>(Secret::new(SECRET));
    Plan::of(&reading.value.monitor[0], &reading.value.watch, fetch).expect("a plan")
}

/// Carries a check out, and judges it.
pub(crate) async fn checked(keys: &str) -> (Raw, Checked) {
    let plan = plan(keys);
    let prober = Only(Steps::new());
    let raw = check(&prober, &plan, 0, now(), Duration::ZERO).await;
    let checked = judge(&plan, &raw);
    (raw, checked)
}

/// The outcome of a check and, in one line, what was wrong.
pub(crate) async fn outcome(keys: &str) -> (Outcome, String) {
    let (raw, checked) = checked(keys).await;
    let mut words: Vec<String> =
        checked.failures.iter().map(|failure| failure.words.clone()).collect();
    words.extend(raw.unable.map(|(_, words)| words));
    (checked.result.outcome, words.join("; "))
}

/// The cause of a check that is bad.
pub(crate) async fn cause(keys: &str) -> Option<&'static str> {
    match outcome(keys).await {
        (Outcome::Bad { cause, .. }, _) => cause,
        (other, words) => panic!("{other:?}: {words}"),
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// A prober without examinations: no check asks for one.
pub(crate) struct Only(pub(crate) Steps);

impl Prober for Only {
    fn carry_out<'a>(&'a self, step: &'a Step, within: Duration) -> Boxed<'a, Answer> {
        Box::pin(self.0.carry_out(step, within))
    }

    fn examine<'a>(&'a self, suspicion: &'a Suspicion) -> Boxed<'a, Examined> {
        panic!("a check examines nothing: {suspicion:?}")
    }
}
