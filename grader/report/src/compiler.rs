//! The compiler's messages about a student's code, shortened, with a sentence on what beginners most often mean.

use outcome::CompilerError;

use super::text::{Line, Text};

/// An error as the compiler shows it, without the lists of other types, and with the names of arrays that a student
/// writes.
pub(crate) fn shown(error: &CompilerError) -> Text {
    let mut text = Text::of_ansi(with_short_arrays(error.rendered.trim_end()).as_str());
    let (mut in_list, mut in_part) = (false, false);
    text.lines.retain(|line| {
        let line = plain(line);
        // A part of its own, with a place for each type, in newer compilers.
        if line.starts_with(char::is_alphabetic) {
            in_part = line.starts_with("help: the following other types implement trait");
        }
        if in_part {
            return false;
        }
        let note = line.trim_start();
        if note.starts_with("= ") || note.is_empty() {
            in_list = note.starts_with("= help: the following other types implement trait")
                || note.starts_with("= note: the following other types implement trait");
        }
        !in_list || note.is_empty()
    });
    text
}

/// The same without colours.
pub(crate) fn shown_plain(error: &CompilerError) -> String {
    shown(error).lines.iter().map(|line| plain(line) + "\n").collect()
}

fn plain(line: &Line) -> String {
    line.spans.iter().map(|span| span.words.as_str()).collect()
}

/// What the mistake behind an error usually is, and what to write. Each rule is for a message of the compiler that
/// cannot mean anything else.
pub(crate) fn advice(error: &CompilerError) -> Option<&'static str> {
    let CompilerError { message, rendered, .. } = error;
    let has = |words: &str| rendered.contains(words);
    let operands = |words: &str| message.starts_with("cannot ") && message.contains(words);
    let whole = ["`usize`", "`i32`", "`i64`", "`u32`", "`u64`"];
    let real = operands("`f64`") || operands("`{float}`");
    let advice = match () {
        () if message == "cannot add-assign `f64` to `{integer}`" => {
            "A variable that starts as `0` holds whole numbers: start it as `0.0`."
        }
        () if operands("`{integer}`") && real => {
            "Rust does not mix whole numbers and `f64`: write the whole number with a point, as in `2.0`."
        }
        () if real && whole.iter().any(|number| operands(number)) => {
            "Rust does not mix integers and `f64`: turn the integer into one first, as in `n as f64`."
        }
        () if message.starts_with("no implementation for `f64 ^")
            || message.starts_with("no implementation for `{float} ^") =>
        {
            "In Rust `^` is not a power: the square of `x` is `x.powi(2)` or `x * x`."
        }
        () if message.ends_with("cannot be dereferenced") && has("**") => {
            "Rust has no `**`: the square of `x` is `x.powi(2)` or `x * x`."
        }
        () if message.starts_with("no method named `pow` found for")
            && (has("type `f64`") || has("type `{float}`")) =>
        {
            "An `f64` has `powi` for whole exponents: `x.powi(2)`. (`powf` takes an `f64`, as in `x.powf(0.5)`.)"
        }
        () if has(".powf(") && has("expected `f64`, found integer") => {
            "`powf` takes an `f64`. For a whole exponent there is `powi`, as in `x.powi(2)`."
        }
        () if has(".powi(") && has("expected `i32`, found floating-point number") => {
            "`powi` takes a whole number, as in `x.powi(2)`."
        }
        () if has("remove this semicolon to return this value") => {
            "A function returns its last expression only if no semicolon follows it."
        }
        () if has("`for` loops evaluate to unit type `()`") => {
            "A loop has no value: write the value to return on a line of its own after the loop."
        }
        () if message.starts_with("binary assignment operation") && message.contains("to type `&mut ") => {
            "This is a reference: a `*` before it, as in `*total += part`, changes the value that it refers to."
        }
        () if message.contains("cannot be indexed by `") => {
            "An index is a `usize`: count with one, as in `for i in 0..numbers.len()`, or write `i as usize`."
        }
        () if message.starts_with("cannot assign twice to immutable variable")
            || message.ends_with("as it is not declared as mutable") =>
        {
            "A variable that changes is declared with `mut`, as in `let mut total = 0.0;`."
        }
        () if message.starts_with("borrow of moved value") || message.starts_with("use of moved value") => {
            "The value was moved earlier. Where it is only read, borrow it with `&`."
        }
        () if message.starts_with("type annotations needed") && has("sum") => {
            "Tell `sum` the type of its result, as in `.sum::<f64>()`."
        }
        () if has("expected `f64`, found `usize`") => {
            "`as f64` turns an integer into an `f64`, as in `numbers.len() as f64`."
        }
        () if has("consider borrowing here") => "A reference is expected here: put a `&` before the value.",
        () => return None,
    };
    Some(advice)
}

