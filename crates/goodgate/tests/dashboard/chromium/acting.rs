//! Operators at work: what they see without doing anything, and what they do about it.

use anyhow::ensure;
use goodgate_lab::Held;
use goodgate_lab::browser::Tab;

use super::stand::{ANNA, Stand, is_clean};

goodgate_lab::scenarios! {
    an_incident_appears_by_itself_is_acknowledged_and_noted_and_one_logs_out: [CHROMIUM],
    without_scripts_one_logs_in_acknowledges_notes_and_logs_out: [CHROMIUM],
}

fn an_incident_appears_by_itself_is_acknowledged_and_noted_and_one_logs_out() -> Held {
    let stand = Stand::start()?;
    let tab = stand.tab_of(ANNA)?;
    tab.without_timers()?;
    tab.open(&stand.url("/"))?;
    tab.wait_for_text("Everything works")?;
    // A page that is loaded anew would not know this.
    tab.evaluate("window.stayed = true")?;

    let number = stand.break_it(&tab)?;

    ensure!(tab.evaluate("window.stayed")? == true, "the page was loaded anew");
    tab.click(&format!("main a[href='/incidents/{number}']"))?;
    tab.wait_for(&format!("location.pathname === '/incidents/{number}'"))?;
    works_it(&tab)?;
    tab.evaluate("window.stayed = true")?;
    stand.origin.be_well();
    tab.wait_for("document.querySelector('.events').innerText.includes('shop is well')")?;
    ensure!(tab.evaluate("window.stayed")? == true, "the page was loaded anew");
    leaves(&tab)?;
    is_clean(&stand, &tab)
}

fn without_scripts_one_logs_in_acknowledges_notes_and_logs_out() -> Held {
    let stand = Stand::start()?;
    let watching = stand.tab_of(ANNA)?;
    let number = stand.break_it(&watching)?;
    let tab = stand.tab()?;
    tab.scripts(false)?;

    // Who is not logged in is led to the log-in, and from there to where they wanted to go.
    tab.open(&stand.url(&format!("/incidents/{number}")))?;
    tab.wait_for("location.pathname === '/login'")?;
    super::stand::fill_in(&tab, ANNA)?;
    tab.click("main form button")?;
    tab.wait_for(&format!("location.pathname === '/incidents/{number}'"))?;
    works_it(&tab)?;
    leaves(&tab)?;
    is_clean(&stand, &tab)
}

/// Acknowledges the incident whose page is open, and writes a note.
fn works_it(tab: &Tab) -> Held {
    tab.click("form[action$='/acknowledge'] button")?;
    tab.wait_for_text("anna takes care of it")?;
    tab.fill("#note", "the pool\nwas empty")?;
    tab.click("form[action$='/notes'] button")?;
    tab.wait_for("document.querySelector('.events').innerText.includes('was empty')")?;
    ensure!(tab.text(".events")?.contains("by anna"), "{}", tab.text(".events")?);
    Ok(())
}

/// Logs out: the page asks for a log-in again, and so does every other one.
fn leaves(tab: &Tab) -> Held {
    tab.click("form[action='/logout'] button")?;
    tab.wait_for("location.pathname === '/login'")?;
    Ok(())
}
