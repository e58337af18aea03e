//! Sealing and opening secrets with the data key of their tenant.

use super::Portal;
use crate::{
    CoreError,
    error::Result,
    ports::{Sealed, SecretRow},
    secrets::{Binding, DataKey},
};
use portal_model::OrganisationId;
use std::collections::{BTreeMap, btree_map::Entry};
use uuid::Uuid;
use zeroize::Zeroizing;

pub(super) fn seal(
    key: &DataKey,
    tenant: OrganisationId,
    object: Uuid,
    field: &str,
    version: i64,
    value: &str,
) -> Result<Sealed> {
    Ok(Sealed(key.seal(Binding { tenant, object, field, version }, value)?))
}

impl Portal {
    /// The tenant's data key. It was made together with the organisation: made at the first secret, two first secrets at
    /// the same time would be sealed with two keys, and only one of them would be kept.
    pub(super) async fn data_key(&self, tenant: OrganisationId) -> Result<DataKey> {
        let wrapped = self.store().data_key(tenant).await?;
        let wrapped = wrapped.ok_or_else(|| CoreError::Inconsistent(format!("no data key of {tenant}")))?;
        Ok(self.inner.keys.unwrap(tenant, &wrapped)?)
    }

    /// Opens all secrets of a request or target, by field. Only for the engine.
    ///
    /// # Errors
    /// If one does not open: another key, or a row that was moved or changed.
    pub async fn secrets_open(&self, object: Uuid) -> Result<BTreeMap<String, Zeroizing<String>>> {
        let rows = self.store().secrets(object).await?;
        let mut keys: BTreeMap<OrganisationId, DataKey> = BTreeMap::new();
        let mut open = BTreeMap::new();
        for SecretRow { tenant, object, field, version, sealed } in rows {
            let key = match keys.entry(tenant) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(self.data_key(tenant).await?),
            };
            let value = key.open(Binding { tenant, object, field: &field, version }, &sealed.0)?;
            open.insert(field, value);
        }
        Ok(open)
    }
}
