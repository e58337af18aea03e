//! The few statements in which the two databases differ.

use crate::{
    db::{Db, Tx, args},
    operation::CLAIM,
    sql::statements,
};
use portal_core::ports::StoreResult;

statements! {
    /// One claim at a time, so that the limit per target holds among several workers. The number is arbitrary.
    PG_CLAIM_TURN = "SELECT 1 FROM pg_advisory_xact_lock(7305808869229538625)";
    /// Tells the other processes when the transaction commits.
    PG_NOTIFY = "SELECT 1 FROM pg_notify('portal_changes', $1)";
}

/// The channel of [`PG_NOTIFY`].
pub(crate) const CHANNEL: &str = "portal_changes";

/// The claim: on PostgreSQL it passes over rows that somebody is just changing.
pub(crate) fn claim(postgres: bool) -> String {
    CLAIM.replace("/*lock*/", if postgres { "FOR UPDATE OF o SKIP LOCKED" } else { "" })
}

/// Waits until nobody else claims. SQLite has one writer anyway.
pub(crate) async fn take_claim_turn(tx: &mut Tx) -> StoreResult<()> {
    if matches!(tx, Tx::Postgres(_)) {
        tx.fetch(PG_CLAIM_TURN, &args![]).await?;
    }
    Ok(())
}

/// Tells other processes, once the transaction commits. With SQLite there is none.
pub(crate) async fn notify(tx: &mut Tx, payload: String) -> StoreResult<()> {
    if matches!(tx, Tx::Postgres(_)) {
        tx.fetch(PG_NOTIFY, &args![payload]).await?;
    }
    Ok(())
}

impl Db {
    /// Whether it is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Db::Postgres(_))
    }
}
