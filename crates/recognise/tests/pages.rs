//! Error pages as gateways, edges, applications and browsers write them: who wrote each, who only
//! passed it on, and what it shows. Pages are given as `curl -i` prints them or as people copy them.

use goodgate_evidence::{Product, Sign};
use goodgate_recognise::pages::{self, Page, Reading};
use proptest::prelude::*;

/// The page of nginx and its relatives, with a status line, fields and the name below the line.
macro_rules! nginx_page {
    ($status:literal, $fields:literal, $name:literal) => {
        concat!(
            "HTTP/1.1 ",
            $status,
            "\r\n",
            $fields,
            "Content-Type: text/html\r\n\r\n<html>\r\n<head><title>",
            $status,
            "</title></head>\r\n<body>\r\n<center><h1>",
            $status,
            "</h1></center>\r\n<hr><center>",
            $name,
            "</center>\r\n</body>\r\n</html>\r\n"
        )
    };
}

/// One test for each page: the product wrote it.
macro_rules! written_by {
    ($($name:ident: $product:ident, $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(writer($text), Some(Product::$product), "{:#?}", read($text));
            }
        )*
    };
}

/// One test for each text: it gives the sign.
macro_rules! shows {
    ($($name:ident: $sign:ident, $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert!(signs($text).contains(&Sign::$sign), "{:#?}", read($text));
            }
        )*
    };
}

/// One test for each text: it is no page at all.
macro_rules! no_page {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(pages::read_text($text), None);
            }
        )*
    };
}

fn read(text: &str) -> Reading {
    pages::read_text(text).unwrap_or_default()
}

fn writer(text: &str) -> Option<Product> {
    read(text).written_by.map(|maker| maker.product)
}

fn signs(text: &str) -> Vec<Sign> {
    read(text).signs.iter().map(|mark| mark.sign).collect()
}

fn forwarders(text: &str) -> Vec<Product> {
    read(text).forwarded_by
}

const NGINX: &str = nginx_page!(
    "502 Bad Gateway",
    "Server: nginx/1.22.1\r\nContent-Length: 157\r\n",
    "nginx/1.22.1"
);
const HAPROXY_502: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
    content-type: text/html\r\nconnection: close\r\n\r\n<html><body><h1>502 Bad Gateway</h1>\n\
    The server returned an invalid or incomplete response.\n</body></html>\n";
const HAPROXY_503: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\n\
    cache-control: no-cache\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n\
    <html><body><h1>503 Service Unavailable</h1>\n\
    No server is available to handle this request.\n</body></html>\n";
const HAPROXY_504: &str = "HTTP/1.1 504 Gateway Time-out\r\ncontent-length: 92\r\n\
    cache-control: no-cache\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n\
    <html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>\n";
const APACHE_PROXY_ERROR: &str = "HTTP/1.1 502 Proxy Error\r\nDate: Mon, 23 Nov 2026 03:00:00 GMT\r\n\
    Server: Apache/2.4.62 (Debian)\r\nContent-Length: 341\r\nContent-Type: text/html; \
    charset=iso-8859-1\r\n\r\n<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \
    \"http://www.w3.org/TR/html4/strict.dtd\">\n<html><head>\n<title>502 Proxy Error</title>\n\
    </head><body>\n<h1>Proxy Error</h1>\n<p>The proxy server received an invalid\r\n\
    response from an upstream server.<br />\r\nThe proxy server could not handle the \
    request<p>Reason: <strong>Error reading from remote server</strong></p></p>\n</body></html>\n";
const APACHE_503: &str = "HTTP/1.1 503 Service Unavailable\r\nServer: Apache\r\n\
    Content-Type: text/html; charset=iso-8859-1\r\n\r\n<html><head>\n\
    <title>503 Service Unavailable</title>\n</head><body>\n<h1>Service Unavailable</h1>\n\
    <p>The server is temporarily unable to service your\nrequest due to maintenance downtime or \
    capacity\nproblems. Please try again later.</p>\n</body></html>\n";
const ENVOY_REFUSED: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 145\r\n\
    content-type: text/plain\r\nserver: envoy\r\n\r\nupstream connect error or disconnect/reset \
    before headers. reset reason: remote connection failure, transport failure reason: delayed \
    connect error: 111";
const CADDY: &str = "HTTP/1.1 502 Bad Gateway\r\nServer: Caddy\r\n\
    Date: Mon, 23 Nov 2026 03:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
const VARNISH: &str = "HTTP/1.1 503 Backend fetch failed\r\nServer: Varnish\r\nX-Varnish: 32770\r\n\
    Age: 0\r\nVia: 1.1 varnish (Varnish/7.1)\r\nRetry-After: 5\r\n\
    Content-Type: text/html; charset=utf-8\r\n\r\n<!DOCTYPE html>\n<html>\n  <head>\n    \
    <title>503 Backend fetch failed</title>\n  </head>\n  <body>\n    \
    <h1>Error 503 Backend fetch failed</h1>\n    <p>Backend fetch failed</p>\n    \
    <h3>Guru Meditation:</h3>\n    <p>XID: 32771</p>\n    <hr>\n    <p>Varnish cache server</p>\n  \
    </body>\n</html>\n";
const SQUID: &str = "HTTP/1.1 503 Service Unavailable\r\nServer: squid/5.7\r\nMime-Version: 1.0\r\n\
    Content-Type: text/html;charset=utf-8\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n\
    Via: 1.1 lab (squid/5.7)\r\n\r\n<html><head><meta type=\"copyright\" content=\"Copyright (C) \
    1996-2021 The Squid Software Foundation\"><title>ERROR: The requested URL could not be \
    retrieved</title></head><body><p>Connection to <em>127.0.0.1</em> failed.</p>\
    <p>The system returned: <i>(111) Connection refused</i></p></body></html>";
const LIGHTTPD: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n\
    Content-Length: 361\r\nServer: lighttpd/1.4.69\r\n\r\n\
    <?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 \
    Transitional//EN\"\n         \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
    <html>\n <head>\n  <title>503 Service Unavailable</title>\n </head>\n <body>\n  \
    <h1>503 Service Unavailable</h1>\n </body>\n</html>\n";
