//! Text in which references (NA-7K3M-Q2XD) stay on one line: they are read and typed by the letter, and a browser breaks at every
//! hyphen.

use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::reference::Reference;

/// Length of a reference in bytes.
const LENGTH: usize = 12;

/// The text with its references unbroken.
pub fn unbroken(text: &str) -> AnyView {
    let parts = parts(text).into_iter().map(|(part, whole)| match whole {
        true => view! { <span class="portal-nowrap">{part.to_owned()}</span> }.into_any(),
        false => part.to_owned().into_any(),
    });
    parts.collect_view().into_any()
}

/// Pieces of a text, and whether each is a reference.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let (mut parts, mut done) = (Vec::new(), 0);
    for (at, _) in text.match_indices('-') {
        // The first hyphen of a reference stands behind its two letters.
        let Some(start) = at.checked_sub(2).filter(|start| *start >= done) else { continue };
        let Some(found) = text.get(start..start + LENGTH) else { continue };
        if Reference::parse(found).is_some_and(|r| r.as_str() == found) {
            parts.extend([(&text[done..start], false), (found, true)].into_iter().filter(|(part, _)| !part.is_empty()));
            done = start + LENGTH;
        }
    }
    parts.extend(Some((&text[done..], false)).filter(|(rest, _)| !rest.is_empty()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_references_and_nothing_else() {
        assert_eq!(
            parts("Bitte geben Sie NA-7K3M-Q2XD ein."),
            [("Bitte geben Sie ", false), ("NA-7K3M-Q2XD", true), (" ein.", false),]
        );
        assert_eq!(parts("BE-7K3M-Q2XD"), [("BE-7K3M-Q2XD", true)]);
        assert_eq!(parts("PA-7K3M-Q2XDPA-7K3M-Q2XD").len(), 2);
        for plain in ["", "-", "ä-", "Demo-Landes-RZ Nord", "NA-7K3M", "na-7k3m-q2xd", "ÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "XX-7K3M-Q2XD"]
        {
            assert!(parts(plain).iter().all(|(_, whole)| !whole), "{plain}");
        }
    }
}
