// Pictures of every page: `node end2end/screenshots.mjs FOLDER [NAME...]`. Wide and narrow, some in dark colours too.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { NARROW, WIDE, launch, visit } from "./lib/browser.mjs";
import { untilSeeded } from "./lib/opening.mjs";
import { LUETJENBURG } from "./lib/people.mjs";
import { PLACES } from "./lib/places.mjs";
import { startPortal } from "./lib/server.mjs";
import { declare, findCase, press, signIn } from "./lib/steps.mjs";

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node end2end/screenshots.mjs FOLDER [NAME...]");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const DARK = new Set(["home", "catalogue", "case-red-test", "values", "operation-done"]);
const isWanted = (name) => wanted.length === 0 || wanted.some((word) => name.includes(word));

const portal = process.env.PORTAL_URL ? { base: process.env.PORTAL_URL, stop: async () => {} } : await startPortal();
let browser;
try {
  browser = await launch();
  await untilSeeded(browser, portal.base);
  for (const [person, places] of PLACES) {
    const names = places.filter((place) => isWanted(place.name));
    if (names.length > 0) await pictures(person, names);
  }
  if (isWanted("values-gemeinden")) await gemeinden();
} finally {
  await browser?.close();
  await portal.stop();
}

async function pictures(person, places) {
  const { page } = await visit(browser, portal.base);
  if (person) await signIn(page, person);
  for (const place of places) {
    await page.goto(await place.path(page).catch((error) => `/?${place.name}=${encodeURIComponent(error.message)}`));
    await picture(page, place.name);
    if (!DARK.has(place.name)) continue;
    await page.emulateMedia({ colorScheme: "dark" });
    await shoot(page, `${place.name}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.context().close();
}

/** The table of values per Gemeinde, faulty: it comes after a defect. */
async function gemeinden() {
  const { page } = await visit(browser, portal.base);
  await signIn(page, LUETJENBURG.clerk);
  const path = await findCase(page, "Hundesteuer", LUETJENBURG.name);
  await declare(page, path.split("/").pop(), "Mangel melden", "Der Steuersatz von Hohwacht stimmt nicht.");
  await page.goto(`${path}/antrag/werte`);
  await page.locator('[name="g.010575727030.satz_erster_hund"]').fill("viel");
  await page.locator('[name="g.010575727055.satz_erster_hund"]').fill("45,50");
  await press(page, "Speichern und neu testen");
  await picture(page, "values-gemeinden");
  await page.context().close();
}

async function picture(page, name) {
  await shoot(page, `${name}-1280`);
  await page.setViewportSize(NARROW);
  await shoot(page, `${name}-390`);
  await page.setViewportSize(WIDE);
}

async function shoot(page, name) {
  const path = join(resolve(folder), `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  console.log(path);
}
