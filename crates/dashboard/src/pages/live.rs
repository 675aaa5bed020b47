//! Tells browsers that something has changed. The watch is asked once a second, however many look, and not
//! at all while nobody does.

use std::convert::Infallible;
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, Sse};
use futures_util::stream::unfold;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::reply::{guarded, plain};
use crate::back::{Ask, Back, read};
use crate::limits::{HEARTBEAT, LISTENERS, LOOK};
use crate::model::Changes;
use crate::running::App;

/// When something was seen to have changed last; none before the first look.
#[derive(Clone, Debug)]
pub(crate) struct News(watch::Sender<Option<Timestamp>>);

/// What a page says of itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Since {
    /// When it was made. What is no moment is none.
    at: String,
}

impl Since {
    /// Whether a change that was seen at a moment may be missing on the page. Changes of the time between
    /// a page and its connection would else be told to nobody.
    fn misses(&self, seen: Option<Timestamp>) -> bool {
        self.at.parse().ok().zip(seen).is_some_and(|(at, seen): (Timestamp, Timestamp)| seen >= at)
    }
}

impl News {
    /// Begins to look. It ends with the value.
    pub(crate) fn start(back: Weak<dyn Back>) -> Self {
        let (sender, _) = watch::channel(None);
        let news = Self(sender.clone());
        tokio::spawn(look(back, sender));
        news
    }
}

async fn look(back: Weak<dyn Back>, sender: watch::Sender<Option<Timestamp>>) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // What was seen last also counts after a time in which nobody looked: a page may have been made within
    // it, before the change.
    let mut last = None;
    loop {
        ticks.tick().await;
        let Some(back) = back.upgrade() else { return };
        if sender.receiver_count() == 0 {
            continue;
        }
        // A watch that does not answer is a change as well, once.
        let now = read::<Changes>(&*back, Ask::get("/changes")).await.ok();
        if last.as_ref().is_none_or(|last| *last != now) {
            sender.send_replace(Some(Timestamp::now()));
        }
        last = Some(now);
    }
}

/// `GET /live`: `changed` whenever something has.
pub(crate) async fn live(
    State(app): State<Arc<App>>,
    Query(since): Query<Since>,
) -> Response<Body> {
    let mut seen = app.news.0.subscribe();
    if app.news.0.receiver_count() > LISTENERS {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open.\n");
    }
    if since.misses(*seen.borrow_and_update()) {
        seen.mark_changed();
    }
    let changes = unfold(seen, |mut seen| async {
        let event = match timeout(HEARTBEAT, seen.changed()).await {
            Ok(Ok(())) => changed(),
            Ok(Err(_)) => return None,
            Err(_) => Event::default().comment("still there"),
        };
        Some((Ok::<Event, Infallible>(event), seen))
    });
    let mut response = Sse::new(changes).into_response();
    guarded(&mut response);
    response
}

/// The event of a change. A browser drops an event whose data are empty (HTML, 9.2.6).
fn changed() -> Event {
    Event::default().event("changed").data("changed")
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures_util::stream::iter;

    use super::*;

    #[tokio::test]
    async fn a_change_brings_data_or_no_browser_would_tell_the_page_of_it() {
        let events = iter([Ok::<Event, Infallible>(changed())]);

        let body = Sse::new(events).into_response().into_body();

        let bytes = to_bytes(body, 1_000).await.expect("an event");
        assert_eq!(bytes, "event: changed\ndata: changed\n\n");
    }

    #[test]
    fn a_page_misses_what_was_seen_to_change_after_it_was_made() {
        let at = |second| Timestamp::from_second(second).ok();
        let page = Since { at: "1970-01-01T00:00:10Z".to_owned() };

        assert!(page.misses(at(10)) && page.misses(at(11)));
        assert!(!page.misses(at(9)) && !page.misses(None));
        assert!(!Since::default().misses(at(11)));
    }
}
