//! What single values cannot show.

use std::collections::BTreeSet;

use goodgate_config::{Fault, Reading, Severity};

use super::Settings;
use crate::limits::NETWORKS;

/// Adds to the reading of a file what is wrong between the keys of the dashboard in it.
pub fn complain<S>(reading: &mut Reading<S>, part: impl Fn(&S) -> &Settings) {
    if !reading.is_toml {
        return;
    }
    for (path, fault) in check(part(&reading.value)) {
        reading.complain(Severity::Error, &path, fault);
    }
}

fn check(settings: &Settings) -> Vec<(String, Fault)> {
    let dashboard = &settings.dashboard;
    let mut found = Vec::new();
    if !dashboard.listen.ip().is_loopback() && dashboard.user.is_empty() {
        let fault = Fault::new("everybody who reaches this address would see everything")
            .hint("name who may log in with [[dashboard.user]], or listen on 127.0.0.1");
        found.push(("dashboard.listen".to_owned(), fault));
    }
    if dashboard.idle > dashboard.session {
        let fault = Fault::new("this is longer than `session`, which ends every session");
        found.push(("dashboard.idle".to_owned(), fault));
    }
    if dashboard.check_private.len() > NETWORKS {
        let fault = Fault::new(format!("more than {NETWORKS} networks are allowed"));
        found.push(("dashboard.check_private".to_owned(), fault));
    }
    let mut names = BTreeSet::new();
    for (index, user) in dashboard.user.iter().enumerate() {
        let name = user.name.as_str();
        // A name that is missing or cannot be one was told already.
        if name.is_empty() {
            continue;
        }
        if !names.insert(name.to_ascii_lowercase()) {
            let fault = Fault::new(format!("somebody else is called {name} already"));
            found.push((format!("dashboard.user[{index}].name"), fault));
        }
        if user.password.is_none() {
            let fault = Fault::new(format!("{name} has no password"))
                .hint("`goodgate password > FILE` makes its hash; then password = \"file:FILE\"");
            found.push((format!("dashboard.user[{index}].password"), fault));
        }
    }
    for (index, page) in dashboard.status_page.iter().enumerate() {
        let name = page.name.as_str();
        let path = |key: &str| format!("dashboard.status_page[{index}].{key}");
        let others = dashboard.status_page.iter().take(index);
        if !name.is_empty() && others.into_iter().any(|other| other.name == page.name) {
            let fault = Fault::new(format!("another status page is called {name} already"));
            found.push((path("name"), fault));
        }
        if page.tags.is_empty() && page.monitors.is_empty() {
            let fault = Fault::new("nothing is shown on this page").hint(
                "tags = [\"shop\"] shows the monitors with one of these tags, monitors = \
                       [\"web\"] single ones",
            );
            found.push((path("tags"), fault));
        }
    }
    let mut names = BTreeSet::new();
    for (index, token) in dashboard.token.iter().enumerate() {
        let name = token.name.as_str();
        if name.is_empty() {
            continue;
        }
        if !names.insert(name.to_ascii_lowercase()) {
            let fault = Fault::new(format!("another token is called {name} already"));
            found.push((format!("dashboard.token[{index}].name"), fault));
        }
        if token.token.is_none() {
            let fault = Fault::new(format!("it is not said where the token {name} is"))
                .hint("`openssl rand -hex 32 > FILE` makes one; then token = \"file:FILE\"");
            found.push((format!("dashboard.token[{index}].token"), fault));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::read;

    fn problems(text: &str) -> String {
        read("goodgate.toml", text.as_bytes(), Path::new("/")).render()
    }

    #[test]
    fn beyond_loopback_somebody_has_to_log_in() {
        let open = "[dashboard]\nlisten = \"0.0.0.0:9504\"\n";
        let closed =
            format!("{open}[[dashboard.user]]\nname = \"anna\"\npassword = \"env:ANNA\"\n");

        assert!(problems(open).contains("everybody who reaches this address"));
        assert_eq!(problems(&closed), "");
        assert_eq!(problems("[dashboard]\n"), "");
    }

    #[test]
    fn a_user_has_a_name_of_their_own_and_a_password() {
        let two = "[[dashboard.user]]\nname = \"anna\"\npassword = \"env:A\"\n\
                   [[dashboard.user]]\nname = \"Anna\"\npassword = \"env:B\"\n";

        assert!(problems(two).contains("already"));
        assert!(problems("[[dashboard.user]]\nname = \"bob\"\n").contains("no password"));
    }

    #[test]
    fn a_session_is_idle_for_no_longer_than_it_lasts() {
        assert!(problems("[dashboard]\nsession = \"1h\"\nidle = \"2h\"\n").contains("longer"));
    }
}
