//! The student's editor: which one it is, and how to tell it the line.

use std::env;
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// The editor that the student or the environment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    program: String,
    arguments: Vec<String>,
    /// The program that divides the terminal into panes, if there is one.
    panes: Option<Panes>,
}

/// A program that divides a terminal into panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panes {
    Tmux,
    Zellij,
}

/// Where an editor runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// In this terminal, which it takes until it ends.
    InTerminal,
    /// In a window or a pane of its own.
    InWindow,
}

/// How to tell an editor the line.
enum LineArgument {
    /// `+LINE FILE`
    Plus,
    /// `FILE:LINE`
    Colon,
    /// `--goto FILE:LINE`
    Goto,
    /// `--line LINE FILE`
    Option,
    /// No way is known.
    None,
}

impl Editor {
    /// The editor of this command; without one, that of `$VISUAL` or `$EDITOR`, or the editor whose terminal this is.
    ///
    /// # Errors
    /// A sentence for the student, if there is none.
    pub fn find(command: Option<&str>) -> Result<Self, String> {
        Self::find_in(command, |name| env::var(name).ok())
    }

    /// The same, where `variable` looks up the variables of the environment.
    fn find_in(command: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let named = command.map(|words| ("--edit-cmd", words.to_owned()));
        let of_environment = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| Some((name, variable(name)?)));
        let mut named = named.into_iter().chain(of_environment).filter(|(_, words)| !words.trim().is_empty());
        let editor = match named.next() {
            Some((name, words)) => {
                let name = if name.starts_with('-') { name.to_owned() } else { format!("${name}") };
                Self::of_command(words.trim()).ok_or_else(|| format!("{name} is not a command: {words}"))?
            }
            None => {
                let program = of_this_terminal(&variable)
                    .ok_or("Set $EDITOR to the command of your editor and start this again.".to_owned())?;
                Self { program: program.to_owned(), arguments: Vec::new(), panes: None }
            }
        };
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let panes = [("ZELLIJ", Panes::Zellij), ("TMUX", Panes::Tmux)];
        let panes = panes.into_iter().find(|(name, _)| is_set(name)).map(|(_, panes)| panes);
        Ok(Self { panes: panes.filter(|_| editor.habits().0 == Runs::InTerminal), ..editor })
    }

    /// The editor that a command starts. A path with blanks needs no quotes if the file exists.
    fn of_command(command: &str) -> Option<Self> {
        let blanks = command.rmatch_indices(' ').map(|(at, _)| at);
        let mut parts = iter::once(command.len()).chain(blanks).map(|at| command.split_at(at));
        let is_file = |path: &str| path.contains(std::path::is_separator) && Path::new(path).is_file();
        let (program, rest) = parts.find(|(path, _)| is_file(path)).unwrap_or(("", command));
        let mut words = shell_words::split(rest).ok()?.into_iter();
        let program = if program.is_empty() { words.next()? } else { program.to_owned() };
        Some(Self { program, arguments: words.collect(), panes: None })
    }

    /// The program's name.
    pub fn name(&self) -> &str {
        let path = Path::new(&self.program);
        path.file_stem().and_then(|name| name.to_str()).unwrap_or(&self.program)
    }

    /// Where it runs.
    pub fn runs(&self) -> Runs {
        if self.panes.is_some() { Runs::InWindow } else { self.habits().0 }
    }

    /// Starts the editor on a file, at a line if one is given.
    ///
    /// # Errors
    /// A sentence for the student, if the editor cannot be started.
    pub fn open(&self, file: &Path, line: Option<usize>) -> Result<Child, String> {
        // A pane that cannot start it only closes again.
        let is_missing = self.panes.is_some() && which::which(&self.program).is_err();
        let started = match is_missing {
            true => Err("there is no such program".to_owned()),
            false => self.command(file, line).spawn().map_err(|error| error.to_string()),
        };
        started.map_err(|why| format!("`{}` could not be started: {why}", self.name()))
    }

    /// Opens a file in an editor that runs in a window, and says in a sentence what came of it.
    pub fn open_in_window(&self, file: &Path, line: Option<usize>) -> String {
        match self.open(file, line) {
            Ok(mut child) => {
                // Waits for the child, so that no zombie process is left.
                thread::spawn(move || child.wait());
                format!("Opened in {}.", self.name())
            }
            Err(why) => why,
        }
    }

    /// The command that opens a file at a line.
    fn command(&self, file: &Path, line: Option<usize>) -> Command {
        let mut command = match self.panes {
            None => Command::new(&self.program),
            Some(panes) => {
                let (program, arguments): (_, &[&str]) = match panes {
                    Panes::Tmux => ("tmux", &["split-window", "-h"]),
                    Panes::Zellij => ("zellij", &["run", "--close-on-exit", "--"]),
                };
                let mut command = Command::new(program);
                command.args(arguments).arg(&self.program);
                command
            }
        };
        command.args(&self.arguments);
        let (_, line_argument) = self.habits();
        match (line_argument, line) {
            (LineArgument::Plus, Some(line)) => drop(command.arg(format!("+{line}")).arg(file)),
            (LineArgument::Colon, Some(line)) => drop(command.arg(format!("{}:{line}", file.display()))),
            (LineArgument::Goto, Some(line)) => drop(command.arg("--goto").arg(format!("{}:{line}", file.display()))),
            (LineArgument::Option, Some(line)) => drop(command.arg("--line").arg(line.to_string()).arg(file)),
            _ => drop(command.arg(file)),
        }
        if self.runs() == Runs::InWindow {
            // Its output must not reach our screen, and it has to go on when the terminal stops us or is closed.
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
            name if JETBRAINS.contains(&name) => (Runs::InWindow, LineArgument::Option),
            _ => (Runs::InTerminal, LineArgument::None),
        }
    }
}

