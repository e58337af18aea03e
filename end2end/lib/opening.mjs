// The opening state of the demonstration. The portal plays it while it runs; the journeys begin when it stands.

import { visit } from "./browser.mjs";
import { NORTH, SOUTH } from "./people.mjs";
import { until } from "./server.mjs";
import { signIn } from "./steps.mjs";

const OPENING_MS = 60_000;

/** Verwaltung, Verfahren, state, for each Land's consultants; drafts are not theirs. */
const OPENING = {
  [NORTH.first]: [
    ["Stadt Flensburg", "Gewerbe", "Live"],
    ["Stadt Flensburg", "Mängelmelder", "Live"],
    ["Stadt Flensburg", "Fundbüro", "Freischaltung läuft"],
    ["Amt Lütjenburg", "Osterfeuer", "Live"],
    ["Amt Lütjenburg", "Hundesteuer", "In Abnahme"],
    ["Stadt Plön", "Mängelmelder", "Live"],
    ["Stadt Plön", "Zweitwohnungssteuer", "Test nicht bestanden"],
    ["Stadt Plön", "Geburtsurkunde", "Rückfrage"],
    ["Kreis Plön", "Wohngeld", "Angebunden"],
    ["Kreis Plön", "Unterhaltsvorschuss", "Eingereicht"],
  ],
  [SOUTH.first]: [
    ["Verwaltungsgemeinschaft Fladungen", "Hundesteuer", "Live"],
    ["Verwaltungsgemeinschaft Fladungen", "Sondernutzung", "Abnahme mit Mängeln"],
    ["Stadt Rothenburg ob der Tauber", "Gewerbe", "Live"],
    ["Stadt Rothenburg ob der Tauber", "Sondernutzung", "Abgenommen"],
    ["Stadt Rothenburg ob der Tauber", "Bewohnerparkausweis", "In Bearbeitung"],
    ["Landkreis Rhön-Grabfeld", "Baugenehmigung", "Live"],
  ],
};

/** Waits until every case of the opening state is where it belongs. */
export async function untilSeeded(browser, base) {
  for (const [person, cases] of Object.entries(OPENING)) {
    const visitor = await visit(browser, base, { script: false });
    const { page } = visitor;
    try {
      await until(`${person} can sign in`, OPENING_MS, async () => {
        await page.goto("/anmelden");
        return (await page.getByText(person, { exact: true }).count()) > 0;
      });
      await signIn(page, person);
      let missing = cases;
      await until(`the opening state stands`, OPENING_MS, async () => {
        const rows = await allRows(page);
        missing = cases.filter((words) => !rows.some((row) => words.every((word) => row.includes(word))));
        return missing.length === 0;
      }).catch((error) => {
        throw new Error(`${error.message}; missing: ${missing.map((words) => words.join(" / ")).join("; ")}`);
      });
    } finally {
      await visitor.close();
    }
  }
}

async function allRows(page) {
  const rows = [];
  await page.goto("/nachnutzungen");
  for (;;) {
    rows.push(...(await page.locator("tbody tr").allInnerTexts()));
    const more = page.getByRole("link", { name: "Weitere" });
    if ((await more.count()) === 0) return rows;
    await more.click();
  }
}
