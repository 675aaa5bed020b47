//! Whom the dashboard asks: the watch and the gateway of its file, as the file says it at the moment.

use std::sync::{Arc, PoisonError, RwLock};

use goodgate_dashboard::back::{Answer, Ask, BOUNDS, Back, Boxed, Missing, Nobody, Somebody};
use goodgate_door::client::{Client, Place};

use crate::configuration::Shown;
use crate::run::admin::AdminAt;

/// Somebody who is asked, and who may be at another place after a reload.
pub(super) struct Asked(RwLock<Arc<dyn Back>>);

impl Asked {
    /// Begins with one.
    pub(super) fn new(back: Arc<dyn Back>) -> Self {
        Self(RwLock::new(back))
    }

    /// Asks another one from now on.
    pub(super) fn follow(&self, back: Arc<dyn Back>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = back;
    }
}

impl Back for Asked {
    fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
        let back = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async move { back.ask(ask).await })
    }
}

/// Returns the watch that is asked.
pub(super) fn watch(shown: &Shown) -> Arc<dyn Back> {
    match &shown.watch {
        Some(socket) => {
            let place = Place::Unix(socket.clone());
            let client = Client { place, token: None, bounds: BOUNDS };
            Arc::new(Somebody { who: "the watch", client })
        }
        None => Arc::new(Nobody(
            "Nothing is watched: goodgate.toml has no [[monitor]] and no [[channel]].",
        )),
    }
}

/// Returns the gateway that is asked.
pub(crate) fn gateway(shown: &Shown) -> Arc<dyn Back> {
    if !shown.has_gateway {
        return Arc::new(Nobody("There is no gateway: goodgate.toml has no [[listen]]."));
    }
    match AdminAt::of(shown.admin.as_ref()) {
        Ok(admin) => Arc::new(Somebody { who: "the gateway", client: admin.client(BOUNDS) }),
        Err(_) => Arc::new(Nobody(
            "The gateway cannot be asked: [admin] address in goodgate.toml has to be an address with a \
             port, or a unix socket.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_a_reload_another_one_is_asked() {
        let asked = Asked::new(Arc::new(Nobody("one")));

        asked.follow(Arc::new(Nobody("other")));

        assert_eq!(asked.ask(Ask::get("/")).await, Err(Missing::Absent("other")));
    }
}
