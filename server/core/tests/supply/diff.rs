//! Differences between releases: those of the demonstration, and a package changed on purpose in every way.

use portal_core::{
    package::{Files, Loaded, Package},
    ports::NoCharts,
};
use portal_model::finding::Finding;
use portal_model::pages::release_diff::{Change, Counts, Line, Permission, ReleaseDiff};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/packages")
}

fn files(slug: &str, version: &str) -> Files {
    let (files, findings) = Files::from_dir(&root().join(slug).join(version));
    assert_eq!(findings, vec![]);
    files
}

fn load(files: Files) -> Package {
    Loaded::from_files((files, vec![])).into_package().unwrap()
}

/// All packages of the demonstration.
fn all() -> Vec<Package> {
    let mut all = Vec::new();
    for slug in std::fs::read_dir(root()).unwrap() {
        for version in std::fs::read_dir(slug.unwrap().path()).unwrap() {
            all.push(load(Files::from_dir(&version.unwrap().path()).0));
        }
    }
    all.sort_by_key(|package| (package.id.clone(), package.version.clone()));
    all
}

/// Replaces a text in a file; it must be there.
fn change(files: &mut Files, path: &str, old: &str, new: &str) {
    let text = String::from_utf8(files.get(path).unwrap().to_vec()).unwrap();
    assert!(text.contains(old), "{path} holds {old}");
    files.insert(path, text.replace(old, new));
}

fn swap(line: &mut Line) {
    std::mem::swap(&mut line.old, &mut line.new);
}

fn turn(change: &mut Change) {
    *change = match change {
        Change::Added => Change::Removed,
        Change::Removed => Change::Added,
        Change::Changed => Change::Changed,
    };
}

/// The same difference, seen from the other side.
fn mirrored(mut diff: ReleaseDiff) -> ReleaseDiff {
    std::mem::swap(&mut diff.old, &mut diff.new);
    for object in diff.objects.iter_mut().chain(&mut diff.templates) {
        turn(&mut object.change);
        object.lines.iter_mut().for_each(swap);
    }
    for parameter in &mut diff.parameters {
        turn(&mut parameter.change);
        parameter.lines.iter_mut().for_each(swap);
    }
    diff.permissions.iter_mut().for_each(|permission| turn(&mut permission.change));
    diff.permissions.sort();
    for image in &mut diff.images {
        turn(&mut image.change);
        std::mem::swap(&mut image.old, &mut image.new);
    }
    for component in &mut diff.components {
        turn(&mut component.change);
        std::mem::swap(&mut component.old, &mut component.new);
        std::mem::swap(&mut component.old_licences, &mut component.new_licences);
    }
    diff.metadata.iter_mut().for_each(swap);
    diff
}

/// Packages of the demonstration have no charts, so nothing has to run.
fn diff(old: &Package, new: &Package) -> Result<ReleaseDiff, Vec<Finding>> {
    futures::executor::block_on(portal_core::package::diff::diff(old, new, &NoCharts))
}

#[test]
fn a_release_does_not_differ_from_itself() {
    for package in all() {
        let found = diff(&package, &package).unwrap();
        assert!(found.is_empty(), "{}: {found:?}", package.id);
        assert_eq!((&found.old, &found.new.digest), (&found.new, &package.digest));
    }
}

/// Any two packages of the demonstration, related or not.
#[test]
fn seen_from_the_other_side_it_is_the_same() {
    let all = all();
    let mut pairs = 0;
    for (i, old) in all.iter().enumerate() {
        for new in &all[i..] {
            let there = diff(old, new).unwrap();
            assert_eq!(
                mirrored(diff(new, old).unwrap()),
                there,
                "{} {} to {} {}",
                old.id,
                old.version,
                new.id,
                new.version
            );
            assert_eq!(there.is_empty(), old.digest == new.digest);
            pairs += 1;
        }
    }
    assert_eq!(pairs, 19 * 20 / 2);
}

