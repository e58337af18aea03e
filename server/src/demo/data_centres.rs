//! The simulated data centres: what `portal simulate` offers, and how the portal knows them.

use anyhow::Result;
use portal_core::{
    Portal, target_rights,
    use_cases::{NewDataCentre, NewTarget, TRIALS_AT_ONCE},
};
use portal_model::{
    Land,
    data_centre::{Stage, TargetKind},
};
use portal_targets::simulator::{ClusterConfig, RuleConfig, SimulatorConfig, TokenConfig};
use std::{collections::BTreeMap, path::Path};

struct Site {
    slug: &'static str,
    name: &'static str,
    operator: &'static str,
    laender: &'static [Land],
    /// Days until the C5 evidence ends.
    evidence_days: Option<i64>,
    targets: &'static [Target],
    /// The operator admits trials of packages in the shared test environment.
    trials: bool,
}

struct Target {
    kind: TargetKind,
    stage: Stage,
    namespace: &'static str,
    only_for: Option<&'static str>,
    unreachable: bool,
}

impl Target {
    fn may_admit_trials(&self) -> bool {
        self.kind == TargetKind::Kubernetes && self.stage == Stage::Test && self.only_for.is_none()
    }
}

const fn kubernetes(stage: Stage, namespace: &'static str) -> Target {
    Target { kind: TargetKind::Kubernetes, stage, namespace, only_for: None, unreachable: false }
}

const fn own(stage: Stage, namespace: &'static str, municipality: &'static str) -> Target {
    Target { only_for: Some(municipality), ..kubernetes(stage, namespace) }
}

const fn vm(stage: Stage, host: &'static str) -> Target {
    Target { kind: TargetKind::Vm, ..kubernetes(stage, host) }
}

const SH: &[Land] = &[Land::SCHLESWIG_HOLSTEIN];
const BY: &[Land] = &[Land::BAYERN];
const BOTH: &[Land] = &[Land::SCHLESWIG_HOLSTEIN, Land::BAYERN];

const SITES: [Site; 5] = [
    Site {
        slug: "demo-landes-rz-nord",
        name: "Demo-Landes-RZ Nord",
        operator: "demo-betrieb-nord",
        laender: SH,
        evidence_days: Some(500),
        targets: &[kubernetes(Stage::Test, "kommunen-test"), kubernetes(Stage::Production, "kommunen")],
        trials: true,
    },
    Site {
        slug: "demo-it-zweckverband",
        name: "Demo-IT-Zweckverband",
        operator: "demo-zweckverband",
        laender: SH,
        evidence_days: Some(200),
        targets: &[vm(Stage::Test, "vm-test"), vm(Stage::Production, "vm-produktion")],
        trials: false,
    },
    Site {
        slug: "demo-kommunal-rz-sued",
        name: "Demo-Kommunal-RZ Süd",
        operator: "demo-betrieb-sued",
        laender: BY,
        evidence_days: Some(300),
        targets: &[
            own(Stage::Test, "vg-fladungen-test", "vg-fladungen"),
            own(Stage::Production, "vg-fladungen", "vg-fladungen"),
            own(Stage::Test, "rhoen-grabfeld-test", "rhoen-grabfeld"),
            own(Stage::Production, "rhoen-grabfeld", "rhoen-grabfeld"),
            own(Stage::Test, "rothenburg-test", "rothenburg"),
            own(Stage::Production, "rothenburg", "rothenburg"),
        ],
        trials: false,
    },
    Site {
        slug: "demo-kreis-rz",
        name: "Demo-Kreis-RZ",
        operator: "demo-zweckverband",
        laender: SH,
        evidence_days: Some(90),
        targets: &[kubernetes(Stage::Production, "kreis")],
        trials: false,
    },
    Site {
        slug: "demo-rz-west",
        name: "Demo-RZ West",
        operator: "demo-betrieb-west",
        laender: BOTH,
        evidence_days: Some(21),
        targets: &[
            kubernetes(Stage::Test, "west-test"),
            Target { unreachable: true, ..kubernetes(Stage::Production, "west") },
        ],
        trials: true,
    },
];

/// Where the guided form can be tried: namespaces that nobody has registered, in the cluster of the first site.
const SPARE: [&str; 4] = ["neu-test", "neu", "neu-test-2", "neu-2"];
/// Tokens for them: two that may exactly what the printed YAML grants, and one that may everything everywhere.
const SPARE_TOKENS: [&str; 2] = ["simuliert-neu", "simuliert-neu-2"];
const TOO_MUCH: &str = "simuliert-zu-viel";

