//! Faults on demand: every call to the outside passes here before and after its effect, and each passage is a boundary
//! at which a call can fail, the process can die, or a worker can be held up.

use crate::schedule::Schedule;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

/// What happens at a boundary.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing.
    None,
    /// The call fails at this boundary, once.
    FailAt(usize),
    /// The process dies at this boundary: the call never returns.
    KillAt(usize),
    /// The worker is held up at this boundary until it is let go.
    HoldAt(usize),
    /// Chance decides, until the budget is used up.
    Random(Random),
    /// A scheduler decides who goes on, and what becomes of the call.
    Scheduled(Schedule),
}

/// A small generator of chance (SplitMix64): the same numbers on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: u64,
    budget: usize,
}

impl Random {
    /// Chance by seed, with at most this many faults.
    pub fn new(seed: u64, budget: usize) -> Self {
        Self { state: seed, budget }
    }

    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn strike(&mut self) -> Now {
        if self.budget == 0 || self.below(12) > 0 {
            return Now::Go;
        }
        self.budget -= 1;
        if self.below(2) == 0 { Now::Fail } else { Now::Die }
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound.max(1)
    }
}

/// The call is to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Injected;

/// The plan and how far it is.
#[derive(Debug)]
pub struct Faults {
    fault: Mutex<Fault>,
    passed: AtomicUsize,
    died: Notify,
    release: Notify,
}

impl Default for Faults {
    fn default() -> Self {
        Self::new(Fault::None)
    }
}

enum Now {
    Go,
    Fail,
    Die,
    Hold,
    Scheduled(Schedule),
}

impl Faults {
    /// With a plan.
    pub fn new(fault: Fault) -> Self {
        Self { fault: Mutex::new(fault), passed: AtomicUsize::new(0), died: Notify::new(), release: Notify::new() }
    }

    /// Sets another plan and counts anew.
    pub fn plan(&self, fault: Fault) {
        *self.fault.lock() = fault;
        self.passed.store(0, Ordering::SeqCst);
    }

    /// How many boundaries were passed.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }

    /// Resolves when the process dies or is held up.
    pub async fn struck(&self) {
        self.died.notified().await;
    }

    /// Lets the held-up worker go on.
    pub fn release(&self) {
        self.release.notify_one();
    }

    /// A boundary.
    ///
    /// # Errors
    /// The call is to fail here.
    pub async fn boundary(&self) -> Result<(), Injected> {
        let here = self.passed.fetch_add(1, Ordering::SeqCst);
        match self.decide(here) {
            Now::Go => Ok(()),
            Now::Fail => Err(Injected),
            Now::Die => {
                self.died.notify_one();
                std::future::pending().await
            }
            Now::Hold => {
                self.died.notify_one();
                self.release.notified().await;
                Ok(())
            }
            Now::Scheduled(schedule) => match schedule.pass().await {
                true => Err(Injected),
                false => Ok(()),
            },
        }
    }

    fn decide(&self, here: usize) -> Now {
        let mut fault = self.fault.lock();
        match &mut *fault {
            Fault::None => Now::Go,
            Fault::FailAt(at) if *at == here => Now::Fail,
            Fault::KillAt(at) if *at == here => Now::Die,
            Fault::HoldAt(at) if *at == here => Now::Hold,
            Fault::Random(random) => random.strike(),
            Fault::Scheduled(schedule) => Now::Scheduled(schedule.clone()),
            _ => Now::Go,
        }
    }
}