#[test]
fn an_update_of_the_demonstration_in_full() {
    let found = diff(&load(files("maengelmelder", "1.0.0")), &load(files("maengelmelder", "1.1.0"))).unwrap();
    assert_eq!((found.old.version.as_str(), found.new.version.as_str()), ("1.0.0", "1.1.0"));
    let objects: Vec<_> =
        found.objects.iter().map(|o| (o.kind.as_str(), o.name.as_str(), o.test, o.change, o.more)).collect();
    assert_eq!(objects, [("Deployment", "web", false, Change::Changed, 0), ("Job", "werte", true, Change::Changed, 0)]);
    let lines: Vec<_> = found.objects[0].lines.iter().map(|line| line.path.as_str()).collect();
    assert_eq!(lines, ["spec.template.spec.containers[web].image"]);
    assert_eq!(found.templates.len(), 2);
    assert_eq!((found.parameters.len(), found.permissions.len()), (0, 0));
    let images: Vec<_> = found.images.iter().map(|i| (i.name.as_str(), i.change, i.old.len(), i.new.len())).collect();
    let expected = [
        ("demo.invalid/ozg/maengelmelder-pruefung", Change::Changed, 1, 1),
        ("demo.invalid/ozg/maengelmelder-web", Change::Changed, 1, 1),
    ];
    assert_eq!(images, expected);
    assert!(found.images[0].old[0].starts_with("sha256:8f71112533f5"));
    let components: Vec<_> = found.components.iter().map(|c| (c.old.join(","), c.new.join(","), c.content)).collect();
    assert_eq!(components, vec![("1.0.0".to_owned(), "1.1.0".to_owned(), false); 2]);
    let expected = Line { path: "upgrade_from".into(), old: None, new: Some(">=1.0.0, <1.1.0".into()), masked: false };
    assert_eq!(found.metadata, [expected]);
    let summary = found.summary();
    assert_eq!(summary.objects, Counts { changed: 2, ..Counts::default() });
    assert_eq!(summary.metadata, Counts { added: 1, ..Counts::default() });
    assert_eq!(summary.components.total(), 2);
}

const WEB: &str = "manifests/20-formular.yaml";
const SECRET: &str = "manifests/11-geheim.yaml";

/// The package of the demonstration that has a secret, changed.
fn changed(edit: impl Fn(&mut Files)) -> ReleaseDiff {
    let old = files("unterhaltsvorschuss", "1.0.0");
    let mut new = old.clone();
    edit(&mut new);
    diff(&load(old), &load(new)).unwrap()
}

fn permissions(found: &ReleaseDiff) -> Vec<(Permission, &str, &str, Change)> {
    found.permissions.iter().map(|p| (p.permission, p.object.as_str(), p.item.as_str(), p.change)).collect()
}

#[test]
fn permissions_are_named_one_by_one() {
    let found = changed(|files| {
        change(files, WEB, "automountServiceAccountToken: false", "serviceAccountName: { $name: web }");
        change(files, WEB, "{ drop: [ALL] }", "{ drop: [ALL], add: [NET_BIND_SERVICE] }");
        change(files, WEB, "runAsUser: 10001", "runAsUser: 10002");
        let volumes = "      volumes:\n        - { name: daten, emptyDir: {} }\n      containers:\n";
        change(files, WEB, "      containers:\n", volumes);
        change(
            files,
            WEB,
            "          resources:\n",
            "          volumeMounts: [{ name: daten, mountPath: /daten }]\n          resources:\n",
        );
        change(files, WEB, "port: 80, targetPort: 8080", "port: 81, targetPort: 8080");
        change(files, "manifests/30-zugang.yaml", "- path: /unterhaltsvorschuss", "- path: /");
        let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: { $name: web } }\n";
        files.insert("manifests/05-konto.yaml", account);
    });
    use Change::{Added, Removed};
    use Permission as P;
    let expected = [
        (P::ServiceAccount, "Deployment web", "serviceAccountName: muster-web", Added),
        (P::ServiceAccount, "ServiceAccount web", "kind: ServiceAccount", Added),
        (P::Token, "Deployment web", "automountServiceAccountToken", Added),
        (P::Token, "ServiceAccount web", "automountServiceAccountToken", Added),
        (P::Capability, "Deployment web", "web: add NET_BIND_SERVICE", Added),
        (P::Security, "Deployment web", "runAsUser: 10001", Removed),
        (P::Security, "Deployment web", "runAsUser: 10002", Added),
        (P::Exposure, "Ingress web", "muster.example/ → muster-web", Added),
        (P::Exposure, "Ingress web", "muster.example/unterhaltsvorschuss → muster-web", Removed),
        (P::Exposure, "Service web", "ClusterIP TCP/80 → 8080", Removed),
        (P::Exposure, "Service web", "ClusterIP TCP/81 → 8080", Added),
        (P::Volume, "Deployment web", "daten: emptyDir {}", Added),
        (P::Mount, "Deployment web", "web: daten → /daten (rw)", Added),
    ];
    assert_eq!(permissions(&found), expected);
    assert_eq!(found.summary().permissions, Counts { added: 10, removed: 3, changed: 0 });
    let account = found.objects.iter().find(|o| o.kind == "ServiceAccount").unwrap();
    assert_eq!(account.change, Change::Added);
    assert!(account.lines.iter().any(|l| l.path == "kind" && l.new.as_deref() == Some("ServiceAccount")), "in full");
}

