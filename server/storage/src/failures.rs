//! Why installations of a Verfahren do not go on, counted by cause.

use crate::{
    Storage,
    db::{Row, args},
    sql::statements,
};
use portal_core::ports::{FailedAt, ReleaseFailure, StoreResult};
use portal_model::{ReleaseId, VerfahrenId};
use std::{cmp::Reverse, collections::BTreeMap};

statements! {
    /// The newest test run of every installation whose tests were red; an older one tells of other values.
    RED_RUNS = "SELECT i.release, t.red FROM installation i JOIN test_run t ON t.id = \
        (SELECT x.id FROM test_run x WHERE x.installation = i.id ORDER BY x.finished_at DESC, x.id DESC LIMIT 1) \
        WHERE i.verfahren = $1 AND i.state = 'test_failed' AND t.passed = 0";
    /// The newest operation of every installation, if it failed. Taking down is not the version's doing.
    FAILED = "SELECT i.release, o.failure_cause, count(*) FROM installation i JOIN operation o ON o.id = \
        (SELECT x.id FROM operation x WHERE x.request = i.request ORDER BY x.created_at DESC, x.id DESC LIMIT 1) \
        WHERE i.verfahren = $1 AND i.state <> 'removed' AND o.kind <> 'remove' AND o.state IN ('stuck', 'abandoned') AND o.failure_cause IS NOT NULL \
        GROUP BY i.release, o.failure_cause";
}

impl Storage {
    pub(crate) async fn failures_of(&self, verfahren: VerfahrenId) -> StoreResult<Vec<ReleaseFailure>> {
        let mut counted: BTreeMap<(ReleaseId, FailedAt), i64> = BTreeMap::new();
        let run = |row: &mut Row| Ok((row.get::<ReleaseId>()?, row.json::<Vec<String>>()?));
        for (release, red) in self.db().all(RED_RUNS, &args![verfahren], run).await? {
            for test in red {
                *counted.entry((release, FailedAt::Test(test))).or_default() += 1;
            }
        }
        let failed = |row: &mut Row| Ok(((row.get()?, FailedAt::Operation(row.get()?)), row.get()?));
        counted.extend(self.db().all(FAILED, &args![verfahren], failed).await?);
        let row = |((release, what), installations)| ReleaseFailure { release, what, installations };
        let mut failures: Vec<ReleaseFailure> = counted.into_iter().map(row).collect();
        failures.sort_by_key(|f| (f.release, Reverse(f.installations)));
        Ok(failures)
    }
}
