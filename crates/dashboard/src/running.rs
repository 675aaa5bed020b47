//! All of it, started: what the binary hands over, and what the pages share.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use goodgate_config::{Secret, SecretSource};
use goodgate_door::{Beyond, Listening, Room, Tries, serve, tcp};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::Tokens;
use crate::back::Back;
use crate::checks::Checks;
use crate::examiner::Examiner;
use crate::limits::CONNECTIONS;
use crate::metrics::Scrapes;
use crate::pages::live::News;
use crate::router::router;
use crate::session::{Hashing, Key, Lasting, Sessions, Users};
use crate::settings;
use crate::settings::values::{Ip, Net};

/// Connections that wait in the kernel to be taken.
const BACKLOG: i32 = 256;

/// Reads a secret; the error is for people and holds none.
pub type SecretOf = dyn Fn(&SecretSource) -> Result<Secret, String> + Send + Sync;

/// What the dashboard needs of others.
pub struct Wiring {
    /// The watch.
    pub watch: Arc<dyn Back>,
    /// The gateway.
    pub gateway: Arc<dyn Back>,
    /// Who examines URLs and explains texts.
    pub examiner: Arc<dyn Examiner>,
    /// Reads secrets.
    pub secret: Box<SecretOf>,
}

/// What the pages share.
pub(crate) struct App {
    pub(crate) watch: Arc<dyn Back>,
    pub(crate) gateway: Arc<dyn Back>,
    pub(crate) examiner: Arc<dyn Examiner>,
    pub(crate) checks: Checks,
    /// Where it listens.
    pub(crate) port: u16,
    pub(crate) scrapes: Scrapes,
    pub(crate) sessions: Sessions,
    pub(crate) hashing: Hashing,
    pub(crate) tries: Tries,
    pub(crate) news: News,
    secret: Box<SecretOf>,
    now: RwLock<Arc<Settled>>,
}

/// What of the settings is in force, with the users as their hashes were read.
struct Settled {
    settings: settings::Dashboard,
    users: Arc<Users>,
    tokens: Arc<Tokens>,
}

impl App {
    fn settled(&self) -> Arc<Settled> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns those who may log in.
    pub(crate) fn users(&self) -> Arc<Users> {
        Arc::clone(&self.settled().users)
    }

    /// Returns the tokens of programs.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        Arc::clone(&self.settled().tokens)
    }

    /// Returns the status pages.
    pub(crate) fn status_pages(&self) -> Vec<settings::StatusPage> {
        self.settled().settings.status_page.clone()
    }

    /// Returns the address that pages begin with: the public one, or else that which was asked for.
    pub(crate) fn base(&self, host: &str) -> String {
        match &self.settled().settings.url {
            Some(url) => url.to_string(),
            None => format!("http://{host}"),
        }
    }

    /// Whether anybody may log in. A user whose hash cannot be had is one: then nobody gets in.
    pub(crate) fn has_users(&self) -> bool {
        !self.settled().settings.user.is_empty()
    }

    /// Whether cookies are for TLS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.settled().settings.url.as_ref().is_some_and(|url| url.is_secure)
    }

    /// Returns the host under which people reach it, besides the address of the listener.
    pub(crate) fn public_host(&self) -> Option<String> {
        self.settled().settings.url.as_ref().map(|url| url.name().to_owned())
    }

    /// Whether an address is that of a gateway in front.
    pub(crate) fn is_proxy(&self, address: IpAddr) -> bool {
        self.settled().settings.proxies.contains(&Ip(address.to_canonical()))
    }

    /// Returns who may have a URL checked.
    pub(crate) fn checks_for(&self) -> settings::Checks {
        self.settled().settings.check
    }

    /// Whether a page is for whoever reaches the dashboard.
    pub(crate) fn is_open(&self, path: &str) -> bool {
        let is_everybodys = self.checks_for() == settings::Checks::Everyone;
        is_everybodys && matches!(path, "/check" | "/explain")
    }

    /// Returns the networks of our own that checks may reach.
    pub(crate) fn check_private(&self) -> Vec<Net> {
        self.settled().settings.check_private.clone()
    }

    /// Returns how long sessions last.
    pub(crate) fn lasting(&self) -> Lasting {
        let settled = self.settled();
        Lasting { whole: settled.settings.session, idle: settled.settings.idle }
    }

    fn settle(&self, settings: settings::Dashboard) -> Vec<String> {
        let (settled, without) = settle(settings, &*self.secret);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settled);
        without
    }
}