#[test]
fn network_policies_are_peers_and_ports() {
    let policy = |ingress: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{ name: {{ $name: netz }} }}\nspec:\n  \
             podSelector: {{ matchLabels: {{ app: {{ $name: web }} }} }}\n  policyTypes: [Ingress]\n  ingress: {ingress}\n"
        )
    };
    let old = {
        let mut files = files("unterhaltsvorschuss", "1.0.0");
        files.insert("manifests/40-netz.yaml", policy("[{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }]"));
        files
    };
    let mut new = old.clone();
    new.insert(
        "manifests/40-netz.yaml",
        policy("[{ from: [{ podSelector: {} }], ports: [{ port: 8080, endPort: 8090 }] }, {}]"),
    );
    let found = diff(&load(old), &load(new)).unwrap();
    let pods = "{\"matchLabels\":{\"app\":\"muster-web\"}}";
    let peer = format!("ingress from * {pods}");
    let expected = [
        (Permission::NetworkPeer, "NetworkPolicy netz", peer.as_str(), Change::Added),
        (Permission::NetworkPort, "NetworkPolicy netz", "ingress from * *", Change::Added),
        (Permission::NetworkPort, "NetworkPolicy netz", "ingress from {\"podSelector\":{}} TCP/8080", Change::Removed),
        (
            Permission::NetworkPort,
            "NetworkPolicy netz",
            "ingress from {\"podSelector\":{}} TCP/8080-8090",
            Change::Added,
        ),
    ];
    assert_eq!(permissions(&found), expected);
}

#[test]
fn parameters_are_compared_field_by_field() {
    let schema = "config.schema.json";
    let found = changed(|files| {
        change(files, schema, "\"default\": 3", "\"default\": 4, \"x-stage\": true");
        change(files, schema, "\"maximum\": 50", "\"maximum\": 60");
        change(files, schema, "\"nachweis_groesse\",\n    \"datenschutz_url\"", "\"datenschutz_url\"");
        change(
            files,
            schema,
            "\"kontakt_telefon\": {\n      \"type\": \"string\"",
            "\"fax\": {\n      \"type\": \"string\"",
        );
        change(files, "manifests/10-werte.yaml", "$value: kontakt_telefon", "$value: fax");
    });
    let lines = |path: &str| {
        let parameter = found.parameters.iter().find(|p| p.path == path).unwrap();
        let lines = parameter
            .lines
            .iter()
            .map(|l| format!("{}: {} → {}", l.path, l.old.as_deref().unwrap_or("-"), l.new.as_deref().unwrap_or("-")));
        (parameter.change, lines.collect::<Vec<_>>())
    };
    let expected = vec!["default: 3 → 4".to_owned(), "stage: false → true".to_owned()];
    assert_eq!(lines("loeschfrist_monate"), (Change::Changed, expected));
    let expected = vec!["maximum: 50 → 60".to_owned(), "required: true → false".to_owned()];
    assert_eq!(lines("nachweis_groesse"), (Change::Changed, expected));
    assert_eq!((lines("kontakt_telefon").0, lines("fax").0), (Change::Removed, Change::Added));
    assert!(lines("fax").1.contains(&"type: - → text".to_owned()));
    assert_eq!(found.summary().parameters, Counts { added: 1, removed: 1, changed: 2 });
}

