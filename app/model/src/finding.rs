//! What the check of a Verfahrenspaket finds: stable rule ids with parameters, and the one table of their texts. How to
//! mend what was found stands in `advice.rs`; `server/packages/FORMAT.md` explains each rule under its anchor.

mod advice;

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
    /// Line in the file, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
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
            line: None,
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

    /// Names the line, which is also a parameter of the text.
    #[must_use]
    pub fn at_line(mut self, line: u64, column: u64) -> Self {
        self.line = Some(line).filter(|line| *line > 0);
        self.with("line", line).with("column", column)
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

/// What to do about a finding, in the person's language. Empty for a rule that no longer exists.
pub fn advice(lang: Lang, finding: &Finding) -> String {
    let rule = Rule::ALL.iter().find(|rule| rule.id() == finding.rule);
    let (de, en) = rule.map_or(("", ""), |rule| rule.advice());
    fill(lang.pick(de, en), &finding.params)
}

/// Where `server/packages/FORMAT.md` explains the rule of a finding.
pub fn anchor(finding: &Finding) -> String {
    format!("FORMAT.md#{}", finding.rule)
}

/// A finding for people and programs at once: everything it is, and what it says in a language.
#[derive(Debug, Clone, Serialize)]
pub struct Told<'a> {
    /// The finding.
    #[serde(flatten)]
    pub finding: &'a Finding,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub advice: String,
    /// Where the rule is explained.
    pub documentation: String,
}

