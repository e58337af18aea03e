//! The engine on everything in memory: each kind of operation passes the same tests.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a helper fails the test")]

#[path = "engine/crash.rs"]
mod crash;
#[path = "engine/planted.rs"]
mod planted;
#[path = "engine/random.rs"]
mod random;
#[path = "engine/rules.rs"]
mod rules;
#[path = "engine/simulation.rs"]
mod simulation;
#[path = "engine/stale.rs"]
mod stale;
#[path = "engine/trial.rs"]
mod trial;
#[path = "engine/unwind.rs"]
mod unwind;
