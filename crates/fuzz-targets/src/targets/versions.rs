//! Versions: every scheme must order any texts, and the order must be one.

use std::cmp::Ordering;

use dependencies::version::{Scheme, Version};

use crate::target::Target;

const SCHEMES: [Scheme; 9] = [
    Scheme::Semver,
    Scheme::Go,
    Scheme::Python,
    Scheme::Maven,
    Scheme::Ruby,
    Scheme::Packagist,
    Scheme::Nuget,
    Scheme::Debian,
    Scheme::Alpine,
];

/// A scheme, then versions, a line each.
pub(super) const TARGET: Target = Target {
    name: "versions",
    run: |data| {
        let Some((scheme, text)) = data.split_first() else { return };
        let scheme = SCHEMES[usize::from(*scheme) % SCHEMES.len()];
        let Ok(text) = std::str::from_utf8(text) else { return };
        let versions: Vec<(&str, Version)> =
            text.lines().take(4).filter_map(|line| Some((line, scheme.parse(line)?))).collect();
        for (one, first) in &versions {
            for (two, second) in &versions {
                let order = first.compare(second);
                assert_eq!(order, second.compare(first).map(Ordering::reverse), "{scheme:?}: {one:?} and {two:?}");
                // Maven's own order has circles where texts are no versions: 1 < 1.a < 1-alpha < 1. Ours is Maven's.
                let chained = versions.iter().filter(|_| scheme != Scheme::Maven);
                for (three, third) in chained {
                    let chain = (order, second.compare(third), first.compare(third));
                    if let (Some(Ordering::Less), Some(Ordering::Less | Ordering::Equal), Some(all)) = chain {
                        assert_eq!(all, Ordering::Less, "{scheme:?}: {one:?} < {two:?} <= {three:?}");
                    }
                }
            }
        }
    },
    seeds: || {
        let of = |texts: &[&str], scheme: u8| {
            texts.iter().map(|text| [&[scheme], text.as_bytes()].concat()).collect::<Vec<_>>()
        };
        (0..9).flat_map(|scheme| of(TEXTS, scheme)).collect()
    },
    words: &[
        "alpha",
        "beta",
        "rc",
        "dev",
        "post",
        "pre",
        "final",
        "ga",
        "sp",
        "SNAPSHOT",
        "milestone",
        "cr",
        "_p",
        "-r",
        "_alpha",
        "_rc",
        "+incompatible",
        "1!",
        "0:",
        "~",
        ".0",
        "v",
        "dev-master",
        ".x-dev",
        "9999999",
        "a1",
        "18446744073709551616",
        "-0.20200101000000-0123456789ab",
    ],
};

const TEXTS: &[&str] = &[
    "1.0.0\n1.0.0-alpha.1\n1.0.0-alpha.beta\n1.0.0+build",
    "v1.2.3-0.20200101000000-0123456789ab\nv2.0.0+incompatible\n1.21rc2",
    "1!2.0.post1.dev3\n2.0a1\n2.0+local.7\n2004d",
    "1.0-alpha-1\n1.0-SNAPSHOT\n1-sp-1\n1.0.0.ga",
    "1.0.a\n1.0.0.rc1\n1\n1.0.b2",
    "1:2.30-1~deb11u1\n2.30-1+b1\n0",
    "1.2.3_p1-r0\n1.2.3_alpha\n1.2b\n01.2",
    "dev-master\n1.0.x-dev\n1.0-beta2\n1.0.0.0",
];
