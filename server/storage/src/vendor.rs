//! Access keys and public keys of vendors.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
    write::changed,
};
use portal_core::ports::StoreResult;
use portal_model::{
    OrganisationId, PersonId, Timestamp, TokenId, VendorKeyId, token::AccessToken, vendor_key::VendorKey,
};

macro_rules! token_columns {
    () => {
        "id, organisation, verfahren, name, created_by, created_at, expires_at, revoked_at, last_used_at"
    };
}

macro_rules! key_columns {
    () => {
        "id, organisation, name, pem, fingerprint, created_by, created_at, revoked_at"
    };
}

/// How often the use of an access key is noted, in microseconds.
const NOTE_USE: i64 = 3_600_000_000;

statements! {
    INSERT_TOKEN = concat!(
        "INSERT INTO access_token (", token_columns!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    REVOKE_TOKEN = "UPDATE access_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    TOKENS = concat!(
        "SELECT ", token_columns!(), " FROM access_token WHERE organisation = $1 ORDER BY created_at DESC, id DESC"
    );
    TOKEN = concat!("SELECT ", token_columns!(), " FROM access_token WHERE hash = $1");
    NOTE_TOKEN = "UPDATE access_token SET last_used_at = $2 WHERE id = $1";
    INSERT_KEY = concat!("INSERT INTO vendor_key (", key_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    REVOKE_KEY = "UPDATE vendor_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    KEYS = concat!(
        "SELECT ", key_columns!(), " FROM vendor_key WHERE organisation = $1 ORDER BY created_at DESC, id DESC"
    );
    REQUIRE_SIGNATURES = "INSERT INTO signing_policy (organisation, required, changed_by, changed_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (organisation) DO UPDATE SET required = excluded.required, \
        changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    SIGNATURES_REQUIRED = "SELECT required FROM signing_policy WHERE organisation = $1";
}

fn read_token(row: &mut Row) -> StoreResult<AccessToken> {
    Ok(AccessToken {
        id: row.get()?,
        organisation: row.get()?,
        verfahren: row.json()?,
        name: row.get()?,
        created_by: row.get()?,
        created_at: row.get()?,
        expires_at: row.get()?,
        revoked_at: row.opt()?,
        last_used_at: row.opt()?,
    })
}

fn read_key(row: &mut Row) -> StoreResult<VendorKey> {
    Ok(VendorKey {
        id: row.get()?,
        organisation: row.get()?,
        name: row.get()?,
        pem: row.get()?,
        fingerprint: row.get()?,
        created_by: row.get()?,
        created_at: row.get()?,
        revoked_at: row.opt()?,
    })
}

pub(crate) async fn insert_token(tx: &mut Tx, t: &AccessToken, hash: &str) -> StoreResult<()> {
    let args = args![
        t.id,
        t.organisation,
        json(&t.verfahren)?,
        &t.name,
        t.created_by,
        t.created_at,
        t.expires_at,
        t.revoked_at,
        t.last_used_at,
        hash
    ];
    tx.execute(INSERT_TOKEN, &args).await.map(drop)
}

pub(crate) async fn revoke_token(tx: &mut Tx, id: TokenId, at: Timestamp) -> StoreResult<()> {
    changed(tx.execute(REVOKE_TOKEN, &args![id, at]).await?)
}

pub(crate) async fn insert_key(tx: &mut Tx, k: &VendorKey) -> StoreResult<()> {
    let args = args![k.id, k.organisation, &k.name, &k.pem, &k.fingerprint, k.created_by, k.created_at, k.revoked_at];
    tx.execute(INSERT_KEY, &args).await.map(drop)
}

pub(crate) async fn revoke_key(tx: &mut Tx, id: VendorKeyId, at: Timestamp) -> StoreResult<()> {
    changed(tx.execute(REVOKE_KEY, &args![id, at]).await?)
}

pub(crate) async fn require_signatures(
    tx: &mut Tx,
    vendor: OrganisationId,
    required: bool,
    by: PersonId,
    at: Timestamp,
) -> StoreResult<()> {
    tx.execute(REQUIRE_SIGNATURES, &args![vendor, required, by, at]).await.map(drop)
}

impl Storage {
    pub(crate) async fn tokens_of(&self, organisation: OrganisationId) -> StoreResult<Vec<AccessToken>> {
        self.db().all(TOKENS, &args![organisation], read_token).await
    }

    pub(crate) async fn token_with(&self, hash: &str, now: Timestamp) -> StoreResult<Option<AccessToken>> {
        let Some(token) = self.db().one(TOKEN, &args![hash], read_token).await? else { return Ok(None) };
        if token.last_used_at.is_none_or(|at| now.0 - at.0 > NOTE_USE) {
            let mut tx = self.db().begin().await?;
            tx.execute(NOTE_TOKEN, &args![token.id, now]).await?;
            tx.commit().await?;
        }
        Ok(Some(token))
    }

    pub(crate) async fn keys_of(&self, organisation: OrganisationId) -> StoreResult<Vec<VendorKey>> {
        self.db().all(KEYS, &args![organisation], read_key).await
    }

    pub(crate) async fn must_sign(&self, organisation: OrganisationId) -> StoreResult<bool> {
        Ok(self.db().one(SIGNATURES_REQUIRED, &args![organisation], Row::flag).await?.unwrap_or(false))
    }
}
