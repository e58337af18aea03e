//! Evidence of a data centre's security: recording it, warning before it ends, and what its end stops.

use super::{Portal, invalid, optional_note};
use crate::{
    Actor, Ctx,
    authz::{Action, Authorized, Resource},
    error::{Result, rule},
    ports::{Commit, Write},
};
use portal_model::{
    DataCentreId, PortalError, Timestamp,
    data_centre::DataCentre,
    form::FieldError,
    operating::{Evidence, EvidenceKind, EvidenceState, evidence_stops},
    pages::targets::{EvidencePage, EvidenceRow, EvidenceWarning},
};
use serde_json::json;

/// Evidence as it was entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceForm {
    /// Word of the kind.
    pub kind: String,
    /// Last day, `2027-06-30`.
    pub until: String,
    /// Who issued it.
    pub note: String,
}

impl Portal {
    /// Records evidence in place of the last of its kind. One that has ended is taken too: then nobody counts on it.
    ///
    /// # Errors
    /// `Invalid` at `art`, `bis` or `bemerkung`; `NotFound` for data centres of others.
    pub async fn evidence_record(&self, ctx: &Ctx, slug: &str, form: &EvidenceForm) -> Result<()> {
        let (data_centre, authorized) = self.own_data_centre(ctx, Action::EvidenceRecord, slug).await?;
        let note = optional_note("bemerkung", &form.note)?;
        let mut errors = Vec::new();
        let kind = EvidenceKind::from_word(&form.kind);
        if kind.is_none() {
            errors.push(FieldError::new("art", "required"));
        }
        let until = Timestamp::from_last_berlin_date(&form.until);
        if until.is_none() {
            errors.push(FieldError::new("bis", if form.until.trim().is_empty() { "required" } else { "date" }));
        }
        let (Some(kind), Some(valid_until)) = (kind, until) else { return Err(invalid(errors)) };
        let before = self.store().evidence().await?;
        let before = before.into_iter().find(|e| e.data_centre == data_centre.id && e.kind == kind);
        let facts = json!({
            "kind": kind,
            "valid_until": { "before": before.map(|e| e.valid_until.rfc3339()), "after": valid_until.rfc3339() },
            "note": note,
        });
        let evidence = Evidence { data_centre: data_centre.id, kind, valid_until, note, recorded_at: ctx.now };
        let audit = authorized.audit(&data_centre.slug, None, Some(facts));
        let writes = vec![Write::PutEvidence(evidence)];
        self.commit(&authorized, Commit { writes, audit, events: vec![] }).await
    }

    /// The page with the evidence of a data centre.
    ///
    /// # Errors
    /// `NotFound` for data centres of others.
    pub async fn evidence_page(&self, ctx: &Ctx, slug: &str) -> Result<EvidencePage> {
        let (data_centre, _) = self.own_data_centre(ctx, Action::EvidenceRecord, slug).await?;
        let rows = self.store().evidence().await?.into_iter().filter(|e| e.data_centre == data_centre.id);
        Ok(EvidencePage {
            rows: rows.map(|e| row(e, ctx.now)).collect(),
            data_centre: data_centre.name,
            slug: data_centre.slug,
            simulated: data_centre.simulated,
            kind: String::new(),
            until: String::new(),
            note: String::new(),
            errors: Vec::new(),
        })
    }

    /// What has ended or ends soon in the data centres that this person operates, the first that ends first.
    pub(super) async fn evidence_warnings(&self, ctx: &Ctx) -> Result<Vec<EvidenceWarning>> {
        let operates = |m: &portal_model::person::Membership| m.role == portal_model::organisation::Role::Operator;
        if !ctx.memberships().iter().any(operates) {
            return Ok(Vec::new());
        }
        let centres = self.store().data_centre_list().await?;
        let own = |id: DataCentreId| {
            let found = centres.iter().find(|d| d.id == id);
            found.filter(|d| ctx.may(Action::EvidenceRecord, &Resource::of_operator(d.operator)))
        };
        let mut found: Vec<EvidenceWarning> = self
            .store()
            .evidence()
            .await?
            .into_iter()
            .filter_map(|e| {
                let centre = own(e.data_centre)?;
                let row = row(e, ctx.now);
                let warns = row.state != EvidenceState::Valid;
                warns.then(|| EvidenceWarning { data_centre: centre.name.clone(), slug: centre.slug.clone(), row })
            })
            .collect();
        found.sort_by_key(|w| w.row.valid_until);
        Ok(found)
    }

    /// Refuses a forward change of production in a data centre one of whose evidences has ended. `mends_weakness` is true
    /// for an update that does; that is never stopped.
    ///
    /// # Errors
    /// Rule `evidence_ended`.
    pub(super) async fn evidence_holds(
        &self,
        ctx: &Ctx,
        data_centre: Option<DataCentreId>,
        mends_weakness: bool,
    ) -> Result<()> {
        let found = self.store().data_centre_list().await?.into_iter().find(|d| Some(d.id) == data_centre);
        match found.is_some_and(|d| evidence_stops(d.evidence_until, ctx.now, mends_weakness)) {
            true => Err(rule("evidence_ended")),
            false => Ok(()),
        }
    }

    /// A data centre that the actor operates, by its short name. Unknown and foreign are the same (R4).
    pub(super) async fn own_data_centre(
        &self,
        ctx: &Ctx,
        action: Action,
        slug: &str,
    ) -> Result<(DataCentre, Authorized)> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let found = self.store().data_centre_list().await?.into_iter().find(|d| d.slug == slug);
        let data_centre = found.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(action, &Resource::of_operator(data_centre.operator))?;
        Ok((data_centre, authorized))
    }
}

fn row(e: Evidence, now: Timestamp) -> EvidenceRow {
    let state = EvidenceState::of(e.valid_until, now);
    EvidenceRow { kind: e.kind, valid_until: e.valid_until, state, note: e.note }
}
