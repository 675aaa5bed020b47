//! The routes, with those that are disabled and why.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use goodgate_config::Text as _;
use goodgate_door::{Object, json};
use serde_json::Value;

use super::Panel;
use super::health::usable;
use super::words::human;
use crate::site::Route;

/// `GET /routes`.
pub(super) async fn all(State(panel): State<Arc<Panel>>) -> Response<Body> {
    let site = panel.shared.site.load_full();
    let routes: Vec<Value> = site.routes.iter().map(|route| one(route)).collect();
    json(StatusCode::OK, Object::answer("goodgate.routes/1").with("routes", routes))
}

fn one(route: &Route) -> Value {
    let settings = &route.settings;
    let hosts: Vec<String> = settings.host.iter().map(ToString::to_string).collect();
    let headers = settings.header.iter();
    let headers: Vec<Value> = headers.map(|(name, _)| name.as_str().into()).collect();
    let (is_enabled, why, usable) = match &route.upstream {
        Ok(upstream) => (true, None, usable(upstream)),
        Err(why) => (false, Some(format!("It is disabled: {why}.")), 0),
    };
    let retries = settings.retry.as_ref().map_or(0, |retry| retry.retries);
    Object::default()
        .with("route", &*route.label)
        .with("hosts", hosts)
        .with("path", settings.path.to_text())
        // Their values may be secrets.
        .with("headers", headers)
        .with("upstream", settings.upstream.as_str())
        .with("enabled", is_enabled)
        .with_some("why", why)
        .with("usable_endpoints", usable)
        .with("retries", retries)
        .with("hold", settings.hold.as_ref().map_or("off".to_owned(), |hold| human(hold.time)))
        .with("hedge", settings.hedge.is_some())
        .with("commit", settings.commit.is_some())
        .into()
}
