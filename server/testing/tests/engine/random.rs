//! Chance: failing calls and dying processes anywhere, by seed. Whatever happens, it ends well or is taken back.

use portal_model::operation::OperationState;
use portal_testing::{Fault, Random, Scenario, World};

const SEEDS: u64 = 300;

async fn run(seed: u64) -> Result<(), String> {
    let mut chance = Random::new(seed, 0);
    let scenario = Scenario::ALL[chance.below(Scenario::ALL.len() as u64) as usize];
    let untouched = World::new(scenario);
    let mut world = World::with(scenario, |target| target.slow = chance.below(4) as u32);
    world.config.max_attempts = 1 + chance.below(4) as i64;
    world.config.breaker_failures = 1 + chance.below(4) as u32;
    world.faults.plan(Fault::Random(Random::new(seed, 1 + chance.below(12) as usize)));
    let mut given_up = false;
    loop {
        world.drive().await;
        let stuck: Vec<_> = world.journal.tables().operations.into_iter().map(|r| r.operation).collect();
        let Some(stuck) = stuck.iter().find(|o| o.state == OperationState::Stuck) else { break };
        // The second operation of a removal is always tried again: the world knows only one that is given up.
        given_up = given_up || (stuck.id == world.operation().id && chance.below(3) == 0);
        world.decide(if given_up { OperationState::Unwinding } else { OperationState::Queued });
    }
    if scenario == Scenario::Trial {
        return world.verify_cleared();
    }
    if given_up { world.verify_unwound(&untouched) } else { world.verify() }
}

#[tokio::test]
async fn chance_breaks_nothing() {
    for seed in 0..SEEDS {
        run(seed).await.unwrap_or_else(|e| panic!("seed {seed}: {e}"));
    }
}