#[test]
fn secrets_never_show() {
    let found = changed(|files| {
        change(
            files,
            SECRET,
            "stringData:\n",
            "stringData:\n  FEST: geheim-im-paket\n  ANDERS: { $secret: schluessel }\n",
        );
    });
    let text = format!("{found:?}");
    assert!(!text.contains("geheim-im-paket") && !text.contains("muster-geheimnis"), "{text}");
    let secret = found.objects.iter().find(|o| o.kind == "Secret").unwrap();
    let lines: Vec<_> = secret.lines.iter().map(|l| (l.path.as_str(), l.masked, l.new.as_deref())).collect();
    assert_eq!(lines, [("stringData.ANDERS", true, Some("")), ("stringData.FEST", true, Some(""))]);
    let template = found.templates.iter().find(|o| o.kind == "Secret").unwrap();
    let lines: Vec<_> = template.lines.iter().map(|l| (l.path.as_str(), l.masked, l.new.as_deref())).collect();
    assert_eq!(lines, [("stringData.ANDERS.$secret", false, Some("schluessel")), ("stringData.FEST", true, Some(""))]);
}

#[test]
fn what_sample_values_do_not_reach_shows_in_the_template() {
    let hidden = "image: boese.invalid/x@sha256:34f2a4fb0191dfa72adf6859717db6405152258aba0cffb8f23908ba831c8b87";
    let found = changed(|files| {
        let branch =
            format!("      containers:\n        - {{ $if: kontakt_telefon, then: {{ name: zwei, {hidden} }} }}\n");
        change(files, WEB, "      containers:\n", &branch);
    });
    assert_eq!(found.objects, vec![], "the sample has no telephone number");
    assert!(found.templates[0].lines.iter().any(|l| l.new.as_deref().is_some_and(|t| t.starts_with("boese.invalid"))));
    let images: Vec<_> = found.images.iter().map(|i| (i.name.as_str(), i.change)).collect();
    assert_eq!(images, [("boese.invalid/x", Change::Added)]);
}

#[test]
fn components_may_be_rebuilt_or_change_their_licence() {
    let sbom = "sbom.cdx.json";
    let found = changed(|files| {
        let hash = "\"content\": \"34f2a4fb";
        change(files, sbom, hash, "\"content\": \"44f2a4fb");
        let before = "\"type\": \"container\",\n      \"bom-ref\": \"unterhaltsvorschuss-pruefung\",";
        change(files, sbom, before, &format!("{before} \"licenses\": [{{\"license\": {{\"id\": \"MIT\"}}}}],"));
        change(
            files,
            sbom,
            "\"components\": [",
            "\"components\": [{\"type\": \"library\", \"name\": \"neu\", \"version\": \"1\"},",
        );
    });
    let seen: Vec<_> = found
        .components
        .iter()
        .map(|c| (c.name.as_str(), c.change, c.content, c.old_licences.join(","), c.new_licences.join(",")))
        .collect();
    let none = String::new;
    let expected = [
        ("demo.invalid/ozg/unterhaltsvorschuss-pruefung", Change::Changed, false, none(), "MIT".to_owned()),
        ("demo.invalid/ozg/unterhaltsvorschuss-web", Change::Changed, true, none(), none()),
        ("neu", Change::Added, false, none(), none()),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn metadata_and_size() {
    let found = changed(|files| {
        change(files, "verfahren.yaml", "rollback: safe", "rollback: none\nupgrade_from: '>=0.9.0, <1.0.0'");
        change(files, "publiccode.yml", "license: EUPL-1.2", "license: MIT");
        let many: String = (0..400).map(|i| format!("  EXTRA_{i:03}: x\n")).collect();
        change(files, "manifests/10-werte.yaml", "\ndata:\n", &format!("\ndata:\n{many}"));
    });
    let paths: Vec<_> = found.metadata.iter().map(|l| l.path.as_str()).collect();
    assert_eq!(paths, ["licence", "rollback", "upgrade_from"]);
    assert_eq!((found.objects[0].lines.len(), found.objects[0].more), (300, 100));
}
