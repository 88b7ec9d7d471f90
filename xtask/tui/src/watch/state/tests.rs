//! How keys and news change a state.

use std::time::Duration;

use figure::{Layer, examples};
use grader::Remembered;
use ratatui::crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEventKind};

use super::*;
use crate::watch::fixture::{Does, course, difference, give_picture, hints, report};
use worker::News;

const DONE: [Does; 3] = [Does::Right; 3];
const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

/// The state of a watch that remembers these steps, and its time.
fn remembering(reports: [Option<[Does; 3]>; 3], first: Option<u32>) -> (State, Instant) {
    let (course, now) = (course(), Instant::now());
    let mut state = State::new(Arc::clone(&course), first, OnArrival::Look, now);
    let remembered = reports
        .iter()
        .enumerate()
        .map(|(at, does)| does.map(|does| Remembered { report: report(&course, at, does), current: true }));
    let effect = state.update(Event::Work(News::Remembered(remembered.collect())), now);
    assert_eq!(effect, Some(Effect::GradeAll));
    (state, now)
}

fn press(state: &mut State, code: KeyCode) -> Option<Effect> {
    state.update(Event::Key(KeyEvent::from(code)), state.now)
}

fn type_in(state: &mut State, words: &str) {
    for letter in words.chars() {
        assert_eq!(press(state, KeyCode::Char(letter)), None);
    }
}

fn graded(state: &mut State, at: usize, does: [Does; 3]) {
    let news = news_of(state, at, does);
    assert_eq!(state.update(news, state.now), None);
}

/// The news that a step was graded.
fn news_of(state: &State, at: usize, does: [Does; 3]) -> Event {
    Event::Work(News::Graded {
        folder: state.known.course.steps[at].folder_name(),
        report: report(&state.known.course, at, does),
        took: Duration::from_millis(400),
        question: None,
    })
}

#[test]
fn it_begins_with_the_first_step_that_is_not_done_or_the_one_that_is_named() {
    assert_eq!(remembering([Some(DONE), Some(BEGUN), None], None).0.current, 1);
    assert_eq!(remembering([Some(DONE), Some(BEGUN), None], Some(3)).0.current, 2);
    assert_eq!(remembering([Some(DONE), Some(DONE), Some(DONE)], None).0.current, 0);
}

#[test]
fn it_stays_on_a_finished_step_and_knows_what_comes_next() {
    let (mut state, _) = remembering([Some(BEGUN), Some(DONE), None], None);
    graded(&mut state, 0, DONE);
    assert_eq!((state.current, state.next_open()), (0, Some(2)));
    assert!(state.case().is_none());
    press(&mut state, KeyCode::Char('3'));
    graded(&mut state, 2, DONE);
    assert_eq!((state.current, state.next_open()), (2, None));
}

#[test]
fn a_bonus_comes_after_all_that_the_course_needs() {
    let (mut state, _) = remembering([Some(DONE), None, Some(BEGUN)], None);
    let mut course = Course::clone(&state.known.course);
    course.steps[1].bonus = true;
    state.known.course = Arc::new(course);
    press(&mut state, KeyCode::Char('1'));
    assert_eq!((state.next_open(), state.is_complete()), (Some(2), false));
    graded(&mut state, 2, DONE);
    assert_eq!((state.next_open(), state.is_complete()), (Some(1), true));
}

#[test]
fn the_keys_of_the_steps_stop_at_both_ends() {
    let (mut state, _) = remembering([Some(DONE), None, None], Some(1));
    for (key, at) in [('p', 0), ('n', 1), ('n', 2), ('n', 2), ('p', 1), ('9', 1)] {
        assert_eq!(press(&mut state, KeyCode::Char(key)), None);
        assert_eq!(state.current, at, "after {key}");
    }
}

