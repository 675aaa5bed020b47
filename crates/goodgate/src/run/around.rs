//! What a process that runs a part of the configuration has around it.

use std::sync::Arc;

use anyhow::Context as _;

use super::say::Say;
use super::service::Service;
use super::upgrade::Program;
use super::upward::Upward;
use crate::configuration::Part;

/// What a process has around it.
pub(super) struct Around {
    /// Who is talked to.
    pub(super) say: Say,
    /// Who is told how it is.
    pub(super) service: Arc<Service>,
    /// The parent that runs the other parts, if there is one.
    pub(super) parent: Option<Upward>,
    /// How the process was started.
    pub(super) program: Program,
}

impl Around {
    /// Finds it in the environment. A process that runs only one part may have a parent.
    pub(super) fn find(say: Say, only: Option<Part>) -> anyhow::Result<Self> {
        let program = Program::of_this_process();
        let parent = match only {
            Some(_) => {
                Upward::find().context("reach the process that started it (GOODGATE_PARENT)")?
            }
            None => None,
        };
        let service = match &parent {
            Some(parent) => Service::of_parent(parent.again().context("reach the parent")?),
            None => Service::find().context("reach the service manager (NOTIFY_SOCKET)")?,
        };
        Ok(Self { say, service: Arc::new(service), parent, program })
    }
}
