//! Draws a state. A narrow terminal has everything in one column; a wide one has the steps and cases in a list at the
//! side.

mod fit;
mod lists;
mod words;

use std::time::Duration;

use figure::Figure;
use grader::report::text::{Colours, Text};
use grader::verdict::StepReport;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use self::fit::{fitting, folded};
use super::keys::{self, Keys};
use super::list::Typing;
use super::state::{Drawn, Extent, Panel, Question, State};
use crate::chart::Chart;
use crate::convert::to_screen;
use crate::markdown;
use grader::report::Charset;

/// How the screen looks.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// Whether the terminal shows colours.
    pub colours: Colours,
    /// The characters that the terminal can show.
    pub charset: Charset,
}

/// From this width on the list stands beside the rest.
const WIDE: u16 = 100;

/// From this width on the picture of a case stands beside its verdict, which keeps so many columns.
const BESIDE: (u16, u16) = (120, 62);

/// From this height on it stands below the verdict, if so many rows are left for it.
const BELOW: (u16, u16) = (40, 14);

/// From this width on it stands beside the verdict however high the screen is.
const VERY_WIDE: u16 = 160;

/// From this height on the cases of a narrow screen are a list and not a row of marks.
const TALL: u16 = 22;

/// Draws a state, and says what can be seen of it.
pub fn draw(frame: &mut Frame<'_>, state: &State, theme: Theme) -> Drawn {
    let view = View { state, theme };
    let area = frame.area();
    let [body, status, keys] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(view.status_height()), Constraint::Length(1)])
            .areas(area);
    let drawn = if area.width >= WIDE { view.side_by_side(frame, body) } else { view.one_column(frame, body) };
    view.status(frame, status, drawn.extent);
    view.keys(frame, keys);
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

/// What the main part of the screen has.
enum Content {
    Picture(Box<Figure>),
    Lines(Vec<Line<'static>>),
    /// The steps in a list that scrolls by itself.
    Steps,
}

struct View<'a> {
    state: &'a State,
    theme: Theme,
}

