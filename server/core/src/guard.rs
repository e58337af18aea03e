//! Addresses that people enter and the portal calls: webhooks, API servers, issuers, mirrors. Without a guard, whoever may
//! enter one makes the portal knock at doors that only the portal can reach (server-side request forgery, CWE-918).
//!
//! Three steps, each needs the one before, so that none is left out:
//! 1. [`Policy::parse`] reads the text strictly into an [`Address`]: one notation, no tricks.
//! 2. Somebody resolves its host, once.
//! 3. [`Policy::admit`] looks at **every** resolved address and gives a [`Checked`]; a connection is made to those and nothing
//!    else, so that a name that answers differently the next time (DNS rebinding) changes nothing.
//!
//! This module is pure; `portal::outbound` is the client that keeps to it. Sources: RFC 3986, the WHATWG URL standard (whose
//! lenient notations are refused), and the registries named in `guard/networks.rs` and `guard/names.rs`.

mod names;
mod networks;

pub use networks::{Network, NotANetwork, special};

use portal_model::form::FieldError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Url;

/// Longest address, in bytes.
pub const MAX_LENGTH: usize = 2_000;
/// Most addresses of one name that are looked at.
pub const MAX_RESOLVED: usize = 64;

/// How an address is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// With TLS.
    Https,
    /// Without; for tests and for what an operator vouches for.
    Http,
}

/// What may be called. The default is strict: https on port 443 at public addresses with a public name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Networks that are not public and may be called all the same, by the operator's decision.
    pub allow_private: Vec<Network>,
    /// Names, and all below them, that are reserved or have one label and may be called all the same.
    pub allow_names: Vec<String>,
    /// Ports.
    pub ports: Vec<u16>,
    /// Schemes.
    pub schemes: Vec<Scheme>,
    /// Whether an IP address may stand in place of a name, in its canonical notation.
    pub literals: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow_private: Vec::new(),
            allow_names: Vec::new(),
            ports: vec![443],
            schemes: vec![Scheme::Https],
            literals: false,
        }
    }
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Not an address, or with characters that do not belong into one.
    #[error("malformed address")]
    Malformed,
    /// Longer than [`MAX_LENGTH`].
    #[error("address too long")]
    TooLong,
    /// Not one of the permitted schemes.
    #[error("scheme not permitted")]
    Scheme,
    /// User or password in the address.
    #[error("user information in the address")]
    Userinfo,
    /// An IP address, in whatever notation.
    #[error("an IP address instead of a name")]
    Literal,
    /// Not a host name.
    #[error("not a host name")]
    Host,
    /// A name that is reserved for use inside of a network.
    #[error("reserved name")]
    Name,
    /// The metadata service of a cloud.
    #[error("metadata service")]
    Metadata,
    /// Not one of the permitted ports.
    #[error("port not permitted")]
    Port,
    /// The name leads to an address that is not public.
    #[error("not a public address")]
    Network,
    /// The name leads nowhere.
    #[error("no address found")]
    Unresolved,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::TooLong,
        Self::Scheme,
        Self::Userinfo,
        Self::Literal,
        Self::Host,
        Self::Name,
        Self::Metadata,
        Self::Port,
        Self::Network,
        Self::Unresolved,
    ];

    /// Stable code; texts: `app/src/i18n/supply.rs`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "address_malformed",
            Self::TooLong => "address_too_long",
            Self::Scheme => "address_scheme",
            Self::Userinfo => "address_userinfo",
            Self::Literal => "address_literal",
            Self::Host => "address_host",
            Self::Name => "address_name",
            Self::Metadata => "address_metadata",
            Self::Port => "address_port",
            Self::Network => "address_network",
            Self::Unresolved => "address_unresolved",
        }
    }

    /// As an error at the field in which the address was entered.
    pub fn at(self, path: &str) -> FieldError {
        FieldError::new(path, self.code())
    }
}

