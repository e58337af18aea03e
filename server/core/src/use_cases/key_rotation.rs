//! Changing the keys of secrets while the portal runs. Values stay as they are: only what wraps their keys changes, tenant
//! by tenant, in small commits, so that an interrupted change is simply begun again.

use super::Portal;
use crate::{
    CoreError, Ctx,
    authz::{Action, Authorized, Resource},
    error::Result,
    ports::{Commit, SecretRow, StoreError, Write},
    secrets::{HeldBy, SecretError},
};
use portal_model::OrganisationId;
use serde_json::json;

/// Data keys in one commit.
const BATCH: i64 = 200;

/// What opens with which key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeysState {
    /// Data keys under the current key.
    pub current: u64,
    /// Data keys under the earlier key.
    pub previous: u64,
    /// Data keys that open with neither.
    pub unreadable: u64,
}

/// What was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeysRotated {
    /// Data keys that are wrapped with the current key now.
    pub data_keys: u64,
    /// Credentials that are sealed for the current pair now.
    pub credentials: u64,
    /// What opens with no key that this process has.
    pub unreadable: u64,
}

impl Portal {
    /// Counts which data keys are wrapped with which key.
    ///
    /// # Errors
    /// If the actor may not, or the database fails.
    pub async fn keys_state(&self, ctx: &Ctx) -> Result<KeysState> {
        ctx.authorize(Action::KeysRotate, &Resource::portal())?;
        let (mut state, mut after) = (KeysState::default(), None);
        loop {
            let rows = self.store().data_keys(after, BATCH).await?;
            let Some((last, _)) = rows.last() else { return Ok(state) };
            after = Some(*last);
            for (tenant, wrapped) in rows {
                match self.inner.keys.unwrap(tenant, &wrapped) {
                    Ok((_, HeldBy::Current)) => state.current += 1,
                    Ok((_, HeldBy::Previous)) => state.previous += 1,
                    Err(_) => state.unreadable += 1,
                }
            }
        }
    }

    /// Wraps every data key with the current key, and seals every credential for the current pair, where this process can
    /// open them. May be interrupted and begun again, and run beside a portal that knows both keys.
    ///
    /// # Errors
    /// If the actor may not, or the database fails; what was changed until then stays changed.
    pub async fn keys_rotate(&self, ctx: &Ctx) -> Result<KeysRotated> {
        let authorized = ctx.authorize(Action::KeysRotate, &Resource::portal())?;
        let (mut rotated, mut after) = (KeysRotated::default(), None);
        while let Some(last) = self.rewrap_some(&authorized, after, &mut rotated).await? {
            after = Some(last);
        }
        if self.inner.keys.credentials().may_open() {
            for target in self.store().target_list().await? {
                for row in self.store().secrets(target.id.0).await? {
                    self.reseal(&authorized, &row, &mut rotated).await?;
                }
            }
        }
        Ok(rotated)
    }

    /// Wraps the next data keys, and gives the last of them; `None` at the end.
    async fn rewrap_some(
        &self,
        authorized: &Authorized,
        after: Option<OrganisationId>,
        rotated: &mut KeysRotated,
    ) -> Result<Option<OrganisationId>> {
        loop {
            let rows = self.store().data_keys(after, BATCH).await?;
            let Some((last, _)) = rows.last() else { return Ok(None) };
            let last = *last;
            let (mut writes, mut unreadable) = (Vec::new(), 0);
            for (tenant, from) in rows {
                match self.inner.keys.rewrap(tenant, &from) {
                    Ok(Some(to)) => writes.push(Write::RewrapDataKey { tenant, from, to }),
                    Ok(None) => {}
                    Err(_) => unreadable += 1,
                }
            }
            let count = writes.len() as u64;
            match self.rotated(authorized, writes, "data_keys").await {
                // Another rotation was faster: look again at what is left of these.
                Err(CoreError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    rotated.data_keys += count;
                    rotated.unreadable += unreadable;
                    return Ok(Some(last));
                }
            }
        }
    }

    async fn reseal(&self, authorized: &Authorized, row: &SecretRow, rotated: &mut KeysRotated) -> Result<()> {
        let value = match self.credential_of(row) {
            Ok((value, HeldBy::Previous)) => value,
            Ok((_, HeldBy::Current)) => return Ok(()),
            Err(CoreError::Secret(SecretError::DoesNotOpen)) => {
                rotated.unreadable += 1;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let next = self.sealed_credential(row.tenant, portal_model::TargetId(row.object), row.version + 1, &value)?;
        match self.rotated(authorized, vec![Write::PutSecret(next)], "credentials").await {
            // Replaced in between, and so sealed for the current pair.
            Err(CoreError::Store(StoreError::Conflict)) => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                rotated.credentials += 1;
                Ok(())
            }
        }
    }

    async fn rotated(&self, authorized: &Authorized, writes: Vec<Write>, what: &str) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        let audit = authorized.audit(what, None, Some(json!({ "changed": writes.len() })));
        self.commit(authorized, Commit { writes, audit, events: vec![] }).await
    }
}
