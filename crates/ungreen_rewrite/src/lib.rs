//! A Plan and sources in, text edits out.
