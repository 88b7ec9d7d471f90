//! What a grade takes from a step's README: the question that it leaves a student with.

/// The first question that a lesson asks and answers: the paragraph before the first answer that can be opened, as plain
/// words on one line.
pub(crate) fn question(lesson: &str) -> Option<String> {
    let (before, _) = lesson.split_once("<details>")?;
    let paragraph = before.trim_end().rsplit("\n\n").next()?;
    let words = paragraph.split_whitespace().collect::<Vec<_>>().join(" ").replace("**", "");
    // Neither a heading nor a list is a question.
    (words.ends_with(['?', '.']) && !words.starts_with(['#', '-', '|'])).then(|| words.replace('*', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_stands_before_its_answer() {
        let lesson =
            "# Step\n\n## Think about it\n\n**Who wins** the\n*two* races?\n\n<details><summary>Answer</summary>\n";
        assert_eq!(question(lesson).as_deref(), Some("Who wins the two races?"));
        assert_eq!(question("# Step\n\nNo question.\n"), None);
        assert_eq!(question("# Step\n\n## Think\n\n<details>"), None);
    }
}
