//! All of it as one runs it, with something to see on every page: a gateway in front of an origin that
//! fails on demand, monitors on both, a channel, users, a public status page.

use goodgate_lab::browser::{Browser, Tab};
use goodgate_lab::{Held, Workdir};

use super::super::browser::get;
use super::super::faults::Faults;
use super::super::support::{DASHBOARD, Program, gateway, monitor, set_password, user};

/// The processes, and a browser to look at them.
pub(crate) struct Stand {
    pub(crate) origin: Faults,
    pub(crate) program: Program,
    browser: Browser,
}

/// Who may act, and their password.
pub(crate) const ANNA: (&str, &str) = ("anna", "correct-horse");

/// Who may only look.
pub(crate) const BOB: (&str, &str) = ("bob", "battery");

/// What is added to a gateway, a monitor and pages: a second monitor, one that is paused, a channel that
/// nobody answers, a status page.
const MORE: &str = "[[monitor]]\nname = \"shop-db\"\ntcp = \"ORIGIN\"\ninterval = \"1s\"\ntags = [\"shop\"]\n\
    [[monitor]]\nname = \"paused\"\nhttp = \"http://ORIGIN/\"\nenabled = false\n\
    [[channel]]\nname = \"ops\"\nwebhook = { url = \"http://ORIGIN/hook\" }\n\
    [[dashboard.status_page]]\nname = \"shop\"\ntitle = \"The shop\"\nmonitors = [\"shop\"]\npublic = true\n";

impl Stand {
    /// Starts all of it, well, and a browser.
    pub(crate) fn start() -> anyhow::Result<Self> {
        Self::with("")
    }

    /// Starts all of it with further tables in the configuration.
    pub(crate) fn with(more: &str) -> anyhow::Result<Self> {
        let origin = Faults::start();
        let folder = Workdir::new()?;
        for (name, password) in [ANNA, BOB] {
            set_password(&folder, name, password);
        }
        let text = [
            gateway(origin.address),
            monitor(origin.address),
            format!("[reload]\nwatch = false\n{DASHBOARD}"),
            user(ANNA.0, "operator"),
            user(BOB.0, "viewer"),
            MORE.replace("ORIGIN", &origin.address.to_string()),
            more.to_owned(),
        ];
        let program = Program::within(folder, &text.concat(), &[]);
        program.wait_for("is asked on unix:");
        program.wait_for("route / -> app");
        Ok(Self { origin, program, browser: Browser::start()? })
    }

    /// Returns the address of a page.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.program.pages())
    }

    /// Opens an empty tab with cookies of its own.
    pub(crate) fn tab(&self) -> anyhow::Result<Tab> {
        self.browser.tab()
    }

    /// Opens a tab in which somebody has logged in, at the overview.
    pub(crate) fn tab_of(&self, who: (&str, &str)) -> anyhow::Result<Tab> {
        let tab = self.tab()?;
        tab.open(&self.url("/login"))?;
        fill_in(&tab, who)?;
        tab.click("main form button")?;
        tab.wait_for("location.pathname === '/' && document.querySelector('h1')")?;
        Ok(tab)
    }

    /// Makes the origin fail, lets a request through the gateway fail, and waits for the incident.
    /// Returns its number.
    pub(crate) fn break_it(&self, tab: &Tab) -> anyhow::Result<String> {
        self.origin.fail("close_after_request");
        let page = get(self.program.gateway(), "/basket?item=7", &[]);
        anyhow::ensure!(page.status == 502, "{page:?}");
        tab.wait_for("document.querySelector('main a[href^=\"/incidents/\"]')")?;
        let path =
            tab.evaluate("document.querySelector('main a[href^=\"/incidents/\"]').pathname")?;
        let number = path.as_str().and_then(|path| path.strip_prefix("/incidents/"));
        Ok(number.unwrap_or_default().to_owned())
    }
}

/// Fills in the form of the log-in.
pub(crate) fn fill_in(tab: &Tab, (name, password): (&str, &str)) -> Held {
    tab.fill("#name", name)?;
    tab.fill("#password", password)
}

/// Nothing went wrong in the pages of a tab, and nothing was asked of another host.
pub(crate) fn is_clean(stand: &Stand, tab: &Tab) -> Held {
    let errors = tab.errors();
    anyhow::ensure!(errors.is_empty(), "{errors:#?}");
    let own = stand.url("/");
    let foreign: Vec<String> = tab
        .requests()
        .into_iter()
        .filter(|url| !url.starts_with(&own) && !url.starts_with("data:"))
        .collect();
    anyhow::ensure!(foreign.is_empty(), "asked elsewhere: {foreign:#?}");
    Ok(())
}
