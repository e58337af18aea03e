//! Forms: 303 after success, 422 with what was entered and what is wrong with it.

use crate::common::{VALUES, VERFAHREN, World};
use axum::http::{Method, StatusCode};

#[tokio::test]
async fn a_request_goes_from_start_to_the_decision() {
    let world = World::new().await;
    let clerk = world.signed_in(world.clerk).await;
    let started = clerk.post(&format!("/verfahren/{VERFAHREN}/nachnutzen"), &[("fuer", "nordstadt")]).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    let tasks = started.header("location").strip_suffix("?ok=started").unwrap().to_owned();
    let case = tasks.strip_suffix("/antrag").unwrap().to_owned();
    let r = portal_model::reference::Reference::parse(case.rsplit('/').next().unwrap()).unwrap();

    let lock = world.lock(&r).await;
    let areas = clerk.post(&format!("{tasks}/gemeinden"), &[("lock", &lock), ("ars", "010010000000")]).await;
    assert_eq!(areas.header("location"), format!("{tasks}?ok=saved"), "{}", areas.text());

    let lock = world.lock(&r).await;
    let mut fields = vec![("lock", lock.as_str()), ("aktion", "weiter")];
    fields.extend(VALUES);
    let values = clerk.post(&format!("{tasks}/werte"), &fields).await;
    assert_eq!(values.header("location"), format!("{tasks}?ok=saved"), "{}", values.text());

    let lock = world.lock(&r).await;
    let target = clerk.post(&format!("{tasks}/ziel"), &[("lock", &lock), ("ziel", "rz")]).await;
    assert_eq!(target.header("location"), format!("{tasks}?ok=saved"), "{}", target.text());

    let lock = world.lock(&r).await;
    let submitted = clerk.post(&format!("{tasks}/zusammenfassung"), &[("lock", &lock)]).await;
    assert_eq!(submitted.header("location"), format!("{case}?ok=submitted"), "{}", submitted.text());

    let consultant = world.signed_in(world.consultant).await;
    let lock = world.lock(&r).await;
    let review = format!("{case}/pruefung");
    let taken = consultant.post(&review, &[("lock", &lock), ("aktion", "uebernehmen")]).await;
    assert_eq!(taken.header("location"), format!("{review}?ok=taken"), "{}", taken.text());

    // A question without a question: the form comes back with the choice kept.
    let lock = world.lock(&r).await;
    let decide = [("lock", lock.as_str()), ("aktion", "entscheiden"), ("entscheidung", "return"), ("begruendung", " ")];
    let refused = consultant.post(&review, &decide).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("<title>Fehler: "), "{}", refused.text());

    let decide = [("lock", lock.as_str()), ("aktion", "entscheiden"), ("entscheidung", "accept"), ("begruendung", "")];
    let accepted = consultant.post(&format!("/en{review}"), &decide).await;
    assert_eq!(accepted.header("location"), format!("/en{case}?ok=accepted"), "{}", accepted.text());
    let page = clerk.get(&case).await.text();
    assert!(page.contains("BE-"), "{page}");
}

#[tokio::test]
async fn wrong_values_stay_in_the_form() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/antrag/werte");
    let lock = world.lock(&r).await;
    let entered = "Hafenamt <b>& Söhne</b>";
    let fields = [("lock", lock.as_str()), ("aktion", "weiter"), ("w.behoerde", entered), ("w.frist_tage", "zwölf")];
    let answer = clerk.post(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    for part in ["Hafenamt &lt;b&gt;&amp; Söhne", "zwölf", "w-frist-tage", "Bitte geben Sie eine"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("<b>&"));
    // The English form says it in English.
    let answer = clerk.post(&format!("/en{path}"), &fields).await;
    assert!(answer.text().contains("Please enter a"));
}

