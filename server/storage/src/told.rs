//! What a commit tells others: that there is something to look at, and what of that which everybody may see has changed.
//! Other processes hear it by PostgreSQL's NOTIFY.

use portal_core::ports::{Public, PublicVersion, Write};
use tokio::sync::watch;

const WAKE: &str = "wake";

/// The word of a part in a notification.
fn word(part: Public) -> &'static str {
    match part {
        Public::Catalogue => "catalogue",
        Public::Adoption => "adoption",
        Public::Organisations => "organisations",
    }
}

/// What is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Events were appended or operations moved.
    pub(crate) wakes: bool,
    parts: Vec<Public>,
}

impl Told {
    /// What these writes tell.
    pub(crate) fn of(writes: &[Write], wakes: bool) -> Self {
        let changed = |part: &Public| writes.iter().any(|w| w.public() == Some(*part));
        Self { wakes, parts: Public::ALL.into_iter().filter(changed).collect() }
    }

    /// Everything: whoever missed something has to look at all of it.
    pub(crate) fn everything() -> Self {
        Self { wakes: true, parts: Public::ALL.to_vec() }
    }

    pub(crate) fn is_silent(&self) -> bool {
        !self.wakes && self.parts.is_empty()
    }

    /// As the payload of a notification.
    pub(crate) fn payload(&self, origin: &str) -> String {
        let wake = self.wakes.then_some(WAKE);
        let words = self.parts.iter().map(|p| word(*p));
        [origin].into_iter().chain(wake).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// Reads a payload; `None` if it comes from ourselves, who know already.
    pub(crate) fn read(payload: &str, origin: &str) -> Option<Self> {
        let mut words = payload.split(' ');
        if words.next() == Some(origin) {
            return None;
        }
        let words: Vec<&str> = words.collect();
        let parts = Public::ALL.into_iter().filter(|p| words.contains(&word(*p))).collect();
        Some(Self { wakes: words.contains(&WAKE), parts })
    }
}

/// Those in this process who are told.
#[derive(Debug, Clone)]
pub(crate) struct Listeners {
    /// Grows with every wake-up.
    pub(crate) changes: watch::Sender<u64>,
    /// Grows with what everybody may see.
    pub(crate) public: watch::Sender<PublicVersion>,
}

impl Listeners {
    pub(crate) fn new() -> Self {
        Self { changes: watch::Sender::new(0), public: watch::Sender::new(PublicVersion::default()) }
    }

    pub(crate) fn tell(&self, told: &Told) {
        if !told.parts.is_empty() {
            self.public.send_modify(|version| told.parts.iter().for_each(|part| version.count(*part)));
        }
        if told.wakes {
            self.changes.send_modify(|n| *n = n.wrapping_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_says_what_was_told_to_all_but_ourselves() {
        for told in [Told::default(), Told::everything(), Told { wakes: false, parts: vec![Public::Adoption] }] {
            let payload = told.payload("a1");
            assert_eq!(Told::read(&payload, "b2"), Some(told));
            assert_eq!(Told::read(&payload, "a1"), None);
        }
        assert_eq!(Told::read("", "a1"), Some(Told::default()));
    }
}
