//! The keys of the watch: what each of them does, and how the last line, the help and the README describe it.

use grader::course::Edition;
use ratatui::crossterm::event::KeyCode::{self, Char, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Up};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Go to the next step.
    NextStep,
    /// Go to the previous step.
    PreviousStep,
    /// Go to the step with this number.
    Step(u32),
    /// Choose the next case, or go a line down in a text or the list.
    NextCase,
    /// Choose the previous case, or go a line up.
    PreviousCase,
    /// Go a page down in a text or the list.
    PageDown,
    /// Go a page up.
    PageUp,
    /// Go to the beginning.
    Top,
    /// Go to the end.
    Bottom,
    /// Give a hint.
    Hint,
    /// Show the solution.
    Solution,
    /// Show the picture of the case.
    Picture,
    /// Show the step's README.
    Readme,
    /// Open the editor.
    Edit,
    /// Grade the step again.
    Grade,
    /// Grade every step.
    GradeAll,
    /// Put the stub back.
    Reset,
    /// List the steps.
    List,
    /// Change the filter of the list.
    Filter,
    /// Search the list.
    Search,
    /// Go to the chosen step.
    Choose,
    /// List the keys.
    Help,
    /// Go back.
    Back,
    /// Close what is open, or leave.
    Quit,
}

/// Keys that belong together.
pub struct Keys {
    /// Each key, with what it does.
    bound: &'static [(KeyCode, Action)],
    /// The keys as the help writes them.
    written: &'static str,
    /// The most important keys and a word or two, for the last line.
    pub short: &'static str,
    /// What they do, for the help.
    does: &'static str,
}

/// From step to step.
pub const STEPS: Keys = Keys {
    bound: &[
        (Char('n'), Action::NextStep),
        (Right, Action::NextStep),
        (Char('p'), Action::PreviousStep),
        (Left, Action::PreviousStep),
    ],
    written: "n p",
    short: "np step",
    does: "next, previous step (also right, left)",
};
/// To a step at once.
pub const NUMBERS: Keys = Keys {
    bound: &[
        (Char('1'), Action::Step(1)),
        (Char('2'), Action::Step(2)),
        (Char('3'), Action::Step(3)),
        (Char('4'), Action::Step(4)),
        (Char('5'), Action::Step(5)),
        (Char('6'), Action::Step(6)),
        (Char('7'), Action::Step(7)),
        (Char('8'), Action::Step(8)),
        (Char('9'), Action::Step(9)),
        (Char('0'), Action::Step(10)),
    ],
    written: "1-9, 0",
    short: "1-9 step",
    does: "the step of this number, 0 for 10",
};
/// From case to case.
pub const CASES: Keys = Keys {
    bound: &[
        (Char('j'), Action::NextCase),
        (Down, Action::NextCase),
        (Char('k'), Action::PreviousCase),
        (Up, Action::PreviousCase),
    ],
    written: "j k",
    short: "jk case",
    does: "next, previous case or line (also down, up)",
};
/// Through the text.
pub const PAGES: Keys = Keys {
    bound: &[
        (Char(' '), Action::PageDown),
        (PageDown, Action::PageDown),
        (Char('b'), Action::PageUp),
        (PageUp, Action::PageUp),
        (Home, Action::Top),
        (End, Action::Bottom),
    ],
    written: "space b",
    short: "space down",
    does: "a page down, up (also PgDn, PgUp, Home, End)",
};
/// The list of the steps.
pub const LIST: Keys = Keys {
    bound: &[(Char('l'), Action::List)],
    written: "l",
    short: "l list",
    does: "list of the steps: keys act on the chosen one",
};
/// A hint.
pub const HINT: Keys =
    Keys { bound: &[(Char('h'), Action::Hint)], written: "h", short: "h hint", does: "hint; again for the next one" };
/// The lesson.
pub const README: Keys =
    Keys { bound: &[(Char('r'), Action::Readme)], written: "r", short: "r read", does: "read the lesson of this step" };
