//! Records: what is committed, and what the worker knows afterwards.

use super::{Next, Stop, Work};
use crate::{
    Actor, Ctx,
    authz::{Action, Resource},
    engine::{
        OperationInput, SourceError,
        effects::{About, CaseFacts, Effects, Facts},
        events,
        operations::Spec,
    },
    ports::{JournalError, NewAudit, OperationUpdate, Record, StepRecord, StepRecordKind, StoreError, TargetError},
};
use portal_model::{
    Lang, Timestamp, TrialId,
    event::EventCode,
    operation::{Failure, FailureCause, OfCase, OperationState, StepKind, Subject},
    trial::Trial,
};
use serde_json::{Value, json};

/// How often effects are worked out again when an entity changed in between.
const CONFLICT_TRIES: usize = 5;
/// How long an operation waits for another one of the deployment it wants to go on with.
const LIVE_OPERATION_SECONDS: i64 = 30;

impl Work<'_> {
    /// The usual update: the lease is kept, nothing has failed.
    pub(super) fn update(&self, state: OperationState, step: i64, attempt: i64) -> OperationUpdate {
        let run_after = self.now();
        OperationUpdate { state, step, attempt, failure: None, run_after, finished_at: None, keep_lease: true }
    }

    pub(super) fn step_record(
        &self,
        step: i64,
        kind: StepKind,
        what: StepRecordKind,
        attempt: i64,
        output: Value,
    ) -> StepRecord {
        StepRecord { step, kind, what, attempt, output, at: self.now() }
    }

    /// When the next attempt may begin: full jitter, so that many operations of one target don't come back at once.
    pub(super) fn backoff(&self, attempt: i64) -> Timestamp {
        let bound = self.engine.config.backoff_seconds(attempt);
        self.now().plus_seconds((self.engine.jitter)(bound).clamp(0, bound))
    }

    /// Commits a record and takes over what it says. Progress that waits goes with it, in front.
    pub(super) async fn record(&mut self, record: Record) -> Result<(), Stop> {
        self.try_record(record).await.map_err(|error| match error {
            JournalError::LeaseLost => Stop::Lost,
            JournalError::Store(error) => Stop::Store(error),
        })
    }

    async fn try_record(&mut self, mut record: Record) -> Result<(), JournalError> {
        let progress = self.progress.take(self.now());
        record.events.splice(0..0, progress);
        let (update, steps) = (record.update.clone(), record.steps.clone());
        self.engine.ports.journal.record(&self.guard.lease(), record).await?;
        self.records.extend(steps);
        if let Some(update) = update {
            self.op.state = update.state;
            self.op.step = update.step;
            self.op.attempt = update.attempt;
            self.op.failure = update.failure;
            self.op.run_after = update.run_after;
            self.op.finished_at = update.finished_at;
        }
        Ok(())
    }

    /// Commits a record together with what follows from it. If an entity changed since it was read, what follows is
    /// worked out again. The inner error is a rule of the domain or of the database that refused.
    pub(super) async fn record_effects(
        &mut self,
        record: Record,
        step: Option<StepKind>,
        follows: impl Fn(&mut Facts, &dyn Spec) -> Result<Effects, TargetError>,
    ) -> Result<Result<(), Refused>, Stop> {
        let input = match self.input() {
            Ok(input) => input,
            Err(error) => return Ok(Err(Refused::Failed(error))),
        };
        let progress = self.progress.take(self.now());
        for _ in 0..CONFLICT_TRIES {
            let mut facts = match self.facts(&input).await {
                Ok(facts) => facts,
                Err(SourceError::Store(error)) => return Err(error.into()),
                Err(SourceError::Target(error)) => return Ok(Err(Refused::Failed(error))),
            };
            let effects = match follows(&mut facts, self.spec()) {
                Ok(effects) => effects,
                Err(error) => return Ok(Err(Refused::Failed(error))),
            };
            let mut whole = record.clone();
            whole.events.splice(0..0, progress.iter().cloned());
            let state = whole.update.as_ref().map_or(self.op.state, |u| u.state);
            if !effects.writes.is_empty() || state.is_final() {
                whole.audit = Some(self.audit(state, step)?);
            }
            whole.writes.extend(effects.writes);
            whole.events.extend(effects.events);
            match self.try_record(whole).await {
                Ok(()) => return Ok(Ok(())),
                Err(JournalError::LeaseLost) => return Err(Stop::Lost),
                Err(JournalError::Store(StoreError::Conflict)) => {}
                Err(JournalError::Store(StoreError::Rule(rule))) => return Ok(Err(Refused::Rule(rule))),
                Err(JournalError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// What was refused when recording: another live operation passes, everything else needs a person.
    pub(super) async fn refused(&mut self, refused: Refused) -> Result<Next, Stop> {
        match refused {
            Refused::Rule(rule) if rule == "live_operation" => {
                self.wait_until(self.now().plus_seconds(LIVE_OPERATION_SECONDS)).await
            }
            Refused::Rule(rule) => self.stuck(TargetError::new(FailureCause::PackageRefused, rule)).await,
            Refused::Failed(error) => self.stuck(error).await,
        }
    }

    /// What failed for good: an operation that clears up after itself goes on with that, any other one waits for a
    /// person.
    pub(super) async fn stuck(&mut self, error: TargetError) -> Result<Next, Stop> {
        match (self.spec().clears_up(), self.kind()) {
            (Some(clearing), Some(kind)) if kind == clearing => self.clear_again(clearing, error).await,
            (Some(clearing), Some(_)) => self.cut_short(clearing, Some(error)).await,
            _ => self.stand_still(error).await,
        }
    }

    /// A person has to look. A later retry begins with a first attempt.
    pub(super) async fn stand_still(&mut self, error: TargetError) -> Result<Next, Stop> {
        let failure = Failure::from(error);
        let mut record = Record {
            update: Some(OperationUpdate {
                failure: Some(failure.clone()),
                keep_lease: false,
                ..self.update(OperationState::Stuck, self.op.step, 0)
            }),
            audit: Some(self.audit(OperationState::Stuck, self.kind())?),
            ..Record::default()
        };
        if let Some(kind) = self.kind() {
            // While taking back, a failed record would hide that the step is still to be taken back or was already.
            if self.op.state != OperationState::Unwinding {
                record.steps.push(self.failed(kind, &failure));
            }
            record.events.push(events::step_failure(&self.op, self.now(), EventCode::StepFailed, kind, &failure));
        }
        record.events.push(events::operation_state(&self.op, self.now(), OperationState::Stuck));
        self.record(record).await?;
        Ok(Next::End)
    }

    /// Waits as a row; no attempt is lost.
    pub(super) async fn wait_until(&mut self, at: Timestamp) -> Result<Next, Stop> {
        let state = match self.op.state {
            OperationState::Unwinding => OperationState::Unwinding,
            _ => OperationState::Waiting,
        };
        let update = OperationUpdate {
            run_after: at,
            failure: self.op.failure.clone(),
            keep_lease: false,
            ..self.update(state, self.op.step, self.op.attempt)
        };
        self.record(Record { update: Some(update), ..Record::default() }).await?;
        Ok(Next::End)
    }

    /// The program stops: somebody else may go on at once.
    pub(super) async fn give_back(&mut self) -> Result<Next, Stop> {
        self.wait_until(self.now()).await
    }

    pub(super) async fn facts(&self, input: &OperationInput) -> Result<Facts, SourceError> {
        Ok(Facts {
            operation: self.op.clone(),
            input: input.clone(),
            about: match self.op.subject {
                Subject::Case(of) => About::Case(Box::new(self.case_facts(of, input).await?)),
                Subject::Trial(id) => About::Trial(Box::new(self.trial(id).await?)),
            },
            outputs: self.outputs(),
            since: self.since(),
            now: self.now(),
            evidence_days: self.engine.config.evidence_days,
        })
    }

    async fn case_facts(&self, of: OfCase, input: &OperationInput) -> Result<CaseFacts, SourceError> {
        let reads = &self.engine.ports.reads;
        let gone = || TargetError::new(FailureCause::Internal, "the installation is gone");
        let activation = match self.op.activation {
            Some(id) => reads.activation(of.installation).await?.filter(|a| a.id == id),
            None => None,
        };
        let test_run = match input.test_run {
            Some(id) => reads.test_run(id).await?,
            None => None,
        };
        let evidence_until = match input.data_centre {
            Some(id) => reads.evidence_until(id).await?,
            None => None,
        };
        Ok(CaseFacts {
            of,
            installation: reads.installation(&self.op).await?.ok_or_else(gone)?,
            deployments: reads.deployments(of.installation).await?,
            activation,
            test_run,
            evidence_until,
        })
    }

    async fn trial(&self, id: TrialId) -> Result<Trial, SourceError> {
        let trial = self.engine.ports.reads.trial(id).await?;
        Ok(trial.ok_or_else(|| TargetError::new(FailureCause::Internal, "the trial is gone"))?)
    }

    fn audit(&self, state: OperationState, step: Option<StepKind>) -> Result<NewAudit, Stop> {
        let context = Ctx { actor: Actor::System, lang: Lang::De, now: self.now() };
        let resource = match self.op.subject {
            Subject::Case(of) => Resource::of_tenant(of.municipality, of.land, None),
            Subject::Trial(_) => Resource::portal(),
        };
        let token = context.authorize(Action::OperationStep, &resource).map_err(|e| Stop::Denied(e.to_string()))?;
        let detail = json!({ "kind": self.op.kind, "state": state, "step": step });
        Ok(token.audit(&self.op.reference, self.op.case().map(|c| c.request), Some(detail)))
    }
}

/// Why a record with its effects was not made.
pub(super) enum Refused {
    /// A rule of the database, by name.
    Rule(String),
    /// A rule of the domain.
    Failed(TargetError),
}
