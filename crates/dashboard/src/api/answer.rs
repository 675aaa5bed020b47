//! Answers programs: finds out what is asked for, whether that is allowed, and passes it on.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use axum::http::{Method, Response, StatusCode};
use goodgate_door::{Object, bearer, refuse};
use serde_json::{Map, Value};

use super::routes::{By, Found, Kind, Lost, Parameter, Route, decoded, find};
use super::{Scope, openapi};
use crate::back::{Ask, Back, Missing, Nobody, segment, segments};
use crate::checks::{Asker, Refused, Wish, check, explain, seconds};
use crate::limits::{API_BODY, PASTE_FORM};
use crate::pages::login::From;
use crate::running::App;
use crate::session::{self, Viewer};

/// Where the API begins.
const BASE: &str = "/api/v1";

/// Why something is not answered.
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
    /// When to try again, where that is another time than after a wrong token.
    wait: Option<Duration>,
    /// The methods that the path takes, where it takes others (RFC 9110, section 15.5.6).
    allow: Option<String>,
}

/// Who asks.
pub(super) enum Who {
    /// A program, with the name of its token.
    Program(Arc<str>),
    /// Somebody with a session, who may read.
    Reader,
}

fn refusal(status: StatusCode, error: impl Into<String>) -> Refusal {
    Refusal { status, error: error.into(), wait: None, allow: None }
}

/// `GET /api/openapi.json`: what there is, for programs and their makers. It is no secret.
pub(crate) async fn document() -> Response<Body> {
    json(StatusCode::OK, openapi::document().to_string().into_bytes())
}

/// Answers what is below `/api/v1`.
pub(crate) async fn api(
    State(app): State<Arc<App>>,
    Extension(From(from)): Extension<From>,
    request: Request,
) -> Response<Body> {
    match answered(&app, from, request).await {
        Ok((status, body)) => json(status, body),
        Err(refusal) => refused(refusal),
    }
}

/// Answers what is refused.
pub(super) fn refused(refusal: Refusal) -> Response<Body> {
    let Refusal { status, error, wait, allow } = refusal;
    let body =
        Object::answer("goodgate.api_error/1").with("status", status.as_u16()).with("error", error);
    let mut response = refuse(status, body, allow.as_deref());
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(wait)));
    }
    response
}

async fn answered(
    app: &App,
    from: IpAddr,
    request: Request,
) -> Result<(StatusCode, Vec<u8>), Refusal> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default();
    let method = if head.method == Method::HEAD { "GET" } else { head.method.as_str() };
    // Who it is comes first: a stranger does not learn what there is.
    let found = find(method, path);
    let wanted = found.as_ref().map_or(Scope::Read, |found| found.route.scope);
    let who = allowed(app, from, &head.headers, wanted)?;
    let found = found.map_err(nothing_there)?;
    let query = query(found.route.in_query, head.uri.query().unwrap_or_default())?;
    let body = match found.route.body {
        Some(_) => Some(object(body, &who, found.route.by).await?),
        None => None,
    };
    if found.route.by == By::Own {
        return own(app, &asker(&who, from), found.route, body.unwrap_or_default()).await;
    }
    let ask = Ask { method: found.route.method, target: target(&found) + &query, body };
    let back: &dyn Back = match found.route.by {
        By::Watch => &*app.watch,
        By::Gateway => &*app.gateway,
        By::Own => &Nobody("Nothing is asked of the dashboard itself."),
    };
    match back.ask(ask).await {
        Ok(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            Ok((status, answer.body))
        }
        Err(Missing::Absent(why)) => Err(refusal(StatusCode::NOT_FOUND, why)),
        Err(Missing::Silent(why)) => Err(refusal(StatusCode::BAD_GATEWAY, why)),
        Err(Missing::Refused { status, why }) => {
            Err(refusal(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), why))
        }
    }
}

/// Refuses what no route is for.
fn nothing_there(lost: Lost) -> Refusal {
    match lost {
        Lost::Path => refusal(
            StatusCode::NOT_FOUND,
            "There is nothing at this path; GET /api/openapi.json says what there is.",
        ),
        Lost::Method(methods) => {
            let error = format!("This path takes {methods}.");
            Refusal { allow: Some(methods), ..refusal(StatusCode::METHOD_NOT_ALLOWED, error) }
        }
    }
}

