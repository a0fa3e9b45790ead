import Bytes
import Formats
import Machine
import Support
import Testing

@Suite("Editing by files and spreadsheets")
struct EditingFilesTests {
  private static let file = "content/products/open-square.md"

  private func change(
    _ part: String, to other: String, in file: String, of workshop: Workshop
  ) throws {
    let text = try workshop.read(file)
    let range = try #require(text.firstRange(of: part), "\(part) is in \(file)")
    try workshop.folder.write(file, text[..<range.lowerBound] + other + text[range.upperBound...])
  }

  @Test(
    "a product is written as a file; what is changed there is on the next pages and in the diff")
  func file() throws {
    let workshop = try Workshop.built()
    let edit = try workshop.expect(["edit", "SQ-RED-1", "--no-editor"])
    #expect(edit.output == "\(Self.file)\n")
    let title = "Open Square"
    try change("title: \(title)", to: "title: Wide open square", in: Self.file, of: workshop)
    let build = try workshop.expect(["build"])
    #expect(build.error.contains("Taken in from files: 1 change of 1 record."))
    #expect(
      try workshop.read("public/products/open-square/index.html").contains("Wide open square"))
    let diff = try workshop.expect(["diff"])
    #expect(diff.output.contains("\(title) -> Wide open square"))
    // Nothing is left to take in, and the file stays as the person wrote it.
    #expect(try workshop.expect(["status"]).output.contains("1 product"))
    #expect(try workshop.read(Self.file).contains("title: Wide open square"))
  }

  @Test(
    "an error in a file stops the build with its place, and `set` reaches the file when it is mended"
  )
  func error() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["edit", "open-square", "--no-editor"])
    try change("title:", to: "titel:", in: Self.file, of: workshop)
    let build = try workshop.run(["build"])
    #expect(build.exit == 1)
    #expect(build.error.contains("content.unknown-key"))
    #expect(build.error.contains("\(Self.file):3:1"))
    #expect(build.error.contains("did you mean `title`?"))
    try change("titel:", to: "title:", in: Self.file, of: workshop)
    try workshop.expect(["set", "open-square", "title=By set"])
    try workshop.expect(["build"])
    #expect(try workshop.read(Self.file).contains("title: By set"))
  }

  @Test("a file that is gone deletes nothing: status asks")
  func missing() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["edit", "open-square", "--no-editor"])
    try Files.remove("\(workshop.path)/\(Self.file)")
    let status = try workshop.expect(["status"])
    #expect(status.output.contains("Files that are gone          1"))
    #expect(status.output.contains("trumeau edit"))
    try workshop.expect(["build"])
    #expect(workshop.has("public/products/open-square/index.html"))
  }

  @Test("an editor is opened only on a terminal")
  func noTerminal() throws {
    let workshop = try Workshop.built()
    let ended = try Program(folder: workshop.path, environment: ["VISUAL": "false"])
      .run(["edit", "open-square"])
    #expect(ended.exit == 0)
    #expect(ended.output == "\(Self.file)\n")
  }

  @Test(
    "a spreadsheet goes out and comes back; only changed cells are edits, bad rows stop no other")
  func table() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["export", "csv", "--market", "eu", "--counts", "table.csv"])
    let again = try workshop.expect(["--json", "import", "csv", "table.csv"])
    #expect(try again.json().value["changed"]?.integer == 0)
    var records = try CSVReader.records(in: Files.read("\(workshop.path)/table.csv")).map(\.texts)
    let sku = try #require(records[0].firstIndex(of: "sku"))
    let weight = try #require(records[0].firstIndex(of: "weight_g"))
    let good = try #require(records.firstIndex { $0[sku] == "SQ-RED-1" })
    let bad = try #require(records.firstIndex { $0[sku] == "BAG-EVE-1" })
    records[good][weight] = "77"
    records[bad][weight] = "heavy"
    var table = CSVWriter()
    for record in records { table.record(record) }
    try table.take { buffer in
      try buffer.withBytes { try Files.write($0, to: "\(workshop.path)/table.csv") }
    }
    let ended = try workshop.run(["import", "csv", "table.csv"])
    #expect(ended.exit == 3)
    #expect(ended.error.contains("table.csv:\(bad + 1):"))
    #expect(ended.output.contains("1 changed"))
    #expect(ended.output.contains("1 failed"))
    #expect(
      try workshop.sql("select weight_g from variant where sku = 'SQ-RED-1'").contains("77"))
    #expect(try workshop.read("table.retry.csv").contains("BAG-EVE-1"))
    #expect(try !workshop.read("table.retry.csv").contains("SQ-RED-1"))
    #expect(try workshop.read("table.results.csv").contains("SQ-RED-1,changed,weight_g"))
  }
}
