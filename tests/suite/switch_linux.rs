//! Tests of switch_linux: real bridges and real PSEs of real kernels, in guests.

mod kernel;
mod pse;

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn a_name_that_no_interface_can_have_is_refused_at_once() {
    use voiceport::switch::linux::LinuxSwitch;
    for name in ["", "a/b", "bridge of sixteen", "br 0"] {
        let error = LinuxSwitch::open("closet".into(), name, false, None).unwrap_err();
        assert!(error.to_string().contains("cannot be the name of an interface"), "{error}");
    }
}
