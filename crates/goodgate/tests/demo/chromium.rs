//! What a reader of the demonstration sees who follows its links in a browser.

use anyhow::ensure;
use goodgate_lab::Held;
use goodgate_lab::browser::{Browser, Tab};
use serde_json::{Value, json};

use super::support::{Demo, Signal, text};

goodgate_lab::scenarios! {
    the_pages_show_what_the_demonstration_tells_without_being_loaded_anew: [CHROMIUM],
}

/// Keeps every incident that the page shows from now on, and every one that it shows no more. A page that
/// is loaded anew would have forgotten them.
const WATCHING: &str = "(() => { const shown = window.shown = new Set(), gone = window.gone = new Set(); \
    const look = () => { \
        const now = new Set([...document.querySelectorAll('main a[href^=\"/incidents/\"]')] \
            .map((it) => it.pathname)); \
        for (const it of now) shown.add(it); \
        for (const it of shown) if (!now.has(it)) gone.add(it); \
    }; \
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true }); look(); })()";

fn the_pages_show_what_the_demonstration_tells_without_being_loaded_anew() -> Held {
    let mut demo = Demo::start(&[]);
    let browser = Browser::start()?;
    let started = demo.wait_for("started");
    let overview = browser.tab()?;
    overview.without_timers()?;
    overview.open(text(&started, "/link"))?;
    overview.evaluate(WATCHING)?;
    // Each has a window of its own: a page that nobody sees rests.
    let gateway = browser.tab()?;
    gateway.open(&format!("{}gateway", text(&started, "/link")))?;

    // An incident is opened: it appears by itself.
    let opened = demo.wait_for("opened");
    let path = format!("/incidents/{}", text(&opened, "/data/incident"));
    overview.wait_for(&format!("window.shown && window.shown.has({})", json!(path)))?;
    let incident = browser.tab()?;
    incident.without_timers()?;
    incident.open(text(&opened, "/link"))?;
    incident.evaluate("window.stayed = true")?;
    for name in opened["data"]["monitors"].as_array().into_iter().flatten() {
        incident.wait_for_text(name.as_str().unwrap_or_default())?;
    }

    let page = browser.tab()?;
    absorbed(&gateway, &page, &demo.wait_for("absorbed"), &started)?;
    explained(&page, &demo.wait_for("explained"), &started)?;

    // It is closed: its page and the overview say so by themselves.
    demo.wait_for_one("closed", |event| event["data"]["incident"] == opened["data"]["incident"]);
    incident.wait_for("document.querySelector('h1 .state.resolved')")?;
    ensure!(incident.evaluate("window.stayed")? == true, "the incident was loaded anew");
    overview.wait_for(&format!("window.gone && window.gone.has({})", json!(path)))?;

    for tab in [&overview, &gateway, &incident, &page] {
        ensure!(tab.errors().is_empty(), "{:#?}", tab.errors());
    }
    demo.send(Signal::INT);
    ensure!(demo.end().code() == Some(0), "{:#?}", demo.told());
    Ok(())
}

/// The gateway's page, open all the time, says what was made good; the list of failures and the failure
/// itself say that no client saw it.
fn absorbed(gateway: &Tab, page: &Tab, told: &Value, started: &Value) -> Held {
    let (cause, link) =
        (text(told, "/data/cause"), format!("/causes/{}", text(told, "/data/cause")));
    gateway.wait_for(&format!(
        "[...document.querySelectorAll('#rates ~ table tr')].some((row) => \
         row.querySelector({}) && row.lastElementChild.innerText !== '0/s')",
        json!(format!("a[href='{link}']"))
    ))?;
    page.open(text(told, "/link"))?;
    page.wait_for_text(cause)?;
    page.open(&format!("{}failures?cause={cause}", text(started, "/link")))?;
    let place = format!("/failures/{}", text(told, "/data/failure"));
    page.click(&format!("main a[href='{place}']"))?;
    page.wait_for(&format!("location.pathname === {}", json!(place)))?;
    page.wait_for_text(cause)?;
    ensure!(page.count("ol.attempts > li.down")? > 0, "{}", page.text("main")?);
    ensure!(page.count("ol.attempts > li.up")? > 0, "{}", page.text("main")?);
    Ok(())
}

/// The failure's page names the cause, what was seen and the request; the list of failures has it.
fn explained(page: &Tab, told: &Value, started: &Value) -> Held {
    let (link, cause) = (text(told, "/link"), text(told, "/data/cause"));
    page.open(link)?;
    for wanted in [cause, "/reports", "connection refused"] {
        page.wait_for_text(wanted)?;
    }
    ensure!(page.count(&format!("main a[href='/causes/{cause}']"))? > 0, "{}", page.text("main")?);
    page.open(&format!("{}failures?cause={cause}", text(started, "/link")))?;
    let place = format!("/failures/{}", text(told, "/data/failure"));
    page.wait_for(&format!("document.querySelector({})", json!(format!("a[href='{place}']"))))
}
