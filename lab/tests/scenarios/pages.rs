//! What the pages advise is accepted by the programs they advise it for.

use anyhow::ensure;
use goodgate_lab::snippets::{self, APACHE_CHECK, HAPROXY_CHECK, NGINX_CHECK};
use goodgate_lab::{Held, pages};

goodgate_lab::scenarios! {
    apache_accepts_every_snippet: [APACHE, OPENSSL],
    every_cause_page_has_its_sections: [],
    every_fence_is_closed_and_has_a_language: [],
    haproxy_accepts_every_snippet: [HAPROXY, OPENSSL],
    nginx_accepts_every_snippet: [NGINX, OPENSSL],
}

fn apache_accepts_every_snippet() -> Held {
    snippets::check_all(APACHE_CHECK)
}

fn haproxy_accepts_every_snippet() -> Held {
    snippets::check_all(HAPROXY_CHECK)
}

fn nginx_accepts_every_snippet() -> Held {
    snippets::check_all(NGINX_CHECK)
}

fn every_cause_page_has_its_sections() -> Held {
    let pages = pages::read(pages::CAUSES)?;

    let faults: Vec<String> = pages.iter().flat_map(pages::Page::section_faults).collect();

    ensure!(!pages.is_empty(), "no pages in {}", pages::CAUSES);
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

fn every_fence_is_closed_and_has_a_language() -> Held {
    let mut pages = pages::read(pages::CAUSES)?;
    pages.extend(pages::read(pages::GUIDES)?);

    let faults: Vec<String> = pages.iter().flat_map(pages::Page::fence_faults).collect();

    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}
