//! Packages and what they are made of.

use crate::{
    Storage,
    db::{Row, Tx, args},
    scope,
    sql::{Query, statements},
};
use portal_core::ports::{Component, ComponentCursor, ComponentSearch, ComponentUse, PackageRow, Scope, StoreResult};
use portal_model::installation::InstallationState;

macro_rules! component_columns {
    () => {
        "c.name, c.version, c.purl, c.search_key, c.name_key, c.licence"
    };
}

/// Rows of one statement. SQLite has one writer, so what a bill of materials writes has to be quick; but it looks
/// through the names of all placeholders for each, so that longer statements become slower again. Either way there are
/// a thousand placeholders, far below what both databases take.
const COMPONENTS_AT_ONCE: usize = 125;
const WORDS_AT_ONCE: usize = 250;

statements! {
    INSERT = "INSERT INTO package (digest) VALUES ($1) ON CONFLICT (digest) DO NOTHING";
    COMPONENTS = concat!("SELECT ", component_columns!(), " FROM component c WHERE c.digest = $1 ORDER BY c.number");
    /// Drafts that were taken back or replaced leave their packages behind; what is being tried is still read.
    SWEEP = "DELETE FROM package WHERE NOT EXISTS (SELECT 1 FROM release r WHERE r.digest = package.digest) \
        AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.digest = package.digest) \
        AND NOT EXISTS (SELECT 1 FROM trial t WHERE t.digest = package.digest AND t.finished_at IS NULL)";
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
    let numbered: Vec<(i64, &Component)> = (0..).zip(&p.components).collect();
    for rows in numbered.chunks(COMPONENTS_AT_ONCE) {
        let query = components_insert(&p.digest, rows);
        let (sql, args) = query.parts();
        tx.execute(sql, args).await?;
    }
    let words: Vec<(i64, &Component, &str)> =
        numbered.iter().flat_map(|(number, c)| c.words().into_iter().map(move |word| (*number, *c, word))).collect();
    for rows in words.chunks(WORDS_AT_ONCE) {
        let query = words_insert(&p.digest, rows);
        let (sql, args) = query.parts();
        tx.execute(sql, args).await?;
    }
    Ok(())
}

/// Components by their place in the bill, in one statement.
pub(crate) fn components_insert(digest: &str, rows: &[(i64, &Component)]) -> Query {
    let columns = "INSERT INTO component (digest, number, name, version, purl, search_key, name_key, licence) VALUES ";
    let mut q = Query::new(columns);
    for (at, (number, c)) in rows.iter().enumerate() {
        q.push(if at == 0 { "(" } else { ", (" }).bind(digest).push(", ").bind(*number);
        for value in [&c.name, &c.version, &c.purl, &c.search_key, &c.name_key, &c.licence] {
            q.push(", ").bind(value.as_str());
        }
        q.push(")");
    }
    q
}

/// Words by which components are found, in one statement.
pub(crate) fn words_insert(digest: &str, rows: &[(i64, &Component, &str)]) -> Query {
    let mut q = Query::new("INSERT INTO component_word (word, version, digest, number) VALUES ");
    for (at, (number, c, word)) in rows.iter().enumerate() {
        q.push(if at == 0 { "(" } else { ", (" }).bind(*word).push(", ").bind(c.version.as_str());
        q.push(", ").bind(digest).push(", ").bind(*number).push(")");
    }
    q
}

/// Uses of a component, in the order (version, release, place in the bill, installation).
pub(crate) fn uses_query(
    visible: &Scope,
    search: &ComponentSearch,
    version: Option<&str>,
    after: Option<ComponentCursor>,
    limit: i64,
) -> Query {
    // The version of the table by which is searched, so that its index gives the order.
    let (from, at) = match search {
        ComponentSearch::Key(_) => ("component c", "c.version"),
        ComponentSearch::Word(_) => {
            ("component_word w JOIN component c ON c.digest = w.digest AND c.number = w.number", "w.version")
        }
    };
    let columns =
        concat!("SELECT ", component_columns!(), ", c.number, r.id, i.id, i.municipality, m.name, q.reference");
    let mut q = Query::new(columns);
    q.push(" FROM ").push(from).push(" JOIN release r ON r.digest = c.digest ");
    q.push("LEFT JOIN installation i ON i.release = r.id AND i.state <> ").bind(InstallationState::Removed);
    q.push(" AND (");
    let columns =
        scope::Columns { tenant: "i.municipality", land: "i.land", verfahren: Some("i.verfahren"), acted: None };
    scope::push(&mut q, visible, &columns);
    q.push(") LEFT JOIN organisation m ON m.id = i.municipality LEFT JOIN request q ON q.id = i.request WHERE ");
    match search {
        ComponentSearch::Key(key) => q.push("c.search_key = ").bind(key.as_str()),
        ComponentSearch::Word(word) => q.push("w.word = ").bind(word.as_str()),
    };
    if let Some(version) = version {
        q.push(" AND ").push(at).push(" = ").bind(version);
    }
    if let Some(after) = after {
        q.push(" AND (").push(at).push(", r.id, c.number, coalesce(i.id, '')) > (");
        q.bind(after.version).push(", ").bind(after.release).push(", ").bind(after.number).push(", ");
        q.bind(after.installation.map(|id| id.to_string()).unwrap_or_default()).push(")");
    }
    q.push(" ORDER BY ").push(at).push(", r.id, c.number, coalesce(i.id, '') LIMIT ").bind(limit.clamp(1, 1000));
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
        after: Option<ComponentCursor>,
        limit: i64,
    ) -> StoreResult<Vec<ComponentUse>> {
        let query = uses_query(visible, search, version, after, limit);
        let (sql, args) = query.parts();
        let read = |row: &mut Row| {
            let component = read_component(row)?;
            let (number, release, installation_id) = (row.get()?, row.get()?, row.opt()?);
            let (municipality, name, reference) = (row.opt()?, row.opt()?, row.opt()?);
            let installation = municipality.zip(name).zip(reference).map(|((m, n), r)| (m, n, r));
            Ok(ComponentUse { component, number, release, installation_id, installation })
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
