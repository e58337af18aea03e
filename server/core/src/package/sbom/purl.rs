//! Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! Source: the purl specification (PURL-SPECIFICATION and PURL-TYPES of package-url/purl-spec, ECMA-427). Read here are
//! the parts that identify a package; what a type says about upper and lower case is in [`lowered`].

use std::collections::BTreeMap;
use std::fmt;

/// Longest purl that is read, in bytes. The specification names no limit.
pub const MAX_LENGTH: usize = 2_000;
/// Most qualifiers.
const MAX_QUALIFIERS: usize = 50;

/// A package URL, in its canonical form when written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: String,
    namespace: Vec<String>,
    name: String,
    version: Option<String>,
    qualifiers: BTreeMap<String, String>,
    subpath: Vec<String>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurlError {
    /// Longer than [`MAX_LENGTH`].
    #[error("too long")]
    TooLong,
    /// Does not begin with `pkg:`.
    #[error("does not begin with pkg:")]
    Scheme,
    /// The type is missing or holds other characters than letters, digits, full stop, plus and hyphen.
    #[error("type")]
    Type,
    /// The name is missing.
    #[error("name")]
    Name,
    /// `%` without two hexadecimal digits, no UTF-8 behind it, or a control character.
    #[error("percent-encoding")]
    Encoding,
    /// A qualifier without a permitted key, one twice, or too many.
    #[error("qualifiers")]
    Qualifiers,
}

impl Purl {
    /// Reads a package URL in any form that the specification permits ("How to parse a PURL string": from the right).
    ///
    /// # Errors
    /// What does not follow the specification.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        if text.len() > MAX_LENGTH {
            return Err(PurlError::TooLong);
        }
        let (rest, subpath) = text.split_once('#').map_or((text, ""), |(rest, subpath)| (rest, subpath));
        let (rest, qualifiers) = rest.rsplit_once('?').map_or((rest, ""), |(rest, qualifiers)| (rest, qualifiers));
        let (scheme, rest) = rest.split_once(':').ok_or(PurlError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(PurlError::Scheme);
        }
        // `pkg://type` is accepted and never written.
        let rest = rest.trim_matches('/');
        let (kind, rest) = rest.split_once('/').ok_or(PurlError::Name)?;
        if !is_type(kind) {
            return Err(PurlError::Type);
        }
        let kind = kind.to_ascii_lowercase();
        // `@` of a scope that was not encoded (`pkg:npm/@angular/core`) begins no version.
        let (rest, version) = match rest.rsplit_once('@') {
            Some((path, version)) if !version.contains('/') => (path, decode(version)?),
            _ => (rest, String::new()),
        };
        let mut path = segments(rest, false)?;
        let name = path.pop().ok_or(PurlError::Name)?;
        let mut purl = Self {
            namespace: path,
            name,
            version: Some(version).filter(|v| !v.is_empty()),
            qualifiers: read_qualifiers(qualifiers)?,
            subpath: segments(subpath, true)?,
            kind,
        };
        purl.normalise();
        Ok(purl)
    }

    /// Type, in lower case.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Namespace, decoded, its segments joined by `/`; empty if there is none.
    pub fn namespace(&self) -> String {
        self.namespace.join("/")
    }

    /// Name, decoded.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version, decoded.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Value of a qualifier, decoded.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.get(key).map(String::as_str)
    }

    /// What identifies the package in searches: `type/namespace/name`, decoded and in lower case.
    pub fn key(&self) -> String {
        let mut parts = vec![self.kind.as_str()];
        parts.extend(self.namespace.iter().map(String::as_str));
        parts.push(&self.name);
        parts.join("/").to_lowercase()
    }

    /// What types say about case (PURL-TYPES): a registry that does not distinguish gets one spelling.
    fn normalise(&mut self) {
        let (namespace, name) = lowered(&self.kind);
        if namespace {
            self.namespace.iter_mut().for_each(|segment| *segment = segment.to_lowercase());
        }
        if name {
            self.name = self.name.to_lowercase();
        }
        if self.kind == "pypi" {
            self.name = self.name.replace('_', "-");
        }
        if self.kind == "huggingface" {
            self.version = self.version.take().map(|version| version.to_lowercase());
        }
    }
}

