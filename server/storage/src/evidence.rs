//! Test runs, acceptances, activations and their approvals.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::statements,
    write::changed,
};
use portal_core::ports::{StoreError, StoreResult};
use portal_model::{
    ActivationId, InstallationId, TestRunId,
    acceptance::Acceptance,
    activation::{Activation, Approval, Side},
    test_run::TestRun,
};

macro_rules! run_columns {
    () => {
        "id, operation, installation, package_digest, config_digest, data_centre, passed, cases, started_at, finished_at"
    };
}

macro_rules! acceptance_columns {
    () => {
        "id, installation, test_run, person, mandate, accepted, ticked, note, at"
    };
}

/// Columns of an activation `v` with its approvals `vm` (municipality) and `vl` (Land), as [`read_activation`] reads
/// them.
macro_rules! activation_columns {
    () => {
        "v.id, v.installation, v.test_run, v.requested_by, v.mandate, v.state, v.version, v.requested_at, \
         v.not_before, vm.person, vm.at, vl.person, vl.at"
    };
}
/// The approvals of an activation `v`.
macro_rules! approval_joins {
    () => {
        " LEFT JOIN approval vm ON vm.activation = v.id AND vm.side = 'municipality' \
          LEFT JOIN approval vl ON vl.activation = v.id AND vl.side = 'land'"
    };
}
pub(crate) use {activation_columns, approval_joins};
/// How many columns [`activation_columns`] names.
pub(crate) const ACTIVATION_COLUMNS: usize = 13;

