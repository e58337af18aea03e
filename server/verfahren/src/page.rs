//! The pages. Plain HTML without script; one style sheet, allowed by its hash.

use crate::settings::Settings;
use crate::texts::{Lang, Problem};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// The style sheet.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;color:CanvasText;background:Canvas}\
header,main,footer{max-width:42rem;margin:0 auto;padding:1rem}\
.hinweis{border:2px solid;padding:.75rem 1rem}\
.fehler{border-left:.5rem solid;padding:.25rem 1rem}\
label{display:block;font-weight:600;margin-top:1rem}\
input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:2px solid GrayText}\
button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.75rem 1.5rem;border:2px solid;cursor:pointer}\
:focus-visible{outline:3px solid Highlight;outline-offset:2px}\
.weg{position:absolute;left:-100vw}.weg:focus{position:static}";

/// Longest name, in characters.
const MAX_NAME: usize = 120;
/// Longest text, in characters.
const MAX_TEXT: usize = 4000;

/// The content security policy of all pages.
pub fn policy() -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// What was typed into the form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Form {
    /// Made with the page, so that sending it twice is one application.
    pub id: String,
    /// Who asks.
    pub name: String,
    /// For what.
    pub text: String,
}

impl Form {
    /// Reads the fields of a posted form; unknown ones are left out.
    pub fn read(body: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
        let mut form = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "id" => form.id = value,
                "name" => form.name = value.trim().to_owned(),
                "anliegen" => form.text = value.trim().to_owned(),
                _ => {}
            }
        }
        form
    }

    /// Fields that need a correction, with what to do.
    pub fn errors(&self, lang: Lang) -> Vec<(&'static str, &'static str)> {
        let mut errors = Vec::new();
        let count = self.name.chars().count();
        if count == 0 || count > MAX_NAME {
            errors.push((
                "name",
                lang.pick(
                    "Bitte geben Sie einen Namen mit höchstens 120 Zeichen ein.",
                    "Please enter a name of at most 120 characters.",
                ),
            ));
        }
        let count = self.text.chars().count();
        if count == 0 || count > MAX_TEXT {
            errors.push((
                "anliegen",
                lang.pick(
                    "Bitte beschreiben Sie Ihr Anliegen mit höchstens 4.000 Zeichen.",
                    "Please describe your request in at most 4,000 characters.",
                ),
            ));
        }
        errors
    }
}

/// The page with the form.
pub fn form(settings: &Settings, lang: Lang, form: &Form, errors: &[(&str, &str)], problem: Option<Problem>) -> String {
    let mut main = String::new();
    if !errors.is_empty() || problem.is_some() {
        main.push_str(r#"<div class="fehler" role="alert"><h2>"#);
        main.push_str(lang.pick("Bitte prüfen Sie Ihre Angaben", "Please check what you entered"));
        main.push_str("</h2><ul>");
        for (field, text) in errors {
            main.push_str(&format!(r##"<li><a href="#{field}">{text}</a></li>"##));
        }
        if let Some(problem) = problem {
            main.push_str(&format!("<li>{}</li>", escape(&problem.text(lang))));
        }
        main.push_str("</ul></div>");
    }
    let mark = |field: &str| {
        let wrong = errors.iter().find(|(name, _)| *name == field);
        wrong.map_or(String::new(), |_| r#" aria-invalid="true""#.to_owned())
    };
    let (name, text) = (lang.pick("Ihr Name", "Your name"), lang.pick("Ihr Anliegen", "Your request"));
    let send = lang.pick("Antrag absenden", "Send application");
    main.push_str(&format!(
        r#"<form method="post"><input type="hidden" name="id" value="{id}">
<label for="name">{name}</label><input id="name" name="name" value="{typed}" maxlength="{MAX_NAME}" required autocomplete="name"{name_mark}>
<label for="anliegen">{text}</label><textarea id="anliegen" name="anliegen" rows="6" maxlength="{MAX_TEXT}" required{text_mark}>
{written}</textarea>
<button>{send}</button></form>"#,
        id = escape(&form.id),
        typed = escape(&form.name),
        written = escape(&form.text),
        name_mark = mark("name"),
        text_mark = mark("anliegen"),
    ));
    document(settings, lang, &settings.name, &main)
}

/// What people see after sending.
pub fn thanks(settings: &Settings, lang: Lang, number: &str) -> String {
    let title = lang.pick("Ihr Antrag ist eingegangen", "Your application has arrived");
    let text = lang.pick("Ihre Vorgangsnummer:", "Your case number:");
    let again = lang.pick("Noch ein Antrag", "Another application");
    let main = format!(
        r#"<p role="status">{text} <strong>{}</strong></p><p><a href="{}?lang={}">{again}</a></p>"#,
        escape(number),
        address(settings),
        lang.code()
    );
    document(settings, lang, title, &main)
}

/// What people see where nothing is.
pub fn missing(settings: &Settings, lang: Lang) -> String {
    let title = lang.pick("Diese Seite gibt es nicht", "There is no such page");
    let back = lang.pick("Zum Formular", "To the form");
    let main = format!(r#"<p><a href="{}?lang={}">{back}</a></p>"#, address(settings), lang.code());
    document(settings, lang, title, &main)
}

/// Address of the form.
pub fn address(settings: &Settings) -> &str {
    if settings.path.is_empty() { "/" } else { &settings.path }
}

fn document(settings: &Settings, lang: Lang, heading: &str, main: &str) -> String {
    let notice = lang.pick(
        "Dies ist eine Vorführung. Niemand bearbeitet, was Sie absenden. Bitte geben Sie keine echten Daten ein.",
        "This is a demonstration. Nobody works on what you send. Please do not enter real data.",
    );
    let (skip, other) = (lang.pick("Zum Inhalt", "To the content"), lang.pick(("en", "English"), ("de", "Deutsch")));
    let name = escape(&settings.name);
    let title = if heading == settings.name { name.clone() } else { format!("{} – {name}", escape(heading)) };
    let mut contact = String::new();
    for (label, value) in [
        (lang.pick("Zuständig", "Responsible"), &settings.authority),
        (lang.pick("E-Mail", "E-mail"), &settings.email),
        (lang.pick("Telefon", "Telephone"), &settings.telephone),
        (lang.pick("Leistung", "Leistung (public service)"), &settings.leika),
    ] {
        if !value.is_empty() {
            contact.push_str(&format!("<div><dt>{label}</dt><dd>{}</dd></div>", escape(value)));
        }
    }
    let contact = if contact.is_empty() { contact } else { format!("<footer><dl>{contact}</dl></footer>") };
    format!(
        r##"<!doctype html><html lang="{code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{STYLE}</style></head><body><a class="weg" href="#inhalt">{skip}</a>
<header><p class="hinweis">{notice}</p><p><a href="{here}?lang={to}" lang="{to}" hreflang="{to}">{to_name}</a></p></header>
<main id="inhalt"><h1>{heading}</h1>
{main}</main>{contact}</body></html>
"##,
        code = lang.code(),
        here = address(settings),
        to = other.0,
        to_name = other.1,
        heading = escape(heading),
    )
}

/// Text as HTML, also within quotes.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
