//! Scenarios with real nginx, Apache and HAProxy on loopback.
//!
//! One test program for all of them: it links once.

mod apache;
mod ask;
mod explain;
mod haproxy;
mod nginx;
mod pages;
mod target;
