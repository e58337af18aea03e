//! Credentials of targets: read, checked against the target, sealed. Replacing one costs nobody anything: the old one is
//! used until the new one, which was checked before, is stored.

use super::{Portal, invalid, secrets_at_rest, targets::CREDENTIAL};
use crate::{
    CoreError, Ctx,
    authz::Action,
    error::Result,
    ports::{Access, Given, Place, SecretRow, Write},
};
use portal_model::{
    OrganisationId, TargetId, data_centre::Target, form::FieldError, operating::Survey, operation::Failure,
    pages::targets::CredentialForm,
};
use serde_json::json;
use std::{fmt, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// How long a data centre may take to answer one call.
const DEADLINE: Duration = Duration::from_secs(15);
/// Field of the credential of a registration that is not finished.
pub(super) const DRAFT: &str = "draft_credential";
/// Longest credential, in bytes.
const MAX_CREDENTIAL: usize = 64 * 1024;

/// A credential as it was entered. Its `Debug` form shows nothing of it.
#[derive(Clone, Default)]
pub struct CredentialInput {
    /// `kubeconfig` or `parts`.
    pub way: String,
    /// The kubeconfig.
    pub kubeconfig: Zeroizing<String>,
    /// Address of the API server.
    pub server: String,
    /// Its certificate authority.
    pub ca: String,
    /// Token.
    pub token: Zeroizing<String>,
    /// Take it although it may do more than it needs.
    pub accept_excess: bool,
}

impl fmt::Debug for CredentialInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialInput").field("way", &self.way).finish_non_exhaustive()
    }
}

impl CredentialInput {
    /// What may be shown again: never the kubeconfig and the token.
    pub fn shown(&self) -> CredentialForm {
        let (way, server, ca) = (self.way.clone(), self.server.clone(), self.ca.clone());
        CredentialForm { way, server, ca, ..CredentialForm::default() }
    }
}

/// Why a credential was not taken.
#[derive(Debug)]
pub enum CredentialRefused {
    /// What is wrong with the entry, as with any form.
    Core(CoreError),
    /// The target did not answer as it should.
    Target(Failure),
    /// What was found does not suit: permissions are missing, or too many were not accepted.
    Survey(Box<Survey>, FieldError),
}

impl<E: Into<CoreError>> From<E> for CredentialRefused {
    fn from(e: E) -> Self {
        Self::Core(e.into())
    }
}

