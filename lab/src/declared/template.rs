//! Filling addresses and paths into the texts of a scenario.

use std::collections::BTreeMap;
use std::path::Path;

use crate::net::wire;

/// The port on which the origin listens where its file says nothing else.
pub const ORIGIN_PORT: u16 = 8080;

/// What stands for `{name}` in a text.
#[derive(Debug)]
pub struct Template {
    values: BTreeMap<String, String>,
}

impl Template {
    /// Makes the values for a scenario in `folder`; `apps` is the folder with shared applications,
    /// `goodgate` the binary.
    pub fn new(folder: &Path, apps: &Path, goodgate: &Path) -> Self {
        let mut values = BTreeMap::new();
        for (name, _) in wire::HOSTS {
            let address = wire::address(name).unwrap_or_default();
            let address6 = wire::address6(name).unwrap_or_default();
            values.insert(format!("{name}_ip"), address);
            values.insert(format!("{name}_ip6"), address6);
        }
        for name in ["origin", "origin2"] {
            let address = wire::address(name).unwrap_or_default();
            values.insert(name.to_owned(), format!("{address}:{ORIGIN_PORT}"));
        }
        values.insert("folder".to_owned(), folder.display().to_string());
        values.insert("apps".to_owned(), apps.display().to_string());
        values.insert("goodgate".to_owned(), goodgate.display().to_string());
        Self { values }
    }

    /// Puts the values in their places. What is no name of a value stays: configurations and
    /// programs have braces of their own.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let value = after.split_once('}').and_then(|(name, rest)| {
                let value = self.values.get(name)?;
                Some((value, rest))
            });
            if let Some((value, after)) = value {
                filled.push_str(value);
                rest = after;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    /// Fills every word.
    pub fn fill_all(&self, words: &[String]) -> Vec<String> {
        words.iter().map(|word| self.fill(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        Template::new(Path::new("/tmp/x"), Path::new("/apps"), Path::new("/bin/goodgate"))
    }

    #[test]
    fn a_known_name_is_filled_in() {
        assert_eq!(
            template().fill("proxy_pass http://{origin};"),
            "proxy_pass http://10.77.0.30:8080;"
        );
    }

    #[test]
    fn braces_of_the_text_stay() {
        assert_eq!(template().fill("if ($a) { return 1; }"), "if ($a) { return 1; }");
    }

    #[test]
    fn a_name_within_braces_is_filled_in() {
        assert_eq!(template().fill("{ root {folder}; }"), "{ root /tmp/x; }");
    }
}
