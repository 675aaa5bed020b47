//! What holds for every page: readable by everybody (axe-core finds nothing serious), on a phone, light
//! and dark, without an error, a stopped script or a request to another host.

use anyhow::{Context as _, ensure};
use goodgate_lab::Held;
use goodgate_lab::browser::{Tab, Theme};
use serde_json::Value;

use super::super::browser::get;
use super::axe;
use super::stand::{ANNA, Stand, is_clean};

goodgate_lab::scenarios! {
    every_page_fits_a_phone_and_asks_no_other_host_in_both_themes: [CHROMIUM],
    axe_finds_nothing_serious_on_any_page_in_either_theme: [CHROMIUM],
}

/// A page: its route in the router, and what is opened; `N`, `PIECE` and `FAILURE` stand for what there is.
struct Page {
    route: &'static str,
    path: &'static str,
    /// Who has not logged in sees it.
    is_outside: bool,
}

const fn inside(route: &'static str, path: &'static str) -> Page {
    Page { route, path, is_outside: false }
}

const fn outside(route: &'static str, path: &'static str) -> Page {
    Page { route, path, is_outside: true }
}

/// Every page that a person opens. A page that is added to the router is added here.
const PAGES: &[Page] = &[
    inside("/", "/"),
    inside("/monitors/{*id}", "/monitors/shop"),
    inside("/monitors/{*id}", "/monitors/none"),
    inside("/incidents", "/incidents"),
    inside("/incidents/{number}", "/incidents/N"),
    inside("/incidents/{number}/evidence/{piece}", "/incidents/N/evidence/PIECE"),
    inside("/incidents/{number}/report", "/incidents/N/report"),
    inside("/incidents/{number}/report/{form}", "/incidents/N/report/review"),
    inside("/check", "/check"),
    inside("/explain", "/explain"),
    inside("/gateway", "/gateway"),
    inside("/failures", "/failures"),
    inside("/failures/{id}", "/failures/FAILURE"),
    inside("/causes", "/causes"),
    inside("/causes/{id}", "/causes/connect_refused"),
    inside("/settings", "/settings"),
    outside("/login", "/login"),
    outside("/status", "/status"),
    outside("/status/{name}", "/status/shop"),
    // What answers an error: 404 inside, and a status page that there is not.
    inside("", "/nothing/here"),
    outside("/status/{name}", "/status/none"),
];

/// Routes that give no page to look at: streams, files, data, and forms whose answer is another page.
const NO_PAGES: &[&str] = &[
    "/live",
    "/incidents/{number}/{act}",
    "/gateway/drain",
    "/gateway/undrain",
    "/gateway/reload",
    "/settings/channels/test",
    "/metrics",
    "/api/openapi.json",
    "/api/v1/",
    "/api/v1/{*path}",
    "/assets/{name}",
    "/status/{name}/badge.svg",
    "/status/{name}/feed.xml",
    "/logout",
];

const ROUTER: &str = include_str!("../../../../dashboard/src/router.rs");

#[test]
fn every_route_is_a_page_that_is_looked_at_or_no_page() {
    let routes: Vec<&str> =
        ROUTER.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();

    let is_known =
        |route: &&str| NO_PAGES.contains(route) || PAGES.iter().any(|page| page.route == *route);
    let forgotten: Vec<&&str> = routes.iter().filter(|route| !is_known(route)).collect();
    let gone: Vec<&str> = PAGES
        .iter()
        .map(|page| page.route)
        .chain(NO_PAGES.iter().copied())
        .filter(|route| !route.is_empty() && !routes.contains(route))
        .collect();

    assert!(routes.len() > 20, "{routes:?}");
    assert!(forgotten.is_empty(), "enter these in PAGES or NO_PAGES: {forgotten:?}");
    assert!(gone.is_empty(), "not in the router: {gone:?}");
}

fn every_page_fits_a_phone_and_asks_no_other_host_in_both_themes() -> Held {
    let site = Site::start()?;

    for (tab, url) in site.pages() {
        for theme in [Theme::Light, Theme::Dark] {
            tab.theme(theme)?;
            for width in [360, 1200] {
                tab.viewport(width, 800)?;
                tab.open(&url)?;
                let wide = tab.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
                )?;
                ensure!(wide.as_i64() <= Some(0), "{url} at {width}: {wide} pixels beyond it");
                ensure!(tab.count("h1")? == 1, "{url}: one heading of the page");
                let ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")?;
                ensure!(is_dark(&ground)? == (theme == Theme::Dark), "{url}: {theme:?} {ground}");
            }
        }
        is_clean(&site.stand, tab).with_context(|| url.clone())?;
    }
    Ok(())
}

fn axe_finds_nothing_serious_on_any_page_in_either_theme() -> Held {
    let axe = axe::source()?;
    let site = Site::start()?;

    let mut found = Vec::new();
    for (tab, url) in site.pages() {
        for theme in [Theme::Light, Theme::Dark] {
            tab.theme(theme)?;
            tab.viewport(1200, 900)?;
            tab.open(&url)?;
            let serious = axe::serious(tab, &axe)?;
            found.extend(serious.into_iter().map(|it| format!("{url} {theme:?}: {it}")));
        }
    }

    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Everything with an incident, a piece of evidence and a failure to look at.
pub(super) struct Site {
    stand: Stand,
    anna: Tab,
    guest: Tab,
    number: String,
    piece: String,
    failure: String,
}

impl Site {
    pub(super) fn start() -> anyhow::Result<Self> {
        let stand = Stand::start()?;
        let (anna, guest) = (stand.tab_of(ANNA)?, stand.tab()?);
        let number = stand.break_it(&anna)?;
        let last = |tab: &Tab, path: String, start: &str| -> anyhow::Result<String> {
            tab.open(&stand.url(&path))?;
            let link = format!("document.querySelector('main a[href^=\"{start}\"]')");
            tab.wait_for(&link)?;
            let found = tab.evaluate(&format!("{link}.pathname"))?;
            let path = found.as_str().context("a path")?;
            Ok(path.rsplit('/').next().unwrap_or_default().to_owned())
        };
        let start = format!("/incidents/{number}/evidence/");
        let piece = last(&anna, format!("/incidents/{number}"), &start)?;
        ensure!(get(stand.program.gateway(), "/cart", &[]).status == 502);
        let failure = last(&anna, "/failures".to_owned(), "/failures/")?;
        anna.forget();
        Ok(Self { stand, anna, guest, number, piece, failure })
    }

    /// Returns the tabs in which pages are opened.
    pub(super) fn tabs(&self) -> [&Tab; 2] {
        [&self.anna, &self.guest]
    }

    /// Returns every page with the tab of who opens it.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&Tab, String)> {
        PAGES.iter().map(|page| {
            let path = page.path.replace("/N", &format!("/{}", self.number));
            let path = path.replace("PIECE", &self.piece).replace("FAILURE", &self.failure);
            (if page.is_outside { &self.guest } else { &self.anna }, self.stand.url(&path))
        })
    }
}

/// Whether a colour such as `rgb(16, 20, 24)` is a dark one.
fn is_dark(colour: &Value) -> anyhow::Result<bool> {
    let text = colour.as_str().context("a colour")?;
    let parts = text.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse::<u32>().ok());
    Ok(parts.take(3).sum::<u32>() < 3 * 128)
}
