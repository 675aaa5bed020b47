//! Heartbeats: jobs say that they have done their work.

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use goodgate_door::{Object, Peer, ok};

use super::refusal::Answer;
use super::{Panel, within};

/// `GET`, `HEAD` and `POST /beat/NAME`: whatever a job can send.
pub(super) async fn beat(
    State(panel): State<Arc<Panel>>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    request: Request,
) -> Answer {
    let at = (panel.calendar)();
    // Whether there is such a monitor is told only to those who may call it.
    let found = panel.monitor(&name).await;
    let source = found.as_ref().ok().and_then(|view| panel.token(&view.id));
    let token = match source {
        None => None,
        Some(source) => {
            let secret = Arc::clone(&panel.secret);
            // It may be in a file, and files may take their time.
            let read = tokio::task::spawn_blocking(move || secret(&source));
            Some(read.await.unwrap_or_else(|_| Err("it could not be read".to_owned())))
        }
    };
    let query = request.uri().query().unwrap_or_default();
    panel.guard.job(peer, query, request.headers(), token)?;
    let id = found?.id;
    within(panel.desk.beat(id.clone(), at)).await?;
    Ok(ok(Object::answer("goodgate.beat/1").with("id", id.to_string()).at("at", at)))
}
