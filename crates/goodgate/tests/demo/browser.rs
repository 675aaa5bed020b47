//! The pages during a demonstration, in Debian's Chromium: what is told in the terminal is to be seen
//! there, without loading a page anew.

use anyhow::ensure;
use goodgate_lab::Held;
use goodgate_lab::browser::Browser;

use super::support::{Demo, Signal, text};

goodgate_lab::scenarios! {
    the_pages_show_an_incident_as_it_comes_and_goes_and_what_was_absorbed: [CHROMIUM],
}

fn the_pages_show_an_incident_as_it_comes_and_goes_and_what_was_absorbed() -> Held {
    let browser = Browser::start()?;
    let overview = browser.tab()?;
    let mut demo = Demo::start(&[]);
    let started = demo.wait_for("started");
    let pages = text(&started, "/data/dashboard");
    overview.open(&format!("{pages}/"))?;
    // A page that is loaded anew would not know this.
    overview.evaluate("window.stayed = true")?;

    let opened = demo.wait_for("opened");
    let number = text(&opened, "/data/incident");
    let link = format!("main a[href='/incidents/{number}']");
    overview.wait_for(&format!("document.querySelector(\"{link}\")"))?;
    ensure!(overview.evaluate("window.stayed")? == true, "the overview was loaded anew");

    let incident = browser.tab_beside(&overview)?;
    incident.open(text(&opened, "/link"))?;
    incident.wait_for_text("Verdict")?;
    incident.evaluate("window.stayed = true")?;

    let gateway = browser.tab_beside(&overview)?;
    let absorbed = demo.wait_for("absorbed");
    gateway.open(text(&absorbed, "/link"))?;
    gateway.wait_for_text(text(&absorbed, "/data/cause"))?;

    let explained = demo.wait_for("explained");
    gateway.open(text(&explained, "/link"))?;
    gateway.wait_for_text(text(&explained, "/data/cause"))?;

    demo.wait_for("closed");
    incident
        .wait_for("document.querySelector('h1').innerText.toLowerCase().includes('resolved')")?;
    ensure!(incident.evaluate("window.stayed")? == true, "the incident was loaded anew");
    for tab in [&overview, &incident, &gateway] {
        ensure!(tab.errors().is_empty(), "{:#?}", tab.errors());
    }
    demo.send(Signal::INT);
    ensure!(demo.end().success(), "it failed");
    Ok(())
}
