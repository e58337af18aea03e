//! Access keys of pipelines: `Authorization: Bearer ozgp_…`, below `/api/` only.
//!
//! The key is taken out of the request before anything else sees it, so that neither a log nor an error can hold it.

use crate::{AppState, web::Failure};
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use parking_lot::Mutex;
use portal_core::Actor;
use portal_model::Timestamp;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};
use zeroize::Zeroizing;

/// Wrong keys that an address may send within [`WINDOW_SECONDS`].
pub const MAX_WRONG: u32 = 20;
/// How long wrong keys are counted together, in seconds.
const WINDOW_SECONDS: i64 = 60;
/// Addresses that are counted at the same time.
const MAX_ADDRESSES: usize = 4096;

/// A key that came with a request, and from where.
pub struct Bearer {
    secret: Zeroizing<String>,
    from: Option<IpAddr>,
}

impl Bearer {
    /// Takes the key out of a request. Other kinds of authorization are none of ours: a proxy in front may use them.
    pub fn take(request: &mut Request) -> Option<Self> {
        let value = request.headers().get(header::AUTHORIZATION)?.as_bytes();
        let (scheme, secret) = value.split_at_checked("Bearer ".len())?;
        if !scheme.eq_ignore_ascii_case(b"bearer ") {
            return None;
        }
        let secret = Zeroizing::new(String::from_utf8_lossy(secret).trim().to_owned());
        request.headers_mut().remove(header::AUTHORIZATION);
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Some(Self { secret, from: peer.map(|peer| client(peer, request.headers())) })
    }

    /// Who acts with the key.
    ///
    /// # Errors
    /// Rule `key_invalid` (401) for one that opens nothing, whatever the reason; rule `too_many_wrong_keys` (429).
    pub async fn actor(&self, state: &AppState) -> Result<Actor, Failure> {
        let now = state.portal.clock().now();
        if self.from.is_some_and(|from| state.wrong_keys.is_over(from, now)) {
            return Err(Failure::rule("too_many_wrong_keys", StatusCode::TOO_MANY_REQUESTS));
        }
        if let Some(actor) = state.portal.actor_of_token(&self.secret).await? {
            return Ok(actor);
        }
        if let Some(from) = self.from {
            state.wrong_keys.count(from, now);
        }
        tracing::info!(from = ?self.from, "a wrong access key");
        Err(Failure::rule("key_invalid", StatusCode::UNAUTHORIZED))
    }
}

/// Adds what programs expect beside the refusal of a key.
pub fn explain(response: &mut Response) {
    let (name, value) = match response.status() {
        StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
        StatusCode::TOO_MANY_REQUESTS => (header::RETRY_AFTER, "60"),
        _ => return,
    };
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}

/// The address behind a proxy of the own network, else the one at the other end. Whoever forges it only gets more tries
/// at something with 256 random bits: the count protects the database, not the keys.
fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let near = match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    };
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let said = last.and_then(|v| v.rsplit(',').next()?.trim().parse().ok());
    said.filter(|_| near).unwrap_or(peer)
}

/// How many wrong keys came from where.
#[derive(Default)]
pub struct WrongKeys(Mutex<HashMap<IpAddr, Count>>);

struct Count {
    since: Timestamp,
    wrong: u32,
}

impl Count {
    fn is_old(&self, now: Timestamp) -> bool {
        now.seconds_since(self.since) >= WINDOW_SECONDS
    }
}

impl WrongKeys {
    /// Whether an address has sent too many.
    fn is_over(&self, from: IpAddr, now: Timestamp) -> bool {
        self.0.lock().get(&network(from)).is_some_and(|c| !c.is_old(now) && c.wrong >= MAX_WRONG)
    }

    fn count(&self, from: IpAddr, now: Timestamp) {
        let mut counts = self.0.lock();
        let key = network(from);
        if counts.len() >= MAX_ADDRESSES && !counts.contains_key(&key) {
            counts.retain(|_, c| !c.is_old(now));
            if counts.len() >= MAX_ADDRESSES {
                // So many at once are one sender with many addresses: counting it apart would not help.
                counts.clear();
            }
        }
        let count = counts.entry(key).or_insert(Count { since: now, wrong: 0 });
        if count.is_old(now) {
            *count = Count { since: now, wrong: 0 };
        }
        count.wrong += 1;
    }
}

/// Whoever has one address of IPv6 has the other 2⁶⁴ of its network too.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(
            || {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            },
            IpAddr::V4,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_address_and_forgets_after_a_while() {
        let (counts, now) = (WrongKeys::default(), Timestamp(0));
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|a| a.parse::<IpAddr>().unwrap());
        for _ in 0..MAX_WRONG {
            assert!(!counts.is_over(one, now));
            counts.count(one, now);
        }
        assert!(counts.is_over(one, now) && !counts.is_over(other, now));
        let later = now.plus_seconds(WINDOW_SECONDS);
        assert!(!counts.is_over(one, later));
        counts.count(one, later);
        assert!(!counts.is_over(one, later));
    }

    #[test]
    fn holds_no_more_addresses_than_it_may() {
        let counts = WrongKeys::default();
        for n in 0..u32::try_from(MAX_ADDRESSES).unwrap() * 3 {
            counts.count(IpAddr::V4(n.into()), Timestamp(0));
        }
        assert!(counts.0.lock().len() <= MAX_ADDRESSES);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn believes_only_a_proxy_of_its_own_network() {
        let headers = HeaderMap::from_iter([(
            header::HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("203.0.113.9, 198.51.100.7"),
        )]);
        let of = |peer: &str| client(peer.parse().unwrap(), &headers).to_string();
        assert_eq!(of("10.0.0.3"), "198.51.100.7");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }
}
