//! Firewalls and caches in front of a site: Imperva, Sucuri, DDoS-Guard, `StackPath`, Edgio, Arvan.

use goodgate_evidence::Product;

use super::fingerprint::When::{Any, Has, Source, Starts, Text};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, STRONG, carried, served, wrote};

const IMPERVA: Product = Product::Imperva;
const SUCURI: Product = Product::Sucuri;

/// They are told by their fields; only some write pages with words of their own.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: &[], more: None };

const CLUES: &[Clue] = &[
    wrote(IMPERVA, CERTAIN, Text("incapsula incident id")),
    wrote(IMPERVA, CERTAIN, Source("/_incapsula_resource")),
    wrote(IMPERVA, STRONG, Text("powered by incapsula")),
    carried(
        IMPERVA,
        Any(&[
            Has("x-cdn", "imperva"),
            Has("x-cdn", "incapsula"),
            Has("x-iinfo", ""),
            Has("set-cookie", "incap_ses_"),
            Has("set-cookie", "visid_incap_"),
        ]),
    ),
    wrote(SUCURI, CERTAIN, Text("sucuri website firewall")),
    served(SUCURI, Starts("server", "sucuri")),
    carried(SUCURI, Any(&[Has("x-sucuri-id", ""), Has("x-sucuri-cache", "")])),
    carried(
        Product::Edgio,
        Any(&[Starts("server", "ecd ("), Starts("server", "ecs ("), Starts("server", "ecacc")]),
    ),
    carried(
        Product::DdosGuard,
        Any(&[Starts("server", "ddos-guard"), Has("set-cookie", "__ddg1")]),
    ),
    wrote(Product::DdosGuard, STRONG, Source("<title>ddos-guard</title>")),
    carried(Product::Arvancloud, Starts("server", "arvancloud")),
    wrote(Product::Stackpath, STRONG, Source("<title>stackpath")),
    carried(Product::Stackpath, Has("x-sp-url", "")),
];
