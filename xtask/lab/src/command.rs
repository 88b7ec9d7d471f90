//! `cargo xtask lab`: starts the watching of files, the worker that grades and the server of the page, and ends them at
//! Ctrl-C.

use std::io::{self, IsTerminal};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use grader::cli::print;
use grader::{Error, Result, Workspace};
use tokio::net::TcpListener;
use tokio::runtime;
use worker::files::{self, Files, FilesNews};
use worker::{Worker, panics};
use xtask::cli::LabArgs;

use crate::server::{self, Access};
use crate::state::LabState;

/// Serves the course to the student's browser until Ctrl-C.
///
/// # Errors
/// If the course cannot be read, or the port cannot be used.
pub fn lab(workspace: Workspace, args: &LabArgs) -> Result<ExitCode> {
    let course = Arc::new(workspace.course()?);
    let first = args.step.as_ref().map(|name| course.step(name)).transpose()?.map(|step| step.number);
    panics::keep();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(args.port).await?;
        let access = Access::new(listener.local_addr()?)?;
        let files = Files::of(&workspace);
        let state = LabState::new(workspace, course)?;
        let worker = start_worker(&state);
        follow_files(files, &state, &worker);

        let address = access.address(first);
        print(&format!("Lab  {address}\n     Ctrl-C ends it.\n"))?;
        if !args.no_open && io::stdout().is_terminal() {
            // If there is no browser, the address is on the terminal.
            let _ = open::that_detached(&address);
        }
        tokio::select! {
            never = server::serve(listener, access, state) => match never {},
            request = request_to_end() => request?,
        }
        // No student's code must run on after this program.
        worker.stop();
        Ok(ExitCode::SUCCESS)
    })
}

/// Listens where only this machine can connect.
async fn listen(port: Option<u16>) -> Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await;
    listener.map_err(|error| match port {
        Some(port) => {
            Error::Program(format!("port {port} cannot be had: {error}; name another one, or leave out --port"))
        }
        None => error.into(),
    })
}

fn start_worker(state: &Arc<LabState>) -> Worker {
    let listener = Arc::clone(state);
    let worker = Worker::start(state.workspace().clone(), state.course(), grader::grade_telling, move |news| {
        listener.take(news);
    });
    worker.grade_later(state.folders());
    worker
}

fn follow_files(files: Files, state: &Arc<LabState>, worker: &Worker) {
    let (state, worker) = (Arc::clone(state), worker.clone());
    thread::spawn(move || {
        let ended = files::follow(files, files::system, |news| match news {
            FilesNews::Changed(changes) => worker.grade_changed(changes),
            FilesNews::NoEvents { looks_a_second } => state.looks_for_changes(looks_a_second),
        });
        match ended {
            Ok(never) => match never {},
            Err(error) => state.lost(&format!("The lab no longer sees when you save: {error}. Start it again.")),
        }
    });
}

/// Waits for Ctrl-C, or for another signal that asks this program to end.
async fn request_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            interrupt = tokio::signal::ctrl_c() => interrupt,
            _ = terminate.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
