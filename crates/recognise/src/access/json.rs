//! Access lines that are JSON objects: Caddy, Traefik and nginx formats of one's own.

use goodgate_evidence::{Product, Sign};
use serde_json::Value;

use super::Access;

/// Reads the object of one request.
pub(super) fn read(fields: &Value) -> Option<Access> {
    caddy(fields).or_else(|| traefik(fields)).or_else(|| upstream_fields(fields))
}

/// Caddy's `http.log.access`: the `Server` header tells whether Caddy made the answer.
fn caddy(fields: &Value) -> Option<Access> {
    let logger = fields.get("logger")?.as_str()?;
    if !logger.starts_with("http.log.access") {
        return None;
    }
    let status = fields
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())?;
    let headers = fields.get("resp_headers");
    let server = headers.and_then(|headers| headers.get("Server")).map(Value::to_string);
    let made_by_caddy =
        server.as_deref() == Some(r#"["Caddy"]"#) || fields.get("size") == Some(&Value::from(0));
    let signs = match (status >= 500, made_by_caddy) {
        (true, true) => vec![Sign::GatewayMadeError],
        (true, false) => vec![Sign::UpstreamAnsweredError],
        (false, _) => Vec::new(),
    };
    Some(Access {
        format: "Caddy access log",
        product: Some(Product::Caddy),
        quote: format!("status {status}, Server {}", server.unwrap_or_else(|| "-".to_owned())),
        status: Some(status),
        duration: fields.get("duration").and_then(Value::as_f64),
        method: fields.pointer("/request/method").and_then(Value::as_str).map(str::to_owned),
        upstream: None,
        signs,
    })
}

/// Traefik's access log: `OriginStatus` is what the service answered.
fn traefik(fields: &Value) -> Option<Access> {
    let number = |name: &str| {
        fields.get(name).and_then(Value::as_u64).and_then(|value| u16::try_from(value).ok())
    };
    let status = number("DownstreamStatus")?;
    let origin = number("OriginStatus").unwrap_or(0);
    let answered = fields.get("OriginDuration").and_then(Value::as_u64).unwrap_or(0) > 0;
    let signs = match (status, origin) {
        (499, _) => vec![Sign::ClientAborted],
        (500.., 0) => vec![Sign::GatewayMadeError],
        (500.., origin) if origin == status && answered => vec![Sign::UpstreamAnsweredError],
        (500.., origin) if origin != status => vec![Sign::StatusMasked],
        _ => Vec::new(),
    };
    Some(Access {
        format: "Traefik access log",
        product: Some(Product::Traefik),
        quote: format!("DownstreamStatus {status}, OriginStatus {origin}"),
        upstream: fields.get("ServiceAddr").and_then(Value::as_str).map(str::to_owned),
        status: Some(status),
        duration: fields
            .get("Duration")
            .and_then(Value::as_f64)
            .map(|nanoseconds| nanoseconds / 1e9),
        method: fields.get("RequestMethod").and_then(Value::as_str).map(str::to_owned),
        signs,
    })
}

/// An nginx format in JSON: the fields are put into the form of the plain line.
fn upstream_fields(fields: &Value) -> Option<Access> {
    let text = |name: &str| -> Option<String> {
        let value = fields.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let status = text("status")?;
    text("upstream_status").or_else(|| text("upstream_addr"))?;
    let mut line = format!(
        "\"{} / HTTP/1.1\" {status} 0",
        text("request_method").unwrap_or_else(|| "GET".into())
    );
    for name in [
        "request_time",
        "upstream_connect_time",
        "upstream_header_time",
        "upstream_response_time",
        "upstream_status",
        "upstream_addr",
    ] {
        if let Some(value) = text(name) {
            line.extend([" ", name, "=\"", &value.replace('"', ""), "\""]);
        }
    }
    super::common::read(&line)
}
