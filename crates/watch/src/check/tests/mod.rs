//! Checks by script: what comes back is written down, and what is made of it is looked at.

mod asserting;
mod going;
mod keeping;
mod pages;
mod script;
