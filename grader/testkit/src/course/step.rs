//! A step of a temporary course, and what tests do to it.

use std::path::PathBuf;

use crate::course::files::files_in;
use crate::course::{Course, changed};
use crate::{real, solution};

/// The functions of a small step: what their stubs say is to be done, and how the solution does it.
pub const PREDICT: (&str, &str) =
    ("return the base price plus the weight for every square foot", "BASE_PRICE + sqft_weight * sqft");
/// The second one.
pub const SQUARED_ERROR: (&str, &str) = ("return the square of the difference", "(predicted - actual).powi(2)");
/// The third one.
pub const LOSS: (&str, &str) = (
    "add up the squared errors of the predictions for all houses",
    "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()",
);

/// A step of a course. Its files are named `exercise/…` and `solution/…`.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    course: &'a Course,
    /// The name of its two folders: `02-one-thing`.
    pub folder: String,
}

const SOURCE: &str = "exercise/src/lib.rs";
const KEPT_STUB: &str = "exercise/snapshots/stub.rs";
const SOLUTION: &str = "solution/src/lib.rs";
const MISTAKES: &str = "solution/mistakes.toml";
const TEST: &str = "solution/tests/by_hand.rs";

impl<'a> Step<'a> {
    pub(crate) fn new(course: &'a Course, folder: &str) -> Self {
        Self { course, folder: folder.to_owned() }
    }

    /// Copies the real step of this name but for the student's file. What its lesson says of other steps does not count
    /// here.
    pub(crate) fn copy_of(&self, real_name: &str) {
        let like = &real::folder(real_name);
        let (number, name) = self.folder.split_once('-').unwrap();
        for file in files_in(&real::path(&format!("exercises/{like}"))) {
            if !file.starts_with("src/") {
                self.write(&format!("exercise/{file}"), &real::text(&format!("exercises/{like}/{file}")));
            }
        }
        let number = number.trim_start_matches('0');
        self.write("exercise/README.md", &lesson_alone(&self.read("exercise/README.md"), number, real_name, name));
        for path in ["Cargo.toml", "src/lib.rs", "mistakes.toml", "forms.toml"] {
            self.write(&format!("solution/{path}"), &real::text(&format!("solutions/{like}/{path}")));
        }
        let manifest = self.read("exercise/Cargo.toml");
        let names = |name: &str| format!(" = \"{name}\"");
        assert_eq!(manifest.matches(&names(real_name)).count(), 3, "a package and its program in {like}/Cargo.toml");
        self.write("exercise/Cargo.toml", &manifest.replace(&names(real_name), &names(name)));
        let names = |name: &str| names(&format!("{name}-solution"));
        self.change("solution/Cargo.toml", &names(real_name), &names(name));
        let import = |name: &str| format!("\nuse {}::", name.replace('-', "_"));
        self.change("exercise/cases.rs", &import(real_name), &import(name));
    }

