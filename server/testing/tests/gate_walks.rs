//! Random walks on the gate. `PORTAL_WALKS` says how many (8), `PORTAL_WALK_SEED` which one alone.

use portal_core::{
    engine::{Packages, PrepareInput, Prepared, SourceError},
    ports::Target,
};
use portal_model::data_centre::Stage;
use portal_testing::{Seen, Walk};
use std::sync::Arc;

/// Acts of one walk.
const ACTS: usize = 200;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test]
async fn production_only_gets_what_was_green() {
    let seeds = match number("PORTAL_WALK_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PORTAL_WALKS").unwrap_or(8),
    };
    let (mut seen, alone) = (Seen::new(), seeds.end - seeds.start == 1);
    for seed in seeds {
        let walked = Walk::new(seed).await.run(ACTS).await;
        let walked = walked.unwrap_or_else(|e| panic!("walk {seed}: {e}\nagain: PORTAL_WALK_SEED={seed}"));
        walked.into_iter().for_each(|(what, n)| *seen.entry(what).or_default() += n);
    }
    println!("{seen:?}");
    if !alone {
        for what in ["green run", "red run", "production changed", "remove", "refused", "abandon", "retry", "weeks"] {
            assert!(seen.contains_key(what), "never: {what} in {seen:?}");
        }
    }
}

/// Renders what is newest instead of what was tested, and says that it is the same.
struct Newest {
    inner: portal_core::Portal,
}

#[async_trait::async_trait]
impl Packages for Newest {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let stage = input.input.stage;
        let mut prepared = self.inner.prepare(input).await?;
        if stage == Stage::Production {
            for object in prepared.objects.iter_mut().filter(|o| o["kind"] == "ConfigMap") {
                object["data"]["BEHOERDE"] = "Stadt ungetestet".into();
            }
        }
        Ok(prepared)
    }
}

#[tokio::test]
async fn a_gate_that_looks_at_names_only_is_caught() {
    let mut caught = false;
    for seed in 0..20 {
        let mut walk = Walk::new(seed).await;
        let (app, target) = (walk.app(), Arc::clone(walk.target()) as Arc<dyn Target>);
        let packages = Arc::new(Newest { inner: app.portal.clone() });
        walk.engine = portal_testing::app::engine_with(&app.portal, &app.storage, packages, target, "planted");
        caught = walk.run(ACTS).await.is_err_and(|e| e.contains("never green"));
        if caught {
            break;
        }
    }
    assert!(caught);
}
