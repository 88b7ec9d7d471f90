//! Draws a state. On a narrow terminal all is in one column, on a wide one the steps and cases stand in a list beside it.

use std::time::Duration;

use ansi_to_tui::IntoText;
use grader::figure::Figure;
use grader::report::terminal::{self, Layout as Page};
use grader::report::{CaseReport, Standing, StepReport, Verdict};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, StyledGrapheme, Text};
use ratatui::widgets::{Block, Borders, Paragraph};

use super::state::{Extent, Panel, State, StepState};
use crate::chart::{Chart, Letters};

/// How the screen looks.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Whether colours are wanted.
    pub colours: bool,
    /// What the terminal can show.
    pub letters: Letters,
}

/// From this width on the list stands beside the rest.
const WIDE: u16 = 100;

/// From this height on the cases of a narrow screen are a list and not a row of marks.
const TALL: u16 = 22;

/// Where the cases of a step begin in the list beside the rest.
const CASE_INDENT: &str = "     ";

/// Draws a state, and says how much of its main part can be seen.
pub fn draw(frame: &mut Frame<'_>, state: &State, theme: Theme) -> Extent {
    let view = View { state, theme };
    let area = frame.area();
    let [body, status, keys] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(view.status_height()), Constraint::Length(1)])
            .areas(area);
    let extent = if area.width >= WIDE { view.side_by_side(frame, body) } else { view.one_column(frame, body) };
    view.status(frame, status, extent);
    view.keys(frame, keys);
    for cell in &mut frame.buffer_mut().content {
        if !theme.colours {
            (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        }
        if theme.letters == Letters::Ascii
            && let Some(sign) = in_ascii(cell.symbol())
        {
            cell.set_symbol(sign);
        }
    }
    extent
}