impl<'a> Told<'a> {
    /// Tells a finding.
    pub fn new(lang: Lang, finding: &'a Finding) -> Self {
        let (text, advice) = (text(lang, finding), advice(lang, finding));
        Self { finding, text, advice, documentation: anchor(finding) }
    }
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
    UnpackedTooLarge = "paket-entpackt-zu-gross", Fehler, "Das entpackte Paket ist größer als {max} Byte.", "The unpacked package is larger than {max} bytes.";
    ArchiveRatio = "paket-verdichtung", Fehler, "Das Paket ist mehr als {max}-fach verdichtet.", "The package is compressed more than {max} times.";
    ArchiveTrailing = "paket-anhang", Fehler, "Hinter dem Archiv stehen weitere Daten.", "There are further data behind the archive.";
    SpaceMissing = "platz-fehlt", Fehler, "Das Portal konnte die Datei nicht zwischenspeichern.", "The portal could not store the file for the time of the check.";
    FileTooLarge = "datei-zu-gross", Fehler, "Die Datei ist größer als {max} Byte.", "The file is larger than {max} bytes.";
    TooManyFiles = "zu-viele-dateien", Fehler, "Das Paket enthält mehr als {max} Einträge.", "The package holds more than {max} entries.";
    PathForbidden = "pfad-unzulaessig", Fehler, "Der Pfad führt aus dem Paket hinaus oder enthält unzulässige Zeichen.", "The path leads out of the package or holds characters that are not allowed.";
    PathTooDeep = "pfad-zu-tief", Fehler, "Der Pfad ist länger als {max} Zeichen oder tiefer als {depth} Ordner.", "The path is longer than {max} characters or deeper than {depth} folders.";
    NotAFile = "keine-datei", Fehler, "Verknüpfungen, Geräte und andere besondere Einträge sind nicht erlaubt.", "Links, devices and other special entries are not allowed.";
    FileTwice = "datei-doppelt", Fehler, "Die Datei steht mehrfach im Paket, vielleicht in anderer Groß- und Kleinschreibung, oder heißt wie ein Ordner.", "The package holds this file more than once, perhaps in other upper and lower case, or it is named like a folder.";
    FileMissing = "datei-fehlt", Fehler, "Diese Datei fehlt im Paket.", "This file is missing from the package.";
    FileUnexpected = "datei-unerwartet", Hinweis, "Diese Datei wertet das Portal nicht aus.", "The portal does not read this file.";
    NotUtf8 = "kein-utf8", Fehler, "Die Datei ist kein UTF-8-Text.", "The file is not UTF-8 text.";
    YamlUnreadable = "yaml-unlesbar", Fehler, "Die Datei ist kein lesbares YAML (Zeile {line}, Spalte {column}).", "The file is not readable YAML (line {line}, column {column}).";
    JsonUnreadable = "json-unlesbar", Fehler, "Die Datei ist kein lesbares JSON (Zeile {line}, Spalte {column}).", "The file is not readable JSON (line {line}, column {column}).";
    TooManyValues = "zu-viele-werte", Fehler, "Die Datei enthält mehr als {max} Werte.", "The file holds more than {max} values.";
    TemplatesTooLarge = "vorlagen-zu-umfangreich", Fehler, "Die Vorlagen sind zusammen zu umfangreich (höchstens {max} Byte im Speicher).", "The templates are too large together (at most {max} bytes in memory).";

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
    UpgradeFromLeavesOut = "upgrade-ohne-vorgaenger", Warnung, "Von Version {version}, der letzten vor dieser, führt keine Aktualisierung hierher.", "No update leads here from version {version}, the last one before this.";
    ChangesCopied = "aenderungen-wie-zuvor", Hinweis, "Der Text über die Änderungen ist derselbe wie in Version {version}.", "The text about the changes is the same as in version {version}.";
    IdTwice = "kennung-doppelt", Fehler, "Die Kennung „{name}“ kommt mehrfach vor.", "The id \"{name}\" occurs more than once.";
    EnglishMissing = "englisch-fehlt", Hinweis, "Der englische Text fehlt; gezeigt wird der deutsche.", "The English text is missing; the German one is shown.";
    LeistungNotNational = "leistung-nicht-bundesweit", Hinweis, "Der Leistungsschlüssel beginnt nicht mit 99; er gilt nicht bundesweit.", "The key of the Leistung does not begin with 99; it is not national.";
    TestMissing = "test-fehlt", Fehler, "Das Paket enthält keinen Test (Job in „tests/“).", "The package holds no test (Job in \"tests/\").";
    TestJobMissing = "test-job-fehlt", Fehler, "Einen Job mit dem Namen „{name}“ gibt es in „tests/“ nicht.", "There is no Job named \"{name}\" in \"tests/\".";
    TestUndeclared = "test-nicht-genannt", Warnung, "Der Job „{name}“ ist in verfahren.yaml nicht als Test genannt.", "The Job \"{name}\" is not declared as a test in verfahren.yaml.";
    ManifestsMissing = "manifeste-fehlen", Fehler, "„manifests/“ enthält keine Objekte.", "\"manifests/\" holds no objects.";
    ManifestsForbidden = "manifeste-unzulaessig", Fehler, "Ein angebundenes Verfahren stellt nichts bereit und hat keine „manifests/“.", "A connected Verfahren deploys nothing and has no \"manifests/\".";
    JobMissing = "sicherung-fehlt", Fehler, "Das Paket hält Daten, hat aber keinen Job für {name}.", "The package keeps data but has no Job for {name}.";
    JobFile = "job-datei", Fehler, "In dieser Datei steht genau ein Job.", "This file holds exactly one Job.";
    MigrationPath = "umstellung-pfad", Fehler, "Die Umstellung nennt „{name}“, das es im Schema nicht gibt.", "The migration names \"{name}\", which the schema does not have.";
    MigrationTwice = "umstellung-doppelt", Fehler, "Die Umstellung nennt „{name}“ mehrfach.", "The migration names \"{name}\" more than once.";
    MigrationValue = "umstellung-wert", Fehler, "Der Wert für „{name}“ passt nicht zum Schema.", "The value for \"{name}\" does not fit the schema.";
    MigrationVersion = "umstellung-version", Fehler, "Umstellungen führen zu Versionen bis {version}, und jede nur einmal.", "Migrations lead to versions up to {version}, and to each only once.";
    RequiredAdded = "pflichtwert-neu", Fehler, "„{name}“ ist seit Version {version} Pflicht und hat weder Vorgabe noch Umstellung.", "\"{name}\" is required since version {version} and has neither a default nor a migration.";
    ValueLost = "wert-faellt-weg", Warnung, "„{name}“ aus Version {version} gibt es nicht mehr; gespeicherte Werte fallen weg.", "\"{name}\" of version {version} no longer exists; stored values are dropped.";
    ValueUnfit = "wert-passt-nicht-mehr", Warnung, "„{name}“ erlaubt weniger als in Version {version}; gespeicherte Werte können ungültig werden.", "\"{name}\" allows less than in version {version}; stored values may become invalid.";
    CheckService = "pruefung-ohne-dienst", Fehler, "Einen Dienst (Service) „{name}“ gibt es in „manifests/“ nicht.", "There is no Service \"{name}\" in \"manifests/\".";
    EndpointUnserved = "endpunkt-ohne-ingress", Warnung, "Zu diesem Endpunkt gibt es keinen Ingress.", "There is no Ingress for this endpoint.";

