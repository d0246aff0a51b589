//! The simulated site, when this build has it (feature `lab`, on by default).

#[cfg(feature = "lab")]
pub use ::lab::{Control, Error, Family, Lab, LabOptions, Scenario, Servers};

#[cfg(not(feature = "lab"))]
pub use self::absent::{Control, Error, Family, Lab, LabOptions, Scenario, Servers};

/// What stands for it in a build without: every name on the command line is taken, and starting it is refused.
#[cfg(not(feature = "lab"))]
mod absent {
    use std::convert::Infallible;
    use std::net::SocketAddr;
    use std::path::Path;
    use std::str::FromStr;

    /// There is no simulated site.
    #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
    #[error("this build of voiceport has no simulated site")]
    pub struct Error;

    impl Error {
        /// What to do about it.
        #[must_use]
        pub fn hint(&self) -> Option<String> {
            Some("use a build with the feature `lab`: cargo install voiceport, without --no-default-features".to_owned())
        }
    }

    /// A family of switches, by its name.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Family;

    /// Something that goes wrong, by its name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Scenario;

    impl FromStr for Family {
        type Err = Infallible;
        fn from_str(_: &str) -> Result<Self, Infallible> {
            Ok(Self)
        }
    }

    impl FromStr for Scenario {
        type Err = Infallible;
        fn from_str(_: &str) -> Result<Self, Infallible> {
            Ok(Self)
        }
    }

    /// How the site would be.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct LabOptions {
        /// What would go wrong.
        pub scenario: Option<Scenario>,
        /// Which family would be in the closet.
        pub closet: Family,
    }

    /// Where phones would fetch.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Servers {
        /// TFTP server.
        pub tftp: Option<SocketAddr>,
        /// HTTP server.
        pub http: Option<SocketAddr>,
    }

    /// A control socket that is never served.
    #[derive(Debug)]
    pub enum Control {}

    /// A site that never runs.
    #[derive(Debug)]
    pub enum Lab {}

    impl Lab {
        /// Says that there is none.
        pub async fn start(_: LabOptions) -> Result<Self, Error> {
            std::future::ready(Err(Error)).await
        }

        #[must_use]
        pub fn inventory_text(&self) -> String {
            match *self {}
        }

        pub fn control(&self, _: &Path) -> Result<Control, Error> {
            match *self {}
        }

        pub fn provisioning(&self, _: Servers) {
            match *self {}
        }
    }
}