const AWSELB: &str = "HTTP/1.1 502 Bad Gateway\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\n\
    Content-Length: 122\r\n\r\n<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
const CLOUDFLARE_CARD: &str = "HTTP/1.1 502 Bad Gateway\r\nserver: cloudflare\r\n\
    cf-ray: 8c0a1b2c3d4e5f60-FRA\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<html><head>\
    <title>example.com | 502: Bad gateway</title></head><body><div id=\"cf-wrapper\">\
    <div id=\"cf-error-details\"><h1>Bad gateway Error code 502</h1><div>You Browser Working</div>\
    <div>Frankfurt Cloudflare Working</div><div>example.com Host Error</div>\
    <p>What happened? The web server reported a bad gateway error.</p>\
    <span>Ray ID: <strong>8c0a1b2c3d4e5f60</strong></span>\
    <span>Performance &amp; security by Cloudflare</span></div></div></body></html>";
const CLOUDFLARE_PLAIN: &str = nginx_page!(
    "502 Bad Gateway",
    "Server: cloudflare\r\nCF-RAY: 8c0a1b2c3d4e5f60-FRA\r\n",
    "cloudflare"
);
const GOOGLE_LB: &str = "HTTP/1.1 502 Bad Gateway\r\nVia: 1.1 google\r\n\
    Content-Type: text/html; charset=UTF-8\r\n\r\n<html><head>\n<title>502 Server Error</title>\n\
    </head>\n<body text=#000000 bgcolor=#ffffff>\n<h1>Error: Server Error</h1>\n<h2>The server \
    encountered a temporary error and could not complete your request.<p>Please try again in 30 \
    seconds.</h2>\n<h2></h2>\n</body></html>\n";
const GOOGLE_FRONT_END: &str = "<title>Error 502 (Server Error)!!1</title><p><b>502.</b> \
    <ins>That’s an error.</ins><p>The server encountered a temporary error and could not complete \
    your request.<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>";
const CLOUDFRONT: &str = "HTTP/2 502\r\nserver: CloudFront\r\nx-cache: Error from cloudfront\r\n\
    via: 1.1 4a1b.cloudfront.net (CloudFront)\r\nx-amz-cf-id: abc==\r\n\
    content-type: text/html\r\n\r\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied\
    </TITLE></HEAD><BODY><H1>502 ERROR</H1><H2>The request could not be satisfied.</H2>\
    CloudFront wasn't able to connect to the origin.<PRE>Generated by cloudfront (CloudFront)\n\
    Request ID: abc==</PRE></BODY></HTML>";
const FASTLY: &str = "HTTP/1.1 503 first byte timeout\r\nX-Served-By: cache-dub4332-DUB\r\n\
    Via: 1.1 varnish\r\nContent-Type: text/html\r\n\r\n<html><head><title>503 first byte timeout\
    </title></head><body><h1>Error 503 first byte timeout</h1><p>first byte timeout</p>\
    <h3>Error 54113</h3><p>Details: cache-dub4332-DUB 1762300851 2174292692</p><hr>\
    <p>Varnish cache server</p></body></html>";
const AKAMAI: &str = "HTTP/1.1 503 Service Unavailable\r\nServer: AkamaiGHost\r\n\
    Content-Type: text/html\r\n\r\n<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY>\
    An error occurred while processing your request.<p>\n\
    Reference&#32;&#35;97&#46;a8b1f748&#46;1700000000&#46;1a2b3c\n\
    <P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;97&#46;a8b1f748</P></BODY></HTML>";

