//! The watch as one runs it: a configuration, real targets, real channels, signals.

mod crash;
mod deaths;
mod origin;
mod sink;
mod support;
mod tells;
