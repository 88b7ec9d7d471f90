//! One library that holds a solution together with other bodies for its functions, such as those with a known mistake.
//! Each function takes the body that is chosen when the program starts.
//!
//! The cases of a step are compiled once with this library, which takes as long as for one submission. A program for
//! each of a hundred mistakes would take a hundred times as long.

use std::fmt;
use std::ops::Range;

use course::{NewBody, Solution};

/// The variable that holds the choice when a program starts.
pub(crate) const VARIABLE: &str = "GRADER_CHOICE";

/// Which body each function takes, by number in the order of the functions; 0 is the solution's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice(Vec<usize>);

/// As the program reads it.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.write_str(&numbers.join(" "))
    }
}

/// The library.
#[derive(Debug)]
pub(crate) struct Library {
    /// Its text.
    pub text: String,
    functions: usize,
    variants: Vec<Variant>,
}

/// A body that can be chosen.
#[derive(Debug)]
struct Variant {
    body: NewBody,
    /// The number of its function.
    function: usize,
    /// Its own number, from 1.
    number: usize,
    /// Its lines in the library's text, from 1.
    lines: Range<usize>,
}

impl Library {
    /// The library of a solution and other bodies of its functions.
    pub(crate) fn of(solution: &Solution, bodies: &[&NewBody]) -> Self {
        let mut library = Self { text: String::new(), functions: solution.bodies.len(), variants: Vec::new() };
        let mut copied = 0;
        for (function, body) in solution.bodies.iter().enumerate() {
            let mut variants: Vec<&NewBody> = Vec::new();
            for other in bodies.iter().filter(|other| other.function == body.function) {
                if !variants.contains(other) {
                    variants.push(other);
                }
            }
            let range = solution.range_of(body);
            library.text.push_str(&solution.text[copied..range.start]);
            library.add_function(function, &solution.text[range.clone()], &variants);
            copied = range.end;
        }
        library.text.push_str(&solution.text[copied..]);
        library.text.push_str(CHOOSE);
        library
    }

    /// The choice that gives functions these bodies; none if one of them is not in the library, or two belong to the
    /// same function.
    pub(crate) fn choice(&self, bodies: &[NewBody]) -> Option<Choice> {
        let mut numbers = vec![0; self.functions];
        for body in bodies {
            let variant = self.variants.iter().find(|variant| variant.body == *body)?;
            if std::mem::replace(&mut numbers[variant.function], variant.number) != 0 {
                return None;
            }
        }
        Some(Choice(numbers))
    }

    /// The body that contains a line of the text.
    pub(crate) fn body_at(&self, line: usize) -> Option<&NewBody> {
        self.variants.iter().find(|variant| variant.lines.contains(&line)).map(|variant| &variant.body)
    }

    fn add_function(&mut self, function: usize, body: &str, others: &[&NewBody]) {
        if others.is_empty() {
            return self.text.push_str(body);
        }
        self.text.push_str(&format!("match crate::grader_choice({function}) {{\n"));
        for (at, other) in others.iter().enumerate() {
            let number = at + 1;
            self.text.push_str(&format!("{number} => {{\n"));
            let first = self.next_line();
            self.text.push_str(&other.text);
            self.text.push_str("\n}\n");
            let lines = first..self.next_line();
            self.variants.push(Variant { body: (*other).clone(), function, number, lines });
        }
        self.text.push_str(&format!("_ => {{\n{body}}}\n}}\n"));
    }

    /// The number of the line that is written next.
    fn next_line(&self) -> usize {
        self.text.bytes().filter(|byte| *byte == b'\n').count() + 1
    }
}

/// The end of the text: finds out, once, what was chosen.
const CHOOSE: &str = "
fn grader_choice(function: usize) -> usize {
    static CHOICE: ::std::sync::OnceLock<::std::vec::Vec<usize>> = ::std::sync::OnceLock::new();
    let choice = CHOICE.get_or_init(|| {
        let numbers = ::std::env::var(\"GRADER_CHOICE\").unwrap_or_default();
        numbers.split(' ').map(|number| number.parse().unwrap_or(0)).collect()
    });
    choice.get(function).copied().unwrap_or(0)
}
";

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use course::Body;

    const TEXT: &str = "\
/// Doubles.
pub fn double(x: f64) -> f64 {
    // todo!(\"return twice the number\")
    2.0 * x
    // done
}

pub fn rest() {
    // todo!(\"do nothing\")
    // done
}

pub fn half(x: f64) -> f64 {
    // todo!(\"return half the number\")
    let two = 2.0;
    x / two
    // done
}
";

    fn solution() -> Solution {
        let body =
            |function: &str, lines| Body { function: function.to_owned(), line: 1, signature: String::new(), lines };
        let bodies = vec![body("double", 4..5), body("rest", 10..10), body("half", 15..17)];
        Solution { path: PathBuf::new(), text: TEXT.to_owned(), bodies }
    }

    fn body(function: &str, text: &str) -> NewBody {
        NewBody { function: function.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_function_has_its_own_body_and_each_other_one_once() {
        let (thrice, once) = (body("double", "    3.0 * x\n"), body("double", "    x\n"));
        let library = Library::of(&solution(), &[&thrice, &once, &thrice]);
        let double = "    // todo!(\"return twice the number\")\n\
                      match crate::grader_choice(0) {\n\
                      1 => {\n    3.0 * x\n\n}\n\
                      2 => {\n    x\n\n}\n\
                      _ => {\n    2.0 * x\n}\n}\n    // done\n";
        assert!(library.text.contains(double), "{}", library.text);
        // The other functions are as they were.
        assert!(library.text.contains(TEXT.split_once("pub fn rest").unwrap().1));
        assert_eq!(library.choice(&[once]).unwrap().to_string(), "2 0 0");
        assert_eq!(library.choice(&[]).unwrap().to_string(), "0 0 0");
    }

    #[test]
    fn bodies_of_several_functions_are_chosen_together_and_two_of_one_are_not() {
        let (thrice, once) = (body("double", "3.0 * x"), body("double", "x"));
        let third = body("half", "x / 3.0");
        let library = Library::of(&solution(), &[&thrice, &third, &once]);
        assert_eq!(library.choice(&[third, once.clone()]).unwrap().to_string(), "2 0 1");
        assert_eq!(library.choice(&[thrice, once]), None);
        assert_eq!(library.choice(&[body("double", "unknown")]), None);
    }

    #[test]
    fn a_line_of_the_text_belongs_to_the_body_that_it_is_in() {
        let (thrice, third) = (body("double", "    3.0\n * x\n"), body("half", "    let two = 4.0;\n"));
        let library = Library::of(&solution(), &[&thrice, &third]);
        let at = |text: &str| library.body_at(1 + library.text.lines().position(|line| line.contains(text)).unwrap());
        assert_eq!(
            [at("3.0"), at(" * x"), at("2.0 * x"), at("4.0")],
            [Some(&thrice), Some(&thrice), None, Some(&third)]
        );
    }
}
