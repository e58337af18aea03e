//! Access keys for pipelines and public keys for signatures.

use super::{Portal, invalid};
use crate::{
    Actor, Ctx,
    authz::{Action, Authorized, Resource},
    error::Result,
    package::signature::PublicKey,
    ports::{Commit, Write, new_uuid},
};
use base64::Engine as _;
use portal_model::{
    OrganisationId, PortalError, TokenId, VendorKeyId, VerfahrenId,
    form::FieldError,
    organisation::Role,
    pages::{
        Choice,
        packages::{KeysPage, TokenRow, VendorKeyRow},
    },
    token::AccessToken,
    vendor_key::VendorKey,
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What every secret of an access key begins with, so that scanners for leaked secrets find it.
const PREFIX: &str = "ozgp_";
/// Longest life of an access key, in days.
pub const MAX_TOKEN_DAYS: i64 = 366;
/// Most live access keys of a vendor.
const MAX_TOKENS: usize = 50;
/// Longest name of a key.
const MAX_NAME: usize = 80;

/// An access key to make, as it was entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Days until it ends.
    pub days: String,
    /// Slugs of the Verfahren it is limited to; none means all.
    pub verfahren: Vec<String>,
}

impl Portal {
    /// Keys of the vendor that the person publishes for.
    ///
    /// # Errors
    /// `NotFound` for anyone who publishes for no vendor.
    pub async fn keys_page(&self, ctx: &Ctx) -> Result<KeysPage> {
        let (vendor, _) = own_vendor(ctx)?;
        let tokens = self.store().tokens(vendor).await?;
        let names = self.names(&tokens.iter().map(|t| t.created_by).collect::<Vec<_>>()).await?;
        let catalogue = self.catalogue_now().await?;
        let name = |id: &VerfahrenId| {
            let facts = &catalogue.by_id(*id)?.shown()?.release.facts;
            Some(facts.name.get(ctx.lang).to_owned())
        };
        let own = catalogue.entries.iter().filter(|e| e.verfahren.vendor == vendor);
        let choice = |e: &super::catalogue_cache::Entry| {
            let label = name(&e.verfahren.id)?;
            Some(Choice { value: e.verfahren.slug.clone(), label, selected: false, count: None })
        };
        let vendor_name = ctx.memberships().iter().find(|m| m.organisation == vendor);
        Ok(KeysPage {
            vendor: vendor_name.map(|m| m.organisation_name.clone()).unwrap_or_default(),
            verfahren: own.filter_map(choice).collect(),
            tokens: tokens
                .into_iter()
                .map(|t| TokenRow {
                    live: t.is_live(ctx.now),
                    id: t.id,
                    verfahren: t.verfahren.iter().filter_map(name).collect(),
                    created_by: names.get(&t.created_by).cloned().unwrap_or_default(),
                    name: t.name,
                    created_at: t.created_at,
                    expires_at: t.expires_at,
                    revoked_at: t.revoked_at,
                    last_used_at: t.last_used_at,
                })
                .collect(),
            keys: self
                .store()
                .vendor_keys(vendor)
                .await?
                .into_iter()
                .map(|k| VendorKeyRow {
                    id: k.id,
                    name: k.name,
                    fingerprint: k.fingerprint,
                    created_at: k.created_at,
                    revoked_at: k.revoked_at,
                })
                .collect(),
            signatures: self.signing_policy(vendor).await?,
            days: "90".to_owned(),
            ..KeysPage::default()
        })
    }

