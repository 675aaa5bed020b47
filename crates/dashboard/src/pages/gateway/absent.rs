//! What stands in the place of a page where there is no gateway, or it does not answer.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};

use crate::back::Missing;
use crate::pages::{Frame, message};
use crate::session::Viewer;
use crate::words::text;

/// Answers for a gateway that has not said what was asked for.
pub(crate) fn absent(
    headers: &HeaderMap,
    viewer: &Viewer,
    path: &'static str,
    why: &Missing,
) -> Response<Body> {
    let still = |title: &str| Frame::still(title, path, viewer);
    match why {
        Missing::Absent(why) => {
            let hint = "A gateway begins with [[listen]], [upstream.NAME] and [[route]] in goodgate.toml; \
                        `goodgate run --to ADDRESS` is the shortest one. Then `goodgate run` starts it \
                        beside these pages.";
            message(StatusCode::NOT_FOUND, headers, still("There is no gateway here"), *why, hint)
        }
        Missing::Silent(why) => {
            let hint = "This page tries again by itself. Look whether the process runs, whether [admin] in \
                        goodgate.toml is where it listens, and what it says on its standard error output.";
            let frame = Frame::live("The gateway does not answer", path, viewer);
            message(StatusCode::BAD_GATEWAY, headers, frame, text(why), hint)
        }
        Missing::Refused { status: 404, why } => {
            message(StatusCode::NOT_FOUND, headers, still("Not there"), text(why), "")
        }
        Missing::Refused { status: 401 | 403, why } => {
            let hint = "Changes need a token: [admin] token in goodgate.toml, for the gateway and these \
                        pages alike. An admin listener on a unix socket needs none.";
            let frame = still("The gateway did not allow that");
            message(StatusCode::BAD_GATEWAY, headers, frame, text(why), hint)
        }
        Missing::Refused { status, why } => {
            let code = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            message(code, headers, still("That was not possible"), text(why), "")
        }
    }
}
