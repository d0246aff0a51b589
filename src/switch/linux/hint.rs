//! What to do about a refusal of the kernel. Pure.

use nix::errno::Errno;

use super::failure::Failure;
use crate::host::rights;

/// For a refused write of any kind.
pub(super) fn for_write(failure: &Failure) -> Option<String> {
    let hint = match failure.errno()? {
        Errno::EPERM | Errno::EACCES => {
            return Some(format!("run it as root, or give the binary the right once: {}", rights::cure()));
        }
        Errno::ENODEV => "the port has gone since it was read: look at `ip -br link`, and plan again",
        Errno::EBUSY => "something else is working on this port: try again",
        Errno::ERANGE => "the hardware does not take this value: `ethtool --show-pse` tells what it takes",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// For a port whose PSE does not answer.
pub(super) fn for_pse(failure: &Failure) -> Option<String> {
    let (errno, words) = (failure.errno()?, failure.words().unwrap_or_default());
    let hint = match errno {
        Errno::EOPNOTSUPP if words.contains("PHY") => {
            "if it does feed devices: the kernel does not connect this port to a PHY. Its driver or device tree must, \
             or the PSE is driven by a program beside the kernel, which voiceport does not speak to"
        }
        Errno::EOPNOTSUPP if words.contains("PSE") => {
            "if it does feed devices: name the PSE in the PHY's device tree node (`pses`) and load the PSE's driver"
        }
        Errno::EOPNOTSUPP => "if it does feed devices: run a kernel with PSE support (Linux 6.10, CONFIG_PSE_CONTROLLER)",
        Errno::ENOENT => "this kernel has no ethtool netlink: run Linux 6.10 or later (CONFIG_ETHTOOL_NETLINK)",
        _ => return for_write(failure),
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errno: Errno, words: Option<&str>) -> Failure {
        Failure::Refused { errno, words: words.map(str::to_owned) }
    }

    #[test]
    fn each_refusal_of_a_pse_has_its_own_hint() {
        let hint = |words| for_pse(&refused(Errno::EOPNOTSUPP, words)).unwrap();
        assert!(hint(Some("No PHY found")).contains("connect this port to a PHY"));
        assert!(hint(Some("No PHY is attached")).contains("connect this port to a PHY"));
        assert!(hint(Some("No PSE is attached")).contains("`pses`"));
        assert!(hint(None).contains("CONFIG_PSE_CONTROLLER"));
        assert!(for_pse(&refused(Errno::ENOENT, None)).unwrap().contains("ethtool netlink"));
        assert!(for_pse(&refused(Errno::EPERM, None)).unwrap().contains("setcap"));
        assert_eq!(for_pse(&refused(Errno::EIO, None)), None);
        assert_eq!(for_write(&Failure::NoAnswer), None);
    }
}