/// An address that was read strictly. Nothing else makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    scheme: Scheme,
    host: String,
    literal: Option<IpAddr>,
    port: u16,
}

impl Address {
    /// In its normal form, without fragment.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host name in lower case and ASCII (IDNA 2008 A-labels), or an IP address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The IP address that stands in place of a name, if the policy permits one. It needs no resolving.
    pub fn literal(&self) -> Option<IpAddr> {
        self.literal
    }

    /// Port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Value of the header `Host`: the port is there unless it is the scheme's own.
    pub fn authority(&self) -> &str {
        self.url.authority()
    }

    /// Path with query.
    pub fn path_and_query(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// Whether both lead to the same scheme, host and port (RFC 6454).
    pub fn is_same_origin(&self, other: &Self) -> bool {
        (self.scheme, &self.host, self.port) == (other.scheme, &other.host, other.port)
    }

    /// The text of the address that a redirect names (RFC 9110, 10.2.2); it has to be parsed by the policy like any other.
    pub fn resolve(&self, location: &str) -> Option<String> {
        if location.len() > MAX_LENGTH || has_trick(location) {
            return None;
        }
        // A complete address stays as it is written, so that the policy sees every notation.
        if location.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#'])) {
            return Some(location.to_owned());
        }
        if let Some(rest) = location.strip_prefix("//") {
            return Some(format!("{}://{rest}", self.url.scheme()));
        }
        self.url.join(location).ok().map(String::from)
    }
}

/// An address with the IP addresses that were looked at: the only thing that may be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    address: Address,
    ips: Vec<IpAddr>,
}

impl Checked {
    /// The address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where to connect to, in the order of the resolver; never empty.
    pub fn ips(&self) -> &[IpAddr] {
        &self.ips
    }
}

