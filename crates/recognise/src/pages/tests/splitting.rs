//! Pasted text, split into status line, fields and body.

use super::*;

#[test]
fn verbose_curl_output_is_a_response() {
    let text = "*   Trying 10.0.0.1:80...\n* Connected to app\n> GET / HTTP/1.1\n> Host: app\n>\n< HTTP/1.1 502 Bad Gateway\n< Server: nginx/1.22.1\n< Content-Type: text/html\n<\n<html><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></html>\n* Connection #0 to host app left intact\n";

    let reading = of_text(text);

    assert_eq!(reading.status, Some(502));
    assert_eq!(writer(&reading), Some(Product::Nginx));
}

#[test]
fn the_last_head_of_a_chain_counts() {
    let text = "HTTP/1.1 301 Moved Permanently\nServer: nginx\nLocation: /x\n\nHTTP/2 502\nserver: awselb/2.0\ncontent-length: 122\n\n";

    let reading = of_text(text);

    assert_eq!(reading.status, Some(502));
    assert_eq!(writer(&reading), Some(Product::AwsElb));
}

#[test]
fn a_few_header_lines_are_enough() {
    let reading = of_text("I get this:\n  cf-ray: 8c1f0a2b3c4d5e6f-FRA\n  server: cloudflare\n");

    assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
    assert_eq!(reading.request_ids, [("cf-ray".to_owned(), "8c1f0a2b3c4d5e6f-FRA".to_owned())]);
}

#[test]
fn developer_tools_show_the_status() {
    assert_eq!(of_text("Status Code: 502 Bad Gateway").status, Some(502));
    assert_eq!(of_text(":status: 504\nserver: envoy").status, Some(504));
}

#[test]
fn fields_without_an_empty_line_before_the_page_are_read() {
    let text = format!("HTTP/1.1 502 Bad Gateway\nServer: cloudflare\n{NGINX_502}");

    let reading = of_text(&text);

    assert_eq!(writer(&reading), Some(Product::Nginx));
    assert_eq!(reading.forwarded_by, [Product::Cloudflare]);
}

#[test]
fn lines_of_logs_are_no_page() {
    for text in [
        "[proxy:error] [pid 7] AH00898: DNS lookup failure for: app returned by /x",
        "[proxy:error] [pid 7] AH00898: Error reading from remote server returned by /x",
        "Error: write EPROTO code: 'ERR_SSL_WRONG_VERSION_NUMBER'",
        "connect() failed (111: Connection refused) while connecting to upstream, request: \"GET / HTTP/1.1\"",
        "127.0.0.1 - - [23/Nov/2026:01:58:30 +0000] \"GET /f HTTP/1.1\" 502 157 \"-\" \"lab\"",
    ] {
        assert_eq!(read_text(text), None, "{text}");
    }
}

#[test]
fn ordinary_text_is_no_page() {
    for text in ["", "hello", "please help: my site is slow", "note: buy milk\ntodo: sleep"] {
        assert_eq!(read_text(text), None, "{text}");
    }
}

#[test]
fn the_host_of_a_failed_lookup_is_kept() {
    let reading = of_text(
        "The proxy server could not handle the request Reason: DNS lookup failure for: app.internal",
    );

    assert!(mark(&reading, Sign::DnsFailed).detail.contains(&("host", "app.internal".to_owned())));
}
