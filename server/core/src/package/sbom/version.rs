//! "Which installations contain X below version Y": a condition on versions of components.
//!
//! Storage finds components by their key; what this says of each version is decided here. A version that cannot be
//! ordered is neither inside nor outside a range: it is [`Answer::Unknown`], so that nobody takes silence for safety.

use semver::Version;
use std::cmp::Ordering;

/// Longest condition, in bytes.
const MAX_LENGTH: usize = 200;
/// Most parts of a range.
const MAX_PARTS: usize = 10;
/// Types of purl whose versions are SemVer 2.0.0, pre-releases included. With others (Debian's `1.2.3-4`, Maven's
/// `1.2.3-jre`, PEP 440) a hyphen means something else, so only plain numbers are compared.
const SEMVER_TYPES: &[&str] = &["cargo", "composer", "github", "golang", "hex", "npm", "nuget", "pub", "swift"];

/// A condition on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionMatch {
    /// Every version.
    Any,
    /// Exactly this text.
    Exact(String),
    /// Versions that begin with these segments: `2.14.*` matches `2.14`, `2.14.1` and `2.14-rc1`, not `2.140`.
    Prefix(String),
    /// All of these hold, by the order of SemVer (2.0.0, 11).
    Range(Vec<Bound>),
}

/// A bound of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    wanted: &'static [Ordering],
    version: Version,
}

/// Whether a version fulfils a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The version cannot be ordered; somebody has to look.
    Unknown,
}

/// The text is no condition on versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version, a prefix such as 2.14.* or a range such as >=2.0, <2.17.1")]
pub struct NotAMatch;

impl VersionMatch {
    /// Reads what a person entered: empty or `*`, `2.14.1`, `2.14.*`, `>=2.0, <2.17.1`.
    ///
    /// # Errors
    /// [`NotAMatch`].
    pub fn parse(text: &str) -> Result<Self, NotAMatch> {
        let text = text.trim();
        if text.len() > MAX_LENGTH || text.chars().any(char::is_control) {
            return Err(NotAMatch);
        }
        if text.is_empty() || text == "*" {
            return Ok(Self::Any);
        }
        if text.starts_with(['<', '>', '=']) {
            let parts: Vec<&str> = text.split(',').collect();
            if parts.len() > MAX_PARTS {
                return Err(NotAMatch);
            }
            return parts.into_iter().map(bound).collect::<Result<_, _>>().map(Self::Range);
        }
        if let Some(prefix) = text.strip_suffix(".*").or_else(|| text.strip_suffix(".x")) {
            return if prefix.is_empty() || prefix.contains('*') {
                Err(NotAMatch)
            } else {
                Ok(Self::Prefix(prefix.to_owned()))
            };
        }
        if text.contains(['*', ',', ' ', '^', '<', '>']) { Err(NotAMatch) } else { Ok(Self::Exact(text.to_owned())) }
    }

    /// Whether the version of a component of this purl type (empty: none) fulfils it.
    pub fn holds(&self, kind: &str, version: &str) -> Answer {
        let yes_if = |holds| if holds { Answer::Yes } else { Answer::No };
        match self {
            Self::Any => Answer::Yes,
            Self::Exact(_) | Self::Prefix(_) if version.is_empty() => Answer::Unknown,
            Self::Exact(wanted) => yes_if(plain(version) == plain(wanted)),
            Self::Prefix(prefix) => match plain(version).strip_prefix(plain(prefix)) {
                Some(rest) => yes_if(!rest.starts_with(|c: char| c.is_ascii_alphanumeric())),
                None => Answer::No,
            },
            Self::Range(bounds) => match ordered(kind, version) {
                Some(version) => yes_if(bounds.iter().all(|bound| bound.holds(&version))),
                None => Answer::Unknown,
            },
        }
    }
}

impl Bound {
    fn holds(&self, version: &Version) -> bool {
        self.wanted.contains(&version.cmp_precedence(&self.version))
    }
}

