//! `.env` files: what all programs agree on is read, and everything else refused.

use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use vault::{DotEnvFault, MAX_DOT_ENV_BYTES, parse_dot_env, quote_dot_env};

fn pairs(file: &[u8]) -> Result<Vec<(String, String)>, DotEnvFault> {
    let variables = parse_dot_env(file)?;
    Ok(variables.into_iter().map(|one| (one.name, one.value.expose_secret().to_owned())).collect())
}

/// What dotenvy makes of it, if it reads it at all.
fn dotenvy(file: &[u8]) -> Option<Vec<(String, String)>> {
    dotenvy::from_read_iter(file).collect::<Result<_, _>>().ok()
}

/// Pieces that files are made of, so that many of the files are nearly right.
fn file() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[A-C]{1,2}=", 1 => Just("export ".to_owned()), 4 => Just("\n".to_owned()), 1 => Just("\r\n".to_owned()),
        3 => "[a-z0-9:/@.-]{0,6}", 2 => "['\"]", 1 => "[ \t]{1,2}", 1 => "[#$\\\\`=]", 1 => Just("\\n".to_owned()),
        1 => "'[a-z #=\"\n]{0,5}'\n", 1 => "\"[a-z #='\n]{0,5}\"\n", 1 => "# [a-z'\"$]{0,5}\n", 1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn where_dotenvy_reads_a_file_too_it_reads_the_same(file in file()) {
        if let (Ok(ours), Some(theirs)) = (pairs(file.as_bytes()), dotenvy(file.as_bytes())) {
            prop_assert_eq!(ours, theirs, "{:?}", file);
        }
    }

    #[test]
    fn whatever_the_bytes_there_is_no_panic(file in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_dot_env(&file);
    }

    #[test]
    fn what_is_written_is_read_back_by_us_and_by_dotenvy(value in "([a-z '\"$\\\\#\n\t]|\\PC){0,30}") {
        let file = format!("NAME={}\nNEXT='1'\n", quote_dot_env(&value).unwrap().expose_secret());
        let wanted = vec![("NAME".to_owned(), value), ("NEXT".to_owned(), "1".to_owned())];
        prop_assert_eq!(pairs(file.as_bytes()).unwrap(), wanted.clone());
        prop_assert_eq!(dotenvy(file.as_bytes()).unwrap(), wanted, "{:?}", file);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_written_is_read_back_by_a_shell_without_being_run(value in "([a-z '\"$\\\\#\n!;&|()]){0,30}") {
        prop_assume!(!value.ends_with('\n'));
        let script = format!("NAME={}\nprintf '%s' \"$NAME\"", quote_dot_env(&value).unwrap().expose_secret());
        prop_assert_eq!(testkit::Run::new("sh").arg("-c").arg(&script).run().expect_ok().stdout, value, "{:?}", script);
    }
}

#[test]
fn a_usual_file_is_read() {
    let file = "\u{feff}# The database\r\nDATABASE_URL=postgres://app:pa-ss@db:5432/app?sslmode=require\r\n\n\
                export TOKEN = 'a $b #c \\d' # why\nEMPTY=\nALSO_EMPTY= # nothing\nspring.name=\"two\\nlines \\\"here\\\" \\$5\"\n\
                KEY='-----BEGIN\nline\n-----END'\nexport=\"1\"\nLAST=x";
    let wanted = [
        ("DATABASE_URL", "postgres://app:pa-ss@db:5432/app?sslmode=require"),
        ("TOKEN", "a $b #c \\d"),
        ("EMPTY", ""),
        ("ALSO_EMPTY", ""),
        ("spring.name", "two\nlines \"here\" $5"),
        ("KEY", "-----BEGIN\nline\n-----END"),
        ("export", "1"),
        ("LAST", "x"),
    ];
    assert_eq!(pairs(file.as_bytes()).unwrap(), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let lines: Vec<_> = parse_dot_env(file.as_bytes()).unwrap().iter().map(|one| one.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7, 8, 11, 12]);
}

#[test]
fn what_programs_read_differently_is_refused_with_its_line() {
    use DotEnvFault::*;
    let refused: [(&str, DotEnvFault); 24] = [
        ("A=1\nB=$HOME", Dollar(2)),
        ("A=\"x ${HOME}\"", Dollar(1)),
        ("A=\"\n\n$\"", Dollar(3)),
        ("A=pa$$word", Dollar(1)),
        ("A=two words", Unquoted(1)),
        ("A=a#b", Unquoted(1)),
        ("A=#b", Unquoted(1)),
        ("A=it's", Unquoted(1)),
        ("A=a\\b", Unquoted(1)),
        ("A=`id`", Unquoted(1)),
        ("A='a'b", Unquoted(1)),
        ("A='a'#b", Unquoted(1)),
        ("A=a\u{a0}b", Unquoted(1)),
        ("A=\"C:\\dir\"", Escape(1)),
        ("A='C:\\'", Escape(1)),
        ("\n\nA='open\n\n", Open(3)),
        ("A=\"open\\\"", Open(1)),
        ("just a line", Name(1)),
        ("1A=b", Name(1)),
        ("=b", Name(1)),
        ("export A", Name(1)),
        ("A-B=c", Name(1)),
        ("A=1\nA=2", Twice(2)),
        ("A='\0'", Nul(1)),
    ];
    for (file, fault) in refused {
        assert_eq!(pairs(file.as_bytes()), Err(fault), "{file:?}");
    }
    assert_eq!(pairs(b"A=1\nB=\xff"), Err(NotUtf8(2)));
    assert!(quote_dot_env("a\0b").is_err());
}

#[test]
fn a_file_has_its_limits() {
    let many: String = (0..1001).map(|number| format!("A{number}=1\n")).collect();
    assert_eq!(pairs(many.as_bytes()), Err(DotEnvFault::TooLarge));
    assert_eq!(pairs(many.trim_end().rsplit_once('\n').unwrap().0.as_bytes()).unwrap().len(), 1000);
    assert_eq!(pairs(&vec![b'\n'; MAX_DOT_ENV_BYTES + 1]), Err(DotEnvFault::TooLarge));
    assert!(pairs(&vec![b'\n'; MAX_DOT_ENV_BYTES]).unwrap().is_empty());
    assert_eq!(pairs(format!("{}=1", "A".repeat(257)).as_bytes()), Err(DotEnvFault::Name(1)));
}
