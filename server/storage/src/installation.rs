//! Installations, deployments, configurations, revisions and secrets.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    request,
    sql::statements,
    write::{changed, refers},
};
use portal_core::ports::{Sealed, SecretRow, StoreError, StoreResult};
use portal_model::{
    ConfigurationId, DeploymentId, InstallationId, OrganisationId, RequestId, RevisionId, Timestamp,
    data_centre::Stage,
    installation::{Configuration, Deployment, Installation, Revision},
};

/// Columns of an installation `i` in the order of [`read`].
macro_rules! columns {
    () => {
        "i.id, i.request, i.municipality, i.land, i.verfahren, i.release, i.label, i.instance, i.data_centre, \
         i.areas, i.configuration, i.state, i.version, i.state_since, i.live_since, i.changing_since"
    };
}
pub(crate) use columns;
/// How many columns [`columns`] names.
pub(crate) const COLUMNS: usize = 16;

/// Columns of a revision `v` in the order of [`read_revision`].
macro_rules! revision_columns {
    () => {
        "v.id, v.deployment, v.stage, v.operation, v.release, v.configuration, v.package_digest, v.config_digest, \
         v.data_centre, v.test_run, v.activation, v.restored_from, v.applied_at"
    };
}

statements! {
    INSERT = "INSERT INTO installation (id, request, municipality, land, verfahren, release, label, instance, \
        data_centre, areas, configuration, state, version, state_since, live_since, changing_since) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    /// Whose it is, its label and its name in targets never change.
    UPDATE = "UPDATE installation SET release = $2, data_centre = $3, areas = $4, configuration = $5, state = $6, \
        version = $7, state_since = $8, live_since = $9, changing_since = $11 WHERE id = $1 AND version = $10";
    /// Holds the target until the commit, so that of two acceptances only one gets the last place.
    HOLD_TARGET = "UPDATE target SET capacity = capacity WHERE id = $1";
    INSERT_DEPLOYMENT = "INSERT INTO deployment (id, installation, stage, target, data_centre, revision) \
        SELECT $1, $2, $3, t.id, t.data_centre, $5 FROM target t WHERE t.id = $4 AND t.capacity > \
        (SELECT count(*) FROM deployment d JOIN installation i ON i.id = d.installation \
        WHERE d.target = t.id AND i.state <> 'removed')";
    DEPLOYMENTS = "SELECT id, installation, stage, target, revision FROM deployment WHERE installation = $1 \
        ORDER BY stage DESC";
    INSERT_CONFIGURATION = "INSERT INTO configuration (id, request, number, field_values, digest, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    CONFIGURATION = "SELECT id, request, number, field_values, digest, created_at FROM configuration WHERE id = $1";
    CONFIGURATION_LATEST = "SELECT id, request, number, field_values, digest, created_at FROM configuration \
        WHERE request = $1 ORDER BY number DESC LIMIT 1";
    CONFIGURATION_COUNT = "SELECT coalesce(max(number), 0) FROM configuration WHERE request = $1";
    INSERT_REVISION = "INSERT INTO revision (id, deployment, stage, operation, release, configuration, \
        package_digest, config_digest, data_centre, test_run, activation, restored_from, applied_at, test_passed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    POINT = "UPDATE deployment SET revision = $2 WHERE id = $1";
    HEALTHY = "INSERT INTO revision_healthy (revision, at) VALUES ($1, $2) ON CONFLICT (revision) DO NOTHING";
    REVISION = concat!(
        "SELECT ", revision_columns!(), " FROM deployment d JOIN revision v ON v.id = d.revision WHERE d.id = $1"
    );
    REVISIONS_HEALTHY = concat!(
        "SELECT ", revision_columns!(), " FROM revision v JOIN revision_healthy h ON h.revision = v.id \
         WHERE v.deployment = $1 ORDER BY v.applied_at DESC, v.id DESC LIMIT $2"
    );
    PUT_SECRET = "INSERT INTO secret (tenant, object, field, version, sealed) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (object, field) DO UPDATE SET version = excluded.version, sealed = excluded.sealed \
        WHERE secret.version < excluded.version AND secret.tenant = excluded.tenant";
    SECRETS = "SELECT tenant, object, field, version, sealed FROM secret WHERE object = $1 ORDER BY field";
    DELETE_SECRETS = "DELETE FROM secret WHERE object = $1";
    INSERT_DATA_KEY = "INSERT INTO data_key (tenant, wrapped) VALUES ($1, $2)";
    REWRAP_DATA_KEY = "UPDATE data_key SET wrapped = $3 WHERE tenant = $1 AND wrapped = $2";
    DATA_KEY = "SELECT wrapped FROM data_key WHERE tenant = $1";
    DATA_KEYS = "SELECT tenant, wrapped FROM data_key WHERE tenant > $1 ORDER BY tenant LIMIT $2";
}

