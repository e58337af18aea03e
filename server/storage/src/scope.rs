//! Who may see which rows, in SQL.

use crate::sql::Query;
use portal_core::ports::Scope;

/// The columns that say whose a row is.
pub(crate) struct Columns {
    pub tenant: &'static str,
    pub land: &'static str,
    /// Where rows are about a Verfahren. Where they are not, a mandate limited to some of them shows none.
    pub verfahren: Option<&'static str>,
    /// The condition up to a Land of the organisation that acted, where rows need not have a tenant.
    pub acted: Option<Acted>,
}

/// How rows without a tenant are found.
pub(crate) struct Acted {
    /// Holds for rows without a tenant.
    pub untenanted: &'static str,
    /// The organisation that acted.
    pub organisation: &'static str,
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
    if let Some(acted) = &columns.acted {
        if scope.untenanted {
            begin(q);
            q.push(acted.untenanted);
        } else if !scope.laender.is_empty() {
            begin(q);
            q.push("(").push(acted.untenanted).push(" AND ").push(acted.organisation);
            q.push(" IN (SELECT w.id FROM organisation w WHERE 1 = 0");
            for land in &scope.laender {
                // A list in JSON: the key with its quotation marks is in it or not. Both databases can say so like this.
                q.push(" OR replace(w.laender, ").bind(format!("\"{}\"", land.key())).push(", '') <> w.laender");
            }
            q.push("))");
        }
    }
    for (tenant, verfahren) in &scope.limited {
        let Some(column) = columns.verfahren else { break };
        begin(q);
        q.push("(").push(columns.tenant).push(" = ").bind(*tenant).push(" AND ");
        q.any_of(column, verfahren.iter().copied()).push(")");
    }
    q.push(if first { "1 = 0" } else { ")" });
}
