//! The report for a person: one line a step, and the first thing to mend in detail, on one screen.

use std::fmt::{self, Write};

use colored::{ColoredString, Colorize};
use harness::Cell;
use textwrap::{Options, WordSplitter};

use super::{CaseReport, Explanation, Report, Standing, StepReport, Verdict, Wrong, trial_in_words};
use crate::compare::{ComparedRow, Comparison};
use crate::plain::plain;

/// How a report is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The columns that there are.
    pub width: usize,
    /// Whether colours are wanted.
    pub colours: bool,
}

impl Layout {
    /// A paragraph in lines that fit and are not too long to read, broken at blanks alone.
    pub fn paragraph(&self, indent: &str, text: &str) -> String {
        const READABLE: usize = 100;
        let options = Options::new(self.width.min(READABLE)).initial_indent(indent).subsequent_indent(indent);
        // A path stays whole, also at its hyphens.
        let options = options.break_words(false).word_splitter(WordSplitter::NoHyphenation);
        textwrap::wrap(text, options).iter().map(|line| format!("{line}\n")).collect()
    }

    /// A line of code behind a sign. Where it does not fit, it goes on further in, behind the same sign.
    pub fn folded(&self, sign: &str, code: &str) -> Vec<String> {
        let (blanks, words) = code.split_at(code.len() - code.trim_start().len());
        let first = format!("{sign}{blanks}");
        let further = format!("{first}    ");
        let options = Options::new(self.width).initial_indent(&first).subsequent_indent(&further);
        let options = options.word_splitter(WordSplitter::NoHyphenation);
        textwrap::wrap(words, options).iter().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// Lays a report out as text.
pub fn render(report: &Report, layout: Layout) -> String {
    const PRINTED: usize = 5;
    let mut page = Page { text: String::new(), layout, printed_lines: PRINTED };
    page.overview(report);
    let next = report.next_failure();
    if report.passed() {
        page.paragraph(
            "",
            match next {
                _ if report.left_out > 0 => "Every case passes. What comes next says: cargo xtask grade",
                None => "Course complete: every case of every step passes.",
                Some(_) => "Course complete: every step passes. What follows is a bonus.",
            },
        );
    }
    if let Some((step, case)) = next {
        page.blank();
        page.detail(step, case, report.steps.len() == 1);
    }
    page.text
}

/// What is said of any one case, as the report says it of the first that failed, with all that is kept of what it printed.
pub fn detail(step: &StepReport, case: &CaseReport, layout: Layout) -> String {
    let mut page = Page { text: String::new(), layout, printed_lines: usize::MAX };
    let first = step.first_failure().is_some_and(|first| first.name == case.name);
    match &case.verdict {
        Verdict::Passed => page.headline(case, Colorize::green),
        Verdict::NotStarted { .. } if !first => page.headline(case, Colorize::dimmed),
        _ => page.verdict(step, case),
    }
    if !case.passed() {
        page.blank();
        page.edit(step, case);
    }
    // Last, since it may be long.
    page.printed(case);
    page.text
}

struct Page {
    text: String,
    layout: Layout,
    /// How many lines of what a case printed are shown.
    printed_lines: usize,
}

impl Page {
    fn line(&mut self, line: impl fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// An empty line, if there is none yet.
    fn blank(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn paragraph(&mut self, indent: &str, text: &str) {
        self.text.push_str(&self.layout.paragraph(indent, text));
    }

    fn paint(&self, text: &str, colour: fn(ColoredString) -> ColoredString) -> String {
        if self.layout.colours { colour(text.normal()).to_string() } else { text.to_owned() }
    }

    fn overview(&mut self, report: &Report) {
        let (required, optional) = report.parts();
        let longest = report.steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
        let (passed, cases) = counted(&required);
        let percent = (passed * 100).checked_div(cases).unwrap_or(100);
        self.line(format_args!("{} ({percent} %)", count_of(&required)));
        self.overview_of(&required, longest);
        if !optional.is_empty() {
            self.line(format_args!("Bonus: {}", count_of(&optional)));
            self.overview_of(&optional, longest);
        }
    }

    fn overview_of(&mut self, steps: &[&StepReport], longest: usize) {
        self.blank();
        for step in steps {
            let line = self.overview_line(step, longest);
            self.line(line.trim_end());
        }
        self.blank();
    }

    fn overview_line(&self, step: &StepReport, longest: usize) -> String {
        let standing = step.standing();
        let (colour, word): (fn(ColoredString) -> ColoredString, String) = match standing {
            Standing::Done => (Colorize::green, self.paint("done", Colorize::green)),
            Standing::NotStarted => (Colorize::dimmed, self.paint("not started", Colorize::dimmed)),
            Standing::Begun(case) => (Colorize::yellow, format!("{}: {}", case.function, case.verdict.word())),
            Standing::Failing(case) => {
                let word = match &case.verdict {
                    verdict @ Verdict::DoesNotCompile { .. } => verdict.word().to_owned(),
                    verdict => format!("{}: {}", case.function, verdict.word()),
                };
                (Colorize::red, self.paint(&word, Colorize::red))
            }
        };
        let mark = self.paint(standing.mark(), colour);
        let count = format!("{}/{}", step.passed_cases(), step.cases.len());
        let points = match step.points() {
            (earned, all) if step.weighted() => format!("  {earned}/{all} points"),
            _ => String::new(),
        };
        format!("{:>3} {:<longest$}  {mark} {count:>5}{points}  {word}", step.number, step.name)
    }

    fn detail(&mut self, step: &StepReport, case: &CaseReport, alone: bool) {
        self.paragraph("", &self.paint(&step.heading(), Colorize::bold));
        self.blank();
        self.verdict(step, case);
        self.printed(case);
        if !step.untouched() {
            self.blank();
        }
        self.edit(step, case);
        let command = if alone { format!("cargo xtask grade {}", step.number) } else { "cargo xtask grade".to_owned() };
        self.line(format_args!("  Then  {}", self.paint(&command, Colorize::cyan)));
    }

    /// The verdict on a case that did not pass, with all that is known of the cause.
    fn verdict(&mut self, step: &StepReport, case: &CaseReport) {
        match &case.verdict {
            Verdict::Passed => {}
            Verdict::NotStarted { .. } if step.untouched() => {
                let readme = step.file.parent().and_then(|src| src.parent()).map(|folder| folder.join("README.md"));
                self.paragraph("  ", &format!("The first function to write is `{}`.", case.function));
                self.blank();
                self.line(format_args!("  Read  {}", readme.unwrap_or_default().display()));
            }
            Verdict::NotStarted { .. } => {
                self.paragraph("  ", &format!("Next is `{}`: {}.", case.function, case.title));
            }
            Verdict::DoesNotCompile { errors, culprit, signatures } => {
                self.line(format_args!("  {}", self.paint("does not compile", Colorize::red)));
                self.blank();
                for sentence in case.verdict.sentences() {
                    self.paragraph("  ", &sentence);
                }
                // Where a declaration is to blame, the compiler's words about the cases would only distract.
                if *culprit == crate::build::Culprit::Library || signatures.is_empty() {
                    self.compiler_errors(errors);
                }
            }
            verdict => {
                self.headline(case, Colorize::red);
                let trial = match verdict {
                    Verdict::Wrong(Wrong { trial, .. })
                    | Verdict::Panicked { trial, .. }
                    | Verdict::TimedOut { trial, .. }
                    | Verdict::Crashed { trial, .. } => trial_in_words(trial),
                    _ => String::new(),
                };
                self.paragraph("  ", &format!("on {trial}"));
                self.blank();
                if let Verdict::Wrong(wrong) = verdict {
                    self.comparison(&wrong.comparison);
                }
                for sentence in verdict.sentences() {
                    self.paragraph("  ", &sentence);
                }
                self.also_wrong(step, case);
            }
        }
    }

    /// What is wrong, or not, with which function.
    fn headline(&mut self, case: &CaseReport, colour: fn(ColoredString) -> ColoredString) {
        let word = self.paint(case.verdict.word(), colour);
        self.paragraph("  ", &format!("{} {word}: {}", self.paint(&case.function, Colorize::bold), case.title));
    }

    /// Where to edit.
    fn edit(&mut self, step: &StepReport, case: &CaseReport) {
        self.line(format_args!("  Edit  {}", self.paint(&step.place(case), Colorize::cyan)));
    }

    /// The known mistakes in other functions of the step.
    fn also_wrong(&mut self, step: &StepReport, told: &CaseReport) {
        let mut functions = vec![told.function.as_str()];
        for case in &step.cases {
            let Verdict::Wrong(Wrong { explanation: Explanation::Mistakes(_), .. }) = &case.verdict else { continue };
            if !functions.contains(&case.function.as_str()) {
                functions.push(&case.function);
                self.blank();
                self.paragraph("  ", &format!("And in `{}`: {}", case.function, case.verdict.sentences().join(" ")));
            }
        }
    }

    /// The compiler's first errors in its own words.
    fn compiler_errors(&mut self, errors: &[crate::build::CompilerError]) {
        const SHOWN: usize = 2;
        for error in errors.iter().take(SHOWN) {
            let rendered = if self.layout.colours { error.rendered.clone() } else { plain(&error.rendered) };
            self.line(rendered.trim_end());
            self.blank();
        }
        if errors.len() > SHOWN {
            let more = errors.len() - SHOWN;
            let errors = if more == 1 { "error" } else { "errors" };
            self.paragraph("  ", &format!("… and {more} more {errors}; the first one often causes the others."));
        }
    }

    fn printed(&mut self, case: &CaseReport) {
        if case.printed.bytes == 0 {
            return;
        }
        self.blank();
        self.line("  It printed:");
        let text = plain(&case.printed.text);
        let lines: Vec<&str> = text.trim_start_matches('\n').lines().collect();
        let width = self.layout.width.saturating_sub(4).max(20);
        for line in lines.iter().take(self.printed_lines) {
            let shown: String = line.chars().take(width).collect();
            self.line(format!("    {shown}").trim_end());
        }
        if lines.len() > self.printed_lines || case.printed.bytes > case.printed.text.len() as u64 {
            self.line(format_args!("    … {} bytes in all", Cell::Integer(case.printed.bytes as i64)));
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        const SHOWN: usize = 6;
        let first = comparison.rows.iter().position(|row| !row.agrees()).unwrap_or(0);
        let start = first.saturating_sub(1).min(comparison.rows.len().saturating_sub(SHOWN));
        let rows = &comparison.rows[start..(start + SHOWN).min(comparison.rows.len())];
        let side_by_side = side_by_side(comparison, rows);
        if side_by_side.iter().all(|line| line.chars().count() + 4 <= self.layout.width) {
            for line in side_by_side {
                self.line(format_args!("    {line}"));
            }
        } else {
            self.one_below_the_other(comparison, rows);
        }
        let hidden = comparison.rows.len() - rows.len();
        if hidden > 0 {
            let wrong = comparison.rows.iter().filter(|row| !row.agrees()).count();
            let shown = format!("rows {} to {} of {}", start + 1, start + rows.len(), comparison.rows.len());
            let differ = if wrong == 1 { "differs" } else { "differ" };
            self.line(format_args!("    {shown}; {wrong} {differ}"));
        }
        self.blank();
    }

    /// For a narrow terminal: a block for each row that differs.
    fn one_below_the_other(&mut self, comparison: &Comparison, rows: &[ComparedRow]) {
        for row in rows.iter().filter(|row| !row.agrees()).take(3) {
            let given: Vec<String> =
                comparison.given.iter().zip(&row.given).map(|(name, cell)| format!("{name} {cell}")).collect();
            if !given.is_empty() {
                self.paragraph("    ", &format!("at {}", given.join(", ")));
            }
            for (name, cell) in comparison.answers.iter().zip(&row.answers).filter(|(_, cell)| !cell.agrees) {
                let (expected, got) = cells_apart(cell.expected.as_ref(), cell.got.as_ref());
                self.paragraph("      ", &format!("{name}: expected {expected}"));
                self.paragraph("      ", &format!("{:width$}  {:>8} {got}", "", "got", width = name.chars().count()));
            }
        }
    }
}

/// How many steps of several are done, and how many of their cases.
fn count_of(steps: &[&StepReport]) -> String {
    let done = steps.iter().filter(|step| step.passed()).count();
    let word = if steps.len() == 1 { "step" } else { "steps" };
    let (passed, cases) = counted(steps);
    format!("{done} of {} {word} done, {passed} of {cases} cases passed", steps.len())
}

/// How many cases of some steps passed, and how many there are.
fn counted(steps: &[&StepReport]) -> (usize, usize) {
    (steps.iter().map(|step| step.passed_cases()).sum(), steps.iter().map(|step| step.cases.len()).sum())
}

/// The rows as aligned lines: the given columns, then expected and got of each answer that differs somewhere.
fn side_by_side(comparison: &Comparison, rows: &[ComparedRow]) -> Vec<String> {
    let wrong: Vec<usize> =
        (0..comparison.answers.len()).filter(|at| comparison.rows.iter().any(|row| !row.answers[*at].agrees)).collect();
    let alone = comparison.answers.len() == 1;
    let mut head: Vec<String> = vec![String::new()];
    head.extend(comparison.given.iter().cloned());
    for at in &wrong {
        let name = &comparison.answers[*at];
        head.push(if alone { "expected".to_owned() } else { format!("{name} expected") });
        head.push("got".to_owned());
    }
    let ratio = match wrong[..] {
        [at] => ratios(rows, at),
        _ => None,
    };
    head.extend(ratio.as_ref().map(|_| "got/expected".to_owned()));

    let mut lines = vec![head];
    for (number, row) in rows.iter().enumerate() {
        let mut line = vec![if row.agrees() { String::new() } else { "✗".to_owned() }];
        line.extend(row.given.iter().map(Cell::to_string));
        for at in &wrong {
            let cell = &row.answers[*at];
            let (expected, got) = cells_apart(cell.expected.as_ref(), cell.got.as_ref());
            line.extend([expected, got]);
        }
        line.extend(ratio.as_ref().map(|ratios| ratios[number].clone()));
        lines.push(line);
    }
    align(&lines)
}

/// What was answered as a part of what was expected, row by row, where it is the same in all rows that differ.
fn ratios(rows: &[ComparedRow], at: usize) -> Option<Vec<String>> {
    let mut common: Option<f64> = None;
    let mut ratios = Vec::new();
    for row in rows {
        let (Some(Cell::Number(expected)), Some(Cell::Number(got))) = (&row.answers[at].expected, &row.answers[at].got)
        else {
            return None;
        };
        if *expected == 0.0 && *got == 0.0 {
            ratios.push(String::new());
            continue;
        }
        let ratio = got / expected;
        let usual = *common.get_or_insert(ratio);
        if !(1e-3..1e6).contains(&ratio.abs()) || (ratio - usual).abs() > 1e-6 * usual.abs() {
            return None;
        }
        ratios.push(Cell::Number((ratio * 1e4).round() / 1e4).to_string());
    }
    Some(ratios)
}

/// Both cells as text; with all their digits where the short form would hide the difference.
fn cells_apart(expected: Option<&Cell>, got: Option<&Cell>) -> (String, String) {
    let text =
        |cell: Option<&Cell>| cell.map_or("no row".to_owned(), |cell| plain(&cell.to_string()).replace('\n', " "));
    let (short, other) = (text(expected), text(got));
    match (expected, got) {
        (Some(Cell::Number(one)), Some(Cell::Number(two))) if short == other && one != two => {
            (format!("{one:?}"), format!("{two:?}"))
        }
        _ => (short, other),
    }
}

/// Columns to the right, two blanks apart.
fn align(lines: &[Vec<String>]) -> Vec<String> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let aligned = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    aligned.collect()
}
