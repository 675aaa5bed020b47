//! A status page as a feed in RSS 2.0: one item for each thing that was told.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderValue};
use axum::http::{HeaderMap, Response};
use goodgate_door::Peer;
use goodgate_evidence::text::html;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::{Told, told};
use crate::pages::reply::guarded;
use crate::running::App;

/// `GET /status/NAME/feed.xml`.
pub(crate) async fn feed(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Response<Body> {
    let base = app.base(headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default());
    match told(&app, &name, peer, &headers).await {
        Ok(told) => {
            let link = format!("{base}/status/{}", crate::back::segment(&name));
            let mut response = Response::new(Body::from(written(&told, &link)));
            let kind = HeaderValue::from_static("application/rss+xml; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            guarded(&mut response);
            response
        }
        Err(refused) => refused,
    }
}

fn written(told: &Told, link: &str) -> String {
    let (title, link) = (html(&told.title), html(link));
    let says = told.headline();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>\n\
         <title>{title}</title><link>{link}</link><description>{says}</description>\n"
    );
    for notice in &told.notices {
        let (services, id) = (html(&notice.services.join(", ")), html(&notice.id));
        for (at, text) in &notice.updates {
            // Writing into a string cannot fail.
            writeln!(
                out,
                "<item><title>{services}</title><description>{}</description><link>{link}#n{id}</link>\
                 <guid isPermaLink=\"false\">{link}#n{id}-{}</guid>{}</item>",
                html(text),
                html(at),
                date(at)
            )
            .ok();
        }
    }
    out.push_str("</channel></rss>\n");
    out
}

/// Returns a moment as feeds have it; nothing for what is none.
fn date(at: &str) -> String {
    let date = at.parse::<Timestamp>().ok();
    let date =
        date.and_then(|at| rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok());
    date.map(|date| format!("<pubDate>{date}</pubDate>")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::Notice;
    use super::*;

    #[test]
    fn a_feed_has_an_item_for_each_thing_that_was_told() {
        let told = Told {
            title: "<Shop> & more".to_owned(),
            services: Vec::new(),
            notices: vec![Notice {
                id: "7".to_owned(),
                opened_at: "2026-11-23T12:00:00Z".to_owned(),
                resolved_at: None,
                services: vec!["web".to_owned()],
                updates: vec![
                    ("2026-11-23T12:05:00Z".to_owned(), "Orders <wait>.".to_owned()),
                    ("2026-11-23T12:00:00Z".to_owned(), "We see a failure.".to_owned()),
                ],
            }],
        };

        let feed = written(&told, "https://a.example/status/shop");

        assert_eq!(feed.matches("<item>").count(), 2);
        assert!(feed.contains("<pubDate>Mon, 23 Nov 2026 12:05:00 GMT</pubDate>"), "{feed}");
        assert!(feed.contains("&lt;Shop&gt; &amp; more") && feed.contains("Orders &lt;wait&gt;."));
    }
}
