//! The values of a request: form in, document and sealed secrets out; also correcting them after a red test.

use super::{
    Portal, changed, check_lock, invalid,
    request_parts::{Parts, fit_gemeinden, mark},
    secrets_at_rest,
};
use crate::{
    Ctx,
    authz::{Action, Authorized},
    config::{self, FormScope, Part},
    error::Result,
    ports::{CaseRecord, Commit, SecretRow, Write},
};
use portal_model::{
    Lang, PortalError,
    ars::Ars,
    form::{Field, FieldError, FieldKind, Form},
    installation::InstallationState,
    pages::request::{Task, ValueGroup, ValuesPage, ValuesPurpose},
    reference::Reference,
    request::Request,
};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// What a posted form means for a request.
struct Entered {
    request: Request,
    secrets: BTreeMap<String, Zeroizing<String>>,
    errors: Vec<FieldError>,
}

impl Portal {
    /// The form of the values; with `entered`, what was typed and what is wrong with it.
    ///
    /// # Errors
    /// `WrongState` if the values cannot be changed now.
    pub async fn values_page(
        &self,
        ctx: &Ctx,
        r: &Reference,
        entered: Option<&[(String, String)]>,
    ) -> Result<ValuesPage> {
        let (case, _) = self.values_case(ctx, r).await?;
        let parts = self.parts(&case).await?;
        let (request, errors, typed) = match entered {
            Some(pairs) => {
                let e = self.read(ctx, &case, &parts, pairs);
                (e.request, e.errors, e.secrets)
            }
            // A draft that was never saved shows an empty form, not a list of complaints.
            None => (case.request.clone(), parts.wrong_values(&case.request), BTreeMap::new()),
        };
        // What was typed into a secret field is never sent back; only what is stored counts as set.
        drop(typed);
        let form = parts.form(ctx, &request, &errors);
        Ok(ValuesPage { head: self.head(ctx, &case).await?, form, purpose: purpose(&case), errors: Vec::new() })
    }

    /// Errors of what was typed so far, by the names of the form's fields; nothing is saved.
    ///
    /// # Errors
    /// As [`Portal::values_page`].
    pub async fn values_check(
        &self,
        ctx: &Ctx,
        r: &Reference,
        pairs: &[(String, String)],
    ) -> Result<Vec<(String, String)>> {
        let page = self.values_page(ctx, r, Some(pairs)).await?;
        let mut found = Vec::new();
        for group in &page.form.groups {
            named_errors(&group.fields, &mut found);
        }
        for row in page.form.gemeinden.iter().flat_map(|t| &t.rows) {
            named_errors(&row.fields, &mut found);
        }
        Ok(found)
    }

    /// Saves the values. A draft is saved as it is, complete or not; then the errors are reported. After a red test or
    /// a defect only complete values are saved, and the tests run again.
    ///
    /// # Errors
    /// `Invalid` with the errors at the fields.
    pub async fn values_save(&self, ctx: &Ctx, r: &Reference, lock: i64, pairs: &[(String, String)]) -> Result<()> {
        let (case, authorized) = self.values_case(ctx, r).await?;
        check_lock(&case, lock)?;
        let parts = self.parts(&case).await?;
        let Entered { mut request, secrets, errors } = self.read(ctx, &case, &parts, pairs);
        let correction = is_correction(&case);
        // What cannot be read must not become a stored value: only complete forms change anything then.
        let unreadable = errors.iter().any(|e| !is_missing(e));
        if unreadable || (correction && !errors.is_empty()) {
            return Err(invalid(errors));
        }
        mark(ctx, &mut request, Task::Values);
        let mut writes = self.seal_all(&case, &secrets).await?;
        let audit = authorized.audit(&case.request.reference, Some(case.request.id), None);
        let (write, mut events) = changed(ctx, request.clone(), &case.request);
        writes.push(write);
        if correction {
            let again = self.retest(ctx, &case, &parts, &request).await?;
            writes.extend(again.0);
            events.extend(again.1);
        }
        self.commit(&authorized, Commit { writes, audit, events }).await?;
        if errors.is_empty() { Ok(()) } else { Err(invalid(errors)) }
    }

    async fn values_case(&self, ctx: &Ctx, r: &Reference) -> Result<(CaseRecord, Authorized)> {
        let (case, _) = self.case_for(ctx, Action::CaseRead, r).await?;
        let action = match purpose(&case) {
            ValuesPurpose::Request => Action::RequestEdit,
            ValuesPurpose::Correction => Action::ValuesCorrect,
            ValuesPurpose::Change => Action::ChangePrepare,
        };
        let authorized = ctx.authorize(action, &super::resource(&case.request))?;
        if action == Action::RequestEdit && !case.request.state.is_editable() {
            return Err(PortalError::WrongState.into());
        }
        Ok((case, authorized))
    }

    fn read(&self, ctx: &Ctx, case: &CaseRecord, parts: &Parts, pairs: &[(String, String)]) -> Entered {
        let schema = &parts.package.schema;
        let gemeinden: Vec<Ars> = case.request.areas.clone();
        let scope = FormScope { part: Part::All, gemeinden: &gemeinden, lang: ctx.lang };
        let decoded = config::from_form(pairs, schema, scope);
        let mut request = case.request.clone();
        request.values = decoded.values;
        fit_gemeinden(&mut request, schema);
        let mut present: BTreeSet<String> = parts.secrets.clone();
        present.extend(decoded.secrets.keys().cloned());
        let mut errors = decoded.errors;
        errors.extend(schema.missing_secrets(&request.values, &present));
        Entered { request, secrets: decoded.secrets, errors }
    }