statements! {
    INSERT_RUN =
        concat!("INSERT INTO test_run (", run_columns!(), ", red) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    RUN = concat!("SELECT ", run_columns!(), " FROM test_run WHERE id = $1");
    RUN_LATEST = concat!(
        "SELECT ", run_columns!(), " FROM test_run WHERE installation = $1 ORDER BY finished_at DESC, id DESC LIMIT 1"
    );
    INSERT_ACCEPTANCE =
        concat!("INSERT INTO acceptance (", acceptance_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    ACCEPTANCE_LATEST = concat!(
        "SELECT ", acceptance_columns!(), " FROM acceptance WHERE installation = $1 ORDER BY at DESC, id DESC LIMIT 1"
    );
    INSERT_ACTIVATION = "INSERT INTO activation (id, installation, test_run, requested_by, mandate, state, version, \
        requested_at, not_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE_ACTIVATION = "UPDATE activation SET state = $2, version = $3 WHERE id = $1 AND version = $4";
    ACTIVATION_LATEST = concat!(
        "SELECT ", activation_columns!(), " FROM activation v", approval_joins!(),
        " WHERE v.installation = $1 ORDER BY v.requested_at DESC, v.id DESC LIMIT 1"
    );
    /// R2: whoever took part on the asking side inserts nothing. In a change those count who took part in it.
    INSERT_APPROVAL = "INSERT INTO approval (activation, side, person, at) SELECT v.id, $2, $3, $4 \
        FROM activation v JOIN installation i ON i.id = v.installation JOIN request r ON r.id = i.request \
        WHERE v.id = $1 AND v.requested_by <> $3 AND (r.created_by <> $3 OR i.changing_since IS NOT NULL) \
        AND NOT EXISTS (SELECT 1 FROM request_participant s WHERE s.request = r.id AND s.person = $3 \
        AND s.at >= coalesce(i.changing_since, 0)) \
        AND NOT EXISTS (SELECT 1 FROM acceptance a WHERE a.installation = i.id AND a.accepted = 1 AND a.person = $3 \
        AND a.at >= coalesce(i.changing_since, 0))";
}

fn read_run(row: &mut Row) -> StoreResult<TestRun> {
    Ok(TestRun {
        id: row.get()?,
        operation: row.get()?,
        installation: row.get()?,
        package_digest: row.get()?,
        config_digest: row.get()?,
        data_centre: row.get()?,
        passed: row.flag()?,
        cases: row.json()?,
        started_at: row.get()?,
        finished_at: row.get()?,
    })
}

fn read_acceptance(row: &mut Row) -> StoreResult<Acceptance> {
    Ok(Acceptance {
        id: row.get()?,
        installation: row.get()?,
        test_run: row.get()?,
        person: row.get()?,
        mandate: row.opt()?,
        accepted: row.flag()?,
        ticked: row.json()?,
        note: row.get()?,
        at: row.get()?,
    })
}

/// Reads the columns of an activation; approvals in the order in which they were given.
pub(crate) fn read_activation(row: &mut Row) -> StoreResult<Activation> {
    let mut activation = Activation {
        id: row.get()?,
        installation: row.get()?,
        test_run: row.get()?,
        requested_by: row.get()?,
        mandate: row.opt()?,
        state: row.get()?,
        version: row.get()?,
        requested_at: row.get()?,
        not_before: row.opt()?,
        approvals: Vec::new(),
    };
    for side in [Side::Municipality, Side::Land] {
        if let (Some(person), Some(at)) = (row.opt()?, row.opt()?) {
            activation.approvals.push(Approval { side, person, at });
        }
    }
    activation.approvals.sort_by_key(|a| a.at);
    Ok(activation)
}

pub(crate) async fn insert_run(tx: &mut Tx, t: &TestRun) -> StoreResult<()> {
    let red: Vec<&str> = t.cases.iter().filter(|c| !c.passed).map(|c| c.name.as_str()).collect();
    let args = args![
        t.id,
        t.operation,
        t.installation,
        &t.package_digest,
        &t.config_digest,
        t.data_centre,
        t.passed,
        json(&t.cases)?,
        t.started_at,
        t.finished_at,
        json(&red)?
    ];
    tx.execute(INSERT_RUN, &args).await.map(drop)
}

pub(crate) async fn insert_acceptance(tx: &mut Tx, a: &Acceptance) -> StoreResult<()> {
    let args =
        args![a.id, a.installation, a.test_run, a.person, a.mandate, a.accepted, json(&a.ticked)?, &a.note, a.at];
    tx.execute(INSERT_ACCEPTANCE, &args).await.map(drop)
}

pub(crate) async fn insert_activation(tx: &mut Tx, a: &Activation) -> StoreResult<()> {
    let args = args![
        a.id,
        a.installation,
        a.test_run,
        a.requested_by,
        a.mandate,
        a.state,
        a.version,
        a.requested_at,
        a.not_before
    ];
    tx.execute(INSERT_ACTIVATION, &args).await.map(drop)
}

pub(crate) async fn update_activation(tx: &mut Tx, a: &Activation) -> StoreResult<()> {
    changed(tx.execute(UPDATE_ACTIVATION, &args![a.id, a.state, a.version, a.version - 1]).await?)
}

pub(crate) async fn insert_approval(tx: &mut Tx, activation: ActivationId, a: &Approval) -> StoreResult<()> {
    match tx.execute(INSERT_APPROVAL, &args![activation, a.side, a.person, a.at]).await? {
        0 => Err(StoreError::Rule("second_person".to_owned())),
        _ => Ok(()),
    }
}

impl Storage {
    pub(crate) async fn run(&self, id: TestRunId) -> StoreResult<Option<TestRun>> {
        self.db().one(RUN, &args![id], read_run).await
    }

    pub(crate) async fn run_latest(&self, installation: InstallationId) -> StoreResult<Option<TestRun>> {
        self.db().one(RUN_LATEST, &args![installation], read_run).await
    }

    pub(crate) async fn latest_acceptance(&self, installation: InstallationId) -> StoreResult<Option<Acceptance>> {
        self.db().one(ACCEPTANCE_LATEST, &args![installation], read_acceptance).await
    }

    pub(crate) async fn latest_activation(&self, installation: InstallationId) -> StoreResult<Option<Activation>> {
        self.db().one(ACTIVATION_LATEST, &args![installation], read_activation).await
    }
}
