//! The times of files. They decide nothing about a program's freshness, except for what only they can tell: whether a
//! file was touched while cargo read it. And cargo itself goes by them, so what it is to compile gets a new one.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// When a file was last changed: on Unix a time that no program can set.
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

/// The time that a file system gives to what is written to it now, which need not be that of this machine.
pub fn now_on_the_file_system(file: &Path) -> io::Result<SystemTime> {
    fs::write(file, "\n")?;
    changed_at(file).ok_or_else(|| io::Error::other("its time cannot be read"))
}

/// Gives a file a new time, by which cargo knows that it has to compile it. The new time is later than that of `built`
/// even if the clock was set back in between.
pub fn renew(file: &Path, built: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    let built = fs::metadata(built).and_then(|metadata| metadata.modified());
    let time = built.ok().filter(|built| *built >= now).map_or(now, |built| built + Duration::from_secs(1));
    File::options().append(true).open(file)?.set_modified(time)
}
