//! Those who may log in, as the file names them.

use std::collections::BTreeMap;
use std::sync::Arc;

use goodgate_config::{Secret, SecretSource};

use super::password::Hash;
use crate::settings::{self, Role};

/// Somebody whom the file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Their name, as it is written.
    pub name: Arc<str>,
    /// What they may do.
    pub role: Role,
    /// The hash of their password.
    pub hash: Hash,
}

/// Everybody who may log in.
#[derive(Clone, Debug, Default)]
pub struct Users(pub(super) BTreeMap<String, Known>);

impl Users {
    /// Reads the hashes. Returns also who cannot log in since theirs cannot be had, with the reason.
    pub fn of(
        users: &[settings::User],
        secret: impl Fn(&SecretSource) -> Result<Secret, String>,
    ) -> (Self, Vec<String>) {
        let mut all = BTreeMap::new();
        let mut without = Vec::new();
        for user in users {
            let name = user.name.as_str();
            // The check of the configuration demands one.
            let Some(source) = &user.password else { continue };
            let hash = secret(source)
                .and_then(|secret| Hash::of(&secret).map_err(|error| error.to_string()));
            match hash {
                Ok(hash) => {
                    let known = Known { name: Arc::from(name), role: user.role, hash };
                    all.insert(name.to_ascii_lowercase(), known);
                }
                Err(why) => without.push(format!("{name} cannot log in: {why}")),
            }
        }
        (Self(all), without)
    }

    /// Returns everybody's name and role, and nothing else of them.
    pub fn names(&self) -> impl Iterator<Item = (&str, Role)> {
        self.0.values().map(|known| (&*known.name, known.role))
    }

    /// Finds somebody; the case of letters does not matter.
    pub fn find(&self, name: &str) -> Option<&Known> {
        self.0.get(&name.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::session::hash_of;

    #[test]
    fn who_has_no_hash_cannot_log_in_and_the_others_can() {
        let text = "[[dashboard.user]]\nname = \"Anna\"\nrole = \"operator\"\npassword = \"env:A\"\n\
                    [[dashboard.user]]\nname = \"bob\"\npassword = \"env:B\"\n";
        let read = settings::read("a.toml", text.as_bytes(), Path::new("/"));
        let hash = hash_of("secret").expect("hashed");
        let secret = |source: &SecretSource| match source {
            SecretSource::Environment(name) if name == "A" => Ok(Secret::new(&hash)),
            _ => Ok(Secret::new("hunter2")),
        };

        let (users, without) = Users::of(&read.value.dashboard.user, secret);

        assert_eq!(users.find("ANNA").map(|known| known.role), Some(Role::Operator));
        assert!(users.find("bob").is_none());
        assert_eq!(without.len(), 1);
        assert!(without[0].starts_with("bob cannot log in") && !without[0].contains("hunter2"));
    }
}