impl View<'_> {
    fn side_by_side(&self, frame: &mut Frame<'_>, area: Rect) -> Drawn {
        let side = Constraint::Length(self.side_width());
        let [side, rest] = Layout::horizontal([side, Constraint::Min(0)]).areas(area);
        let [heading, main] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(rest);
        self.side(frame, side);
        self.heading(frame, heading, "");
        self.main(frame, main, self.panel(main.width))
    }

    fn one_column(&self, frame: &mut Frame<'_>, area: Rect) -> Drawn {
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
        self.main(frame, main, panel)
    }

    /// The step, what is shown of it, and at the right what else is to be said.
    fn heading(&self, frame: &mut Frame<'_>, area: Rect, right: &str) {
        let step = &self.state.course.steps[self.state.current];
        let what = match &self.state.panel {
            Panel::Case => "",
            Panel::Hints(_) => " · hints",
            Panel::Question(Question::Solution) | Panel::Solution(_) => " · solution",
            Panel::Question(Question::Reset) => " · reset",
            Panel::Readme(_) => " · lesson",
            Panel::List(_) => " · list",
            Panel::Plot => " · picture",
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

    /// A picture, and below it what it does not say itself, as far as there is room for both.
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, figure: &Figure) {
        const SMALLEST: u16 = 9;
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

    /// What the main part has at a width.
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

    /// The verdict, or whatever else the panel has; where there is room for both, a picture beside or below a verdict.
    fn main(&self, frame: &mut Frame<'_>, area: Rect, content: Content) -> Drawn {
        let parts = match (&self.state.panel, &content) {
            (Panel::Case, Content::Lines(lines)) => parts_of(frame.area(), area, lines.len()),
            _ => None,
        };
        // Where there is no room for it, it is not worth drawing.
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

    /// The rows for the list of cases: a few, or all those that the main part does not need.
    fn cases_height(&self, height: u16, panel: &Content) -> u16 {
        const FEW: u16 = 6;
        let cases = self.state.step().report.as_ref().map_or(0, |report| report.cases.len());
        let free = match panel {
            Content::Picture(_) | Content::Steps => 0,
            Content::Lines(lines) => usize::from(height).saturating_sub(lines.len()),
        };
        u16::try_from(cases.min(free.max(FEW.into()))).unwrap_or(u16::MAX).max(1)
    }

    fn status_height(&self) -> u16 {
        1 + u16::from(self.state.looks_a_second.is_some())
    }

    /// What is going on, and how much more text there is.
    fn status(&self, frame: &mut Frame<'_>, area: Rect, extent: Extent) {
        let [first, second] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        let above = self.state.scroll.above(extent);
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
        let passed = self.state.step().report.as_ref().is_some_and(StepReport::passed);
        let is_last = self.state.current + 1 == self.state.steps.len();
        let edition = self.state.course.edition;
        let short = |keys: &[&Keys]| keys.iter().map(|keys| keys.short).collect::<Vec<_>>();
        let most: Vec<&str> = match &self.state.panel {
            Panel::Case if passed => {
                let first = if is_last { None } else { Some("n next step") };
                let more = [&keys::SOLUTION, &keys::CASES, &keys::PICTURE, &keys::LIST, &keys::README, &keys::EDIT];
                first.into_iter().chain(short(&more)).collect()
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
            ]),
            Panel::Hints(_) => vec!["h next hint", keys::EDIT.short, keys::SOLUTION.short],
            Panel::Question(Question::Solution) => vec!["y show it", keys::HINT.short],
            Panel::Question(Question::Reset) => vec!["y put it back"],
            Panel::Solution(_) | Panel::Readme(_) | Panel::Help => vec![keys::PAGES.short, "b up"],
            Panel::List(list) if list.typing == Typing::Search => vec!["Enter go there"],
            Panel::List(_) => vec!["Enter go there", "jk choose", keys::IN_THE_LIST.short, "/ search"],
            Panel::Plot => short(&[&keys::CASES, &keys::STEPS]),
        };
        let is_offered = |short: &&str| edition.has_solutions() || *short != keys::SOLUTION.short;
        let most: Vec<&str> = most.into_iter().filter(is_offered).collect();
        let always = match &self.state.panel {
            Panel::Case => [keys::HELP.short, keys::QUIT.short],
            _ => [keys::BACK.short, keys::QUIT.short],
        };
        // One blank before the first, two between.
        let width = |keys: &[&str]| keys.iter().map(|key| key.len() + 2).sum::<usize>();
        let fits = |count: &usize| width(&most[..*count]) + width(&always) <= usize::from(area.width) + 1;
        let fitting = (0..=most.len()).rev().find(fits);
        let keys: Vec<&str> = most[..fitting.unwrap_or(0)].iter().chain(&always).copied().collect();
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

/// The parts of an area for a verdict of so many lines and a picture, if there is room for both.
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use grader::Remembered;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::super::fixture::{self, Does, broken_report, course, difference, give_picture, report};
    use super::super::list::StepList;
    use super::super::state::{Event, OnArrival, Scroll};
    use super::*;
    use worker::News;

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    const LESSON: &str = "# Step 1: how wrong is a weight?\n\nYou have **four** houses, and `predict` says what they \
                          cost.\n\n| size | price |\n|---:|---:|\n| 1,000 | 250,000 |\n\n    loss = sum\n";
    const OWN: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    todo!()\n}\n";
    const REFERENCE: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    let errors = houses().iter().map(|house| \
                             squared_error(house.price, predict(weight, house.area)));\n    errors.sum()\n}\n";

    /// A watch of a course whose first step was graded just now.
    fn graded(does: [Does; 3]) -> State {
        let (course, now) = (course(), Instant::now());
        let mut state = State::new(Arc::clone(&course), Some(1), OnArrival::Look, now);
        let remembered =
            [1, 2].map(|at| Some(Remembered { report: report(&course, at, [Does::Todo; 3]), current: true }));
        let remembered = [None].into_iter().chain(remembered).collect();
        state.update(Event::Work(News::Remembered(remembered)), now);
        let report = report(&course, 0, does);
        let took = Duration::from_millis(420);
        state.update(Event::Work(News::Graded { folder: "01-loss".to_owned(), report, took, question: None }), now);
        state
    }

    fn drawn(state: &State, width: u16, height: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| {
                draw(frame, state, Theme { colours: Colours::Shown, charset: Charset::Unicode });
            })
            .unwrap();
        terminal
    }

    /// Compares with a golden text, at the narrow size and at the wide one.
    #[track_caller]
    fn assert_golden(name: &str, state: &State) {
        let screens = [(60, 15), (100, 30)].map(|(width, height)| drawn(state, width, height).backend().to_string());
        testkit::assert_golden!(name, &screens.join("\n"));
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
        state.scroll = Scroll::Below(0);
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
        state.panel = Panel::Hints(fixture::hints(&state.course));
        assert_golden("hints", &state);
    }

    #[test]
    fn the_other_panels() {
        let panels = [
            ("question", Panel::Question(Question::Solution)),
            ("reset", Panel::Question(Question::Reset)),
            ("lesson", Panel::Readme(LESSON.to_owned())),
            ("list", Panel::List(StepList::at(1))),
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
        give_picture(&mut state, 1);
        // What it is drawn in depends on the terminal, so only its words are looked at.
        for (width, height) in [(60, 15), (100, 30)] {
            let text = drawn(&state, width, height).backend().to_string();
            for words in ["the path of the weight", "yours", "expected", "weight in $ per sqft", "the limit", "step"] {
                assert!(text.contains(words), "{words} at {width} x {height}:\n{text}");
            }
        }
    }

    #[test]
    fn no_size_is_too_small_for_any_panel() {
        let mut state = graded(BEGUN);
        give_picture(&mut state, 1);
        state.looks_a_second = Some(3);
        for panel in [
            Panel::Case,
            Panel::Question(Question::Reset),
            Panel::Readme(LESSON.to_owned()),
            Panel::List(StepList::at(2)),
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
    fn where_the_terminal_has_no_more_all_is_ascii() {
        let mut pictured = graded(BEGUN);
        pictured.panel = Panel::Plot;
        give_picture(&mut pictured, 1);
        let mut helping = graded([Does::Right; 3]);
        helping.panel = Panel::Help;
        for (state, width) in [graded(BEGUN), pictured, helping].iter().flat_map(|state| [(state, 60), (state, 120)]) {
            let mut terminal = Terminal::new(TestBackend::new(width, 30)).unwrap();
            terminal
                .draw(|frame| {
                    draw(frame, state, Theme { colours: Colours::Shown, charset: Charset::Ascii });
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
        give_picture(&mut pictured, 1);
        for state in [graded(BEGUN), broken, pictured] {
            for width in [60, 100] {
                let mut terminal = Terminal::new(TestBackend::new(width, 30)).unwrap();
                terminal
                    .draw(|frame| {
                        draw(frame, &state, Theme { colours: Colours::Left, charset: Charset::Unicode });
                    })
                    .unwrap();
                let cells = &terminal.backend().buffer().content;
                assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
            }
        }
    }

    #[test]
    fn how_long_ago_is_said_roughly() {
        let times = [0, 2, 59, 60, 3_599, 7_300].map(|seconds| ago(Duration::from_secs(seconds)));
        assert_eq!(times, ["just now", "2 s ago", "59 s ago", "1 min ago", "59 min ago", "2 h ago"]);
    }
}
