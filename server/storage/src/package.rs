//! Packages and what they are made of.

use crate::{
    Storage,
    db::{Row, Tx, args},
    scope,
    sql::{Query, statements},
};
use portal_core::ports::{Component, ComponentSearch, ComponentUse, PackageRow, Scope, StoreResult};
use portal_model::{ReleaseId, installation::InstallationState};

macro_rules! component_columns {
    () => {
        "c.name, c.version, c.purl, c.search_key, c.name_key, c.licence"
    };
}

statements! {
    INSERT = "INSERT INTO package (digest) VALUES ($1) ON CONFLICT (digest) DO NOTHING";
    INSERT_COMPONENT = "INSERT INTO component (digest, number, name, version, purl, search_key, name_key, licence) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    COMPONENTS = concat!("SELECT ", component_columns!(), " FROM component c WHERE c.digest = $1 ORDER BY c.number");
    /// Drafts that were taken back or replaced leave their packages behind.
    SWEEP = "DELETE FROM package WHERE NOT EXISTS (SELECT 1 FROM release r WHERE r.digest = package.digest) \
        AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.digest = package.digest)";
    DIGESTS = "SELECT digest FROM package ORDER BY digest";
}

fn read_component(row: &mut Row) -> StoreResult<Component> {
    Ok(Component {
        name: row.get()?,
        version: row.get()?,
        purl: row.get()?,
        search_key: row.get()?,
        name_key: row.get()?,
        licence: row.get()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, p: PackageRow) -> StoreResult<()> {
    if tx.execute(INSERT, &args![&p.digest]).await? == 0 {
        return Ok(());
    }
    for (number, c) in p.components.iter().enumerate() {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let args = args![&p.digest, number, &c.name, &c.version, &c.purl, &c.search_key, &c.name_key, &c.licence];
        tx.execute(INSERT_COMPONENT, &args).await?;
    }
    Ok(())
}

/// Uses of a component, in the order (version, release).
pub(crate) fn uses_query(
    visible: &Scope,
    search: &ComponentSearch,
    version: Option<&str>,
    after: Option<(String, ReleaseId)>,
    limit: i64,
) -> Query {
    let mut q = Query::new(concat!(
        "SELECT ",
        component_columns!(),
        ", r.id, i.municipality, m.name, q.reference FROM component c JOIN release r ON r.digest = c.digest \
         LEFT JOIN installation i ON i.release = r.id AND i.state <> "
    ));
    q.bind(InstallationState::Removed).push(" AND (");
    let columns = scope::Columns { tenant: "i.municipality", land: "i.land", verfahren: Some("i.verfahren") };
    scope::push(&mut q, visible, &columns);
    q.push(") LEFT JOIN organisation m ON m.id = i.municipality LEFT JOIN request q ON q.id = i.request ");
    match search {
        ComponentSearch::Key(key) => q.push("WHERE c.search_key = ").bind(key.as_str()),
        ComponentSearch::Name(name) => q.push("WHERE c.name_key = ").bind(name.as_str()),
    };
    if let Some(version) = version {
        q.push(" AND c.version = ").bind(version);
    }
    if let Some((version, release)) = after {
        q.push(" AND (c.version, r.id) > (").bind(version).push(", ").bind(release).push(")");
    }
    q.push(" ORDER BY c.version, r.id, i.id LIMIT ").bind(limit.clamp(1, 1000));
    q
}

impl Storage {
    pub(crate) async fn components_of(&self, digest: &str) -> StoreResult<Vec<Component>> {
        self.db().all(COMPONENTS, &args![digest], read_component).await
    }

    pub(crate) async fn uses_of(
        &self,
        visible: &Scope,
        search: &ComponentSearch,
        version: Option<&str>,
        after: Option<(String, ReleaseId)>,
        limit: i64,
    ) -> StoreResult<Vec<ComponentUse>> {
        let query = uses_query(visible, search, version, after, limit);
        let (sql, args) = query.parts();
        let read = |row: &mut Row| {
            let (component, release) = (read_component(row)?, row.get()?);
            let (municipality, name, reference) = (row.opt()?, row.opt()?, row.opt()?);
            let installation = municipality.zip(name).zip(reference).map(|((m, n), r)| (m, n, r));
            Ok(ComponentUse { component, release, installation })
        };
        self.db().all(sql, args, read).await
    }

    pub(crate) async fn sweep_packages(&self) -> StoreResult<Vec<String>> {
        let mut tx = self.db().begin().await?;
        tx.execute(SWEEP, &[]).await?;
        let left = tx.fetch(DIGESTS, &[]).await?.iter_mut().map(Row::get).collect::<StoreResult<_>>()?;
        tx.commit().await?;
        Ok(left)
    }
}
