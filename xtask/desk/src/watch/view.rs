//! Draws a state. On a narrow terminal all is in one column, on a wide one the steps and cases stand in a list beside it.

use std::time::Duration;

use ansi_to_tui::IntoText;
use grader::figure::Figure;
use grader::report::terminal::{self, Layout as Page};
use grader::report::{CaseReport, Standing, StepReport, Verdict};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Borders, List, ListState, Paragraph};

use super::state::{Extent, Panel, State, StepState};
use crate::chart::Chart;

/// How the screen looks.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Whether colours are wanted.
    pub colours: bool,
}

/// From this width on the list stands beside the rest.
const WIDE: u16 = 100;

/// From this height on the cases of a narrow screen are a list and not a row of marks.
const TALL: u16 = 22;

/// Draws a state, and says how much of its main part can be seen.
pub fn draw(frame: &mut Frame<'_>, state: &State, theme: Theme) -> Extent {
    let view = View { state, theme };
    let area = frame.area();
    let [body, status, keys] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(view.status_height()), Constraint::Length(1)])
            .areas(area);
    let main = if area.width >= WIDE {
        let [side, rest] = Layout::horizontal([Constraint::Length(42), Constraint::Min(0)]).areas(body);
        let [heading, main] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(rest);
        view.side(frame, side);
        view.heading(frame, heading);
        main
    } else {
        let rows = [1, 1, view.cases_height(area.height)].map(Constraint::Length);
        let [strip, heading, cases, main] = Layout::vertical(rows.into_iter().chain([Constraint::Min(0)])).areas(body);
        view.strip(frame, strip);
        view.heading(frame, heading);
        view.cases(frame, cases);
        main
    };
    let extent = view.panel(frame, main);
    view.status(frame, status, extent);
    view.keys(frame, keys);
    if !theme.colours {
        for cell in &mut frame.buffer_mut().content {
            (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        }
    }
    extent
}

struct View<'a> {
    state: &'a State,
    theme: Theme,
}

