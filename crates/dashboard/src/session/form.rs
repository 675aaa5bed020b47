//! What a form has to show before it changes something: that it is one of ours, sent by whoever has the
//! session.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use subtle::ConstantTimeEq as _;

use super::Viewer;

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Nothing.
    Fine,
    /// Another site sent it.
    Foreign,
    /// It is not one of this session: it was made before a log-in, or not by us.
    Old,
    /// Whoever sent it may only look.
    Viewer,
}

/// Whether a request comes from a page of this very host: browsers say with every `POST` from where it
/// is sent.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let of_site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let Some(origin) = headers.get(ORIGIN) else { return of_site };
    let (Ok(origin), Some(host)) = (origin.to_str(), headers.get(HOST)) else { return false };
    let own = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    of_site && own.is_some_and(|own| own.as_bytes().eq_ignore_ascii_case(host.as_bytes()))
}

impl Viewer {
    /// Looks at a form that changes something.
    pub fn checks(&self, headers: &HeaderMap, form_key: &str) -> Checked {
        if !is_own(headers) {
            return Checked::Foreign;
        }
        let is_of_session = bool::from(self.form_key.as_bytes().ct_eq(form_key.as_bytes()));
        if self.form_key.is_empty() || !is_of_session {
            return Checked::Old;
        }
        if self.may_act() { Checked::Fine } else { Checked::Viewer }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::HeaderValue;

    use super::*;
    use crate::settings::Role;

    fn of(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let value = |text| HeaderValue::from_static(text);
        fields.iter().map(|(name, text)| (name.parse().expect("a name"), value(text))).collect()
    }

    #[test]
    fn only_a_form_of_the_session_from_our_own_page_is_taken() {
        let viewer = |role| Viewer { name: None, role, form_key: Arc::from("key") };
        let operator = viewer(Role::Operator);
        let host = ("host", "watch.example");
        let own =
            of(&[host, ("origin", "https://watch.example"), ("sec-fetch-site", "same-origin")]);

        assert_eq!(operator.checks(&own, "key"), Checked::Fine);
        assert_eq!(operator.checks(&of(&[host]), "key"), Checked::Fine, "no browser");
        assert_eq!(operator.checks(&own, "other"), Checked::Old);
        assert_eq!(operator.checks(&own, ""), Checked::Old);
        assert_eq!(viewer(Role::Viewer).checks(&own, "key"), Checked::Viewer);
        assert_eq!(Viewer::guest().checks(&own, ""), Checked::Old);
        for foreign in [
            &[host, ("origin", "https://evil.example")][..],
            &[host, ("origin", "null")],
            &[host, ("sec-fetch-site", "cross-site")],
            &[host, ("sec-fetch-site", "same-site")],
            &[("origin", "https://watch.example")],
        ] {
            assert_eq!(operator.checks(&of(foreign), "key"), Checked::Foreign, "{foreign:?}");
        }
    }
}
