//! A status page as a badge: a small picture for other pages.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Response};
use goodgate_door::Peer;
use goodgate_evidence::text::html;

use super::{How, Told, told};
use crate::pages::reply::guarded;
use crate::running::App;

/// Pixels of a character, about, in the middle of what fonts have.
const CHARACTER: usize = 7;

/// Characters of the title on a badge.
const TITLE: usize = 32;

/// `GET /status/NAME/badge.svg`.
pub(crate) async fn badge(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response<Body> {
    match told(&app, &name, peer, &headers).await {
        Ok(told) => picture(drawn(&told)),
        Err(refused) => refused,
    }
}

fn picture(svg: String) -> Response<Body> {
    let mut response = Response::new(Body::from(svg));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    // Whoever shows it asks again soon.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=30"));
    guarded(&mut response);
    response
}

/// Draws it: the title on grey, how things are on the colour for it. White on each has a contrast of at
/// least 4.5.
fn drawn(told: &Told) -> String {
    let (says, colour) = match told.worst() {
        How::Works => ("works", "#1a7f37"),
        How::Maintained => ("maintenance", "#57606a"),
        How::NotMeasured => ("not measured", "#6b4fbb"),
        How::Partly => ("works in part", "#8a5100"),
        How::Fails => ("does not work", "#c62828"),
    };
    let title: String = told.title.chars().take(TITLE).collect();
    let width = |text: &str| text.chars().count() * CHARACTER + 12;
    let (left, right) = (width(&title), width(says));
    let (whole, middle, at) = (left + right, left / 2, left + right / 2);
    let title = html(&title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" role=\"img\">\
         <title>{title}: {says}</title>\
         <rect width=\"{left}\" height=\"20\" fill=\"#3d444d\"/>\
         <rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{colour}\"/>\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,sans-serif\" font-size=\"11\">\
         <text x=\"{middle}\" y=\"14\">{title}</text><text x=\"{at}\" y=\"14\">{says}</text></g></svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::super::Service;
    use super::*;

    #[test]
    fn a_badge_says_the_worst_and_holds_no_code() {
        let service = |how| Service { name: "web".to_owned(), how };
        let services = vec![service(How::Works), service(How::Partly)];
        let told = Told { title: "<b>\"&".to_owned(), services, notices: Vec::new() };

        let svg = drawn(&told);

        assert!(svg.contains("works in part") && !svg.contains("<b>"), "{svg}");
        assert!(drawn(&Told::default()).contains("not measured"));
    }
}