impl View<'_> {
    /// How many steps are done, and how many there are: those of the course itself, or those that are a bonus.
    fn done(&self, bonus: bool) -> (usize, usize) {
        let steps = self.state.course.steps.iter().zip(&self.state.steps).filter(|(step, _)| step.bonus == bonus);
        let passed = steps.clone().filter(|(_, own)| own.report.as_ref().is_some_and(StepReport::passed));
        (passed.count(), steps.count())
    }

    /// The steps in one line, as many as fit before the current one and behind it, and how many are done.
    fn strip(&self, frame: &mut Frame<'_>, area: Rect) {
        let (done, all) = self.done(false);
        let done = Line::from(format!(" {done} of {all} done ")).right_aligned();
        let steps = self.state.course.steps.iter().zip(&self.state.steps).enumerate();
        let spans = steps.map(|(at, (step, own))| {
            let (mark, style) = mark_of_step(own);
            let style = if at == self.state.current { style.add_modifier(Modifier::REVERSED) } else { style };
            Span::styled(format!(" {mark}{} ", step.number), style)
        });
        let spans: Vec<Span<'_>> = spans.collect();
        let width = |from: usize, to: usize| 1 + spans[from..to].iter().map(Span::width).sum::<usize>();
        let room = usize::from(area.width);
        let first = (0..self.state.current).find(|from| width(*from, self.state.current + 1) <= room);
        let first = first.unwrap_or(self.state.current);
        if width(first, spans.len()) + done.width() <= room {
            frame.render_widget(done, area);
        }
        frame.render_widget(Line::from_iter([Span::raw(" ")].into_iter().chain(spans.into_iter().skip(first))), area);
    }

    fn heading(&self, frame: &mut Frame<'_>, area: Rect) {
        let step = &self.state.course.steps[self.state.current];
        let what = match &self.state.panel {
            Panel::Case => "",
            Panel::Hints(_) => " · hints",
            Panel::Question | Panel::Solution(_) => " · solution",
            Panel::Plot => " · plot",
            Panel::Help => " · keys",
        };
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let old = match &self.state.work {
            _ if !self.state.step().due || self.state.step().report.is_none() => "",
            Some(_) => " · grading again",
            None => " · changed since",
        };
        let heading = Line::from(vec![
            Span::styled(format!(" {}", step.heading()), bold),
            Span::styled(what, Style::new().fg(Color::Cyan)),
            Span::styled(old, Style::new().fg(Color::Yellow)),
        ]);
        frame.render_widget(heading, area);
    }

    /// The steps with the cases of the current one, one below the other.
    fn side(&self, frame: &mut Frame<'_>, area: Rect) {
        let block = Block::new().borders(Borders::RIGHT).border_style(Style::new().add_modifier(Modifier::DIM));
        let inside = block.inner(area);
        frame.render_widget(block, area);
        let [head, list] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(inside);
        let (done, all) = self.done(false);
        let bonus = match self.done(true) {
            (_, 0) => String::new(),
            (done, all) => format!(", {done} of {all} bonus"),
        };
        frame.render_widget(Line::from(format!(" {done} of {all} steps done{bonus}")), head);

        let longest = self.state.course.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
        let mut lines = Vec::new();
        let mut selected = 0;
        for (at, (step, own)) in self.state.course.steps.iter().zip(&self.state.steps).enumerate() {
            let (mark, style) = mark_of_step(own);
            let current = at == self.state.current;
            let count = own.report.as_ref().map(|report| format!("{}/{}", report.passed_cases(), report.cases.len()));
            let name = format!("{:>2} {:<longest$} {:>6} ", step.number, step.name, count.unwrap_or_default());
            let name_style = if current { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            if current {
                selected = lines.len();
            }
            lines.push(Line::from(vec![Span::styled(format!(" {mark} "), style), Span::styled(name, name_style)]));
            if current {
                let own_lines = self.case_lines("     ", list.width);
                selected += self.case_at().map_or(0, |at| at + 1);
                lines.extend(own_lines);
            }
        }
        let mut place = ListState::default().with_selected(Some(selected));
        frame.render_stateful_widget(List::new(lines).scroll_padding(2), list, &mut place);
    }

    fn cases_height(&self, height: u16) -> u16 {
        let cases = self.state.step().report.as_ref().map_or(0, |report| report.cases.len());
        if height < TALL { 1 } else { (cases as u16).clamp(1, height / 4) }
    }

    /// The cases of the current step: one below the other where there is room, else a row of marks.
    fn cases(&self, frame: &mut Frame<'_>, area: Rect) {
        if area.height > 1 {
            let mut place = ListState::default().with_selected(self.case_at());
            let list = List::new(self.case_lines("  ", area.width)).scroll_padding(1);
            frame.render_stateful_widget(list, area, &mut place);
            return;
        }
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
            let room = usize::from(area.width).saturating_sub(Line::from(marks.clone()).width() + 2);
            let title = format!("  {}", fitting(&case.title, room));
            marks.push(Span::styled(title, Style::new().add_modifier(Modifier::DIM)));
        }
        frame.render_widget(Line::from(marks), area);
    }

    fn case_lines(&self, indent: &'static str, width: u16) -> Vec<Line<'_>> {
        // Beside the indent, the mark and the blanks around the title.
        let room = usize::from(width).saturating_sub(indent.len() + 3);
        let cases = self.state.step().report.iter().flat_map(|report| &report.cases).enumerate();
        let lines = cases.map(|(at, case)| {
            let (mark, style) = mark_of_case(case);
            let here = self.case_at() == Some(at);
            let title = if here { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
            Line::from(vec![
                Span::raw(indent),
                Span::styled(mark, style),
                Span::raw(" "),
                Span::styled(format!("{} ", fitting(&case.title, room)), title),
            ])
        });
        lines.collect()
    }

    /// Which of the cases is shown.
    fn case_at(&self) -> Option<usize> {
        let (report, case) = (self.state.step().report.as_ref()?, self.state.shown()?);
        report.cases.iter().position(|own| own.name == case.name)
    }

    /// A picture, and below it what it does not say itself, where there is room for both.
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, figure: &Figure) {
        const SMALLEST: u16 = 12;
        let notes = figure.notes.iter().flat_map(|note| textwrap::wrap(note, usize::from(area.width).max(20)));
        let notes: Vec<Line<'_>> = notes.map(Line::from).collect();
        let rows = u16::try_from(notes.len()).unwrap_or(u16::MAX);
        let rows = if area.height >= rows.saturating_add(SMALLEST) { rows } else { 0 };
        let [chart, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]).areas(area);
        frame.render_widget(Chart::new(figure), chart);
        frame.render_widget(Text::from(notes), below);
    }

    fn panel(&self, frame: &mut Frame<'_>, area: Rect) -> Extent {
        if let (Panel::Plot, Some(picture)) =
            (&self.state.panel, self.state.shown().and_then(|case| case.picture.as_ref()))
        {
            self.picture(frame, area, &picture.figure());
            return Extent { page: area.height.into(), lines: area.height.into() };
        }
        const READABLE: usize = 100;
        let width = usize::from(area.width);
        let page = Page { width: width.clamp(20, READABLE), colours: self.theme.colours };
        let lines = folded(&self.text(page), width.max(1));
        let extent = Extent { page: area.height.into(), lines: lines.len() };
        let seen: Vec<Line<'_>> = lines.into_iter().skip(extent.within(self.state.scroll)).take(extent.page).collect();
        frame.render_widget(Paragraph::new(seen), area);
        extent
    }

    /// What the main part says, as coloured text.
    fn text(&self, page: Page) -> Text<'static> {
        let text = match &self.state.panel {
            Panel::Case => self.case_text(page),
            Panel::Hints(hints) => {
                let more = match hints.at_an_end() {
                    true => "That was the last one; s shows the solution.",
                    false => "h gives the next one.",
                };
                format!("\n{}\n  Edit  {}\n\n{}", hints.so_far(page), hints.place, page.paragraph("  ", more))
            }
            Panel::Question => {
                let number = self.state.course.steps[self.state.current].number;
                let question = format!("Step {number} has not passed yet. See its solution all the same?");
                format!("\n{}\n  y  yes, show it\n  Esc  no; a hint may do: h\n", page.paragraph("  ", &question))
            }
            Panel::Solution(text) => format!("\n{text}"),
            Panel::Plot => {
                format!("\n{}", page.paragraph("  ", "There is no picture of this case; j and k go to the others."))
            }
            Panel::Help => HELP.to_owned(),
        };
        let text = text.replace('\t', "    ");
        // Text that is no terminal's is shown as it is.
        text.into_text().unwrap_or_else(|_| Text::raw(text))
    }

    fn case_text(&self, page: Page) -> String {
        let step = self.state.step();
        if let Some(fault) = &step.fault {
            let mut text = format!("\n{}\n", page.paragraph("  ", "This cannot be graded as it is:"));
            for line in fault.lines() {
                text.push_str(&page.paragraph("  ", line));
            }
            return text + "\n" + &page.paragraph("  ", "It is graded again when a file of it is saved.");
        }
        let Some(report) = &step.report else {
            return format!("\n{}", page.paragraph("  ", "It is graded for the first time: a moment."));
        };
        match self.state.case() {
            Some(case) => format!("\n{}", terminal::detail(report, case, page)),
            None => format!("\n{}", self.what_comes_next(report, page)),
        }
    }

    /// Where a step has passed: that it has, and what comes next.
    fn what_comes_next(&self, report: &StepReport, page: Page) -> String {
        let cases = report.cases.len();
        let mut text = page.paragraph("  ", &format!("Step {} is done: all {cases} cases pass.", report.number));
        text.push('\n');
        let next = self.state.next_open();
        if self.state.is_complete() {
            let complete = match next {
                None => "Course complete: every case of every step passes.",
                Some(_) => "Course complete: every step passes. What follows is a bonus.",
            };
            text.push_str(&format!("{}\n", page.paragraph("  ", complete)));
        }
        if let Some(at) = next {
            let next = &self.state.course.steps[at];
            let what = if next.bonus { "Next is a bonus, step" } else { "Next is step" };
            text.push_str(&page.paragraph("  ", &format!("{what} {}, {}: {}", next.number, next.name, next.title)));
            let key = match at.checked_sub(self.state.current) {
                Some(1) => "n".to_owned(),
                _ if next.number <= 10 => (next.number % 10).to_string(),
                _ => "n or p".to_owned(),
            };
            text.push_str(&page.paragraph("  ", &format!("Press {key} to go there.")));
            text.push_str(&format!("\n  Read  {}\n\n", next.folder.join("README.md").display()));
        }
        text + &page.paragraph("  ", "s shows the reference solution beside yours; j and k go through the cases.")
    }

    fn status_height(&self) -> u16 {
        1 + u16::from(self.state.looks_a_second.is_some())
    }

    /// What is going on, and how much more text there is.
    fn status(&self, frame: &mut Frame<'_>, area: Rect, extent: Extent) {
        let [first, second] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        let above = extent.within(self.state.scroll);
        let more = match extent.furthest() - above {
            0 if above > 0 => "▲ the end ".to_owned(),
            0 => String::new(),
            1 => "▼ 1 more line ".to_owned(),
            below => format!("▼ {below} more lines "),
        };
        let more = Line::from(more).right_aligned();
        let rest = left_of(first, first.width.saturating_sub(more.width() as u16));
        frame.render_widget(more, first);
        let (words, style) = self.going_on();
        // One column apart from what stands to the right.
        frame.render_widget(Line::styled(fitting(&words, usize::from(rest.width.saturating_sub(1))), style), rest);
        if let Some(looks) = self.state.looks_a_second {
            let note = format!(" No file events here (network? WSL?): looking {looks} x a second");
            frame.render_widget(Line::styled(note, Style::new().fg(Color::Yellow)), second);
        }
    }

    fn going_on(&self) -> (String, Style) {
        let yellow = Style::new().fg(Color::Yellow);
        if let Some(note) = &self.state.note {
            return (format!(" {}", note.replace('\n', " ")), yellow);
        }
        if let Some(work) = &self.state.work {
            let seconds = self.state.now.saturating_duration_since(work.since).as_secs();
            let seconds = if seconds == 0 { String::new() } else { format!(", {seconds} s") };
            return (format!(" … {}{seconds}", work.doing), yellow);
        }
        let step = self.state.step();
        match step.graded {
            Some((at, took)) => {
                let ago = ago(self.state.now.saturating_duration_since(at));
                (format!(" graded {ago}, in {:.1} s", took.as_secs_f64()), Style::new())
            }
            None if step.report.is_some() => (" graded earlier".to_owned(), Style::new()),
            None => (String::new(), Style::new()),
        }
    }

    /// The keys that fit, the most important last.
    fn keys(&self, frame: &mut Frame<'_>, area: Rect) {
        let (most, always): (&[&str], &[&str]) = match &self.state.panel {
            Panel::Case if self.state.step().report.as_ref().is_some_and(StepReport::passed) => {
                (&["n next step", "s solution", "jk case", "l plot", "e edit", "p step"], &["? help", "q quit"])
            }
            Panel::Case => (&["np step", "h hint", "e edit", "s solution", "l plot", "jk case"], &["? help", "q quit"]),
            Panel::Hints(_) => (&["h next hint", "e edit", "s solution"], &["Esc back", "q quit"]),
            Panel::Question => (&["y show it", "h hint"], &["Esc back", "q quit"]),
            Panel::Solution(_) | Panel::Help => (&["space down", "b up"], &["Esc back", "q quit"]),
            Panel::Plot => (&["jk case", "np step"], &["Esc back", "q quit"]),
        };
        // One blank before the first, two between.
        let width = |keys: &[&str]| keys.iter().map(|key| key.len() + 2).sum::<usize>();
        let fits = |count: &usize| width(&most[..*count]) + width(always) <= usize::from(area.width) + 1;
        let fitting = (0..=most.len()).rev().find(fits);
        let keys: Vec<&str> = most[..fitting.unwrap_or(0)].iter().chain(always).copied().collect();
        let dim = Style::new().add_modifier(Modifier::DIM);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let spans = keys.into_iter().enumerate().flat_map(|(at, key)| {
            let (key, what) = key.split_once(' ').unwrap_or((key, ""));
            let blanks = if at == 0 { " " } else { "  " };
            [Span::raw(blanks), Span::styled(key, bold), Span::styled(format!(" {what}"), dim)]
        });
        frame.render_widget(Line::from_iter(spans), area);
    }
}

