// Pages of the demonstration that come after somebody did something: forms with errors, packages on their way, what runs,
// what cannot go on. Played in this order, each on what the ones before left behind.

import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { buildPackage } from "./packages.mjs";
import { CURATOR, FLENSBURG, HELGOLAND, LUETJENBURG, NORTH, OPERATOR, ROTHENBURG, SOUTH, VENDOR } from "./people.mjs";
import { declare, decide, findCase, press, signIn, takeUp } from "./steps.mjs";

/** Sends the form of the page that has this in its address. */
const send = (page, below) => page.locator(`main form[action*="${below}"] button[type=submit]`).first().click();
const fill = (page, name, value) => page.locator(`main [name="${name}"]`).first().fill(value);
const check = (page, name, value) => page.locator(`main [name="${name}"][value="${value}"]`).first().check();

/** A scene that is shown as it stands after the act, in the language of the act. */
const sent = (name, person, act) => ({ name, person, act, perLanguage: true });
/** A scene whose page can be loaded again. */
const left = (name, person, act) => ({ name, person, act });

/** Shows the answer to something that no form of a browser sends. */
async function answered(page, path, ask) {
  const url = new URL(path, page.url()).href;
  const answer = await ask(url);
  const [status, body] = typeof answer.status === "function" ? [answer.status(), await answer.text()] : answer;
  await page.route(url, (route) => route.fulfill({ status, contentType: "text/html; charset=utf-8", body }), { times: 1 });
  await page.goto(url);
}

/** Sends the head of a form and no body. */
const slowly = (url, cookie) =>
  new Promise((done, failed) => {
    const headers = {
      cookie,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": 100,
      "sec-fetch-site": "same-origin",
    };
    const sent = request(url, { method: "POST", headers }, async (answer) => {
      let body = "";
      for await (const piece of answer) body += piece;
      sent.destroy();
      done([answer.statusCode, body]);
    });
    sent.on("error", failed);
    sent.write("art=wish");
  });

const SOURCE = { "verfahren.yaml": (text) => `${text}\nunbekannt: <b>ja</b>\n` };
let reference = "";
let trial = "";

async function upload(page, at, raised, options) {
  const built = await buildPackage("fundsachen", "1.0.1", raised, options);
  await page.goto(at("/pakete/hochladen"));
  await page.locator("main input[type=file]").setInputFiles(built.file);
  await send(page, "hochladen");
  await page.waitForLoadState();
  await built.remove();
}

const decision = (choice, note) => async (page) => {
  await page.goto(`/pakete/${reference}`);
  await check(page, "entscheidung", choice);
  await fill(page, "begruendung", note);
  await send(page, "entscheidung");
};

/** Ends a version of a Verfahren. */
const end = (slug, version, state) => async (page) => {
  await page.goto(`/verfahren/${slug}/versionen/${version}/aendern`);
  await check(page, "stand", state);
  await fill(page, "begruendung", "Die Fristen werden falsch berechnet.");
  await press(page, "Weiter");
  await page.locator("main .portal-danger-zone button[type=submit]").click();
};

/** A page of a case of a Verwaltung. */
const caseOf = (verfahren, municipality, below = "") => async (page, at) =>
  page.goto(at(`${await findCase(page, verfahren, municipality.name)}${below}`));

/** The page of a target, or one below it. */
async function operated(page, below) {
  await page.goto("/rechenzentren");
  const link = page.getByRole("link", { name: "kommunen-test", exact: true });
  await page.goto(`${await link.getAttribute("href")}${below}`);
}

