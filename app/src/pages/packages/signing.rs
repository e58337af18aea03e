//! Whether a vendor's packages must be signed.

use crate::components::{alert, form, paragraph};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, pages::packages::KeysPage};

/// Who demands signatures, and the button that changes what the vendor demands.
pub fn policy(l: Lang, m: &KeysPage) -> AnyView {
    let has_key = m.keys.iter().any(|k| k.revoked_at.is_none());
    let text = match (m.signatures.by_portal, m.signatures.by_vendor) {
        (true, _) => l.pick(
            "Dieses Portal nimmt nur signierte Pakete an. Das hat sein Betrieb so eingestellt.",
            "This portal takes signed packages only. Its operator set it so.",
        ),
        (false, true) => l.pick(
            "Alle Ihre Pakete müssen signiert sein. Ohne Signatur wird keines angenommen, eingereicht oder freigegeben.",
            "All your packages have to be signed. Without a signature none is taken, handed in or released.",
        ),
        (false, false) => l.pick(
            "Pakete ohne Signatur werden angenommen und als „nicht signiert“ gezeigt, auch wenn ein Schlüssel hinterlegt ist.",
            "Packages without a signature are taken and shown as “not signed”, also if a key is registered.",
        ),
    };
    let stuck = (m.signatures.required() && !has_key).then(|| {
        let title = l.pick("Es ist kein gültiger Schlüssel hinterlegt", "No valid key is registered");
        let text = l.pick(
            "So lange können Sie nichts hochladen, einreichen oder freigeben lassen. Hinterlegen Sie einen neuen Schlüssel.",
            "Until then you can upload nothing, hand nothing in and have nothing released. Register a new key.",
        );
        alert("warning", title, Some(paragraph(text)))
    });
    view! {
        <h3 class="kern-title" id="signaturpflicht">
            {l.pick("Müssen Ihre Pakete signiert sein?", "Do your packages have to be signed?")}
        </h3>
        <p class="kern-body">{text}</p>
        {stuck}
        {button(l, m, has_key)}
    }
    .into_any()
}

fn button(l: Lang, m: &KeysPage, has_key: bool) -> Option<AnyView> {
    // Nothing to demand before there is a key, and nothing to waive that the vendor does not demand.
    let (action, label) = match (m.signatures.by_vendor, has_key) {
        (true, _) => {
            ("signaturfrei", l.pick("Auch Pakete ohne Signatur zulassen", "Admit packages without a signature"))
        }
        (false, true) if !m.signatures.by_portal => {
            ("signaturpflicht", l.pick("Signaturen verlangen", "Demand signatures"))
        }
        (false, _) => return None,
    };
    let submit = form::submit("secondary", "aktion", action, label);
    Some(form::post(l, "/zugangsschluessel", false, form::actions(vec![submit])))
}
