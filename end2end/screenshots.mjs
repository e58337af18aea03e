// Pictures of every page: `node end2end/screenshots.mjs FOLDER [--lang=de,en] [--scheme=light,dark] [--width=1280,390] [NAME...]`
// First the pages of the opening state, then those that come after somebody did something.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { WIDE, launch, visit } from "./lib/browser.mjs";
import { untilSeeded } from "./lib/opening.mjs";
import { PLACES } from "./lib/places.mjs";
import { SCENES } from "./lib/scenes.mjs";
import { startPortal } from "./lib/server.mjs";
import { signIn } from "./lib/steps.mjs";

const list = (text) => text.split(",").filter(Boolean);
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lang: { type: "string", default: "de" },
    scheme: { type: "string", default: "light" },
    width: { type: "string", default: "1280,390" },
  },
});
const [folder, ...wanted] = positionals;
if (!folder) {
  console.error("usage: node end2end/screenshots.mjs FOLDER [--lang=de,en] [--scheme=light,dark] [--width=1280,390] [NAME...]");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const isWanted = (name) => wanted.length === 0 || wanted.some((word) => name.includes(word));

// Somebody else's portal is only looked at: scenes that break something fail there.
const portal = process.env.PORTAL_URL ? { base: process.env.PORTAL_URL, stop: async () => {} } : await startPortal();
let browser;
try {
  browser = await launch();
  await untilSeeded(browser, portal.base);
  for (const [person, places] of PLACES) {
    const names = places.filter((place) => isWanted(place.name));
    if (names.length > 0) await pictures(person, names);
  }
  if (SCENES.some((scene) => isWanted(scene.name))) await scenes();
} finally {
  await browser?.close();
  await portal.stop();
}

async function pictures(person, places) {
  const { page } = await visit(browser, portal.base);
  if (person) await signIn(page, person);
  for (const place of places) {
    const path = await place.path(page).catch((error) => `/?${place.name}=${encodeURIComponent(error.message)}`);
    for (const lang of list(options.lang)) {
      await page.goto(inLanguage(path, lang));
      await shoot(page, `${place.name}-${lang}`);
    }
  }
  await page.context().close();
}

/** What comes after an act. Scenes build on those before them, so all are played. */
async function scenes() {
  const windows = new Map();
  const open = async (person) => {
    if (!windows.has(person)) {
      const { page } = await visit(browser, portal.base);
      if (person) await signIn(page, person);
      windows.set(person, page);
    }
    return windows.get(person);
  };
  for (const scene of SCENES) {
    try {
      const page = await open(scene.person);
      // What was sent stands on the page, so each language sends it anew; what can be loaded again is done once.
      for (const lang of scene.perLanguage ? list(options.lang) : ["de"]) {
        await page.setViewportSize(WIDE);
        await scene.act(page, (path) => inLanguage(path, lang), { first: lang === list(options.lang)[0], portal });
        if (scene.perLanguage) {
          if (isWanted(scene.name)) await shoot(page, `${scene.name}-${lang}`);
          continue;
        }
        const { pathname, search } = new URL(page.url());
        for (const shown of isWanted(scene.name) ? list(options.lang) : []) {
          await page.goto(inLanguage(pathname + search.replace(/[?&]ok=\w+/, ""), shown));
          await shoot(page, `${scene.name}-${shown}`);
        }
      }
    } catch (error) {
      console.error(`${scene.name}: ${error.message}`);
    }
  }
}

function inLanguage(path, lang) {
  if (lang === "de") return path;
  return path === "/" ? "/en" : `/en${path}`;
}

async function shoot(page, name) {
  for (const scheme of list(options.scheme)) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of list(options.width)) {
      await page.setViewportSize({ width: Number(width), height: 900 });
      const path = join(resolve(folder), `${name}-${scheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDE);
}
