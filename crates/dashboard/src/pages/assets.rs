//! What pages load: one style, one script, one icon, with names that change with what they hold.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use super::reply::{guarded, plain};

/// Something that pages load.
pub(crate) struct Asset {
    text: &'static str,
    kind: &'static str,
    name: LazyLock<String>,
}

/// How pages look: what all have, then what single pages add.
pub(crate) static STYLE: Asset = Asset {
    text: concat!(
        include_str!("../../assets/app.css"),
        include_str!("../../assets/monitor.css"),
        include_str!("../../assets/incident.css"),
        include_str!("../../assets/gateway.css"),
        include_str!("../../assets/check.css"),
    ),
    kind: "text/css; charset=utf-8",
    name: LazyLock::new(|| named("app", STYLE.text, "css")),
};

/// What makes them live.
pub(crate) static SCRIPT: Asset = Asset {
    text: include_str!("../../assets/app.js"),
    kind: "text/javascript; charset=utf-8",
    name: LazyLock::new(|| named("app", SCRIPT.text, "js")),
};

static ICON: Asset = Asset {
    text: include_str!("../../assets/icon.svg"),
    kind: "image/svg+xml",
    name: LazyLock::new(|| "icon.svg".to_owned()),
};

impl Asset {
    /// Returns what it is called below `/assets/`.
    pub(crate) fn name(&'static self) -> &'static str {
        &self.name
    }
}

fn named(stem: &str, text: &str, ending: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()).as_ref());
    format!("{stem}-{}.{ending}", hash.get(..12).unwrap_or_default())
}

/// `GET /assets/NAME`.
pub(crate) async fn asset(Path(name): Path<String>) -> Response<Body> {
    let Some(asset) = [&STYLE, &SCRIPT, &ICON].into_iter().find(|it| *it.name == name) else {
        return plain(StatusCode::NOT_FOUND, "There is nothing of this name.\n");
    };
    let mut response = Response::new(Body::from(asset.text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    let lasting = if name == *ICON.name { "max-age=86400" } else { "max-age=31536000, immutable" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(lasting));
    guarded(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_what_it_holds() {
        assert_ne!(named("app", "a", "css"), named("app", "b", "css"));
        for (asset, ending) in [(&STYLE, ".css"), (&SCRIPT, ".js")] {
            assert!(asset.name().ends_with(ending));
        }
        assert_ne!(STYLE.name(), SCRIPT.name());
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for asset in [&STYLE, &SCRIPT] {
            assert!(!asset.text.contains("http"), "{}", asset.name());
            assert!(!asset.text.contains("@import"), "{}", asset.name());
        }
    }
}