fn asker(who: &Who, from: IpAddr) -> Asker {
    let by = match who {
        Who::Program(name) => format!("the token {name}"),
        Who::Reader => "dashboard".to_owned(),
    };
    Asker { by, is_known: true, from }
}

/// Answers what the dashboard does itself.
async fn own(
    app: &App,
    asker: &Asker,
    route: &Route,
    body: Value,
) -> Result<(StatusCode, Vec<u8>), Refusal> {
    known_keys(route, &body)?;
    let word = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let came = if route.path == "/check" {
        let expected = match body.get("expected") {
            None | Some(Value::Null) => String::new(),
            Some(expected) => expected.to_string(),
        };
        let is_head = match word("method").as_str() {
            "" | "GET" => false,
            "HEAD" => true,
            _ => {
                return Err(refusal(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "A URL is checked with GET or HEAD.",
                ));
            }
        };
        check(app, asker, Wish { url: word("url"), is_head, expected }).await
    } else {
        explain(app, asker, word("text")).await
    };
    came.map(|document| (StatusCode::OK, document.to_string().into_bytes())).map_err(|why| {
        let status = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::BAD_GATEWAY);
        let (says, hint) = why.words();
        let wait = if let Refused::Wait(wait, _) = &why { Some(*wait) } else { None };
        Refusal { status, error: format!("{says} {hint}").trim_end().to_owned(), wait, allow: None }
    })
}

/// Refuses a body that has other keys than those of a route, or other kinds of values.
fn known_keys(route: &Route, body: &Value) -> Result<(), Refusal> {
    let fields = route.body.unwrap_or_default();
    let wrong = |error: String| refusal(StatusCode::UNPROCESSABLE_ENTITY, error);
    for (key, value) in body.as_object().into_iter().flatten() {
        let Some(field) = fields.iter().find(|field| field.name == key) else {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            return Err(wrong(format!("The body takes {} alone.", names.join(", "))));
        };
        let fits = match field.kind {
            "integer" => value.is_u64(),
            _ => value.is_string(),
        };
        if !fits {
            return Err(wrong(format!("`{}` is no {}.", field.name, field.kind)));
        }
    }
    let missing = fields.iter().find(|field| field.is_required && body.get(field.name).is_none());
    missing.map_or(Ok(()), |field| Err(wrong(format!("The body needs `{}`.", field.name))))
}

/// Decides whether a request may have what it wants.
pub(super) fn allowed(
    app: &App,
    from: IpAddr,
    headers: &HeaderMap,
    wanted: Scope,
) -> Result<Who, Refusal> {
    let now = Instant::now();
    if let Some(sent) = bearer(headers) {
        if !app.tries.may(from, now) {
            let error = "Too many wrong tokens came from this address; try again in some seconds.";
            return Err(refusal(StatusCode::TOO_MANY_REQUESTS, error));
        }
        let tokens = app.tokens();
        let Some((name, scopes)) = tokens.find(sent) else {
            app.tries.wrong(from, now);
            let error = "This token is none of [[dashboard.token]].";
            return Err(refusal(StatusCode::UNAUTHORIZED, error));
        };
        if !scopes.contains(&wanted) {
            let error = format!("The token {name} has not the scope `{}`.", wanted.word());
            return Err(refusal(StatusCode::FORBIDDEN, error));
        }
        return Ok(Who::Program(name));
    }
    if wanted == Scope::Read && reader(app, headers).is_some() {
        return Ok(Who::Reader);
    }
    let error = "Send `Authorization: Bearer TOKEN`, one of [[dashboard.token]]; a session of the \
                 dashboard may read.";
    Err(refusal(StatusCode::UNAUTHORIZED, error))
}

fn reader(app: &App, headers: &HeaderMap) -> Option<Viewer> {
    if !session::is_own(headers) {
        return None;
    }
    let key = session::sent(headers, app.is_secure())?;
    app.sessions.find(key, &app.users(), app.lasting(), Instant::now())
}

