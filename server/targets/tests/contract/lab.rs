//! A namespace of a cluster with a credential limited to it: simulated, or on a real API server.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http::Method;
use portal_core::ports::{Applied, ObjectRef, Observation, Place, Target as _, TargetError, TestState};
use portal_model::data_centre::{Stage, Target, TargetKind};
use portal_model::operation::FailureCause;
use portal_model::{DataCentreId, TargetId};
use portal_targets::kubernetes::KubernetesTarget;
use portal_targets::simulator::faults::{Fault, FaultAction};
use portal_targets::simulator::{ClusterConfig, RuleConfig, Simulator, SimulatorConfig, TokenConfig};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::wire::Wire;
use crate::{objects, standin};

/// Names of what a limited credential is called.
const ACCOUNT: &str = "portal";
/// Simulated seconds per second.
const SPEED: f64 = 200.0;
/// Nothing here takes that long, unless it is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is special about a namespace.
#[derive(Default, Clone)]
pub struct Setting {
    /// Hard limits.
    pub quota: BTreeMap<String, String>,
    /// Rights of the limited credential; without them, all that the portal needs.
    pub rules: Option<Vec<RuleConfig>>,
}

/// The setting of a line, or the usual one.
pub fn chosen(settings: &[fn() -> Setting]) -> Setting {
    settings.first().map_or_else(Setting::default, |setting| setting())
}

/// A cluster to test against.
pub struct Lab {
    /// The driver under test.
    pub target: KubernetesTarget,
    /// With the limited credential.
    pub place: Place,
    /// With a credential that may do everything.
    pub admin: Place,
    /// Other people, with every right.
    pub others: Wire,
    namespace: String,
    simulator: Option<(Simulator, tempfile::TempDir)>,
}

