//! The proxies with their configurations for the scoreboard.

use std::net::SocketAddr;

use crate::proxies::Product;

/// A proxy and how it is configured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contender {
    /// Its name in options and results.
    pub(super) name: &'static str,
    /// Its name in the table.
    pub(super) label: &'static str,
    /// What is run.
    pub(super) product: Product,
    /// The configuration for endpoints with addresses.
    pub(super) template: &'static str,
    /// The configuration for a name.
    pub(super) name_template: &'static str,
}

/// The contenders in the order of the table.
pub(super) const CONTENDERS: &[Contender] = &[
    Contender {
        name: "nginx",
        label: "nginx",
        product: Product::Nginx,
        template: include_str!("../../config/scoreboard/nginx.conf"),
        name_template: include_str!("../../config/scoreboard/nginx-name.conf"),
    },
    Contender {
        name: "haproxy",
        label: "HAProxy",
        product: Product::Haproxy,
        template: include_str!("../../config/scoreboard/haproxy.cfg"),
        name_template: include_str!("../../config/scoreboard/haproxy-name.cfg"),
    },
    Contender {
        name: "caddy",
        label: "Caddy",
        product: Product::Caddy,
        template: include_str!("../../config/scoreboard/Caddyfile"),
        name_template: include_str!("../../config/scoreboard/Caddyfile-name"),
    },
    Contender {
        name: "envoy",
        label: "Envoy",
        product: Product::Envoy,
        template: include_str!("../../config/scoreboard/envoy.yaml"),
        name_template: include_str!("../../config/scoreboard/envoy-name.yaml"),
    },
    Contender {
        name: "goodgate",
        label: "goodgate",
        product: Product::Goodgate,
        template: include_str!("../../config/scoreboard/goodgate.toml"),
        name_template: include_str!("../../config/scoreboard/goodgate-name.toml"),
    },
];

/// Writes the endpoints as the product's configuration lists them.
pub(super) fn servers(product: Product, endpoints: &[SocketAddr]) -> String {
    let lines: Vec<String> = endpoints
        .iter()
        .enumerate()
        .map(|(place, endpoint)| match product {
            Product::Nginx => format!("        server {endpoint} max_fails=3 fail_timeout=1s;"),
            Product::Haproxy => format!("    server app{place} {endpoint}"),
            Product::Caddy => endpoint.to_string(),
            Product::Envoy => format!(
                "            - endpoint: {{ address: {{ socket_address: {{ address: {}, port_value: {} }} }} }}",
                endpoint.ip(),
                endpoint.port(),
            ),
            Product::Goodgate => format!("\"http://{endpoint}\""),
        })
        .collect();
    let between = match product {
        Product::Envoy | Product::Nginx | Product::Haproxy => "\n",
        Product::Caddy => " ",
        Product::Goodgate => ", ",
    };
    lines.join(between)
}
