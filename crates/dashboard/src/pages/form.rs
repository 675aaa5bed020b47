//! What becomes of a form that is not taken.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};

use super::{Frame, message};
use crate::session::{Checked, Viewer};

/// Looks at a form that changes something. Returns the page that says why it is not taken; nothing where it
/// is.
pub(crate) fn refused(
    viewer: &Viewer,
    headers: &HeaderMap,
    form_key: &str,
    path: &'static str,
) -> Option<Response<Body>> {
    let (says, hint) = match viewer.checks(headers, form_key) {
        Checked::Fine => return None,
        Checked::Foreign => (
            "Another site sent this form.",
            "Nothing was changed. Open the page here and use its own buttons.",
        ),
        Checked::Old => (
            "This form is not one of your session: it was made before you logged in, or the session is \
             over.",
            "Nothing was changed. Open the page again and do it there.",
        ),
        Checked::Viewer => (
            "You may look, but not change anything.",
            "Nothing was changed. Somebody with the role operator can do it; [[dashboard.user]] in \
             goodgate.toml gives roles.",
        ),
    };
    let frame = Frame::still("That was not done", path, viewer);
    Some(message(StatusCode::FORBIDDEN, headers, frame, says, hint))
}
