//! Who may see which rows, in SQL.

use crate::sql::Query;
use portal_core::ports::Scope;

/// The columns that say whose a row is.
pub(crate) struct Columns {
    pub tenant: &'static str,
    pub land: &'static str,
    /// Where rows are about a Verfahren. Where they are not, a mandate limited to some of them shows none.
    pub verfahren: Option<&'static str>,
}

/// Appends the condition that the row belongs to one of the tenants or Länder; an empty scope sees nothing. Nothing is
/// appended that holds for no row: beside it SQLite would not look into an index.
pub(crate) fn push(q: &mut Query, scope: &Scope, columns: &Columns) {
    if scope.all {
        q.push("1 = 1");
        return;
    }
    let mut first = true;
    let mut begin = |q: &mut Query| {
        q.push(if first { "(" } else { " OR " });
        first = false;
    };
    if !scope.tenants.is_empty() {
        begin(q);
        q.any_of(columns.tenant, scope.tenants.iter().copied());
    }
    if !scope.laender.is_empty() {
        begin(q);
        q.any_of(columns.land, scope.laender.iter().copied());
    }
    for (tenant, verfahren) in &scope.limited {
        let Some(column) = columns.verfahren else { break };
        begin(q);
        q.push("(").push(columns.tenant).push(" = ").bind(*tenant).push(" AND ");
        q.any_of(column, verfahren.iter().copied()).push(")");
    }
    q.push(if first { "1 = 0" } else { ")" });
}
