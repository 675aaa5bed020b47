//! What the file and the store know of single monitors.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use goodgate_config::SecretSource;
use goodgate_door::{Object, ok};
use goodgate_incident::MonitorId;

use super::refusal::Refusal;
use super::{Panel, definition, within};
use crate::desk::MonitorView;
use crate::settings::{Monitor, Slo};

/// What the ids of monitors that were created over the API begin with.
pub(super) const OVER_API: &str = "api/";

impl Panel {
    /// Finds a monitor by its id, or by its name where it was created over the API.
    pub(super) async fn monitor(&self, id: &str) -> Result<MonitorView, Refusal> {
        for id in [Arc::from(id), Arc::from(format!("{OVER_API}{id}"))] {
            if let Some(view) = within(self.desk.monitor(MonitorId(id))).await? {
                return Ok(view);
            }
        }
        Err(no_monitor(id))
    }

    /// Finds the table of a monitor of the file.
    pub(super) fn in_file(&self, id: &str) -> Option<Monitor> {
        self.settings().monitor.iter().find(|monitor| monitor.name.as_str() == id).cloned()
    }

    /// Finds the error budget of a monitor.
    pub(super) async fn slo(&self, id: &MonitorId) -> Result<Option<Slo>, Refusal> {
        if !id.0.starts_with(OVER_API) {
            return Ok(self.in_file(&id.0).and_then(|monitor| monitor.slo));
        }
        let rows = within(self.store.monitors()).await?;
        let row = rows.into_iter().find(|row| row.id == *id);
        Ok(row.and_then(|row| definition::read(&row.definition)).and_then(|monitor| monitor.slo))
    }

    /// Finds where the token of a heartbeat is. One that was created over the API has none.
    pub(super) fn token(&self, id: &MonitorId) -> Option<SecretSource> {
        self.in_file(&id.0).and_then(|monitor| monitor.token)
    }
}

/// The refusal of an id that nothing has.
pub(super) fn no_monitor(id: &str) -> Refusal {
    let id: String = id.chars().take(super::limits::NAME).collect();
    Refusal::missing(format!("No monitor is called {id}; GET /monitors lists them."))
}

/// Returns the id of a monitor that is created or removed by its name.
pub(super) fn id_over_api(name: &str) -> (String, MonitorId) {
    let name = name.strip_prefix(OVER_API).unwrap_or(name).to_owned();
    let id = MonitorId(Arc::from(format!("{OVER_API}{name}")));
    (name, id)
}

/// The answer where little has to be said.
pub(super) fn done(schema: &str, key: &str, value: &str) -> Response<Body> {
    ok(Object::answer(schema).with(key, value))
}
