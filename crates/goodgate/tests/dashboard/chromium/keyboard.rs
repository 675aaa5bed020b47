//! People without a mouse: everything can be reached and done with a keyboard, and one sees where one is.

use anyhow::{Context as _, ensure};
use goodgate_lab::Held;
use goodgate_lab::browser::{Key, Tab};
use serde_json::{Value, json};

use super::every_page::Site;
use super::stand::{ANNA, Stand, is_clean};

goodgate_lab::scenarios! {
    an_incident_is_worked_from_the_log_in_to_the_log_out_with_a_keyboard: [CHROMIUM],
    no_page_keeps_the_focus_and_everything_on_it_gets_it_in_order: [CHROMIUM],
    a_page_that_changes_under_somebody_leaves_the_focus_where_it_is: [CHROMIUM],
}

/// Keys after which what is looked for is not on the page.
const KEYS: usize = 200;

/// What can have the focus, in the order of the document.
const STOPS: &str = "[...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex]')] \
    .filter((it) => it.tabIndex >= 0 && !it.disabled && it.type !== 'hidden' && it.checkVisibility() \
    && it.getClientRects().length > 0)";

/// Where the focus is: what has it, whether one sees that, and whether it comes after (4) or before (2) the
/// element that had it last.
const FOCUS: &str = "(() => { const it = document.activeElement, style = getComputedStyle(it); \
    const all = [...it.getClientRects()].map((at) => ({ left: Math.max(at.left, 0), top: Math.max(at.top, 0), \
        right: Math.min(at.right, innerWidth), bottom: Math.min(at.bottom, innerHeight) })); \
    const shown = all.some((at) => { if (at.right <= at.left || at.bottom <= at.top) return false; \
        const hit = document.elementFromPoint((at.left + at.right) / 2, (at.top + at.bottom) / 2); \
        return hit && (it.contains(hit) || hit.contains(it)); }); \
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 \
        || style.boxShadow !== 'none'; \
    const last = window.had; window.had = it; \
    const place = last && last.isConnected && last !== it ? last.compareDocumentPosition(it) : 0; \
    return { none: it === document.body, html: it.outerHTML.slice(0, 160), shown, outlined, \
        after: !place || Boolean(place & 4), before: !place || Boolean(place & 2) }; })()";

/// Presses Tab or Shift+Tab once. One sees where the focus is then, and it is where the order of the
/// document says. False where nothing has it.
fn step(tab: &Tab, key: Key) -> anyhow::Result<bool> {
    tab.press(key)?;
    let at = tab.evaluate(FOCUS)?;
    if at["none"] == true {
        return Ok(false);
    }
    let way = if key == Key::BackTab { "before" } else { "after" };
    for wanted in ["shown", "outlined", way] {
        ensure!(at[wanted] == true, "not {wanted}: {at:#} on {}", tab.address()?);
    }
    Ok(true)
}

/// Presses Tab or Shift+Tab until what a selector finds has the focus.
fn reach(tab: &Tab, key: Key, selector: &str) -> Held {
    for _ in 0..KEYS {
        step(tab, key)?;
        if tab.evaluate(&format!("document.activeElement.matches({})", json!(selector)))? == true {
            return Ok(());
        }
    }
    anyhow::bail!("{selector} is not reached on {}", tab.address()?)
}

/// Goes by the link to the content, which is the first of every page.
fn skip(tab: &Tab) -> Held {
    step(tab, Key::Tab)?;
    let is_first = tab.evaluate("document.activeElement.matches('.skip')")?;
    ensure!(is_first == true, "the first is not the way to the content of {}", tab.address()?);
    tab.press(Key::Enter)?;
    tab.wait_for("location.hash === '#main'")?;
    step(tab, Key::Tab)?;
    let is_within =
        tab.evaluate("document.querySelector('main').contains(document.activeElement)")?;
    ensure!(is_within == true, "not within the content of {}", tab.address()?);
    Ok(())
}

/// Reaches a link beyond the way to the content, and follows it.
fn follow(tab: &Tab, path: &str) -> Held {
    let selector = format!("main a[href='{path}']");
    skip(tab)?;
    if tab.evaluate(&format!("document.activeElement.matches({})", json!(selector)))? != true {
        reach(tab, Key::Tab, &selector)?;
    }
    tab.press(Key::Enter)?;
    tab.wait_for(&format!("location.pathname === {}", json!(path)))
}

fn an_incident_is_worked_from_the_log_in_to_the_log_out_with_a_keyboard() -> Held {
    let stand = Stand::start()?;
    let tab = stand.tab()?;
    tab.open(&stand.url("/login"))?;
    reach(&tab, Key::Tab, "#name")?;
    tab.strike_keys(ANNA.0)?;
    reach(&tab, Key::Tab, "#password")?;
    tab.strike_keys(ANNA.1)?;
    tab.press(Key::Enter)?;
    tab.wait_for("location.pathname === '/' && document.querySelector('h1')")?;
    let number = stand.break_it(&tab)?;
    tab.wait_for("document.querySelector('tr.down a[href=\"/monitors/shop\"]')")?;

    follow(&tab, "/monitors/shop")?;
    let incident = format!("/incidents/{number}");
    tab.wait_for(&format!("document.querySelector('main a[href=\"{incident}\"]')"))?;
    follow(&tab, &incident)?;
    works_it(&tab, &incident)?;
    searches(&tab, &incident)?;

    reach(&tab, Key::BackTab, "form[action='/logout'] button")?;
    tab.press(Key::Enter)?;
    tab.wait_for("location.pathname === '/login'")?;
    is_clean(&stand, &tab)
}

