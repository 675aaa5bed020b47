//! A page that says one thing.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};

use super::{Frame, page};
use crate::back::Missing;
use crate::session::Viewer;

#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    says: String,
    hint: String,
}

/// Answers with a page that says one thing, and what to do.
pub(crate) fn message(
    status: StatusCode,
    headers: &HeaderMap,
    frame: Frame,
    says: impl Into<String>,
    hint: impl Into<String>,
) -> Response<Body> {
    page(status, headers, &Message { frame, says: says.into(), hint: hint.into() })
}

/// Answers where what was asked for is not there.
pub(crate) fn missing(headers: &HeaderMap, viewer: &Viewer, why: &Missing) -> Response<Body> {
    let frame = |title: &str| Frame::still(title, "/", viewer);
    let live = |title: &str| Frame::live(title, "/", viewer);
    match why {
        Missing::Refused { status: 404, why } => {
            message(StatusCode::NOT_FOUND, headers, frame("Not there"), why, "")
        }
        Missing::Refused { status, why } => {
            let code = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            message(code, headers, frame("That was not possible"), why, "")
        }
        Missing::Silent(why) => {
            let hint = "This page tries again by itself. `goodgate run` starts what is missing, and \
                        says on its standard error output why it cannot.";
            message(StatusCode::BAD_GATEWAY, headers, live("No answer"), why, hint)
        }
        Missing::Absent(why) => {
            message(StatusCode::NOT_FOUND, headers, frame("Not there"), *why, "")
        }
    }
}
