//! The student's line that a panic is about, also if it led to a panic in another crate.

use course::{Source, Step};
use harness::protocol::Panic;
use outcome::Place;

/// Where a panic was or, if it was in another crate, the student's line that led to it.
pub fn place_of_panic(step: &Step, source: &Source<'_>, panic: &Panic) -> Option<Place> {
    Place::of_panic(panic).or_else(|| place_of_call(step, source, panic))
}

/// The function of the student's file that was at work when another crate panicked: the line that declares it or, if a
/// matrix did not fit and it has one product alone, the line of that.
fn place_of_call(step: &Step, source: &Source<'_>, panic: &Panic) -> Option<Place> {
    let declared = source.declared();
    let (at, line) = panic.calls.iter().find_map(|call| {
        let name = name_in(call, &step.name.replace('-', "_"))?;
        let bare = name.rsplit("::").next();
        let named = |name: &str| declared.iter().position(|declared| declared.name == name);
        let at = named(&name).or_else(|| named(bare?))?;
        Some((at, declared[at].line))
    })?;
    let end = declared.get(at + 1).map_or(usize::MAX, |next| next.line);
    let line = match panic.message.contains("matrix multiplication") {
        true => only_line_with(".dot(", source.text(), line..end).unwrap_or(line),
        false => line,
    };
    Some(Place { file: step.source().to_string_lossy().into_owned(), line })
}

/// The function that a line of a backtrace names, if it is one of this crate: `double` of `step::double::{{closure}}`,
/// and `Adam::step` of `<step::Adam as step::Optimizer>::step`.
fn name_in(call: &str, crate_name: &str) -> Option<String> {
    let inside = |text: &str| Some(text.strip_prefix(crate_name)?.strip_prefix("::")?.to_owned());
    let without_closures = call.split("::{").next()?;
    match without_closures.strip_prefix('<') {
        Some(method) => {
            let (of_type, method) = method.split_once('>')?;
            let of_type = inside(of_type.split(" as ").next()?)?;
            Some(of_type + method)
        }
        None => inside(without_closures),
    }
}

/// The one line of a range, from 1, that contains a text.
fn only_line_with(text: &str, source: &str, range: std::ops::Range<usize>) -> Option<usize> {
    let mut lines = source.lines().zip(1..).filter(|(line, number)| range.contains(number) && line.contains(text));
    let (_, number) = lines.next()?;
    lines.next().is_none().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_methods_and_closures_of_the_crate_are_named() {
        let named = |call| name_in(call, "step_one");
        assert_eq!(named("step_one::predict").as_deref(), Some("predict"));
        assert_eq!(named("step_one::predict::{{closure}}").as_deref(), Some("predict"));
        assert_eq!(named("step_one::Adam::step").as_deref(), Some("Adam::step"));
        assert_eq!(named("<step_one::Adam>::step").as_deref(), Some("Adam::step"));
        assert_eq!(named("<step_one::Adam as step_one::Optimizer>::step::{closure#0}").as_deref(), Some("Adam::step"));
        for other in ["core::panicking::panic_fmt", "step_one_more::predict", "<alloc::boxed::Box<F> as Fn>::call"] {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn a_product_is_found_if_it_is_the_only_one_of_its_function() {
        let source = "fn one() {\n    x.dot(y);\n}\nfn two() {\n    x.dot(y).dot(z);\n    z.dot(x);\n}\n";
        assert_eq!(only_line_with(".dot(", source, 1..4), Some(2));
        assert_eq!(only_line_with(".dot(", source, 4..usize::MAX), None);
    }
}
