//! Changes of a solution made by machine: another text for a part of one of the bodies that students write.

use std::ops::Range;

use grader::course::{NewBody, Solution};
use grader::{Error, Result};

/// A body with a change in it.
pub struct Edited {
    /// The line that is changed, from 1.
    pub line: usize,
    /// The character of the line where the change begins, from 1.
    pub column: usize,
    /// What was there, on one line.
    pub was: String,
    /// The body.
    pub body: NewBody,
}

/// A solution as a syntax tree, whose spans are places in its text.
///
/// # Errors
/// If the solution is not valid Rust.
pub fn parsed(solution: &Solution) -> Result<syn::File> {
    syn::parse_file(&solution.text)
        .map_err(|error| Error::at(&solution.path, error.span().start().line, error.to_string()))
}

/// The body that holds a part of the text, with another text for that part; none if the part is in no body.
pub fn edited(solution: &Solution, part: Range<usize>, with: &str) -> Option<Edited> {
    let text = &solution.text;
    let holds = |whole: &Range<usize>| whole.start <= part.start && part.end <= whole.end;
    let bodies = solution.bodies.iter().map(|body| (body, solution.range_of(body)));
    let (body, whole) = bodies.into_iter().find(|(_, whole)| holds(whole))?;
    let new = [&text[whole.start..part.start], with, &text[part.end..whole.end]].concat();
    let blanks = text[part.clone()].len() - text[part.clone()].trim_start().len();
    let before = &text[..part.start + blanks];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Some(Edited {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        was: on_one_line(&text[part]),
        body: NewBody { function: body.function.clone(), text: new },
    })
}

/// A piece of code on one line, without the mark at the end of a body.
pub fn on_one_line(code: &str) -> String {
    code.replace("// done", "").split_whitespace().collect::<Vec<_>>().join(" ")
}
