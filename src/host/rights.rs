//! The rights (capabilities(7)) of this process, and how the binary gets those it lacks. I/O: reads `/proc`.

use std::path::PathBuf;

/// A right that some command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To serve and reflect on ports below 1024.
    NetBindService,
    /// To change bridges of this machine.
    NetAdmin,
    /// To listen on interfaces and to send frames.
    NetRaw,
}

impl Right {
    const fn bit(self) -> u32 {
        match self {
            Self::NetBindService => 10,
            Self::NetAdmin => 12,
            Self::NetRaw => 13,
        }
    }

    /// Whether this process has it; `None` where the kernel does not tell.
    #[must_use]
    pub fn is_held(self) -> Option<bool> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        effective(&status).map(|set| set >> self.bit() & 1 == 1)
    }
}

/// The effective set of `/proc/PID/status`.
fn effective(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

/// The command that gives the running binary every right that any command needs: `setcap` takes away what it does not name.
#[must_use]
pub fn cure() -> String {
    format!("sudo setcap cap_net_admin,cap_net_bind_service,cap_net_raw+ep {}", quoted(&binary()))
}

/// The file of the running program, links followed: `setcap` refuses a link.
fn binary() -> String {
    let path = std::env::current_exe().and_then(|path| path.canonicalize());
    path.unwrap_or_else(|_| PathBuf::from("voiceport")).display().to_string()
}

/// As one word of a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_from_the_effective_set() {
        let status = "Name:\tvoiceport\nCapPrm:\t0000000000003400\nCapEff:\t0000000000002400\n";
        let set = effective(status).unwrap();
        let held = [Right::NetBindService, Right::NetAdmin, Right::NetRaw].map(|right| set >> right.bit() & 1 == 1);
        assert_eq!(held, [true, false, true]);
        assert_eq!(effective("Name:\tx\n"), None);
    }

    #[test]
    fn the_cure_names_the_running_file_and_every_right() {
        let cure = cure();
        let file = std::env::current_exe().unwrap().canonicalize().unwrap();
        assert!(cure.ends_with(&file.display().to_string()), "{cure}");
        for right in ["cap_net_bind_service", "cap_net_raw", "cap_net_admin", "+ep"] {
            assert!(cure.contains(right), "{cure}");
        }
        assert_eq!(quoted("/opt/voice port/it's"), "'/opt/voice port/it'\\''s'");
    }
}
