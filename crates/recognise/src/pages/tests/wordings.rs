//! Wordings that people paste.

use super::*;

#[test]
fn every_way_to_say_502_gives_the_status() {
    let wordings = [
        "502 Bad Gateway",
        "502 Service Temporarily Overloaded error",
        "Error 502",
        "Temporary Error (502)",
        "502 Proxy Error",
        "502 Server Error: The server encountered a temporary error and could not complete your request",
        "HTTP 502",
        "502. That’s an error",
        "502. That's an error",
        "Bad Gateway: The proxy server received an invalid response from an upstream server",
        "HTTP Error 502 - Bad Gateway",
        "502 Bad Gateway Error",
        "Bad Gateway",
        "Proxy Error",
        "Fehler 502",
        "Erreur 502",
        "502 Mauvaise passerelle",
        "Error 502: puerta de enlace incorrecta",
        "Erro 502",
        "Errore 502",
        "Fout 502",
        "Błąd 502",
        "Ошибка 502: плохой шлюз",
        "502エラー",
        "不正なゲートウェイ",
        "502 错误网关",
    ];
    for wording in wordings {
        let reading = read_text(wording);

        assert_eq!(reading.and_then(|reading| reading.status), Some(502), "{wording}");
    }
}

#[test]
fn hints_name_their_product() {
    let hints = [
        ("502 Proxy Error", Product::Apache),
        ("502. That’s an error", Product::GoogleFrontEnd),
        (
            "502 Server Error: The server encountered a temporary error and could not complete your request",
            Product::GcpLb,
        ),
        ("Temporary Error (502)", Product::GoogleFrontEnd),
        (
            "502 - Web server received an invalid response while acting as a gateway or proxy server.",
            Product::Iis,
        ),
        ("Over capacity", Product::Twitter),
    ];
    for (wording, product) in hints {
        assert_eq!(writer(&of_text(wording)), Some(product), "{wording}");
    }
}

#[test]
fn a_bare_bad_gateway_names_nobody() {
    assert_eq!(writer(&of_text("502 Bad Gateway")), None);
}

#[test]
fn numbers_that_are_no_status_stay_numbers() {
    for text in ["listening on port 502", "took 502 ms", "line 502: syntax", "id 15021", "a_502_b"]
    {
        assert_eq!(read_text(text), None, "{text}");
    }
}

#[test]
fn a_given_status_outranks_the_text() {
    assert_eq!(of_head(503, &[], "Error 502").status, Some(503));
}

#[test]
fn a_maintenance_page_is_one() {
    assert!(has(&of_head(503, &[], "<h1>We are down for maintenance</h1>"), Sign::MaintenancePage));
}