/// `semver::VersionReq` is not used: it leaves out pre-releases, and a search for unsafe versions must not.
fn bound(text: &str) -> Result<Bound, NotAMatch> {
    use Ordering::{Equal, Greater, Less};
    let text = text.trim();
    let operators: [(&str, &'static [Ordering]); 5] =
        [(">=", &[Equal, Greater]), ("<=", &[Equal, Less]), (">", &[Greater]), ("<", &[Less]), ("=", &[Equal])];
    let found = operators.iter().find_map(|(operator, wanted)| Some((text.strip_prefix(operator)?, *wanted)));
    let (version, wanted) = found.ok_or(NotAMatch)?;
    Ok(Bound { wanted, version: lenient(version.trim()).ok_or(NotAMatch)? })
}

/// Go writes `v1.2.3`; the letter is not part of the version.
fn plain(version: &str) -> &str {
    match version.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => version,
    }
}

fn ordered(kind: &str, version: &str) -> Option<Version> {
    let numbers = plain(version).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (numbers || SEMVER_TYPES.contains(&kind)).then(|| lenient(version))?
}

/// SemVer in which minor and patch may be missing: `2.14` is `2.14.0`.
fn lenient(version: &str) -> Option<Version> {
    let version = plain(version);
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let (numbers, suffix) = version.split_at(end);
    let missing = match numbers.split('.').count() {
        1 => ".0.0",
        2 => ".0",
        _ => "",
    };
    Version::parse(&format!("{numbers}{missing}{suffix}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{No, Unknown, Yes};

    #[test]
    fn conditions_hold_or_not_or_nobody_knows() {
        let cases = [
            ("", "npm", "1.0.0", Yes),
            ("*", "", "", Yes),
            ("1.2.3", "npm", "1.2.3", Yes),
            ("1.2.3", "golang", "v1.2.3", Yes),
            ("v1.2.3", "golang", "1.2.3", Yes),
            ("1.2.3", "npm", "1.2.30", No),
            ("1.2.3", "npm", "", Unknown),
            ("7.88.1-10+deb12u5", "deb", "7.88.1-10+deb12u5", Yes),
            ("2.14.*", "maven", "2.14.1", Yes),
            ("2.14.x", "maven", "2.14", Yes),
            ("2.14.*", "maven", "2.14-rc1", Yes),
            ("2.14.*", "maven", "2.140.1", No),
            ("2.*", "golang", "v2.1.0", Yes),
            ("2.*", "golang", "v20.1.0", No),
            (">=2.0, <2.17.1", "maven", "2.14.1", Yes),
            (">=2.0, <2.17.1", "maven", "2.17.1", No),
            (">=2.0, <2.17.1", "maven", "2.17", Yes),
            (">=2.0, <2.17.1", "maven", "1.9", No),
            ("<2.17.1", "npm", "2.17.1-rc.1", Yes),
            ("<2.17.1", "npm", "2.15.0-beta", Yes),
            ("<=1", "cargo", "1.0.0", Yes),
            (">1", "cargo", "1.0.0", No),
            ("=1.0", "cargo", "1.0.0+build", Yes),
            ("<2.0", "maven", "1.0-jre", Unknown),
            ("<2.0", "deb", "1.0-4", Unknown),
            ("<2.0", "pypi", "1.0rc1", Unknown),
            ("<2.0", "npm", "latest", Unknown),
            ("<2.0", "npm", "1.2.3.4", Unknown),
            ("<2.0", "npm", "", Unknown),
        ];
        for (condition, kind, version, answer) in cases {
            let condition_read = VersionMatch::parse(condition).unwrap();
            assert_eq!(condition_read.holds(kind, version), answer, "{condition} {kind} {version}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let long = "1".repeat(MAX_LENGTH + 1);
        let many = vec!["<1"; MAX_PARTS + 1].join(",");
        for text in [".*", "*.1", "1.*.*", "^1.2", "1, 2", "<", "<x", "<1,", "<1 <2", "1\n2", "==1", &long, &many] {
            assert_eq!(VersionMatch::parse(text), Err(NotAMatch), "{text:.30}");
        }
    }
}