/// A target that is not reached is a cluster of its own, so that its neighbour stays reachable.
fn cluster(site: &Site, target: &Target) -> String {
    if target.unreachable { format!("{}-{}", site.slug, target.stage) } else { site.slug.to_owned() }
}

/// Token of a simulated cluster. It opens nothing but a simulation on this machine's loopback.
fn token(cluster: &str) -> String {
    format!("simuliert-{cluster}")
}

/// What `portal simulate` offers for the demonstration.
pub fn simulator_config(state: &Path) -> SimulatorConfig {
    let mut clusters: BTreeMap<String, (bool, Vec<&str>)> = BTreeMap::new();
    for site in &SITES {
        for target in site.targets.iter().filter(|t| t.kind == TargetKind::Kubernetes) {
            let entry = clusters.entry(cluster(site, target)).or_default();
            entry.0 |= target.unreachable;
            entry.1.push(target.namespace);
        }
    }
    let config = |(name, (unreachable, namespaces)): (String, (bool, Vec<&str>))| {
        let mut cluster = ClusterConfig::new(name.clone()).token(token(&name), &namespaces);
        for namespace in namespaces {
            cluster = cluster.namespace(namespace, BTreeMap::new());
        }
        if name == SITES[0].slug {
            cluster = with_spare(cluster);
        }
        cluster.unreachable = unreachable;
        cluster
    };
    SimulatorConfig::new(state, clusters.into_iter().map(config).collect())
}

fn with_spare(mut cluster: ClusterConfig) -> ClusterConfig {
    let texts = |rule: &serde_json::Value, field: &str| {
        rule[field].as_array().into_iter().flatten().filter_map(|v| v.as_str()).map(str::to_owned).collect()
    };
    let rules: Vec<RuleConfig> = target_rights::rules()
        .iter()
        .map(|rule| RuleConfig {
            groups: texts(rule, "apiGroups"),
            resources: texts(rule, "resources"),
            verbs: texts(rule, "verbs"),
        })
        .collect();
    for namespace in SPARE {
        cluster = cluster.namespace(namespace, BTreeMap::from([("pods".to_owned(), "100".to_owned())]));
    }
    for token in SPARE_TOKENS {
        let namespaces = SPARE.map(str::to_owned).to_vec();
        cluster.tokens.push(TokenConfig {
            token: token.to_owned(),
            user: None,
            namespaces,
            rules: Some(rules.clone()),
        });
    }
    cluster.token(TOO_MUCH, &["*"])
}

pub async fn register(portal: &Portal, simulator: &str) -> Result<()> {
    for site in &SITES {
        let ctx = portal.system();
        let new = NewDataCentre {
            name: site.name.to_owned(),
            slug: site.slug.to_owned(),
            operator: site.operator.to_owned(),
            laender: site.laender.to_vec(),
            evidence_until: site.evidence_days.map(|days| ctx.now.plus_days(days)),
            simulated: true,
        };
        portal.data_centre_add(&ctx, new).await?;
        for target in site.targets {
            let cluster = cluster(site, target);
            let endpoint = match target.kind {
                TargetKind::Kubernetes => format!("{simulator}/{cluster}"),
                TargetKind::Vm => format!("ssh://{}.demo.example", target.namespace),
            };
            let credential = match target.kind {
                TargetKind::Kubernetes => kubeconfig(&endpoint, target.namespace, &token(&cluster)),
                TargetKind::Vm => String::new(),
            };
            let new = NewTarget {
                data_centre: site.slug.to_owned(),
                kind: target.kind,
                stage: target.stage,
                namespace: target.namespace.to_owned(),
                endpoint,
                only_for: target.only_for.map(str::to_owned),
                domain: format!("{}.demo.example", site.slug),
                ingress_class: "demo".to_owned(),
                storage_class: "demo".to_owned(),
                tls_secret: "demo-tls".to_owned(),
                capacity: 200,
                credential,
            };
            let id = portal.target_add(&portal.system(), new).await?;
            if site.trials && target.may_admit_trials() {
                portal.trials_admit(&portal.system(), id, TRIALS_AT_ONCE).await?;
            }
        }
    }
    Ok(())
}

fn kubeconfig(server: &str, namespace: &str, token: &str) -> String {
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "portal",
        "clusters": [{ "name": "portal", "cluster": { "server": server } }],
        "users": [{ "name": "portal", "user": { "token": token } }],
        "contexts": [{ "name": "portal", "context": { "cluster": "portal", "user": "portal", "namespace": namespace } }],
    })
    .to_string()
}