#[test]
fn the_case_to_mend_first_is_shown_until_another_is_chosen() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    let shown = |state: &State| state.case().map(|case| case.name.clone()).unwrap_or_default();
    assert_eq!(shown(&state), "error-squared");
    press(&mut state, KeyCode::Char('k'));
    assert_eq!(shown(&state), "price-of-a-house");
    press(&mut state, KeyCode::Up);
    assert_eq!(shown(&state), "price-of-a-house");
    // A choice outlasts a grade, and Esc takes it back.
    graded(&mut state, 0, [Does::Right, Does::Right, Does::Todo]);
    assert_eq!(shown(&state), "price-of-a-house");
    press(&mut state, KeyCode::Esc);
    assert_eq!(shown(&state), "loss-by-weight");
}

#[test]
fn a_picture_stays_while_cases_fail_and_pass() {
    let (mut state, _) = remembering([Some(DONE), None, None], Some(1));
    let shown = |state: &State| state.shown().map(|case| case.name.clone()).unwrap_or_default();
    give_picture(&mut state, 2);
    press(&mut state, KeyCode::Char('v'));
    assert_eq!(shown(&state), "loss-by-weight");
    graded(&mut state, 0, BEGUN);
    give_picture(&mut state, 2);
    assert_eq!(shown(&state), "loss-by-weight");
    press(&mut state, KeyCode::Char('k'));
    assert_eq!(shown(&state), "error-squared");
    press(&mut state, KeyCode::Char('v'));
    assert!(matches!(state.panel, Panel::Case));
}

#[test]
fn a_picture_shows_the_answers_of_every_case_that_gave_some() {
    let (mut state, _) = remembering([Some([Does::Right, Does::Half, Does::Loop]), None, None], Some(1));
    let shows_answers = |state: &State| {
        let cases = &state.step().report.as_ref().unwrap().cases;
        let shown = cases.iter().map(|case| state.figure(case).map(|figure| figure.shows(Layer::Student)));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(shows_answers(&state), [None; 3], "no case has a plot");
    let mut course = Course::clone(&state.known.course);
    for case in &mut course.steps[0].cases {
        case.plot = Some(examples::plot("weight", "loss"));
    }
    state.known.course = Arc::new(course);
    assert_eq!(shows_answers(&state), [Some(true), Some(true), Some(false)]);
    for case in &mut state.known.steps[0].report.as_mut().unwrap().cases {
        case.shown = None;
    }
    assert_eq!(shows_answers(&state), [None; 3], "no answer is recorded");
}

#[test]
fn a_solution_is_asked_for_twice_before_the_step_has_passed() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    assert_eq!(press(&mut state, KeyCode::Char('s')), None);
    assert_eq!(press(&mut state, KeyCode::Char('n')), None);
    assert!(matches!(state.panel, Panel::Case) && state.current == 0, "no is no, and no step on");
    press(&mut state, KeyCode::Char('s'));
    assert_eq!(press(&mut state, KeyCode::Char('y')), Some(Effect::Solution));
    state.update(Event::Solution(difference("one", "two")), state.now);
    assert_eq!(press(&mut state, KeyCode::Char('y')), None);
    press(&mut state, KeyCode::Esc);
    graded(&mut state, 0, DONE);
    assert_eq!(press(&mut state, KeyCode::Char('s')), Some(Effect::Solution));
}

#[test]
fn a_note_stays_for_ten_seconds() {
    let (mut state, now) = remembering([Some(BEGUN), None, None], None);
    state.update(Event::Note("a note".to_owned()), now);
    for (seconds, is_there) in [(0, true), (9, true), (10, false)] {
        state.update(Event::Tick, now + Duration::from_secs(seconds));
        assert_eq!(state.note.is_some(), is_there, "after {seconds} s");
    }
}

