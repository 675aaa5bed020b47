//! What is said when a dashboard has started: whom it asks, where it listens, how one gets in.

use goodgate_dashboard::Started;

use crate::configuration::Shown;
use crate::run::admin::AdminAt;
use crate::run::say::Say;

/// Counts those who may log in.
pub(super) fn counts(shown: &Shown) -> String {
    match shown.settings.user.len() {
        0 => "no users".to_owned(),
        1 => "1 user".to_owned(),
        users => format!("{users} users"),
    }
}

/// Says whose answers it shows.
pub(super) fn tell_asked(say: Say, shown: &Shown) {
    match &shown.watch {
        Some(socket) => {
            say.info(&format!("shows what the watch at unix:{} knows", socket.display()));
        }
        None => say.info("shows no watch: the file has no [[monitor]] and no [[channel]]"),
    }
    if shown.has_gateway
        && let Err(why) = AdminAt::of(shown.admin.as_ref())
    {
        say.warning(&format!("the pages of the gateway are empty: {why}"));
    }
}

/// Says where it listens, who cannot log in, and where there are no users how one gets to act. The link is a
/// key, and is told nowhere else.
pub(super) fn tell(say: Say, shown: &Shown, started: &Started) {
    say.info(&format!("people look at http://{}/", started.address));
    for line in &started.without {
        say.error(line);
    }
    if !shown.settings.user.is_empty() {
        return say.info(&format!("{} may log in at {}", counts(shown), started.link));
    }
    tell_link(say, &started.link);
}

/// Says how one gets to act where there are no users.
pub(super) fn tell_link(say: Say, link: &str) {
    say.info(&format!(
        "without [[dashboard.user]] it is for this host alone; to act, open this link, which is a key until \
         this process ends:\n{link}"
    ));
}
