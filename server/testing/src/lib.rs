//! The whole app in a test, and the parts that stand in for the outside: a clock to set, a journal and a cluster in
//! memory, and faults on demand. Everything is deterministic; a seed repeats a run.

pub mod app;
mod clock;
mod faults;
pub mod faulty_target;
mod fixtures;
mod halting;
pub mod journal_conformance;
mod memory_journal;
mod memory_reads;
mod memory_target;
mod memory_writes;
pub mod probe;
pub mod scale;
pub mod schedule;
mod signer;
mod simulation;
mod sources;
mod walk;
mod world;

pub use app::TestApp;
pub use clock::FakeClock;
pub use faults::{Fault, Faults, Injected, Random};
pub use fixtures::{Fixture, FixtureCase, id};
pub use halting::{Halt, HaltingJournal, HaltingTarget, Point};
pub use memory_journal::{MemoryJournal, Row, Tables};
pub use memory_target::{Effect, MemoryTarget, Verb};
pub use probe::DriverProbe;
pub use signer::Signer;
pub use simulation::Simulation;
pub use sources::{FakePackages, FakePlaces, HookPackages, SECRET};
pub use walk::{Seen, Walk};
pub use world::{Scenario, World};
