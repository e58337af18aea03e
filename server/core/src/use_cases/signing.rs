//! Signatures of packages: which of them need one, and whose key made it.

use super::{Portal, invalid, vendor_keys::own_vendor};
use crate::{
    Ctx,
    error::{Result, rule},
    package::signature::{PublicKey, Signature, SignatureError, verify},
    ports::{Commit, Write},
};
use portal_model::{
    OrganisationId, PortalError, VendorKeyId, form::FieldError, pages::packages::SigningPolicy, submission::Submission,
};

/// The rule that an unsigned package does not meet, and the code at the field of an upload.
const REQUIRED: &str = "signature_required";

impl Portal {
    /// With the demand that whatever is handed in is signed, whoever published it.
    #[must_use]
    pub fn with_signatures(self, required: bool) -> Self {
        Self { signatures: required, ..self }
    }

    /// Whether the packages of a vendor must be signed, and who says so.
    pub(super) async fn signing_policy(&self, vendor: OrganisationId) -> Result<SigningPolicy> {
        Ok(SigningPolicy { by_portal: self.signatures, by_vendor: self.store().signatures_required(vendor).await? })
    }

    /// Says that all packages of the vendor must be signed, or that they need not be.
    ///
    /// # Errors
    /// Rule `signing_needs_key` as long as no public key is registered: nothing could be uploaded any more. `NotFound`
    /// for anyone who publishes for no vendor.
    pub async fn signatures_require(&self, ctx: &Ctx, required: bool) -> Result<()> {
        let (vendor, authorized) = own_vendor(ctx)?;
        let person = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let keys = self.store().vendor_keys(vendor).await?;
        if required && keys.iter().all(|k| k.revoked_at.is_some()) {
            return Err(rule("signing_needs_key"));
        }
        if self.store().signatures_required(vendor).await? == required {
            return Ok(());
        }
        let audit = authorized.audit(vendor, None, Some(serde_json::json!({ "signatures_required": required })));
        let writes = vec![Write::RequireSignatures(vendor, required, person, ctx.now)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// Whether a package has to be signed and is not, or no longer: a key that was taken back proves nothing of what is
    /// accepted after that.
    pub(super) async fn lacks_signature(&self, s: &Submission) -> Result<bool> {
        if !self.signing_policy(s.vendor).await?.required() {
            return Ok(false);
        }
        let keys = self.store().vendor_keys(s.vendor).await?;
        let live = |id: VendorKeyId| keys.iter().any(|k| k.id == id && k.revoked_at.is_none());
        Ok(!s.signed_with.is_some_and(live))
    }

    /// Refuses a package that lacks its signature.
    pub(super) async fn signed_as_required(&self, s: &Submission) -> Result<()> {
        if self.lacks_signature(s).await? { Err(rule(REQUIRED)) } else { Ok(()) }
    }

    /// With which of the vendor's live keys a package was signed. `None` if it is not and need not be.
    ///
    /// # Errors
    /// `Invalid` at `signatur`.
    pub(super) async fn signing_key(
        &self,
        vendor: OrganisationId,
        index: &str,
        signature: Option<&str>,
    ) -> Result<Option<VendorKeyId>> {
        let refused = |code: &str| invalid(vec![FieldError::new("signatur", code)]);
        let Some(text) = signature else {
            let required = self.signing_policy(vendor).await?.required();
            return if required { Err(refused(REQUIRED)) } else { Ok(None) };
        };
        let signature = Signature::parse(text).map_err(|e| refused(e.code()))?;
        let keys = self.store().vendor_keys(vendor).await?;
        let made = |pem: &str| PublicKey::parse(pem).is_ok_and(|key| verify(&key, index, &signature).is_ok());
        let key = keys.iter().find(|k| k.revoked_at.is_none() && made(&k.pem));
        key.map(|k| Some(k.id)).ok_or_else(|| refused(SignatureError::Wrong.code()))
    }
}
