//! Discovery, configuration, the salsa database and its overlay, safe writing.