// The gateways that people run themselves.
written_by! {
    nginx_page_is_by_nginx: Nginx, NGINX;
    nginx_page_without_version_is_by_nginx: Nginx,
        "<html>\n<head><title>504 Gateway Time-out</title></head>\n<body>\n\
         <center><h1>504 Gateway Time-out</h1></center>\n<hr><center>nginx</center>\n</body></html>";
    old_nginx_page_is_by_nginx: Nginx,
        "<html>\n<head><title>502 Bad Gateway</title></head>\n<body bgcolor=\"white\">\n\
         <center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx/1.10.3</center>\n</body></html>";
    packaged_error_page_is_by_nginx: Nginx,
        "<title>Error</title><h1>An error occurred.</h1><p>Sorry, the page you are looking for is \
         currently unavailable.<br/>Please try again later.</p>\
         <p><em>Faithfully yours, nginx.</em></p>";
    plain_request_to_tls_port_is_answered_by_nginx: Nginx,
        nginx_page!("400 The plain HTTP request was sent to HTTPS port", "Server: nginx\r\n", "nginx");
    openresty_page_is_by_openresty: Openresty,
        nginx_page!("502 Bad Gateway", "Server: openresty\r\n", "openresty");
    tengine_counts_as_nginx: Nginx,
        nginx_page!("502 Bad Gateway", "Server: Tengine\r\n", "tengine");
    default_backend_is_of_ingress_nginx: IngressNginx,
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\ndefault backend - 404";
    invalid_response_message_is_by_kong: Kong,
        "HTTP/1.1 502 Bad Gateway\r\nServer: kong/3.4.0\r\nContent-Type: application/json\r\n\r\n\
         {\"message\":\"An invalid response was received from the upstream server\"}";
    timing_out_message_is_by_kong: Kong,
        "{\"message\":\"The upstream server is timing out\",\"request_id\":\"6f1c2d\"}";
    powered_by_apisix_is_by_apisix: Apisix,
        "HTTP/1.1 502 Bad Gateway\r\nServer: APISIX/3.9.1\r\nContent-Type: text/html\r\n\r\n<html>\r\n\
         <head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
         </center>\r\n<hr><center>openresty</center>\r\n<p><em>Powered by \
         <a href=\"https://apisix.apache.org/\">APISIX</a>.</em></p></body>\r\n</html>\r\n";
    proxy_error_is_by_apache: Apache, APACHE_PROXY_ERROR;
    proxy_error_reason_phrase_is_by_apache: Apache,
        "HTTP/1.1 502 Proxy Error\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n";
    older_proxy_error_is_by_apache: Apache,
        "<h1>Proxy Error</h1><p>The proxy server received an invalid response from an upstream \
         server.<br />The proxy server could not handle the request <em><a href=\"/x\">GET&nbsp;/x\
         </a></em>.<p>Reason: <strong>DNS lookup failure for: app.test</strong></p>";
    temporarily_unable_is_by_apache: Apache, APACHE_503;
    no_timely_response_is_by_apache: Apache,
        "<title>504 Gateway Timeout</title><h1>Gateway Timeout</h1><p>The gateway did not receive a \
         timely response\nfrom the upstream server or application.</p>";
    haproxy_502_is_by_haproxy: Haproxy, HAPROXY_502;
    haproxy_503_is_by_haproxy: Haproxy, HAPROXY_503;
    haproxy_504_is_by_haproxy: Haproxy, HAPROXY_504;
    reset_reason_is_by_envoy: Envoy, ENVOY_REFUSED;
    no_healthy_upstream_is_by_envoy: Envoy,
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 19\r\nserver: istio-envoy\r\n\r\n\
         no healthy upstream";
    upstream_request_timeout_is_by_envoy: Envoy,
        "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 24\r\nserver: envoy\r\n\r\n\
         upstream request timeout";
    proxy_error_field_is_by_linkerd: Linkerd,
        "HTTP/1.1 502 Bad Gateway\r\nl5d-proxy-error: connect timed out after 1s\r\n\
         l5d-proxy-connection: close\r\ncontent-length: 0\r\n\r\n";
    bare_status_text_without_server_is_by_traefik: Traefik,
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Date: Mon, 23 Nov 2026 03:00:00 GMT\r\n\r\nBad Gateway";
    no_available_server_is_by_traefik: Traefik,
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         no available server\n";
    empty_502_under_its_name_is_by_caddy: Caddy, CADDY;
    empty_502_without_server_is_by_a_go_proxy: GoProxy,
        "HTTP/1.1 502 Bad Gateway\r\nDate: Mon, 23 Nov 2026 03:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
    guru_meditation_is_by_varnish: Varnish, VARNISH;
    requested_url_could_not_be_retrieved_is_by_squid: Squid, SQUID;
    description_in_capitals_is_by_traffic_server: Ats,
        "HTTP/1.1 502 Next Hop Connection Failed\r\nServer: ATS/9.1.4\r\nContent-Type: text/html\r\n\
         \r\n<HTML>\n<HEAD>\n<TITLE>Could Not Connect</TITLE>\n</HEAD>\n<BODY BGCOLOR=\"white\">\n\
         <FONT FACE=\"Helvetica,Arial\"><B>\nDescription: Could not connect to the requested server \
         host.\n</B></FONT>\n</BODY></HTML>";
    xhtml_page_is_by_lighttpd: Lighttpd, LIGHTTPD;
    acting_as_a_gateway_is_by_iis: Iis,
        "HTTP/1.1 502 Bad Gateway\r\nServer: Microsoft-IIS/10.0\r\nX-Powered-By: ARR/3.0\r\n\
         Content-Type: text/html\r\n\r\n<title>502 - Web server received an invalid response while \
         acting as a gateway or proxy server.</title><h1>Server Error</h1>";
    detailed_error_is_by_iis: Iis, "<h1>HTTP Error 502.3 - Bad Gateway</h1>";
    start_failure_is_by_iis: Iis,
        "<h1>HTTP Error 502.5 - ANCM Out-Of-Process Startup Failure</h1>";
    empty_and_not_to_be_stored_is_by_pingora: Pingora,
        "HTTP/1.1 502 Bad Gateway\r\nServer: Pingora\r\nContent-Length: 0\r\n\
         Cache-Control: private, no-store\r\n\r\n";
}

// Applications and what they run in.
written_by! {
    http_status_page_is_by_tomcat: Tomcat,
        "<title>HTTP Status 502 – Bad Gateway</title><h1>HTTP Status 502 – Bad Gateway</h1>";
    powered_by_jetty_is_by_jetty: Jetty,
        "<h2>HTTP ERROR 503 Service Unavailable</h2><hr/>Powered by Jetty:// 9.4.54.v20240208<hr/>";
    whitelabel_page_is_by_spring: Spring,
        "<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error, so \
         you are seeing this as a fallback.</p><div>There was an unexpected error (type=Internal \
         Server Error, status=500).</div>";
    json_with_timestamp_and_path_is_by_spring: Spring,
        "{\"timestamp\":\"2026-11-23T03:00:00.000+00:00\",\"status\":503,\
         \"error\":\"Service Unavailable\",\"path\":\"/api/items\"}";
    failed_to_proxy_is_by_a_node_proxy: NodeProxy,
        "HTTP/1.1 504 Gateway Timeout\r\nX-Powered-By: Express\r\nContent-Type: text/plain\r\n\r\n\
         Error occurred while trying to proxy: localhost:3000/api";
    phusion_page_is_by_passenger: Passenger,
        "<h1>We're sorry, but something went wrong.</h1><p>We've been notified about this issue. \
         The issue has been logged for investigation. Please try again later.</p>";
    lowlevel_error_is_by_puma: Puma,
        "An unhandled lowlevel error occurred. The application logs may have details.";
    sorry_page_with_owner_hint_is_by_rails: Rails,
        "<title>We're sorry, but something went wrong (500)</title><h1>We're sorry, but something \
         went wrong.</h1><p>If you are the application owner check the logs for more \
         information.</p>";
    debug_page_is_by_django: Python,
        "<p>You're seeing this error because you have <code>DEBUG = True</code> in your Django \
         settings file.</p>";
    bare_error_of_next_is_by_node: Node,
        "HTTP/1.1 500 Internal Server Error\r\nX-Powered-By: Next.js\r\nContent-Length: 21\r\n\r\n\
         Internal Server Error";
    whoops_page_is_by_php: Php, "<h1>Whoops, looks like something went wrong.</h1>";
    critical_error_is_by_wordpress: Wordpress,
        "<p>There has been a critical error on this website.</p><p><a \
         href=\"https://wordpress.org/documentation/article/faq-troubleshooting/\">Learn more about \
         troubleshooting WordPress.</a></p>";
    no_database_is_by_wordpress: Wordpress, "<h1>Error establishing a database connection</h1>";
    scheduled_maintenance_is_by_wordpress: Wordpress,
        "Briefly unavailable for scheduled maintenance. Check back in a minute.";
}

