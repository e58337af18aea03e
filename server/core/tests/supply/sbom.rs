//! Bills of materials as tools write them, and as nobody should.

use portal_core::package::Files;
use portal_core::package::sbom::{Answer, Component, VersionMatch, gaps, limits, read, search_key};
use portal_model::finding::Rule;
use serde_json::{Value, json};
use std::path::Path;

fn cyclonedx(components: Value) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components})
}

fn brief(component: &Component) -> (&str, &str, Option<&str>) {
    (component.key(), &component.version, component.purl.as_deref())
}

#[test]
fn every_edition_of_cyclonedx_is_read() {
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let mut document = cyclonedx(json!([{
            "type": "library", "group": "org.apache", "name": "log4j", "version": "2.14.1",
            "purl": "pkg:maven/org.apache/log4j@2.14.1?type=jar",
            "hashes": [{"alg": "SHA-1", "content": "aa"}, {"alg": "SHA-256", "content": "AB".repeat(32)}],
            "licenses": [{"license": {"id": "Apache-2.0"}}, {"license": {"name": "Eigene Lizenz"}}, {"expression": "MIT OR ISC"}],
            "components": [{"type": "library", "name": "inner", "version": "1"}],
        }]));
        document["specVersion"] = version.into();
        let sbom = read(&document);
        let found: Vec<_> = sbom.components.iter().map(brief).collect();
        let expected = vec![
            ("generic/inner", "1", None),
            ("maven/org.apache/log4j", "2.14.1", Some("pkg:maven/org.apache/log4j@2.14.1?type=jar")),
        ];
        assert_eq!(found, expected, "{version}");
        let log4j = &sbom.components[1];
        assert_eq!(log4j.name, "org.apache/log4j");
        assert_eq!((log4j.kind.as_str(), log4j.purl_type()), ("library", "maven"));
        assert_eq!(log4j.licences, ["Apache-2.0", "Eigene Lizenz", "MIT OR ISC"]);
        assert_eq!(log4j.sha256, Some("ab".repeat(32)));
        assert_eq!(sbom.findings.len(), 1, "{:?}", sbom.findings);
        assert!(sbom.findings[0].is(Rule::SbomLicence));
        assert_eq!(sbom.findings[0].params["name"], "Eigene Lizenz");
    }
    let mut document = cyclonedx(json!([{"type": "library", "name": "a"}]));
    document["specVersion"] = "2.0".into();
    let sbom = read(&document);
    assert!(sbom.findings[0].is(Rule::SbomVersion) && sbom.components.len() == 1);
}

#[test]
fn the_subject_is_no_component_but_its_parts_are() {
    let mut document = cyclonedx(json!([{"name": "a", "type": "library"}]));
    document["metadata"] =
        json!({"component": {"name": "verfahren", "components": [{"name": "teil", "type": "application"}]}});
    let keys: Vec<_> = read(&document).components.iter().map(|c| c.key().to_owned()).collect();
    assert_eq!(keys, ["generic/a", "generic/teil"]);
}

#[test]
fn spdx_documents_are_read() {
    let document = json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "documentDescribes": ["SPDXRef-Root"],
        "packages": [
            {"SPDXID": "SPDXRef-Root", "name": "verfahren", "versionInfo": "1.0.0"},
            {"SPDXID": "SPDXRef-2", "name": "also-root"},
            {
                "SPDXID": "SPDXRef-1", "name": "serde", "versionInfo": "1.0.1", "licenseConcluded": "NOASSERTION",
                "licenseDeclared": "MIT OR Apache-2.0", "primaryPackagePurpose": "LIBRARY",
                "checksums": [{"algorithm": "SHA256", "checksumValue": "0".repeat(64)}],
                "externalRefs": [
                    {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:b"},
                    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:cargo/serde@1.0.1"},
                ],
            },
        ],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-2"}],
    });
    let sbom = read(&document);
    assert_eq!(sbom.findings, vec![]);
    assert_eq!(
        sbom.components.iter().map(brief).collect::<Vec<_>>(),
        [("cargo/serde", "1.0.1", Some("pkg:cargo/serde@1.0.1"))]
    );
    assert_eq!(sbom.components[0].licences, ["MIT OR Apache-2.0"]);
    assert_eq!(sbom.components[0].sha256, Some("0".repeat(64)));
    let mut old = document;
    old["spdxVersion"] = "SPDX-3.0".into();
    assert!(read(&old).findings[0].is(Rule::SbomVersion));
}

