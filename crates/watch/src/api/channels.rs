//! Trying a channel.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use goodgate_door::{Object, ok};
use tokio::time::timeout;

use super::refusal::{Answer, Refusal};
use super::{Panel, limits};

/// `POST /channels/NAME/test`.
pub(super) async fn test(State(panel): State<Arc<Panel>>, Path(name): Path<String>) -> Answer {
    let settings = panel.settings();
    let names: Vec<&str> = settings.channel.iter().map(|channel| channel.name.as_str()).collect();
    if !names.contains(&name.as_str()) {
        let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let error =
            format!("There is no channel of this name in the configuration; there is {there}.");
        return Err(Refusal::missing(error));
    }
    let Ok(tested) = timeout(limits::ANSWER_TIME, panel.tester.test(&name)).await else {
        let error = format!("The channel {name} has not answered for minutes.");
        return Err(Refusal::new(StatusCode::GATEWAY_TIMEOUT, error));
    };
    let body = Object::answer("goodgate.channel_test/1").with("channel", name);
    Ok(ok(match tested {
        Ok(said) => body.with("accepted", true).with("said", said),
        Err(why) => body.with("accepted", false).with("why", why),
    }))
}
