//! Forward: begin an attempt, run the step, record how it ended; after the last step tidy up and finish.

use super::{Next, Stop, Work, is_transient};
use crate::{
    engine::{
        SourceError,
        effects::Facts,
        events,
        guard::Halt,
        operations::Spec,
        steps::{self, Outcome, TestOutput},
    },
    ports::{OperationUpdate, Record, StepRecord, StepRecordKind, TargetError},
};
use portal_model::{
    event::EventCode,
    operation::{Failure, OperationState, StepKind},
};
use serde::Deserialize as _;
use serde_json::Value;

impl Work<'_> {
    pub(super) async fn forward(&mut self) -> Result<Next, Stop> {
        if let Some(next) = self.called_off().await? {
            return Ok(next);
        }
        let Some(kind) = self.kind() else { return self.finish().await };
        if self.last(self.op.step).is_none_or(|r| r.what != StepRecordKind::Started) {
            self.start(kind).await?;
        }
        match self.step(kind).await {
            Ok(Outcome::Done(output)) => self.done(kind, output).await,
            Ok(Outcome::Wait(seconds)) => self.wait_until(self.now().plus_seconds(seconds)).await,
            Ok(Outcome::Retry(error)) => self.retry(error).await,
            Ok(Outcome::Fail(error)) => self.stuck(error).await,
            Err(Stopped::Source(SourceError::Store(error))) => Err(error.into()),
            Err(Stopped::Halt(Halt::LeaseLost)) => Err(Stop::Lost),
            Err(Stopped::Halt(Halt::Stopping)) => self.give_back().await,
            Err(Stopped::Halt(Halt::Target(error)) | Stopped::Source(SourceError::Target(error))) => {
                if is_transient(&error) { self.retry(error).await } else { self.stuck(error).await }
            }
        }
    }

    async fn start(&mut self, kind: StepKind) -> Result<(), Stop> {
        let (now, attempt) = (self.now(), self.op.attempt + 1);
        let mut record = Record {
            update: Some(self.update(OperationState::Running, self.op.step, attempt)),
            steps: vec![self.step_record(self.op.step, kind, StepRecordKind::Started, attempt, Value::Null)],
            ..Record::default()
        };
        if attempt == 1 {
            record.events.push(events::operation_state(&self.op, now, OperationState::Running));
        }
        record.events.push(events::step_started(&self.op, now, kind, attempt));
        self.record(record).await?;
        self.resumed = false;
        Ok(())
    }

    async fn step(&mut self, kind: StepKind) -> Result<Outcome, Stopped> {
        let input = self.input().map_err(Halt::Target)?;
        let step = steps::of(kind);
        self.load_place().await?;
        if step.needs_package() {
            self.load_package(&input).await?;
        }
        if step.needs_before() {
            self.load_before(&input, true).await?;
        }
        if kind == StepKind::Check {
            self.spec().gate(&self.facts(&input).await?).map_err(Halt::Target)?;
        }
        Ok(self.with_context(&input, async |context| step.run(context).await).await?)
    }

    /// Records a done step with what follows from it, and the beginning of the next one in the same transaction.
    async fn done(&mut self, kind: StepKind, output: Value) -> Result<Next, Stop> {
        let (now, step, attempt) = (self.now(), self.op.step, self.op.attempt);
        let since = self.since();
        let mut record = Record::default();
        if kind == StepKind::Test
            && let Ok(tests) = TestOutput::deserialize(&output)
        {
            record.events.extend(tests.cases.iter().flat_map(|case| events::test_case(&self.op, now, case)));
        }
        record.events.push(events::step_done(&self.op, now, kind, (now.0 - since.0) / 1000));
        let done = self.step_record(step, kind, StepRecordKind::Done, attempt, output);
        record.steps.push(done.clone());
        let next = usize::try_from(step + 1).ok().and_then(|i| self.op.steps.get(i)).copied();
        if let Some(next) = next {
            record.steps.push(self.step_record(step + 1, next, StepRecordKind::Started, 1, Value::Null));
            record.events.push(events::step_started(&self.op, now, next, 1));
        }
        record.update = Some(self.update(OperationState::Running, step + 1, i64::from(next.is_some())));
        let follows = |facts: &mut Facts, spec: &dyn Spec| {
            facts.outputs.0.insert(kind, done.output.clone());
            facts.since = since;
            spec.step_done(facts, kind)
        };
        match self.record_effects(record, Some(kind), follows).await? {
            Ok(()) => {
                self.resumed = false;
                Ok(Next::On)
            }
            Err(refused) => self.refused(refused).await,
        }
    }

    /// After the last step: what a step needed only until its record is cleared away, then the operation ends.
    async fn finish(&mut self) -> Result<Next, Stop> {
        match self.tidy().await {
            Ok(()) => {}
            Err(Stopped::Source(SourceError::Store(error))) => return Err(error.into()),
            Err(Stopped::Halt(Halt::LeaseLost)) => return Err(Stop::Lost),
            Err(Stopped::Halt(Halt::Stopping)) => return self.give_back().await,
            Err(Stopped::Halt(Halt::Target(error)) | Stopped::Source(SourceError::Target(error))) => {
                let attempt = self.op.attempt + 1;
                if is_transient(&error) && attempt < self.engine.config.max_attempts {
                    let update = OperationUpdate {
                        run_after: self.backoff(attempt),
                        keep_lease: false,
                        ..self.update(OperationState::Waiting, self.op.step, attempt)
                    };
                    self.record(Record { update: Some(update), ..Record::default() }).await?;
                    return Ok(Next::End);
                }
                // The result stands; the next operation's pruning clears the rest away.
                tracing::warn!(operation = %self.op.reference, %error, "not tidied");
            }
        }
        let now = self.now();
        let record = Record {
            update: Some(OperationUpdate {
                finished_at: Some(now),
                keep_lease: false,
                ..self.update(OperationState::Done, self.op.step, 0)
            }),
            events: vec![events::operation_state(&self.op, now, OperationState::Done)],
            ..Record::default()
        };
        let follows = |facts: &mut Facts, spec: &dyn Spec| Ok(spec.finished(facts));
        match self.record_effects(record, None, follows).await? {
            Ok(()) => Ok(Next::End),
            Err(refused) => self.refused(refused).await,
        }
    }

    async fn tidy(&mut self) -> Result<(), Stopped> {
        let input = self.input().map_err(Halt::Target)?;
        self.load_place().await?;
        let kinds = self.op.steps.clone();
        self.with_context(&input, async |context| {
            for kind in kinds {
                steps::of(kind).tidy(context).await?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Tries again later, or asks a person after the last attempt.
    async fn retry(&mut self, error: TargetError) -> Result<Next, Stop> {
        let (Some(kind), attempt) = (self.kind(), self.op.attempt) else { return self.stuck(error).await };
        if attempt >= self.engine.config.max_attempts {
            return self.stuck(error).await;
        }
        let failure = Failure::from(error);
        let record = Record {
            update: Some(OperationUpdate {
                run_after: self.backoff(attempt),
                failure: Some(failure.clone()),
                keep_lease: false,
                ..self.update(OperationState::Waiting, self.op.step, attempt)
            }),
            steps: vec![self.failed(kind, &failure)],
            events: vec![events::step_failure(&self.op, self.now(), EventCode::StepRetried, kind, &failure)],
            ..Record::default()
        };
        self.record(record).await?;
        Ok(Next::End)
    }
}

/// Why a step came to no outcome.
pub(super) enum Stopped {
    Halt(Halt),
    Source(SourceError),
}

impl From<Halt> for Stopped {
    fn from(halt: Halt) -> Self {
        Stopped::Halt(halt)
    }
}

impl From<SourceError> for Stopped {
    fn from(error: SourceError) -> Self {
        Stopped::Source(error)
    }
}

impl Work<'_> {
    pub(super) fn failed(&self, kind: StepKind, failure: &Failure) -> StepRecord {
        let output = serde_json::json!({ "v": 1, "cause": failure.cause, "detail": failure.detail });
        self.step_record(self.op.step, kind, StepRecordKind::Failed, self.op.attempt, output)
    }
}
