//! Causes as their ids in what is kept. One that is not in the catalogue any more is none.

use goodgate_causes::catalogue;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::incident::CANNOT_MEASURE;

/// The id of a cause, where one is known. The name keeps serde from borrowing it of what is read.
pub(crate) type Known = Option<&'static str>;

#[expect(clippy::ref_option_ref, reason = "the form that serde calls")]
pub(crate) fn serialize<S: Serializer>(
    cause: &Option<&'static str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    cause.serialize(serializer)
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(
    deserializer: D,
) -> Result<Option<&'static str>, D::Error> {
    let id = Option::<String>::deserialize(deserializer)?;
    Ok(id.and_then(|id| match id.as_str() {
        CANNOT_MEASURE => Some(CANNOT_MEASURE),
        id => catalogue::find(id).map(|cause| cause.id),
    }))
}
