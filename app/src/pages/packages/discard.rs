//! Discarding a package: asks once more.

use super::of_package;
use crate::{
    Assets,
    components::{form, link, page_header, paragraph},
};
use leptos::prelude::*;
use portal_model::pages::{Frame, packages::PackagePage};

/// `GET /pakete/{reference}/verwerfen`
pub fn discard(frame: &Frame, assets: &Assets, m: &PackagePage) -> String {
    let l = frame.lang;
    let title = l.pick("Paket verwerfen?", "Discard the package?");
    of_package(frame, assets, m, title).render(|| {
        let path = format!("/pakete/{}", m.row.reference);
        let text = l.pick(
            "Das Paket kommt nicht in den Katalog und kann nicht wieder aufgenommen werden. Bericht und Nachrichten bleiben einsehbar. Dieselbe Version können Sie neu hochladen.",
            "The package does not come into the catalogue and cannot be taken up again. Report and messages can still be seen. You can upload the same version anew.",
        );
        let yes = form::submit("primary", "", "", l.pick("Ja, Paket verwerfen", "Yes, discard the package"));
        let no = link(l.path(&path), l.pick("Nein, zurück", "No, go back"));
        let content = view! {
            {form::lock(m.lock)}
            <div class="portal-danger-zone">{paragraph(text)} {form::actions(vec![yes, no])}</div>
        };
        view! {
            {page_header(title, &super::name_of(l, m))}
            {form::post(l, &format!("{path}/verwerfen"), false, content.into_any())}
        }
        .into_any()
    })
}
