//! The report for a person: one line a step, and the first thing to mend in detail, on one screen.

use std::path::PathBuf;

use course::Edition;
use harness::{Cell, Side, padded};
use outcome::{CompilerError, Culprit, MOST_ERRORS};
use unicode_width::UnicodeWidthStr;
use verdict::compare::{ComparedRow, Comparison};
use verdict::{CaseReport, Explanation, Outcome, Part, Report, Shown, Standing, StepReport, Verdict, Wrong};

use super::cells::apart;
use super::sentences::{changed_exercises, complete, run_by_hand, steps_done, trial_in_words};
use super::summary::{self, Summary};
use super::text::{Line, Style, Text, styled};
use super::{compiler, prints, snippet};
use crate::sentences::InWords;

/// What a report says beside the verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mentions {
    /// Nothing.
    #[default]
    Nothing,
    /// That there are hints for the first failure.
    Hints,
    /// What to do with a step that is done, before the next one.
    Finished(Finished),
    /// What a complete course has built.
    Complete(Summary),
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its number.
    pub number: u32,
    /// Its README, relative to the course.
    pub lesson: PathBuf,
    /// A question that the lesson answers.
    pub question: Option<String>,
    /// The edition of the course, which decides whether there is a solution to compare with.
    pub edition: Edition,
}

/// Lays a report out for a width.
pub fn render(report: &Report, mentions: &Mentions, width: usize) -> Text {
    let mut page = Page { text: Text::default(), width, printed_lines: prints::LINES };
    page.overview(report);
    let next = report.next_failure();
    if report.passed() {
        let is_part = report.left_out > 0;
        let words = "Every case passes. Next step: cargo xtask grade";
        page.paragraph("", if is_part { words.to_owned() } else { complete(&report.about, next.is_some()) });
    }
    page.faults(report);
    if let Some(words) = changed_exercises(report.changes()) {
        page.text.blank();
        page.paragraph("", styled(words, Style::BEGUN));
    }
    match mentions {
        Mentions::Finished(finished) => page.finished(finished),
        Mentions::Complete(summary) => page.complete(summary),
        Mentions::Nothing | Mentions::Hints => {}
    }
    if let Some((step, case)) = next {
        page.text.blank();
        let mut command = "cargo xtask grade".to_owned();
        if report.part == Part::Heart {
            command.push_str(" --heart");
        }
        if report.steps.len() == 1 {
            command.push_str(&format!(" {}", step.number));
        }
        page.detail(step, case, command);
        if *mentions == Mentions::Hints {
            page.text.line(["  Hint  ".into(), styled(format!("cargo xtask hint {}", step.number), Style::TO_DO)]);
        }
    }
    page.text
}

/// What was found out about the step in detail since an earlier report of the same attempts; nothing if it is the same.
pub fn found_since(earlier: &Report, report: &Report, width: usize) -> Text {
    let mut page = Page { text: Text::default(), width, printed_lines: 0 };
    let is_explained = |case: &CaseReport| matches!(case.verdict.explanation(), Some(Explanation::Mistakes { .. }));
    let Some((shown, _)) = earlier.next_failure() else { return page.text };
    let step = report.steps.iter().find(|step| step.number == shown.number);
    let found = step.iter().flat_map(|step| step.cases.iter().zip(&shown.cases));
    let found = found.filter(|(now, before)| is_explained(now) && !is_explained(before)).map(|(now, _)| now);
    page.also_in(&[], found);
    page.text
}

/// Any one case as the report shows the first that failed, with all that is kept of its prints.
pub fn detail(step: &StepReport, case: &CaseReport, width: usize) -> Text {
    let mut page = Page { text: Text::default(), width, printed_lines: usize::MAX };
    let first = step.first_failure().is_some_and(|first| first.name == case.name);
    match &case.verdict {
        Verdict::Passed => {
            page.headline(case, Style::GOOD);
            case.shown.iter().for_each(|shown| page.answers(shown));
        }
        Verdict::NotStarted { .. } if !first => page.headline(case, Style::FAINT),
        _ => page.verdict(step, case),
    }
    if !case.passed() {
        page.text.blank();
        page.edit(step, case);
    }
    // Last, because it may be long.
    page.printed(step, case);
    page.text
}

