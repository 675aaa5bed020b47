//! What the chat programs have in common: JSON to a URL that is itself the secret.

use std::fmt;

use goodgate_config::SecretSource;
use reqwest::Url;
use serde_json::Value;

use super::hidden::Hidden;
use super::http::{Answer, Http, Request};
use super::{Failure, OpenError, Parts};

/// A URL to which JSON is sent.
pub(super) struct Hook {
    http: Http,
    hidden: Hidden,
    url: Url,
}

impl Hook {
    /// Fetches the URL.
    pub(super) fn open(parts: &Parts<'_>, source: &SecretSource) -> Result<Self, OpenError> {
        let url = parts.url("url", source)?;
        let mut hidden = Hidden::default();
        hidden.add_url(&url);
        Ok(Self { http: parts.http.clone(), hidden, url })
    }

    /// Sends JSON to it; `query` is set on the URL where it is given.
    pub(super) async fn post(
        &self,
        query: Option<(&str, &str)>,
        body: &Value,
    ) -> Result<Answer, Failure> {
        let mut url = self.url.clone();
        if let Some((name, value)) = query {
            url.query_pairs_mut().append_pair(name, value);
        }
        self.http.accepted(Request::json(url, body), &self.hidden).await
    }

    /// Asks it, without a body.
    pub(super) async fn get(&self) -> Result<Answer, Failure> {
        self.http.accepted(Request::get(self.url.clone()), &self.hidden).await
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hook({})", self.url.host_str().unwrap_or_default())
    }
}
