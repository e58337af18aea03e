//! The target as a step sees it: every call first makes sure of the lease, has a deadline below it, and tells the
//! circuit breaker whether somebody answered.

use super::{breaker::Breaker, events, guard::Guard, guard::Halt, pace::Pace, steps};
use crate::ports::{
    Applied, JournalError, ObjectRef, Observation, Place, Record, ServiceAnswer, ServiceRequest, Target, TargetError,
    TargetReport, TestState,
};
use parking_lot::Mutex;
use portal_model::{
    Timestamp,
    event::{EventCode, NewEvent},
    operation::{FailureCause, Operation},
};
use serde_json::Value;
use std::{future::Future, time::Duration};

/// How often an object is read and written again when something else changed it in between.
const FENCE_TRIES: usize = 3;

/// Longest sleep between two looks at the lease while waiting for a turn.
const PACE_PIECE: Duration = Duration::from_secs(2);

/// Events that have not been written yet. Lossy; a crash may drop some.
pub(crate) struct Progress {
    events: Mutex<Vec<NewEvent>>,
    written_at: Mutex<Timestamp>,
}

/// Progress waits at most this long to be written, so that a quick step costs no extra transaction.
const PROGRESS_SECONDS: i64 = 1;

impl Progress {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { events: Mutex::default(), written_at: Mutex::new(now) }
    }

    /// What was not written yet; the caller writes it.
    pub(crate) fn take(&self, now: Timestamp) -> Vec<NewEvent> {
        *self.written_at.lock() = now;
        std::mem::take(&mut *self.events.lock())
    }

    fn is_due(&self, now: Timestamp) -> bool {
        now.seconds_since(*self.written_at.lock()) >= PROGRESS_SECONDS && !self.events.lock().is_empty()
    }
}

/// The target of an operation in the hands of a step.
pub struct Hands<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) target: &'a dyn Target,
    pub(crate) place: &'a Place,
    pub(crate) guard: &'a Guard<'a>,
    pub(crate) breaker: &'a Breaker,
    pub(crate) pace: &'a Pace,
    pub(crate) progress: &'a Progress,
}

impl Hands<'_> {
    /// Notes progress for people.
    pub fn progress(&self, what: &'static str, detail: impl Into<String>) {
        let params = [("what", what.to_owned()), ("detail", events::clip(&detail.into(), events::LOG_LINE))];
        let event = events::event(self.operation, self.guard.now(), EventCode::Progress, params);
        self.progress.events.lock().push(event);
    }

    /// To be called between two objects: the program may be about to stop.
    ///
    /// # Errors
    /// [`Halt::Stopping`].
    pub fn between_objects(&self) -> Result<(), Halt> {
        self.guard.between_objects()
    }

    /// See [`Target::check`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn check(&self) -> Result<TargetReport, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.check(&place)).await
    }

    /// See [`Target::inventory`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn inventory(&self, instance: &str) -> Result<Vec<ObjectRef>, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.inventory(&place, instance)).await
    }

    /// See [`Target::read`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn read(&self, object: &Value) -> Result<Option<ObjectRef>, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.read(&place, object)).await
    }

    /// See [`Target::observe`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn observe(&self, objects: &[Value]) -> Result<Observation, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.observe(&place, objects)).await
    }

    /// See [`Target::test_state`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn test_state(&self, job: &str) -> Result<TestState, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.test_state(&place, job)).await
    }

    /// See [`Target::ask`].
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn ask(&self, request: &ServiceRequest) -> Result<ServiceAnswer, Halt> {
        let place = self.ready().await?;
        self.answer(place.deadline, self.target.ask(&place, request)).await
    }

    /// Brings one object to its wanted form as of what was just read. If it changed in between, the lease is checked:
    /// lost means stop, still ours means read again.
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn apply(&self, object: &Value) -> Result<Applied, Halt> {
        for _ in 0..FENCE_TRIES {
            let seen = self.read(object).await?;
            let place = self.ready().await?;
            match self.answer(place.deadline, self.target.apply(&place, object, seen.as_ref())).await {
                Err(Halt::Target(e)) if e.cause == FailureCause::Fenced => self.guard.confirm().await?,
                other => return other,
            }
        }
        Err(TargetError::new(FailureCause::Fenced, steps::key(object)).into())
    }

    /// Deletes one object as of `seen`. If it changed in between, it is deleted as it is now, but only if it is still
    /// the same object.
    ///
    /// # Errors
    /// Lease lost, or the target failed.
    pub async fn delete(&self, instance: &str, seen: &ObjectRef) -> Result<(), Halt> {
        let mut seen = seen.clone();
        for _ in 0..FENCE_TRIES {
            let place = self.ready().await?;
            match self.answer(place.deadline, self.target.delete(&place, &seen)).await {
                Err(Halt::Target(e)) if e.cause == FailureCause::Fenced => self.guard.confirm().await?,
                other => return other,
            }
            match self.inventory(instance).await?.into_iter().find(|o| o.uid == seen.uid) {
                Some(now) => seen = now,
                None => return Ok(()),
            }
        }
        Err(TargetError::new(FailureCause::Fenced, steps::ref_key(&seen)).into())
    }

    /// The place with the deadline of the next call.
    async fn ready(&self) -> Result<Place, Halt> {
        if self.progress.is_due(self.guard.now()) {
            let record = Record { events: self.progress.take(self.guard.now()), ..Record::default() };
            match self.guard.journal.record(&self.guard.lease(), record).await {
                Err(JournalError::LeaseLost) => return Err(Halt::LeaseLost),
                Err(JournalError::Store(error)) => tracing::warn!(%error, "progress not written"),
                Ok(()) => {}
            }
        }
        self.keep_pace().await?;
        let deadline = self.guard.ready().await?;
        Ok(Place { deadline, ..self.place.clone() })
    }

    /// Waits for its turn where the operator limits the rate, in pieces, so that the lease does not end meanwhile.
    async fn keep_pace(&self) -> Result<(), Halt> {
        let target = &self.place.target;
        let Some(turn) = self.pace.take(target.id, target.operating.per_second) else { return Ok(()) };
        loop {
            let left = turn.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(PACE_PIECE)).await;
            self.guard.ready().await?;
        }
    }

    /// The deadline holds even if a driver forgets it.
    async fn answer<T>(
        &self,
        deadline: Duration,
        call: impl Future<Output = Result<T, TargetError>>,
    ) -> Result<T, Halt> {
        let result = tokio::time::timeout(deadline, call).await.unwrap_or_else(|_| {
            Err(TargetError::new(FailureCause::Unreachable, format!("no answer in {} s", deadline.as_secs())))
        });
        let id = self.place.target.id;
        match &result {
            Err(e) if e.cause == FailureCause::Unreachable => self.breaker.silent(id, self.guard.now()),
            _ => self.breaker.answered(id),
        }
        result.map_err(Halt::Target)
    }
}
