//! Golden outputs, without what differs between two runs, two machines or two compilers.

/// Compares a text with the golden one of this name; `cargo insta review` shows and accepts what differs.
pub fn assert_golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = if cfg!(windows) {
        text.replace("exercises\\", "exercises/").replace("\\src\\", "/src/")
    } else {
        text.to_owned()
    };
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A text without the compiler's wording, which changes from version to version: of each error the code and place stay.
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
