// A test fails because of a wrong value; the clerk sees which, corrects it, and everything is tested again.

import assert from "node:assert/strict";
import { FLENSBURG, NORTH, PLOEN } from "../lib/people.mjs";
import {
  decide,
  enter,
  fillRequest,
  findCase,
  press,
  startRequest,
  submitRequest,
  takeUp,
  told,
  untilState,
} from "../lib/steps.mjs";

export const name = "red test";

const VERFAHREN = "Zweitwohnungssteuer";

export async function run(t) {
  // The opening state has one such case; without JavaScript another Verwaltung makes the same mistake.
  const who = t.script ? PLOEN : FLENSBURG;
  const clerk = await t.open(who.clerk);
  const { page } = clerk;
  let path;

  if (t.script) {
    await t.step("the opening state has a red test", async () => {
      path = await findCase(page, VERFAHREN, who.name);
    });
  } else {
    await t.step("a request is accepted with the placeholder still in it", async () => {
      const reference = await startRequest(page, "zweitwohnungssteuer");
      path = `/nachnutzungen/${reference}`;
      const values = { behoerde: who.name, kontakt_email: "steuern@verwaltung.example" };
      await fillRequest(page, reference, values, "Demo-Landes-RZ Nord");
      await submitRequest(page, reference);
      const consultant = await t.open(NORTH.first);
      await takeUp(consultant.page, reference);
      await decide(consultant.page, reference, "Annehmen", "");
      await told(consultant.page, "Der Antrag ist angenommen.");
    });
  }

  await t.step("the case says that the test failed, and which check", async () => {
    await page.goto(path);
    await untilState(clerk, "Test nicht bestanden");
    const report = page.getByRole("region", { name: "Testbericht" });
    assert.match(await report.innerText(), /Tests nicht bestanden/);
    assert.match(await report.locator(".portal-checks__item--failed").first().innerText(), /FEHLER.*GLAEUBIGER_ID/);
    await page.locator(".portal-status--own").waitFor();
    await t.inspect(clerk);
  });

  await t.step("acceptance is not possible now", async () => {
    assert.equal(await page.locator(".portal-panel--next").getByText("Abnahme erklären").count(), 0);
    const answer = await page.request.get(`${path}/abnahme`);
    assert.ok(answer.status() >= 400 && answer.status() < 500, `${answer.status()}`);
  });

  await t.step("the clerk corrects the value and everything is tested again", async () => {
    await page.locator(".portal-panel--next").getByRole("link", { name: "Angaben korrigieren" }).click();
    await t.inspect(clerk);
    await enter(page, { glaeubiger_id: "DE98ZZZ09999999999" });
    await press(page, "Speichern und neu testen");
    await told(page, "Die Angaben sind korrigiert.");
    await page.goto(path);
    await untilState(clerk, "In Abnahme");
    assert.match(await page.getByRole("region", { name: "Testbericht" }).innerText(), /Tests bestanden/);
  });
}
