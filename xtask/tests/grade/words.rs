//! The words that a compiler has for an error, which change from version to version.

/// A text without them: of each error, the code and the place stay.
pub fn without_the_compilers_words(text: &str) -> String {
    let mut kept = String::new();
    let mut in_error = false;
    for line in text.lines() {
        if let Some(error) = line.strip_prefix("error") {
            let code = error.split_once(':').map_or("", |(code, _)| code);
            kept.push_str(&format!("error{code}: (the compiler's words)\n"));
            in_error = true;
        } else if in_error && line.trim_start().starts_with("--> ") {
            kept.push_str(&format!("{}\n(the code)\n", line.trim_start()));
        } else if in_error && !line.is_empty() && !line.starts_with("```") {
            continue;
        } else {
            in_error = false;
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
