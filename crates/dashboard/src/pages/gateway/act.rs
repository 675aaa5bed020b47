//! What operators do: take an endpoint out, put it back, read the configuration again.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::absent;
use crate::back::{Ask, Missing, read, segment};
use crate::limits::ITEMS_IN_A_ROW;
use crate::pages::form::{Came, Filled, Sender};
use crate::pages::reply::see;
use crate::pages::{Frame, message, page};
use crate::running::App;
use crate::session::Viewer;
use crate::words::{lines, text};

/// Which endpoint is meant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Meant {
    key: String,
    upstream: String,
    endpoint: String,
}

/// What the gateway says to a reload.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Reloaded {
    warnings: Vec<String>,
}

#[derive(Template)]
#[template(path = "gateway_reload.html")]
struct Told {
    frame: Frame,
    says: &'static str,
    texts: Vec<String>,
}

/// `POST /gateway/drain`.
pub(crate) async fn drain(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    came: Came<Meant>,
) -> Response<Body> {
    set(&app, &viewer, &headers, came, ("drain", "/gateway?done=drained")).await
}

/// `POST /gateway/undrain`.
pub(crate) async fn undrain(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    came: Came<Meant>,
) -> Response<Body> {
    set(&app, &viewer, &headers, came, ("undrain", "/gateway?done=undrained")).await
}

async fn set(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    came: Came<Meant>,
    (verb, to): (&'static str, &'static str),
) -> Response<Body> {
    let sender = Sender { headers, viewer, path: "/gateway" };
    let meant = match sender.operator(came, |it| &it.key) {
        Ok(meant) => meant,
        Err(page) => return *page,
    };
    let Some(target) = target(&meant, verb) else {
        let frame = Frame::still("That was not done", "/gateway", viewer);
        let says = "The form names no endpoint.";
        return message(StatusCode::BAD_REQUEST, headers, frame, says, "Nothing was changed.");
    };
    match read::<serde_json::Value>(&*app.gateway, tell(target)).await {
        Ok(_) => see(to),
        Err(why) => absent(headers, viewer, "/gateway", &why),
    }
}

/// Returns the path at which the gateway is told; none where a part of it would be no name.
fn target(meant: &Meant, verb: &str) -> Option<String> {
    let is_name = |part: &str| !matches!(part, "" | "." | "..");
    (is_name(&meant.upstream) && is_name(&meant.endpoint)).then(|| {
        let (upstream, endpoint) = (segment(&meant.upstream), segment(&meant.endpoint));
        format!("/upstreams/{upstream}/endpoints/{endpoint}/{verb}")
    })
}

/// The admin listener takes no bodies.
fn tell(target: String) -> Ask {
    Ask { method: "POST", target, body: None }
}

/// `POST /gateway/reload`.
pub(crate) async fn reload(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    came: Came<Filled>,
) -> Response<Body> {
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/gateway" };
    if let Err(page) = sender.operator(came, |it| &it.key) {
        return *page;
    }
    let told = |code, title: &str, says, texts| {
        let frame = Frame::still(title, "/gateway", &viewer);
        page(code, &headers, &Told { frame, says, texts })
    };
    match read::<Reloaded>(&*app.gateway, tell("/reload".to_owned())).await {
        Ok(Reloaded { warnings }) if warnings.is_empty() => see("/gateway?done=reloaded"),
        Ok(Reloaded { warnings }) => {
            let says = "The configuration was read again and is in force. What it warns of:";
            let texts = warnings.iter().take(ITEMS_IN_A_ROW).map(|it| text(it)).collect();
            told(StatusCode::OK, "Reloaded, with warnings", says, texts)
        }
        Err(Missing::Refused { status: 409 | 422, why }) => {
            let says = "What was in force is in force still. What the gateway says:";
            told(StatusCode::UNPROCESSABLE_ENTITY, "Not reloaded", says, vec![lines(&why)])
        }
        Err(why) => absent(&headers, &viewer, "/gateway", &why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_of_the_path() {
        let of = |upstream: &str, endpoint: &str| {
            let meant = Meant {
                upstream: upstream.to_owned(),
                endpoint: endpoint.to_owned(),
                ..Meant::default()
            };
            target(&meant, "drain")
        };

        assert_eq!(
            of("app", "unix:/run/a.sock").as_deref(),
            Some("/upstreams/app/endpoints/unix%3A%2Frun%2Fa.sock/drain")
        );
        assert_eq!(
            of("../reload?", "%2e%2e/x").as_deref(),
            Some("/upstreams/..%2Freload%3F/endpoints/%252e%252e%2Fx/drain")
        );
        for none in ["", ".", ".."] {
            assert_eq!(of(none, "a"), None);
            assert_eq!(of("a", none), None);
        }
    }
}