#[test]
fn new_verdicts_bring_what_is_looked_at_up_to_date() {
    let (mut state, _) = remembering([Some(BEGUN), Some(BEGUN), None], None);
    press(&mut state, KeyCode::Char('s'));
    state.update(Event::Solution(difference("one\n", "two\n")), state.now);
    state.scroll = Scroll::Above(3);
    let other = news_of(&state, 1, DONE);
    assert_eq!(state.update(other, state.now), None, "another step's file is not looked at");
    let current = news_of(&state, 0, BEGUN);
    assert_eq!(state.update(current, state.now), Some(Effect::Solution));
    state.update(Event::Solution(difference("two\n", "two\n")), state.now);
    assert_eq!(state.scroll, Scroll::Above(3));
    // A question about a step that failed is pointless when it has passed.
    press(&mut state, KeyCode::Esc);
    press(&mut state, KeyCode::Char('s'));
    assert!(matches!(state.panel, Panel::Confirm(_)));
    graded(&mut state, 0, DONE);
    assert!(matches!(state.panel, Panel::Case));
}

#[test]
fn a_hint_is_for_a_step_that_was_graded_and_needs_one() {
    let (mut state, _) = remembering([None, Some(DONE), Some(BEGUN)], Some(1));
    assert_eq!(press(&mut state, KeyCode::Char('h')), None);
    assert!(state.note.is_some());
    press(&mut state, KeyCode::Char('n'));
    assert!(state.note.is_none(), "a note lasts until the next key");
    assert_eq!(press(&mut state, KeyCode::Char('h')), None);
    press(&mut state, KeyCode::Char('n'));
    assert_eq!(press(&mut state, KeyCode::Char('h')), Some(Effect::Hints(HintsWanted::SoFar)));
}

#[test]
fn a_course_that_lost_a_step_keeps_what_is_known_of_the_others() {
    let (mut state, now) = remembering([Some(DONE), Some(BEGUN), None], Some(3));
    let mut fewer = Course::clone(&state.known.course);
    fewer.steps.remove(2);
    fewer.steps.remove(0);
    state.update(Event::Work(News::Course(Arc::new(fewer))), now);
    assert_eq!((state.current, state.known.steps.len()), (0, 1));
    assert_eq!(state.step().report.as_ref().map(|report| report.number), Some(2));
}

#[test]
fn q_closes_what_is_open_and_then_quits_and_ctrl_c_quits_at_once() {
    for key in ['h', 's', 'v', '?', 'x', 'l', 'r'] {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        match press(&mut state, KeyCode::Char(key)) {
            Some(Effect::Readme) => drop(state.update(Event::Readme("lesson".to_owned()), now)),
            Some(Effect::Hints(_)) => drop(state.update(Event::Hints(hints(&course())), now)),
            _ => {}
        }
        assert!(!matches!(state.panel, Panel::Case), "{key}");
        let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(state.update(Event::Key(interrupt), now), Some(Effect::Quit));
        assert_eq!(press(&mut state, KeyCode::Char('q')), None);
        assert!(matches!(state.panel, Panel::Case), "{key}");
        assert_eq!(press(&mut state, KeyCode::Char('q')), Some(Effect::Quit));
    }
}

#[test]
fn in_a_text_the_keys_of_the_cases_go_by_a_line() {
    let (mut state, now) = remembering([Some(BEGUN), None, None], None);
    let extent = Extent { page: 10, lines: 25 };
    state.update(Event::Readme("lesson".to_owned()), now);
    state.drawn(Drawn { extent, ..Drawn::default() });
    for (key, above) in [(KeyCode::Char('j'), 1), (KeyCode::Down, 2), (KeyCode::Up, 1), (KeyCode::Char('k'), 0)] {
        press(&mut state, key);
        assert!(matches!(state.panel, Panel::Readme(_)), "{key}");
        assert_eq!(state.scroll, Scroll::Above(above), "{key}");
    }
}

