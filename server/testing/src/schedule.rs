//! Several workers in one thread, one of which goes on at a time: at each boundary it is chosen by seed who goes on, and
//! what becomes of the call. Nothing waits for real time, so a seed gives the same run everywhere.

use crate::Random;
use parking_lot::Mutex;
use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Faults that a simulation has to have met, by name.
pub type Met = BTreeMap<&'static str, u64>;

/// What chance decides in a simulation, and how often it decided what.
#[derive(Debug)]
pub struct Chance {
    random: Random,
    budget: usize,
    met: Met,
}

impl Chance {
    /// By seed, with at most this many faults.
    pub fn new(seed: u64, budget: usize) -> Self {
        Self { random: Random::new(seed, 0), budget, met: Met::new() }
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    /// Whether this fault happens now: one time in `rarely`, as long as there are faults left.
    pub fn strikes(&mut self, what: &'static str, rarely: u64) -> bool {
        if self.budget == 0 || self.below(rarely) > 0 {
            return false;
        }
        self.budget -= 1;
        *self.met.entry(what).or_default() += 1;
        true
    }

    /// The faults are over: what is left has to come to an end.
    pub fn stop(&mut self) {
        self.budget = 0;
    }

    /// What was met.
    pub fn met(&self) -> &Met {
        &self.met
    }
}

/// How the call of the worker that goes on next is to go on.
#[derive(Debug, Clone, Default)]
pub struct Schedule(Arc<Mutex<bool>>);

impl Schedule {
    /// The next worker's call fails.
    pub fn fail_next(&self, fails: bool) {
        *self.0.lock() = fails;
    }

    /// A boundary: the worker is put aside until it is chosen again.
    pub(crate) fn pass(&self) -> impl Future<Output = bool> + Send + use<> {
        Pass { schedule: self.clone(), put_aside: false }
    }
}

struct Pass {
    schedule: Schedule,
    put_aside: bool,
}

impl Future for Pass {
    type Output = bool;

    /// Whether the call fails. Nobody is woken: the scheduler asks again when it is this worker's turn.
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> {
        if self.put_aside {
            return Poll::Ready(std::mem::take(&mut *self.schedule.0.lock()));
        }
        self.put_aside = true;
        Poll::Pending
    }
}
