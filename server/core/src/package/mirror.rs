//! Images come from a registry of the data centre instead of the one that the package names. Only the place changes: what
//! follows it, digest included, stays, so that the same bytes run (admission has asked for the digest).

use super::render::Rendered;
use portal_model::operating::Mirror;
use serde_json::Value;

/// Registry of names that have none.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Folder there of names that have one part.
const DEFAULT_FOLDER: &str = "library";

/// Rewrites the images of everything that was rendered.
pub fn apply(rendered: &mut Rendered, mirrors: &[Mirror]) {
    if mirrors.is_empty() {
        return;
    }
    let Rendered { objects, before, after, tests, backup, restore, .. } = rendered;
    for object in objects.iter_mut().chain(before).chain(after).chain(tests).chain(backup).chain(restore) {
        if matches!(object.kind(), "Deployment" | "StatefulSet" | "Job" | "CronJob" | "Pod") {
            walk(&mut object.value, mirrors);
        }
    }
}

/// An image where it comes from with these mirrors; the longest beginning that fits counts.
pub fn rewrite(image: &str, mirrors: &[Mirror]) -> String {
    let full = full_name(image);
    let rest_after = |m: &Mirror| {
        let rest = full.strip_prefix(m.from.as_str())?;
        // `registry.example/te` is no beginning of `registry.example/team`, and what follows a registry's colon is a port.
        let is_registry = !m.from.contains('/');
        let ends = |c: char| c == '/' || (!is_registry && matches!(c, ':' | '@'));
        rest.starts_with(ends).then(|| rest.to_owned())
    };
    let found = mirrors.iter().filter_map(|m| Some((m, rest_after(m)?))).max_by_key(|(m, _)| m.from.len());
    found.map_or_else(|| image.to_owned(), |(m, rest)| format!("{}{rest}", m.to))
}

/// With the registry that a short name means.
fn full_name(image: &str) -> String {
    match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => image.to_owned(),
        Some(_) => format!("{DEFAULT_REGISTRY}/{image}"),
        None => format!("{DEFAULT_REGISTRY}/{DEFAULT_FOLDER}/{image}"),
    }
}

fn walk(value: &mut Value, mirrors: &[Mirror]) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::Array(containers) if matches!(key.as_str(), "containers" | "initContainers") => {
                        for image in containers.iter_mut().filter_map(|c| c.get_mut("image")) {
                            if let Some(name) = image.as_str() {
                                *image = Value::String(rewrite(name, mirrors));
                            }
                        }
                    }
                    _ => walk(inner, mirrors),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| walk(inner, mirrors)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::render::Object;
    use serde_json::json;

    const DIGEST: &str = "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    fn mirrors(list: &[(&str, &str)]) -> Vec<Mirror> {
        list.iter().map(|(from, to)| Mirror { from: (*from).to_owned(), to: (*to).to_owned() }).collect()
    }

    #[test]
    fn the_place_changes_and_the_digest_stays() {
        let m = mirrors(&[
            ("docker.io", "mirror.example/hub"),
            ("registry.example", "mirror.example:5000/r"),
            ("registry.example/team", "mirror.example/team"),
        ]);
        for (image, expected) in [
            ("registry.example/a/b", "mirror.example:5000/r/a/b"),
            ("registry.example/team/b", "mirror.example/team/b"),
            ("registry.example/teams/b", "mirror.example:5000/r/teams/b"),
            ("docker.io/library/nginx", "mirror.example/hub/library/nginx"),
            ("nginx", "mirror.example/hub/library/nginx"),
            ("team/app", "mirror.example/hub/team/app"),
            ("other.example/a", "other.example/a"),
            ("localhost/a", "localhost/a"),
        ] {
            assert_eq!(rewrite(&format!("{image}@{DIGEST}"), &m), format!("{expected}@{DIGEST}"), "{image}");
        }
        assert_eq!(rewrite(&format!("a:1.2@{DIGEST}"), &m), format!("mirror.example/hub/library/a:1.2@{DIGEST}"));
        assert_eq!(rewrite("a", &[]), "a");
    }

    #[test]
    fn another_port_is_another_registry() {
        let m = mirrors(&[("registry.example", "mirror.example")]);
        assert_eq!(rewrite("registry.example:5000/a", &m), "registry.example:5000/a");
        let whole = mirrors(&[("registry.example/a", "mirror.example/a")]);
        assert_eq!(rewrite("registry.example/a:1", &whole), "mirror.example/a:1");
    }

    #[test]
    fn every_container_of_workloads_is_reached_and_nothing_else() {
        let containers = || json!([{ "name": "c", "image": "docker.io/a@sha256:1" }]);
        let pod = json!({ "containers": containers(), "initContainers": containers() });
        let object =
            |kind: &str, value: Value| Object { file: String::new(), value: json!({ "kind": kind, "spec": value }) };
        let cron = object("CronJob", json!({ "jobTemplate": { "spec": { "template": { "spec": pod } } } }));
        let config = object("ConfigMap", json!({ "containers": containers() }));
        let job = object("Job", json!({ "template": { "spec": pod } }));
        let mut rendered = Rendered {
            objects: vec![cron, config.clone()],
            before: vec![job.clone()],
            after: vec![job.clone()],
            tests: vec![job.clone()],
            backup: Some(job.clone()),
            restore: Some(job),
            api_access: false,
            endpoints: Vec::new(),
            notes: Vec::new(),
        };
        apply(&mut rendered, &mirrors(&[("docker.io", "mirror.example")]));
        assert_eq!(rendered.objects[1], config, "what only looks like it stays");
        let rest = [&rendered.before, &rendered.after, &rendered.tests].into_iter().flatten();
        let all = rest.chain(&rendered.backup).chain(&rendered.restore).chain(&rendered.objects[..1]);
        let text: String = all.map(|o| o.value.to_string()).collect();
        assert_eq!((text.matches("mirror.example/a@sha256:1").count(), text.matches("docker.io").count()), (12, 0));
    }
}
