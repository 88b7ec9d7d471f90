//! `cargo xtask plot` as a student sees it: what it prints, what it writes, and what it opens.

use fs_err as fs;
use testkit::{LOSS, PREDICT, Program, Run, SQUARED_ERROR, assert_golden};

const PROGRAM: Program = testkit::program!("tui");

fn output_of(run: Run) -> String {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(!run.stdout.contains('\x1b'), "{}", run.stdout);
    run.stdout
}

#[test]
fn before_anything_is_written_the_expected_answers_are_drawn_alone() {
    let course = PROGRAM.course("plot-untouched");
    course.step("plot-of-nothing");
    // In the first run, cargo may still change its own files in the workspace.
    output_of(course.xtask(&["plot"]));
    let before = course.files();
    assert_golden!("plot_untouched", &output_of(course.xtask(&["plot"])));
    assert_eq!(course.files(), before);
    let folder = course.path("target/plots/01-plot-of-nothing");
    let svg = fs::read_to_string(folder.join("loss-by-weight.svg")).unwrap();
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    // The page shows the title, which the picture alone has above its lines.
    assert!(page.contains("<h2>the loss at six weights</h2>"));
    assert!(page.contains("<code>calculate_loss</code> not started, on the lesson"));
    let [alone, on_page] = [&svg, &page].map(|text| text.matches("class=\"title\"").count());
    assert_eq!((alone, on_page), (1, 0));
    let lines = svg.lines().filter(|line| line.contains("<path")).collect::<Vec<_>>();
    assert!(!lines.is_empty() && lines.iter().all(|line| page.contains(line)));
    assert!(page.contains("href=\"loss-by-weight.svg\""));
}

#[test]
fn a_wrong_answer_is_drawn_over_the_expected_one_and_the_page_names_the_mistake() {
    let course = PROGRAM.course("plot-wrong");
    let step = course.step("plot-of-a-mean");
    let mean = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum::<f64>() \
                / houses.len().max(1) as f64";
    step.write_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, mean)]);
    assert_golden!("plot_wrong", &output_of(course.xtask(&["plot", "plot-of-a-mean", "--no-open"])));
    let page = course.path("target/plots/01-plot-of-a-mean/index.html");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<code>calculate_loss</code> wrong"));
    assert!(page.contains("The sum is divided by the number of houses"), "{page}");
}

#[test]
fn what_does_not_compile_is_a_picture_too() {
    let course = PROGRAM.course("plot-broken");
    let step = course.step("plot-of-no-code");
    step.write_functions(&[(LOSS.0, "let")]);
    let text = output_of(course.xtask(&["plot"]));
    assert!(text.contains("calculate_loss does not compile"), "{text}");
    assert!(text.contains("only the expected answer is drawn"), "{text}");
}

#[test]
fn cases_that_do_not_compile_are_the_courses_fault() {
    let course = PROGRAM.course("plot-of-broken-cases");
    let step = course.step("plot-of-broken-cases");
    let cases = step.read("exercise/cases.rs");
    let main = 1 + cases.lines().position(|line| line.contains("fn main")).unwrap();
    step.write("exercise/cases.rs", &cases.replace("fn main()", "fn main(0)"));
    let fault =
        format!("exercises/01-plot-of-broken-cases/cases.rs:{main}: the cases do not compile with the solution: ");
    step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    let solved = step.read("exercise/src/lib.rs");
    // Whatever is wrong with the student's own code.
    for own in ["", "fn cut_off("] {
        step.write("exercise/src/lib.rs", &format!("{solved}{own}\n"));
        let plot = course.xtask(&["plot", "1"]);
        assert!(plot.code == 2 && plot.stderr.contains(&fault), "{plot:?}");
    }
}

#[test]
fn a_step_without_pictures_says_which_have_some() {
    let course = PROGRAM.course("plot-none");
    let step = course.step("plot-of-none");
    course.step("plot-of-some");
    let toml = step.read("exercise/exercise.toml");
    let (before, after) = toml.split_once("[case.plot]\n").unwrap();
    let rest = after.split_once("\n\n").map_or("", |(_, rest)| rest);
    step.write("exercise/exercise.toml", &format!("{before}\n{rest}"));
    assert_eq!(output_of(course.xtask(&["plot"])), "Step 1 has no pictures. Step 2 has.\n");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let course = PROGRAM.course("plot-unwritable");
    course.step("plot-of-no-place");
    output_of(course.xtask(&["plot"]));
    let plots = course.path("target/plots");
    fs::remove_dir_all(&plots).unwrap();
    fs::write(&plots, "").unwrap();
    let run = course.xtask(&["plot"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.lines().count()), (2, "", 1), "{}", run.stderr);
    assert!(run.stderr.contains("plots"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn in_a_terminal_the_page_is_opened_in_the_browser_unless_it_shall_not_be() {
    use testkit::{Session, wait_until};

    let course = PROGRAM.course("plot-opened");
    course.step("plot-of-a-page");
    let opened = course.path("opened");
    for name in ["xdg-open", "open"] {
        // Renamed, so that the file exists only with its whole content.
        let script = format!("echo \"$@\" > '{0}.new' && mv '{0}.new' '{0}'\n", opened.display());
        course.write_script(&format!("browser/{name}"), &script);
    }
    let plot = |arguments: &[&str]| {
        let mut command = course.command(arguments);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(course.path("browser")).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(paths).unwrap());
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        let (code, screen) = Session::start(command, 80, 40).end();
        assert_eq!(code, 0, "{screen}");
        screen
    };
    let screen = plot(&["plot", "--no-open"]);
    assert!(
        screen.contains("loss in billion $²") && screen.contains("target/plots/01-plot-of-a-page/index.html"),
        "{screen}"
    );
    assert!(!opened.exists());
    plot(&["plot"]);
    wait_until("the page is opened", || opened.exists());
    let page = course.path("target/plots/01-plot-of-a-page/index.html");
    let address = fs::read_to_string(&opened).unwrap();
    assert_eq!(fs::canonicalize(address.trim()).unwrap(), fs::canonicalize(page).unwrap());
}

#[test]
fn a_complete_course_says_what_was_built_and_has_a_page_with_the_student_s_own_answers() {
    let course = PROGRAM.course("plot-summary");
    let step = course.step("plot-of-all");
    let toml = step.read("exercise/exercise.toml");
    let product = "[product]\ntitle = \"Your loss at 50\"\ncase = \"loss-by-weight\"\ncolumn = \"loss\"\nrow = 1\n\
                   picture = \"loss-by-weight\"\n";
    step.write("exercise/exercise.toml", &format!("{toml}\n{product}"));
    course.write(
        "exercises/course.toml",
        "title = \"Losses\"\n[words]\ncomplete = \"All told apart\"\n[complete]\nwords = \"You can tell good from bad.\"\nnext = [\"A `slope`, and what it is for\"]\n",
    );
    let text = output_of(course.xtask(&["plot", "--summary"]));
    assert!(text.starts_with("Losses: 0 of 1 step done\n"), "{text}");
    assert!(!text.contains("You can tell") && !text.contains("Your loss"), "{text}");

    step.write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    assert_golden!("complete_course", &output_of(course.grade(&[])));
    assert_golden!("plot_summary", &output_of(course.xtask(&["plot", "--summary"])));
    let page = fs::read_to_string(course.path("target/plots/summary.html")).unwrap();
    for part in
        ["<h1>Losses</h1>", "1 of 1 step done", "<p class=\"answer\">303,750,000,000</p>", "<svg", "<code>slope"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let refused = course.xtask(&["plot", "--summary", "1"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}
