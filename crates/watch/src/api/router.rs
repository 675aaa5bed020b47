//! What can be asked, and who answers it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use goodgate_door::guard::is_too_large;
use goodgate_door::limits::BODY;
use goodgate_door::{Peer, typed};

use super::refusal::Refusal;
use super::{
    Panel, acknowledge, alerts, backup, beat, channels, events, incidents, monitors, silences,
    status, window,
};

/// What can be asked, for people.
const INDEX: &str = "\
goodgate, the watch. Every JSON body names its schema.

GET    /status                         how everything is, what is broken first
GET    /monitors?state=&tag=&text=     a page of the monitors, what is broken first
GET    /changes                        a number that grows with every change
GET    /monitors/ID                    one, with results, shares of time and its error budget
PUT    /monitors/NAME                  create or replace one: the keys of [[monitor]] as JSON
DELETE /monitors/NAME
POST   /monitors/ID/pause              no checks
POST   /monitors/ID/resume
POST   /monitors/ID/check              a check at once
GET    /incidents?before=&limit=       the latest first
GET    /incidents/N                    the whole file
GET    /incidents/N/evidence/K
POST   /incidents/N/acknowledge        {\"by\"}
POST   /incidents/N/resolve            {\"by\"}
POST   /incidents/N/notes              {\"text\", \"by\"}
POST   /incidents/N/steps              {\"text\", \"by\"}
POST   /incidents/N/publish            {\"text\", \"by\"}: what status pages say of it
POST   /incidents/N/retract            {\"by\"}: what was published is taken back
GET    /events?since=&until=&limit=    what was changed
POST   /events                         {\"kind\", \"text\", \"tags\", \"by\"}
GET    /silences
POST   /silences                       {\"for\", \"monitors\", \"tags\", \"causes\", \"why\", \"by\"}
DELETE /silences/N
GET    /alerts?limit=                  alerts that wait or were given up
GET    /report?from=&until=&tag=       what a window of time holds, from sums of results
POST   /channels/NAME/test             send a message
POST   /backup                         {\"file\"}, over the unix socket

What carries its own proof:

POST   /beat/NAME?token=               a job has done its work (GET and HEAD do as well)
GET    /incident/N/acknowledge?...     the links of messages
";

/// Puts the router together. Every request passes the guard first.
pub(super) fn router(panel: Arc<Panel>) -> Router {
    let state = || Arc::clone(&panel);
    let guarded = Router::new()
        .route("/", get(index))
        .route("/status", get(status::status))
        .route("/changes", get(status::changes))
        .route("/monitors", get(monitors::all))
        .route(
            "/monitors/{*id}",
            get(monitors::one).put(monitors::put).delete(monitors::remove).post(monitors::act),
        )
        .route("/incidents", get(incidents::all))
        .route("/incidents/{number}", get(incidents::one))
        .route("/incidents/{number}/evidence/{piece}", get(incidents::evidence))
        .route("/incidents/{number}/acknowledge", post(incidents::acknowledge))
        .route("/incidents/{number}/resolve", post(incidents::resolve))
        .route("/incidents/{number}/notes", post(incidents::note))
        .route("/incidents/{number}/steps", post(incidents::step))
        .route("/incidents/{number}/publish", post(incidents::publish))
        .route("/incidents/{number}/retract", post(incidents::retract))
        .route("/events", get(events::all).post(events::mark))
        .route("/silences", get(silences::all).post(silences::begin))
        .route("/silences/{number}", axum::routing::delete(silences::end))
        .route("/alerts", get(alerts::all))
        .route("/report", get(window::report))
        .route("/channels/{name}/test", post(channels::test))
        .route("/backup", post(backup::backup))
        .fallback(nothing)
        .layer(from_fn_with_state(state(), pass));
    let proven = Router::new()
        .route("/beat/{*name}", get(beat::beat).post(beat::beat))
        .route("/incident/{number}/acknowledge", get(acknowledge::show).post(acknowledge::act));
    guarded
        .merge(proven)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(state(), bound))
        .with_state(panel)
}

/// Refuses what is for another host, and bodies beyond the bound.
async fn bound(
    State(panel): State<Arc<Panel>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response<Body> {
    if let Err(refusal) = panel.guard.check_host(peer, request.headers()) {
        return refusal.into_response();
    }
    if is_too_large(request.headers()) {
        return too_large().into_response();
    }
    next.run(request).await
}

async fn pass(
    State(panel): State<Arc<Panel>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let uri = request.uri();
    let target = (uri.path(), uri.query().unwrap_or_default());
    match panel.guard.right(peer, request.method(), target, request.headers()) {
        Ok(right) => {
            request.extensions_mut().insert(right);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// The refusal of a body beyond the bound.
pub(super) fn too_large() -> Refusal {
    let error = format!("A body has at most {BODY} bytes here: send less.");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error)
}

async fn index() -> Response<Body> {
    typed(StatusCode::OK, "text/plain; charset=utf-8", INDEX)
}

async fn nothing() -> Refusal {
    Refusal::missing("There is nothing at this path; GET / lists what there is.")
}

async fn other_method(method: Method) -> Refusal {
    let error = format!("This path does not take {method}; GET / lists what there is.");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, error)
}
