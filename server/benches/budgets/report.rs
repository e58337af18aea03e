//! The report: what was measured, the figure, what it stands next to, the budget, and whether it is met.

/// A figure with its budget.
pub struct Line {
    what: String,
    figure: String,
    peer: String,
    budget: String,
    met: Option<bool>,
}

/// Lines under headings.
#[derive(Default)]
pub struct Report {
    parts: Vec<(&'static str, Vec<Line>)>,
    printed: usize,
}

impl Report {
    /// Begins a part.
    pub fn part(&mut self, title: &'static str) {
        self.parts.push((title, Vec::new()));
    }

    /// A figure that has no budget.
    pub fn note(&mut self, what: impl Into<String>, figure: impl Into<String>, peer: impl Into<String>) {
        self.line(Line {
            what: what.into(),
            figure: figure.into(),
            peer: peer.into(),
            budget: String::new(),
            met: None,
        });
    }

    /// A figure that may be at most so much, in its unit.
    pub fn at_most(&mut self, what: impl Into<String>, figure: f64, budget: f64, unit: &str) {
        let shown = |n: f64| format!("{} {unit}", number(n));
        let peer = format!("{:.2} of it", figure / budget);
        let budget_text = format!("≤ {}", shown(budget));
        self.line(Line {
            what: what.into(),
            figure: shown(figure),
            peer,
            budget: budget_text,
            met: Some(figure <= budget),
        });
    }

    /// A ratio to something that was measured in the same run.
    pub fn ratio(&mut self, what: impl Into<String>, ratio: f64, peer: impl Into<String>, budget: Budget) {
        let (budget, met) = match budget {
            Budget::AtLeast(n) => (format!("≥ {n:.2} ×"), ratio >= n),
            Budget::AtMost(n) => (format!("≤ {n:.2} ×"), ratio <= n),
        };
        let figure = format!("{ratio:.2} ×");
        self.line(Line { what: what.into(), figure, peer: peer.into(), budget, met: Some(met) });
    }

    fn line(&mut self, line: Line) {
        if let Some((_, lines)) = self.parts.last_mut() {
            lines.push(line);
        }
    }

    /// A part that could not be measured to its end: its budgets count as missed.
    pub fn failed(&mut self, part: &str, why: &str) {
        if self.parts.len() == self.printed {
            self.part("Not measured");
        }
        self.line(Line {
            what: format!("{part}: not measured to its end"),
            figure: String::new(),
            peer: why.to_owned(),
            budget: String::new(),
            met: Some(false),
        });
    }

    /// Prints what came since the last time, so that a figure is not lost with what comes after it.
    #[expect(clippy::print_stdout, reason = "the report is what this program is for")]
    pub fn print_new(&mut self) {
        for (title, lines) in self.parts.iter().skip(self.printed) {
            let width = |of: fn(&Line) -> &str| lines.iter().map(|l| of(l).chars().count()).max().unwrap_or(0);
            let (what, figure, peer) = (width(|l| &l.what), width(|l| &l.figure), width(|l| &l.peer));
            println!("\n{title}");
            for l in lines {
                let met = l.met.map_or("", |met| if met { "met" } else { "MISSED" });
                let text =
                    format!("  {:what$}  {:>figure$}  {:peer$}  {:10} {met}", l.what, l.figure, l.peer, l.budget);
                println!("{}", text.trim_end());
            }
        }
        self.printed = self.parts.len();
    }

    /// Prints how many budgets are met, and says again which are not.
    #[expect(clippy::print_stdout, reason = "the report is what this program is for")]
    pub fn print_summary(&self) {
        let lines = || self.parts.iter().flat_map(|(_, lines)| lines);
        let missed: Vec<&str> = lines().filter(|l| l.met == Some(false)).map(|l| l.what.as_str()).collect();
        let budgets = lines().filter(|l| l.met.is_some()).count();
        println!("\n{} of {budgets} budgets met", budgets - missed.len());
        if !missed.is_empty() {
            println!("missed: {}", missed.join("; "));
        }
    }
}

/// What a ratio may be.
pub enum Budget {
    /// More is better.
    AtLeast(f64),
    /// Less is better.
    AtMost(f64),
}

/// A number with as many digits as one reads.
pub fn number(n: f64) -> String {
    match n {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 1.0 => format!("{n:.1}"),
        n => format!("{n:.3}"),
    }
}

/// The middle of some figures.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    share(figures, 0.5)
}

/// The figure below which this share of them lies.
pub fn share(figures: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let at = (figures.len().saturating_sub(1) as f64 * share) as usize;
    figures.get(at).copied().unwrap_or(f64::NAN)
}

/// Says what is being measured.
#[expect(clippy::print_stderr, reason = "somebody waits for minutes")]
pub fn progress(what: &str) {
    eprintln!("measuring: {what}");
}