/// The standing of a step, by colour.
pub fn style_of(standing: Standing<'_>) -> Style {
    match standing {
        Standing::Done => Style::GOOD,
        Standing::NotStarted => Style::FAINT,
        Standing::Begun(_) => Style::BEGUN,
        Standing::Failing(_) | Standing::Faulty(_) => Style::BAD,
    }
}

struct Page {
    text: Text,
    width: usize,
    /// How many lines of what a case printed are shown.
    printed_lines: usize,
}

impl Page {
    fn paragraph(&mut self, indent: &str, words: impl Into<Line>) {
        self.text.paragraph(indent, words, self.width);
    }

    fn overview(&mut self, report: &Report) {
        let (required, optional) = report.parts();
        let steps: Vec<&StepReport> = [&required[..], &optional].concat();
        let mut lines = overview_lines(&steps).into_iter();
        let (passed, cases) = counted(&required);
        // If a step cannot be graded, nobody knows how many cases there are.
        let percent = (passed * 100).checked_div(cases).filter(|_| report.outcome() != Outcome::Faulty);
        let percent = percent.map(|percent| format!(" ({percent} %)")).unwrap_or_default();
        self.overview_of(format!("{}{percent}", count_of(&required)), lines.by_ref().take(required.len()));
        if !optional.is_empty() {
            self.overview_of(format!("Bonus: {}", count_of(&optional)), lines);
        }
    }

    fn overview_of(&mut self, head: String, lines: impl Iterator<Item = Line>) {
        self.paragraph("", head);
        self.text.blank();
        lines.for_each(|line| self.text.line(line));
        self.text.blank();
    }

    /// What keeps steps from being graded.
    fn faults(&mut self, report: &Report) {
        for (step, fault) in report.steps.iter().filter_map(|step| Some((step, step.fault.as_ref()?))) {
            let heading = format!("Step {} cannot be graded, and it is not your code:", step.number);
            self.paragraph("", styled(heading, Style::STRONG));
            for line in fault.to_string().lines() {
                self.paragraph("  ", line);
            }
        }
    }

    /// What to do with a step that is done.
    fn finished(&mut self, Finished { number, lesson, question, edition }: &Finished) {
        self.text.blank();
        self.paragraph("", styled(format!("Step {number} is done. Before you go on:"), Style::STRONG));
        self.text.blank();
        if let Some(question) = question {
            self.paragraph("  ", question.as_str());
            self.paragraph("  ", format!("(The answer is at the end of {}.)", lesson.display()));
            self.text.blank();
        }
        let compare = edition.has_solutions().then_some(("Compare", "solution"));
        for (what, command) in [("See", "plot")].into_iter().chain(compare) {
            let command = styled(format!("cargo xtask {command} {number}"), Style::TO_DO);
            self.text.line([format!("  {what:<7}  ").into(), command]);
        }
    }

    /// What has been built, and the command that makes a page of it.
    fn complete(&mut self, summary: &Summary) {
        self.text.append(summary.text(self.width));
        self.text.blank();
        self.text.line(["  Page  ".into(), styled(summary::PAGE, Style::TO_DO)]);
    }

    /// The first thing to do, and the command to run afterwards.
    fn detail(&mut self, step: &StepReport, case: &CaseReport, command: String) {
        self.paragraph("", styled(step.heading(), Style::STRONG));
        self.text.blank();
        self.verdict(step, case);
        self.printed(step, case);
        if !step.untouched() {
            self.text.blank();
        }
        self.edit(step, case);
        self.text.line(["  Then  ".into(), styled(command, Style::TO_DO)]);
    }

    /// The verdict on a case that did not pass, with everything that is known about the cause.
    fn verdict(&mut self, step: &StepReport, case: &CaseReport) {
        match &case.verdict {
            Verdict::Passed => {}
            Verdict::NotStarted { .. } if step.untouched() => {
                let readme = step.file.parent().and_then(|src| src.parent()).map(|folder| folder.join("README.md"));
                self.paragraph("  ", format!("The first function to write is `{}`.", case.function));
                self.text.blank();
                self.text.line(format!("  Read  {}", readme.unwrap_or_default().display()));
            }
            Verdict::NotStarted { .. } => {
                self.paragraph("  ", format!("Next is `{}`: {}.", case.function, case.title));
            }
            Verdict::DoesNotCompile { errors, culprit, signatures } => {
                self.text.line(["  ".into(), styled("does not compile", Style::BAD)]);
                self.text.blank();
                self.sentences(case);
                // If a declaration is to blame, the compiler's words about the cases would only distract.
                match culprit {
                    Culprit::Library | Culprit::Linking => self.compiler_errors(errors),
                    Culprit::Cases if signatures.is_empty() => self.compiler_errors(errors),
                    Culprit::Cases | Culprit::File | Culprit::Endless | Culprit::Compiler => {}
                }
            }
            verdict => {
                self.headline(case, Style::BAD);
                if let Some(trial) = verdict.trial() {
                    self.paragraph("  ", format!("on {}", trial_in_words(trial)));
                }
                self.text.blank();
                if let Verdict::Wrong(wrong) = verdict {
                    self.comparison(&wrong.comparison);
                }
                self.sentences(case);
                self.also_wrong(step, case);
            }
        }
    }