    /// Where a file lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.course.path(&self.within(file))
    }

    /// The same, relative to the course.
    pub fn within(&self, file: &str) -> String {
        let (folder, file) = file.split_once('/').unwrap();
        assert!(["exercise", "solution"].contains(&folder), "a file of a step is `exercise/…` or `solution/…`");
        format!("{folder}s/{}/{file}", self.folder)
    }

    /// The text of a file.
    pub fn read(&self, file: &str) -> String {
        self.course.read(&self.within(file))
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        self.course.write(&self.within(file), text);
    }

    /// Writes a script of the shell's that can be started as a program.
    #[cfg(unix)]
    pub fn write_script(&self, file: &str, commands: &str) {
        self.course.write_script(&self.within(file), commands);
    }

    /// Changes a file in one place.
    pub fn change(&self, file: &str, from: &str, to: &str) {
        self.course.change(&self.within(file), from, to);
    }

    /// Adds to the end of a file, which need not be there.
    pub fn append(&self, file: &str, text: &str) {
        self.course.append(&self.within(file), text);
    }

    /// Deletes a file.
    pub fn remove(&self, file: &str) {
        self.course.remove(&self.within(file));
    }

    /// Renames a file.
    pub fn rename(&self, from: &str, to: &str) {
        self.course.rename(&self.within(from), &self.within(to));
    }

    /// Writes functions in the place of their stubs.
    pub fn write_functions(&self, functions: &[(&str, &str)]) {
        self.write(SOURCE, &self.with_functions(functions));
    }

    /// The student's file with functions in the place of their stubs.
    pub fn with_functions(&self, functions: &[(&str, &str)]) -> String {
        functions
            .iter()
            .fold(self.read(SOURCE), |text, (todo, body)| changed(&text, &format!("todo!(\"{todo}\")"), body))
    }

    /// Changes the solution in one place, and the stub with it.
    pub fn change_solution(&self, from: &str, to: &str) {
        self.change(SOLUTION, from, to);
        self.write_stub();
    }

    /// Writes the stub that the solution gives: the student's file, and the one that is kept.
    pub fn write_stub(&self) {
        let stub = solution::stub_of(&self.read(SOLUTION));
        self.write(SOURCE, &stub);
        self.write(KEPT_STUB, &stub);
    }

    /// Writes the cases in the form of rustfmt, which depends on the name of the step. Only `verify` asks for that.
    pub fn write_in_form(&self) {
        let files = [self.path("exercise/cases.rs"), self.path(TEST)];
        let _ = std::process::Command::new("rustfmt").args(["--edition", "2024"]).args(files).output();
    }

    /// Ends the lesson with a link to the step that follows.
    pub(crate) fn lead_on_to(&self, folder: &str) {
        if self.path("exercise/README.md").exists() {
            let (_, name) = folder.split_once('-').unwrap();
            self.append("exercise/README.md", &format!("\nNext: [step `{name}`](../{folder}/README.md).\n"));
        }
    }

    /// Writes small tests of the solution.
    pub(crate) fn write_test(&self) {
        let (_, name) = self.folder.split_once('-').unwrap();
        let test = format!(
            "//! The functions by hand.\n\n\
             use {}_solution::{{BASE_PRICE, calculate_loss, predict, squared_error}};\n\n\
             #[test]\nfn a_house_without_a_size_costs_the_base_price() {{\n    \
             assert_eq!(predict(200.0, 0.0), BASE_PRICE);\n}}\n\n\
             #[test]\nfn an_error_of_three_counts_nine() {{\n    assert_eq!(squared_error(4.0, 7.0), 9.0);\n}}\n\n\
             #[test]\nfn no_houses_have_no_loss() {{\n    assert_eq!(calculate_loss(&[], 200.0), 0.0);\n}}\n",
            name.replace('-', "_")
        );
        self.write(TEST, &test);
    }

    /// Adds a known mistake.
    pub fn add_mistake(&self, name: &str, replace: &str, with: &str) {
        let mistake = format!(
            "[[mistake]]\nname = \"{name}\"\nreplace = \"{replace}\"\nwith = \"{with}\"\nsays = \"Look at {name}.\"\n"
        );
        self.append(MISTAKES, &mistake);
    }

    /// Takes a known mistake and its snapshot away.
    pub fn remove_mistake(&self, name: &str) {
        let text = self.read(MISTAKES);
        let named = format!("name = \"{name}\"\n");
        let left: Vec<&str> = text.split("[[mistake]]\n").filter(|mistake| !mistake.starts_with(&named)).collect();
        self.write(MISTAKES, &left.join("[[mistake]]\n"));
        self.remove(&format!("exercise/snapshots/mistakes/{name}.snap"));
    }

    /// Takes all known mistakes but these and their snapshots away.
    pub(crate) fn keep_mistakes(&self, names: &[&str]) {
        let text = self.read(MISTAKES);
        let kept = names.iter().map(|name| {
            let named = format!("name = \"{name}\"\n");
            let mistake = text.split("[[mistake]]\n").find(|mistake| mistake.starts_with(&named));
            let mistake = mistake.unwrap_or_else(|| panic!("there is a mistake `{name}`"));
            format!("[[mistake]]\n{}\n\n", without_comments(mistake).trim())
        });
        self.write(MISTAKES, &kept.collect::<String>());
        for snapshot in files_in(&self.path("exercise/snapshots/mistakes")) {
            if !names.iter().any(|name| snapshot == format!("{name}.snap")) {
                self.remove(&format!("exercise/snapshots/mistakes/{snapshot}"));
            }
        }
    }
}

/// A lesson for a step of another number and name, in a course where the other real steps are not.
fn lesson_alone(text: &str, number: &str, real_name: &str, name: &str) -> String {
    let heading = text.split_once(':').map_or(text, |(_, rest)| rest);
    let mut text = format!("# Step {number}:{heading}");
    for command in ["cargo run -p", "cargo xtask grade", "cargo xtask plot", "cargo xtask hint"] {
        text = text.replace(&format!("{command} {real_name}"), &format!("{command} {name}"));
    }
    for other in real::folders() {
        let (_, other) = other.split_once('-').unwrap();
        text = text.replace(&format!("`{other}`"), other);
    }
    let mut parts = text.split("](../");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "]" + part.split_once(')').map_or(part, |(_, behind)| behind))
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}
