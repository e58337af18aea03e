//! Which host names are taken, and which are reserved.
//!
//! Sources: RFC 1123 2.1 and RFC 5891 (host names), the IANA registry of Special-Use Domain Names (RFC 6761 with its
//! successors), RFC 6762 appendix G and ICANN's names at risk of collision (names that networks use inside).

/// Top-level names that are never public. `arpa` is for infrastructure (RFC 3172), `svc` and `cluster` are Kubernetes'.
const RESERVED: &[&str] = &[
    "alt",
    "arpa",
    "cluster",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "svc",
    "test",
];

/// Metadata services of clouds by name.
const METADATA: &[&str] = &[
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.azure.com",
    "metadata.platformequinix.com",
    "metadata.packet.net",
    "metadata.tencentyun.com",
    "metadata.oraclecloud.com",
    "rancher-metadata",
    "instance-data",
    "instance-data.ec2.internal",
];

/// Letters, digits and hyphens in labels of at most 63 characters, together at most 253; hyphens neither at an end nor as third
/// and fourth character unless the label is punycode. The parser has checked that punycode is what it says.
pub fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
                && (label.get(2..4) != Some("--") || label.starts_with("xn--"))
        })
}

/// Whether a host was entered in characters that mean themselves. Beyond ASCII these are the Latin letters that German and
/// European registries know; others, which look like ASCII or turn into it (ſ, ĳ, ｅ, 。), are entered as `xn--…`.
pub fn is_entered_well(host: &str) -> bool {
    let letter = |c: char| matches!(c, '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{142}'..='\u{148}' | '\u{14b}'..='\u{17e}');
    host.chars().all(|c| if c.is_ascii() { c.is_ascii_alphanumeric() || matches!(c, '.' | '-') } else { letter(c) })
}

/// Reserved, or a single label, which search lists complete to something inside.
pub fn is_reserved(name: &str) -> bool {
    !name.contains('.') || RESERVED.iter().any(|reserved| is_below(name, reserved))
}

pub fn is_metadata(name: &str) -> bool {
    METADATA.contains(&name)
}

/// Whether a name is the other or stands below it.
pub fn is_below(name: &str, other: &str) -> bool {
    name.strip_suffix(other).is_some_and(|rest| rest.is_empty() || (rest.ends_with('.') && !other.is_empty()))
}
