//! The guard for addresses: one table for texts, one for IP addresses.

use portal_core::guard::{Network, Policy, Refusal, Scheme, special};
use std::collections::BTreeSet;
use std::net::IpAddr;

use Refusal::{Host, Literal, Malformed, Metadata, Name, Port, TooLong, Userinfo};

/// What the strict policy takes: text, normal form.
const GOOD: &[(&str, &str)] = &[
    ("https://example.org", "https://example.org/"),
    ("https://example.org/", "https://example.org/"),
    ("https://example.org:443/", "https://example.org/"),
    ("HTTPS://EXAMPLE.ORG/Pfad", "https://example.org/Pfad"),
    ("https://a.b.c.d.e.example.org/x", "https://a.b.c.d.e.example.org/x"),
    ("https://example.org/a/../b", "https://example.org/b"),
    ("https://example.org/%2e%2e/b", "https://example.org/b"),
    ("https://example.org/a?b=c&d=https://127.0.0.1/", "https://example.org/a?b=c&d=https://127.0.0.1/"),
    ("https://example.org/@x", "https://example.org/@x"),
    ("https://example.org?x=a@b", "https://example.org/?x=a@b"),
    ("https://example.org#teil", "https://example.org/"),
    ("https://example.org/#@127.0.0.1/", "https://example.org/"),
    ("https://example.org/:8080", "https://example.org/:8080"),
    ("https://1.2.3.4.example.org/", "https://1.2.3.4.example.org/"),
    ("https://127.0.0.1.example.org/", "https://127.0.0.1.example.org/"),
    ("https://0x7f.example.org/", "https://0x7f.example.org/"),
    ("https://123.example.org/", "https://123.example.org/"),
    ("https://example.x0/", "https://example.x0/"),
    ("https://localhost.example.org/", "https://localhost.example.org/"),
    ("https://internal.example.org/", "https://internal.example.org/"),
    ("https://mylocalhost.org/", "https://mylocalhost.org/"),
    ("https://notinternal.net/", "https://notinternal.net/"),
    ("https://metadata.example.org/", "https://metadata.example.org/"),
    ("https://m\u{fc}nchen.example.org/", "https://xn--mnchen-3ya.example.org/"),
    ("https://M\u{dc}NCHEN.example.org/", "https://xn--mnchen-3ya.example.org/"),
    ("https://stra\u{df}e.example.org/", "https://xn--strae-oqa.example.org/"),
    ("https://xn--mnchen-3ya.example.org/", "https://xn--mnchen-3ya.example.org/"),
    ("https://XN--MNCHEN-3YA.example.org/", "https://xn--mnchen-3ya.example.org/"),
    ("https://example.org/stra\u{df}e", "https://example.org/stra%C3%9Fe"),
    ("https://example.org/a%00b", "https://example.org/a%00b"),
    ("https://a-b.example.org/", "https://a-b.example.org/"),
    ("https://3a.example.org/", "https://3a.example.org/"),
];

