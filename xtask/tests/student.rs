//! The students' commands beside `grade`: hints, the list, going back to the stub, and the solution.

use testkit::{LOSS, PREDICT, Program, Run, SQUARED_ERROR, assert_golden};

const PROGRAM: Program = testkit::program!("xtask");

/// What a command that did its work said.
fn said(run: Run) -> String {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run.stdout
}

/// Why a command could not do its work: one line.
fn refusal(run: Run) -> String {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run.stderr
}

#[test]
fn alone_it_shows_what_there_is_and_where_to_begin() {
    let course = PROGRAM.course("student-alone");
    let alone = said(course.xtask(&[]));
    assert!(alone.lines().all(|line| line.chars().count() <= 60), "{alone}");
    assert_golden!("xtask_alone", &alone);
    assert_eq!(said(course.xtask(&["--help"])), alone);
    assert_eq!(said(course.xtask(&["help"])), alone);
}

#[test]
fn the_help_of_each_command_has_an_example_and_fits_80_columns() {
    let course = PROGRAM.course("student-help");
    let alone = said(course.xtask(&[]));
    let commands: Vec<&str> =
        alone.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert!(commands.starts_with(&["grade", "watch", "hint"]), "{commands:?}");
    for command in commands {
        let help = said(course.xtask(&[command, "--help"]));
        assert!(help.contains(&format!("Example: cargo xtask {command}")), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}

#[test]
#[cfg(unix)]
fn on_a_narrow_terminal_no_word_of_help_and_errors_is_torn() {
    let course = PROGRAM.course("student-narrow-words");
    course.step("narrow");
    let alone = said(course.xtask(&[]));
    let commands = alone.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let helps = commands.map(|command| vec![command, "--help"]);
    let faults = [vec!["grade", "a-step-that-is-not-there"], vec!["list"]];
    for words in helps.chain(faults) {
        let mut command = course.command(&words);
        command.env("TERM", "xterm-256color").env("NO_COLOR", "1").env_remove("COLUMNS");
        let session = testkit::Session::start(command, 60, 60);
        session.end();
        let written = session.written();
        assert!(!written.is_empty() && written.lines().all(|line| line.chars().count() <= 60), "{words:?}\n{written}");
    }
}

#[test]
fn a_program_of_another_clone_works_only_in_the_course_that_is_named() {
    let course = PROGRAM.course("student-clone");
    course.step("cloned");
    // By this file a folder is known for a course in which `cargo xtask` works.
    course.write("xtask/start/Cargo.toml", "");
    let run_in = |folder: &str, words: &[&str]| {
        let mut command = course.command_in(std::path::Path::new(PROGRAM.path));
        Run::from(command.args(words).current_dir(course.path(folder)).output().unwrap())
    };
    for command in ["list", "grade", "watch", "verify"] {
        let refused = refusal(run_in("exercises/01-cloned", &[command]));
        assert!(refused.starts_with("error: this program is the one of the course in "), "{refused}");
        assert!(refused.ends_with("student-clone; call `cargo xtask` there\n"), "{refused}");
    }
    assert!(said(run_in(".", &["list", "--course", "."])).contains("1 cloned"));
    let refused = refusal(run_in(".", &["grade", "1", "--course", "/no/such/folder"]));
    assert_eq!(
        refused,
        "error: there is no folder /no/such/folder; name the folder of a course after `--course`, or leave it out\n"
    );
    assert!(said(run_in(".", &["--help"])).contains("cargo xtask grade"));
    // Here, it is the program of the course around.
    course.remove("xtask/start/Cargo.toml");
    assert!(said(run_in(".", &["list"])).contains("1 loss"));
}

#[cfg(unix)]
#[test]
fn a_command_of_another_program_is_left_to_the_launcher() {
    let course = PROGRAM.course("student-launched");
    course.step("launched");
    course.write_script("launcher.sh", "echo \"$XTASK_PROGRAM: $*\"\nexit 7\n");
    let words = format!("--course {} watch launched\n", course.root().display());
    let launcher = course.path("launcher.sh");
    let launched = course.xtask_in(&["watch", "launched"], &[("XTASK_LAUNCHER", launcher.to_str().unwrap())]);
    assert_eq!((launched.code, launched.stdout), (7, format!("tui: {words}")));
    for (variables, reason) in [
        (&[][..], "error: this program was not started by `cargo xtask`, which alone can start the program"),
        (&[("XTASK_LAUNCHER", "no-such-launcher")], "error: no-such-launcher cannot be started: "),
    ] {
        let refused = refusal(course.xtask_in(&["watch"], variables));
        assert!(refused.starts_with(reason), "{refused}");
    }
}

#[test]
fn each_hint_says_more_until_the_last_which_is_repeated() {
    let course = PROGRAM.course("student-hints");
    course.step("hinted");
    course.step("hinted-too");
    let before = course.files();
    let first = said(course.xtask(&["hint"]));
    let hints =
        [first, said(course.xtask(&["hint", "1"])), said(course.xtask(&["hint"])), said(course.xtask(&["hint"]))];
    assert_golden!("hints", &hints.join("\n----\n\n"));
    // Cargo may drop from the lock file what this small course has no use for.
    let but_the_lock = |files: std::collections::BTreeMap<String, String>| {
        files.into_iter().filter(|(path, _)| path != "Cargo.lock").collect::<Vec<_>>()
    };
    assert_eq!(but_the_lock(course.files()), but_the_lock(before), "a hint changes no file of the course");
}

#[test]
fn hints_begin_anew_for_another_function_and_come_to_an_end() {
    let course = PROGRAM.course("student-other-hints");
    let (one, two) = (course.step("hinted-on"), course.step("hinted-on-too"));
    for _ in 0..2 {
        said(course.xtask(&["hint"]));
    }
    one.write_functions(&[PREDICT]);
    let other = said(course.xtask(&["hint"]));
    assert!(other.contains("  squared_error: hint 1 of 3\n"), "{other}");
    // The same function of another step is another function.
    let named = said(course.xtask(&["hint", "hinted-on-too"]));
    assert!(named.contains("  predict: hint 1 of 3\n") && named.contains("cargo xtask hint hinted-on-too"), "{named}");

    one.write_functions(&[SQUARED_ERROR, LOSS]);
    assert_eq!(said(course.xtask(&["hint", "1"])), "Step 1 is done: no hint is needed.\n");
    two.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    assert_eq!(said(course.xtask(&["hint"])), "Every step is done: no hint is needed.\n");
}

#[test]
fn where_a_step_does_not_compile_the_hint_is_for_the_function_with_the_error() {
    let course = PROGRAM.course("student-hint-for-an-error");
    let step = course.step("hinted-error");
    step.write_functions(&[(SQUARED_ERROR.0, "\"wrong\"")]);
    let hint = said(course.xtask(&["hint"]));
    assert!(hint.contains("It does not compile; `cargo xtask grade 1` shows"), "{hint}");
    assert!(hint.contains("  squared_error: hint 1 of 3\n"), "{hint}");

    let renamed = step.read("exercise/src/lib.rs").replace("\"wrong\"", SQUARED_ERROR.1);
    step.write("exercise/src/lib.rs", &renamed.replace("fn calculate_loss", "fn loss"));
    let hint = said(course.xtask(&["hint"]));
    assert!(hint.contains("  calculate_loss: hint 1 of 3\n"), "{hint}");
}

#[test]
fn the_list_says_what_was_last_graded_and_what_changed_since() {
    let course = PROGRAM.course("student-list");
    let (one, _) = (course.step("listed"), course.step("listed-too"));
    // Were anything built, this would be an error.
    let list = || said(course.xtask_in(&["list"], &[("CARGO", "no-such-cargo")]));
    let mut lists = vec![list()];

    one.write_functions(&[PREDICT, (SQUARED_ERROR.0, "predicted - actual")]);
    lists.push(list());
    assert_eq!(course.xtask(&["grade"]).code, 1);
    lists.push(said(course.xtask(&["list"])));
    one.write_functions(&[LOSS]);
    lists.push(said(course.xtask(&["list"])));
    assert_golden!("lists", &lists.join("\n----\n\n"));
}

#[test]
fn a_step_that_is_reset_is_no_longer_counted_as_done() {
    let course = PROGRAM.course("student-list-reset");
    let step = course.step("done-and-reset");
    step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    assert_eq!(course.xtask(&["grade"]).code, 0);
    let list = || said(course.xtask(&["list"]));
    assert!(list().starts_with("1 of 1 step done, 4 of 4 points\n"), "{}", list());

    said(course.xtask(&["reset", "1", "--yes"]));
    assert!(list().starts_with("0 of 1 step done, 0 of 4 points\n"), "{}", list());
    assert!(list().contains("not started"), "{}", list());
}

#[test]
fn bonus_steps_are_listed_below_the_others_and_hinted_at_after_them() {
    let course = PROGRAM.course("student-bonus");
    let (extra, without) = (course.step("an-extra"), course.step("no-extra"));
    let title = "title = \"How wrong is a weight?\"\n";
    extra.change("exercise/exercise.toml", title, &format!("{title}bonus = true\n"));
    let hint = said(course.xtask(&["hint"]));
    assert!(hint.starts_with("Step 2: How wrong is a weight?\n"), "{hint}");

    without.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    let hint = said(course.xtask(&["hint"]));
    assert!(hint.starts_with("Bonus step 1: How wrong is a weight?\n"), "{hint}");
    assert_golden!("a_list_with_a_bonus_step", &said(course.xtask(&["list"])));

    extra.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    assert_eq!(said(course.xtask(&["hint"])), "Every step is done: no hint is needed.\n");
}

#[test]
fn a_grade_that_timed_out_is_listed_as_such() {
    let course = PROGRAM.course("student-time");
    let step = course.step("endless");
    let endless = format!("while houses.is_empty() {{ std::thread::park() }} {}", LOSS.1);
    step.write_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, &endless)]);
    let graded = course.xtask(&["grade"]);
    assert!(graded.stdout.contains("calculate_loss: timed out"), "{}", graded.stdout);
    let list = said(course.xtask(&["list"]));
    assert!(list.contains("✗ timed out") && !list.contains('*'), "{list}");
}

