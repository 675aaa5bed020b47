//! The secret with which links of messages are signed: made once, and kept in the store.

use std::sync::Arc;

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::message::link::hex;
use crate::store::{Change, Store, StoreError};

/// The name under which it is kept.
const NAME: &str = "links/secret";

/// Returns it; makes it where there is none.
///
/// # Errors
///
/// When the store does not give or take it, or the system has no random numbers.
pub(super) async fn of(store: &dyn Store) -> Result<Vec<u8>, StoreError> {
    if let Some(text) = store.memory(NAME).await?.filter(|text| !text.is_empty()) {
        return Ok(text.into_bytes());
    }
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::Database {
        doing: "make a secret",
        why: "the system has no random numbers".to_owned(),
    })?;
    let text = hex(&bytes);
    let change = Change { memory: vec![(NAME.into(), text.clone())], ..Change::default() };
    store.commit_transition(Arc::new(change)).await?;
    Ok(text.into_bytes())
}
