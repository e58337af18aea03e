//! R9 as tables: for each rule values that pass and values that fail, in every kind of container and every workload.

use portal_core::package::{Object, Rendered, TargetFacts, admission};
use portal_model::finding::{Finding, Rule};
use serde_json::{Value, json};

const DIGEST: &str = "sha256:7a8eb4d9160272d973154ea02a3e78decfc1ce7eb7287bb13674636d8f83bd51";

fn container(name: &str) -> Value {
    json!({
        "name": name,
        "image": format!("registry.example/web@{DIGEST}"),
        "readinessProbe": {"httpGet": {"path": "/", "port": 80}},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": 1, "memory": "128Mi"}},
        "securityContext": context(),
    })
}

fn context() -> Value {
    json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}})
}

fn pod() -> Value {
    json!({
        "automountServiceAccountToken": false,
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container("web"), container("beiwagen")],
        "initContainers": [container("anlegen")],
        "ephemeralContainers": [container("pruefen")],
    })
}

const WORKLOADS: [&str; 4] = ["Deployment", "StatefulSet", "Job", "CronJob"];

/// A workload and the pointer to its pod.
fn workload(kind: &str, mut pod: Value) -> (Value, &'static str) {
    let labels = json!({"app": "amt-web"});
    let metadata = json!({"name": "amt-web"});
    let runs = matches!(kind, "Job" | "CronJob");
    if runs {
        pod["restartPolicy"] = "Never".into();
    }
    let template = json!({"metadata": {"labels": labels}, "spec": pod});
    match kind {
        "CronJob" => {
            let spec = json!({"schedule": "0 2 * * *", "jobTemplate": {"spec": {"template": template}}});
            let value = json!({"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec});
            (value, "/spec/jobTemplate/spec/template/spec")
        }
        "Job" => {
            let spec = json!({"template": template});
            (json!({"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}), "/spec/template/spec")
        }
        _ => {
            let spec = json!({"serviceName": "amt-web", "selector": {"matchLabels": labels}, "template": template});
            (json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}), "/spec/template/spec")
        }
    }
}

fn rendered(objects: Vec<Value>) -> Rendered {
    let object = |value| Object { file: "manifests/x.yaml".into(), value };
    Rendered {
        before: Vec::new(),
        after: Vec::new(),
        notes: Vec::new(),
        objects: objects.into_iter().map(object).collect(),
        tests: vec![],
        backup: None,
        restore: None,
        api_access: false,
        endpoints: vec![],
    }
}

fn check(rendered: &Rendered) -> Vec<Finding> {
    let target = TargetFacts {
        host: Some("amt.example".into()),
        ingress_class: Some("demo".into()),
        storage_class: Some("schnell".into()),
        tls_secret: Some("amt-example-tls".into()),
    };
    admission::check(rendered, "amt", &target)
}

/// Sets a value below a pointer, making what lies between; `"(fehlt)"` removes it.
fn put(root: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut at = root;
    for segment in parent.split('/').skip(1) {
        at = match segment.parse::<usize>() {
            Ok(i) => &mut at[i],
            Err(_) => &mut at[segment],
        };
    }
    let map = at.as_object_mut().unwrap();
    if value == "(fehlt)" {
        map.remove(name);
    } else {
        map.insert(name.to_owned(), value.clone());
    }
}

struct Table {
    rule: Rule,
    /// Below the container or the pod.
    at: &'static str,
    good: Vec<Value>,
    bad: Vec<Value>,
}

fn table(rule: Rule, at: &'static str, good: Value, bad: Value) -> Table {
    let list = |value: Value| value.as_array().unwrap().clone();
    let table = Table { rule, at, good: list(good), bad: list(bad) };
    assert!(table.good.len() >= 5 && table.bad.len() >= 5, "{rule:?} {at}");
    table
}

/// Contexts that pass, and those that one change spoils.
fn contexts(rule: Rule, changes: Value) -> Table {
    let with = |change: &Value| {
        let mut value = context();
        for (name, inner) in change.as_object().unwrap() {
            put(&mut value, &format!("/{name}"), inner);
        }
        value
    };
    let good = [
        json!({}),
        json!({"runAsNonRoot": true, "runAsUser": 10001, "privileged": false, "readOnlyRootFilesystem": true}),
        json!({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, "procMount": "Default"}),
        json!({"seccompProfile": {"type": "Localhost", "localhostProfile": "x.json"}, "runAsGroup": 0}),
        json!({"seLinuxOptions": {"type": "container_t", "level": "s0"}, "appArmorProfile": {"type": "RuntimeDefault"}}),
    ];
    let bad: Vec<Value> = changes.as_array().unwrap().iter().map(with).collect();
    table(rule, "/securityContext", good.iter().map(with).collect(), bad.into())
}

/// The same requests and limits.
fn amounts(cpu: &str, memory: &str) -> Value {
    let amounts = json!({"cpu": cpu, "memory": memory});
    json!({"requests": amounts, "limits": amounts})
}

fn container_tables() -> Vec<Table> {
    let reference =
        |source: &str, name: Value| json!([{"name": "A", "valueFrom": {source: {"name": name, "key": "a"}}}]);
    let from = |source: &str, name: Value| json!([{source: {"name": name}}]);
    vec![
        table(
            Rule::Image,
            "/image",
            json!([
                format!("web@{DIGEST}"),
                format!("web:1.0@{DIGEST}"),
                format!("registry.example:5000/a/web@{DIGEST}"),
                format!("registry.example/a_b-c.d/web@{DIGEST}"),
                format!("registry.example/web:latest@{DIGEST}"),
            ]),
            json!([
                "(fehlt)",
                "web",
                "web:latest",
                "web:1.0@sha256:abc",
                format!("@{DIGEST}"),
                format!("w b@{DIGEST}"),
                DIGEST.to_uppercase(),
                format!("web@{DIGEST}0"),
                7
            ]),
        ),
        table(
            Rule::Resources,
            "/resources",
            json!([
                {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
                {"requests": {"cpu": 1, "memory": 1_000_000}, "limits": {"cpu": 2, "memory": 2_000_000}},
                {"requests": {"cpu": 0.5, "memory": "1e6"}, "limits": {"cpu": "0.5", "memory": "1M"}},
                {"requests": {"cpu": "1", "memory": "1G"}, "limits": {"cpu": "1", "memory": "1G", "ephemeral-storage": "1Gi"}},
                {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}, "claims": []},
            ]),
            json!([
                "(fehlt)",
                {},
                {"limits": {"cpu": "1", "memory": "1Gi"}},
                {"requests": {"cpu": "1", "memory": "1Gi"}},
                {"requests": {"cpu": "0", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
                {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1"}},
                {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "-1", "memory": "viel"}},
                {"requests": {"cpu": null, "memory": true}, "limits": {"cpu": "inf", "memory": "NaN"}},
            ]),
        ),
        table(
            Rule::ResourcesOver,
            "/resources",
            json!([
                amounts("8", "32Gi"),
                amounts("8000m", "34359738368"),
                {"requests": {"cpu": 8, "memory": "32768Mi"}, "limits": {"cpu": 8.0, "memory": "34e9"}},
                {"requests": {"cpu": "1", "memory": "1G"}, "limits": {"cpu": "1", "memory": "1G", "ephemeral-storage": "50Gi"}},
                amounts("100u", "1Ki"),
            ]),
            json!([
                amounts("8001m", "1Gi"),
                amounts("900", "1Gi"),
                amounts("1", "33Gi"),
                amounts("1", "1Ei"),
                {"requests": {"cpu": 9, "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
                {"requests": {"cpu": "1", "memory": "1G"}, "limits": {"cpu": "1", "memory": "1G", "ephemeral-storage": "51Gi"}},
                amounts("1e9", "1e99"),
            ]),
        ),
        table(
            Rule::HostAccess,
            "/ports",
            json!([[], [{"containerPort": 80}], [{"containerPort": 80, "hostPort": 0}], [{"containerPort": 1, "name": "a"}],
                [{"containerPort": 80}, {"containerPort": 81, "protocol": "UDP"}]]),
            json!([[{"containerPort": 80, "hostPort": 80}], [{"containerPort": 80, "hostPort": 65535}],
                [{"containerPort": 80, "hostIP": "0.0.0.0"}], [{"containerPort": 80}, {"containerPort": 1, "hostPort": 1}],
                [{"containerPort": 80, "hostIP": "127.0.0.1", "hostPort": 0}]]),
        ),
        table(
            Rule::HostAccess,
            "/livenessProbe",
            json!(["(fehlt)", {"httpGet": {"port": 80}}, {"tcpSocket": {"port": 80}}, {"exec": {"command": ["true"]}}, {"grpc": {"port": 1}}]),
            json!([{"httpGet": {"port": 80, "host": "169.254.169.254"}}, {"tcpSocket": {"port": 80, "host": "x"}},
                {"httpGet": {"port": 80, "host": "localhost"}}, {"httpGet": {"port": 80, "host": null}},
                {"tcpSocket": {"port": 1, "host": ""}}]),
        ),
        table(
            Rule::HostAccess,
            "/lifecycle",
            json!(["(fehlt)", {}, {"preStop": {"exec": {"command": ["x"]}}}, {"postStart": {"httpGet": {"port": 1}}},
                {"preStop": {"sleep": {"seconds": 1}}}]),
            json!([{"preStop": {"httpGet": {"host": "x"}}}, {"postStart": {"httpGet": {"host": "x"}}},
                {"preStop": {"tcpSocket": {"host": "x"}}}, {"postStart": {"tcpSocket": {"host": "x"}}},
                {"preStop": {"httpGet": {"host": 1, "port": 1}}}]),
        ),
        contexts(
            Rule::Privileged,
            json!([{"privileged": true}, {"privileged": "false"}, {"privileged": 1}, {"privileged": null}, {"privileged": {}}]),
        ),
        contexts(
            Rule::Escalation,
            json!([{"allowPrivilegeEscalation": true}, {"allowPrivilegeEscalation": "(fehlt)"}, {"allowPrivilegeEscalation": null},
                {"allowPrivilegeEscalation": "false"}, {"allowPrivilegeEscalation": 0}]),
        ),
        contexts(
            Rule::Capabilities,
            json!([{"capabilities": "(fehlt)"}, {"capabilities": {"drop": ["NET_RAW"]}}, {"capabilities": {"drop": ["all"]}},
                {"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, {"capabilities": {"add": ["NET_BIND_SERVICE"]}},
                {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]}}, {"capabilities": {"drop": "ALL"}},
                {"capabilities": {"drop": ["ALL"], "add": "NET_BIND_SERVICE"}}]),
        ),
        contexts(
            Rule::NonRoot,
            json!([{"runAsNonRoot": false}, {"runAsUser": 0}, {"runAsUser": "0"}, {"runAsNonRoot": null}, {"runAsNonRoot": "true"},
                {"runAsUser": -1}, {"runAsUser": 0.5}]),
        ),
        contexts(
            Rule::Seccomp,
            json!([{"seccompProfile": {"type": "Unconfined"}}, {"seccompProfile": {}}, {"seccompProfile": {"type": "runtimedefault"}},
                {"seccompProfile": null}, {"seccompProfile": "RuntimeDefault"}, {"seccompProfile": {"type": ""}}]),
        ),
        contexts(
            Rule::SecurityProfile,
            json!([{"procMount": "Unmasked"}, {"seLinuxOptions": {"type": "spc_t"}}, {"seLinuxOptions": {"user": "system_u"}},
                {"seLinuxOptions": {"role": "sysadm_r"}}, {"appArmorProfile": {"type": "Unconfined"}}, {"appArmorProfile": {}},
                {"procMount": null}]),
        ),
        contexts(
            Rule::HostAccess,
            json!([{"windowsOptions": {}}, {"windowsOptions": {"hostProcess": true}}, {"windowsOptions": {"hostProcess": false}},
                {"windowsOptions": null}, {"windowsOptions": {"gmsaCredentialSpec": "x"}}]),
        ),
        table(
            Rule::TextOnly,
            "/args",
            json!(["(fehlt)", [], ["a"], ["1", "true"], [""]]),
            json!([[1], [true], [null], [{}], ["a", ["b"]]]),
        ),
        table(
            Rule::TextOnly,
            "/env",
            json!(["(fehlt)", [], [{"name": "A"}], [{"name": "A", "value": "1"}], [{"name": "A", "value": ""}]]),
            json!([[{"name": "A", "value": 1}], [{"name": "A", "value": true}], [{"name": "A", "value": null}],
                [{"name": "A", "value": []}], [{"name": "B", "value": "x"}, {"name": "A", "value": {}}]]),
        ),
        table(
            Rule::Reference,
            "/env",
            json!([[], reference("configMapKeyRef", "amt-werte".into()), reference("secretKeyRef", "amt-geheim".into()),
                reference("secretKeyRef", "amt".into()), [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]]),
            json!([
                reference("secretKeyRef", "fremd".into()),
                reference("configMapKeyRef", "kube-root-ca.crt".into()),
                reference("secretKeyRef", "amtx-geheim".into()),
                reference("secretKeyRef", "(fehlt)".into()),
                reference("configMapKeyRef", "".into()),
                reference("secretKeyRef", Value::Null)
            ]),
        ),
        table(
            Rule::Reference,
            "/envFrom",
            json!([
                "(fehlt)",
                [],
                from("configMapRef", "amt-werte".into()),
                from("secretRef", "amt-geheim".into()),
                from("secretRef", "amt".into())
            ]),
            json!([
                from("secretRef", "fremd".into()),
                from("configMapRef", "fremd".into()),
                from("secretRef", "am".into()),
                from("secretRef", Value::Null),
                from("configMapRef", 1.into())
            ]),
        ),
        table(
            Rule::Volume,
            "/volumeDevices",
            json!(["(fehlt)", [], null, {}, "x"]),
            json!([[{"name": "a", "devicePath": "/dev/a"}], [{}], [{"name": "b"}], [null], [1]]),
        ),
    ]
}

#[test]
fn every_rule_holds_in_every_kind_of_container() {
    for table in container_tables() {
        for kind in WORKLOADS {
            for container in ["containers/0", "containers/1", "initContainers/0", "ephemeralContainers/0"] {
                for (values, good) in [(&table.good, true), (&table.bad, false)] {
                    for value in values {
                        let (mut object, pod) = workload(kind, pod());
                        put(&mut object, &format!("{pod}/{container}{}", table.at), value);
                        let findings = check(&rendered(vec![object]));
                        let what = format!("{:?} {kind} {container}{} = {value}: {findings:#?}", table.rule, table.at);
                        if good {
                            assert_eq!(findings, vec![], "{what}");
                        } else {
                            let place = container.replace('/', "[") + "]";
                            assert!(findings.iter().any(|f| f.is(table.rule) && f.key.contains(&place)), "{what}");
                        }
                    }
                }
            }
        }
    }
}

fn pod_tables() -> Vec<Table> {
    let volume = |source: Value| {
        let mut volume = source;
        volume["name"] = "v".into();
        json!([volume])
    };
    let host = |field: &'static str| {
        table(
            Rule::HostAccess,
            field,
            json!(["(fehlt)", false, false, false, false]),
            json!([true, "false", 0, null, {}]),
        )
    };
    let context = |inner: Value| {
        let mut context = json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}});
        for (name, value) in inner.as_object().unwrap() {
            put(&mut context, &format!("/{name}"), value);
        }
        context
    };
    let good_context = json!([
        context(json!({})),
        context(json!({"fsGroup": 10001, "runAsUser": 10001})),
        context(json!({"sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}]})),
        context(json!({"supplementalGroups": [1], "runAsGroup": 0})),
        context(json!({"seLinuxOptions": {"type": ""}, "fsGroupChangePolicy": "OnRootMismatch"})),
    ]);
    let mut tables = vec![
        host("/hostNetwork"),
        host("/hostPID"),
        host("/hostIPC"),
        table(
            Rule::Token,
            "/automountServiceAccountToken",
            json!([false, false, false, false, false]),
            json!(["(fehlt)", true, null, "false", 0]),
        ),
        table(
            Rule::NonRoot,
            "/securityContext",
            good_context.clone(),
            json!([
                context(json!({"runAsNonRoot": false})),
                context(json!({"runAsUser": 0})),
                {},
                "(fehlt)",
                context(json!({"runAsNonRoot": "(fehlt)"}))
            ]),
        ),
        table(
            Rule::Seccomp,
            "/securityContext",
            good_context.clone(),
            json!([context(json!({"seccompProfile": {"type": "Unconfined"}})), context(json!({"seccompProfile": "(fehlt)"})),
                {"runAsNonRoot": true}, context(json!({"seccompProfile": {}})), null]),
        ),
        table(
            Rule::SecurityProfile,
            "/securityContext",
            good_context,
            json!([
                context(json!({"sysctls": [{"name": "kernel.msgmax", "value": "1"}]})),
                context(json!({"sysctls": [{}]})),
                context(json!({"sysctls": [{"name": "net.core.somaxconn", "value": "1"}]})),
                context(json!({"seLinuxOptions": {"type": "spc_t"}})),
                context(json!({"appArmorProfile": {"type": "Unconfined"}}))
            ]),
        ),
        table(
            Rule::Volume,
            "/volumes",
            json!([
                "(fehlt)",
                [],
                volume(json!({"emptyDir": {}})),
                volume(json!({"downwardAPI": {"items": []}})),
                volume(json!({"projected": {"sources": [{"configMap": {"name": "amt-a"}}, {"downwardAPI": {}}]}}))
            ]),
            json!([
                volume(json!({"hostPath": {"path": "/"}})),
                volume(json!({"nfs": {"server": "x", "path": "/"}})),
                volume(json!({"csi": {"driver": "x"}})),
                volume(json!({})),
                volume(json!({"emptyDir": {}, "hostPath": {}})),
                volume(json!({"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}})),
                volume(json!({"image": {"reference": "x"}})),
                volume(json!({"iscsi": {}}))
            ]),
        ),
        table(
            Rule::Reference,
            "/volumes",
            json!([
                "(fehlt)",
                volume(json!({"configMap": {"name": "amt-werte"}})),
                volume(json!({"secret": {"secretName": "amt-a"}})),
                volume(json!({"persistentVolumeClaim": {"claimName": "amt-daten"}})),
                volume(json!({"ephemeral": {"volumeClaimTemplate": {"spec": {"storageClassName": "schnell",
                    "resources": {"requests": {"storage": "1Gi"}}}}}}))
            ]),
            json!([
                volume(json!({"configMap": {"name": "fremd"}})),
                volume(json!({"secret": {"secretName": "fremd"}})),
                volume(json!({"persistentVolumeClaim": {"claimName": "fremd"}})),
                volume(json!({"secret": {}})),
                volume(json!({"projected": {"sources": [{"secret": {"name": "fremd"}}]}})),
                volume(json!({"ephemeral": {"volumeClaimTemplate": {"spec": {"dataSource": {"name": "x"},
                    "resources": {"requests": {"storage": "1Gi"}}}}}}))
            ]),
        ),
        table(
            Rule::Reference,
            "/imagePullSecrets",
            json!(["(fehlt)", [], [{"name": "amt-holen"}], [{"name": "amt"}], [{"name": "amt-a"}, {"name": "amt-b"}]]),
            json!([[{"name": "fremd"}], [{}], [{"name": null}], [{"name": "amt-a"}, {"name": "fremd"}], [{"name": "am"}]]),
        ),
        table(
            Rule::Reference,
            "/serviceAccountName",
            json!(["(fehlt)", "amt", "amt-web", "amt-a-b", "amt-0"]),
            json!(["default", "admin", "", null, "amtx"]),
        ),
    ];
    for (field, value) in [
        ("/nodeName", json!("x")),
        ("/nodeSelector", json!({"a": "b"})),
        ("/tolerations", json!([{"operator": "Exists"}])),
        ("/priorityClassName", json!("system-node-critical")),
        ("/schedulerName", json!("x")),
        ("/runtimeClassName", json!("x")),
    ] {
        let good = json!(["(fehlt)", "(fehlt)", "(fehlt)", "(fehlt)", "(fehlt)"]);
        tables.push(table(Rule::Scheduling, field, good, json!([value, null, "", [], {}])));
    }
    tables
}

#[test]
fn every_rule_for_pods_holds_in_every_workload() {
    for table in pod_tables() {
        for kind in WORKLOADS {
            for (values, good) in [(&table.good, true), (&table.bad, false)] {
                for value in values {
                    let (mut object, pod) = workload(kind, pod());
                    put(&mut object, &format!("{pod}{}", table.at), value);
                    let findings = check(&rendered(vec![object]));
                    let what = format!("{:?} {kind} {} = {value}: {findings:#?}", table.rule, table.at);
                    if good {
                        assert_eq!(findings, vec![], "{what}");
                    } else {
                        assert!(findings.iter().any(|f| f.is(table.rule)), "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_runs_for_long_says_when_it_is_ready() {
    let good = json!([{"exec": {"command": ["x"]}}, {"httpGet": {"port": 1}}, {"tcpSocket": {"port": 1}}, {"grpc": {"port": 1}},
        {"httpGet": {"port": "http"}, "periodSeconds": 5}]);
    let bad = json!(["(fehlt)", {}, null, {"periodSeconds": 5}, {"exec": {"command": ["x"]}, "grpc": {"port": 1}}, {"exec": null}]);
    for kind in WORKLOADS {
        let long = matches!(kind, "Deployment" | "StatefulSet");
        for (values, fine) in [(&good, true), (&bad, false)] {
            for value in values.as_array().unwrap() {
                for at in ["containers/0", "containers/1", "initContainers/0"] {
                    let (mut object, pod) = workload(kind, pod());
                    put(&mut object, &format!("{pod}/{at}/readinessProbe"), value);
                    let found = check(&rendered(vec![object])).iter().any(|f| f.is(Rule::Readiness));
                    let wanted = long && !fine && at.starts_with("containers");
                    assert_eq!(found, wanted, "{kind} {at} {value}");
                }
            }
        }
    }
}

#[test]
fn a_token_needs_a_declaration_and_an_account_of_its_own() {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "amt-web"}, "automountServiceAccountToken": true});
    let mut with = pod();
    with["automountServiceAccountToken"] = true.into();
    let mut named = with.clone();
    named["serviceAccountName"] = "amt-web".into();
    let mut declared = rendered(vec![account.clone(), workload("Deployment", named.clone()).0]);
    assert_eq!(check(&declared).iter().filter(|f| f.is(Rule::Token)).count(), 2);
    declared.api_access = true;
    assert_eq!(check(&declared), vec![]);
    let mut nameless = rendered(vec![account, workload("Deployment", with).0]);
    nameless.api_access = true;
    assert!(check(&nameless).iter().any(|f| f.is(Rule::Reference) && f.key.ends_with("serviceAccountName")));
}

#[test]
fn objects_are_limited_in_number_and_size() {
    let map = |name: String, size: usize| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "x".repeat(size)}});
    let many = |count: usize| rendered((0..count).map(|i| map(format!("amt-{i}"), 1)).collect());
    assert_eq!(check(&many(admission::MAX_OBJECTS)), vec![]);
    assert!(check(&many(admission::MAX_OBJECTS + 1)).iter().any(|f| f.is(Rule::TooManyObjects)));
    let large = |size| check(&rendered(vec![map("amt-a".into(), size)]));
    assert_eq!(large(admission::MAX_OBJECT_BYTES - 200), vec![]);
    assert!(large(admission::MAX_OBJECT_BYTES).iter().any(|f| f.is(Rule::ObjectTooLarge)));
}

#[test]
fn all_objects_together_are_limited() {
    let sized = |kind: &str, name: &str, cpu: &str, more: &[(&str, Value)]| {
        let mut pod = pod();
        for field in ["containers", "initContainers", "ephemeralContainers"] {
            for container in pod[field].as_array_mut().unwrap() {
                container["resources"] = amounts(cpu, "1Gi");
            }
        }
        let (mut object, _) = workload(kind, pod);
        object["metadata"]["name"] = name.into();
        more.iter().for_each(|(at, value)| put(&mut object, at, value));
        object
    };
    let over = |objects: Vec<Value>| -> Vec<String> {
        let found = check(&rendered(objects));
        let over = found.iter().filter(|f| f.is(Rule::ResourcesTogether));
        over.map(|f| format!("{} {} {}", f.params["name"], f.params["sum"], f.params["max"])).collect()
    };
    let replicas = |n: u64| [("/spec/replicas", json!(n))];
    // Two containers of 4 in each of four pods are 32; one more core is too much. What runs before them does not add.
    assert_eq!(over(vec![sized("Deployment", "amt-web", "4", &replicas(4))]), Vec::<String>::new());
    assert_eq!(over(vec![sized("Deployment", "amt-web", "4", &replicas(5))]), ["cpu 40 32"]);
    assert_eq!(over(vec![sized("Deployment", "amt-web", "8", &replicas(2))]), Vec::<String>::new());
    let two =
        |n| vec![sized("Deployment", "amt-web", "8", &replicas(1)), sized("StatefulSet", "amt-db", "8", &replicas(n))];
    assert_eq!((over(two(1)), over(two(2))), (vec![], vec!["cpu 48 32".to_owned()]));
    let job = |parallel: u64| vec![sized("Job", "amt-a", "8", &[("/spec/parallelism", json!(parallel))])];
    assert_eq!((over(job(2)), over(job(3))), (vec![], vec!["cpu 48 32".to_owned()]));
    let at = "/spec/jobTemplate/spec/parallelism";
    let cron = |parallel: u64| vec![sized("CronJob", "amt-a", "8", &[(at, json!(parallel))])];
    assert_eq!((over(cron(2)), over(cron(3))), (vec![], vec!["cpu 48 32".to_owned()]));
    // A million pods, which the number of replicas does not catch.
    assert_eq!(over(vec![sized("Job", "amt-a", "20m", &[("/spec/parallelism", json!(1_000_000))])]).len(), 2);
    // A container that stays counts like the others.
    let mut stays = sized("Deployment", "amt-web", "8", &replicas(2));
    stays["spec"]["template"]["spec"]["initContainers"][0]["restartPolicy"] = "Always".into();
    assert_eq!(over(vec![stays]), ["cpu 48 32"]);
    // Storage: claims, those of each replica, and those that come and go with a pod.
    let claim = |size: &str| json!({"resources": {"requests": {"storage": size}}, "accessModes": ["ReadWriteOnce"]});
    let volume = |name: &str, size: &str| json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": claim(size)});
    let claims = |n: usize| (0..n).map(|i| volume(&format!("amt-{i}"), "1Ti")).collect::<Vec<_>>();
    assert_eq!((over(claims(4)), over(claims(5))), (vec![], vec!["storage 5120Gi 4Ti".to_owned()]));
    let each = json!([{"metadata": {"name": "daten"}, "spec": claim("1Ti")}]);
    let set = |n| {
        vec![sized(
            "StatefulSet",
            "amt-db",
            "1",
            &[("/spec/replicas", json!(n)), ("/spec/volumeClaimTemplates", each.clone())],
        )]
    };
    assert_eq!((over(set(4)), over(set(5))), (vec![], vec!["storage 5120Gi 4Ti".to_owned()]));
    let lent = json!([{"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": claim("1Ti")}}}]);
    let lends = |n| {
        vec![sized(
            "Deployment",
            "amt-web",
            "1",
            &[("/spec/replicas", json!(n)), ("/spec/template/spec/volumes", lent.clone())],
        )]
    };
    assert_eq!((over(lends(4)), over(lends(5))), (vec![], vec!["storage 5120Gi 4Ti".to_owned()]));
    // One volume alone.
    let one = |size: &str| check(&rendered(vec![volume("amt-daten", size)]));
    assert_eq!(one("1Ti"), vec![]);
    assert!(one("1025Gi").iter().any(|f| f.is(Rule::ResourcesOver) && f.key == "spec.resources.requests.storage"));
    for nothing in ["viel", "0", "-5Gi", "5gi"] {
        assert!(one(nothing).iter().any(|f| f.is(Rule::Storage)), "{nothing}");
    }
}

#[test]
fn backups_are_jobs_that_end() {
    let job = |deadline: Value, kind: &str| {
        let (mut value, _) = workload(kind, pod());
        value["metadata"]["name"] = "amt-backup".into();
        value["spec"]["backoffLimit"] = 0.into();
        value["spec"]["activeDeadlineSeconds"] = deadline;
        Object { file: "jobs/backup.yaml".into(), value }
    };
    let with = |backup: Object| Rendered { backup: Some(backup), ..rendered(vec![]) };
    assert_eq!(check(&with(job(json!(14_400), "Job"))), vec![]);
    for bad in [json!(14_401), json!(0), Value::Null, json!("60")] {
        assert!(check(&with(job(bad, "Job"))).iter().any(|f| f.is(Rule::Deadline)));
    }
    assert!(check(&with(job(json!(60), "Deployment"))).iter().any(|f| f.is(Rule::TestKind)));
    let mut restart = job(json!(60), "Job");
    restart.value["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure".into();
    assert!(check(&Rendered { restore: Some(restart), ..rendered(vec![]) }).iter().any(|f| f.is(Rule::Restart)));
}

#[test]
fn only_listed_kinds_pass() {
    let kinds = [
        "DaemonSet",
        "ReplicaSet",
        "Pod",
        "Role",
        "RoleBinding",
        "ClusterRole",
        "ClusterRoleBinding",
        "Namespace",
        "Node",
        "CustomResourceDefinition",
        "PersistentVolume",
        "StorageClass",
        "MutatingWebhookConfiguration",
        "APIService",
        "Endpoints",
        "EndpointSlice",
        "ResourceQuota",
        "LimitRange",
        "PriorityClass",
        "Gateway",
        "Certificate",
        "HorizontalPodAutoscaler",
    ];
    for kind in kinds {
        let object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "amt-x"}});
        assert!(check(&rendered(vec![object])).iter().any(|f| f.is(Rule::Kind)), "{kind}");
    }
}
