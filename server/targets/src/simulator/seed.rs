//! What a data centre provides before anybody asks: namespaces, quotas, ServiceAccounts, roles.

use std::io;

use serde_json::{Value, json};

use super::auth;
use super::config::ClusterConfig;
use super::kinds::{self, Kind};
use super::object;
use super::store::{Key, Store};

/// Makes what is missing and brings quotas up to date with the configuration.
pub(super) fn provide(store: &mut Store, cluster: &ClusterConfig) -> io::Result<()> {
    for namespace in &cluster.namespaces {
        let name = &namespace.name;
        let labels = json!({"kubernetes.io/metadata.name": name});
        let object = json!({
            "metadata": {"name": name, "labels": labels},
            "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
        });
        put(store, &kinds::NAMESPACE, object)?;
        put(store, &kinds::SERVICE_ACCOUNT, json!({"metadata": {"name": "default", "namespace": name}}))?;
        let quota = Key::new(&kinds::QUOTA, name, "kontingent");
        if namespace.quota.is_empty() {
            store.remove(&quota, None)?;
        } else {
            put(
                store,
                &kinds::QUOTA,
                json!({
                    "metadata": {"name": "kontingent", "namespace": name}, "spec": {"hard": namespace.quota},
                }),
            )?;
        }
    }
    for token in &cluster.tokens {
        let user = token.user();
        let account = user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
        let name = account.map_or(user.as_str(), |(_, name)| name).replace([':', '@', '_'], "-").to_lowercase();
        let rules: Vec<Value> = auth::rules(token)
            .iter()
            .map(|rule| json!({"apiGroups": rule.groups, "resources": rule.resources, "verbs": rule.verbs}))
            .collect();
        for namespace in cluster.namespaces.iter().filter(|known| token.namespaces.contains(&known.name)) {
            let metadata = json!({"name": name, "namespace": namespace.name});
            let subject = match account {
                Some((home, account)) => json!({"kind": "ServiceAccount", "name": account, "namespace": home}),
                None => json!({"apiGroup": kinds::ROLE.group, "kind": "User", "name": user}),
            };
            put(store, &kinds::ROLE, json!({"metadata": metadata, "rules": rules}))?;
            put(
                store,
                &kinds::ROLE_BINDING,
                json!({
                    "metadata": metadata, "subjects": [subject],
                    "roleRef": {"apiGroup": kinds::ROLE.group, "kind": "Role", "name": name},
                }),
            )?;
        }
        if let Some((home, account)) =
            account.filter(|(home, _)| cluster.namespaces.iter().any(|known| known.name == *home))
        {
            put(store, &kinds::SERVICE_ACCOUNT, json!({"metadata": {"name": account, "namespace": home}}))?;
        }
    }
    Ok(())
}

/// Stores an object of the data centre unless it is there and the same.
fn put(store: &mut Store, kind: &Kind, mut object: Value) -> io::Result<()> {
    let key = Key::new(kind, object::namespace(&object), object::name(&object));
    object["apiVersion"] = json!(kind.api_version());
    object["kind"] = json!(kind.kind);
    let Some(live) = store.get(&key).cloned() else {
        object["metadata"]["uid"] = json!(store.next_uid());
        object["metadata"]["creationTimestamp"] = json!(object::now());
        store.put(&key, object, None)?;
        return Ok(());
    };
    let mut after = live.as_ref().clone();
    for field in ["spec", "rules", "subjects", "roleRef"] {
        if let Some(value) = object.get(field) {
            after[field] = value.clone();
        }
    }
    if after != *live {
        store.put(&key, after, None)?;
    }
    Ok(())
}
