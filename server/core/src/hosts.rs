//! Host names of what runs in targets.

use portal_model::data_centre::{Stage, Target};

/// Host name of an instance in a target: `<instance>.<domain>`, the test one with `-test`.
pub fn host_of(instance: &str, stage: Stage, target: &Target) -> String {
    match stage {
        Stage::Test => format!("{instance}-test.{}", target.domain),
        Stage::Production => format!("{instance}.{}", target.domain),
    }
}
