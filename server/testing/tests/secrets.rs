//! Secrets on real databases: what is moved or swapped does not open, and keys are changed under load without losing
//! anything. R10.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use portal_core::{
    CoreError, Portal,
    ports::{Store, SystemClock},
    secrets::{CredentialKeys, KeyEncryptionKey, Keys, SecretError},
    use_cases::{KeysRotated, KeysState, NewOrganisation},
};
use portal_model::{Lang, TargetId, organisation::OrganisationKind, reference::Reference};
use portal_testing::{
    TestApp,
    app::{CLUSTER, CREDENTIAL_KEY, KEY, PRODUCTION_NAMESPACE, TEST_NAMESPACE, fresh_postgres, tamper},
};
use std::sync::Arc;
use uuid::Uuid;

/// A test on each database that is here.
async fn on_both(test: impl AsyncFn(TestApp)) {
    test(TestApp::start_for_processes(None).await).await;
    match fresh_postgres().await {
        Some(url) => test(TestApp::start_for_processes(Some(url)).await).await,
        None => println!("skipped on PostgreSQL: PORTAL_TEST_POSTGRES is not set"),
    }
}

async fn request_of(app: &TestApp, r: &Reference) -> Uuid {
    app.storage.case_by_reference(r).await.unwrap().unwrap().request.id.0
}

fn does_not_open<T>(opened: Result<T, CoreError>) -> bool {
    matches!(opened, Err(CoreError::Secret(SecretError::DoesNotOpen)))
}

