//! The whole app in a test.

mod app;
mod halting;

pub use app::{CLUSTER, KEY, People, PRODUCTION_NAMESPACE, ShiftedClock, TEST_NAMESPACE, TestApp, engine, open, run_until_idle};
pub use halting::{Halt, HaltingJournal, HaltingTarget, Point};