/// The rights that the portal asks operators for, and nothing else: what the driver does must work with them.
pub fn all_rules() -> Vec<RuleConfig> {
    let texts = |rule: &Value, field: &str| {
        rule[field].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let rules = portal_core::target_rights::rules();
    let rule = |rule: &Value| RuleConfig {
        groups: texts(rule, "apiGroups"),
        resources: texts(rule, "resources"),
        verbs: texts(rule, "verbs"),
    };
    rules.iter().map(rule).collect()
}

/// A place in a namespace.
pub fn place(namespace: &str, kubeconfig: &str) -> Place {
    let target = Target {
        id: TargetId(uuid::Uuid::now_v7()),
        data_centre: DataCentreId(uuid::Uuid::now_v7()),
        kind: TargetKind::Kubernetes,
        stage: Stage::Test,
        namespace: namespace.to_owned(),
        endpoint: String::new(),
        only_for: None,
        domain: "test.example".to_owned(),
        ingress_class: String::new(),
        storage_class: String::new(),
        tls_secret: String::new(),
        closed: false,
        capacity: 10,
        trials: 0,
        operating: portal_model::operating::Operating::default(),
    };
    Place { target, credential: Arc::new(Zeroizing::new(kubeconfig.to_owned())), deadline: Duration::from_secs(20) }
}

impl Lab {
    /// A simulated cluster of its own.
    pub async fn simulated(setting: Setting) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let mut cluster = ClusterConfig::new("c").namespace("test", setting.quota).token("admin-token", &["*"]);
        cluster.tokens.push(TokenConfig {
            token: "limited-token".to_owned(),
            user: None,
            namespaces: vec!["test".to_owned()],
            rules: Some(setting.rules.unwrap_or_else(all_rules)),
        });
        let mut config = SimulatorConfig::new(folder.path(), vec![cluster]);
        config.speed = SPEED;
        let simulator = Simulator::open(&config).expect("simulator");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        // Ends with the test's runtime.
        tokio::spawn(simulator.clone().serve(listener, std::future::pending()));
        let kubeconfig = |token| portal_targets::simulator::config::kubeconfig(address, "c", token, "test");
        let admin = kubeconfig("admin-token");
        Self {
            target: KubernetesTarget::new(),
            place: place("test", &kubeconfig("limited-token")),
            admin: place("test", &admin),
            others: Wire::new(&admin).await,
            namespace: "test".to_owned(),
            simulator: Some((simulator, folder)),
        }
    }

    /// A namespace of its own on the API server of `PORTAL_TEST_KUBECONFIG`; `None` without one.
    pub async fn real(setting: Setting) -> Option<Self> {
        let path = std::env::var_os("PORTAL_TEST_KUBECONFIG").filter(|path| !path.is_empty())?;
        let text = std::fs::read_to_string(path).expect("PORTAL_TEST_KUBECONFIG");
        start_standin(&text);
        Some(Self::on(&text, setting).await)
    }

    /// A namespace of its own on a cluster; its pods are the cluster's business.
    pub async fn on(text: &str, setting: Setting) -> Self {
        let others = Wire::new(text).await;
        let namespace = format!("portal-{}", uuid::Uuid::now_v7().simple());
        let namespaced = |group: &str, rest: &str| format!("{group}/namespaces/{namespace}/{rest}");
        let core = |rest: &str| namespaced("/api/v1", rest);
        others.post("/api/v1/namespaces", &json!({"metadata": {"name": namespace}})).await;
        others.post(&core("serviceaccounts"), &json!({"metadata": {"name": ACCOUNT}})).await;
        let rules: Vec<Value> = setting
            .rules
            .unwrap_or_else(all_rules)
            .iter()
            .map(|rule| json!({"apiGroups": rule.groups, "resources": rule.resources, "verbs": rule.verbs}))
            .collect();
        let rbac = |rest: &str| namespaced("/apis/rbac.authorization.k8s.io/v1", rest);
        others.post(&rbac("roles"), &json!({"metadata": {"name": ACCOUNT}, "rules": rules})).await;
        let binding = json!({"metadata": {"name": ACCOUNT},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT},
            "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}]});
        others.post(&rbac("rolebindings"), &binding).await;
        let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
        let answer = others.post(&core(&format!("serviceaccounts/{ACCOUNT}/token")), &request).await;
        let token = answer["status"]["token"].as_str().expect("token").to_owned();
        // Without it the namespace takes no pods yet.
        until("the default account", async || others.get(&core("serviceaccounts/default")).await.0 == 200).await;
        if !setting.quota.is_empty() {
            let quota = json!({"metadata": {"name": "kontingent"}, "spec": {"hard": setting.quota}});
            others.post(&core("resourcequotas"), &quota).await;
            let path = core("resourcequotas/kontingent");
            until("the quota", async || others.fetch(&path).await["status"]["hard"].is_object()).await;
        }
        let minimal = portal_targets::kubernetes::kubeconfig::minimise(text).expect("kubeconfig");
        let mut limited: Value = serde_json::from_str(&minimal.kubeconfig).expect("JSON");
        limited["users"][0]["user"] = json!({"token": token});
        Self {
            target: KubernetesTarget::new(),
            place: place(&namespace, &limited.to_string()),
            admin: place(&namespace, &minimal.kubeconfig),
            others,
            namespace,
            simulator: None,
        }
    }

    /// Takes the namespace away again; what a failed test leaves stays for the curious.
    pub async fn close(self) {
        self.others.delete(&format!("/api/v1/namespaces/{}", self.namespace)).await;
    }

    /// Whether this is the simulator.
    pub fn simulator(&self) -> Option<&Simulator> {
        self.simulator.as_ref().map(|(simulator, _)| simulator)
    }

    /// Path of an object or a collection of the namespace, such as `apps/v1`, `deployments/a`.
    pub fn path(&self, version: &str, rest: &str) -> String {
        let root = if version.contains('/') { "/apis" } else { "/api" };
        format!("{root}/{version}/namespaces/{}/{rest}", self.namespace)
    }

    /// An object as it really is.
    pub async fn live(&self, version: &str, rest: &str) -> Value {
        self.others.fetch(&self.path(version, rest)).await
    }

    /// A Deployment whose pods behave in a way.
    pub fn misbehaving(&self, name: &str, behaviour: &str) -> Value {
        if let Some(simulator) = self.simulator() {
            let action = match behaviour {
                "image-missing" => FaultAction::ImageMissing,
                _ => FaultAction::NeverReady,
            };
            simulator.add_fault(self.fault(name, action));
        }
        objects::deployment(name, behaviour, &[])
    }

    /// A fault for everything whose name begins so.
    pub fn fault(&self, prefix: &str, action: FaultAction) -> Fault {
        Fault {
            id: 0,
            cluster: None,
            method: None,
            kind: None,
            namespace: None,
            name_prefix: Some(prefix.to_owned()),
            skip: 0,
            count: None,
            probability: None,
            action,
        }
    }

    /// Reads an object that is there.
    pub async fn seen(&self, object: &Value) -> ObjectRef {
        self.target.read(&self.place, object).await.expect("read").expect("is there")
    }

    /// Reads and applies, again if a controller wrote in between, as the engine does.
    pub async fn apply(&self, object: &Value) -> Result<Applied, TargetError> {
        loop {
            let seen = self.target.read(&self.place, object).await?;
            match self.target.apply(&self.place, object, seen.as_ref()).await {
                Err(error) if error.cause == FailureCause::Fenced => {}
                other => return other,
            }
        }
    }

    /// Deletes, again if a controller wrote in between.
    pub async fn delete(&self, object: &Value) {
        while let Some(seen) = self.target.read(&self.place, object).await.expect("read") {
            match self.target.delete(&self.place, &seen).await {
                Ok(()) => return,
                Err(error) => assert_eq!(error.cause, FailureCause::Fenced, "{error}"),
            }
        }
    }

    /// Waits until the objects are ready, or fails as observing does.
    pub async fn settle(&self, objects: &[Value]) -> Result<(), TargetError> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.target.observe(&self.place, objects).await? {
                Observation::Ready => return Ok(()),
                Observation::Pending(missing) => assert!(Instant::now() < end, "still waiting for {missing:?}"),
            }
            pause().await;
        }
    }

    /// Waits until a test has ended.
    pub async fn ended(&self, name: &str) -> TestState {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.target.test_state(&self.place, name).await.expect("state") {
                TestState::Running => assert!(Instant::now() < end, "the test does not end"),
                ended => return ended,
            }
            pause().await;
        }
    }

    /// `Kind/name` of everything in the inventory.
    pub async fn inventory(&self) -> Vec<String> {
        let found = self.target.inventory(&self.place, objects::INSTANCE).await.expect("inventory");
        found.iter().map(|object| format!("{}/{}", object.kind, object.name)).collect()
    }
}

impl Wire {
    /// POST that must succeed.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send(Method::POST, path, "application/json", Some(body)).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        answer
    }

    /// DELETE that may find nothing.
    pub async fn delete(&self, path: &str) {
        let (status, answer) = self.send(Method::DELETE, path, "application/json", None).await;
        assert!(matches!(status, 200 | 202 | 404), "DELETE {path}: {status} {answer}");
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Waits until something is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < end, "waited in vain for {what}");
        pause().await;
    }
}

/// One stand-in for all tests of this process, on a thread of its own because every test has a runtime of its own.
fn start_standin(kubeconfig: &str) {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let kubeconfig = kubeconfig.to_owned();
        std::thread::spawn(move || standin::start(&kubeconfig));
    });
}
