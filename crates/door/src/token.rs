//! Tokens: who has one may ask.

use axum::http::header::{AUTHORIZATION, HeaderMap};
use goodgate_config::Secret;
use subtle::ConstantTimeEq as _;

/// A token that a listener knows.
#[derive(Debug)]
pub enum Token {
    /// None is configured.
    None,
    /// It is configured and cannot be had, for this reason: nobody has it.
    Broken(String),
    /// It is this one.
    Is(Secret),
}

impl Token {
    /// Makes it of what was found where the configuration says that it is, if it says so.
    pub fn of(found: Option<Result<Secret, String>>) -> Self {
        match found {
            None => Self::None,
            Some(Ok(found)) if found.reveal().is_empty() => Self::Broken("it is empty".to_owned()),
            Some(Ok(found)) => Self::Is(found),
            Some(Err(why)) => Self::Broken(why),
        }
    }

    /// Returns whether what was sent is the token, in a time that says nothing of it but its length.
    pub fn is(&self, sent: &[u8]) -> bool {
        matches!(self, Self::Is(secret) if bool::from(sent.ct_eq(secret.reveal().as_bytes())))
    }
}

/// Returns the token of a request (RFC 6750 section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn nothing_that_is_nearly_the_token_is_it() {
        let token = Token::of(Some(Ok(Secret::new("t0ken"))));

        assert!(token.is(b"t0ken"));
        for sent in ["", "t0ke", "t0ken2", "T0ken", "t0ken\0"] {
            assert!(!token.is(sent.as_bytes()), "{sent}");
        }
    }

    #[test]
    fn nobody_has_a_token_that_is_missing_broken_or_empty() {
        for found in [None, Some(Err("no file".to_owned())), Some(Ok(Secret::new("")))] {
            let token = Token::of(found);

            assert!(!token.is(b""), "{token:?}");
        }
    }

    #[test]
    fn a_token_is_read_from_its_field() {
        let of = |value: &'static str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]);
            bearer(&headers).map(<[u8]>::to_vec)
        };

        assert_eq!(of("Bearer t0ken"), Some(b"t0ken".to_vec()));
        assert_eq!(of("bEARER  t0ken "), Some(b"t0ken".to_vec()));
        assert_eq!(of("Basic t0ken"), None);
        assert_eq!(of("Bearer"), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
