//! `cargo xtask lab`: starts what sees saves, what grades them and what serves the page, and ends them at Ctrl-C.

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

use crate::classroom::Classroom;
use crate::server::{self, Door};

/// Serves the course to the student's browser until Ctrl-C.
///
/// # Errors
/// If the course cannot be read, or the port cannot be had.
pub fn lab(workspace: Workspace, args: &LabArgs) -> Result<ExitCode> {
    let course = Arc::new(workspace.course()?);
    let first = args.step.as_ref().map(|name| course.step(name)).transpose()?.map(|step| step.number);
    panics::keep();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = listen(args.port).await?;
        let door = Door::new(listener.local_addr()?)?;
        let files = Files::of(&course);
        let classroom = Classroom::new(workspace, course)?;
        let worker = start_worker(&classroom);
        follow_files(files, &classroom, &worker);

        let address = door.address(first);
        print(&format!("Lab  {address}   (Ctrl-C ends it)\n"))?;
        if !args.no_open && io::stdout().is_terminal() {
            // Where there is no browser, the address that was printed must do.
            let _ = open::that_detached(&address);
        }
        tokio::select! {
            never = server::serve(listener, door, classroom) => match never {},
            asked = asked_to_end() => asked?,
        }
        // Of a student's code, nothing goes on behind our back.
        worker.stop();
        Ok(ExitCode::SUCCESS)
    })
}

/// Only this machine can reach what listens here.
async fn listen(port: Option<u16>) -> Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await;
    listener.map_err(|error| match port {
        Some(port) => {
            Error::Program(format!("port {port} cannot be had: {error}; name another one, or leave out --port"))
        }
        None => error.into(),
    })
}

fn start_worker(classroom: &Arc<Classroom>) -> Worker {
    let (told, course) = (Arc::clone(classroom), classroom.course());
    let worker = Worker::start(classroom.workspace().clone(), course, Workspace::grade_telling, move |news| {
        told.take(news);
    });
    worker.grade_later(classroom.folders());
    worker
}

fn follow_files(files: Files, classroom: &Arc<Classroom>, worker: &Worker) {
    let (told, worker) = (Arc::clone(classroom), worker.clone());
    thread::spawn(move || {
        let ended = files::follow(files, files::system, |news| match news {
            FilesNews::Changed(folders) => worker.grade_now(folders, false),
            FilesNews::NoEvents { looks_a_second } => told.looks_for_changes(looks_a_second),
        });
        match ended {
            Ok(never) => match never {},
            Err(error) => told.lost(&format!("The lab no longer sees when you save: {error}. Start it again.")),
        }
    });
}

/// Waits for Ctrl-C, or whatever else asks a program to end.
async fn asked_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            asked = tokio::signal::ctrl_c() => asked,
            _ = terminate.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
