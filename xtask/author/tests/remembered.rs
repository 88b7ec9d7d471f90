//! What `verify` and `bless` have found out of a submission is not tried again, as long as all that decides it is the
//! same.

use testkit::{Course, Program, Step};

const PROGRAM: Program = testkit::program!("author");

const CASES: &str = "exercise/cases.rs";
const MISTAKES: &str = "solution/mistakes.toml";

/// How often the noted case runs: once for each trial of the stub, the solution, each of its three mistakes, each of
/// its other right forms and each of its other roundings.
const STUB: usize = 3;
const SOLUTION: usize = 3 + 4 + 4;
const MISTAKE: usize = 3;
const FORM: usize = 3;
const ROUNDING: usize = 3;

/// Its five operations, and the one sum in reverse.
const ROUNDINGS: usize = 6;

#[test]
fn only_what_has_changed_is_run_again() {
    let course = PROGRAM.course("remembered");
    let step = course.step("loss-remembered");
    note_runs(&course, &step);
    let all_of_it = all_runs(&step);
    let mut before = 0;
    let mut runs_of = |command: &[&str], code| {
        let run = course.xtask(command);
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{}", run.stdout);
        let all = course.notes("notes").len();
        all - std::mem::replace(&mut before, all)
    };
    assert_eq!(runs_of(&["verify"], 0), all_of_it);
    assert_eq!(runs_of(&["verify"], 0), 0);
    assert_eq!(runs_of(&["bless"], 0), 0);

    // Comments of the solution change no answer, and neither does a line more above its code.
    let solution = step.read("solution/src/lib.rs");
    let commented = format!("// Another head.\n{}", solution.replace("// done", "// and\n    // done"));
    step.write("solution/src/lib.rs", &commented);
    assert_eq!(runs_of(&["bless", "--stub", "--yes"], 0), 0);
    assert_eq!(runs_of(&["verify"], 0), STUB);
    step.write("solution/src/lib.rs", &solution);
    assert_eq!(runs_of(&["bless", "--stub", "--yes"], 0), 0);
    assert_eq!(runs_of(&["verify"], 0), STUB);

    // What is said of a mistake changes no answer.
    step.change(MISTAKES, "says = \"Every price is", "says = \"Each price is");
    assert_eq!(runs_of(&["verify"], 1), 0);
    step.change(MISTAKES, "says = \"Each price is", "says = \"Every price is");
    let with = "replace = \"BASE_PRICE + sqft_weight * sqft\"\nwith = \"sqft_weight * sqft\"";
    step.change(MISTAKES, with, &with.replace("with = \"", "with = \"1.0 + "));
    assert_eq!(runs_of(&["verify"], 1), MISTAKE);

    step.change(CASES, "50.0, 100.0", "60.0, 100.0");
    assert_eq!(runs_of(&["verify"], 1), all_of_it);
}

/// A sound step is remembered as a whole, with each of its texts.
#[test]
fn each_text_of_a_sound_step_is_read_again_once_it_has_changed() {
    let course = PROGRAM.course("remembered-texts");
    let step = course.step("sound");
    let sound = || {
        let verified = course.xtask(&["verify"]);
        assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{}", verified.stdout);
    };
    sound();
    let changes = [
        ("exercise/README.md", "- `squared_error(", "- `absolute_error(", "the README lists `absolute_error`"),
        ("exercise/README.md", "## The idea", "TODO\n\n## The idea", "TODO"),
        ("exercise/src/lib.rs", "/// How wrong one", "/// How bad one", "the stub does not match the solution"),
        ("exercise/snapshots/stub.rs", "/// How wrong one", "/// How bad one", "the file is out of date"),
        ("exercise/snapshots/crates.txt", "harness\n", "", "the file is out of date"),
        (
            "exercise/snapshots/price-of-a-house.snap",
            "description: ",
            "description: A ",
            "the snapshot has an old header",
        ),
        ("exercise/cases.rs", "case(\"price-of-a-house\"", "case(\"price-of-one\"", "case `price-of-one` is run here"),
        (MISTAKES, "says = \"Every price is", "says = \"Each price is", "the snapshot has an old header"),
    ];
    for (file, from, to, said) in changes {
        let before = step.read(file);
        step.change(file, from, to);
        let verified = course.xtask(&["verify"]);
        assert_eq!(verified.code, 1, "{file}: {}{}", verified.stdout, verified.stderr);
        assert!(verified.stdout.contains(said), "{file}: {}", verified.stdout);
        step.write(file, &before);
        sound();
    }
}

#[cfg(unix)]
#[test]
fn what_the_code_alone_does_not_decide_is_run_again() {
    let course = PROGRAM.course("remembered-kill");
    let step = course.step("killed");
    note_runs(&course, &step);
    // As when somebody ends it from outside.
    let kill = "std::process::Command::new(\\\"kill\\\").arg(\\\"-9\\\").arg(std::process::id().to_string()).status();";
    step.add_mistake("killed", "error * error", &format!("{{ let _ = {kill} loop {{ std::thread::park(); }} }}"));
    for _ in 0..2 {
        let before = course.notes("notes").len();
        let verified = course.xtask(&["verify"]);
        let said = "mistake `killed` was ended from outside (signal 9; try again) in case `error-squared`";
        assert!(verified.stdout.contains(said), "{}", verified.stdout);
        assert!(course.notes("notes").len() > before);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_verify_at_once_and_what_it_has_found_out_is_kept() {
    let course = PROGRAM.course("remembered-interrupt");
    let first = course.step("first");
    note_runs(&course, &first);
    let second = course.step("second");
    let mistakes = second.read(MISTAKES);
    let waits = format!("{{ {} loop {{ std::thread::park(); }} }}", course.note_in("waiting", "\"here\""));
    second.add_mistake("waits", "error * error", &waits.replace('\\', "\\\\").replace('"', "\\\""));
    for keys in ["\x03", "\x03\x03"] {
        let before = course.notes("waiting").len();
        let session = testkit::Session::start(course.command(&["verify"]), 80, 24);
        testkit::wait_until("the second step's mistake waits", || course.notes("waiting").len() > before);
        session.keys(keys);
        assert_eq!(session.end().0, 130);
    }
    second.write(MISTAKES, &mistakes);
    let before = course.notes("notes").len();
    assert_eq!(before, all_runs(&first), "the stub's attempt is kept, too");
    let verified = course.xtask(&["verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{}", verified.stdout);
    assert_eq!(course.notes("notes").len(), before);
}

/// How often the noted case runs when nothing is remembered.
fn all_runs(step: &Step<'_>) -> usize {
    let forms = step.read("solution/forms.toml").matches("[[form]]").count();
    STUB + SOLUTION + 3 * MISTAKE + forms * FORM + ROUNDINGS * ROUNDING
}

/// Notes each run of a case on a trial.
fn note_runs(course: &Course, step: &Step<'_>) {
    let head = "fn price_of_a_house(trial: &Trial, table: &mut Table) {\n";
    step.change(CASES, head, &format!("{head}    {}\n", course.note_in("notes", "\"ran\"")));
    step.write_in_form();
}
