//! Submissions of packages, and what is said about them.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    sql::{Query, statements},
};
use portal_core::ports::{StoreError, StoreResult, SubmissionQuery, SubmissionRecord};
use portal_model::{
    PersonId, SubmissionId,
    reference::Reference,
    submission::{Submission, SubmissionMessage},
};

macro_rules! joined {
    () => {
        "SELECT s.id, s.reference, s.vendor, s.verfahren, s.slug, s.package_id, s.version, s.digest, s.facts, \
         s.findings, s.state, s.lock, s.uploaded_by, s.token, s.submitted_by, s.assigned_to, s.decided_by, s.limits, \
         s.security_fix, s.signed_with, r.id, s.created_at, s.uploaded_at, s.submitted_at, s.state_since, s.signature, o.name, p.name \
         FROM submission s JOIN organisation o ON o.id = s.vendor LEFT JOIN person p ON p.id = s.assigned_to \
         LEFT JOIN release r ON r.submission = s.id WHERE "
    };
}

statements! {
    INSERT = "INSERT INTO submission (id, reference, vendor, verfahren, slug, package_id, version, digest, facts, \
        findings, state, lock, uploaded_by, token, submitted_by, assigned_to, decided_by, limits, security_fix, \
        signature, signed_with, created_at, uploaded_at, submitted_at, state_since, queued_at) VALUES ($1, $2, $3, $4, \
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)";
    /// Whose it is, what and which version never changes. R2 also counts those who uploaded or handed in earlier.
    UPDATE = "UPDATE submission SET verfahren = $2, slug = $3, digest = $4, facts = $5, findings = $6, state = $7, \
        lock = $8, uploaded_by = $9, token = $10, submitted_by = $11, assigned_to = $12, decided_by = $13, \
        limits = $14, security_fix = $15, signature = $16, signed_with = $17, submitted_at = $18, state_since = $19, \
        queued_at = $20, uploaded_at = $21 WHERE id = $1 AND lock = $22 AND ($7 NOT IN ('released', 'declined') OR NOT EXISTS \
        (SELECT 1 FROM submission_participant x WHERE x.submission = $1 AND x.person = $13))";
    LOCK = "SELECT lock FROM submission WHERE id = $1";
    PARTICIPANT = "INSERT INTO submission_participant (submission, person) VALUES ($1, $2) \
        ON CONFLICT (submission, person) DO NOTHING";
    PARTICIPANTS = "SELECT person FROM submission_participant WHERE submission = $1 ORDER BY person";
    INSERT_MESSAGE = "INSERT INTO submission_message (id, submission, at, person, side, body) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    MESSAGES = "SELECT submission, at, person, side, body FROM submission_message WHERE submission = $1 \
        ORDER BY at, id";
    BY_REFERENCE = concat!(joined!(), "s.reference = $1");
    OF_VERSION = concat!(joined!(), "s.package_id = $1 AND s.version = $2 AND s.state NOT IN ('declined', 'discarded')");
}

fn read(row: &mut Row) -> StoreResult<SubmissionRecord> {
    let submission = Submission {
        id: row.get()?,
        reference: row.get()?,
        vendor: row.get()?,
        verfahren: row.opt()?,
        slug: row.get()?,
        package_id: row.get()?,
        version: row.get()?,
        digest: row.get()?,
        facts: row.json()?,
        findings: row.json()?,
        state: row.get()?,
        lock: row.get()?,
        uploaded_by: row.get()?,
        token: row.opt()?,
        submitted_by: row.opt()?,
        assigned_to: row.opt()?,
        decided_by: row.opt()?,
        limits: row.json()?,
        security_fix: row.flag()?,
        signed_with: row.opt()?,
        release: row.opt()?,
        created_at: row.get()?,
        uploaded_at: row.get()?,
        submitted_at: row.opt()?,
        state_since: row.get()?,
    };
    Ok(SubmissionRecord { submission, signature: row.opt()?, vendor_name: row.get()?, assigned_to_name: row.opt()? })
}

pub(crate) async fn insert(tx: &mut Tx, s: &Submission, signature: Option<String>) -> StoreResult<()> {
    let args = args![
        s.id,
        &s.reference,
        s.vendor,
        s.verfahren,
        &s.slug,
        &s.package_id,
        &s.version,
        &s.digest,
        json(&s.facts)?,
        json(&s.findings)?,
        s.state,
        s.lock,
        s.uploaded_by,
        s.token,
        s.submitted_by,
        s.assigned_to,
        s.decided_by,
        json(&s.limits)?,
        s.security_fix,
        signature,
        s.signed_with,
        s.created_at,
        s.uploaded_at,
        s.submitted_at,
        s.state_since,
        s.submitted_at.unwrap_or(s.created_at)
    ];
    tx.execute(INSERT, &args).await?;
    remember_participants(tx, s).await
}

