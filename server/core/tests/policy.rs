//! The full role × action × relation matrix as a checked-in snapshot: a change of the policy is seen in review.
//! Write it anew with `PORTAL_WRITE_SNAPSHOTS=1 cargo test -p portal-core --test policy`.

use portal_core::{
    Actor, CoreError, Ctx,
    authz::{Action, POLICY, Resource},
};
use portal_model::{
    Land, Lang, MandateId, OrganisationId, PersonId, PortalError, Timestamp, TokenId, VerfahrenId,
    mandate::{Mandate, MandateScope},
    organisation::{OrganisationKind, Role},
    person::{Membership, Person},
    token::AccessToken,
};
use std::fmt::Write;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_000_000_000_000_000);

fn org(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

fn membership(organisation: u128, kind: OrganisationKind, role: Role, land: Land) -> Membership {
    Membership {
        person: PersonId(Uuid::from_u128(1)),
        organisation: org(organisation),
        organisation_name: "Muster".into(),
        organisation_kind: kind,
        laender: vec![land],
        role,
        until: None,
    }
}

fn mandate(scope: MandateScope) -> Mandate {
    Mandate {
        id: MandateId(Uuid::from_u128(5)),
        municipality: org(10),
        holder: org(30),
        scopes: vec![scope],
        verfahren: vec![],
        from: NOW.plus_days(-1),
        until: NOW.plus_days(1),
        revoked_at: None,
    }
}

fn person(memberships: Vec<Membership>, mandates: Vec<Mandate>) -> Actor {
    let person = Person { id: PersonId(Uuid::from_u128(1)), name: "Muster".into(), deactivated: false };
    Actor::Person { person, memberships, mandates }
}

/// A vendor's pipeline; its key was made by somebody who is a curator as well, which must be worth nothing.
fn token(vendor: u128, verfahren: &[u128], days: i64) -> Actor {
    let token = AccessToken {
        id: TokenId(Uuid::from_u128(2)),
        organisation: org(vendor),
        verfahren: verfahren.iter().map(|v| VerfahrenId(Uuid::from_u128(*v))).collect(),
        name: "Pipeline".into(),
        created_by: PersonId(Uuid::from_u128(1)),
        created_at: NOW,
        expires_at: NOW.plus_days(days),
        revoked_at: None,
        last_used_at: None,
    };
    let land = Land::SCHLESWIG_HOLSTEIN;
    let memberships = vec![
        membership(vendor, OrganisationKind::Vendor, Role::Publisher, land),
        membership(20, OrganisationKind::StateBody, Role::Curator, land),
    ];
    let person = Person { id: PersonId(Uuid::from_u128(1)), name: "Muster".into(), deactivated: false };
    Actor::Token { token, person, memberships }
}

/// Every standpoint that somebody can have towards a case of municipality 10 in Schleswig-Holstein.
fn standpoints() -> Vec<(String, Actor)> {
    let (sh, by) = (Land::SCHLESWIG_HOLSTEIN, Land::BAYERN);
    let mut all = vec![
        ("anonymous".to_owned(), Actor::Anonymous),
        ("system".to_owned(), Actor::System),
        ("command_line".to_owned(), Actor::CommandLine),
        ("nobody".to_owned(), person(vec![], vec![])),
    ];
    for (name, vendor, verfahren, days) in [
        ("access key of the vendor", 40, vec![], 1),
        ("access key for this Verfahren", 40, vec![9], 1),
        ("access key for another Verfahren", 40, vec![8], 1),
        ("access key of another vendor", 41, vec![], 1),
        ("access key that ended", 40, vec![], -1),
    ] {
        all.push((name.to_owned(), token(vendor, &verfahren, days)));
    }
    for role in Role::ALL {
        use OrganisationKind::*;
        let places = [
            ("own municipality", 10, Municipality, sh),
            ("other municipality", 11, Municipality, sh),
            ("state body of the Land", 20, StateBody, sh),
            ("state body of another Land", 21, StateBody, by),
            ("consultancy without mandate", 31, Consultancy, sh),
            ("vendor", 40, Vendor, sh),
            ("other vendor", 41, Vendor, sh),
            ("operator", 50, Operator, sh),
            ("other operator", 51, Operator, sh),
            ("audit of the Land", 60, Audit, sh),
            ("audit of another Land", 61, Audit, by),
            ("portal", 70, Portal, sh),
        ];
        for (name, id, kind, land) in places {
            all.push((format!("{role} @ {name}"), person(vec![membership(id, kind, *role, land)], vec![])));
        }
        for scope in MandateScope::ALL {
            let m = membership(30, Consultancy, *role, sh);
            all.push((format!("{role} @ consultancy with mandate {scope}"), person(vec![m], vec![mandate(*scope)])));
        }
    }
    all
}

fn case() -> Resource {
    Resource::of_tenant(org(10), Land::SCHLESWIG_HOLSTEIN, Some(VerfahrenId(Uuid::from_u128(9))))
}

fn resources() -> [(&'static str, Resource); 9] {
    [
        ("package", Resource::of_package(org(40), Some(VerfahrenId(Uuid::from_u128(9))))),
        ("package of a new Verfahren", Resource::of_package(org(40), None)),
        ("package of a municipality", Resource::of_package(org(10), None)),
        ("case", case()),
        ("portal", Resource::portal()),
        ("vendor", Resource::of_vendor(org(40))),
        ("operator", Resource::of_operator(org(50))),
        ("act of the Land without a tenant", Resource::act_in(Land::SCHLESWIG_HOLSTEIN)),
        ("trial", Resource::of_trial(org(40), Some(VerfahrenId(Uuid::from_u128(9))), org(50))),
    ]
}

#[test]
fn the_matrix_is_as_it_was_reviewed() {
    let mut text = String::new();
    for (resource_name, resource) in resources() {
        for action in Action::ALL {
            let allowed = standpoints().into_iter().filter(|(_, actor)| {
                let ctx = Ctx { actor: actor.clone(), lang: Lang::De, now: NOW };
                ctx.may(*action, &resource)
            });
            let names: Vec<String> = allowed.map(|(name, _)| name).collect();
            writeln!(
                text,
                "{action} on {resource_name}: {}",
                if names.is_empty() { "nobody".into() } else { names.join("; ") }
            )
            .unwrap();
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/policy.txt");
    if std::env::var_os("PORTAL_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(text, kept, "the policy changed: look at the difference, then write the snapshot anew");
}

#[test]
fn an_access_key_lists_no_more_than_its_vendor() {
    let ctx = Ctx { actor: token(40, &[], 1), lang: Lang::De, now: NOW };
    for action in Action::ALL {
        let scope = ctx.scope(*action);
        assert!(!scope.all && scope.laender.is_empty() && scope.tenants.iter().all(|o| *o == org(40)), "{action}");
        assert!(action.is_for_tokens() || scope.tenants.is_empty(), "{action}");
    }
}

#[test]
fn every_action_has_a_row() {
    for action in Action::ALL {
        assert_eq!(POLICY.iter().filter(|(a, _)| a == action).count(), 1, "{action}");
        assert!(!action.grants().is_empty(), "{action}");
    }
}

#[test]
fn a_stranger_learns_nothing_and_anonymous_must_sign_in() {
    let (_, case) = resources()[0];
    for (name, actor) in standpoints() {
        let ctx = Ctx { actor: actor.clone(), lang: Lang::De, now: NOW };
        for action in Action::ALL.iter().filter(|a| a.sight() == Action::CaseRead) {
            let Err(error) = ctx.authorize(*action, &case) else { continue };
            let CoreError::Portal(error) = error else { panic!("{error}") };
            let expected = match actor {
                Actor::Anonymous => PortalError::SignInRequired,
                _ if ctx.may(Action::CaseRead, &case) => PortalError::Forbidden,
                _ => PortalError::NotFound,
            };
            assert_eq!(error, expected, "{name}: {action}");
        }
    }
}

#[test]
fn ended_things_give_nothing() {
    let case = case();
    let ctx = |actor| Ctx { actor, lang: Lang::De, now: NOW };
    let mut ended = membership(10, OrganisationKind::Municipality, Role::Clerk, Land::SCHLESWIG_HOLSTEIN);
    ended.until = Some(NOW);
    assert!(!ctx(person(vec![ended], vec![])).may(Action::CaseRead, &case));
    let consultant = membership(30, OrganisationKind::Consultancy, Role::Consultant, Land::SCHLESWIG_HOLSTEIN);
    for broken in [
        Mandate { until: NOW, ..mandate(MandateScope::Request) },
        Mandate { revoked_at: Some(NOW), ..mandate(MandateScope::Request) },
        Mandate { from: NOW.plus_seconds(1), ..mandate(MandateScope::Request) },
        Mandate { verfahren: vec![VerfahrenId(Uuid::from_u128(8))], ..mandate(MandateScope::Request) },
        Mandate { municipality: org(11), ..mandate(MandateScope::Request) },
        Mandate { holder: org(31), ..mandate(MandateScope::Request) },
    ] {
        assert!(!ctx(person(vec![consultant.clone()], vec![broken])).may(Action::RequestEdit, &case));
    }
    let Actor::Person { person: p, memberships, mandates } =
        person(vec![membership(10, OrganisationKind::Municipality, Role::Clerk, Land::SCHLESWIG_HOLSTEIN)], vec![])
    else {
        unreachable!()
    };
    let gone = Actor::Person { person: Person { deactivated: true, ..p }, memberships, mandates };
    assert!(!ctx(gone).may(Action::CaseRead, &case));
}

/// Lists and single pages agree: what a list shows may be opened, and what may be opened stands in the list (R4).
#[test]
fn lists_show_exactly_what_may_be_seen() {
    let case = case();
    let verfahren = |n: u128| VerfahrenId(Uuid::from_u128(n));
    let consultant = || membership(30, OrganisationKind::Consultancy, Role::Consultant, Land::SCHLESWIG_HOLSTEIN);
    let clerk = || membership(10, OrganisationKind::Municipality, Role::Clerk, Land::SCHLESWIG_HOLSTEIN);
    let mut all = standpoints();
    for scope in MandateScope::ALL {
        for (name, of) in [("this", vec![verfahren(8), verfahren(9)]), ("another", vec![verfahren(8)])] {
            let limited = Mandate { verfahren: of, ..mandate(*scope) };
            all.push((format!("mandate {scope} for {name} Verfahren"), person(vec![consultant()], vec![limited])));
        }
    }
    let ended = Membership { until: Some(NOW), ..clerk() };
    all.push(("ended membership".to_owned(), person(vec![ended], vec![])));
    let gone = Person { id: PersonId(Uuid::from_u128(1)), name: "Muster".into(), deactivated: true };
    all.push(("deactivated".to_owned(), Actor::Person { person: gone, memberships: vec![clerk()], mandates: vec![] }));
    for (name, actor) in all {
        let ctx = Ctx { actor, lang: Lang::De, now: NOW };
        for action in Action::ALL {
            let scope = ctx.scope(*action);
            let listed = scope.all
                || case.tenant.is_some_and(|t| scope.tenants.contains(&t))
                || case.land.is_some_and(|l| scope.laender.contains(&l))
                || scope.limited.iter().any(|(t, of)| Some(*t) == case.tenant && of.contains(&verfahren(9)));
            // What is about no tenant stands in the record for auditors of the Land and for who runs the portal.
            if *action == Action::AuditRead {
                let listed = scope.all || scope.untenanted || scope.laender.contains(&Land::SCHLESWIG_HOLSTEIN);
                let act = Resource::act_in(Land::SCHLESWIG_HOLSTEIN);
                assert_eq!(listed, ctx.may(*action, &act), "{name}: an act without a tenant");
            }
            // A curator of any Land sees every package and its trials, and no case by that.
            let packages = matches!(action.sight(), Action::PackageRead | Action::TrialRead);
            assert!(packages || listed == ctx.may(*action, &case), "{name}: {action}");
            let package = Resource::of_package(org(40), Some(verfahren(9)));
            let whole = ctx.token().is_none_or(|t| t.verfahren.is_empty());
            let listed = scope.all || scope.tenants.contains(&org(40));
            assert!(!packages || !whole || listed == ctx.may(*action, &package), "{name}: {action}");
        }
    }
}