#[test]
fn nobody_scrolls_beyond_the_text() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    let extent = Extent { page: 10, lines: 25 };
    state.drawn(Drawn { extent, ..Drawn::default() });
    for (keys, above) in [
        (&[KeyCode::Char(' ')][..], 9),
        (&[KeyCode::PageDown], 15),
        (&[KeyCode::PageUp], 6),
        (&[KeyCode::End], 15),
        (&[KeyCode::Home], 0),
        (&[KeyCode::Char('b')], 0),
        // Also if several keys come before the next drawing.
        (&[KeyCode::End, KeyCode::Char(' '), KeyCode::Char('b')], 6),
        (&[KeyCode::Char(' '); 9], 15),
    ] {
        for key in keys {
            press(&mut state, *key);
        }
        state.drawn(Drawn { extent, ..Drawn::default() });
        assert_eq!(state.scroll, Scroll::Above(above), "after {keys:?}");
    }
    state.drawn(Drawn { extent: Extent { page: 30, lines: 25 }, ..Drawn::default() });
    assert_eq!(state.scroll, Scroll::Above(0));
}

#[test]
fn a_further_hint_is_seen_whatever_comes_in_one_batch_with_it() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    let extent = Extent { page: 10, lines: 25 };
    for (key, above) in [(' ', 15), ('b', 6)] {
        state.drawn(Drawn { extent, ..Drawn::default() });
        state.show(Panel::Hints(hints(&state.known.course)));
        press(&mut state, KeyCode::Char(key));
        state.drawn(Drawn { extent, ..Drawn::default() });
        assert_eq!(state.scroll, Scroll::Above(above), "after {key}");
    }
}

#[test]
fn it_moves_to_the_first_step_that_fails_now_unless_a_key_was_pressed() {
    for (pressed, at) in [(false, 1), (true, 2)] {
        // Two steps are remembered as passed, and one of them fails now.
        let (mut state, _) = remembering([Some(DONE), Some(DONE), None], None);
        assert_eq!(state.current, 2);
        let folders: Vec<String> = state.known.course.steps.iter().map(|step| step.folder_name()).collect();
        state.update(Event::Work(News::Due(folders)), state.now);
        if pressed {
            press(&mut state, KeyCode::Char('j'));
        }
        graded(&mut state, 2, BEGUN);
        graded(&mut state, 0, DONE);
        assert_eq!(state.current, 2, "not all are graded");
        graded(&mut state, 1, BEGUN);
        assert_eq!(state.current, at);
        // Once the step is settled, no verdict leads to another one.
        graded(&mut state, 0, BEGUN);
        assert_eq!(state.current, at);
    }
}

#[test]
fn the_list_is_filtered_searched_and_left_for_a_step() {
    let (mut state, _) = remembering([Some(DONE), Some(BEGUN), None], Some(1));
    let shown = |state: &State| match &state.panel {
        Panel::List(list) => list.shown(&state.known),
        _ => panic!("no list"),
    };
    press(&mut state, KeyCode::Char('l'));
    assert_eq!(shown(&state), [0, 1, 2]);
    for filtered in [&[1, 2][..], &[0], &[], &[0, 1, 2]] {
        press(&mut state, KeyCode::Char('f'));
        assert_eq!(shown(&state), filtered);
    }
    press(&mut state, KeyCode::Down);
    assert_eq!(state.listed_at(), Some(1));
    // While a search is typed, keys are letters: `q` does not quit.
    type_in(&mut state, "/qx");
    assert_eq!((shown(&state).as_slice(), state.listed_at()), (&[][..], None));
    press(&mut state, KeyCode::Backspace);
    press(&mut state, KeyCode::Esc);
    type_in(&mut state, "/DESC");
    assert_eq!(shown(&state), [2]);
    assert_eq!(press(&mut state, KeyCode::Enter), None);
    assert!(state.current == 2 && matches!(state.panel, Panel::Case));
}