// Edges, load balancers of clouds, platforms.
written_by! {
    plain_page_is_by_cloudflare: Cloudflare, CLOUDFLARE_PLAIN;
    card_is_by_cloudflare: Cloudflare, CLOUDFLARE_CARD;
    error_1033_is_by_cloudflare: Cloudflare,
        "Error 1033 Ray ID: 8c0a1b2c3d4e5f60 Cloudflare Tunnel error";
    bare_error_code_is_by_cloudflare: Cloudflare,
        "HTTP/1.1 530 \r\nserver: cloudflare\r\nContent-Type: text/plain\r\n\r\nerror code: 1016";
    request_could_not_be_satisfied_is_by_cloudfront: Cloudfront, CLOUDFRONT;
    page_without_line_is_by_the_aws_balancer: AwsElb, AWSELB;
    endpoint_timeout_is_by_the_aws_api_gateway: AwsApiGateway,
        "HTTP/2 504\r\nx-amzn-requestid: 1a2b\r\nx-amz-apigw-id: abc=\r\n\
         content-type: application/json\r\n\r\n{\"message\": \"Endpoint request timed out\"}";
    malformed_lambda_reply_is_by_the_aws_api_gateway: AwsApiGateway,
        "HTTP/2 502\r\nx-amzn-requestid: 1a2b\r\nx-amz-apigw-id: abc=\r\n\
         x-amzn-errortype: InternalServerErrorException\r\ncontent-type: application/json\r\n\r\n\
         {\"message\": \"Internal server error\"}";
    temporary_error_is_by_the_google_balancer: GcpLb, GOOGLE_LB;
    thats_an_error_is_by_a_google_front_end: GoogleFrontEnd, GOOGLE_FRONT_END;
    azure_name_below_the_line_is_by_the_application_gateway: AzureAppGateway,
        nginx_page!(
            "502 Bad Gateway",
            "Server: Microsoft-Azure-Application-Gateway/v2\r\n",
            "Microsoft-Azure-Application-Gateway/v2"
        );
    services_not_available_is_by_front_door: AzureFrontDoor,
        "HTTP/1.1 504 Gateway Timeout\r\nx-azure-ref: 20261123T030000Z\r\n\
         Content-Type: text/html\r\n\r\n<h2>Our services aren't available right now</h2><p>We're \
         working to restore all services as soon as possible. Please check back soon.</p>";
    application_error_face_is_by_app_service: AzureAppService, "<h1>:( Application Error</h1>";
    first_byte_timeout_is_by_fastly: Fastly, FASTLY;
    unknown_domain_is_by_fastly: Fastly,
        "Fastly error: unknown domain: example.com. Please check that this domain has been added to \
         a service.";
    encoded_reference_is_by_akamai: Akamai, AKAMAI;
    incident_id_is_by_imperva: Imperva,
        "<iframe src=\"/_Incapsula_Resource?x=1\">Request unsuccessful. Incapsula incident ID: \
         1234-5678</iframe>";
    website_firewall_is_by_sucuri: Sucuri, "<title>Sucuri WebSite Firewall - Access Denied</title>";
    frame_of_herokucdn_is_by_heroku: Heroku,
        "<title>Application Error</title>\
         <iframe src=\"//www.herokucdn.com/error-pages/application-error.html\"></iframe>";
    error_field_is_by_vercel: Vercel,
        "HTTP/2 504\r\nserver: Vercel\r\nx-vercel-error: FUNCTION_INVOCATION_TIMEOUT\r\n\
         x-vercel-id: cdg1::abc\r\n\r\nAn error occurred with your deployment\n\n\
         FUNCTION_INVOCATION_TIMEOUT\n\ncdg1::abc";
    undecodable_lambda_response_is_by_netlify: Netlify,
        "HTTP/2 502\r\nserver: Netlify\r\nx-nf-request-id: 01ABC\r\n\r\n\
         error decoding lambda response: invalid status code returned from lambda: 0";
    routing_field_is_by_render: Render,
        "HTTP/2 502\r\nrndr-id: abc-123\r\nx-render-routing: no-server\r\n\r\nBad Gateway This \
         service is currently unavailable. Please try again in a few minutes.";
    failed_to_respond_is_by_railway: Railway,
        "HTTP/2 502\r\nserver: railway-edge\r\nx-railway-fallback: true\r\n\
         content-type: application/json\r\n\r\n{\"status\":\"error\",\"code\":502,\
         \"message\":\"Application failed to respond\",\"request_id\":\"abc\"}";
    empty_502_with_its_id_is_by_fly: Fly,
        "HTTP/1.1 502 Bad Gateway\r\nserver: Fly/abc (2026-11-01)\r\nvia: 1.1 fly.io\r\n\
         fly-request-id: 01ABC-fra\r\ncontent-length: 0\r\n\r\n";
    error_number_is_by_ngrok: Ngrok,
        "HTTP/2 502\r\nngrok-error-code: ERR_NGROK_8012\r\ncontent-type: text/html\r\n\r\n\
         <p>ERR_NGROK_8012</p>";
    unicorn_is_by_github: Github,
        "<title>Unicorn! &middot; GitHub</title><p>This page is taking too long to load.</p>";
    over_capacity_is_by_twitter: Twitter, "Twitter is over capacity.";
}

