//! The program of `cargo xtask completions`: the script by which a shell completes `cargo xtask …`. clap writes it
//! from the one tree of commands, as if for a program of its own; the code here ties that to `cargo`, and leaves
//! cargo's own completion as it is.

use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};
use clap_complete::generate;
use grader::cli::print;
use grader::course::Course;
use grader::{Result, Workspace};
use xtask::cli::{Cli, CompletionsArgs, Shell, StudentTask, Task, commands, for_instructors};

fn main() -> ExitCode {
    xtask::program(run)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.task {
        Some(Task::Student(StudentTask::Completions(args))) => completions(&cli.workspace()?, args),
        _ => xtask::run(cli),
    }
}

/// Prints the script that completes these commands, with the names of the course's steps.
fn completions(workspace: &Workspace, args: &CompletionsArgs) -> Result<ExitCode> {
    let course = workspace.course()?;
    print(&script(args.shell, shown(&commands(course.edition), &course)))?;
    Ok(ExitCode::SUCCESS)
}

/// What clap takes all to be the commands of. With a hyphen in this name, its script for bash would not find them.
const PROGRAM: &str = "cargo_xtask";

/// The commands that are not hidden, the students' first and the others called the instructors', with the course's steps
/// as what each `STEP` can be.
fn shown(commands: &Command, course: &Course) -> Command {
    let steps = course.steps.iter().map(|step| PossibleValue::new(&step.name).help(&step.title));
    let steps = PossibleValuesParser::new(steps.collect::<Vec<_>>());
    let with_steps = |argument: Arg| match argument.get_value_names() {
        Some([name]) if name == "STEP" => argument.value_parser(steps.clone()),
        _ => argument,
    };
    let instructors = for_instructors();
    let is_instructors = |command: &Command| instructors.iter().any(|other| other.get_name() == command.get_name());
    let shown = commands.get_subcommands().filter(|command| !command.is_hide_set());
    let (for_instructors, for_students): (Vec<&Command>, Vec<&Command>) =
        shown.partition(|shown| is_instructors(shown));
    let for_instructors = for_instructors.into_iter().map(|command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        command.clone().about(format!("(for instructors) {about}"))
    });
    let shown = for_students.into_iter().cloned().chain(for_instructors);
    Command::new(PROGRAM).version("").subcommands(shown.map(|command| command.mut_args(with_steps)))
}

fn script(shell: Shell, mut commands: Command) -> String {
    let (generator, tied) = match shell {
        Shell::Bash => (clap_complete::Shell::Bash, BASH.to_owned()),
        Shell::Zsh => (clap_complete::Shell::Zsh, ZSH.to_owned()),
        Shell::Fish => (clap_complete::Shell::Fish, format!("{}{FISH}", arguments_for_fish(&commands))),
    };
    let mut script = Vec::new();
    generate(generator, &mut commands, PROGRAM, &mut script);
    format!("{}\n{tied}", String::from_utf8_lossy(&script))
}

/// What clap leaves out for fish: the values of positional arguments, in their order, and that they are not files.
fn arguments_for_fish(commands: &Command) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut text = format!("complete -c {PROGRAM} -f\n");
    for command in commands.get_subcommands() {
        let name = command.get_name();
        let values = command.get_positionals().flat_map(Arg::get_possible_values);
        let with_help = values.map(|value| {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            format!("{} {}", quoted(value.get_name()), quoted(&help))
        });
        let with_help: Vec<String> = with_help.collect();
        if !with_help.is_empty() {
            text.push_str(&format!(
                "function __cargo_xtask_values_of_{name}\n    printf '%s\\t%s\\n' {}\nend\n\
                 complete -c {PROGRAM} -n '__fish_cargo_xtask_using_subcommand {name}' -k -a '(__cargo_xtask_values_of_{name})'\n",
                with_help.join(" ")
            ));
        }
    }
    text
}

/// Around whatever completes `cargo` in bash; also for a person who has set `nounset`.
const BASH: &str = r#"
if ! complete -p cargo >/dev/null 2>&1 && declare -F _completion_loader >/dev/null; then
    _completion_loader cargo
fi
_cargo_by_a_function='^(complete.*) -F ([^ ]+) cargo$'
if [[ "$(complete -p cargo 2>/dev/null)" =~ $_cargo_by_a_function ]]; then
    if [[ "${BASH_REMATCH[2]}" != _cargo_with_xtask ]]; then
        _cargo_without_xtask="${BASH_REMATCH[2]}"
    fi
    ${BASH_REMATCH[1]} -F _cargo_with_xtask cargo
else
    complete -o bashdefault -o default -F _cargo_with_xtask cargo
fi

_cargo_with_xtask() {
    local at=1
    if [[ "${COMP_WORDS[1]-}" == +* ]]; then
        at=2
    fi
    if [[ "${COMP_WORDS[at]-}" == xtask && $COMP_CWORD -gt $at ]]; then
        local words=(cargo_xtask "${COMP_WORDS[@]:at+1}") cword=$((COMP_CWORD - at))
        local COMP_WORDS=("${words[@]}") COMP_CWORD=$cword
        # Steps keep their order. Called by hand, there is nothing to set, and versions before 4.4 sort.
        compopt -o nosort 2>/dev/null
        _cargo_xtask cargo_xtask "$2" "$3"
        # Options only where they are asked for, or where there is nothing else: not before the commands.
        local word others=()
        for word in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do
            if [[ "$2" == -* || "$word" != -* ]]; then
                others+=("$word")
            fi
        done
        if [[ ${#others[@]} -gt 0 ]]; then
            COMPREPLY=("${others[@]}")
        fi
    elif [[ -n "${_cargo_without_xtask-}" ]]; then
        "$_cargo_without_xtask" "$@"
    fi
}
"#;

/// The toolchain's own `_cargo` calls `_cargo-xtask` by itself; without it, files are completed as they were before.
const ZSH: &str = r#"
# Steps keep their order.
zstyle ':completion:*:cargo_xtask*' sort false
_cargo-xtask() {
    local curcontext="${curcontext%:*:*}:cargo_xtask:"
    _cargo_xtask "$@"
}
_cargo_with_xtask() {
    if [[ ${words[2]-} == xtask && $CURRENT -gt 2 ]]; then
        shift words
        (( CURRENT-- ))
        _cargo-xtask "$@"
    else
        _default "$@"
    fi
}
(( $+_comps[cargo] )) || compdef _cargo_with_xtask cargo
"#;

/// Beside whatever completes `cargo` in fish.
const FISH: &str = r#"
function __cargo_xtask_words
    set -l words (commandline -opc)
    if string match -q '+*' -- $words[2]
        set -e words[2]
    end
    test "$words[2]" = xtask; and printf '%s\n' $words[2..-1]
end
function __cargo_xtask_complete
    set -l words (__cargo_xtask_words)
    complete -C "cargo_xtask "(string join ' ' -- (string escape -- $words[2..-1]) (commandline -ct))
end
complete -c cargo -n '__cargo_xtask_words >/dev/null' -f -k -a '(__cargo_xtask_complete)'
"#;
