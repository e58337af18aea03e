//! What the check of a Verfahrenspaket finds: stable rule ids with parameters, and the one table of their texts.

use crate::{Lang, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// How grave a finding is.
    Severity {
        /// The package cannot be published.
        Fehler = "fehler",
        /// It can be published, but somebody should look at it.
        Warnung = "warnung",
        /// Good to know.
        Hinweis = "hinweis",
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// Stable id of the rule, such as `r9-abbild`. A text, so that findings of rules that no longer exist stay readable.
    pub rule: String,
    /// File in the package; empty if the package as a whole is meant.
    pub file: String,
    /// Place in the file, such as `spec.template.spec.containers[0].image`; empty if the whole file is meant.
    pub key: String,
    /// Parameters of the text. Never a secret value.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

impl Finding {
    /// A finding of a rule at a place.
    pub fn new(rule: Rule, file: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            severity: rule.severity(),
            rule: rule.id().to_owned(),
            file: file.into(),
            key: key.into(),
            params: BTreeMap::new(),
        }
    }

    /// Adds a parameter; long ones are cut, since they come from a stranger's file.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        let text: String = value.to_string().chars().filter(|c| !c.is_control()).take(200).collect();
        self.params.insert(name.to_owned(), text);
        self
    }

    /// Whether it is a finding of this rule.
    pub fn is(&self, rule: Rule) -> bool {
        self.rule == rule.id()
    }

    /// Whether it prevents publishing.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Fehler
    }
}

/// What a finding says, in the person's language. Names no file: pages show file and key beside it.
pub fn text(lang: Lang, finding: &Finding) -> String {
    let row = TEXTS.iter().find(|(id, _, _)| *id == finding.rule);
    let general = ("", "Dieser Punkt entspricht nicht den Regeln.", "This point does not follow the rules.");
    let (_, de, en) = row.unwrap_or(&general);
    fill(lang.pick(de, en), &finding.params)
}

