//! Assertions about JSON, as they are written.

use goodgate_config::{Fault, Text};

use crate::check::json::JsonTest;

impl Text for JsonTest {
    const KIND: &'static str = "an assertion about JSON";
    const ALLOWED: &'static str = "a path, one of == != < <= > >= and a value, such as \"$.queue.length < 100\"; or a path alone";

    fn from_text(text: &str) -> Result<Self, Fault> {
        Self::parse(text).map_err(|error| Fault::new(error.to_string()))
    }

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }
}

goodgate_config::text!(JsonTest);
