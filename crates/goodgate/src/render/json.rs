//! The JSON contract that every command with a verdict shares.

use goodgate_causes::Assessment;
use goodgate_evidence::text::neutralise;
use serde_json::{Map, Value, json};

/// Returns the keys `verdict`, `also` and `evidence` of an assessment, with text from outside made
/// harmless.
pub(crate) fn assessment(assessment: &Assessment) -> Map<String, Value> {
    match serde_json::to_value(assessment) {
        Ok(Value::Object(mut fields)) => {
            fields.values_mut().for_each(harmless);
            fields
        }
        // The types hold nothing that JSON cannot express; an empty answer would still be valid.
        _ => Map::new(),
    }
}

/// Returns names and values, each as an object.
pub(crate) fn pairs(pairs: &[(String, String)]) -> Value {
    let pair = |(name, value): &(String, String)| json!({ "name": name, "value": value });
    Value::Array(pairs.iter().map(pair).collect())
}

/// Makes every string in a value harmless for a terminal.
pub(crate) fn harmless(value: &mut Value) {
    match value {
        Value::String(text) => *text = neutralise(text),
        Value::Array(values) => values.iter_mut().for_each(harmless),
        Value::Object(fields) => fields.values_mut().for_each(harmless),
        _ => {}
    }
}
