//! The journal of operations: claims with a lease and a generation, records guarded by them.

use crate::{
    Storage,
    again::again,
    db::{Row, Tx, args},
    dialect,
    operation::{self, EXTEND, GIVE_BACK, HOLD, LIVE_STEPS, NEXT_DUE, RECORD},
    told::Told,
    write,
};
use async_trait::async_trait;
use portal_core::ports::{Claim, Journal, JournalError, Lease, OperationUpdate, Record, StoreError, StoreResult};
use portal_model::Timestamp;
use std::collections::BTreeSet;

fn held(rows: u64) -> Result<(), JournalError> {
    if rows == 0 { Err(JournalError::LeaseLost) } else { Ok(()) }
}

async fn set_position(tx: &mut Tx, lease: &Lease, update: OperationUpdate) -> StoreResult<()> {
    let args = args![
        lease.operation,
        update.state,
        update.step,
        update.attempt,
        update.failure.as_ref().map(|f| f.cause),
        update.failure.map(|f| f.detail),
        update.run_after,
        update.finished_at
    ];
    tx.execute(RECORD, &args).await?;
    if !update.keep_lease {
        tx.execute(GIVE_BACK, &args![lease.operation]).await?;
    }
    Ok(())
}

#[async_trait]
impl Journal for Storage {
    async fn claim(
        &self,
        worker: &str,
        now: Timestamp,
        until: Timestamp,
        per_target: i64,
    ) -> Result<Option<Claim>, JournalError> {
        let mut tx = self.db().begin().await?;
        dialect::take_claim_turn(&mut tx).await?;
        let sql = dialect::claim(self.is_postgres());
        let Some(mut row) = tx.first(&sql, &args![now, until, worker, per_target, now.berlin_week_minute()]).await?
        else {
            return Ok(None);
        };
        let operation = operation::read(&mut row)?;
        let lease = Lease { operation: operation.id, generation: row.get()?, until };
        let records = operation::steps_in(&mut tx, operation.id).await?;
        tx.commit().await?;
        Ok(Some(Claim { operation, lease, records }))
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), JournalError> {
        let mut tx = self.db().begin().await?;
        held(tx.execute(EXTEND, &args![lease.operation, lease.generation, until]).await?)?;
        Ok(tx.commit().await?)
    }

    async fn record(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        again!(
            self,
            JournalError::Store(StoreError::Collision),
            self.record_once(lease, record.clone()),
            self.record_once(lease, record)
        )
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, JournalError> {
        let found = self.db().one(NEXT_DUE, &[], Row::opt).await?;
        Ok(found.flatten())
    }

    async fn live_steps(&self) -> Result<Vec<String>, JournalError> {
        let lists: Vec<Vec<String>> = self.db().all(LIVE_STEPS, &[], Row::json).await?;
        let names: BTreeSet<String> = lists.into_iter().flatten().collect();
        Ok(names.into_iter().collect())
    }
}

impl Storage {
    async fn record_once(&self, lease: &Lease, record: Record) -> Result<(), JournalError> {
        let mut tx = self.db().begin().await?;
        held(tx.execute(HOLD, &args![lease.operation, lease.generation]).await?)?;
        let wakes = !record.events.is_empty()
            || record.update.as_ref().is_some_and(|u| !u.keep_lease)
            || record.writes.iter().any(|w| matches!(w, portal_core::ports::Write::InsertOperation(_)));
        let told = Told::of(&record.writes, wakes);
        let at = record.audit.as_ref().map_or(Timestamp::default(), |a| a.at);
        for step in &record.steps {
            operation::append_step(&mut tx, lease.operation, step).await?;
        }
        if let Some(update) = record.update {
            set_position(&mut tx, lease, update).await?;
        }
        for write in record.writes {
            write::apply(&mut tx, write, at).await?;
        }
        write::append(&mut tx, record.audit, &record.events).await?;
        Ok(self.finish(tx, &told).await?)
    }
}