pub(crate) async fn update(tx: &mut Tx, s: &Submission, signature: Option<String>) -> StoreResult<()> {
    let args = args![
        s.id,
        s.verfahren,
        &s.slug,
        &s.digest,
        json(&s.facts)?,
        json(&s.findings)?,
        s.state,
        s.lock,
        s.uploaded_by,
        s.token,
        s.submitted_by,
        s.assigned_to,
        s.decided_by,
        json(&s.limits)?,
        s.security_fix,
        signature,
        s.signed_with,
        s.submitted_at,
        s.state_since,
        s.submitted_at.unwrap_or(s.created_at),
        s.uploaded_at,
        s.lock - 1
    ];
    if tx.execute(UPDATE, &args).await? == 0 {
        let stored: Option<i64> = tx.first(LOCK, &args![s.id]).await?.as_mut().map(Row::get).transpose()?;
        let as_expected = stored == Some(s.lock - 1);
        return Err(if as_expected { StoreError::Rule("second_person".to_owned()) } else { StoreError::Conflict });
    }
    remember_participants(tx, s).await
}

async fn remember_participants(tx: &mut Tx, s: &Submission) -> StoreResult<()> {
    for person in [Some(s.uploaded_by), s.submitted_by].into_iter().flatten() {
        tx.execute(PARTICIPANT, &args![s.id, person]).await?;
    }
    Ok(())
}

pub(crate) async fn insert_message(tx: &mut Tx, m: &SubmissionMessage) -> StoreResult<()> {
    let id = portal_core::ports::new_uuid(m.at);
    tx.execute(INSERT_MESSAGE, &args![id, m.submission, m.at, m.person, m.side, &m.text]).await.map(drop)
}

fn filter(q: &mut Query, f: &SubmissionQuery) {
    // A package has no Land: what is not everybody's is the vendor's.
    match f.scope.all {
        true => q.push("1 = 1"),
        false => q.any_of("s.vendor", f.scope.tenants.iter().copied()),
    };
    if !f.states.is_empty() {
        q.push(" AND ").any_of("s.state", f.states.iter().copied());
    }
    if let Some(any) = &f.verfahren_any {
        q.push(" AND ").any_of("s.verfahren", any.iter().copied());
    }
    if let Some(text) = &f.exactly {
        q.push(" AND (s.reference = ").bind(text.as_str()).push(" OR s.package_id = ").bind(text.as_str());
        q.push(" OR s.slug = ").bind(text.as_str()).push(")");
    }
}

/// Submissions and their number, as two statements.
pub(crate) fn queries(f: &SubmissionQuery) -> (Query, Query) {
    let mut list = Query::new(joined!());
    filter(&mut list, f);
    if let Some((at, id)) = f.after {
        list.push(" AND (s.queued_at, s.id) > (").bind(at).push(", ").bind(id).push(")");
    }
    list.push(" ORDER BY s.queued_at, s.id LIMIT ").bind(f.limit.clamp(1, 200));
    let mut count = Query::new("SELECT count(*) FROM submission s WHERE ");
    filter(&mut count, f);
    (list, count)
}

impl Storage {
    pub(crate) async fn submissions(&self, f: &SubmissionQuery) -> StoreResult<(Vec<SubmissionRecord>, i64)> {
        let (list, count) = queries(f);
        let (sql, args) = list.parts();
        let found = self.db().all(sql, args, read).await?;
        let (sql, args) = count.parts();
        Ok((found, self.db().one(sql, args, Row::get).await?.unwrap_or(0)))
    }

    pub(crate) async fn submission_referred(&self, reference: &Reference) -> StoreResult<Option<SubmissionRecord>> {
        self.db().one(BY_REFERENCE, &args![reference], read).await
    }

    pub(crate) async fn submission_version(&self, id: &str, version: &str) -> StoreResult<Option<SubmissionRecord>> {
        self.db().one(OF_VERSION, &args![id, version], read).await
    }

    pub(crate) async fn messages_of(&self, submission: SubmissionId) -> StoreResult<Vec<SubmissionMessage>> {
        let read = |row: &mut Row| {
            Ok(SubmissionMessage {
                submission: row.get()?,
                at: row.get()?,
                person: row.get()?,
                side: row.get()?,
                text: row.get()?,
            })
        };
        self.db().all(MESSAGES, &args![submission], read).await
    }

    pub(crate) async fn submission_people(&self, submission: SubmissionId) -> StoreResult<Vec<PersonId>> {
        self.db().all(PARTICIPANTS, &args![submission], Row::get).await
    }
}
