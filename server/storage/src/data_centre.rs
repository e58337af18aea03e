//! Data centres, targets and their load.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    names, operating,
    sql::statements,
    write::changed,
};
use portal_core::ports::{StoreResult, TargetLoad};
use portal_model::{
    TargetId, Timestamp,
    data_centre::{DataCentre, Target},
    operating::{Evidence, EvidenceKind, Operating, Stopped},
};

macro_rules! columns {
    () => {
        "id, name, slug, operator, laender, evidence_until, simulated"
    };
}

macro_rules! target_columns {
    () => {
        "id, data_centre, kind, stage, namespace, endpoint, only_for, domain, ingress_class, \
         storage_class, tls_secret, closed, capacity, trials, at_once, per_second, mirrors, stopped_at, stop_reason"
    };
}

statements! {
    INSERT = concat!("INSERT INTO data_centre (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)");
    INSERT_TARGET =
        concat!("INSERT INTO target (", target_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)");
    ADMIT_TRIALS = "UPDATE target SET trials = $2 WHERE id = $1";
    LIST = concat!("SELECT ", columns!(), " FROM data_centre");
    TARGETS = concat!("SELECT ", target_columns!(), " FROM target ORDER BY data_centre, id");
    TARGET = concat!("SELECT ", target_columns!(), " FROM target WHERE id = $1");
    LOAD = "SELECT t.id, \
        (SELECT count(*) FROM deployment d WHERE d.target = t.id AND d.revision IS NOT NULL), \
        (SELECT count(*) FROM deployment d JOIN installation i ON i.id = d.installation \
        WHERE d.target = t.id AND i.state <> 'removed'), \
        (SELECT count(*) FROM operation o WHERE o.target = t.id AND o.state IN ('queued', 'running', 'waiting', 'unwinding')), \
        (SELECT count(*) FROM operation o WHERE o.target = t.id AND o.state = 'stuck'), \
        (SELECT count(*) FROM trial x WHERE x.target = t.id AND x.finished_at IS NULL) \
        FROM target t ORDER BY t.id";
}

fn read(row: &mut Row) -> StoreResult<DataCentre> {
    Ok(DataCentre {
        id: row.get()?,
        name: row.get()?,
        slug: row.get()?,
        operator: row.get()?,
        laender: row.json()?,
        evidence_until: row.opt()?,
        simulated: row.flag()?,
    })
}

fn read_target(row: &mut Row) -> StoreResult<Target> {
    Ok(Target {
        id: row.get()?,
        data_centre: row.get()?,
        kind: row.get()?,
        stage: row.get()?,
        namespace: row.get()?,
        endpoint: row.get()?,
        only_for: row.opt()?,
        domain: row.get()?,
        ingress_class: row.get()?,
        storage_class: row.get()?,
        tls_secret: row.get()?,
        closed: row.flag()?,
        capacity: row.get()?,
        trials: row.get()?,
        operating: read_operating(row)?,
    })
}

fn read_operating(row: &mut Row) -> StoreResult<Operating> {
    let (at_once, per_second, mirrors) = (row.opt()?, row.opt()?, row.json()?);
    let (at, reason): (Option<Timestamp>, Option<String>) = (row.opt()?, row.opt()?);
    let stopped = at.zip(reason).map(|(at, reason)| Stopped { at, reason });
    Ok(Operating { at_once, per_second, mirrors, stopped })
}

pub(crate) async fn insert(tx: &mut Tx, d: &DataCentre, at: Timestamp) -> StoreResult<()> {
    let args = args![d.id, &d.name, &d.slug, d.operator, json(&d.laender)?, d.evidence_until, d.simulated];
    tx.execute(INSERT, &args).await?;
    // What is known when it is registered is its C5 evidence.
    if let Some(valid_until) = d.evidence_until {
        let note = String::new();
        let c5 = Evidence { data_centre: d.id, kind: EvidenceKind::C5, valid_until, note, recorded_at: at };
        operating::put_evidence(tx, &c5).await?;
    }
    Ok(())
}

pub(crate) async fn insert_target(tx: &mut Tx, t: &Target) -> StoreResult<()> {
    let args = args![
        t.id,
        t.data_centre,
        t.kind,
        t.stage,
        &t.namespace,
        &t.endpoint,
        t.only_for,
        &t.domain,
        &t.ingress_class,
        &t.storage_class,
        &t.tls_secret,
        t.closed,
        t.capacity,
        t.trials,
        t.operating.at_once,
        t.operating.per_second,
        json(&t.operating.mirrors)?,
        t.operating.stopped.as_ref().map(|s| s.at),
        t.operating.stopped.as_ref().map(|s| s.reason.clone()),
    ];
    tx.execute(INSERT_TARGET, &args).await.map(drop)
}

pub(crate) async fn admit_trials(tx: &mut Tx, target: TargetId, trials: i64) -> StoreResult<()> {
    changed(tx.execute(ADMIT_TRIALS, &args![target, trials]).await?)
}

impl Storage {
    pub(crate) async fn data_centres(&self) -> StoreResult<Vec<DataCentre>> {
        let mut found = self.db().all(LIST, &[], read).await?;
        found.sort_by_cached_key(|d| names::key(&d.name));
        Ok(found)
    }

    pub(crate) async fn targets(&self) -> StoreResult<Vec<Target>> {
        self.db().all(TARGETS, &[], read_target).await
    }

    pub(crate) async fn target_of(&self, id: TargetId) -> StoreResult<Option<Target>> {
        self.db().one(TARGET, &args![id], read_target).await
    }

    pub(crate) async fn load(&self) -> StoreResult<Vec<(TargetId, TargetLoad)>> {
        let read = |row: &mut Row| {
            let id = row.get()?;
            let (deployments, promised) = (row.get()?, row.get()?);
            Ok((id, TargetLoad { deployments, promised, running: row.get()?, stuck: row.get()?, trials: row.get()? }))
        };
        let mut found: Vec<(TargetId, TargetLoad)> = self.db().all(LOAD, &[], read).await?;
        found.retain(|(_, load)| *load != TargetLoad::default());
        Ok(found)
    }
}
