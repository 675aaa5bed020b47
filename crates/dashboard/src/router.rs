//! What can be asked for, and what every request has to pass: whom it is for, and who asks.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use goodgate_door::{Peer, guard};

use crate::api;
use crate::arriving;
use crate::pages::login::{self, From};
use crate::pages::{
    self, Frame, assets, causes, check, evidence, explain, failure, failures, gateway, incident,
    incidents, live, message, monitor, overview, report, status_page,
};
use crate::running::App;
use crate::session::{self, Viewer};

/// Puts the router together.
pub(crate) fn router(app: Arc<App>) -> Router {
    let state = || Arc::clone(&app);
    let inside = Router::new()
        .route("/", get(overview::overview))
        .route("/live", get(live::live))
        .route("/monitors/{*id}", get(monitor::monitor).post(monitor::act))
        .route("/incidents", get(incidents::incidents))
        .route("/incidents/{number}", get(incident::incident))
        .route("/incidents/{number}/{act}", get(incident::back).post(incident::act))
        .route("/incidents/{number}/report", get(report::report))
        .route("/incidents/{number}/report/{form}", get(report::file))
        .route("/incidents/{number}/evidence/{piece}", get(evidence::evidence))
        .route("/gateway", get(gateway::gateway))
        .route("/gateway/drain", post(gateway::drain))
        .route("/gateway/undrain", post(gateway::undrain))
        .route("/gateway/reload", post(gateway::reload))
        .route("/failures", get(failures::failures))
        .route("/failures/{id}", get(failure::failure))
        .route("/causes", get(causes::causes))
        .route("/causes/{id}", get(causes::cause))
        .route("/check", get(check::form).post(check::check))
        .route("/explain", get(explain::form).post(explain::explain))
        .route("/settings", get(pages::settings::settings))
        .route("/settings/channels/test", post(pages::settings::test))
        .fallback(nothing)
        .layer(from_fn_with_state(state(), enter));
    let outside = Router::new()
        .route("/metrics", get(api::metrics))
        .route("/api/openapi.json", get(api::document))
        .route("/api/v1/", any(api::api))
        .route("/api/v1/{*path}", any(api::api))
        .route("/assets/{name}", get(assets::asset))
        .route("/login", get(login::form).post(login::log_in))
        .route("/status", get(status_page::list))
        .route("/status/{name}", get(status_page::show))
        .route("/status/{name}/badge.svg", get(status_page::badge))
        .route("/status/{name}/feed.xml", get(status_page::feed))
        .route("/logout", post(login::log_out));
    inside
        .merge(outside)
        .layer(from_fn(arriving::whole))
        .layer(from_fn_with_state(state(), address))
        .with_state(app)
}

/// Refuses what is for another host, and finds out from where a request comes.
async fn address(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let Peer::Tcp { own, peer } = peer else { return next.run(request).await };
    let headers = request.headers();
    let is_ours = guard::host(headers).is_some_and(|host| {
        guard::is_own(&host, own.ip()) || Some(&host) == app.public_host().as_ref()
    });
    if !is_ours {
        let says = "This dashboard is not known under the name that your browser asks for.";
        let hint = "[dashboard] url in goodgate.toml says under which address people reach it.";
        let frame = Frame::outside("Another host");
        return message(StatusCode::MISDIRECTED_REQUEST, headers, frame, says, hint);
    }
    let from = client(peer.ip(), headers, &app);
    request.extensions_mut().insert(From(from));
    next.run(request).await
}

/// Returns who asks: whoever the gateway in front names last, where it is one that is known.
fn client(peer: IpAddr, headers: &HeaderMap, app: &App) -> IpAddr {
    if !app.is_proxy(peer) {
        return peer.to_canonical();
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|it| it.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(',')).filter_map(|it| it.trim().parse().ok());
    named.next_back().map_or(peer, |it: IpAddr| it.to_canonical())
}

/// Finds out who asks. Without users whoever asks from this host may look; else one has to log in.
async fn enter(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let headers = request.headers();
    let key = session::sent(headers, app.is_secure());
    let found =
        key.and_then(|key| app.sessions.find(key, &app.users(), app.lasting(), Instant::now()));
    // The printed link counts no more when a reload has brought users.
    let found = found.filter(|viewer| viewer.name.is_some() || !app.has_users());
    let viewer = match (found, peer) {
        (Some(viewer), _) => viewer,
        (None, Peer::Unix(_)) => Viewer::guest(),
        (None, Peer::Tcp { peer, .. }) if !app.has_users() && guard::is_local(peer, headers) => {
            Viewer::guest()
        }
        (None, Peer::Tcp { .. }) if app.is_open(request.uri().path()) => Viewer::guest(),
        (None, Peer::Tcp { .. }) => return turned_away(&app, &request),
    };
    request.extensions_mut().insert(viewer);
    next.run(request).await
}

fn turned_away(app: &App, request: &Request) -> Response<Body> {
    if app.has_users() {
        let path = request.uri().path();
        let is_page = *request.method() == Method::GET && path != "/live";
        if is_page {
            return login::to_login(path);
        }
        let says = "Your session is over, or you have none.";
        let hint = "Nothing was changed. Log in and do it again.";
        return message(
            StatusCode::UNAUTHORIZED,
            request.headers(),
            Frame::outside("Log in"),
            says,
            hint,
        );
    }
    let says = "This dashboard has no users, so that it is for its own host alone, without a gateway \
                between.";
    let hint = "[[dashboard.user]] in goodgate.toml names who may log in from elsewhere.";
    message(StatusCode::FORBIDDEN, request.headers(), Frame::outside("Not from here"), says, hint)
}

async fn nothing(Extension(viewer): Extension<Viewer>, headers: HeaderMap) -> Response<Body> {
    let frame = Frame::still("There is nothing here", "/", &viewer);
    message(StatusCode::NOT_FOUND, &headers, frame, "No page has this address.", "")
}
