//! Who may ask what. Whoever can open the unix socket is the operator. Over TCP web pages are kept out by
//! `Host` (DNS rebinding), strangers by tokens.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::http::header::HeaderMap;
use axum::http::{Method, StatusCode};
use goodgate_config::{Secret, SecretSource};
use goodgate_door::guard::{host, is_local, is_own};
use goodgate_door::{Peer, Token, Tries, bearer};

use super::SecretOf;
use super::refusal::Refusal;
use crate::settings::Watch;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// Everything, on this host.
    Operator,
    /// Everything but what is about files of this host.
    Token,
    /// To see.
    Reader,
    /// To tell of changes.
    Teller,
}

/// The rules.
#[derive(Debug)]
pub(super) struct Guard {
    token: Token,
    event_token: Token,
    /// The host of the address that links begin with.
    public: Option<String>,
    tries: Tries,
}

impl Guard {
    /// Reads the rules, with the tokens from where they are.
    pub(super) fn new(watch: &Watch, secret: &SecretOf) -> Self {
        let token = |source: Option<&SecretSource>| Token::of(source.map(|source| secret(source)));
        Self {
            token: token(watch.token.as_ref()),
            event_token: token(watch.event_token.as_ref()),
            public: watch.url.as_ref().map(|url| url.place.host.clone()),
            tries: Tries::default(),
        }
    }

    /// Decides what a request may do that carries no proof of its own.
    pub(super) fn right(
        &self,
        peer: Peer,
        method: &Method,
        (path, query): (&str, &str),
        headers: &HeaderMap,
    ) -> Result<Right, Refusal> {
        let Peer::Tcp { peer: from, .. } = peer else { return Ok(Right::Operator) };
        let tells = path == "/events" && *method == Method::POST;
        let in_query = if tells { parameter(query, "token") } else { None };
        let sent = match (bearer(headers), &in_query) {
            (Some(sent), _) => Some(sent),
            (None, in_query) => in_query.as_deref().map(str::as_bytes),
        };
        let Some(sent) = sent else { return self.without_token(from, method, headers) };
        self.may_try(from.ip())?;
        if self.token.is(sent) && in_query.is_none() {
            return Ok(Right::Token);
        }
        if tells && self.event_token.is(sent) {
            return Ok(Right::Teller);
        }
        self.wrong(from.ip());
        Err(match &self.token {
            Token::Broken(why) => {
                unauthorised(format!("The token is not known to the watch: {why}."))
            }
            _ if in_query.is_some() => unauthorised(
                "In a URL stands `[watch] event_token` and no other; this is another one.",
            ),
            _ => unauthorised("The token is another one than that of `[watch] token`."),
        })
    }

    fn without_token(
        &self,
        from: SocketAddr,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Right, Refusal> {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        match &self.token {
            Token::None if reads && is_local(from, headers) => Ok(Right::Reader),
            Token::None => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Over TCP nothing can be changed, and nothing is shown to other hosts, without a \
                 token: set `token` in [watch], or ask over the unix socket beside the store.",
            )),
            Token::Broken(why) => {
                Err(unauthorised(format!("The token is not known to the watch: {why}.")))
            }
            Token::Is(_) => Err(unauthorised("Send the token: `Authorization: Bearer TOKEN`.")),
        }
    }

    /// Decides whether a job may call a monitor that has this token, or none.
    pub(super) fn job(
        &self,
        peer: Peer,
        query: &str,
        headers: &HeaderMap,
        token: Option<Result<Secret, String>>,
    ) -> Result<(), Refusal> {
        let Peer::Tcp { peer: from, .. } = peer else { return Ok(()) };
        let in_query = parameter(query, "token");
        let sent = bearer(headers).or(in_query.as_deref().map(str::as_bytes));
        let token = Token::of(token);
        if let Token::Broken(why) = &token {
            return Err(unauthorised(format!(
                "The token of this monitor is not known to the watch: {why}."
            )));
        }
        match (sent, &token) {
            (None, Token::None) if is_local(from, headers) => Ok(()),
            (None, Token::None) => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "This monitor has no token, so that only jobs on this host can call it: set `token` \
                 in its table.",
            )),
            (None, _) => Err(unauthorised(
                "Send the token of the monitor: `?token=TOKEN` or `Authorization: Bearer TOKEN`.",
            )),
            (Some(sent), token) => {
                self.may_try(from.ip())?;
                let is_operator = in_query.is_none() && self.token.is(sent);
                if token.is(sent) || is_operator {
                    return Ok(());
                }
                self.wrong(from.ip());
                Err(unauthorised("The token is another one than that of the monitor."))
            }
        }
    }

    fn may_try(&self, from: IpAddr) -> Result<(), Refusal> {
        if self.tries.may(from, Instant::now()) {
            return Ok(());
        }
        let error = "Too many wrong tokens came from this address: wait a minute.";
        Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, error))
    }

    fn wrong(&self, from: IpAddr) {
        self.tries.wrong(from, Instant::now());
    }

    /// Refuses what a web page of somebody else asks for through a browser.
    pub(super) fn check_host(&self, peer: Peer, headers: &HeaderMap) -> Result<(), Refusal> {
        let Peer::Tcp { own, .. } = peer else { return Ok(()) };
        let Some(name) = host(headers) else {
            return Err(Refusal::bad("The request has no Host field, or several: send one."));
        };
        if is_own(&name, own.ip()) || self.public.as_ref() == Some(&name) {
            return Ok(());
        }
        let error =
            "The watch is asked by its address, as localhost or by the host of `[watch] url`.";
        Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, error))
    }
}

fn unauthorised(error: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, error)
}

/// Returns a value of a query, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let all = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(
        &format!("/?{query}").parse().ok()?,
    );
    let (_, value) = all.ok()?.0.into_iter().find(|(found, _)| found == name)?;
    Some(value)
}
