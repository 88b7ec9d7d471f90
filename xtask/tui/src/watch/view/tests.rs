//! What a state looks like, at a narrow size and at a wide one.

use std::sync::Arc;
use std::time::Instant;

use grader::Remembered;
use grader::course::Exercise;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use worker::News;

use super::*;
use crate::watch::fixture::{self, Does, broken_report, course, difference, give_picture, report};
use crate::watch::list::StepList;
use crate::watch::state::{Event, OnArrival, Scroll};

const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

const LESSON: &str = "# Step 1: how wrong is a weight?\n\nYou have **four** houses, and `predict` says what they \
                      cost.\n\n| size | price |\n|---:|---:|\n| 1,000 | 250,000 |\n\n    loss = sum\n";
const STUDENTS: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    todo!()\n}\n";
const REFERENCE: &str = "pub fn calculate_loss(weight: f64) -> f64 {\n    let errors = houses().iter().map(|house| \
                         squared_error(house.price, predict(weight, house.area)));\n    errors.sum()\n}\n";

/// A watch of a course whose first step was graded just now.
fn graded(does: [Does; 3]) -> State {
    let (course, now) = (course(), Instant::now());
    let mut state = State::new(Arc::clone(&course), Some(1), OnArrival::Look, now);
    let remembered = [1, 2].map(|at| Some(Remembered { report: report(&course, at, [Does::Todo; 3]), current: true }));
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
fn a_step_that_has_changed_is_told_above_its_verdicts() {
    for does in [BEGUN, [Does::Right; 3]] {
        let mut state = graded(does);
        let report = StepReport { exercise: Exercise::Changed, ..report(state.course(), 0, does) };
        let took = Duration::from_millis(420);
        let news = News::Graded { folder: "01-loss".to_owned(), report, took, question: None };
        state.update(Event::Work(news), Instant::now());
        let screen = drawn(&state, 100, 30).backend().to_string();
        assert!(screen.contains("Step loss has changed since you began it: cargo xtask update loss"), "{screen}");
    }
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
        state.known.steps[at].report = Some(report(&state.known.course, at, [Does::Right; 3]));
    }
    assert_golden("complete", &state);
}

#[test]
fn a_step_that_does_not_compile() {
    let mut state = graded(BEGUN);
    state.known.steps[0].report = Some(broken_report(&state.known.course, 0));
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
    let why = "Cargo.toml:7: unclosed array, expected `]`; the list of the steps is in this file, `members` by name";
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
    state.panel = Panel::Hints(fixture::hints(&state.known.course));
    assert_golden("hints", &state);
}

#[test]
fn the_other_panels() {
    let panels = [
        ("question", Panel::Confirm(Confirm::Solution)),
        ("reset", Panel::Confirm(Confirm::Reset)),
        ("lesson", Panel::Readme(LESSON.to_owned())),
        ("list", Panel::List(StepList::at(1))),
        ("solution", Panel::Solution(difference(STUDENTS, REFERENCE))),
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
    // The characters of the chart depend on the terminal, so only its words are checked.
    for (width, height) in [(60, 15), (100, 30)] {
        let text = drawn(&state, width, height).backend().to_string();
        for words in ["the path of the weight", "yours", "expected", "weight in $ per sqft", "the limit", "step"] {
            assert!(text.contains(words), "{words} at {width} x {height}:\n{text}");
        }
    }
}

#[test]
fn a_case_that_has_a_picture_is_marked_with_its_key() {
    let mut state = graded(BEGUN);
    give_picture(&mut state, 1);
    for (width, height) in [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)] {
        let text = drawn(&state, width, height).backend().to_string();
        // The footer has the key, too, where there is room.
        let count = text.replace(" v picture", "").matches(" v ").count();
        assert_eq!(count, 1, "{width} x {height}:\n{text}");
    }
    state.panel = Panel::Plot;
    state.chosen = state.step().report.as_ref().map(|report| report.cases[0].name.clone());
    assert!(drawn(&state, 80, 24).backend().to_string().contains("In the list, a v"));
}

#[test]
fn no_size_is_too_small_for_any_panel() {
    let mut state = graded(BEGUN);
    give_picture(&mut state, 1);
    state.looks_a_second = Some(3);
    for panel in [
        Panel::Case,
        Panel::Confirm(Confirm::Reset),
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
    let mut course = grader::course::Course::clone(&state.known.course);
    course.steps[1].bonus = true;
    course.steps[2].bonus = true;
    state.known.course = Arc::new(course);
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
    broken.known.steps[0].report = Some(broken_report(broken.course(), 0));
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
