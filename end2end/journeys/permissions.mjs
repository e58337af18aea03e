// What one may not see looks like what does not exist, and what one may not do is refused even without the button.

import assert from "node:assert/strict";
import { FLENSBURG, NORTH, PLOEN, ROTHENBURG, SOUTH } from "../lib/people.mjs";
import { findCase, forge, lockOf } from "../lib/steps.mjs";

export const name = "permissions";

const UNKNOWN = "NA-2222-2222";

export async function run(t) {
  const clerk = await t.open(FLENSBURG.clerk);
  let path;

  await t.step("a case of the opening state", async () => {
    path = await findCase(clerk.page, "Fundbüro", FLENSBURG.name);
  });

  for (const [who, person] of [
    ["a clerk of another Verwaltung", PLOEN.clerk],
    ["a consultant of another Land", SOUTH.first],
    ["nobody signed in", undefined],
  ]) {
    await t.step(`${who} gets the same answer for a foreign case as for one that does not exist`, async () => {
      const { page } = await t.open(person);
      for (const below of ["", "/antrag", "/antrag/werte", "/pruefung", "/abnahme", "/freischaltung", "/entfernen", "/live"]) {
        const foreign = await answer(page, `${path}${below}`);
        const unknown = await answer(page, `/nachnutzungen/${UNKNOWN}${below}`);
        assert.deepEqual(foreign, unknown, below);
        assert.ok(foreign.status >= 300, `${below}: ${foreign.status}`);
      }
      const reference = path.split("/").pop();
      const foreign = await answer(page, `/api/v1/requests/${reference}/events`);
      assert.deepEqual(foreign, await answer(page, `/api/v1/requests/${UNKNOWN}/events`));
      assert.ok(foreign.status >= 400);
    });
  }

  await t.step("a foreign case is in no list and no search", async () => {
    const { page } = await t.open(ROTHENBURG.clerk);
    const reference = path.split("/").pop();
    for (const list of ["/nachnutzungen", "/unsere-verfahren"]) {
      await page.goto(`${list}?q=${reference}`);
      assert.equal(await page.locator("tbody tr").count(), 0);
    }
  });

  await t.step("a clerk does not get into the Arbeitsvorrat, the record or the data centres", async () => {
    for (const place of ["/arbeitsvorrat", "/protokoll", "/rechenzentren"]) {
      const { status } = await answer(clerk.page, place);
      assert.ok(status === 404 || status === 403, `${place}: ${status}`);
    }
    const navigation = await clerk.page.getByRole("navigation", { name: "Hauptnavigation" }).innerText();
    assert.ok(!/Arbeitsvorrat|Protokoll|Rechenzentren/.test(navigation), navigation);
  });

  await t.step("nobody gives both approvals: no button, and a forged one is refused", async () => {
    const signatory = await t.open(FLENSBURG.signatory);
    const consultant = await t.open(NORTH.second);
    await consultant.page.goto(`${path}/freischaltung`);
    const lock = await lockOf(consultant.page);
    await signatory.page.goto(`${path}/freischaltung`);
    assert.equal(await signatory.page.getByRole("button", { name: "Zustimmen", exact: true }).count(), 0);
    for (const [{ page }, seite] of [
      [signatory, "land"],
      [signatory, "municipality"],
      [consultant, "municipality"],
    ]) {
      const form = { lock, aktion: "zustimmen", seite, bemerkung: "" };
      const refused = await forge(page, `${path}/freischaltung`, form);
      assert.ok(refused.status() >= 400 && refused.status() < 500, `${seite}: ${refused.status()}`);
    }
    await consultant.page.reload();
    await consultant.page.getByRole("button", { name: "Zustimmen", exact: true }).waitFor();
    assert.match(await consultant.page.getByRole("region", { name: "Zwei Zustimmungen" }).innerText(), /steht aus/);
  });

  await t.step("a clerk cannot approve, take up or decide by a forged form", async () => {
    await clerk.page.goto("/");
    for (const [below, form] of [
      ["freischaltung", { lock: "1", aktion: "zustimmen", seite: "municipality", bemerkung: "" }],
      ["pruefung", { lock: "1", aktion: "uebernehmen" }],
      ["pruefung", { lock: "1", aktion: "entscheiden", entscheidung: "accept", begruendung: "" }],
      ["entfernen", { lock: "1", bestaetigung: path.split("/").pop() }],
    ]) {
      const refused = await forge(clerk.page, `${path}/${below}`, form);
      assert.ok(refused.status() >= 400 && refused.status() < 500, `${below}: ${refused.status()}`);
    }
  });

  await t.step("a form from another site is refused", async () => {
    const lock = "1";
    const foreign = await clerk.page.request.post(`${path}/zurueckziehen`, {
      form: { lock },
      headers: { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
      maxRedirects: 0,
    });
    assert.equal(foreign.status(), 403);
  });

  await t.step("an outdated form changes nothing and says so", async () => {
    const second = await t.open(NORTH.second);
    await second.page.goto(`${path}/freischaltung`);
    const form = { lock: "0", aktion: "zustimmen", seite: "land", bemerkung: "" };
    const refused = await forge(second.page, `${path}/freischaltung`, form);
    assert.equal(refused.status(), 409);
    assert.match(await refused.text(), /Jemand anderes hat inzwischen gespeichert/);
  });

  await t.step("after signing out nothing is left", async () => {
    await clerk.page.goto("/");
    await clerk.page.getByRole("button", { name: "Abmelden" }).click();
    await clerk.page.getByRole("link", { name: "Anmelden", exact: true }).waitFor();
    const { status, text } = await answer(clerk.page, path);
    assert.ok(status >= 300 && !text.includes("Fundbüro"));
  });
}

/** Status and body with references and numbers of requests made alike. */
async function answer(page, path) {
  const got = await page.request.get(path, { maxRedirects: 0 });
  const text = `${got.headers().location ?? ""}\n${await got.text()}`;
  const alike = text.replaceAll(/NA-[0-9A-Z]{4}-[0-9A-Z]{4}/g, "NA").replaceAll(/[0-9a-f]{16}/g, "ID");
  return { status: got.status(), text: alike };
}