#[tokio::test]
async fn an_unfinished_draft_is_kept() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/antrag/werte");
    let lock = world.lock(&r).await;
    let saved = clerk.post(&path, &[("lock", &lock), ("aktion", "speichern"), ("w.behoerde", "Hafenamt Nord")]).await;
    assert_eq!(saved.header("location"), format!("/nachnutzungen/{r}/antrag?ok=saved"), "{}", saved.text());
    assert!(clerk.get(&path).await.text().contains("Hafenamt Nord"));
    // Somebody else saved in between: nothing is overwritten.
    let outdated = clerk.post(&path, &[("lock", &lock), ("aktion", "speichern"), ("w.behoerde", "Anderes Amt")]).await;
    assert_eq!(outdated.status, StatusCode::CONFLICT);
    assert!(clerk.get(&path).await.text().contains("Hafenamt Nord"));
    // The form comes back with what was entered, and can be sent again on purpose.
    let page = outdated.text();
    let fresh = world.lock(&r).await;
    for part in
        ["Jemand anderes hat inzwischen gespeichert", "Anderes Amt", &format!("name=\"lock\" value=\"{fresh}\"")]
    {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    let again = clerk.post(&path, &[("lock", &fresh), ("aktion", "speichern"), ("w.behoerde", "Anderes Amt")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    assert!(clerk.get(&path).await.text().contains("Anderes Amt"));
}

#[tokio::test]
async fn choices_are_kept_with_their_error() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let lock = world.lock(&r).await;
    for (below, fields) in
        [("gemeinden", vec![("ars", "019999999999")]), ("gemeinden", vec![]), ("ziel", vec![("ziel", "nirgends")])]
    {
        let mut all = vec![("lock", lock.as_str())];
        all.extend(fields);
        let answer = clerk.post(&format!("/nachnutzungen/{r}/antrag/{below}"), &all).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{below}");
        assert!(answer.text().contains("<title>Fehler: "), "{below}");
    }
    let early = clerk.post(&format!("/nachnutzungen/{r}/antrag/zusammenfassung"), &[("lock", &lock)]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn outdated_forms_come_back_with_what_was_entered() {
    let world = World::new().await;
    let r = world.submitted().await;
    let consultant = world.signed_in(world.consultant).await;
    let (case, review) = (format!("/nachnutzungen/{r}"), format!("/nachnutzungen/{r}/pruefung"));
    let old = world.lock(&r).await;
    assert_eq!(
        consultant.post(&review, &[("lock", &old), ("aktion", "uebernehmen")]).await.status,
        StatusCode::SEE_OTHER
    );
    let decide = [
        ("lock", old.as_str()),
        ("aktion", "entscheiden"),
        ("entscheidung", "return"),
        ("begruendung", "Warum 100 m?"),
    ];
    for (prefix, words) in [("", "Ihre Eingaben stehen noch hier"), ("/en", "Your entries are still here")] {
        let answer = consultant.post(&format!("{prefix}{review}"), &decide).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let page = answer.text();
        for part in [words, "Warum 100 m?", "portal-error-summary"] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }
    let clerk = world.signed_in(world.clerk).await;
    let answer = clerk.post(&format!("{case}/zurueckziehen"), &[("lock", &old)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text().contains("Ja, Antrag zurückziehen") && answer.text().contains("portal-error-summary"));
    // What may not be done, or does not exist, is no page of a form.
    assert_eq!(clerk.post(&review, &decide).await.status, StatusCode::FORBIDDEN);
    let stranger = world.signed_in(world.stranger).await;
    assert_eq!(stranger.post(&review, &decide).await.status, StatusCode::NOT_FOUND);
    // Where the page is gone too, the error has one of its own.
    let gone = clerk.post(&format!("{case}/abnahme"), &[("lock", &old), ("entscheidung", "accept")]).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    assert!(gone.text().contains(&format!("href=\"{case}\"")) && gone.text().contains("Zur Nachnutzung"));
}

#[tokio::test]
async fn a_rule_that_is_not_met_stands_in_the_form() {
    let world = World::new().await;
    let r = world.submitted().await;
    let consultant = world.signed_in(world.consultant).await;
    let review = format!("/nachnutzungen/{r}/pruefung");
    consultant.post(&review, &[("lock", &world.lock(&r).await), ("aktion", "uebernehmen")]).await;
    let lock = world.lock(&r).await;
    let decide = [("lock", lock.as_str()), ("aktion", "entscheiden"), ("entscheidung", "accept"), ("begruendung", "")];
    assert_eq!(consultant.post(&review, &decide).await.status, StatusCode::SEE_OTHER);
    // Nothing works in this portal, so the first operation never ends and nothing can be taken down.
    let signatory = world.signed_in(world.signatory).await;
    let remove = format!("/nachnutzungen/{r}/entfernen");
    let typed = r.as_str().to_lowercase().replace('-', " ");
    let answer = signatory.post(&remove, &[("lock", &world.lock(&r).await), ("bestaetigung", &typed)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    let page = answer.text();
    let kept = format!("value=\"{typed}\"");
    for part in ["Eine Voraussetzung fehlt", "Es läuft schon eine Bereitstellung", &kept, "<title>Fehler: "] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    // A wrong confirmation is kept too, and the page says exactly what to type.
    let answer = signatory.post(&remove, &[("lock", &world.lock(&r).await), ("bestaetigung", "na-123")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = format!("Bitte geben Sie <span class=\"portal-nowrap\">{r}</span> ein.");
    assert!(answer.text().contains("value=\"na-123\"") && answer.text().contains(&said));
}

#[tokio::test]
async fn what_is_missing_is_named_by_its_label() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let lock = world.lock(&r).await;
    let base = format!("/nachnutzungen/{r}/antrag");
    clerk.post(&format!("{base}/werte"), &[("lock", &lock), ("aktion", "speichern"), ("w.frist_tage", "14")]).await;
    let lock = world.lock(&r).await;
    let answer = clerk.post(&format!("{base}/zusammenfassung"), &[("lock", &lock)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    let link = format!("href=\"{base}/werte#w-behoerde\">Name der Verwaltung: Bitte");
    assert!(page.contains(&link), "{page}");
    assert!(!page.contains(">behoerde"));
    let page = clerk.get(&format!("/en{base}/zusammenfassung")).await.text();
    assert!(page.contains("#w-behoerde\">Name of the administration: Please"), "{page}");
    // Where the link leads, the field is.
    assert!(clerk.get(&format!("{base}/werte")).await.text().contains("id=\"w-behoerde\""));
}

#[tokio::test]
async fn amounts_come_back_as_they_are_written() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/nachnutzungen/{r}/antrag/werte");
    for (prefix, typed) in [("", "45,50"), ("/en", "45.50"), ("", "45,5"), ("", "45,500")] {
        let lock = world.lock(&r).await;
        let fields = [("lock", lock.as_str()), ("aktion", "speichern"), ("w.gebuehr", typed)];
        assert_eq!(clerk.post(&format!("{prefix}{path}"), &fields).await.status, StatusCode::SEE_OTHER, "{typed}");
        assert!(clerk.get(&path).await.text().contains("value=\"45,50\""), "{typed}");
        assert!(clerk.get(&format!("/en{path}")).await.text().contains("value=\"45.50\""), "{typed}");
    }
    let lock = world.lock(&r).await;
    let answer = clerk.post(&path, &[("lock", &lock), ("aktion", "speichern"), ("w.gebuehr", "45,555")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("value=\"45,555\"") && answer.text().contains("höchstens 2 Nachkommastellen"));
}

#[tokio::test]
async fn a_form_sent_without_a_session_is_not_lost() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let lock = world.lock(&r).await;
    let path = format!("/nachnutzungen/{r}/antrag/werte");
    let fields = [
        ("lock", lock.as_str()),
        ("aktion", "speichern"),
        ("w.behoerde", "Hafenamt <Nord>"),
        ("g.010010000000.gebuehr", "12,50"),
        ("kennwort", "streng-geheim"),
    ];
    let answer = world.anonymous().post(&path, &fields).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::UNAUTHORIZED, "no-store"));
    let page = answer.text();
    for part in [
        format!("action=\"{path}\""),
        format!("name=\"lock\" value=\"{lock}\""),
        "name=\"w.behoerde\" value=\"Hafenamt &lt;Nord&gt;\"".to_owned(),
        "name=\"g.010010000000.gebuehr\" value=\"12,50\"".to_owned(),
        format!("/anmelden?next={}", path.replace('/', "%2F")),
        "Geheime Werte sind nicht dabei".to_owned(),
    ] {
        assert!(page.contains(&part), "{part} is missing in {page}");
    }
    assert!(!page.contains("streng-geheim") && !page.contains("kennwort"));
    // The same form with a session again is as if it had been sent then.
    let again = clerk.post(&path, &fields[..3]).await;
    assert_eq!(again.header("location"), format!("/nachnutzungen/{r}/antrag?ok=saved"), "{}", again.text());
    // A case that does not exist gives the same page (R4).
    let unknown = world.anonymous().post(&path.replace(r.as_str(), "NA-2222-2222"), &fields).await;
    assert_eq!(unknown.text().replace("NA-2222-2222", r.as_str()), page);
    // Other sites get no page with what they sent.
    let body = serde_urlencoded::to_string(fields).unwrap();
    let mut foreign = world.anonymous().request(Method::POST, &path, "application/x-www-form-urlencoded", body);
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let answer = clerk.send(foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.text().contains("Hafenamt"));
}

/// A secret of any release stays out, although nobody looks at the case.
#[tokio::test]
async fn secrets_are_not_given_back_without_a_session() {
    let world = World::new().await;
    world.publish("fundsachen", "1.0.0").await;
    let secrets = world.portal.catalogue().newest("fundsachen").unwrap().release.facts.secrets.clone();
    assert!(!secrets.is_empty());
    for path in secrets {
        let name = format!("w.{path}");
        let fields = [("w.behoerde", "Fundbüro"), (name.as_str(), "streng-geheim")];
        let answer = world.anonymous().post("/nachnutzungen/NA-2222-2222/antrag/werte", &fields).await;
        assert!(answer.text().contains("Fundbüro") && !answer.text().contains("streng-geheim"), "{name}");
        assert!(answer.text().contains("Geheime Werte sind nicht dabei"));
    }
}
