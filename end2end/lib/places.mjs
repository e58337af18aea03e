// Every page of the portal in the opening state of the demonstration: who sees it, and where it is.

import {
  ADMIN,
  AUDITOR,
  CURATOR,
  FLADUNGEN,
  FLENSBURG,
  HELGOLAND,
  LUETJENBURG,
  NORTH,
  OPERATOR,
  PLOEN,
  ROTHENBURG,
  SOUTH,
  VENDOR,
} from "./people.mjs";
import { findCase } from "./steps.mjs";

const at = (name, path, options = {}) => ({ name, path: async () => path, ...options });

/** A page of the case of a Verfahren. */
const of = (name, verfahren, municipality, below = "", options = {}) => ({
  name,
  path: async (page) => `${await findCase(page, verfahren, municipality.name)}${below}`,
  ...options,
});

/** The Bereitstellung that a case names first. */
const operationOf = (name, verfahren, municipality) => ({
  name,
  path: async (page) => {
    await page.goto(await findCase(page, verfahren, municipality.name));
    return page.locator("a.portal-ref", { hasText: "BE-" }).first().getAttribute("href");
  },
});

const BOTH = { english: true };

/** By person; `undefined` is nobody. */
export const PLACES = [
  [
    undefined,
    [
      at("home", "/", BOTH),
      at("catalogue", "/verfahren", BOTH),
      at("catalogue-found", "/verfahren?q=steuer&ziel=kubernetes"),
      at("catalogue-nothing", "/verfahren?q=xyzzyplugh"),
      at("steckbrief", "/verfahren/hundesteuer", BOTH),
      at("steckbrief-versions", "/verfahren/gewerbe"),
      at("steckbrief-connected", "/verfahren/wohngeld"),
      at("version", "/verfahren/fundsachen/versionen/1.0.1", BOTH),
      at("sign-in", "/anmelden", BOTH),
      at("imprint", "/impressum", BOTH),
      at("privacy", "/datenschutz", BOTH),
      at("accessibility", "/barrierefreiheit", BOTH),
      at("easy-language", "/leichte-sprache"),
      at("api", "/api"),
      at("not-found", "/gibt-es-nicht", BOTH),
    ],
  ],
  [
    FLENSBURG.clerk,
    [
      at("clerk-home", "/", BOTH),
      at("clerk-steckbrief", "/verfahren/kurabgabe"),
      at("clerk-start-request", "/verfahren/sondernutzung/nachnutzen"),
      at("requests", "/nachnutzungen", BOTH),
      at("requests-nothing", "/nachnutzungen?q=xyzzyplugh"),
      at("installations", "/unsere-verfahren", BOTH),
      at("feedback", "/verfahren/hundesteuer/rueckmeldungen", BOTH),
      at("components", "/bestandteile?q=ozg%2Fverfahren", BOTH),
      of("case-live", "Gewerbe", FLENSBURG, "", BOTH),
      operationOf("operation-done", "Gewerbe", FLENSBURG),
      of("change-start", "Gewerbe", FLENSBURG, "/aendern"),
    ],
  ],
  [FLENSBURG.signatory, [
      of("case-half-approved", "Fundbüro", FLENSBURG),
      of("suspend", "Gewerbe", FLENSBURG, "/anhalten"),
      of("rollback-nothing", "Gewerbe", FLENSBURG, "/zurueckkehren"),
      of("remove", "Mängelmelder", FLENSBURG, "/entfernen"),
    ]],
  [
    HELGOLAND.clerk,
    [
      of("task-list", "Osterfeuer", HELGOLAND, "/antrag", BOTH),
      of("areas", "Osterfeuer", HELGOLAND, "/antrag/gemeinden"),
      of("values", "Osterfeuer", HELGOLAND, "/antrag/werte", BOTH),
      of("target", "Osterfeuer", HELGOLAND, "/antrag/ziel"),
      of("summary-incomplete", "Osterfeuer", HELGOLAND, "/antrag/zusammenfassung"),
      of("withdraw", "Osterfeuer", HELGOLAND, "/zurueckziehen"),
    ],
  ],
  [
    PLOEN.clerk,
    [
      of("case-returned", "Geburtsurkunde", PLOEN),
      of("case-red-test", "Zweitwohnungssteuer", PLOEN, "", BOTH),
      of("values-correct", "Zweitwohnungssteuer", PLOEN, "/antrag/werte"),
    ],
  ],
  [
    LUETJENBURG.clerk,
    [of("case-in-acceptance", "Hundesteuer", LUETJENBURG), of("acceptance", "Hundesteuer", LUETJENBURG, "/abnahme", BOTH)],
  ],
  [FLADUNGEN.clerk, [of("case-defective", "Sondernutzung", FLADUNGEN)]],
  [ROTHENBURG.clerk, [of("activation-request", "Sondernutzung", ROTHENBURG, "/freischaltung")]],
  [
    NORTH.second,
    [
      at("consultant-home", "/"),
      at("work-list", "/arbeitsvorrat", BOTH),
      of("review-take", "Unterhaltsvorschuss", { name: "Kreis Plön" }, "/pruefung"),
      of("activation-approve", "Fundbüro", FLENSBURG, "/freischaltung", BOTH),
    ],
  ],
  [SOUTH.first, [of("review-decide", "Bewohnerparkausweis", ROTHENBURG, "/pruefung", BOTH)]],
  [
    VENDOR,
    [
      at("vendor-home", "/"),
      at("packages", "/pakete", BOTH),
      at("upload", "/pakete/hochladen", BOTH),
      at("keys", "/zugangsschluessel", BOTH),
      at("releases", "/verfahren/fundsachen/versionen", BOTH),
      at("release-end", "/verfahren/fundsachen/versionen/1.0.0/aendern", BOTH),
    ],
  ],
  [
    CURATOR,
    [at("curator-packages", "/pakete"), at("curator-release-limit", "/verfahren/fundsachen/versionen/1.0.1/aendern")],
  ],
  [
    OPERATOR,
    [
      at("data-centres", "/rechenzentren", BOTH),
      at("target-plan", "/rechenzentren/registrieren/demo-landes-rz-nord", BOTH),
      at("evidence", "/rechenzentren/nachweise/demo-landes-rz-nord", BOTH),
    ],
  ],
  [ADMIN, [at("record-portal", "/protokoll"), at("data-centres-portal", "/rechenzentren")]],
  [AUDITOR, [at("record", "/protokoll", BOTH), at("record-nothing", "/protokoll?q=xyzzyplugh")]],
];
