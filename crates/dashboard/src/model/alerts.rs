//! `GET /alerts` and `POST /channels/NAME/test` of the watch.

use serde::Deserialize;

use super::Delivery;

/// Alerts that nobody has got.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Undelivered {
    /// How many wait.
    pub pending_total: usize,
    /// The latest of these.
    pub pending: Vec<Delivery>,
    /// How many were given up.
    pub dead_total: usize,
    /// The latest of these.
    pub dead: Vec<Delivery>,
}

/// How a test of a channel ended.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct Tested {
    /// Whether the message was taken.
    pub accepted: bool,
    /// What was said.
    pub said: Option<String>,
    /// Why it was not taken.
    pub why: Option<String>,
}
