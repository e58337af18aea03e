//! The restricted Pod Security Standard (kubernetes.io, "Pod Security Standards", profile Restricted), pinned images,
//! limits, and no token of the API server.

use super::Checker;
use super::amounts::quantity;
use super::objects::list;
use crate::config::join;
use portal_model::finding::Rule;
use serde_json::{Map, Value};

/// Volumes that the standard admits, without those that reach beyond the installation.
const VOLUMES: &[&str] =
    &["configMap", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
/// Kernel parameters that the standard calls safe.
const SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];
/// SELinux types that the standard admits.
const SELINUX: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
/// Fields by which a pod would choose its node or its rank.
const SCHEDULING: &[&str] =
    &["nodeName", "nodeSelector", "tolerations", "priorityClassName", "priority", "schedulerName", "runtimeClassName"];

/// Resources that every node has.
const RESOURCES: &[&str] = &["cpu", "memory", "ephemeral-storage"];
/// Ways to ask a container how it is.
const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc"];

impl Checker<'_> {
    pub(super) fn pod(&mut self, spec: &Value, key: &str) {
        if !spec.is_object() {
            self.add(Rule::Object, key);
            return;
        }
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if spec.get(field).is_some_and(|v| *v != Value::Bool(false)) {
                self.name(Rule::HostAccess, &join(key, field), field);
            }
        }
        if spec.get("hostAliases").is_some() {
            self.name(Rule::HostAccess, &join(key, "hostAliases"), "hostAliases");
        }
        for field in SCHEDULING.iter().filter(|field| spec.get(**field).is_some()) {
            self.name(Rule::Scheduling, &join(key, field), field);
        }
        let off = spec.get("automountServiceAccountToken") == Some(&Value::Bool(false));
        self.refuse_if(!off && !self.api_access, Rule::Token, &join(key, "automountServiceAccountToken"));
        if !off && self.api_access && spec.get("serviceAccountName").is_none() {
            // The namespace's own account may have rights that were given to others.
            self.name(Rule::Reference, &join(key, "serviceAccountName"), "default");
        }
        let context = spec.get("securityContext").unwrap_or(&Value::Null);
        self.security_context(context, &join(key, "securityContext"));
        for (i, sysctl) in list(context.get("sysctls")).iter().enumerate() {
            let name = sysctl.get("name").and_then(Value::as_str).unwrap_or_default();
            if !SYSCTLS.contains(&name) {
                self.name(Rule::SecurityProfile, &format!("{key}.securityContext.sysctls[{i}]"), name);
            }
        }
        self.volumes(spec, key);
        self.pod_references(spec, key);
        self.refuse_if(list(spec.get("containers")).is_empty(), Rule::Object, &join(key, "containers"));
        for field in ["containers", "initContainers", "ephemeralContainers"] {
            for (i, container) in list(spec.get(field)).iter().enumerate() {
                let at = format!("{key}.{field}[{i}]");
                self.container(container, context, &at);
                if field == "containers" {
                    self.readiness(container, &at);
                }
            }
        }
    }

    fn container(&mut self, container: &Value, pod: &Value, key: &str) {
        let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
        self.refuse_if(!is_pinned(image), Rule::Image, &join(key, "image"));
        for field in ["requests", "limits"] {
            let amounts = container.get("resources").and_then(|r| r.get(field));
            let given = |name: &str| amounts.and_then(|a| a.get(name)).and_then(quantity).is_some();
            if !given("cpu") || !given("memory") {
                self.name(Rule::Resources, &format!("{key}.resources.{field}"), field);
            }
            self.amounts(amounts, &format!("{key}.resources.{field}"));
            for name in amounts.and_then(Value::as_object).into_iter().flat_map(Map::keys) {
                if !RESOURCES.contains(&name.as_str()) {
                    self.name(Rule::Scheduling, &format!("{key}.resources.{field}"), name);
                }
            }
        }
        for (i, port) in list(container.get("ports")).iter().enumerate() {
            let host_port =
                port.get("hostPort").and_then(Value::as_u64).unwrap_or(0) != 0 || port.get("hostIP").is_some();
            if host_port {
                self.name(Rule::HostAccess, &format!("{key}.ports[{i}].hostPort"), "hostPort");
            }
        }
        self.probes(container, key);
        for (i, device) in list(container.get("volumeDevices")).iter().enumerate() {
            let name = device.get("name").and_then(Value::as_str).unwrap_or_default();
            self.name(Rule::Volume, &format!("{key}.volumeDevices[{i}]"), name);
        }
        let context = container.get("securityContext").unwrap_or(&Value::Null);
        let at = join(key, "securityContext");
        self.security_context(context, &at);
        let field = |name: &str| context.get(name).or_else(|| pod.get(name));
        self.refuse_if(
            context.get("privileged").is_some_and(|p| *p != Value::Bool(false)),
            Rule::Privileged,
            &join(&at, "privileged"),
        );
        let no_escalation = context.get("allowPrivilegeEscalation") == Some(&Value::Bool(false));
        self.refuse_if(!no_escalation, Rule::Escalation, &join(&at, "allowPrivilegeEscalation"));
        self.refuse_if(field("runAsNonRoot") != Some(&Value::Bool(true)), Rule::NonRoot, &join(&at, "runAsNonRoot"));
        let seccomp = field("seccompProfile").and_then(|p| p.get("type")).and_then(Value::as_str);
        self.refuse_if(
            !matches!(seccomp, Some("RuntimeDefault" | "Localhost")),
            Rule::Seccomp,
            &join(&at, "seccompProfile"),
        );
        let capabilities = context.get("capabilities").unwrap_or(&Value::Null);
        let drops_all = list(capabilities.get("drop")).iter().any(|c| c == "ALL");
        let adds = capabilities.get("add").filter(|a| !a.is_null());
        let adds_little = adds.is_none_or(|a| a.as_array().is_some_and(|a| a.iter().all(|c| c == "NET_BIND_SERVICE")));
        self.refuse_if(!drops_all || !adds_little, Rule::Capabilities, &join(&at, "capabilities"));
        if let Some(mount) = context.get("procMount").filter(|m| *m != "Default") {
            self.name(Rule::SecurityProfile, &join(&at, "procMount"), mount.as_str().unwrap_or_default());
        }
    }

    /// What pods and containers have in common.
    fn security_context(&mut self, context: &Value, key: &str) {
        let root = |name: &str| context.get(name).is_some_and(|id| id.as_u64().is_none_or(|id| id == 0));
        self.refuse_if(root("runAsUser"), Rule::NonRoot, &join(key, "runAsUser"));
        self.refuse_if(
            context.get("runAsNonRoot") == Some(&Value::Bool(false)),
            Rule::NonRoot,
            &join(key, "runAsNonRoot"),
        );
        if let Some(profile) = context.get("seccompProfile") {
            let known = matches!(profile.get("type").and_then(Value::as_str), Some("RuntimeDefault" | "Localhost"));
            self.refuse_if(!known, Rule::Seccomp, &join(key, "seccompProfile.type"));
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(selinux) = context.get("seLinuxOptions") {
            let free = |name: &str| text(selinux.get(name)).is_empty();
            if !SELINUX.contains(&text(selinux.get("type")).as_str()) || !free("user") || !free("role") {
                self.name(Rule::SecurityProfile, &join(key, "seLinuxOptions"), "seLinuxOptions");
            }
        }
        if let Some(profile) = context.get("appArmorProfile")
            && !matches!(text(profile.get("type")).as_str(), "RuntimeDefault" | "Localhost")
        {
            self.name(Rule::SecurityProfile, &join(key, "appArmorProfile"), "appArmorProfile");
        }
        if context.get("windowsOptions").is_some() {
            self.name(Rule::HostAccess, &join(key, "windowsOptions"), "windowsOptions");
        }
    }

    /// Without it, an update counts as done before the container answers, and requests reach a container that does not.
    fn readiness(&mut self, container: &Value, key: &str) {
        if !matches!(self.object.kind(), "Deployment" | "StatefulSet") {
            return;
        }
        let probe = container.get("readinessProbe").and_then(Value::as_object);
        let asks = probe
            .is_some_and(|probe| HANDLERS.iter().filter(|h| probe.get(**h).is_some_and(Value::is_object)).count() == 1);
        self.refuse_if(!asks, Rule::Readiness, &join(key, "readinessProbe"));
    }

    /// A probe with a host of its own would make the node call foreign addresses.
    fn probes(&mut self, container: &Value, key: &str) {
        let lifecycle = container.get("lifecycle").unwrap_or(&Value::Null);
        let handlers = ["livenessProbe", "readinessProbe", "startupProbe"].map(|name| (name, container.get(name)));
        let hooks = ["postStart", "preStop"].map(|name| (name, lifecycle.get(name)));
        for (name, handler) in handlers.into_iter().chain(hooks) {
            let host = |kind: &str| handler.and_then(|h| h.get(kind)).and_then(|h| h.get("host")).is_some();
            if host("httpGet") || host("tcpSocket") {
                self.name(Rule::HostAccess, &join(key, name), "host");
            }
        }
    }

    fn volumes(&mut self, spec: &Value, key: &str) {
        for (i, volume) in list(spec.get("volumes")).iter().enumerate() {
            let empty = Map::new();
            let volume = volume.as_object().unwrap_or(&empty);
            let kinds: Vec<&String> = volume.keys().filter(|name| *name != "name").collect();
            let at = format!("{key}.volumes[{i}]");
            match kinds.as_slice() {
                [kind] if VOLUMES.contains(&kind.as_str()) => {}
                [kind] => self.name(Rule::Volume, &at, kind),
                _ => self.name(Rule::Volume, &at, ""),
            }
            let sources = volume.get("projected").and_then(|p| p.get("sources"));
            for (j, source) in list(sources).iter().enumerate() {
                for name in source.as_object().into_iter().flat_map(Map::keys) {
                    if !["configMap", "secret", "downwardAPI"].contains(&name.as_str()) {
                        self.name(Rule::Volume, &format!("{at}.projected.sources[{j}]"), name);
                    }
                }
            }
        }
    }
}

/// `name@sha256:` and 64 hexadecimal digits.
fn is_pinned(image: &str) -> bool {
    let Some((name, digest)) = image.split_once("@sha256:") else { return false };
    !name.is_empty()
        && digest.len() == 64
        && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && name.bytes().all(|b| b.is_ascii_graphic())
}
