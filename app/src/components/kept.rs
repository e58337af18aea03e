//! Parts of pages that look the same wherever they stand, kept as HTML: rendering an entry of the catalogue takes longer
//! than finding it, and a search shows the same entries again and again.

use leptos::{
    prelude::*,
    tachys::{html::InertElement, view::any_view::AnyView},
};
use portal_model::Lang;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{LazyLock, PoisonError, RwLock},
};

/// HTML by everything it was made of, so it never has to be thrown away for being old.
type Parts<K> = RwLock<HashMap<K, String>>;

/// Kept parts of one kind; each is one element.
pub struct Kept<K> {
    parts: LazyLock<[Parts<K>; 2]>,
    most: usize,
}

impl<K: Eq + Hash + Clone> Kept<K> {
    /// Room for so many in each language; then it begins anew.
    pub const fn new(most: usize) -> Self {
        Self { parts: LazyLock::new(Default::default), most }
    }

    /// The part for a model, rendered if it is not there.
    pub fn view(&self, l: Lang, model: &K, render: impl FnOnce() -> AnyView) -> AnyView {
        let parts = &self.parts[usize::from(l == Lang::En)];
        if let Some(html) = parts.read().unwrap_or_else(PoisonError::into_inner).get(model) {
            return InertElement::new(html.clone()).into_any();
        }
        let html = render().to_html();
        let mut parts = parts.write().unwrap_or_else(PoisonError::into_inner);
        if parts.len() >= self.most {
            parts.clear();
        }
        parts.insert(model.clone(), html.clone());
        InertElement::new(html).into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::render;

    #[test]
    fn each_model_and_language_has_its_own_and_room_is_limited() {
        static KEPT: Kept<u32> = Kept::new(3);
        let part = |l: Lang, n: u32| move || view! { <li>{format!("{} {n} & <b>", l.tag())}</li> }.into_any();
        for round in 0..2 {
            for l in [Lang::De, Lang::En] {
                for n in 0..7 {
                    let shown = render(|| view! { <ul>{KEPT.view(l, &n, part(l, n))}</ul> }.into_any());
                    let plain = render(|| view! { <ul>{part(l, n)()}</ul> }.into_any());
                    assert_eq!(shown, plain, "round {round}");
                }
            }
        }
        assert!(KEPT.parts.iter().all(|parts| parts.read().unwrap().len() <= 3));
        let kept = render(|| KEPT.view(Lang::De, &6, || unreachable!("it is kept")));
        assert_eq!(kept, render(part(Lang::De, 6)));
    }
}
