//! Forms: 303 after success, 422 with what was entered and what is wrong with it.

use crate::common::{VALUES, VERFAHREN, World};
use axum::http::StatusCode;

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
    assert!(outdated.text().contains(&format!("/nachnutzungen/{r}")));
    assert!(clerk.get(&path).await.text().contains("Hafenamt Nord"));
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