/// The commands that start JetBrains' editors.
const JETBRAINS: [&str; 6] = ["rustrover", "idea", "clion", "pycharm", "webstorm", "goland"];

/// The command of the editor that this terminal belongs to.
fn of_this_terminal(variable: &impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is = |name: &str, wanted: &str| variable(name).is_some_and(|value| value.starts_with(wanted));
    if is("TERM_PROGRAM", "vscode") {
        return Some("code");
    }
    if is("ZED_TERM", "true") {
        return Some("zed");
    }
    if is("TERMINAL_EMULATOR", "JetBrains") {
        // The variable does not say which of them it is.
        let path = variable("PATH")?;
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        return JETBRAINS.into_iter().find(|name| folders.iter().any(|folder| folder.join(name).is_file()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editor(variables: &[(&str, &str)]) -> Result<Editor, String> {
        let find =
            |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
        Editor::find_in(None, find)
    }

    fn words(variables: &[(&str, &str)], line: Option<usize>) -> Vec<String> {
        let command = editor(variables).unwrap().command(Path::new("/a course/lib.rs"), line);
        let all = iter::once(command.get_program()).chain(command.get_args());
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
        // If there is no such file, this is a command with arguments.
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
    fn a_command_on_the_command_line_goes_before_all() {
        let find = |name: &str| (name == "EDITOR").then(|| "nano".to_owned());
        assert_eq!(Editor::find_in(Some("hx -v"), find).unwrap().name(), "hx");
        assert_eq!(Editor::find_in(Some("'hx"), find).unwrap_err(), "--edit-cmd is not a command: 'hx");
    }

    #[test]
    fn the_terminal_of_an_editor_opens_that_editor() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("clion"), "").unwrap();
        let path = folder.path().display().to_string();
        let jetbrains = [("TERMINAL_EMULATOR", "JetBrains-JediTerm"), ("PATH", path.as_str())];
        assert_eq!(words(&jetbrains, Some(7)), ["clion", "--line", "7", "/a course/lib.rs"]);
        assert_eq!(editor(&[("ZED_TERM", "true")]).unwrap().name(), "zed");
    }

    #[test]
    fn where_the_terminal_has_panes_the_editor_gets_one() {
        let tmux = [("EDITOR", "vim"), ("TMUX", "/tmp/tmux-0/default,1,0")];
        assert_eq!(words(&tmux, Some(7)), ["tmux", "split-window", "-h", "vim", "+7", "/a course/lib.rs"]);
        assert_eq!(editor(&tmux).unwrap().runs(), Runs::InWindow);
        let missing =
            editor(&[("EDITOR", "no-such-editor"), tmux[1]]).unwrap().open_in_window(Path::new("lib.rs"), None);
        assert_eq!(missing, "`no-such-editor` could not be started: there is no such program");
        let zellij = [("EDITOR", "hx"), ("ZELLIJ", "0")];
        assert_eq!(words(&zellij, Some(7)), ["zellij", "run", "--close-on-exit", "--", "hx", "/a course/lib.rs:7"]);
        // It has a window of its own.
        assert_eq!(words(&[("EDITOR", "subl"), ("TMUX", "x")], None), ["subl", "/a course/lib.rs"]);
    }

    #[test]
    fn an_editor_with_a_window_of_its_own_leaves_the_terminal_to_the_watch() {
        assert_eq!(editor(&[("EDITOR", "subl -w")]).unwrap().runs(), Runs::InWindow);
        assert_eq!(editor(&[("EDITOR", "unheard-of")]).unwrap().runs(), Runs::InTerminal);
    }
}