impl Portal {
    /// Replaces the credential of a target, and of the others of its data centre at the same API server if wanted. The
    /// new one is checked in all of their namespaces first.
    ///
    /// # Errors
    /// Why it was not taken; then nothing has changed.
    pub async fn credential_rotate(
        &self,
        ctx: &Ctx,
        target: TargetId,
        all: bool,
        input: &CredentialInput,
    ) -> std::result::Result<(), CredentialRefused> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::CredentialRotate, target).await?;
        let access = self.read_credential(input).await?;
        if access.server.trim_end_matches('/') != target.endpoint.trim_end_matches('/') {
            let error = FieldError::new(field_of(input), "other_server").with("server", &target.endpoint);
            return Err(invalid(vec![error]).into());
        }
        let mut targets = vec![target.clone()];
        if all {
            targets.extend(self.neighbours(&target).await?);
        }
        let namespaces: Vec<String> = targets.iter().map(|t| t.namespace.clone()).collect();
        let survey = self.survey(ctx, &target, &access, &namespaces).await?;
        suits(&survey, input)?;
        let mut writes = Vec::new();
        for t in &targets {
            let known = self.store().secrets(t.id.0).await?;
            let version = secrets_at_rest::next_version(&known, CREDENTIAL);
            let sealed = self.sealed_credential(data_centre.operator, t.id, version, &access.kubeconfig)?;
            writes.push(Write::PutSecret(sealed));
        }
        let facts = json!({ "namespaces": namespaces, "excessive": survey.is_excessive() });
        Ok(self.commit_target(&authorized, &data_centre, &target, writes, facts).await?)
    }

    /// Other targets of the same data centre that are reached at the same address.
    pub(super) async fn neighbours(&self, target: &Target) -> Result<Vec<Target>> {
        let all = self.store().target_list().await?;
        let near =
            |t: &Target| t.data_centre == target.data_centre && t.endpoint == target.endpoint && t.id != target.id;
        Ok(all.into_iter().filter(near).collect())
    }

    /// Reads a credential, keeps what is needed, and makes sure that the portal may call its server at all.
    pub(super) async fn read_credential(&self, input: &CredentialInput) -> Result<Access> {
        let required = |field: &str| invalid(vec![FieldError::new(field, "required")]);
        let given = match input.way.as_str() {
            "parts" => {
                for (field, text) in [("server", input.server.as_str()), ("token", input.token.as_str())] {
                    if text.trim().is_empty() {
                        return Err(required(field));
                    }
                }
                let token = Zeroizing::new(input.token.trim().to_owned());
                Given::Parts { server: input.server.trim().to_owned(), ca: input.ca.trim().to_owned(), token }
            }
            "kubeconfig" if input.kubeconfig.trim().is_empty() => return Err(required("kubeconfig")),
            "kubeconfig" => Given::Kubeconfig(input.kubeconfig.clone()),
            _ => return Err(required("weg")),
        };
        if input.kubeconfig.len().max(input.ca.len()).max(input.token.len()) > MAX_CREDENTIAL {
            let error = FieldError::new(field_of(input), "too_large_credential").with("max", MAX_CREDENTIAL / 1024);
            return Err(invalid(vec![error]));
        }
        let at = |problem: crate::ports::Unusable| {
            invalid(vec![FieldError::new(field_of(input), problem.code).with("what", problem.what)])
        };
        let access = self.probe.minimise(&given).map_err(at)?;
        self.probe.admit(&access.server).await.map_err(at)?;
        Ok(access)
    }

    /// What the credential finds in these namespaces of a target that is there or to be.
    pub(super) async fn survey(
        &self,
        ctx: &Ctx,
        target: &Target,
        access: &Access,
        namespaces: &[String],
    ) -> std::result::Result<Survey, CredentialRefused> {
        let credential = Arc::new(access.kubeconfig.clone());
        let place = Place { target: target.clone(), credential, deadline: DEADLINE };
        let found = self.probe.survey(&place, namespaces).await;
        found.map(|survey| Survey { at: ctx.now, ..survey }).map_err(|e| CredentialRefused::Target(e.into()))
    }

    /// The credential of a registration that is not finished, in place of its last one. Whoever finishes it opens it, in a
    /// process that may be unable to open those of targets; so it is sealed with the operator's data key.
    pub(super) async fn sealed_draft(
        &self,
        operator: OrganisationId,
        draft: TargetId,
        credential: &str,
    ) -> Result<SecretRow> {
        let known = self.store().secrets(draft.0).await?;
        let version = secrets_at_rest::next_version(&known, DRAFT);
        let key = self.data_key(operator).await?;
        let sealed = secrets_at_rest::seal(&key, operator, draft.0, DRAFT, version, credential)?;
        Ok(SecretRow { tenant: operator, object: draft.0, field: DRAFT.to_owned(), version, sealed })
    }
}

/// The field that an error of the credential as a whole stands at.
fn field_of(input: &CredentialInput) -> &'static str {
    if input.way == "parts" { "server" } else { "kubeconfig" }
}

/// Whether what was found will do.
pub(super) fn suits(survey: &Survey, input: &CredentialInput) -> std::result::Result<(), CredentialRefused> {
    let refuse = |code: &str, field: &str| {
        Err(CredentialRefused::Survey(Box::new(survey.clone()), FieldError::new(field, code)))
    };
    if !survey.is_complete() {
        return refuse("permissions_missing", field_of(input));
    }
    if survey.is_excessive() && !input.accept_excess {
        return refuse("permissions_excessive", "trotzdem");
    }
    Ok(())
}
