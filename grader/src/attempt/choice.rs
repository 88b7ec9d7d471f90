//! One library that holds a solution and its known mistakes: each function that students write has the solution's body and
//! one for each mistake, and takes the one that is chosen when a program starts.
//!
//! A step's cases are compiled once with this library, which takes as long as one submission does. A program for each of a
//! hundred mistakes would take a hundred times as long.

use std::fmt;
use std::ops::Range;

use crate::course::solution::{Body, Mistake, Solution};

/// The variable that holds the choice when a program starts.
pub(crate) const VARIABLE: &str = "GRADER_CHOICE";

/// Which body each function takes, by number in the order of the functions; 0 is the solution's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice(Vec<usize>);

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
    pub(crate) text: String,
    functions: usize,
    variants: Vec<Variant>,
}

/// A body with a mistake in it.
#[derive(Debug)]
struct Variant {
    mistake: String,
    /// The number of its function.
    function: usize,
    /// Its own number, from 1.
    number: usize,
    /// Its lines in the library's text, from 1.
    lines: Range<usize>,
}

impl Library {
    /// The library of a solution and some of its mistakes.
    pub(crate) fn of(solution: &Solution, mistakes: &[&Mistake]) -> Self {
        let mut library = Self { text: String::new(), functions: solution.bodies.len(), variants: Vec::new() };
        let mut copied = 0;
        for (function, body) in solution.bodies.iter().enumerate() {
            let range = range_of(body, &solution.text);
            let variants: Vec<(&str, String)> = mistakes
                .iter()
                .filter_map(|mistake| Some((mistake.name.as_str(), body_with(mistake, &range, &solution.text)?)))
                .collect();
            library.text.push_str(&solution.text[copied..range.start]);
            library.add_function(function, &solution.text[range.clone()], &variants);
            copied = range.end;
        }
        library.text.push_str(&solution.text[copied..]);
        library.text.push_str(CHOOSE);
        library
    }

    /// What to choose so that these mistakes are made; nothing if one of them is not in the library, or two are in one body.
    pub(crate) fn choice(&self, mistakes: &[&Mistake]) -> Option<Choice> {
        let mut numbers = vec![0; self.functions];
        for mistake in mistakes {
            let variant = self.variants.iter().find(|variant| variant.mistake == mistake.name)?;
            if std::mem::replace(&mut numbers[variant.function], variant.number) != 0 {
                return None;
            }
        }
        Some(Choice(numbers))
    }

    /// The mistake whose body has a line of the text.
    pub(crate) fn mistake_at(&self, line: usize) -> Option<&str> {
        self.variants.iter().find(|variant| variant.lines.contains(&line)).map(|variant| variant.mistake.as_str())
    }

    fn add_function(&mut self, function: usize, body: &str, mistaken: &[(&str, String)]) {
        if mistaken.is_empty() {
            return self.text.push_str(body);
        }
        self.text.push_str(&format!("match crate::grader_choice({function}) {{\n"));
        for (at, (mistake, body)) in mistaken.iter().enumerate() {
            let number = at + 1;
            self.text.push_str(&format!("{number} => {{\n"));
            let first = self.next_line();
            self.text.push_str(body);
            self.text.push_str("\n}\n");
            let lines = first..self.next_line();
            self.variants.push(Variant { mistake: (*mistake).to_owned(), function, number, lines });
        }
        self.text.push_str(&format!("_ => {{\n{body}}}\n}}\n"));
    }

    /// The number of the line that is written next.
    fn next_line(&self) -> usize {
        self.text.bytes().filter(|byte| *byte == b'\n').count() + 1
    }
}

/// The end of the text: finds out, once, what is chosen.
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

/// Where a body stands in the text of its solution.
fn range_of(body: &Body, text: &str) -> Range<usize> {
    let start_of = |line: usize| {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        std::iter::once(0).chain(ends).nth(line - 1).unwrap_or(text.len())
    };
    start_of(body.lines.start)..start_of(body.lines.end)
}

/// A body with a mistake made in it; nothing if the mistake is not made in it alone.
fn body_with(mistake: &Mistake, body: &Range<usize>, text: &str) -> Option<String> {
    let at = text.find(&mistake.replace)?;
    let end = at + mistake.replace.len();
    let inside = body.start <= at && end <= body.end;
    inside.then(|| format!("{}{}{}", &text[body.start..at], mistake.with, &text[end..body.end]))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

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

    fn mistake(name: &str, replace: &str, with: &str) -> Mistake {
        let [name, replace, with] = [name, replace, with].map(str::to_owned);
        Mistake { name, replace, with, says: String::new(), function: String::new(), line: 1 }
    }

    #[test]
    fn a_function_has_a_body_for_each_mistake_and_its_own() {
        let (thrice, once) = (mistake("thrice", "2.0 * x", "3.0 * x"), mistake("once", "2.0 * x\n", "x\n"));
        let library = Library::of(&solution(), &[&thrice, &once]);
        let double = "    // todo!(\"return twice the number\")\n\
                      match crate::grader_choice(0) {\n\
                      1 => {\n    3.0 * x\n\n}\n\
                      2 => {\n    x\n\n}\n\
                      _ => {\n    2.0 * x\n}\n}\n    // done\n";
        assert!(library.text.contains(double), "{}", library.text);
        // The other functions are as they were.
        assert!(library.text.contains(TEXT.split_once("pub fn rest").unwrap().1));
        assert_eq!(library.choice(&[&once]).unwrap().to_string(), "2 0 0");
        assert_eq!(library.choice(&[]).unwrap().to_string(), "0 0 0");
    }

    #[test]
    fn mistakes_of_several_functions_are_made_together_and_two_of_one_are_not() {
        let (thrice, once) = (mistake("thrice", "2.0 * x", "3.0 * x"), mistake("once", "2.0 * x", "x"));
        let third = mistake("third", "two = 2.0", "two = 3.0");
        let library = Library::of(&solution(), &[&thrice, &third, &once]);
        assert_eq!(library.choice(&[&third, &once]).unwrap().to_string(), "2 0 1");
        assert_eq!(library.choice(&[&thrice, &once]), None);
        assert_eq!(library.choice(&[&mistake("unknown", "x", "y")]), None);
    }

    #[test]
    fn a_line_of_the_text_belongs_to_the_mistake_whose_body_it_is_in() {
        let (thrice, third) = (mistake("thrice", "2.0 * x", "3.0\n * x"), mistake("third", "= 2.0", "= 4.0"));
        // Reaches beyond its body.
        let more = mistake("more", "x / two\n    // done", "x\n    // done");
        let library = Library::of(&solution(), &[&thrice, &third, &more]);
        let at =
            |text: &str| library.mistake_at(1 + library.text.lines().position(|line| line.contains(text)).unwrap());
        assert_eq!([at("3.0"), at(" * x"), at("2.0 * x"), at("// done")], [Some("thrice"), Some("thrice"), None, None]);
        assert_eq!(library.choice(&[&more]), None);
    }
}