    /// What is wrong, or not, with which function.
    fn headline(&mut self, case: &CaseReport, style: Style) {
        let function = styled(case.function.as_str(), Style::STRONG);
        let word = styled(case.verdict.word(), style);
        self.paragraph("  ", [function, " ".into(), word, format!(": {}", case.title).into()]);
    }

    /// The student's own answers.
    fn answers(&mut self, shown: &Shown) {
        const MOST: usize = 20;
        let Some(table) = shown.got.as_ref().filter(|table| !table.columns.is_empty()) else { return };
        self.paragraph("  ", format!("on {}", trial_in_words(shown.trial)));
        self.text.blank();
        let mut rows = vec![table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()];
        rows.extend(table.rows.iter().take(MOST).map(|row| row.iter().map(Cell::in_table).collect()));
        let has_text = |at: usize| table.rows.iter().any(|row| matches!(row.get(at), Some(Cell::Text(_))));
        for row in padded(&rows, |at| if has_text(at) { Side::Left } else { Side::Right }) {
            self.text.line(format!("    {}", row.join("  ")));
        }
        if table.row_count > MOST {
            let all = Cell::from(table.row_count);
            self.text.line(format!("    … {MOST} of {all} rows"));
        }
    }

    fn sentences(&mut self, case: &CaseReport) {
        case.verdict.sentences().into_iter().for_each(|sentence| self.paragraph("  ", sentence));
    }

    /// Where to edit, and how to run the case by hand, if it ran.
    fn edit(&mut self, step: &StepReport, case: &CaseReport) {
        self.text.line(["  Edit  ".into(), styled(step.place(case), Style::TO_DO)]);
        if case.verdict.trial().is_some() {
            self.text.line(["  Run   ".into(), styled(run_by_hand(step, case), Style::TO_DO)]);
        }
    }

    /// The known mistakes in other functions of the step.
    fn also_wrong(&mut self, step: &StepReport, shown: &CaseReport) {
        let wrong = |case: &&CaseReport| {
            matches!(&case.verdict, Verdict::Wrong(Wrong { explanation: Explanation::Mistakes { .. }, .. }))
        };
        self.also_in(&[shown.function.as_str()], step.cases.iter().filter(wrong));
    }

