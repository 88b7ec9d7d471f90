//! The times of files. Content alone decides whether a program is up to date. But only a time tells whether a file has
//! changed while cargo was reading it, and cargo itself goes by times.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// When a file was last changed; on Unix, a time that no program can set.
pub fn changed_at(file: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(file).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let seconds = u64::try_from(metadata.ctime()).ok()?;
        let nanos = u32::try_from(metadata.ctime_nsec()).ok()?;
        Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos))
    }
    #[cfg(not(unix))]
    metadata.modified().ok()
}

/// The time that a file system gives to files written now, which may differ from the machine's clock. It is later than
/// the time of everything written before: file systems count in steps of some milliseconds, so this waits for the next
/// step, but not longer than [`LONGEST_WAIT`].
pub fn now_on_the_file_system(file: &Path) -> io::Result<SystemTime> {
    let written = || {
        fs::write(file, "\n")?;
        changed_at(file).ok_or_else(|| io::Error::other("its time cannot be read"))
    };
    let before = written()?;
    let began = Instant::now();
    loop {
        let now = written()?;
        if now != before || began.elapsed() > LONGEST_WAIT {
            return Ok(now);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// Gives a file a new time, so that cargo compiles it. The time is later than that of `built`, even if the clock was
/// set back in between.
pub fn renew(file: &Path, built: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    let built = fs::metadata(built).and_then(|metadata| metadata.modified());
    let time = built.ok().filter(|built| *built >= now).map_or(now, |built| built + Duration::from_secs(1));
    // On Unix, the owner may do this even to a read-only file.
    File::options().read(true).append(cfg!(windows)).open(file)?.set_modified(time)
}
