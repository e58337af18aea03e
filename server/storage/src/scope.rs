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

/// Appends the condition that the row belongs to one of the tenants or Länder; an empty scope sees nothing.
pub(crate) fn push(q: &mut Query, scope: &Scope, columns: &Columns) {
    if scope.all {
        q.push("1 = 1");
        return;
    }
    q.push("(").any_of(columns.tenant, scope.tenants.iter().copied());
    q.push(" OR ").any_of(columns.land, scope.laender.iter().copied());
    if let Some(column) = columns.verfahren {
        for (tenant, verfahren) in &scope.limited {
            q.push(" OR (").push(columns.tenant).push(" = ").bind(*tenant).push(" AND ");
            q.any_of(column, verfahren.iter().copied()).push(")");
        }
    }
    q.push(")");
}