    /// The words for cases, once for each function that is not explained yet.
    fn also_in<'a>(&mut self, explained: &[&'a str], cases: impl Iterator<Item = &'a CaseReport>) {
        let mut functions = explained.to_vec();
        for case in cases {
            if !functions.contains(&case.function.as_str()) {
                functions.push(&case.function);
                self.text.blank();
                self.paragraph("  ", format!("And in `{}`: {}", case.function, case.verdict.sentences().join(" ")));
            }
        }
    }

    /// The compiler's first errors in its own words.
    fn compiler_errors(&mut self, errors: &[CompilerError]) {
        const SHOWN: usize = 2;
        for error in errors.iter().take(SHOWN) {
            self.text.append(snippet::fitted(compiler_error(error), self.width));
            self.text.blank();
            if let Some(advice) = compiler::advice(error) {
                self.paragraph("  ", advice);
                self.text.blank();
            }
        }
        if errors.len() > SHOWN {
            let more = errors.len() - SHOWN;
            // Further ones are not read.
            let at_least = if errors.len() >= MOST_ERRORS { "at least " } else { "" };
            let errors = if more == 1 { "error" } else { "errors" };
            self.paragraph(
                "  ",
                format!("… and {at_least}{more} more {errors}; the first one often causes the others."),
            );
        }
    }

    fn printed(&mut self, step: &StepReport, case: &CaseReport) {
        if case.printed.bytes == 0 {
            return;
        }
        let width = self.width.saturating_sub(4).max(20);
        let excerpt = prints::excerpt(&case.printed, self.printed_lines, width);
        self.text.blank();
        self.paragraph("  ", prints::heading(&case.printed, &excerpt));
        if excerpt.is_cut {
            if let Some(file) = &case.printed_in {
                self.text.line(["  File  ".into(), styled(file.display().to_string(), Style::TO_DO)]);
            }
            // Otherwise the command is among what to do.
            if case.verdict.trial().is_none() {
                self.text.line(["  Run   ".into(), styled(run_by_hand(step, case), Style::TO_DO)]);
            }
            self.text.blank();
        }
        excerpt.lines.iter().for_each(|line| self.text.line(format!("    {line}")));
    }

    fn comparison(&mut self, comparison: &Comparison) {
        const MOST: usize = 6;
        // The line that counts the rows would take the place of the last one.
        let most = if comparison.rows.len() == MOST + 1 { MOST + 1 } else { MOST };
        let first = comparison.rows.iter().position(|row| !row.agrees()).unwrap_or(0);
        let start = first.saturating_sub(1).min(comparison.rows.len().saturating_sub(most));
        let rows = &comparison.rows[start..(start + most).min(comparison.rows.len())];
        let side_by_side: Vec<Line> =
            side_by_side(comparison, rows).into_iter().map(|line| format!("    {line}").into()).collect();
        let wrong = comparison.rows.iter().filter(|row| !row.agrees()).count();
        let differ = if wrong == 1 { "differs" } else { "differ" };
        let all = comparison.rows.len();
        if side_by_side.iter().all(|line| line.width() <= self.width) {
            side_by_side.into_iter().for_each(|line| self.text.line(line));
            if all > rows.len() {
                self.text.line(format!("    rows {} to {} of {all}; {wrong} {differ}", start + 1, start + rows.len()));
            }
        } else {
            let shown = self.one_below_the_other(comparison);
            if wrong > shown {
                self.text.line(format!("    {shown} of the {wrong} rows that differ, of {all} in all"));
            }
        }
        self.text.blank();
    }

    /// For a narrow terminal: a block for each of the first rows that differ. Returns how many there are.
    fn one_below_the_other(&mut self, comparison: &Comparison) -> usize {
        const SHOWN: usize = 3;
        let identifying = identifying_answers(comparison);
        let rows: Vec<&ComparedRow> = comparison.rows.iter().filter(|row| !row.agrees()).take(SHOWN).collect();
        for row in &rows {
            let cell = |(name, cell): (&String, &Cell)| format!("{name} {}", cell.in_table());
            let given = comparison.given.iter().zip(&row.given).map(cell);
            let answers = identifying.iter().filter_map(|at| {
                let expected = row.answers[*at].expected.as_ref()?;
                Some(cell((&comparison.answers[*at], expected)))
            });
            let cells: Vec<String> = given.chain(answers).collect();
            if !cells.is_empty() {
                self.paragraph("    ", format!("at {}", cells.join(", ")));
            }
            self.answers_of_row(comparison, row);
        }
        rows.len()
    }

    /// The answers of one row that differ: numbers as a small table, and texts one below the other, so that they can be
    /// compared.
    fn answers_of_row(&mut self, comparison: &Comparison, row: &ComparedRow) {
        let names = comparison.answers.iter();
        let differing: Vec<_> = names.zip(&row.answers).filter(|(_, cell)| !cell.agrees).collect();
        let is_text = |cell: &Option<Cell>| matches!(cell, Some(Cell::Text(_)));
        if differing.iter().any(|(_, cell)| is_text(&cell.expected) || is_text(&cell.got)) {
            for (name, cell) in differing {
                let (expected, got) = apart(cell);
                let label = format!("{name}: expected");
                let indent = 6 + label.width() - "got".len();
                self.paragraph("      ", format!("{label} {expected}"));
                self.paragraph(&" ".repeat(indent), format!("got {got}"));
            }
            return;
        }
        let mut rows = vec![["", "expected", "got"].map(str::to_owned).to_vec()];
        rows.extend(differing.into_iter().map(|(name, cell)| {
            let (expected, got) = apart(cell);
            vec![name.clone(), expected, got]
        }));
        for row in padded(&rows, |at| if at == 0 { Side::Left } else { Side::Right }) {
            self.text.line(format!("      {}", row.join("  ")));
        }
    }
}

