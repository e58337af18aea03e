//! The contract between the portal and a Kubernetes target, one function per line of behaviour.
//!
//! Every line runs against the simulated data centre, and against a real API server if `PORTAL_TEST_KUBECONFIG` names an
//! administrator's kubeconfig (`.ci/kubernetes.sh start` prints one). Each line has a namespace and a limited credential
//! of its own, so all of them may run at the same time.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the way to fail")]

mod charts;
mod fencing;
mod kubelet;
mod lab;
mod nachnutzung;
mod objects;
mod ownership;
mod pods;
mod readiness;
mod refusals;
mod services;
mod standin;
mod wire;

/// Declares each line for both kinds of cluster. A real cluster that isn't there is said, not failed.
#[macro_export]
macro_rules! contract {
    ($($name:ident $(with $setting:ident)?;)*) => {
        mod simulated {
            $(#[tokio::test]
            async fn $name() {
                let settings: &[fn() -> $crate::lab::Setting] = &[$(super::$setting)?];
                let lab = $crate::lab::Lab::simulated($crate::lab::chosen(settings)).await;
                super::$name(&lab).await;
            })*
        }
        mod real {
            $(#[tokio::test]
            async fn $name() {
                let settings: &[fn() -> $crate::lab::Setting] = &[$(super::$setting)?];
                let Some(lab) = $crate::lab::Lab::real($crate::lab::chosen(settings)).await else {
                    eprintln!("PORTAL_TEST_KUBECONFIG is not set: no real API server to test against");
                    return;
                };
                super::$name(&lab).await;
                lab.close().await;
            })*
        }
    };
}
