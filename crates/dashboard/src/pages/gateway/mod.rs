//! The gateway: its routes and upstreams as they are and why, what happens in each second, and which
//! settings would have avoided failures.

mod absent;
mod act;
mod rates;
mod upstreams;
mod would;

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

pub(crate) use absent::absent;
pub(crate) use act::{drain, reload, undrain};
pub(crate) use would::sentence;

use self::rates::Rates;
use self::upstreams::{RouteRow, Up};
use self::would::OfDay;
use super::{Frame, page};
use crate::back::{Ask, Missing, read};
use crate::limits::UPSTREAMS_ON_A_PAGE;
use crate::metrics::Growth;
use crate::model::{Counterfactuals, Route, Routes, Upstream, Upstreams};
use crate::running::App;
use crate::session::Viewer;
use crate::words::counted;

/// How often the page looks, so that its rates are those of now.
const EVERY: u16 = 5;

/// Which part of it is wanted, and what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    page: usize,
    done: String,
}

#[derive(Template)]
#[template(path = "gateway.html")]
struct Gateway {
    frame: Frame,
    done: &'static str,
    rates: Result<Rates, &'static str>,
    would: Result<Vec<OfDay>, &'static str>,
    undecided: u64,
    routes: Vec<RouteRow>,
    upstreams: Vec<Up>,
    page: usize,
    pages: usize,
}

/// What was asked of the gateway.
struct Asked {
    upstreams: Vec<Upstream>,
    routes: Vec<Route>,
    counterfactuals: Option<Counterfactuals>,
    growth: Result<Option<Growth>, Missing>,
}

/// `GET /gateway`.
pub(crate) async fn gateway(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    let back = &*app.gateway;
    let asked = tokio::join!(
        read::<Upstreams>(back, Ask::get("/upstreams")),
        read::<Routes>(back, Ask::get("/routes")),
        read::<Counterfactuals>(back, Ask::get("/counterfactuals")),
        app.scrapes.look(back),
    );
    let (upstreams, routes, counterfactuals, growth) = asked;
    let (upstreams, routes) = match (upstreams, routes) {
        (Ok(upstreams), Ok(routes)) => (upstreams.upstreams, routes.routes),
        (Err(why), _) | (_, Err(why)) => return absent(&headers, &viewer, "/gateway", &why),
    };
    let asked = Asked { upstreams, routes, counterfactuals: counterfactuals.ok(), growth };
    let frame = Frame { every: EVERY, ..Frame::live("Gateway", "/gateway", &viewer) };
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    page(StatusCode::OK, &headers, &of(frame, &asked, &wish, &today))
}

fn of(mut frame: Frame, asked: &Asked, wish: &Wish, today: &str) -> Gateway {
    frame.title = format!("Gateway: {}", headline(&asked.upstreams));
    let mut shown: Vec<Up> = asked.upstreams.iter().map(upstreams::of).collect();
    // What is broken comes first.
    shown.sort_by_key(|it| (it.urgency(), it.name.clone()));
    let longest = shown.len().max(asked.routes.len());
    let pages = longest.div_ceil(UPSTREAMS_ON_A_PAGE).max(1);
    let number = wish.page.clamp(1, pages);
    let first = (number - 1) * UPSTREAMS_ON_A_PAGE;
    let undecided = asked.counterfactuals.as_ref().map_or(0, |it| it.undecided);
    Gateway {
        frame,
        done: done(&wish.done),
        rates: rates::of(&asked.growth),
        would: would::of(asked.counterfactuals.as_ref(), today),
        undecided,
        routes: asked
            .routes
            .iter()
            .skip(first)
            .take(UPSTREAMS_ON_A_PAGE)
            .map(upstreams::of_route)
            .collect(),
        upstreams: shown.into_iter().skip(first).take(UPSTREAMS_ON_A_PAGE).collect(),
        page: number,
        pages,
    }
}

/// Says in one sentence how it stands.
fn headline(upstreams: &[Upstream]) -> String {
    let dead = upstreams.iter().filter(|it| it.usable_endpoints == Some(0)).count();
    let endpoints: usize = upstreams.iter().map(|it| it.endpoints.len()).sum();
    let up = upstreams.iter().flat_map(|it| &it.endpoints).filter(|it| it.standing == "up").count();
    match (dead, endpoints - up) {
        _ if upstreams.is_empty() => "no upstream is configured".to_owned(),
        (0, 0) => format!("every endpoint is up ({endpoints})"),
        (0, beside) => format!("{beside} of {} not up", counted(endpoints, "endpoint")),
        (dead, _) => {
            format!(
                "{} of {} without a usable endpoint",
                dead,
                counted(upstreams.len(), "upstream")
            )
        }
    }
}

fn done(word: &str) -> &'static str {
    match word {
        "drained" => "The endpoint gets no new requests. What is under way there goes on.",
        "undrained" => "The endpoint gets its share of requests again.",
        "reloaded" => "The configuration was read again and is in force.",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
