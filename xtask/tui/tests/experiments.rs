//! `cargo xtask plot` with the student's own values: what it draws and says if the code is right, wrong or never ends,
//! and what it refuses.

use fs_err as fs;
use testkit::{Course, LOSS, PREDICT, Program, Run, SQUARED_ERROR, Step};

const PROGRAM: Program = testkit::program!("tui");

/// The output of a command that drew something.
fn output_of(run: Run) -> String {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn refused(run: Run) -> String {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    run.stderr.trim_end().strip_prefix("error: ").unwrap_or_else(|| panic!("{}", run.stderr)).to_owned()
}

fn solved(step: &Step<'_>) {
    step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
}

fn plot(course: &Course, arguments: &[&str]) -> Run {
    course.xtask(&[&["plot", "1"], arguments].concat())
}

#[test]
fn an_experiment_is_drawn_with_given_values() {
    let course = PROGRAM.course("experiment-drawn");
    solved(&course.step("a-valley"));
    let text = output_of(plot(&course, &["--set", "weight=150"]));
    assert!(text.starts_with("valley: the loss at a weight of your own"), "{text}");
    assert!(text.contains("weight = 150, on the lesson's data"), "{text}");
    assert!(text.contains("your weight = 150"), "{text}");
    let folder = course.path("target/plots/01-a-valley");
    let page = fs::read_to_string(folder.join("valley.html")).unwrap();
    assert!(page.contains("<p class=\"state\">weight = 150, on the lesson&apos;s data</p>"), "{page}");
    assert!(page.contains("yours") && page.contains("expected"), "{page}");
    assert!(folder.join("valley.svg").is_file());
    let text = output_of(plot(&course, &["--experiment", "prices", "--set", "data=fresh-1"]));
    assert!(text.contains("weight = 100, on fresh data, seed 1"), "{text}");
}

#[test]
fn without_solutions_the_students_own_run_is_drawn_alone() {
    let course = PROGRAM.course("experiment-alone");
    let step = course.step("a-valley");
    solved(&step);
    fs::remove_dir_all(course.path("solutions/01-a-valley")).unwrap();
    let text = output_of(plot(&course, &["--set", "weight=150"]));
    assert!(text.contains("weight = 150, on the lesson's data") && !text.contains("expected"), "{text}");
}

#[test]
fn what_a_students_code_does_wrong_is_a_sentence_and_the_expected_run_is_drawn() {
    let course = PROGRAM.course("experiment-troubles");
    let step = course.step("a-trouble");
    let stub = step.read("exercise/src/lib.rs");
    let todo = "This runs a function that is not written yet (exercises/01-a-trouble/src/lib.rs:";
    for (body, sentence) in [
        (None, todo),
        (Some("loop {}"), "The code did not end within 1 s and was stopped: does every loop end?"),
        (Some("panic!(\"no idea\")"), "The code panicked: no idea (exercises/01-a-trouble/src/lib.rs:"),
        (Some("std::process::exit(3)"), "The code ended the program (exit code 3) before it had answered."),
        (Some("let"), "The code does not compile: "),
        (Some("{ fn f(n: u64) -> u64 { f(n + 1) + 1 } f(0) as f64 }"), "The stack overflowed"),
        (Some("std::thread::sleep(std::time::Duration::from_secs(100)); 0.0"), "after it had waited for 2 s"),
    ] {
        if cfg!(not(unix)) && sentence.contains(" s") && body.is_some_and(|body| body.starts_with("std::thread")) {
            continue;
        }
        step.write("exercise/src/lib.rs", &stub);
        if let Some(body) = body {
            step.write_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, body)]);
        }
        let text = output_of(plot(&course, &["--experiment", "valley"]));
        assert!(text.contains(sentence), "{body:?}: {text}");
        assert!(text.contains("There is no run of your code; only the expected one is drawn."), "{body:?}: {text}");
        assert!(text.contains("weight = 100"), "{body:?}: {text}");
    }
}

#[test]
fn a_panic_in_another_crate_is_told_with_the_students_line() {
    let right = testkit::solution::solved("multi-weight");
    let wrong = testkit::changed(&right, "    x.dot(weights)\n", "    weights.dot(x)\n");
    let course = PROGRAM.course("experiment-elsewhere").with_step("01-weights", "multi-weight", &wrong);
    let text = output_of(plot(&course, &["--experiment", "price-of-a-home"]));
    let line = 1 + wrong.lines().position(|line| line.contains("weights.dot(x)")).unwrap();
    assert!(text.contains("are not compatible for matrix multiplication"), "{text}");
    assert!(text.contains(&format!("(exercises/01-weights/src/lib.rs:{line})")), "{text}");
}