/// Reads the columns of an installation.
pub(crate) fn read(row: &mut Row) -> StoreResult<Installation> {
    Ok(Installation {
        id: row.get()?,
        request: row.get()?,
        municipality: row.get()?,
        land: row.get()?,
        verfahren: row.get()?,
        release: row.get()?,
        label: row.get()?,
        instance: row.get()?,
        data_centre: row.opt()?,
        areas: row.json()?,
        configuration: row.opt()?,
        state: row.get()?,
        version: row.get()?,
        state_since: row.get()?,
        live_since: row.opt()?,
        changing_since: row.opt()?,
    })
}

fn read_deployment(row: &mut Row) -> StoreResult<Deployment> {
    Ok(Deployment {
        id: row.get()?,
        installation: row.get()?,
        stage: row.get()?,
        target: row.get()?,
        revision: row.opt()?,
    })
}

fn read_configuration(row: &mut Row) -> StoreResult<Configuration> {
    Ok(Configuration {
        id: row.get()?,
        request: row.get()?,
        number: row.get()?,
        values: row.json()?,
        digest: row.get()?,
        created_at: row.get()?,
    })
}

fn read_revision(row: &mut Row) -> StoreResult<Revision> {
    Ok(Revision {
        id: row.get()?,
        deployment: row.get()?,
        stage: row.get()?,
        operation: row.get()?,
        release: row.get()?,
        configuration: row.get()?,
        package_digest: row.get()?,
        config_digest: row.get()?,
        data_centre: row.get()?,
        test_run: row.opt()?,
        activation: row.opt()?,
        restored_from: row.opt()?,
        applied_at: row.get()?,
    })
}

fn read_secret(row: &mut Row) -> StoreResult<SecretRow> {
    Ok(SecretRow {
        tenant: row.get()?,
        object: row.get()?,
        field: row.get()?,
        version: row.get()?,
        sealed: Sealed(row.bytes()?),
    })
}

pub(crate) async fn insert(tx: &mut Tx, i: &Installation) -> StoreResult<()> {
    let args = args![
        i.id,
        i.request,
        i.municipality,
        i.land,
        i.verfahren,
        i.release,
        &i.label,
        &i.instance,
        i.data_centre,
        json(&i.areas)?,
        i.configuration,
        i.state,
        i.version,
        i.state_since,
        i.live_since,
        i.changing_since
    ];
    tx.execute(INSERT, &args).await?;
    request::stands(tx, i.request, i.state).await
}

pub(crate) async fn update(tx: &mut Tx, i: &Installation) -> StoreResult<()> {
    let args = args![
        i.id,
        i.release,
        i.data_centre,
        json(&i.areas)?,
        i.configuration,
        i.state,
        i.version,
        i.state_since,
        i.live_since,
        i.version - 1,
        i.changing_since
    ];
    changed(tx.execute(UPDATE, &args).await?)?;
    request::stands(tx, i.request, i.state).await
}

pub(crate) async fn insert_deployment(tx: &mut Tx, d: &Deployment) -> StoreResult<()> {
    refers(tx.execute(HOLD_TARGET, &args![d.target]).await?)?;
    match tx.execute(INSERT_DEPLOYMENT, &args![d.id, d.installation, d.stage, d.target, d.revision]).await? {
        0 => Err(StoreError::Rule("full".to_owned())),
        _ => Ok(()),
    }
}

pub(crate) async fn insert_configuration(tx: &mut Tx, c: &Configuration) -> StoreResult<()> {
    let args = args![c.id, c.request, c.number, json(&c.values)?, &c.digest, c.created_at];
    tx.execute(INSERT_CONFIGURATION, &args).await.map(drop)
}

