//! The real kubectl against the simulated data centre, as an operator or a developer would use it. `PORTAL_KUBECTL` names one
//! instead of the first on `PATH`.

use crate::common::{CLUSTER, DataCentre, NAMESPACE, TOKEN, cluster};
use portal_targets::simulator::SimulatorConfig;
use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

const OBJECTS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: { name: werte }
data: { FRIST_TAGE: "14" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example/hundesteuer@sha256:00
          env: [{ name: FRIST, value: "14" }]
"#;

/// A data centre whose time goes on by itself, and a kubectl that talks to it.
struct Operator {
    program: PathBuf,
    data_centre: DataCentre,
}

impl Operator {
    /// `None` if there is no kubectl here.
    async fn new() -> Option<Self> {
        let named = std::env::var_os("PORTAL_KUBECTL").map(PathBuf::from);
        let program = named.unwrap_or_else(|| PathBuf::from("kubectl"));
        let quiet = || Stdio::null();
        let here = Command::new(&program).args(["version", "--client"]).stdout(quiet()).stderr(quiet()).status();
        if !here.is_ok_and(|status| status.success()) {
            println!("skipped: no kubectl here (Debian: kubernetes-client; or PORTAL_KUBECTL)");
            return None;
        }
        let dir = tempfile::tempdir().expect("a folder");
        let mut config = SimulatorConfig::new(dir.path().join("state"), vec![cluster()]);
        config.speed = 50.0;
        let data_centre = DataCentre::run(dir, &config).await;
        Some(Self { program, data_centre })
    }

    /// Exit code and everything it says.
    async fn kubectl(&self, args: &[&str]) -> (bool, String) {
        let dir = self.data_centre.dir.path();
        // It sends no token without TLS, but what stands in front of the host.
        let server = format!("http://operator:{TOKEN}@{}/{CLUSTER}", self.data_centre.address);
        let kubeconfig = serde_json::json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{ "name": "c", "cluster": { "server": server } }],
            "users": [{ "name": "c", "user": {} }],
            "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "c", "namespace": NAMESPACE } }],
        });
        std::fs::write(dir.join("kubeconfig"), kubeconfig.to_string()).expect("a file");
        std::fs::write(dir.join("objects.yaml"), OBJECTS).expect("a file");
        let changed = OBJECTS.replace("replicas: 2", "replicas: 3").replace("\"14\" }]", "\"21\" }]");
        std::fs::write(dir.join("changed.yaml"), changed).expect("a file");
        let mut command = Command::new(&self.program);
        command.args(args).arg("--request-timeout=20s").current_dir(dir);
        command.env("KUBECONFIG", dir.join("kubeconfig")).env("HOME", dir);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    /// What it says, which contains all of these.
    async fn says(&self, args: &[&str], parts: &[&str]) -> String {
        let (fine, text) = self.kubectl(args).await;
        assert!(fine, "{args:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{args:?} does not say {part}: {text}");
        }
        text
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn get_apply_describe_logs_and_delete() {
    let Some(operator) = Operator::new().await else { return };
    operator.says(&["get", "pods"], &["No resources found"]).await;
    operator.says(&["apply", "-f", "objects.yaml"], &["configmap/werte created", "deployment.apps/web created"]).await;
    operator.says(&["rollout", "status", "deployment/web", "--timeout=20s"], &["successfully rolled out"]).await;
    operator.says(&["get", "all"], &["deployment.apps/web", "replicaset.apps/web-", "pod/web-"]).await;
    operator.says(&["get", "configmap", "werte", "-o", "jsonpath={.data.FRIST_TAGE}"], &["14"]).await;
    operator.says(&["apply", "-f", "changed.yaml"], &["configmap/werte unchanged", "web configured"]).await;
    operator.says(&["apply", "-f", "changed.yaml"], &["werte unchanged", "web unchanged"]).await;
    operator.says(&["rollout", "status", "deployment/web", "--timeout=20s"], &["successfully rolled out"]).await;
    let told = operator.says(&["describe", "deployment", "web"], &["3 desired", "NewReplicaSet", "FRIST:"]).await;
    assert!(told.contains("21") && !told.contains("Error"), "{told}");
    operator.says(&["describe", "pods", "-l", "app=web"], &["Status:", "Running", "ReplicaSet/web-"]).await;
    operator.says(&["logs", "deployment/web"], &["gestartet"]).await;
    operator.says(&["delete", "-f", "changed.yaml", "--timeout=20s"], &["\"werte\" deleted", "\"web\" deleted"]).await;
    operator.says(&["get", "pods,deployments,configmaps"], &["No resources found"]).await;
    operator.says(&["apply", "--server-side", "-f", "objects.yaml"], &["deployment.apps/web serverside-applied"]).await;
    let conflict = operator.kubectl(&["apply", "--server-side", "--field-manager=other", "-f", "changed.yaml"]).await;
    assert!(!conflict.0 && conflict.1.contains("conflict"), "{}", conflict.1);
    // What is not modelled is said, not guessed.
    let (fine, told) = operator.kubectl(&["get", "nodes"]).await;
    assert!(!fine && told.contains("nodes"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_refused() {
    let Some(operator) = Operator::new().await else { return };
    let (status, _) = operator.data_centre.raw("GET", &format!("/{CLUSTER}/openapi/v2"), None).await;
    assert_eq!(status, 200);
    let server = format!("http://operator:falsch@{}/{CLUSTER}", operator.data_centre.address);
    let (fine, told) = operator.kubectl(&["get", "pods", "--server", &server]).await;
    assert!(!fine && told.contains("logged in"), "{told}");
}
