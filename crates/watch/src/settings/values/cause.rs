//! Causes, by their ids in the catalogue.

use goodgate_causes::catalogue;
use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text, nearest};

/// The id of a cause that is in the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CauseId(&'static str);

impl CauseId {
    /// Returns the id.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Text for CauseId {
    const KIND: &'static str = "a cause";
    const ALLOWED: &'static str =
        "the id of a cause, such as \"app_pool_exhausted\"; `goodgate explain` lists them";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if let Some(cause) = catalogue::find(text) {
            return Ok(Self(cause.id));
        }
        let shown: String = text.chars().take(60).collect();
        let fault = Fault::new(format!("there is no cause {}", quoted(&shown)));
        Err(match nearest(text, catalogue::ALL.iter().map(|cause| cause.id)) {
            Some(meant) => fault.hint(format!("did you mean \"{meant}\"?")),
            None => fault,
        })
    }

    fn to_text(&self) -> String {
        self.0.to_owned()
    }
}

goodgate_config::text!(CauseId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_causes_of_the_catalogue_are_taken() {
        assert_eq!(CauseId::from_text("connect_refused").unwrap().as_str(), "connect_refused");
        let fault = CauseId::from_text("app_pool_exausted").unwrap_err();
        assert_eq!(fault.hint.as_deref(), Some("did you mean \"app_pool_exhausted\"?"));
        assert!(CauseId::from_text("").is_err());
    }
}
