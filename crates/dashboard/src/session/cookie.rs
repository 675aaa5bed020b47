//! The cookie of a session.

use axum::http::header::{COOKIE, HeaderMap};

/// What it is called. The prefix has browsers refuse one that another host or path has set
/// (RFC 6265bis section 4.1.3.2); it is only allowed with `Secure`.
pub(crate) const NAME: &str = "__Host-goodgate";

/// What it is called without TLS.
pub(crate) const PLAIN: &str = "goodgate";

/// Bytes of a cookie that are looked at.
const LONG: usize = 128;

/// Returns the key that a request brings; nothing where there are several, since one of them was put there
/// by somebody else.
pub(crate) fn sent(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    let wanted = if is_secure { NAME } else { PLAIN };
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then_some(value)
    });
    let (Some(value), None) = (found.next(), found.next()) else { return None };
    (!value.is_empty() && value.len() <= LONG).then_some(value)
}

/// Returns the field that gives a browser its key. It ends with the browser: how long a session lasts is
/// decided here.
pub(crate) fn given(key: &str, is_secure: bool) -> String {
    if is_secure {
        format!("{NAME}={key}; Path=/; HttpOnly; Secure; SameSite=Lax")
    } else {
        format!("{PLAIN}={key}; Path=/; HttpOnly; SameSite=Lax")
    }
}

/// Returns the field that takes it away.
pub(crate) fn cleared(is_secure: bool) -> String {
    format!("{}; Max-Age=0", given("", is_secure))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(lines: &[&'static str], is_secure: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        sent(&headers, is_secure).map(str::to_owned)
    }

    #[test]
    fn a_key_is_the_only_one_of_its_name() {
        assert_eq!(key(&["a=b; goodgate=k; c=d"], false).as_deref(), Some("k"));
        assert_eq!(key(&["__Host-goodgate=k"], true).as_deref(), Some("k"));
        for other in [
            &["a=b"][..],
            &["goodgate="],
            &["goodgate=k; goodgate=other"],
            &["goodgate=k", "goodgate=k"],
            &["__Host-goodgate=k"],
        ] {
            assert_eq!(key(other, false), None, "{other:?}");
        }
        assert_eq!(key(&["goodgate=k"], true), None);
    }

    #[test]
    fn a_cookie_is_for_the_server_alone() {
        for is_secure in [false, true] {
            let field = given("k", is_secure);
            assert!(field.contains("HttpOnly") && field.contains("SameSite=Lax"));
            assert_eq!(field.contains("; Secure"), is_secure);
            assert!(cleared(is_secure).ends_with("Max-Age=0"));
        }
    }
}
