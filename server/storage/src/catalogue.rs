//! Catalogue entries and their releases.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
    write::changed,
};
use portal_core::ports::{AdoptionRow, StoreResult};
use portal_model::{
    ReleaseId,
    verfahren::{Release, ReleaseState, Verfahren},
};

macro_rules! release_columns {
    () => {
        "id, verfahren, version, digest, state, published_at, facts, limits, security_fix, state_note, replaced_by, \
         submission, signed_with"
    };
}

statements! {
    INSERT_VERFAHREN = "INSERT INTO verfahren (id, slug, package_id, vendor) VALUES ($1, $2, $3, $4)";
    INSERT_RELEASE = concat!(
        "INSERT INTO release (", release_columns!(),
        ", name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    /// Ending goes one way: what is unsafe stays unsafe, what was withdrawn is not offered again.
    UPDATE_RELEASE = "UPDATE release SET state = $3, limits = $4, security_fix = $5, state_note = $6, \
        replaced_by = $7 WHERE id = $1 AND state = $2 \
        AND (state IN ('published', 'deprecated') OR $3 IN ('unsafe', state))";
    LIST = "SELECT id, slug, package_id, vendor FROM verfahren ORDER BY slug";
    RELEASES =
        concat!("SELECT ", release_columns!(), " FROM release ORDER BY verfahren, published_at DESC, id DESC");
    RELEASE = concat!("SELECT ", release_columns!(), " FROM release WHERE id = $1");
    ADOPTION = "SELECT verfahren, release, municipality, live_since FROM installation \
        WHERE live_since IS NOT NULL \
        AND state NOT IN ('suspending', 'suspended', 'resuming', 'removing', 'removed') ORDER BY verfahren, live_since, id";
}

fn read(row: &mut Row) -> StoreResult<Verfahren> {
    Ok(Verfahren { id: row.get()?, slug: row.get()?, package_id: row.get()?, vendor: row.get()? })
}

fn read_release(row: &mut Row) -> StoreResult<Release> {
    Ok(Release {
        id: row.get()?,
        verfahren: row.get()?,
        version: row.get()?,
        digest: row.get()?,
        state: row.get()?,
        published_at: row.get()?,
        facts: row.json()?,
        limits: row.json()?,
        security_fix: row.flag()?,
        state_note: row.get()?,
        replaced_by: row.opt()?,
        submission: row.opt()?,
        signed_with: row.opt()?,
    })
}

pub(crate) async fn insert_verfahren(tx: &mut Tx, v: &Verfahren) -> StoreResult<()> {
    tx.execute(INSERT_VERFAHREN, &args![v.id, &v.slug, &v.package_id, v.vendor]).await.map(drop)
}

pub(crate) async fn insert_release(tx: &mut Tx, r: &Release) -> StoreResult<()> {
    let args = args![
        r.id,
        r.verfahren,
        &r.version,
        &r.digest,
        r.state,
        r.published_at,
        json(&r.facts)?,
        json(&r.limits)?,
        r.security_fix,
        &r.state_note,
        r.replaced_by,
        r.submission,
        r.signed_with,
        json(&r.facts.name)?
    ];
    tx.execute(INSERT_RELEASE, &args).await.map(drop)
}

pub(crate) async fn update_release(tx: &mut Tx, from: ReleaseState, r: &Release) -> StoreResult<()> {
    let args = args![r.id, from, r.state, json(&r.limits)?, r.security_fix, &r.state_note, r.replaced_by];
    changed(tx.execute(UPDATE_RELEASE, &args).await?)
}

impl Storage {
    pub(crate) async fn verfahren(&self) -> StoreResult<Vec<Verfahren>> {
        self.db().all(LIST, &[], read).await
    }

    pub(crate) async fn releases(&self) -> StoreResult<Vec<Release>> {
        self.db().all(RELEASES, &[], read_release).await
    }

    pub(crate) async fn release_of(&self, id: ReleaseId) -> StoreResult<Option<Release>> {
        self.db().one(RELEASE, &args![id], read_release).await
    }

    pub(crate) async fn adopters(&self) -> StoreResult<Vec<AdoptionRow>> {
        let read = |row: &mut Row| {
            Ok(AdoptionRow {
                verfahren: row.get()?,
                release: row.get()?,
                municipality: row.get()?,
                live_since: row.opt()?,
            })
        };
        self.db().all(ADOPTION, &[], read).await
    }
}
