//! A copy of the store while it is in use.

use std::path::{Component, PathBuf};
use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use goodgate_door::{Object, ok};
use serde::Deserialize;

use super::guard::Right;
use super::refusal::{Answer, Refusal};
use super::{Panel, asked, within};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    file: String,
}

/// `POST /backup`.
pub(super) async fn backup(
    State(panel): State<Arc<Panel>>,
    Extension(right): Extension<Right>,
    request: Request,
) -> Answer {
    if right != Right::Operator {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "Files of this host are written for those on this host only: ask over the unix socket, or \
             run `goodgate backup`.",
        ));
    }
    let wanted: Wanted = asked::body(request.into_body()).await?;
    let file = PathBuf::from(&wanted.file);
    let is_plain = |part| matches!(part, Component::RootDir | Component::Normal(_));
    let fits = file.is_absolute()
        && file.components().all(is_plain)
        && file.file_name().is_some()
        && !wanted.file.ends_with('/')
        && !wanted.file.chars().any(char::is_control);
    if !fits {
        return Err(Refusal::bad("`file` is the whole path of a file, without `..`."));
    }
    let bytes = within(panel.store.backup(file)).await?;
    Ok(ok(Object::answer("goodgate.backup/1").with("file", wanted.file).with("bytes", bytes)))
}
