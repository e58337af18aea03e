//! Who may see which rows, in SQL.

use crate::sql::Query;
use portal_core::ports::Scope;

/// Appends the condition that the row belongs to one of the tenants or Länder; an empty scope sees nothing.
pub(crate) fn push(q: &mut Query, scope: &Scope, tenant: &'static str, land: &'static str) {
    match (scope.all, scope.tenants.is_empty(), scope.laender.is_empty()) {
        (true, _, _) => q.push("1 = 1"),
        (false, true, true) => q.push("1 = 0"),
        (false, false, true) => q.any_of(tenant, scope.tenants.iter().copied()),
        (false, true, false) => q.any_of(land, scope.laender.iter().copied()),
        (false, false, false) => q
            .push("(")
            .any_of(tenant, scope.tenants.iter().copied())
            .push(" OR ")
            .any_of(land, scope.laender.iter().copied())
            .push(")"),
    };
}
