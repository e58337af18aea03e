//! Names of deployments in targets, and the hosts under which they answer.

use portal_model::data_centre::{Stage, Target};

/// Name of one side of an installation: both may share a namespace. A DNS label of at most 40 characters.
pub fn deployment_name(instance: &str, stage: Stage) -> String {
    match stage {
        Stage::Test => format!("{instance}-t"),
        Stage::Production => instance.to_owned(),
    }
}

/// Host name of a deployment in its target: `<deployment>.<domain>`.
pub fn host_of(deployment: &str, target: &Target) -> String {
    format!("{deployment}.{}", target.domain)
}
