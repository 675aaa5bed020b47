//! The sections of `goodgate.toml` that belong to the gateway, read and checked.
