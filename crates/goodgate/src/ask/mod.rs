//! Asking a running watch, over its unix socket.

mod client;
mod place;
pub(crate) mod said;

pub(crate) use client::read;
pub(crate) use place::{Place, Spot};

use std::fmt::Write as _;
use std::io::{self, Write as _};

use serde_json::Value;

use crate::exit::Failure;

/// A watch that is asked.
#[derive(Debug)]
pub(crate) struct Watch(std::path::PathBuf);

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
        let (status, answer) = client::ask(&self.0, method, target, body)?;
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
        client::connect(&self.0).is_ok()
    }
}

/// Who acts: the one who is named, or whoever is logged in.
pub(crate) fn by(named: Option<&str>) -> String {
    let of = |name: &str| std::env::var(name).ok().filter(|name| !name.trim().is_empty());
    let by = named.map(str::to_owned).or_else(|| of("SUDO_USER")).or_else(|| of("USER"));
    by.unwrap_or_else(|| "goodgate".to_owned())
}

/// Returns one part of a path: nothing in it means something there.
pub(crate) fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail, here and below.
            write!(out, "%{byte:02X}").ok();
        }
        out
    })
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
