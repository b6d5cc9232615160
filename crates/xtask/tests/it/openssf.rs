use xtask::scorecard::grade::Verdict;
use xtask::scorecard::openssf::judge;
use xtask::scorecard::thresholds::Thresholds;

fn verdicts(report: &str) -> Vec<Verdict> {
    let text = "[coverage]\nlines_percent = 85.0\nleave_out = []\n[lint]\nfindings = 0\n[advisories]\nfindings = 0\n\
                [openssf]\nLicense = 10\nSAST = 5\n";
    let grades = judge(report, &Thresholds::parse(text).unwrap()).unwrap();
    grades.into_iter().map(|grade| grade.verdict).collect()
}

#[test]
fn scores_are_compared_one_by_one() {
    let report = r#"{"checks":[{"name":"License","score":10,"reason":"there"},
                               {"name":"SAST","score":4,"reason":"some","details":["Info: x","Warn: y"]}]}"#;
    assert_eq!(verdicts(report), [Verdict::Pass, Verdict::Fail]);
}

#[test]
fn a_check_without_a_score_or_absent_is_no_pass() {
    assert_eq!(
        verdicts(r#"{"checks":[{"name":"License","score":-1,"reason":"error"}]}"#),
        [Verdict::Fail, Verdict::Fail]
    );
}
