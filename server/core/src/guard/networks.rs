//! Which IP addresses are not public.
//!
//! Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 with its successors), IPv4 multicast (RFC
//! 5771), the IPv6 address space (RFC 4291; only 2000::/3 is handed out as global unicast), and documents of cloud
//! operators for metadata services. Stricter than the registries' column "globally reachable": anycast helpers such as AS112
//! or AMT are no place for anything that the portal calls.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network in CIDR notation (RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network such as 10.20.0.0/16 or fd00:1::/48, or bits are set behind its prefix")]
pub struct NotANetwork;

impl Network {
    const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::new(a, b, c, 0)), prefix }
    }

    const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Self {
        Self { address: IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), prefix }
    }

    /// Whether an address belongs to it. IPv4 and IPv6 are different things, mapped or not.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip) {
            (IpAddr::V4(own), IpAddr::V4(ip)) => (own.to_bits() ^ ip.to_bits()) & mask(self.prefix, 32) as u32 == 0,
            (IpAddr::V6(own), IpAddr::V6(ip)) => (own.to_bits() ^ ip.to_bits()) & mask(self.prefix, 128) == 0,
            _ => false,
        }
    }
}

/// The upper `prefix` of `bits` bits.
fn mask(prefix: u8, bits: u32) -> u128 {
    let all = u128::MAX >> (128 - bits);
    let free = bits.saturating_sub(u32::from(prefix));
    all & all.checked_shl(free).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) if !prefix.starts_with('+') => {
                (address.parse().map_err(|_| NotANetwork)?, prefix.parse().map_err(|_| NotANetwork)?)
            }
            Some(_) => return Err(NotANetwork),
            None => {
                let address: IpAddr = text.parse().map_err(|_| NotANetwork)?;
                (address, if address.is_ipv4() { 32 } else { 128 })
            }
        };
        let fits = match address {
            IpAddr::V4(own) => prefix <= 32 && u128::from(own.to_bits()) & !mask(prefix, 32) == 0,
            IpAddr::V6(own) => prefix <= 128 && own.to_bits() & !mask(prefix, 128) == 0,
        };
        if fits { Ok(Self { address, prefix }) } else { Err(NotANetwork) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Networks that are not public, with the name for the log.
const SPECIAL: &[(Network, &str)] = &[
    (Network::v4(0, 0, 0, 8), "this network (RFC 791)"),
    (Network::v4(10, 0, 0, 8), "private (RFC 1918)"),
    (Network::v4(100, 64, 0, 10), "shared, CGNAT (RFC 6598)"),
    (Network::v4(127, 0, 0, 8), "loopback (RFC 1122)"),
    (Network::v4(169, 254, 0, 16), "link-local (RFC 3927)"),
    (Network::v4(172, 16, 0, 12), "private (RFC 1918)"),
    (Network::v4(192, 0, 0, 24), "protocol assignments (RFC 6890)"),
    (Network::v4(192, 0, 2, 24), "documentation (RFC 5737)"),
    (Network::v4(192, 31, 196, 24), "AS112 (RFC 7535)"),
    (Network::v4(192, 52, 193, 24), "AMT (RFC 7450)"),
    (Network::v4(192, 88, 99, 24), "6to4 relay (RFC 7526)"),
    (Network::v4(192, 168, 0, 16), "private (RFC 1918)"),
    (Network::v4(192, 175, 48, 24), "AS112 (RFC 7534)"),
    (Network::v4(198, 18, 0, 15), "benchmarking (RFC 2544)"),
    (Network::v4(198, 51, 100, 24), "documentation (RFC 5737)"),
    (Network::v4(203, 0, 113, 24), "documentation (RFC 5737)"),
    (Network::v4(224, 0, 0, 4), "multicast (RFC 5771)"),
    (Network::v4(240, 0, 0, 4), "reserved, broadcast (RFC 1112, RFC 919)"),
    (Network::v6(0x2001, 0, 0, 23), "protocol assignments, Teredo, benchmarking, ORCHID (RFC 2928, 4380, 5180, 7343)"),
    (Network::v6(0x2001, 0xdb8, 0, 32), "documentation (RFC 3849)"),
    (Network::v6(0x2002, 0, 0, 16), "6to4 (RFC 3056)"),
    (Network::v6(0x2620, 0x4f, 0x8000, 48), "AS112 (RFC 7534)"),
    (Network::v6(0x3fff, 0, 0, 20), "documentation (RFC 9637)"),
];

/// Global unicast (RFC 4291, 2.4): whatever is outside is loopback, mapped, NAT64, unique local, link-local, multicast, …
const GLOBAL: Network = Network::v6(0x2000, 0, 0, 3);

/// Why an address is not public; `None` if it is.
pub fn special(ip: IpAddr) -> Option<&'static str> {
    let found = SPECIAL.iter().find(|(network, _)| network.contains(ip)).map(|(_, name)| *name);
    found.or_else(|| (ip.is_ipv6() && !GLOBAL.contains(ip)).then_some("not global unicast (RFC 4291)"))
}