    // publiccode.yml, change log, software bill of materials: findings instead of rejection.
    PubliccodeKeyMissing = "publiccode-schluessel-fehlt", Warnung, "publiccode.yml verlangt „{name}“.", "publiccode.yml requires \"{name}\".";
    PubliccodeText = "publiccode-text", Warnung, "publiccode.yml verlangt hier {min} bis {max} Zeichen.", "publiccode.yml requires {min} to {max} characters here.";
    PubliccodeVersion = "publiccode-version", Hinweis, "Hier steht eine andere Version als in verfahren.yaml ({version}).", "This is another version than in verfahren.yaml ({version}).";
    PubliccodeKeyUnknown = "publiccode-schluessel-unbekannt", Hinweis, "publiccode.yml kennt „{name}“ nicht.", "publiccode.yml does not know \"{name}\".";
    PubliccodeKeyDeprecated = "publiccode-schluessel-veraltet", Hinweis, "„{name}“ ist in publiccode.yml veraltet.", "\"{name}\" is deprecated in publiccode.yml.";
    PubliccodeType = "publiccode-typ", Warnung, "publiccode.yml verlangt hier {expected}.", "publiccode.yml requires {expected} here.";
    PubliccodeValue = "publiccode-wert", Warnung, "„{value}“ gehört nicht zu den Werten, die publiccode.yml hier kennt.", "\"{value}\" is not among the values that publiccode.yml knows here.";
    PubliccodeLeistung = "publiccode-leistung", Hinweis, "Die Leistung {value} steht nur in publiccode.yml; das Portal übernimmt sie.", "The Leistung {value} stands only in publiccode.yml; the portal takes it over.";
    LicenceMissing = "lizenz-fehlt", Warnung, "Es ist keine Lizenz angegeben.", "No licence is given.";
    SourceInsecure = "quelle-adresse", Warnung, "Die Adresse des Quelltextes beginnt nicht mit https://.", "The address of the source does not begin with https://.";
    LinkGone = "adresse-nicht-gefunden", Hinweis, "Unter {value} ist nichts zu finden ({status}).", "There is nothing at {value} ({status}).";
    LinkSilent = "adresse-antwortet-nicht", Hinweis, "{value} antwortet dem Portal nicht.", "{value} does not answer the portal.";
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