    /// Seals entered secrets for the request.
    async fn seal_all(&self, case: &CaseRecord, secrets: &BTreeMap<String, Zeroizing<String>>) -> Result<Vec<Write>> {
        if secrets.is_empty() {
            return Ok(Vec::new());
        }
        let (tenant, object) = (case.request.municipality, case.request.id.0);
        let stored = self.store().secrets(object).await?;
        let key = self.data_key(tenant).await?;
        let mut writes = Vec::new();
        for (field, value) in secrets {
            let version = secrets_at_rest::next_version(&stored, field);
            let sealed = secrets_at_rest::seal(&key, tenant, object, field, version, value)?;
            writes.push(Write::PutSecret(SecretRow { tenant, object, field: field.clone(), version, sealed }));
        }
        Ok(writes)
    }
}

/// Whether the values are changed after the request was accepted, because a test was red or the clerk saw a defect.
fn is_correction(case: &CaseRecord) -> bool {
    let state = case.installation.as_ref().map(|i| i.state);
    matches!(state, Some(InstallationState::TestFailed | InstallationState::Defective))
}

fn purpose(case: &CaseRecord) -> ValuesPurpose {
    match () {
        () if is_correction(case) => ValuesPurpose::Correction,
        () if is_changing(case) => ValuesPurpose::Change,
        () => ValuesPurpose::Request,
    }
}

/// Whether the values belong to a change of something live that is being prepared.
fn is_changing(case: &CaseRecord) -> bool {
    case.installation.as_ref().is_some_and(|i| i.state == InstallationState::Changing)
}

/// Whether an error only says that something is not filled in yet.
fn is_missing(e: &FieldError) -> bool {
    matches!(e.code.as_str(), "required" | "secret_required" | "min_items")
}

fn named_errors(fields: &[Field], found: &mut Vec<(String, String)>) {
    for field in fields {
        if let Some(error) = &field.error {
            found.push((field.name.clone(), error.text.clone()));
        }
        match &field.kind {
            FieldKind::List { items, .. } => named_errors(items, found),
            FieldKind::Group { fields } => named_errors(fields, found),
            _ => {}
        }
    }
}

/// A field without the secrets in it; `None` for a secret.
fn without_secrets(field: &Field) -> Option<Field> {
    let mut field = field.clone();
    match &mut field.kind {
        FieldKind::Secret { .. } => return None,
        FieldKind::Group { fields } => *fields = fields.iter().filter_map(without_secrets).collect(),
        FieldKind::List { items, .. } => *items = items.iter().filter_map(without_secrets).collect(),
        _ => {}
    }
    Some(field)
}

/// Path, label and text of each field of a form, without the secrets.
pub(super) fn named_rows(lang: Lang, form: &Form) -> Vec<(String, String, String)> {
    let mut named = Vec::new();
    let mut add = |fields: &[Field], prefix: &str| {
        for field in fields.iter().filter_map(without_secrets) {
            let mut rows = Vec::new();
            rows_of(lang, std::slice::from_ref(&field), prefix, &mut rows);
            let path = field.name.strip_prefix("w.").unwrap_or(&field.name);
            let several = rows.len() > 1;
            named.extend(rows.into_iter().enumerate().map(|(n, (label, text))| {
                // Parts of a list or a group in their order; a part has no path of its own here.
                (if several { format!("{path}[{n}]") } else { path.to_owned() }, label, text)
            }));
        }
    };
    form.groups.iter().for_each(|group| add(&group.fields, ""));
    form.gemeinden.iter().flat_map(|t| &t.rows).for_each(|row| add(&row.fields, &row.name));
    named
}

/// A form as label and text, for summaries.
pub(super) fn groups_of(lang: Lang, form: &Form) -> Vec<ValueGroup> {
    let mut groups: Vec<ValueGroup> = form
        .groups
        .iter()
        .map(|g| {
            let mut rows = Vec::new();
            rows_of(lang, &g.fields, "", &mut rows);
            ValueGroup { title: g.title.clone(), rows }
        })
        .collect();
    for row in form.gemeinden.iter().flat_map(|t| &t.rows) {
        let mut rows = Vec::new();
        rows_of(lang, &row.fields, "", &mut rows);
        // An empty cell inherits; it would only repeat what stands above.
        rows.retain(|(_, text)| !text.is_empty());
        if !rows.is_empty() {
            groups.push(ValueGroup { title: row.name.clone(), rows });
        }
    }
    groups.retain(|g| !g.rows.is_empty());
    groups
}

fn rows_of(lang: Lang, fields: &[Field], prefix: &str, rows: &mut Vec<(String, String)>) {
    for field in fields {
        let label = if prefix.is_empty() { field.label.clone() } else { format!("{prefix} – {}", field.label) };
        match &field.kind {
            FieldKind::Secret { is_set } => {
                let text = if *is_set { lang.pick("hinterlegt", "stored") } else { lang.pick("fehlt", "missing") };
                rows.push((label, text.to_owned()));
            }
            FieldKind::Checkbox => {
                let text = if field.value == "true" { lang.pick("ja", "yes") } else { lang.pick("nein", "no") };
                rows.push((label, text.to_owned()));
            }
            FieldKind::Select { options } => {
                let text = options.iter().find(|o| o.value == field.value).map(|o| o.label.clone());
                rows.push((label, text.unwrap_or_else(|| field.value.clone())));
            }
            // Entries carry the label of their list and a number already.
            FieldKind::List { items, .. } => rows_of(lang, items, prefix, rows),
            FieldKind::Group { fields } => rows_of(lang, fields, &label, rows),
            _ => rows.push((label, field.value.clone())),
        }
    }
}
