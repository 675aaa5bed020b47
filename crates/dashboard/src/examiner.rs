//! Who examines URLs and explains texts for the pages. The binary does: it has the crates for both, of which
//! the dashboard knows the JSON.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::back::Boxed;
use crate::settings::values::Net;

/// A URL that somebody wants to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The URL, as it was written.
    pub url: String,
    /// Whether it is asked with HEAD; else with GET.
    pub is_head: bool,
    /// The status that a good answer has; without one any that is no error.
    pub expected: Option<u16>,
    /// Networks that may be dialled besides what everybody reaches.
    pub private: Vec<Net>,
    /// The targets of monitors, of which the one that is checked may be dialled.
    pub monitored: Vec<String>,
    /// A port of this host that is never dialled: that of the dashboard.
    pub own_port: u16,
    /// Whether whoever asks has not logged in. They do not learn which names have an address here.
    pub is_guest: bool,
    /// Who asks, for the log.
    pub by: String,
    /// From where, for the log.
    pub from: IpAddr,
}

/// Why nothing came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// The URL cannot be read: what is wrong, and what to write instead.
    Misread(String, Option<String>),
    /// It leads where nobody is taken from here. Which address that is, or whether there is one, is not
    /// said.
    Forbidden,
    /// We cannot measure: why.
    Unable(String),
}

/// Somebody who examines and explains.
pub trait Examiner: Send + Sync {
    /// Checks a URL, within ten seconds and with a few requests. The answer is a document of the schema
    /// `goodgate.diagnose/1`.
    fn check(&self, check: Check) -> Boxed<'_, Result<Value, Unchecked>>;

    /// Explains a text: a code, a line, a page. The answer is a document of the schema
    /// `goodgate.explain/1`.
    fn explain(&self, text: String) -> Boxed<'_, Value>;
}

/// Somebody who does neither.
#[derive(Clone, Copy, Debug)]
pub struct NoExaminer;

impl Examiner for NoExaminer {
    fn check(&self, _: Check) -> Boxed<'_, Result<Value, Unchecked>> {
        let why = "there is nobody here who checks URLs".to_owned();
        Box::pin(async move { Err(Unchecked::Unable(why)) })
    }

    fn explain(&self, _: String) -> Boxed<'_, Value> {
        Box::pin(async { json!({ "schema": "goodgate.explain/1" }) })
    }
}
