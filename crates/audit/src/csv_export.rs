//! An export for spreadsheets. It cannot be verified: use JSON lines for that.

use std::io::Write;

use crate::encode::Encoded;

/// Writes entries as CSV (RFC 4180).
#[derive(Debug)]
pub struct CsvExport<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvExport<W> {
    /// Writes the names of the columns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new(out: W) -> Result<Self, csv::Error> {
        Self::with_columns(out, ["number", "leaf_hash", "time", "action", "caller", "project", "request", "body"])
    }

    /// The same with other columns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn with_columns(out: W, names: [&str; 8]) -> Result<Self, csv::Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(names)?;
        Ok(Self { writer })
    }

    /// Writes a row, each cell so that no spreadsheet runs it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn cells(&mut self, cells: [&str; 8]) -> Result<(), csv::Error> {
        self.writer.write_record(cells.map(harmless))
    }

    /// Writes an entry, with `time` as its time in words; those that were dropped have a number and a hash alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn entry(
        &mut self,
        number: u64,
        leaf: &merkle::Hash,
        kept: Option<(&str, &Encoded)>,
    ) -> Result<(), csv::Error> {
        let (number, leaf) = (number.to_string(), leaf.to_string());
        let cells = match kept {
            None => [number.as_str(), &leaf, "", "", "", "", "", ""],
            Some((time, entry)) => {
                let project = entry.project.as_deref().unwrap_or_default();
                [&number, &leaf, time, &entry.action, &entry.caller, project, &entry.request, &entry.body]
            }
        };
        self.cells(cells)
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), csv::Error> {
        Ok(self.writer.flush()?)
    }
}

/// A spreadsheet takes a cell that begins like this for a formula, and runs it; an apostrophe makes it text.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_are_text() {
        let mut out = Vec::new();
        let mut csv = CsvExport::new(&mut out).unwrap();
        for caller in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a \"b\", c\nd"] {
            let entry = Encoded {
                at_ms: 0,
                action: "sign-in".to_owned(),
                caller: caller.to_owned(),
                project: None,
                request: "req".to_owned(),
                body: "{}".to_owned(),
            };
            csv.entry(0, &merkle::leaf_hash(b"{}"), Some(("1970-01-01T00:00:00Z", &entry))).unwrap();
        }
        csv.entry(1, &merkle::leaf_hash(b"{}"), None).unwrap();
        csv.finish().unwrap();
        let mut reader = csv::Reader::from_reader(out.as_slice());
        let cells: Vec<String> = reader.records().map(|record| record.unwrap()[4].to_owned()).collect();
        let wanted = ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "a \"b\", c\nd", ""];
        assert_eq!(cells, wanted);
    }
}
