//! The order of keys in a JSON file: `serde_json::Value` sorts them, but a form follows the order of its author.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Keys of an object in their order, with those of its values.
#[derive(Debug, Default)]
pub struct Order(Vec<(String, Order)>);

impl Order {
    /// Reads the order from a JSON text; empty if it is not readable.
    pub fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// The order below a key.
    pub fn under(&self, key: &str) -> Option<&Order> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, order)| order)
    }

    /// The first key that occurs twice in one object, with the path to it.
    pub fn duplicate(&self) -> Option<String> {
        let mut seen = std::collections::HashSet::new();
        for (key, inner) in &self.0 {
            if !seen.insert(key) {
                return Some(key.clone());
            }
            if let Some(path) = inner.duplicate() {
                return Some(format!("{key}.{path}"));
            }
        }
        None
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrderVisitor)
    }
}

struct OrderVisitor;

impl<'de> Visitor<'de> for OrderVisitor {
    type Value = Order;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Order, A::Error> {
        let mut keys = Vec::new();
        while let Some(entry) = map.next_entry()? {
            keys.push(entry);
        }
        Ok(Order(keys))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Order, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Order::default())
    }

    fn visit_unit<E>(self) -> Result<Order, E> {
        Ok(Order::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Order, E> {
        Ok(Order::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Order, E> {
        Ok(Order::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Order, E> {
        Ok(Order::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Order, E> {
        Ok(Order::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<Order, E> {
        Ok(Order::default())
    }
}
