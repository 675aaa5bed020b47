//! Secrets, read as the gateway reads them.

use goodgate_config::{Secret, SecretSource};
use goodgate_gateway::settings::secret;

/// Reads a secret; the error is for people and holds none.
pub(super) fn fetch(source: &SecretSource) -> Result<Secret, String> {
    secret(source).map_err(|error| format!("{error:#}"))
}