    // Helm charts.
    ChartAndManifests = "chart-und-manifeste", Fehler, "Ein Paket enthält „manifests/“ oder „chart/“, nicht beides.", "A package holds \"manifests/\" or \"chart/\", not both.";
    ChartMalformed = "chart-angaben", Fehler, "Chart.yaml braucht apiVersion (v1 oder v2), name und version; das äußere Chart darf keine Bibliothek (type: library) sein.", "Chart.yaml needs apiVersion (v1 or v2), name and version; the outer chart must not be a library (type: library).";
    ChartNested = "chart-verschachtelung", Fehler, "Das Chart enthält zu viele oder zu tief geschachtelte Charts.", "The chart holds too many charts, or they are nested too deeply.";
    ChartDependencyMissing = "chart-abhaengigkeit-fehlt", Fehler, "Die Abhängigkeit „{name}“ liegt nicht in „charts/“. Das Portal lädt nichts nach: führen Sie „helm dependency update“ aus.", "The dependency \"{name}\" is not in \"charts/\". The portal downloads nothing: run \"helm dependency update\".";
    ChartCrds = "chart-crds", Fehler, "Eigene Objektarten (CRDs) sind nicht zugelassen.", "Custom resource definitions are not admitted.";
    ChartLookup = "chart-lookup", Warnung, "„lookup“ (Zeile {line}) findet hier nie etwas: das Portal wertet Charts ohne Zugriff auf ein Cluster aus.", "\"lookup\" (line {line}) never finds anything here: the portal renders charts without access to a cluster.";
    ChartClock = "chart-uhrzeit", Warnung, "„now“ (Zeile {line}) liefert jedes Mal etwas anderes; ein Objekt darf davon nicht abhängen.", "\"now\" (line {line}) gives something else each time; no object may depend on it.";
    ChartHelmMissing = "chart-helm-fehlt", Fehler, "Auf diesem Server ist helm nicht eingerichtet; Pakete mit Chart kann er weder prüfen noch einrichten.", "Helm is not set up on this server; it can neither check nor set up packages with a chart.";
    ChartNotIsolated = "chart-nicht-abgeschottet", Fehler, "Dieser Server kann helm nicht vom Netz abschotten. Der Portalbetrieb kann Charts dennoch zulassen (charts = \"unisolated\").", "This server can not keep helm from the network. The portal's operator can admit charts nevertheless (charts = \"unisolated\").";
    ChartHelmFailed = "chart-helm-gestoert", Fehler, "helm ließ sich auf diesem Server nicht ausführen.", "Helm could not be run on this server.";
    ChartTemplate = "chart-vorlage", Fehler, "helm kann die Vorlage nicht auswerten (Zeile {line}).", "Helm can not carry out the template (line {line}).";
    ChartTemplateFile = "chart-vorlage-ergebnis", Fehler, "Was diese Vorlage ergibt, ist kein lesbares YAML.", "What this template makes is not readable YAML.";
    ChartSchema = "chart-schema", Fehler, "Die Werte aus chart-values.yaml passen nicht zur values.schema.json des Charts.", "The values from chart-values.yaml do not fit the chart's values.schema.json.";
    ChartRefused = "chart-abgelehnt", Fehler, "helm lehnt das Chart ab; „helm template“ nennt den Grund.", "Helm refuses the chart; \"helm template\" tells why.";
    ChartTooSlow = "chart-frist", Fehler, "Das Chart ist nach {max} Sekunden nicht fertig ausgewertet.", "Rendering the chart takes more than {max} seconds.";
    ChartTooHungry = "chart-aufwand", Fehler, "Das Auswerten des Charts braucht zu viel Speicher oder Rechenzeit.", "Rendering the chart needs too much memory or computing time.";
    ChartTooMuch = "chart-ausgabe", Fehler, "Das Chart ergibt mehr als {max} Byte.", "The chart makes more than {max} bytes.";
    ChartObjects = "chart-objekte", Fehler, "Das Chart ergibt mehr als {max} Objekte.", "The chart makes more than {max} objects.";
    ChartEmpty = "chart-leer", Fehler, "Das Chart ergibt mit Beispielwerten kein Objekt.", "With sample values the chart makes no object.";
    ChartNotDeterministic = "chart-zufall", Fehler, "Das Chart ergibt bei gleichen Werten jedes Mal etwas anderes (Zufall, Uhrzeit, erzeugte Schlüssel). Geheime Werte gehören als x-secret ins Schema.", "With the same values the chart makes something else each time (chance, time, generated keys). Secret values belong into the schema as x-secret.";
    ChartHook = "chart-hook", Fehler, "Den Hook „{name}“ führt das Portal nicht aus. Es kennt pre-install mit pre-upgrade, post-install mit post-upgrade, und test.", "The portal does not run the hook \"{name}\". It knows pre-install with pre-upgrade, post-install with post-upgrade, and test.";
    ChartHookKind = "chart-hook-art", Fehler, "Ein Hook ist ein Job, nicht „{name}“.", "A hook is a Job, not \"{name}\".";
    ChartHookObject = "chart-hook-objekt", Hinweis, "Als Hook gekennzeichnete Objekte der Art „{name}“ werden wie die übrigen eingerichtet und bleiben.", "Objects of kind \"{name}\" that are marked as hooks are set up like the others and stay.";
    ChartHookAlways = "chart-hook-immer", Hinweis, "Der Job zu „{name}“ läuft bei jedem Einrichten und Aktualisieren; er muss wiederholbar sein.", "The Job of \"{name}\" runs at every set-up and update; it must be repeatable.";
    ChartTestPod = "chart-test-pod", Fehler, "Ein Test ist ein Job, kein Pod: nur ein Job hat Frist und Ergebnis. Verpacken Sie den Pod in einen Job mit restartPolicy Never, backoffLimit 0 und activeDeadlineSeconds.", "A test is a Job, not a Pod: only a Job has a deadline and a result. Wrap the Pod in a Job with restartPolicy Never, backoffLimit 0 and activeDeadlineSeconds.";
    ChartTestMissing = "chart-test-fehlt", Fehler, "Das Paket enthält keinen Test (Job mit helm.sh/hook: test, oder Job in „tests/“).", "The package holds no test (Job with helm.sh/hook: test, or Job in \"tests/\").";
    ChartNameLong = "chart-name-lang", Fehler, "Der Name „{name}“ ist mit dem längsten Namen einer Installation länger als {max} Zeichen. Oft hilft fullnameOverride mit $name.", "With the longest name of an installation the name \"{name}\" is longer than {max} characters. Often fullnameOverride with $name helps.";

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
    ResourcesOver = "r9-ressourcen-obergrenze", Fehler, "„{name}“ ist zu hoch: Zugelassen sind höchstens {max} je Container oder Volume.", "\"{name}\" is too high: at most {max} per container or volume are admitted.";
    ResourcesTogether = "r9-ressourcen-gesamt", Fehler, "Alle Objekte zusammen belegen {sum} „{name}“; zugelassen sind höchstens {max}.", "All objects together take {sum} of \"{name}\"; at most {max} are admitted.";
    Token = "r9-token", Fehler, "automountServiceAccountToken muss false sein, außer verfahren.yaml nennt api_access.", "automountServiceAccountToken must be false, unless verfahren.yaml declares api_access.";
    Readiness = "r9-bereitschaft", Fehler, "Ein Container, der dauerhaft läuft, braucht eine readinessProbe.", "A container that keeps running needs a readinessProbe.";
    ObjectTooLarge = "r9-objekt-zu-gross", Fehler, "Das Objekt ist größer als {max} Byte.", "The object is larger than {max} bytes.";
    TooManyObjects = "r9-zu-viele-objekte", Fehler, "Das Paket stellt mehr als {max} Objekte bereit.", "The package deploys more than {max} objects.";
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
    SbomPurlMissing = "sbom-ohne-purl", Hinweis, "Bestandteile ohne Paket-Adresse (purl): {count}, zuerst „{name}“. Meldungen über Schwachstellen lassen sich ihnen schwer zuordnen.", "Components without a package address (purl): {count}, the first is \"{name}\". Advisories about vulnerabilities are hard to match with them.";
    SbomLicenceMissing = "sbom-ohne-lizenz", Hinweis, "Bestandteile ohne Lizenzangabe: {count}, zuerst „{name}“.", "Components without a licence: {count}, the first is \"{name}\".";
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
            let (mend_de, mend_en) = Rule::ALL[i].advice();
            assert!(!mend_de.is_empty() && !mend_en.is_empty() && mend_de != mend_en, "{id}");
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
