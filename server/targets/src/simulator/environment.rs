//! The environment of a container: literal values, references to ConfigMaps and Secrets, and fields of the pod.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::Value;

use super::kinds::{self, Kind};
use super::object::{self, list, text};
use super::store::{Key, Store};

/// One variable.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// Its value.
    pub value: String,
    /// Whether (part of) it came from a Secret and must not be printed.
    pub secret: bool,
}

/// All variables of a container.
pub(super) type Environment = BTreeMap<String, Variable>;

/// Resolves the environment, or says what is missing as the kubelet does.
pub(super) fn resolve(store: &Store, pod: &Value, container: &Value) -> Result<Environment, String> {
    let mut environment = Environment::new();
    for source in list(container, "/envFrom") {
        let prefix = text(source, "/prefix").unwrap_or_default();
        for (field, kind) in [("configMapRef", &kinds::CONFIG_MAP), ("secretRef", &kinds::SECRET)] {
            let Some(reference) = source.get(field) else { continue };
            let Some(object) = find(store, pod, kind, reference)? else { continue };
            for key in object.get("data").and_then(Value::as_object).into_iter().flat_map(|data| data.keys()) {
                if let Some(variable) = entry(kind, object, key) {
                    environment.insert(format!("{prefix}{key}"), variable);
                }
            }
        }
    }
    for variable in list(container, "/env") {
        let name = text(variable, "/name").unwrap_or_default().to_owned();
        if let Some(value) = text(variable, "/value") {
            let value = expand(value, &environment);
            environment.insert(name, value);
            continue;
        }
        let mut found = None;
        for (field, kind) in [("configMapKeyRef", &kinds::CONFIG_MAP), ("secretKeyRef", &kinds::SECRET)] {
            if let Some(reference) = variable.pointer(&format!("/valueFrom/{field}")) {
                found = keyed(store, pod, kind, reference)?;
            }
        }
        if let Some(path) = text(variable, "/valueFrom/fieldRef/fieldPath") {
            found = Some(Variable { value: pod_field(pod, path), secret: false });
        }
        if variable.get("valueFrom").is_none() {
            found = Some(Variable { value: String::new(), secret: false });
        }
        if let Some(value) = found {
            environment.insert(name, value);
        }
    }
    Ok(environment)
}

fn find<'a>(store: &'a Store, pod: &Value, kind: &Kind, reference: &Value) -> Result<Option<&'a Value>, String> {
    let name = text(reference, "/name").unwrap_or_default();
    match store.get(&Key::new(kind, object::namespace(pod), name)) {
        Some(object) => Ok(Some(object)),
        None if reference.get("optional") == Some(&Value::Bool(true)) => Ok(None),
        None => Err(format!("{} \"{name}\" not found", kind.kind.to_lowercase())),
    }
}

fn keyed(store: &Store, pod: &Value, kind: &Kind, reference: &Value) -> Result<Option<Variable>, String> {
    let Some(object) = find(store, pod, kind, reference)? else { return Ok(None) };
    let key = text(reference, "/key").unwrap_or_default();
    match entry(kind, object, key) {
        Some(variable) => Ok(Some(variable)),
        None if reference.get("optional") == Some(&Value::Bool(true)) => Ok(None),
        None => Err(format!(
            "couldn't find key {key} in {} {}/{}",
            kind.kind,
            object::namespace(object),
            object::name(object)
        )),
    }
}

fn entry(kind: &Kind, object: &Value, key: &str) -> Option<Variable> {
    let value = object.get("data")?.get(key)?.as_str()?;
    if kind.kind != "Secret" {
        return Some(Variable { value: value.to_owned(), secret: false });
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    Some(Variable { value: String::from_utf8_lossy(&bytes).into_owned(), secret: true })
}

/// Replaces `$(NAME)` by variables that are known already; `$$` is a dollar sign.
fn expand(text: &str, environment: &Environment) -> Variable {
    let mut expanded = Variable { value: String::new(), secret: false };
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.value.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("$$") {
            expanded.value.push('$');
            rest = after;
            continue;
        }
        let name = rest.strip_prefix("$(").and_then(|inner| inner.split_once(')'));
        match name.and_then(|(name, after)| environment.get(name).map(|variable| (variable, after))) {
            Some((variable, after)) => {
                expanded.value.push_str(&variable.value);
                expanded.secret |= variable.secret;
                rest = after;
            }
            None => {
                expanded.value.push('$');
                rest = &rest[1..];
            }
        }
    }
    expanded.value.push_str(rest);
    expanded
}

fn pod_field(pod: &Value, path: &str) -> String {
    for map in ["labels", "annotations"] {
        let key = path.strip_prefix(&format!("metadata.{map}['")).and_then(|rest| rest.strip_suffix("']"));
        if let Some(key) = key {
            return pod["metadata"][map][key].as_str().unwrap_or_default().to_owned();
        }
    }
    text(pod, &format!("/{}", path.replace('.', "/"))).unwrap_or_default().to_owned()
}

/// Why a pod's volumes can't be mounted: a ConfigMap or Secret that isn't there.
pub(super) fn missing_volume(store: &Store, pod: &Value) -> Option<String> {
    list(pod, "/spec/volumes").iter().find_map(|volume| {
        let name = text(volume, "/name").unwrap_or_default();
        let fail = |error| format!("MountVolume.SetUp failed for volume {name:?} : {error}");
        if let Some(source) = volume.get("configMap") {
            return find(store, pod, &kinds::CONFIG_MAP, source).err().map(fail);
        }
        let source = volume.get("secret")?;
        let reference = serde_json::json!({"name": source["secretName"], "optional": source["optional"]});
        find(store, pod, &kinds::SECRET, &reference).err().map(fail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_known_variables_and_remembers_secrets() {
        let known = Environment::from([("GEHEIM".to_owned(), Variable { value: "x".to_owned(), secret: true })]);
        let expanded = expand("a$(GEHEIM)b$$(C)$(D)", &known);
        assert_eq!((expanded.value.as_str(), expanded.secret), ("axb$(C)$(D)", true));
    }
}
