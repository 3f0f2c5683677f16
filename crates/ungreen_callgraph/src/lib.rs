//! Functions, call sites and where every call goes.
