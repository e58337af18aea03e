//! The kinds of steps. A step changes only its target, may run again at any time, and can be taken back as often as
//! one likes. What it needs to know lies in its [`StepContext`]; it touches no database, so that it could also run
//! inside a data centre.

mod apply;
mod backup;
mod check;
mod checks;
mod delete;
mod jobs;
mod observe;
mod prune;
mod restore;
mod stop;
mod test;

pub use check::CheckOutput;
pub use test::TestOutput;

use super::{Halt, Hands, sources::Prepared};
use crate::ports::{ObjectRef, Observation, TargetError};
use async_trait::async_trait;
use portal_model::{
    Timestamp,
    operation::{FailureCause, StepKind},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a step knows.
pub struct StepContext<'a> {
    /// The target.
    pub hands: Hands<'a>,
    /// Name of the instance in the target.
    pub instance: &'a str,
    /// Short name of this operation's test Jobs.
    pub run: &'a str,
    /// What is to be there; empty when a deployment is taken down or a step is taken back.
    pub prepared: &'a Prepared,
    /// What was there before the operation, where a step needs it or is taken back; `None` if nothing was.
    pub before: Option<&'a Prepared>,
    /// Outputs of the steps before, by kind.
    pub earlier: &'a Outputs,
    /// When this attempt began.
    pub since: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The step has not looked at the target in this attempt before.
    pub first_look: bool,
    /// Between two looks, in seconds.
    pub poll_seconds: i64,
    /// How long workloads may take, in seconds.
    pub observe_timeout_seconds: i64,
    /// How long tests may take, in seconds.
    pub test_timeout_seconds: i64,
    /// How long a package's Jobs around its workloads may take, in seconds.
    pub hook_timeout_seconds: i64,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Done, with versioned JSON.
    Done(Value),
    /// To be looked at again after this many seconds; nobody sleeps meanwhile.
    Wait(i64),
    /// Failed; trying again by itself makes sense.
    Retry(TargetError),
    /// Failed; a person has to look.
    Fail(TargetError),
}

/// A kind of step.
#[async_trait]
pub trait Step: Send + Sync {
    /// Works towards the wanted state; running it again is harmless.
    async fn run(&self, context: &StepContext<'_>) -> Result<Outcome, Halt>;

    /// Takes back what this operation has created with it; taking back again is harmless.
    async fn undo(&self, context: &StepContext<'_>) -> Result<(), Halt>;

    /// Clears away what the step needed only until its output was recorded.
    async fn tidy(&self, _context: &StepContext<'_>) -> Result<(), Halt> {
        Ok(())
    }

    /// Whether the rendered package is needed.
    fn needs_package(&self) -> bool {
        true
    }

    /// Whether what was there before is needed, rendered.
    fn needs_before(&self) -> bool {
        false
    }
}

/// The one table of steps.
pub fn of(kind: StepKind) -> &'static dyn Step {
    match kind {
        StepKind::Check => &check::Check,
        StepKind::Backup => &backup::Backup,
        StepKind::Stop => &stop::Stop,
        StepKind::Restore => &restore::Restore,
        StepKind::Apply => &apply::Apply,
        StepKind::Prune => &prune::Prune,
        StepKind::Observe => &observe::Observe,
        StepKind::Test => &test::Test,
        StepKind::Delete => &delete::Delete,
    }
}

/// Outputs of done steps by kind.
#[derive(Debug, Clone, Default)]
pub struct Outputs(pub BTreeMap<StepKind, Value>);

impl Outputs {
    /// The output of a step, if it is done and has this form.
    pub fn get<T: DeserializeOwned>(&self, kind: StepKind) -> Option<T> {
        self.0.get(&kind).and_then(|value| T::deserialize(value).ok())
    }
}

/// `Kind/name` of an object.
pub fn key(object: &Value) -> String {
    format!("{}/{}", text(object.get("kind")), name(object))
}

/// `Kind/name` of an object that was read.
pub fn ref_key(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind, object.name)
}

/// `metadata.name` of an object.
pub(crate) fn name(object: &Value) -> &str {
    text(object.get("metadata").and_then(|m| m.get("name")))
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

/// Deletes what the inventory holds and `doomed` says, what leads traffic first and volumes last. Gives what was
/// deleted.
pub(crate) async fn delete_where(
    context: &StepContext<'_>,
    doomed: impl Fn(&ObjectRef) -> bool + Send,
) -> Result<Vec<String>, Halt> {
    let mut objects = context.hands.inventory(context.instance).await?;
    objects.retain(|o| doomed(o));
    objects.sort_by_cached_key(|o| (rank(&o.kind), o.name.clone()));
    let mut deleted = Vec::new();
    for object in &objects {
        context.hands.between_objects()?;
        context.hands.delete(context.instance, object).await?;
        context.hands.progress("deleted", ref_key(object));
        deleted.push(ref_key(object));
    }
    Ok(deleted)
}

/// Looks whether objects are ready. `None` once they are, else how the step ends for now.
pub(crate) async fn until_ready(context: &StepContext<'_>, objects: &[Value]) -> Result<Option<Outcome>, Halt> {
    let pending = match context.hands.observe(objects).await? {
        Observation::Ready => return Ok(None),
        Observation::Pending(pending) => pending.join(", "),
    };
    if context.now.seconds_since(context.since) >= context.observe_timeout_seconds {
        return Ok(Some(Outcome::Fail(TargetError::new(FailureCause::NotReady, pending))));
    }
    if context.first_look {
        context.hands.progress("waiting", pending);
    }
    Ok(Some(Outcome::Wait(context.poll_seconds)))
}

/// Brings back what was there before this operation: what it has created is deleted, what it has changed or pruned is
/// applied again.
pub(crate) async fn put_back(context: &StepContext<'_>) -> Result<(), Halt> {
    let Some(check) = context.earlier.get::<CheckOutput>(StepKind::Check) else { return Ok(()) };
    delete_where(context, |o| !check.before.contains(&ref_key(o))).await?;
    for object in context.before.iter().flat_map(|before| &before.objects) {
        context.hands.between_objects()?;
        context.hands.apply(object).await?;
        context.hands.progress("applied", key(object));
    }
    Ok(())
}

/// Order of deletion.
fn rank(kind: &str) -> u8 {
    match kind {
        "Ingress" => 0,
        "CronJob" => 1,
        "Job" => 2,
        "Deployment" | "StatefulSet" => 3,
        "PodDisruptionBudget" | "Service" => 4,
        "PersistentVolumeClaim" => 6,
        "NetworkPolicy" => 7,
        "ServiceAccount" => 8,
        _ => 5,
    }
}
