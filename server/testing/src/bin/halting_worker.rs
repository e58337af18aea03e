//! A worker in a process of its own that stops at a chosen point, for the crash and fencing tests:
//! `halting_worker DATABASE_URL PACKAGES SHIFT_SECONDS [KIND:NUMBER]`. Without a point it works until nothing is left to do and
//! prints how many effects and records there were. `HALTING_WORKER_LEASE` is the length of its leases in seconds.

use portal_core::ports::Journal;
use portal_storage::Packages;
use portal_targets::kubernetes::KubernetesTarget;
use portal_testing::{
    Halt, HaltingJournal, HaltingTarget, Point,
    app::{ShiftedClock, engine_with_lease, open, run_until_idle},
};
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(url), Some(packages), Some(shift)) = (args.next(), args.next(), args.next().and_then(|s| s.parse().ok()))
    else {
        eprintln!("halting_worker DATABASE_URL PACKAGES SHIFT_SECONDS [KIND:NUMBER]");
        std::process::exit(2);
    };
    let point: Option<Point> = args.next().and_then(|p| p.parse().ok());
    let halt = Halt::at(point);
    let packages = Arc::new(Packages::in_folder(packages.as_ref()).expect("a folder of packages"));
    let (storage, portal) = open(&url, packages, Arc::new(ShiftedClock::new(shift))).await;
    let target = Arc::new(HaltingTarget { inner: KubernetesTarget::new(), halt: halt.clone() });
    let inner: Arc<dyn Journal> = storage.clone();
    let journal = Arc::new(HaltingJournal { inner, halt: halt.clone() });
    let lease = std::env::var("HALTING_WORKER_LEASE").ok().and_then(|s| s.parse().ok());
    let engine =
        engine_with_lease(lease, &portal, &storage, target, journal, &format!("worker-{}", std::process::id()));
    run_until_idle(&engine, storage.as_ref()).await;
    let (effects, records) = halt.counts();
    println!("done {effects} {records}");
}