#[test]
fn in_the_list_keys_are_about_the_chosen_step() {
    let press_all =
        |state: &mut State, keys: &str| keys.chars().map(|key| press(state, KeyCode::Char(key))).last().flatten();
    let keys = [("r", Effect::Readme), ("xy", Effect::Reset), ("g", Effect::GradeAnew), ("e", Effect::Edit)];
    for (keys, effect) in keys {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        state.chosen = Some("price-of-a-house".to_owned());
        type_in(&mut state, "lj");
        assert_eq!(press_all(&mut state, keys).as_ref(), Some(&effect));
        assert_eq!((state.current, &state.chosen), (1, &None), "{effect:?}");
        // Where no step is shown, none is meant.
        state.show(Panel::List(StepList::at(1)));
        type_in(&mut state, "/qqq");
        press(&mut state, KeyCode::Enter);
        assert_eq!((press_all(&mut state, keys), state.current), (None, 1), "{effect:?}");
    }
}

#[test]
fn the_list_is_walked_by_every_key_that_moves() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    type_in(&mut state, "l");
    state.drawn(Drawn { extent: Extent { page: 3, lines: 3 }, ..Drawn::default() });
    let (letter, end) = (KeyCode::Char, KeyCode::End);
    for (key, at) in [(letter('n'), 1), (letter('p'), 0), (end, 2), (letter('j'), 2), (KeyCode::Home, 0)] {
        assert_eq!(press(&mut state, key), None);
        assert_eq!((state.listed_at(), state.current), (Some(at), 0), "{key}");
    }
    for (key, at) in [(letter(' '), 2), (KeyCode::PageUp, 0), (KeyCode::Up, 0), (KeyCode::PageDown, 2)] {
        assert_eq!(press(&mut state, key), None);
        assert_eq!((state.listed_at(), state.current), (Some(at), 0), "{key}");
    }
}

#[test]
fn the_mouse_is_followed_in_the_list_alone() {
    let (mut state, now) = remembering([Some(DONE), Some(BEGUN), None], Some(1));
    let mouse = |kind, row| Event::Mouse(MouseEvent { kind, row, column: 3, modifiers: KeyModifiers::NONE });
    let click = MouseEventKind::Down(MouseButton::Left);
    state.update(mouse(click, 7), now);
    assert!(!state.follows_mouse() && state.current == 0);
    press(&mut state, KeyCode::Char('l'));
    state.drawn(Drawn { listed: vec![(6, 0), (7, 2)], ..Drawn::default() });
    state.update(mouse(MouseEventKind::ScrollDown, 1), now);
    assert_eq!((state.follows_mouse(), state.listed_at()), (true, Some(1)));
    state.update(mouse(click, 7), now);
    assert_eq!((state.follows_mouse(), state.current), (false, 2));
}

#[test]
fn a_stub_is_put_back_only_by_who_says_so() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    assert_eq!(press(&mut state, KeyCode::Char('x')), None);
    assert_eq!(press(&mut state, KeyCode::Char('n')), None);
    assert!(matches!(state.panel, Panel::Case));
    press(&mut state, KeyCode::Char('x'));
    assert_eq!(press(&mut state, KeyCode::Char('y')), Some(Effect::Reset));
}

#[test]
fn the_editor_opens_on_arrival_where_that_is_wanted() {
    let (mut state, _) = remembering([Some(BEGUN), None, None], None);
    assert_eq!(press(&mut state, KeyCode::Char('n')), None);
    state.on_arrival = OnArrival::OpenEditor;
    assert_eq!(press(&mut state, KeyCode::Char('n')), Some(Effect::Edit));
    assert_eq!(press(&mut state, KeyCode::Char('n')), None, "it is there already");
}

