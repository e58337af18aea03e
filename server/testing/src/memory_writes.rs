//! Writes on the tables in memory, with the rules that the database has as constraints.

use crate::{Tables, memory_journal::Row};
use portal_core::ports::{StoreError, Write};
use portal_model::{
    OperationId, PersonId, TargetId, Timestamp,
    data_centre::{Stage, Target},
    installation::Revision,
    operation::{Operation, OperationState},
};

impl Tables {
    pub(crate) fn write(&mut self, write: Write) -> Result<(), StoreError> {
        match write {
            Write::InsertInstallation(new) => self.installations.push(new),
            Write::UpdateInstallation(new) => {
                let old = self.installations.iter_mut().find(|i| i.id == new.id && i.version + 1 == new.version);
                *old.ok_or(StoreError::Conflict)? = new;
            }
            Write::InsertDeployment(new) => self.deployments.push(new),
            Write::InsertOperation(new) => self.insert_operation(new)?,
            Write::MoveOperation { id, from, to, run_after, abandoned } => {
                self.move_operation(id, (from, to), run_after, abandoned)?;
            }
            Write::InsertTestRun(new) => self.test_runs.push(new),
            Write::InsertRevision(new) => self.insert_revision(new)?,
            Write::PointRevision(id, revision) => {
                self.deployments.iter_mut().filter(|d| d.id == id).for_each(|d| d.revision = revision);
            }
            Write::MarkHealthy(revision, _) => self.healthy.push(revision),
            Write::InsertActivation(new) => self.activations.push(new),
            Write::UpdateActivation(new) => {
                let old = self.activations.iter_mut().find(|a| a.id == new.id && a.version + 1 == new.version);
                *old.ok_or(StoreError::Conflict)? = new;
            }
            Write::InsertTrial(new) => self.trials.push(new),
            Write::UpdateTrial(new) => {
                let old = self.trials.iter_mut().find(|t| t.id == new.id && t.version + 1 == new.version);
                *old.ok_or(StoreError::Conflict)? = new;
            }
            Write::HurryTrial(trial, now) => {
                let waits =
                    |r: &&mut Row| r.operation.trial() == Some(trial) && r.operation.state == OperationState::Waiting;
                self.operations.iter_mut().filter(waits).for_each(|r| {
                    r.operation.run_after = r.operation.run_after.min(now);
                });
            }
            Write::InsertTarget(new) => self.targets.push(new),
            Write::SetLimits { target, at_once, per_second, windows } => {
                self.windows.retain(|(of, _)| *of != target);
                self.windows.extend(windows.into_iter().map(|window| (target, window)));
                let found = self.target_mut(target)?;
                (found.operating.at_once, found.operating.per_second) = (at_once, per_second);
            }
            Write::SetStopped(target, stopped) => {
                let found = self.target_mut(target)?;
                if found.operating.stopped.is_some() == stopped.is_some() {
                    return Err(StoreError::Conflict);
                }
                found.operating.stopped = stopped;
            }
            Write::InsertMaintenance(new) => self.maintenance.push(new),
            Write::CancelMaintenance(id, at) => {
                let found = self.maintenance.iter_mut().find(|m| m.id == id && m.is_ahead(at));
                found.ok_or(StoreError::Conflict)?.cancelled_at = Some(at);
            }
            Write::PutEvidence(new) => {
                self.evidence.retain(|(of, kind, _)| (*of, *kind) != (new.data_centre, new.kind));
                self.evidence.push((new.data_centre, new.kind, new.valid_until));
            }
            Write::DeleteSecrets(object) => self.forgotten.push(object),
            // What the engine neither writes nor reads is not kept.
            _ => {}
        }
        Ok(())
    }

    fn target_mut(&mut self, id: TargetId) -> Result<&mut Target, StoreError> {
        self.targets.iter_mut().find(|t| t.id == id).ok_or(StoreError::Conflict)
    }

    fn insert_operation(&mut self, new: Operation) -> Result<(), StoreError> {
        let live = |r: &Row| r.operation.subject == new.subject && !r.operation.state.is_final();
        if self.operations.iter().any(live) {
            return Err(StoreError::Rule("live_operation".into()));
        }
        self.operations.push(Row { operation: new, generation: 0, leased_until: None, abandoned: None });
        Ok(())
    }

    fn move_operation(
        &mut self,
        id: OperationId,
        (from, to): (OperationState, OperationState),
        run_after: Timestamp,
        abandoned: Option<(PersonId, String)>,
    ) -> Result<(), StoreError> {
        let row = self.operations.iter_mut().find(|r| r.operation.id == id && r.operation.state == from);
        let row = row.ok_or(StoreError::Conflict)?;
        // What somebody gave up is taken back to the end.
        let given_up = to == OperationState::Queued && row.abandoned.is_some();
        row.operation.state = if given_up { OperationState::Unwinding } else { to };
        row.operation.run_after = run_after;
        row.operation.attempt = 0;
        // Whoever works on it can record nothing more; the lease is waited out.
        row.generation += 1;
        if let Some((_, reason)) = abandoned {
            row.abandoned = Some(reason);
        }
        Ok(())
    }

    fn insert_revision(&mut self, new: Revision) -> Result<(), StoreError> {
        let proven = self.test_runs.iter().any(|t| {
            Some(t.id) == new.test_run
                && t.passed
                && t.package_digest == new.package_digest
                && t.config_digest == new.config_digest
                && t.data_centre == new.data_centre
        });
        if new.stage == Stage::Production && !proven {
            return Err(StoreError::Rule("test_gate".into()));
        }
        let again = new.restored_from.is_none_or(|earlier| {
            self.healthy.contains(&earlier)
                && self.revisions.iter().any(|r| {
                    let same = (&r.package_digest, &r.config_digest) == (&new.package_digest, &new.config_digest);
                    r.id == earlier && r.deployment == new.deployment && same && r.test_run == new.test_run
                })
        });
        if !again {
            return Err(StoreError::Rule("production_basis".into()));
        }
        let id = new.id;
        self.deployments.iter_mut().filter(|d| d.id == new.deployment).for_each(|d| d.revision = Some(id));
        self.revisions.push(new);
        Ok(())
    }
}