/// Puts parameters into a text: `{name}`. What has no parameter stays as it is; inserted text is not read again.
pub fn fill(pattern: &str, params: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        match after.find('}').and_then(|end| params.get(&after[..end]).map(|value| (end, value))) {
            Some((end, value)) => {
                out.push_str(value);
                rest = &after[end + 1..];
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

macro_rules! rules {
    ($($name:ident = $id:literal, $severity:ident, $de:literal, $en:literal;)*) => {
        /// A rule that packages are checked against. Ids are stable; what a rule wants says its text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $en] $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];

            /// Stable id.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)* }
            }

            /// How grave a finding of this rule is.
            pub fn severity(self) -> Severity {
                match self { $(Rule::$name => Severity::$severity,)* }
            }
        }

        /// Rule id, German text, English text.
        const TEXTS: &[(&str, &str, &str)] = &[$(($id, $de, $en),)*];
    };
}

rules! {
    // The archive.
    ArchiveUnreadable = "paket-unlesbar", Fehler, "Die Datei ist kein lesbares Paket (.tgz).", "The file is not a readable package (.tgz).";
    ArchiveTooLarge = "paket-zu-gross", Fehler, "Das Paket ist größer als {max} Byte.", "The package is larger than {max} bytes.";
    FileTooLarge = "datei-zu-gross", Fehler, "Die Datei ist größer als {max} Byte.", "The file is larger than {max} bytes.";
    TooManyFiles = "zu-viele-dateien", Fehler, "Das Paket enthält mehr als {max} Einträge.", "The package holds more than {max} entries.";
    PathForbidden = "pfad-unzulaessig", Fehler, "Der Pfad führt aus dem Paket hinaus oder enthält unzulässige Zeichen.", "The path leads out of the package or holds characters that are not allowed.";
    PathTooDeep = "pfad-zu-tief", Fehler, "Der Pfad ist länger als {max} Zeichen oder tiefer als {depth} Ordner.", "The path is longer than {max} characters or deeper than {depth} folders.";
    NotAFile = "keine-datei", Fehler, "Verknüpfungen, Geräte und andere besondere Einträge sind nicht erlaubt.", "Links, devices and other special entries are not allowed.";
    FileTwice = "datei-doppelt", Fehler, "Die Datei steht mehrfach im Paket.", "The package holds this file more than once.";
    FileMissing = "datei-fehlt", Fehler, "Diese Datei fehlt im Paket.", "This file is missing from the package.";
    FileUnexpected = "datei-unerwartet", Hinweis, "Diese Datei wertet das Portal nicht aus.", "The portal does not read this file.";
    NotUtf8 = "kein-utf8", Fehler, "Die Datei ist kein UTF-8-Text.", "The file is not UTF-8 text.";
    YamlUnreadable = "yaml-unlesbar", Fehler, "Die Datei ist kein lesbares YAML (Zeile {line}, Spalte {column}).", "The file is not readable YAML (line {line}, column {column}).";
    JsonUnreadable = "json-unlesbar", Fehler, "Die Datei ist kein lesbares JSON (Zeile {line}, Spalte {column}).", "The file is not readable JSON (line {line}, column {column}).";
    ChartUnsupported = "chart-nicht-lesbar", Fehler, "Dieses Portal liest Pakete mit „manifests/“, noch keine Helm-Charts.", "This portal reads packages with \"manifests/\", not Helm charts yet.";

    // verfahren.yaml, by its own schema.
    KeyUnknown = "schluessel-unbekannt", Fehler, "Den Schlüssel „{name}“ kennt das Format nicht.", "The format does not know the key \"{name}\".";
    KeyMissing = "schluessel-fehlt", Fehler, "Der Schlüssel „{name}“ fehlt.", "The key \"{name}\" is missing.";
    TypeWrong = "typ-falsch", Fehler, "Hier wird ein Wert vom Typ {expected} erwartet.", "A value of type {expected} is expected here.";
    ValueForbidden = "wert-unzulaessig", Fehler, "Erlaubt sind nur: {allowed}.", "Only these values are allowed: {allowed}.";
    FormWrong = "form-falsch", Fehler, "Der Wert entspricht nicht der Form {pattern}.", "The value does not follow the form {pattern}.";
    LimitBroken = "grenze-verletzt", Fehler, "Länge, Anzahl oder Größe liegt außerhalb der Grenze {limit}.", "Length, count or size is outside the limit {limit}.";
    VersionInvalid = "version-ungueltig", Fehler, "„{value}“ ist keine gültige Version (SemVer).", "\"{value}\" is not a valid version (SemVer).";
    RangeInvalid = "bereich-ungueltig", Fehler, "„{value}“ ist kein gültiger Versionsbereich.", "\"{value}\" is not a valid range of versions.";
    UpgradeFromSelf = "upgrade-von-sich", Warnung, "Der Bereich schließt diese Version selbst ein.", "The range includes this version itself.";
    IdTwice = "kennung-doppelt", Fehler, "Die Kennung „{name}“ kommt mehrfach vor.", "The id \"{name}\" occurs more than once.";
    EnglishMissing = "englisch-fehlt", Hinweis, "Der englische Text fehlt; gezeigt wird der deutsche.", "The English text is missing; the German one is shown.";
    LeistungNotNational = "leistung-nicht-bundesweit", Hinweis, "Der Leistungsschlüssel beginnt nicht mit 99; er gilt nicht bundesweit.", "The key of the Leistung does not begin with 99; it is not national.";
    TestMissing = "test-fehlt", Fehler, "Das Paket enthält keinen Test (Job in „tests/“).", "The package holds no test (Job in \"tests/\").";
    TestJobMissing = "test-job-fehlt", Fehler, "Einen Job mit dem Namen „{name}“ gibt es in „tests/“ nicht.", "There is no Job named \"{name}\" in \"tests/\".";
    TestUndeclared = "test-nicht-genannt", Warnung, "Der Job „{name}“ ist in verfahren.yaml nicht als Test genannt.", "The Job \"{name}\" is not declared as a test in verfahren.yaml.";
    ManifestsMissing = "manifeste-fehlen", Fehler, "„manifests/“ enthält keine Objekte.", "\"manifests/\" holds no objects.";
    ManifestsForbidden = "manifeste-unzulaessig", Fehler, "Ein angebundenes Verfahren stellt nichts bereit und hat keine „manifests/“.", "A connected Verfahren deploys nothing and has no \"manifests/\".";
    EndpointUnserved = "endpunkt-ohne-ingress", Warnung, "Zu diesem Endpunkt gibt es keinen Ingress.", "There is no Ingress for this endpoint.";

    // publiccode.yml, change log, software bill of materials: findings instead of rejection.
    PubliccodeKeyMissing = "publiccode-schluessel-fehlt", Warnung, "publiccode.yml verlangt „{name}“.", "publiccode.yml requires \"{name}\".";
    PubliccodeText = "publiccode-text", Warnung, "publiccode.yml verlangt hier {min} bis {max} Zeichen.", "publiccode.yml requires {min} to {max} characters here.";
    PubliccodeVersion = "publiccode-version", Hinweis, "Hier steht eine andere Version als in verfahren.yaml ({version}).", "This is another version than in verfahren.yaml ({version}).";
    LicenceMissing = "lizenz-fehlt", Warnung, "Es ist keine Lizenz angegeben.", "No licence is given.";
    SourceInsecure = "quelle-adresse", Warnung, "Die Adresse des Quelltextes beginnt nicht mit https://.", "The address of the source does not begin with https://.";
    ChangelogMissing = "changelog-fehlt", Warnung, "Das Änderungsprotokoll fehlt.", "The change log is missing.";
    ChangelogVersion = "changelog-version", Hinweis, "Das Änderungsprotokoll nennt die Version {version} nicht.", "The change log does not name the version {version}.";
    SbomMissing = "sbom-fehlt", Warnung, "Die Stückliste der Software (CycloneDX) fehlt.", "The software bill of materials (CycloneDX) is missing.";
    SbomFormat = "sbom-format", Warnung, "Die Stückliste ist kein CycloneDX-JSON.", "The bill of materials is not CycloneDX JSON.";

    // config.schema.json.
    SchemaKeyword = "schema-schluesselwort", Fehler, "Das Schlüsselwort „{name}“ gehört nicht zum unterstützten Teil von JSON Schema.", "The keyword \"{name}\" is not part of the supported subset of JSON Schema.";
    SchemaType = "schema-typ", Fehler, "Hier wird einer dieser Typen erwartet: {allowed}.", "One of these types is expected here: {allowed}.";
    SchemaName = "schema-name", Fehler, "Namen bestehen aus a–z, 0–9 und Unterstrich, beginnen mit einem Buchstaben, sind höchstens 40 Zeichen lang und nicht „gemeinden“.", "Names consist of a–z, 0–9 and underscore, begin with a letter, have at most 40 characters and are not \"gemeinden\".";
    SchemaSize = "schema-groesse", Fehler, "Das Schema hat mehr als {max} Felder oder mehr als {depth} Ebenen.", "The schema has more than {max} fields or more than {depth} levels.";
    SchemaValue = "schema-wert", Fehler, "Der Wert des Schlüsselworts „{name}“ ist ungültig.", "The value of the keyword \"{name}\" is not valid.";
    SchemaPattern = "schema-muster", Fehler, "Das Muster ist ungültig oder länger als {max} Zeichen.", "The pattern is not valid or longer than {max} characters.";
    SchemaDefault = "schema-vorgabe", Fehler, "Die Vorgabe erfüllt das eigene Schema nicht.", "The default does not satisfy its own schema.";
    SchemaCondition = "schema-bedingung", Fehler, "Die Bedingung verweist auf kein früheres Feld mit festen Werten: „{name}“.", "The condition refers to no earlier field with fixed values: \"{name}\".";
    SchemaCombination = "schema-kombination", Fehler, "„{name}“ ist an dieser Stelle nicht möglich.", "\"{name}\" is not possible at this place.";
    SchemaTitle = "schema-titel", Warnung, "Das Feld hat keine Bezeichnung (title).", "The field has no label (title).";
    SchemaGroup = "schema-gruppe", Fehler, "Die Gruppe „{name}“ ist in x-groups nicht erklärt.", "The group \"{name}\" is not declared in x-groups.";
    SchemaRequired = "schema-pflichtfeld", Fehler, "Das Pflichtfeld „{name}“ gibt es nicht.", "The required field \"{name}\" does not exist.";

    // Templates.
    PlaceholderUnknown = "platzhalter-unbekannt", Fehler, "Den Platzhalter „{name}“ gibt es nicht.", "There is no placeholder \"{name}\".";
    PlaceholderForm = "platzhalter-form", Fehler, "Der Platzhalter „{name}“ ist falsch aufgebaut.", "The placeholder \"{name}\" is malformed.";
    PlaceholderPath = "platzhalter-pfad", Fehler, "Das Feld „{name}“ gibt es im Schema nicht.", "The schema has no field \"{name}\".";
    PlaceholderSecret = "platzhalter-geheim", Fehler, "Geheime Werte („{name}“) dürfen nur in stringData oder data eines Secrets stehen.", "Secret values (\"{name}\") may stand only in stringData or data of a Secret.";
    PlaceholderNotSecret = "platzhalter-nicht-geheim", Fehler, "„{name}“ ist kein geheimer Wert; hier gehört $value hin.", "\"{name}\" is not a secret value; use $value here.";
    PlaceholderStage = "platzhalter-umgebung", Fehler, "Die Zielumgebung kennt die Angabe „{name}“ nicht.", "The target has no fact \"{name}\".";

    // Filling in.
    InstanceName = "instanzname", Fehler, "Name der Installation oder Namensraum ist kein DNS-Label mit höchstens {max} Zeichen.", "The name of the installation or the namespace is not a DNS label of at most {max} characters.";
    SecretMissing = "geheimnis-fehlt", Fehler, "Der geheime Wert „{name}“ ist nicht hinterlegt.", "The secret value \"{name}\" is not stored.";
    TargetFactMissing = "ziel-angabe-fehlt", Fehler, "Der Zielumgebung fehlt die Angabe „{name}“.", "The target lacks the fact \"{name}\".";
    ValuesInvalid = "werte-ungueltig", Fehler, "Der Wert „{name}“ passt nicht zum Schema ({code}).", "The value \"{name}\" does not fit the schema ({code}).";

    // R9: what may reach a target.
    Object = "r9-objekt", Fehler, "Ein Objekt braucht apiVersion, kind und metadata.name.", "An object needs apiVersion, kind and metadata.name.";
    Kind = "r9-art", Fehler, "Objekte der Art „{name}“ sind nicht zugelassen.", "Objects of kind \"{name}\" are not admitted.";
    ApiVersion = "r9-api-version", Fehler, "Für diese Art ist nur apiVersion {expected} zugelassen.", "Only apiVersion {expected} is admitted for this kind.";
    TestKind = "r9-test-art", Fehler, "In „tests/“ stehen nur Jobs.", "Only Jobs belong into \"tests/\".";
    ObjectTwice = "r9-doppelt", Fehler, "Das Objekt {name} kommt mehrfach vor.", "The object {name} occurs more than once.";
    Name = "r9-name", Fehler, "Der Name „{name}“ ist nicht aus dem Namen der Installation gebildet ($name).", "The name \"{name}\" is not derived from the installation ($name).";
    Reference = "r9-verweis", Fehler, "„{name}“ verweist auf ein Objekt, das nicht zu dieser Installation gehört.", "\"{name}\" refers to an object that does not belong to this installation.";
    Metadata = "r9-metadaten", Fehler, "In metadata ist „{name}“ nicht zugelassen.", "In metadata, \"{name}\" is not admitted.";
    Annotation = "r9-anmerkung", Fehler, "Die Anmerkung „{name}“ ist nicht zugelassen.", "The annotation \"{name}\" is not admitted.";
    Selector = "r9-selektor", Fehler, "Der Selektor passt nicht zu den Labels der Pods dieser Installation.", "The selector does not match the labels of this installation's pods.";
    Image = "r9-abbild", Fehler, "Das Abbild ist nicht mit @sha256:… festgelegt.", "The image is not pinned with @sha256:….";
    Resources = "r9-ressourcen", Fehler, "Es fehlt {name} für CPU oder Speicher.", "There is no {name} for CPU or memory.";
    Token = "r9-token", Fehler, "automountServiceAccountToken muss false sein.", "automountServiceAccountToken must be false.";
    HostAccess = "r9-host", Fehler, "Zugriff auf den Rechner („{name}“) ist nicht zugelassen.", "Access to the host (\"{name}\") is not admitted.";
    Privileged = "r9-privilegiert", Fehler, "Privilegierte Container sind nicht zugelassen.", "Privileged containers are not admitted.";
    Escalation = "r9-rechteausweitung", Fehler, "allowPrivilegeEscalation muss false sein.", "allowPrivilegeEscalation must be false.";
    Capabilities = "r9-faehigkeiten", Fehler, "Alle Capabilities müssen abgegeben werden (drop: [ALL]); hinzu kommt höchstens NET_BIND_SERVICE.", "All capabilities must be dropped (drop: [ALL]); at most NET_BIND_SERVICE may be added.";
    NonRoot = "r9-nicht-root", Fehler, "runAsNonRoot muss true sein und runAsUser darf nicht 0 sein.", "runAsNonRoot must be true and runAsUser must not be 0.";
    Seccomp = "r9-seccomp", Fehler, "seccompProfile.type muss RuntimeDefault oder Localhost sein.", "seccompProfile.type must be RuntimeDefault or Localhost.";
    Volume = "r9-volume", Fehler, "Volumes der Art „{name}“ sind nicht zugelassen.", "Volumes of type \"{name}\" are not admitted.";
    SecurityProfile = "r9-sicherheitsprofil", Fehler, "„{name}“ weicht von der zugelassenen Vorgabe ab.", "\"{name}\" deviates from what is admitted.";
    Scheduling = "r9-einplanung", Fehler, "„{name}“ greift in die Einplanung des Rechenzentrums ein.", "\"{name}\" interferes with the scheduling of the data centre.";
    ServiceType = "r9-service-art", Fehler, "Zugelassen sind nur Services im Cluster (ClusterIP).", "Only services within the cluster (ClusterIP) are admitted.";
    IngressHost = "r9-ingress-host", Fehler, "Ein Ingress nennt in jeder Regel den Host der Zielumgebung ($target: host).", "An Ingress names the host of the target in every rule ($target: host).";
    SecretType = "r9-secret-art", Fehler, "Zugelassen sind nur Secrets der Art Opaque.", "Only Secrets of type Opaque are admitted.";
    TextOnly = "r9-text", Fehler, "Hier sind nur Texte zugelassen; Zahlen und Ja/Nein-Werte gehören in $concat.", "Only texts are admitted here; put numbers and booleans into $concat.";
    Storage = "r9-speicherplatz", Fehler, "Es ist kein Speicherplatz angefordert (resources.requests.storage).", "No storage is requested (resources.requests.storage).";
    Restart = "r9-neustart", Fehler, "Ein Job braucht restartPolicy Never oder OnFailure, ein Test Never und backoffLimit 0.", "A Job needs restartPolicy Never or OnFailure, a test Never and backoffLimit 0.";
    Deadline = "r9-frist", Fehler, "Ein Test braucht activeDeadlineSeconds von höchstens {max}.", "A test needs activeDeadlineSeconds of at most {max}.";
    Replicas = "r9-anzahl", Fehler, "Zugelassen sind höchstens {max} Replikate.", "At most {max} replicas are admitted.";
    NetworkPolicyAdded = "r9-netz-ergaenzt", Hinweis, "Das Paket enthält keine NetworkPolicy; das Portal ergänzt seine Vorgabe.", "The package holds no NetworkPolicy; the portal adds its default.";
    NetworkPolicyOpen = "r9-netz-offen", Fehler, "Eine NetworkPolicy gilt nur für Pods dieser Installation.", "A NetworkPolicy applies only to pods of this installation.";

    // What the bill of materials says; it is read as far as possible.
    SbomVersion = "sbom-ausgabe", Hinweis, "Die Ausgabe „{name}“ des Formats kennt das Portal nicht; es liest, was es versteht.", "The portal does not know the edition \"{name}\" of the format; it reads what it understands.";
    SbomLimit = "sbom-grenze", Warnung, "Die Stückliste überschreitet die Grenze {name}; was darüber liegt, fehlt in der Suche.", "The bill of materials exceeds the limit {name}; what is beyond is missing from the search.";
    SbomComponent = "sbom-bestandteil", Warnung, "Unlesbare Bestandteile: {count}, zuerst „{name}“. Sie brauchen einen Namen und erlaubte Längen.", "Components that cannot be read: {count}, the first is \"{name}\". They need a name and permitted lengths.";
    SbomPurl = "sbom-purl", Warnung, "Ungültige Paket-Adressen (purl): {count}, zuerst „{name}“.", "Invalid package addresses (purl): {count}, the first is \"{name}\".";
    SbomLicence = "sbom-lizenz", Hinweis, "Lizenzangaben, die kein SPDX-Ausdruck sind: {count}, zuerst „{name}“.", "Licences that are no SPDX expression: {count}, the first is \"{name}\".";
    SbomEmpty = "sbom-leer", Warnung, "Die Stückliste nennt keine Bestandteile.", "The bill of materials names no components.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_one_id_and_both_texts() {
        assert_eq!(Rule::ALL.len(), TEXTS.len());
        for (i, (id, de, en)) in TEXTS.iter().enumerate() {
            assert!(!de.is_empty() && !en.is_empty() && de != en, "{id}");
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
            assert!(TEXTS[i + 1..].iter().all(|(other, _, _)| other != id), "{id} twice");
            let names = |text: &str| {
                let mut found: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|part| part.split_once('}').map(|(n, _)| n.to_owned()))
                    .collect();
                found.sort();
                found
            };
            assert_eq!(names(de), names(en), "{id}");
        }
    }

    #[test]
    fn fills_text_once() {
        let finding = Finding::new(Rule::KeyMissing, "verfahren.yaml", "").with("name", "{name}\n{min}");
        assert_eq!(text(Lang::De, &finding), "Der Schlüssel „{name}{min}“ fehlt.");
        assert_eq!(fill("a {b", &BTreeMap::new()), "a {b");
    }

    #[test]
    fn a_rule_that_no_longer_exists_stays_readable() {
        let mut finding = Finding::new(Rule::Kind, "a", "b");
        finding.rule = "gone".into();
        assert!(!text(Lang::En, &finding).is_empty());
    }
}