#[test]
fn what_is_not_said_of_components_is_counted() {
    let whole =
        json!({"type": "library", "name": "a", "purl": "pkg:npm/a@1", "licenses": [{"license": {"id": "MIT"}}]});
    let mut sbom = cyclonedx(json!([whole, {"type": "container", "name": "image"}, {"type": "file", "name": "f"}]));
    assert_eq!(gaps(&read(&sbom)), vec![]);
    let more = [
        json!({"type": "library", "name": "b", "licenses": [{"license": {"id": "MIT"}}]}),
        json!({"type": "framework", "name": "c"}),
        json!({"type": "library", "name": "d", "purl": "pkg:npm/d@1"}),
    ];
    sbom["components"].as_array_mut().unwrap().extend(more);
    let found: Vec<_> = gaps(&read(&sbom)).into_iter().map(|f| (f.rule, f.params["count"].clone())).collect();
    let expected = [Rule::SbomPurlMissing, Rule::SbomLicenceMissing].map(|rule| (rule.id().to_owned(), "2".to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn duplicates_are_merged_and_lose_nothing() {
    let component = |version: &str, extra: Value| {
        let mut component = json!({"name": "A", "version": version, "purl": format!("pkg:npm/a@{version}")});
        component.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        component
    };
    let sbom = read(&cyclonedx(json!([
        component("2", json!({"licenses": [{"license": {"id": "MIT"}}]})),
        component("1", json!({})),
        component("2", json!({"type": "library", "licenses": [{"license": {"id": "ISC"}}, {"license": {"id": "MIT"}}]})),
        component("2", json!({"hashes": [{"alg": "SHA-256", "content": "0".repeat(64)}]})),
        {"name": "a", "version": "2"},
        {"name": "other spelling", "version": "9", "purl": "pkg:NPM/a@2"},
    ])));
    let found: Vec<_> = sbom.components.iter().map(brief).collect();
    assert_eq!(
        found,
        [("generic/a", "2", None), ("npm/a", "1", Some("pkg:npm/a@1")), ("npm/a", "2", Some("pkg:npm/a@2"))]
    );
    let merged = &sbom.components[2];
    assert_eq!((merged.licences.join(" "), merged.kind.as_str()), ("ISC MIT".to_owned(), "library"));
    assert_eq!(merged.sha256, Some("0".repeat(64)));
}

#[test]
fn limits_are_counted() {
    let many: Value = (0..limits::COMPONENTS + 5).map(|i| json!({"name": format!("c{i}")})).collect();
    let sbom = read(&cyclonedx(many));
    assert_eq!(sbom.components.len(), limits::COMPONENTS);
    assert!(sbom.findings.len() == 1 && sbom.findings[0].is(Rule::SbomLimit), "{:?}", sbom.findings);

    let same: Value = (0..limits::COMPONENTS + 5).map(|_| json!({"name": "same"})).collect();
    let sbom = read(&cyclonedx(same));
    assert!(sbom.components.len() == 1 && sbom.findings[0].is(Rule::SbomLimit), "duplicates count");

    let nest = |levels: usize| {
        let wrap = |inner: Value, i| json!([{"name": format!("level{i}"), "components": inner}]);
        cyclonedx((0..levels).fold(json!([]), wrap))
    };
    assert_eq!((read(&nest(10)).components.len(), read(&nest(10)).findings), (10, vec![]));
    let deep = read(&nest(12));
    assert!(deep.components.len() == 10 && deep.findings[0].is(Rule::SbomLimit), "{:?}", deep.findings);

    let long = cyclonedx(json!([
        {"name": "n".repeat(limits::NAME + 1)}, {"name": "v", "version": "1".repeat(limits::VERSION + 1)},
        {"name": ""}, {"version": "1"}, {"name": "a\u{0}b"}, "text", 7, null, {"name": "fine"},
    ]));
    let sbom = read(&long);
    assert_eq!(sbom.components.iter().map(Component::key).collect::<Vec<_>>(), ["generic/fine"]);
    assert_eq!(sbom.findings.len(), 1);
    assert_eq!((sbom.findings[0].params["count"].as_str(), sbom.findings[0].key.as_str()), ("8", "components[0]"));

    let licences: Value = (0..100).map(|i| json!({"license": {"name": format!("L{i:03}")}})).collect();
    let sbom = read(&cyclonedx(json!([{"name": "a", "licenses": licences}])));
    assert_eq!(sbom.components[0].licences.len(), limits::LICENCES);
}

#[test]
fn what_is_no_bill_of_materials_is_a_finding() {
    for (document, rule) in [
        (json!(null), Rule::SbomFormat),
        (json!([]), Rule::SbomFormat),
        (json!({"bomFormat": "Other"}), Rule::SbomFormat),
        (json!({"spdxVersion": 2}), Rule::SbomFormat),
        (cyclonedx(json!([])), Rule::SbomEmpty),
        (cyclonedx(json!({"name": "a"})), Rule::SbomEmpty),
        (json!({"spdxVersion": "SPDX-2.3"}), Rule::SbomEmpty),
        (cyclonedx(json!([{"name": "a", "purl": "npm/a"}])), Rule::SbomPurl),
    ] {
        let sbom = read(&document);
        assert!(sbom.findings.iter().any(|f| f.is(rule)), "{document}: {:?}", sbom.findings);
    }
    let sbom = read(&cyclonedx(
        json!([{"name": "A", "version": "1", "purl": "npm/a", "licenses": {}, "hashes": 7, "type": []}]),
    ));
    assert_eq!(sbom.components.iter().map(brief).collect::<Vec<_>>(), [("generic/a", "1", None)], "the rest is kept");
}

#[test]
fn components_are_found_by_key_and_version() {
    for (entered, key) in [
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "maven/org.apache.logging.log4j/log4j-core"),
        (" pkg:npm/%40Angular/core ", "npm/@angular/core"),
        ("npm/@Angular/Core", "npm/@angular/core"),
        ("OpenSSL", "generic/openssl"),
    ] {
        assert_eq!(search_key(entered), key, "{entered}");
    }
    let version = |v: &str| json!({"name": "log4j-core", "version": v, "purl": format!("pkg:maven/org.apache.logging.log4j/log4j-core@{v}")});
    let sbom = read(&cyclonedx(json!([version("2.14.1"), version("2.17.1"), version("2.0-beta9")])));
    let below = VersionMatch::parse("<2.17.1").unwrap();
    let answers: Vec<_> =
        sbom.components.iter().map(|c| (c.version.as_str(), below.holds(c.purl_type(), &c.version))).collect();
    assert_eq!(answers, [("2.0-beta9", Answer::Unknown), ("2.14.1", Answer::Yes), ("2.17.1", Answer::No)]);
}

#[test]
fn the_demonstration_is_read_without_a_finding() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/packages");
    let mut seen = 0;
    for slug in std::fs::read_dir(root).unwrap() {
        for version in std::fs::read_dir(slug.unwrap().path()).unwrap() {
            let (files, _) = Files::from_dir(&version.unwrap().path());
            let document = serde_json::from_slice(files.get("sbom.cdx.json").unwrap()).unwrap();
            let sbom = read(&document);
            assert_eq!(sbom.findings, vec![]);
            assert!(!sbom.components.is_empty());
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}
