//! How to mend what a rule found: one line for each rule, German and English. `match` is exhaustive, so a rule without
//! advice does not compile.

use super::Rule;

macro_rules! advice {
    ($($name:ident => $de:literal, $en:literal;)*) => {
        impl Rule {
            /// What to do, German and English. Parameters in braces are those of the finding's text.
            pub fn advice(self) -> (&'static str, &'static str) {
                match self { $(Rule::$name => ($de, $en),)* }
            }
        }
    };
}

advice! {
    // The archive.
    ArchiveUnreadable => "Packen Sie den Ordner mit „portal package build“ neu.", "Pack the folder again with `portal package build`.";
    ArchiveTooLarge => "Nehmen Sie Abbilder und große Dateien aus dem Paket; Abbilder gehören in eine Registry.", "Take images and large files out of the package; images belong into a registry.";
    UnpackedTooLarge => "Nehmen Sie Dateien heraus, die zur Bereitstellung nicht nötig sind.", "Take out files that deploying does not need.";
    ArchiveRatio => "Ersetzen Sie Dateien, die fast nur aus Wiederholungen bestehen, oder legen Sie sie anderswo ab.", "Replace files that hardly hold anything but repetitions, or keep them elsewhere.";
    ArchiveTrailing => "Packen Sie das Archiv neu; hängen Sie nichts an die fertige Datei an.", "Pack the archive again; append nothing to the finished file.";
    SpaceMissing => "Versuchen Sie es später noch einmal; der Betrieb des Portals prüft den freien Platz im Ordner für temporäre Dateien.", "Try again later; the operator of the portal checks the free space in the folder for temporary files.";
    FileTooLarge => "Teilen Sie die Datei, oder nehmen Sie heraus, was das Portal nicht braucht.", "Split the file, or take out what the portal does not need.";
    TooManyFiles => "Nehmen Sie Dateien heraus, die zur Bereitstellung nicht nötig sind.", "Take out files that deploying does not need.";
    PathForbidden => "Benennen Sie Datei oder Ordner um: Buchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich; kein Punkt am Anfang.", "Rename the file or folder: plain letters, digits, dot, hyphen and underscore; no dot at the beginning.";
    PathTooDeep => "Kürzen Sie Namen, oder legen Sie die Datei in weniger Ordner.", "Shorten names, or put the file into fewer folders.";
    NotAFile => "Ersetzen Sie die Verknüpfung durch die Datei, auf die sie zeigt.", "Replace the link by the file that it points to.";
    FileTwice => "Lassen Sie eine der Dateien weg, oder benennen Sie eine um.", "Leave one of the files out, or rename one.";
    FileMissing => "Legen Sie die Datei an; FORMAT.md beschreibt ihren Inhalt.", "Add the file; FORMAT.md describes what is in it.";
    FileUnexpected => "Prüfen Sie Namen und Ordner. Wird die Datei nicht gebraucht, lassen Sie sie weg.", "Check name and folder. If the file is not needed, leave it out.";
    NotUtf8 => "Speichern Sie die Datei als UTF-8.", "Save the file as UTF-8.";
    YamlUnreadable => "Berichtigen Sie die genannte Zeile: Einrückung, Anführungszeichen, doppelte Schlüssel, zu viele Anker.", "Correct the line that is named: indentation, quotation marks, keys that occur twice, too many anchors.";
    JsonUnreadable => "Berichtigen Sie die genannte Zeile; häufig fehlt ein Komma oder steht eines zu viel.", "Correct the line that is named; often there is a comma too few or too many.";
    TooManyValues => "Teilen Sie die Datei, oder kürzen Sie sie.", "Split the file, or shorten it.";
    TemplatesTooLarge => "Kürzen Sie lange Texte und Listen in den Vorlagen, und setzen Sie lange Werte nicht vielfach ein.", "Shorten long texts and lists in the templates, and do not insert long values many times.";

    // verfahren.yaml.
    KeyUnknown => "Prüfen Sie die Schreibweise, oder entfernen Sie den Schlüssel; verfahren.schema.json zeigt Ihrem Editor, was es gibt.", "Check the spelling, or remove the key; verfahren.schema.json shows your editor what there is.";
    KeyMissing => "Ergänzen Sie „{name}“.", "Add \"{name}\".";
    TypeWrong => "Schreiben Sie einen Wert dieses Typs. Kennungen aus Ziffern brauchen Anführungszeichen.", "Write a value of this type. Ids made of digits need quotation marks.";
    ValueForbidden => "Wählen Sie einen der genannten Werte.", "Choose one of the values that are named.";
    FormWrong => "Passen Sie den Wert der genannten Form an.", "Make the value follow the form that is named.";
    LimitBroken => "Kürzen oder ergänzen Sie, bis die Grenze eingehalten ist.", "Shorten or add until it is within the limit.";
    VersionInvalid => "Schreiben Sie drei Zahlen mit Punkten, etwa 1.4.0.", "Write three numbers with dots, such as 1.4.0.";
    RangeInvalid => "Schreiben Sie etwa „>=1.0.0, <2.0.0“.", "Write for example \">=1.0.0, <2.0.0\".";
    UpgradeFromSelf => "Schließen Sie diese Version aus, etwa mit „<1.4.0“.", "Exclude this version, for example with \"<1.4.0\".";
    UpgradeFromLeavesOut => "Nehmen Sie {version} in „upgrade_from“ auf. Sonst bleiben Verwaltungen mit dieser Version auf ihr stehen.", "Include {version} in \"upgrade_from\". Otherwise Verwaltungen that run this version are left behind on it.";
    ChangesCopied => "Schreiben Sie unter „changes“, was sich mit dieser Version für die Verwaltung ändert.", "Write under \"changes\" what changes for the Verwaltung with this version.";
    IdTwice => "Geben Sie jedem Eintrag eine eigene Kennung.", "Give each entry an id of its own.";
    EnglishMissing => "Ergänzen Sie den englischen Text, wenn Sie einen haben.", "Add the English text if you have one.";
    LeistungNotNational => "Nichts zu tun, wenn die Leistung nur in einem Land gilt; sonst den bundesweiten Schlüssel nennen.", "Nothing to do if the Leistung is one of a single Land; otherwise name the national key.";
    TestMissing => "Legen Sie unter „tests/“ einen Job ab, der scheitert, wenn ein Wert falsch ist.", "Add a Job in \"tests/\" that fails when a value is wrong.";
    TestJobMissing => "Nennen Sie einen Job in „tests/“ so ($name), oder berichtigen Sie verfahren.yaml.", "Give a Job in \"tests/\" this name ($name), or correct verfahren.yaml.";
    TestUndeclared => "Nennen Sie den Job unter „tests“ in verfahren.yaml, mit einem Satz für die Sachbearbeitung.", "Name the Job under \"tests\" in verfahren.yaml, with a sentence for the clerk.";
    ManifestsMissing => "Legen Sie die Objekte ab, oder setzen Sie „provisioning: connected“.", "Add the objects, or set \"provisioning: connected\".";
    ManifestsForbidden => "Entfernen Sie den Ordner, oder setzen Sie „provisioning: deploy“.", "Remove the folder, or set \"provisioning: deploy\".";
    JobMissing => "Legen Sie „jobs/{name}.yaml“ mit einem Job an. Ohne Sicherung gibt es keine Aktualisierung.", "Add \"jobs/{name}.yaml\" with a Job. Without a backup there is no update.";
    JobFile => "Lassen Sie genau ein Objekt der Art Job in der Datei.", "Leave exactly one object of kind Job in the file.";
    MigrationPath => "Berichtigen Sie den Pfad; „rename“, „set“ und „ask“ nennen Felder dieser Version.", "Correct the path; \"rename\", \"set\" and \"ask\" name fields of this version.";
    MigrationTwice => "Nennen Sie jedes Feld je Umstellung nur einmal.", "Name each field only once in a migration.";
    MigrationValue => "Setzen Sie einen Wert, den das Schema erlaubt.", "Set a value that the schema allows.";
    MigrationVersion => "Setzen Sie „to“ auf die Version, mit der sich das Schema änderte.", "Set \"to\" to the version with which the schema changed.";
    RequiredAdded => "Geben Sie eine Vorgabe an, oder nennen Sie „{name}“ in einer Umstellung unter „set“ oder „ask“.", "Give a default, or name \"{name}\" in a migration under \"set\" or \"ask\".";
    ValueLost => "Wurde das Feld umbenannt, nennen Sie es in einer Umstellung unter „rename“.", "If the field was renamed, name it in a migration under \"rename\".";
    ValueUnfit => "Nennen Sie das Feld in einer Umstellung unter „ask“, damit die Verwaltung gefragt wird.", "Name the field in a migration under \"ask\", so that the Verwaltung is asked.";
    CheckService => "Nennen Sie unter „service“ den Namen ($name) eines Dienstes des Pakets.", "Name a Service of the package ($name) under \"service\".";
    EndpointUnserved => "Legen Sie einen Ingress an, oder entfernen Sie den Endpunkt.", "Add an Ingress, or remove the endpoint.";

    // publiccode.yml, change log, software bill of materials.
    PubliccodeKeyMissing => "Ergänzen Sie „{name}“, damit Kataloge die Software aufnehmen.", "Add \"{name}\", so that catalogues take the software in.";
    PubliccodeText => "Kürzen oder ergänzen Sie den Text.", "Shorten the text or add to it.";
    PubliccodeVersion => "Setzen Sie softwareVersion auf {version}.", "Set softwareVersion to {version}.";
    PubliccodeKeyUnknown => "Prüfen Sie die Schreibweise; das Portal behält den Schlüssel.", "Check the spelling; the portal keeps the key.";
    PubliccodeKeyDeprecated => "Entfernen Sie den Schlüssel bei Gelegenheit; das Portal behält ihn.", "Remove the key some time; the portal keeps it.";
    PubliccodeType => "Ändern Sie den Wert. Versionen brauchen Anführungszeichen.", "Change the value. Versions need quotation marks.";
    PubliccodeValue => "Wählen Sie einen Wert der Norm: {allowed}", "Choose a value of the standard: {allowed}";
    PubliccodeLeistung => "Nennen Sie die Leistung mit ihrem Namen auch in verfahren.yaml.", "Name the Leistung with its name in verfahren.yaml too.";
    LicenceMissing => "Nennen Sie unter legal.license die Lizenz als SPDX-Ausdruck, etwa EUPL-1.2.", "Name the licence under legal.license as an SPDX expression, such as EUPL-1.2.";
    SourceInsecure => "Nennen Sie die https-Adresse des Repositorys.", "Name the https address of the repository.";
    LinkGone => "Berichtigen Sie die Adresse, oder stellen Sie die Seite wieder bereit.", "Correct the address, or bring the page back.";
    LinkSilent => "Prüfen Sie die Schreibweise, und ob die Adresse öffentlich erreichbar ist. War sie nur kurz gestört, ist nichts zu tun.", "Check the spelling, and whether the address can be reached publicly. If it was only disturbed for a while there is nothing to do.";
    ChangelogMissing => "Legen Sie CHANGELOG.md an, mit einer Überschrift je Version.", "Add CHANGELOG.md with a heading for each version.";
    ChangelogVersion => "Ergänzen Sie eine Überschrift „## {version}“ mit den Änderungen.", "Add a heading \"## {version}\" with the changes.";
    SbomMissing => "Erzeugen Sie die Stückliste beim Bauen, und legen Sie sie als sbom.cdx.json ab.", "Generate the bill of materials when building, and add it as sbom.cdx.json.";
    SbomFormat => "Erzeugen Sie die Stückliste im Format CycloneDX (JSON).", "Generate the bill of materials in the format CycloneDX (JSON).";

    // config.schema.json.
    SchemaKeyword => "Entfernen Sie das Schlüsselwort, oder drücken Sie es mit den unterstützten aus; FORMAT.md zählt sie auf.", "Remove the keyword, or say it with those that are supported; FORMAT.md lists them.";
    SchemaType => "Setzen Sie „type“ auf einen der genannten Typen.", "Set \"type\" to one of the types that are named.";
    SchemaName => "Benennen Sie das Feld um.", "Rename the field.";
    SchemaSize => "Fassen Sie Felder zusammen, oder teilen Sie das Verfahren.", "Combine fields, or divide the Verfahren.";
    SchemaValue => "Berichtigen Sie den Wert des Schlüsselworts.", "Correct the value of the keyword.";
    SchemaPattern => "Berichtigen oder kürzen Sie den regulären Ausdruck; Rückverweise und Vorausschau gibt es nicht.", "Correct or shorten the regular expression; there are no back-references and no look-around.";
    SchemaDefault => "Wählen Sie eine Vorgabe, die das Feld erlaubt.", "Choose a default that the field allows.";
    SchemaCondition => "Nennen Sie ein Feld, das weiter oben steht und Ja/Nein oder eine Auswahl ist.", "Name a field that stands further up and is a yes/no or a choice.";
    SchemaCombination => "Entfernen Sie eines der beiden Schlüsselwörter.", "Remove one of the two keywords.";
    SchemaTitle => "Ergänzen Sie „title“; er steht im Formular.", "Add \"title\"; it stands in the form.";
    SchemaGroup => "Erklären Sie die Gruppe in „x-groups“, oder berichtigen Sie den Namen.", "Declare the group in \"x-groups\", or correct the name.";
    SchemaRequired => "Ergänzen Sie das Feld, oder nehmen Sie es aus „required“.", "Add the field, or take it out of \"required\".";

    // Templates.
    PlaceholderUnknown => "Verwenden Sie $value, $secret, $name, $target, $json, $concat oder $if.", "Use $value, $secret, $name, $target, $json, $concat or $if.";
    PlaceholderForm => "Ein Platzhalter ist eine Zuordnung mit einem Schlüssel; FORMAT.md zeigt die Form von „{name}“.", "A placeholder is a map with one key; FORMAT.md shows the form of \"{name}\".";
    PlaceholderPath => "Ergänzen Sie das Feld im Schema, oder berichtigen Sie den Pfad.", "Add the field to the schema, or correct the path.";
    PlaceholderSecret => "Legen Sie den Wert in ein Secret, und verweisen Sie mit secretKeyRef oder secretRef darauf.", "Put the value into a Secret, and refer to it with secretKeyRef or secretRef.";
    PlaceholderNotSecret => "Schreiben Sie $value, oder kennzeichnen Sie das Feld im Schema mit x-secret.", "Write $value, or mark the field in the schema with x-secret.";
    PlaceholderStage => "Verwenden Sie host, ingressClass, storageClass oder tlsSecret.", "Use host, ingressClass, storageClass or tlsSecret.";

    // Filling in.
    InstanceName => "Wählen Sie einen kürzeren Namen aus Kleinbuchstaben, Ziffern und Bindestrich.", "Choose a shorter name of small letters, digits and hyphens.";
    SecretMissing => "Tragen Sie den Wert in den Angaben ein.", "Enter the value in the configuration.";
    TargetFactMissing => "Der Betreiber des Rechenzentrums ergänzt die Angabe bei der Zielumgebung.", "The operator of the data centre adds it to the target.";
    ValuesInvalid => "Berichtigen Sie den Wert in den Angaben.", "Correct the value in the configuration.";

    // R9.
    Object => "Ergänzen Sie, was fehlt.", "Add what is missing.";
    Kind => "Verwenden Sie eine der zugelassenen Arten; FORMAT.md zählt sie auf.", "Use one of the kinds that are admitted; FORMAT.md lists them.";
    ApiVersion => "Setzen Sie apiVersion auf {expected}.", "Set apiVersion to {expected}.";
    TestKind => "Verschieben Sie das Objekt nach „manifests/“.", "Move the object to \"manifests/\".";
    ObjectTwice => "Geben Sie einem der Objekte einen anderen Namen.", "Give one of the objects another name.";
    Name => "Schreiben Sie den Namen als $name mit einem kurzen Zusatz.", "Write the name as $name with a short suffix.";
    Reference => "Verweisen Sie nur auf Objekte dieses Pakets, mit $name.", "Refer only to objects of this package, with $name.";
    Metadata => "Lassen Sie nur Name, Labels und Anmerkungen stehen.", "Leave only name, labels and annotations.";
    Annotation => "Entfernen Sie die Anmerkung; was der Controller des Rechenzentrums tut, legt dessen Betreiber fest.", "Remove the annotation; what the data centre's controller does is up to its operator.";
    Selector => "Setzen Sie ein Label mit $name auf die Pods, und wählen Sie danach aus.", "Put a label with $name on the pods, and select by it.";
    Image => "Ergänzen Sie den Digest des Abbilds hinter dem Namen.", "Add the digest of the image behind its name.";
    Resources => "Setzen Sie unter resources {name} für cpu und memory.", "Set {name} for cpu and memory under resources.";
    ResourcesOver => "Verringern Sie den Wert; wer mehr braucht, verteilt es auf mehrere Replikate.", "Lower the value; what needs more is spread over several replicas.";
    ResourcesTogether => "Verringern Sie limits, replicas, parallelism oder den Speicherplatz.", "Lower limits, replicas, parallelism or the storage.";
    Token => "Setzen Sie automountServiceAccountToken auf false. Braucht das Verfahren die API wirklich, setzen Sie „api_access: true“ in verfahren.yaml.", "Set automountServiceAccountToken to false. If the Verfahren really needs the API, set \"api_access: true\" in verfahren.yaml.";
    Readiness => "Ergänzen Sie eine readinessProbe, die erst gelingt, wenn der Container Anfragen beantwortet.", "Add a readinessProbe that succeeds only when the container answers requests.";
    ObjectTooLarge => "Teilen Sie das Objekt, oder legen Sie große Inhalte ins Abbild.", "Split the object, or put large contents into the image.";
    TooManyObjects => "Fassen Sie Objekte zusammen, oder teilen Sie das Verfahren.", "Combine objects, or divide the Verfahren.";
    HostAccess => "Entfernen Sie die Angabe.", "Remove it.";
    Privileged => "Entfernen Sie „privileged“.", "Remove \"privileged\".";
    Escalation => "Setzen Sie allowPrivilegeEscalation im securityContext des Containers auf false.", "Set allowPrivilegeEscalation to false in the container's securityContext.";
    Capabilities => "Setzen Sie capabilities auf { drop: [ALL] }; für Ports unter 1024 dazu add: [NET_BIND_SERVICE].", "Set capabilities to { drop: [ALL] }; for ports below 1024 with add: [NET_BIND_SERVICE].";
    NonRoot => "Setzen Sie runAsNonRoot auf true, und wählen Sie einen Benutzer größer als 0, den das Abbild kennt.", "Set runAsNonRoot to true, and choose a user greater than 0 that the image knows.";
    Seccomp => "Setzen Sie seccompProfile auf { type: RuntimeDefault }.", "Set seccompProfile to { type: RuntimeDefault }.";
    Volume => "Verwenden Sie configMap, secret, emptyDir, projected, downwardAPI, ephemeral oder persistentVolumeClaim.", "Use configMap, secret, emptyDir, projected, downwardAPI, ephemeral or persistentVolumeClaim.";
    SecurityProfile => "Entfernen Sie die Angabe; die Vorgabe der Laufzeit gilt dann.", "Remove it; the default of the runtime then applies.";
    Scheduling => "Entfernen Sie die Angabe; das Rechenzentrum plant selbst.", "Remove it; the data centre schedules by itself.";
    ServiceType => "Setzen Sie type auf ClusterIP, und machen Sie das Verfahren über einen Ingress erreichbar.", "Set type to ClusterIP, and make the Verfahren reachable through an Ingress.";
    IngressHost => "Schreiben Sie host, hosts und ingressClassName mit $target; jede Regel braucht einen host.", "Write host, hosts and ingressClassName with $target; every rule needs a host.";
    SecretType => "Setzen Sie type auf Opaque.", "Set type to Opaque.";
    TextOnly => "Setzen Sie den Wert in $concat oder in Anführungszeichen.", "Put the value into $concat or into quotation marks.";
    Storage => "Ergänzen Sie resources.requests.storage, etwa 5Gi.", "Add resources.requests.storage, such as 5Gi.";
    Restart => "Setzen Sie restartPolicy auf Never, und bei Tests und Sicherungen backoffLimit auf 0.", "Set restartPolicy to Never, and backoffLimit to 0 for tests and backups.";
    Deadline => "Setzen Sie activeDeadlineSeconds auf höchstens {max}.", "Set activeDeadlineSeconds to at most {max}.";
    Replicas => "Verringern Sie replicas.", "Lower replicas.";
    NetworkPolicyAdded => "Nichts zu tun. Wer mehr einschränken will, legt eine eigene NetworkPolicy bei.", "Nothing to do. Add a NetworkPolicy of your own if you want to restrict more.";
    NetworkPolicyOpen => "Wählen Sie die Pods mit einem Label, dessen Wert mit $name gebildet ist.", "Select the pods by a label whose value is made with $name.";
    SbomVersion => "Nichts zu tun. Eine Ausgabe von CycloneDX 1.2 bis 1.7 wird ganz verstanden.", "Nothing to do. An edition of CycloneDX from 1.2 to 1.7 is understood completely.";
    SbomLimit => "Beschränken Sie die Stückliste auf das, was ausgeliefert wird.", "Limit the bill of materials to what is delivered.";
    SbomComponent => "Erzeugen Sie die Stückliste mit einem Werkzeug, das zu jedem Bestandteil einen Namen schreibt.", "Make the bill of materials with a tool that writes a name for each component.";
    SbomPurl => "Berichtigen Sie die Paket-Adressen: pkg:typ/name@version.", "Correct the package addresses: pkg:type/name@version.";
    SbomLicence => "Verwenden Sie Kennungen der SPDX-Liste, etwa „EUPL-1.2“.", "Use identifiers of the SPDX list, such as \"EUPL-1.2\".";
    SbomPurlMissing => "Erzeugen Sie die Stückliste mit einem Werkzeug, das Paket-Adressen schreibt, etwa pkg:npm/….", "Make the bill of materials with a tool that writes package addresses, such as pkg:npm/….";
    SbomLicenceMissing => "Nennen Sie unter licenses die Lizenz jedes Bestandteils, etwa „EUPL-1.2“.", "Name the licence of each component under licenses, such as \"EUPL-1.2\".";
    SbomEmpty => "Legen Sie eine Stückliste bei, die die Bestandteile nennt.", "Add a bill of materials that names the components.";
    ChartAndManifests => "Entfernen Sie einen der beiden Ordner.", "Remove one of the two folders.";
    ChartMalformed => "Ergänzen Sie die fehlenden Angaben in chart/Chart.yaml.", "Add what is missing in chart/Chart.yaml.";
    ChartNested => "Fassen Sie Charts zusammen.", "Combine charts.";
    ChartDependencyMissing => "Führen Sie „helm dependency update“ aus, und legen Sie chart/charts/ mit ins Paket.", "Run \"helm dependency update\", and put chart/charts/ into the package.";
    ChartCrds => "Verwenden Sie nur die zugelassenen Objektarten.", "Use the admitted kinds of objects only.";
    ChartLookup => "Ersetzen Sie „lookup“ durch einen Wert aus chart-values.yaml.", "Replace \"lookup\" by a value from chart-values.yaml.";
    ChartClock => "Entfernen Sie „now“ aus der Vorlage.", "Remove \"now\" from the template.";
    ChartHelmMissing => "Wenden Sie sich an den Portalbetrieb, oder liefern Sie das Paket mit „manifests/“.", "Ask the portal's operator, or deliver the package with \"manifests/\".";
    ChartNotIsolated => "Wenden Sie sich an den Portalbetrieb, oder liefern Sie das Paket mit „manifests/“.", "Ask the portal's operator, or deliver the package with \"manifests/\".";
    ChartHelmFailed => "Versuchen Sie es später noch einmal, oder wenden Sie sich an den Portalbetrieb.", "Try again later, or ask the portal's operator.";
    ChartTemplate => "„helm template“ mit den Beispielwerten nennt die Ursache.", "\"helm template\" with the sample values names the cause.";
    ChartTemplateFile => "Prüfen Sie Einrückung und Anführungszeichen (nindent, quote).", "Check indentation and quotation marks (nindent, quote).";
    ChartSchema => "Gleichen Sie chart-values.yaml mit der values.schema.json des Charts ab.", "Adjust chart-values.yaml to the chart's values.schema.json.";
    ChartRefused => "Führen Sie „helm template“ selbst aus, und beheben Sie, was es meldet.", "Run \"helm template\" yourself, and mend what it reports.";
    ChartTooSlow => "Suchen Sie nach einer Schleife ohne Ende.", "Look for a loop without an end.";
    ChartTooHungry => "Suchen Sie nach einer Vorlage, die sehr viel Text erzeugt.", "Look for a template that makes very much text.";
    ChartTooMuch => "Verkleinern Sie, was das Chart erzeugt; große Inhalte gehören ins Abbild.", "Lessen what the chart makes; large contents belong into the image.";
    ChartObjects => "Fassen Sie Objekte zusammen, oder teilen Sie das Verfahren.", "Combine objects, or divide the Verfahren.";
    ChartEmpty => "Prüfen Sie die Schalter in chart-values.yaml.", "Check the switches in chart-values.yaml.";
    ChartNotDeterministic => "Nehmen Sie das Kennwort als x-secret ins Schema, und geben Sie es mit $secret ins Chart.", "Put the password into the schema as x-secret, and give it to the chart with $secret.";
    ChartHook => "Verwenden Sie einen der genannten Hooks, oder machen Sie ein gewöhnliches Objekt daraus.", "Use one of the hooks named, or make it an ordinary object.";
    ChartHookKind => "Verpacken Sie den Schritt in einen Job.", "Put the step into a Job.";
    ChartHookObject => "Nichts zu tun. Entfernen Sie die Anmerkung, damit es alle erkennen.", "Nothing to do. Remove the annotation, so that everybody sees it.";
    ChartHookAlways => "Nichts zu tun, wenn der Job wiederholbar ist.", "Nothing to do if the Job can be repeated.";
    ChartTestPod => "Setzen Sie kind auf Job mit spec.template.", "Set kind to Job with spec.template.";
    ChartTestMissing => "Ergänzen Sie einen Job mit „helm.sh/hook: test“.", "Add a Job with \"helm.sh/hook: test\".";
    ChartNameLong => "Setzen Sie fullnameOverride in chart-values.yaml mit $name.", "Set fullnameOverride in chart-values.yaml with $name.";
}
