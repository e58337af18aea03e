//! Who acts, and when.

use crate::ports::Clock;
use portal_model::{
    Lang, PersonId, Timestamp,
    mandate::Mandate,
    person::{Membership, Person},
    token::AccessToken,
};
use std::sync::Arc;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has not signed in.
    Anonymous,
    /// A signed-in person.
    Person {
        /// Who.
        person: Person,
        /// Memberships that have not ended.
        memberships: Vec<Membership>,
        /// Live mandates that the person's organisations hold.
        mandates: Vec<Mandate>,
    },
    /// A vendor's pipeline with an access key. It acts for the person who made the key, and only where the key reaches.
    Token {
        /// The key.
        token: AccessToken,
        /// Who made it.
        person: Person,
        /// What that person still is in the vendor's organisation: a key is worth no more than its maker.
        memberships: Vec<Membership>,
    },
    /// The portal itself: the engine, reconcilers, seeds.
    System,
    /// Somebody at the command line of the server.
    CommandLine,
}

/// The context of one use case.
#[derive(Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// Language of the person.
    pub lang: Lang,
    /// Now, the same for the whole use case.
    pub now: Timestamp,
}

impl Ctx {
    /// A context of the portal itself.
    pub fn system(clock: &Arc<dyn Clock>) -> Self {
        Self { actor: Actor::System, lang: Lang::De, now: clock.now() }
    }

    /// The person, if signed in.
    pub fn person(&self) -> Option<&Person> {
        match &self.actor {
            Actor::Person { person, .. } | Actor::Token { person, .. } => Some(person),
            _ => None,
        }
    }

    /// Id of the person, if signed in.
    pub fn person_id(&self) -> Option<PersonId> {
        self.person().map(|p| p.id)
    }

    /// Memberships; none for anyone but a signed-in person.
    pub fn memberships(&self) -> &[Membership] {
        match &self.actor {
            Actor::Person { memberships, .. } | Actor::Token { memberships, .. } => memberships,
            _ => &[],
        }
    }

    /// The access key, if a pipeline acts.
    pub fn token(&self) -> Option<&AccessToken> {
        match &self.actor {
            Actor::Token { token, .. } => Some(token),
            _ => None,
        }
    }

    /// Live mandates; none for anyone but a signed-in person.
    pub fn mandates(&self) -> &[Mandate] {
        match &self.actor {
            Actor::Person { mandates, .. } => mandates,
            _ => &[],
        }
    }
}
