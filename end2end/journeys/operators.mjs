// The operator of a data centre: registering a target in steps, watching it, stopping it, announcing maintenance, renewing
// its credential and its evidence.

import assert from "node:assert/strict";
import { LUETJENBURG, OPERATOR } from "../lib/people.mjs";
import { findCase, follow, press, told } from "../lib/steps.mjs";

export const name = "operators";

export async function run(t) {
  // Each mode registers a namespace of its own.
  const namespace = t.script ? "neu-test" : "neu-test-2";
  const operator = await t.open(OPERATOR);
  const { page } = operator;
  let server;
  let target;

  const credential = async (token) => {
    await page.getByRole("radio", { name: "als Adresse, CA und Token" }).check();
    await page.getByLabel("Adresse des API-Servers").fill(server);
    await page.getByLabel("Token", { exact: true }).fill(token);
  };

  await t.step("the page of a target tells its load and its API server", async () => {
    await page.goto("/rechenzentren");
    await t.inspect(operator);
    await page.getByRole("link", { name: "kommunen-test", exact: true }).click();
    await page.getByRole("region", { name: "Installationen" }).getByText("Amt Lütjenburg").first().waitFor();
    await t.inspect(operator);
    server = await page.getByText(/^http:\/\/127\.0\.0\.1:\d+\//).first().innerText();
  });

  await t.step("the guided form asks what the target is to be", async () => {
    await page.goto("/rechenzentren");
    await page.getByRole("link", { name: "Zielumgebung registrieren" }).first().click();
    await t.inspect(operator);
    await press(page, "Weiter");
    await page.locator(".portal-error-summary").waitFor();
    await t.inspect(operator);
    await page.getByRole("radio", { name: "Test", exact: true }).check();
    await page.getByRole("textbox", { name: "Gemeinsamer Namespace" }).fill(namespace);
    await page.getByRole("textbox", { name: "Domain" }).fill("neu.demo.example");
    await press(page, "Weiter");
    await told(page, "Richten Sie jetzt die Rechte ein");
    await page.getByText("YAML anzeigen").click();
    await page.getByText("kind: RoleBinding").waitFor();
    await t.inspect(operator);
    const yaml = await page.request.get(`${new URL(page.url()).pathname}/rechte.yaml`);
    assert.match(await yaml.text(), /kind: ServiceAccount/);
  });

  await t.step("a credential that is refused or may too much is told", async () => {
    await credential("falsch");
    await press(page, "Prüfen");
    await page.getByText("Die Zielumgebung nimmt die Zugangsdaten nicht an.").waitFor();
    assert.equal(await page.getByLabel("Token", { exact: true }).inputValue(), "");
    await t.inspect(operator);
    await credential("simuliert-zu-viel");
    await press(page, "Prüfen");
    await told(page, "Geprüft.");
    await page.getByText(/Geheimnisse \(Secrets\) in allen Namespaces lesen/).waitFor();
    await press(page, "Registrieren");
    await page.locator(".portal-error-summary", { hasText: "dürfen mehr" }).waitFor();
    await t.inspect(operator);
  });

  await t.step("one that may exactly what is needed is registered", async () => {
    await credential("simuliert-neu");
    await press(page, "Mit neuen Zugangsdaten prüfen");
    await told(page, "Geprüft.");
    await page.getByText("Keine Rechte außerhalb").waitFor();
    assert.ok(!(await page.content()).includes("simuliert-neu"), "the token is on the page");
    await t.inspect(operator);
    await press(page, "Registrieren");
    await told(page, "Die Zielumgebung ist registriert.");
    await page.getByRole("link", { name: namespace, exact: true }).click();
    await page.getByText("Hier läuft noch nichts.").waitFor();
    target = new URL(page.url()).pathname;
  });

  await t.step("its credential is renewed after a check", async () => {
    await follow(page, "Zugangsdaten erneuern");
    await t.inspect(operator);
    await credential("falsch");
    await press(page, "Prüfen und ersetzen");
    await page.getByText("Die Zielumgebung nimmt die Zugangsdaten nicht an.").waitFor();
    await t.inspect(operator);
    // The other namespaces of the cluster belong to another account.
    await page.getByRole("checkbox", { name: /Auch für die anderen Namespaces/ }).uncheck();
    await credential("simuliert-neu-2");
    await press(page, "Prüfen und ersetzen");
    await told(page, "Die neuen Zugangsdaten sind geprüft");
  });

  await t.step("limits and mirrors are set, with errors at their lines", async () => {
    await follow(page, "Grenzen und Spiegel");
    await page.getByLabel("Zeitfenster").fill("nachts");
    await press(page, "Grenzen speichern");
    await page.locator(".portal-error-summary").waitFor();
    await t.inspect(operator);
    await page.getByLabel("Bereitstellungen gleichzeitig").fill("2");
    await page.getByLabel("Zeitfenster").fill("Mo-Fr 22:00-06:00");
    await press(page, "Grenzen speichern");
    await told(page, "Gespeichert.");
    await page.getByText("Montag 22:00").waitFor();
    await follow(page, "Grenzen und Spiegel");
    await page.locator("[name=spiegel]").fill("docker.io = spiegel.demo.example/hub");
    await press(page, "Spiegel speichern");
    await told(page, "Gespeichert.");
    await page.getByText("docker.io → spiegel.demo.example/hub").waitFor();
    await t.inspect(operator);
  });

  await t.step("the stop switch needs a reason and lets go on again", async () => {
    await press(page, "Zielumgebung anhalten");
    await page.locator(".portal-error-summary").waitFor();
    await page.getByLabel("Begründung").fill("Störung im Speicher");
    await press(page, "Zielumgebung anhalten");
    await told(page, "Die Zielumgebung ist angehalten.");
    await page.getByText("Störung im Speicher").waitFor();
    await t.inspect(operator);
    await press(page, "Wieder freigeben");
    await told(page, "Die Zielumgebung ist wieder freigegeben.");
  });

  await t.step("maintenance is announced, and whom it concerns reads it with the adoption", async () => {
    await page.goto("/rechenzentren");
    await page.getByRole("link", { name: "kommunen-test", exact: true }).click();
    await follow(page, "Wartung ankündigen");
    await page.getByLabel("Beginn").fill("2099-01-01T22:00");
    await page.getByLabel("Ende").fill("2099-01-01T23:00");
    await page.getByLabel("Mitteilung").fill("Neue Platten im Speicher");
    await press(page, "Wartung ankündigen");
    await told(page, "Die Wartung ist angekündigt.");
    await t.inspect(operator);
    const clerk = await t.open(LUETJENBURG.clerk);
    await clerk.page.goto(await findCase(clerk.page, "Hundesteuer", LUETJENBURG.name));
    await clerk.page.getByText("Neue Platten im Speicher").waitFor();
    await t.inspect(clerk);
    assert.equal((await clerk.page.request.get(target)).status(), 404);
    await press(page, "Absagen");
    await told(page, "Die Wartung ist abgesagt.");
    await clerk.page.reload();
    assert.equal(await clerk.page.getByText("Neue Platten im Speicher").count(), 0);
  });

  await t.step("evidence is recorded and shown with how it stands", async () => {
    await page.goto("/rechenzentren");
    await page.getByRole("link", { name: "Nachweise", exact: true }).first().click();
    await t.inspect(operator);
    await page.getByLabel("Nachweis", { exact: true }).selectOption("iso27001");
    await page.getByLabel("Gültig bis einschließlich").fill("2099-12-31");
    await press(page, "Hinterlegen");
    await told(page, "Der Nachweis ist hinterlegt.");
    await page.getByText("31.12.2099").waitFor();
    await t.inspect(operator);
  });
}
