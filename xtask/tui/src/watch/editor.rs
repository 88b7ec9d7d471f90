//! The student's editor: which one, and how it is told the line.

use std::iter;
use std::path::Path;
use std::process::{Command, Stdio};

/// An editor as the environment names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    program: String,
    arguments: Vec<String>,
}

/// Where an editor runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// In this terminal, which it takes until it ends.
    InTerminal,
    /// In a window of its own.
    InWindow,
}

/// How an editor is told the line.
enum LineArgument {
    /// `+LINE FILE`
    Plus,
    /// `FILE:LINE`
    Colon,
    /// `--goto FILE:LINE`
    Goto,
    /// In no way that is known.
    Untold,
}

impl Editor {
    /// The editor that the environment names, given as a look-up: `$VISUAL`, `$EDITOR`, or `code` in the terminal of VS
    /// Code.
    ///
    /// # Errors
    /// A sentence for the student, if there is none.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        for name in ["VISUAL", "EDITOR"] {
            let Some(words) = variable(name).filter(|words| !words.trim().is_empty()) else { continue };
            return Self::of_command(words.trim()).ok_or_else(|| format!("${name} is not a command: {words}"));
        }
        if variable("TERM_PROGRAM").is_some_and(|program| program == "vscode") {
            return Ok(Self { program: "code".to_owned(), arguments: Vec::new() });
        }
        Err("Set $EDITOR to the command of your editor, then e opens it here.".to_owned())
    }

    /// The editor that a command starts. A path with blanks in it need not be quoted if the file is there.
    fn of_command(command: &str) -> Option<Self> {
        let blanks = command.rmatch_indices(' ').map(|(at, _)| at);
        let mut parts = iter::once(command.len()).chain(blanks).map(|at| command.split_at(at));
        let is_file = |path: &str| path.contains(std::path::is_separator) && Path::new(path).is_file();
        let (program, rest) = parts.find(|(path, _)| is_file(path)).unwrap_or(("", command));
        let mut words = shell_words::split(rest).ok()?.into_iter();
        let program = if program.is_empty() { words.next()? } else { program.to_owned() };
        Some(Self { program, arguments: words.collect() })
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        let path = Path::new(&self.program);
        path.file_stem().and_then(|name| name.to_str()).unwrap_or(&self.program)
    }

    /// Where it runs.
    pub fn runs(&self) -> Runs {
        self.habits().0
    }

    /// The command that opens a file at a line.
    pub fn command(&self, file: &Path, line: Option<usize>) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        let (runs, line_argument) = self.habits();
        match (line_argument, line) {
            (LineArgument::Plus, Some(line)) => drop(command.arg(format!("+{line}")).arg(file)),
            (LineArgument::Colon, Some(line)) => drop(command.arg(format!("{}:{line}", file.display()))),
            (LineArgument::Goto, Some(line)) => drop(command.arg("--goto").arg(format!("{}:{line}", file.display()))),
            _ => drop(command.arg(file)),
        }
        if runs == Runs::InWindow {
            // Nothing that it says may reach our screen, and it goes on when the terminal stops us or is closed.
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        command
    }

    fn habits(&self) -> (Runs, LineArgument) {
        match self.name() {
            "vi" | "vim" | "nvim" | "nano" | "pico" | "micro" | "emacs" | "emacsclient" | "mg" | "joe" | "jed"
            | "ne" | "kak" => (Runs::InTerminal, LineArgument::Plus),
            "hx" | "helix" => (Runs::InTerminal, LineArgument::Colon),
            "gvim" | "mvim" | "gedit" => (Runs::InWindow, LineArgument::Plus),
            "zed" | "zeditor" | "subl" => (Runs::InWindow, LineArgument::Colon),
            "code" | "code-insiders" | "codium" | "vscodium" | "cursor" | "windsurf" => {
                (Runs::InWindow, LineArgument::Goto)
            }
            _ => (Runs::InTerminal, LineArgument::Untold),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editor(variables: &[(&str, &str)]) -> Result<Editor, String> {
        let find = |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Editor::of_environment(find)
    }

    fn words(variables: &[(&str, &str)], line: Option<usize>) -> Vec<String> {
        let command = editor(variables).unwrap().command(Path::new("/a course/lib.rs"), line);
        let all = std::iter::once(command.get_program()).chain(command.get_args());
        all.map(|word| word.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn visual_goes_before_editor_and_both_before_the_terminal_of_vs_code() {
        let variables = [("VISUAL", ""), ("EDITOR", "nano"), ("TERM_PROGRAM", "vscode")];
        assert_eq!(editor(&variables).unwrap().name(), "nano");
        assert_eq!(editor(&[("VISUAL", "/usr/bin/vim"), ("EDITOR", "nano")]).unwrap().name(), "vim");
        assert_eq!(editor(&variables[2..]).unwrap().name(), "code");
    }

    #[test]
    fn without_an_editor_a_sentence_says_what_to_do() {
        assert!(editor(&[]).unwrap_err().contains("Set $EDITOR"));
        assert_eq!(editor(&[("EDITOR", "\"vim")]).unwrap_err(), "$EDITOR is not a command: \"vim");
    }

    #[test]
    fn a_path_with_blanks_needs_no_quotes() {
        let folder = tempfile::Builder::new().prefix("my editors ").tempdir().unwrap();
        let path = folder.path().join("vim").display().to_string();
        fs_err::write(&path, "").unwrap();
        assert_eq!(words(&[("EDITOR", &path)], None), [&path, "/a course/lib.rs"]);
        assert_eq!(
            words(&[("EDITOR", &format!("{path} -p 'a b'"))], Some(7))[1..],
            ["-p", "a b", "+7", "/a course/lib.rs"]
        );
        assert_eq!(words(&[("EDITOR", &format!("'{path}' -p"))], None), [&path, "-p", "/a course/lib.rs"]);
        // Where no such file is, it is a command as a shell has it.
        assert_eq!(words(&[("EDITOR", "/no/such editor")], None), ["/no/such", "editor", "/a course/lib.rs"]);
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        assert_eq!(words(&[("EDITOR", "nvim -p")], Some(7)), ["nvim", "-p", "+7", "/a course/lib.rs"]);
        assert_eq!(words(&[("EDITOR", "hx")], Some(7)), ["hx", "/a course/lib.rs:7"]);
        assert_eq!(words(&[("EDITOR", "code --wait")], Some(7)), ["code", "--wait", "--goto", "/a course/lib.rs:7"]);
        assert_eq!(words(&[("EDITOR", "'/my editors/ed'")], Some(7)), ["/my editors/ed", "/a course/lib.rs"]);
        assert_eq!(words(&[("EDITOR", "vim")], None), ["vim", "/a course/lib.rs"]);
    }

    #[test]
    fn an_editor_with_a_window_of_its_own_leaves_the_terminal_to_the_watch() {
        assert_eq!(editor(&[("EDITOR", "subl -w")]).unwrap().runs(), Runs::InWindow);
        assert_eq!(editor(&[("EDITOR", "unheard-of")]).unwrap().runs(), Runs::InTerminal);
    }
}
