// Changing what is live: an update is prepared, tested, accepted and activated while production goes on; then production goes
// back to what it was, is stopped and started again. With JavaScript in one Verwaltung, without in another.

import assert from "node:assert/strict";
import { FLENSBURG, NORTH, ROTHENBURG, SOUTH } from "../lib/people.mjs";
import { declare, findCase, follow, onPage, press, told, untilState } from "../lib/steps.mjs";

export const name = "changes";

const VERFAHREN = "Gewerbe";

export async function run(t) {
  const place = t.script ? FLENSBURG : ROTHENBURG;
  const land = t.script ? NORTH : SOUTH;
  const clerk = await t.open(place.clerk);
  const signatory = await t.open(place.signatory);
  const consultant = await t.open(land.second);
  let path;

  await t.step("the clerk chooses a newer version", async () => {
    const { page } = clerk;
    path = await findCase(page, VERFAHREN, place.name);
    await page.goto(path);
    await follow(page, "Aktualisieren oder Angaben ändern");
    await onPage(page, "Aktualisieren oder ändern");
    await t.inspect(clerk);
    await press(page, "Weiter");
    await page.locator(".portal-error-summary", { hasText: "Bitte wählen Sie, was sich ändern soll." }).waitFor();
    await t.inspect(clerk);
    await page.getByRole("radio", { name: "Auf Version 1.1.0 aktualisieren" }).check();
    await press(page, "Weiter");
    await told(page, "Die Änderung ist angelegt.");
  });

  await t.step("what changes is shown before anything is tested", async () => {
    const { page } = clerk;
    // Some versions ask for values first.
    if (page.url().includes("/werte")) await press(page, "Speichern und weiter");
    await onPage(page, "Änderung prüfen");
    assert.match(await page.getByRole("main").innerText(), /1\.0\.0 → 1\.1\.0/);
    await t.inspect(clerk);
    await press(page, "In der Testumgebung testen");
    await told(page, "Die Änderung wird in der Testumgebung eingerichtet und getestet.");
    await page.getByText("Version 1.0.0 läuft solange unverändert weiter").waitFor();
    await untilState(clerk, "In Abnahme");
    await t.inspect(clerk);
  });

  await t.step("it is accepted and asked to go live", async () => {
    const { page } = clerk;
    const reference = path.split("/").pop();
    await declare(page, reference, "Abnahme erklären");
    await page.goto(`${path}/freischaltung`);
    await t.inspect(clerk);
    await page.getByLabel("Frühestens ab (Tag)").fill("2020-01-01");
    await press(page, "Freischaltung beantragen");
    await page.locator(".portal-error-summary", { hasText: "Bitte geben Sie einen Tag an, der noch kommt." }).waitFor();
    await t.inspect(clerk);
    await page.getByLabel("Frühestens ab (Tag)").fill("");
    await press(page, "Freischaltung beantragen");
    await told(page, "Die Freischaltung ist beantragt.");
  });

  await t.step("two people approve, and production is updated", async () => {
    for (const visitor of [signatory, consultant]) {
      await visitor.page.goto(`${path}/freischaltung`);
      await press(visitor.page, "Zustimmen");
      await told(visitor.page, "Ihre Zustimmung ist festgehalten.");
    }
    await clerk.page.goto(path);
    await untilState(clerk, "Live");
    assert.match(await clerk.page.getByRole("region", { name: "Auf einen Blick" }).innerText(), /1\.1\.0/);
    await t.inspect(clerk);
  });

  await t.step("production goes back to what it was", async () => {
    const { page } = signatory;
    await page.goto(path);
    await follow(page, "Zu einem früheren Stand zurückkehren");
    await t.inspect(signatory);
    await press(page, "Jetzt zurückkehren");
    await page.locator(".portal-error-summary").waitFor();
    await t.inspect(signatory);
    await page.getByRole("radio", { name: /^Version 1\.0\.0/ }).check();
    await page.getByLabel("Begründung").fill("Die neue Version meldet zu oft.");
    await press(page, "Jetzt zurückkehren");
    await told(page, "Die Produktion kehrt zum früheren Stand zurück.");
    await untilState(signatory, "Live");
    assert.match(await page.getByRole("region", { name: "Auf einen Blick" }).innerText(), /1\.0\.0/);
  });

  await t.step("production is stopped and started again", async () => {
    const { page } = signatory;
    await follow(page, "Produktion anhalten");
    await t.inspect(signatory);
    await press(page, "Produktion anhalten");
    await page.locator(".portal-error-summary", { hasText: "Bitte geben Sie eine Begründung an." }).waitFor();
    await page.getByLabel("Begründung").fill("Umzug des Bürgerbüros.");
    await press(page, "Produktion anhalten");
    await told(page, "Die Produktion wird angehalten.");
    await untilState(signatory, "Angehalten");
    await t.inspect(signatory);
    await follow(page, "Produktion wieder starten");
    await t.inspect(signatory);
    await press(page, "Produktion wieder starten");
    await told(page, "Die Produktion wird wieder gestartet.");
    await untilState(signatory, "Live");
    await t.inspect(signatory);
  });

  await t.step("a change is begun and discarded", async () => {
    const { page } = clerk;
    await page.goto(`${path}/aendern`);
    await page.getByRole("radio", { name: /Nur Angaben ändern/ }).check();
    await press(page, "Weiter");
    await told(page, "Die Änderung ist angelegt.");
    await press(page, "Speichern und weiter");
    await onPage(page, "Änderung prüfen");
    await page.getByText("Keine Angabe ist anders als heute").waitFor();
    await t.inspect(clerk);
    await follow(page, "Änderung verwerfen");
    await t.inspect(clerk);
    await press(page, "Änderung verwerfen");
    await told(page, "Die Änderung ist verworfen.");
    await untilState(clerk, "Live");
  });
}
