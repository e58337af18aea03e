// Two people watch the same case; one loses the connection and misses nothing.

import assert from "node:assert/strict";
import { FLENSBURG, NORTH } from "../lib/people.mjs";
import { decide, fillRequest, startRequest, submitRequest, takeUp, told, untilState } from "../lib/steps.mjs";
import { openRelay } from "../lib/relay.mjs";
import { until } from "../lib/server.mjs";

export const name = "live view";

/** Each mode has a Verfahren of its own. */
const SLUGS = { true: "osterfeuer", false: "bewohnerparkausweis" };

export async function run(t) {
  const line = await openRelay(t.base);
  try {
    await watch(t, line);
  } finally {
    line.close();
  }
}

async function watch(t, line) {
  const slug = SLUGS[t.script];
  const clerk = await t.open(FLENSBURG.clerk);
  const other = await t.open(FLENSBURG.clerk2, { base: line.base });
  const consultant = await t.open(NORTH.first);
  let reference;
  let path;

  await t.step("a request is submitted", async () => {
    reference = await startRequest(clerk.page, slug);
    path = `/nachnutzungen/${reference}`;
    const values = { behoerde: FLENSBURG.name, kontakt_email: "ordnung@verwaltung.example" };
    await fillRequest(clerk.page, reference, values, "Demo-Landes-RZ Nord");
    await submitRequest(clerk.page, reference);
  });

  if (!t.script) {
    await t.step("without JavaScript a link refreshes, and the page can refresh itself", async () => {
      await takeUp(consultant.page, reference);
      await decide(consultant.page, reference, "Annehmen", "");
      await clerk.page.goto(path);
      assert.equal(await clerk.page.getByRole("link", { name: "Aktualisieren", exact: true }).getAttribute("href"), path);
      const auto = clerk.page.getByRole("link", { name: "Alle 10 Sekunden aktualisieren" });
      assert.equal(await auto.getAttribute("href"), `${path}?auto=10`);
      const again = await clerk.page.request.get(`${path}?auto=10`);
      assert.equal(again.headers().refresh, "10");
      await untilState(clerk, "In Abnahme");
    });
    return;
  }

  const events = `/api/v1/requests`;

  await t.step("both are connected", async () => {
    for (const visitor of [clerk, other]) {
      await visitor.page.goto(path);
      await visitor.page.getByText("Aktualisiert sich von selbst").waitFor();
    }
    await listen(other.page, `${events}/${reference}/events?after=0`);
  });

  await t.step("both see that a consultant took the request, without loading the page", async () => {
    for (const visitor of [clerk, other]) await visitor.page.evaluate(() => (window.sameDocument = true));
    await takeUp(consultant.page, reference);
    for (const visitor of [clerk, other]) {
      await untilState(visitor, "In Bearbeitung");
      assert.ok(await visitor.page.evaluate(() => window.sameDocument));
    }
  });

  await t.step("one is offline while the request is accepted and tested", async () => {
    other.tolerate(/net::ERR_/);
    line.cut();
    await other.page.getByText("Verbindung unterbrochen").waitFor();
    await decide(consultant.page, reference, "Annehmen", "");
    await told(consultant.page, "Der Antrag ist angenommen.");
    await untilState(clerk, "In Abnahme");
    assert.equal(await other.page.locator(".portal-stepper__note", { hasText: "In Abnahme" }).count(), 0);
  });

  await t.step("back online, the page catches up by itself", async () => {
    line.mend();
    await untilState(other, "In Abnahme");
    await other.page.getByText("Aktualisiert sich von selbst").waitFor();
    assert.ok(await other.page.evaluate(() => window.sameDocument));
  });

  await t.step("no event came twice and none was left out", async () => {
    const all = await readEvents(t.base, clerk.page, `${events}/${reference}/events`, 0);
    assert.ok(all.length > 5, `${all.length} events`);
    await until("the second person has every event", 30_000, async () => {
      const ids = await other.page.evaluate(() => window.received.length);
      return ids >= all.length;
    });
    assert.deepEqual(await other.page.evaluate(() => window.received), all);
    assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b));
  });

  await t.step("a stream resumed in the middle gives exactly the rest", async () => {
    const all = await readEvents(t.base, clerk.page, `${events}/${reference}/events`, 0);
    const middle = all[Math.floor(all.length / 2)];
    const rest = await readEvents(t.base, clerk.page, `${events}/${reference}/events`, middle);
    assert.deepEqual(rest, all.slice(Math.floor(all.length / 2) + 1));
  });

  await t.step("what the page showed live is what it shows when loaded again", async () => {
    const history = (page) => page.locator(".portal-timeline__title").allInnerTexts();
    const live = [await history(clerk.page), await history(other.page)];
    await clerk.page.reload();
    const loaded = await history(clerk.page);
    assert.deepEqual(live, [loaded, loaded]);
  });

  await t.step("the log of the Bereitstellung has each message once", async () => {
    await clerk.page.locator("summary", { hasText: "Technische Details" }).click();
    await clerk.page.locator("a.portal-ref", { hasText: "BE-" }).first().click();
    await clerk.page.locator("ol.portal-log").waitFor();
    const operation = new URL(clerk.page.url()).pathname.split("/").pop();
    const ids = await readEvents(t.base, clerk.page, `/api/v1/operations/${operation}/events`, 0);
    assert.equal(await clerk.page.locator("ol.portal-log > li").count(), ids.length);
    await t.inspect(clerk);
  });
}

/** Collects the ids of a stream in the page; the browser itself reconnects. */
function listen(page, url) {
  return page.evaluate((address) => {
    window.received = [];
    const source = new EventSource(address);
    source.onmessage = (event) => window.received.push(Number(event.lastEventId));
  }, url);
}

/** Ids of a stream after `last`, until nothing more comes. */
async function readEvents(base, page, path, last) {
  const cookies = await page.context().cookies();
  const cookie = cookies.map((c) => `${c.name}=${c.value}`).join("; ");
  const stop = new AbortController();
  const headers = { cookie, accept: "text/event-stream", "last-event-id": String(last) };
  const answer = await fetch(`${base}${path}`, { headers, signal: stop.signal });
  assert.equal(answer.status, 200);
  let text = "";
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const quiet = new Promise((done) => setTimeout(() => done({ done: true }), 2000));
      const part = await Promise.race([reader.read(), quiet]);
      if (part.done) break;
      text += new TextDecoder().decode(part.value);
    }
  } finally {
    stop.abort();
  }
  return [...text.matchAll(/^id: ?(\d+)$/gm)].map((found) => Number(found[1]));
}
