//! `cargo xtask completions`: what it prints, and what the shells that are there make of it.

use testkit::Program;

const PROGRAM: Program = testkit::program!("completions");

#[test]
fn each_script_knows_what_the_overview_shows_and_the_steps() {
    let course = PROGRAM.course("all");
    course.step("known-step");
    let overview = course.xtask(&[]).stdout;
    let commands: Vec<&str> =
        overview.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert!(commands.contains(&"grade") && commands.contains(&"new"), "{overview}");
    for shell in ["bash", "zsh", "fish"] {
        let script = course.xtask(&["completions", shell]).stdout;
        for word in commands.iter().chain(&["known-step", "junit", "fresh"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // What is hidden from a person.
        assert!(
            !script.contains("record -h") && !script.contains("--course") && !script.contains("-l course"),
            "{shell}"
        );
    }
}

#[test]
fn the_commands_of_instructors_come_last_and_say_whose_they_are() {
    let course = PROGRAM.course("order");
    course.step("ordered-step");
    for shell in ["bash", "zsh", "fish"] {
        let script = course.xtask(&["completions", shell]).stdout;
        let names = |line: &&str| line.contains("grade") && line.contains("bless");
        let listed = match shell {
            "bash" => script.lines().find(|line| line.contains("opts=") && names(line)).unwrap().to_owned(),
            // One line for each command; those of fish begin alike.
            _ => {
                let is_listed = |line: &&str| line.starts_with('\'') || line.contains("needs_command\" -f -a \"");
                script.lines().filter(is_listed).collect::<Vec<_>>().join(" ")
            }
        };
        let places = ["grade", "completions", "bless", "handout"].map(|name| listed.find(name));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{shell}: {listed}");
        let said = script.matches("(for instructors) Record expected answers").count();
        assert_eq!(said > 0, shell != "bash", "{shell}");
    }
}

/// Where no other program is called as a shell is.
#[cfg(unix)]
mod in_the_shells {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use crate::PROGRAM;

    /// The script for a shell, of a course with two steps that are called after it.
    fn script(name: &str, shell: &str) -> String {
        let course = PROGRAM.course(name);
        // Not in the order of the alphabet.
        course.step(&format!("{name}-two"));
        course.step(&format!("{name}-one"));
        let output = course.command(&["completions", shell]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a shell prints that reads these commands, if it is there.
    fn said_by(shell: &[&str], commands: &str) -> Option<String> {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else {
            eprintln!("skipped: there is no {} here", shell[0]);
            return None;
        };
        child.stdin.take().unwrap().write_all(commands.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell:?}");
        Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
    }

    /// What is completed in bash, where `before` stands in the start-up file before the script.
    fn completed_by_bash(before: &str, script: &str, lines: &[&[&str]]) -> Option<Vec<String>> {
        let mut commands = format!("{before}\n{script}\n");
        for words in lines {
            let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            let [.., previous, current] = &quoted[..] else { panic!("a line has two words at least") };
            commands.push_str(&format!(
                "COMP_WORDS=({}) COMP_CWORD={} COMPREPLY=()\n\
                 by='-F ([^ ]+) cargo'; [[ \"$(complete -p cargo)\" =~ $by ]]\n\
                 ${{BASH_REMATCH[1]}} cargo {current} {previous}\n\
                 echo \"${{COMPREPLY[*]-}}\"\n",
                quoted.join(" "),
                quoted.len() - 1
            ));
        }
        Some(said_by(&["bash", "--norc", "--noprofile"], &commands)?.lines().map(str::to_owned).collect())
    }

    #[test]
    fn bash_completes_commands_options_values_and_steps() {
        let script = script("bash", "bash");
        let lines: &[&[&str]] = &[
            &["cargo", "xtask", "gr"],
            &["cargo", "xtask", ""],
            &["cargo", "xtask", "list", ""],
            &["cargo", "xtask", "hint", "bash-"],
            &["cargo", "xtask", "grade", "bash-one", "--fresh", "bash-t"],
            &["cargo", "xtask", "grade", "--format", "j"],
            &["cargo", "xtask", "new", "any", "--after", "bash-o"],
            &["cargo", "+stable", "xtask", "reset", "--y"],
            &["cargo", "xtask", "completions", "z"],
            &["cargo", "xtask", "record", "-"],
        ];
        let expected = [
            "grade",
            "grade watch hint list plot lab reset update solution completions bless verify mistakes new rename move \
             remove init handout help",
            "-h --help",
            "bash-two bash-one",
            "bash-two",
            "json junit",
            "bash-one",
            "--yes",
            "zsh",
            "-h -V --help --version",
        ];
        for before in ["", "set -u"] {
            if let Some(completed) = completed_by_bash(before, &script, lines) {
                assert_eq!(completed, expected, "{before}");
            }
        }
    }

    #[test]
    fn in_bash_all_else_of_cargo_is_completed_as_before() {
        let script = script("before", "bash");
        let lines: &[&[&str]] =
            &[&["cargo", "bu"], &["cargo", "xt"], &["cargo", "run", "xtask"], &["cargo", "xtask", "gr"]];
        let completion = "_own() { COMPREPLY=(\"own:$2\"); }\n";
        let at_once = format!("{completion} complete -o nospace -F _own cargo");
        let when_needed = format!("{completion} _completion_loader() {{ complete -F _own $1; }}");
        // Read twice, as where a start-up file is read again.
        let twice = format!("{at_once}\n{script}");
        for before in [&at_once, &when_needed, &twice] {
            if let Some(completed) = completed_by_bash(before, &script, lines) {
                assert_eq!(completed, ["own:bu", "own:xt", "own:xtask", "grade"], "{before}");
            }
        }
        for before in ["", "set -u"] {
            if let Some(completed) = completed_by_bash(before, &script, lines) {
                assert_eq!(completed, ["", "", "", "grade"], "{before}");
            }
        }
    }

    #[test]
    fn fish_completes_commands_options_values_and_steps() {
        let script = script("fish", "fish");
        let lines = [
            "xtask gr",
            "xtask grade fish-one fish-t",
            "+stable xtask grade --format ju",
            "xtask reset --y",
            "xtask hint ",
        ];
        let asked: String = lines.iter().map(|line| format!("complete -C 'cargo {line}'\n")).collect();
        if let Some(completed) = said_by(&["fish", "--no-config"], &format!("{script}\n{asked}")) {
            let words: Vec<&str> = completed.lines().filter_map(|line| line.split('\t').next()).collect();
            assert_eq!(words, ["grade", "fish-two", "junit", "--yes", "fish-two", "fish-one"]);
        }
    }

    #[test]
    fn in_fish_the_commands_of_cargo_itself_get_no_company() {
        let script = script("fish-apart", "fish");
        let lines = ["cargo gra", "cargo wat", "cargo run gra", "cargo +stable wat"];
        let asked: String = lines.iter().map(|line| format!("complete -C '{line}'\n")).collect();
        if let Some(completed) = said_by(&["fish", "--no-config"], &format!("{script}\n{asked}")) {
            let ours = |line: &&str| ["grade", "watch"].contains(&line.split('\t').next().unwrap_or_default());
            assert_eq!(completed.lines().find(ours), None);
        }
    }

    #[test]
    fn zsh_reads_the_script_and_completes_cargo_if_nothing_else_does() {
        let script = script("zsh", "zsh");
        let said = "typeset -A _comps\ncompdef() { print \"$1 for $2\" }\n";
        for (before, expected) in [("", "_cargo_with_xtask for cargo\n"), ("_comps[cargo]=_cargo\n", "")] {
            let commands = format!("{said}{before}{script}\nprint $+functions[_cargo-xtask]\n");
            if let Some(said) = said_by(&["zsh", "-f"], &commands) {
                assert_eq!(said, format!("_cargo_xtask for cargo_xtask\n{expected}1\n"));
            }
        }
    }
}
