//! What an origin, a client and another site try against whoever looks at the pages.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use anyhow::ensure;
use goodgate_lab::Held;
use serde_json::json;

use super::super::browser::{get, raw};
use super::stand::{ANNA, Stand, fill_in, is_clean};

goodgate_lab::scenarios! {
    what_an_origin_and_a_client_say_stays_text_on_every_page: [CHROMIUM],
    a_form_of_another_site_acts_for_nobody: [CHROMIUM],
    a_cookie_that_was_planted_is_not_the_session_after_the_log_in: [CHROMIUM],
}

/// Would set a mark, or leave an element, wherever it were taken for more than text.
const MARKED: &str = "\"'></title></script><img id=\"hostile\" src=\"x\" onerror=\"window.struck=1\">\
                      <svg id=\"hostile\" onload=\"window.struck=1\"></svg><script>window.struck=1</script>{{7*7}}{% if %}";

/// Whether a text was taken for more than that.
const STRUCK: &str = "Boolean(window.struck || document.querySelector('#hostile') \
                      || [...document.querySelectorAll('script')].some((it) => !it.src))";

fn what_an_origin_and_a_client_say_stays_text_on_every_page() -> Held {
    let hostile = serve(format!(
        "HTTP/1.1 503 {MARKED}\r\nServer: {MARKED}\r\nX-Powered-By: {MARKED}\r\n\
         Content-Type: text/html\r\nConnection: close\r\n\r\n<title>{MARKED}</title>{MARKED}"
    ))?;
    let stand = Stand::with(&format!(
        "[[monitor]]\nname = \"hostile\"\nhttp = \"http://{hostile}/?q=%3Cimg%20id=hostile%3E\"\n\
         interval = \"1s\"\n"
    ))?;
    let tab = stand.tab_of(ANNA)?;
    let number = stand.break_it(&tab)?;
    let path = "/%3Cimg%20id=hostile%20onerror=window.struck=1%3E?q=%22%3E%3Cscript%3E";
    get(stand.program.gateway(), path, &[("user-agent", MARKED), ("x-request-id", MARKED)]);
    note(&stand, &number)?;
    tab.wait_for_text("hostile")?;

    let start = stand.url("/");
    let mut open: Vec<String> =
        ["", "monitors/hostile", "incidents", "failures", "gateway", "settings"]
            .map(|path| format!("{start}{path}"))
            .into();
    let mut looked = Vec::new();
    while let Some(url) = open.pop() {
        tab.open(&url)?;
        ensure!(tab.evaluate(STRUCK)? == false, "{url}: what was said became more than text");
        let links =
            tab.evaluate("[...document.querySelectorAll('main a[href]')].map((it) => it.href)")?;
        looked.push(url);
        // Incidents, evidence, failures: everything that tells of what was said.
        for link in links.as_array().into_iter().flatten().filter_map(|it| it.as_str()) {
            let is_telling = ["incidents/", "failures/"]
                .iter()
                .any(|it| link.starts_with(&format!("{start}{it}")));
            let is_known = looked.iter().chain(&open).any(|known| known == link);
            if is_telling && !is_known && looked.len() + open.len() < 40 {
                open.push(link.to_owned());
            }
        }
    }
    ensure!(looked.iter().any(|url| url.contains("/evidence/")), "{looked:#?}");
    ensure!(looked.iter().any(|url| url.contains("/failures/")), "{looked:#?}");
    is_clean(&stand, &tab)
}

/// Writes a note that is no text to a browser, by the form as programs send it.
fn note(stand: &Stand, number: &str) -> Held {
    let tab = stand.tab_of(ANNA)?;
    tab.open(&stand.url(&format!("/incidents/{number}")))?;
    tab.fill("#note", MARKED)?;
    tab.click("form[action$='/notes'] button")?;
    tab.wait_for_text("onerror=")?;
    ensure!(tab.evaluate(STRUCK)? == false, "the note became more than text");
    Ok(())
}

fn a_form_of_another_site_acts_for_nobody() -> Held {
    let stand = Stand::start()?;
    let tab = stand.tab_of(ANNA)?;
    let number = stand.break_it(&tab)?;
    let target = stand.url(&format!("/incidents/{number}/acknowledge"));
    let other = serve(format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n\
         <form method=\"post\" action=\"{target}\"><input name=\"key\" value=\"guessed\"><button>Win</button></form>\
         <iframe src=\"{target}\"></iframe>"
    ))?;

    // Another port is another origin of the same site, so that even a cookie of this site alone is sent.
    tab.open(&format!("http://{other}/"))?;
    tab.click("button")?;
    tab.wait_for_text("This was sent by a page of another site.")?;
    tab.open(&stand.url(&format!("/incidents/{number}")))?;
    ensure!(tab.text("main")?.contains("Nobody takes care of it yet"), "{}", tab.text("main")?);

    // From another site the browser sends no cookie at all.
    let foreign = format!("http://localhost:{}/", other.port());
    tab.open(&foreign)?;
    tab.click("button")?;
    tab.wait_for_text("Nothing was changed")?;
    tab.open(&stand.url(&format!("/incidents/{number}")))?;
    ensure!(tab.text("main")?.contains("Nobody takes care of it yet"), "{}", tab.text("main")?);
    Ok(())
}

fn a_cookie_that_was_planted_is_not_the_session_after_the_log_in() -> Held {
    let stand = Stand::start()?;
    let tab = stand.tab()?;
    let planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    tab.plant_cookie(&stand.url("/"), "goodgate", planted)?;

    tab.open(&stand.url("/login"))?;
    fill_in(&tab, ANNA)?;
    tab.click("main form button")?;
    tab.wait_for("location.pathname === '/'")?;

    let cookies = tab.cookies(&stand.url("/"))?;
    ensure!(cookies.len() == 1 && !cookies[0].contains(planted), "{cookies:?}");
    let seen = tab.evaluate("document.cookie")?;
    ensure!(seen == json!(""), "a script sees the session: {seen}");
    let page = get(stand.program.pages(), "/", &[("cookie", &format!("goodgate={planted}"))]);
    ensure!(page.status == 303, "{page:?}");
    // What two heads in one would smuggle past a gateway is refused whole.
    let smuggled = format!(
        "POST /login HTTP/1.1\r\nhost: {}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n\
         GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n",
        stand.program.pages()
    );
    ensure!(raw(stand.program.pages(), smuggled.as_bytes()).head.matches("HTTP/1.1 ").count() <= 1);
    Ok(())
}

/// Answers every request so, until the test ends.
fn serve(answer: String) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut room = [0; 4096];
            // Heads of a browser come in one piece; whatever they say, the answer is the same.
            if stream.read(&mut room).is_err() {
                continue;
            }
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    Ok(address)
}