/// R1. SQLite does not say which reference failed; for production every one of them belongs to the gate.
pub(crate) async fn insert_revision(tx: &mut Tx, r: &Revision) -> StoreResult<()> {
    let args = args![
        r.id,
        r.deployment,
        r.stage,
        r.operation,
        r.release,
        r.configuration,
        &r.package_digest,
        &r.config_digest,
        r.data_centre,
        r.test_run,
        r.activation,
        r.restored_from,
        r.applied_at,
        crate::db::Arg::Int(r.test_run.map(|_| 1))
    ];
    let inserted = tx.execute(INSERT_REVISION, &args).await;
    inserted.map_err(|e| match e {
        StoreError::Rule(rule) if rule == "reference" && (r.stage == Stage::Production || r.test_run.is_some()) => {
            StoreError::Rule("test_gate".to_owned())
        }
        other => other,
    })?;
    refers(tx.execute(POINT, &args![r.deployment, r.id]).await?)
}

pub(crate) async fn point_revision(
    tx: &mut Tx,
    deployment: DeploymentId,
    revision: Option<RevisionId>,
) -> StoreResult<()> {
    refers(tx.execute(POINT, &args![deployment, revision]).await?)
}

pub(crate) async fn mark_healthy(tx: &mut Tx, revision: RevisionId, at: Timestamp) -> StoreResult<()> {
    tx.execute(HEALTHY, &args![revision, at]).await.map(drop)
}

pub(crate) async fn put_secret(tx: &mut Tx, s: &SecretRow) -> StoreResult<()> {
    changed(tx.execute(PUT_SECRET, &args![s.tenant, s.object, &s.field, s.version, &s.sealed]).await?)
}

pub(crate) async fn delete_secrets(tx: &mut Tx, object: uuid::Uuid) -> StoreResult<()> {
    tx.execute(DELETE_SECRETS, &args![object]).await.map(drop)
}

pub(crate) async fn insert_data_key(tx: &mut Tx, tenant: OrganisationId, wrapped: Vec<u8>) -> StoreResult<()> {
    tx.execute(INSERT_DATA_KEY, &args![tenant, wrapped]).await.map(drop)
}

pub(crate) async fn rewrap_data_key(
    tx: &mut Tx,
    tenant: OrganisationId,
    from: Vec<u8>,
    to: Vec<u8>,
) -> StoreResult<()> {
    changed(tx.execute(REWRAP_DATA_KEY, &args![tenant, from, to]).await?)
}

impl Storage {
    pub(crate) async fn deployments_of(&self, installation: InstallationId) -> StoreResult<Vec<Deployment>> {
        self.db().all(DEPLOYMENTS, &args![installation], read_deployment).await
    }

    pub(crate) async fn revision_of(&self, deployment: DeploymentId) -> StoreResult<Option<Revision>> {
        self.db().one(REVISION, &args![deployment], read_revision).await
    }

    pub(crate) async fn healthy_revisions_of(
        &self,
        deployment: DeploymentId,
        limit: i64,
    ) -> StoreResult<Vec<Revision>> {
        self.db().all(REVISIONS_HEALTHY, &args![deployment, limit], read_revision).await
    }

    pub(crate) async fn configuration_of(&self, id: ConfigurationId) -> StoreResult<Option<Configuration>> {
        self.db().one(CONFIGURATION, &args![id], read_configuration).await
    }

    pub(crate) async fn newest_configuration(&self, request: RequestId) -> StoreResult<Option<Configuration>> {
        self.db().one(CONFIGURATION_LATEST, &args![request], read_configuration).await
    }

    pub(crate) async fn configurations(&self, request: RequestId) -> StoreResult<i64> {
        Ok(self.db().one(CONFIGURATION_COUNT, &args![request], Row::get).await?.unwrap_or(0))
    }

    pub(crate) async fn secrets_of(&self, object: uuid::Uuid) -> StoreResult<Vec<SecretRow>> {
        self.db().all(SECRETS, &args![object], read_secret).await
    }

    pub(crate) async fn data_key_of(&self, tenant: OrganisationId) -> StoreResult<Option<Vec<u8>>> {
        self.db().one(DATA_KEY, &args![tenant], Row::bytes).await
    }

    pub(crate) async fn data_keys_after(
        &self,
        after: Option<OrganisationId>,
        limit: i64,
    ) -> StoreResult<Vec<(OrganisationId, Vec<u8>)>> {
        let after = after.map_or_else(String::new, |t| t.to_string());
        self.db().all(DATA_KEYS, &args![after, limit], |row| Ok((row.get()?, row.bytes()?))).await
    }
}