/// Returns the path at whoever answers.
fn target(found: &Found) -> String {
    let mut target = found.route.there.unwrap_or(found.route.path).to_owned();
    for (parameter, value) in found.route.in_path.iter().zip(&found.values) {
        let hole = format!("{{{}}}", parameter.name);
        let value = if parameter.kind == Kind::Names { segments(value) } else { segment(value) };
        target = target.replacen(&hole, &value, 1);
    }
    target
}

/// Reads a query, of which only what is known is passed on.
fn query(known: &[Parameter], query: &str) -> Result<String, Refusal> {
    let mut out = String::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
            let names: Vec<&str> = known.iter().map(|parameter| parameter.name).collect();
            let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            let error = format!("The query has something that is not known; known is {names}.");
            return Err(refusal(StatusCode::BAD_REQUEST, error));
        };
        let wrong = || {
            let error =
                format!("`{}` in the query is not {}.", parameter.name, parameter.kind.words());
            refusal(StatusCode::BAD_REQUEST, error)
        };
        let value = decoded(value).ok_or_else(wrong)?;
        let fits = match parameter.kind {
            Kind::Number => value.parse::<u32>().is_ok() && !value.starts_with('+'),
            Kind::Moment => value.parse::<jiff::Timestamp>().is_ok(),
            Kind::Name | Kind::Names => !value.is_empty(),
        };
        if !fits {
            return Err(wrong());
        }
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(parameter.name);
        out.push('=');
        out.push_str(&segment(&value));
    }
    Ok(out)
}

/// Reads a body, which is an object; the watch checks its keys. Who acts is the program, unless it says
/// for whom.
async fn object(body: Body, who: &Who, by: By) -> Result<Value, Refusal> {
    // Texts that are pasted are longer than anything that the others take.
    let most = if by == By::Own { PASTE_FORM } else { API_BODY };
    let bytes = to_bytes(body, most).await.map_err(|_| {
        let error = format!("A body has at most {most} bytes here: send less.");
        refusal(StatusCode::PAYLOAD_TOO_LARGE, error)
    })?;
    let bytes: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
    let mut object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
        refusal(StatusCode::BAD_REQUEST, format!("The body is no object in JSON: {error}."))
    })?;
    if let (Who::Program(name), By::Watch) = (who, by) {
        object.entry("by").or_insert_with(|| Value::from(&**name));
    }
    Ok(Value::Object(object))
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_of_a_query_is_passed_on() {
        const KNOWN: &[Parameter] = &[
            Parameter { name: "limit", kind: Kind::Number, about: "" },
            Parameter { name: "since", kind: Kind::Moment, about: "" },
            Parameter { name: "upstream", kind: Kind::Name, about: "" },
        ];
        let read = |text| query(KNOWN, text).ok();

        assert_eq!(read(""), Some(String::new()));
        assert_eq!(read("limit=5&upstream=a%20b"), Some("?limit=5&upstream=a%20b".to_owned()));
        assert!(read("since=2026-11-23T16:00:00Z").is_some());
        for wrong in ["limit=-1", "limit=x", "limit", "since=now", "other=1", "upstream=a%0d%0a"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_method_that_is_not_taken_is_told_which_ones_are() {
        let allow = |method, path| {
            let response = refused(nothing_there(find(method, path).expect_err("no route")));
            let allow = response.headers().get("allow").cloned();
            (
                response.status().as_u16(),
                allow.map(|methods| methods.to_str().expect("text").to_owned()),
            )
        };

        assert_eq!(allow("DELETE", "/status"), (405, Some("GET".to_owned())));
        assert_eq!(allow("TRACE", "/monitors/shop"), (405, Some("GET, PUT, DELETE".to_owned())));
        assert_eq!(allow("GET", "/nothing"), (404, None));
    }

    #[test]
    fn the_path_at_who_answers_holds_the_same_values() {
        let found = |method, path| target(&find(method, path).expect("a route"));

        assert_eq!(found("GET", "/gateway/failures/a%20b"), "/failures/a%20b");
        assert_eq!(found("POST", "/monitors/api/till/check"), "/monitors/api/till/check");
        assert_eq!(
            found("POST", "/gateway/upstreams/app/endpoints/%5B%3A%3A1%5D%3A80/drain"),
            "/upstreams/app/endpoints/%5B%3A%3A1%5D%3A80/drain"
        );
    }
}