/// What the main part of the screen has.
enum Content {
    Picture(Box<Figure>),
    Lines(Vec<Line<'static>>),
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

    fn side_by_side(&self, frame: &mut Frame<'_>, area: Rect) -> Extent {
        let side = Constraint::Length(self.side_width(area.width));
        let [side, rest] = Layout::horizontal([side, Constraint::Min(0)]).areas(area);
        let [heading, main] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(rest);
        self.side(frame, side);
        self.heading(frame, heading, "");
        self.content(frame, main, self.panel(main.width))
    }

    fn one_column(&self, frame: &mut Frame<'_>, area: Rect) -> Extent {
        let panel = self.panel(area.width);
        let listed = frame.area().height >= TALL;
        let cases = if listed { self.cases_height(area.height.saturating_sub(2), &panel) } else { 1 };
        let rows = [1, 1, cases].map(Constraint::Length);
        let [strip, heading, cases, main] = Layout::vertical(rows.into_iter().chain([Constraint::Min(0)])).areas(area);
        self.strip(frame, strip);
        match &self.state.step().report {
            Some(report) if listed => {
                let (passed, all) = (report.passed_cases(), report.cases.len());
                self.heading(frame, heading, &format!("{passed} of {all} cases pass "));
                self.list_of_cases(frame, cases);
            }
            _ => {
                self.heading(frame, heading, "");
                self.row_of_cases(frame, cases);
            }
        }
        self.content(frame, main, panel)
    }

    /// The steps in one line, as many as fit before the current one and behind it, and how many are done.
    fn strip(&self, frame: &mut Frame<'_>, area: Rect) {
        let (done, all) = self.done(false);
        let done = Line::from(format!(" {done} of {all} done ")).right_aligned();
        let steps = self.state.course.steps.iter().zip(&self.state.steps).enumerate();
        let spans = steps.map(|(at, (step, own))| {
            let (mark, style) = mark_of_step(own);
            let style = if at == self.state.current { style.add_modifier(Modifier::REVERSED) } else { style };
            let before = if Some(at) == self.first_bonus() { " +" } else { "" };
            [Span::raw(before), Span::styled(format!(" {mark}{} ", step.number), style)]
        });
        // Two of each step.
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

    /// The first of the steps that are a bonus.
    fn first_bonus(&self) -> Option<usize> {
        self.state.course.steps.iter().position(|step| step.bonus)
    }

    /// The step, what is shown of it, and at the right what else is to be said.
    fn heading(&self, frame: &mut Frame<'_>, area: Rect, right: &str) {
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
        let right = Line::from(right.to_owned()).right_aligned();
        if heading.width() + right.width() < usize::from(area.width) {
            frame.render_widget(right, area);
        }
        frame.render_widget(heading, area);
    }

    /// What the longest line needs, as far as the main part can do without.
    fn side_width(&self, width: u16) -> u16 {
        const SMALLEST: usize = 30;
        const MAIN: u16 = 58;
        let steps = &self.state.course.steps;
        let cases = steps.iter().flat_map(|step| &step.cases).map(|case| CASE_INDENT.len() + 4 + count(&case.title));
        let names = steps.iter().map(|step| count(&step.name) + 14);
        let longest = cases.chain(names).max().unwrap_or(0).max(SMALLEST);
        u16::try_from(longest).unwrap_or(u16::MAX).min(width - MAIN)
    }

    /// The steps with the cases of the current one, one below the other.
    fn side(&self, frame: &mut Frame<'_>, area: Rect) {
        let block = Block::new().borders(Borders::RIGHT).border_style(Style::new().add_modifier(Modifier::DIM));
        let inside = block.inner(area);
        frame.render_widget(block, area);
        let [head, list] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(inside);
        let (done, all) = self.done(false);
        frame.render_widget(Line::from(format!(" {done} of {all} steps done")), head);

        let longest = self.state.course.steps.iter().map(|step| count(&step.name)).max().unwrap_or(0);
        let mut lines = Vec::new();
        let mut selected = 0;
        for (at, (step, own)) in self.state.course.steps.iter().zip(&self.state.steps).enumerate() {
            if Some(at) == self.first_bonus() {
                let (done, all) = self.done(true);
                lines.extend([Line::default(), Line::from(format!(" Bonus: {done} of {all} done"))]);
            }
            let (mark, style) = mark_of_step(own);
            let current = at == self.state.current;
            let cases = own.report.as_ref().map(|report| format!("{}/{}", report.passed_cases(), report.cases.len()));
            let name = format!("{:>2} {:<longest$} {:>6} ", step.number, step.name, cases.unwrap_or_default());
            let name_style = if current { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            if current {
                selected = lines.len();
            }
            lines.push(Line::from(vec![Span::styled(format!(" {mark} "), style), Span::styled(name, name_style)]));
            if current {
                let own_lines = self.case_lines(CASE_INDENT, list.width);
                selected += self.case_at().map_or(0, |at| at + 1);
                lines.extend(own_lines);
            }
        }
        frame.render_widget(Text::from(window(lines, CASE_INDENT, list.height, selected)), list);
    }

    /// The rows for the list of cases: a few, or all those that the main part does not need.
    fn cases_height(&self, height: u16, panel: &Content) -> u16 {
        const FEW: u16 = 6;
        let cases = self.state.step().report.as_ref().map_or(0, |report| report.cases.len());
        let free = match panel {
            Content::Picture(_) => 0,
            Content::Lines(lines) => usize::from(height).saturating_sub(lines.len()),
        };
        u16::try_from(cases.min(free.max(FEW.into()))).unwrap_or(u16::MAX).max(1)
    }

    /// The cases of the current step, one below the other.
    fn list_of_cases(&self, frame: &mut Frame<'_>, area: Rect) {
        const INDENT: &str = "  ";
        let lines = self.case_lines(INDENT, area.width);
        frame.render_widget(Text::from(window(lines, INDENT, area.height, self.case_at().unwrap_or(0))), area);
    }

    /// The cases of the current step as a row of marks.
    fn row_of_cases(&self, frame: &mut Frame<'_>, area: Rect) {
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

    /// A picture, and below it what it does not say itself, as far as there is room for both.
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, figure: &Figure) {
        const SMALLEST: u16 = 9;
        let notes = figure.notes.iter().flat_map(|note| textwrap::wrap(note, usize::from(area.width).max(20)));
        let notes: Vec<Line<'_>> = notes.map(Line::from).collect();
        let rows = u16::try_from(notes.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(SMALLEST));
        let [chart, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]).areas(area);
        frame.render_widget(Chart::new(figure, self.theme.letters), chart);
        frame.render_widget(Text::from(notes), below);
    }

    /// What the main part has at a width.
    fn panel(&self, width: u16) -> Content {
        let picture = self.state.shown().and_then(|case| case.picture.as_ref());
        match (&self.state.panel, picture) {
            (Panel::Plot, Some(picture)) => Content::Picture(Box::new(picture.figure())),
            _ => {
                let width = usize::from(width);
                let page = Page { width: width.max(20), colours: self.theme.colours };
                Content::Lines(folded(&self.text(page), width.max(1)))
            }
        }
    }

    fn content(&self, frame: &mut Frame<'_>, area: Rect, content: Content) -> Extent {
        let page = usize::from(area.height);
        match content {
            Content::Picture(figure) => {
                self.picture(frame, area, &figure);
                Extent { page, lines: page }
            }
            Content::Lines(lines) => {
                let extent = Extent { page, lines: lines.len() };
                let above = extent.within(self.state.scroll);
                let seen: Vec<Line<'_>> = lines.into_iter().skip(above).take(page).collect();
                frame.render_widget(Paragraph::new(seen), area);
                extent
            }
        }
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
            Panel::Solution(difference) => format!("\n{}", difference.render(page)),
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
        let told = |what: &str, why: &str, then: &str| {
            let why: String = why.lines().map(|line| page.paragraph("  ", line)).collect();
            format!("\n{}\n{why}\n{}", page.paragraph("  ", what), page.paragraph("  ", then))
        };
        if let Some(why) = &self.state.unreadable {
            return told("The course cannot be read as it is:", why, "It is read again when a file of it is saved.");
        }
        if let Some(why) = &step.fault {
            return told("This cannot be graded as it is:", why, "It is graded again when a file of it is saved.");
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
    if count(text) <= width {
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

/// As many lines as there is room for, around the one that is selected, and how many more are above and below.
fn window<'a>(mut lines: Vec<Line<'a>>, indent: &str, height: u16, selected: usize) -> Vec<Line<'a>> {
    const SMALLEST_WITH_SIGNS: usize = 3;
    let height = usize::from(height);
    let above = selected.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(above + height);
    lines.drain(..above);
    lines.truncate(height);
    // Each sign takes the place of a line.
    let sign = |sign: &str, hidden: usize| {
        Line::styled(format!("{indent}{sign} {} more", hidden + 1), Style::new().add_modifier(Modifier::DIM))
    };
    if height >= SMALLEST_WITH_SIGNS {
        if let (Some(first), 1..) = (lines.first_mut(), above) {
            *first = sign("▲", above);
        }
        if let (Some(last), 1..) = (lines.last_mut(), below) {
            *last = sign("▼", below);
        }
    }
    lines
}

/// The lines of a text; those that are too long go on as far in as they begin, at a word if there is one.
fn folded(text: &Text<'static>, width: usize) -> Vec<Line<'static>> {
    let mut folded = Vec::new();
    for line in &text.lines {
        let letters: Vec<StyledGrapheme<'_>> = line.styled_graphemes(text.style).collect();
        let indent = letters.iter().take_while(|letter| letter.symbol == " ").count().min(width / 2);
        let mut rest = &letters[..];
        loop {
            let hanging = if rest.len() < letters.len() { indent } else { 0 };
            let (row, further) = rest.split_at(fold(rest, width - hanging));
            folded.push(line_of(hanging, row));
            // The blanks at a fold are seen by nobody.
            let blanks = further.iter().take_while(|letter| letter.symbol == " ").count();
            rest = &further[blanks..];
            if rest.is_empty() {
                break;
            }
        }
    }
    folded
}

/// How many letters go into a row: up to a blank if there is one behind the first word, and one in any case.
fn fold(letters: &[StyledGrapheme<'_>], width: usize) -> usize {
    let mut used = 0;
    let fits = |letter: &&StyledGrapheme<'_>| {
        used += Span::raw(letter.symbol).width();
        used <= width
    };
    let fitting = letters.iter().take_while(fits).count();
    if fitting == letters.len() {
        return fitting;
    }
    let word = letters.iter().position(|letter| letter.symbol != " ").unwrap_or(0);
    let blank = (word..=fitting).rev().find(|at| letters[*at].symbol == " ");
    blank.unwrap_or(fitting).max(1)
}

fn line_of(indent: usize, letters: &[StyledGrapheme<'_>]) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(indent))];
    for letter in letters {
        match spans.last_mut().filter(|span| span.style == letter.style) {
            Some(span) => span.content.to_mut().push_str(letter.symbol),
            None => spans.push(Span::styled(letter.symbol.to_owned(), letter.style)),
        }
    }
    Line::from(spans)
}

/// What stands for a sign of ours where the terminal shows no more than ASCII.
fn in_ascii(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        symbol if symbol.is_ascii() => return None,
        "✓" => "v",
        "✗" => "x",
        "·" => ".",
        "│" => "|",
        "▲" | "↑" => "^",
        "▼" | "↓" => "v",
        "→" => ">",
        "←" => "<",
        "…" => "~",
        _ => "?",
    })
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use grader::grade::Remembered;
    use grader::hint::Hints;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::super::fixture::{Does, broken_report, course, difference, report};
    use super::super::state::Event;
    use super::super::worker::News;
    use super::*;
    use crate::examples;

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    const OWN: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    todo!()\n}\n";
    const REFERENCE: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    let errors = houses().iter().map(|house| \
                             squared_error(house.price, predict(weight, house.area)));\n    errors.sum()\n}\n";

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
                draw(frame, state, Theme { colours: true, letters: Letters::Unicode });
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
        state.update(Event::Work(News::Unreadable(why.to_owned())), state.now);
        assert_golden("unreadable", &state);
    }

    #[test]
    fn a_step_that_cannot_be_graded() {
        let mut state = graded(BEGUN);
        let why = "exercises/01-loss/Cargo.toml: cargo cannot read it: key with no value, expected `=`";
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
            ("solution", Panel::Solution(difference(OWN, REFERENCE))),
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
        for panel in [
            Panel::Case,
            Panel::Question,
            Panel::Solution(difference(&"a\n".repeat(50), "b")),
            Panel::Plot,
            Panel::Help,
        ] {
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
    fn a_bonus_stands_apart() {
        let mut state = graded(BEGUN);
        let mut course = grader::course::Course::clone(&state.course);
        course.steps[1].bonus = true;
        course.steps[2].bonus = true;
        state.course = Arc::new(course);
        assert_golden("bonus", &state);
    }

    #[test]
    fn more_cases_than_there_is_room_for_are_counted() {
        let lines = |height, selected| -> Vec<String> {
            let lines = (1..=9).map(|line| Line::from(format!("  case {line}"))).collect();
            window(lines, "  ", height, selected).iter().map(Line::to_string).collect()
        };
        assert_eq!(lines(4, 0), ["  case 1", "  case 2", "  case 3", "  ▼ 6 more"]);
        assert_eq!(lines(4, 4), ["  ▲ 3 more", "  case 4", "  case 5", "  ▼ 4 more"]);
        assert_eq!(lines(4, 8), ["  ▲ 6 more", "  case 7", "  case 8", "  case 9"]);
        assert_eq!((lines(9, 5).len(), lines(20, 5).len(), lines(0, 5).len()), (9, 9, 0));
        for (height, selected) in (1..12).flat_map(|height| (0..9).map(move |selected| (height, selected))) {
            let seen = lines(height, selected);
            assert!(seen.contains(&format!("  case {}", selected + 1)), "{selected} of {height}: {seen:?}");
        }
    }

    #[test]
    fn what_is_too_long_goes_on_further_in_at_a_word() {
        let folds = |text: &str, width| -> Vec<String> {
            folded(&Text::raw(text.to_owned()), width).iter().map(Line::to_string).collect()
        };
        assert_eq!(folds("  It fits here", 14), ["  It fits here"]);
        assert_eq!(folds("  It does not  fit", 14), ["  It does not ", "  fit"]);
        assert_eq!(folds("    a/path/of/letters", 10), ["    a/path", "    /of/le", "    tters"]);
        assert_eq!(folds("          ab", 6), ["      ", "   ab"]);
        assert_eq!(folds("", 5), [""]);
        assert_eq!(folds("語語", 1), ["語", "語"]);
    }

    #[test]
    fn where_the_terminal_has_no_more_all_is_ascii() {
        let mut pictured = graded(BEGUN);
        pictured.panel = Panel::Plot;
        picture(&mut pictured);
        let mut helping = graded([Does::Right; 3]);
        helping.panel = Panel::Help;
        for (state, width) in [graded(BEGUN), pictured, helping].iter().flat_map(|state| [(state, 60), (state, 120)]) {
            let mut terminal = Terminal::new(TestBackend::new(width, 30)).unwrap();
            terminal
                .draw(|frame| {
                    draw(frame, state, Theme { colours: true, letters: Letters::Ascii });
                })
                .unwrap();
            let cells = &terminal.backend().buffer().content;
            assert!(cells.iter().all(|cell| cell.symbol().is_ascii()));
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
                        draw(frame, &state, Theme { colours: false, letters: Letters::Unicode });
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