/// What it refuses, and why.
const BAD: &[(&str, Refusal)] = &[
    // not an address
    ("", Malformed),
    ("example.org", Malformed),
    ("//example.org/", Malformed),
    ("/pfad", Malformed),
    ("https:example.org", Malformed),
    ("https:/example.org", Malformed),
    ("https:\\\\example.org", Malformed),
    ("https:\\/example.org", Malformed),
    ("https://example.org\\@127.0.0.1/", Malformed),
    ("https://example.org\\.evil.org/", Malformed),
    (" https://example.org/", Malformed),
    ("https://example.org/ ", Malformed),
    ("https://exam ple.org/", Malformed),
    ("https://example.org/a b", Malformed),
    ("ht\ttps://example.org/", Malformed),
    ("https://exam\tple.org/", Malformed),
    ("https://exam\nple.org/", Malformed),
    ("https://example.org/\r\nHost: x", Malformed),
    ("https://example.org/\u{0}", Malformed),
    ("https://example.org/\u{7f}", Malformed),
    ("https://example.org/\u{a0}", Malformed),
    ("https://exam\u{ad}ple.org/", Malformed),
    ("https://exam\u{200b}ple.org/", Malformed),
    ("https://exam\u{200d}ple.org/", Malformed),
    ("https://exam\u{202e}ple.org/", Malformed),
    ("https://exam\u{2060}ple.org/", Malformed),
    ("https://exam\u{feff}ple.org/", Malformed),
    ("https://example\u{3002}org/", Malformed),
    ("https://example\u{ff0e}org/", Malformed),
    ("https://example\u{ff61}org/", Malformed),
    ("https://127\u{3002}0\u{3002}0\u{3002}1/", Malformed),
    ("https://example.org\u{2044}x/", Malformed),
    ("https://example.org\u{2215}x/", Malformed),
    ("https://example.org\u{ff0f}x/", Malformed),
    ("https://example.org\u{ff20}x/", Malformed),
    ("https://a\u{2100}b.example.org/", Malformed),
    ("https://\u{2488}.example.org/", Host),
    // scheme
    ("http://example.org/", Refusal::Scheme),
    ("HTTP://example.org/", Refusal::Scheme),
    ("ftp://example.org/", Refusal::Scheme),
    ("file:///etc/passwd", Refusal::Scheme),
    ("file://localhost/etc/passwd", Refusal::Scheme),
    ("gopher://127.0.0.1:6379/_x", Refusal::Scheme),
    ("dict://127.0.0.1:11211/", Refusal::Scheme),
    ("ldap://127.0.0.1/", Refusal::Scheme),
    ("ws://example.org/", Refusal::Scheme),
    ("wss://example.org/", Refusal::Scheme),
    ("jar:https://example.org!/", Refusal::Scheme),
    ("view-source:https://example.org/", Refusal::Scheme),
    ("blob:https://example.org/x", Refusal::Scheme),
    ("javascript:alert(1)//://x", Refusal::Scheme),
    ("data:text/plain,://x", Refusal::Scheme),
    ("https+unix://%2Frun%2Fdocker.sock/", Refusal::Scheme),
    ("http+unix://x/", Refusal::Scheme),
    ("unix:///run/docker.sock", Refusal::Scheme),
    ("httpss://example.org/", Refusal::Scheme),
    ("://example.org/", Refusal::Scheme),
    ("\u{ff48}ttps://example.org/", Refusal::Scheme),
    ("http\u{17f}://example.org/", Refusal::Scheme),
    // user and password
    ("https://user@example.org/", Userinfo),
    ("https://user:password@example.org/", Userinfo),
    ("https://@example.org/", Userinfo),
    ("https://:@example.org/", Userinfo),
    ("https://example.org@127.0.0.1/", Userinfo),
    ("https://example.org:443@127.0.0.1/", Userinfo),
    ("https://127.0.0.1@example.org/", Userinfo),
    ("https://a@b@example.org/", Userinfo),
    ("https://example.org%2f@127.0.0.1/", Userinfo),
    ("https://[::1]@example.org/", Userinfo),
    // IPv4 in every notation
    ("https://127.0.0.1/", Literal),
    ("https://127.0.0.1:443/", Literal),
    ("https://8.8.8.8/", Literal),
    ("https://0.0.0.0/", Literal),
    ("https://0/", Literal),
    ("https://0x0/", Literal),
    ("https://1/", Literal),
    ("https://127.1/", Literal),
    ("https://127.0.1/", Literal),
    ("https://2130706433/", Literal),
    ("https://3232235521/", Literal),
    ("https://2852039166/", Literal),
    ("https://4294967295/", Literal),
    ("https://4294967296/", Literal),
    ("https://99999999999999999999/", Literal),
    ("https://0x7f000001/", Literal),
    ("https://0X7F000001/", Literal),
    ("https://0x7f.0x0.0x0.0x1/", Literal),
    ("https://0x7f.1/", Literal),
    ("https://127.0x1/", Literal),
    ("https://0177.0.0.1/", Literal),
    ("https://0177.0.0.01/", Literal),
    ("https://00000177.0.0.1/", Literal),
    ("https://017700000001/", Literal),
    ("https://0177.1/", Literal),
    ("https://127.0.0.01/", Literal),
    ("https://127.0.0.1./", Literal),
    ("https://127.1./", Literal),
    ("https://2130706433./", Literal),
    ("https://127.0.0.256/", Literal),
    ("https://256.256.256.256/", Literal),
    ("https://1.2.3.4.5/", Literal),
    ("https://1.2.3.08/", Literal),
    ("https://169.254.169.254/latest/meta-data/", Literal),
    ("https://0xa9fea9fe/", Literal),
    ("https://0251.0376.0251.0376/", Literal),
    ("https://169.16689662/", Literal),
    ("https://10.0.0.1/", Literal),
    ("https://192.168.0.1/", Literal),
    ("https://172.16.0.1/", Literal),
    ("https://100.100.100.200/", Literal),
    ("https://255.255.255.255/", Literal),
    ("https://example.0x/", Literal),
    ("https://example.1/", Literal),
    ("https://foo.0x4/", Literal),
    ("https://\u{661}\u{662}\u{667}.0.0.1/", Literal),
    ("https://127.0.0.\u{ff11}/", Literal),
    ("https://\u{ff11}27.0.0.1/", Literal),
    ("https://1%32%37.0.0.1/", Literal),
    ("https://127%2e0%2e0%2e1/", Literal),
    ("https://127.0.0.%31/", Literal),
    // IPv6 in every notation
    ("https://[::1]/", Literal),
    ("https://[::1]:443/", Literal),
    ("https://[::]/", Literal),
    ("https://[0:0:0:0:0:0:0:1]/", Literal),
    ("https://[0000:0000:0000:0000:0000:0000:0000:0001]/", Literal),
    ("https://[::ffff:127.0.0.1]/", Literal),
    ("https://[::ffff:7f00:1]/", Literal),
    ("https://[0:0:0:0:0:ffff:127.0.0.1]/", Literal),
    ("https://[::127.0.0.1]/", Literal),
    ("https://[::7f00:1]/", Literal),
    ("https://[64:ff9b::127.0.0.1]/", Literal),
    ("https://[64:ff9b:1::a9fe:a9fe]/", Literal),
    ("https://[2002:7f00:1::]/", Literal),
    ("https://[2001:0:7f00:1::]/", Literal),
    ("https://[fd00:ec2::254]/", Literal),
    ("https://[fe80::1]/", Literal),
    ("https://[fe80::1%25eth0]/", Literal),
    ("https://[fe80::1%eth0]/", Literal),
    ("https://[fe80::1%251]/", Literal),
    ("https://[v1.fe80::a]/", Literal),
    ("https://[2a00:1450::1]/", Literal),
    ("https://[]/", Literal),
    ("https://[:::1]/", Literal),
    ("https://[1::2::3]/", Literal),
    ("https://[::1.2.3]/", Literal),
    ("https://[127.0.0.1]/", Literal),
    ("https://[example.org]/", Literal),
    ("https://[::1/", Port),
    ("https://::1]/", Host),
    ("https://[::1]x/", Host),
    ("https://x[::1]/", Host),
    ("https://::1/", Port),
    ("https://fe80::1/", Port),
    // names that are none
    ("https://", Host),
    ("https:///", Host),
    ("https:///example.org/", Host),
    ("https:////example.org/", Host),
    ("https://?x", Host),
    ("https://#x", Host),
    ("https://./", Host),
    ("https://../", Host),
    ("https://example.org./", Host),
    ("https://example.org../", Host),
    ("https://.example.org/", Host),
    ("https://example..org/", Host),
    ("https://localhost./", Host),
    ("https://metadata.google.internal./", Host),
    ("https://-a.example.org/", Host),
    ("https://a-.example.org/", Host),
    ("https://ab--c.example.org/", Host),
    ("https://a_b.example.org/", Host),
    ("https://a*.example.org/", Host),
    ("https://*.example.org/", Host),
    ("https://a,b.example.org/", Host),
    ("https://a;b.example.org/", Host),
    ("https://a$b.example.org/", Host),
    ("https://a&b.example.org/", Host),
    ("https://a|b.example.org/", Host),
    ("https://a\"b.example.org/", Host),
    ("https://<a>.example.org/", Host),
    ("https://{a}.example.org/", Host),
    ("https://a`b.example.org/", Host),
    ("https://a^b.example.org/", Host),
    ("https://a!b.example.org/", Host),
    ("https://a(b).example.org/", Host),
    ("https://a'b.example.org/", Host),
    ("https://a~b.example.org/", Host),
    ("https://a=b.example.org/", Host),
    ("https://a+b.example.org/", Host),
    ("https://ex%61mple.org/", Host),
    ("https://example%2eorg/", Host),
    ("https://example.org%00.evil.org/", Host),
    ("https://example.org%2f.evil.org/", Host),
    ("https://example.org%40evil.org/", Host),
    ("https://example.org%3a8080/", Host),
    ("https://%/", Host),
    ("https://%zz/", Host),
    // punycode and look-alikes
    ("https://xn--.example.org/", Host),
    ("https://xn--a.example.org/", Host),
    ("https://xn--localhost-.example.org/", Host),
    ("https://xn--mnchen-3y.example.org/", Host),
    ("https://xn--99999999999.example.org/", Host),
    ("https://\u{ff45}xample.org/", Host),
    ("https://\u{24d4}xample.org/", Host),
    ("https://e\u{301}xample.org/", Malformed),
    ("https://\u{435}xample.org/", Host),
    ("https://ex\u{251}mple.org/", Host),
    ("https://me\u{17f}sage.example.org/", Host),
    ("https://\u{133}s.example.org/", Host),
    ("https://\u{130}stanbul.example.org/", Host),
    ("https://loca\u{2113}host/", Host),
    ("https://\u{ff4c}ocalhost/", Host),
    ("https://\u{6f22}\u{5b57}.example.org/", Host),
    // names inside of networks
    ("https://localhost/", Name),
    ("https://LOCALHOST/", Name),
    ("https://a.localhost/", Name),
    ("https://localhost.localdomain/", Name),
    ("https://portal/", Name),
    ("https://postgres/", Name),
    ("https://kubernetes/", Name),
    ("https://kubernetes.default.svc/", Name),
    ("https://kubernetes.default.svc.cluster.local/", Name),
    ("https://kubernetes.default.svc.cluster/", Name),
    ("https://drucker.local/", Name),
    ("https://fritz.box.lan/", Name),
    ("https://rz.intranet/", Name),
    ("https://rz.internal/", Name),
    ("https://rz.private/", Name),
    ("https://rz.corp/", Name),
    ("https://rz.home/", Name),
    ("https://router.home.arpa/", Name),
    ("https://1.0.0.127.in-addr.arpa/", Name),
    ("https://b.a.9.8.ip6.arpa/", Name),
    ("https://post.mail/", Name),
    ("https://abc.onion/", Name),
    ("https://abc.alt/", Name),
    ("https://abc.test/", Name),
    ("https://abc.example/", Name),
    ("https://abc.invalid/", Name),
    ("https://de/", Name),
    ("https://xn--mnchen-3ya/", Name),
    // clouds
    ("https://metadata/", Metadata),
    ("https://metadata.google.internal/computeMetadata/v1/", Metadata),
    ("https://METADATA.google.INTERNAL/", Metadata),
    ("https://metadata.goog/", Metadata),
    ("https://metadata.azure.internal/", Metadata),
    ("https://metadata.azure.com/", Metadata),
    ("https://metadata.platformequinix.com/", Metadata),
    ("https://metadata.packet.net/", Metadata),
    ("https://metadata.tencentyun.com/", Metadata),
    ("https://metadata.oraclecloud.com/", Metadata),
    ("https://rancher-metadata/", Metadata),
    ("https://instance-data/", Metadata),
    ("https://instance-data.ec2.internal/", Metadata),
    // ports
    ("https://example.org:80/", Port),
    ("https://example.org:8443/", Port),
    ("https://example.org:22/", Port),
    ("https://example.org:6379/", Port),
    ("https://example.org:6443/", Port),
    ("https://example.org:0/", Port),
    ("https://example.org:/", Port),
    ("https://example.org:0443/", Port),
    ("https://example.org:00443/", Port),
    ("https://example.org:+443/", Port),
    ("https://example.org:-443/", Port),
    ("https://example.org:443443/", Port),
    ("https://example.org:65536/", Port),
    ("https://example.org:65979/", Port),
    ("https://example.org:4.43/", Port),
    ("https://example.org:https/", Port),
    ("https://example.org:443:443/", Port),
    ("https://example.org:0x1bb/", Port),
    ("https://example.org:%34%34%33/", Port),
    ("https://example.org:\u{664}43/", Port),
];

