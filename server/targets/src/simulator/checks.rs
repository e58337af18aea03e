//! What a container does: the contract of the demonstration image's `verfahren pruefen`.
//!
//! Each argument of the container is one check: `wert:NAME=~MUSTER` (the environment variable exists and matches) or
//! `dienst:NAME:PORT` (a Service of that name has the port and a ready pod behind it). `seite:NAME:PORT/PFAD` and
//! `antrag:NAME:PORT` need a program that answers, and simulated pods run none: the same is looked at as for `dienst`, and
//! the log says so. Other arguments mean nothing.

use regex::RegexBuilder;
use serde_json::Value;

use super::environment::Environment;
use super::kinds;
use super::object::{self, list, number, text};
use super::selectors::LabelSelector;
use super::store::{Key, Store};

/// One check of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Check {
    /// Environment variable and pattern.
    Wert(String, String),
    /// Service and port.
    Dienst(String, String),
    /// What is asked of a Service for real (`seite` or `antrag`), with name and port.
    Answer(&'static str, String, String),
}

/// The checks among a container's arguments.
pub(super) fn checks(container: &Value) -> Vec<Check> {
    list(container, "/args")
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|argument| {
            if let Some(rest) = argument.strip_prefix("wert:") {
                let (name, pattern) = rest.split_once("=~")?;
                return Some(Check::Wert(name.to_owned(), pattern.to_owned()));
            }
            for kind in ["seite", "antrag"] {
                if let Some(rest) = argument.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':')) {
                    let (name, rest) = rest.split_once(':')?;
                    let port = rest.split('/').next().unwrap_or_default();
                    return Some(Check::Answer(kind, name.to_owned(), port.to_owned()));
                }
            }
            let (name, port) = argument.strip_prefix("dienst:")?.split_once(':')?;
            Some(Check::Dienst(name.to_owned(), port.to_owned()))
        })
        .collect()
}

/// What running the checks printed, and whether all of them passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Log lines.
    pub lines: Vec<String>,
    /// Exit code 0.
    pub passed: bool,
}

/// Runs checks. Values from a Secret are never printed.
pub(super) fn run(store: &Store, namespace: &str, environment: &Environment, checks: &[Check]) -> Outcome {
    let mut outcome = Outcome { lines: Vec::new(), passed: true };
    for check in checks {
        let (label, failure) = match check {
            Check::Wert(name, pattern) => (format!("wert {name}"), wert(environment, name, pattern).err()),
            Check::Dienst(name, port) => (format!("dienst {name}:{port}"), dienst(store, namespace, name, port).err()),
            Check::Answer(kind, name, port) => (
                format!("{kind} {name}:{port} (simuliert: nur Dienst und Pod angesehen)"),
                dienst(store, namespace, name, port).err(),
            ),
        };
        outcome.passed &= failure.is_none();
        outcome.lines.push(match failure {
            None => format!("ok     {label}"),
            Some(why) => format!("FEHLER {label}: {why}"),
        });
    }
    outcome
}

fn wert(environment: &Environment, name: &str, pattern: &str) -> Result<(), String> {
    let variable = environment.get(name).ok_or("nicht gesetzt")?;
    let regex =
        RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|_| format!("ungültiges Muster {pattern}"))?;
    if regex.is_match(&variable.value) {
        return Ok(());
    }
    let shown = if variable.secret { "(geheim)" } else { &variable.value };
    Err(format!("„{shown}“ passt nicht zu {pattern}"))
}

fn dienst(store: &Store, namespace: &str, name: &str, port: &str) -> Result<(), String> {
    match behind(store, namespace, name, port) {
        Behind::NoService => Err("Dienst nicht gefunden".to_owned()),
        Behind::NoPort => Err(format!("Dienst hat keinen Port {port}")),
        Behind::NoPod => Err("kein bereiter Pod hinter dem Dienst".to_owned()),
        Behind::Ready => Ok(()),
    }
}

/// What is behind a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// There is no such Service.
    NoService,
    /// It does not have the port.
    NoPort,
    /// No pod of it is ready.
    NoPod,
    /// At least one pod is ready.
    Ready,
}

/// What is behind a port (name or number) of a Service.
pub(super) fn behind(store: &Store, namespace: &str, name: &str, port: &str) -> Behind {
    let Some(service) = store.get(&Key::new(&kinds::SERVICE, namespace, name)) else { return Behind::NoService };
    let has_port = list(service, "/spec/ports").iter().any(|known| {
        number(known, "/port").is_some_and(|number| number.to_string() == port) || text(known, "/name") == Some(port)
    });
    if !has_port {
        return Behind::NoPort;
    }
    let ready = LabelSelector::of_map(service.pointer("/spec/selector")).is_some_and(|selector| {
        store.list(&kinds::POD, Some(namespace)).any(|(_, pod)| selector.matches(object::labels(pod)) && is_ready(pod))
    });
    if ready { Behind::Ready } else { Behind::NoPod }
}

/// Whether a pod is ready and stays.
pub(super) fn is_ready(pod: &Value) -> bool {
    let ready = list(pod, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == Some("Ready") && text(condition, "/status") == Some("True"));
    ready && !object::is_deleting(pod)
}

#[cfg(test)]
mod tests {
    use super::super::environment::Variable;
    use super::*;

    #[test]
    fn prints_values_but_no_secrets() {
        let variable = |value: &str, secret| Variable { value: value.to_owned(), secret };
        let environment = Environment::from([
            ("STEUERSATZ".to_owned(), variable("viel", false)),
            ("KENNWORT".to_owned(), variable("kurz", true)),
            ("ORT".to_owned(), variable("Plön", false)),
        ]);
        assert_eq!(wert(&environment, "ORT", "^Pl"), Ok(()));
        assert_eq!(wert(&environment, "STEUERSATZ", "^[0-9]+$"), Err("„viel“ passt nicht zu ^[0-9]+$".to_owned()));
        assert_eq!(wert(&environment, "KENNWORT", "^.{12,}$"), Err("„(geheim)“ passt nicht zu ^.{12,}$".to_owned()));
        assert_eq!(wert(&environment, "FEHLT", "."), Err("nicht gesetzt".to_owned()));
        assert_eq!(wert(&environment, "ORT", "("), Err("ungültiges Muster (".to_owned()));
    }

    #[test]
    fn reads_arguments() {
        let container = serde_json::json!({"args": ["wert:A=~^b=~c$", "dienst:web:80", "--port=80",
            "pruefen", "seite:web:80/a:b", "antrag:web:80", "antrag:web"]});
        let expected = [
            Check::Wert("A".into(), "^b=~c$".into()),
            Check::Dienst("web".into(), "80".into()),
            Check::Answer("seite", "web".into(), "80".into()),
            Check::Answer("antrag", "web".into(), "80".into()),
        ];
        assert_eq!(checks(&container), expected);
    }
}
