//! Logging in and out.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::Form;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::reply::see;
use super::{Frame, message, page};
use crate::running::App;
use crate::session::{self, Begun};

/// Who asks, as far as tries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct From(pub(crate) IpAddr);

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    says: &'static str,
    to: String,
}

/// Where to go afterwards, and the key of the printed link.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    to: String,
    key: String,
}

/// What was filled in.
#[derive(Deserialize)]
pub(crate) struct Filled {
    name: String,
    password: String,
    #[serde(default)]
    to: String,
}

/// `GET /login`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    Extension(From(from)): Extension<From>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    if !wish.key.is_empty() && !app.has_users() {
        return with_link(&app, from, &headers, &wish);
    }
    let frame = Frame::outside("Log in");
    if app.has_users() {
        return page(StatusCode::OK, &headers, &Login { frame, says: "", to: own(&wish.to) });
    }
    let says = "This dashboard has no users: whoever asks from its host sees everything. To act, open \
                the link that was printed when it started.";
    let hint = "[[dashboard.user]] in goodgate.toml names who may log in; `goodgate password` makes the \
                hash of a password.";
    message(StatusCode::OK, &headers, frame, says, hint)
}

fn with_link(app: &App, from: IpAddr, headers: &HeaderMap, wish: &Wish) -> Response<Body> {
    let now = Instant::now();
    if !app.tries.may(from, now) {
        return too_many(headers);
    }
    if let Some(begun) = app.sessions.begin_with_link(&wish.key, now) {
        return begun_at(app, &begun, &wish.to);
    }
    app.tries.wrong(from, now);
    let says = "This link is another one than the process printed that runs now.";
    message(StatusCode::FORBIDDEN, headers, Frame::outside("Log in"), says, "")
}

/// `POST /login`.
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    Extension(From(from)): Extension<From>,
    headers: HeaderMap,
    Form(filled): Form<Filled>,
) -> Response<Body> {
    let again = |status, says| {
        let frame = Frame::outside("Log in");
        page(status, &headers, &Login { frame, says, to: own(&filled.to) })
    };
    // A page elsewhere could log somebody in as somebody else.
    if !session::is_own(&headers) {
        return again(StatusCode::FORBIDDEN, "This was sent by another site. Try here.");
    }
    let now = Instant::now();
    if !app.tries.may(from, now) {
        return too_many(&headers);
    }
    let known = app.users().find(&filled.name).cloned();
    let hash = known.as_ref().map(|known| known.hash.clone());
    let fits = app.hashing.fits(hash, filled.password.clone()).await;
    let begun = known.filter(|_| fits).and_then(|known| app.sessions.begin(&known, now));
    if let Some(begun) = begun {
        return begun_at(&app, &begun, &filled.to);
    }
    app.tries.wrong(from, now);
    again(StatusCode::FORBIDDEN, "Name and password do not fit together.")
}

/// `POST /logout`.
pub(crate) async fn log_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response<Body> {
    // Ending somebody's session harms them little, but it is theirs to end.
    if session::is_own(&headers)
        && let Some(key) = session::sent(&headers, app.is_secure())
    {
        app.sessions.end(key);
    }
    with_cookie(see("/"), &session::cleared(app.is_secure()))
}

fn begun_at(app: &App, begun: &Begun, to: &str) -> Response<Body> {
    with_cookie(see(&own(to)), &session::given(begun.0.reveal(), app.is_secure()))
}

fn with_cookie(mut response: Response<Body>, cookie: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}

fn too_many(headers: &HeaderMap) -> Response<Body> {
    let says =
        "Too many wrong passwords came from this address. One more can be tried in a few seconds.";
    message(StatusCode::TOO_MANY_REQUESTS, headers, Frame::outside("Log in"), says, "")
}

/// Returns a path of this dashboard to go to; the overview where it is none.
fn own(to: &str) -> String {
    let is_path = to.starts_with('/')
        && !to.starts_with("//")
        && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !to.starts_with("/log");
    if is_path { to.to_owned() } else { "/".to_owned() }
}

/// Where somebody is sent who has to log in first.
pub(crate) fn to_login(path: &str) -> Response<Body> {
    see(&format!("/login?to={}", crate::back::segments(&own(path))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_leads_to_this_dashboard_alone() {
        for path in ["/", "/incidents/7", "/?state=down&page=2"] {
            assert_eq!(own(path), path);
        }
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/login",
            "/logout",
        ] {
            assert_eq!(own(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
