//! Operations that leave nothing behind: whatever fails, and whenever somebody calls them off, they go on with clearing
//! away, and that is tried until it succeeds.

use super::{Next, Stop, Work, record::Refused};
use crate::{
    engine::{effects::Facts, events, operations::Spec, steps::CheckOutput},
    ports::{OperationUpdate, Record, TargetError},
};
use portal_model::{
    event::EventCode,
    operation::{Failure, OperationState, StepKind},
};

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

    /// Clearing away failed: it is tried again after the longest back-off, for as long as it takes.
    pub(super) async fn clear_again(&mut self, clearing: StepKind, error: TargetError) -> Result<Next, Stop> {
        let failure = Failure::from(error);
        let record = Record {
            update: Some(OperationUpdate {
                run_after: self.now().plus_seconds(self.engine.config.backoff_cap_seconds),
                failure: Some(failure.clone()),
                keep_lease: false,
                ..self.update(OperationState::Waiting, self.op.step, self.op.attempt)
            }),
            steps: vec![self.failed(clearing, &failure)],
            events: vec![events::step_failure(&self.op, self.now(), EventCode::StepRetried, clearing, &failure)],
            ..Record::default()
        };
        self.record(record).await?;
        Ok(Next::End)
    }
}
