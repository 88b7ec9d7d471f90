//! The texts of the main part of the screen.

use grader::course::Edition;
use grader::report::text::{Line, Style, Text, styled};
use grader::report::{changed_exercises, complete, summary, terminal};
use grader::verdict::{Standing, StepReport};

use super::View;
use crate::watch::keys::{self, HELP_COLUMN};
use crate::watch::state::{Confirm, Panel};

impl View<'_> {
    /// The text of the panel, which begins with an empty line.
    pub fn text(&self, width: usize) -> Text {
        let mut page = TextPage { text: Text::default(), width };
        page.blank();
        match &self.state.panel {
            Panel::Case => self.case(&mut page),
            Panel::Hints(hints) => {
                page.text.append(hints.so_far(width));
                page.blank();
                page.line(["  Edit  ".into(), styled(hints.place.as_str(), Style::TO_DO)]);
                page.blank();
                page.say(match hints.at_an_end() {
                    true if self.state.course().edition.has_solutions() => {
                        "That was the last one; s shows the solution."
                    }
                    true => "That was the last one.",
                    false => "h gives the next one.",
                });
            }
            Panel::Confirm(Confirm::Reset) => {
                let file = self.state.current_step().source();
                page.say(format!("Put the stub back into {}? Your file is kept beside it.", file.display()));
                page.blank();
                page.line("  y  yes, put it back");
                page.line("  Esc  no");
            }
            Panel::Confirm(Confirm::Solution) => {
                let number = self.state.current_step().number;
                page.say(format!("Step {number} has not passed yet. See its solution anyway?"));
                page.blank();
                page.line("  y  yes, show it");
                page.line("  Esc  no; a hint may help: h");
            }
            Panel::Solution(difference) => page.text.append(difference.render(width)),
            Panel::Plot if self.state.some_has_picture() => page.say(
                "There is no picture of this case. In the list, a v is behind those that have one; j and k go there.",
            ),
            Panel::Plot => page.say("There is no picture of any case of this step."),
            Panel::Help => {
                for (written, does) in keys::help(self.state.course().edition) {
                    page.text.labelled(&format!("  {written:HELP_COLUMN$}"), does, page.width);
                }
                page.blank();
                page.say("Each file that you save is graded at once. Of these keys, only x changes one.");
            }
            // These are not drawn as texts.
            Panel::Readme(_) | Panel::List(_) => {}
        }
        page.text
    }

    fn case(&self, page: &mut TextPage) {
        let step = self.state.step();
        if let Some(why) = &self.state.known.unreadable {
            return page.fault(
                "The course cannot be read as it is:",
                why,
                "It is read again when you save one of its files.",
            );
        }
        if let Some(why) = &step.fault {
            return page.fault(
                "This cannot be graded as it is:",
                why,
                "It is graded again when you save one of its files.",
            );
        }
        let Some(report) = &step.report else {
            return page.say("It is graded for the first time: one moment.");
        };
        if let Some(words) = changed_exercises([(report.name.as_str(), report.exercise)]) {
            page.say(styled(words, Style::BEGUN));
            page.blank();
        }
        match self.state.case() {
            Some(case) => {
                page.text.append(terminal::detail(report, case, page.width));
                if matches!(report.standing(), Standing::NotStarted) {
                    page.blank();
                    page.say("r shows the lesson here, and e opens the file. Each time you save it, it is graded.");
                }
            }
            None => self.what_comes_next(report, page),
        }
    }

    /// For a step that has passed: says so, and what comes next.
    fn what_comes_next(&self, report: &StepReport, page: &mut TextPage) {
        let cases = report.cases.len();
        page.say(format!("Step {} is done: all {cases} cases pass.", report.number));
        page.blank();
        if let Some(question) = &self.state.step().question {
            page.say(question.as_str());
            page.say("(The answer is at the end of the lesson: r.)");
            page.blank();
        }
        let next = self.state.next_open();
        if self.state.is_complete() {
            page.say(complete(&self.state.course().about, next.is_some()));
            page.blank();
            page.line(format!("  Page  {}", summary::PAGE));
            page.blank();
        }
        if let Some(at) = next {
            let next = &self.state.course().steps[at];
            let what = if next.bonus { "Next is a bonus, step" } else { "Next is step" };
            page.say(format!("{what} {}, {}: {}", next.number, next.name, next.title));
            let key = match at.checked_sub(self.state.current) {
                Some(1) => "n".to_owned(),
                _ if next.number <= 10 => (next.number % 10).to_string(),
                _ => "n or p".to_owned(),
            };
            page.say(format!("Press {key} to go there."));
            page.blank();
            page.line(format!("  Read  {}", next.readme().display()));
            page.blank();
        }
        page.say(match self.state.course().edition {
            Edition::Instructors => "s shows the reference solution beside yours; j and k go through the cases.",
            Edition::Students => "j and k go through the cases.",
        });
    }
}

/// A text that grows, for a width.
struct TextPage {
    text: Text,
    width: usize,
}

impl TextPage {
    fn say(&mut self, words: impl Into<Line>) {
        self.text.paragraph("  ", words, self.width);
    }

    fn line(&mut self, line: impl Into<Line>) {
        self.text.line(line);
    }

    fn blank(&mut self) {
        self.text.blank();
    }

    fn fault(&mut self, what: &str, why: &str, then: &str) {
        self.say(what);
        self.blank();
        self.say(why);
        self.blank();
        self.say(then);
    }
}
