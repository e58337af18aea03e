// The people of the demonstration; they are called by their role.

const municipality = (name) => ({
  name,
  clerk: `Sachbearbeitung, ${name}`,
  clerk2: `Sachbearbeitung 2, ${name}`,
  signatory: `Zeichnungsberechtigt, ${name}`,
});

export const FLENSBURG = municipality("Stadt Flensburg");
export const PLOEN = municipality("Stadt Plön");
export const HELGOLAND = municipality("Gemeinde Helgoland");
export const LUETJENBURG = municipality("Amt Lütjenburg");
export const FLADUNGEN = municipality("Verwaltungsgemeinschaft Fladungen");
export const ROTHENBURG = municipality("Stadt Rothenburg ob der Tauber");

export const NORTH = { first: "Beratung, Demo-AöR Nord", second: "Beratung 2, Demo-AöR Nord" };
export const SOUTH = { first: "Beratung, Demo-AöR Süd", second: "Beratung 2, Demo-AöR Süd" };
export const ADMIN = "Administration, Demo-Portalbetrieb";
export const AUDITOR = "Revision, Demo-Revision";
export const OPERATOR = "Betrieb, Demo-Rechenzentrumsbetrieb Nord";
export const VENDOR = "Herausgabe, Demo-Softwarehaus Förde";
export const CURATOR = "Verfahrensprüfung, Demo-AöR Nord";
export const CONSULTANCY = "Beratung, Demo-Beratung Küste";
