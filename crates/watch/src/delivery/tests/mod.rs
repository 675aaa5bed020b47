//! Delivery in virtual time: a store in memory, and channels that do what they are told.

mod acknowledged;
mod channels;
mod cut_off;
mod failing;
mod fakes;
mod proofs;
mod world;
