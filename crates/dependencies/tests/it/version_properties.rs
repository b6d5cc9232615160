//! Orders are orders: over versions as people write them and over any text, comparing both ways agrees, what is between two
//! is between them, and nothing panics.

use std::cmp::Ordering;

use dependencies::version::compare;
use domain::Ecosystem;
use proptest::prelude::*;

const ECOSYSTEMS: [&str; 12] = [
    "npm",
    "PyPI",
    Ecosystem::CARGO,
    "Go",
    "Maven",
    "RubyGems",
    "Packagist",
    "NuGet",
    "Debian:12",
    "Alpine:v3.20",
    "Pub",
    "Hex",
];

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

fn numbers(most: usize) -> impl Strategy<Value = String> {
    let number = prop_oneof![Just(0_u64), 0..4_u64, 9..12_u64, Just(20_240_101)];
    prop::collection::vec(number, 1..=most)
        .prop_map(|numbers| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// A version as the ecosystem writes them.
fn version(ecosystem: &'static str) -> BoxedStrategy<String> {
    let tails: &'static [&'static str] = match ecosystem {
        "PyPI" => &["", "a1", "b2", "rc1", ".dev1", ".post1", "a1.dev2", ".post1.dev3", "+local.1", "-x-y"],
        // What its rules give no order that holds are words glued behind words; published versions have none.
        "Maven" => {
            &["", "-alpha", "-alpha-1", "-beta2", "-M1", "-rc1", "-SNAPSHOT", "-sp", ".Final", "-jre", "-1", ".RELEASE"]
        }
        "RubyGems" => &["", ".a", ".pre1", ".rc.1", "-1", ".beta.0", ".0.a"],
        "Packagist" => &["", "-dev", "-alpha", "-alpha1", "-beta.2", "RC1", "-p1", "-stable", "-alpha1-dev", "+x"],
        "Debian:12" => &["", "-1", "~rc1", "-1~bpo1", "+deb12u1", "-1ubuntu1", "~", "a", "-1.1"],
        "Alpine:v3.20" => &["", "-r0", "-r1", "_alpha", "_rc1", "_p1", "_git20240101", "a", "a-r1", "_p1_alpha2"],
        _ => &["", "-0", "-alpha", "-alpha.1", "-alpha.beta", "-rc.1", "-1.2", "+build", "-x-y.10"],
    };
    let most = if ecosystem == "NuGet" { 4 } else { 3 };
    (numbers(most), pick(tails)).prop_map(|(numbers, tail)| numbers + &tail).boxed()
}

fn three() -> impl Strategy<Value = (Ecosystem, [String; 3])> {
    prop::sample::select(&ECOSYSTEMS[..]).prop_flat_map(|ecosystem| {
        (Just(Ecosystem::new(ecosystem)), [version(ecosystem), version(ecosystem), version(ecosystem)])
    })
}

fn order(ecosystem: &Ecosystem, one: &str, other: &str) -> Ordering {
    compare(ecosystem, one, other).unwrap_or_else(|| panic!("{ecosystem}: {one} and {other} have no order"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn the_order_is_total((ecosystem, [one, two, three]) in three()) {
        prop_assert_eq!(order(&ecosystem, &one, &one), Ordering::Equal);
        prop_assert_eq!(order(&ecosystem, &one, &two), order(&ecosystem, &two, &one).reverse());
        let (first, second, whole) =
            (order(&ecosystem, &one, &two), order(&ecosystem, &two, &three), order(&ecosystem, &one, &three));
        if first == second || second == Ordering::Equal {
            prop_assert_eq!(whole, first, "{} {} {}", one, two, three);
        }
        if first == Ordering::Equal {
            prop_assert_eq!(whole, second, "{} {} {}", one, two, three);
        }
    }

    #[test]
    fn no_text_makes_it_panic_or_disagree_with_itself(
        ecosystem in prop::sample::select(&ECOSYSTEMS[..]),
        one in "[0-9a-z.~_+:!\u{e4} -]{0,24}",
        other in any::<String>(),
    ) {
        let ecosystem = Ecosystem::new(ecosystem);
        for (one, other) in [(&one, &other), (&one, &one), (&other, &other)] {
            prop_assert_eq!(compare(&ecosystem, one, other), compare(&ecosystem, other, one).map(Ordering::reverse));
        }
    }
}
