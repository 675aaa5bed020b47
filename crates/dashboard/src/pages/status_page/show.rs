//! The status page itself.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_door::Peer;

use super::{How, Told, told};
use crate::pages::{Frame, page};
use crate::running::App;
use crate::words::{self, moment};

#[derive(Template)]
#[template(path = "status_page.html")]
struct Page {
    frame: Frame,
    told: Told,
    name: String,
}

#[derive(Template)]
#[template(path = "status_pages.html")]
struct List {
    frame: Frame,
    pages: Vec<(String, String)>,
}

impl Page {
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn sign(&self, how: How) -> &'static str {
        words::sign(how.slug())
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn moment(&self, at: &str) -> String {
        moment(at)
    }
}

/// `GET /status/NAME`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response<Body> {
    match told(&app, &name, peer, &headers).await {
        Ok(told) => page(StatusCode::OK, &headers, &of(told, name)),
        Err(refused) => refused,
    }
}

fn of(told: Told, name: String) -> Page {
    let mut frame = Frame::outside(format!("{}: {}", told.title, told.headline()));
    (frame.is_live, frame.is_quiet, frame.every) = (true, true, 60);
    Page { frame, told, name }
}

/// Shows the pages that one may see.
pub(super) fn list(headers: &HeaderMap, pages: Vec<(String, String)>) -> Response<Body> {
    page(StatusCode::OK, headers, &List { frame: Frame::outside("Status pages"), pages })
}

#[cfg(test)]
mod tests {
    use super::super::{Notice, Service};
    use super::*;

    #[test]
    fn a_hostile_name_is_no_code() {
        let evil = "<script>alert(1)</script>\"'";
        let told = Told {
            title: evil.to_owned(),
            services: vec![Service { name: evil.to_owned(), how: How::Fails }],
            notices: vec![Notice {
                id: evil.to_owned(),
                opened_at: evil.to_owned(),
                resolved_at: None,
                services: vec![evil.to_owned()],
                updates: vec![(evil.to_owned(), evil.to_owned())],
            }],
        };

        let html = of(told, "shop".to_owned()).render().expect("html");

        assert!(!html.contains("<script>alert") && !html.contains("</script>\"'"), "{html}");
        assert!(html.contains("Nothing works at the moment"));
    }
}
