// extra states: forms with errors
import { NARROW, WIDE, launch, visit } from "/work/wt/pages/end2end/lib/browser.mjs";
import { FLENSBURG, HELGOLAND, LUETJENBURG, NORTH, ROTHENBURG, SOUTH } from "/work/wt/pages/end2end/lib/people.mjs";
import { findCase, signIn } from "/work/wt/pages/end2end/lib/steps.mjs";
const folder = process.argv[2], base = process.env.PORTAL_URL;
const browser = await launch();
async function both(page, name) {
  await page.screenshot({ path: `${folder}/${name}-1280.png`, fullPage: true });
  await page.setViewportSize(NARROW);
  await page.screenshot({ path: `${folder}/${name}-390.png`, fullPage: true });
  await page.setViewportSize(WIDE);
  console.log(name);
}
const post = (page, label) => page.locator("main form button[type=submit]", { hasText: label }).first().click();
const tries = [
  ["err-areas", LUETJENBURG.clerk, null],
  ["err-values", HELGOLAND.clerk, async (p) => { await p.goto(`${await findCase(p, "Osterfeuer", HELGOLAND.name)}/antrag/werte`); await p.locator('[name="w.gebuehr"]').fill("12,555"); await p.locator('[name="w.frist_tage"]').fill("viele"); await post(p, "Speichern und weiter"); }],
  ["conflict-values", HELGOLAND.clerk, async (p) => { await p.goto(`${await findCase(p, "Osterfeuer", HELGOLAND.name)}/antrag/werte`); await p.locator('[name="w.behoerde"]').fill("Gemeinde Helgoland"); await p.evaluate(() => (document.querySelector("main [name=lock]").value = "99")); await post(p, "Zwischenspeichern"); }],
  ["summary-missing", HELGOLAND.clerk, async (p) => { const c = await findCase(p, "Osterfeuer", HELGOLAND.name); await p.goto(`${c}/antrag/werte`); await p.locator('[name="w.gebuehr"]').fill("12,5"); await post(p, "Zwischenspeichern"); await p.goto(`${c}/antrag/zusammenfassung`); }],
  ["err-remove", FLENSBURG.signatory, async (p) => { await p.goto(`${await findCase(p, "Mängelmelder", FLENSBURG.name)}/entfernen`); await p.locator("#f-bestaetigung").fill("na-123"); await post(p, "Endgültig"); }],
  ["err-acceptance", LUETJENBURG.clerk, async (p) => { await p.goto(`${await findCase(p, "Hundesteuer", LUETJENBURG.name)}/abnahme`); await p.locator("input[value=accept]").check(); await p.locator("#f-bemerkung").fill("Alles gut."); await post(p, "Verbindlich"); }],
  ["err-review", SOUTH.first, async (p) => { await p.goto(`${await findCase(p, "Bewohnerparkausweis", ROTHENBURG.name)}/pruefung`); await p.locator("input[value=return]").check(); await post(p, "Entscheidung festhalten"); }],
  ["err-start", FLENSBURG.clerk, async (p) => { await p.goto("/verfahren/hundesteuer/nachnutzen"); }],
  ["unsent", HELGOLAND.clerk, async (p) => { await p.goto(`${await findCase(p, "Osterfeuer", HELGOLAND.name)}/antrag/werte`); await p.locator('[name="w.behoerde"]').fill("Gemeinde Helgoland"); await p.context().clearCookies(); await post(p, "Zwischenspeichern"); }],
  ["gone", HELGOLAND.clerk, async (p) => { const c = await findCase(p, "Osterfeuer", HELGOLAND.name); await p.goto(`${c}/abnahme`); }],
  ["forbidden", FLENSBURG.clerk, async (p) => { const c = await findCase(p, "Mängelmelder", FLENSBURG.name); await p.goto(`${c}/entfernen`); }],
];
for (const [name, person, act] of tries) {
  if (!act) continue;
  if (process.argv[3] && !name.includes(process.argv[3])) continue;
  const { page } = await visit(browser, base);
  try { await signIn(page, person); await act(page); await page.waitForLoadState("load"); await both(page, name); }
  catch (e) { console.log(name, String(e).slice(0, 300)); }
  await page.context().close();
}
await browser.close();
