//! Room for live views: for all together, and for each person, so that nobody takes the room of the others.

use parking_lot::Mutex;
use portal_model::PersonId;
use std::{collections::HashMap, sync::Arc};

/// Live views that may be open at the same time.
const MOST: usize = 2000;
/// Of these, how many by one person.
const MOST_OF_ONE: usize = 100;

/// Open live views by person.
#[derive(Debug, Clone, Default)]
pub struct Streams {
    open: Arc<Mutex<HashMap<PersonId, usize>>>,
}

/// A place; given back when dropped.
#[derive(Debug)]
pub struct Place {
    streams: Streams,
    person: PersonId,
}

impl Streams {
    /// A place for one more live view of a person, if there is one.
    pub fn take(&self, person: PersonId) -> Option<Place> {
        let mut open = self.open.lock();
        let (all, own) = (open.values().sum::<usize>(), open.get(&person).copied().unwrap_or(0));
        if all >= MOST || own >= MOST_OF_ONE {
            return None;
        }
        open.insert(person, own + 1);
        Some(Place { streams: self.clone(), person })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock();
        if let Some(own) = open.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_leaves_room_for_others() {
        let person = |n: u128| PersonId(uuid::Uuid::from_u128(n));
        let streams = Streams::default();
        let mut places: Vec<Place> = (0..MOST_OF_ONE).map(|_| streams.take(person(1)).unwrap()).collect();
        assert!(streams.take(person(1)).is_none());
        places.pop();
        places.push(streams.take(person(1)).unwrap());
        let others = (2..=20).flat_map(|n| (0..MOST_OF_ONE).map(move |_| person(n)));
        places.extend(others.map(|p| streams.take(p).unwrap()));
        assert_eq!(places.len(), MOST);
        assert!(streams.take(person(21)).is_none(), "there is room for so many");
        drop(places);
        assert!(streams.open.lock().is_empty());
    }
}
