//! Who may ask what. Web pages are kept out by `Host` (DNS rebinding), strangers by the token or by
//! who they are on a unix socket.

use std::net::IpAddr;

use axum::http::header::HeaderMap;
use axum::http::{Method, StatusCode};
use goodgate_door::guard::{host, is_own, is_too_large};
use goodgate_door::{Peer, Token, bearer};

use super::refusal::Refusal;
use crate::settings;
use crate::settings::values::Bind;

/// The rules.
#[derive(Debug)]
pub(super) struct Guard {
    token: Token,
    hosts: Vec<String>,
    /// Whether the listener can be reached from other hosts; where systemd bound it, each connection
    /// shows that.
    is_open: Option<bool>,
    /// The user of this process.
    own: u32,
}

impl Guard {
    /// Reads the rules, with the token from where it is.
    pub(super) fn new(settings: &settings::Admin) -> Self {
        let token = settings.token.as_ref().map(settings::secret);
        let token = Token::of(token.map(|found| found.map_err(|error| error.to_string())));
        let is_open = match &settings.address {
            Bind::Tcp(address) => Some(!address.ip().is_loopback()),
            Bind::Unix(_) => Some(false),
            Bind::Systemd(_) => None,
        };
        Self {
            token,
            hosts: settings.hosts.iter().map(|it| it.to_string().to_ascii_lowercase()).collect(),
            is_open,
            own: rustix::process::geteuid().as_raw(),
        }
    }

    /// Decides whether a request may be answered.
    pub(super) fn check(
        &self,
        peer: Peer,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        if let Peer::Tcp { own, .. } = peer {
            self.check_host(headers, own.ip())?;
        }
        check_body(headers)?;
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        if changes || self.is_open_to(peer) {
            self.check_right(peer, headers)?;
        }
        Ok(())
    }

    fn is_open_to(&self, peer: Peer) -> bool {
        match peer {
            Peer::Tcp { own, .. } => self.is_open.unwrap_or(!own.ip().is_loopback()),
            Peer::Unix(_) => false,
        }
    }

    fn check_host(&self, headers: &HeaderMap, own: IpAddr) -> Result<(), Refusal> {
        let Some(name) = host(headers) else {
            let detail = "The request has no Host field, or several.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "host", detail));
        };
        if is_own(&name, own) || self.hosts.contains(&name) {
            return Ok(());
        }
        let detail = "This listener is asked by its address or as localhost; `admin.hosts` allows \
                      further names.";
        Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, "host", detail))
    }

    fn check_right(&self, peer: Peer, headers: &HeaderMap) -> Result<(), Refusal> {
        if let Peer::Unix(user) = peer
            && (user == self.own || user == 0)
        {
            return Ok(());
        }
        let refused = |detail: String| Err(Refusal::new(StatusCode::UNAUTHORIZED, "token", detail));
        match &self.token {
            Token::None => {
                let detail = "Over TCP nothing can be changed without a token: set `token` in \
                              [admin], or listen on a unix socket, where the user of the gateway \
                              and root can.";
                Err(Refusal::new(StatusCode::FORBIDDEN, "token", detail))
            }
            Token::Broken(why) => refused(format!("The token is not known to the gateway: {why}.")),
            Token::Is(_) => match bearer(headers) {
                None => refused("Send the token: `Authorization: Bearer TOKEN`.".to_owned()),
                Some(sent) if self.token.is(sent) => Ok(()),
                Some(_) => refused("The token is another one.".to_owned()),
            },
        }
    }
}

fn check_body(headers: &HeaderMap) -> Result<(), Refusal> {
    if is_too_large(headers) {
        let detail = "Nothing here takes a body.";
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use axum::http::HeaderValue;
    use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};

    use super::*;

    const TCP: Peer = over_tcp(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9502));

    const fn over_tcp(own: SocketAddr) -> Peer {
        Peer::Tcp { own, peer: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000) }
    }

    fn guard(token: Token) -> Guard {
        Guard { token, hosts: vec!["gate.example".to_owned()], is_open: Some(false), own: 1000 }
    }

    fn secret() -> Token {
        Token::Is(goodgate_config::Secret::new("t0ken"))
    }

    fn headers(host: &'static str, authorization: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    fn status(guard: &Guard, peer: Peer, method: &Method, headers: &HeaderMap) -> u16 {
        guard.check(peer, method, headers).map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_own_names_are_answered() {
        let guard = guard(Token::None);
        let cases = [
            ("localhost:9502", 200),
            ("LOCALHOST", 200),
            ("127.0.0.1:9502", 200),
            ("[::1]:9502", 200),
            ("gate.example", 200),
            ("evil.example:9502", 421),
            ("localhost.evil.example", 421),
            ("10.0.0.7:9502", 421),
            ("", 421),
        ];

        for (host, expected) in cases {
            let got = status(&guard, TCP, &Method::GET, &headers(host, None));
            assert_eq!(got, expected, "{host}");
        }
    }

    #[test]
    fn what_changes_something_needs_the_token() {
        let right = headers("localhost", Some("Bearer t0ken"));
        let cases = [
            (guard(Token::None), right.clone(), 403),
            (guard(secret()), headers("localhost", None), 401),
            (guard(secret()), headers("localhost", Some("Bearer t0keN")), 401),
            (guard(secret()), headers("localhost", Some("Bearer t0ken2")), 401),
            (guard(secret()), headers("localhost", Some("Basic t0ken")), 401),
            (guard(secret()), headers("localhost", Some("Bearer")), 401),
            (guard(secret()), right.clone(), 200),
            (guard(Token::Broken("no file".to_owned())), right, 401),
        ];

        for (guard, headers, expected) in cases {
            assert_eq!(status(&guard, TCP, &Method::POST, &headers), expected, "{guard:?}");
        }
    }

    #[test]
    fn on_a_unix_socket_the_user_of_the_gateway_and_root_may() {
        let guard = guard(Token::None);
        let headers = headers("whatever", None);

        let post = |user| status(&guard, Peer::Unix(user), &Method::POST, &headers);
        assert_eq!((post(0), post(1000), post(1001)), (200, 200, 403));
        assert_eq!(status(&guard, Peer::Unix(1001), &Method::GET, &headers), 200);
    }

    #[test]
    fn an_open_listener_shows_nothing_without_the_token() {
        let guard = Guard { is_open: Some(true), ..guard(secret()) };

        let get = |it| status(&guard, TCP, &Method::GET, &headers("localhost", it));
        assert_eq!((get(None), get(Some("bearer t0ken"))), (401, 200));
    }

    #[test]
    fn where_systemd_listens_shows_with_each_connection() {
        let guard = Guard { is_open: None, ..guard(secret()) };
        let far = over_tcp("10.0.0.7:9502".parse().expect("an address"));

        let get = |peer, host| status(&guard, peer, &Method::GET, &headers(host, None));
        assert_eq!((get(TCP, "localhost"), get(far, "10.0.0.7")), (200, 401));
    }

    #[test]
    fn bodies_are_not_taken() {
        let mut headers = headers("localhost", Some("Bearer t0ken"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("65537"));

        assert_eq!(status(&guard(secret()), TCP, &Method::POST, &headers), 413);
    }
}
