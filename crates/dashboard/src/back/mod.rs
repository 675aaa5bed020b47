//! What the dashboard asks: the watch and the gateway.

use std::future::Future;
use std::pin::Pin;

use goodgate_door::client::{Bounds, Client};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use goodgate_door::client::Answer;

use crate::limits::{ANSWER, ANSWER_TIME};

/// What an answer of the watch or the gateway may cost.
pub const BOUNDS: Bounds = Bounds { time: ANSWER_TIME, body: ANSWER };

/// A question to the watch or the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// The body, in JSON.
    pub body: Option<Value>,
}

impl Ask {
    /// Asks for something.
    pub fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), body: None }
    }

    /// Tells something.
    pub fn post(target: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", target: target.into(), body: Some(body) }
    }
}

/// Why there is no page with what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Nobody answers, or not in a form that is understood; in words for people.
    #[error("{0}")]
    Silent(String),
    /// It was refused: with which status, and why, in the words of whoever was asked.
    #[error("{why}")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// Why.
        why: String,
    },
    /// There is none: the file has no gateway, or no watch.
    #[error("{0}")]
    Absent(&'static str),
}

/// A future with an owner of its own.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Somebody who can be asked. The dashboard knows two: the watch and the gateway.
pub trait Back: Send + Sync {
    /// Asks.
    ///
    /// # Errors
    ///
    /// [`Missing::Silent`] where nobody answers, [`Missing::Absent`] where there is nobody.
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>>;
}

/// Somebody who answers over a socket.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// Who it is, for people: `the watch`.
    pub who: &'static str,
    /// How it is asked.
    pub client: Client,
}

impl Back for Somebody {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        Box::pin(async move {
            let Self { who, client } = self;
            let asked = client.ask(ask.method, &ask.target, ask.body.as_ref()).await;
            asked.map_err(|why| Missing::Silent(format!("{who} at {}: {why}", client.place)))
        })
    }
}

/// Nobody.
#[derive(Clone, Copy, Debug)]
pub struct Nobody(
    /// What is missing, for people.
    pub &'static str,
);

impl Back for Nobody {
    fn ask(&self, _: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        let why = self.0;
        Box::pin(async move { Err(Missing::Absent(why)) })
    }
}

/// Asks, and reads an answer that is no refusal.
///
/// # Errors
///
/// [`Missing`]: nobody answers, it is refused, or the answer has another form than it should.
pub async fn read<T: DeserializeOwned>(back: &dyn Back, ask: Ask) -> Result<T, Missing> {
    let target = ask.target.clone();
    let answer = accepted(back, ask).await?;
    serde_json::from_slice(&answer.body).map_err(|error| {
        Missing::Silent(format!("the answer to {target} is not understood: {error}"))
    })
}

/// Asks, and takes an answer that is no refusal.
///
/// # Errors
///
/// [`Missing`]: nobody answers, or it is refused.
pub async fn accepted(back: &dyn Back, ask: Ask) -> Result<Answer, Missing> {
    let answer = back.ask(ask).await?;
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    let said = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    let words = ["detail", "error", "title"].iter().find_map(|key| said.get(key)?.as_str());
    let why = words.map_or_else(|| format!("the answer is {}", answer.status), str::to_owned);
    Err(Missing::Refused { status: answer.status, why })
}

/// Returns one part of a path: nothing in it means something there.
pub fn segment(text: &str) -> String {
    encoded(text, b"-_.")
}

/// Returns parts of a path, with the slashes between them: the ids of monitors have some.
pub fn segments(text: &str) -> String {
    encoded(text, b"-_./")
}

fn encoded(text: &str, kept: &[u8]) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
            out.extend([
                '%',
                digit(byte >> 4).to_ascii_uppercase(),
                digit(byte & 15).to_ascii_uppercase(),
            ]);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_part_of_a_path_means_something_there() {
        assert_eq!(segment("a/../b?c#d e%"), "a%2F..%2Fb%3Fc%23d%20e%25");
        assert_eq!(segments("api/till"), "api/till");
        assert_eq!(segment("\u{e4}\r\n"), "%C3%A4%0D%0A");
    }
}