/// The solution.
pub const SOLUTION: Keys = Keys {
    bound: &[(Char('s'), Action::Solution)],
    written: "s",
    short: "s solution",
    does: "solution, beside your own",
};
/// The picture of a case.
pub const PICTURE: Keys = Keys {
    bound: &[(Char('v'), Action::Picture)],
    written: "v",
    short: "v picture",
    does: "view the picture of a case with a v behind it",
};
/// The editor.
pub const EDIT: Keys = Keys {
    bound: &[(Char('e'), Action::Edit)],
    written: "e",
    short: "e edit",
    does: "your editor: $VISUAL, $EDITOR or --edit-cmd",
};
/// A grade of this step or of all.
pub const GRADE: Keys = Keys {
    bound: &[(Char('g'), Action::Grade), (Char('c'), Action::GradeAll)],
    written: "g c",
    short: "c check all",
    does: "grade this step again; check all steps",
};
/// The stub.
pub const RESET: Keys = Keys {
    bound: &[(Char('x'), Action::Reset)],
    written: "x",
    short: "x reset",
    does: "put the stub back; your file is kept",
};
/// Back.
pub const BACK: Keys = Keys {
    bound: &[(Esc, Action::Back)],
    written: "Esc",
    short: "Esc back",
    does: "back, at last to the first failure",
};
/// Help.
pub const HELP: Keys = Keys { bound: &[(Char('?'), Action::Help)], written: "?", short: "? help", does: "these keys" };
/// The way out.
pub const QUIT: Keys = Keys {
    bound: &[(Char('q'), Action::Quit)],
    written: "q Ctrl-C",
    short: "q quit",
    does: "quit; q first closes what is open",
};
/// The keys that only the list has.
pub const IN_THE_LIST: Keys = Keys {
    bound: &[(Char('f'), Action::Filter), (Char('/'), Action::Search), (Enter, Action::Choose)],
    written: "f / Enter",
    short: "f filter",
    does: "in the list: filter, search by name, go there",
};

/// All of them, in the order of the help.
pub const ALL: [&Keys; 16] = [
    &STEPS,
    &NUMBERS,
    &LIST,
    &IN_THE_LIST,
    &CASES,
    &PAGES,
    &README,
    &HINT,
    &SOLUTION,
    &PICTURE,
    &EDIT,
    &GRADE,
    &RESET,
    &BACK,
    &HELP,
    &QUIT,
];

/// A key that the system handles, and not the watch.
const STOP: (&str, &str) = ("Ctrl-Z", "to the shell; `fg` comes back");

/// What a key asks for, if it asks for anything.
pub fn action_of(key: KeyCode) -> Option<Action> {
    ALL.iter().flat_map(|keys| keys.bound).find(|(bound, _)| *bound == key).map(|(_, action)| *action)
}

/// The column at which the help says what a key does.
pub const HELP_COLUMN: usize = 12;

/// The keys that do something in this edition of the course, as they are written, and what they do.
pub fn help(edition: Edition) -> impl Iterator<Item = (&'static str, &'static str)> {
    let shows_solutions = |keys: &Keys| keys.bound.iter().any(|(_, action)| *action == Action::Solution);
    let keys = ALL.into_iter().filter(move |keys| edition.has_solutions() || !shows_solutions(keys));
    keys.map(|keys| (keys.written, keys.does)).chain([STOP])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn no_key_has_two_meanings() {
        let all: Vec<KeyCode> = ALL.iter().flat_map(|keys| keys.bound).map(|(key, _)| *key).collect();
        for (at, key) in all.iter().enumerate() {
            assert!(!all[..at].contains(key), "{key:?}");
        }
    }

    #[test]
    fn what_is_written_of_keys_is_bound() {
        for keys in ALL {
            let bound = |letter: char| keys.bound.iter().any(|(key, _)| *key == Char(letter));
            for word in keys.written.split([' ', ',']).filter(|word| word.len() == 1) {
                assert!(word.chars().all(bound), "{}", keys.written);
            }
            let (short, _) = keys.short.split_once(' ').expect("a key and a word");
            assert!(short.len() > 2 || short.chars().all(bound), "{}", keys.short);
        }
    }

    #[test]
    fn no_key_for_a_solution_is_offered_where_there_is_none() {
        let lines = |edition| help(edition).collect::<Vec<_>>();
        let (all, of_students) = (lines(Edition::Instructors), lines(Edition::Students));
        assert_eq!(all.len(), of_students.len() + 1);
        assert!(of_students.iter().all(|keys| all.contains(keys) && !keys.1.contains("solution")), "{of_students:?}");
    }

    #[test]
    fn the_readme_has_the_same_keys() {
        let readme = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
        let line = |(written, does)| format!("{written:HELP_COLUMN$}{does}\n");
        let block: String = help(Edition::Instructors).map(line).collect();
        assert!(readme.contains(&block), "README.md has to have these lines, in a block of code:\n{block}");
    }
}
