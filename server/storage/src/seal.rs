//! The chain over the record: every entry has a salted leaf hash, a seal binds a run of leaves to everything before.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    event::take_positions,
    sql::statements,
};
use portal_core::ports::{Checkpoint, SealState, StoreResult};
use portal_model::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// How many entries one seal binds at most, and how many the check reads at once.
const BATCH: i64 = 1000;

statements! {
    LAST_SEAL = "SELECT number, last_seq, head FROM audit_seal ORDER BY number DESC LIMIT 1";
    SEAL = "SELECT last_seq, head FROM audit_seal WHERE number = $1";
    POSITION = "SELECT audit FROM journal_position WHERE id = 1";
    LEAVES = "SELECT leaf_hash FROM audit_entry WHERE seq >= $1 AND seq <= $2 ORDER BY seq";
    INSERT_SEAL = "INSERT INTO audit_seal (number, first_seq, last_seq, head, at) VALUES ($1, $2, $3, $4, $5)";
    SEALS = "SELECT number, first_seq, last_seq, head FROM audit_seal WHERE number > $1 ORDER BY number LIMIT $2";
    ENTRIES = "SELECT e.id, e.seq, e.at, e.person, e.acting_as, e.municipality, e.land, e.mandate, e.action, \
        e.subject, e.request, e.salt, e.detail_hash, e.leaf_hash, d.salt, d.person_name, d.detail \
        FROM audit_entry e LEFT JOIN audit_detail d ON d.entry = e.id \
        WHERE e.seq >= $1 AND e.seq <= $2 ORDER BY e.seq";
}

/// What the leaf hash covers, as JSON with the fields in this order (so that no two entries encode alike).
#[derive(Debug, Serialize)]
pub(crate) struct Leaf {
    pub(crate) id: String,
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) person: Option<String>,
    pub(crate) acting_as: Option<String>,
    pub(crate) municipality: Option<String>,
    pub(crate) land: Option<String>,
    pub(crate) mandate: Option<String>,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) request: Option<String>,
    pub(crate) salt: String,
    pub(crate) detail_hash: String,
}

impl Leaf {
    /// SHA-256 of the canonical encoding, hex.
    pub(crate) fn hash(&self) -> StoreResult<String> {
        sha256(&("portal-audit-1", self))
    }
}

/// SHA-256 of what may be erased, hex. The salt is erased with it.
pub(crate) fn detail_hash(salt: &str, person_name: Option<&str>, detail: Option<&str>) -> StoreResult<String> {
    sha256(&("portal-audit-detail-1", salt, person_name, detail))
}

fn sha256(value: &impl Serialize) -> StoreResult<String> {
    Ok(hex::encode(Sha256::digest(json(value)?.as_bytes())))
}

/// The head after these leaves: SHA-256 over the previous head and the leaves, hex.
fn head_after(previous: &str, leaves: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    for leaf in leaves {
        hash.update(b"\n");
        hash.update(leaf.as_bytes());
    }
    hex::encode(hash.finalize())
}

async fn end_of_chain(tx: &mut Tx) -> StoreResult<Checkpoint> {
    Ok(match tx.first(LAST_SEAL, &[]).await? {
        Some(mut row) => Checkpoint { seal: row.get()?, last: row.get()?, head: row.get()? },
        None => Checkpoint::default(),
    })
}

fn read_entry(row: &mut Row) -> StoreResult<(bool, String, i64)> {
    let leaf = Leaf {
        id: row.get()?,
        seq: row.get()?,
        at: row.get()?,
        person: row.opt()?,
        acting_as: row.opt()?,
        municipality: row.opt()?,
        land: row.opt()?,
        mandate: row.opt()?,
        action: row.get()?,
        subject: row.get()?,
        request: row.opt()?,
        salt: row.get()?,
        detail_hash: row.get()?,
    };
    let stored: String = row.get()?;
    let salt: Option<String> = row.opt()?;
    let (person_name, detail): (Option<String>, Option<String>) = (row.opt()?, row.opt()?);
    let detail_fits = match salt {
        Some(salt) => detail_hash(&salt, person_name.as_deref(), detail.as_deref())? == leaf.detail_hash,
        None => true, // erased
    };
    let fits = detail_fits && leaf.hash()? == stored;
    Ok((fits, stored, leaf.seq))
}

impl Storage {
    /// Seals what is not sealed yet; the last position is locked, so no two processes seal at once.
    pub(crate) async fn seal(&self, now: Timestamp) -> StoreResult<i64> {
        let mut sealed = 0;
        loop {
            let mut tx = self.db().begin().await?;
            let (newest, _) = take_positions(&mut tx, 0, 0).await?;
            let chain = end_of_chain(&mut tx).await?;
            let last = newest.min(chain.last + BATCH);
            if last <= chain.last {
                return Ok(sealed);
            }
            let first = chain.last + 1;
            let rows = tx.fetch(LEAVES, &args![first, last]).await?;
            let leaves: Vec<String> = rows.into_iter().map(|mut row| row.get()).collect::<StoreResult<_>>()?;
            let head = head_after(&chain.head, &leaves);
            tx.execute(INSERT_SEAL, &args![chain.seal + 1, first, last, head, now]).await?;
            tx.commit().await?;
            sealed += last - chain.last;
        }
    }

    /// Computes anew what comes after a checkpoint: each seal follows the one before, each position is there, each entry
    /// fits its leaf, each detail that was not erased fits its entry, and the entries after the last seal fit as well.
    pub(crate) async fn verify(&self, from: &Checkpoint) -> StoreResult<(SealState, Checkpoint)> {
        let mut chain = from.clone();
        let mut intact = self.stands(from).await?;
        loop {
            let mut seals = self.db().fetch(SEALS, &args![chain.seal, BATCH]).await?;
            if seals.is_empty() {
                break;
            }
            for row in &mut seals {
                let (seal, first, last): (i64, i64, i64) = (row.get()?, row.get()?, row.get()?);
                let head: String = row.get()?;
                let (entries_fit, leaves) = self.leaves_between(first, last).await?;
                intact &= seal == chain.seal + 1 && first == chain.last + 1 && entries_fit;
                intact &= head_after(&chain.head, &leaves) == head;
                chain = Checkpoint { seal, last, head };
            }
        }
        let newest: i64 = self.db().one(POSITION, &[], Row::get).await?.unwrap_or(0);
        let mut next = chain.last + 1;
        while next <= newest {
            let until = newest.min(next + BATCH - 1);
            intact &= self.leaves_between(next, until).await?.0;
            next = until + 1;
        }
        Ok((SealState { sealed: chain.last, intact: intact && newest >= chain.last }, chain))
    }

    /// Whether the seal of a checkpoint is still as it was.
    async fn stands(&self, from: &Checkpoint) -> StoreResult<bool> {
        let read = |row: &mut Row| Ok(Checkpoint { seal: from.seal, last: row.get()?, head: row.get()? });
        Ok(from.seal == 0 || self.db().one(SEAL, &args![from.seal], read).await?.as_ref() == Some(from))
    }

    async fn leaves_between(&self, first: i64, last: i64) -> StoreResult<(bool, Vec<String>)> {
        let entries = self.db().all(ENTRIES, &args![first, last], read_entry).await?;
        let complete = entries.iter().map(|(_, _, seq)| *seq).eq(first..=last);
        let fit = complete && entries.iter().all(|(fits, _, _)| *fits);
        Ok((fit, entries.into_iter().map(|(_, leaf, _)| leaf).collect()))
    }
}
