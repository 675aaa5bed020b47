//! Asking a running watch, over its unix socket.

mod place;
pub(crate) mod said;

pub(crate) use goodgate_dashboard::back::segment;
pub(crate) use place::{Place, Spot};

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use goodgate_door::client::{self, Answer, Bounds, Client, Unanswered};
use goodgate_door::{There, look};
use serde_json::Value;

use crate::exit::Failure;

/// What an answer may cost: as much time as the watch waits itself for a channel that is tried; ten thousand
/// monitors fit several times.
const BOUNDS: Bounds = Bounds { time: Duration::from_mins(5), body: 64 << 20 };

/// A watch that is asked.
#[derive(Debug)]
pub(crate) struct Watch(PathBuf);

impl Watch {
    /// Finds the socket of the watch that is meant; it need not be there.
    pub(crate) fn at(place: &Place) -> Result<Self, Failure> {
        Self::of(&place.spot)
    }

    /// Finds the socket of a watch; it need not be there.
    pub(crate) fn of(spot: &Spot) -> Result<Self, Failure> {
        spot.socket().map(Self)
    }

    /// Asks for something.
    pub(crate) fn get(&self, target: &str) -> Result<Value, Failure> {
        self.ask("GET", target, None)
    }

    /// Tells something.
    pub(crate) fn post(&self, target: &str, body: &Value) -> Result<Value, Failure> {
        self.ask("POST", target, Some(body))
    }

    /// Asks, and takes an answer that is no refusal.
    pub(crate) fn ask(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        wait(self.asked(method, target, body))?
    }

    /// The same for a command that waits for something else as well.
    pub(crate) async fn asked(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let place = client::Place::Unix(self.0.clone());
        let client = Client { place, token: None, bounds: BOUNDS };
        let asked = client.ask(method, target, body).await;
        let Answer { status, body } = asked.map_err(|why| unanswered(&self.0, &why))?;
        let answer = serde_json::from_slice(&body);
        let answer: Value = answer.map_err(|_| unanswered(&self.0, &Unanswered::Strange))?;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let error = match answer.get("error").and_then(Value::as_str) {
            Some(error) => error.trim_end_matches('.').to_owned(),
            None => format!("the watch answers {status}"),
        };
        // What is asked for is wrong, or the watch is not able to.
        match status {
            400..500 => Err(Failure::usage(error)),
            _ => Err(Failure::Broken(anyhow::Error::msg(error))),
        }
    }

    /// Tells whether a watch answers there.
    pub(crate) fn is_running(&self) -> bool {
        matches!(look(&self.0), Ok(There::Served))
    }
}

/// Waits for an answer, in a command that does nothing else meanwhile.
pub(crate) fn wait<T>(asked: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("start the runtime")?.block_on(asked))
}

fn unanswered(socket: &Path, why: &Unanswered) -> Failure {
    let place = socket.display();
    let (what, hint) = match why {
        Unanswered::NoSocket => (
            "no watch has its socket there",
            "`goodgate run` with monitors in its configuration starts one; --config FILE or --socket \
             PATH says where it is",
        ),
        Unanswered::Refused => {
            ("the watch that made this socket is gone", "`goodgate run` starts it again")
        }
        Unanswered::NotAllowed => {
            ("it is another user's", "ask as the user of the watch, or with sudo")
        }
        Unanswered::Strange | Unanswered::Closed => (
            "its answer is not that of a watch, or was cut off",
            "is the socket that of another program?",
        ),
        why => return Failure::Broken(anyhow!("ask the watch at {place}: {why}")),
    };
    Failure::Broken(anyhow!("ask the watch at {place}: {what}\nhint: {hint}"))
}

/// Who acts: the one who is named, or whoever is logged in.
pub(crate) fn by(named: Option<&str>) -> String {
    let of = |name: &str| std::env::var(name).ok().filter(|name| !name.trim().is_empty());
    let by = named.map(str::to_owned).or_else(|| of("SUDO_USER")).or_else(|| of("USER"));
    by.unwrap_or_else(|| "goodgate".to_owned())
}

/// Writes an answer to standard output.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes an answer for programs.
pub(crate) fn write_json(answer: &Value) -> Result<(), Failure> {
    write(&format!("{answer:#}\n"))
}
