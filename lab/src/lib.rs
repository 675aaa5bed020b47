//! End-to-end scenarios with real gateways.
