//! Who may have something checked or explained, how often, and how many at the same time.

mod turns;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_door::whose;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use self::turns::{Rate, Turns, Whose};
use crate::back::{Ask, read};
use crate::examiner::{Check, Unchecked};
use crate::limits::{
    CHECK_TIME, CHECKED_AT_ONCE, EXPECTED, EXPLAIN_TIME, EXPLAINED_AT_ONCE, MONITORED, PASTE, URL,
};
use crate::model::Monitors;
use crate::running::App;
use crate::settings::Checks as Allowed;

/// Checks of one person, or from one address: somebody who looks at a few pages of a site.
const BY_ONE: Rate = Rate { at_once: 10, every: Duration::from_secs(6) };

/// Checks of everybody: at a few connections each, less than one browser makes.
const BY_ALL: Rate = Rate { at_once: 20, every: Duration::from_secs(2) };

/// Checks of one host, whoever asks: nobody is to be burdened by us.
const OF_ONE: Rate = Rate { at_once: 5, every: Duration::from_secs(12) };

/// Explanations for one person, or from one address.
const READ_FOR_ONE: Rate = Rate { at_once: 30, every: Duration::from_secs(2) };

/// Explanations for everybody: each takes milliseconds of a core.
const READ_FOR_ALL: Rate = Rate { at_once: 60, every: Duration::from_millis(250) };

/// What is under way, and what was.
#[derive(Debug)]
pub(crate) struct Checks {
    checked: Turns,
    explained: Turns,
    checking: Arc<Semaphore>,
    explaining: Arc<Semaphore>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            checked: Turns::default(),
            explained: Turns::default(),
            checking: Arc::new(Semaphore::new(CHECKED_AT_ONCE)),
            explaining: Arc::new(Semaphore::new(EXPLAINED_AT_ONCE)),
        }
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// What they are called, for the log.
    pub(crate) by: String,
    /// Whether they have a session, or a token.
    pub(crate) is_known: bool,
    /// From where.
    pub(crate) from: IpAddr,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) url: String,
    pub(crate) is_head: bool,
    pub(crate) expected: String,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// `[dashboard] check` says so.
    NotHere,
    /// One has to log in.
    NotYou,
    /// What was written is none: what is wrong, and what to write.
    Wrong(String, String),
    /// Too often: when to try again, and why.
    Wait(Duration, &'static str),
    /// It leads where nobody is taken.
    Forbidden,
    /// We cannot.
    Unable(String),
}

impl Refused {
    /// Returns the status of an answer.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::NotHere | Self::NotYou => 403,
            Self::Wrong(..) | Self::Forbidden => 422,
            Self::Wait(..) => 429,
            Self::Unable(_) => 502,
        }
    }

    /// Says why, and what to do.
    pub(crate) fn words(&self) -> (String, String) {
        let of = |says: &str, hint: &str| (says.to_owned(), hint.to_owned());
        match self {
            Self::NotHere => of(
                "Nobody checks URLs from here.",
                "check = \"off\" stands in [dashboard] of goodgate.toml; `goodgate diagnose URL` does the \
                 same in a terminal.",
            ),
            Self::NotYou => of(
                "Only who has a session may have a URL checked.",
                "Log in, or open the link that was printed when the dashboard was started.",
            ),
            Self::Wrong(says, hint) => (says.clone(), hint.clone()),
            Self::Wait(wait, why) => {
                (format!("{why} Try again in {} s.", seconds(*wait)), String::new())
            }
            // The same words whether a name has no address, a private one or one of this host.
            Self::Forbidden => of(
                "This URL leads nowhere that is checked from here.",
                "Sites that everybody can reach are, on ports 80, 443, 8080 and 8443. \
                 check_private in [dashboard] of goodgate.toml allows networks of your own.",
            ),
            Self::Unable(why) => (format!("This could not be measured: {why}."), String::new()),
        }
    }
}

/// Returns whole seconds of a wait, one at least.
pub(crate) fn seconds(wait: Duration) -> u64 {
    (wait.as_millis().div_ceil(1000)).try_into().unwrap_or(u64::MAX).max(1)
}

/// Tells whether somebody may have a URL checked.
pub(crate) fn may(app: &App, is_known: bool) -> Result<(), Refused> {
    match app.checks_for() {
        Allowed::Off => Err(Refused::NotHere),
        Allowed::Users if !is_known => Err(Refused::NotYou),
        Allowed::Users | Allowed::Everyone => Ok(()),
    }
}