// The same pages as a person copies them from a browser's window.
written_by! {
    copied_nginx_page_is_by_nginx: Nginx, "502 Bad Gateway\n\nnginx/1.18.0 (Ubuntu)\n";
    copied_nginx_page_on_one_line_is_by_nginx: Nginx, "504 Gateway Time-out nginx";
    copied_openresty_page_is_by_openresty: Openresty, "502 Bad Gateway\nopenresty";
    copied_plain_cloudflare_page_is_by_cloudflare: Cloudflare, "502 Bad Gateway\ncloudflare";
    copied_cloudflare_card_is_by_cloudflare: Cloudflare,
        "Bad gateway Error code 502\nVisit cloudflare.com for more information.\n\
         2026-11-23 03:00:00 UTC\nYou\nBrowser\nWorking\nFrankfurt\nCloudflare\nWorking\n\
         example.com\nHost\nError\nWhat happened?\nThe web server reported a bad gateway error.\n\
         Cloudflare Ray ID: 8c0a1b2c3d4e5f60 • Performance & security by Cloudflare";
    copied_haproxy_page_is_by_haproxy: Haproxy,
        "502 Bad Gateway\nThe server returned an invalid or incomplete response.";
    copied_apache_page_is_by_apache: Apache,
        "Proxy Error\nThe proxy server received an invalid response from an upstream server.\nThe \
         proxy server could not handle the request\nReason: Error reading from remote server";
    copied_varnish_page_is_by_varnish: Varnish,
        "Error 503 Backend fetch failed\nBackend fetch failed\nGuru Meditation:\nXID: 32771\n\
         Varnish cache server";
    copied_google_page_is_by_a_google_front_end: GoogleFrontEnd,
        "502. That's an error.\n\nThe server encountered a temporary error and could not complete \
         your request.\n\nPlease try again in 30 seconds. That's all we know.";
    shouted_page_is_read_without_case: Nginx, "502 BAD GATEWAY\nNGINX/1.18.0";
}

// The wordings that people paste instead of a page.
shows! {
    bad_gateway_is_502: Status502, "502 Bad Gateway";
    bad_gateway_without_number_is_502: Status502, "Bad Gateway";
    service_temporarily_overloaded_is_502: Status502, "502 Service Temporarily Overloaded";
    bad_gateway_error_is_502: Status502, "502 Bad Gateway Error";
    error_502_is_502: Status502, "Error 502";
    http_502_is_502: Status502, "HTTP 502";
    http_error_502_is_502: Status502, "HTTP Error 502 - Bad Gateway";
    http_error_502_with_colon_is_502: Status502, "HTTP Error 502: Bad Gateway";
    temporary_error_is_502: Status502, "Temporary Error (502)";
    proxy_error_is_502: Status502, "502 Proxy Error";
    thats_an_error_is_502: Status502, "502. That's an error.";
    typographic_thats_an_error_is_502: Status502, "502. That’s an error.";
    server_error_is_502: Status502,
        "502 Server Error: The server encountered a temporary error and could not complete your \
         request";
    invalid_response_without_number_is_502: Status502,
        "Bad Gateway: The proxy server received an invalid response from an upstream server";
    internal_server_error_is_500: Status500, "500 Internal Server Error";
    service_unavailable_is_503: Status503, "503 Service Unavailable";
    gateway_timeout_is_504: Status504, "504 Gateway Timeout";
    gateway_time_out_is_504: Status504, "504 Gateway Time-out";
    over_capacity_is_503: Status503, "Twitter is over capacity";
    german_is_502: Status502, "502 Fehlerhaftes Gateway";
    french_is_502: Status502, "Erreur 502 Mauvaise passerelle";
    spanish_is_502: Status502, "502 Puerta de enlace incorrecta";
    italian_is_502: Status502, "Errore 502";
    portuguese_is_502: Status502, "Erro 502";
    dutch_is_502: Status502, "Fout 502";
    polish_is_502: Status502, "Błąd 502";
    russian_is_502: Status502, "Ошибка 502 Плохой шлюз";
    japanese_is_502: Status502, "502 不正なゲートウェイ";
    chinese_is_502: Status502, "502 错误网关";
}

written_by! {
    proxy_error_hints_at_apache: Apache, "502 Proxy Error";
    thats_an_error_hints_at_google: GoogleFrontEnd, "502. That’s an error.";
    server_error_hints_at_the_google_balancer: GcpLb,
        "502 Server Error: The server encountered a temporary error and could not complete your \
         request";
    temporary_error_hints_at_google: GoogleFrontEnd, "Temporary Error (502)";
}

#[test]
fn bare_words_hint_at_nobody() {
    assert_eq!(writer("502 Bad Gateway"), None);
}

