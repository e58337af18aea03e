//! The simulated data centre through the client that the portal uses.

mod access;
mod common;
mod controllers;
mod durability;
mod faults;
mod kubectl;
mod lists;
mod preconditions;
mod server_side_apply;
mod surface;