#[test]
fn a_reset_puts_the_stub_back_and_keeps_each_file_that_was_there() {
    let course = PROGRAM.course("student-reset");
    let step = course.step("reset");
    let stub = step.read("exercise/src/lib.rs");
    let works = ["// first\n", "// second\n", "not even Rust\n"];
    for work in works {
        step.write("exercise/src/lib.rs", work);
        let said = said(course.xtask(&["reset", "reset", "--yes"]));
        assert!(
            said.starts_with("exercises/01-reset/src/lib.rs is the stub again. What was in it is now in"),
            "{said}"
        );
        assert_eq!(step.read("exercise/src/lib.rs"), stub);
        let (_, name) = said.trim_end().trim_end_matches('.').rsplit_once(['\n', ' ']).unwrap();
        assert_eq!(course.files()[name], work, "{said}");
    }
    let kept = |files: &std::collections::BTreeMap<String, String>| {
        files.keys().filter(|path| path.starts_with("exercises/01-reset/src/lib.2")).count()
    };
    assert_eq!(kept(&course.files()), works.len());

    let again = said(course.xtask(&["reset", "reset"]));
    assert!(again.contains("is already the stub; nothing was changed."), "{again}");
    let leads_nowhere = || {
        #[cfg(unix)]
        std::os::unix::fs::symlink("/nowhere/lib.rs", course.path("exercises/01-reset/src/lib.rs")).unwrap();
    };
    let not_there = || {};
    for is_there_instead in [&not_there as &dyn Fn(), &leads_nowhere] {
        step.remove("exercise/src/lib.rs");
        is_there_instead();
        let missing = said(course.xtask(&["reset", "reset"]));
        assert!(missing.contains("was missing; the stub is there now."), "{missing}");
        assert_eq!(step.read("exercise/src/lib.rs"), stub);
        assert_eq!(kept(&course.files()), works.len());
    }
}