/// Whether namespace and name of a type are not case sensitive and are written in lower case (PURL-TYPES).
fn lowered(kind: &str) -> (bool, bool) {
    match kind {
        "alpm" | "apk" | "bitbucket" | "composer" | "deb" | "github" | "golang" | "hex" | "luarocks" | "npm" => {
            (true, true)
        }
        "oci" | "pub" | "pypi" | "bitnami" => (false, true),
        "rpm" | "qpkg" => (true, false),
        _ => (false, false),
    }
}

fn is_type(kind: &str) -> bool {
    kind.starts_with(|c: char| c.is_ascii_alphabetic())
        && kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
}

/// Decoded segments; empty ones are dropped, in a subpath also `.` and `..`.
fn segments(path: &str, subpath: bool) -> Result<Vec<String>, PurlError> {
    let mut all = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(segment)?;
        if !(subpath && matches!(segment.as_str(), "." | "..")) {
            all.push(segment);
        }
    }
    Ok(all)
}

fn read_qualifiers(text: &str) -> Result<BTreeMap<String, String>, PurlError> {
    let mut qualifiers = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(PurlError::Qualifiers)?;
        let key = key.to_ascii_lowercase();
        let fits = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        let value = decode(value)?;
        // "A key=value pair with an empty value is the same as no key/value at all."
        if value.is_empty() && fits {
            continue;
        }
        if !fits || qualifiers.insert(key, value).is_some() || qualifiers.len() > MAX_QUALIFIERS {
            return Err(PurlError::Qualifiers);
        }
    }
    Ok(qualifiers)
}

/// Percent-decoding (RFC 3986, 2.1), strict.
fn decode(text: &str) -> Result<String, PurlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next(), rest.next()].map(|b| b.and_then(|b| char::from(b).to_digit(16)));
            let [Some(high), Some(low)] = digits else { return Err(PurlError::Encoding) };
            bytes.push(u8::try_from(high * 16 + low).map_err(|_| PurlError::Encoding)?);
        } else {
            bytes.push(byte);
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| PurlError::Encoding)?;
    if text.chars().any(char::is_control) { Err(PurlError::Encoding) } else { Ok(text) }
}