// What pages say beyond who wrote them.
shows! {
    apache_reason_of_dns_is_read: DnsFailed,
        "Proxy Error The proxy server could not handle the request Reason: DNS lookup failure for: \
         app.test";
    apache_reason_of_tls_is_read: TlsHandshakeFailed,
        "Proxy Error The proxy server could not handle the request Reason: Error during SSL \
         Handshake with remote server";
    apache_reason_of_reading_is_read: EndedBeforeHead, APACHE_PROXY_ERROR;
    haproxy_504_is_a_timeout_of_the_head: HeadTimeout, HAPROXY_504;
    envoy_transport_reason_is_read: ConnectRefused, ENVOY_REFUSED;
    envoy_without_the_time_of_the_upstream_made_it: GatewayMadeError, ENVOY_REFUSED;
    time_of_the_upstream_proves_that_it_answered: UpstreamAnsweredError,
        "HTTP/1.1 503 Service Unavailable\r\nserver: envoy\r\nx-envoy-upstream-service-time: 12\r\n\
         content-type: application/json\r\n\r\n{\"detail\":\"busy\"}";
    page_of_an_application_proves_that_it_answered: UpstreamAnsweredError,
        "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n\
         <h1>Whitelabel Error Page</h1>";
    page_of_the_gateway_is_made_by_it: GatewayMadeError, NGINX;
    squid_errno_is_read: ConnectRefused, SQUID;
    fastly_reason_is_read: HeadTimeout, FASTLY;
    cloudfront_sentence_is_read: ConnectFailed, CLOUDFRONT;
    error_521_is_a_refused_edge: EdgeRefused,
        "example.com | 521: Web server is down. Error code 521. Visit cloudflare.com for more \
         information.";
    error_522_is_a_timed_out_edge: EdgeTimedOut,
        "Error 522 Connection timed out. Performance & security by Cloudflare";
    error_1033_is_a_tunnel_that_is_down: TunnelDown, "Error 1033 Cloudflare Tunnel error";
    card_with_host_error_proves_that_the_origin_answered: UpstreamAnsweredError, CLOUDFLARE_CARD;
    plain_cloudflare_page_is_made_by_the_edge: GatewayMadeError, CLOUDFLARE_PLAIN;
    wordpress_maintenance_is_a_maintenance_page: MaintenancePage,
        "Briefly unavailable for scheduled maintenance. Check back in a minute.";
    wordpress_critical_error_is_a_fatal_error: PhpFatal,
        "There has been a critical error on this website.";
    wordpress_without_database_is_a_failed_dependency: DependencyFailed,
        "Error establishing a database connection";
    age_on_an_error_is_a_cached_error: CachedError,
        "HTTP/1.1 502 Bad Gateway\r\nAge: 37\r\nContent-Type: text/html\r\n\r\nBad Gateway";
    proxy_status_is_read: ConnectRefused,
        "HTTP/1.1 502 Bad Gateway\r\nProxy-Status: lab; error=connection_refused\r\n\r\n";
    redis_banner_is_foreign: ForeignBanner, "-ERR wrong number of arguments for 'get' command\r\n";
    ssh_banner_is_foreign: ForeignBanner, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
    plain_http_on_a_go_tls_port_is_told: PlainHttpToTlsPort,
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    plain_http_on_an_apache_tls_port_is_told: PlainHttpToTlsPort,
        "<p>Your browser sent a request that this server could not understand.<br />Reason: You're \
         speaking plain HTTP to an SSL-enabled server port.</p>";
}

// Signs that the page must not give.
#[test]
fn haproxy_503_does_not_say_that_the_upstream_answered() {
    assert!(!signs(HAPROXY_503).contains(&Sign::UpstreamAnsweredError));
}

#[test]
fn apache_503_is_no_maintenance_page() {
    assert!(!signs(APACHE_503).contains(&Sign::MaintenancePage));
}

#[test]
fn plain_cloudflare_page_does_not_blame_the_origin() {
    assert!(!signs(CLOUDFLARE_PLAIN).contains(&Sign::UpstreamAnsweredError));
}

#[test]
fn card_is_not_made_by_the_edge() {
    assert!(!signs(CLOUDFLARE_CARD).contains(&Sign::GatewayMadeError));
}

#[test]
fn fresh_error_is_not_cached() {
    assert!(!signs(VARNISH).contains(&Sign::CachedError));
}

// Several layers match at once.
const NGINX_BEHIND_CLOUDFLARE: &str = nginx_page!(
    "502 Bad Gateway",
    "server: cloudflare\r\ncf-ray: 8c0a1b2c3d4e5f60-FRA\r\ncf-cache-status: DYNAMIC\r\n",
    "nginx/1.18.0 (Ubuntu)"
);

written_by! {
    body_beats_the_edge_fields: Nginx, NGINX_BEHIND_CLOUDFLARE;
    body_beats_the_server_field: Haproxy,
        "HTTP/1.1 503 Service Unavailable\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n\
         <html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this \
         request.\n</body></html>";
    line_below_the_heading_tells_nginx_from_the_aws_balancer: Nginx,
        nginx_page!("502 Bad Gateway", "Server: awselb/2.0\r\n", "nginx");
    caddy_with_a_body_is_not_the_maker: Spring,
        "HTTP/1.1 502 Bad Gateway\r\nServer: Caddy\r\nContent-Type: text/html\r\n\r\n\
         <h1>Whitelabel Error Page</h1>";
}

#[test]
fn edge_fields_make_a_forwarder() {
    assert_eq!(forwarders(NGINX_BEHIND_CLOUDFLARE), [Product::Cloudflare]);
}

#[test]
fn maker_is_no_forwarder() {
    assert_eq!(forwarders(NGINX), []);
}

#[test]
fn fields_alone_make_forwarders() {
    let text = "server: cloudflare\ncf-ray: 8c0a1b2c3d4e5f60-FRA\nx-amz-cf-id: abc==\n";

    assert_eq!(forwarders(text), [Product::Cloudflare, Product::Cloudfront]);
}

#[test]
fn maker_is_named_with_its_words() {
    let maker = read(NGINX).written_by.unwrap();

    assert!(maker.because.iter().any(|words| words.contains("nginx")), "{maker:?}");
}

#[test]
fn default_page_leaves_hardly_a_doubt() {
    assert!(read(NGINX).written_by.unwrap().confidence > 0.95);
}

#[test]
fn bare_traefik_text_leaves_a_doubt() {
    let text = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\n\
                Bad Gateway";

    assert!(read(text).written_by.unwrap().confidence < 0.9);
}

#[test]
fn request_ids_are_kept() {
    let ids = read(NGINX_BEHIND_CLOUDFLARE).request_ids;

    assert_eq!(ids, [("cf-ray".to_owned(), "8c0a1b2c3d4e5f60-FRA".to_owned())]);
}

#[test]
fn given_status_beats_the_text() {
    let page = Page { status: Some(503), body: "502 Bad Gateway", ..Page::default() };

    assert_eq!(pages::read(&page).status, Some(503));
}

// How text is split.
#[test]
fn answer_of_a_proxy_to_connect_is_skipped() {
    let text = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 502 Bad Gateway\r\n\
                Server: nginx\r\n\r\n";

    assert_eq!(read(text).status, Some(502));
}

