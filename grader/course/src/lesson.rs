//! What a report takes from the README of a step: the question at its end, and the captions of its pictures.

use std::path::Path;

use super::{Step, read};

/// The words of a lesson that are shown elsewhere, too.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// The first question that it asks and answers: the paragraph before the first answer that can be unfolded.
    pub question: Option<String>,
    /// The names of its pictures, and what to look for in each: the paragraph in italics below.
    captions: Vec<(String, String)>,
}

impl Lesson {
    /// The lesson of a step. If it cannot be read, it asks nothing; `verify` says why.
    pub fn read(root: &Path, step: &Step) -> Self {
        read(root, &step.readme()).map(|readme| Self::of(&readme)).unwrap_or_default()
    }

    /// The lesson whose README has this text.
    fn of(readme: &str) -> Self {
        let paragraphs: Vec<String> =
            readme.split("\n\n").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let caption = |pair: &[String]| {
            let (_, file) = pair[0].strip_prefix("![")?.split_once("](pictures/")?;
            let words = pair[1].strip_prefix('*')?.strip_suffix('*')?;
            Some((file.split_once(".svg")?.0.to_owned(), words.to_owned()))
        };
        let answer = paragraphs.iter().position(|text| text.starts_with("<details>"));
        let question = answer.and_then(|at| paragraphs.get(at.checked_sub(1)?));
        // Neither a heading nor a list is a question.
        let question = question.filter(|words| words.ends_with(['?', '.', '*']) && !words.starts_with(['#', '-', '|']));
        Self {
            question: question.map(|words| words.replace('*', "")),
            captions: paragraphs.windows(2).filter_map(caption).collect(),
        }
    }

    /// What to look for in a picture.
    pub fn caption(&self, picture: &str) -> Option<&str> {
        self.captions.iter().find(|(name, _)| name == picture).map(|(_, words)| words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_stands_before_its_answer() {
        let lesson =
            "# Step\n\n## Think about it\n\n**Who wins** the\n*two* races?\n\n<details><summary>Answer</summary>\n";
        assert_eq!(Lesson::of(lesson).question.as_deref(), Some("Who wins the two races?"));
        assert_eq!(Lesson::of("# Step\n\nNo question.\n").question, None);
        assert_eq!(Lesson::of("# Step\n\n## Think\n\n<details>").question, None);
        assert_eq!(Lesson::of("<details>").question, None);
    }

    #[test]
    fn a_caption_stands_below_its_picture() {
        let lesson =
            Lesson::of("![a valley](pictures/valley.svg)\n\n*Look at\nits floor.*\n\n![b](pictures/b.svg)\n\nText.\n");
        assert_eq!(lesson.caption("valley"), Some("Look at its floor."));
        assert_eq!((lesson.caption("b"), lesson.caption("c")), (None, None));
    }
}
