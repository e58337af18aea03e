//! From a pod template to a pod.

use std::io;

use serde_json::{Value, json};

use super::Context;
use crate::simulator::canonical::sha256_hex;
use crate::simulator::kinds;
use crate::simulator::object::{self, child};
use crate::simulator::quota;

/// Letters that Kubernetes puts behind generated names: no vowels, so no words.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// Five letters that follow from a text.
pub(super) fn suffix(text: &str) -> String {
    let digest = sha256_hex(text);
    digest
        .as_bytes()
        .chunks(2)
        .take(5)
        .map(|pair| {
            let number = pair.iter().fold(0_usize, |sum, &byte| sum * 256 + usize::from(byte));
            char::from(LETTERS[number % LETTERS.len()])
        })
        .collect()
}

/// A pod that is about to be made.
pub(super) struct NewPod<'a> {
    /// The object that it belongs to.
    pub owner: &'a Value,
    /// Its template.
    pub template: &'a Value,
    /// Its name; without it, the owner's name and five letters.
    pub name: Option<String>,
    /// Labels beside those of the template.
    pub labels: Vec<(&'static str, String)>,
    /// Volumes that stand in for claim templates: (volume, claim).
    pub claims: Vec<(String, String)>,
}

/// Makes the pod, unless a quota forbids it. Gives the refusal in Kubernetes' words.
pub(super) fn create(ctx: &mut Context<'_>, new: NewPod<'_>) -> io::Result<Result<(), String>> {
    let (owner_name, namespace) = (object::name(new.owner), object::namespace(new.owner));
    let name = new.name.unwrap_or_else(|| format!("{owner_name}-{}", suffix(&ctx.store.next_uid())));
    let mut metadata = json!({
        "name": name, "namespace": namespace, "ownerReferences": [object::owner_reference(new.owner)],
    });
    for field in ["labels", "annotations"] {
        if let Some(value) = new.template.pointer(&format!("/metadata/{field}")) {
            metadata[field] = value.clone();
        }
    }
    for (key, value) in new.labels {
        child(&mut metadata, "labels")[key] = json!(value);
    }
    let mut spec = new.template["spec"].clone();
    for (volume, claim) in new.claims {
        let volume = json!({"name": volume, "persistentVolumeClaim": {"claimName": claim}});
        match spec.get_mut("volumes").and_then(Value::as_array_mut) {
            Some(volumes) => volumes.push(volume),
            None => spec["volumes"] = json!([volume]),
        }
    }
    if spec.get("serviceAccountName").is_none() {
        spec["serviceAccountName"] = json!("default");
    }
    let pod = json!({"metadata": metadata, "spec": spec, "status": {"phase": "Pending"}});
    if let Err(why) = quota::check(ctx.store, &kinds::POD, namespace, &pod) {
        let message = format!("pods \"{name}\" is forbidden: {why}");
        ctx.event(new.owner, "Warning", "FailedCreate", &format!("Error creating: {message}"))?;
        return Ok(Err(message));
    }
    ctx.create(&kinds::POD, pod)?;
    Ok(Ok(()))
}