#[test]
fn verbose_curl_is_read_like_a_response() {
    let text = "* Connected to lab.test (127.0.0.1) port 80\n> GET / HTTP/1.1\n> Host: lab.test\n>\n\
                < HTTP/1.1 502 Bad Gateway\n< Server: Caddy\n< Content-Length: 0\n<\n\
                * Connection #0 to host lab.test left intact\n";

    assert_eq!(writer(text), Some(Product::Caddy));
}

#[test]
fn status_of_developer_tools_is_read() {
    assert_eq!(read("Status Code: 502 Bad Gateway\nServer: nginx\n").status, Some(502));
}

#[test]
fn script_is_not_shown_to_the_reader() {
    let text = "<html><script>var x = 'no healthy upstream';</script><p>Hello</p></html>";

    assert_eq!(pages::read_text(text), None);
}

#[test]
fn character_references_are_decoded() {
    assert_eq!(writer("&#110;o he&#x61;lthy upstream"), Some(Product::Envoy));
}

// The visitor's side.
written_by! {
    net_err_is_by_a_browser: Browser, "Failed to load resource: net::ERR_CONNECTION_REFUSED";
    curl_error_is_by_curl: Curl, "curl: (52) Empty reply from server";
    hotspot_is_by_a_portal: CaptivePortal, "<title>Hotspot Login</title><form></form>";
    zscaler_is_by_a_portal: CaptivePortal,
        "HTTP/1.1 403 Forbidden\r\nServer: Zscaler/6.2\r\nContent-Type: text/html\r\n\r\nDenied";
    fortiguard_is_by_a_portal: CaptivePortal,
        "<h1>FortiGuard Intrusion Prevention - Access Blocked</h1><h3>Web Page Blocked</h3>";
    umbrella_is_by_a_portal: CaptivePortal,
        "This site is blocked. Sorry, example.com has been blocked by your network administrator. \
         This site was blocked by Cisco Umbrella.";
}

shows! {
    refused_is_the_visitors: ClientRefused,
        "This site can’t be reached\nlab.test refused to connect.\nERR_CONNECTION_REFUSED";
    timed_out_is_the_visitors: ClientConnectTimedOut,
        "lab.test took too long to respond.\nERR_CONNECTION_TIMED_OUT";
    reset_gives_nothing: ClientGotNothing, "The connection was reset.\nERR_CONNECTION_RESET";
    closed_gives_nothing: ClientGotNothing, "ERR_CONNECTION_CLOSED";
    empty_response_gives_nothing: ClientGotNothing,
        "lab.test didn’t send any data.\nERR_EMPTY_RESPONSE";
    unresolved_name_is_the_visitors: ClientDnsFailed, "net::ERR_NAME_NOT_RESOLVED";
    nxdomain_probe_is_the_visitors: ClientDnsFailed, "DNS_PROBE_FINISHED_NXDOMAIN";
    bad_dns_config_is_the_visitors: ClientDnsFailed, "DNS_PROBE_FINISHED_BAD_CONFIG";
    disconnected_is_offline: ClientOffline, "ERR_INTERNET_DISCONNECTED";
    changed_network_is_offline: ClientOffline, "ERR_NETWORK_CHANGED";
    unreachable_address_is_offline: ClientOffline, "ERR_ADDRESS_UNREACHABLE";
    probe_without_internet_is_offline: ClientOffline, "DNS_PROBE_FINISHED_NO_INTERNET";
    failed_proxy_is_the_visitors: ClientProxyFailed, "ERR_PROXY_CONNECTION_FAILED";
    failed_tunnel_is_the_visitors_proxy: ClientProxyFailed, "ERR_TUNNEL_CONNECTION_FAILED";
    blocked_by_client_is_an_extension: ExtensionBlocked, "net::ERR_BLOCKED_BY_CLIENT";
    wrong_coding_is_told: ContentCodingInvalid, "ERR_CONTENT_DECODING_FAILED";
    short_body_is_told: BodyTruncated, "net::ERR_CONTENT_LENGTH_MISMATCH 200 (OK)";
    unfinished_chunks_are_a_short_body: BodyTruncated, "ERR_INCOMPLETE_CHUNKED_ENCODING 200";
    broken_http2_is_told: Http2StreamReset, "net::ERR_HTTP2_PROTOCOL_ERROR";
    invalid_response_is_told: ResponseInvalid, "lab.test sent an invalid response. ERR_INVALID_RESPONSE";
    big_head_is_told: HeadTooLarge, "ERR_RESPONSE_HEADERS_TOO_BIG";
    redirect_loop_is_told: RedirectCycle, "lab.test redirected you too many times. ERR_TOO_MANY_REDIRECTS";
    firefox_refused_is_the_visitors: ClientRefused,
        "Unable to connect\nFirefox can’t establish a connection to the server at lab.test.";
    firefox_timeout_is_the_visitors: ClientConnectTimedOut, "The connection has timed out";
    firefox_name_is_the_visitors: ClientDnsFailed, "Hmm. We’re having trouble finding that site.";
    firefox_reset_gives_nothing: ClientGotNothing,
        "The connection was reset\nThe connection to the server was reset while the page was loading.";
    firefox_proxy_is_the_visitors: ClientProxyFailed, "The proxy server is refusing connections";
    safari_refused_is_the_visitors: ClientRefused,
        "Safari Can’t Connect to the Server\nSafari can’t open the page because Safari can’t \
         connect to the server “lab.test”.";
    safari_dropped_gives_nothing: ClientGotNothing,
        "Safari can't open the page because the server unexpectedly dropped the connection.";
}

#[test]
fn error_of_the_visitor_is_none_of_the_gateway() {
    let signs =
        signs("This site can’t be reached\nlab.test refused to connect.\nERR_CONNECTION_REFUSED");

    assert!(!signs.contains(&Sign::ConnectRefused));
}