fn settle(settings: settings::Dashboard, secret: &SecretOf) -> (Settled, Vec<String>) {
    let (users, mut without) = Users::of(&settings.user, secret);
    let (tokens, unusable) = Tokens::of(&settings.token, secret);
    without.extend(unusable);
    (Settled { settings, users: Arc::new(users), tokens: Arc::new(tokens) }, without)
}

/// A running dashboard.
pub struct Dashboard {
    app: Arc<App>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// What is to be told at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where one goes to look, and where there are no users the link that allows to act. It holds a key:
    /// it is for the terminal alone.
    pub link: String,
    /// Who cannot log in and which token cannot be used, and why.
    pub without: Vec<String>,
}

/// What is to be told after a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloaded {
    /// Who cannot log in and which token cannot be used, and why.
    pub without: Vec<String>,
    /// The link that allows to act, where there are no users any more. It holds a key.
    pub link: Option<String>,
}

/// Starts a dashboard. Needs a runtime with time and I/O. Hashes a password once, which takes tens of
/// milliseconds.
///
/// # Errors
///
/// The address cannot be listened on, or the system has no randomness.
pub fn start(settings: settings::Dashboard, wiring: Wiring) -> io::Result<(Dashboard, Started)> {
    let listener = tcp(settings.listen, BACKLOG)?;
    let address = listener.local_addr()?;
    let Wiring { watch: back, gateway, examiner, secret } = wiring;
    let key = if settings.user.is_empty() { Some(random()?) } else { None };
    let link = link(&settings, address, key.as_ref());
    let (settled, without) = settle(settings, &*secret);
    let app = Arc::new(App {
        news: News::start(Arc::downgrade(&back)),
        watch: back,
        gateway,
        examiner,
        checks: Checks::default(),
        port: address.port(),
        scrapes: Scrapes::default(),
        sessions: Sessions::new(key.as_ref()),
        hashing: Hashing::new(),
        tries: Tries::default(),
        secret,
        now: RwLock::new(Arc::new(settled)),
    });
    let (stop, stopped) = watch::channel(false);
    let listening = Listening { unix: None, tcp: Some(listener), place: None };
    let room = Room { connections: CONNECTIONS, beyond: Beyond::Waits };
    let serving = tokio::spawn(serve(listening, room, router(Arc::clone(&app)), stopped));
    Ok((Dashboard { app, address, stop, serving }, Started { address, link, without }))
}

fn random() -> io::Result<Key> {
    Key::random().ok_or_else(|| io::Error::other("the system gives no random numbers"))
}

fn link(settings: &settings::Dashboard, address: SocketAddr, key: Option<&Key>) -> String {
    let base = match &settings.url {
        Some(url) => url.to_string(),
        None => format!("http://{address}"),
    };
    match key {
        Some(key) => format!("{base}/login?key={}", key.reveal()),
        None => format!("{base}/"),
    }
}

impl Dashboard {
    /// Takes new settings; another `listen` counts from the next start on. Sessions of users who are no
    /// longer as they were end.
    ///
    /// Where all users are gone, a new link allows to act, as at a start without any.
    pub fn reload(&self, settings: settings::Dashboard) -> Reloaded {
        let are_gone = self.app.has_users() && settings.user.is_empty();
        let key = if are_gone { random().map(Some) } else { Ok(None) };
        let (key, failed) = match key {
            Ok(key) => (key, None),
            Err(error) => (None, Some(format!("nobody can act: {error}"))),
        };
        if let Some(key) = &key {
            self.app.sessions.print_anew(key);
        }
        let link = key.map(|key| link(&settings, self.address, Some(&key)));
        let mut without = self.app.settle(settings);
        without.extend(failed);
        Reloaded { without, link }
    }

    /// Ends it: what is under way may go on for half a second.
    pub async fn end(self, within: Duration) {
        self.stop.send_replace(true);
        tokio::time::timeout(within, self.serving).await.ok();
    }
}
