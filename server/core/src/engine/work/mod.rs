//! One claimed operation in the hands of one worker.

mod clear;
mod forward;
mod record;
mod unwind;

use super::{
    Engine, Hands, InputError, OperationInput, PrepareInput, Prepared, SourceError,
    guard::{Guard, Halt},
    hands::Progress,
    operations::{self, Spec},
    steps::{Outputs, StepContext},
};
use crate::ports::{Claim, Place, StepRecord, StepRecordKind, StoreError, TargetError};
use futures::FutureExt as _;
use portal_model::{
    Timestamp,
    data_centre::TargetKind,
    operation::{FailureCause, Operation, OperationState, StepKind},
};
use std::panic::AssertUnwindSafe;
use tokio_util::sync::CancellationToken;

/// Why a worker lets go of an operation without having the last word. What was recorded stays; the rest is done again
/// after the lease.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("lease lost")]
    Lost,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("not authorised: {0}")]
    Denied(String),
}

/// Whether the worker goes on with the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    On,
    End,
}

pub(super) struct Work<'e> {
    engine: &'e Engine,
    op: Operation,
    records: Vec<StepRecord>,
    guard: Guard<'e>,
    progress: Progress,
    place: Option<Place>,
    prepared: Option<Prepared>,
    /// What was there before, rendered.
    before: Option<Prepared>,
    /// The current attempt was begun by an earlier claim.
    resumed: bool,
}

impl<'e> Work<'e> {
    pub(super) fn new(engine: &'e Engine, claim: Claim, stop: CancellationToken) -> Self {
        let Claim { operation, lease, records } = claim;
        let ports = &engine.ports;
        let guard = Guard::new(&*ports.journal, &*ports.clock, &engine.config, stop, lease);
        let progress = Progress::new(ports.clock.now());
        Self {
            engine,
            op: operation,
            records,
            guard,
            progress,
            place: None,
            prepared: None,
            before: None,
            resumed: true,
        }
    }

    /// Works until the operation ends, waits or is lost.
    pub(super) async fn run(mut self) {
        loop {
            match AssertUnwindSafe(self.advance()).catch_unwind().await {
                Ok(Ok(Next::On)) => {}
                Ok(Ok(Next::End)) => return,
                Ok(Err(Stop::Lost)) => {
                    tracing::info!(operation = %self.op.reference, "lease lost, let go");
                    return;
                }
                Ok(Err(stop)) => {
                    tracing::warn!(operation = %self.op.reference, error = %stop, "let go until the lease ends");
                    return;
                }
                Err(_) => {
                    tracing::error!(operation = %self.op.reference, "a step panicked");
                    let error = TargetError::new(FailureCause::Internal, "panic");
                    match self.stuck(error).await {
                        Ok(Next::On) => {}
                        Ok(Next::End) => return,
                        Err(stop) => {
                            tracing::warn!(operation = %self.op.reference, error = %stop, "let go until the lease ends");
                            return;
                        }
                    }
                }
            }
        }
    }

    async fn advance(&mut self) -> Result<Next, Stop> {
        if self.guard.stop.is_cancelled() {
            return self.give_back().await;
        }
        // Stopped, or maintenance has begun: the claim keeps everybody from it until that is over.
        if self.engine.ports.reads.target_halted(self.op.target, self.now()).await? {
            return self.give_back().await;
        }
        if let Err(until) = self.engine.breaker.enter(self.op.target, self.now()) {
            return self.wait_until(until).await;
        }
        if self.op.state == OperationState::Unwinding { self.unwind().await } else { self.forward().await }
    }

    fn now(&self) -> Timestamp {
        self.guard.now()
    }