shows! {
    curl_6_is_dns: DnsFailed, "curl: (6) Could not resolve host: app.test";
    curl_7_is_refused: ConnectRefused,
        "curl: (7) Failed to connect to 127.0.0.1 port 8000 after 0 ms: Connection refused";
    curl_18_is_a_short_body: BodyTruncated,
        "curl: (18) transfer closed with 10 bytes remaining to read";
    curl_28_is_a_timeout_of_the_head: HeadTimeout,
        "curl: (28) Operation timed out after 5001 milliseconds with 0 bytes received";
    curl_35_is_tls: TlsNotTls,
        "curl: (35) error:0A00010B:SSL routines::wrong version number";
    curl_52_is_closed: ClosedBeforeHead, "curl: (52) Empty reply from server";
    curl_56_is_reset: ResetBeforeHead, "curl: (56) Recv failure: Connection reset by peer";
    curl_60_expired_is_told: TlsCertExpired,
        "curl: (60) SSL certificate problem: certificate has expired";
    curl_60_self_signed_is_told: TlsCertUntrusted,
        "curl: (60) SSL certificate problem: self-signed certificate";
    curl_60_other_name_is_told: TlsCertNameMismatch,
        "curl: (60) SSL: no alternative certificate subject name matches target host name 'lab.test'";
    curl_61_is_a_coding: ContentCodingInvalid,
        "curl: (61) Error while processing content unencoding: incorrect header check";
    curl_92_is_a_stream: Http2StreamReset,
        "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)";
}

#[test]
fn curl_error_names_its_tool() {
    let reading = read("curl: (52) Empty reply from server");

    let mark = reading.signs.iter().find(|mark| mark.sign == Sign::ClosedBeforeHead).unwrap();
    assert!(mark.detail.contains(&("tool", "curl".to_owned())));
}

// Log lines, prose and configurations are no pages.
no_page! {
    nothing_is_no_page: "";
    blank_lines_are_no_page: "\r\n \n\t\n";
    prose_is_no_page: "The site is slow since Monday.";
    number_alone_is_no_page: "502";
    access_line_of_nginx_is_no_page:
        "10.0.0.9 - - [23/Nov/2026:03:00:00 +0000] \"GET / HTTP/1.1\" 502 157 \"-\" \"curl/7.88.1\"";
    error_line_of_nginx_is_no_page:
        "2026/11/23 03:00:00 [error] 12#12: *1 connect() failed (111: Connection refused) while \
         connecting to upstream, client: 10.0.0.9, server: lab.test, request: \"GET / HTTP/1.1\", \
         upstream: \"http://127.0.0.1:8000/\", host: \"lab.test\"";
    wrapped_error_line_is_no_head:
        "2026/11/23 03:00:00 [error] 12#12: *1 connect() failed (111: Connection refused) while\n\
         connecting to upstream, client: 10.0.0.9,\n\
         server: lab.test, request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:8000/\"";
    log_of_haproxy_is_no_page:
        "Nov 23 03:00:00 lb haproxy[12]: 10.0.0.9:5000 [23/Nov/2026:03:00:00.000] web app/s1 \
         0/0/-1/-1/0 503 217 - - SC-- 1/1/0/0/3 0/0 \"GET / HTTP/1.1\"";
    compose_file_is_no_head: "services:\n  app:\n    image: example\n    ports:\n      - \"8000:8000\"\n";
    configuration_of_nginx_is_no_head:
        "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}";
}

// Hostile input.
#[test]
fn open_brackets_take_linear_time() {
    let _ = pages::read_text(&"<".repeat(4 << 20));
}

#[test]
fn open_comments_take_linear_time() {
    let _ = pages::read_text(&"<!--".repeat(1 << 20));
}

#[test]
fn unclosed_scripts_take_linear_time() {
    let _ = pages::read_text(&"<script>".repeat(1 << 19));
}

#[test]
fn ampersands_take_linear_time() {
    let _ = pages::read_text(&"&#x".repeat(1 << 20));
}

#[test]
fn endless_curl_errors_are_bounded() {
    assert!(read(&"curl: (7) ".repeat(1 << 16)).signs.len() <= pages::MARKS_MAX);
}

#[test]
fn endless_heads_are_bounded() {
    let _ = pages::read_text(&"HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n".repeat(1 << 14));
}

#[test]
fn quotes_are_short() {
    let page =
        format!("upstream connect error or disconnect/reset before headers. {}", "x".repeat(9999));

    assert!(read(&page).signs.iter().all(|mark| mark.quote.chars().count() <= pages::QUOTE_MAX));
}

#[test]
fn secrets_are_not_quoted() {
    let text =
        "HTTP/1.1 502 Bad Gateway\r\nSet-Cookie: session=hunter2hunter2\r\nServer: nginx\r\n\r\n";

    assert!(!format!("{:?}", read(text)).contains("hunter2"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = pages::read_text(&text);
    }

    #[test]
    fn no_mix_of_pieces_makes_it_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("HTTP/1.1 502 Bad Gateway\r\n"), Just("Server: nginx\n"), Just("\r\n\r\n"),
                Just("<!--"), Just("-->"), Just("<script"), Just("</script"), Just("&#x1F4A9;"),
                Just("&amp;"), Just("<hr><center>nginx"), Just("502 bad gateway "), Just("curl: ("),
                Just("curl: (28) é"), Just("reset reason: "), Just("Ray ID:"), Just("İ"), Just("ß"),
                Just("upstream connect error or disconnect/reset before headers"), Just("< "),
                Just("proxy-status: a; error=\"\\\""), Just("{\"status\":"), Just("error 502"),
            ],
            0..40,
        )
    ) {
        let _ = pages::read_text(&pieces.concat());
    }

    #[test]
    fn no_response_makes_it_panic(
        status in proptest::option::of(0_u16..1000),
        fields in proptest::collection::vec(("[a-zA-Z-]{0,20}", "\\PC{0,40}"), 0..10),
        body in "\\PC{0,200}",
    ) {
        let page = Page { status, reason: Some(&body), fields: &fields, body: &body };

        let _ = pages::read(&page);
    }
}
