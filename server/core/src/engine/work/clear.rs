//! Operations that leave nothing behind: whatever fails, and whenever somebody calls them off, they go on with clearing
//! away, and that is tried until it succeeds.

use super::{Next, Stop, Work, record::Refused};
use crate::{
    engine::{effects::Facts, events, operations::Spec, steps::CheckOutput},
    ports::{OperationUpdate, Record, StepRecordKind, TargetError},
};
use portal_model::{
    event::EventCode,
    operation::{Failure, OperationState, StepKind},
};

/// Longest wait between two tries to clear away.
const LONGEST_WAIT_SECONDS: i64 = 3600;

impl Work<'_> {
    /// Somebody called it off, and it has not begun to clear away.
    pub(super) async fn called_off(&mut self) -> Result<Option<Next>, Stop> {
        let Some(clearing) = self.spec().clears_up().filter(|clearing| self.kind().is_some_and(|k| k != *clearing))
        else {
            return Ok(None);
        };
        let called_off = match self.input() {
            // What cannot be read fails where it is needed.
            Err(_) => false,
            Ok(input) => match self.facts(&input).await {
                Ok(facts) => self.spec().is_called_off(&facts),
                Err(crate::engine::SourceError::Store(error)) => return Err(error.into()),
                Err(crate::engine::SourceError::Target(_)) => false,
            },
        };
        if called_off { self.cut_short(clearing, None).await.map(Some) } else { Ok(None) }
    }

    /// Goes on with the step that clears away. Before the check was through nothing was touched, so that there is
    /// nothing to clear; what stands there under this name is somebody else's.
    pub(super) async fn cut_short(&mut self, clearing: StepKind, error: Option<TargetError>) -> Result<Next, Stop> {
        let failure = error.map(Failure::from);
        let touched = self.outputs().get::<CheckOutput>(StepKind::Check).is_some();
        let end = self.op.steps.len();
        let next = self.op.steps.iter().position(|step| touched && *step == clearing).unwrap_or(end);
        let mut record = Record {
            update: Some(self.update(OperationState::Running, i64::try_from(next).unwrap_or(i64::MAX), 0)),
            ..Record::default()
        };
        if let (Some(kind), Some(failure)) = (self.kind(), &failure) {
            record.steps.push(self.failed(kind, failure));
            record.events.push(events::step_failure(&self.op, self.now(), EventCode::StepFailed, kind, failure));
        }
        let follows = |facts: &mut Facts, spec: &dyn Spec| Ok(spec.cut_short(facts, failure.as_ref()));
        match self.record_effects(record, None, follows).await? {
            Ok(()) => {
                self.resumed = false;
                Ok(Next::On)
            }
            // Nothing that a trial writes can be refused; a person has to look at what this is.
            Err(Refused::Rule(rule)) => {
                self.stand_still(TargetError::new(portal_model::operation::FailureCause::Internal, rule)).await
            }
            Err(Refused::Failed(error)) => self.stand_still(error).await,
        }
    }

    /// Clearing away failed: it is tried again for as long as it takes, or until its operator says that the target is
    /// gone. Failing as before adds nothing that anybody would have to read or load, only the next try comes later.
    pub(super) async fn clear_again(&mut self, clearing: StepKind, error: TargetError) -> Result<Next, Stop> {
        let failure = Failure::from(error);
        let failed = self.failed(clearing, &failure);
        let before = self.records.iter().rev().find(|r| r.step == self.op.step && r.what == StepRecordKind::Failed);
        // By cause: details may name what changes with every try, such as a time.
        let same = before.filter(|r| r.output["cause"] == failed.output["cause"]).map(|r| r.attempt);
        let tries = same.map_or(0, |attempt| self.op.attempt.saturating_sub(attempt));
        // The beginning that was recorded goes on to count, so that the tries are told apart by the attempt alone.
        let attempt = self.op.attempt + i64::from(same.is_some());
        let wait = self.engine.config.backoff_cap_seconds.saturating_mul(1 << tries.clamp(0, 10));
        let mut record = Record {
            update: Some(OperationUpdate {
                run_after: self.now().plus_seconds(wait.min(LONGEST_WAIT_SECONDS)),
                failure: Some(failure.clone()),
                keep_lease: false,
                ..self.update(OperationState::Waiting, self.op.step, attempt)
            }),
            ..Record::default()
        };
        if same.is_none() {
            record.steps.push(failed);
            record.events.push(events::step_failure(&self.op, self.now(), EventCode::StepRetried, clearing, &failure));
        }
        self.record(record).await?;
        Ok(Next::End)
    }
}