const HELP: &str = "
  n p → ←      next and previous step
  1 … 9, 0     the step of this number, 0 for 10
  j k ↓ ↑      next and previous case
  space b      down and up in the text; also PgDn, PgUp
  h            hint; again for the next one
  s            solution, beside your own
  l            plot of the case
  e            open in your editor ($VISUAL, $EDITOR)
  g            grade this step anew
  Esc          back, at last to the first failure
  q Ctrl-C     quit

  Every save grades by itself. Nothing here changes your
  files, and no step moves on unless you do.
";

/// The sign of a step, with its colour.
fn mark_of_step(step: &StepState) -> (&'static str, Style) {
    if step.fault.is_some() {
        return ("!", Style::new().fg(Color::Red));
    }
    let Some(report) = &step.report else { return (" ", Style::new()) };
    let standing = report.standing();
    let style = match standing {
        Standing::NotStarted => Style::new().add_modifier(Modifier::DIM),
        Standing::Begun(_) => Style::new().fg(Color::Yellow),
        Standing::Failing(_) => Style::new().fg(Color::Red),
        Standing::Done => Style::new().fg(Color::Green),
    };
    (standing.mark(), style)
}

/// A text, or as much of it as fits, with a sign that there is more.
fn fitting(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let shown: String = text.chars().take(width.saturating_sub(1)).collect();
    if width == 0 { shown } else { format!("{}…", shown.trim_end()) }
}