#[test]
fn texts_are_taken_or_refused() {
    let policy = Policy::default();
    for (text, normal) in GOOD {
        let address = policy.parse(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        assert_eq!(address.as_str(), *normal, "{text}");
        assert_eq!(address.literal(), None);
        assert_eq!(policy.parse(address.as_str()).map(|a| a.as_str().to_owned()), Ok((*normal).to_owned()), "{text}");
    }
    for (text, refusal) in BAD {
        assert_eq!(policy.parse(text).map(|a| a.as_str().to_owned()), Err(*refusal), "{text:?}");
    }
    let long = format!("https://example.org/{}", "a".repeat(2_000));
    assert_eq!(policy.parse(&long).err(), Some(TooLong));
    for label in ["a".repeat(64), vec!["a"; 130].join(".")] {
        assert_eq!(policy.parse(&format!("https://{label}.example.org/")).err(), Some(Host), "{label}");
    }
    let texts: BTreeSet<&str> = GOOD.iter().map(|(t, _)| *t).chain(BAD.iter().map(|(t, _)| *t)).collect();
    assert_eq!(texts.len(), GOOD.len() + BAD.len(), "no case stands twice");
    let cases = GOOD.len() + BAD.len() + PUBLIC.len() + NOT_PUBLIC.len() + NEVER.len();
    assert!(cases >= 300, "{cases} cases");
}

/// Public addresses, among them the neighbours of networks that are not.
const PUBLIC: &[&str] = &[
    "1.0.0.0",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2003::1",
    "2a00:1450:4001::1",
    "3ffe:ffff::1",
    "3fff:1000::1",
];

/// Addresses that are not public.
const NOT_PUBLIC: &[&str] = &[
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::8.8.8.8",
    "::127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2001:db8:ffff:ffff::",
    "2002::1",
    "2002:808:808::1",
    "2002:7f00:1::",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd00::1",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/// Metadata services, also inside of other addresses.
const NEVER: &[&str] = &[
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.0.23",
    "192.0.0.192",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:42::42",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "::ffff:0:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::169.254.169.254",
    "64:ff9b:1:1:2:3:a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "2001:0:1:2:3:4:5601:5601",
    "2a00:1:2:3:0:5efe:169.254.169.254",
    "2a00:1:2:3:200:5efe:169.254.169.254",
];

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn ip_addresses_are_public_or_not() {
    let strict = Policy::default();
    let networks = ["0.0.0.0/0", "::/0"].map(|text| text.parse::<Network>().unwrap());
    let lenient = Policy { allow_private: networks.to_vec(), ..Policy::default() };
    for text in PUBLIC {
        assert_eq!((strict.check(ip(text)), special(ip(text))), (Ok(()), None), "{text}");
    }
    for text in NOT_PUBLIC {
        assert_eq!(strict.check(ip(text)), Err(Refusal::Network), "{text}");
        assert_eq!(lenient.check(ip(text)), Ok(()), "{text} with a policy that permits everything");
    }
    for text in NEVER {
        assert_eq!(strict.check(ip(text)), Err(Metadata), "{text}");
        assert_eq!(lenient.check(ip(text)), Err(Metadata), "{text} with a policy that permits everything");
    }
}

#[test]
fn an_address_inside_of_another_counts_too() {
    // An operator with NAT64 permits its prefix, and gets no way to what is not public behind it.
    let policy = Policy { allow_private: vec!["64:ff9b::/96".parse().unwrap()], ..Policy::default() };
    assert_eq!(policy.check(ip("64:ff9b::8.8.8.8")), Ok(()));
    for inner in ["10.0.0.1", "127.0.0.1", "192.168.1.1"] {
        assert_eq!(policy.check(ip(&format!("64:ff9b::{inner}"))), Err(Refusal::Network), "{inner}");
    }
}

#[test]
fn one_refused_address_refuses_the_name() {
    let policy = Policy::default();
    let admit = |ips: &[&str]| {
        let ips: Vec<IpAddr> = ips.iter().map(|text| ip(text)).collect();
        policy.admit(policy.parse("https://example.org/").unwrap(), &ips).map(|checked| checked.ips().to_vec())
    };
    assert_eq!(admit(&["8.8.8.8", "2a00::1"]), Ok(vec![ip("8.8.8.8"), ip("2a00::1")]));
    for private in ["10.0.0.1", "::1", "fe80::1", "::ffff:8.8.8.8"] {
        for ips in [vec![private], vec!["8.8.8.8", private], vec![private, "8.8.8.8"]] {
            assert_eq!(admit(&ips), Err(Refusal::Network), "{ips:?}");
        }
    }
    assert_eq!(admit(&["8.8.8.8", "169.254.169.254"]), Err(Metadata));
    assert_eq!(admit(&[]), Err(Refusal::Unresolved));
    assert_eq!(admit(&["8.8.8.8"; 65]), Err(Refusal::Unresolved));
}

#[test]
fn an_operator_opens_single_doors() {
    let policy = Policy {
        allow_private: vec!["10.20.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()],
        allow_names: vec!["rz.internal".into(), "KASSE".into()],
        ports: vec![443, 80, 6443],
        schemes: vec![Scheme::Https, Scheme::Http],
        literals: true,
    };
    for good in [
        "http://example.org/",
        "https://example.org:6443/",
        "https://k8s.rz.internal:6443/",
        "https://rz.internal/",
        "https://kasse/",
        "https://10.20.3.4/",
        "https://[fd00:1::5]:6443/",
        "https://8.8.8.8/",
    ] {
        policy.parse(good).unwrap_or_else(|refusal| panic!("{good}: {refusal}"));
    }
    for (bad, refusal) in [
        ("ftp://example.org/", Refusal::Scheme),
        ("https://example.org:8443/", Port),
        ("https://xrz.internal/", Name),
        ("https://a.internal/", Name),
        ("https://metadata.google.internal/", Metadata),
        ("https://10.21.0.1/", Refusal::Network),
        ("https://127.0.0.1/", Refusal::Network),
        ("https://169.254.169.254/", Metadata),
        ("https://[::1]/", Refusal::Network),
        ("https://[fd00:ec2::254]/", Metadata),
        // what is permitted is so in one notation only
        ("https://10.20.772/", Literal),
        ("https://0x0a140304/", Literal),
        ("https://[fd00:0001::5]/", Literal),
        ("https://[FD00:1::5]/", Literal),
        ("https://[::ffff:10.20.3.4]/", Refusal::Network),
    ] {
        assert_eq!(policy.parse(bad).err(), Some(refusal), "{bad}");
    }
    let address = policy.parse("https://10.20.3.4/").unwrap();
    let checked = policy.admit(address, &[ip("8.8.8.8")]).unwrap();
    assert_eq!(checked.ips(), [ip("10.20.3.4")], "a literal is not resolved");
}

#[test]
fn redirects_are_read_like_what_people_enter() {
    let policy = Policy::default();
    let base = policy.parse("https://example.org/a/b?c").unwrap();
    for (location, expected) in [
        ("d", Ok("https://example.org/a/d")),
        ("/d?e", Ok("https://example.org/d?e")),
        ("?e", Ok("https://example.org/a/b?e")),
        ("//example.net/x", Ok("https://example.net/x")),
        ("https://example.net/", Ok("https://example.net/")),
        ("http://example.net/", Err(Some(Refusal::Scheme))),
        ("//127.0.0.1/", Err(Some(Literal))),
        ("//0x7f.1/", Err(Some(Literal))),
        ("https://2130706433/", Err(Some(Literal))),
        ("https:/127.0.0.1", Err(Some(Malformed))),
        ("https:127.0.0.1", Err(Some(Malformed))),
        ("//localhost/", Err(Some(Name))),
        ("//user@example.org/", Err(Some(Userinfo))),
        ("///127.0.0.1/", Err(Some(Literal))),
        ("file:///etc/passwd", Err(Some(Refusal::Scheme))),
        ("javascript:x", Err(Some(Malformed))),
        ("\\\\127.0.0.1\\", Err(None)),
        ("/\\127.0.0.1", Err(None)),
        ("/a\r\nb", Err(None)),
    ] {
        let text = base.resolve(location);
        let found = text.as_ref().map_or(Err(None), |text| policy.parse(text).map_err(Some));
        assert_eq!(found.as_ref().map(|a| a.as_str()), expected.as_ref().map(|text| *text), "{location:?}");
    }
    let other = policy.parse("https://example.org:443/z").unwrap();
    assert!(base.is_same_origin(&other));
    assert!(!base.is_same_origin(&policy.parse("https://www.example.org/").unwrap()));
    assert_eq!((base.authority(), base.path_and_query(), base.port()), ("example.org", "/a/b?c", 443));
}