export const SCENES = [
  left("change", FLENSBURG.clerk, async (page, at) => {
    await caseOf("Gewerbe", FLENSBURG, "/aendern")(page, at);
    await check(page, "ziel", "1.1.0");
    await send(page, "aendern");
    await page.waitForURL(/aenderung|werte/);
    if (page.url().includes("/werte")) await press(page, "Speichern und weiter");
  }),
  left("change-case", FLENSBURG.clerk, caseOf("Gewerbe", FLENSBURG)),
  left("change-discard", FLENSBURG.clerk, caseOf("Gewerbe", FLENSBURG, "/verwerfen")),
  sent("acceptance-errors", LUETJENBURG.clerk, async (page, at) => {
    await caseOf("Hundesteuer", LUETJENBURG, "/abnahme")(page, at);
    await send(page, "abnahme");
  }),
  sent("values-gemeinden-errors", LUETJENBURG.clerk, async (page, at, { first }) => {
    if (first) {
      const path = await findCase(page, "Hundesteuer", LUETJENBURG.name);
      await declare(page, path.split("/").pop(), "Mangel melden", "Der Steuersatz von Hohwacht stimmt nicht.");
    }
    await caseOf("Hundesteuer", LUETJENBURG, "/antrag/werte")(page, at);
    await fill(page, "g.010575727030.satz_erster_hund", "viel");
    await page.locator("main form .portal-form__actions button[type=submit]").first().click();
  }),
  sent("operation-running", LUETJENBURG.clerk, async (page, at, { first }) => {
    if (first) {
      await caseOf("Hundesteuer", LUETJENBURG, "/antrag/werte")(page, at);
      await press(page, "Speichern und neu testen");
    }
    await page.goto(at(await findCase(page, "Hundesteuer", LUETJENBURG.name)));
  }),
  sent("values-errors", HELGOLAND.clerk, async (page, at) => {
    await caseOf("Osterfeuer", HELGOLAND, "/antrag/werte")(page, at);
    await page.locator('main [name="w.kontakt_email"]').fill("keine Adresse");
    await page.locator("main form .portal-form__actions button[type=submit]").first().click();
  }),
  sent("activation-no-reason", NORTH.second, async (page, at) => {
    await caseOf("Fundbüro", FLENSBURG, "/freischaltung")(page, at);
    await page.locator("main button[value=ablehnen]").first().click();
  }),
  sent("review-errors", SOUTH.first, async (page, at) => {
    await caseOf("Bewohnerparkausweis", ROTHENBURG, "/pruefung")(page, at);
    await send(page, "pruefung");
  }),
  sent("remove-errors", FLENSBURG.signatory, async (page, at) => {
    await caseOf("Mängelmelder", FLENSBURG, "/entfernen")(page, at);
    await send(page, "entfernen");
  }),
  sent("feedback-errors", FLENSBURG.clerk, async (page, at) => {
    await page.goto(at("/verfahren/fundsachen/rueckmeldungen"));
    await send(page, "rueckmeldungen");
  }),
  left("feedback-given", FLENSBURG.clerk, async (page) => {
    await page.goto("/verfahren/fundsachen/rueckmeldungen");
    await page.locator("main input[type=radio]").first().check();
    await page.locator("main textarea").first().fill("Bitte ein Feld für die Fundstelle auf der Karte.");
    await send(page, "rueckmeldungen");
  }),
  sent("upload-no-file", VENDOR, async (page, at) => {
    await page.goto(at("/pakete/hochladen"));
    await send(page, "hochladen");
  }),
  sent("upload-refused", VENDOR, (page, at) => upload(page, at, "1.0.9", { build: false, source: SOURCE })),
  left("package-draft", VENDOR, async (page, at) => {
    await upload(page, at, "1.0.2");
    reference = new URL(page.url()).pathname.split("/").pop();
  }),
  left("trial-running", VENDOR, async (page) => {
    await page.goto(`/pakete/${reference}`);
    await page.locator('main select[name="zielumgebung"]').selectOption({ index: 1 });
    await send(page, "probelauf");
    await page.waitForURL(/probelaeufe\/BE-/);
    trial = new URL(page.url()).pathname;
  }),
  left("trial-passed", VENDOR, async (page) => {
    await page.goto(trial);
    await page.getByText("alles entfernt").first().waitFor();
  }),
  left("package-tried", VENDOR, (page) => page.goto(`/pakete/${reference}`)),
  left("trial-target", OPERATOR, async (page) => {
    await page.goto("/rechenzentren");
    await page.getByRole("link", { name: /zugelassen.*kommunen-test/ }).click();
  }),
  left("target-operated", OPERATOR, (page) => operated(page, "")),
  left("target-settings", OPERATOR, (page) => operated(page, "/einstellungen")),
  left("target-credential", OPERATOR, (page) => operated(page, "/zugang")),
  left("target-maintenance", OPERATOR, async (page) => {
    await operated(page, "/wartung");
    await fill(page, "von", "2099-01-01T22:00");
    await fill(page, "bis", "2099-01-02T02:00");
    await fill(page, "text", "Neue Platten im Speicher. Die Verfahren bleiben erreichbar.");
    await send(page, "wartung");
  }),
  left("case-maintenance", LUETJENBURG.clerk, caseOf("Hundesteuer", LUETJENBURG)),
  left("target-registration", OPERATOR, async (page) => {
    await operated(page, "");
    const server = await page.getByText(/^http:\/\/127\.0\.0\.1:\d+\//).first().innerText();
    await page.goto("/rechenzentren/registrieren/demo-landes-rz-nord");
    await check(page, "zweck", "test");
    await fill(page, "namespace", "neu");
    await fill(page, "domain", "neu.demo.example");
    await send(page, "registrieren");
    await page.waitForURL(/registrierungen/);
    await check(page, "weg", "parts");
    await fill(page, "server", server);
    await fill(page, "token", "simuliert-zu-viel");
    await send(page, "registrierungen");
  }),
  left("package-preview", VENDOR, (page) => page.goto(`/pakete/${reference}/vorschau`)),
  left("package-difference", VENDOR, (page) => page.goto(`/pakete/${reference}/unterschied`)),
  left("package-discard", VENDOR, (page) => page.goto(`/pakete/${reference}/verwerfen`)),
  left("package-submitted", VENDOR, async (page) => {
    await page.goto(`/pakete/${reference}`);
    await send(page, "einreichen");
  }),
  left("vendor-home-busy", VENDOR, (page) => page.goto("/")),
  left("curator-take", CURATOR, (page) => page.goto(`/pakete/${reference}`)),
  left("curator-decide", CURATOR, async (page) => {
    await page.goto(`/pakete/${reference}`);
    await send(page, "uebernehmen");
  }),
  sent("curator-decide-errors", CURATOR, async (page, at) => {
    await page.goto(at(`/pakete/${reference}`));
    await check(page, "entscheidung", "release");
    await fill(page, "verwaltung", "Stadt Flensburg\nNirgendwo");
    await send(page, "entscheidung");
  }),
  left("package-returned-curator", CURATOR, decision("return", "Wer pflegt die Fristen?")),
  left("package-returned", VENDOR, (page) => page.goto(`/pakete/${reference}`)),
  left("upload-replaces", VENDOR, async (page) => {
    await page.goto(`/pakete/${reference}`);
    await page.locator('main a[href*="ersetzt="]').click();
  }),
  left("keys-with-key", VENDOR, async (page) => {
    await page.goto("/zugangsschluessel");
    await fill(page, "name", "Pipeline-Fundsachen-mit-einem-sehr-langen-Namen-ohne-Leerzeichen-darin");
    await fill(page, "tage", "30");
    await page.locator("main button[value=neu]").click();
    await page.goto("/zugangsschluessel");
  }),
  sent("keys-fresh", VENDOR, async (page, at) => {
    await page.goto(at("/zugangsschluessel"));
    await fill(page, "name", "Pipeline");
    await fill(page, "tage", "30");
    await page.locator("main button[value=neu]").click();
  }),
  sent("keys-errors", VENDOR, async (page, at) => {
    await page.goto(at("/zugangsschluessel"));
    await fill(page, "tage", "4000");
    await page.locator("main button[value=neu]").click();
  }),
  left("keys-revoke", VENDOR, async (page) => {
    await page.goto("/zugangsschluessel");
    await page.locator('main a[href*="zuruecknehmen"]').first().click();
  }),
  sent("release-end-errors", VENDOR, async (page, at) => {
    await page.goto(at("/verfahren/fundsachen/versionen/1.0.0/aendern"));
    await page.locator("main button[value=stand]").click();
  }),
  sent("release-confirm", VENDOR, async (page, at) => {
    await page.goto(at("/verfahren/fundsachen/versionen/1.0.1/aendern"));
    await check(page, "stand", "withdrawn");
    await fill(page, "begruendung", "Die Fristen werden falsch berechnet.");
    await page.locator("main button[value=stand]").click();
  }),
  sent("release-limit-errors", CURATOR, async (page, at) => {
    await page.goto(at("/verfahren/fundsachen/versionen/1.0.1/aendern"));
    await fill(page, "verwaltung", "Stadt Flensburg\nNirgendwo");
    await page.locator("main button[value=kreis]").click();
  }),
  left("steckbrief-limited", CURATOR, async (page) => {
    await page.goto("/verfahren/hundesteuer/versionen/1.0.0/aendern");
    await check(page, "land", "01");
    await page.locator("main button[value=kreis]").click();
    await page.goto("/verfahren/hundesteuer");
  }),
  left("version-limited", CURATOR, (page) => page.goto("/verfahren/hundesteuer/versionen/1.0.0")),
  left("releases-withdrawn", VENDOR, end("fundsachen", "1.0.1", "withdrawn")),
  left("version-withdrawn", undefined, (page) => page.goto("/verfahren/fundsachen/versionen/1.0.1")),
  left("activation-stopped", NORTH.second, caseOf("Fundbüro", FLENSBURG, "/freischaltung")),
  left("case-stopped", FLENSBURG.clerk, caseOf("Fundbüro", FLENSBURG)),
  left("steckbrief-not-offered", CURATOR, async (page) => {
    await end("osterfeuer", "1.0.0", "unsafe")(page);
    await page.goto("/verfahren/osterfeuer");
  }),
  left("task-list-stopped", HELGOLAND.clerk, caseOf("Osterfeuer", HELGOLAND, "/antrag")),
  left("summary-stopped", HELGOLAND.clerk, caseOf("Osterfeuer", HELGOLAND, "/antrag/zusammenfassung")),
  left("sign-in-required", undefined, (page) => page.goto("/nachnutzungen")),
  left("forbidden", VENDOR, (page) => page.goto("/protokoll")),
  sent("conflict", FLENSBURG.signatory, async (page, at) => {
    await caseOf("Mängelmelder", FLENSBURG, "/entfernen")(page, at);
    await page.locator('main input[name="lock"]').first().evaluate((field) => (field.value = "0"));
    const typed = page.locator("main input[type=text]").first();
    await typed.fill(new URL(page.url()).pathname.match(/NA-[0-9A-Z-]+/)[0]);
    await send(page, "entfernen");
  }),
  // A role that sees the case but may not do this.
  left("not-with-this-role", FLENSBURG.clerk, caseOf("Mängelmelder", FLENSBURG, "/entfernen")),
  left("case-declined-consultant", NORTH.second, async (page) => {
    const path = await findCase(page, "Unterhaltsvorschuss", "Kreis Plön");
    await takeUp(page, path.split("/").pop());
    await decide(page, path.split("/").pop(), "Nicht annehmen", "Unterhaltsvorschuss läuft bei Ihnen schon über den Kreisverbund.");
    await page.goto(path);
  }),
  left("case-declined", "Sachbearbeitung, Kreis Plön", caseOf("Unterhaltsvorschuss", { name: "Kreis Plön" })),
  // Somebody who signs and takes part all the same: nobody is left who could sign.
  left("start-request-signatory", HELGOLAND.signatory, (page) => page.goto("/verfahren/maengelmelder/nachnutzen")),
  left("task-list-signatory", HELGOLAND.signatory, async (page) => {
    await page.goto("/verfahren/maengelmelder/nachnutzen");
    await press(page, "Antrag beginnen");
  }),
  left("case-nobody-signs", HELGOLAND.signatory, caseOf("Mängelmelder", HELGOLAND)),
  left("case-stuck-consultant", SOUTH.first, async (page, at, { portal }) => {
    await portal.fault({ kind: "Deployment", action: { type: "status", code: 403 } });
    const path = await findCase(page, "Bewohnerparkausweis", ROTHENBURG.name);
    await decide(page, path.split("/").pop(), "Annehmen", "");
    await page.goto(path);
    await page.getByText("Rechenzentrum)").first().waitFor({ timeout: 60_000 });
  }),
  left("case-stuck", ROTHENBURG.clerk, caseOf("Bewohnerparkausweis", ROTHENBURG)),
  left("operation-stuck", ROTHENBURG.clerk, async (page, at) => {
    await caseOf("Bewohnerparkausweis", ROTHENBURG)(page, at);
    await page.goto(await page.locator("a.portal-ref", { hasText: "BE-" }).first().getAttribute("href"));
  }),
  sent("operation-abandon-errors", SOUTH.first, async (page, at) => {
    await caseOf("Bewohnerparkausweis", ROTHENBURG)(page, (path) => path);
    await page.goto(at(await page.locator("a.portal-ref", { hasText: "BE-" }).first().getAttribute("href")));
    await page.locator("main details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
    await page.locator("main button[value=aufgeben]").click();
  }),
  left("home-stuck", ROTHENBURG.clerk, (page) => page.goto("/")),
  sent("unsent-form", HELGOLAND.clerk, async (page, at) => {
    await signIn(page, HELGOLAND.clerk);
    await page.goto(at("/verfahren/fundsachen/rueckmeldungen"));
    await page.locator("main input[type=radio]").first().check();
    await page.locator("main textarea").first().fill("Bitte ein Feld für die Fundstelle auf der Karte.");
    await page.context().clearCookies();
    await send(page, "rueckmeldungen");
  }),
  sent("origin-missing", FLENSBURG.clerk, async (page, at) =>
    answered(page, at("/verfahren/fundsachen/rueckmeldungen"), (url) => page.request.post(url, { form: { art: "wish" } }))),
  sent("origin-foreign", FLENSBURG.clerk, async (page, at) =>
    answered(page, at("/verfahren/fundsachen/rueckmeldungen"), (url) =>
      page.request.post(url, { form: { art: "wish" }, headers: { "sec-fetch-site": "cross-site" } }))),
  sent("too-large", FLENSBURG.clerk, async (page, at) =>
    answered(page, at("/verfahren/fundsachen/rueckmeldungen"), (url) =>
      page.request.post(url, { form: { text: "a".repeat(2 << 20) }, headers: { "sec-fetch-site": "same-origin" } }))),
  // A form that arrives so slowly that the portal gives up waiting.
  sent("busy", FLENSBURG.clerk, async (page, at) =>
    answered(page, at("/verfahren/fundsachen/rueckmeldungen"), async (url) => {
      const cookies = await page.context().cookies();
      return slowly(url, cookies.map((c) => `${c.name}=${c.value}`).join("; "));
    })),
  // The last one: afterwards nothing works any more.
  sent("our-fault", FLENSBURG.clerk, async (page, at, { portal }) => {
    for (const end of ["", "-wal"]) await writeFile(join(portal.data, `portal.sqlite${end}`), "broken".repeat(10_000));
    await page.goto(at("/nachnutzungen"));
  }),
];
