//! Why a request is refused, and how that is said.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use goodgate_door::Object;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status that says so.
    pub(super) status: StatusCode,
    /// A word for it.
    pub(super) error: &'static str,
    /// What is wrong and what helps.
    pub(super) detail: String,
    /// The methods that the path takes, where that is what is wrong.
    pub(super) allow: Option<&'static str>,
}

impl Refusal {
    /// Makes a refusal.
    pub(super) fn new(status: StatusCode, error: &'static str, detail: impl Into<String>) -> Self {
        Self { status, error, detail: detail.into(), allow: None }
    }
}

/// Answers a request that is refused.
pub(super) fn refuse(refusal: &Refusal) -> Response<Body> {
    let body = Object::answer("goodgate.error/1")
        .with("status", refusal.status.as_u16())
        .with("error", refusal.error)
        .with("detail", refusal.detail.clone());
    goodgate_door::refuse(refusal.status, body, refusal.allow)
}
