//! Sources of real steps, which are named without their numbers, made from their reference solutions. (An exercise's
//! own file may be a student's work already.)
//!
//! In a solution, the body of each function that a student writes stands between `// todo!(…)` and `// done`.

use crate::real;

/// What a student starts from.
pub fn stub(step: &str) -> String {
    stub_of(&source_of(step))
}

/// A step, solved.
pub fn solved(step: &str) -> String {
    written(step, &[])
}

/// A step, solved but for these functions, whose bodies are given. A method's name has its type in front.
pub fn written(step: &str, bodies: &[(&str, &str)]) -> String {
    let source = source_of(step);
    let parts = parts_of(&source);
    for (function, _) in bodies {
        let there = |part: &&Part<'_>| matches!(part, Part::Body { function: own, .. } if own == function);
        assert_eq!(parts.iter().filter(there).count(), 1, "bodies of `{function}` in step {step}");
        assert_eq!(bodies.iter().filter(|(other, _)| other == function).count(), 1, "`{function}` is written once");
    }
    let lines = parts.into_iter().flat_map(|part| match part {
        Part::Line(line) => vec![line],
        Part::OnlyHere(lines) => lines,
        Part::Body { function, lines, .. } => {
            bodies.iter().find(|(written, _)| *written == function).map_or(lines, |(_, body)| vec![*body])
        }
    });
    text_of(lines)
}

/// The stub that a solution gives.
pub(crate) fn stub_of(solution: &str) -> String {
    let lines = parts_of(solution).into_iter().filter_map(|part| match part {
        Part::Line(line) => Some(line.to_owned()),
        Part::OnlyHere(_) => None,
        Part::Body { todo, .. } => Some(todo.replacen("// ", "", 1)),
    });
    text_of(lines)
}

fn source_of(step: &str) -> String {
    real::text(&format!("solutions/{}/src/lib.rs", real::folder(step)))
}

/// A part of a solution.
enum Part<'a> {
    /// A line that the stub has, too.
    Line(&'a str),
    /// The body of a function that a student writes, and the line that says what is to be done.
    Body { function: String, todo: &'a str, lines: Vec<&'a str> },
    /// Lines that the stub does not have.
    OnlyHere(Vec<&'a str>),
}

fn parts_of(solution: &str) -> Vec<Part<'_>> {
    let (mut owner, mut function) = ("", String::new());
    let mut parts = Vec::new();
    let mut lines = solution.lines();
    while let Some(line) = lines.next() {
        let mut up_to_its_end = || lines.by_ref().take_while(|line| line.trim() != "// done").collect();
        match line.trim() {
            "// only in the solution" => parts.push(Part::OnlyHere(up_to_its_end())),
            marker if marker.starts_with("// todo!(") => {
                parts.push(Part::Body { function: function.clone(), todo: line, lines: up_to_its_end() });
            }
            code => {
                if let Some(head) = code.strip_prefix("impl ") {
                    owner = word(head.split_once(" for ").map_or(head, |(_, owner)| owner));
                }
                if let Some(name) = code.strip_prefix("pub ").unwrap_or(code).strip_prefix("fn ").map(word) {
                    let is_method = line.starts_with(' ');
                    function = if is_method { format!("{owner}::{name}") } else { name.to_owned() };
                }
                parts.push(Part::Line(line));
            }
        }
    }
    parts
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

fn text_of<L: AsRef<str>>(lines: impl Iterator<Item = L>) -> String {
    lines.fold(String::new(), |text, line| text + line.as_ref() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = "\
/// Doubles.
pub fn double(x: f64) -> f64 {
    // todo!(\"return twice the number\")
    2.0 * x
    // done
}

impl Optimizer for Adam {
    fn step(&mut self) {
        // todo!(\"step\")
        self.at += 1;
        // done
    }
}
// only in the solution
fn helper() {}
// done
";

    #[test]
    fn a_stub_has_a_todo_in_the_place_of_each_body() {
        let stub = "\
/// Doubles.
pub fn double(x: f64) -> f64 {
    todo!(\"return twice the number\")
}

impl Optimizer for Adam {
    fn step(&mut self) {
        todo!(\"step\")
    }
}
";
        assert_eq!(stub_of(SOLUTION), stub);
    }

    #[test]
    fn a_method_is_named_with_its_type() {
        let names = parts_of(SOLUTION).into_iter().filter_map(|part| match part {
            Part::Body { function, .. } => Some(function),
            _ => None,
        });
        assert_eq!(names.collect::<Vec<_>>(), ["double", "Adam::step"]);
    }

    #[test]
    fn the_stubs_of_the_real_steps_can_be_written_as_their_solutions() {
        for folder in real::folders() {
            let (_, step) = folder.split_once('-').unwrap();
            assert!(stub(step).contains("todo!(") && !solved(step).contains("todo!("), "{step}");
        }
    }
}
