//! Questions to the admin listener, one at a time.

use goodgate_door::client::{Bounds, Client};

use super::process::Missed;
use crate::source::limits::{ANSWER, BODY};

/// What an answer of the gateway may cost.
pub const BOUNDS: Bounds = Bounds { time: ANSWER, body: BODY };

/// The admin listener of a gateway.
#[derive(Clone, Debug)]
pub struct Admin(pub Client);

impl Admin {
    /// Asks for a path and returns the body of the answer.
    ///
    /// # Errors
    ///
    /// [`Missed`]: nobody answers, or not with 200.
    pub async fn get(&self, path: &str) -> Result<Vec<u8>, Missed> {
        let answer = self.0.get(path).await?;
        match answer.status {
            200 => Ok(answer.body),
            status @ (401 | 403 | 421) => Err(Missed::Denied(status)),
            _ => Err(Missed::Strange("its status is not 200")),
        }
    }
}
