//! Draws a state. A narrow terminal shows everything in one column; a wide one has a list of the steps and cases at the
//! side.

mod fit;
mod lists;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use figure::Figure;
use grader::report::Charset;
use grader::report::text::{self, Colours, Text, styled};
use grader::verdict::StepReport;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use worker::LastGrade;

use self::fit::{columns, fitting, folded};
use self::lists::HEADING_OF_LIST;
use super::keys::{self, Keys};
use super::list::Typing;
use super::state::{Confirm, Drawn, Extent, Panel, State};
use crate::chart::Chart;
use crate::convert::to_screen;
use crate::markdown;

/// How the screen looks.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Whether the terminal shows colours.
    pub colours: Colours,
    /// The characters that the terminal can show.
    pub charset: Charset,
}

/// From this width on, the list is beside the rest.
const WIDE: u16 = 100;

/// From this width on, the picture of a case is beside its verdict, which keeps at least this many columns.
const BESIDE: (u16, u16) = (120, 60);

/// From this height on, the picture is below the verdict, if at least this many rows are left for it.
const BELOW: (u16, u16) = (40, 14);

/// From this width on, the picture is beside the verdict, whatever the height.
const VERY_WIDE: u16 = 160;

/// From this height on, a narrow screen shows the cases as a list and not as a row of marks.
const TALL: u16 = 22;

/// Draws a state, and returns what can be seen of it.
pub fn draw(frame: &mut Frame<'_>, state: &State, theme: Theme) -> Drawn {
    let view = View { state, theme };
    let area = frame.area();
    let doing = view.doing(area);
    let rows = [view.status_height(&doing), 1].map(Constraint::Length);
    let [body, status, keys] = Layout::vertical([Constraint::Min(0), rows[0], rows[1]]).areas(area);
    let drawn = if area.width >= WIDE { view.side_by_side(frame, body) } else { view.one_column(frame, body) };
    view.status(frame, status, doing, drawn.extent);
    view.keys(frame, keys, drawn.extent);
    for cell in &mut frame.buffer_mut().content {
        if theme.colours == Colours::Left {
            (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
        }
        if let Some(fallback) = theme.charset.fallback(cell.symbol()) {
            cell.set_symbol(fallback);
        }
    }
    drawn
}

/// How a narrow screen shows the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cases {
    Listed,
    /// As a row of marks.
    Marked,
    /// Only counted, because the panel is about the whole step.
    Counted,
}

/// What the main part of the screen shows.
enum Content {
    Picture(Box<Figure>),
    Lines(Vec<Line<'static>>),
    /// The list of the steps, which scrolls by itself.
    Steps,
}

struct View<'a> {
    state: &'a State,
    theme: Theme,
}

