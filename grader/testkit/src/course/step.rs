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

impl<'a> Step<'a> {
    pub(crate) fn new(course: &'a Course, folder: &str) -> Self {
        Self { course, folder: folder.to_owned() }
    }

    /// Copies a real step but for the student's file.
    pub(crate) fn copy_of(&self, like: &str) {
        let [(_, real_name), (_, name)] = [like, &self.folder].map(|folder| folder.split_once('-').unwrap());
        for file in files_in(&real::path(&format!("exercises/{like}"))) {
            if !file.starts_with("src/") {
                self.write(&format!("exercise/{file}"), &real::text(&format!("exercises/{like}/{file}")));
            }
        }
        for path in ["Cargo.toml", "src/lib.rs", "mistakes.toml"] {
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

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}
