//! Threads whose stack suffices for deep trees.
//!
//! The parser, ty and most visitors recurse once or more for each level of a tree. The nesting check of this crate bounds
//! the levels, and these threads have room for that bound.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Address space for each thread; memory is only used for what is touched.
const STACK_SIZES: [usize; 3] = [512 << 20, 128 << 20, 32 << 20];

static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    STACK_SIZES.iter().find_map(|&size| {
        ThreadPoolBuilder::new()
            .stack_size(size)
            .thread_name(|index| format!("ungreen-{index}"))
            .build()
            .ok()
    })
});

/// Runs `work` on a thread with a large stack, and everything that it does in parallel as well.
///
/// Cheap when the calling thread is already one of them, so a whole run is best put inside one call.
/// When such threads cannot be made, `work` runs on the calling thread.
pub fn with_large_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Runs `work` on one of these threads when it has nothing else to do, and does not wait for it.
pub(crate) fn spawn_with_large_stack(work: impl FnOnce() + Send + 'static) {
    match &*POOL {
        Some(pool) => pool.spawn(work),
        None => work(),
    }
}
