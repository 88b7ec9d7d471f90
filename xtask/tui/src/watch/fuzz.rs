//! Random keys, news and sizes, in random batches: the state must take whatever comes, and the view must draw it.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use fastrand::Rng;
use figure::examples::{self, Example};
use grader::Hints;
use grader::Remembered;
use grader::course::Course;
use grader::report::Charset;
use grader::report::text::Colours;
use grader::verdict::StepReport;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::text::Span;

use super::fixture::{Does, broken_report, course, difference, report, workspace};
use super::state::{Effect, Event, OnArrival, Scroll, State};
use super::view::{Theme, draw};
use worker::News;

const WATCHES: u64 = 60;
const BATCHES: usize = 8;
const MOST_IN_A_BATCH: usize = 8;

#[test]
fn whatever_comes_the_state_takes_it_and_the_view_draws_it() {
    for seed in 0..WATCHES {
        // The panic says where; this says how to repeat it.
        let lived = std::panic::catch_unwind(|| Watched::new(seed).live());
        assert!(lived.is_ok(), "with seed {seed}");
    }
}

/// A watch to which random things happen.
struct Watched {
    random: Rng,
    now: Instant,
    state: State,
}

impl Watched {
    fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let course = strange_course(&mut random);
        let first = random.bool().then(|| random.u32(0..5));
        let now = Instant::now();
        Self { state: State::new(course, first, OnArrival::Look, now), random, now }
    }

    fn live(mut self) {
        for _ in 0..BATCHES {
            for _ in 0..self.random.usize(0..MOST_IN_A_BATCH) {
                let event = self.event();
                self.happens(event);
            }
            self.is_drawn();
        }
    }

    fn happens(&mut self, event: Event) {
        let pause = [0, 0, 1, 30, 2_000, 60_000, 9_000_000][self.random.usize(0..7)];
        self.now += Duration::from_millis(pause);
        let effect = self.state.update(event, self.now);
        if let Some(answer) = effect.and_then(|effect| self.answer(&effect)) {
            assert_eq!(self.state.update(answer, self.now), None);
        }
        assert!(self.state.current < self.state.known.steps.len());
    }

    /// What the watch answers to an effect, if it can.
    fn answer(&mut self, effect: &Effect) -> Option<Event> {
        Some(match effect {
            Effect::Hints { .. } => Event::Hints(self.hints()?),
            Effect::Solution => Event::Solution(difference(&text(&mut self.random), &text(&mut self.random))),
            Effect::Readme => Event::Readme(text(&mut self.random)),
            Effect::Edit | Effect::Reset | Effect::Stop => Event::Note(text(&mut self.random)),
            Effect::Quit | Effect::GradeAll | Effect::GradeAnew => return None,
        })
    }

    fn hints(&mut self) -> Option<Hints> {
        let report = self.state.step().report.as_ref()?;
        let mut hints = Hints::to(&workspace(), self.state.course(), report).ok().flatten()?;
        for _ in 0..self.random.usize(0..5) {
            // Their count cannot be stored, as this course has no folder.
            let _ = hints.give();
        }
        Some(hints)
    }

    fn event(&mut self) -> Event {
        let random = &mut self.random;
        match random.u32(0..20) {
            0 if random.bool() => Event::Pasted,
            0 => Event::Mouse(mouse(random)),
            1 => Event::Tick,
            2 => Event::Note(text(random)),
            3 => Event::NoFileEvents(random.u32(..)),
            4..8 => Event::Work(self.news()),
            _ => Event::Key(key(random)),
        }
    }

    fn news(&mut self) -> News {
        let random = &mut self.random;
        let course = self.state.course();
        let mut folders: Vec<String> = course.steps.iter().map(|step| step.folder_name()).collect();
        folders.push("09-unknown".to_owned());
        folders.retain(|_| random.bool());
        match random.u32(0..10) {
            0 => News::Course(strange_course(random)),
            1 => News::Unreadable(text(random)),
            2 => {
                let remembered = |at| {
                    random.bool().then(|| Remembered { report: verdicts(random, course, at), current: random.bool() })
                };
                News::Remembered((0..course.steps.len()).map(remembered).collect())
            }
            3 => News::Due(folders),
            4 => News::Began(text(random)),
            5 => News::Doing(text(random)),
            6 => News::Failed { folders, why: text(random) },
            7 => News::Rested,
            _ => {
                let at = random.usize(0..course.steps.len());
                let took = Duration::from_millis(random.u64(0..100_000_000));
                News::Graded {
                    folder: course.steps[at].folder_name(),
                    report: verdicts(random, course, at),
                    took,
                    question: Some(text(random)),
                }
            }
        }
    }

    /// Draws it at a random size, and checks that everything is within the screen.
    fn is_drawn(&mut self) {
        let random = &mut self.random;
        let (width, height) = match random.u32(0..8) {
            0 => (random.u16(0..4), random.u16(0..4)),
            1 => (random.u16(0..1_000), random.u16(0..3)),
            2 => (random.u16(0..3), random.u16(0..1_000)),
            3 => (random.u16(95..300), random.u16(0..50)),
            _ => (random.u16(0..120), random.u16(0..40)),
        };
        let theme = Theme {
            colours: if random.bool() { Colours::Shown } else { Colours::Left },
            charset: if random.bool() { Charset::Unicode } else { Charset::Ascii },
        };
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut frame = terminal.get_frame();
        let drawn = draw(&mut frame, &self.state, theme);
        let extent = drawn.extent;
        assert_is_within(frame.buffer_mut(), theme.charset);
        assert!(extent.page <= usize::from(height));
        self.state.drawn(drawn);
        assert!(matches!(self.state.scroll, Scroll::Above(lines) if lines <= extent.furthest()));
    }
}

