//! Commands that are printed for a person to copy: what is not ours in them is quoted as a shell needs it.

use std::borrow::Cow;
use std::path::Path;

/// A word of a command, such as a name that was typed.
pub fn word(text: &str) -> Cow<'_, str> {
    if cfg!(windows) { for_windows(text) } else { shell_words::quote(text) }
}

/// A path as a word of a command.
pub fn path(path: &Path) -> String {
    word(&path.to_string_lossy()).into_owned()
}

/// Both shells of Windows take double quotes, and neither takes a backslash for a sign of its own.
fn for_windows(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_alphanumeric() || r"\/:._-+~".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text.into() } else { format!("\"{text}\"").into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        for (text, unix, windows) in [
            ("loss", "loss", "loss"),
            ("../for-students_2", "../for-students_2", "../for-students_2"),
            (r"C:\courses\mine", r"'C:\courses\mine'", r"C:\courses\mine"),
            ("my course", "'my course'", "\"my course\""),
            ("it's & mine", r"'it'\''s & mine'", "\"it's & mine\""),
            ("", "''", "\"\""),
        ] {
            assert_eq!((shell_words::quote(text).as_ref(), for_windows(text).as_ref()), (unix, windows));
        }
    }
}
