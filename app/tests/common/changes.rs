//! Samples of the pages for changing what is live.

use super::samples::{AT, both, head};
use portal_model::{
    form::{ErrorLine, FieldError},
    pages::{
        activation::ConsentTo,
        change::*,
        release_diff::{Change, Line, ObjectChange},
    },
    schema_change::{ChangeKind, SchemaChange},
};

pub fn start(x: &str, some: bool) -> ChangeStartPage {
    let offer = |version: &str, security_fix, going_back| UpdateOffer {
        version: format!("{version}{x}"),
        published_at: AT,
        security_fix,
        changes: both("Neue Ermäßigung für Assistenzhunde.", x),
        going_back,
    };
    let offers = vec![offer("2.5.0", true, GoingBack::Restore), offer("2.4.1", false, GoingBack::None)];
    ChangeStartPage {
        head: head(x),
        offers: if some { offers } else { vec![] },
        may_reconfigure: some,
        chosen: "2.4.1".into(),
        errors: vec![FieldError::new("ziel", "choose_change")],
    }
}

fn values(x: &str) -> Vec<ValueChange> {
    vec![
        ValueChange { label: format!("Steuersatz{x}"), before: format!("80{x}"), after: format!("90{x}") },
        ValueChange { label: format!("Fax{x}"), before: format!("04381{x}"), after: String::new() },
    ]
}

/// `open`: values are missing; `asks`: the version asks for some anew.
pub fn change(x: &str, open: bool, asks: bool) -> ChangePage {
    let line = Line {
        path: format!("spec.replicas{x}"),
        old: Some(format!("1{x}")),
        new: Some(format!("2{x}")),
        masked: false,
    };
    let object = ObjectChange {
        kind: "Deployment".into(),
        name: format!("web{x}"),
        test: false,
        change: Change::Changed,
        lines: vec![line],
        more: 2,
    };
    let field = SchemaChange {
        path: "steuer.satz".into(),
        title: both("Steuersatz", x),
        kind: ChangeKind::AddedRequired,
        params: Default::default(),
    };
    let missing = ErrorLine { html_id: "f-w-satz".into(), label: format!("Satz{x}"), text: format!("fehlt{x}") };
    ChangePage {
        head: head(x),
        brings: ConsentTo {
            from: format!("2.4.0{x}"),
            to: format!("2.5.0{x}"),
            changes: Some(both("Neue Ermäßigung.", x)),
            going_back: GoingBack::Safe,
            values: if open { vec![] } else { values(x) },
        },
        backs_up: true,
        fields: vec![field],
        objects: (!open).then(|| vec![object]),
        open: if open { vec![missing] } else { vec![] },
        asks,
        errors: vec![FieldError::new("", "values_open")],
    }
}

/// The version stays, and nothing differs.
pub fn same(x: &str) -> ChangePage {
    let page = change(x, false, false);
    ChangePage {
        brings: ConsentTo { to: page.brings.from.clone(), changes: None, values: vec![], ..page.brings },
        fields: vec![],
        objects: Some(vec![]),
        errors: vec![],
        ..page
    }
}

pub fn discard(x: &str) -> DiscardChangePage {
    DiscardChangePage { head: head(x), errors: vec![FieldError::new("", "wrong_state")] }
}

/// What an activation of a change brings.
pub fn consent(x: &str) -> ConsentTo {
    ConsentTo {
        from: format!("2.3.0{x}"),
        to: format!("2.4.0{x}"),
        changes: Some(both("Neue Ermäßigung.", x)),
        going_back: GoingBack::None,
        values: values(x),
    }
}

pub fn rollback(x: &str, going_back: GoingBack, some: bool) -> RollbackPage {
    let offer = |id: &str, values| RollbackOffer {
        id: format!("{id}{x}"),
        version: format!("2.3.0{x}"),
        applied_at: AT,
        values,
        going_back,
    };
    RollbackPage {
        head: head(x),
        offers: if some { vec![offer("a", values(x)), offer("b", vec![])] } else { vec![] },
        chosen: format!("b{x}"),
        reason: format!("Stürzt ab.{x}"),
        understood: true,
        errors: vec![
            FieldError::new("stand", "choose_state"),
            FieldError::new("begruendung", "note_required"),
            FieldError::new("verstanden", "confirm_loss"),
        ],
    }
}

pub fn suspend(x: &str, suspended: bool) -> SuspendPage {
    SuspendPage {
        head: head(x),
        suspended,
        reason: format!("Wartung.{x}"),
        errors: vec![FieldError::new("begruendung", "note_required")],
    }
}