/// Metadata services that hand out credentials to whoever asks from inside. Never called, whatever the policy says.
const METADATA: &[IpAddr] = &[
    // AWS, Azure, Google Cloud, OpenStack, DigitalOcean, Hetzner and others
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    // AWS: containers, EKS Pod Identity
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    // Tencent Cloud
    IpAddr::V4(Ipv4Addr::new(169, 254, 0, 23)),
    // Oracle Cloud Classic
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    // Alibaba Cloud, inside the range of CGNAT
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    // Azure's wire server, at a public address
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    // AWS over IPv6: instances, EKS Pod Identity
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    // Google Cloud over IPv6
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    // Scaleway
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42)),
];

pub fn is_metadata(ip: IpAddr) -> bool {
    METADATA.contains(&ip)
}

/// The IPv4 address that an IPv6 address stands for or carries: mapped (::ffff:0:0/96), compatible (::/96), SIIT (::ffff:0:0:0/96,
/// RFC 2765), NAT64 (64:ff9b::/96, RFC 6052; 64:ff9b:1::/48, RFC 8215, with the suffix of /96), 6to4 (2002::/16), Teredo
/// (2001::/32, the client's address inverted, RFC 4380) and ISATAP (interface id …:5efe:a.b.c.d, RFC 5214).
pub fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(ip) = ip else { return None };
    let low = Ipv4Addr::from_bits((ip.to_bits() & u128::from(u32::MAX)) as u32);
    match ip.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] if !ip.is_loopback() && !ip.is_unspecified() => Some(low),
        [0, 0, 0, 0, 0xffff, 0, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] | [0x64, 0xff9b, 1, ..] => Some(low),
        [0x2002, a, b, ..] => Some(Ipv4Addr::from_bits(u32::from(a) << 16 | u32::from(b))),
        [0x2001, 0, ..] => Some(Ipv4Addr::from_bits(!low.to_bits())),
        [_, _, _, _, 0 | 0x200, 0x5efe, _, _] => Some(low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_strictly() {
        for good in ["10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "fd00::/8", "::1", "::/0"] {
            let network: Network = good.parse().unwrap();
            assert_eq!(network.to_string().parse(), Ok(network), "{good}");
        }
        for bad in
            ["", "10.0.0.0/33", "10.0.0.1/8", "10.0/8", "fd00::/129", "fd00::1/64", "10.0.0.0/+8", "a/8", "1.2.3.4/"]
        {
            assert_eq!(bad.parse::<Network>(), Err(NotANetwork), "{bad}");
        }
        let network: Network = "10.20.0.0/15".parse().unwrap();
        for (ip, inside) in [("10.21.255.255", true), ("10.22.0.0", false), ("::ffff:10.20.0.1", false)] {
            assert_eq!(network.contains(ip.parse().unwrap()), inside, "{ip}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("255.255.255.255".parse().unwrap()));
        assert!("::/0".parse::<Network>().unwrap().contains("ffff::".parse().unwrap()));
    }
}
