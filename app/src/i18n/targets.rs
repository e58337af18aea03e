//! Words for what operators do with their targets, and the errors of those forms.

use super::texts;
use portal_model::{
    Lang,
    operating::{EvidenceKind, Excess},
};

texts! {
    /// Kind of evidence.
    evidence_kind(EvidenceKind) {
        EvidenceKind::C5 => "C5-Testat", "C5 attestation";
        EvidenceKind::Iso27001 => "ISO/IEC 27001", "ISO/IEC 27001";
        EvidenceKind::PenetrationTest => "Penetrationstest", "Penetration test";
    }
    /// A permission beyond one namespace.
    excess(Excess) {
        Excess::Everything => "Alles im ganzen Cluster (*): wie eine Clusterverwaltung", "Everything in the whole cluster (*): like a cluster administrator";
        Excess::AllSecrets => "Geheimnisse (Secrets) in allen Namespaces lesen", "Reading secrets in all namespaces";
        Excess::SystemSecrets => "Geheimnisse (Secrets) in kube-system lesen", "Reading secrets in kube-system";
        Excess::AllWorkloads => "Deployments in allen Namespaces anlegen", "Creating deployments in all namespaces";
        Excess::Nodes => "Knoten (nodes) sehen", "Seeing nodes";
        Excess::Namespaces => "Namespaces anlegen", "Creating namespaces";
        Excess::Roles => "Clusterweite Rechte vergeben (clusterrolebindings)", "Granting rights in the whole cluster (clusterrolebindings)";
        Excess::Impersonate => "Als jemand anderes auftreten (impersonate)", "Acting as somebody else (impersonate)";
    }
}

/// Day of the week, 0 is Monday.
pub fn weekday(l: Lang, day: usize) -> &'static str {
    let days = [
        ("Montag", "Monday"),
        ("Dienstag", "Tuesday"),
        ("Mittwoch", "Wednesday"),
        ("Donnerstag", "Thursday"),
        ("Freitag", "Friday"),
        ("Samstag", "Saturday"),
        ("Sonntag", "Sunday"),
    ];
    days.get(day).map_or("", |(de, en)| l.pick(de, en))
}

/// The sentence of an error at a field of these forms; `None` for other codes.
pub fn field(l: Lang, code: &str) -> Option<&'static str> {
    let found = TEXTS.iter().find(|(known, _, _)| *known == code);
    found.map(|(_, de, en)| l.pick(de, en))
}

/// Codes with their texts.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "window_line",
        "Diese Zeile liest das Portal nicht als Zeitfenster: „{line}“. Schreiben Sie zum Beispiel „Mo-Fr 22:00-06:00“.",
        "The portal does not read this line as a window: “{line}”. Write “Mo-Fr 22:00-06:00”, for example.",
    ),
    (
        "mirror_line",
        "Diese Zeile liest das Portal nicht: „{line}“. Schreiben Sie zum Beispiel „docker.io = registry.intern.example/hub“, ohne Version und ohne https://.",
        "The portal does not read this line: “{line}”. Write “docker.io = registry.intern.example/hub”, for example, without version and https://.",
    ),
    ("mirror_twice", "Diese Registry steht zweimal da: „{line}“.", "This registry stands there twice: “{line}”."),
    ("too_many_lines", "Das sind mehr als {max}.", "These are more than {max}."),
    (
        "moment",
        "Bitte geben Sie Tag und Uhrzeit an, zum Beispiel 2026-11-23T22:00.",
        "Please enter day and time, such as 2026-11-23T22:00.",
    ),
    ("ends_before_it_begins", "Das Ende muss nach dem Beginn liegen.", "The end has to lie after the beginning."),
    ("in_the_past", "Das liegt schon in der Vergangenheit.", "This lies in the past already."),
    (
        "too_long",
        "Das ist länger als {max} Tage. Kündigen Sie die Arbeiten in Teilen an.",
        "This is longer than {max} days. Announce the work in parts.",
    ),
    (
        "namespace",
        "Namespaces bestehen aus höchstens 63 Kleinbuchstaben, Ziffern und Bindestrichen.",
        "Namespaces consist of at most 63 small letters, digits and hyphens.",
    ),
    (
        "pattern",
        "Das Muster muss „{verwaltung}“ enthalten; dort steht dann der Kurzname.",
        "The pattern has to contain “{verwaltung}”, where the short name then stands.",
    ),
    ("unknown_choice", "Diese Auswahl gibt es nicht.", "This choice does not exist."),
    ("choose_one", "Bitte wählen Sie mindestens eine Verwaltung.", "Please choose at least one administration."),
    (
        "domain",
        "Bitte geben Sie einen Domainnamen ein, zum Beispiel verfahren.example.",
        "Please enter a domain name, such as verfahren.example.",
    ),
    (
        "object_name",
        "Namen in Kubernetes bestehen aus Kleinbuchstaben, Ziffern, Bindestrichen und Punkten.",
        "Names in Kubernetes consist of small letters, digits, hyphens and dots.",
    ),
    ("too_large_credential", "Das ist größer als {max} kB.", "This is larger than {max} kB."),
    (
        "other_server",
        "Diese Zugangsdaten gelten für einen anderen API-Server als {server}. Ein anderer Server ist eine neue Zielumgebung.",
        "This credential is for another API server than {server}. Another server is a new target.",
    ),
    (
        "permissions_missing",
        "Es fehlen Berechtigungen; der Bericht nennt sie. Wenden Sie das YAML an und prüfen Sie noch einmal.",
        "Permissions are missing; the report names them. Apply the YAML and check again.",
    ),
    (
        "permissions_excessive",
        "Die Zugangsdaten dürfen mehr, als das Portal braucht; der Bericht nennt es. Verwenden Sie engere, oder bestätigen Sie, dass das so sein soll.",
        "The credential may do more than the portal needs; the report names it. Use a narrower one, or confirm that this is intended.",
    ),
    (
        "probe_missing",
        "Dieses Portal prüft keine Zielumgebungen. Der Portalbetrieb registriert sie an der Befehlszeile.",
        "This portal does not check targets. Whoever runs the portal registers them at the command line.",
    ),
    ("kubeconfig_unreadable", "Das ist keine Kubeconfig.", "This is not a kubeconfig."),
    ("kubeconfig_missing", "In der Kubeconfig fehlt: {what}.", "The kubeconfig lacks: {what}."),
    (
        "kubeconfig_plugin",
        "Die Kubeconfig startet zur Anmeldung ein Programm ({what}). Verwenden Sie das Token eines ServiceAccounts.",
        "The kubeconfig starts a program to sign in ({what}). Use the token of a ServiceAccount.",
    ),
    (
        "kubeconfig_file",
        "Die Kubeconfig verweist auf eine Datei ({what}). Betten Sie sie ein: kubectl config view --raw --minify --flatten",
        "The kubeconfig names a file ({what}). Embed it: kubectl config view --raw --minify --flatten",
    ),
    ("kubeconfig_unsupported", "Das kann das Portal nicht verwenden: {what}.", "The portal cannot use this: {what}."),
    (
        "kubeconfig_insecure",
        "Der Server ist nicht durch TLS mit geprüftem Zertifikat geschützt.",
        "The server is not protected by TLS with a checked certificate.",
    ),
    (
        "kubeconfig_ca",
        "Das ist kein Zertifikat in PEM oder dessen base64-Form.",
        "This is no certificate in PEM, nor its base64 form.",
    ),
];

/// Codes that have a text here.
pub fn codes() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(code, _, _)| *code)
}
