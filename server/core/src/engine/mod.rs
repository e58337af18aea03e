//! tmp
mod input;
pub use input::*;
mod operations {
    use portal_model::operation::{OperationKind, StepKind};
    pub struct K(OperationKind);
    pub fn of(k: OperationKind) -> K {
        K(k)
    }
    impl K {
        pub fn steps(&self) -> &'static [StepKind] {
            let _ = self.0;
            &[]
        }
    }
}
