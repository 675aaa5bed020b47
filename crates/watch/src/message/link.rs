//! Signed links, with which whoever got a message can act without a password.
//!
//! A link says which incident, what to do and until when, and carries an HMAC-SHA256 (RFC 2104) over
//! that. `GET` on it only shows a page, since mail programs and scanners follow every link; `POST` acts.
//! Both are the dashboard's business: here links are made and looked at.

use std::fmt::{self, Write as _};

use goodgate_incident::{IncidentId, Timestamp};
use ring::hmac;

/// What can be done with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Somebody takes care of it.
    Acknowledge,
}

impl Action {
    /// Returns the word for it, in the path of the link.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
        }
    }

    fn of_slug(slug: &str) -> Option<Self> {
        (slug == Self::Acknowledge.slug()).then_some(Self::Acknowledge)
    }
}

/// What a link allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The incident.
    pub incident: IncidentId,
    /// What may be done.
    pub action: Action,
    /// Until when.
    pub expires: Timestamp,
}

/// Why a link allows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not of the form that we make.
    #[error("this is no link of this watch")]
    Malformed,
    /// It was not made with our secret, or was changed.
    #[error("the signature of this link is wrong")]
    Forged,
    /// Its time is over.
    #[error("this link has expired")]
    Expired,
}

/// Makes and looks at links with one secret.
#[derive(Clone)]
pub struct Signer(hmac::Key);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(hidden)")
    }
}

/// What the signature is about besides the grant, so that no other message signed with the same secret
/// is ever a link.
const PURPOSE: &str = "goodgate.link/1";

impl Signer {
    /// Takes a secret: 32 random bytes of the store, or what the operator has set.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Makes a link below the address of this watch, such as `https://watch.example.org`.
    pub fn link(&self, base: &str, grant: Grant) -> String {
        let signature = hex(hmac::sign(&self.0, signed(grant).as_bytes()).as_ref());
        let base = base.trim_end_matches('/');
        let (incident, action) = (grant.incident, grant.action.slug());
        let expires = grant.expires.0;
        format!("{base}/incident/{incident}/{action}?expires={expires}&signature={signature}")
    }

    /// Returns what a link allows now, from the path and query of a request. Nothing that was done in
    /// the meantime is looked at: acknowledging twice is acknowledging once.
    ///
    /// # Errors
    ///
    /// When it is malformed, forged or too old; in this order, and the signature is compared in constant
    /// time.
    pub fn verify(&self, path: &str, query: &str, now: Timestamp) -> Result<Grant, Refused> {
        let (grant, signature) = read(path, query).ok_or(Refused::Malformed)?;
        hmac::verify(&self.0, signed(grant).as_bytes(), &signature).map_err(|_| Refused::Forged)?;
        if now.0 >= grant.expires.0 { Err(Refused::Expired) } else { Ok(grant) }
    }
}

fn signed(grant: Grant) -> String {
    format!("{PURPOSE} {} {} {}", grant.incident, grant.action.slug(), grant.expires.0)
}

/// Reads a link; a path or a query with anything more is none.
fn read(path: &str, query: &str) -> Option<(Grant, Vec<u8>)> {
    let rest = path.split_once("/incident/")?.1;
    let (incident, action) = rest.split_once('/')?;
    let (expires, signature) = query.strip_prefix("expires=")?.split_once("&signature=")?;
    let grant = Grant {
        incident: IncidentId(number(incident)?),
        action: Action::of_slug(action)?,
        expires: Timestamp(i64::try_from(number(expires)?).ok()?),
    };
    Some((grant, unhex(signature)?))
}

/// Reads a number as we write it: only one form of a link is valid.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Writes bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing into a string cannot fail.
        write!(out, "{byte:02x}").ok();
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: Grant = Grant {
        incident: IncidentId(7),
        action: Action::Acknowledge,
        expires: Timestamp(2_000_000),
    };
    const BEFORE: Timestamp = Timestamp(1_999_999);

    fn parts(link: &str) -> (String, String) {
        let (path, query) = link.split_once('?').unwrap();
        (path.strip_prefix("https://w.example").unwrap().to_owned(), query.to_owned())
    }

    #[test]
    fn a_link_allows_what_it_says_until_it_expires() {
        let signer = Signer::new(b"a secret");
        let link = signer.link("https://w.example/", GRANT);
        let (path, query) = parts(&link);

        assert_eq!(path, "/incident/7/acknowledge");
        assert_eq!(signer.verify(&path, &query, BEFORE), Ok(GRANT));
        assert_eq!(signer.verify(&path, &query, GRANT.expires), Err(Refused::Expired));
    }

    #[test]
    fn a_change_of_any_byte_is_refused() {
        let signer = Signer::new(b"a secret");
        let (path, query) = parts(&signer.link("https://w.example", GRANT));

        for at in 0..query.len() {
            let mut changed = query.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(signer.verify(&path, &changed, BEFORE).is_err(), "{changed}");
        }
        assert_eq!(signer.verify("/incident/8/acknowledge", &query, BEFORE), Err(Refused::Forged));
    }

    #[test]
    fn another_secret_does_not_open_it() {
        let (path, query) = parts(&Signer::new(b"a secret").link("https://w.example", GRANT));

        assert_eq!(Signer::new(b"another").verify(&path, &query, BEFORE), Err(Refused::Forged));
    }

    #[test]
    fn only_the_form_that_we_write_is_a_link() {
        let signer = Signer::new(b"a secret");
        let (path, query) = parts(&signer.link("https://w.example", GRANT));

        for (path, query) in [
            ("/incident/07/acknowledge", query.as_str()),
            ("/incident/7/delete", query.as_str()),
            ("/incident/7/acknowledge/x", query.as_str()),
            (path.as_str(), ""),
            (path.as_str(), &query.replace("expires=", "expires=0")),
            (path.as_str(), &format!("{query}&more=1")),
            (path.as_str(), &query.to_uppercase()),
        ] {
            assert_eq!(
                signer.verify(path, query, BEFORE),
                Err(Refused::Malformed),
                "{path}?{query}"
            );
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Signer::new(b"a secret")), "Signer(hidden)");
    }
}