#[test]
fn the_first_step_is_an_arrival_as_soon_as_it_is_known() {
    for (named, pressed, opened) in [(None, false, true), (Some(2), false, true), (None, true, false)] {
        let (mut state, now) = remembering([Some(DONE), Some(BEGUN), Some(DONE)], named);
        state.on_arrival = OnArrival::OpenEditor;
        let folders: Vec<String> = state.known.course.steps.iter().map(|step| step.folder_name()).collect();
        state.update(Event::Work(News::Due(folders)), now);
        if pressed {
            press(&mut state, KeyCode::Char('j'));
        }
        graded(&mut state, 1, BEGUN);
        graded(&mut state, 2, DONE);
        let last = news_of(&state, 0, DONE);
        assert_eq!(state.update(last, now).is_some(), opened, "{named:?} {pressed}");
        assert_eq!(state.current, 1);
        graded(&mut state, 0, DONE);
    }
}

#[test]
fn a_check_of_all_steps_says_what_came_of_it() {
    let (mut state, _) = remembering([Some(DONE), Some(BEGUN), None], None);
    assert_eq!(press(&mut state, KeyCode::Char('c')), Some(Effect::GradeAll));
    for at in [0, 1, 2] {
        assert_eq!(state.note, None, "not all are graded");
        graded(&mut state, at, [DONE, BEGUN, DONE][at]);
    }
    let note = "All checked: 2 of 3 steps done. Next to do: step 2, gradient.";
    assert_eq!(state.note.take().as_deref(), Some(note));
    graded(&mut state, 1, DONE);
    assert_eq!(state.note, None, "nobody has asked");
    press(&mut state, KeyCode::Char('c'));
    (0..3).for_each(|at| graded(&mut state, at, DONE));
    assert_eq!(state.note.as_deref(), Some("All checked: 3 of 3 steps done."));
}

#[test]
fn a_verdict_that_something_else_covers_is_told() {
    let (mut state, now) = remembering([Some(BEGUN), Some(BEGUN), None], None);
    state.update(Event::Readme("lesson".to_owned()), now);
    graded(&mut state, 0, BEGUN);
    assert_eq!(state.note, None, "it is the same");
    graded(&mut state, 1, DONE);
    assert_eq!(state.note, None, "it is another step's");
    graded(&mut state, 0, DONE);
    assert_eq!(state.note.as_deref(), Some("Step 1 is done. Esc shows it."));
    press(&mut state, KeyCode::Char('?'));
    graded(&mut state, 0, BEGUN);
    let note = "squared_error wrong: errors above, below and at zero. Esc shows it.";
    assert_eq!(state.note.as_deref(), Some(note));
    press(&mut state, KeyCode::Esc);
    graded(&mut state, 0, DONE);
    assert_eq!(state.note, None, "it is on the screen");
}

#[test]
fn a_lesson_opens_where_it_was_left() {
    let (mut state, now) = remembering([Some(BEGUN), None, None], None);
    let extent = Extent { page: 10, lines: 40 };
    let read = |state: &mut State, keys: &[KeyCode]| {
        state.update(Event::Readme("lesson".to_owned()), now);
        for key in keys {
            press(state, *key);
        }
        state.drawn(Drawn { extent, ..Drawn::default() });
        let scroll = state.scroll;
        press(state, KeyCode::Char('q'));
        state.drawn(Drawn { extent, ..Drawn::default() });
        scroll
    };
    assert_eq!(read(&mut state, &[]), Scroll::Above(0));
    assert_eq!(read(&mut state, &[KeyCode::Char('j'); 12]), Scroll::Above(12));
    assert_eq!(read(&mut state, &[]), Scroll::Above(12));
    press(&mut state, KeyCode::Char('n'));
    assert_eq!(read(&mut state, &[]), Scroll::Above(0));
    press(&mut state, KeyCode::Char('p'));
    assert_eq!(read(&mut state, &[KeyCode::Home]), Scroll::Above(0));
}

#[test]
fn a_paste_is_no_press_of_its_letters() {
    let (mut state, now) = remembering([Some(BEGUN), None, None], None);
    assert_eq!(state.update(Event::Pasted, now), None);
    assert!(state.note.as_ref().is_some_and(|note| note.contains("your editor")), "{:?}", state.note);
    assert!(state.current == 0 && matches!(state.panel, Panel::Case));
}
