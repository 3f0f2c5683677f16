//! What a program did, as lines of text, and the comparison of two such texts.

use std::time::Duration;

use similar::TextDiff;

use crate::case::Difference;
use crate::process::Finished;

/// Texts in the errors of a migrated program that are defects even if its output is right.
const DEFECTS: [&str; 4] = [
    "was never awaited",
    "Task was destroyed but it is pending",
    "Task exception was never retrieved",
    "Future exception was never retrieved",
];

/// The transcript of a run.
///
/// With a driver it is what the driver printed. Without, it is the program's output, its exit code and the last line of
/// its errors. `replacements` puts words in the place of texts that depend on the machine.
#[must_use]
pub fn of_run(finished: &Finished, has_driver: bool, replacements: &[(String, &str)]) -> String {
    let mut text = finished.stdout.clone();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if finished.timed_out {
        text.push_str("[time limit]\n");
    } else if !has_driver {
        text.push_str(&format!("[exit {}]\n", code(finished)));
        if let Some(line) = finished
            .stderr
            .lines()
            .rfind(|line| !line.trim().is_empty())
        {
            text.push_str(&format!("[stderr] {line}\n"));
        }
    } else if finished.code != Some(0) {
        text.push_str(&format!(
            "[driver failed: {}]\n{}",
            code(finished),
            finished.stderr
        ));
    }
    for (found, word) in replacements {
        text = text.replace(found, word);
    }
    text
}

fn code(finished: &Finished) -> String {
    finished
        .code
        .map_or_else(|| "by a signal".to_string(), |code| code.to_string())
}

/// The first line of `stderr` that tells of a defect of asynchronous code.
#[must_use]
pub fn defect(stderr: &str) -> Option<&str> {
    stderr
        .lines()
        .find(|line| DEFECTS.iter().any(|defect| line.contains(defect)))
}

/// `None` if the transcripts agree but for the allowed differences; else what differs, as a unified diff.
#[must_use]
pub fn compare(original: &str, migrated: &str, allowed: &[Difference]) -> Option<String> {
    if reduced(original, allowed) == reduced(migrated, allowed) {
        return None;
    }
    let diff = TextDiff::configure()
        .timeout(Duration::from_secs(2))
        .diff_lines(original, migrated);
    Some(
        diff.unified_diff()
            .header("original", "migrated")
            .to_string(),
    )
}

/// The lines without those that may be missing; the two sides of a difference become the same line.
fn reduced<'a>(transcript: &'a str, allowed: &'a [Difference]) -> Vec<&'a str> {
    transcript
        .lines()
        .filter_map(|line| {
            let known = allowed.iter().find(|difference| {
                difference.original.as_deref() == Some(line)
                    || difference.migrated.as_deref() == Some(line)
            });
            match known {
                None => Some(line),
                Some(Difference {
                    original: Some(original),
                    migrated: Some(_),
                    ..
                }) => Some(original),
                Some(_) => None,
            }
        })
        .collect()
}
