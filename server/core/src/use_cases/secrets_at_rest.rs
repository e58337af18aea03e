//! Sealing and opening secrets with the data key of their tenant, and credentials of targets for the worker.

use super::{Portal, targets::CREDENTIAL};
use crate::{
    CoreError,
    error::Result,
    ports::{Sealed, SecretRow},
    secrets::{Binding, DataKey, HeldBy},
};
use portal_model::{OrganisationId, TargetId};
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

/// Version of a field's next value: stored secrets are replaced, never changed.
pub(super) fn next_version(stored: &[SecretRow], field: &str) -> i64 {
    stored.iter().find(|row| row.field == field).map_or(1, |row| row.version + 1)
}

impl Portal {
    /// The tenant's data key. It was made together with the organisation: made at the first secret, two first secrets at
    /// the same time would be sealed with two keys, and only one of them would be kept.
    pub(super) async fn data_key(&self, tenant: OrganisationId) -> Result<DataKey> {
        let wrapped = self.store().data_key(tenant).await?;
        let wrapped = wrapped.ok_or_else(|| CoreError::Inconsistent(format!("no data key of {tenant}")))?;
        Ok(self.inner.keys.unwrap(tenant, &wrapped)?.0)
    }

    /// The credential of a target as it is stored: whoever stores it may be unable to open it.
    pub(super) fn sealed_credential(
        &self,
        operator: OrganisationId,
        target: TargetId,
        version: i64,
        value: &str,
    ) -> Result<SecretRow> {
        let binding = Binding { tenant: operator, object: target.0, field: CREDENTIAL, version };
        let sealed = Sealed(self.inner.keys.credentials().seal(binding, value)?);
        Ok(SecretRow { tenant: operator, object: target.0, field: CREDENTIAL.to_owned(), version, sealed })
    }

    /// Opens the credential of a target; `None` if it has none. Only where operations are carried out.
    ///
    /// # Errors
    /// If this process opens no credentials, or it does not open: another key, or a row that was moved or changed.
    pub async fn credential_open(&self, target: TargetId) -> Result<Option<Zeroizing<String>>> {
        let rows = self.store().secrets(target.0).await?;
        let Some(row) = rows.into_iter().find(|row| row.field == CREDENTIAL) else { return Ok(None) };
        Ok(Some(self.credential_of(&row)?.0))
    }

    /// Opens a stored credential, and says which pair that took.
    pub(super) fn credential_of(&self, row: &SecretRow) -> Result<(Zeroizing<String>, HeldBy)> {
        let SecretRow { tenant, object, field, version, sealed } = row;
        let binding = Binding { tenant: *tenant, object: *object, field, version: *version };
        Ok(self.inner.keys.credentials().open(binding, &sealed.0)?)
    }

    /// Opens all secrets of a request or trial, by field. Only for the engine.
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