/// Acknowledges the incident, writes a note and opens the report.
fn works_it(tab: &Tab, incident: &str) -> Held {
    reach(tab, Key::Tab, "form[action$='/acknowledge'] button")?;
    tab.press(Key::Space)?;
    tab.wait_for_text("anna takes care of it")?;
    reach(tab, Key::Tab, "#note")?;
    tab.strike_keys("the pool was empty")?;
    reach(tab, Key::Tab, "form[action$='/notes'] button")?;
    tab.press(Key::Enter)?;
    tab.wait_for("document.querySelector('.events').innerText.includes('pool was empty')")?;
    follow(tab, &format!("{incident}/report"))
}

/// Searches by words and by state, from the report on; the arrow keys choose the state.
fn searches(tab: &Tab, incident: &str) -> Held {
    reach(tab, Key::Tab, &format!("nav a[href='{incident}']"))?;
    tab.press(Key::Enter)?;
    tab.wait_for(&format!("location.pathname === {}", json!(incident)))?;
    reach(tab, Key::Tab, "nav a[href='/']")?;
    tab.press(Key::Enter)?;
    tab.wait_for("location.pathname === '/'")?;
    reach(tab, Key::Tab, "#text")?;
    tab.strike_keys("shop-db")?;
    tab.press(Key::Enter)?;
    tab.wait_for("new URL(location).searchParams.get('text') === 'shop-db'")?;
    ensure!(tab.count("table.monitors tbody tr")? == 1, "{}", tab.text("main")?);
    reach(tab, Key::Tab, "#state")?;
    tab.press(Key::Down)?;
    let chosen = tab.evaluate("document.querySelector('#state').value")?;
    ensure!(chosen == "down", "{chosen}");
    reach(tab, Key::Tab, "form[role='search'] button")?;
    tab.press(Key::Space)?;
    tab.wait_for("new URL(location).searchParams.get('state') === 'down'")?;
    // From the end of the form, so that Shift+Tab has a way to go.
    reach(tab, Key::Tab, "form[role='search'] button")
}

fn no_page_keeps_the_focus_and_everything_on_it_gets_it_in_order() -> Held {
    let site = Site::start()?;
    for tab in site.tabs() {
        // A page that is made anew in between would be another one.
        tab.before_pages("delete window.EventSource")?;
    }
    for (tab, url) in site.pages() {
        for width in [360, 1200] {
            tab.viewport(width, 800)?;
            tab.open(&url)?;
            walk(tab).with_context(|| format!("{url} at {width}"))?;
        }
    }
    Ok(())
}

/// Walks over a page with Tab until it leaves it or begins again.
fn walk(tab: &Tab) -> Held {
    let stops = tab.evaluate(&format!("(window.stops = {STOPS}).length"))?;
    let stops = stops.as_u64().context("no number")?;
    ensure!(stops > 0, "nothing can have the focus");
    let mut reached = 0;
    for _ in 0..usize::try_from(stops)? + KEYS {
        // The order is that of the list; after the last one the first one comes again.
        tab.evaluate("window.had = null")?;
        if !step(tab, Key::Tab)? {
            break;
        }
        let at = tab.evaluate("window.stops.indexOf(document.activeElement)")?;
        match at.as_u64() {
            Some(0) if reached > 0 => break,
            Some(at) => {
                ensure!(at == reached, "{}", skipped(tab, reached)?);
                reached += 1;
            }
            // What scrolls and holds nothing else can have it too.
            None => {}
        }
    }
    ensure!(reached == stops, "{}", skipped(tab, reached)?);
    Ok(())
}

fn skipped(tab: &Tab, number: u64) -> anyhow::Result<String> {
    let html = tab
        .evaluate(&format!("(window.stops[{number}] || document.body).outerHTML.slice(0, 200)"))?;
    let at = tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")?;
    Ok(format!("never reached: {html}, the focus is at {at}"))
}

fn a_page_that_changes_under_somebody_leaves_the_focus_where_it_is() -> Held {
    let stand = Stand::start()?;
    let tab = stand.tab_of(ANNA)?;
    let number = stand.break_it(&tab)?;
    tab.without_timers()?;
    tab.open(&stand.url(&format!("/incidents/{number}")))?;
    let other = stand.tab_of(ANNA)?;
    other.open(&stand.url(&format!("/incidents/{number}")))?;

    for (index, selector) in
        ["form[action$='/acknowledge'] button", "form[action$='/notes'] button"].iter().enumerate()
    {
        reach(&tab, Key::Tab, selector)?;
        let words = format!("note number {index}");
        other.fill("#note", &words)?;
        other.click("form[action$='/notes'] button")?;
        tab.wait_for(&format!(
            "document.querySelector('.events').innerText.includes({})",
            json!(words)
        ))?;
        let at: Value = tab.evaluate(FOCUS)?;
        ensure!(at["outlined"] == true, "{at:#}");
        let is_there =
            tab.evaluate(&format!("document.activeElement.matches({})", json!(selector)))?;
        ensure!(is_there == true, "the focus went away from {selector}: {at:#}");
    }
    Ok(())
}
