//! Backward: a person gave the operation up, so every step that was begun is taken back, the last one first.

use super::{Next, Stop, Work, is_transient};
use crate::{
    engine::{SourceError, effects::Facts, events, guard::Halt, operations::Spec, steps},
    ports::{OperationUpdate, Record, StepRecordKind, TargetError},
};
use portal_model::{
    event::EventCode,
    operation::{Failure, FailureCause, OperationState, StepKind},
};
use serde_json::Value;

use super::forward::Stopped;

impl Work<'_> {
    pub(super) async fn unwind(&mut self) -> Result<Next, Stop> {
        let begun = |step: &i64| self.last(*step).is_some_and(|r| r.what != StepRecordKind::Undone);
        let steps = i64::try_from(self.op.steps.len()).unwrap_or(i64::MAX);
        let Some(step) = (0..steps).rev().find(begun) else { return self.abandon().await };
        if self.op.step != step {
            self.op.step = step;
            self.op.attempt = 0;
        }
        let Some(kind) = self.kind() else { return self.abandon().await };
        match self.undo(kind).await {
            Ok(()) => {
                let record = Record {
                    update: Some(self.update(OperationState::Unwinding, step, 0)),
                    steps: vec![self.step_record(step, kind, StepRecordKind::Undone, 1, Value::Null)],
                    ..Record::default()
                };
                self.record(record).await?;
                Ok(Next::On)
            }
            Err(Stopped::Source(SourceError::Store(error))) => Err(error.into()),
            Err(Stopped::Halt(Halt::LeaseLost)) => Err(Stop::Lost),
            Err(Stopped::Halt(Halt::Stopping)) => self.give_back().await,
            Err(Stopped::Halt(Halt::Target(error)) | Stopped::Source(SourceError::Target(error))) => {
                self.undo_again(kind, error).await
            }
        }
    }

    async fn undo(&mut self, kind: StepKind) -> Result<(), Stopped> {
        let input = self.input().map_err(Halt::Target)?;
        self.load_place().await?;
        match self.load_before(&input, false).await {
            // Withdrawn as unsafe meanwhile: it must not be set up again, and what this operation created goes all the
            // same.
            Err(SourceError::Target(error)) if error.cause == FailureCause::PackageRefused => {
                tracing::warn!(operation = %self.op.reference, %error, "what was there before is not brought back");
            }
            other => other?,
        }
        Ok(self.with_context(&input, async |context| steps::of(kind).undo(context).await).await?)
    }

    async fn undo_again(&mut self, kind: StepKind, error: TargetError) -> Result<Next, Stop> {
        let attempt = self.op.attempt + 1;
        if !is_transient(&error) || attempt >= self.engine.config.max_attempts {
            return self.stuck(error).await;
        }
        let failure = Failure::from(error);
        let record = Record {
            update: Some(OperationUpdate {
                run_after: self.backoff(attempt),
                failure: Some(failure.clone()),
                keep_lease: false,
                ..self.update(OperationState::Unwinding, self.op.step, attempt)
            }),
            events: vec![events::step_failure(&self.op, self.now(), EventCode::StepRetried, kind, &failure)],
            ..Record::default()
        };
        self.record(record).await?;
        Ok(Next::End)
    }

    async fn abandon(&mut self) -> Result<Next, Stop> {
        let now = self.now();
        let record = Record {
            update: Some(OperationUpdate {
                finished_at: Some(now),
                failure: self.op.failure.clone(),
                keep_lease: false,
                ..self.update(OperationState::Abandoned, self.op.step, 0)
            }),
            events: vec![events::operation_state(&self.op, now, OperationState::Abandoned)],
            ..Record::default()
        };
        let follows = |facts: &mut Facts, spec: &dyn Spec| Ok(spec.abandoned(facts));
        match self.record_effects(record, None, follows).await? {
            Ok(()) => Ok(Next::End),
            Err(refused) => self.refused(refused).await,
        }
    }
}
