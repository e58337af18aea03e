//! A stand-in for the kubelets of a real API server without nodes, for journeys that run against one:
//!
//! `PORTAL_TEST_KUBECONFIG=... cargo run -p portal-targets --example standin`, until it is stopped.

#[path = "../tests/contract/kubelet.rs"]
mod kubelet;
#[path = "../tests/contract/standin.rs"]
mod standin;
#[path = "../tests/contract/wire.rs"]
mod wire;

fn main() {
    let path = std::env::var_os("PORTAL_TEST_KUBECONFIG").expect("PORTAL_TEST_KUBECONFIG names a kubeconfig");
    standin::start(&std::fs::read_to_string(path).expect("a kubeconfig"));
    eprintln!("the cluster has nodes of its own: nothing to do");
}
