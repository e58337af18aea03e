//! What helm complains about, as far as no value can be in it: the file of a template, one that is really there, and a line
//! that this file has. Everything else of the text may have been put together from values, secret ones too.

use portal_core::{package::Files, ports::ChartError};

/// The error that a text of helm stands for.
pub(super) fn read(text: &str, files: &Files) -> ChartError {
    let complains = text.contains("Error: ");
    if !complains && (text.contains("failed to execute") || text.contains("unshare failed")) {
        return ChartError::Broken("can not be started".to_owned());
    }
    let is_go = text.contains("fatal error: ") && text.contains("goroutine ");
    if is_go || text.contains("out of memory") || !complains {
        // The kernel ended it, or Go did before.
        return ChartError::TooHungry;
    }
    if text.contains("values don't meet the specifications of the schema") {
        return ChartError::Schema;
    }
    // The last place is the innermost: first comes who calls, then what is called.
    let places: Vec<(String, u32)> = places(text, files).collect();
    let exact = places.iter().rev().find(|(_, line)| *line > 0);
    match exact.or(places.first()) {
        Some((file, line)) => ChartError::Template { file: file.clone(), line: *line },
        None => ChartError::Refused,
    }
}

/// Files of the chart that a text names as `CHART/FILE`, with the line behind if there is one.
fn places<'a>(text: &'a str, files: &'a Files) -> impl Iterator<Item = (String, u32)> + 'a {
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':');
    text.split(move |c| !is_path(c)).filter_map(|word| {
        let mut parts = word.split(':');
        let (_, file) = parts.next()?.split_once('/')?;
        let content = files.get(file)?;
        let lines = content.iter().filter(|b| **b == b'\n').count() + 1;
        let line = parts.next().and_then(|n| n.parse::<u32>().ok()).filter(|n| (1..=lines).contains(&(*n as usize)));
        Some((file.to_owned(), line.unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let mut files = Files::default();
        files.insert("templates/a.yaml", "1\n2\n3\n");
        files.insert("templates/_helpers.tpl", "1\n2\n");
        files.insert("charts/cache/templates/b.yaml", "1\n");
        files
    }

    fn at(file: &str, line: u32) -> ChartError {
        ChartError::Template { file: file.to_owned(), line }
    }

    #[test]
    fn only_the_place_is_kept() {
        for (text, expected) in [
            ("Error: execution error at (web/templates/a.yaml:2:6): geheim GEHEIM", at("templates/a.yaml", 2)),
            (
                "Error: template: web/templates/a.yaml:1:6: executing \"web/templates/a.yaml\" at <include \"x\" .>: error \
                 calling include: template: web/templates/_helpers.tpl:2:3: executing \"x\" at <fail GEHEIM>",
                at("templates/_helpers.tpl", 2),
            ),
            (
                "Error: YAML parse error on web/charts/cache/templates/b.yaml: error converting YAML to JSON: yaml: line 2: x",
                at("charts/cache/templates/b.yaml", 0),
            ),
            ("Error: execution error at (web/templates/a.yaml:4711:6): x", at("templates/a.yaml", 0)),
            ("Error: execution error at (web/templates/secret.yaml:1:1): x", ChartError::Refused),
            ("Error: GEHEIM", ChartError::Refused),
            ("Error: values don't meet the specifications of the schema(s): GEHEIM", ChartError::Schema),
            ("fatal error: runtime: cannot allocate\n\ngoroutine 1 [running]:\n Error: x", ChartError::TooHungry),
            ("unshare: sigprocmask unblock failed: Invalid argument", ChartError::TooHungry),
            ("prlimit: failed to execute helm: No such file", ChartError::Broken("can not be started".to_owned())),
            ("", ChartError::TooHungry),
        ] {
            let error = read(text, &files());
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("GEHEIM"));
        }
    }
}