/// Every character is within the screen, and none is a control character.
fn assert_is_within(buffer: &Buffer, charset: Charset) {
    for (at, cell) in buffer.content().iter().enumerate() {
        let (sign, column) = (cell.symbol(), usize::from(buffer.pos_of(at).0));
        assert!(column + Span::raw(sign).width() <= usize::from(buffer.area.width), "{sign:?} in column {column}");
        assert!(!sign.contains(char::is_control), "{sign:?}");
        assert!(charset == Charset::Unicode || sign.is_ascii(), "{sign:?}");
    }
}

fn key(random: &mut Rng) -> KeyEvent {
    const CODES: [KeyCode; 12] = [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Esc,
        KeyCode::Enter,
        KeyCode::Null,
        KeyCode::F(255),
    ];
    const KEYS: &[u8] = b"npjkhhsylvrfxc/?egbq 0123456789  ";
    let code = match random.u32(0..8) {
        0 => KeyCode::Char(random.char(..)),
        1 | 2 => CODES[random.usize(0..CODES.len())],
        // Keys that do something.
        _ => KeyCode::Char(char::from(KEYS[random.usize(0..KEYS.len())])),
    };
    let modifiers = if random.u32(0..10) == 0 { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
    KeyEvent::new(code, modifiers)
}

fn mouse(random: &mut Rng) -> MouseEvent {
    const KINDS: [MouseEventKind; 4] = [
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Moved,
    ];
    let kind = KINDS[random.usize(0..KINDS.len())];
    MouseEvent { kind, column: random.u16(0..100), row: random.u16(0..60), modifiers: KeyModifiers::NONE }
}

/// A course of some steps, with random words in it.
fn strange_course(random: &mut Rng) -> Arc<Course> {
    static PLAIN: LazyLock<Arc<Course>> = LazyLock::new(course);
    let mut strange = Course::clone(&PLAIN);
    for step in &mut strange.steps {
        step.bonus = random.u32(0..4) == 0;
        step.title = text(random);
        for case in &mut step.cases {
            case.title = text(random);
            case.plot = random.bool().then(|| example(random).plot);
        }
        for function in &mut step.functions {
            function.hints = [text(random), text(random), text(random)];
        }
        let cases = step.cases.clone();
        // More cases than there is room for.
        step.cases.extend(cases.iter().cycle().take(random.usize(0..2) * random.usize(0..60)).cloned());
    }
    for _ in 0..random.usize(0..3) {
        strange.steps.remove(random.usize(0..strange.steps.len()));
    }
    Arc::new(strange)
}

fn verdicts(random: &mut Rng, course: &Course, at: usize) -> StepReport {
    const DOES: [Does; 4] = [Does::Right, Does::Half, Does::Todo, Does::Loop];
    let mut report = if random.u32(0..5) == 0 {
        broken_report(course, at)
    } else {
        report(course, at, [(); 3].map(|()| DOES[random.usize(0..4)]))
    };
    for case in &mut report.cases {
        case.title = text(random);
        case.printed.text = text(random);
        // For example of another plot, as if the course had changed since the grade.
        case.shown = random.bool().then(|| example(random).shown);
    }
    report
}

fn example(random: &mut Rng) -> Example {
    static EXAMPLES: LazyLock<[Example; 6]> = LazyLock::new(examples::all);
    EXAMPLES[random.usize(0..6)].clone()
}

/// A text of letters of all widths, of words of all lengths.
fn text(random: &mut Rng) -> String {
    const PARTS: [&str; 24] = [
        "",
        " ",
        " ",
        " ",
        "word",
        "a longer word",
        "\n",
        "\n\n",
        "\t",
        "\r",
        "\0",
        "\u{1b}[31m",
        "\u{1b}[",
        "語",
        "語語語語",
        "ｗ",
        "e\u{301}",
        "\u{200b}",
        "\u{202e}",
        "👩\u{200d}👩\u{200d}👧",
        "\u{ad}",
        "…",
        "\u{ffff}",
        "📈",
    ];
    let often = if random.u32(0..10) == 0 { 200 } else { 8 };
    let mut text = String::new();
    for _ in 0..random.usize(0..often) {
        let part = PARTS[random.usize(0..PARTS.len())];
        text.push_str(&part.repeat(if random.u32(0..20) == 0 { 50 } else { 1 }));
    }
    text
}
