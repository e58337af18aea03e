//! The whole app in a test.
