//! Fault simulation with virtual time. `PORTAL_SIMULATION_SEEDS` says how many seeds (300), `PORTAL_SIMULATION_SEED` which
//! one alone.

use super::planted::{Forgetful, RandomNames, Unfenced};
use portal_core::ports::Journal;
use portal_testing::{Simulation, schedule::Met};
use std::sync::{Arc, atomic::AtomicUsize};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Every kind of fault there is.
const FAULTS: [&str; 10] = [
    "409",
    "429",
    "500",
    "death",
    "failed call",
    "forbidden",
    "quota",
    "reset after the effect",
    "sleep",
    "stale list",
];

#[tokio::test]
async fn faults_break_nothing() {
    if let Some(seed) = number("PORTAL_SIMULATION_SEED") {
        println!("{:?}", Simulation::new(seed).run().unwrap_or_else(|e| panic!("{e}")));
        return;
    }
    let seeds = number("PORTAL_SIMULATION_SEEDS").unwrap_or(300);
    let mut met = Met::new();
    for seed in 0..seeds {
        let here = Simulation::new(seed).run().unwrap_or_else(|e| panic!("{e}\nagain: PORTAL_SIMULATION_SEED={seed}"));
        here.into_iter().for_each(|(what, n)| *met.entry(what).or_default() += n);
    }
    println!("{seeds} seeds: {met:?}");
    assert_eq!(met.keys().copied().collect::<Vec<_>>(), FAULTS, "every kind of fault was met");
}

#[tokio::test]
async fn a_seed_gives_the_same_run() {
    for seed in [3, 17, 99] {
        let met = [(); 3].map(|()| Simulation::new(seed).run());
        assert!(met[0] == met[1] && met[1] == met[2], "{met:?}");
    }
}

/// The first seed that notices a planted bug.
fn caught(plant: impl Fn(&mut Simulation)) -> Option<u64> {
    (0..1000).find(|seed| {
        let mut simulation = Simulation::new(*seed);
        plant(&mut simulation);
        simulation.run().is_err()
    })
}

#[tokio::test]
async fn planted_bugs_are_caught() {
    let unfenced = caught(|s| {
        let inner = Arc::clone(&s.world.ports.target);
        s.world.ports.target = Arc::new(Unfenced(inner));
    });
    let forgetful = caught(|s| {
        let (inner, count) = (Arc::clone(&s.world.journal), AtomicUsize::new(0));
        s.world.ports.journal = Arc::new(Forgetful { inner, drop: 5, count }) as Arc<dyn Journal>;
    });
    let names = caught(|s| s.world.ports.packages = Arc::new(RandomNames::default()));
    println!("caught by seed: unfenced {unfenced:?}, forgetful {forgetful:?}, names {names:?}");
    assert!(unfenced.is_some() && forgetful.is_some() && names.is_some(), "{unfenced:?} {forgetful:?} {names:?}");
}