/// Has a URL checked.
///
/// # Errors
///
/// Why not.
pub(crate) async fn check(app: &App, asker: &Asker, wish: Wish) -> Result<Value, Refused> {
    may(app, asker.is_known)?;
    let expected = expected(&wish.expected)?;
    let url = wish.url.trim().to_owned();
    if url.is_empty() || url.len() > URL {
        let says = format!("A URL has from 1 to {URL} bytes.");
        return Err(Refused::Wrong(says, "Write https://shop.example/, for example.".to_owned()));
    }
    let turns = [
        (Whose::Target(host(&url)), OF_ONE),
        (Whose::Address(whose(asker.from)), BY_ONE),
        (Whose::All, BY_ALL),
        (Whose::Person(asker.by.clone()), BY_ONE),
    ];
    // Guests are nobody in particular: their address stands for them.
    let turns = if asker.is_known { &turns[..] } else { turns.get(..3).unwrap_or(&turns) };
    let _place = place(&app.checks.checking)?;
    app.checks.checked.take(turns, Instant::now()).map_err(too_often)?;
    let check = Check {
        url,
        is_head: wish.is_head,
        expected,
        private: app.check_private(),
        monitored: monitored(app).await,
        own_port: app.port,
        is_guest: !asker.is_known,
        by: asker.by.clone(),
        from: asker.from,
    };
    let checked = timeout(CHECK_TIME, app.examiner.check(check)).await;
    let late = Err(Unchecked::Unable("it took too long".to_owned()));
    checked.unwrap_or(late).map_err(|why| match why {
        Unchecked::Misread(what, hint) => {
            Refused::Wrong(format!("This is no URL that can be checked: {what}."), sentence(hint))
        }
        Unchecked::Forbidden => Refused::Forbidden,
        Unchecked::Unable(why) => Refused::Unable(why),
    })
}

/// Has a text explained.
///
/// # Errors
///
/// Why not.
pub(crate) async fn explain(app: &App, asker: &Asker, text: String) -> Result<Value, Refused> {
    if text.trim().is_empty() || text.len() > PASTE {
        let says = format!("A text has from 1 byte to {} KiB.", PASTE >> 10);
        let hint = "Paste the lines of one failed request, the error page, or a code such as 502.";
        return Err(Refused::Wrong(says, hint.to_owned()));
    }
    let mut turns =
        vec![(Whose::Address(whose(asker.from)), READ_FOR_ONE), (Whose::All, READ_FOR_ALL)];
    if asker.is_known {
        turns.push((Whose::Person(asker.by.clone()), READ_FOR_ONE));
    }
    let place = place(&app.checks.explaining)?;
    app.checks.explained.take(&turns, Instant::now()).map_err(too_often)?;
    let explained = timeout(EXPLAIN_TIME, app.examiner.explain(text)).await;
    drop(place);
    explained.map_err(|_| Refused::Unable("it took too long".to_owned()))
}

fn place(room: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Refused> {
    let why = "Others are being answered at the moment.";
    Arc::clone(room).try_acquire_owned().map_err(|_| Refused::Wait(Duration::from_secs(5), why))
}

fn too_often((wait, whose): (Duration, Whose)) -> Refused {
    let why = match whose {
        Whose::Person(_) => "You have asked often.",
        Whose::Address(_) => "Your address has asked often.",
        Whose::Target(_) => "This host was asked often from here.",
        Whose::All => "Many have asked.",
    };
    Refused::Wait(wait, why)
}

fn expected(text: &str) -> Result<Option<u16>, Refused> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let status = text.parse().ok().filter(|status| EXPECTED.contains(status));
    status.map(Some).ok_or_else(|| {
        let says = "The expected status is no number from 100 to 599.".to_owned();
        Refused::Wrong(says, "Leave it out for any answer that is no error.".to_owned())
    })
}

fn sentence(hint: Option<String>) -> String {
    let Some(hint) = hint else { return String::new() };
    let mut letters = hint.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// Returns whom a URL asks, as far as turns are counted. What is no URL is refused later, and counts too.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.trim_end_matches('.').chars().take(253).collect::<String>().to_ascii_lowercase()
}

/// Returns the targets of monitors; none where the watch does not answer.
async fn monitored(app: &App) -> Vec<String> {
    let all = read::<Monitors>(&*app.watch, Ask::get("/monitors")).await;
    let all = all.map(|all| all.monitors).unwrap_or_default();
    all.into_iter().filter(|it| it.kind == "http").map(|it| it.target).take(MONITORED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_one_target_however_it_is_written() {
        for url in
            ["http://A.example/x", "https://a.example.:443?y", "a.example", "http://a.example:80#z"]
        {
            assert_eq!(host(url), "a.example", "{url}");
        }
        assert_eq!(host("http://[::1]:80/"), "::1");
        assert!(host(&"x".repeat(60_000)).len() <= 253);
    }

    #[test]
    fn a_status_is_one_or_nothing() {
        assert_eq!(expected(" 204 "), Ok(Some(204)));
        assert_eq!(expected(""), Ok(None));
        for wrong in ["99", "600", "2xx", "-1", "200\r\n1"] {
            assert!(matches!(expected(wrong), Err(Refused::Wrong(..))), "{wrong}");
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        let waits = [0, 1, 1000, 1001].map(|ms| seconds(Duration::from_millis(ms)));

        assert_eq!(waits, [1, 1, 1, 2]);
    }
}