/// The sign of a case, with its colour.
fn mark_of_case(case: &CaseReport) -> (&'static str, Style) {
    match &case.verdict {
        Verdict::Passed => ("✓", Style::new().fg(Color::Green)),
        Verdict::NotStarted { .. } => ("·", Style::new().add_modifier(Modifier::DIM)),
        _ => ("✗", Style::new().fg(Color::Red)),
    }
}

/// How long something is ago, roughly.
fn ago(time: Duration) -> String {
    match time.as_secs() {
        0..=1 => "just now".to_owned(),
        seconds @ 2..=59 => format!("{seconds} s ago"),
        seconds @ 60..=3_599 => format!("{} min ago", seconds / 60),
        seconds => format!("{} h ago", seconds / 3_600),
    }
}

fn left_of(area: Rect, width: u16) -> Rect {
    Rect { width: area.width.min(width), ..area }
}

/// The lines of a text, with those that are too long folded at the edge.
fn folded(text: &Text<'static>, width: usize) -> Vec<Line<'static>> {
    let mut folded = Vec::new();
    for line in &text.lines {
        let mut spans: Vec<Span<'static>> = Vec::new();
        let mut used = 0;
        for letter in line.styled_graphemes(text.style) {
            let wide = Span::raw(letter.symbol).width();
            if used + wide > width && used > 0 {
                folded.push(Line::from(std::mem::take(&mut spans)));
                used = 0;
            }
            used += wide;
            match spans.last_mut().filter(|span| span.style == letter.style) {
                Some(span) => span.content.to_mut().push_str(letter.symbol),
                None => spans.push(Span::styled(letter.symbol.to_owned(), letter.style)),
            }
        }
        folded.push(Line::from(spans));
    }
    folded
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use grader::grade::Remembered;
    use grader::hint::Hints;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::super::fixture::{Does, broken_report, course, report};
    use super::super::state::Event;
    use super::super::worker::News;
    use super::*;
    use crate::examples;

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    /// A watch of a course whose first step was graded just now.
    fn graded(does: [Does; 3]) -> State {
        let (course, now) = (course(), Instant::now());
        let mut state = State::new(Arc::clone(&course), Some(1), now);
        let remembered =
            [1, 2].map(|at| Some(Remembered { report: report(&course, at, [Does::Todo; 3]), current: true }));
        let remembered = [None].into_iter().chain(remembered).collect();
        state.update(Event::Work(News::Remembered(remembered)), now);
        let report = report(&course, 0, does);
        let took = Duration::from_millis(420);
        state.update(Event::Work(News::Graded { folder: "01-loss".to_owned(), report, took }), now);
        state
    }

    /// Gives the case that is looked at a picture.
    fn picture(state: &mut State) {
        let report = state.steps[0].report.as_mut().unwrap();
        report.cases[1].picture = Some(examples::rates());
    }

    fn drawn(state: &State, width: u16, height: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| {
                draw(frame, state, Theme { colours: true });
            })
            .unwrap();
        terminal
    }

    /// Compares with `tests/snapshots/NAME.snap`, at the narrow size and at the wide one.
    fn assert_golden(name: &str, state: &State) {
        let text = [(60, 15), (100, 30)].map(|(width, height)| drawn(state, width, height).backend().to_string());
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path("../../tests/snapshots");
        // Windows writes paths with the other stroke.
        settings.bind(|| insta::assert_snapshot!(name, text.join("\n").replace('\\', "/")));
    }

    #[test]
    fn a_wrong_case() {
        assert_golden("wrong", &graded(BEGUN));
    }

    #[test]
    fn a_chosen_case_that_passed() {
        let mut state = graded(BEGUN);
        state.chosen = Some("price-of-a-house".to_owned());
        assert_golden("chosen", &state);
    }

    #[test]
    fn the_end_of_a_long_text() {
        let mut state = graded(BEGUN);
        state.scroll = usize::MAX;
        assert_golden("scrolled", &state);
    }

    #[test]
    fn a_step_that_was_not_begun() {
        assert_golden("not_started", &graded([Does::Todo; 3]));
    }

    #[test]
    fn a_step_that_is_done_and_what_comes_next() {
        assert_golden("done", &graded([Does::Right; 3]));
    }

    #[test]
    fn the_end_of_the_course() {
        let mut state = graded([Does::Right; 3]);
        for at in [1, 2] {
            state.steps[at].report = Some(report(&state.course, at, [Does::Right; 3]));
        }
        assert_golden("complete", &state);
    }

    #[test]
    fn a_step_that_does_not_compile() {
        let mut state = graded(BEGUN);
        state.steps[0].report = Some(broken_report(&state.course, 0));
        assert_golden("broken", &state);
    }

    #[test]
    fn a_loop_without_an_end() {
        assert_golden("loop", &graded([Does::Right, Does::Loop, Does::Todo]));
    }

    #[test]
    fn a_grade_at_work_where_no_file_events_arrive() {
        let mut state = graded(BEGUN);
        let now = state.now;
        state.update(Event::Work(News::Due(vec!["01-loss".to_owned()])), now);
        state.update(Event::NoFileEvents(3), now);
        state.update(Event::Work(News::Began("grading step 1".to_owned())), now);
        state.update(Event::Tick, now + Duration::from_secs(4));
        assert_golden("at_work", &state);
    }

    #[test]
    fn a_course_that_cannot_be_read() {
        let mut state = graded(BEGUN);
        let why =
            "exercises/01-loss/exercise.toml:7: unknown field `tilte`, expected one of `title`, `function`, `case`";
        let failed = News::Failed { folders: vec!["01-loss".to_owned()], why: why.to_owned() };
        state.update(Event::Work(failed), state.now);
        assert_golden("fault", &state);
    }

    #[test]
    fn hints() {
        let mut state = graded(BEGUN);
        let report = report(&state.course, 0, BEGUN);
        let mut hints = Hints::to(&state.course, &report).unwrap().unwrap();
        // They are counted in the course's folder, which has gone.
        for _ in 0..2 {
            let _ = hints.give();
        }
        state.panel = Panel::Hints(hints);
        assert_golden("hints", &state);
    }

    #[test]
    fn the_other_panels() {
        let panels = [
            ("question", Panel::Question),
            (
                "solution",
                Panel::Solution("  \u{1b}[31m- yours\u{1b}[0m\n  \u{1b}[32m+ reference\u{1b}[0m\n".to_owned()),
            ),
            ("no_plot", Panel::Plot),
            ("help", Panel::Help),
        ];
        for (name, panel) in panels {
            let mut state = graded(BEGUN);
            state.panel = panel;
            assert_golden(name, &state);
        }
    }

    #[test]
    fn the_picture_of_a_case_has_all_the_room_that_there_is() {
        let mut state = graded(BEGUN);
        state.panel = Panel::Plot;
        picture(&mut state);
        // What it is drawn in depends on the terminal, so only its words are looked at.
        for (width, height) in [(60, 15), (100, 30)] {
            let text = drawn(&state, width, height).backend().to_string();
            for words in ["the way of the weight", "yours", "expected", "weight in $ per sqft", "the limit", "step"] {
                assert!(text.contains(words), "{words} at {width} x {height}:\n{text}");
            }
        }
    }

    #[test]
    fn no_size_is_too_small_for_any_panel() {
        let mut state = graded(BEGUN);
        picture(&mut state);
        state.looks_a_second = Some(3);
        for panel in [Panel::Case, Panel::Question, Panel::Solution("a\n".repeat(50)), Panel::Plot, Panel::Help] {
            state.panel = panel;
            for (width, height) in (0..12).flat_map(|width| (0..12).map(move |height| (width, height))) {
                drawn(&state, width, height);
            }
            for (width, height) in [(200, 1), (100, 2), (1, 200), (99, 22), (300, 100)] {
                drawn(&state, width, height);
            }
        }
    }

    #[test]
    fn without_colours_nothing_is_coloured() {
        let mut broken = graded(BEGUN);
        broken.steps[0].report = Some(broken_report(&broken.course, 0));
        let mut pictured = graded(BEGUN);
        pictured.panel = Panel::Plot;
        picture(&mut pictured);
        for state in [graded(BEGUN), broken, pictured] {
            for width in [60, 100] {
                let mut terminal = Terminal::new(TestBackend::new(width, 30)).unwrap();
                terminal
                    .draw(|frame| {
                        draw(frame, &state, Theme { colours: false });
                    })
                    .unwrap();
                let cells = &terminal.backend().buffer().content;
                assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
            }
        }
    }

    #[test]
    fn how_long_ago_is_said_roughly() {
        let said = [0, 2, 59, 60, 3_599, 7_300].map(|seconds| ago(Duration::from_secs(seconds)));
        assert_eq!(said, ["just now", "2 s ago", "59 s ago", "1 min ago", "59 min ago", "2 h ago"]);
    }
}