impl Policy {
    /// Reads an address strictly.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn parse(&self, text: &str) -> Result<Address, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::TooLong);
        }
        if has_trick(text) {
            return Err(Refusal::Malformed);
        }
        // The standard's parser takes `https:host`, `https:/host` and `https:\\host`; here there is one way.
        let (scheme, rest) = text.split_once("://").ok_or(Refusal::Malformed)?;
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => (Scheme::Https, 443),
            "http" => (Scheme::Http, 80),
            _ => return Err(Refusal::Scheme),
        };
        if !self.schemes.contains(&scheme) {
            return Err(Refusal::Scheme);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(Refusal::Userinfo);
        }
        let (host, port) = split_port(authority)?;
        let port = port.unwrap_or(default_port);
        let literal = self.literal_in(host)?;
        let mut url = Url::parse(text).map_err(|_| Refusal::Host)?;
        url.set_fragment(None);
        let host = match (literal, url.host()) {
            (None, Some(url::Host::Domain(found))) => self.name(host, found)?,
            (Some(IpAddr::V4(ip)), Some(url::Host::Ipv4(found))) if ip == found => ip.to_string(),
            (Some(IpAddr::V6(ip)), Some(url::Host::Ipv6(found))) if ip == found => ip.to_string(),
            (None, Some(_)) => return Err(Refusal::Literal),
            _ => return Err(Refusal::Host),
        };
        if url.port_or_known_default() != Some(port) {
            return Err(Refusal::Port);
        }
        if !self.ports.contains(&port) {
            return Err(Refusal::Port);
        }
        if let Some(ip) = literal {
            self.check(ip)?;
        }
        Ok(Address { url, scheme, host, literal, port })
    }

    /// The IP address in place of a host name. Any notation but the canonical one (RFC 5952; four decimal numbers) is refused
    /// whatever the policy says: `0x7f.1`, `2130706433`, `017700000001`, `127.1`, `[::ffff:7f00:1]`, zones.
    fn literal_in(&self, host: &str) -> Result<Option<IpAddr>, Refusal> {
        let (ip, canonical) = if let Some(inner) = host.strip_prefix('[') {
            let inner = inner.strip_suffix(']').ok_or(Refusal::Host)?;
            let ip = inner.parse::<Ipv6Addr>().map_err(|_| Refusal::Literal)?;
            (IpAddr::V6(ip), ip.to_string() == inner)
        } else {
            // "Ends in a number" (WHATWG URL, 3.5): browsers and C libraries take such a host for an IPv4 address.
            let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            let is_hex = last.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("0x"))
                && last.bytes().skip(2).all(|b| b.is_ascii_hexdigit());
            if last.is_empty() || !(is_hex || last.bytes().all(|b| b.is_ascii_digit())) {
                return Ok(None);
            }
            let ip = host.parse::<Ipv4Addr>().map_err(|_| Refusal::Literal)?;
            (IpAddr::V4(ip), ip.to_string() == host)
        };
        if self.literals && canonical { Ok(Some(ip)) } else { Err(Refusal::Literal) }
    }

    /// A host name as entered, and as the standard's parser understood it.
    fn name(&self, entered: &str, found: &str) -> Result<String, Refusal> {
        let lower = entered.to_lowercase();
        if !names::is_entered_well(&lower) || !names::is_host_name(found) || (lower.is_ascii() && lower != found) {
            return Err(Refusal::Host);
        }
        if names::is_metadata(found) {
            return Err(Refusal::Metadata);
        }
        let allowed = |name: &String| names::is_below(found, &name.to_lowercase());
        if names::is_reserved(found) && !self.allow_names.iter().any(allowed) {
            return Err(Refusal::Name);
        }
        Ok(found.to_owned())
    }

    /// Whether an IP address may be connected to.
    ///
    /// # Errors
    /// [`Refusal::Metadata`], which no policy permits, or [`Refusal::Network`].
    pub fn check(&self, ip: IpAddr) -> Result<(), Refusal> {
        if networks::is_metadata(ip) {
            return Err(Refusal::Metadata);
        }
        // What carries an IPv4 address leads there, so that one counts too.
        if let Some(inner) = networks::embedded(ip) {
            self.check(IpAddr::V4(inner))?;
        }
        if special(ip).is_some() && !self.allow_private.iter().any(|network| network.contains(ip)) {
            return Err(Refusal::Network);
        }
        Ok(())
    }

    /// Looks at every address that a name leads to; one that is refused refuses the name.
    ///
    /// # Errors
    /// The first refusal; [`Refusal::Unresolved`] if there is none to look at.
    pub fn admit(&self, address: Address, resolved: &[IpAddr]) -> Result<Checked, Refusal> {
        let ips = match address.literal {
            Some(ip) => vec![ip],
            None if resolved.len() > MAX_RESOLVED => return Err(Refusal::Unresolved),
            None => resolved.to_vec(),
        };
        if ips.is_empty() {
            return Err(Refusal::Unresolved);
        }
        ips.iter().try_for_each(|ip| self.check(*ip))?;
        Ok(Checked { address, ips })
    }
}

/// Characters that no address has, or that parsers drop or exchange in silence (WHATWG URL: tab, line feed, backslash).
/// Beyond ASCII only letters and digits are left: no invisible, no combining, no look-alike punctuation.
fn has_trick(text: &str) -> bool {
    text.chars().any(|c| if c.is_ascii() { c <= ' ' || c == '\u{7f}' || c == '\\' } else { !c.is_alphanumeric() })
}

/// Host and port of an authority. A port is one to five digits without a leading zero.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), Refusal> {
    let end = authority.rfind(']').map_or(0, |i| i + 1);
    let Some(colon) = authority[end..].find(':') else { return Ok((authority, None)) };
    let (host, port) = authority.split_at(end + colon);
    let digits = &port[1..];
    let plain =
        (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    match digits.parse::<u16>() {
        Ok(port) if plain => Ok((host, Some(port))),
        _ => Err(Refusal::Port),
    }
}
