//! Keeps what a channel does within its time, and its errors from everything else.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::channel::Failure;

/// Runs something of a channel. If it takes longer than `longest` it is ended, if it panics it has failed;
/// dropping the future ends it.
pub(super) async fn guarded<T: Send + 'static>(
    longest: Duration,
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    let mut alone = JoinSet::new();
    alone.spawn(tokio::time::timeout(longest, work));
    match alone.join_next().await {
        Some(Ok(Ok(ended))) => ended,
        Some(Ok(Err(_))) => {
            let what = format!("the channel was ended after {} s", longest.as_secs());
            Err(Failure::later(&what))
        }
        Some(Err(_)) | None => {
            Err(Failure::later("the channel has failed inside, which is an error of goodgate"))
        }
    }
}
