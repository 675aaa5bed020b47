//! Decisions that keep failures from the client: balancing, health, ejection, breakers, retries,
//! holding. No I/O, no clock, no sockets: time and randomness are arguments.