impl View<'_> {
    fn side_by_side(&self, frame: &mut Frame<'_>, area: Rect) -> Drawn {
        let side = Constraint::Length(self.side_width(area.width));
        let [side, rest] = Layout::horizontal([side, Constraint::Min(0)]).areas(area);
        let [heading, main] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(rest);
        self.side(frame, side);
        self.heading(frame, heading, "");
        self.main(frame, main, self.panel(main.width))
    }

    fn one_column(&self, frame: &mut Frame<'_>, area: Rect) -> Drawn {
        let panel = self.panel(area.width);
        let shown = self.cases_shown(frame.area().height);
        let cases = match shown {
            Cases::Listed => self.cases_height(area.height.saturating_sub(2), &panel),
            Cases::Marked => 1,
            Cases::Counted => 0,
        };
        let rows = [1, 1, cases].map(Constraint::Length);
        let [strip, heading, cases, main] = Layout::vertical(rows.into_iter().chain([Constraint::Min(0)])).areas(area);
        self.strip(frame, strip);
        let count = match &self.state.step().report {
            Some(report) if shown != Cases::Marked => {
                format!("{} of {} cases pass ", report.passed_cases(), report.cases.len())
            }
            _ => String::new(),
        };
        self.heading(frame, heading, &count);
        match shown {
            Cases::Listed => self.list_of_cases(frame, cases),
            Cases::Marked => self.row_of_cases(frame, cases),
            Cases::Counted => {}
        }
        self.main(frame, main, panel)
    }

    /// How the cases are shown on a narrow screen of this height.
    fn cases_shown(&self, height: u16) -> Cases {
        match &self.state.panel {
            Panel::Solution(_) | Panel::Readme(_) | Panel::List(_) | Panel::Help => Cases::Counted,
            Panel::Case | Panel::Confirm(_) if height >= TALL => Cases::Listed,
            Panel::Case | Panel::Confirm(_) | Panel::Hints(_) | Panel::Plot => Cases::Marked,
        }
    }

    /// The step, what is shown of it, and a text at the right end.
    fn heading(&self, frame: &mut Frame<'_>, area: Rect, right: &str) {
        let step = self.state.current_step();
        let what = match &self.state.panel {
            Panel::Case => "",
            Panel::Hints(_) => " · hints",
            Panel::Confirm(Confirm::Solution) | Panel::Solution(_) => " · solution",
            Panel::Confirm(Confirm::Reset) => " · reset",
            Panel::Readme(_) => " · lesson",
            Panel::List(_) => " · list",
            Panel::Plot => " · picture",
            Panel::Help => " · keys",
        };
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let outdated = match &self.state.known.work {
            _ if !self.state.step().due || self.state.step().report.is_none() => "",
            Some(_) => " · grading again",
            None => " · changed since",
        };
        let heading = Line::from(vec![
            Span::styled(format!(" {}", step.heading()), bold),
            Span::styled(what, Style::new().fg(Color::Cyan)),
            Span::styled(outdated, Style::new().fg(Color::Yellow)),
        ]);
        let right = Line::from(right.to_owned()).right_aligned();
        if heading.width() + right.width() < usize::from(area.width) {
            frame.render_widget(right, area);
        }
        frame.render_widget(heading, area);
    }

    /// A picture, and below it its notes, as far as there is room for both.
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, figure: &Figure) {
        const SMALLEST: u16 = 9;
        const MARGIN: u16 = 2;
        let margin = MARGIN.min(area.width);
        let area = Rect { x: area.x + margin, width: area.width - margin, ..area };
        // A cell is about twice as high as it is wide.
        let area = Rect { width: area.width.min(area.height.saturating_mul(4)), ..area };
        let area = Rect { height: area.height.min((area.width / 2).max(SMALLEST)), ..area };
        let mut notes = Text::default();
        figure.notes.iter().for_each(|note| notes.paragraph("", note.as_str(), usize::from(area.width)));
        let rows = u16::try_from(notes.lines.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(SMALLEST));
        let [chart, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]).areas(area);
        frame.render_widget(Chart::new(figure, self.theme.charset), chart);
        frame.render_widget(to_screen(notes), below);
    }

    /// The content of the main part, for a width.
    fn panel(&self, width: u16) -> Content {
        let figure = match self.state.panel {
            Panel::Plot => self.state.shown().and_then(|case| self.state.figure(case)),
            _ => None,
        };
        match figure {
            Some(figure) => Content::Picture(Box::new(figure)),
            None => {
                let width = usize::from(width).max(1);
                match &self.state.panel {
                    Panel::List(_) => Content::Steps,
                    Panel::Readme(lesson) => Content::Lines(folded(&markdown::render(lesson, width), width)),
                    _ => Content::Lines(folded(&to_screen(self.text(width)), width)),
                }
            }
        }
    }

    /// The main part: what the panel shows, and if there is room, the picture beside or below a verdict.
    fn main(&self, frame: &mut Frame<'_>, area: Rect, content: Content) -> Drawn {
        let parts = match (&self.state.panel, &content) {
            (Panel::Case, Content::Lines(lines)) => parts_of(frame.area(), area, lines.len()),
            _ => None,
        };
        // Made only if there is room for it.
        let figure = || self.state.pictured().and_then(|case| self.state.figure(case));
        let Some((Parts { text, picture }, figure)) = parts.and_then(|parts| Some((parts, figure()?))) else {
            return self.content(frame, area, content);
        };
        self.picture(frame, picture, &figure);
        let content = if text.width == area.width { content } else { self.panel(text.width) };
        self.content(frame, text, content)
    }

    fn content(&self, frame: &mut Frame<'_>, area: Rect, content: Content) -> Drawn {
        let page = usize::from(area.height);
        let mut listed = Vec::new();
        let extent = match content {
            Content::Picture(figure) => {
                self.picture(frame, area, &figure);
                Extent { page, lines: page }
            }
            Content::Steps => {
                listed = self.list_of_steps(frame, area);
                let page = page.saturating_sub(HEADING_OF_LIST.into());
                Extent { page, lines: page }
            }
            Content::Lines(lines) => {
                let extent = Extent { page, lines: lines.len() };
                let above = self.state.scroll.above(extent);
                let seen: Vec<Line<'_>> = lines.into_iter().skip(above).take(page).collect();
                frame.render_widget(Paragraph::new(seen), area);
                extent
            }
        };
        Drawn { extent, listed }
    }

    /// How many rows the list of cases has: a few, or all those that the main part does not need.
    fn cases_height(&self, height: u16, panel: &Content) -> u16 {
        const FEW: u16 = 6;
        let cases = self.state.step().report.as_ref().map_or(0, |report| report.cases.len());
        let free = match panel {
            Content::Picture(_) | Content::Steps => 0,
            Content::Lines(lines) => usize::from(height).saturating_sub(lines.len()),
        };
        u16::try_from(cases.min(free.max(FEW.into()))).unwrap_or(u16::MAX).max(1)
    }

    fn status_height(&self, doing: &Text) -> u16 {
        let rows = doing.lines.len() + usize::from(self.state.looks_a_second.is_some());
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// What the watch is doing, and how much more text there is.
    fn status(&self, frame: &mut Frame<'_>, area: Rect, doing: Text, extent: Extent) {
        let doing_rows = u16::try_from(doing.lines.len()).unwrap_or(u16::MAX);
        let [doing_area, looks_area] =
            Layout::vertical([Constraint::Length(doing_rows), Constraint::Min(0)]).areas(area);
        let above = self.state.scroll.above(extent);
        let more = match extent.furthest() - above {
            0 if above > 0 => "▲ the end ".to_owned(),
            0 => String::new(),
            1 => "▼ 1 more line ".to_owned(),
            below => format!("▼ {below} more lines "),
        };
        let more = Line::from(more).right_aligned();
        // The text at the right begins after one free column.
        let room = doing_area.width.saturating_sub(1 + u16::try_from(more.width()).unwrap_or(u16::MAX));
        frame.render_widget(more, doing_area);
        frame.render_widget(to_screen(doing), left_of(doing_area, room));
        if let Some(looks) = self.state.looks_a_second {
            let note = format!(" No file events here (network? WSL?): looking {looks} x a second");
            frame.render_widget(Line::styled(note, Style::new().fg(Color::Yellow)), looks_area);
        }
    }

    /// What the watch is doing, on one line, or what it has to say, on as many as that needs.
    fn doing(&self, area: Rect) -> Text {
        /// At the right, a status says how many more lines there are.
        const MORE: u16 = 18;
        const MOST_LINES: usize = 4;
        let width = usize::from(area.width.saturating_sub(MORE));
        let mut text = Text::default();
        match &self.state.note {
            Some(note) => {
                text.paragraph(" ", styled(note.replace('\n', " "), text::Style::BEGUN), width);
                text.lines.truncate(MOST_LINES.min(usize::from(area.height / 4)).max(1));
            }
            None => {
                let (words, style) = self.activity();
                text.line(styled(fitting(&words, width), style));
            }
        }
        text
    }

    fn activity(&self) -> (String, text::Style) {
        if let Some(work) = &self.state.known.work {
            let seconds = self.state.now.saturating_duration_since(work.since).as_secs();
            let seconds = if seconds == 0 { String::new() } else { format!(", {seconds} s") };
            return (format!(" … {}{seconds}", work.doing), text::Style::BEGUN);
        }
        let step = self.state.step();
        match step.graded {
            Some(LastGrade { at, took }) => {
                let ago = ago(self.state.now.saturating_duration_since(at));
                (format!(" graded {ago}, in {:.1} s", took.as_secs_f64()), text::Style::default())
            }
            None if step.report.is_some() => (" graded earlier".to_owned(), text::Style::default()),
            None => (String::new(), text::Style::default()),
        }
    }

    /// The last line: as many keys as fit.
    fn keys(&self, frame: &mut Frame<'_>, area: Rect, extent: Extent) {
        let passed = self.state.step().report.as_ref().is_some_and(StepReport::passed);
        let is_last = self.state.current + 1 == self.state.known.steps.len();
        let goes_on = self.state.scroll.above(extent) < extent.furthest();
        let edition = self.state.course().edition;
        let short = |keys: &[&Keys]| keys.iter().map(|keys| keys.short).collect::<Vec<_>>();
        let most: Vec<&str> = match &self.state.panel {
            Panel::Case if passed => {
                let first = if is_last { None } else { Some("n next step") };
                let more = [&keys::SOLUTION, &keys::CASES, &keys::PICTURE, &keys::LIST, &keys::README, &keys::EDIT];
                first.into_iter().chain(short(&more)).chain(short(&[&keys::GRADE, &keys::RESET])).collect()
            }
            Panel::Case => short(&[
                &keys::STEPS,
                &keys::HINT,
                &keys::EDIT,
                &keys::LIST,
                &keys::README,
                &keys::PICTURE,
                &keys::CASES,
                &keys::SOLUTION,
                &keys::GRADE,
                &keys::RESET,
            ]),
            Panel::Hints(_) => vec!["h next hint", keys::EDIT.short, keys::SOLUTION.short],
            Panel::Confirm(Confirm::Solution) => vec!["y show it", keys::HINT.short],
            Panel::Confirm(Confirm::Reset) => vec!["y put it back"],
            Panel::Solution(_) | Panel::Readme(_) | Panel::Help => vec![keys::PAGES.short, "b up", "jk line"],
            Panel::List(list) if list.typing == Typing::Search => vec!["Enter go there", "↓↑ choose"],
            Panel::List(_) => {
                vec!["Enter go there", "jk choose", keys::IN_THE_LIST.short, "/ search", keys::RESET.short]
            }
            Panel::Plot => short(&[&keys::CASES, &keys::STEPS]),
        };
        let is_offered = |short: &&str| {
            (edition.has_solutions() || *short != keys::SOLUTION.short)
                && (self.state.offers_picture() || *short != keys::PICTURE.short)
        };
        let down = (goes_on && matches!(self.state.panel, Panel::Case | Panel::Hints(_))).then_some(keys::PAGES.short);
        let most: Vec<&str> = down.into_iter().chain(most.into_iter().filter(is_offered)).collect();
        let always: &[&str] = match &self.state.panel {
            Panel::Case => &[keys::HELP.short, keys::QUIT.short],
            Panel::List(list) if list.typing == Typing::Search => &["Esc all steps"],
            _ => &[keys::BACK.short],
        };
        // One blank is before the first key, and two are between keys.
        let width = |keys: &[&str]| keys.iter().map(|key| columns(key) + 2).sum::<usize>();
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

/// The parts of the screen for a verdict and for the picture beside or below it.
struct Parts {
    text: Rect,
    picture: Rect,
}

/// The parts of an area for a verdict with so many lines and a picture, if there is room for both.
fn parts_of(whole: Rect, area: Rect, lines: usize) -> Option<Parts> {
    let needed = u16::try_from(lines + 1).unwrap_or(u16::MAX);
    let fits_below = whole.height >= BELOW.0 && area.height.saturating_sub(needed) >= BELOW.1;
    let [text, picture] = if whole.width < VERY_WIDE && fits_below {
        Layout::vertical([Constraint::Length(needed), Constraint::Min(0)]).areas(area)
    } else if whole.width >= BESIDE.0 {
        let text = BESIDE.1.max(area.width / 2);
        Layout::horizontal([Constraint::Length(text), Constraint::Min(0)]).areas(area)
    } else {
        return None;
    };
    Some(Parts { text, picture })
}

/// Roughly how long ago something was.
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
