//! The steps of the course, and the cases of the current step, as lists.

use grader::course::{Case, Step};
use grader::report::terminal::style_of;
use grader::report::text;
use grader::verdict::{CaseReport, Verdict};
use harness::{Side, padded};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Borders};
use worker::StepState;

use super::fit::{above_window, columns, fitting, window};
use super::{VERY_WIDE, View};
use crate::convert::to_screen_style;
use crate::watch::list::Typing;
use crate::watch::state::Panel;

/// The rows above the list of steps.
pub const HEADING_OF_LIST: u16 = 2;

/// The indent of the cases in the list at the side.
const CASE_INDENT: &str = "     ";

/// What follows the title of a case that has a picture: the key that shows it.
const PICTURE: &str = "v ";

impl View<'_> {
    /// The steps in one line, as many as fit around the current one, and how many are done.
    pub fn strip(&self, frame: &mut Frame<'_>, area: Rect) {
        let (done, all) = self.done(false);
        let done = Line::from(format!(" {done} of {all} done ")).right_aligned();
        let steps = self.state.course().steps.iter().zip(&self.state.known.steps).enumerate();
        let spans = steps.map(|(at, (step, step_state))| {
            let (mark, style) = mark_of_step(step_state);
            let style = if at == self.state.current { style.add_modifier(Modifier::REVERSED) } else { style };
            let before = if Some(at) == self.first_bonus() { " +" } else { "" };
            [Span::raw(before), Span::styled(format!(" {mark}{} ", step.number), style)]
        });
        // Each step has two spans.
        let spans: Vec<Span<'_>> = spans.flatten().collect();
        let width = |from: usize, to: usize| 1 + spans[from..to].iter().map(Span::width).sum::<usize>();
        let room = usize::from(area.width);
        let current = self.state.current;
        let first = 2 * (0..current).find(|from| width(2 * from, 2 * (current + 1)) <= room).unwrap_or(current);
        if width(first, spans.len()) + done.width() <= room {
            frame.render_widget(done, area);
        }
        frame.render_widget(Line::from_iter([Span::raw(" ")].into_iter().chain(spans.into_iter().skip(first))), area);
    }

    /// The width of the list at the side: what its longest line needs, up to a limit that grows on a very wide screen.
    pub fn side_width(&self, screen: u16) -> u16 {
        const MOST: u16 = 30;
        let most = usize::from(MOST + screen.saturating_sub(VERY_WIDE) / 2);
        let steps = &self.state.course().steps;
        let picture = |case: &Case| if case.plot.is_some() { columns(PICTURE) } else { 0 };
        let width = |case: &Case| CASE_INDENT.len() + 4 + columns(&case.title) + picture(case);
        let cases = steps.iter().flat_map(|step| &step.cases).map(width);
        let names = steps.iter().map(|step| columns(&step.name) + 16);
        let longest = cases.chain(names).max().unwrap_or(0).min(most);
        u16::try_from(longest).unwrap_or(u16::MAX)
    }

    /// The list at the side: the steps, with the cases of the current step.
    pub fn side(&self, frame: &mut Frame<'_>, area: Rect) {
        let block = Block::new().borders(Borders::RIGHT).border_style(Style::new().add_modifier(Modifier::DIM));
        let inside = block.inner(area);
        frame.render_widget(block, area);
        let [head, list] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(inside);
        let (done, all) = self.done(false);
        frame.render_widget(Line::from(format!(" {done} of {all} steps done")), head);

        let names = self.padded_names();
        let mut lines = Vec::new();
        let mut selected = 0;
        for (at, (step, step_state)) in self.state.course().steps.iter().zip(&self.state.known.steps).enumerate() {
            if Some(at) == self.first_bonus() {
                let (done, all) = self.done(true);
                lines.extend([Line::default(), Line::from(format!(" Bonus: {done} of {all} done"))]);
            }
            let (mark, style) = mark_of_step(step_state);
            let current = at == self.state.current;
            let name = format!("{} ", name_and_count(step, step_state, &names[at]));
            let name_style = if current { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            if current {
                selected = lines.len();
            }
            lines.push(Line::from(vec![Span::styled(format!(" {mark} "), style), Span::styled(name, name_style)]));
            if current {
                selected += self.case_at().map_or(0, |at| at + 1);
                lines.extend(self.case_lines(CASE_INDENT, list.width));
            }
        }
        frame.render_widget(Text::from(window(lines, CASE_INDENT, list.height, selected)), list);
    }

    /// The list of steps that the student opened. Returns the row of each step on the screen, and its position.
    pub fn list_of_steps(&self, frame: &mut Frame<'_>, area: Rect) -> Vec<(u16, usize)> {
        let Panel::List(list) = &self.state.panel else { return Vec::new() };
        let [head, rows] = Layout::vertical([Constraint::Length(HEADING_OF_LIST), Constraint::Min(0)]).areas(area);
        let shown = list.shown(&self.state.known);
        let all = self.state.known.steps.len();
        let count = match shown.len() {
            0 => "no step".to_owned(),
            several if several == all => format!("all {all} steps"),
            several => format!("{several} of {all} steps"),
        };
        let filter = list.filter.name().map(|name| format!(" · {name}")).unwrap_or_default();
        let search = match list.typing {
            Typing::Search => format!(" · search: {}▏", list.query),
            Typing::Keys if list.query.is_empty() => String::new(),
            Typing::Keys => format!(" · search: {}", list.query),
        };
        let heading = format!(" {count}{filter}{search}");
        frame.render_widget(Line::from(fitting(&heading, usize::from(head.width))), head);

        let names = self.padded_names();
        let chosen = list.chosen(&shown);
        let selected = shown.iter().position(|at| Some(*at) == chosen).unwrap_or(0);
        let lines =
            shown.iter().map(|at| self.line_of_step(*at, &names[*at], rows.width, Some(*at) == chosen)).collect();
        let lines = window(lines, CASE_INDENT, rows.height, selected);
        let first = above_window(shown.len(), rows.height, selected);
        frame.render_widget(Text::from(lines), rows);
        (rows.y..rows.bottom()).zip(shown.into_iter().skip(first)).collect()
    }

    /// The names of the steps, all equally wide.
    fn padded_names(&self) -> Vec<String> {
        let rows: Vec<Vec<String>> = self.state.course().steps.iter().map(|step| vec![step.name.clone()]).collect();
        padded(&rows, |_| Side::Left).concat()
    }

    fn line_of_step(&self, at: usize, name: &str, width: u16, is_chosen: bool) -> Line<'static> {
        let (step, step_state) = (&self.state.course().steps[at], &self.state.known.steps[at]);
        let (mark, style) = mark_of_step(step_state);
        let here = if at == self.state.current { "▸" } else { " " };
        let bonus = if step.bonus { " (bonus)" } else { "" };
        let words = format!("{}  {}{bonus} ", name_and_count(step, step_state, name), step.title);
        let words = fitting(&words, usize::from(width).saturating_sub(3));
        let look = if is_chosen { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        Line::from(vec![Span::raw(here), Span::styled(format!("{mark} "), style), Span::styled(words, look)])
    }

    /// The cases of the current step as a list.
    pub fn list_of_cases(&self, frame: &mut Frame<'_>, area: Rect) {
        const INDENT: &str = "  ";
        let lines = self.case_lines(INDENT, area.width);
        frame.render_widget(Text::from(window(lines, INDENT, area.height, self.case_at().unwrap_or(0))), area);
    }

    /// The cases of the current step as a row of marks.
    pub fn row_of_cases(&self, frame: &mut Frame<'_>, area: Rect) {
        let Some(report) = &self.state.step().report else { return };
        let mut marks = vec![Span::raw("  ")];
        for (at, case) in report.cases.iter().enumerate() {
            let (mark, style) = mark_of_case(case);
            let here = self.case_at() == Some(at);
            marks.push(Span::styled(mark, if here { style.add_modifier(Modifier::REVERSED) } else { style }));
            marks.push(Span::raw(" "));
        }
        marks.push(Span::raw(format!(" {}/{}", report.passed_cases(), report.cases.len())));
        if let Some(case) = self.state.shown() {
            let picture = self.picture_mark(case);
            let room = usize::from(area.width).saturating_sub(Line::from(marks.clone()).width() + 3 + picture.width());
            let title = format!("  {} ", fitting(&case.title, room));
            marks.extend([Span::styled(title, Style::new().add_modifier(Modifier::DIM)), picture]);
        }
        frame.render_widget(Line::from(marks), area);
    }

    fn case_lines(&self, indent: &'static str, width: u16) -> Vec<Line<'_>> {
        // What the indent, the mark and the blanks around the title leave.
        let room = usize::from(width).saturating_sub(indent.len() + 3);
        let cases = self.state.step().report.iter().flat_map(|report| &report.cases).enumerate();
        let lines = cases.map(|(at, case)| {
            let (mark, style) = mark_of_case(case);
            let here = self.case_at() == Some(at);
            let title = if here { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
            let picture = self.picture_mark(case);
            Line::from(vec![
                Span::raw(indent),
                Span::styled(mark, style),
                Span::raw(" "),
                Span::styled(format!("{} ", fitting(&case.title, room.saturating_sub(picture.width()))), title),
                picture,
            ])
        });
        lines.collect()
    }

    /// What follows the title of a case.
    fn picture_mark(&self, case: &CaseReport) -> Span<'static> {
        let mark = if self.state.has_picture(case) { PICTURE } else { "" };
        Span::styled(mark, Style::new().add_modifier(Modifier::DIM))
    }

    /// The position of the case that is shown.
    fn case_at(&self) -> Option<usize> {
        let (report, case) = (self.state.step().report.as_ref()?, self.state.shown()?);
        report.cases.iter().position(|listed| listed.name == case.name)
    }

    /// How many of the bonus steps are done, or of the other ones, and how many there are.
    fn done(&self, bonus: bool) -> (usize, usize) {
        let steps =
            self.state.course().steps.iter().zip(&self.state.known.steps).filter(|(step, _)| step.bonus == bonus);
        let passed = steps.clone().filter(|(_, step_state)| step_state.has_passed());
        (passed.count(), steps.count())
    }

    /// The position of the first bonus step.
    fn first_bonus(&self) -> Option<usize> {
        self.state.course().steps.iter().position(|step| step.bonus)
    }
}

/// A step's number, its padded name and how many of its cases pass.
fn name_and_count(step: &Step, step_state: &StepState, name: &str) -> String {
    let cases = step_state.report.as_ref();
    let cases = cases.map(|report| format!("{}/{}", report.passed_cases(), report.cases.len())).unwrap_or_default();
    format!("{:>2} {} {cases:>6}", step.number, name)
}

/// The mark of a step, with its colour.
fn mark_of_step(step: &StepState) -> (&'static str, Style) {
    if step.fault.is_some() {
        return ("!", to_screen_style(text::Style::BAD));
    }
    let Some(report) = &step.report else { return (" ", Style::new()) };
    let standing = report.standing();
    (standing.mark(), to_screen_style(style_of(standing)))
}

/// The mark of a case, with its colour.
fn mark_of_case(case: &CaseReport) -> (&'static str, Style) {
    let (mark, style) = match &case.verdict {
        Verdict::Passed => ("✓", text::Style::GOOD),
        Verdict::NotStarted { .. } => ("·", text::Style::FAINT),
        _ => ("✗", text::Style::BAD),
    };
    (mark, to_screen_style(style))
}
