//! A look at the text of a chart's templates: which functions they call. It reads the language of Go's templates just far
//! enough to tell a function from a text, a comment, a field or a variable of the same name.

use portal_model::finding::{Finding, Rule};

/// Functions with an answer that is not what the author expects here, or not the same tomorrow.
const FUNCTIONS: &[(&str, Rule)] = &[("lookup", Rule::ChartLookup), ("now", Rule::ChartClock)];

/// Findings about one template; each function once.
pub(super) fn check(file: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let text = String::from_utf8_lossy(content);
    let mut found: Vec<&str> = Vec::new();
    calls(&text, |line, word| {
        let Some((name, rule)) = FUNCTIONS.iter().find(|(name, _)| *name == word) else { return };
        if !found.contains(name) {
            found.push(name);
            findings.push(Finding::new(*rule, file, "").with("line", line));
        }
    });
}

/// Every bare word in an action, with its line.
fn calls(text: &str, mut word: impl FnMut(usize, &str)) {
    let mut line = 1;
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        line += rest[..start].matches('\n').count();
        rest = &rest[start + 2..];
        let length = action(rest, line, &mut word);
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
}

/// Goes through one action up to its `}}`; gives its length.
fn action(text: &str, mut line: usize, word: &mut impl FnMut(usize, &str)) -> usize {
    let bytes = text.as_bytes();
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'}' if bytes.get(i + 1) == Some(&b'}') => return i + 2,
            b'\n' => line += 1,
            b'/' if bytes.get(i + 1) == Some(&b'*') => {
                let length = text[i..].find("*/").map_or(text.len() - i, |end| end + 2);
                line += text[i..i + length].matches('\n').count();
                i += length;
                continue;
            }
            quote @ (b'"' | b'`' | b'\'') => {
                i += 1;
                while i < bytes.len() && bytes[i] != quote {
                    line += usize::from(bytes[i] == b'\n');
                    i += if bytes[i] == b'\\' && quote != b'`' { 2 } else { 1 };
                }
            }
            b if is_word(b) => {
                let end = (i..bytes.len()).find(|j| !is_word(bytes[*j])).unwrap_or(bytes.len());
                let field = i > 0 && matches!(bytes[i - 1], b'.' | b'$');
                if !field {
                    word(line, &text[i..end]);
                }
                i = end;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        calls(text, |line, word| found.push((line, word.to_owned())));
        found
    }

    #[test]
    fn tells_functions_from_everything_else() {
        assert_eq!(words("lookup now"), vec![]);
        assert_eq!(words("{{ .Values.lookup }}{{ $now }}{{/* now\n */}}{{ \"now\\\" now\" }}{{ `now` }}"), vec![]);
        let text = "a: b\n{{- $x := (lookup \"v1\"\n  \"Secret\" now) | quote -}}\n{{ if x }}";
        let expected = [(2, "lookup"), (3, "now"), (3, "quote"), (4, "if"), (4, "x")];
        assert_eq!(words(text), expected.map(|(line, word)| (line, word.to_owned())));
    }

    #[test]
    fn broken_templates_end() {
        for text in ["{{", "{{ \"a", "{{ /* a", "{{ `ä", "{{ \"\\", "{{ ä lookup", "}} {{ {{ }}"] {
            words(text);
        }
        let mut findings = Vec::new();
        check("f", b"{{ lookup }}{{ lookup }}\xff{{ now | date \"2006\" }}", &mut findings);
        assert_eq!(findings.len(), 2);
        assert!(findings[0].is(Rule::ChartLookup) && findings[1].is(Rule::ChartClock));
    }
}
