//! `[route.errors]`: what the gateway's own error answers look like.

use std::collections::BTreeMap;
use std::path::PathBuf;

use goodgate_config::{section, words};

use super::values::Status;

section! {
    /// The gateway's own error answers; what an upstream answers is passed on as it is.
    pub struct ErrorPages {
        /// In which form they are written.
        pub format: ErrorFormat = ErrorFormat::Auto;
        /// A folder with pages named `STATUS.html`, such as `502.html`. `{id}` in a page becomes the
        /// id of the request.
        pub folder: Option<PathBuf> = None;
        /// Pages by status, before those of the folder.
        pub pages: BTreeMap<Status, PathBuf> = BTreeMap::new();
    }
}

words! {
    /// The form of the gateway's own error answers.
    pub enum ErrorFormat {
        /// What the request's `Accept` prefers, HTML where it does not say.
        Auto = "auto",
        /// HTML.
        Html = "html",
        /// `application/problem+json` (RFC 9457).
        Json = "json",
    }
}
