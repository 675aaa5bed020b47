//! A template as it stands in the configuration: text of several lines.

use goodgate_config::{Fault, Text};

use super::super::limits;

/// The text of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// Returns the text.
    pub fn source(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Text for Template {
    const KIND: &'static str = "a template";
    const ALLOWED: &'static str = "a template, with three quotes if it has several lines";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if text.len() > limits::TEMPLATE {
            let what = format!("the template has more than {} bytes", limits::TEMPLATE);
            return Err(Fault::new(what));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(Fault::new("there is a control character in the template"));
        }
        Ok(Self(text.to_owned()))
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

goodgate_config::text!(Template);
