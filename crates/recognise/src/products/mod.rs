//! The words of each product, one file each.

use goodgate_evidence::{Observation, Product};

use crate::signature::Signature;

/// The words that one product prints.
#[derive(Debug)]
pub(crate) struct Words {
    /// The product.
    pub(crate) product: Option<Product>,
    /// Words of no product in particular: they count only where no product's own words are.
    pub(crate) general: bool,
    /// The words; of those that a line holds the first counts.
    pub(crate) signatures: &'static [Signature],
    /// Sets right what single lines cannot know, once all lines are read.
    pub(crate) settle: Option<fn(&mut Vec<Observation>)>,
}

macro_rules! registry {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// The words of every product; the general lists stand last.
        pub(crate) static ALL: &[&Words] = &[$(&$name::ITEM,)+];

        #[cfg(test)]
        const LISTED: &[&str] = &[$(stringify!($name),)+];
    };
}

registry! {
    apache,
    aws,
    azure,
    caddy,
    cloudflare,
    cloudfront,
    docker,
    envoy,
    gcp,
    gunicorn,
    haproxy,
    heroku,
    kernel,
    kubernetes,
    lighttpd,
    linkerd,
    nginx,
    php,
    php_fpm,
    platforms,
    squid,
    systemd,
    traefik,
    uwsgi,
    varnish,
    go,
    node,
    java,
    python,
    ruby,
    databases,
    errno,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/products");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder can be read")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| name != "mod")
            .collect();

        assert_eq!(files, LISTED.iter().map(|name| (*name).to_owned()).collect());
    }

    #[test]
    fn general_words_stand_last() {
        let first_general = ALL.iter().position(|words| words.general).unwrap_or(ALL.len());

        assert!(ALL[first_general..].iter().all(|words| words.general));
    }
}