/// Swaps two rows' sealed bytes as somebody with the database could.
fn swap(one: &str, other: &str) -> [String; 3] {
    let put = |into: &str, from: &str| {
        format!("UPDATE secret SET sealed = (SELECT s.sealed FROM secret s WHERE {from}) WHERE {into}")
    };
    let kept = "object = 'kept'";
    [
        format!(
            "INSERT INTO secret (object, field, tenant, version, sealed) \
             SELECT 'kept', 'kept', s.tenant, s.version, s.sealed FROM secret s WHERE {}",
            one.replace("object", "s.object").replace("field", "s.field")
        ),
        put(one, &other.replace("object", "s.object").replace("field", "s.field")),
        put(other, &kept.replace("object", "s.object")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_or_swapped_does_not_open() {
    on_both(async |app| {
        app.publish("fundsachen", "1.0.0").await;
        app.publish("gewerbe", "1.0.0").await;
        let one = request_of(&app, &app.submitted("fundsachen").await).await;
        let two = request_of(&app, &app.submitted("gewerbe").await).await;
        let fields: Vec<String> = app.portal.secrets_open(one).await.unwrap().into_keys().collect();
        let other: Vec<String> = app.portal.secrets_open(two).await.unwrap().into_keys().collect();
        let (field, other) = (fields[0].clone(), other[0].clone());
        let url = app.url.clone();
        let change = async |sql: &str| {
            assert_eq!(tamper(&url, sql).await, 1, "{sql}");
        };
        let row = format!("object = '{one}' AND field = '{field}'");
        let tenant = |slug: &str| format!("(SELECT o.id FROM organisation o WHERE o.slug = '{slug}')");
        // Tenant, field, version, object: each changed, found out, and put back.
        let moves = [
            (format!("tenant = {}", tenant("ploen")), format!("tenant = {}", tenant("flensburg")), row.clone()),
            (
                "field = 'moved'".to_owned(),
                format!("field = '{field}'"),
                format!("object = '{one}' AND field = 'moved'"),
            ),
            ("version = version + 1".to_owned(), "version = version - 1".to_owned(), row.clone()),
            (
                format!("object = '{}'", Uuid::from_u128(1)),
                format!("object = '{one}'"),
                format!("object = '{}' AND field = '{field}'", Uuid::from_u128(1)),
            ),
        ];
        for (there, back, moved) in moves {
            change(&format!("UPDATE secret SET {there} WHERE {row}")).await;
            let object = if there.starts_with("object") { Uuid::from_u128(1) } else { one };
            assert!(does_not_open(app.portal.secrets_open(object).await), "{there}");
            change(&format!("UPDATE secret SET {back} WHERE {moved}")).await;
            app.portal.secrets_open(one).await.unwrap();
        }
        // Two values of one tenant, swapped.
        let elsewhere = format!("object = '{two}' AND field = '{other}'");
        for sql in swap(&row, &elsewhere) {
            change(&sql).await;
        }
        assert!(does_not_open(app.portal.secrets_open(one).await) && does_not_open(app.portal.secrets_open(two).await));
        change("DELETE FROM secret WHERE object = 'kept'").await;
        for sql in swap(&row, &elsewhere) {
            change(&sql).await;
        }
        app.portal.secrets_open(one).await.unwrap();

        // Credentials of two targets, and one of them as a value of a case.
        let place = async |namespace: &str| -> TargetId {
            app.portal.target_named(&app.portal.system(), CLUSTER, namespace).await.unwrap().id
        };
        let (test, production) = (place(TEST_NAMESPACE).await, place(PRODUCTION_NAMESPACE).await);
        let of = |id: TargetId| format!("object = '{id}' AND field = 'credential'");
        assert!(app.portal.credential_open(test).await.unwrap().is_some());
        change("DELETE FROM secret WHERE object = 'kept'").await;
        for sql in swap(&of(test), &of(production)) {
            change(&sql).await;
        }
        for target in [test, production] {
            assert!(does_not_open(app.portal.credential_open(target).await));
        }
        change(&format!("UPDATE secret SET version = version + 1 WHERE {}", of(test))).await;
        assert!(does_not_open(app.portal.credential_open(test).await));

        // The data key of one tenant put in the place of another's.
        let key = |slug: &str| format!("(SELECT d.wrapped FROM data_key d WHERE d.tenant = {})", tenant(slug));
        change(&format!("UPDATE data_key SET wrapped = {} WHERE tenant = {}", key("ploen"), tenant("flensburg"))).await;
        assert!(does_not_open(app.portal.secrets_open(one).await));
    })
    .await;
}

/// A portal of its own on the app's database, as another process would be.
async fn portal_with(app: &TestApp, keys: Keys) -> Portal {
    let store: Arc<dyn Store> = app.storage.clone();
    Portal::open(store, app.packages.clone(), Arc::new(SystemClock), keys, true).await.unwrap()
}

const NEXT: [u8; 32] = [9; 32];
const NEXT_CREDENTIAL: [u8; 32] = [10; 32];

/// Organisations besides those of the app: more than one commit of a rotation takes.
const MORE: usize = 250;

/// People save values with secrets, read them back and make organisations, while the keys are changed by two commands, of
/// which one is interrupted again and again. Afterwards the new keys open everything as it was last written.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_under_load() {
    on_both(async |app| {
        app.publish("fundsachen", "1.0.0").await;
        let system = app.portal.system();
        let add = async |portal: &Portal, slug: String| {
            let new = NewOrganisation {
                kind: OrganisationKind::Vendor,
                name: slug.clone(),
                slug,
                municipality_kind: None,
                ars: None,
                laender: vec![],
                areas: vec![],
                public_adopter: false,
                demo: true,
            };
            portal.organisation_add(&system, new).await.unwrap();
        };
        for i in 0..MORE {
            add(&app.portal, format!("haus-{i}")).await;
        }
        let previous = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(previous.path(), hex::encode(CREDENTIAL_KEY)).unwrap();
        let both = || {
            let credentials = CredentialKeys::new(&NEXT_CREDENTIAL).with_previous(previous.path()).unwrap();
            Keys::new(KeyEncryptionKey::new(NEXT), credentials).with_previous(KeyEncryptionKey::new(KEY))
        };
        // What people use meanwhile: every process was started anew with both keys.
        let serving = portal_with(&app, both()).await;
        let clerk = app.ctx(app.people.clerk).await;
        let shell = serving.ctx(portal_core::Actor::CommandLine, Lang::En);
        let before = serving.keys_state(&shell).await.unwrap();
        assert_eq!((before.current, before.unreadable), (0, 0));
        assert!(before.previous > MORE as u64);

        let r = serving.request_start(&clerk, "fundsachen", "flensburg").await.unwrap();
        let object = request_of(&app, &r).await;
        let secret = {
            let page = serving.values_page(&clerk, &r, None).await.unwrap();
            let fields = page.form.groups.iter().flat_map(|g| &g.fields);
            let found = fields.clone().find(|f| matches!(f.kind, portal_model::form::FieldKind::Secret { .. }));
            found.expect("a secret").name.clone()
        };
        let pairs = app.samples("fundsachen").await;
        let people = async {
            let mut last = String::new();
            for i in 0..40 {
                last = format!("kennwort-{i:04}-lang-genug-fuer-die-regel");
                let mut pairs: Vec<_> = pairs.iter().filter(|(name, _)| *name != secret).cloned().collect();
                pairs.push((secret.clone(), last.clone()));
                let lock = serving.case_page(&clerk, &r).await.unwrap().head.lock;
                serving.values_save(&clerk, &r, lock, &pairs).await.unwrap();
                let open = serving.secrets_open(object).await.unwrap();
                assert!(open.values().any(|v| **v == last), "round {i}");
                add(&serving, format!("neu-{i}")).await;
            }
            last
        };
        let interrupted = async {
            let portal = portal_with(&app, both()).await;
            for patience in 0..20_u64 {
                let patience = std::time::Duration::from_millis(patience);
                drop(tokio::time::timeout(patience, portal.keys_rotate(&shell)).await);
            }
        };
        let command = async {
            interrupted.await;
            portal_with(&app, both()).await.keys_rotate(&shell).await.unwrap()
        };
        let other = async { portal_with(&app, both()).await.keys_rotate(&shell).await.unwrap() };
        let (last, one, two) = tokio::join!(people, command, other);
        assert_eq!((one.unreadable, two.unreadable), (0, 0));
        // Nothing is left to change, and what was changed stands in the record.
        assert_eq!(serving.keys_rotate(&shell).await.unwrap(), KeysRotated::default());

        let only_new = Keys::new(KeyEncryptionKey::new(NEXT), CredentialKeys::new(&NEXT_CREDENTIAL));
        let after = portal_with(&app, only_new).await;
        let state = after.keys_state(&shell).await.unwrap();
        assert_eq!(state, KeysState { current: before.previous + 40, previous: 0, unreadable: 0 });
        let open = after.secrets_open(object).await.unwrap();
        assert!(open.values().any(|v| **v == last));
        let places = [TEST_NAMESPACE, PRODUCTION_NAMESPACE];
        for namespace in places {
            let target = after.target_named(&after.system(), CLUSTER, namespace).await.unwrap();
            assert!(after.credential_open(target.id).await.unwrap().is_some_and(|c| c.contains("geheim")));
            assert!(does_not_open(app.portal.credential_open(target.id).await));
        }
        assert!(does_not_open(app.portal.secrets_open(object).await), "the old key opens nothing any more");
    })
    .await;
}

/// A portal beside a worker takes credentials in and cannot open them; the worker can.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_worker_opens_credentials() {
    use portal_core::{
        engine::{Places, SourceError},
        use_cases::NewTarget,
    };
    use portal_model::{
        data_centre::{Stage, TargetKind},
        operation::FailureCause,
    };
    let app = TestApp::start().await;
    let public = CredentialKeys::new(&CREDENTIAL_KEY).public();
    let beside = portal_with(&app, Keys::new(KeyEncryptionKey::new(KEY), CredentialKeys::sealing(public))).await;
    let new = NewTarget {
        data_centre: CLUSTER.into(),
        kind: TargetKind::Kubernetes,
        stage: Stage::Test,
        namespace: "zweite".into(),
        endpoint: "https://cluster.example".into(),
        only_for: None,
        domain: "test.example".into(),
        ingress_class: String::new(),
        storage_class: String::new(),
        tls_secret: String::new(),
        capacity: 1,
        credential: "nur fuer den worker".into(),
    };
    let target = beside.target_add(&beside.system(), new).await.unwrap();
    match beside.place(target).await {
        Err(SourceError::Target(e)) => assert_eq!(e.cause, FailureCause::CredentialUnreadable),
        other => panic!("{:?}", other.map(|_| "opened")),
    }
    assert!(matches!(beside.credential_open(target).await, Err(CoreError::Secret(SecretError::WorkerOnly))));
    assert_eq!(app.portal.place(target).await.unwrap().credential.as_str(), "nur fuer den worker");

    assert!(beside.secrets_open(target.0).await.is_err());
}