/// Percent-encoding: all but letters, digits, `.`, `-`, `_`, `~` and the colon ("Character encoding").
fn encode(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':') {
            write!(out, "{}", char::from(byte))?;
        } else {
            write!(out, "%{byte:02X}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Purl {
    /// The canonical form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for segment in &self.namespace {
            encode(segment, f)?;
            f.write_str("/")?;
        }
        encode(&self.name, f)?;
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encode(version, f)?;
        }
        for (i, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if i == 0 { '?' } else { '&' })?;
            encode(value, f)?;
        }
        for (i, segment) in self.subpath.iter().enumerate() {
            f.write_str(if i == 0 { "#" } else { "/" })?;
            encode(segment, f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the specification's own test suite where not said otherwise: text, canonical form, search key.
    const GOOD: &[(&str, &str, &str)] = &[
        (
            "pkg:maven/org.apache.commons/io@1.3.4",
            "pkg:maven/org.apache.commons/io@1.3.4",
            "maven/org.apache.commons/io",
        ),
        ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1", "npm/@angular/animation"),
        ("pkg:npm/@angular/core", "pkg:npm/%40angular/core", "npm/@angular/core"),
        ("pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core@1.0.0", "npm/@angular/core"),
        ("pkg:NPM/foobar@12.3.1", "pkg:npm/foobar@12.3.1", "npm/foobar"),
        (
            "PKG://gem/ruby-advisory-db-check@0.12.4",
            "pkg:gem/ruby-advisory-db-check@0.12.4",
            "gem/ruby-advisory-db-check",
        ),
        ("pkg:pypi/Django_package@1.11.1.dev1", "pkg:pypi/django-package@1.11.1.dev1", "pypi/django-package"),
        (
            "pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io",
            "pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io",
            "docker/customer/dockerimage",
        ),
        (
            "pkg:Maven/org.apache.xmlgraphics/batik-anim@1.9.1?classifier=sources&repositorY_url=repo.spring.io/release",
            "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?classifier=sources&repository_url=repo.spring.io%2Frelease",
            "maven/org.apache.xmlgraphics/batik-anim",
        ),
        (
            "pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/",
            "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
            "golang/google.golang.org/genproto",
        ),
        (
            "pkg:golang/google.golang.org/genproto#./../a/%2e%2e/b",
            "pkg:golang/google.golang.org/genproto#a/b",
            "golang/google.golang.org/genproto",
        ),
        (
            "pkg:deb/Debian/curl@7.50.3-1?arch=i386&distro=jessie&empty=",
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
            "deb/debian/curl",
        ),
        (
            "pkg:rpm/Fedora/curl@7.50.3-1.fc25?distro=fedora-25&arch=i386",
            "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
            "rpm/fedora/curl",
        ),
        (
            "pkg:nuget/EnterpriseLibrary.Common@6.0.1304",
            "pkg:nuget/EnterpriseLibrary.Common@6.0.1304",
            "nuget/enterpriselibrary.common",
        ),
        (
            "pkg:github/Package-url/Purl-Spec@244fd47",
            "pkg:github/package-url/purl-spec@244fd47",
            "github/package-url/purl-spec",
        ),
        ("pkg:deb/debian/libstdc%2B%2B6@1:12", "pkg:deb/debian/libstdc%2B%2B6@1:12", "deb/debian/libstdc++6"),
        ("pkg:generic/a%20b@1%2F2", "pkg:generic/a%20b@1%2F2", "generic/a b"),
        ("pkg:generic//x///y//", "pkg:generic/x/y", "generic/x/y"),
    ];

    #[test]
    fn reads_and_writes_the_canonical_form() {
        for (text, canonical, key) in GOOD {
            let purl = Purl::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((purl.to_string().as_str(), purl.key().as_str()), (*canonical, *key), "{text}");
            assert_eq!(Purl::parse(canonical).as_ref(), Ok(&purl), "{text}: canonical form reads back");
        }
        let purl = Purl::parse("pkg:docker/a/b@sha256:1?repository_url=gcr.io").unwrap();
        assert_eq!((purl.kind(), purl.namespace().as_str(), purl.name()), ("docker", "a", "b"));
        assert_eq!((purl.version(), purl.qualifier("repository_url")), (Some("sha256:1"), Some("gcr.io")));
    }

    #[test]
    fn what_is_no_purl_says_why() {
        let long = format!("pkg:npm/{}", "a".repeat(MAX_LENGTH));
        let many = format!("pkg:npm/a?{}", (0..60).map(|i| format!("k{i}=1")).collect::<Vec<_>>().join("&"));
        let cases: &[(&str, PurlError)] = &[
            ("", PurlError::Scheme),
            ("EnterpriseLibrary.Common@6.0.1304", PurlError::Scheme),
            ("http:npm/a", PurlError::Scheme),
            ("pkg:", PurlError::Name),
            ("pkg:maven", PurlError::Name),
            ("pkg:maven/", PurlError::Name),
            ("pkg:maven/@1.3.4", PurlError::Name),
            ("pkg:/maven", PurlError::Name),
            ("pkg:3nuget/a", PurlError::Type),
            ("pkg:n&g?inx/a", PurlError::Name),
            ("pkg:n_m/a", PurlError::Type),
            ("pkg:n%70m/a", PurlError::Type),
            ("pkg:npm/a%", PurlError::Encoding),
            ("pkg:npm/a%2", PurlError::Encoding),
            ("pkg:npm/a%zz", PurlError::Encoding),
            ("pkg:npm/a%ff", PurlError::Encoding),
            ("pkg:npm/a%00", PurlError::Encoding),
            ("pkg:npm/a\n", PurlError::Encoding),
            ("pkg:npm/a?in%20production=true", PurlError::Qualifiers),
            ("pkg:npm/a?b=1&B=2", PurlError::Qualifiers),
            ("pkg:npm/a?b", PurlError::Qualifiers),
            (&many, PurlError::Qualifiers),
            (&long, PurlError::TooLong),
        ];
        for (text, error) in cases {
            let shown: String = text.chars().take(60).collect();
            assert_eq!(Purl::parse(text), Err(*error), "{shown}");
        }
    }
}
