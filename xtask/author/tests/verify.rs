//! `cargo xtask verify` on steps that are each broken in one way: what it says of them, and where.
//!
//! All broken steps stand in one course and are verified in one run, which takes little longer than verifying one.

use std::sync::LazyLock;

use fs_err as fs;
use harness::Trial;
use testkit::{Course, Program, Run, Step};

const PROGRAM: Program = testkit::program!("author");

const STUB: &str = "exercise/src/lib.rs";
const CASES: &str = "exercise/cases.rs";
const TOML: &str = "exercise/exercise.toml";
const README: &str = "exercise/README.md";
const PICTURE: &str = "exercise/pictures/loss-by-weight.svg";
const SOLUTION: &str = "solution/src/lib.rs";
const MISTAKES: &str = "solution/mistakes.toml";

const SUM: &str = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";

#[test]
fn a_sound_step_is_sound() {
    let verified = verify("sound");
    assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{}", verified.stdout);
    assert!(
        verified.stdout.starts_with("  1 sound  3 functions, 4 cases, 3 mistakes (3 told apart): sound\n"),
        "{}",
        verified.stdout
    );
}

/// Takes minutes: `cargo test -p author --test verify -- --ignored`.
#[test]
#[ignore = "verifies all steps, each case of each mistake in a process of its own"]
fn each_case_answers_alone_as_it_does_beside_the_others() {
    let course = PROGRAM.course("verify-alone").with_all_steps();
    for folder in fs::read_dir(course.path("solutions")).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        let step = course.named(folder.split_once('-').unwrap().1);
        // A word that may stand for what one case leaves behind for the next: such code shares no process.
        step.append(SOLUTION, "\n// static\n");
        step.write_stub();
    }
    // Against snapshots that were recorded with all cases in one process.
    let verified = course.xtask(&["verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn one_fault_is_enough_to_fail() {
    let verified = verify("function-without-a-hint");
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    assert!(verified.stdout.contains("3 mistakes (3 told apart): 1 fault\n"), "{}", verified.stdout);
}

#[test]
fn what_is_still_to_be_written_is_listed_and_no_fault() {
    let verified = verify("unfinished");
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    assert!(!verified.stdout.contains("Faults:"), "{}", verified.stdout);
    let (_, to_do) = verified.stdout.split_once("\nTo do:\n").unwrap();
    assert_eq!(to_do.lines().take_while(|line| !line.is_empty()).count(), 3, "{to_do}");
}

#[test]
fn a_malformed_exercise_is_named_with_its_line() {
    let course = PROGRAM.course("verify-malformed");
    let step = course.step("two-hints");
    let hints = hints_of(&step, "predict");
    step.change(TOML, &hints, "hints = [\"One.\", \"Two.\"]");
    let verified = course.xtask(&["verify"]);
    let line = 1 + step.read(TOML).lines().position(|line| line.contains("\"One.\"")).unwrap();
    assert_eq!((verified.code, verified.stdout.as_str()), (2, ""));
    assert!(
        verified
            .stderr
            .starts_with(&format!("error: {}:{line}: ", step.within(TOML).replace('/', std::path::MAIN_SEPARATOR_STR))),
        "{}",
        verified.stderr
    );
}

#[test]
fn a_step_that_cannot_be_read_and_a_folder_that_is_none_leave_the_others_verified() {
    let course = PROGRAM.course("verify-unreadable");
    course.step("sound");
    let step = course.step("unreadable");
    step.append(TOML, "[[case]\n");
    course.write("exercises/03-not-listed/Cargo.toml", "");
    course.write("solutions/01-sound copy/Cargo.toml", &course.read("solutions/01-sound/Cargo.toml"));
    let verified = course.xtask(&["verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    for said in [
        "  1 sound  3 functions, 4 cases, 3 mistakes (3 told apart): sound\n\nFaults:\n",
        &format!("  {}:54: unclosed array table, expected `]`\n", step.within(TOML)),
        "  exercises/03-not-listed: this folder is not a step; list it in Cargo.toml or put it elsewhere\n  \
           solutions/01-sound copy: this folder is not a step; list it in Cargo.toml or put it elsewhere\n",
    ] {
        assert!(verified.stdout.contains(said), "{said}: {}", verified.stdout);
    }
    assert_eq!(course.xtask(&["verify", "sound"]).code, 0);
    assert_eq!(course.xtask(&["verify", "unreadable"]).code, 1);
}

#[cfg(unix)]
#[test]
fn progress_says_how_far_it_is_on_a_terminal_and_nowhere_else() {
    let course = PROGRAM.course("verify-progress");
    course.step("progressing");
    for (arguments, code) in [(["grade", "--fresh"], 1), (["verify", "1"], 0)] {
        let session = testkit::Session::start(course.command(&arguments), 60, 15);
        let ended = session.end().0;
        let text = session.written();
        assert_eq!(ended, code, "{text}");
        let mut told: Vec<&str> = text.split("\r\x1b[K").collect();
        let report = told.pop().unwrap();
        assert!(told.iter().all(|line| line.chars().count() < 60 && !line.contains('\n')), "{told:?}");
        assert!(told.contains(&"building the steps: 1 of 1, 01-progressing"), "{told:?}");
        let running: Vec<&&str> = told.iter().filter(|line| line.starts_with("running the cases: ")).collect();
        let last = running.last().unwrap();
        let all = last.strip_prefix("running the cases: ").and_then(|counts| counts.split(' ').next()).unwrap();
        assert_eq!(**last, format!("running the cases: {all} of {all}, 01-progressing"));

        let piped = course.xtask(&arguments);
        assert_eq!((piped.code, piped.stderr.as_str()), (code, ""));
        for text in [report, &piped.stdout] {
            assert!(!text.contains("building the steps: ") && !text.contains("running the cases: "), "{text}");
        }
    }
}

#[test]
fn faults_of_stubs_are_named_with_their_place() {
    check(STUBS);
}

#[test]
fn faults_of_solutions_are_named_with_their_place() {
    check(SOLUTIONS);
}

#[test]
fn faults_of_mistakes_are_named_with_their_place() {
    check(KNOWN_MISTAKES);
}

#[test]
fn faults_of_snapshots_are_named_with_their_place() {
    check(SNAPSHOTS);
}

#[test]
fn faults_of_functions_and_cases_are_named_with_their_place() {
    check(FUNCTIONS);
}

#[test]
fn faults_of_readmes_are_named_with_their_place() {
    check(READMES);
}

/// A step that is broken in one way.
struct Broken {
    /// The step's name, which says how.
    name: &'static str,
    /// Breaks a sound step.
    breaks: fn(&Step<'_>),
    /// All that is to be said of it, in any order.
    said: &'static [Said],
}

/// What is to be said: a file, a text on the line or nothing where no line is named, and a part of the message.
type Said = (&'static str, Option<&'static str>, &'static str);

const NOT_DERIVED: &str = "the stub does not match the solution";
const STALE: &str = "the snapshot does not match the answers of the solution; record it: `cargo xtask bless ";

const STUBS: &[Broken] = &[
    Broken {
        name: "stub-with-a-type-error",
        breaks: |step| step.change(STUB, "todo!(\"return the base", "let _: u8 = \"\"; todo!(\"return the base"),
        said: &[
            (STUB, Some("let _: u8"), "the stub does not compile: mismatched types"),
            (STUB, Some("let _: u8"), NOT_DERIVED),
        ],
    },
    Broken {
        name: "stub-with-a-warning",
        // A part that only the solution's bodies use.
        breaks: |step| {
            step.change_solution(
                "\n/// The loss of a weight",
                "\nfn zero() -> f64 {\n    0.0\n}\n\n/// The loss of a weight",
            );
            step.change(SOLUTION, "    let error = predicted", "    let error = zero() + predicted");
        },
        said: &[(STUB, Some("fn zero"), "the stub compiles with a warning: function `zero` is never used")],
    },
    Broken {
        name: "stub-with-a-part-of-the-solution",
        breaks: |step| {
            step.change(
                STUB,
                "todo!(\"return the base price plus the weight for every square foot\")",
                "BASE_PRICE + sqft_weight * sqft",
            );
        },
        said: &[
            (STUB, Some("    BASE_PRICE + sqft"), NOT_DERIVED),
            (
                CASES,
                Some("case(\"price-of-a-house\""),
                "on the stub, case `price-of-a-house` is not \"not started\" but \"passed\"",
            ),
        ],
    },
    Broken {
        name: "stub-with-other-words",
        breaks: |step| step.change(STUB, "/// How wrong one prediction is:", "/// How bad one prediction is:"),
        said: &[(STUB, Some("/// How bad one"), NOT_DERIVED)],
    },
    Broken {
        name: "stub-with-another-signature",
        breaks: |step| {
            step.change(
                STUB,
                "pub fn predict(sqft_weight: f64, sqft: f64)",
                "pub fn predict(sqft_weight: f64, size: f64)",
            )
        },
        said: &[(STUB, Some("pub fn predict"), NOT_DERIVED)],
    },
    Broken {
        name: "stub-without-its-end",
        breaks: |step| step.append(STUB, "// the end\n"),
        said: &[(STUB, Some("// the end"), "the end of the file is expected here")],
    },
    Broken {
        name: "stub-without-its-last-line-end",
        breaks: |step| {
            step.append(SOLUTION, "\n// The end.\n");
            step.write_stub();
            step.write(STUB, step.read(STUB).trim_end());
        },
        said: &[(STUB, Some("// The end."), "another end of the line is expected here")],
    },
    Broken {
        name: "stub-from-another-system",
        breaks: |step| step.write(STUB, &step.read(STUB).replace('\n', "\r\n")),
        said: &[],
    },
    Broken {
        name: "case-that-calls-nothing",
        breaks: |step| {
            step.change(CASES, "calculate_loss(&[], weight)", "0.0");
            let loss = "(50_000.0 + weight * one[0].sqft - one[0].price).powi(2)";
            step.change(CASES, "calculate_loss(one, weight)", loss);
        },
        said: &[
            (
                CASES,
                Some("case(\"loss-of-no-houses\""),
                "on the stub, case `loss-of-no-houses` is not \"not started\" but \"passed\"",
            ),
            ("exercise/snapshots/mistakes/base-forgotten.snap", None, STALE),
            ("exercise/snapshots/mistakes/error-not-squared.snap", None, STALE),
        ],
    },
];

const SOLUTIONS: &[Broken] = &[
    Broken {
        name: "solution-that-is-wrong",
        breaks: |step| {
            step.change(SOLUTION, SUM, &format!("if houses.is_empty() {{\n        return 1.0;\n    }}\n    {SUM}"))
        },
        said: &[
            ("exercise/snapshots/loss-of-no-houses.snap", None, STALE),
            ("exercise/snapshots/mistakes/base-forgotten.snap", None, STALE),
            ("exercise/snapshots/mistakes/error-not-squared.snap", None, STALE),
        ],
    },
    Broken {
        name: "solution-that-panics",
        breaks: |step| {
            step.change(
                SOLUTION,
                "    let error = predicted - actual;",
                "    assert!(predicted <= actual, \"too high\");\n    let error = predicted - actual;",
            )
        },
        said: &[(SOLUTION, None, "case `error-squared` on lesson: the solution panicked: too high")],
    },
    Broken {
        name: "solution-that-panics-on-some-houses",
        breaks: |step| {
            let panics = format!(
                "    assert!(sqft != {:?}, \"of all sizes\");\n    BASE_PRICE + sqft_weight * sqft",
                rare_size()
            );
            step.change(SOLUTION, "    BASE_PRICE + sqft_weight * sqft", &panics);
        },
        said: &[(SOLUTION, None, "case `price-of-a-house` on fresh-1003: the solution panicked: of all sizes")],
    },
    Broken {
        name: "solution-that-is-no-number",
        breaks: |step| {
            step.change(
                SOLUTION,
                "    BASE_PRICE + sqft_weight * sqft",
                "    if sqft == 0.0 {\n        return f64::NAN;\n    }\n    BASE_PRICE + sqft_weight * sqft",
            )
        },
        said: &[(SOLUTION, None, "case `price-of-a-house` on lesson: the solution answers NaN")],
    },
    Broken {
        name: "solution-that-looks-at-the-clock",
        breaks: |step| {
            let clock = "std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as f64";
            let looks = format!(
                "    if sqft == {:?} {{\n        return {clock};\n    }}\n    BASE_PRICE + sqft_weight * sqft",
                rare_size()
            );
            step.change(SOLUTION, "    BASE_PRICE + sqft_weight * sqft", &looks);
        },
        said: &[
            (SOLUTION, None, "case `price-of-a-house` on fresh-1003 gives other answers in a second run"),
            (SOLUTION, None, "case `loss-by-weight` on fresh-1003 gives other answers in a second run"),
            (SOLUTION, None, "case `loss-of-no-houses` on fresh-1003 gives other answers in a second run"),
        ],
    },
    Broken {
        name: "solution-that-does-not-compile",
        breaks: |step| step.change(SOLUTION, "    let error =", "    let sign = sine(predicted);\n    let error ="),
        said: &[(SOLUTION, Some("sine(predicted)"), "Cargo.toml: cannot find function `sine` in this scope")],
    },
    Broken {
        name: "solution-that-hides-a-function",
        breaks: |step| step.change(SOLUTION, "pub fn squared_error", "fn squared_error"),
        said: &[
            (STUB, Some("pub fn squared_error"), NOT_DERIVED),
            (
                CASES,
                Some("squared_error}"),
                "the cases do not compile with the solution: function `squared_error` is private",
            ),
        ],
    },
    Broken {
        name: "manifest-without-the-harness",
        breaks: |step| step.change("exercise/Cargo.toml", "harness.workspace = true\n", ""),
        said: &[(
            CASES,
            Some("use harness::"),
            "the cases do not compile with the solution: unresolved import `harness`",
        )],
    },
    Broken {
        name: "solution-with-an-open-body",
        breaks: |step| step.change(SOLUTION, "    error * error\n    // done\n", "    error * error\n"),
        said: &[(SOLUTION, Some("// todo!(\"return the square"), "this part is not closed with `// done`")],
    },
];

const KNOWN_MISTAKES: &[Broken] = &[
    Broken {
        name: "mistake-of-another-text",
        breaks: |step| step.add_mistake("not-here", "BASE_PRICE - sqft", "0.0"),
        said: &[(MISTAKES, Some("\"not-here\""), "mistake `not-here`: the text to replace is not in solutions/")],
    },
    Broken {
        name: "mistake-in-two-places",
        breaks: |step| step.add_mistake("here-and-there", "error", "0.0"),
        said: &[(MISTAKES, Some("\"here-and-there\""), "the text to replace occurs more than once in solutions/")],
    },
    Broken {
        name: "mistake-outside-the-bodies",
        breaks: |step| step.add_mistake("another-base", "50_000.0;", "60_000.0;"),
        said: &[(MISTAKES, Some("\"another-base\""), "the text to replace is not inside one marked body")],
    },
    Broken {
        name: "mistake-listed-twice",
        breaks: |step| {
            step.add_mistake("again", "error * error", "0.0");
            step.change(MISTAKES, "name = \"again\"", "name = \"base-forgotten\" # again");
        },
        said: &[(MISTAKES, Some("# again"), "a mistake `base-forgotten` is listed already")],
    },
    Broken {
        name: "mistake-that-does-not-compile",
        breaks: |step| step.add_mistake("what-is-size", "sqft_weight * sqft", "sqft_weight * size"),
        said: &[(
            MISTAKES,
            Some("\"what-is-size\""),
            "mistake `what-is-size` does not compile: cannot find value `size` in this scope",
        )],
    },
    Broken {
        name: "mistake-that-compiles-alone",
        // With the others it is a body among bodies.
        breaks: |step| {
            step.add_mistake("beyond-its-body", "error * error", "3.0 * error } fn rest(error: f64) -> f64 { error");
        },
        said: &[("exercise/snapshots/mistakes/beyond-its-body.snap", None, "the snapshot is missing")],
    },
    Broken {
        name: "mistake-that-is-none",
        breaks: |step| step.add_mistake("power-of-two", "error * error", "error.powi(2)"),
        said: &[(
            MISTAKES,
            Some("\"power-of-two\""),
            "mistake `power-of-two` is caught by no case: it answers as the solution does",
        )],
    },
    Broken {
        name: "mistake-as-another",
        breaks: |step| step.add_mistake("no-base", "BASE_PRICE +", "0.0 +"),
        said: &[
            ("exercise/snapshots/mistakes/no-base.snap", None, "the snapshot is missing"),
            (
                MISTAKES,
                Some("\"no-base\""),
                "mistake `no-base` answers as `base-forgotten` does; add a case that tells them apart",
            ),
            (
                MISTAKES,
                Some("\"base-forgotten\""),
                "mistake `base-forgotten` answers as `no-base` does; add a case that tells them apart",
            ),
        ],
    },
    Broken {
        name: "mistake-without-an-end",
        breaks: |step| {
            step.add_mistake(
                "round-and-round",
                SUM,
                &format!("while houses.is_empty() {{ std::thread::park(); }} {SUM}"),
            )
        },
        said: &[(
            MISTAKES,
            Some("\"round-and-round\""),
            "mistake `round-and-round` does not end in case `loss-of-no-houses`",
        )],
    },
    Broken {
        name: "mistake-that-cannot-be-named",
        breaks: |step| step.add_mistake("gives-up", "error * error", "std::process::exit(0)"),
        said: &[
            ("exercise/snapshots/mistakes/gives-up.snap", None, "the snapshot is missing"),
            (
                MISTAKES,
                Some("\"gives-up\""),
                "mistake `gives-up` is not what the student reads: case `error-squared` of `squared_error` is crashed",
            ),
        ],
    },
];

const SNAPSHOTS: &[Broken] = &[
    Broken {
        name: "case-without-a-snapshot",
        breaks: |step| step.remove("exercise/snapshots/error-squared.snap"),
        said: &[(
            TOML,
            Some("name = \"error-squared\""),
            "case `error-squared` has no snapshot; record it: `cargo xtask bless case-without-a-snapshot`",
        )],
    },
    Broken {
        name: "mistake-without-a-snapshot",
        breaks: |step| step.remove("exercise/snapshots/mistakes/base-forgotten.snap"),
        said: &[(
            "exercise/snapshots/mistakes/base-forgotten.snap",
            None,
            "the snapshot is missing; record it: `cargo xtask bless mistake-without-a-snapshot`",
        )],
    },
    Broken {
        name: "snapshot-without-a-case",
        breaks: |step| {
            step.write("exercise/snapshots/of-old.snap", &step.read("exercise/snapshots/error-squared.snap"))
        },
        said: &[(
            "exercise/snapshots/of-old.snap",
            None,
            "no case has this snapshot; rename the case back or delete the file",
        )],
    },
    Broken {
        name: "snapshot-without-a-mistake",
        breaks: |step| {
            step.rename("exercise/snapshots/mistakes/base-forgotten.snap", "exercise/snapshots/mistakes/of-old.snap")
        },
        said: &[
            (
                "exercise/snapshots/mistakes/of-old.snap",
                None,
                "no mistake has this snapshot; rename the mistake back or delete the file",
            ),
            ("exercise/snapshots/mistakes/base-forgotten.snap", None, "the snapshot is missing"),
        ],
    },
    Broken {
        name: "stale-snapshot",
        breaks: |step| step.change("exercise/snapshots/loss-by-weight.snap", "303750000000.0", "303750001000.0"),
        said: &[("exercise/snapshots/loss-by-weight.snap", None, STALE)],
    },
    Broken {
        name: "stale-snapshot-of-a-mistake",
        breaks: |step| step.change("exercise/snapshots/mistakes/base-forgotten.snap", "1600000000.0", "1600001000.0"),
        said: &[("exercise/snapshots/mistakes/base-forgotten.snap", None, STALE)],
    },
    Broken {
        name: "snapshot-with-old-words",
        breaks: |step| step.change(MISTAKES, "says = \"Every price is", "says = \"Each price is"),
        said: &[(
            "exercise/snapshots/mistakes/base-forgotten.snap",
            None,
            "the snapshot has an old description; record it: `cargo xtask bless snapshot-with-old-words`",
        )],
    },
    Broken {
        name: "damaged-snapshot",
        breaks: |step| step.append("exercise/snapshots/loss-by-weight.snap", "1.0 -> 2.0 | 3.0\n"),
        said: &[(
            "exercise/snapshots/loss-by-weight.snap",
            Some("1.0 -> 2.0 | 3.0"),
            "the row has 3 cells for 2 columns",
        )],
    },
];

const FUNCTIONS: &[Broken] = &[
    Broken {
        name: "function-without-a-case",
        breaks: |step| {
            add_function(step);
            step.append(TOML, "\n[[function]]\nname = \"double\"\nhints = [\"One.\", \"Two.\", \"Three.\"]\n");
        },
        said: &[
            (TOML, Some("name = \"double\""), "`double` has no case"),
            (TOML, Some("name = \"double\""), "`double` has no known mistake in solutions/"),
            (README, None, "the README does not name `double`"),
        ],
    },
    Broken {
        name: "function-without-a-hint",
        breaks: |step| step.change(TOML, &hints_of(step, "predict"), "hints = [\"One.\", \" \", \"Three.\"]"),
        said: &[(TOML, Some("name = \"predict\""), "`predict` has an empty hint")],
    },
    Broken {
        name: "function-without-a-body",
        breaks: |step| {
            step.change(SOLUTION, "    // todo!(\"return the square of the difference\")\n", "");
            step.change_solution("    error * error\n    // done\n", "    error * error\n");
            // A mistake would have no body to be in.
            step.remove_mistake("error-not-squared");
        },
        said: &[
            (TOML, Some("name = \"squared_error\""), "`squared_error` has no body between `// todo!(…)` and `// done`"),
            (TOML, Some("name = \"squared_error\""), "`squared_error` has no known mistake in solutions/"),
            (
                CASES,
                Some("case(\"error-squared\""),
                "on the stub, case `error-squared` is not \"not started\" but \"passed\"",
            ),
        ],
    },
    Broken {
        name: "body-without-a-function",
        breaks: add_function,
        said: &[(
            SOLUTION,
            Some("pub fn double"),
            "`double` is to be written, but exercise.toml has no [[function]] for it",
        )],
    },
    Broken {
        name: "case-that-is-not-graded",
        breaks: |step| step.change(CASES, "harness::main(&[", "harness::main(&[case(\"one-more\", loss_by_weight),"),
        said: &[(CASES, Some("\"one-more\""), "case `one-more` is run here, but ")],
    },
    Broken {
        name: "case-that-is-not-run",
        breaks: |step| {
            step.append(TOML, "\n[[case]]\nname = \"one-more\"\ntitle = \"One more\"\nfunction = \"predict\"\n");
            step.write(
                "exercise/snapshots/one-more.snap",
                &step.read("exercise/snapshots/price-of-a-house.snap").replace("# price-of-a-house,", "# one-more,"),
            );
        },
        said: &[(TOML, Some("name = \"one-more\""), "case `one-more` is not in ")],
    },
    #[cfg(target_os = "linux")]
    Broken {
        name: "slow-case",
        breaks: |step| {
            step.append(
                CASES,
                "
fn compute_for(seconds: u64) {
    let used = || -> Option<u64> {
        std::fs::read_to_string(\"/proc/thread-self/schedstat\").ok()?.split(' ').next()?.parse().ok()
    };
    let end = used().map(|used| used + seconds * 1_000_000_000);
    while used() < end {}
}
",
            );
            beyond_the_graded_trials(step, "compute_for(2);");
        },
        said: &[(CASES, Some("case(\"price-of-a-house\""), "case `price-of-a-house` takes the solution 2.")],
    },
    Broken {
        name: "case-that-waits",
        // As each does that shares the machine with others.
        breaks: |step| beyond_the_graded_trials(step, "std::thread::sleep(std::time::Duration::from_millis(1_500));"),
        said: &[],
    },
    Broken {
        name: "unfinished",
        breaks: |step| {
            step.append(README, "\nTODO: a picture of the valley\n");
            step.append(MISTAKES, "\n# TODO: what else goes wrong?\n");
            step.append(TOML, "\n# TODO: a case for huge houses\n");
        },
        said: &[
            (README, Some("TODO"), "TODO: a picture of the valley"),
            (MISTAKES, Some("TODO"), "# TODO: what else goes wrong?"),
            (TOML, Some("TODO"), "# TODO: a case for huge houses"),
        ],
    },
];

const READMES: &[Broken] = &[
    Broken {
        name: "readme-without-a-function",
        breaks: |step| {
            step.write(
                README,
                &step
                    .read(README)
                    .replace("`squared_error(", "`error_squared(")
                    .replace("`squared_error`", "the error")
                    .replace("- `error_squared(", "- of `error_squared("),
            )
        },
        said: &[(README, None, "the README does not name `squared_error`")],
    },
    Broken {
        name: "readme-with-a-function-too-many",
        breaks: |step| {
            step.change(
                README,
                "- `squared_error(",
                "- `absolute_error(predicted, actual)`: for later.\n- `squared_error(",
            )
        },
        said: &[(
            README,
            Some("- `absolute_error("),
            "the README lists `absolute_error`, which the step does not have",
        )],
    },
    Broken {
        name: "readme-without-a-table",
        breaks: |step| step.change(README, "```text case=loss-by-weight", "```text"),
        said: &[(README, None, "the README quotes no table of the solution")],
    },
    Broken {
        name: "readme-with-a-stale-table",
        breaks: |step| step.change(README, "   100  -> 135,000,000,000\n", "   100  -> 135,000,000,001\n"),
        said: &[(
            README,
            Some("   100  -> 135,000,000,001"),
            "the table does not match the answers of the solution; record it: `cargo xtask bless readme-with-a-stale-table`",
        )],
    },
    Broken {
        name: "readme-with-a-table-of-no-case",
        breaks: |step| step.change(README, "```text case=loss-by-weight", "```text case=loss-by-size"),
        said: &[(README, Some("case=loss-by-size"), "the step has no case `loss-by-size`")],
    },
    Broken {
        name: "readme-with-an-open-table",
        breaks: |step| {
            let (head, _) = step
                .read(README)
                .split_once("   300  -> 135")
                .map(|(head, tail)| (head.to_owned(), tail.to_owned()))
                .unwrap();
            let functions = "\n`predict`, `squared_error`, `calculate_loss`\n";
            step.write(README, &(head + functions));
        },
        said: &[(README, Some("case=loss-by-weight"), "this block is not closed")],
    },
    Broken {
        name: "readme-with-a-stale-picture",
        breaks: |step| step.change(PICTURE, "<title>", "<title>Once: "),
        said: &[(
            PICTURE,
            None,
            "the picture does not match the answers of the solution; record it: `cargo xtask bless readme-with-a-stale-picture`",
        )],
    },
    Broken {
        name: "readme-with-a-missing-picture",
        breaks: |step| step.remove(PICTURE),
        said: &[(README, Some("](pictures/"), "loss-by-weight.svg is missing; record it: `cargo xtask bless ")],
    },
    Broken {
        name: "readme-that-does-not-show-a-picture",
        breaks: |step| {
            step.write("exercise/pictures/of-old.svg", &step.read(PICTURE));
            step.write("exercise/pictures/notes.txt", "what to draw\n");
        },
        said: &[
            ("exercise/pictures/of-old.svg", None, "the README does not show this file; show it or delete it"),
            ("exercise/pictures/notes.txt", None, "the README does not show this file; show it or delete it"),
        ],
    },
    Broken {
        name: "readme-with-a-picture-of-no-case",
        breaks: |step| step.append(README, "\n![The loss by size.](pictures/loss-by-size.svg)\n"),
        said: &[(README, Some("loss-by-size.svg"), "has no case `loss-by-size` and no [[picture]] of this name")],
    },
    Broken {
        name: "readme-with-a-picture-of-a-case-without-a-plot",
        breaks: |step| step.append(README, "\n![Errors and their squares.](pictures/error-squared.svg)\n"),
        said: &[(
            README,
            Some("error-squared.svg"),
            "case `error-squared` has no plot to be drawn; declare it as [case.plot]",
        )],
    },
    Broken {
        name: "readme-with-images-without-words",
        breaks: |step| {
            step.append(README, "\n![](https://example.org/valley.png) and\n![ ](fog.jpg \"fog\")\n");
            step.append(README, "\n`![](in-code.png)` ![`f`](of-code.png) ![**a** b](of-emphasis.png)\n");
        },
        said: &[
            (
                README,
                Some("valley.png"),
                "this image has no alternative text; say between `![` and `]` what is to be seen",
            ),
            (README, Some("fog.jpg"), "this image has no alternative text"),
        ],
    },
    Broken {
        name: "readme-without-a-declared-picture",
        breaks: |step| declare_picture(step, "loss"),
        said: &[(
            TOML,
            Some("name = \"valley\""),
            "the README does not show the picture `valley`: `![…](pictures/valley.svg)`",
        )],
    },
    Broken {
        name: "picture-of-no-column",
        breaks: |step| {
            declare_picture(step, "height");
            step.append(README, "\n![The valley.](pictures/valley.svg)\n");
        },
        said: &[(
            TOML,
            Some("column = \"height\""),
            "the table of case `loss-by-weight` has no column `height`; it has `weight`, `loss`",
        )],
    },
    Broken {
        name: "readme-with-stale-numbers",
        breaks: |step| {
            step.append(README, "\nFirst 33.8 billion<!--= loss-by-weight[weight=150].loss -->,\n");
            step.append(README, "then 303,750,000,001<!--= loss-by-weight[weight=50].loss --> and\n");
            step.append(README, "300.0 billion<!--= loss-by-weight[weight=50].loss -->.\n");
            step.append(README, "\n<details><summary>Why?</summary>\nBecause of 2<!--= loss-by-weight[weight=50].loss -->\n</details>\n");
        },
        said: &[
            (
                README,
                Some("then 303,"),
                "the number does not match the answers of the solution, where it is 303,750,000,000; record it: `cargo xtask bless ",
            ),
            (
                README,
                Some("300.0"),
                "the number does not match the answers of the solution, where it is 303.8 billion; record it: ",
            ),
            (
                README,
                Some("Because of"),
                "the number does not match the answers of the solution, where it is 303,750,000,000; record it: ",
            ),
        ],
    },
    Broken {
        name: "readme-with-numbers-of-no-cell",
        breaks: |step| {
            step.append(README, "\nOne 3<!--= loss-by-size.loss -->,\n");
            step.append(README, "two 3<!--= loss-by-weight[weight=175].loss -->,\n");
            step.append(README, "three 3<!--= loss-by-weight[weight=150].price -->,\n");
            step.append(README, "four <!--= loss-by-weight[weight=150].loss -->,\n");
            step.append(README, "`five 3<!--= in-code -->` and <!-- six -->.\n");
        },
        said: &[
            (README, Some("One 3"), "the step has no case `loss-by-size`"),
            (README, Some("two 3"), "no row of `loss-by-weight` is the one that the mark names"),
            (README, Some("three 3"), "`loss-by-weight` has no column `price`; it has `weight`, `loss`"),
            (README, Some("four <"), "no number stands directly before `<!--=`"),
        ],
    },
];

/// All steps, and what a run on all of them said.
static VERIFIED: LazyLock<(Course, Run)> = LazyLock::new(|| {
    let course = PROGRAM.course("verify");
    course.step("sound");
    for broken in all() {
        (broken.breaks)(&course.step(broken.name));
    }
    let run = course.xtask(&["verify"]);
    (course, run)
});

fn all() -> impl Iterator<Item = &'static Broken> {
    [STUBS, SOLUTIONS, KNOWN_MISTAKES, SNAPSHOTS, FUNCTIONS, READMES].into_iter().flatten()
}

fn check(group: &[Broken]) {
    let (course, run) = &*VERIFIED;
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{}", run.stdout);
    let unlike: Vec<String> =
        group.iter().filter_map(|broken| unlike(broken, &course.named(broken.name), run)).collect();
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}

/// What is said of a step beside what is to be said, if that is not the same.
fn unlike(broken: &Broken, step: &Step<'_>, run: &Run) -> Option<String> {
    let mut notes = notes_of(step, run);
    let mut missing = Vec::new();
    for (file, text, message) in broken.said {
        let place = match text {
            Some(text) => format!("{file}:{}: ", line_with(step, file, text)),
            None => format!("{file}: "),
        };
        match notes.iter().position(|note| note.starts_with(&place) && note.contains(message)) {
            Some(at) => drop(notes.remove(at)),
            None => missing.push(format!("{place}{message}")),
        }
    }
    let list = |notes: &[String]| notes.iter().map(|note| format!("    {note}\n")).collect::<String>();
    let same = missing.is_empty() && notes.is_empty();
    (!same).then(|| format!("{}\n  not said:\n{}  said:\n{}", broken.name, list(&missing), list(&notes)))
}

/// The notes on a step, with its files named as in this test.
fn notes_of(step: &Step<'_>, run: &Run) -> Vec<String> {
    let (_, notes) = run.stdout.split_once("\n\n").unwrap();
    let own = notes.lines().filter_map(|line| {
        ["exercise", "solution"].iter().find_map(|folder| {
            Some(format!("{folder}/{}", line.strip_prefix(&format!("  {folder}s/{}/", step.folder))?))
        })
    });
    own.collect()
}

/// The line, from 1, that holds a text in a file of a broken step.
fn line_with(step: &Step<'_>, file: &str, text: &str) -> usize {
    let at = step.read(file).lines().position(|line| line.contains(text));
    1 + at.unwrap_or_else(|| panic!("`{text}` is to be in {}", step.within(file)))
}

/// Verifies one of the steps alone.
fn verify(name: &str) -> Run {
    VERIFIED.0.xtask(&["verify", name])
}

/// The line of the hints of a function, and those that follow, up to the closing bracket.
fn hints_of(step: &Step<'_>, function: &str) -> String {
    let text = step.read(TOML);
    let (_, rest) = text.split_once(&format!("name = \"{function}\"\n")).unwrap();
    let (hints, _) = rest.split_once("\n]\n").unwrap();
    format!("{hints}\n]")
}

/// Declares a picture `valley`, of a column by the weight.
fn declare_picture(step: &Step<'_>, column: &str) {
    let picture = format!(
        "\n[[picture]]\nname = \"valley\"\ntitle = \"the valley\"\ncase = \"loss-by-weight\"\n\n[picture.plot]\n\
         x = {{ column = \"weight\" }}\ny = {{ column = \"{column}\" }}\n"
    );
    step.append(TOML, &picture);
}

/// Adds a function that the student is to write.
fn add_function(step: &Step<'_>) {
    step.append(
        SOLUTION,
        "\n/// Twice a number.\npub fn double(number: f64) -> f64 {\n    // todo!(\"return twice the number\")\n    \
         2.0 * number\n    // done\n}\n",
    );
    step.write_stub();
}

/// A size that a house of an ungraded trial has, and no house of a graded one.
fn rare_size() -> f64 {
    let graded: Vec<f64> = Trial::GRADED.iter().flat_map(Trial::houses).map(|house| house.sqft).collect();
    let mut ungraded = Trial::Fresh(1003).houses().into_iter().map(|house| house.sqft);
    ungraded.find(|size| !graded.contains(size)).unwrap()
}

/// Lets a case do something more on one of the trials that only `verify` runs.
fn beyond_the_graded_trials(step: &Step<'_>, does: &str) {
    let head = "fn price_of_a_house(trial: &Trial, table: &mut Table) {\n";
    step.change(CASES, head, &format!("{head}    if *trial == Trial::Fresh(1003) {{\n        {does}\n    }}\n"));
}