    fn spec(&self) -> &'static dyn Spec {
        operations::of(self.op.kind)
    }

    /// The kind of the current step; `None` after the last.
    fn kind(&self) -> Option<StepKind> {
        usize::try_from(self.op.step).ok().and_then(|i| self.op.steps.get(i)).copied()
    }

    /// The last thing recorded of a step.
    fn last(&self, step: i64) -> Option<&StepRecord> {
        self.records.iter().rev().find(|r| r.step == step)
    }

    /// When the current attempt began.
    fn since(&self) -> Timestamp {
        let started = |r: &&StepRecord| r.step == self.op.step && r.what == StepRecordKind::Started;
        self.records.iter().rev().find(started).map_or(self.now(), |r| r.at)
    }

    fn outputs(&self) -> Outputs {
        let done = self.records.iter().filter(|r| r.what == StepRecordKind::Done);
        Outputs(done.map(|r| (r.kind, r.output.clone())).collect())
    }

    fn input(&self) -> Result<OperationInput, TargetError> {
        let unreadable = |e: InputError| TargetError::new(FailureCause::Internal, e.to_string());
        OperationInput::read(&self.op).map_err(unreadable)
    }

    /// Test Jobs are named after the operation, the same at every attempt.
    fn run_name(&self) -> String {
        let id = self.op.id.0.simple().to_string();
        format!("r{}", &id[id.len() - 8..])
    }

    /// Opens the target, once per claim.
    async fn load_place(&mut self) -> Result<(), SourceError> {
        if self.place.is_none() {
            let place = self.engine.ports.places.place(self.op.target).await?;
            if place.target.kind != TargetKind::Kubernetes {
                let kind = place.target.kind.word();
                return Err(TargetError::new(FailureCause::TargetKindUnsupported, kind).into());
            }
            self.place = Some(place);
        }
        Ok(())
    }

    /// Renders the package, once per claim, and compares it with what was asked for.
    async fn load_package(&mut self, input: &OperationInput) -> Result<(), SourceError> {
        if self.prepared.is_none() {
            // What is stopped is not set up: also a version that was withdrawn as unsafe can be stopped.
            self.prepared = Some(self.prepare(input, input.asleep).await?);
        }
        Ok(())
    }

    /// Renders what was there before, once per claim; nothing if nothing was. `leaving`: to save its data, not to bring it
    /// back.
    async fn load_before(&mut self, input: &OperationInput, leaving: bool) -> Result<(), SourceError> {
        if let (None, Some(before)) = (&self.before, input.before_input()) {
            self.before = Some(self.prepare(&before, leaving).await?);
        }
        Ok(())
    }

    async fn prepare(&self, input: &OperationInput, leaving: bool) -> Result<Prepared, SourceError> {
        let place = self.place.as_ref().ok_or_else(|| TargetError::new(FailureCause::Internal, "no place"))?;
        let run = self.run_name();
        let wanted = PrepareInput { operation: &self.op, input, target: &place.target, run: &run, leaving };
        let mut prepared = self.engine.ports.packages.prepare(wanted).await?;
        super::effects::same_pair(input, &prepared)?;
        if !self.spec().runs_hooks() {
            prepared.before.clear();
            prepared.after.clear();
            // Nothing else changes, neither values nor secrets that somebody may have entered for a change meanwhile.
            prepared.objects.retain(super::sources::sleeps);
        }
        Ok(if input.asleep { prepared.asleep() } else { prepared })
    }

    /// Calls something with the context of a step.
    async fn with_context<T>(
        &self,
        input: &OperationInput,
        call: impl AsyncFnOnce(&StepContext<'_>) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let Some(place) = &self.place else {
            return Err(TargetError::new(FailureCause::Internal, "no place").into());
        };
        let config = &self.engine.config;
        let nothing = Prepared::default();
        let (outputs, run) = (self.outputs(), self.run_name());
        let context = StepContext {
            hands: Hands {
                operation: &self.op,
                target: &*self.engine.ports.target,
                place,
                guard: &self.guard,
                breaker: &self.engine.breaker,
                pace: &self.engine.pace,
                progress: &self.progress,
            },
            instance: &input.instance,
            run: &run,
            prepared: self.prepared.as_ref().unwrap_or(&nothing),
            before: self.before.as_ref(),
            earlier: &outputs,
            since: self.since(),
            now: self.now(),
            first_look: !self.resumed,
            poll_seconds: config.poll_seconds,
            observe_timeout_seconds: config.observe_timeout_seconds,
            test_timeout_seconds: config.test_timeout_seconds,
            hook_timeout_seconds: config.hook_timeout_seconds,
        };
        call(&context).await
    }
}

/// Whether trying again by itself makes sense. Overtaken although the lease is ours means that somebody else changes
/// the object at the same time, which passes.
fn is_transient(error: &TargetError) -> bool {
    error.cause.is_transient() || error.cause == FailureCause::Fenced
}
