//! Which rows somebody may see.

use portal_model::{Land, OrganisationId, VerfahrenId};

/// Which rows somebody may see; filtered in SQL by stored tenant and Land.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Every row.
    pub all: bool,
    /// Rows of these tenants.
    pub tenants: Vec<OrganisationId>,
    /// Rows of these Länder. Entries of the record without a tenant: those of organisations of these Länder.
    pub laender: Vec<Land>,
    /// Rows of a tenant about these Verfahren only: what a mandate that is limited to them lets see.
    pub limited: Vec<(OrganisationId, Vec<VerfahrenId>)>,
    /// Entries of the record that are about no tenant, whoever acted. Other rows all have one.
    pub untenanted: bool,
}

impl Scope {
    /// Sees nothing at all.
    pub fn is_empty(&self) -> bool {
        !self.all && self.tenants.is_empty() && self.laender.is_empty() && self.limited.is_empty() && !self.untenanted
    }
}