/// A line for each step, all in the same columns.
fn overview_lines(steps: &[&StepReport]) -> Vec<Line> {
    let cells = steps.iter().map(|step| {
        let points = match step.points() {
            (earned, all) if step.weighted() => format!("  {earned}/{all} points"),
            _ => String::new(),
        };
        vec![step.name.clone(), points]
    });
    let cells = padded(&cells.collect::<Vec<_>>(), |at| if at == 0 { Side::Left } else { Side::Right });
    steps.iter().zip(&cells).map(|(step, cells)| overview_line(step, &cells[0], &cells[1])).collect()
}

fn overview_line(step: &StepReport, name: &str, points: &str) -> Line {
    let standing = step.standing();
    let style = style_of(standing);
    let word = match standing {
        Standing::Faulty(_) => styled("cannot be graded", style),
        Standing::Done => styled("done", style),
        Standing::NotStarted => styled("not started", style),
        Standing::Begun(case) => format!("{}: {}", case.function, case.verdict.word()).into(),
        Standing::Failing(case) => match &case.verdict {
            verdict @ Verdict::DoesNotCompile { .. } => styled(verdict.word(), style),
            verdict => styled(format!("{}: {}", case.function, verdict.word()), style),
        },
    };
    let count = match standing {
        Standing::Faulty(_) => String::new(),
        _ => format!("{}/{}", step.passed_cases(), step.cases.len()),
    };
    let label = format!("{:>3} {name}  ", step.number);
    [label.into(), styled(standing.mark(), style), format!(" {count:>5}{points}  ").into(), word].into()
}

/// An error as the compiler shows it, cut if a line or a list has no end.
fn compiler_error(error: &CompilerError) -> Text {
    const MOST_LINES: usize = 60;
    const MOST_COLUMNS: usize = 300;
    let mut text = compiler::shown(error);
    let lines = text.lines.len();
    text.lines.truncate(MOST_LINES);
    text.lines.iter_mut().for_each(|line| line.shorten(MOST_COLUMNS));
    if lines > MOST_LINES {
        text.line(format!("… {lines} lines in all"));
    }
    text
}

/// How many of several steps are done, and how many of their cases. The cases of a step that cannot be graded are not
/// known, so it is counted separately: all other cases may have passed.
fn count_of(steps: &[&StepReport]) -> String {
    let done = steps.iter().filter(|step| step.passed()).count();
    let faulty = steps.iter().filter(|step| step.fault.is_some()).count();
    let count = steps_done(done, steps.len(), &[(faulty, "cannot be graded")]);
    match counted(steps) {
        (_, 0) => count,
        (passed, cases) => format!("{count}, {passed} of {cases} cases passed"),
    }
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
    let identifying = identifying_answers(comparison);
    let mut head: Vec<String> = vec![String::new()];
    head.extend(comparison.given.iter().cloned());
    head.extend(identifying.iter().map(|at| comparison.answers[*at].clone()));
    for at in &wrong {
        let name = &comparison.answers[*at];
        head.push(if alone { "expected".to_owned() } else { format!("{name}: expected") });
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
        line.extend(row.given.iter().map(Cell::in_table));
        line.extend(
            identifying.iter().map(|at| row.answers[*at].expected.as_ref().map_or_else(String::new, Cell::in_table)),
        );
        for at in &wrong {
            let (expected, got) = apart(&row.answers[*at]);
            line.extend([expected, got]);
        }
        line.extend(ratio.as_ref().map(|ratios| ratios[number].clone()));
        lines.push(line);
    }
    let joined = |line: &Vec<String>| line.join("  ").trim_end().to_owned();
    padded(&lines, |_| Side::Right).iter().map(joined).collect()
}

/// The answers that tell rows with the same given cells apart: those that agree in every row.
fn identifying_answers(comparison: &Comparison) -> Vec<usize> {
    let alike = |(at, row): (usize, &ComparedRow)| comparison.rows[..at].iter().any(|other| other.given == row.given);
    if !comparison.rows.iter().enumerate().any(alike) {
        return Vec::new();
    }
    let agrees = |at: &usize| comparison.rows.iter().all(|row| row.answers[*at].agrees);
    (0..comparison.answers.len()).filter(agrees).collect()
}

/// The ratio of the answered to the expected numbers, if it is the same in all rows that differ.
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