/// A text in which arrays are called `Array1<f64>` and the like, and not by all their parameters.
fn with_short_arrays(text: &str) -> String {
    const NAME: &str = "ArrayBase<";
    let mut short = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(NAME) {
        let parameters = &rest[at + NAME.len()..];
        let array = end_of(parameters).and_then(|end| Some((short_array(&parameters[..end])?, end)));
        let before = rest[..at].strip_suffix("ndarray::").unwrap_or(&rest[..at]);
        match array {
            Some((array, end)) => {
                short.push_str(before);
                short.push_str(&array);
                rest = &parameters[end + 1..];
            }
            None => {
                short.push_str(&rest[..at + NAME.len()]);
                rest = parameters;
            }
        }
    }
    short + rest
}

/// Where the parameters end whose `<` is open.
fn end_of(parameters: &str) -> Option<usize> {
    let mut depth = 0_usize;
    parameters
        .char_indices()
        .find_map(|(at, letter)| match letter {
            '<' => {
                depth += 1;
                None
            }
            '>' if depth == 0 => Some(at),
            '>' => {
                depth -= 1;
                None
            }
            '\n' => Some(usize::MAX),
            _ => None,
        })
        .filter(|end| *end != usize::MAX)
}

fn short_array(parameters: &str) -> Option<String> {
    let parameters = parameters.replace("ndarray::", "");
    let (representation, rest) = parameters.split_once(", Dim<[usize; ")?;
    let (dimensions, rest) = rest.split_once("]>")?;
    let (name, element) = match representation {
        "_" => ("Array", "_"),
        owned if owned.starts_with("OwnedRepr<") => ("Array", &owned["OwnedRepr<".len()..owned.len() - 1]),
        view if view.starts_with("ViewRepr<&mut ") => ("ArrayViewMut", &view["ViewRepr<&mut ".len()..view.len() - 1]),
        view if view.starts_with("ViewRepr<&") => ("ArrayView", &view["ViewRepr<&".len()..view.len() - 1]),
        _ => return None,
    };
    let is_number = dimensions.len() == 1 && dimensions.bytes().all(|digit| digit.is_ascii_digit());
    (is_number && (rest.is_empty() || rest.starts_with(", "))).then(|| format!("{name}{dimensions}<{element}>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str, rendered: &str) -> CompilerError {
        CompilerError {
            message: message.to_owned(),
            rendered: format!("error[E0000]: {message}\n{rendered}"),
            place: None,
        }
    }

    #[test]
    fn arrays_have_the_names_that_students_write() {
        for (long, short) in [
            ("ArrayBase<OwnedRepr<f64>, Dim<[usize; 1]>, f64>", "Array1<f64>"),
            ("&ArrayBase<OwnedRepr<f64>, Dim<[usize; 2]>>", "&Array2<f64>"),
            ("ArrayBase<ViewRepr<&f64>, Dim<[usize; 1]>, f64>", "ArrayView1<f64>"),
            ("ArrayBase<ViewRepr<&mut f64>, Dim<[usize; 1]>, f64>", "ArrayViewMut1<f64>"),
            ("ndarray::ArrayBase<ndarray::OwnedRepr<f64>, ndarray::Dim<[usize; 1]>, f64>", "Array1<f64>"),
            (
                "`ArrayBase<_, Dim<[usize; 1]>, _>` and `ArrayBase<_, Dim<[usize; 2]>, _>`",
                "`Array1<_>` and `Array2<_>`",
            ),
            ("Option<ArrayBase<OwnedRepr<Vec<f64>>, Dim<[usize; 3]>, Vec<f64>>>", "Option<Array3<Vec<f64>>>"),
        ] {
            assert_eq!(with_short_arrays(long), short);
        }
        for other in ["ArrayBase<OwnedRepr<f64>, ..., f64>", "ArrayBase<S, D, A>", "ArrayBase<", "ArrayBase<a\n>", ""] {
            assert_eq!(with_short_arrays(other), other);
        }
    }

    #[test]
    fn lists_of_other_types_are_left_out() {
        let rendered = "  |\n  = help: the trait `Add` is not implemented\n  = help: the following other types implement trait `Add`:\n            \
                        `f64` implements `Add`\n          and 3 others\n  = note: required for that\n";
        let text = shown(&error("cannot add", rendered));
        let lines: Vec<String> = text.lines.iter().map(plain).collect();
        assert_eq!(lines[1..], ["  |", "  = help: the trait `Add` is not implemented", "  = note: required for that"]);

        let rendered = "  |\nhelp: the following other types implement trait `Mul<Rhs>`\n --> /rustc/arith.rs:346:8\n  |\n  \
                        = note: `f64` implements `Mul`\n ::: /rustc/arith.rs:361:0\nhelp: use a point\n  |\n3 |     2.0\n";
        let text = shown(&error("cannot multiply", rendered));
        let lines: Vec<String> = text.lines.iter().map(plain).collect();
        assert_eq!(lines[1..], ["  |", "help: use a point", "  |", "3 |     2.0"]);
    }

    #[test]
    fn common_slips_have_a_sentence_and_other_errors_have_none() {
        for (message, rendered, expected) in [
            ("cannot add `f64` to `{integer}`", "", "with a point"),
            ("cannot multiply `f64` by `{integer}`", "", "with a point"),
            ("cannot add-assign `f64` to `{integer}`", "", "`0.0`"),
            ("cannot divide `f64` by `usize`", "", "`n as f64`"),
            ("cannot subtract `{float}` from `usize`", "", "`n as f64`"),
            ("no implementation for `f64 ^ {integer}`", "", "not a power"),
            ("type `{integer}` cannot be dereferenced", "a**2", "no `**`"),
            ("no method named `pow` found for type `f64` in the current scope", "", "`powi`"),
            ("mismatched types", "x.powf(2) expected `f64`, found integer", "`powi`"),
            ("mismatched types", "x.powi(2.0) expected `i32`, found floating-point number", "whole number"),
            ("mismatched types", "help: remove this semicolon to return this value", "semicolon"),
            ("mismatched types", "= note: `for` loops evaluate to unit type `()`", "after the loop"),
            ("binary assignment operation `-=` cannot be applied to type `&mut f64`", "", "`*`"),
            ("the type `[House]` cannot be indexed by `i32`", "", "`usize`"),
            ("cannot assign twice to immutable variable `t`", "", "`mut`"),
            ("cannot borrow `v` as mutable, as it is not declared as mutable", "", "`mut`"),
            ("borrow of moved value: `h`", "", "`&`"),
            ("type annotations needed", ".sum()", "`.sum::<f64>()`"),
            ("mismatched types", "expected `f64`, found `usize`", "`as f64`"),
            ("mismatched types", "help: consider borrowing here", "`&`"),
        ] {
            let advice = advice(&error(message, rendered)).unwrap_or_default();
            assert!(advice.contains(expected), "{message} {rendered}: {advice}");
        }
        for message in
            ["cannot find value `b` in this scope", "cannot find type `House`", "mismatched types", "expected `;`"]
        {
            assert_eq!(advice(&error(message, "")), None);
        }
    }
}
