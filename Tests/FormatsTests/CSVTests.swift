import Bytes
import Formats
import Machine
import Testing

@Suite("CSV as spreadsheets write and read it")
struct CSVTests {
  private func texts(_ text: String) throws -> [[String]] {
    try CSVReader.records(in: Array(text.utf8)).map(\.texts)
  }

  private func fault(_ bytes: [UInt8]) -> FormatError? {
    do {
      _ = try CSVReader.records(in: bytes)
      return nil
    } catch { return error as? FormatError }
  }

  private func written(_ records: [[String]], separator: Unicode.Scalar = ",") -> [UInt8] {
    var writer = CSVWriter(separator: separator)
    for record in records { writer.record(record) }
    var bytes: [UInt8] = []
    writer.take { bytes = $0.withBytes { Array($0) } }
    return bytes
  }

  @Test("a file begins with a byte order mark, and lines end in CR LF")
  func outline() {
    #expect(written([["sku", "Été"], ["1", ""]]) == Array("\u{FEFF}sku,Été\r\n1,\r\n".utf8))
  }

  @Test("quotes, separators and line ends stand in quotes")
  func quoting() throws {
    let cells = ["a\"b", "a,b", "a;b", "a\nb", "a\r\nb", " a", "a ", "a\tb"]
    #expect(try CSVReader.records(in: written([cells])).map(\.texts) == [cells])
    #expect(written([["a\"b"]]) == Array("\u{FEFF}\"a\"\"b\"\r\n".utf8))
  }

  @Test(
    "what a spreadsheet would run is written behind an apostrophe and read back unchanged",
    arguments: ["=1+1", "+41 22", "-3", "@here", "'=1+1", "''=x", "\t=1", "＝1", "'quoted'", "'"])
  func formulas(_ text: String) throws {
    let bytes = written([["id", text]])
    #expect(try CSVReader.records(in: bytes).map(\.texts) == [["id", text]])
    let raw = String(decoding: bytes.dropFirst(6), as: UTF8.self)
    #expect(!["=", "+", "-", "@", "\"=", "\"+", "\"-", "\"@"].contains { raw.hasPrefix($0) })
  }

  @Test("the separator is what the first record has most of", arguments: [",", ";", "\t"])
  func separators(_ separator: String) throws {
    let text = "sku\(separator)title\(separator)note\r\n1\(separator)\"a,b;c\td\"\(separator)x\r\n"
    #expect(try texts(text) == [["sku", "title", "note"], ["1", "a,b;c\td", "x"]])
  }

  @Test("Excel's first line sep=; says the separator and is no record")
  func declaredSeparator() throws {
    let records = try CSVReader.records(in: Array("sep=;\r\na,b;c\r\n".utf8))
    #expect(records.map(\.texts) == [["a,b", "c"]])
    #expect(records[0].line == 2)
  }

  @Test("lines may end in CR LF, LF or CR, and empty lines are passed over")
  func lineEnds() throws {
    #expect(
      try texts("a,b\r\n\r\nc,d\ne,f\rg,h") == [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
  }

  @Test("Excel's Unicode text, UTF-16 with a byte order mark, is read", arguments: [true, false])
  func utf16(_ isBigEndian: Bool) throws {
    let units: [UInt16] = [0xFEFF] + Array("sku\ttitle\r\n1\tÉté 👜\r\n".utf16)
    let bytes = units.flatMap { unit in
      isBigEndian
        ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    }
    #expect(try CSVReader.records(in: bytes).map(\.texts) == [["sku", "title"], ["1", "Été 👜"]])
  }

  @Test("every cell knows its line and column, also behind cells of several lines")
  func places() throws {
    let records = try CSVReader.records(in: Array("a,b\n\"x\ny\",é,z\nlast,1\n".utf8))
    #expect(records.map(\.line) == [1, 2, 4])
    #expect(records[1].cells.map { [$0.line, $0.column] } == [[2, 1], [3, 4], [3, 6]])
  }

  @Test("text behind a closing quote is an error with its place")
  func textBehindQuote() throws {
    let error = try #require(fault(Array("a,b\n1,\"x\"y\n".utf8)))
    #expect((error.line, error.column) == (2, 6))
  }

  @Test("a quote that is never closed is reported where it was opened")
  func unclosed() throws {
    let error = try #require(fault(Array("a,b\n1,\"x\n2,3\n".utf8)))
    #expect((error.line, error.column) == (2, 3))
  }

  @Test("bytes that are no UTF-8 are an error with its place and the way out")
  func wrongEncoding() throws {
    let error = try #require(fault(Array("a,b\n1,".utf8) + [0xE9, 0x74, 0xE9, 0x0A]))
    #expect((error.line, error.column) == (2, 3))
    #expect(error.message.contains("CSV UTF-8"))
  }

  @Test("a record beyond the limit is an error, not a full memory")
  func limit() throws {
    let huge = Array("a,\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: 17 << 20)
    #expect(try #require(fault(huge)).message.contains("16 MB"))
  }

  @Test("random cells come back as they were, whatever the separator and the size of the pieces")
  func roundTrip() throws {
    let seed = SystemRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let random = SeededRandom(seed: seed)
    let pieces = [
      "a", "é", "👜", ",", ";", "\t", "\"", "'", "=", "+", "-", "@", "\n", "\r\n", " ", "0",
    ]
    for round in 0..<2000 {
      let width = 1 + random.below(4)
      let records = (0...random.below(4)).map { _ in
        (0..<width).map { _ in
          (0..<random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
        }
      }
      let separator: Unicode.Scalar = [",", ";", "\t"][random.below(3)]
      let bytes = written(records, separator: separator)
      let reader = CSVReader(separator: Character(separator))
      var found: [[String]] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + 1 + random.below(7))
        try bytes[start..<end].withUnsafeBytes { raw in
          try reader.feed(raw) { found.append($0.texts) }
        }
        start = end
      }
      try reader.finish { found.append($0.texts) }
      #expect(found == records, "seed \(seed), round \(round)")
    }
  }
}
