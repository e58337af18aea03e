//! Catalogue entries, releases and their packages.

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
        "id, verfahren, version, digest, state, published_at, facts"
    };
}

statements! {
    INSERT_VERFAHREN = "INSERT INTO verfahren (id, slug, package_id, vendor) VALUES ($1, $2, $3, $4)";
    INSERT_PACKAGE = "INSERT INTO package (digest, content) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    INSERT_RELEASE =
        concat!("INSERT INTO release (", release_columns!(), ", name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    SET_STATE = "UPDATE release SET state = $2 WHERE id = $1";
    LIST = "SELECT id, slug, package_id, vendor FROM verfahren ORDER BY slug";
    RELEASES =
        concat!("SELECT ", release_columns!(), " FROM release ORDER BY verfahren, published_at DESC, id DESC");
    RELEASE = concat!("SELECT ", release_columns!(), " FROM release WHERE id = $1");
    PACKAGE = "SELECT content FROM package WHERE digest = $1";
    ADOPTION = "SELECT verfahren, release, municipality, live_since FROM installation \
        WHERE state IN ('live', 'connected') ORDER BY verfahren, live_since, id";
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
    })
}

pub(crate) async fn insert_verfahren(tx: &mut Tx, v: &Verfahren) -> StoreResult<()> {
    tx.execute(INSERT_VERFAHREN, &args![v.id, &v.slug, &v.package_id, v.vendor]).await.map(drop)
}

pub(crate) async fn insert_release(tx: &mut Tx, r: &Release, content: Vec<u8>) -> StoreResult<()> {
    tx.execute(INSERT_PACKAGE, &args![&r.digest, content]).await?;
    let args =
        args![r.id, r.verfahren, &r.version, &r.digest, r.state, r.published_at, json(&r.facts)?, json(&r.facts.name)?];
    tx.execute(INSERT_RELEASE, &args).await.map(drop)
}

pub(crate) async fn set_release_state(tx: &mut Tx, id: ReleaseId, state: ReleaseState) -> StoreResult<()> {
    changed(tx.execute(SET_STATE, &args![id, state]).await?)
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

    pub(crate) async fn package_of(&self, digest: &str) -> StoreResult<Option<Vec<u8>>> {
        self.db().one(PACKAGE, &args![digest], Row::bytes).await
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
