//! Impressum, Datenschutz, Barrierefreiheit, Leichte Sprache. Demonstration texts: whoever runs a portal puts in their own.

use crate::{
    Assets,
    components::{alert, page_header, paragraph},
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, pages::Frame};

/// A heading with its paragraphs, in one language.
type Chapter = (&'static str, &'static [&'static str]);

/// `GET /impressum`
pub fn imprint(frame: &Frame, assets: &Assets) -> String {
    let chapters: &[Chapter] = match frame.lang {
        Lang::De => &[
            (
                "Betreiberin des Portals",
                &[
                    "Die öffentliche Stelle, die dieses Portal betreibt. Hier stehen im Betrieb Name, Anschrift und Vertretung nach § 5 DDG.",
                ],
            ),
            (
                "Kontakt",
                &[
                    "Geschäftsstelle des Portals, erreichbar über das Funktionspostfach der Betreiberin. Bei Fragen zu einer Nachnutzung hilft deren Seite: dort steht, bei wem sie liegt.",
                ],
            ),
            (
                "Inhaltlich verantwortlich",
                &[
                    "Die Redaktion der Betreiberin. Für die Angaben zu einem Verfahren ist dessen Herausgeber verantwortlich.",
                ],
            ),
            ("Aufsicht", &["Die Rechtsaufsicht der Betreiberin."]),
            (
                "Freie Software",
                &[
                    "Das Portal ist freie Software unter der EUPL-1.2. Die Gestaltung folgt dem KERN-Designsystem (EUPL-1.2). Schrift: Fira Sans (SIL Open Font License 1.1).",
                ],
            ),
        ],
        Lang::En => &[
            (
                "Operator of the portal",
                &[
                    "The public body that runs this portal. In real operation its name, address and representation stand here (section 5 DDG).",
                ],
            ),
            (
                "Contact",
                &[
                    "Office of the portal, reached by the operator's functional mailbox. Questions about a case are best asked on its page, which says with whom it lies.",
                ],
            ),
            (
                "Responsible for the content",
                &["The operator's editorial office. Each Verfahren's details are its vendor's responsibility."],
            ),
            ("Supervision", &["The operator's supervisory authority."]),
            (
                "Free software",
                &[
                    "The portal is free software under EUPL-1.2. Its design follows the KERN design system (EUPL-1.2). Typeface: Fira Sans (SIL Open Font License 1.1).",
                ],
            ),
        ],
    };
    page(frame, assets, frame.lang.pick("Impressum", "Imprint"), chapters)
}

/// `GET /datenschutz`
pub fn privacy(frame: &Frame, assets: &Assets) -> String {
    let chapters: &[Chapter] = match frame.lang {
        Lang::De => &[
            (
                "Wer verantwortlich ist",
                &[
                    "Verantwortlich ist die Betreiberin des Portals (siehe Impressum). Die oder der Datenschutzbeauftragte der Betreiberin ist über deren Funktionspostfach erreichbar.",
                ],
            ),
            (
                "Was ohne Anmeldung gespeichert wird",
                &[
                    "Wer den Katalog liest, bekommt kein Cookie. Der Webserver hält Zeitpunkt, Adresse der Seite und die verkürzte Netzadresse kurz fest, um Störungen und Angriffe zu erkennen. Es gibt keine Auswertung des Verhaltens und keine Inhalte Dritter.",
                ],
            ),
            (
                "Was mit Anmeldung gespeichert wird",
                &[
                    "Beim Anmelden entsteht ein Sitzungs-Cookie, das nach dem Abmelden oder nach längerer Pause ungültig wird. Gespeichert werden Name, Rollen und was Sie im Portal tun, soweit es für Anträge, Abnahmen, Freischaltungen und das Protokoll nötig ist.",
                ],
            ),
            (
                "Protokoll",
                &[
                    "Jede Handlung an einem Fall wird festgehalten: wer, für wen, mit welcher Vollmacht. Grundlage ist die Erfüllung öffentlicher Aufgaben und die Nachweispflicht (Art. 6 Abs. 1 Buchst. c und e DSGVO). Namen stehen in einem löschbaren Teil; die Kette der Nachweise bleibt danach prüfbar.",
                ],
            ),
            (
                "Wie lange",
                &[
                    "Fälle werden nach den Aufbewahrungsfristen der jeweiligen Verwaltung gelöscht, Zugriffsdaten nach wenigen Tagen.",
                ],
            ),
            (
                "Ihre Rechte",
                &[
                    "Auskunft, Berichtigung, Löschung, Einschränkung und Widerspruch. Außerdem können Sie sich bei der Datenschutzaufsicht Ihres Landes beschweren.",
                ],
            ),
        ],
        Lang::En => &[
            (
                "Who is responsible",
                &[
                    "The operator of the portal is responsible (see imprint). Its data protection officer is reached by its functional mailbox.",
                ],
            ),
            (
                "What is stored without signing in",
                &[
                    "Reading the catalogue sets no cookie. The web server keeps the time, the address of the page and a shortened network address for a short while to recognise faults and attacks. There is no tracking and no third-party content.",
                ],
            ),
            (
                "What is stored when you sign in",
                &[
                    "Signing in creates a session cookie that becomes invalid when you sign out or after a longer pause. Stored are your name, your roles and what you do in the portal, as far as requests, acceptances, activations and the record need it.",
                ],
            ),
            (
                "Record",
                &[
                    "Every act on a case is recorded: who, for whom, under which mandate. The basis is the performance of public tasks and the duty to give evidence (Art. 6 (1) (c) and (e) GDPR). Names stand in an erasable part; the chain of evidence can still be checked afterwards.",
                ],
            ),
            (
                "For how long",
                &["Cases are erased by the retention periods of each administration, access data after a few days."],
            ),
            (
                "Your rights",
                &[
                    "Access, rectification, erasure, restriction and objection. You can also complain to the data protection authority of your Land.",
                ],
            ),
        ],
    };
    page(frame, assets, frame.lang.pick("Datenschutz", "Privacy"), chapters)
}

/// `GET /barrierefreiheit`
pub fn accessibility(frame: &Frame, assets: &Assets) -> String {
    let chapters: &[Chapter] = match frame.lang {
        Lang::De => &[
            (
                "Stand der Vereinbarkeit",
                &[
                    "Das Portal soll die BITV 2.0 und die WCAG 2.2 in Stufe AA erfüllen. Diese Demonstration wurde maschinell geprüft; eine Prüfung durch eine unabhängige Stelle steht aus.",
                ],
            ),
            (
                "Was wir dafür tun",
                &[
                    "Alle Aufgaben gehen mit der Tastatur, mit Vorleseprogrammen und ohne JavaScript. Zustände sind an Wort und Form erkennbar, nicht nur an der Farbe. Die Seiten folgen Ihrer Einstellung für helle oder dunkle Darstellung, hohen Kontrast und weniger Bewegung.",
                ],
            ),
            (
                "Bekannte Grenzen",
                &[
                    "Die Tabelle der Werte je Gemeinde muss auf kleinen Bildschirmen seitlich verschoben werden. Verfahren, die über das Portal bereitgestellt werden, haben eine eigene Erklärung ihres Herausgebers.",
                ],
            ),
            (
                "Barriere melden",
                &[
                    "Schreiben Sie der Geschäftsstelle des Portals (siehe Impressum), welche Seite und welches Hilfsmittel betroffen ist. Sie bekommen innerhalb von vier Wochen eine Antwort.",
                ],
            ),
            (
                "Durchsetzungsverfahren",
                &[
                    "Hilft die Antwort nicht, können Sie die Schlichtungs- oder Durchsetzungsstelle Ihres Landes einschalten. Das Verfahren ist kostenlos.",
                ],
            ),
        ],
        Lang::En => &[
            (
                "Conformance",
                &[
                    "The portal is meant to meet BITV 2.0 and WCAG 2.2 level AA. This demonstration was checked by tools; a check by an independent body is still to come.",
                ],
            ),
            (
                "What we do for it",
                &[
                    "Every task works by keyboard, with screen readers and without JavaScript. States can be told by word and shape, not by colour alone. Pages follow your setting for light or dark display, high contrast and less motion.",
                ],
            ),
            (
                "Known limits",
                &[
                    "The table of values per Gemeinde has to be scrolled sideways on small screens. Verfahren that are set up through the portal have their vendor's own statement.",
                ],
            ),
            (
                "Report a barrier",
                &[
                    "Write to the office of the portal (see imprint) which page and which aid are concerned. You get an answer within four weeks.",
                ],
            ),
            (
                "Enforcement",
                &[
                    "If the answer does not help, you can turn to the arbitration or enforcement body of your Land. That is free of charge.",
                ],
            ),
        ],
    };
    page(frame, assets, frame.lang.pick("Erklärung zur Barrierefreiheit", "Accessibility statement"), chapters)
}

/// `GET /leichte-sprache`
pub fn easy_language(frame: &Frame, assets: &Assets) -> String {
    let chapters: &[Chapter] = match frame.lang {
        Lang::De => &[
            (
                "Was ist das Portal?",
                &[
                    "Das Portal ist für Ämter und Rathäuser.",
                    "Ein Amt findet hier Programme für das Internet.",
                    "Zum Beispiel ein Programm für die Hunde-Steuer.",
                    "Ein anderes Amt hat das Programm vielleicht schon.",
                    "Dann muss niemand das Programm noch einmal machen.",
                ],
            ),
            (
                "Wie geht das?",
                &[
                    "1. Das Amt sucht ein Programm.",
                    "2. Das Amt stellt einen Antrag.",
                    "3. Fach-Leute vom Land prüfen den Antrag.",
                    "4. Das Programm wird getestet.",
                    "5. Das Amt prüft das Programm.",
                    "6. Zwei Personen sagen Ja.",
                    "Dann können Bürgerinnen und Bürger das Programm benutzen.",
                ],
            ),
            (
                "Was können Sie hier tun?",
                &[
                    "Sie können alle Programme ansehen.",
                    "Dafür müssen Sie sich nicht anmelden.",
                    "Auf der Seite vom Katalog ist ein Feld zum Suchen.",
                    "Schreiben Sie dort ein Wort hinein.",
                ],
            ),
            (
                "Haben Sie Fragen?",
                &["Wenden Sie sich an die Geschäfts-Stelle vom Portal.", "Im Impressum steht, wer das ist."],
            ),
        ],
        Lang::En => &[
            (
                "What is this portal?",
                &[
                    "The portal is for town halls and public offices.",
                    "An office finds computer programs for the internet here.",
                    "For example a program for the dog tax.",
                    "Another office may have the program already.",
                    "Then nobody has to make it again.",
                ],
            ),
            (
                "How does it work?",
                &[
                    "1. The office looks for a program.",
                    "2. The office asks for it.",
                    "3. Experts of the Land check the request.",
                    "4. The program is tested.",
                    "5. The office checks the program.",
                    "6. Two people say yes.",
                    "Then citizens can use the program.",
                ],
            ),
            (
                "What can you do here?",
                &[
                    "You can look at all programs.",
                    "You do not need to sign in for that.",
                    "There is a search field on the page of the catalogue.",
                    "Type a word there.",
                ],
            ),
            ("Any questions?", &["Ask the office of the portal.", "The imprint says who that is."]),
        ],
    };
    page(frame, assets, frame.lang.pick("Leichte Sprache", "Easy language"), chapters)
}

fn page(frame: &Frame, assets: &Assets, title: &str, chapters: &[Chapter]) -> String {
    let l = frame.lang;
    Shell::new(frame, assets, title).render(|| content(l, title, chapters))
}

fn content(l: Lang, title: &str, chapters: &[Chapter]) -> AnyView {
    let note = paragraph(l.pick(
        "Dieser Text ist ein Muster für die Demonstration. Wer das Portal betreibt, ersetzt ihn durch den eigenen.",
        "This text is a sample for the demonstration. Whoever runs the portal replaces it by their own.",
    ));
    let chapters = chapters.iter().map(|(heading, paragraphs)| {
        let paragraphs = paragraphs.iter().map(|p| view! { <p>{*p}</p> }).collect_view();
        view! {
            <h2 class="kern-heading-medium">{*heading}</h2>
            {paragraphs}
        }
    });
    view! {
        {page_header(title, "")}
        <div class="portal-prose">
            {alert("info", l.pick("Mustertext", "Sample text"), Some(note))}
            {chapters.collect_view()}
        </div>
    }
    .into_any()
}
