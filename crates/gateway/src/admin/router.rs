//! What can be asked, and who answers it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{get, post};
use goodgate_door::{Object, Peer, json, typed};

use super::guard::Guard;
use super::refusal::{Refusal, refuse};
use super::{Panel, counterfactuals, failures, health, routes, upstreams};
use crate::metrics::expose;
use crate::run::Refused;

/// What can be asked, for people.
const INDEX: &str = "\
goodgate, for operators. Every JSON body names its schema.

GET  /health                                  200, or 503 with the reasons
GET  /upstreams?format=text                   upstreams and endpoints, with reasons
GET  /upstreams/NAME
GET  /routes                                  routes; disabled ones with the reason
GET  /requests                                what is under way
GET  /failures?upstream=&cause=&limit=        the last failures, the newest first
GET  /failures?format=text                    the same, a line for each
GET  /failures/ID                             the whole story of one request
GET  /counterfactuals                         which setting would have avoided how many failures
GET  /metrics                                 Prometheus

What changes something needs `Authorization: Bearer TOKEN`, or a unix socket:

POST /upstreams/NAME/endpoints/ADDRESS/drain  no new requests to this endpoint
POST /upstreams/NAME/endpoints/ADDRESS/undrain
POST /reload                                  read the configuration again

A failure in plain words: curl -s ADDRESS/failures/ID | goodgate explain -
";

/// Puts the router together. Every request passes the guard first.
pub(super) fn router(guard: Arc<Guard>, panel: Arc<Panel>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/health", get(health::health))
        .route("/upstreams", get(upstreams::all))
        .route("/upstreams/{name}", get(upstreams::one))
        .route("/upstreams/{name}/endpoints/{address}/drain", post(upstreams::drain))
        .route("/upstreams/{name}/endpoints/{address}/undrain", post(upstreams::undrain))
        .route("/routes", get(routes::all))
        .route("/requests", get(health::requests))
        .route("/failures", get(failures::list))
        .route("/failures/{id}", get(failures::one))
        .route("/counterfactuals", get(counterfactuals::days))
        .route("/metrics", get(metrics))
        .route("/reload", post(reload))
        .fallback(nothing)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(guard, pass))
        .with_state(panel)
}

async fn pass(
    State(guard): State<Arc<Guard>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match guard.check(peer, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refuse(&refusal),
    }
}

async fn index() -> Response<Body> {
    typed(StatusCode::OK, "text/plain; charset=utf-8", INDEX)
}

async fn metrics(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let body = expose(&panel.cores, &panel.shared, panel.log.as_deref());
    typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", body)
}

async fn nothing() -> Response<Body> {
    let detail = "There is nothing at this path; GET / lists what there is.";
    refuse(&Refusal::new(StatusCode::NOT_FOUND, "path", detail))
}

async fn other_method(method: Method) -> Response<Body> {
    let allowed = if matches!(method, Method::GET | Method::HEAD) { "POST" } else { "GET, HEAD" };
    let detail = format!("This path takes {allowed}.");
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail);
    refuse(&Refusal { allow: Some(allowed), ..refusal })
}

/// Reads the configuration again.
async fn reload(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let turn = panel.reloader.clone();
    let Ok(reloaded) = tokio::task::spawn_blocking(move || turn.reload()).await else {
        let detail = "The reload ended early; what was in force is in force still.";
        return refuse(&Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "reload", detail));
    };
    match reloaded {
        Ok(report) => {
            let body = Object::answer("goodgate.reload/1")
                .with("changed", report.changed)
                .with("warnings", report.warnings);
            json(StatusCode::OK, body)
        }
        Err(Refused::Invalid { path, problems }) => {
            let detail = format!(
                "{} has errors; what was in force is in force still.\n{problems}",
                path.display()
            );
            refuse(&Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "configuration", detail))
        }
        Err(error @ Refused::NoFile) => {
            refuse(&Refusal::new(StatusCode::CONFLICT, "no_file", sentence(&error)))
        }
        Err(error) => refuse(&Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "configuration",
            sentence(&error),
        )),
    }
}

fn sentence(error: &Refused) -> String {
    format!("Not reloaded: {error}.")
}