    /// Makes an access key and gives its secret, which is nowhere stored.
    ///
    /// # Errors
    /// `Invalid` at `name`, `tage` or `verfahren`.
    pub async fn token_add(&self, ctx: &Ctx, new: &NewToken) -> Result<Zeroizing<String>> {
        let (vendor, authorized) = own_vendor(ctx)?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let mut errors = Vec::new();
        let name = checked_name("name", &new.name, &mut errors);
        let days = new.days.trim().parse::<i64>().ok().filter(|d| (1..=MAX_TOKEN_DAYS).contains(d));
        if days.is_none() {
            errors.push(FieldError::new("tage", "between").with("min", 1).with("max", MAX_TOKEN_DAYS));
        }
        let catalogue = self.catalogue_now().await?;
        let mut verfahren = Vec::new();
        for slug in &new.verfahren {
            match catalogue.by_slug(slug).filter(|e| e.verfahren.vendor == vendor) {
                Some(entry) => verfahren.push(entry.verfahren.id),
                None => errors.push(FieldError::new("verfahren", "enum")),
            }
        }
        let live = self.store().tokens(vendor).await?.iter().filter(|t| t.is_live(ctx.now)).count();
        if live >= MAX_TOKENS {
            errors.push(FieldError::new("", "too_many").with("max", MAX_TOKENS));
        }
        let Some(days) = days.filter(|_| errors.is_empty()) else { return Err(invalid(errors)) };
        let random: [u8; 32] = rand::random();
        let random = Zeroizing::new(random);
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random.as_slice());
        let secret = Zeroizing::new(format!("{PREFIX}{text}"));
        let token = AccessToken {
            id: TokenId(new_uuid(ctx.now)),
            organisation: vendor,
            verfahren,
            name,
            created_by: person,
            created_at: ctx.now,
            expires_at: ctx.now.plus_days(days),
            revoked_at: None,
            last_used_at: None,
        };
        let detail = serde_json::json!({ "name": token.name, "days": days });
        let audit = authorized.audit(token.id, None, Some(detail));
        let writes = vec![Write::InsertToken(token, hash(&secret))];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await?;
        Ok(secret)
    }

    /// Takes an access key back, at once.
    ///
    /// # Errors
    /// `NotFound` for an unknown key or one of another vendor.
    pub async fn token_revoke(&self, ctx: &Ctx, id: TokenId) -> Result<()> {
        let (vendor, authorized) = own_vendor(ctx)?;
        let tokens = self.store().tokens(vendor).await?;
        let token = tokens.iter().find(|t| t.id == id && t.revoked_at.is_none()).ok_or(PortalError::NotFound)?;
        let audit = authorized.audit(id, None, Some(serde_json::json!({ "revoked": token.name })));
        let writes = vec![Write::RevokeToken(id, ctx.now)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// Registers a public key with which packages are signed.
    ///
    /// # Errors
    /// `Invalid` at `schluesselname` or `pem`; `Exists` if the vendor registered it before.
    pub async fn vendor_key_add(&self, ctx: &Ctx, name: &str, pem: &str) -> Result<VendorKeyId> {
        let (vendor, authorized) = own_vendor(ctx)?;
        let mut errors = Vec::new();
        let name = checked_name("schluesselname", name, &mut errors);
        let key = PublicKey::parse(pem).map_err(|e| errors.push(FieldError::new("pem", e.code()))).ok();
        let Some(key) = key.filter(|_| errors.is_empty()) else { return Err(invalid(errors)) };
        let id = VendorKeyId(new_uuid(ctx.now));
        let key = VendorKey {
            id,
            organisation: vendor,
            name,
            pem: pem.trim().to_owned(),
            fingerprint: key.fingerprint(),
            created_by: ctx.person_id().ok_or(PortalError::SignInRequired)?,
            created_at: ctx.now,
            revoked_at: None,
        };
        let audit = authorized.audit(id, None, Some(serde_json::json!({ "fingerprint": key.fingerprint })));
        self.commit(&authorized, Commit { writes: vec![Write::InsertVendorKey(key)], audit, events: vec![] }).await?;
        Ok(id)
    }

    /// Takes a public key back: nothing more is accepted with it; what was signed stays signed.
    ///
    /// # Errors
    /// `NotFound` for an unknown key or one of another vendor.
    pub async fn vendor_key_revoke(&self, ctx: &Ctx, id: VendorKeyId) -> Result<()> {
        let (vendor, authorized) = own_vendor(ctx)?;
        let keys = self.store().vendor_keys(vendor).await?;
        let key = keys.iter().find(|k| k.id == id && k.revoked_at.is_none()).ok_or(PortalError::NotFound)?;
        let audit = authorized.audit(id, None, Some(serde_json::json!({ "revoked": key.name })));
        let writes = vec![Write::RevokeVendorKey(id, ctx.now)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// The actor behind the secret of an access key, as of now. `None` if it opens nothing, for whatever reason.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn actor_of_token(&self, secret: &str) -> Result<Option<Actor>> {
        // Anything else is not worth a question to the database.
        if !secret.starts_with(PREFIX) || secret.len() != PREFIX.len() + 43 {
            return Ok(None);
        }
        let now = self.inner.clock.now();
        let token = self.store().token_by_hash(&hash(secret), now).await?;
        let Some(token) = token.filter(|t| t.is_live(now)) else { return Ok(None) };
        let Some(person) = self.store().person(token.created_by).await?.filter(|p| !p.deactivated) else {
            return Ok(None);
        };
        let mut memberships = self.store().memberships(person.id, now).await?;
        memberships.retain(|m| m.organisation == token.organisation && m.role == Role::Publisher);
        // Whoever made it has left the vendor or publishes no more: then the key is worth nothing either.
        if memberships.is_empty() {
            return Ok(None);
        }
        Ok(Some(Actor::Token { token, person, memberships }))
    }
}

/// The vendor whose keys the person may manage.
pub(super) fn own_vendor(ctx: &Ctx) -> Result<(OrganisationId, Authorized)> {
    if ctx.actor == Actor::Anonymous {
        return Err(PortalError::SignInRequired.into());
    }
    let publishes =
        |m: &&portal_model::person::Membership| m.organisation_kind.publishes() && m.role == Role::Publisher;
    let vendor = ctx.memberships().iter().find(publishes).map(|m| m.organisation).ok_or(PortalError::NotFound)?;
    Ok((vendor, ctx.authorize(Action::VendorKeys, &Resource::of_vendor(vendor))?))
}

/// A name that is there and short.
pub(super) fn checked_name(field: &str, name: &str, errors: &mut Vec<FieldError>) -> String {
    let name = name.trim();
    match name.chars().count() {
        0 => errors.push(FieldError::new(field, "required")),
        n if n > MAX_NAME => errors.push(FieldError::new(field, "max_length").with("max", MAX_NAME)),
        _ => {}
    }
    name.to_owned()
}

/// The secret has 256 random bits, so a plain hash is enough: there is nothing to guess.
fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
