//! What is wrong with an address, a key or a signature that somebody entered, and why a call to an address failed. The codes
//! are those of `portal_core::guard`, `portal_core::package::signature` and the server's `outbound`.

use portal_model::Lang;

/// Code, German text, English text.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "address_malformed",
        "Das ist keine vollständige Web-Adresse. Sie beginnt mit https:// und enthält keine Leerzeichen.",
        "This is not a complete web address. It begins with https:// and holds no spaces.",
    ),
    ("address_too_long", "Die Adresse ist zu lang.", "The address is too long."),
    (
        "address_scheme",
        "Das Portal ruft nur verschlüsselte Adressen auf. Bitte geben Sie eine Adresse ein, die mit https:// beginnt.",
        "The portal calls encrypted addresses only. Please enter an address that begins with https://.",
    ),
    (
        "address_userinfo",
        "In der Adresse darf kein Benutzername und kein Passwort stehen (nichts vor einem @).",
        "The address may hold no user name and no password (nothing before an @).",
    ),
    (
        "address_literal",
        "Bitte geben Sie einen Rechnernamen ein, keine IP-Adresse.",
        "Please enter the name of a computer, not an IP address.",
    ),
    (
        "address_host",
        "Der Rechnername ist ungültig. Er besteht aus Buchstaben, Ziffern, Bindestrichen und Punkten und endet nicht mit einem Punkt.",
        "The name of the computer is not valid. It consists of letters, digits, hyphens and dots and does not end with a dot.",
    ),
    (
        "address_name",
        "Dieser Rechnername gilt nur in internen Netzen. Bitte geben Sie einen öffentlichen Namen ein oder wenden Sie sich an den Portalbetrieb.",
        "This name is valid in internal networks only. Please enter a public name or ask the portal's operator.",
    ),
    (
        "address_metadata",
        "Diese Adresse gehört zur Verwaltung einer Cloud. Das Portal ruft sie nie auf.",
        "This address belongs to the management of a cloud. The portal never calls it.",
    ),
    (
        "address_port",
        "Dieser Port ist nicht zugelassen. Lassen Sie ihn weg oder wenden Sie sich an den Portalbetrieb.",
        "This port is not permitted. Leave it out or ask the portal's operator.",
    ),
    (
        "address_network",
        "Der Name führt zu einer Adresse in einem internen Netz. Das Portal ruft nur öffentliche Adressen auf.",
        "The name leads to an address in an internal network. The portal calls public addresses only.",
    ),
    (
        "address_unresolved",
        "Diesen Rechnernamen gibt es nicht. Bitte prüfen Sie die Schreibweise.",
        "This name does not exist. Please check the spelling.",
    ),
    (
        "outbound_connect",
        "Unter dieser Adresse antwortet niemand. Läuft der Dienst, und lässt seine Firewall das Portal durch?",
        "Nobody answers at this address. Is the service running, and does its firewall let the portal through?",
    ),
    (
        "outbound_tls",
        "Das Zertifikat der Gegenseite ist ungültig oder gehört zu einem anderen Namen.",
        "The other side's certificate is not valid or belongs to another name.",
    ),
    (
        "outbound_timeout",
        "Die Gegenseite hat nicht rechtzeitig geantwortet. Versuchen Sie es später erneut.",
        "The other side did not answer in time. Try again later.",
    ),
    (
        "outbound_too_large",
        "Die Antwort der Gegenseite ist größer, als das Portal annimmt.",
        "The other side's answer is larger than the portal accepts.",
    ),
    (
        "outbound_redirects",
        "Die Gegenseite leitet zu oft oder ins Leere weiter. Bitte geben Sie die Adresse ein, die am Ende steht.",
        "The other side redirects too often or to nowhere. Please enter the address at the end.",
    ),
    (
        "outbound_http",
        "Die Gegenseite spricht kein gültiges HTTP oder hat abgebrochen.",
        "The other side does not speak valid HTTP or broke off.",
    ),
    (
        "key_private",
        "Das ist ein privater Schlüssel. Er gilt ab jetzt als bekannt geworden: Erzeugen Sie ein neues Paar und geben Sie hier nur den öffentlichen Schlüssel ein (PUBLIC KEY).",
        "This is a private key. It counts as disclosed from now on: make a new pair and enter only the public key here (PUBLIC KEY).",
    ),
    (
        "key_form",
        "Das ist kein öffentlicher Schlüssel im PEM-Format. Er beginnt mit -----BEGIN PUBLIC KEY----- und steht allein.",
        "This is not a public key in PEM. It begins with -----BEGIN PUBLIC KEY----- and stands alone.",
    ),
    (
        "key_certificate",
        "Das ist ein Zertifikat. Bitte geben Sie nur den öffentlichen Schlüssel ein (PUBLIC KEY).",
        "This is a certificate. Please enter only the public key (PUBLIC KEY).",
    ),
    (
        "key_rsa",
        "RSA-Schlüssel unterstützt das Portal nicht. Bitte verwenden Sie ECDSA P-256 (wie cosign) oder Ed25519.",
        "The portal does not support RSA keys. Please use ECDSA P-256 (as cosign does) or Ed25519.",
    ),
    (
        "key_curve",
        "Das Portal unterstützt nur die Kurve P-256 (prime256v1), unkomprimiert.",
        "The portal supports the curve P-256 (prime256v1) only, uncompressed.",
    ),
    (
        "key_algorithm",
        "Diese Art von Schlüssel unterstützt das Portal nicht. Bitte verwenden Sie ECDSA P-256 oder Ed25519.",
        "The portal does not support this kind of key. Please use ECDSA P-256 or Ed25519.",
    ),
    (
        "key_point",
        "Der Schlüssel ist unbrauchbar: Er liegt nicht auf seiner Kurve oder ist schwach. Erzeugen Sie einen neuen.",
        "The key is unusable: it is not on its curve or it is weak. Make a new one.",
    ),
    (
        "signature_form",
        "Das ist keine Signatur in Base64, wie cosign oder openssl mit base64 sie ausgeben.",
        "This is not a signature in base64, as written by cosign or by openssl with base64.",
    ),
    (
        "signature_wrong",
        "Die Signatur passt nicht zu Schlüssel und Paket. Wurde das Paket nach dem Signieren verändert?",
        "The signature does not fit the key and the package. Was the package changed after signing?",
    ),
];

/// The sentence of a code, if it is one of these.
pub fn text(lang: Lang, code: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _, _)| *known == code).map(|(_, de, en)| lang.pick(de, en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::error::field;
    use portal_model::form::FieldError;

    #[test]
    fn every_code_stands_once_with_both_texts_and_reaches_the_field() {
        for (i, (code, de, en)) in TEXTS.iter().enumerate() {
            assert!(!de.is_empty() && !en.is_empty() && de != en, "{code}");
            assert!(TEXTS[i + 1..].iter().all(|(other, _, _)| other != code), "{code} twice");
            assert_eq!(field(Lang::De, &FieldError::new("x", code)), *de);
        }
        assert_eq!(text(Lang::En, "never"), None);
    }
}