#[test]
fn prints_without_an_end_are_counted_and_an_answer_is_drawn_all_the_same() {
    let course = PROGRAM.course("experiment-prints");
    let step = course.step("a-chatterbox");
    let chatter = "let line = \"x\".repeat(1 << 20); for _ in 0..4 { print!(\"{line}\"); } houses.len() as f64";
    step.write_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, chatter)]);
    let text = output_of(plot(&course, &["--experiment", "valley"]));
    assert!(text.contains("Your code printed 71,303,168 bytes."), "{text}");
}

#[test]
fn a_value_or_a_name_that_cannot_be_is_refused_with_what_can() {
    let course = PROGRAM.course("experiment-refused");
    solved(&course.step("a-valley"));
    for (arguments, message) in [
        (&["--set", "weight=1e999"][..], "`weight` must be a number from 0 to 400; `1e999` is not"),
        (&["--set", "wieght=1"], "the experiment has no control `wieght`; it has `data`, `weight`"),
        (&["--set", "weight"], "`--set weight` has no `=`; write `--set \"control=value\"`"),
        (&["--experiment", "hills"], "step 1 has no experiment `hills`; its experiments are: valley, prices"),
        (&["--data", "nowhere.csv"], "nowhere.csv: the file cannot be read: "),
    ] {
        let sentence = refused(plot(&course, arguments));
        assert!(sentence.starts_with(message), "{sentence}");
    }
    let unwritten = PROGRAM.course("experiment-refused-unwritten");
    unwritten.step("a-stub");
    let sentence = refused(plot(&unwritten, &["--set", "wieght=1"]));
    assert!(sentence.starts_with("the experiment has no control `wieght`; it has `data`, `weight`"), "{sentence}");
    fs::remove_dir_all(unwritten.path("solutions/01-a-stub")).unwrap();
    let run = plot(&unwritten, &["--set", "wieght=1"]);
    let words =
        "note: the experiment has no control `wieght`; it has `data`, `weight`, as far as your code let it come";
    assert!(run.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{run:?}");
    let sentence = refused(course.xtask(&["plot", "--set", "weight=1"]));
    assert_eq!(sentence, "name the step of the experiment, as in `cargo xtask plot STEP --set steps=40`");
}

#[test]
fn own_data_takes_the_place_of_the_lessons() {
    let course = PROGRAM.course("experiment-own-data");
    solved(&course.step("a-valley"));
    let plot = |file: &str, text: &str| {
        course.write(file, text);
        plot(&course, &["--data", &course.path(file).display().to_string(), "--set", "weight=300"])
    };
    let text = output_of(plot("mine.csv", "\u{feff}Sqft,Price\r\n1000,350000\r\n2000,650000\r\n"));
    assert!(text.contains("weight = 300, on your own data"), "{text}");
    let long: String = (0..5_000).map(|row| format!("{},{}\n", 800 + row % 1_000, 250_000 + row)).collect();
    let text = output_of(plot("long.csv", &format!("sqft,price\n{long}")));
    assert!(text.contains("Of the 5,000 rows of your file, 1,000 are used, evenly spread over it."), "{text}");
    let sentence = refused(plot("wrong.csv", "sqft,price\n1000,350000\n2000,cheap\n"));
    assert!(
        sentence.ends_with(
            "your file does not hold houses: line 3: the `price` is `cheap`, which is not a number; write digits alone"
        ),
        "{sentence}"
    );
    let sentence = refused(plot("hours.csv", "hours,score\n1,45\n2,55\n"));
    assert_eq!(
        sentence,
        "your file does not hold houses: line 1: the columns must be `sqft,price`, and are `hours,score`"
    );
}

#[test]
fn a_run_is_of_the_last_save_and_the_program_of_a_grade_is_used_again() {
    let course = PROGRAM.course("experiment-current");
    let step = course.step("a-valley");
    solved(&step);
    output_of(course.xtask(&["plot"]));
    let kept = || {
        let files = fs::read_dir(course.path("target/grader/programs/01-a-valley")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("student-")).collect::<Vec<_>>()
    };
    let of_grade = kept();
    assert_eq!(of_grade.len(), 1);
    output_of(plot(&course, &["--experiment", "valley"]));
    assert_eq!(kept(), of_grade);
    step.change("exercise/src/lib.rs", PREDICT.1, "panic!(\"changed\")");
    let text = output_of(plot(&course, &["--experiment", "valley"]));
    assert!(text.contains("The code panicked: changed"), "{text}");
    assert_ne!(kept(), of_grade);
}
