//! What common panics mean, for somebody who meets them for the first time: by what the standard library and
//! `ndarray` say.

/// How a panic's message begins or what it contains, and what that means.
const MEANINGS: [(&str, &str); 12] = [
    (
        "are not compatible for matrix multiplication",
        "A product of matrices needs as many columns on the left as there are rows on the right. Look at the shapes: is one \
         of them to be transposed (`.t()`), or did you want to multiply place by place?",
    ),
    (
        "could not broadcast array from shape",
        "Two arrays of different shapes cannot be combined place by place. Look at the shapes: what is each of them a list of?",
    ),
    ("ndarray: index", "An array was asked for a place that it does not have. Places are counted from 0."),
    ("incompatible shapes", "The shapes of two arrays do not fit. Look at the shapes: what is each of them a list of?"),
    (
        "index out of bounds",
        "A list was asked for a place that it does not have. Places are counted from 0, so the last one is the length less 1, \
         and an empty list has none.",
    ),
    (
        "out of range for slice",
        "A part of a slice was asked for that goes beyond its end. Places are counted from 0, and the end of a range is not in it.",
    ),
    (
        "attempt to subtract with overflow",
        "A `usize` was to become less than 0, which it cannot. Compare before you subtract, or use `saturating_sub`.",
    ),
    ("attempt to add with overflow", "A whole number became too large for its type. Compute with `f64`."),
    ("attempt to multiply with overflow", "A whole number became too large for its type. Compute with `f64`."),
    (
        "attempt to divide by zero",
        "A whole number was divided by 0. Is a list empty, or was a fraction cut off to 0? Compute with `f64`.",
    ),
    (
        "called `Option::unwrap()` on a `None` value",
        "There was nothing to unwrap: `first`, `last`, `max_by` and the like give `None` for an empty list.",
    ),
    ("chunk size must be non-zero", "A list cannot be cut into pieces of no length."),
];

/// What a panic means, if it is a common one.
pub(super) fn meaning(message: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|(words, _)| message.contains(words)).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_panics_have_a_meaning() {
        for message in [
            "ndarray: inputs 5 × 4 and 5 × 1 are not compatible for matrix multiplication",
            "index out of bounds: the len is 5 but the index is 5",
            "attempt to subtract with overflow",
            "called `Option::unwrap()` on a `None` value",
        ] {
            assert!(meaning(message).is_some(), "{message}");
        }
        assert_eq!(meaning("no such house"), None);
    }
}
