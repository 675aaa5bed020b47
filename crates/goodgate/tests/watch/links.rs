//! Acknowledgement by the link of a message.

use std::net::SocketAddr;

use anyhow::ensure;
use goodgate_lab::Held;
use goodgate_lab::browser::Browser;

use super::asking::over_tcp;
use super::origin::Origin;
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, asks, hook};

goodgate_lab::scenarios! {
    whoever_opens_the_link_in_a_browser_acknowledges_with_its_button: [CHROMIUM],
}

/// A watch with an open incident, and the link of the message about it.
struct Told {
    watch: Watch,
    listen: SocketAddr,
    link: String,
    _shop: Origin,
}

impl Told {
    fn start() -> Self {
        let (shop, sink) = (Origin::new(), Sink::new());
        let listen = goodgate_lab::port::reserve().expect("a port");
        let text = format!("listen = \"{listen}\"\nurl = \"http://{listen}\"\n")
            + &asks("shop", shop.address, "")
            + &hook("ops", &sink);
        let watch = Watch::new(&text);
        watch.until(&["status"], |status| are_well(status, 1));
        shop.answer(502);
        let told = sink.wait_for("opened");
        let link = told["links"]["acknowledge"].as_str().expect("a link").to_owned();
        watch.until(&["incident", "1"], |file| file["incident"]["state"] == "open");
        Self { watch, listen, link, _shop: shop }
    }
}

fn whoever_opens_the_link_in_a_browser_acknowledges_with_its_button() -> Held {
    let told = Told::start();
    let browser = Browser::start()?;
    let tab = browser.tab()?;

    tab.open(&told.link)?;
    tab.fill("#by", "ann")?;
    tab.click("button")?;
    tab.wait_for_text("ann takes care of it now")?;

    let file = told.watch.json(&["incident", "1"]);
    ensure!(file["incident"]["acknowledged"]["by"] == "ann", "{file:#}");
    Ok(())
}

#[test]
fn the_link_of_a_message_shows_a_page_and_only_its_button_acts() {
    let Told { watch, listen, link, _shop } = Told::start();
    let target = link.strip_prefix(&format!("http://{listen}")).expect("our address");

    let (status, page) = over_tcp(listen, "GET", target);
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("<form method=\"post\">") && page.contains("Incident 1"), "{page}");
    assert_eq!(over_tcp(listen, "HEAD", target).0, 200);
    for forged in forgeries(target) {
        assert_eq!(over_tcp(listen, "POST", &forged).0, 403, "{forged}");
    }
    let file = watch.json(&["incident", "1"]);
    assert_eq!(file["incident"]["state"], "open", "{file:#}");

    let (status, page) = over_tcp(listen, "POST", target);
    assert_eq!(status, 200, "{page}");
    let file = watch.json(&["incident", "1"]);
    assert_eq!(file["incident"]["state"], "acknowledged", "{file:#}");
}

/// The link with another signature, for another incident, for longer, and without a signature.
fn forgeries(target: &str) -> Vec<String> {
    let last = if target.ends_with('A') { "B" } else { "A" };
    let (cut, _) = target.split_at(target.len() - 1);
    let unsigned = target.split("signature=").next().expect("a link").trim_end_matches('&');
    vec![
        format!("{cut}{last}"),
        target.replace("/incident/1/", "/incident/2/"),
        target.replacen("expires=", "expires=9", 1),
        unsigned.to_owned(),
    ]
}

#[test]
fn a_message_leads_to_the_pages_of_its_incident_also_after_a_reload() {
    let (shop, till, sink) = (Origin::new(), Origin::new(), Sink::new());
    let monitors =
        asks("shop", shop.address, "") + &asks("till", till.address, "") + &hook("ops", &sink);
    let pages =
        |host: &str| format!("\n[dashboard]\nlisten = \"127.0.0.1:0\"\nurl = \"https://{host}\"\n");
    let watch = Watch::new(&(monitors.clone() + &pages("watch.example")));
    watch.until(&["status"], |status| are_well(status, 2));

    shop.refuse();
    let told = sink.wait_for("opened");
    assert_eq!(told["links"]["incident"], "https://watch.example/incidents/1");
    assert_eq!(told["links"]["report"], "https://watch.example/incidents/1/report");

    watch.rewrite(&(monitors + &pages("pages.example")));
    watch.signal(rustix::process::Signal::HUP);
    watch.wait_for("reloaded");
    till.refuse();
    let told = sink.wait_within(PATIENCE, "opened", |one| one["monitors"][0] == "till");
    assert_eq!(told["links"]["incident"], "https://pages.example/incidents/2");
}
