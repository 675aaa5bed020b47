//! The server behind a gateway, as `goodgate diagnose --origin` takes it.

use std::fmt;

use goodgate_config::{Fault, Text};
use goodgate_evidence::probe::Endpoint;
use goodgate_examine::{Place, Scheme};

/// A server and what it speaks, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As it was written.
    text: String,
    server: goodgate_examine::Origin,
}

impl Origin {
    /// Returns how it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns where it is, and what it speaks.
    pub const fn server(&self) -> &goodgate_examine::Origin {
        &self.server
    }

    /// Whether hands may be shaken with it: it speaks TLS, or may.
    pub const fn may_speak_tls(&self) -> bool {
        matches!(self.server.scheme, Scheme::Tls | Scheme::Unknown { .. })
    }

    /// Whether it is a socket in the file system of this host.
    pub const fn is_file(&self) -> bool {
        matches!(self.server.place, Place::At(Endpoint::Unix(_)))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Text for Origin {
    const KIND: &'static str = "the server behind a gateway";
    const ALLOWED: &'static str = "\"HOST:PORT\", \"http://HOST:PORT\", \"https://HOST:PORT\", \
                                   \"unix:PATH\", or HOST:PORT or unix:PATH after \"fastcgi:\" or \
                                   \"uwsgi:\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        match goodgate_examine::Origin::parse(text) {
            Ok(server) => Ok(Self { text: text.to_owned(), server }),
            Err(misread) => Err(Fault {
                hint: misread.hint,
                is_secret: misread.is_secret,
                ..Fault::new(misread.what)
            }),
        }
    }

    fn to_text(&self) -> String {
        self.text.clone()
    }
}

goodgate_config::text!(Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "10.0.0.7:8080",
            "https://app:8443/",
            "unix:/run/app.sock",
            "fastcgi:unix:/run/php-fpm.sock",
            "uwsgi://10.0.0.7:3031",
        ] {
            assert_eq!(Origin::from_text(text).unwrap().to_text(), text);
        }
    }

    #[test]
    fn a_path_is_refused_since_that_of_the_url_is_asked_for() {
        let fault = Origin::from_text("http://10.0.0.7:8080/health").unwrap_err();

        assert_eq!(fault.what, "the origin `http://10.0.0.7:8080/health` has a path");
        assert!(fault.hint.is_some_and(|hint| hint.contains("the path of the URL")));
    }

    #[test]
    fn a_password_keeps_its_line_out_of_every_output() {
        let fault = Origin::from_text("http://me:geheim@app/").unwrap_err();

        assert!(fault.is_secret && !format!("{fault:?}").contains("geheim"), "{fault:?}");
    }
}