#[test]
fn without_a_terminal_and_a_yes_nothing_is_reset_or_shown() {
    let course = PROGRAM.course("student-nobody");
    let step = course.step("unasked");
    step.write_functions(&[PREDICT]);
    let before = step.read("exercise/src/lib.rs");
    let refused = refusal(course.xtask(&["reset", "1"]));
    let reason = "error: there is work in exercises/01-unasked/src/lib.rs, and this is not a terminal; to put the stub \
                  back, run `cargo xtask reset 1 --yes`\n";
    assert_eq!(refused, reason);
    assert_eq!(step.read("exercise/src/lib.rs"), before);
    // A step is called as the person called it.
    for typed in ["1", "unasked", "exercises/01-unasked"] {
        let refused = refusal(course.xtask(&["solution", typed]));
        let reason = format!(
            "error: step 1 has not passed yet, and this is not a terminal; to see its solution anyway, run \
             `cargo xtask solution {typed} --yes`\n"
        );
        assert_eq!(refused, reason);
    }
    let refused = refusal(course.xtask(&["solution", "unaskedx"]));
    assert!(refused.contains("did you mean `unasked`?"), "{refused}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let course = PROGRAM.course("student-full-disk");
    let step = course.step("full");
    step.write("exercise/src/lib.rs", "// work\n");
    let reset = course.command(&["reset", "full", "--yes"]);
    let before = course.files();
    // No file may grow beyond nothing, as on a disk without room.
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    limited.arg(reset.get_program()).args(reset.get_args());
    refusal(Run::from(limited.output().unwrap()));
    assert!(course.files() == before, "the course is not as it was");
}

#[test]
fn the_solution_is_shown_beside_ones_own_once_the_step_has_passed() {
    let course = PROGRAM.course("student-solution");
    let step = course.step("solved");
    step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    assert_golden!("solution", &said(course.xtask(&["solution", "solved"])));
    // With Windows' ends of lines, and with the marks that the solution's own file has.
    let copied = step.read("solution/src/lib.rs").replace('\n', "\r\n");
    step.write("exercise/src/lib.rs", &copied);
    let same = said(course.xtask(&["solution", "solved"]));
    assert!(same.ends_with("\n  Yours is the reference solution, line for line.\n"), "{same}");
}

#[test]
fn a_yes_on_the_command_line_shows_the_solution_of_a_step_that_was_never_built() {
    let course = PROGRAM.course("student-yes");
    course.step("unbuilt");
    let run = course.xtask_in(&["solution", "unbuilt", "--yes"], &[("CARGO", "no-such-cargo")]);
    assert!(said(run).contains("\n+     BASE_PRICE + sqft_weight * sqft\n"));
}

/// What a person at a terminal sees and types.
#[cfg(unix)]
mod at_a_terminal {
    use std::process::Command;

    use testkit::{LOSS, PREDICT, SQUARED_ERROR, Session};

    use super::PROGRAM;

    /// What a command wrote to a terminal up to its end, and the exit code.
    struct Seen {
        code: i32,
        text: String,
    }

    impl Seen {
        /// What is left when the line of progress is wiped.
        fn without_progress(&self) -> &str {
            self.text.rsplit("\r\x1b[K").next().unwrap()
        }
    }

    /// Runs a command that asks nothing.
    fn shown(command: Command) -> Seen {
        seen(&started(command))
    }

    /// Runs a command, and types this when it asks.
    fn answered(command: Command, question: &str, keys: &str) -> Seen {
        let session = started(command);
        session.wait_for(question);
        session.keys(keys);
        seen(&session)
    }

    fn started(command: Command) -> Session {
        Session::start(command, 60, 15)
    }

    fn seen(session: &Session) -> Seen {
        let (code, _) = session.end();
        Seen { code, text: session.written() }
    }

    #[test]
    fn a_reset_asks_first() {
        let course = PROGRAM.course("student-asks");
        let step = course.step("asked");
        step.write("exercise/src/lib.rs", "// work\n");
        for no in ["\n", "no\n", "yesterday\n", "\u{4}"] {
            let seen = answered(course.command(&["reset", "1"]), "[y/N]", no);
            let question = "Put the stub back into exercises/01-asked/src/lib.rs? Your\nfile is kept beside it. [y/N]";
            assert!(seen.text.contains(question), "{}", seen.text);
            assert!(seen.text.ends_with("Nothing was changed.\n"), "{}", seen.text);
            assert_eq!((seen.code, step.read("exercise/src/lib.rs").as_str()), (1, "// work\n"));
        }
        let seen = answered(course.command(&["reset", "1"]), "[y/N]", "Yes\n");
        assert_eq!(seen.code, 0, "{}", seen.text);
        assert!(step.read("exercise/src/lib.rs").contains("todo!("));
    }

    #[test]
    fn a_solution_that_would_spoil_takes_a_whole_yes() {
        let course = PROGRAM.course("student-spoil");
        course.step("spoiled");
        for no in ["\n", "y\n"] {
            let seen = answered(course.command(&["solution", "1"]), "Type yes:", no);
            assert_eq!(seen.code, 1, "{}", seen.text);
            assert!(seen.text.contains("Step 1 has not passed."), "{}", seen.text);
            assert!(seen.text.ends_with("Not shown. A hint may help: `cargo xtask hint 1`\n"), "{}", seen.text);
        }
        let mut command = course.command(&["solution", "1"]);
        command.env("NO_COLOR", "1");
        let seen = answered(command, "Type yes:", "yes\n");
        assert_eq!(seen.code, 0, "{}", seen.text);
        assert!(seen.text.contains("BASE_PRICE + sqft_weight * sqft"), "{}", seen.text);
        let added = seen.without_progress().lines().filter(|line| line.starts_with("+ "));
        assert!(added.clone().count() > 3 && added.clone().all(|line| line.chars().count() <= 60), "{}", seen.text);
    }

    #[test]
    fn ctrl_c_ends_the_question() {
        let course = PROGRAM.course("student-interrupt");
        course.step("interrupted");
        let ended = answered(course.command(&["solution", "1"]), "Type yes:", "\x03");
        assert_eq!(ended.code, 130, "{}", ended.text);
        assert!(!ended.text.contains("BASE_PRICE"), "{}", ended.text);
    }

    #[test]
    fn colours_are_for_a_terminal_that_wants_them() {
        let course = PROGRAM.course("student-colours");
        let step = course.step("coloured");
        step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
        for arguments in [&["hint"][..], &["list"], &["solution", "coloured", "--yes"]] {
            let mut colourless = course.command(arguments);
            colourless.env("NO_COLOR", "1");
            let seen = shown(colourless);
            assert!(!seen.without_progress().contains('\x1b'), "{:?}", seen.text);
        }
        let seen = shown(course.command(&["solution", "coloured", "--yes"]));
        // Each line of one style is one run.
        assert!(seen.text.contains("\x1b[32m+     error * error\x1b[0m\n"), "{:?}", seen.text);
        let piped = |variables: &[(&str, &str)]| {
            let mut command = course.command(&["solution", "coloured", "--yes"]);
            String::from_utf8(command.envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
        };
        assert!(!piped(&[]).contains('\x1b'));
        assert!(!piped(&[("CLICOLOR_FORCE", "0")]).contains('\x1b'));
        assert!(piped(&[("CLICOLOR_FORCE", "1")]).contains("\x1b[32m+     error * error\x1b[0m\n"));
        assert!(!piped(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\x1b'));
        let mut unwanted = course.command(&["solution", "coloured", "--yes"]);
        unwanted.env("CLICOLOR", "0");
        assert!(!shown(unwanted).without_progress().contains('\x1b'));
    }

    #[test]
    fn a_terminal_gets_only_what_it_can_show() {
        let course = PROGRAM.course("student-plain-terminals");
        let step = course.step("plain");
        step.write_functions(&[PREDICT, (SQUARED_ERROR.0, "predicted")]);
        for arguments in [&["grade"][..], &["list"]] {
            let mut ascii = course.command(arguments);
            ascii.env("LC_ALL", "C");
            let seen = shown(ascii);
            assert!(seen.text.contains('x') && seen.text.is_ascii(), "{}", seen.text);
            // One that calls itself dumb shows escape sequences as letters.
            let mut dumb = course.command(arguments);
            dumb.env("TERM", "dumb");
            let seen = shown(dumb);
            assert!(seen.text.contains('✗') && !seen.text.contains('\x1b'), "{}", seen.text);
        }
    }

    #[test]
    fn wide_letters_are_cut_by_their_width() {
        let course = PROGRAM.course("student-wide");
        let step = course.step("wide");
        step.write_functions(&[(PREDICT.0, "{ println!(\"{}\", \"長\".repeat(60)); 0.0 * sqft_weight * sqft }")]);
        let mut command = course.command(&["grade"]);
        command.env("NO_COLOR", "1");
        let seen = shown(command);
        // In a terminal of 60 columns, behind an indent of four.
        let wide: Vec<&str> = seen.text.lines().filter(|line| line.contains('長')).collect();
        assert!(
            !wide.is_empty() && wide.iter().all(|line| *line == format!("    {}", "長".repeat(28))),
            "{}",
            seen.text
        );
    }

    #[test]
    fn a_narrow_terminal_is_enough() {
        let course = PROGRAM.course("student-narrow");
        let step = course.step("a-step-with-quite-a-long-name");
        step.write_functions(&[PREDICT, (SQUARED_ERROR.0, "0.0")]);
        for arguments in [&["hint"][..], &["list"]] {
            let mut command = course.command(arguments);
            command.env("NO_COLOR", "1");
            let seen = shown(command);
            assert_eq!(seen.code, 0, "{}", seen.text);
            let text = seen.without_progress();
            let words = text.lines().filter(|line| !line.contains("exercises/"));
            assert!(words.clone().count() > 2 && words.clone().all(|line| line.chars().count() <= 60), "{text}");
        }
    }
}

#[test]
fn a_command_about_a_step_that_is_not_named_lists_the_steps() {
    let course = PROGRAM.course("student-no-step");
    course.step("first-of-two");
    course.step("second-of-two");
    for command in ["reset", "solution", "remove"] {
        let run = course.xtask(&[command]);
        let message = format!(
            "error: name a step, as in `cargo xtask {command} 1`; the steps are 1 first-of-two, 2 second-of-two\n"
        );
        assert_eq!((run.code, run.stdout.as_str(), run.stderr), (2, "", message));
    }
    // Another word is missing, too.
    assert!(course.xtask(&["rename"]).stderr.contains("<NAME>"));
}
