//! Tells browsers that something has changed. The watch is asked once a second, however many look, and not
//! at all while nobody does.

use std::convert::Infallible;
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, Sse};
use futures_util::stream::unfold;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::reply::{guarded, plain};
use crate::back::{Ask, Back, read};
use crate::limits::{HEARTBEAT, LISTENERS, LOOK};
use crate::model::Changes;
use crate::running::App;

/// What has changed so far: a number that is another one after each change.
#[derive(Clone, Debug)]
pub(crate) struct News(watch::Sender<u64>);

impl News {
    /// Begins to look. It ends with the value.
    pub(crate) fn start(back: Weak<dyn Back>) -> Self {
        let (sender, _) = watch::channel(0);
        let news = Self(sender.clone());
        tokio::spawn(look(back, sender));
        news
    }
}

async fn look(back: Weak<dyn Back>, sender: watch::Sender<u64>) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut last, mut count) = (None, 0_u64);
    loop {
        ticks.tick().await;
        let Some(back) = back.upgrade() else { return };
        if sender.receiver_count() == 0 {
            last = None;
            continue;
        }
        // A watch that does not answer is a change as well, once.
        let now = read::<Changes>(&*back, Ask::get("/changes")).await.ok();
        if last.as_ref().is_some_and(|last| *last != now) {
            count += 1;
            sender.send_replace(count);
        }
        last = Some(now);
    }
}

/// `GET /live`: `changed` whenever something has.
pub(crate) async fn live(State(app): State<Arc<App>>) -> Response<Body> {
    let mut seen = app.news.0.subscribe();
    if app.news.0.receiver_count() > LISTENERS {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open.\n");
    }
    seen.mark_unchanged();
    let changes = unfold(seen, |mut seen| async {
        let event = match timeout(HEARTBEAT, seen.changed()).await {
            Ok(Ok(())) => Event::default().event("changed").data(""),
            Ok(Err(_)) => return None,
            Err(_) => Event::default().comment("still there"),
        };
        Some((Ok::<Event, Infallible>(event), seen))
    });
    let mut response = Sse::new(changes).into_response();
    guarded(&mut response);
    response
}
